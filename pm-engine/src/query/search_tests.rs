use googletest::prelude::*;
use proptest::prelude::*;
use rusqlite::Connection;

use super::{SearchPage, SearchQuery, search, text_filter};
use crate::command::Actor;
use crate::error::{Failure, FailureKind, Stop, StoreResult};
use crate::model::{Action, EntityKind, Epoch, Timestamp, Visibility};
use crate::query::page::PageRequest;
use crate::query::report_fixture::{Fixture, admin, member};
use crate::query::search_index::SearchIndex;

fn open(f: &Fixture) -> SearchIndex {
    let epoch = "00000000-0000-7000-8000-000000000001".parse().unwrap();
    SearchIndex::open(&f.dir.path().join("search.db"), epoch).unwrap()
}

fn reader(f: &Fixture) -> Connection {
    Connection::open(f.dir.path().join("tenant.db")).unwrap()
}

fn text(text: &str) -> SearchQuery {
    SearchQuery { text: text.to_owned(), page: PageRequest::first(50), ..SearchQuery::default() }
}

fn ask(f: &Fixture, index: &SearchIndex, actor: &Actor, query: &SearchQuery) -> SearchPage {
    index.catch_up(&f.conn, f.sequence).unwrap();
    let reader = reader(f);
    index.attach_to(&reader).unwrap();
    search(&reader, actor, f.sequence, f.sequence, query).unwrap()
}

fn keys(page: &SearchPage) -> Vec<&str> {
    page.hits.iter().map(|hit| hit.key.as_str()).collect()
}

#[gtest]
fn given_items_when_searched_then_titles_rank_first_and_matches_are_marked() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let mut first = f.item(&board, 1, "unrelated");
    f.change(Action::Changed, &mut first, |i| {
        i.description = Some("the café is closed on Sundays".to_owned())
    });
    f.item(&board, 2, "Café opening");
    let index = open(&f);

    let page = ask(&f, &index, &member("bob"), &text("CAFE"));
    expect_that!(keys(&page), elements_are![eq(&"PM-2"), eq(&"PM-1")]);
    expect_that!(page.hits[1].snippet, eq("the \u{e000}café\u{e001} is closed on Sundays"));
    expect_that!(page.sequence, eq(f.sequence));
    expect_that!(keys(&ask(&f, &index, &member("bob"), &text("closed caf"))), elements_are![eq(&"PM-1")]);
    expect_that!(keys(&ask(&f, &index, &member("bob"), &text("pm-2"))), elements_are![eq(&"PM-2")]);
    expect_that!(keys(&ask(&f, &index, &member("bob"), &text("clos cafe"))), is_empty());
}

#[gtest]
fn given_japanese_when_searched_by_any_piece_of_a_word_then_it_is_found_and_shown_as_written() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    f.item(&board, 1, "全文検索エンジンを追加する");
    f.item(&board, 2, "索引を検める");
    f.item(&board, 3, "会議のAPI設計");
    let index = open(&f);
    let found = |words: &str| {
        let page = ask(&f, &index, &member("bob"), &text(words));
        let mut keys: Vec<String> = page.hits.iter().map(|h| h.key.clone()).collect();
        keys.sort();
        keys.join(" ")
    };

    expect_that!(found("検索"), eq("PM-1"));
    expect_that!(found("検"), eq("PM-1 PM-2"));
    expect_that!(found("エンジン 追加"), eq("PM-1"));
    expect_that!(found("索検"), eq(""));
    expect_that!(found("api設計"), eq("PM-3"));
    let page = ask(&f, &index, &member("bob"), &text("検索"));
    expect_that!(page.hits[0].snippet, eq("全文\u{e000}検索\u{e001}エンジンを追加する"));
}

#[gtest]
fn given_a_private_project_when_searched_then_only_its_members_find_anything() {
    let mut f = Fixture::new();
    let board = f.board("SEC", Visibility::Private);
    let item = f.item(&board, 1, "merger");
    f.comment(&item, "the merger is on");
    f.member(board.project, "ann", false);
    let index = open(&f);

    expect_that!(ask(&f, &index, &member("bob"), &text("merger")).hits, is_empty());
    expect_that!(ask(&f, &index, &member("ann"), &text("merger")).hits, len(eq(2)));
    let only = SearchQuery { kind: Some(EntityKind::Comment), ..text("merger") };
    expect_that!(ask(&f, &index, &admin(), &only).hits, len(eq(1)));
    let there = SearchQuery { project: Some(board.project), ..text("merger") };
    let reader = reader(&f);
    index.attach_to(&reader).unwrap();
    let refused = search(&reader, &member("bob"), f.sequence, f.sequence, &there);
    assert!(matches!(refused, Err(Stop::Rejected(r)) if r.code.as_str() == "not_found"));
}

