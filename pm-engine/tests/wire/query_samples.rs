//! Fixed questions and answers for the golden files, in the form JSON gives them, with every optional field set at
//! least once.

use pm_engine::model::EntityKind;
use pm_engine::query::{Answer, Question};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::samples;

const PROJECT: &str = "01900000-0000-7000-8000-000000000001";
const LANE: &str = "01900000-0000-7000-8000-00000000000a";
const SPRINT: &str = "01900000-0000-7000-8000-000000000014";
const COMMENT: &str = "01900000-0000-7000-8000-00000000001f";
const DEPENDENCY: &str = "01900000-0000-7000-8000-000000000032";
const ITEM: &str = "01900000-0000-7000-8000-000000000065";
const AT: i64 = 1_790_000_000_000;

/// Each value under the name of its variant.
fn named<T: DeserializeOwned>(all: Vec<Value>) -> Vec<(String, T)> {
    let one = |value: Value| {
        let name = value["type"].as_str().unwrap().to_owned();
        let read = serde_json::from_value(value).map_err(|error| format!("{name}: {error}"));
        (name, read.unwrap())
    };
    all.into_iter().map(one).collect()
}

fn page() -> Value {
    json!({ "cursor": "abc", "limit": 10 })
}

fn filter() -> Value {
    json!({
        "project": "PM", "ids": ["PM-1", ITEM], "kinds": ["story", "bug"], "lanes": ["doing"],
        "categories": ["started"], "priorities": ["urgent", "none"], "assignees": ["ada"], "unassigned": true,
        "sprints": [SPRINT], "no_sprint": true, "parents": ["PM-2"], "roots": true, "labels": ["api", "wire"],
        "due_from": "2026-11-02", "due_to": "2026-11-13", "start_from": "2026-11-01", "start_to": "2026-11-12",
        "updated_since": AT, "changed_after": 7, "finished": false, "blocked": true, "ready": false, "text": "grüße",
        "created_by": "ada", "updated_by": "bob", "external": { "source": "jira", "id": "OLD-7" },
    })
}

/// One question of every kind.
pub(crate) fn questions() -> Vec<(String, Question)> {
    let of_project = |name: &str| json!({ "type": name, "project": "PM", "page": page() });
    let of_item = |name: &str| json!({ "type": name, "item": "PM-1", "page": page() });
    let lane = json!({ "project": "PM", "lane": "doing" });
    let options = json!({
        "max_bytes": 9_000, "since": 7, "descriptions": false, "finished": true, "members": false, "sprints": true,
        "dependencies": false, "comments": true, "timers": false,
    });
    let time = json!({ "item": "PM-1", "user": "ada", "project": "PM", "from": AT, "to": AT + 1 });
    named(vec![
        json!({ "type": "items", "filter": filter(), "sort": "due", "page": page(), "with_total": true }),
        json!({ "type": "board", "project": "PM", "filter": {}, "per_lane": 20 }),
        json!({ "type": "lane_page", "lane": lane, "filter": { "finished": true }, "page": page() }),
        json!({ "type": "projects", "status": "archived", "page": page(), "with_total": true }),
        json!({ "type": "project", "project": "PM" }),
        json!({ "type": "users", "page": page() }),
        json!({ "type": "user", "user": "auth0|ada" }),
        of_project("members"),
        json!({ "type": "lanes", "project": PROJECT }),
        json!({ "type": "sprints", "project": "PM", "states": ["planned", "active"], "page": page() }),
        json!({ "type": "sprint", "sprint": SPRINT }),
        of_project("labels"),
        of_project("trash"),
        json!({ "type": "trash_projects", "page": page() }),
        json!({ "type": "item", "item": "PM-1" }),
        json!({ "type": "item_only", "item": ITEM }),
        json!({ "type": "ancestors", "item": "PM-1" }),
        of_item("children"),
        of_item("descendants"),
        json!({ "type": "dependencies", "item": "PM-1", "kind": "relates_to", "page": page() }),
        of_project("backlog"),
        of_project("blocked"),
        of_project("ready"),
        of_item("comments"),
        json!({ "type": "replies", "comment": COMMENT, "page": page() }),
        json!({ "type": "mentions", "target": { "user": "bob" }, "page": page() }),
        json!({ "type": "time_entries", "filter": time, "page": page(), "with_total": true }),
        json!({ "type": "running_timers", "project": "PM", "page": page() }),
        json!({ "type": "my_timer" }),
        json!({ "type": "context", "project": "PM", "options": options }),
        json!({ "type": "llm_context", "kind": "query_pattern", "page": page() }),
        json!({ "type": "search", "text": "grüße", "project": PROJECT, "kind": "comment", "page": page() }),
        json!({
            "type": "activity", "project": PROJECT, "entity": ITEM, "user": "ada", "since_sequence": 7, "since": AT,
            "page": page(),
        }),
        json!({ "type": "sprint_report", "sprint": SPRINT, "utc_offset_minutes": -90 }),
        json!({ "type": "scope_changes", "sprint": SPRINT, "page": page() }),
        json!({ "type": "sprint_items", "sprint": SPRINT, "phase": "completion", "page": page() }),
        json!({ "type": "velocity", "project": "PM", "sprints": 3 }),
        json!({
            "type": "time_totals", "scope": { "item_tree": ITEM }, "by": "day", "from": "2026-11-02",
            "to": "2026-11-13", "utc_offset_minutes": 120, "page": page(),
        }),
        json!({ "type": "snapshot", "projects": [PROJECT], "cursor": "abc" }),
        json!({
            "type": "board_then", "project": PROJECT, "as_of": { "instant": AT }, "lane": LANE, "page": page(),
        }),
        json!({ "type": "inverse", "command": "c-1", "user": "ada" }),
    ])
}

