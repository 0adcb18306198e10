//! Issue databases of beads, real ones and hostile ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use googletest::prelude::*;
use std::ops::ControlFlow;

use pm_engine::import::{
    ImportError, ImportFormat, ImportOptions, ImportPhase, ImportProgress, ImportReport, OnGone, RemarkKind,
};

use crate::import_support::{count, data, file, import_bytes, import_file, rows};
use crate::support::{Bench, admin};

fn options() -> ImportOptions {
    ImportOptions::new(ImportFormat::Beads, "HX")
}

fn of(map: &std::collections::BTreeMap<String, i64>, table: &str) -> i64 {
    map.get(table).copied().unwrap_or(0)
}

fn refused_in(report: &ImportReport, table: &str) -> Vec<i64> {
    report.refused.iter().filter(|r| r.table == table).filter_map(|r| r.line).collect()
}

#[gtest]
fn given_four_growing_snapshots_when_imported_in_turn_then_all_is_there_and_the_last_again_changes_nothing() {
    let Some(first) = data("beads-hxhx/snapshot-1.jsonl") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.engine.create_tenant("hxhx").unwrap();
    let started = std::time::Instant::now();
    let report = import_file(&tenant, &options(), &first);
    expect_that!(of(&report.created, "work_items"), eq(159));
    for (snapshot, added, changed) in [(2, 110, 1), (3, 64, 10), (4, 109, 5)] {
        let path = first.with_file_name(format!("snapshot-{snapshot}.jsonl"));
        let report = import_file(&tenant, &options(), &path);
        expect_that!(of(&report.created, "work_items"), eq(added));
        // One of the ten records that differ in the third snapshot differs in its edges only.
        let edges_only = i64::from(snapshot == 3);
        expect_that!(of(&report.changed, "work_items"), eq(changed - edges_only));
        if snapshot == 4 {
            let empty: Vec<_> = report.refused.iter().map(|r| r.source_id.clone().unwrap()).collect();
            expect_that!(
                empty,
                unordered_elements_are![eq("haxe.ocaml-xgv.10.8/129"), eq("haxe.ocaml-xgv.2.120/113")]
            );
        }
    }
    eprintln!("four snapshots in {:?}", started.elapsed());
    let db = file(&bench, &tenant);
    expect_that!(count(&db, "SELECT count(*) FROM work_items"), eq(442));
    expect_that!(count(&db, "SELECT count(*) FROM work_items WHERE deleted_at IS NOT NULL"), eq(1));
    expect_that!(count(&db, "SELECT count(*) FROM work_items WHERE parent_id IS NOT NULL"), eq(282));
    let edges = "SELECT count(*) FROM dependencies WHERE deleted_at IS NULL AND kind = ";
    expect_that!(count(&db, &format!("{edges}'blocks'")), eq(50));
    expect_that!(count(&db, &format!("{edges}'relates_to'")), eq(27));
    expect_that!(count(&db, "SELECT count(*) FROM comments"), eq(224));
    // One comment of the source is longer than a comment may be: cut, its rest in the item's extra.
    expect_that!(
        count(&db, "SELECT length(text) FROM comments WHERE external_id = 'haxe.ocaml-wpp.4/10'"),
        eq(50_000)
    );
    let rest = "SELECT length(extra ->> '$.beads.\"comment 10 (rest)\"') FROM work_items WHERE external_id = 'haxe.ocaml-wpp.4'";
    expect_that!(count(&db, rest), eq(81_352 - 50_000 + 4));
    expect_that!(count(&db, "SELECT count(*) FROM work_item_labels"), eq(703 + 19));
    expect_that!(count(&db, "SELECT count(*) FROM work_items WHERE finished = 1"), ge(440));

    let head = tenant.head().unwrap();
    let again = import_file(&tenant, &options(), &first.with_file_name("snapshot-4.jsonl"));
    expect_that!(tenant.head().unwrap(), eq(head));
    expect_that!(again.last_sequence, none());
    expect_that!(of(&again.unchanged, "work_items"), eq(442));
    expect_that!(of(&again.unchanged, "parents"), eq(282));
    expect_that!(of(&again.unchanged, "dependencies"), eq(77));
    expect_that!(of(&again.unchanged, "comments"), eq(224));
}

