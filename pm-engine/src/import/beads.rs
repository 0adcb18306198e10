//! One line of beads' `issues.jsonl`, read with tolerance: what has a place here gets it, what has none goes to
//! `extra`, what cannot be used is named.

use serde_json::{Map, Value};

use super::beads_words::{kind_of, meaning_of, priority_of};
use super::facts::Stamp;
use super::fields::{Fields, label_fits};
use crate::limits::{COMMENT_CHARS_MAX, DESCRIPTION_CHARS_MAX, TITLE_CHARS_MAX};
use crate::model::{CalendarDate, ItemKind, Priority, Timestamp, UserId};

/// Fields that follow from others.
const DERIVED: &[&str] = &["content_hash", "dependency_count", "dependent_count", "comment_count"];

/// An issue of beads.
#[derive(Debug)]
pub(super) struct Issue {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) status: String,
    pub(super) kind: ItemKind,
    pub(super) priority: Priority,
    pub(super) assignee: Option<UserId>,
    pub(super) labels: Vec<String>,
    pub(super) estimate_seconds: Option<i64>,
    pub(super) due_date: Option<CalendarDate>,
    pub(super) created: Stamp,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) started_at: Option<Timestamp>,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) deleted: Option<Stamp>,
    pub(super) extra: Map<String, Value>,
    pub(super) edges: Vec<Edge>,
    pub(super) comments: Vec<RawComment>,
    /// Fields that follow from others and were left out.
    pub(super) derived: Vec<&'static str>,
    /// Fields that could not be used, and why.
    pub(super) dropped: Vec<(String, String)>,
}

/// A row of `dependencies`.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) target: String,
    pub(super) kind: String,
    pub(super) made: Stamp,
}

/// A row of `comments`.
#[derive(Debug)]
pub(super) struct RawComment {
    /// A number in older files.
    pub(super) id: Option<String>,
    pub(super) text: String,
    pub(super) written: Stamp,
}

/// The edge that hangs its issue under its target.
pub(super) const PARENT_CHILD: &str = "parent-child";
/// The edge that makes its issue wait for its target.
pub(super) const BLOCKS: &str = "blocks";

/// Why a line holds no issue.
#[derive(Debug)]
pub(super) struct NoIssue {
    pub(super) id: Option<String>,
    pub(super) message: String,
}

/// Reads a line.
pub(super) fn parse(text: &str) -> Result<Issue, NoIssue> {
    let refused = |message: String| NoIssue { id: None, message };
    let map: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| refused(format!("not a JSON object: {error}")))?;
    let mut fields = Fields::new(map);
    let record_type = fields.text("_type").unwrap_or_else(|| "issue".to_owned());
    let Some(id) = fields.text("id").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()) else {
        return Err(refused("the record has no id".to_owned()));
    };
    if record_type != "issue" {
        return Err(NoIssue { id: Some(id), message: format!("a {record_type} is no issue") });
    }
    let derived = DERIVED.iter().copied().filter(|field| fields.take(field).is_some()).collect();
    let created = fields.stamp("created_at", "created_by");
    let updated_text = fields.text("updated_at");
    let updated_at =
        updated_text.as_deref().and_then(Timestamp::parse_rfc3339).filter(|at| at.as_millis() > 0);
    let status = fields.text("status").map_or_else(|| "open".to_owned(), |s| s.trim().to_lowercase());
    let (kind, labels) = kind_and_labels(&mut fields);
    let edges = edges(&mut fields);
    let mut issue = Issue {
        title: bounded(&mut fields, "title", TITLE_CHARS_MAX),
        description: bounded(&mut fields, "description", DESCRIPTION_CHARS_MAX),
        kind,
        priority: priority(&mut fields),
        assignee: fields.user("assignee"),
        labels,
        estimate_seconds: estimate(&mut fields),
        due_date: fields.instant("due_at").map(|at| at.date_at(0)),
        created,
        updated_at,
        started_at: fields.instant("started_at"),
        closed_at: fields.instant("closed_at"),
        deleted: (status == "tombstone").then(|| fields.stamp("deleted_at", "deleted_by")),
        comments: comments(&mut fields),
        extra: Map::new(),
        edges,
        derived,
        dropped: Vec::new(),
        status,
        id,
    };
    issue.extra = extra(&mut fields, &issue, updated_text);
    issue.dropped = fields.dropped;
    Ok(issue)
}

