//! Export and import of the engine's own format: what comes out goes in again and is the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use googletest::prelude::*;
use pm_engine::Tenant;
use pm_engine::command::{
    Change, ItemMove, NewComment, NewItem, NewProject, NewSprint, NewTimeEntry, SprintAssignment,
};
use pm_engine::export::ExportError;
use pm_engine::import::{ImportError, ImportFormat, ImportOptions};
use pm_engine::model::{DependencyKind, ItemKind, Timestamp};
use rusqlite::Connection;

use crate::import_support::{data, file, import_bytes, import_file, rows};
use crate::support::{Bench, MONDAY, admin, item, item_with, member, run, to_lane, user};

/// Every entity table with its columns. Left out are the derived columns that stand for something an export does
/// not have: `work_items.changed_sequence` (a sequence of this log), `work_items.deleted_group` and
/// `dependencies.deleted_group` (a command of this log). All other derived columns are compared.
const TABLES: [(&str, &str); 12] = [
    ("tenant_settings", "*"),
    ("users", "*"),
    ("projects", "*"),
    ("project_members", "*"),
    ("swim_lanes", "*"),
    ("sprints", "*"),
    ("sprint_items", "*"),
    ("work_item_labels", "*"),
    ("comments", "*"),
    ("comment_mentions", "*"),
    ("time_entries", "*"),
    ("dependencies", "id, kind, from_item, to_item, project_id, created_at, created_by, deleted_at, version"),
];

fn expect_equal(one: &Connection, other: &Connection) {
    for (table, columns) in TABLES {
        let sql = format!("SELECT {columns} FROM {table} ORDER BY 1, 2, 3");
        expect_that!(rows(other, &sql), eq(&rows(one, &sql)), "{table}");
    }
    let columns = rows(one, "SELECT name FROM pragma_table_info('work_items')");
    let columns: Vec<_> =
        columns.concat().into_iter().filter(|c| c != "changed_sequence" && c != "deleted_group").collect();
    let sql = format!("SELECT {} FROM work_items ORDER BY id", columns.join(", "));
    expect_that!(rows(other, &sql), eq(&rows(one, &sql)), "work_items");
}

fn export(tenant: &Tenant) -> Vec<u8> {
    let mut out = Vec::new();
    let summary = tenant.export(&admin(), &mut out).unwrap();
    let lines = out.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(i64::try_from(lines).unwrap(), 1 + summary.lines.values().sum::<i64>());
    assert_eq!(summary.sequence, tenant.head().unwrap());
    out
}

/// Out of one tenant, into an empty one, and there once more.
fn round_trip(bench: &Bench, tenant: &Tenant) {
    let bytes = export(tenant);
    let copy = bench.engine.create_tenant("copy").unwrap();
    let report = import_bytes(&copy, &ImportOptions::pm(), &bytes).unwrap();
    expect_true!(report.balances());
    expect_that!(report.refused, is_empty());
    expect_equal(&file(bench, tenant), &file(bench, &copy));
    let head = copy.head().unwrap();
    let again = import_bytes(&copy, &ImportOptions::pm(), &bytes).unwrap();
    expect_that!(again.last_sequence, none());
    expect_that!(copy.head().unwrap(), eq(head));
    let second = export(&copy);
    let body = |bytes: &[u8]| bytes.splitn(2, |byte| *byte == b'\n').nth(1).unwrap().to_vec();
    expect_true!(body(&second) == body(&bytes));
}

fn full_tenant(bench: &Bench) -> Tenant {
    let tenant = bench.tenant("full");
    let epic = item(&tenant, ItemKind::Epic, "Épic 😀 \"quoted\"\u{2028}");
    let under = |parent: &str, kind, title: &str| {
        item_with(
            &tenant,
            NewItem {
                parent: Some(parent.into()),
                points: Some(0.1 + 0.2),
                ..NewItem::new("PM", kind, title)
            },
        )
    };
    let story = under(&epic, ItemKind::Story, "Story");
    let task = under(&story, ItemKind::Task, "Task");
    let bug = under(&story, ItemKind::Bug, "Bug");
    let other = item(&tenant, ItemKind::Task, "Other");
    let dependency = |kind, from: &str, to: &str| {
        let change = Change::AddDependency { id: None, kind, from: from.into(), to: to.into() };
        run(&tenant, &admin(), change).results[0].id.clone()
    };
    dependency(DependencyKind::Blocks, &other, &task);
    let gone = dependency(DependencyKind::RelatesTo, &other, &bug);
    run(&tenant, &admin(), Change::RemoveDependency { dependency: gone.into() });
    let sprint =
        run(&tenant, &admin(), Change::CreateSprint(NewSprint::new("PM", "One"))).results[0].id.clone();
    for key in [&story, &task, &bug] {
        let sprint = Some(SprintAssignment::Set(sprint.as_str().into()));
        run(&tenant, &admin(), Change::MoveItem(ItemMove { sprint, ..ItemMove::new(key.as_str()) }));
    }
    run(&tenant, &admin(), Change::StartSprint { sprint: sprint.as_str().into() });
    run(
        &tenant,
        &member("ann"),
        Change::StartTimer { id: None, item: task.as_str().into(), note: "n".into() },
    );
    bench.clock.advance(-5_000);
    run(&tenant, &member("ann"), Change::StopTimer { entry: None });
    run(
        &tenant,
        &member("bob"),
        Change::StartTimer { id: None, item: bug.as_str().into(), note: String::new() },
    );
    let entry = NewTimeEntry {
        id: None,
        item: story.as_str().into(),
        user: Some(user("cee")),
        started_at: Timestamp::from_millis(MONDAY - 7_200_000),
        ended_at: Timestamp::from_millis(MONDAY - 3_600_000),
        note: "by hand".into(),
    };
    let entry = run(&tenant, &admin(), Change::AddTimeEntry(entry)).results[0].id.clone();
    run(&tenant, &admin(), Change::DeleteTimeEntry { entry: entry.into() });
    let comment = run(
        &tenant,
        &member("ann"),
        Change::AddComment(NewComment::new(task.as_str(), format!("{bug} @bob"))),
    );
    let first = comment.results[0].id.clone();
    let reply = NewComment { reply_to: Some(first.as_str().into()), ..NewComment::new(task.as_str(), "yes") };
    run(&tenant, &member("bob"), Change::AddComment(reply));
    run(&tenant, &member("ann"), Change::DeleteComment { comment: first.into() });
    run(&tenant, &admin(), to_lane(&task, "done"));
    run(&tenant, &admin(), Change::CompleteSprint { sprint: sprint.into(), carry_to: None });
    run(&tenant, &admin(), Change::DeleteItem { item: bug.as_str().into(), cascade: false });
    run(
        &tenant,
        &admin(),
        Change::DeleteLane {
            lane: pm_engine::command::LaneTarget { project: Some("PM".into()), lane: "review".into() },
            move_items_to: None,
        },
    );
    for (key, end) in [("OLD", 0), ("GONE", 1)] {
        run(&tenant, &admin(), Change::CreateProject(NewProject::new(key, key)));
        let one = item_with(&tenant, NewItem::new(key, ItemKind::Task, "one"));
        let two = item_with(&tenant, NewItem::new(key, ItemKind::Task, "two"));
        dependency(DependencyKind::Blocks, &one, &two);
        run(&tenant, &member("ann"), Change::AddComment(NewComment::new(one.as_str(), "hm")));
        let project = key.into();
        run(
            &tenant,
            &admin(),
            if end == 0 { Change::ArchiveProject { project } } else { Change::DeleteProject { project } },
        );
    }
    tenant
}