/// The sample of an entity, as JSON.
fn entity(kind: EntityKind) -> Value {
    serde_json::to_value(samples::entities().into_iter().find(|entity| entity.kind() == kind).unwrap())
        .unwrap()
}

fn card() -> Value {
    json!({
        "item": entity(EntityKind::WorkItem), "key": "PM-1", "finished": false, "blocked": true, "ready": true,
        "open_children": 1, "live_children": 2, "comments": 3, "timers": ["ada", "bob"],
    })
}

fn item_answer() -> Value {
    json!({
        "sequence": 9, "item": entity(EntityKind::WorkItem), "key": "PM-1", "role": "editor", "finished": true,
        "blocked": true, "ready": true, "open_children": 1, "live_children": 2,
    })
}

fn dependency_lines() -> Value {
    let other = json!({
        "id": ITEM, "key": "PM-1", "project": PROJECT, "kind": "bug", "title": "Other", "lane": LANE,
        "status": "doing", "category": "started", "finished": true,
    });
    let line = |direction: &str, other: Value| {
        json!({
            "id": DEPENDENCY, "direction": direction, "other": other, "created_at": AT, "created_by": "ada",
            "version": 2,
        })
    };
    json!([line("blocked_by", json!({ "item": other })), line("relates_to", json!("hidden"))])
}

fn context() -> Value {
    let item = json!({
        "key": "PM-1", "kind": "story", "title": "Grüße", "description": "*text*", "status": "doing",
        "category": "started", "priority": "high", "assignee": "ada", "labels": ["api"], "points": 0.5,
        "estimate_seconds": 3_600, "remaining_seconds": 0, "start_date": "2026-11-02", "due_date": "2026-11-13",
        "sprint": "Sprint 1", "parent": "PM-2",
        "dependencies": [{ "direction": "blocks", "key": "PM-3" }, { "direction": "relates_to", "key": null }],
        "blocked": true, "ready": true, "open_children": 1, "comments": 2, "updated_at": AT, "completed_at": AT,
        "version": 7,
    });
    json!({
        "type": "context", "sequence": 9, "project": entity(EntityKind::Project), "role": "viewer",
        "lanes": [{
            "status": "doing", "name": "Doing", "category": "started", "wip_limit": 5, "item_count": 6,
        }],
        "members": [entity(EntityKind::Member)],
        "sprints": [{
            "id": SPRINT, "name": "Sprint 1", "goal": "Ship", "state": "active", "start_date": "2026-11-02",
            "end_date": "2026-11-13", "item_count": 3, "completed_points": 2.5,
        }],
        "timers": [{ "user": "ada", "item": "PM-1", "started_at": AT }],
        "items": [item],
        "comments": [{ "item": "PM-1", "author": "bob", "at": AT, "is_reply": true, "text": "yes" }],
        "left_out": {
            "lanes": 1, "members": 2, "sprints": 3, "timers": 4, "open_items": 5, "finished_items": 6,
            "descriptions": 7, "comments": 8,
        },
    })
}

fn reports() -> Vec<Value> {
    let load = |items: i64| json!({ "items": items, "points": 2.5 });
    vec![
        json!({
            "type": "sprint_report", "sequence": 9, "sprint": entity(EntityKind::Sprint), "commitment": load(1),
            "remaining_at_start": load(2), "result": load(3), "added": load(4), "removed": load(5),
            "reestimated": { "items": 6, "points": -1.5 },
            "burndown": [{ "day": "2026-11-02", "scope": load(7), "remaining": load(8) }],
        }),
        json!({
            "type": "scope_changes", "sequence": 9, "changes": [{
                "sequence": 8, "at": AT, "by": "ada", "item": ITEM, "kind": "reestimated", "points_before": 1.0,
                "points_after": 0.5,
            }], "next": "abc",
        }),
        json!({
            "type": "sprint_items", "sequence": 9, "items": [{
                "item": ITEM, "phase": "start", "points": 2.5, "category": "started",
            }], "next": "abc",
        }),
        json!({
            "type": "velocity", "sequence": 9, "sprints": [{
                "sprint": SPRINT, "name": "Sprint 1", "ended_at": AT, "committed": load(1), "completed": load(2),
            }], "average_points": 2.5,
        }),
        json!({
            "type": "time_totals", "sequence": 9, "seconds": 60, "entries": 2, "running": 1,
            "lines": [
                { "item": ITEM, "user": null, "day": null, "seconds": 30, "entries": 1 },
                { "item": null, "user": "ada", "day": "2026-11-02", "seconds": 30, "entries": 1 },
            ],
            "next": "abc",
        }),
    ]
}

