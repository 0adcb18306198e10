//! Filters, orders, pages, the board and the tree.

use googletest::prelude::*;
use proptest::prelude::*;

use crate::command::LaneTarget;
use crate::model::{ExternalRef, ItemId, ItemKind, LaneCategory, Priority, SprintId, Timestamp};
use crate::query::fixture::{Fixture, Place, T0, code, user, walk};
use crate::query::{ItemFilter, ItemSort, PageRequest};
use crate::rejection::RejectionCode;

struct World {
    file: Fixture,
    pm: Place,
    items: Vec<ItemId>,
    sprint: SprintId,
}

/// Twelve items of PM: an epic (1) with two stories (2, 3), their tasks (4..=7), five roots (8..=12).
fn world() -> World {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let sprint = file.sprint(pm.project, "One", "active");
    let parents = [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2), None, None, None, None, None];
    let mut items: Vec<ItemId> = Vec::new();
    for (at, parent) in parents.into_iter().enumerate() {
        let lane = [pm.backlog, pm.todo, pm.doing, pm.done][at % 4];
        items.push(file.item(&pm, lane, parent.map(|parent: usize| items[parent])));
    }
    file.set(items[0], "kind", "epic");
    file.set(items[1], "kind", "story");
    file.set(items[2], "priority", "urgent");
    file.set(items[9], "priority", "low");
    file.set(items[3], "assignee", "bob");
    file.set(items[4], "assignee", "eve");
    file.set(items[5], "sprint_id", sprint);
    file.set(items[6], "due_date", "2026-03-01");
    file.set(items[7], "due_date", "2026-02-01");
    file.set(items[8], "start_date", "2026-01-15");
    file.set(items[9], "created_by", "bob");
    file.set(items[10], "updated_by", "bob");
    file.set(items[11], "external_source", "jira");
    file.set(items[11], "external_id", "J-1");
    file.set(items[10], "title", "100% ÄRGER_");
    file.label(items[1], &["api", "ui"]);
    file.label(items[2], &["api"]);
    file.depend("blocks", items[7], items[1]);
    file.derive();
    World { file, pm, items, sprint }
}

impl World {
    fn numbers(&self, filter: &ItemFilter) -> Vec<i64> {
        let filter = ItemFilter { project: Some("pm".into()), ..filter.clone() };
        let page =
            self.file.admin().items(&filter, ItemSort::Number, &PageRequest::first(500), true).unwrap();
        assert_eq!(page.total, i64::try_from(page.items.len()).ok());
        page.items.iter().map(|card| card.item.number).collect()
    }
}

