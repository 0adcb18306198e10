//! What an import is told.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::LaneCategory;

/// A format that can be imported.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImportFormat {
    /// `issues.jsonl` of beads: one issue per line; of an id that comes again the last line counts, with the
    /// dependencies and comments of all of them.
    ///
    /// Type: epic, feature → story, bug; all others → task with the type as a label. Priority 0–4 → urgent, high,
    /// medium, low, none; absent is 0. Status: open and blocked → To Do (blocked follows from dependencies),
    /// in_progress, hooked and pinned → In Progress, deferred → Backlog, closed → Done; the first lane of that
    /// category where the project has no such lane, a lane of exactly that status where it has one. A tombstone is
    /// a deleted item. `blocks` waits; every other edge but `parent-child` is a note. What has no place of its own
    /// (design, notes, acceptance_criteria, close_reason …) stands in the item's `extra` under the source's name,
    /// with `updated_at`, a status that the lane does not say, and the types of notes; texts longer than they may
    /// be are cut and go on there. Derived fields are left out and counted.
    Beads,
    /// One board of Trello as JSON. Nothing is sent before the whole of it was read.
    ///
    /// A list is a lane with its WIP limit, its category by its name; a closed list's lane is deleted unless it
    /// holds cards. A card is a task, a closed one deleted; its labels, or their colours; the first member is the
    /// assignee; checklists are lists at the end of the description; what has no place stands in `extra`. Times of
    /// making are those in the ids. The moves the board remembers are replayed, each once, with their own times and
    /// authors; then cards are brought into the board's order.
    Trello,
    /// An export of this engine, as [`Tenant::export`](crate::Tenant::export) writes it.
    Pm,
}

impl ImportFormat {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Beads, Self::Trello, Self::Pm];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beads => "beads",
            Self::Trello => "trello",
            Self::Pm => "pm",
        }
    }

    /// The format a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == word)
    }
}

impl fmt::Display for ImportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What to do with items of the same source and project that a newer file no longer has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnGone {
    /// Nothing.
    #[default]
    Ignore,
    /// Name them in the report.
    Report,
    /// Delete them, and name them in the report. Items with live children that stay are kept.
    Delete,
}

/// What to import and how.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ImportOptions {
    /// Format of the input.
    pub format: ImportFormat,
    /// Key of the project that takes the items; made where it does not exist. Needed for all formats but
    /// [`ImportFormat::Pm`], whose input names its projects.
    pub project_key: Option<String>,
    /// Title of the project where it is made; without one, the title the input has, else the key.
    pub project_title: Option<String>,
    /// Source name of the external references; without one, the word of the format. Two files whose ids may collide
    /// need two names.
    pub source: Option<String>,
    /// Categories for statuses (beads) or list names (Trello), compared without regard to case. They come before the
    /// built-in table.
    pub lane_categories: BTreeMap<String, LaneCategory>,
    /// Make a lane for each status the built-in table does not know, instead of choosing the nearest category.
    pub unknown_statuses_as_lanes: bool,
    /// What to do with what has gone.
    pub on_gone: OnGone,
}

impl ImportOptions {
    /// Into the project with this key, all else as usual.
    #[must_use]
    pub fn new(format: ImportFormat, project_key: impl Into<String>) -> Self {
        Self { project_key: Some(project_key.into()), ..Self::whole(format) }
    }

    /// An export of this engine.
    #[must_use]
    pub const fn pm() -> Self {
        Self::whole(ImportFormat::Pm)
    }

    const fn whole(format: ImportFormat) -> Self {
        Self {
            format,
            project_key: None,
            project_title: None,
            source: None,
            lane_categories: BTreeMap::new(),
            unknown_statuses_as_lanes: false,
            on_gone: OnGone::Ignore,
        }
    }

    pub(super) fn source(&self) -> &str {
        self.source.as_deref().unwrap_or(self.format.as_str())
    }

    /// The category the caller gave a status or list name.
    pub(super) fn category_of(&self, name: &str) -> Option<LaneCategory> {
        let wanted = name.trim().to_lowercase();
        self.lane_categories.iter().find(|(key, _)| key.trim().to_lowercase() == wanted).map(|(_, c)| *c)
    }
}
