//! `/llms.txt`: the interface in words, for a language model that has nothing but the address and a token.

use std::fmt::Write as _;
use std::sync::OnceLock;

use pm_engine::limits as engine;
use pm_engine::rejection::RejectionCode;

use super::content::{MARKDOWN, Page};
use super::problem::{self, CODES};
use super::route::{Kind, Work, routes};
use crate::limits;

const HEAD: &str = include_str!("llms.md");

/// The text as an answer.
pub(super) fn page() -> &'static Page {
    static PAGE: OnceLock<Page> = OnceLock::new();
    PAGE.get_or_init(|| Page::new(MARKDOWN, text().into_bytes()))
}

fn text() -> String {
    let mut text = HEAD
        .replace("{parts}", &engine::PARTS_MAX.to_string())
        .replace("{commands}", &limits::HTTP_COMMANDS_MAX.to_string())
        .replace("{page}", &engine::PAGE_MAX.to_string())
        .replace("{page_default}", &engine::PAGE_DEFAULT.to_string())
        .replace("{tokens}", &(engine::CONTEXT_BYTES_DEFAULT / limits::BYTES_PER_TOKEN).to_string())
        .replace("{tokens_max}", &(engine::CONTEXT_BYTES_MAX / limits::BYTES_PER_TOKEN).to_string())
        .replace("{title}", &engine::TITLE_CHARS_MAX.to_string())
        .replace("{depth}", &engine::ITEM_DEPTH_MAX.to_string());
    text.push_str("\n## Resources\n\n");
    for route in routes() {
        let parameters: Vec<&str> = route.query().map(|parameter| parameter.name).collect();
        let _ = write!(text, "- `{} {}`: {}", route.method(), route.path, route.about);
        if !parameters.is_empty() {
            let _ = write!(text, " Parameters: {}.", parameters.join(", "));
        }
        text.push('\n');
    }
    text.push_str("\n## Words\n\n");
    for (name, words) in words() {
        let _ = writeln!(text, "- {name}: {}", words.join(", "));
    }
    text.push_str("\n## Errors\n\nAn error has a status, a stable `code`, a `detail` in words, and the `field` and `limit` it broke.\n\n");
    let rules = RejectionCode::ALL.iter().map(|code| (code.as_str(), problem::status(*code).as_u16()));
    for (code, status) in rules.chain(CODES.iter().map(|(code, status, _)| (*code, *status))) {
        let _ = writeln!(text, "- {status} `{code}`: {}.", problem::title(code));
    }
    text
}

/// The words each parameter with a closed vocabulary takes.
fn words() -> Vec<(String, Vec<&'static str>)> {
    let mut all: Vec<(String, Vec<&'static str>)> = Vec::new();
    for route in routes().filter(|route| matches!(route.work, Work::Read(_) | Work::ReadNow(_))) {
        for parameter in route.query() {
            let (Kind::Word(words) | Kind::Words(words)) = parameter.kind else { continue };
            let (name, words) = (parameter.name, words());
            let known =
                all.iter().any(|(known, has)| known.starts_with(&format!("`{name}`")) && *has == words);
            if !known {
                let is_taken = all.iter().any(|(known, _)| known.starts_with(&format!("`{name}`")));
                let title =
                    if is_taken { format!("`{name}` of {}", route.path) } else { format!("`{name}`") };
                all.push((title, words));
            }
        }
    }
    all
}
