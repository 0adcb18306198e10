//! Projects, people, sprints, labels, comments, time and the context.

use googletest::prelude::*;
use rusqlite::params;

use crate::limits;
use crate::model::{ProjectStatus, SprintState, Timestamp};
use crate::query::fixture::{Fixture, T0, code, user, walk};
use crate::query::{ContextOptions, ItemFilter, ItemSort, LeftOut, MentionTarget, PageRequest, TimeFilter};
use crate::rejection::RejectionCode;

#[gtest]
fn given_projects_when_listed_then_by_key_and_status_in_pages() {
    let file = Fixture::new();
    for key in ["CC", "AA", "BB"] {
        file.project(key, "open");
    }
    file.run("UPDATE projects SET status = 'archived' WHERE key = 'BB'", []);
    let reader = file.admin();
    let keys = |status, limit| {
        let views = walk(limit, |page| reader.projects(status, page, false).map(|p| (p.projects, p.next)));
        views.into_iter().map(|view| view.project.key).collect::<Vec<_>>()
    };
    for limit in [1, 2, 50] {
        expect_that!(keys(None, limit), eq(&vec!["AA".to_owned(), "BB".into(), "CC".into()]));
    }
    expect_that!(keys(Some(ProjectStatus::Archived), 50), eq(&vec!["BB".to_owned()]));
    let whole = reader.project(&"aa".into()).unwrap();
    expect_that!(whole.project.description.as_deref(), some(eq("About")));
    expect_that!(whole.sequence, eq(file.head()));
}

#[gtest]
fn given_people_when_listed_then_in_pages_without_the_removed() {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    for name in ["eve", "bob", "ann"] {
        file.member(pm.project, name, "viewer");
        file.run("INSERT INTO users VALUES (?1, 'human', NULL, NULL, ?2, 1)", params![name, T0]);
    }
    file.run("UPDATE project_members SET removed_at = 1 WHERE user_id = 'bob'", []);
    let reader = file.admin();
    for limit in [1, 50] {
        let members = walk(limit, |page| reader.members(&"PM".into(), page).map(|p| (p.members, p.next)));
        expect_that!(members.iter().map(|m| m.user.as_str()).collect::<Vec<_>>(), eq(&vec!["ann", "eve"]));
        let users = walk(limit, |page| reader.users(page).map(|p| (p.users, p.next)));
        expect_that!(users.iter().map(|u| u.id.as_str()).collect::<Vec<_>>(), eq(&vec!["ann", "bob", "eve"]));
    }
    expect_that!(reader.user(&user("bob")).unwrap().user.id, eq(&user("bob")));
    expect_that!(code(reader.user(&user("nobody"))), eq(RejectionCode::NotFound));
}

#[gtest]
fn given_sprints_and_labels_when_listed_then_counted_and_in_pages() {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let first = file.sprint(pm.project, "First", "completed");
    file.sprint(pm.project, "Second", "active");
    let items: Vec<_> = (0..3).map(|_| file.item(&pm, pm.todo, None)).collect();
    file.set(items[0], "sprint_id", first);
    file.label(items[0], &["a", "b"]);
    file.label(items[1], &["b"]);
    file.label(items[2], &["b", "c"]);
    file.set(items[2], "deleted_at", T0);
    file.derive();
    let reader = file.admin();
    for limit in [1, 50] {
        let sprints =
            walk(limit, |page| reader.sprints(&"PM".into(), &[], page).map(|p| (p.sprints, p.next)));
        let seen: Vec<_> = sprints.iter().map(|view| (view.sprint.name.as_str(), view.item_count)).collect();
        expect_that!(seen, eq(&vec![("First", 1), ("Second", 0)]));
        let labels = walk(limit, |page| reader.labels(&"PM".into(), page).map(|p| (p.labels, p.next)));
        let seen: Vec<_> = labels.iter().map(|count| (count.label.as_str(), count.items)).collect();
        expect_that!(seen, eq(&vec![("a", 1), ("b", 2)]));
    }
    let active = reader.sprints(&"PM".into(), &[SprintState::Active], &PageRequest::default()).unwrap();
    expect_that!(active.sprints.len(), eq(1));
    expect_that!(reader.sprint(&first.into()).unwrap().item_count, eq(1));
    expect_that!(code(reader.sprint(&"First".into())), eq(RejectionCode::Invalid));
}

