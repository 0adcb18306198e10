//! The words of beads and what they mean here.

use crate::model::{ItemKind, LaneCategory, Priority};

/// The kind a type becomes, and whether the type's own name has to be kept.
pub(super) fn kind_of(issue_type: &str) -> (ItemKind, bool) {
    match issue_type {
        "epic" => (ItemKind::Epic, false),
        "feature" | "story" => (ItemKind::Story, issue_type == "story"),
        "bug" => (ItemKind::Bug, false),
        "task" | "" => (ItemKind::Task, false),
        _ => (ItemKind::Task, true),
    }
}

pub(super) fn priority_of(number: i64) -> Option<Priority> {
    match number {
        0 => Some(Priority::Urgent),
        1 => Some(Priority::High),
        2 => Some(Priority::Medium),
        3 => Some(Priority::Low),
        4 => Some(Priority::None),
        _ => None,
    }
}

/// What a status of beads means, the usual lane for it, and whether that lane says all of it.
pub(super) fn meaning_of(status: &str) -> Option<(LaneCategory, &'static str, bool)> {
    match status {
        "open" => Some((LaneCategory::Unstarted, "todo", true)),
        "in_progress" => Some((LaneCategory::Started, "in_progress", true)),
        "closed" => Some((LaneCategory::Completed, "done", true)),
        // Whether something is blocked follows from its dependencies.
        "blocked" => Some((LaneCategory::Unstarted, "todo", false)),
        "deferred" => Some((LaneCategory::Backlog, "backlog", false)),
        "hooked" | "pinned" => Some((LaneCategory::Started, "in_progress", false)),
        _ => None,
    }
}