#[gtest]
fn given_a_tenant_with_everything_when_exported_and_imported_then_all_entity_tables_are_equal() {
    let bench = Bench::new();
    let tenant = full_tenant(&bench);
    bench.clock.advance(86_400_000);
    round_trip(&bench, &tenant);
}

#[gtest]
fn given_an_imported_tenant_when_exported_and_imported_then_all_entity_tables_are_equal() {
    let Some(last) = data("beads-hxhx/snapshot-4.jsonl") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.engine.create_tenant("beads").unwrap();
    import_file(&tenant, &ImportOptions::new(ImportFormat::Beads, "HX"), &last);
    import_file(
        &tenant,
        &ImportOptions::new(ImportFormat::Trello, "TR"),
        &data("trello-board/trello.json").unwrap(),
    );
    round_trip(&bench, &tenant);
}

#[gtest]
fn given_an_export_with_lines_spoiled_when_imported_then_they_are_named_and_what_hangs_on_them_too() {
    let bench = Bench::new();
    let tenant = full_tenant(&bench);
    let text = String::from_utf8(export(&tenant)).unwrap();
    let spoiled: Vec<String> = text
        .lines()
        .map(|line| {
            if line.contains("\"title\":\"Story\"") {
                "{\"entity\":\"work_item\"}".to_owned()
            } else {
                line.to_owned()
            }
        })
        .collect();
    let copy = bench.engine.create_tenant("copy").unwrap();
    let report = import_bytes(&copy, &ImportOptions::pm(), spoiled.join("\n").as_bytes()).unwrap();
    expect_true!(report.balances());
    expect_that!(report.refused.iter().filter(|r| r.table == "lines").count(), eq(1));
    expect_that!(report.refused.iter().filter(|r| r.table == "work_items").count(), ge(1));
    expect_that!(report.created.get("projects"), some(eq(&3)));
}

#[gtest]
fn given_a_project_without_its_default_lane_when_imported_then_it_is_refused_and_its_neighbours_are_not() {
    let bench = Bench::with_workers(1);
    let tenant = full_tenant(&bench);
    let text = String::from_utf8(export(&tenant)).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let project = lines.iter().position(|line| line.contains("\"key\":\"OLD\"")).unwrap();
    lines.remove(project + 1);
    let copy = bench.engine.create_tenant("copy").unwrap();
    let report = import_bytes(&copy, &ImportOptions::pm(), lines.join("\n").as_bytes()).unwrap();
    expect_true!(report.balances());
    let refused = report.refused.iter().find(|refused| refused.table == "projects").unwrap();
    expect_that!(refused.code, eq("invalid"));
    expect_that!(report.created.get("projects"), some(eq(&2)));
}

#[gtest]
fn given_what_is_no_export_when_imported_then_it_is_refused_whole() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("none").unwrap();
    let newer = b"{\"format\":\"pm\",\"version\":99,\"epoch\":\"018f0000-0000-7000-8000-000000000000\",\"sequence\":1}";
    let cases: [&[u8]; 4] = [b"", b"{}", b"\xff", newer];
    for bytes in cases {
        let result = import_bytes(&tenant, &ImportOptions::pm(), bytes);
        expect_true!(matches!(result, Err(ImportError::Format { .. })));
    }
    let mut out = Vec::new();
    expect_true!(matches!(tenant.export(&member("ann"), &mut out), Err(ExportError::Refused(_))));
    let mut reader = std::io::BufReader::new(&b""[..]);
    let by_member = tenant.import(&member("ann"), &ImportOptions::pm(), &mut reader, &mut |_| {
        std::ops::ControlFlow::Continue(())
    });
    expect_true!(matches!(by_member, Err(ImportError::Refused(_))));
    expect_that!(tenant.head().unwrap(), eq(0));
}