#[gtest]
fn given_each_filter_when_listed_then_exactly_the_items_meant() {
    let w = world();
    let any = ItemFilter::default();
    let date = |text: &str| Some(text.parse().unwrap());
    let cases: Vec<(&str, ItemFilter, Vec<i64>)> = vec![
        ("none", any.clone(), (1..=12).collect()),
        ("kinds", ItemFilter { kinds: vec![ItemKind::Epic, ItemKind::Story], ..any.clone() }, vec![1, 2]),
        ("lane by status", ItemFilter { lanes: vec!["Doing".into()], ..any.clone() }, vec![3, 7, 11]),
        ("lane by id", ItemFilter { lanes: vec![w.pm.done.into()], ..any.clone() }, vec![4, 8, 12]),
        ("category", ItemFilter { categories: vec![LaneCategory::Unstarted], ..any.clone() }, vec![2, 6, 10]),
        (
            "priority",
            ItemFilter { priorities: vec![Priority::Urgent, Priority::Low], ..any.clone() },
            vec![3, 10],
        ),
        ("assignee", ItemFilter { assignees: vec![user("bob")], ..any.clone() }, vec![4]),
        ("assignees", ItemFilter { assignees: vec![user("bob"), user("eve")], ..any.clone() }, vec![4, 5]),
        (
            "unassigned",
            ItemFilter { unassigned: true, ..any.clone() },
            (1..=12).filter(|n| ![4, 5].contains(n)).collect(),
        ),
        (
            "unassigned or bob",
            ItemFilter { unassigned: true, assignees: vec![user("bob")], ..any.clone() },
            (1..=12).filter(|n| *n != 5).collect(),
        ),
        ("sprint", ItemFilter { sprints: vec![w.sprint.into()], ..any.clone() }, vec![6]),
        ("no sprint", ItemFilter { no_sprint: true, ..any.clone() }, (1..=12).filter(|n| *n != 6).collect()),
        ("parent", ItemFilter { parents: vec!["PM-1".into()], ..any.clone() }, vec![2, 3]),
        ("roots", ItemFilter { roots: true, ..any.clone() }, vec![1, 8, 9, 10, 11, 12]),
        (
            "roots or parent",
            ItemFilter { roots: true, parents: vec!["PM-2".into()], ..any.clone() },
            vec![1, 4, 5, 8, 9, 10, 11, 12],
        ),
        ("label", ItemFilter { labels: vec!["api".into()], ..any.clone() }, vec![2, 3]),
        (
            "labels",
            ItemFilter { labels: vec!["ui".into(), "api".into(), "ui".into()], ..any.clone() },
            vec![2],
        ),
        ("due from", ItemFilter { due_from: date("2026-02-02"), ..any.clone() }, vec![7]),
        ("due to", ItemFilter { due_to: date("2026-02-01"), ..any.clone() }, vec![8]),
        ("start from", ItemFilter { start_from: date("2026-01-15"), ..any.clone() }, vec![9]),
        ("start to", ItemFilter { start_to: date("2026-01-14"), ..any.clone() }, vec![]),
        ("created by", ItemFilter { created_by: Some(user("bob")), ..any.clone() }, vec![10]),
        ("updated by", ItemFilter { updated_by: Some(user("bob")), ..any.clone() }, vec![11]),
        (
            "external",
            ItemFilter {
                external: Some(ExternalRef { source: "jira".into(), id: "J-1".into() }),
                ..any.clone()
            },
            vec![12],
        ),
        ("changed after", ItemFilter { changed_after: Some(12), ..any.clone() }, vec![11, 12]),
        (
            "updated since",
            ItemFilter { updated_since: Some(Timestamp::from_millis(T0 + 13)), ..any.clone() },
            vec![11, 12],
        ),
        ("finished", ItemFilter { finished: Some(true), ..any.clone() }, vec![4, 8, 12]),
        ("text", ItemFilter { text: Some("item 1".into()), ..any.clone() }, vec![1]),
        ("text in description", ItemFilter { text: Some("description 11".into()), ..any.clone() }, vec![11]),
        ("text with wildcards", ItemFilter { text: Some("100% ärger_".into()), ..any.clone() }, vec![11]),
        (
            "ids",
            ItemFilter { ids: vec!["pm-3".into(), w.items[4].into(), "PM-99".into()], ..any.clone() },
            vec![3, 5],
        ),
        (
            "a mix",
            ItemFilter {
                kinds: vec![ItemKind::Task],
                labels: vec!["api".into()],
                roots: false,
                ..any.clone()
            },
            vec![3],
        ),
    ];
    for (name, filter, expected) in cases {
        expect_that!(w.numbers(&filter), eq(&expected), "{name}");
    }
}

#[gtest]
fn given_a_filter_without_project_when_lanes_are_named_by_status_then_it_is_refused() {
    let w = world();
    let filter = ItemFilter { lanes: vec!["doing".into()], ..ItemFilter::default() };
    let answer = w.file.admin().items(&filter, ItemSort::Number, &PageRequest::default(), false);
    expect_that!(code(answer), eq(RejectionCode::Invalid));
}