#[gtest]
fn given_changes_after_a_search_when_searched_again_then_the_index_has_followed() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let mut item = f.item(&board, 1, "alpha");
    f.comment(&item, "alpha too");
    let index = open(&f);
    expect_that!(ask(&f, &index, &admin(), &text("alpha")).hits, len(eq(2)));

    f.change(Action::Changed, &mut item, |i| i.title = "beta".to_owned());
    expect_that!(ask(&f, &index, &admin(), &text("alpha")).hits, len(eq(1)));
    f.change(Action::Deleted, &mut item, |i| i.deleted_at = Some(Timestamp::from_millis(9)));
    expect_that!(ask(&f, &index, &admin(), &text("alpha")).hits, is_empty());
    expect_that!(ask(&f, &index, &admin(), &text("beta")).hits, is_empty());
    f.change(Action::Restored, &mut item, |i| i.deleted_at = None);
    expect_that!(ask(&f, &index, &admin(), &text("alpha")).hits, len(eq(1)));
    expect_that!(ask(&f, &index, &admin(), &text("beta")).hits, len(eq(1)));
}

#[gtest]
fn given_a_purge_when_caught_up_then_no_word_of_it_is_left_in_the_file() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let item = f.item(&board, 1, "zanzibarword");
    f.comment(&item, "quokkaword");
    f.item(&board, 2, "other");
    let index = open(&f);
    ask(&f, &index, &admin(), &text("zanzibarword"));
    f.sequence += 1;
    f.conn
        .execute(
            "INSERT INTO event_log VALUES (?1, 'c', 'root', 1, ?2, 'work_item', ?3, 1, 'purged', x'')",
            rusqlite::params![f.sequence, board.project, item.id],
        )
        .unwrap();
    f.conn.execute("DELETE FROM comments", []).unwrap();
    f.conn.execute("DELETE FROM work_items WHERE id = ?1", [item.id]).unwrap();

    index.catch_up(&f.conn, f.sequence).unwrap();
    for suffix in ["", "-wal"] {
        let bytes = std::fs::read(f.dir.path().join(format!("search.db{suffix}"))).unwrap_or_default();
        for word in ["zanzibar", "quokka"] {
            let found = bytes.windows(word.len()).any(|w| w == word.as_bytes());
            expect_that!(found, eq(false), "{word} in search.db{suffix}");
        }
    }
    expect_that!(ask(&f, &index, &admin(), &text("other")).hits, len(eq(1)));
}

#[gtest]
fn given_an_index_lost_damaged_or_of_another_log_when_searched_then_it_is_made_again() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let item = f.item(&board, 1, "alpha");
    let path = f.dir.path().join("search.db");
    let found = |f: &Fixture, index: &SearchIndex| ask(f, index, &admin(), &text("alpha")).hits.len();
    expect_that!(found(&f, &open(&f)), eq(1));

    std::fs::remove_file(&path).unwrap();
    expect_that!(found(&f, &open(&f)), eq(1));
    std::fs::write(&path, "no database at all, only words that go on for a while").unwrap();
    expect_that!(found(&f, &open(&f)), eq(1));

    let other = SearchIndex::open(&path, Epoch::generate()).unwrap();
    expect_that!(found(&f, &other), eq(1));
    drop(other);

    // The log goes on differently from a sequence that the index has passed.
    let index = open(&f);
    f.comment(&item, "lost alpha");
    expect_that!(found(&f, &index), eq(2));
    drop(index);
    f.conn.execute_batch("DELETE FROM comments; DELETE FROM activity_log WHERE entity_kind = 'comment'; DELETE FROM event_log WHERE entity_kind = 'comment';").unwrap();
    f.sequence -= 1;
    f.now += 50;
    f.item(&board, 2, "alpha, the second");
    expect_that!(found(&f, &open(&f)), eq(2));
}

#[gtest]
fn given_damage_found_while_running_when_discarded_then_readers_follow_to_the_new_file() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    f.item(&board, 1, "alpha");
    let index = open(&f);
    index.catch_up(&f.conn, f.sequence).unwrap();
    let reader = reader(&f);
    index.attach_to(&reader).unwrap();
    let hits =
        || search(&reader, &admin(), f.sequence, f.sequence, &text("alpha")).map(|page| page.hits.len());
    expect_that!(hits().unwrap(), eq(1));

    index.discard().unwrap();
    index.attach_to(&reader).unwrap();
    let Err(Stop::Failed(busy)) = hits() else { panic!("the index is empty") };
    expect_that!(Failure::from(busy).kind(), eq(FailureKind::Busy));
    index.catch_up(&f.conn, f.sequence).unwrap();
    expect_that!(hits().unwrap(), eq(1));

    let wreck = Connection::open(f.dir.path().join("search.db")).unwrap();
    wreck.execute_batch("DROP TABLE texts").unwrap();
    f.item(&board, 2, "alpha again");
    index.catch_up(&f.conn, f.sequence).unwrap();
    index.attach_to(&reader).unwrap();
    let page = search(&reader, &admin(), f.sequence, f.sequence, &text("alpha")).unwrap();
    expect_that!(page.hits, len(eq(2)));
}