#[gtest]
fn given_a_snapshot_when_imported_then_times_and_authors_are_those_of_the_source() {
    let Some(last) = data("beads-hxhx/snapshot-4.jsonl") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.engine.create_tenant("hxhx").unwrap();
    import_file(&tenant, &options(), &last);
    let db = file(&bench, &tenant);
    for line in std::fs::read_to_string(&last).unwrap().lines() {
        let issue: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = issue["id"].as_str().unwrap();
        let at = |field: &str| {
            issue[field].as_str().map(|t| pm_engine::model::Timestamp::parse_rfc3339(t).unwrap().as_millis())
        };
        let sql = "SELECT created_at, updated_at, completed_at, deleted_at, created_by, description, title \
                   FROM work_items WHERE external_source = 'beads' AND external_id = ?1";
        let row = db
            .query_row(sql, [id], |r| {
                let texts: (String, String, String) = (r.get(4)?, r.get(5)?, r.get(6)?);
                let times: (Option<i64>, Option<i64>, Option<i64>, Option<i64>) =
                    (r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?);
                Ok((times, texts))
            })
            .unwrap();
        expect_that!(row.0.0, eq(at("created_at")), "{id}");
        expect_that!(row.0.1, eq(at("updated_at")), "{id}");
        expect_that!(row.0.2, eq(at("closed_at")), "{id}");
        expect_that!(row.0.3, eq(at("deleted_at")), "{id}");
        expect_that!(row.1.0, eq(issue["created_by"].as_str().unwrap_or("root")), "{id}");
        expect_that!(row.1.1, eq(issue["description"].as_str().unwrap_or_default()), "{id}");
        expect_that!(row.1.2, eq(issue["title"].as_str().unwrap()), "{id}");
    }
}

#[gtest]
fn given_a_file_with_conflict_markers_when_imported_then_its_bad_lines_are_named_and_nothing_else_is_lost() {
    let Some(path) = data("beads-dirty/conflicted.jsonl") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.engine.create_tenant("dirty").unwrap();
    let report = import_file(&tenant, &options(), &path);
    let bad = [
        28, 30, 32, 88, 91, 95, 106, 112, 118, 137, 141, 145, 201, 210, 220, 253, 256, 260, 264, 267, 271,
        285, 293, 303,
    ];
    expect_that!(refused_in(&report, "lines"), eq(&bad.to_vec()));
    expect_that!(of(&report.created, "work_items"), eq(253));
    expect_that!(of(&report.repeated, "work_items"), eq(28));
    let read = |table| of(&report.read, table);
    expect_that!(read("parents") + read("dependencies"), eq(82));
    expect_that!(of(&report.created, "parents") + of(&report.created, "dependencies"), eq(77));
    let db = file(&bench, &tenant);
    expect_that!(count(&db, "SELECT count(*) FROM work_items"), eq(253));
    expect_that!(count(&db, "SELECT count(*) FROM work_items WHERE parent_id IS NOT NULL"), eq(46));
    expect_that!(count(&db, "SELECT count(*) FROM dependencies WHERE kind = 'blocks'"), eq(24));
    expect_that!(count(&db, "SELECT count(*) FROM dependencies WHERE kind = 'relates_to'"), eq(7));
    let head = tenant.head().unwrap();
    let again = import_file(&tenant, &options(), &path);
    expect_that!(tenant.head().unwrap(), eq(head));
    expect_that!(refused_in(&again, "lines"), eq(&bad.to_vec()));
}

