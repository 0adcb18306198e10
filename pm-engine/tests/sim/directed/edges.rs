//! "Limits are in characters, in one place": each text, count and number at its limit and one past it.

use googletest::prelude::*;
use pm_engine::command::{
    Change, ItemChange, LaneChange, LaneTarget, NewComment, NewProject, NewSprint, NewTimeEntry,
    ProjectChange, TenantSettingChange, UserChange,
};
use pm_engine::limits;
use pm_engine::model::{CommandId, ExternalRef, ItemKind, TenantId, Timestamp, UserId};
use pm_engine::rejection::{Rejection, RejectionCode};

use super::Desk;
use crate::plan::{MONDAY, user};

/// So many characters, each of two bytes.
fn text(chars: usize) -> String {
    "é".repeat(chars)
}

fn item(change: ItemChange) -> Change {
    Change::UpdateItem { item: "PM-1".into(), changes: vec![change] }
}

fn project(change: ProjectChange) -> Change {
    Change::UpdateProject { project: "PM".into(), changes: vec![change] }
}

fn lane(change: LaneChange) -> Change {
    let lane = LaneTarget { project: Some("PM".into()), lane: "review".into() };
    Change::UpdateLane { lane, changes: vec![change] }
}

fn own(change: UserChange) -> Change {
    Change::UpdateUser { user: user("root"), changes: vec![change] }
}

fn external(source: usize, id: usize) -> Change {
    item(ItemChange::External(Some(ExternalRef { source: text(source), id: text(id) })))
}

fn entry(from: i64, to: i64, note: String) -> Change {
    Change::AddTimeEntry(NewTimeEntry {
        id: None,
        item: "PM-1".into(),
        user: None,
        started_at: Timestamp::from_millis(MONDAY + from),
        ended_at: Timestamp::from_millis(MONDAY + to),
        note,
    })
}

/// An item `PM-1`.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.item(ItemKind::Task, None);
    desk
}

#[track_caller]
fn is_beyond(refusal: &Rejection, field: &str, limit: i64) {
    expect_that!(refusal.code, eq(RejectionCode::Invalid), "{field}");
    expect_that!(refusal.field.as_deref(), some(eq(field)));
    expect_that!(refusal.limit, some(eq(limit)), "{field}");
}

type Make = fn(usize) -> Change;

/// Texts and lists: field, limit, and the change that gives it a length.
const LENGTHS: &[(&str, usize, Make)] = &[
    ("title", limits::TITLE_CHARS_MAX, |n| item(ItemChange::Title(text(n)))),
    ("title", limits::TITLE_CHARS_MAX, |n| project(ProjectChange::Title(text(n)))),
    ("description", limits::DESCRIPTION_CHARS_MAX, |n| item(ItemChange::Description(text(n)))),
    ("description", limits::DESCRIPTION_CHARS_MAX, |n| project(ProjectChange::Description(text(n)))),
    ("text", limits::COMMENT_CHARS_MAX, |n| Change::AddComment(NewComment::new("PM-1", text(n)))),
    ("note", limits::NOTE_CHARS_MAX, |n| entry(-60_000, 0, text(n))),
    ("note", limits::NOTE_CHARS_MAX, |n| Change::StartTimer { id: None, item: "PM-1".into(), note: text(n) }),
    ("labels", limits::LABEL_CHARS_MAX, |n| item(ItemChange::Labels(vec![text(n)]))),
    ("labels", limits::LABELS_MAX, |n| item(ItemChange::Labels((0..n).map(|i| i.to_string()).collect()))),
    ("name", limits::NAME_CHARS_MAX, |n| lane(LaneChange::Name(text(n)))),
    ("status", limits::STATUS_CHARS_MAX, |n| lane(LaneChange::Status(text(n)))),
    ("name", limits::NAME_CHARS_MAX, |n| Change::CreateSprint(NewSprint::new("PM", text(n)))),
    ("goal", limits::GOAL_CHARS_MAX, |n| {
        Change::CreateSprint(NewSprint { goal: text(n), ..NewSprint::new("PM", format!("Sprint {n}")) })
    }),
    ("key", limits::KEY_CHARS_MAX, |n| Change::CreateProject(NewProject::new("K".repeat(n), "Project"))),
    ("external.source", limits::EXTERNAL_CHARS_MAX, |n| external(n, 1)),
    ("external.id", limits::EXTERNAL_CHARS_MAX, |n| external(1, n)),
    ("name", limits::USER_NAME_CHARS_MAX, |n| own(UserChange::Name(Some(text(n))))),
    ("email", limits::EMAIL_CHARS_MAX, |n| own(UserChange::Email(Some(text(n))))),
    ("extra", limits::EXTRA_BYTES_MAX, |n| {
        item(ItemChange::Extra(format!("{{\"a\":\"{}\"}}", "x".repeat(n - 8))))
    }),
];

