//! Text as the search index holds it, and what a user typed as an expression that cannot fail.
//!
//! Chinese, Japanese, Thai and their like are written without spaces between words, and `unicode61` would take a
//! whole sentence for one word. Three ways were weighed. Trigrams find nothing shorter than three characters, and
//! most Japanese words have two. Pairs of characters double the text, and a snippet of them is unreadable. So each
//! such character is a token of its own: the text is stored with a separator between them, and a run of them in a
//! query is a phrase. Any piece of a word is found, down to one character, nothing is found that is not there in
//! that order, and snippets are the text again once the separators are taken out. Hangul is treated alike, so that
//! a noun is found with any particle after it.

/// Stands between characters of scripts without spaces. No token character, one byte, and never in a text.
const SEPARATOR: char = '\u{1f}';
/// Stands before a match in a snippet: a private-use character, which is taken out of every text, so that no text
/// can forge it. A client escapes the snippet first and replaces the marks after.
pub const MARK_BEGIN: char = '\u{e000}';
/// Stands after a match in a snippet.
pub const MARK_END: char = '\u{e001}';

/// Whether words of this character's script are written without spaces, or with what amounts to it for a search.
const fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Myanmar
        | '\u{1100}'..='\u{11ff}' // Hangul Jamo
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{2e80}'..='\u{2fdf}' // radicals
        | '\u{3005}'..='\u{3007}' // 々〆〇
        | '\u{3041}'..='\u{318f}' // kana, bopomofo, Hangul
        | '\u{31a0}'..='\u{31ff}' // more kana and bopomofo
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' // Han
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' // Hangul
        | '\u{ff66}'..='\u{ffdc}' // half-width kana and Hangul
        | '\u{1b000}'..='\u{1b16f}' // historic kana
        | '\u{20000}'..='\u{323af}') // rare Han
}

const fn is_reserved(c: char) -> bool {
    matches!(c, SEPARATOR | MARK_BEGIN | MARK_END | '\0')
}

/// A text as it is indexed.
pub(crate) fn split(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 3);
    let mut after_alone = false;
    let mut after_other = false;
    for c in text.chars().filter(|c| !is_reserved(*c)) {
        let alone = stands_alone(c);
        if after_alone && (alone || c.is_alphanumeric()) || alone && after_other {
            out.push(SEPARATOR);
        }
        out.push(c);
        after_alone = alone;
        after_other = !alone && c.is_alphanumeric();
    }
    out
}

/// A text out of the index as it was written.
pub(crate) fn join(text: &str) -> String {
    text.chars().filter(|c| *c != SEPARATOR).collect()
}

/// What a user typed, as an FTS5 expression: every word must occur; the last one may go on, if it has two letters
/// (one letter would match half of all there is). Each word is quoted, so nothing in it is syntax. `None` where
/// there is nothing to look for.
pub(crate) fn expression(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split_whitespace()
        .map(split)
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| format!("\"{}\"", word.replace('"', " ")))
        .collect();
    let is_letter = |c: &char| c.is_alphanumeric() && !stands_alone(*c);
    let goes_on = text.chars().rev().take_while(is_letter).take(2).count() == 2;
    match (words.is_empty(), goes_on) {
        (true, _) => None,
        (false, true) => Some(format!("{} *", words.join(" "))),
        (false, false) => Some(words.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use proptest::prelude::*;

    use super::{expression, join, split};

    #[gtest]
    fn given_mixed_text_when_split_then_characters_of_spaceless_scripts_stand_alone() {
        expect_that!(split("API検索を追加 v2"), eq("API\u{1f}検\u{1f}索\u{1f}を\u{1f}追\u{1f}加 v2"));
        expect_that!(split("plain text"), eq("plain text"));
        expect_that!(split("a\u{e000}b"), eq("ab"));
    }

    #[gtest]
    fn given_syntax_when_made_an_expression_then_it_is_quoted() {
        expect_that!(expression("a\" OR NOT b*"), some(eq("\"a \" \"OR\" \"NOT\" \"b*\"")));
        expect_that!(expression("検索"), some(eq("\"検\u{1f}索\"")));
        expect_that!(expression("vitamin c"), some(eq("\"vitamin\" \"c\"")));
        expect_that!(expression("vitamin"), some(eq("\"vitamin\" *")));
        expect_that!(expression(" -- \"*\" "), none());
    }

    proptest! {
        #[test]
        fn given_any_text_when_split_and_joined_then_it_is_the_text_again(text in "[^\u{1f}\u{e000}\u{e001}\0]{0,60}") {
            prop_assert_eq!(join(&split(&text)), text);
        }
    }
}