/// The parts that an undo would consist of: one of every change.
fn parts() -> Vec<Value> {
    let commands = samples::commands();
    let parts = commands.into_iter().flat_map(|(_, command)| command.parts);
    parts.map(|part| serde_json::to_value(part).unwrap()).collect()
}

/// One answer of every kind.
pub(crate) fn answers() -> Vec<(String, Answer)> {
    let (project, lane) = (entity(EntityKind::Project), entity(EntityKind::Lane));
    let (sprint, user) = (entity(EntityKind::Sprint), entity(EntityKind::User));
    let (comment, entry) = (entity(EntityKind::Comment), entity(EntityKind::TimeEntry));
    let rows = |name: &str, field: &str, rows: Value| json!({ "type": name, "sequence": 9, field: rows, "total": 12, "next": "abc" });
    let board_lane = json!({ "lane": lane, "item_count": 6, "cards": [card()], "next": "abc" });
    let trash = json!([{
        "kind": "work_item", "id": ITEM, "key": "PM-1", "title": "Grüße", "deleted_at": AT, "group": "c-1",
    }]);
    let time = json!([{ "entry": entry, "key": "PM-1", "title": "Grüße" }]);
    let thread = json!({ "comment": comment, "replies": [comment], "left_out": 3, "next": "abc" });
    let detail = json!({
        "type": "item", "sequence": 9, "item": item_answer(), "lane": lane, "ancestors": [card()],
        "children": [card()], "children_next": "abc", "dependencies": dependency_lines(),
        "dependencies_next": "def", "timers": [entry], "comments": 3,
    });
    let mut only = item_answer();
    only["type"] = json!("item_only");
    let note = json!({
        "kind": "query_pattern", "category": "items", "title": "How", "content": "text",
        "example_sql": "SELECT 1", "priority": 1,
    });
    let hit = json!({
        "kind": "comment", "id": COMMENT, "project": PROJECT, "item": ITEM, "key": "PM-1", "title": "Grüße",
        "snippet": "a b", "rank": -1.5,
    });
    let row = json!({
        "sequence": 8, "position": 1, "at": AT, "actor": "ada", "project": PROJECT, "entity_kind": "work_item",
        "entity_id": ITEM, "action": "changed", "field": "title", "old_value": "a", "new_value": "b",
    });
    let then =
        json!({ "lane": lane, "item_count": 6, "items": [entity(EntityKind::WorkItem)], "next": "abc" });
    let undone =
        json!({ "sequence": 8, "entity_kind": "time_entry", "entity_id": ITEM, "action": "stopped" });
    let mut all = vec![
        rows("items", "items", json!([card()])),
        json!({ "type": "board", "sequence": 9, "project": project, "role": "admin", "lanes": [board_lane] }),
        json!({ "type": "lane_page", "sequence": 9, "lane": board_lane }),
        rows("projects", "projects", json!([{ "project": project, "role": "viewer" }])),
        json!({ "type": "project", "sequence": 9, "project": project, "role": "editor" }),
        rows("users", "users", json!([user])),
        json!({ "type": "user", "sequence": 9, "user": user }),
        rows("members", "members", json!([entity(EntityKind::Member)])),
        rows("lanes", "lanes", json!([{ "lane": lane, "item_count": 6 }])),
        rows("sprints", "sprints", json!([{ "sprint": sprint, "item_count": 3 }])),
        json!({ "type": "sprint", "sequence": 9, "sprint": sprint, "item_count": 3 }),
        rows("labels", "labels", json!([{ "label": "api", "items": 4 }])),
        rows("trash", "entries", trash.clone()),
        rows("trash_projects", "entries", trash),
        detail,
        only,
        rows("ancestors", "items", json!([card()])),
        rows("children", "items", json!([card()])),
        rows("descendants", "items", json!([{ "card": card(), "depth": 2 }])),
        rows("dependencies", "dependencies", dependency_lines()),
        rows("backlog", "items", json!([card()])),
        rows("blocked", "items", json!([card()])),
        rows("ready", "items", json!([card()])),
        rows("comments", "threads", json!([thread])),
        rows("replies", "comments", json!([comment])),
        rows("mentions", "mentions", json!([{ "comment": comment, "key": "PM-1", "title": "Grüße" }])),
        rows("time_entries", "entries", time.clone()),
        rows("running_timers", "entries", time),
        json!({ "type": "my_timer", "sequence": 9, "entry": entry }),
        context(),
        rows("llm_context", "notes", json!([note])),
        rows("search", "hits", json!([hit])),
        rows("activity", "rows", json!([row])),
        rows("snapshot", "entities", serde_json::to_value(samples::entities()).unwrap()),
        json!({ "type": "board_then", "sequence": 9, "as_of": 5, "project": project, "lanes": [then] }),
        json!({ "type": "inverse", "sequence": 9, "parts": parts(), "left_out": [undone] }),
    ];
    all.extend(reports());
    named(all)
}