#[gtest]
fn given_threads_when_walked_then_each_with_its_replies_and_placeholders() {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let item = file.item(&pm, pm.todo, None);
    let first = file.comment(item, None, "first");
    let second = file.comment(item, None, "second");
    let answer = file.comment(item, Some(first), "answer");
    file.comment(item, Some(answer), "answer to the answer");
    file.run("UPDATE comments SET deleted_at = 5 WHERE id = ?1", [answer]);
    let reader = file.admin();
    for limit in [1, 50] {
        let threads = walk(limit, |page| reader.comments(&"PM-1".into(), page).map(|p| (p.threads, p.next)));
        let ids: Vec<_> = threads.iter().map(|thread| thread.comment.id).collect();
        expect_that!(ids, eq(&vec![first, second]));
        let texts: Vec<_> = threads[0].replies.iter().map(|reply| reply.text.as_deref()).collect();
        expect_that!(texts, eq(&vec![Some(""), Some("answer to the answer")]));
        expect_that!(threads[1].replies.len(), eq(0));
        expect_that!((threads[0].left_out, &threads[0].next), eq((0, &None)));
        let replies = walk(limit, |page| reader.replies(&first.into(), page).map(|p| (p.comments, p.next)));
        expect_that!(replies, eq(&threads[0].replies));
    }
    expect_that!(reader.item(&item.into()).unwrap().comments, eq(3));
}

#[gtest]
fn given_a_long_thread_when_read_then_the_rest_comes_by_its_cursor() {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let item = file.item(&pm, pm.todo, None);
    let root = file.comment(item, None, "root");
    let all: Vec<_> =
        (0..limits::THREAD_REPLIES_MAX + 7).map(|_| file.comment(item, Some(root), "reply")).collect();
    let reader = file.admin();
    let thread = reader.comments(&"PM-1".into(), &PageRequest::default()).unwrap().threads.remove(0);
    expect_that!(thread.left_out, eq(7));
    let rest = reader.replies(&root.into(), &PageRequest { cursor: thread.next, limit: Some(500) }).unwrap();
    let ids: Vec<_> = thread.replies.iter().chain(&rest.comments).map(|comment| comment.id).collect();
    expect_that!(ids, eq(&all));
}

#[gtest]
fn given_long_texts_when_walked_then_pages_end_early_and_nothing_is_lost() {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let item = file.item(&pm, pm.todo, None);
    let long = "x".repeat(limits::PAGE_TEXT_BYTES_MAX / 2);
    let mut expected = Vec::new();
    for _ in 0..4 {
        let root = file.comment(item, None, &long);
        expected.extend([root, file.comment(item, Some(root), &long)]);
    }
    let reader = file.admin();
    let mut found = Vec::new();
    for thread in walk(50, |page| reader.comments(&"PM-1".into(), page).map(|p| (p.threads, p.next))) {
        found.push(thread.comment.id);
        found.extend(thread.replies.iter().map(|reply| reply.id));
        if let Some(next) = thread.next {
            let page = PageRequest { cursor: Some(next), limit: None };
            let rest = reader.replies(&thread.comment.id.into(), &page).unwrap();
            expect_that!(thread.left_out, eq(i64::try_from(rest.comments.len()).unwrap()));
            found.extend(rest.comments.iter().map(|reply| reply.id));
        }
    }
    expect_that!(found, eq(&expected));
}

#[gtest]
fn given_mentions_when_asked_then_the_comments_that_make_them() {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let item = file.item(&pm, pm.todo, None);
    let comments: Vec<_> = (0..3).map(|_| file.comment(item, None, "hello @bob")).collect();
    for comment in &comments {
        file.run("INSERT INTO comment_mentions VALUES (?1, 'user', 'bob')", [comment]);
    }
    file.run("UPDATE comments SET deleted_at = 1 WHERE id = ?1", [comments[1]]);
    let reader = file.admin();
    for limit in [1, 50] {
        let target = MentionTarget::User(user("bob"));
        let found = walk(limit, |page| reader.mentions(&target, page).map(|p| (p.mentions, p.next)));
        let ids: Vec<_> = found.iter().map(|mention| mention.comment.id).collect();
        expect_that!(ids, eq(&vec![comments[0], comments[2]]));
        expect_that!(found[0].key, eq("PM-1"));
    }
}

