// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Import and export.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

/// A format that can be imported.
#[non_exhaustive]
#[uniffi::remote(Enum)]
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
    /// An export of this engine, as `Tenant::export` writes it.
    Pm,
}

/// What to do with items of the same source and project that a newer file no longer has.
#[uniffi::remote(Enum)]
pub enum OnGone {
    /// Nothing.
    Ignore,
    /// Name them in the report.
    Report,
    /// Delete them, and name them in the report. Items with live children that stay are kept.
    Delete,
}

/// What to import and how.
#[uniffi::remote(Record)]
pub struct ImportOptions {
    /// Format of the input.
    pub format: ImportFormat,
    /// Key of the project that takes the items; made where it does not exist. Needed for all formats but
    /// `ImportFormat::Pm`, whose input names its projects.
    #[uniffi(default = None)]
    pub project_key: Option<String>,
    /// Title of the project where it is made; without one, the title the input has, else the key.
    #[uniffi(default = None)]
    pub project_title: Option<String>,
    /// Source name of the external references; without one, the word of the format. Two files whose ids may collide
    /// need two names.
    #[uniffi(default = None)]
    pub source: Option<String>,
    /// Categories for statuses (beads) or list names (Trello), compared without regard to case. They come before the
    /// built-in table.
    #[uniffi(default)]
    pub lane_categories: LaneCategories,
    /// Make a lane for each status the built-in table does not know, instead of choosing the nearest category.
    #[uniffi(default)]
    pub unknown_statuses_as_lanes: bool,
    /// What to do with what has gone.
    pub on_gone: OnGone,
}

/// Which pass an import is in.
#[uniffi::remote(Enum)]
pub enum ImportPhase {
    /// Reading and spooling the input.
    Reading,
    /// Users, projects and lanes.
    Frame,
    /// Making and changing items.
    Items,
    /// Replaying the moves an input records.
    Moves,
    /// Parents.
    Parents,
    /// Dependencies.
    Dependencies,
    /// Comments.
    Comments,
    /// Final lanes and what else is dated last.
    Finishing,
    /// Deletions, and what has gone.
    Deletions,
}

/// How far an import is.
#[uniffi::remote(Record)]
pub struct ImportProgress {
    /// The pass.
    pub phase: ImportPhase,
    /// Records done in it.
    pub done: i64,
    /// Records in it, where that is known.
    pub total: Option<i64>,
}

/// A record that was not taken.
#[uniffi::remote(Record)]
pub struct RefusedRecord {
    /// Table it was meant for; `lines` for a line that holds no record.
    pub table: String,
    /// Line, from 1; `None` where the format has no lines.
    pub line: Option<i64>,
    /// Its id in the source.
    pub source_id: Option<String>,
    /// Stable code, one of `RejectionCode`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// The cycle it would have closed: `KEY-n`, or ids of the source.
    pub path: Vec<String>,
}

/// What a remark speaks of.
#[uniffi::remote(Enum)]
pub enum RemarkKind {
    /// A parent of a lower level than its child got the child's kind; `other` is the child.
    ParentRaised,
    /// An item deeper than the tree allows hangs on a higher ancestor; `other` is that ancestor.
    Reattached,
    /// A second parent, kept as `relates_to`; `other` is that parent.
    SecondParent,
    /// An edge left out, since its other end is deleted; `other` is that end.
    EdgeToDeleted,
    /// A value left out or cut; `message` names the field.
    FieldDropped,
    /// A value that was absent or unknown and read as another.
    ValueAssumed,
    /// A lane or list that could not be treated as the source says.
    LaneKept,
    /// An item of the source and project that the input no longer has.
    Gone,
    /// A record that came again; the last one counts.
    Repeated,
    /// A move of the history that could not be replayed.
    MoveLeftOut,
}

/// Something a reader of the report should know.
#[uniffi::remote(Record)]
pub struct ImportRemark {
    /// What it speaks of.
    pub kind: RemarkKind,
    /// Line, from 1; `None` where the format has no lines.
    pub line: Option<i64>,
    /// Id in the source.
    pub source_id: Option<String>,
    /// Another id of the source it speaks of.
    pub other: Option<String>,
    /// A sentence for people.
    pub message: String,
}

/// A field that has no place here, and how many records had it.
#[uniffi::remote(Record)]
pub struct DroppedField {
    /// Name in the source.
    pub field: String,
    /// In how many records.
    pub count: i64,
}

/// What an import did. Maps are by table name: `work_items`, `comments`, `dependencies`, `swim_lanes`, `projects`,
/// `users` and so on, and `parents` for the edges that became an item's parent. For each table
/// `read = created + changed + unchanged + repeated + refused_count`.
#[uniffi::remote(Record)]
pub struct ImportReport {
    /// Format of the input.
    pub format: ImportFormat,
    /// Lines read, empty ones too; for a format without lines, its records.
    pub lines_read: i64,
    /// Lines that were empty.
    pub lines_empty: i64,
    /// Records found.
    pub read: TableCounts,
    /// Records that became something new.
    pub created: TableCounts,
    /// Records that changed something, deletions and restorations too.
    pub changed: TableCounts,
    /// Records that were there already.
    pub unchanged: TableCounts,
    /// Records that came again in the same input.
    pub repeated: TableCounts,
    /// Records that were not taken.
    pub refused_count: TableCounts,
    /// Each record that was not taken (at most `IMPORT_REPORT_ENTRIES_MAX`).
    pub refused: Vec<RefusedRecord>,
    /// Remarks (at most `IMPORT_REPORT_ENTRIES_MAX`).
    pub remarks: Vec<ImportRemark>,
    /// How many remarks there were.
    pub remarks_count: i64,
    /// Fields of the source that were left out: derived ones, and those without a place here.
    pub dropped_fields: Vec<DroppedField>,
    /// Sequence of the first event; `None` where nothing changed.
    pub first_sequence: Option<i64>,
    /// Sequence of the last event; `None` where nothing changed.
    pub last_sequence: Option<i64>,
    /// The caller ended it early; the same import again goes on from there.
    pub cancelled: bool,
}

/// What was exported.
#[uniffi::remote(Record)]
pub struct ExportSummary {
    /// Epoch of the tenant.
    pub epoch: Epoch,
    /// The export shows the tenant as it was after this event.
    pub sequence: i64,
    /// Lines by kind of entity; `sprint_record` for the second line of a sprint, which has its items.
    pub lines: TableCounts,
}
