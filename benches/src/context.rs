//! A project's context for a language model, beside its rows read by one statement and handed to `serde_json`.

use pm_engine::limits::CONTEXT_BYTES_MAX;
use pm_engine::model::ProjectRef;
use pm_engine::query::ContextOptions;

use crate::fixture::member;
use crate::lists;
use crate::measure::{Effort, Line, Target, in_turns};
use crate::read::{json_rows, reader};

/// What a context tells of an item, but for its dependencies.
const ITEM: &str = "SELECT i.number, i.kind, i.title, i.description, l.status, l.category, i.priority, i.assignee, i.labels, \
     i.points, i.estimate_seconds, i.remaining_seconds, i.start_date, i.due_date, s.name AS sprint, \
     p.number AS parent, i.open_blockers, i.open_children, i.updated_at, i.completed_at, i.version \
     FROM work_items i JOIN swim_lanes l ON l.id = i.lane_id LEFT JOIN sprints s ON s.id = i.sprint_id \
     LEFT JOIN work_items p ON p.id = i.parent_id WHERE i.project_id = ?1 AND i.deleted_at IS NULL \
     ORDER BY i.finished, i.number LIMIT ?2";

/// The lines of the table.
#[must_use]
pub fn lines(effort: Effort) -> Vec<Line> {
    let count = effort.pick(1_000, 10_000);
    let fixture = lists::project(count);
    let (tenant, actor) = (&fixture.tenant, member());
    let project = ProjectRef::from("PM");
    let bare = reader(&fixture.file());
    let id: String = bare.query_row("SELECT id FROM projects", [], |row| row.get(0)).unwrap();
    let measured = |max_bytes: i64| {
        let options = ContextOptions { max_bytes: Some(max_bytes), ..ContextOptions::default() };
        let ask = || tenant.read(&actor).unwrap().context(&project, &options).unwrap();
        // The floor reads as many items as there is room for.
        let items = ask().items.len();
        let limit = i64::try_from(items).unwrap();
        let mut rows = bare.prepare(ITEM).unwrap();
        let pairs = in_turns(
            effort.pick(2, 11),
            1,
            || assert!(json_rows(&mut rows, rusqlite::params![id, limit]).len() > items * 100),
            || assert!(serde_json::to_vec(&ask()).unwrap().len() > items * 100),
        );
        (items, pairs)
    };
    let (all, whole) = measured(CONTEXT_BYTES_MAX);
    let (few, default) = measured(pm_engine::limits::CONTEXT_BYTES_DEFAULT);
    vec![
        Line::time(&format!("context, {all} of {count} items in 4 MB of JSON"), &whole, Target::None),
        Line::time(&format!("context, {few} of {count} items in 200 kB of JSON"), &default, Target::None),
    ]
}
