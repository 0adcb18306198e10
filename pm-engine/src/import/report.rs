//! What an import tells: how far it is, and what became of every record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ImportFormat;
use crate::limits::IMPORT_REPORT_ENTRIES_MAX;
use crate::rejection::{PathStep, Rejection};

/// Which pass an import is in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportProgress {
    /// The pass.
    pub phase: ImportPhase,
    /// Records done in it.
    pub done: i64,
    /// Records in it, where that is known.
    pub total: Option<i64>,
}

/// A record that was not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RefusedRecord {
    /// Table it was meant for; `lines` for a line that holds no record.
    pub table: String,
    /// Line, from 1; `None` where the format has no lines.
    pub line: Option<i64>,
    /// Its id in the source.
    pub source_id: Option<String>,
    /// Stable code, one of [`RejectionCode`](crate::rejection::RejectionCode).
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// The cycle it would have closed: `KEY-n`, or ids of the source.
    pub path: Vec<String>,
}

/// What a remark speaks of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DroppedField {
    /// Name in the source.
    pub field: String,
    /// In how many records.
    pub count: i64,
}

/// What an import did. Maps are by table name: `work_items`, `comments`, `dependencies`, `swim_lanes`, `projects`,
/// `users` and so on, and `parents` for the edges that became an item's parent. For each table
/// `read = created + changed + unchanged + repeated + refused_count`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ImportReport {
    /// Format of the input.
    pub format: ImportFormat,
    /// Lines read, empty ones too; for a format without lines, its records.
    pub lines_read: i64,
    /// Lines that were empty.
    pub lines_empty: i64,
    /// Records found.
    pub read: BTreeMap<String, i64>,
    /// Records that became something new.
    pub created: BTreeMap<String, i64>,
    /// Records that changed something, deletions and restorations too.
    pub changed: BTreeMap<String, i64>,
    /// Records that were there already.
    pub unchanged: BTreeMap<String, i64>,
    /// Records that came again in the same input.
    pub repeated: BTreeMap<String, i64>,
    /// Records that were not taken.
    pub refused_count: BTreeMap<String, i64>,
    /// Each record that was not taken (at most [`IMPORT_REPORT_ENTRIES_MAX`]).
    pub refused: Vec<RefusedRecord>,
    /// Remarks (at most [`IMPORT_REPORT_ENTRIES_MAX`]).
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

pub(super) fn add(map: &mut BTreeMap<String, i64>, table: &str, count: i64) {
    if count != 0 {
        *map.entry(table.to_owned()).or_default() += count;
    }
}

impl ImportReport {
    pub(super) fn new(format: ImportFormat) -> Self {
        Self {
            format,
            lines_read: 0,
            lines_empty: 0,
            read: BTreeMap::new(),
            created: BTreeMap::new(),
            changed: BTreeMap::new(),
            unchanged: BTreeMap::new(),
            repeated: BTreeMap::new(),
            refused_count: BTreeMap::new(),
            refused: Vec::new(),
            remarks: Vec::new(),
            remarks_count: 0,
            dropped_fields: Vec::new(),
            first_sequence: None,
            last_sequence: None,
            cancelled: false,
        }
    }

    pub(super) fn refuse(&mut self, record: RefusedRecord) {
        add(&mut self.refused_count, &record.table, 1);
        if self.refused.len() < IMPORT_REPORT_ENTRIES_MAX {
            self.refused.push(record);
        }
    }

    pub(super) fn remark(&mut self, remark: ImportRemark) {
        self.remarks_count += 1;
        if self.remarks.len() < IMPORT_REPORT_ENTRIES_MAX {
            self.remarks.push(remark);
        }
    }

    pub(super) fn committed(&mut self, first: Option<i64>, last: Option<i64>) {
        self.first_sequence = match (self.first_sequence, first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.last_sequence = self.last_sequence.max(last);
    }

    /// Whether records were refused and none was taken or known already. What an import makes for its records (the
    /// project it was told, its lanes and users) counts only where these are records themselves.
    #[must_use]
    pub fn is_all_refused(&self) -> bool {
        let is_record = |table: &str| {
            self.format == ImportFormat::Pm || !matches!(table, "projects" | "swim_lanes" | "users")
        };
        let taken = [&self.created, &self.changed, &self.unchanged].into_iter().flatten();
        self.refused_count.values().any(|count| *count > 0)
            && !taken.into_iter().any(|(table, _)| is_record(table))
    }

    /// Whether every record read is accounted for, table by table.
    #[must_use]
    pub fn balances(&self) -> bool {
        let of = |map: &BTreeMap<String, i64>, table: &str| map.get(table).copied().unwrap_or(0);
        self.read.iter().all(|(table, read)| {
            let out = of(&self.created, table)
                + of(&self.changed, table)
                + of(&self.unchanged, table)
                + of(&self.repeated, table)
                + of(&self.refused_count, table);
            *read == out
        })
    }
}

/// The place of a record in its source.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) line: Option<i64>,
    pub(super) id: Option<String>,
}

impl Origin {
    pub(super) fn new(line: Option<i64>, id: impl Into<String>) -> Self {
        Self { line, id: Some(id.into()) }
    }
}

impl RefusedRecord {
    pub(super) fn new(table: &str, origin: Origin, code: &str, message: impl Into<String>) -> Self {
        Self {
            table: table.to_owned(),
            line: origin.line,
            source_id: origin.id,
            code: code.to_owned(),
            message: message.into(),
            path: Vec::new(),
        }
    }

    pub(super) fn by_rule(table: &str, origin: Origin, rejection: &Rejection) -> Self {
        let path = rejection.path.iter().map(|step| match step {
            PathStep::Item { key, .. } => key.clone(),
            PathStep::Hidden => "hidden".to_owned(),
        });
        Self {
            path: path.collect(),
            ..Self::new(table, origin, rejection.code.as_str(), rejection.message.clone())
        }
    }
}
