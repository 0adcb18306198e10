//! Whom and what a comment mentions: `@id`, `@[user id]` and `KEY-n`.
//!
//! Comments are Markdown, and what stands in code is quoted, not said: a pasted log line or a
//! decorator (`@Override`) must notify nobody. So text inside backtick code spans and fenced code
//! blocks (backticks or tildes) is *not* parsed. Code is found as in `CommonMark`, simplified:
//!
//! - A fence may stand in quotes (`>`) and list items and at any indentation. One that is never
//!   closed runs to the end of its quote, else of the text.
//! - A span ends at the next run of equally many backticks before a blank line, a list item or a
//!   fence; without one its backticks are plain text. `` \` `` opens no span.
//! - Code by indentation alone is parsed, as most indented text in comments is no code.
//!
//! Everything is found in one pass from left to right; no input takes more than linear time.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::limits::{KEY_CHARS_MAX, KEY_CHARS_MIN, MENTIONS_MAX, USER_ID_BYTES_MAX};

/// How long a project key is.
const KEY_CHARS: std::ops::RangeInclusive<usize> = KEY_CHARS_MIN..=KEY_CHARS_MAX;

/// What a text mentions, in the order of first appearance and without repeats. Nothing says that
/// any of it exists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    /// User ids, as written.
    pub(crate) users: Vec<String>,
    /// Project keys (upper case) and item numbers (1 and up).
    pub(crate) items: Vec<(String, i64)>,
}

/// The mentions in a text.
///
/// - `@[user id]`: 1 to 255 bytes up to the first `]`, without NUL and line ends.
/// - `@id` of `[A-Za-z0-9._-]`, at most 255 bytes. Trailing `.` and `-` belong to the sentence. An
///   `@` right after a letter or digit (of any script) is that of a mail address.
/// - `KEY-n`: see [`item`].
///
/// The text of a mention is not searched for another one: `@AB-1` names a user only.
pub(crate) fn parse_mentions(text: &str) -> Mentions {
    let mut found = Found::default();
    let mut fence: Option<Fence> = None;
    let mut rest = text;
    // The text outside of fences is read in stretches: a code span does not cross their ends.
    let mut stretch = rest;
    while !rest.is_empty() {
        let end = rest.find('\n').map_or(rest.len(), |at| at.saturating_add(1));
        let Some((line, after)) = rest.split_at_checked(end) else {
            break;
        };
        let shape = Line::of(line);
        if let Some(open) = &fence {
            if shape.quotes < open.quotes {
                // The quote ends and its fence with it; this line is read as any other.
                stretch = rest;
            } else {
                if open.is_closed_by(&shape) {
                    fence = None;
                }
                rest = after;
                stretch = after;
                continue;
            }
        }
        fence = Fence::opened_by(&shape);
        if fence.is_some() || shape.starts_block() {
            let before = stretch.len().saturating_sub(rest.len());
            found.read(stretch.get(..before).unwrap_or_default());
            stretch = if fence.is_some() { after } else { rest };
        }
        rest = after;
    }
    if fence.is_none() {
        found.read(stretch);
    }
    found.mentions
}

/// A line without the marks of the quotes and list items it stands in.
struct Line<'a> {
    quotes: usize,
    list_item: bool,
    /// How many bytes come before the content.
    indent: usize,
    content: &'a str,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let mut shape = Line { quotes: 0, list_item: false, indent: 0, content: line.trim_end() };
        loop {
            let inner = shape.content.trim_start();
            let inner = if let Some(inner) = inner.strip_prefix('>') {
                shape.quotes = shape.quotes.saturating_add(1);
                inner
            } else if let Some(inner) = list_item(inner) {
                shape.list_item = true;
                inner
            } else {
                inner
            };
            let marks = shape.content.len().saturating_sub(inner.len());
            if marks == 0 {
                return shape;
            }
            shape.indent = shape.indent.saturating_add(marks);
            shape.content = inner;
        }
    }

    fn starts_block(&self) -> bool {
        self.list_item || self.content.is_empty()
    }
}

