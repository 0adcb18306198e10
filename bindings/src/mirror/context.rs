// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! What language models are given.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

/// What a note for language models is about.
#[uniffi::remote(Enum)]
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

/// A note for language models.
#[uniffi::remote(Record)]
pub struct LlmContextNote {
    /// Kind of note: one of the words of `LlmContextKind`.
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
#[uniffi::remote(Record)]
pub struct LlmContextPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The notes.
    pub notes: Vec<LlmContextNote>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// What goes into the context. By default everything.
#[uniffi::remote(Record)]
pub struct ContextOptions {
    /// Most bytes of the answer as JSON; 200,000 where not said, 8,000 to 4,000,000.
    #[uniffi(default = None)]
    pub max_bytes: Option<i64>,
    /// Only items and comments touched by an event after this sequence; the rest always.
    #[uniffi(default = None)]
    pub since: Option<i64>,
    /// Descriptions of the project and of items.
    #[uniffi(default = true)]
    pub descriptions: bool,
    /// Items in completed and canceled lanes.
    #[uniffi(default = true)]
    pub finished: bool,
    /// Members.
    #[uniffi(default = true)]
    pub members: bool,
    /// Sprints.
    #[uniffi(default = true)]
    pub sprints: bool,
    /// Dependencies of items.
    #[uniffi(default = true)]
    pub dependencies: bool,
    /// The latest comments.
    #[uniffi(default = true)]
    pub comments: bool,
    /// Running timers.
    #[uniffi(default = true)]
    pub timers: bool,
}

/// What there was no room for. What the options leave out is not counted.
#[uniffi::remote(Record)]
pub struct LeftOut {
    /// Lanes.
    pub lanes: i64,
    /// Members.
    pub members: i64,
    /// Sprints.
    pub sprints: i64,
    /// Timers.
    pub timers: i64,
    /// Unfinished items.
    pub open_items: i64,
    /// Finished items.
    pub finished_items: i64,
    /// Descriptions, of items that are there and of the project.
    pub descriptions: i64,
    /// Comments.
    pub comments: i64,
}

/// A project as a language model reads it.
#[uniffi::remote(Record)]
pub struct ProjectContext {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The project.
    pub project: Project,
    /// What the actor may do in it.
    pub role: ProjectRole,
    /// Its lanes, in order.
    pub lanes: Vec<ContextLane>,
    /// Its explicit members, by user.
    pub members: Vec<Member>,
    /// Its sprints, in the order they were made.
    pub sprints: Vec<ContextSprint>,
    /// Timers that run, by user.
    pub timers: Vec<ContextTimer>,
    /// Its items: unfinished ones by number, then finished ones by number.
    pub items: Vec<ContextItem>,
    /// Its comments, the latest first.
    pub comments: Vec<ContextComment>,
    /// What there was no room for.
    pub left_out: LeftOut,
}

/// A lane of the context.
#[uniffi::remote(Record)]
pub struct ContextLane {
    /// Status value: how items name it.
    pub status: String,
    /// Name.
    pub name: String,
    /// What it means.
    pub category: LaneCategory,
    /// Most items that should be in it.
    pub wip_limit: Option<i64>,
    /// Items in it.
    pub item_count: i64,
}

/// A sprint of the context.
#[uniffi::remote(Record)]
pub struct ContextSprint {
    /// Id.
    pub id: SprintId,
    /// Name.
    pub name: String,
    /// Goal.
    pub goal: String,
    /// State.
    pub state: SprintState,
    /// First day.
    pub start_date: Option<CalendarDate>,
    /// Last day.
    pub end_date: Option<CalendarDate>,
    /// Items in it now.
    pub item_count: i64,
    /// Points completed in it.
    pub completed_points: f64,
}

/// A dependency of an item of the context.
#[uniffi::remote(Record)]
pub struct ContextLink {
    /// How the item stands to the other one.
    pub direction: DependencyDirection,
    /// `KEY-n` of the other one; none where the actor may not see it.
    pub key: Option<String>,
}

/// An item of the context.
#[uniffi::remote(Record)]
pub struct ContextItem {
    /// `KEY-n`.
    pub key: String,
    /// Kind.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Markdown; none where empty, not wanted or left out.
    pub description: Option<String>,
    /// Status value of its lane.
    pub status: String,
    /// Category of its lane.
    pub category: LaneCategory,
    /// Priority.
    pub priority: Priority,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// Labels.
    pub labels: Vec<String>,
    /// Story points.
    pub points: Option<f64>,
    /// Estimated work in seconds.
    pub estimate_seconds: Option<i64>,
    /// Remaining work in seconds.
    pub remaining_seconds: Option<i64>,
    /// First day of work.
    pub start_date: Option<CalendarDate>,
    /// Day it is due.
    pub due_date: Option<CalendarDate>,
    /// Name of its sprint.
    pub sprint: Option<String>,
    /// `KEY-n` of its parent.
    pub parent: Option<String>,
    /// What it waits for, what waits for it, what it is related to.
    pub dependencies: Vec<ContextLink>,
    /// It or an ancestor waits for an unfinished item.
    pub blocked: bool,
    /// It can be worked on now.
    pub ready: bool,
    /// Unfinished children.
    pub open_children: i64,
    /// Comments.
    pub comments: i64,
    /// When last changed.
    pub updated_at: Timestamp,
    /// When it entered a completed or canceled lane.
    pub completed_at: Option<Timestamp>,
    /// Version: what a change can be based on.
    pub version: i64,
}

/// A comment of the context.
#[uniffi::remote(Record)]
pub struct ContextComment {
    /// `KEY-n` of the item it stands on.
    pub item: String,
    /// Who wrote it.
    pub author: UserId,
    /// When.
    pub at: Timestamp,
    /// It answers another comment.
    pub is_reply: bool,
    /// Markdown.
    pub text: String,
}

/// A running timer of the context.
#[uniffi::remote(Record)]
pub struct ContextTimer {
    /// Whose.
    pub user: UserId,
    /// `KEY-n` of the item it runs on.
    pub item: String,
    /// Since when.
    pub started_at: Timestamp,
}