#[gtest]
fn given_time_entries_when_filtered_then_the_latest_first_in_pages() {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let items = [file.item(&pm, pm.todo, None), file.item(&pm, pm.todo, None)];
    let minute = 60_000;
    let entries: Vec<_> = (0..6_i64)
        .map(|k| {
            let name = if k < 3 { "bob" } else { "eve" };
            file.entry(items[usize::try_from(k % 2).unwrap()], name, T0 + k * minute, Some(60))
        })
        .collect();
    file.run("UPDATE time_entries SET deleted_at = 1 WHERE id = ?1", [entries[5]]);
    let reader = file.admin();
    let found = |filter: &TimeFilter, limit| {
        let lines = walk(limit, |page| reader.time_entries(filter, page, true).map(|p| (p.entries, p.next)));
        lines
            .iter()
            .map(|line| entries.iter().position(|id| *id == line.entry.id).unwrap())
            .collect::<Vec<_>>()
    };
    let any = TimeFilter::default();
    let project = TimeFilter { project: Some("PM".into()), ..any.clone() };
    let at = |k: i64| Some(Timestamp::from_millis(T0 + k * minute));
    for limit in [1, 2, 50] {
        expect_that!(found(&project, limit), eq(&vec![4, 3, 2, 1, 0]));
        expect_that!(
            found(&TimeFilter { user: Some(user("bob")), ..any.clone() }, limit),
            eq(&vec![2, 1, 0])
        );
        expect_that!(found(&TimeFilter { item: Some("PM-2".into()), ..any.clone() }, limit), eq(&vec![3, 1]));
        expect_that!(
            found(&TimeFilter { from: at(1), to: at(3), ..project.clone() }, limit),
            eq(&vec![2, 1])
        );
    }
    let page = reader.time_entries(&project, &PageRequest::first(1), true).unwrap();
    expect_that!((page.total, page.entries[0].key.as_str()), eq((Some(5), "PM-1")));
    expect_that!(code(reader.time_entries(&any, &PageRequest::default(), false)), eq(RejectionCode::Invalid));
}

#[gtest]
fn given_running_timers_when_asked_then_on_cards_and_in_the_list() {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let item = file.item(&pm, pm.todo, None);
    for name in ["eve", "bob"] {
        file.entry(item, name, T0, None);
    }
    file.derive();
    let reader = file.as_member("bob");
    for project in [Some("PM".into()), None] {
        let timers =
            walk(1, |page| reader.running_timers(project.as_ref(), page).map(|p| (p.entries, p.next)));
        expect_that!(
            timers.iter().map(|t| t.entry.user.as_str()).collect::<Vec<_>>(),
            eq(&vec!["bob", "eve"])
        );
    }
    let page =
        reader.items(&ItemFilter::default(), ItemSort::Number, &PageRequest::default(), false).unwrap();
    expect_that!(page.items[0].timers, eq(&vec![user("bob"), user("eve")]));
    expect_that!(reader.my_timer().unwrap().entry.map(|entry| entry.item), some(eq(item)));
    expect_that!(file.admin().my_timer().unwrap().entry, none());
}

fn busy_project() -> Fixture {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    file.member(pm.project, "bob", "editor");
    let sprint = file.sprint(pm.project, "One", "active");
    let epic = file.item(&pm, pm.doing, None);
    for k in 0..300 {
        let lane = if k % 3 == 0 { pm.done } else { pm.todo };
        let item = file.item(&pm, lane, Some(epic));
        if k == 0 {
            file.set(item, "sprint_id", sprint);
            file.depend("blocks", epic, item);
            file.comment(item, None, "a remark");
            file.entry(item, "bob", T0, None);
        }
    }
    file.derive();
    file
}