/// What follows the mark of a list item, if the line is one.
fn list_item(line: &str) -> Option<&str> {
    let inner = line.strip_prefix(['-', '*', '+']).or_else(|| {
        let inner = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = line.len().saturating_sub(inner.len());
        // CommonMark's limit; a longer number is no list.
        let numbered = (1..=9).contains(&digits);
        inner.strip_prefix(['.', ')']).filter(|_| numbered)
    })?;
    (inner.is_empty() || inner.starts_with([' ', '\t'])).then_some(inner)
}

/// An open fenced code block.
struct Fence {
    mark: char,
    length: usize,
    indent: usize,
    quotes: usize,
}

impl Fence {
    fn opened_by(line: &Line<'_>) -> Option<Self> {
        let mark = line.content.chars().next()?;
        let info = line.content.trim_start_matches(mark);
        let length = line.content.len().saturating_sub(info.len());
        // ```like this``` is a span.
        let opens = length >= 3 && (mark == '~' || (mark == '`' && !info.contains('`')));
        opens.then_some(Fence { mark, length, indent: line.indent, quotes: line.quotes })
    }

    /// A fence indented four deeper than the opening one is content.
    fn is_closed_by(&self, line: &Line<'_>) -> bool {
        !line.list_item
            && line.content.len() >= self.length
            && line.content.trim_start_matches(self.mark).is_empty()
            && line.indent <= self.indent.saturating_add(3)
    }
}

/// The mentions so far.
#[derive(Default)]
struct Found {
    mentions: Mentions,
    users: HashSet<String>,
    items: HashSet<(String, i64)>,
}

impl Found {
    fn is_full(&self) -> bool {
        self.users.len() >= MENTIONS_MAX && self.items.len() >= MENTIONS_MAX
    }

    fn user(&mut self, id: &str) {
        if self.users.len() < MENTIONS_MAX && self.users.insert(id.to_owned()) {
            self.mentions.users.push(id.to_owned());
        }
    }

    fn item(&mut self, key: &str, number: i64) {
        let item = (key.to_owned(), number);
        if self.items.len() < MENTIONS_MAX && self.items.insert(item.clone()) {
            self.mentions.items.push(item);
        }
    }

    /// Reads a stretch of text that no code span crosses.
    fn read(&mut self, text: &str) {
        let mut backticks = Backticks::of(text);
        let mut brackets = Brackets::of(text);
        let mut rest = text;
        let mut previous = None;
        while let Some(first) = rest.chars().next() {
            if self.is_full() {
                return;
            }
            let at = text.len().saturating_sub(rest.len());
            let length = match first {
                '`' => {
                    let run = run_length(rest, |c| c == '`');
                    // Past the span, or only past the run if nothing closes it.
                    backticks.closed_at(run, at).map_or(run, |end| end.saturating_sub(at))
                }
                // An escaped backtick opens nothing, and an escaped backslash escapes nothing.
                '\\' if rest.starts_with("\\`") || rest.starts_with("\\\\") => 2,
                '@' => self.at_sign(rest, previous, &mut brackets, at),
                c if is_word(c) => {
                    let length = run_length(rest, is_word);
                    if let Some((key, number)) = rest.get(..length).and_then(item) {
                        self.item(key, number);
                    }
                    length
                }
                _ => first.len_utf8(),
            };
            let Some((passed, after)) = rest.split_at_checked(length.max(first.len_utf8())) else {
                return;
            };
            previous = passed.chars().next_back();
            rest = after;
        }
    }

