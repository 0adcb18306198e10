//! What the file says about itself to a language model.

use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};

use super::Ask;
use super::page::{PageRequest, cut};
use crate::error::Stop;
use crate::store::rows::many;

/// What a note for language models is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LlmContextKind {
    /// A table or column.
    SchemaDoc,
    /// How to ask for something in SQL.
    QueryPattern,
    /// A rule of the domain.
    BusinessRule,
    /// An example.
    Example,
    /// How to behave.
    Instruction,
}

impl LlmContextKind {
    /// Every kind.
    pub const ALL: &'static [Self] =
        &[Self::SchemaDoc, Self::QueryPattern, Self::BusinessRule, Self::Example, Self::Instruction];

    /// The word that stands for this value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SchemaDoc => "schema_doc",
            Self::QueryPattern => "query_pattern",
            Self::BusinessRule => "business_rule",
            Self::Example => "example",
            Self::Instruction => "instruction",
        }
    }
}

/// A note for language models.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LlmContextNote {
    /// Kind of note: one of the words of [`LlmContextKind`].
    pub kind: String,
    /// What it belongs to.
    pub category: String,
    /// Title.
    pub title: String,
    /// Text.
    pub content: String,
    /// An SQL query that can be run as it is.
    pub example_sql: Option<String>,
    /// 1 is read first.
    pub priority: i64,
}

/// A page of notes for language models, the most important first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LlmContextPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The notes.
    pub notes: Vec<LlmContextNote>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

pub(crate) fn llm_context(
    ask: &Ask<'_>,
    kind: Option<LlmContextKind>,
    page: &PageRequest,
) -> Result<LlmContextPage, Stop> {
    const LIST: &str = "llm_context";
    let size = page.size()?;
    let (priority, id) = page.start::<(i64, i64)>(LIST)?.unwrap_or((i64::MIN, i64::MIN));
    let sql = "SELECT kind, category, title, content, example_sql, priority, id FROM llm_context \
               WHERE (:kind IS NULL OR kind = :kind) AND (priority, id) > (:priority, :id) \
               ORDER BY priority, id LIMIT :limit";
    let params = named_params! {
        ":kind": kind.map(LlmContextKind::as_str), ":priority": priority, ":id": id, ":limit": size + 1
    };
    let rows = many(ask.connection, sql, params, |row| Ok((note(row)?, row.get::<_, i64>(6)?)))?;
    let (rows, next) = cut(LIST, size, rows, |(note, id)| (note.priority, *id));
    Ok(LlmContextPage {
        sequence: ask.sequence,
        notes: rows.into_iter().map(|(note, _)| note).collect(),
        next,
    })
}

fn note(row: &Row<'_>) -> rusqlite::Result<LlmContextNote> {
    Ok(LlmContextNote {
        kind: row.get(0)?,
        category: row.get(1)?,
        title: row.get(2)?,
        content: row.get(3)?,
        example_sql: row.get(4)?,
        priority: row.get(5)?,
    })
}