#[gtest]
fn given_room_enough_when_the_context_is_read_then_nothing_is_left_out() {
    let file = busy_project();
    let options = ContextOptions { max_bytes: Some(1_000_000), ..ContextOptions::default() };
    let context = file.admin().context(&"PM".into(), &options).unwrap();
    expect_that!(context.left_out, eq(LeftOut::default()));
    expect_that!(context.items.len(), eq(301));
    let finished: Vec<_> = context.items.iter().map(|item| item.category.is_finished()).collect();
    expect_true!(finished.is_sorted());
    expect_that!((context.lanes.len(), context.members.len(), context.timers.len()), eq((4, 1, 1)));
    let second = context.items.iter().find(|item| item.key == "PM-2").unwrap();
    expect_that!(second.parent.as_deref(), some(eq("PM-1")));
    expect_that!(second.sprint.as_deref(), some(eq("One")));
    expect_that!(second.dependencies[0].key.as_deref(), some(eq("PM-1")));
    expect_that!(context.comments[0].item, eq("PM-2"));
}

#[gtest]
fn given_any_size_when_the_context_is_read_then_it_keeps_to_it_and_counts_what_is_missing() {
    let file = busy_project();
    let reader = file.admin();
    for max in [limits::CONTEXT_BYTES_MIN, 20_000, 60_000, 150_000] {
        let options = ContextOptions { max_bytes: Some(max), ..ContextOptions::default() };
        let context = reader.context(&"PM".into(), &options).unwrap();
        let bytes = i64::try_from(serde_json::to_vec(&context).unwrap().len()).unwrap();
        expect_that!(bytes, le(max));
        let items = i64::try_from(context.items.len()).unwrap();
        expect_that!(items + context.left_out.open_items + context.left_out.finished_items, eq(301));
        let comments = i64::try_from(context.comments.len()).unwrap();
        expect_that!(comments + context.left_out.comments, eq(1));
        expect_that!(reader.context(&"PM".into(), &options).unwrap(), eq(&context));
    }
    for max in [i64::MIN, 0, limits::CONTEXT_BYTES_MIN - 1, limits::CONTEXT_BYTES_MAX + 1] {
        let options = ContextOptions { max_bytes: Some(max), ..ContextOptions::default() };
        expect_that!(code(reader.context(&"PM".into(), &options)), eq(RejectionCode::Invalid));
    }
}

#[gtest]
fn given_options_when_the_context_is_read_then_only_what_was_wanted() {
    let file = busy_project();
    let since = file.head();
    let pm: crate::model::ProjectId =
        file.conn.query_row("SELECT id FROM projects", [], |row| row.get(0)).unwrap();
    let item: crate::model::ItemId =
        file.conn.query_row("SELECT id FROM work_items WHERE number = 5", [], |row| row.get(0)).unwrap();
    file.set(item, "changed_sequence", file.event(Some(pm), "work_item", &item.to_string()));
    file.comment(item, None, "new");
    let options = ContextOptions {
        since: Some(since),
        descriptions: false,
        members: false,
        sprints: false,
        timers: false,
        ..ContextOptions::default()
    };
    let context = file.admin().context(&"PM".into(), &options).unwrap();
    let keys: Vec<_> = context.items.iter().map(|item| item.key.as_str()).collect();
    expect_that!(keys, eq(&vec!["PM-5"]));
    expect_that!(context.items[0].description, none());
    expect_that!(context.comments.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(), eq(&vec!["new"]));
    expect_that!((context.members.len(), context.sprints.len(), context.timers.len()), eq((0, 0, 0)));
    expect_that!(context.left_out, eq(LeftOut::default()));
}

#[gtest]
fn given_notes_for_language_models_when_listed_then_the_most_important_first() {
    let file = Fixture::new();
    file.run("DELETE FROM llm_context", []);
    for (kind, priority) in [("example", 2), ("instruction", 1), ("example", 3)] {
        file.run(
            "INSERT INTO llm_context (kind, category, title, content, priority) VALUES (?1, 'c', 't', 'x', ?2)",
            params![kind, priority],
        );
    }
    let reader = file.as_member("bob");
    let of = |kind, limit| {
        let notes = walk(limit, |page| reader.llm_context(kind, page).map(|p| (p.notes, p.next)));
        notes.into_iter().map(|note| note.priority).collect::<Vec<_>>()
    };
    expect_that!(of(None, 1), eq(&vec![1, 2, 3]));
    expect_that!(of(Some(crate::query::LlmContextKind::Example), 50), eq(&vec![2, 3]));
}