#[gtest]
fn given_each_order_when_walked_by_pages_then_the_whole_list_in_order_without_repeats() {
    let w = world();
    let other = w.file.project("ZZ", "open");
    w.file.item(&other, other.todo, None);
    w.file.derive();
    let reader = w.file.admin();
    for project in [Some("PM".into()), None] {
        for sort in [ItemSort::Number, ItemSort::Updated, ItemSort::Priority, ItemSort::Due, ItemSort::Lane] {
            let filter = ItemFilter { project: project.clone(), ..ItemFilter::default() };
            let list = |page: &PageRequest| {
                reader.items(&filter, sort, page, false).map(|page| (page.items, page.next))
            };
            let keys = |limit| walk(limit, list).into_iter().map(|card| card.key).collect::<Vec<_>>();
            let whole = keys(500);
            expect_that!(whole.len(), eq(if project.is_some() { 12 } else { 13 }));
            for limit in [1, 3, 5] {
                expect_that!(keys(limit), eq(&whole), "{sort:?}");
            }
        }
    }
}

#[gtest]
fn given_orders_when_listed_then_as_they_say() {
    let w = world();
    let first = |sort| {
        let filter = ItemFilter { project: Some("PM".into()), ..ItemFilter::default() };
        let page = w.file.admin().items(&filter, sort, &PageRequest::first(3), false).unwrap();
        page.items.iter().map(|card| card.item.number).collect::<Vec<_>>()
    };
    expect_that!(first(ItemSort::Number), eq(&vec![1, 2, 3]));
    expect_that!(first(ItemSort::Updated), eq(&vec![12, 11, 10]));
    expect_that!(first(ItemSort::Priority), eq(&vec![3, 10, 1]));
    expect_that!(first(ItemSort::Due), eq(&vec![8, 7, 1]));
    expect_that!(first(ItemSort::Lane), eq(&vec![1, 5, 9]));
}

#[gtest]
fn given_a_board_when_read_then_counts_are_of_the_lane_and_pages_go_on() {
    let w = world();
    let reader = w.file.admin();
    let filter = ItemFilter { kinds: vec![ItemKind::Epic], ..ItemFilter::default() };
    let board = reader.board(&"PM".into(), &filter, Some(2)).unwrap();
    expect_that!(board.sequence, eq(w.file.head()));
    let counts: Vec<_> = board.lanes.iter().map(|lane| (lane.item_count, lane.cards.len())).collect();
    expect_that!(counts, eq(&vec![(3, 1), (3, 0), (3, 0), (3, 0)]));

    let whole = reader.board(&"PM".into(), &ItemFilter::default(), None).unwrap();
    let board = reader.board(&"PM".into(), &ItemFilter::default(), Some(2)).unwrap();
    for (lane, all) in board.lanes.iter().zip(&whole.lanes) {
        let next = lane.next.clone().unwrap();
        let page = PageRequest { cursor: Some(next), limit: Some(2) };
        let more = reader.lane_page(&LaneTarget::from(lane.lane.id), &ItemFilter::default(), &page).unwrap();
        let mut cards = lane.cards.clone();
        cards.extend(more.lane.cards);
        expect_that!(cards, eq(&all.cards));
        expect_that!(more.lane.next, none());
        expect_that!(all.next, none());
    }
}

#[gtest]
fn given_the_cursor_of_a_lane_when_used_for_another_then_it_is_refused() {
    let w = world();
    let reader = w.file.admin();
    let board = reader.board(&"PM".into(), &ItemFilter::default(), Some(1)).unwrap();
    let page = PageRequest { cursor: board.lanes[0].next.clone(), limit: None };
    let answer = reader.lane_page(&LaneTarget::from(board.lanes[1].lane.id), &ItemFilter::default(), &page);
    expect_that!(code(answer), eq(RejectionCode::Invalid));
}

#[gtest]
fn given_a_board_when_its_filter_names_a_project_then_it_is_refused() {
    let w = world();
    let filter = ItemFilter { project: Some("PM".into()), ..ItemFilter::default() };
    expect_that!(code(w.file.admin().board(&"PM".into(), &filter, None)), eq(RejectionCode::Invalid));
}

