//! A board of Trello: a real one, and hostile ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use googletest::prelude::*;
use pm_engine::import::{ImportError, ImportFormat, ImportOptions, RemarkKind};

use crate::import_support::{count, data, file, import_bytes, import_file, rows};
use crate::support::Bench;

fn options() -> ImportOptions {
    ImportOptions::new(ImportFormat::Trello, "TR")
}

fn of(map: &std::collections::BTreeMap<String, i64>, table: &str) -> i64 {
    map.get(table).copied().unwrap_or(0)
}

#[gtest]
fn given_a_real_board_when_imported_then_cards_lanes_history_and_text_are_whole() {
    let Some(path) = data("trello-board/trello.json") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.engine.create_tenant("board").unwrap();
    let report = import_file(&tenant, &options(), &path);
    expect_that!(report.refused, is_empty());
    expect_that!(of(&report.created, "work_items"), eq(67));
    expect_that!(of(&report.created, "comments"), eq(4));
    let board: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let db = file(&bench, &tenant);
    expect_that!(count(&db, "SELECT count(*) FROM work_items"), eq(67));
    expect_that!(count(&db, "SELECT count(*) FROM work_items WHERE deleted_at IS NOT NULL"), eq(1));
    expect_that!(count(&db, "SELECT count(*) FROM comments"), eq(4));
    let lanes = rows(&db, "SELECT name, category, deleted_at IS NOT NULL FROM swim_lanes ORDER BY position");
    let names = ["やりたいこと", "やること", "作業中", "クローズ", "中止"];
    let categories = ["backlog", "unstarted", "started", "completed", "canceled"];
    for (at, lane) in lanes.iter().enumerate() {
        expect_that!(lane[0], eq(names[at]));
        expect_that!(lane[1], eq(categories[at]));
        expect_that!(lane[2], eq(if at == 4 { "1" } else { "0" }));
    }
    expect_that!(lanes.len(), eq(5));
    for card in board["cards"].as_array().unwrap() {
        let sql = "SELECT i.title, l.name, i.description FROM work_items i JOIN swim_lanes l ON l.id = i.lane_id \
                   WHERE i.external_source = 'trello' AND i.external_id = ?1";
        let row: (String, String, String) = db
            .query_row(sql, [card["id"].as_str().unwrap()], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
            .unwrap();
        let list =
            board["lists"].as_array().unwrap().iter().find(|list| list["id"] == card["idList"]).unwrap();
        expect_that!(row.0, eq(card["name"].as_str().unwrap().trim()));
        expect_that!(row.1, eq(list["name"].as_str().unwrap()));
        expect_that!(row.2, eq(card["desc"].as_str().unwrap()));
    }
}

#[gtest]
fn given_a_real_board_when_imported_then_all_moves_are_history_with_their_own_times_and_authors() {
    let Some(path) = data("trello-board/trello.json") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.engine.create_tenant("board").unwrap();
    let report = import_file(&tenant, &options(), &path);
    expect_that!(of(&report.created, "moves"), eq(71));
    let board: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let db = file(&bench, &tenant);
    let mut wanted: Vec<(i64, String, String, String)> = Vec::new();
    for action in board["actions"].as_array().unwrap() {
        if action["data"]["listBefore"].is_object() && action["type"] == "updateCard" {
            let at = pm_engine::model::Timestamp::parse_rfc3339(action["date"].as_str().unwrap()).unwrap();
            let name = |field: &str| action["data"][field]["name"].as_str().unwrap().to_owned();
            let by = action["memberCreator"]["username"].as_str().unwrap().to_owned();
            wanted.push((at.as_millis(), by, name("listBefore"), name("listAfter")));
        }
    }
    // One list had another name when some cards were moved.
    let renamed = |name: String| if name == "進行中" { "作業中".to_owned() } else { name };
    let mut wanted: Vec<_> =
        wanted.into_iter().map(|(at, by, from, to)| (at, by, renamed(from), renamed(to))).collect();
    wanted.sort();
    let sql = "SELECT a.instant, a.actor, o.name, n.name FROM activity_log a JOIN swim_lanes o ON o.id = a.old_value \
               JOIN swim_lanes n ON n.id = a.new_value WHERE a.field = 'lane' AND a.action = 'moved'";
    let mut statement = db.prepare(sql).unwrap();
    let found = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).unwrap();
    let mut found: Vec<(i64, String, String, String)> = found.collect::<std::result::Result<_, _>>().unwrap();
    found.sort();
    expect_that!(found.len(), eq(71));
    expect_that!(
        found.iter().map(|f| (f.0, &f.1)).collect::<Vec<_>>(),
        eq(&wanted.iter().map(|w| (w.0, &w.1)).collect::<Vec<_>>())
    );
    expect_that!(found, eq(&wanted));
    let first = &board["cards"][0];
    let seconds = i64::from_str_radix(first["id"].as_str().unwrap().get(..8).unwrap(), 16).unwrap();
    let made =
        format!("SELECT created_at FROM work_items WHERE external_id = {}", first["id"]).replace('"', "'");
    expect_that!(count(&db, &made), eq(seconds * 1_000));
}