#[gtest]
fn given_each_text_and_list_when_at_its_limit_then_taken_and_one_more_is_refused_with_field_and_limit() {
    let desk = desk();
    for (field, limit, make) in LENGTHS {
        is_beyond(&desk.refusal("root", make(limit + 1)), field, i64::try_from(*limit).unwrap());
        desk.run("root", make(*limit));
    }
}

type Number = fn(i64) -> Change;

/// Numbers: field, least and most allowed.
const NUMBERS: &[(&str, i64, i64, Number)] = &[
    ("estimate_seconds", 0, limits::ESTIMATE_SECONDS_MAX, |n| item(ItemChange::EstimateSeconds(Some(n)))),
    ("remaining_seconds", 0, limits::ESTIMATE_SECONDS_MAX, |n| item(ItemChange::RemainingSeconds(Some(n)))),
    ("points", 0, 1_000, |n| item(ItemChange::Points(Some(n as f64)))),
    ("wip_limit", 1, limits::WIP_LIMIT_MAX, |n| lane(LaneChange::WipLimit(Some(n)))),
    ("timer_cap_seconds", 1, limits::TIMER_CAP_SECONDS_MAX, |n| Change::UpdateTenantSettings {
        changes: vec![TenantSettingChange::TimerCapSeconds(n)],
    }),
];

#[gtest]
fn given_each_number_when_at_its_ends_then_taken_and_one_past_them_is_refused_with_field_and_limit() {
    let desk = desk();
    for (field, least, most, make) in NUMBERS {
        for (inside, outside) in [(*least, *least - 1), (*most, *most + 1)] {
            is_beyond(&desk.refusal("root", make(outside)), field, *most);
            desk.run("root", make(inside));
        }
    }
    for odd in [f64::NAN, f64::INFINITY, -0.1, 1_000.001] {
        is_beyond(&desk.refusal("root", item(ItemChange::Points(Some(odd)))), "points", 1_000);
    }
}

/// "Manual entries: start < end, ≤ 24 h, end not more than 60 s ahead of the clock."
#[gtest]
fn given_time_entries_when_at_their_limits_then_taken_and_a_second_past_them_is_refused() {
    let desk = desk();
    let day = limits::TIME_ENTRY_SECONDS_MAX * 1_000;
    let ahead = limits::TIME_ENTRY_AHEAD_MS_MAX;
    let note = String::new;
    desk.run("root", entry(-day, 0, note()));
    is_beyond(&desk.refusal("root", entry(-day - 1_000, 0, note())), "ended_at", day / 1_000);
    desk.run("root", entry(0, ahead, note()));
    is_beyond(&desk.refusal("root", entry(0, ahead + 1, note())), "ended_at", ahead);
    expect_that!(desk.refusal("root", entry(0, 0, note())).field.as_deref(), some(eq("ended_at")));
}