#[gtest]
fn given_more_events_than_one_step_when_paged_then_every_match_comes_once() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    for number in 1..=1_300 {
        let mut item = f.item(&board, number, "common word");
        f.change(Action::Changed, &mut item, |i| i.title = format!("common word {}", number % 7));
    }
    let index = open(&f);
    let mut query = SearchQuery { page: PageRequest::first(90), ..text("common") };
    let mut found = Vec::new();
    loop {
        let page = ask(&f, &index, &member("bob"), &query);
        found.extend(page.hits.into_iter().map(|hit| hit.id));
        match page.next {
            Some(next) => query.page.cursor = Some(next),
            None => break,
        }
    }
    expect_that!(found, len(eq(1_300)));
    found.sort();
    found.dedup();
    expect_that!(found, len(eq(1_300)));
}

#[gtest]
fn given_a_text_filter_when_used_on_items_then_only_matches_remain() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let item = f.item(&board, 1, "alpha");
    let other = f.item(&board, 2, "beta");
    f.comment(&other, "alpha");
    let index = open(&f);
    index.catch_up(&f.conn, f.sequence).unwrap();
    let reader = reader(&f);
    index.attach_to(&reader).unwrap();
    let filter = text_filter("alph").unwrap().unwrap();
    let sql = format!("SELECT i.id FROM work_items i WHERE {}", filter.condition);
    let found: Vec<String> = reader
        .prepare(&sql)
        .unwrap()
        .query_map(rusqlite::named_params! { ":search_text": filter.text }, |r| r.get(0))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    expect_that!(found, elements_are![eq(&item.id.to_string())]);
    expect_that!(text_filter("!?").unwrap(), none());
    expect_that!(text_filter(&"x".repeat(501)).is_err(), eq(true));
}

/// One index for all cases: what is asked of it is only that no text makes it fail.
fn hostile(text_: &str) -> StoreResult<()> {
    thread_local! {
        static AT: (Fixture, Connection) = {
            let mut f = Fixture::new();
            let board = f.board("PM", Visibility::Open);
            f.item(&board, 1, "alpha 検索 OR NEAR");
            let index = open(&f);
            index.catch_up(&f.conn, f.sequence).unwrap();
            let reader = reader(&f);
            index.attach_to(&reader).unwrap();
            (f, reader)
        };
    }
    AT.with(|(f, reader)| match search(reader, &admin(), f.sequence, f.sequence, &text(text_)) {
        Err(Stop::Failed(e)) => Err(e),
        _ => Ok(()),
    })
}

proptest! {
    #[test]
    fn given_hostile_text_when_searched_then_it_is_no_error(words in any::<String>()) {
        prop_assert!(hostile(&words).is_ok());
    }

    #[test]
    fn given_syntax_when_searched_then_it_is_no_error(
        words in proptest::collection::vec(
            prop_oneof!["\"", "'", "\\*", "\\(", "\\)", "OR", "NOT", "AND", "NEAR\\(a b, 3\\)", "title:", "\\{title body\\}:",
                "\\^", "-", "\\+", "a", "\u{1}", "\u{0}", "検", "\\\\", ";", "--"], 0..60),
        joint in prop_oneof![Just(""), Just(" ")],
    ) {
        prop_assert!(hostile(&words.join(joint)).is_ok());
    }
}

#[gtest]
fn given_the_longest_texts_when_searched_then_it_is_no_error() {
    for longest in ["a ".repeat(250), "検".repeat(500), "検 ".repeat(250), "\"".repeat(500), "ab".repeat(250)]
    {
        expect_that!(hostile(&longest).is_ok(), eq(true), "{longest}");
    }
}

#[gtest]
fn given_a_purge_whose_rows_are_not_gone_yet_when_the_index_is_made_then_its_comments_stay_out() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let mut item = f.item(&board, 1, "item");
    f.comment(&item, "quokkaword");
    f.change(Action::Deleted, &mut item, |i| i.deleted_at = Some(Timestamp::from_millis(9)));
    f.sequence += 1;
    let sql = "INSERT INTO event_log VALUES (?1, 'c', 'root', 1, ?2, 'work_item', ?3, 1, 'purged', x'')";
    f.conn.execute(sql, rusqlite::params![f.sequence, board.project, item.id]).unwrap();

    let index = open(&f);
    index.catch_up(&f.conn, f.sequence).unwrap();
    let reader = reader(&f);
    index.attach_to(&reader).unwrap();
    let left = "SELECT count(*) FROM search.documents WHERE item_id IS NOT NULL";
    expect_that!(reader.query_row(left, [], |row| row.get::<_, i64>(0)).unwrap(), eq(0));
}