#[gtest]
fn given_two_small_databases_when_imported_under_two_sources_then_both_are_whole() {
    let Some(one) = data("beads-small/dominion-maker.jsonl") else { return };
    let two = one.with_file_name("dullahan.jsonl");
    let bench = Bench::with_workers(2);
    let tenant = bench.engine.create_tenant("small").unwrap();
    let report = import_file(&tenant, &ImportOptions { source: Some("dominion".into()), ..options() }, &one);
    expect_that!(of(&report.created, "work_items"), eq(137));
    expect_that!(of(&report.created, "dependencies"), eq(48));
    let other =
        ImportOptions { source: Some("dullahan".into()), project_key: Some("DU".into()), ..options() };
    let report = import_file(&tenant, &other, &two);
    expect_that!(of(&report.created, "work_items"), eq(96));
    expect_that!(of(&report.created, "dependencies"), eq(63));
    expect_that!(of(&report.created, "comments"), eq(1));
    let db = file(&bench, &tenant);
    expect_that!(count(&db, "SELECT count(*) FROM work_items WHERE kind = 'story'"), eq(13 + 30));
    expect_that!(count(&db, "SELECT count(*) FROM work_item_labels WHERE label = 'docs'"), eq(1));
    expect_that!(count(&db, "SELECT count(*) FROM work_items WHERE estimate_seconds > 0"), eq(3));
}

const ODD: &str = r#"{"id":"a","title":"Parent","issue_type":"task","status":"open","priority":1,"created_at":"2026-01-01T00:00:00Z"}
{"id":"b","title":"Epic below a task","issue_type":"epic","status":"brooding","dependencies":[{"issue_id":"b","depends_on_id":"a","type":"parent-child"},{"issue_id":"b","depends_on_id":"c","type":"parent-child"},{"issue_id":"b","depends_on_id":"nowhere","type":"blocks"}]}
{"id":"c","title":"x waits","status":"closed","priority":7,"design":"kept","dependencies":[{"depends_on_id":"d","type":"blocks"}]}
{"id":"d","title":"closes a ring","labels":["one"," one "],"dependencies":[{"depends_on_id":"c","type":"blocks"},{"depends_on_id":"c","type":"related"}]}
{"id":"e","title":"gone","status":"tombstone","deleted_at":"0001-01-01T00:00:00Z","updated_at":"2026-01-02T00:00:00Z","issue_type":"bug"}
"#;

#[gtest]
fn given_odd_records_when_imported_then_they_are_made_to_fit_and_the_report_says_how() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("odd").unwrap();
    let report = import_bytes(&tenant, &options(), ODD.as_bytes()).unwrap();
    expect_true!(report.balances());
    let kinds: Vec<_> = report.remarks.iter().map(|remark| remark.kind).collect();
    expect_that!(kinds, contains(eq(&RemarkKind::ParentRaised)));
    expect_that!(kinds, contains(eq(&RemarkKind::SecondParent)));
    let ring = report.refused.iter().find(|refused| refused.code == "cycle").unwrap();
    expect_that!(ring.line, some(eq(4)));
    expect_that!(ring.path.len(), eq(2));
    expect_that!(report.refused.iter().filter(|refused| refused.code == "not_found").count(), eq(1));
    let db = file(&bench, &tenant);
    let of_item = |column: &str, id: &str| {
        let sql = format!("SELECT {column} FROM work_items WHERE external_id = '{id}'");
        db.query_row(&sql, [], |row| row.get::<_, String>(0)).unwrap()
    };
    expect_that!(of_item("kind", "a"), eq("epic"));
    expect_that!(of_item("priority", "b"), eq("urgent"));
    expect_that!(of_item("extra", "b"), contains_substring("brooding"));
    expect_that!(of_item("extra", "c"), contains_substring(r#""design":"kept""#));
    expect_that!(of_item("CAST(deleted_at AS TEXT)", "e"), eq("1767312000000"));
    expect_that!(count(&db, "SELECT count(*) FROM dependencies WHERE kind = 'relates_to'"), eq(2));
    let head = tenant.head().unwrap();
    import_bytes(&tenant, &options(), ODD.as_bytes()).unwrap();
    expect_that!(tenant.head().unwrap(), eq(head));
}

#[gtest]
fn given_unknown_statuses_when_lanes_are_wished_then_they_become_lanes_of_the_category_named() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("lanes").unwrap();
    let mut wishes = ImportOptions { unknown_statuses_as_lanes: true, ..options() };
    wishes.lane_categories.insert("Brooding".into(), pm_engine::model::LaneCategory::Started);
    import_bytes(&tenant, &wishes, ODD.as_bytes()).unwrap();
    let db = file(&bench, &tenant);
    let lanes = "SELECT count(*) FROM swim_lanes WHERE status = 'brooding' AND category = 'started' AND item_count = 1";
    expect_that!(count(&db, lanes), eq(1));
}

