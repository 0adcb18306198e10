//! Nothing of a private project is in any answer to somebody who is not in it.

use googletest::prelude::*;
use rusqlite::params;

use crate::command::LaneTarget;
use crate::model::{CommentId, ItemId, ItemRef, ProjectRef, ProjectRole, SprintId, UserId};
use crate::query::fixture::{Fixture, Place, T0, code, user};
use crate::query::{ContextOptions, ItemFilter, ItemSort, MentionTarget, PageRequest, Reader, TimeFilter};
use crate::rejection::RejectionCode;

const WORD: &str = "classified";

struct World {
    file: Fixture,
    open: Place,
    secret: Place,
    open_item: ItemId,
    secret_item: ItemId,
    secret_comment: CommentId,
    secret_sprint: SprintId,
}

/// An open project beside a private one whose every text is one word; the open one points into it wherever it can.
fn world() -> World {
    let file = Fixture::new();
    let (open, secret) = (file.project("OPEN", "open"), file.project("SECRET", "private"));
    file.run("UPDATE projects SET title = ?2, description = ?2 WHERE id = ?1", params![secret.project, WORD]);
    file.run("UPDATE swim_lanes SET name = ?2 WHERE project_id = ?1", params![secret.project, WORD]);
    file.member(secret.project, "carol", "viewer");
    file.member(open.project, "carol", "viewer");
    let open_item = file.item(&open, open.todo, None);
    let secret_item = file.item(&secret, secret.todo, None);
    file.set(secret_item, "title", WORD);
    file.set(secret_item, "description", WORD);
    file.label(secret_item, &[WORD]);
    let secret_sprint = file.sprint(secret.project, WORD, "active");
    file.depend("blocks", secret_item, open_item);
    file.depend("relates_to", open_item, secret_item);
    let comment = file.comment(open_item, None, "see the other one");
    file.run(
        "UPDATE comments SET mentioned_items = ?2 WHERE id = ?1",
        params![comment, serde_json::to_string(&[open_item, secret_item]).unwrap()],
    );
    let secret_comment = file.comment(secret_item, None, WORD);
    file.run("INSERT INTO comment_mentions VALUES (?1, 'user', 'bob')", [secret_comment]);
    file.run("INSERT INTO comment_mentions VALUES (?1, 'work_item', ?2)", params![secret_comment, open_item]);
    file.entry(secret_item, "carol", T0, Some(60));
    file.entry(secret_item, "carol", T0 + 100_000, None);
    file.derive();
    World { file, open, secret, open_item, secret_item, secret_comment, secret_sprint }
}

/// Every list that can be asked without naming the private project, as JSON.
fn everything(w: &World, reader: &Reader) -> String {
    let page = PageRequest::default();
    let open = w.open.project.into();
    let item = w.open_item.into();
    let all = ItemFilter::default();
    let carol = TimeFilter { user: Some(user("carol")), ..TimeFilter::default() };
    let found_text = ItemFilter { text: Some(WORD.into()), ..all.clone() };
    let found_label = ItemFilter { labels: vec![WORD.into()], ..all.clone() };
    let found_id = ItemFilter { ids: vec!["SECRET-1".into(), w.secret_item.into()], ..all.clone() };
    let mut json = String::new();
    macro_rules! add {
        ($($answer:expr),* $(,)?) => {$( json.push_str(&serde_json::to_string(&$answer.unwrap()).unwrap()); )*};
    }
    add!(
        reader.projects(None, &page, true),
        reader.items(&all, ItemSort::Lane, &page, true),
        reader.items(&found_text, ItemSort::Updated, &page, true),
        reader.items(&found_label, ItemSort::Number, &page, true),
        reader.items(&found_id, ItemSort::Number, &page, true),
        reader.items(&ItemFilter { blocked: Some(true), ..all.clone() }, ItemSort::Due, &page, true),
        reader.item(&item),
        reader.dependencies(&item, None, &page),
        reader.comments(&item, &page),
        reader.mentions(&MentionTarget::Item(item.clone()), &page),
        reader.mentions(&MentionTarget::User(user("bob")), &page),
        reader.time_entries(&carol, &page, true),
        reader.running_timers(None, &page),
        reader.board(&open, &all, None),
        reader.backlog(&open, &page),
        reader.blocked(&open, &page),
        reader.ready(&open, &page),
        reader.labels(&open, &page),
        reader.trash(&open, &page),
        reader.trash_projects(&page),
        reader.context(&open, &ContextOptions::default()),
        reader.users(&page),
    );
    json
}