    /// Takes what an `@` names and answers how many bytes to go on.
    fn at_sign(
        &mut self,
        rest: &str,
        previous: Option<char>,
        brackets: &mut Brackets<'_>,
        at: usize,
    ) -> usize {
        if rest.starts_with("@[") {
            if let Some(end) = brackets.closed_at(at) {
                let length = end.saturating_sub(at);
                let id = rest.get(2..length).unwrap_or_default();
                if (1..=USER_ID_BYTES_MAX).contains(&id.len()) {
                    self.user(id);
                    return length.saturating_add(1);
                }
            }
            return 2;
        }
        if previous.is_some_and(char::is_alphanumeric) {
            return 1;
        }
        let length = 1_usize.saturating_add(run_length(rest.get(1..).unwrap_or_default(), is_id));
        let id = rest.get(1..length).unwrap_or_default().trim_end_matches(['.', '-']);
        if (1..=USER_ID_BYTES_MAX).contains(&id.len()) {
            self.user(id);
        }
        length
    }
}

/// `KEY-n`, if a whole word is one: 2 to 10 of `A–Z0–9` starting with a letter, upper case only (in
/// prose `utf-8` is no reference), then a decimal number from 1 that fits `i64`.
///
/// Words are maximal runs of letters and digits of any script, `_` and `-`. So nothing of that kind
/// stands before a reference, and after it at most a `-` that leads to no letter or digit.
fn item(word: &str) -> Option<(&str, i64)> {
    let (key, rest) = word.split_once('-')?;
    let key_fits = KEY_CHARS.contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let (number, after) = rest.split_at_checked(run_length(rest, |c| c.is_ascii_digit()))?;
    let ends = match after.strip_prefix('-') {
        Some(after) => !after.starts_with(char::is_alphanumeric),
        None => after.is_empty(),
    };
    let number = number.parse().ok().filter(|&number| number >= 1)?;
    (key_fits && ends).then_some((key, number))
}

/// What keeps a reference from standing alone.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// What an `@id` consists of.
fn is_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// How many bytes the characters at the start take that are of a kind.
fn run_length(text: &str, of_kind: impl Fn(char) -> bool) -> usize {
    text.find(|c| !of_kind(c)).unwrap_or(text.len())
}

/// All runs of backticks, by length: searching ahead for each opening run would take quadratic
/// time on text full of unmatched ones.
struct Backticks {
    /// Where runs of a length end, from left to right; those behind the reader are dropped.
    ends: HashMap<usize, VecDeque<usize>>,
}

impl Backticks {
    fn of(text: &str) -> Self {
        let mut ends: HashMap<usize, VecDeque<usize>> = HashMap::new();
        let mut run: usize = 0;
        // One more character ends a run at the end of the text.
        let characters = text.char_indices().chain([(text.len(), '\n')]);
        for (at, character) in characters {
            if character == '`' {
                run = run.saturating_add(1);
            } else if run > 0 {
                ends.entry(run).or_default().push_back(at);
                run = 0;
            }
        }
        Backticks { ends }
    }

    /// Where the span ends that a run of this length opens here.
    fn closed_at(&mut self, length: usize, at: usize) -> Option<usize> {
        let opened = at.saturating_add(length);
        let ends = self.ends.get_mut(&length)?;
        while let Some(&end) = ends.front() {
            if end > opened {
                return Some(end);
            }
            ends.pop_front();
        }
        None
    }
}

/// The next character that ends a bracketed id, remembered so that no stretch of text is searched
/// twice.
struct Brackets<'a> {
    text: &'a str,
    /// Where the stop is; the end of the text if there is none.
    stop: usize,
}

impl<'a> Brackets<'a> {
    fn of(text: &'a str) -> Self {
        Brackets { text, stop: 0 }
    }

    /// Where the bracket closes that an `@[` opens here.
    fn closed_at(&mut self, at: usize) -> Option<usize> {
        if self.stop <= at {
            let ahead = self.text.get(at..)?;
            let distance = run_length(ahead, |c| !matches!(c, ']' | '\0' | '\n' | '\r'));
            self.stop = at.saturating_add(distance);
        }
        self.text.get(self.stop..)?.starts_with(']').then_some(self.stop)
    }
}

#[cfg(test)]
#[path = "mentions_tests.rs"]
mod tests;