#[gtest]
fn given_a_newer_file_without_an_item_when_gone_is_to_be_deleted_then_only_that_item_is() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("gone").unwrap();
    import_bytes(&tenant, &options(), ODD.as_bytes()).unwrap();
    let newer: String =
        ODD.lines().filter(|line| !line.contains(r#""id":"d""#)).collect::<Vec<_>>().join("\n");
    let db = file(&bench, &tenant);
    let live = "SELECT count(*) FROM work_items WHERE deleted_at IS NULL";
    let wishes = |on_gone| ImportOptions { on_gone, ..options() };
    let report = import_bytes(&tenant, &wishes(OnGone::Report), newer.as_bytes()).unwrap();
    expect_that!(report.remarks.iter().filter(|r| r.kind == RemarkKind::Gone).count(), eq(1));
    expect_that!(count(&db, live), eq(4));
    import_bytes(&tenant, &wishes(OnGone::Delete), newer.as_bytes()).unwrap();
    expect_that!(count(&db, live), eq(3));
    let back = import_bytes(&tenant, &options(), ODD.as_bytes()).unwrap();
    expect_that!(of(&back.changed, "work_items"), eq(1));
    expect_that!(count(&db, live), eq(4));
}

#[gtest]
fn given_hostile_lines_when_imported_then_each_is_refused_and_the_good_one_is_taken() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("hostile").unwrap();
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    let deep = format!("{{\"id\":\"deep\",\"title\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("{{\"id\":\"long\",\"title\":\"{}\"}}", "x".repeat(5 * 1024 * 1024));
    let lines: Vec<Vec<u8>> = vec![
        deep.into_bytes(),
        long.into_bytes(),
        b"{\"id\":\"huge\",\"title\":\"t\",\"priority\":1e999}".to_vec(),
        b"{\"id\":\"nul\",\"title\":\"a\\u0000b\"}".to_vec(),
        b"{\"id\":\"\xff\xfe\",\"title\":\"t\"}".to_vec(),
        b"[1,2]".to_vec(),
        b"null".to_vec(),
        b"{\"title\":\"no id\"}".to_vec(),
        b"{\"id\":\"untitled\"}".to_vec(),
        b"".to_vec(),
        b"{\"id\":\"ok\",\"title\":\"fine\",\"priority\":99999999999999999999,\"labels\":7,\"comments\":{},\"dependencies\":[1,null,{}],\"created_at\":\"yesterday\",\"assignee\":\"\\u0001\"}"
            .to_vec(),
        b"{\"id\":\"self\",\"title\":\"self\",\"dependencies\":[{\"depends_on_id\":\"self\",\"type\":\"blocks\"},{\"depends_on_id\":\"self\",\"type\":\"parent-child\"},{\"depends_on_id\":\"self\",\"type\":\"related\"}]}"
            .to_vec(),
    ];
    for line in lines {
        bytes.extend(line);
        bytes.extend(b"\r\n");
    }
    let report = import_bytes(&tenant, &options(), &bytes).unwrap();
    expect_true!(report.balances());
    expect_that!(refused_in(&report, "lines"), eq(&vec![1, 2, 3, 5, 6, 7, 8]));
    expect_that!(refused_in(&report, "work_items"), eq(&vec![4, 9]));
    expect_that!(report.lines_empty, eq(1));
    expect_that!(report.refused.iter().filter(|r| r.line == Some(12)).count(), eq(3));
    let db = file(&bench, &tenant);
    expect_that!(rows(&db, "SELECT title FROM work_items ORDER BY number").len(), eq(2));
    // A priority that is none is not the highest, which writers leave out.
    let priority = rows(&db, "SELECT priority FROM work_items WHERE external_id = 'ok'");
    expect_that!(priority.concat(), elements_are![eq("medium")]);
}

#[gtest]
fn given_an_export_of_the_engine_when_imported_as_beads_then_it_is_refused_whole() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("mistaken").unwrap();
    let mut export = Vec::new();
    bench.tenant("acme").export(&admin(), &mut export).unwrap();
    let refused = import_bytes(&tenant, &options(), &export);
    expect_that!(refused, err(matches_pattern!(ImportError::Format { line: some(eq(&1)), .. })));
    expect_that!(tenant.head().unwrap(), eq(0));
}

#[gtest]
fn given_a_deep_chain_when_imported_then_the_deepest_hang_on_the_deepest_ancestor_allowed() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("deep").unwrap();
    let line = |at: i32| {
        let above = at - 1;
        format!("{{\"id\":\"n{at}\",\"title\":\"n{at}\",\"parent\":\"n{above}\"}}\n")
    };
    let text: String = (1..=20).rev().map(line).collect();
    let report = import_bytes(&tenant, &options(), text.as_bytes()).unwrap();
    expect_true!(report.balances());
    expect_that!(report.remarks.iter().filter(|r| r.kind == RemarkKind::Reattached).count(), eq(4));
    let db = file(&bench, &tenant);
    let under = "SELECT count(*) FROM work_items WHERE parent_id = (SELECT id FROM work_items WHERE external_id = 'n15')";
    expect_that!(count(&db, under), eq(5));
    let head = tenant.head().unwrap();
    import_bytes(&tenant, &options(), text.as_bytes()).unwrap();
    expect_that!(tenant.head().unwrap(), eq(head));
}