/// "key 2–10 …", "title 1–500", "empty after trimming is `invalid`", "NUL refused".
#[gtest]
fn given_texts_that_are_too_short_or_hold_a_nul_when_sent_then_they_are_invalid() {
    let desk = desk();
    for key in ["", "K", "1K", "K-1", "É1"] {
        is_beyond(&desk.refusal("root", Change::CreateProject(NewProject::new(key, "Project"))), "key", 10);
    }
    desk.run("root", Change::CreateProject(NewProject::new("k1", "Project")));
    let blank = " \t\u{3000} ";
    for (field, change) in [
        ("title", item(ItemChange::Title(blank.to_owned()))),
        ("title", item(ItemChange::Title("a\0".to_owned()))),
        ("description", item(ItemChange::Description("a\0".to_owned()))),
        ("labels", item(ItemChange::Labels(vec![blank.to_owned()]))),
        ("name", lane(LaneChange::Name(blank.to_owned()))),
        ("status", lane(LaneChange::Status(String::new()))),
        ("text", Change::AddComment(NewComment::new("PM-1", blank))),
        ("goal", Change::CreateSprint(NewSprint { goal: "\0".to_owned(), ..NewSprint::new("PM", "One") })),
        ("extra", item(ItemChange::Extra("[]".to_owned()))),
        ("extra", item(ItemChange::Extra("{\"a\":\"\\u0000\"}".to_owned()))),
        ("changes", Change::UpdateItem { item: "PM-1".into(), changes: vec![ItemChange::Points(None); 2] }),
    ] {
        let refusal = desk.refusal("root", change.clone());
        expect_that!(refusal.code, eq(RejectionCode::Invalid), "{change:?}");
        expect_that!(refusal.field.as_deref(), some(eq(field)), "{change:?}");
    }
}

/// What is stored of `extra` is its canonical text: that must fit too, or an export could not be loaded.
#[gtest]
fn given_an_extra_whose_canonical_text_is_longer_when_past_the_limit_then_it_is_refused() {
    let desk = desk();
    let numbers = |n: usize| format!("{{\"a\":[{}]}}", vec!["1e15"; n].join(","));
    let given = numbers(5_000);
    expect_that!(given.len(), lt(limits::EXTRA_BYTES_MAX));
    let limit = i64::try_from(limits::EXTRA_BYTES_MAX).unwrap();
    is_beyond(&desk.refusal("root", item(ItemChange::Extra(given))), "extra", limit);
    desk.run("root", item(ItemChange::Extra(numbers(1_000))));
}

/// "User ids are opaque strings of 1–255 bytes", command ids 1–64 of `[A-Za-z0-9_-]`, references at most 64 bytes.
#[gtest]
fn given_names_when_at_their_limits_then_taken_and_past_them_refused() {
    expect_that!(UserId::new("x".repeat(limits::USER_ID_BYTES_MAX)), ok(anything()));
    expect_that!(UserId::new("x".repeat(limits::USER_ID_BYTES_MAX + 1)), err(anything()));
    expect_that!(UserId::new(""), err(anything()));
    expect_that!(
        CommandId::new(format!("{}-_aZ", "9".repeat(limits::COMMAND_ID_BYTES_MAX - 4))),
        ok(anything())
    );
    for odd in ["", "a b", "é", &"x".repeat(limits::COMMAND_ID_BYTES_MAX + 1)] {
        expect_that!(CommandId::new(odd), err(anything()), "{odd}");
    }
    expect_that!(TenantId::new("a".repeat(limits::TENANT_ID_BYTES_MAX)), ok(anything()));
    for odd in ["", "A", "-a", "_a", "a/b", "..", "a.b", "é", &"a".repeat(limits::TENANT_ID_BYTES_MAX + 1)] {
        expect_that!(TenantId::new(odd), err(anything()), "{odd}");
    }
    let desk = desk();
    let named = |name: String| Change::DeleteItem { item: name.into(), cascade: false };
    expect_that!(desk.refused("root", named(format!("{}-1", "K".repeat(62)))), eq(RejectionCode::NotFound));
    is_beyond(&desk.refusal("root", named(format!("{}-1", "K".repeat(63)))), "item", 64);
}

/// Mentions past the limit are not kept; the comment is.
#[gtest]
fn given_a_comment_with_more_mentions_than_are_kept_when_added_then_the_first_hundred_are() {
    let desk = desk();
    let words: Vec<String> = (0..=limits::MENTIONS_MAX).map(|n| format!("@user{n:03}")).collect();
    desk.run("root", Change::AddComment(NewComment::new("PM-1", words.join(" "))));
    let sql = "SELECT count(*) FROM comment_mentions WHERE kind = 'user'";
    expect_that!(desk.count(sql), eq(i64::try_from(limits::MENTIONS_MAX).unwrap()));
    expect_that!(desk.count("SELECT count(*) FROM comment_mentions WHERE target_id = 'user100'"), eq(0));
}