#[gtest]
fn given_a_private_project_when_an_outsider_asks_everything_then_no_trace_of_it() {
    let w = world();
    let json = everything(&w, &w.file.as_member("bob"));
    let hidden = [
        WORD.to_owned(),
        "SECRET".to_owned(),
        w.secret.project.to_string(),
        w.secret.todo.to_string(),
        w.secret_item.to_string(),
        w.secret_comment.to_string(),
        w.secret_sprint.to_string(),
    ];
    for trace in hidden {
        expect_that!(json, not(contains_substring(trace.as_str())));
    }
    // The same questions do find it for those who may.
    for reader in [w.file.as_member("carol"), w.file.admin()] {
        let json = everything(&w, &reader);
        expect_that!(json, contains_substring(WORD));
        expect_that!(json, contains_substring("SECRET-1"));
    }
}

#[gtest]
fn given_a_private_project_when_counted_then_totals_leave_it_out() {
    let w = world();
    let (bob, page) = (w.file.as_member("bob"), PageRequest::default());
    let all = ItemFilter::default();
    expect_that!(bob.projects(None, &page, true).unwrap().total, some(eq(1)));
    expect_that!(bob.items(&all, ItemSort::Number, &page, true).unwrap().total, some(eq(1)));
    let carol = TimeFilter { user: Some(user("carol")), ..TimeFilter::default() };
    expect_that!(bob.time_entries(&carol, &page, true).unwrap().total, some(eq(0)));
    expect_that!(w.file.admin().projects(None, &page, true).unwrap().total, some(eq(2)));
    expect_that!(w.file.as_member("carol").time_entries(&carol, &page, true).unwrap().total, some(eq(2)));
}

#[gtest]
fn given_a_private_project_when_an_outsider_names_it_then_not_found_everywhere() {
    let w = world();
    let (bob, page) = (w.file.as_member("bob"), PageRequest::default());
    let all = ItemFilter::default();
    for project in [ProjectRef::from("SECRET"), w.secret.project.into()] {
        let in_project = ItemFilter { project: Some(project.clone()), ..all.clone() };
        let time = TimeFilter { project: Some(project.clone()), ..TimeFilter::default() };
        let codes = [
            code(bob.project(&project)),
            code(bob.members(&project, &page)),
            code(bob.lanes(&project)),
            code(bob.sprints(&project, &[], &page)),
            code(bob.labels(&project, &page)),
            code(bob.trash(&project, &page)),
            code(bob.items(&in_project, ItemSort::Number, &page, true)),
            code(bob.board(&project, &all, None)),
            code(bob.backlog(&project, &page)),
            code(bob.blocked(&project, &page)),
            code(bob.ready(&project, &page)),
            code(bob.time_entries(&time, &page, true)),
            code(bob.running_timers(Some(&project), &page)),
            code(bob.context(&project, &ContextOptions::default())),
        ];
        expect_that!(codes, each(eq(RejectionCode::NotFound)));
    }
    for item in [ItemRef::from("SECRET-1"), w.secret_item.into()] {
        let children = ItemFilter { parents: vec![item.clone()], ..all.clone() };
        let time = TimeFilter { item: Some(item.clone()), ..TimeFilter::default() };
        let codes = [
            code(bob.item(&item)),
            code(bob.item_only(&item)),
            code(bob.ancestors(&item)),
            code(bob.children(&item, &page)),
            code(bob.descendants(&item, &page)),
            code(bob.dependencies(&item, None, &page)),
            code(bob.comments(&item, &page)),
            code(bob.mentions(&MentionTarget::Item(item.clone()), &page)),
            code(bob.items(&children, ItemSort::Number, &page, true)),
            code(bob.time_entries(&time, &page, true)),
        ];
        expect_that!(codes, each(eq(RejectionCode::NotFound)));
    }
    let in_lane = ItemFilter { lanes: vec![w.secret.todo.into()], ..all.clone() };
    let in_sprint = ItemFilter { sprints: vec![w.secret_sprint.into()], ..all.clone() };
    let codes = [
        code(bob.lane_page(&LaneTarget::from(w.secret.todo), &all, &page)),
        code(bob.items(&in_lane, ItemSort::Number, &page, true)),
        code(bob.items(&in_sprint, ItemSort::Number, &page, true)),
        code(bob.sprint(&w.secret_sprint.into())),
        code(bob.replies(&w.secret_comment.into(), &page)),
    ];
    expect_that!(codes, each(eq(RejectionCode::NotFound)));
}