#[gtest]
fn given_a_backlog_when_walked_then_unplanned_items_lane_by_lane() {
    let w = world();
    let reader = w.file.admin();
    for limit in [1, 2, 4, 50] {
        let cards =
            walk(limit, |page| reader.backlog(&"PM".into(), page).map(|page| (page.items, page.next)));
        let numbers: Vec<_> = cards.iter().map(|card| card.item.number).collect();
        expect_that!(numbers, eq(&vec![1, 5, 9, 2, 10]), "{limit}");
    }
}

#[gtest]
fn given_a_tree_when_asked_up_and_down_then_what_belongs_to_what() {
    let w = world();
    let reader = w.file.admin();
    let up = reader.ancestors(&"PM-4".into()).unwrap();
    expect_that!(up.items.iter().map(|card| card.item.number).collect::<Vec<_>>(), eq(&vec![1, 2]));
    for limit in [1, 2, 50] {
        let children = walk(limit, |page| reader.children(&"PM-1".into(), page).map(|p| (p.items, p.next)));
        expect_that!(children.iter().map(|card| card.item.number).collect::<Vec<_>>(), eq(&vec![2, 3]));
        let below = walk(limit, |page| reader.descendants(&"PM-1".into(), page).map(|p| (p.items, p.next)));
        let below: Vec<_> = below.iter().map(|found| (found.card.item.number, found.depth)).collect();
        expect_that!(below, eq(&vec![(2, 1), (3, 1), (4, 2), (5, 2), (6, 2), (7, 2)]));
    }
}

#[gtest]
fn given_an_item_when_asked_by_any_name_then_the_whole_of_it() {
    let w = world();
    w.file.entry(w.items[1], "bob", T0, None);
    w.file.comment(w.items[1], None, "hello");
    let reader = w.file.admin();
    let by_key = reader.item(&"pm-2".into()).unwrap();
    let by_id = reader.item(&w.items[1].into()).unwrap();
    expect_that!(by_key, eq(&by_id));
    expect_that!(by_key.item.key, eq("PM-2"));
    expect_that!(by_key.item.item.description.as_deref(), some(eq("Description 2")));
    expect_that!(by_key.item.item.extra.as_deref(), some(eq("")));
    expect_that!(by_key.lane.status, eq("todo"));
    expect_that!((by_key.item.open_children, by_key.item.live_children), eq((1, 2)));
    expect_that!((by_key.children.len(), by_key.ancestors.len(), by_key.dependencies.len()), eq((2, 1, 1)));
    expect_that!((by_key.timers.len(), by_key.comments), eq((1, 1)));
    expect_that!(reader.item_only(&"PM-2".into()).unwrap(), eq(&by_key.item));
}

#[gtest]
fn given_names_of_items_when_malformed_then_invalid_and_when_unknown_then_not_found() {
    let w = world();
    let reader = w.file.admin();
    for name in
        ["", "#0", "PM", "PM-", "PM-+1", "PM--1", "-1", "PM-1x", "PM-99999999999999999999", "ÄÖ-1", "P-1"]
    {
        expect_that!(code(reader.item(&name.into())), eq(RejectionCode::Invalid), "{name}");
    }
    for name in ["PM-0", "PM-13", "XX-1", "pm-013", "01890000-0000-7000-8000-000000000000"] {
        expect_that!(code(reader.item(&name.into())), eq(RejectionCode::NotFound), "{name}");
    }
    expect_that!(code(reader.project(&"#1".into())), eq(RejectionCode::Invalid));
    expect_that!(
        code(reader.lane_page(
            &LaneTarget { project: Some("PM".into()), lane: "#1".into() },
            &ItemFilter::default(),
            &PageRequest::default()
        )),
        eq(RejectionCode::Invalid)
    );
}