#[gtest]
fn given_an_import_that_is_ended_early_when_it_is_done_again_then_it_goes_on_from_there() {
    let Some(last) = data("beads-hxhx/snapshot-4.jsonl") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.engine.create_tenant("early").unwrap();
    let bytes = std::fs::read(&last).unwrap();
    for stop_at in [ImportPhase::Items, ImportPhase::Parents, ImportPhase::Finishing] {
        let mut reader = std::io::BufReader::new(bytes.as_slice());
        let mut progress = |progress: &ImportProgress| {
            let stop = progress.phase == stop_at && progress.done > 200;
            if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let report = tenant.import(&admin(), &options(), &mut reader, &mut progress).unwrap();
        expect_true!(report.cancelled);
    }
    let report = import_file(&tenant, &options(), &last);
    expect_that!(report.cancelled, eq(false));
    let whole = bench.engine.create_tenant("whole").unwrap();
    import_file(&whole, &options(), &last);
    let sql = "SELECT i.external_id, i.title, i.kind, i.priority, l.status, i.labels, i.extra, i.completed_at, p.external_id, \
               i.deleted_at FROM work_items i JOIN swim_lanes l ON l.id = i.lane_id LEFT JOIN work_items p \
               ON p.id = i.parent_id ORDER BY 1";
    expect_that!(rows(&file(&bench, &tenant), sql), eq(&rows(&file(&bench, &whole), sql)));
    let counts = "SELECT (SELECT count(*) FROM comments), (SELECT count(*) FROM dependencies)";
    expect_that!(rows(&file(&bench, &tenant), counts), eq(&rows(&file(&bench, &whole), counts)));
}

#[gtest]
fn given_a_comment_on_an_item_deleted_before_when_imported_then_it_is_there_and_the_item_stays_deleted() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("late").unwrap();
    import_bytes(&tenant, &options(), ODD.as_bytes()).unwrap();
    let comment = r#""comments":[{"id":1,"author":"ann","text":"late","created_at":"2026-02-01T00:00:00Z"}],"issue_type":"bug""#;
    let newer = ODD.replace(r#""issue_type":"bug""#, comment);
    let report = import_bytes(&tenant, &options(), newer.as_bytes()).unwrap();
    expect_true!(report.balances());
    expect_that!(of(&report.created, "comments"), eq(1));
    let db = file(&bench, &tenant);
    let row = rows(
        &db,
        "SELECT c.author, c.created_at, i.deleted_at FROM comments c JOIN work_items i ON i.id = c.item_id",
    );
    expect_that!(row[0].join(" "), eq("ann 1769904000000 1767312000000"));
    let edited = newer.replace("late", "later");
    import_bytes(&tenant, &options(), edited.as_bytes()).unwrap();
    let head = tenant.head().unwrap();
    import_bytes(&tenant, &options(), edited.as_bytes()).unwrap();
    expect_that!(tenant.head().unwrap(), eq(head));
}