#[gtest]
fn given_roles_when_a_project_is_read_then_it_says_which() {
    let w = world();
    let role = |reader: Reader| reader.project(&"OPEN".into()).unwrap().role;
    expect_that!(role(w.file.as_member("bob")), eq(ProjectRole::Editor));
    expect_that!(role(w.file.as_member("carol")), eq(ProjectRole::Viewer));
    expect_that!(role(w.file.admin()), eq(ProjectRole::Admin));
    let listed = w.file.as_member("carol").projects(None, &PageRequest::default(), false).unwrap();
    let roles: Vec<_> = listed.projects.iter().map(|view| view.role).collect();
    expect_that!(roles, eq(&vec![ProjectRole::Viewer, ProjectRole::Viewer]));
}

#[gtest]
fn given_a_member_who_was_removed_when_he_asks_then_not_found() {
    let w = world();
    w.file.run("UPDATE project_members SET removed_at = 1 WHERE user_id = 'carol'", []);
    expect_that!(code(w.file.as_member("carol").project(&"SECRET".into())), eq(RejectionCode::NotFound));
}

#[gtest]
fn given_a_deleted_project_when_asked_then_it_is_in_the_trash_of_its_admins_only() {
    let w = world();
    w.file.member(w.secret.project, "dora", "admin");
    w.file.run("UPDATE projects SET deleted_at = ?2 WHERE id = ?1", params![w.secret.project, T0]);
    let page = PageRequest::default();
    for (reader, seen) in [
        (w.file.admin(), 1),
        (w.file.as_member("dora"), 1),
        (w.file.as_member("carol"), 0),
        (w.file.as_member("bob"), 0),
    ] {
        expect_that!(reader.trash_projects(&page).unwrap().entries.len(), eq(seen));
        expect_that!(code(reader.project(&w.secret.project.into())), eq(RejectionCode::NotFound));
        expect_that!(code(reader.item(&w.secret_item.into())), eq(RejectionCode::NotFound));
        expect_that!(
            code(reader.board(&"SECRET".into(), &ItemFilter::default(), None)),
            eq(RejectionCode::NotFound)
        );
        // What pointed there points nowhere.
        expect_that!(reader.item(&w.open_item.into()).unwrap().dependencies.len(), eq(0));
        expect_that!(
            reader.items(&ItemFilter::default(), ItemSort::Number, &page, true).unwrap().total,
            some(eq(1))
        );
        expect_that!(reader.running_timers(None, &page).unwrap().entries.len(), eq(0));
    }
    // One's own timer can be seen to be stopped.
    let timer = w.file.as_member("carol").my_timer().unwrap().entry.map(|entry| entry.user);
    expect_that!(timer, some(eq(&UserId::new("carol").unwrap())));
}