#[gtest]
fn given_deleted_items_when_listed_then_they_are_in_the_trash_only() {
    let w = world();
    for (at, item) in [(1, w.items[3]), (2, w.items[8])] {
        w.file.set(item, "deleted_at", T0 + at);
        w.file.set(item, "deleted_group", "g1");
    }
    w.file.derive();
    let reader = w.file.admin();
    expect_that!(w.numbers(&ItemFilter::default()), eq(&vec![1, 2, 3, 5, 6, 7, 8, 10, 11, 12]));
    expect_that!(code(reader.item(&"PM-4".into())), eq(RejectionCode::NotFound));
    for limit in [1, 50] {
        let trash = walk(limit, |page| reader.trash(&"PM".into(), page).map(|p| (p.entries, p.next)));
        let keys: Vec<_> = trash.iter().map(|entry| entry.key.clone().unwrap()).collect();
        expect_that!(keys, eq(&vec!["PM-9".to_owned(), "PM-4".to_owned()]));
        expect_that!(trash[0].group.as_deref(), some(eq("g1")));
    }
}

#[gtest]
fn given_too_long_lists_in_a_filter_when_asked_then_invalid_with_the_limit() {
    let w = world();
    let filter = ItemFilter { ids: vec!["PM-1".into(); 501], ..ItemFilter::default() };
    let refused =
        w.file.admin().items(&filter, ItemSort::Number, &PageRequest::default(), false).unwrap_err();
    expect_that!(refused.rejection().unwrap().limit, some(eq(500)));
    let filter = ItemFilter { text: Some("x".repeat(501)), ..ItemFilter::default() };
    let refused =
        w.file.admin().items(&filter, ItemSort::Number, &PageRequest::default(), false).unwrap_err();
    expect_that!(refused.rejection().unwrap().field.as_deref(), some(eq("text")));
}

/// Base64 of JSON that has the outer form of a cursor.
fn forged(list: &str, key: &str) -> String {
    crate::query::page::encode(list, &serde_json::from_str::<serde_json::Value>(key).unwrap_or_default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn given_any_text_as_cursor_or_name_when_asked_then_nothing_panics(text in "\\PC{0,80}") {
        let w = world();
        let reader = w.file.admin();
        let page = PageRequest { cursor: Some(text.clone()), limit: None };
        let filter = ItemFilter { project: Some("PM".into()), ..ItemFilter::default() };
        for sort in [ItemSort::Number, ItemSort::Updated, ItemSort::Priority, ItemSort::Due, ItemSort::Lane] {
            prop_assert_eq!(code(reader.items(&filter, sort, &page, false)), RejectionCode::Invalid);
        }
        prop_assert_eq!(code(reader.ready(&"PM".into(), &page)), RejectionCode::Invalid);
        prop_assert_eq!(code(reader.comments(&"PM-1".into(), &page)), RejectionCode::Invalid);
        let _ = reader.item(&text.as_str().into());
        let _ = reader.board(&text.as_str().into(), &ItemFilter::default(), None);
        let named = ItemFilter { text: Some(text.clone()), labels: vec![text], ..filter };
        prop_assert!(reader.items(&named, ItemSort::Number, &PageRequest::default(), true).is_ok());
    }

    #[test]
    fn given_a_forged_cursor_when_asked_then_an_answer_or_a_refusal(number: i64, text in "\\PC{0,20}") {
        let w = world();
        let reader = w.file.admin();
        let text = serde_json::to_string(&text).unwrap();
        let filter = ItemFilter { project: Some("PM".into()), ..ItemFilter::default() };
        let orders = [
            ("items.number", ItemSort::Number), ("items.updated", ItemSort::Updated),
            ("items.priority", ItemSort::Priority), ("items.due", ItemSort::Due), ("items.lanes", ItemSort::Lane),
        ];
        let keys = [
            format!("[{number}]"), format!("[{text}]"), format!("[{number},{text},{number}]"),
            format!("[{text},{text},{number}]"), format!("[{text},{text},{text},{text},{text}]"), "[]".to_owned(),
            format!("[{text},{text},{text},{text},{text},{text}]"), "{}".to_owned(), "null".to_owned(),
        ];
        for (list, sort) in orders {
            for key in &keys {
                let page = PageRequest { cursor: Some(forged(list, key)), limit: None };
                match reader.items(&filter, sort, &page, false) {
                    Ok(_) => {}
                    Err(error) => prop_assert!(error.rejection().is_some(), "{error:?}"),
                }
            }
        }
    }
}