fn bounded(fields: &mut Fields, field: &str, most: usize) -> String {
    let text = fields.text(field).unwrap_or_default();
    fields.cut(field, text, most)
}

/// A tombstone's own type was set aside when it was made.
fn kind_and_labels(fields: &mut Fields) -> (ItemKind, Vec<String>) {
    let mut labels = fields.labels("labels");
    let given = fields.text("issue_type");
    let original = fields.text("original_type");
    let issue_type = original.or(given).unwrap_or_default();
    let (kind, keep) = kind_of(issue_type.trim());
    if keep && label_fits(&issue_type) {
        labels.push(issue_type.trim().to_owned());
        labels.sort_unstable();
        labels.dedup();
    } else if keep {
        fields.drop_field("issue_type", "it does not fit a label");
    }
    (kind, labels)
}

/// Writers that drop zeros leave out the highest priority.
fn priority(fields: &mut Fields) -> Priority {
    let Some(value) = fields.take("priority") else { return Priority::Urgent };
    value.as_i64().and_then(priority_of).unwrap_or_else(|| {
        fields.drop_field("priority", "it is not 0 to 4: read as medium");
        Priority::Medium
    })
}

fn estimate(fields: &mut Fields) -> Option<i64> {
    let minutes = fields.whole("estimated_minutes")?;
    let seconds = minutes.checked_mul(60).filter(|s| (0..=crate::limits::ESTIMATE_SECONDS_MAX).contains(s));
    if seconds.is_none() {
        fields.drop_field("estimated_minutes", "it is out of range");
    }
    seconds
}

fn edges(fields: &mut Fields) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for object in fields.objects("dependencies") {
        let mut row = Fields::new(object);
        let target = row.text("depends_on_id");
        let kind = row.text("type").unwrap_or_else(|| BLOCKS.to_owned());
        let made = row.stamp("created_at", "created_by");
        if row.text("metadata").is_some_and(|text| text != "{}") {
            fields.drop_field("dependencies.metadata", "a dependency has no place for it");
        }
        match target {
            Some(target) => edges.push(Edge { target, kind, made }),
            None => fields.drop_field("dependencies", "a row names no depends_on_id"),
        }
    }
    // A second way to name the parent.
    if let Some(parent) = fields.text("parent")
        && !edges.iter().any(|edge| edge.kind == PARENT_CHILD && edge.target == parent)
    {
        edges.push(Edge { target: parent, kind: PARENT_CHILD.to_owned(), made: Stamp::default() });
    }
    edges
}

fn comments(fields: &mut Fields) -> Vec<RawComment> {
    let mut comments = Vec::new();
    for object in fields.objects("comments") {
        let mut row = Fields::new(object);
        let id = match row.take("id") {
            Some(Value::String(id)) => Some(id),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        };
        let written = row.stamp("created_at", "author");
        let text = row.text("text").unwrap_or_default();
        let name = format!("comment {}", id.as_deref().unwrap_or_default());
        comments.push(RawComment { id, text: fields.cut(&name, text, COMMENT_CHARS_MAX), written });
    }
    comments
}

/// What has no place of its own, with the source's stamp of the last change, which tells a newer record from the
/// same one.
fn extra(fields: &mut Fields, issue: &Issue, updated_at: Option<String>) -> Map<String, Value> {
    let mut extra = fields.rest();
    if let Some(text) = updated_at {
        extra.insert("updated_at".to_owned(), text.into());
    }
    let said = issue.deleted.is_some() || meaning_of(&issue.status).is_some_and(|(_, _, whole)| whole);
    if !said {
        extra.insert("status".to_owned(), issue.status.clone().into());
    }
    let notes: Map<String, Value> = issue
        .edges
        .iter()
        .filter(|edge| ![BLOCKS, PARENT_CHILD, "related", "relates-to"].contains(&edge.kind.as_str()))
        .map(|edge| (edge.target.clone(), edge.kind.clone().into()))
        .collect();
    if !notes.is_empty() {
        extra.insert("dependency_types".to_owned(), Value::Object(notes));
    }
    extra
}