#[gtest]
fn given_a_board_imported_when_imported_again_then_nothing_changes_and_the_order_is_that_of_the_board() {
    let Some(path) = data("trello-board/trello.json") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.engine.create_tenant("board").unwrap();
    import_file(&tenant, &options(), &path);
    let head = tenant.head().unwrap();
    let again = import_file(&tenant, &options(), &path);
    expect_that!(tenant.head().unwrap(), eq(head));
    expect_that!(of(&again.unchanged, "work_items"), eq(67));
    expect_that!(of(&again.unchanged, "moves"), eq(71));
    let board: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let db = file(&bench, &tenant);
    for list in board["lists"].as_array().unwrap() {
        let cards = board["cards"].as_array().unwrap().iter();
        let mut cards: Vec<_> =
            cards.filter(|card| card["idList"] == list["id"] && card["closed"] == false).collect();
        cards.sort_by(|a, b| a["pos"].as_f64().unwrap().total_cmp(&b["pos"].as_f64().unwrap()));
        let wanted: Vec<_> = cards.iter().map(|card| card["id"].as_str().unwrap().to_owned()).collect();
        let sql = "SELECT i.external_id FROM work_items i JOIN swim_lanes l ON l.id = i.lane_id WHERE l.name = ?1 \
                   AND i.deleted_at IS NULL ORDER BY i.lane_order, i.id";
        let mut statement = db.prepare(sql).unwrap();
        let found = statement.query_map([list["name"].as_str().unwrap()], |row| row.get(0)).unwrap();
        let found: Vec<String> = found.collect::<std::result::Result<_, _>>().unwrap();
        expect_that!(found, eq(&wanted));
    }
}

const SMALL: &str = r#"{"name":"Small","lists":[
  {"id":"aaaaaaaa1","name":"Doing","pos":2,"softLimit":3},{"id":"aaaaaaaa2","name":"Ideas","pos":1},
  {"id":"aaaaaaaa3","name":"Attic","pos":3,"closed":true}],
 "cards":[
  {"id":"54b4a420e3782eba550045aa","name":"One","idList":"aaaaaaaa1","labels":[{"name":"","color":"red"}],"due":"2026-02-03T10:00:00Z",
   "idMembers":["m1","m2"],"desc":"text","idChecklists":["c"],"start":"2026-02-04T10:00:00Z"},
  {"id":"54b4a421e3782eba550045aa","name":"Kept","idList":"aaaaaaaa3"},
  {"id":"54b4a422e3782eba550045aa","name":"Lost","idList":"nowhere"},
  {"name":"no id"}, 7],
 "members":[{"id":"m1","username":"ann","fullName":"Ann"},{"id":"m2","username":"bob","fullName":"Bob"}],
 "checklists":[{"id":"c","idCard":"54b4a420e3782eba550045aa","name":"Steps","checkItems":[{"name":"two","pos":2,"state":"complete"},{"name":"one","pos":1,"state":"incomplete"}]}],
 "actions":[{"id":"x1","type":"commentCard","date":"2026-01-01T00:00:00Z","data":{"text":"   ","card":{"id":"54b4a420e3782eba550045aa"}}},
  {"id":"x2","type":"commentCard","date":"2026-01-01T00:00:00Z","data":{"text":"hi","card":{"id":"gone"}}},
  {"id":"x3","type":"updateCard","date":"2026-01-01T00:00:00Z","data":{"card":{"id":"54b4a420e3782eba550045aa"},"listBefore":{"id":"aaaaaaaa2"},"listAfter":{"id":"away"}}}]}"#;

#[gtest]
fn given_a_small_board_with_odd_cards_when_imported_then_each_is_taken_or_named() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("small").unwrap();
    let report = import_bytes(&tenant, &options(), SMALL.as_bytes()).unwrap();
    expect_true!(report.balances());
    expect_that!(of(&report.refused_count, "comments"), eq(2));
    expect_that!(of(&report.refused_count, "moves"), eq(1));
    expect_that!(of(&report.refused_count, "work_items"), eq(1));
    expect_that!(report.remarks.iter().filter(|r| r.kind == RemarkKind::LaneKept).count(), eq(1));
    let db = file(&bench, &tenant);
    let one = rows(
        &db,
        "SELECT description, due_date, start_date, assignee, labels FROM work_items WHERE title = 'One'",
    );
    expect_that!(one[0][0], eq("text\n\n### Steps\n- [ ] one\n- [x] two"));
    expect_that!(one[0][1], contains_substring("2026-02-03"));
    expect_that!(one[0][2], eq("null"));
    expect_that!(one[0][3], contains_substring("ann"));
    expect_that!(one[0][4], contains_substring("red"));
    expect_that!(count(&db, "SELECT wip_limit FROM swim_lanes WHERE name = 'Doing'"), eq(3));
    let head = tenant.head().unwrap();
    import_bytes(&tenant, &options(), SMALL.as_bytes()).unwrap();
    expect_that!(tenant.head().unwrap(), eq(head));
    // A renamed list is known again, a new move is added to the history.
    let newer = SMALL.replace("Doing", "Busy");
    import_bytes(&tenant, &options(), newer.as_bytes()).unwrap();
    expect_that!(count(&db, "SELECT count(*) FROM swim_lanes WHERE name = 'Busy'"), eq(1));
    expect_that!(count(&db, "SELECT count(*) FROM swim_lanes"), eq(3));
}

#[gtest]
fn given_hostile_documents_when_imported_then_they_are_refused_whole_and_nothing_is_sent() {
    let bench = Bench::new();
    let tenant = bench.engine.create_tenant("hostile").unwrap();
    let deep = format!("{{\"cards\":[{}", "[".repeat(200_000));
    let cases: [&[u8]; 8] = [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"{\"cards\":7}",
        b"{\"cards\":[{\"id\":\"\xff\"}]}",
        deep.as_bytes(),
        b"{\"lists\":[]} trailing",
    ];
    for bytes in cases {
        let result = import_bytes(&tenant, &options(), bytes);
        expect_true!(matches!(result, Err(ImportError::Format { .. })), "{:?}", bytes.get(..20));
    }
    expect_that!(tenant.head().unwrap(), eq(0));
    let empty = import_bytes(&tenant, &options(), b"{\"lists\":null,\"cards\":[]}").unwrap();
    expect_true!(empty.balances());
}
