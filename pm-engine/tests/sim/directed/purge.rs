//! "Purge (tenant admin)".

use googletest::prelude::*;
use pm_engine::command::{Change, NewComment, NewItem};
use pm_engine::model::{ItemId, ItemKind};
use pm_engine::rejection::RejectionCode;

use super::{Desk, delete};

fn comment(desk: &Desk, item: &str, text: &str) -> String {
    desk.make(Change::AddComment(NewComment::new(item, text)))
}

fn whole(desk: &Desk) {
    desk.tenant.rebuild().unwrap();
    let report = pm_engine::check(desk.folder.path(), "sim").unwrap();
    expect_that!(report.is_whole(), is_true(), "{report:?}");
}

/// "rows go; in the log each of their events keeps sequence, group, actor, instant, kind, project, entity id and
/// number, and loses the rest; activity values … go"
#[gtest]
fn given_a_purged_item_when_the_file_is_searched_then_its_words_are_nowhere() {
    let desk = Desk::new();
    let new =
        NewItem { description: "Xylophone".to_owned(), ..NewItem::new("PM", ItemKind::Task, "Xylophone") };
    desk.make(Change::CreateItem(Box::new(new)));
    comment(&desk, "PM-1", "Xylophone");
    desk.run("root", delete("PM-1"));
    let head = desk.tenant.head().unwrap();
    desk.run("root", Change::PurgeItem { item: "PM-1".into() });
    expect_that!(desk.tenant.head().unwrap(), eq(head + 1));
    let sql = "SELECT count(*) FROM event_log WHERE instr(CAST(body AS TEXT), 'Xylophone') > 0";
    expect_that!(desk.count(sql), eq(0));
    expect_that!(desk.count("SELECT count(*) FROM work_items"), eq(0));
    expect_that!(desk.count("SELECT count(*) FROM comments"), eq(0));
    expect_that!(desk.count("SELECT count(*) FROM event_log"), eq(head + 1));
    let sql = "SELECT count(*) FROM activity_log WHERE new_value LIKE '%Xylo%' OR old_value LIKE '%Xylo%'";
    expect_that!(desk.count(sql), eq(0));
    expect_that!(desk.events_after(0).len(), eq(usize::try_from(head + 1).unwrap()));
    whole(&desk);
}

#[gtest]
fn given_a_live_item_or_a_member_when_purged_then_it_is_refused() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let purge = Change::PurgeItem { item: key.as_str().into() };
    expect_that!(desk.refused("root", purge.clone()), eq(RejectionCode::WrongState));
    desk.run("root", delete(&key));
    expect_that!(desk.refused("ann", purge), eq(RejectionCode::Forbidden));
}

/// The purge of a comment's text names its comment: when that goes with its item or project, so does that event.
#[gtest]
fn given_a_purged_comment_when_its_project_is_purged_then_the_log_still_gives_the_tables() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let id = comment(&desk, &key, "Well");
    desk.run("root", Change::PurgeComment { comment: id.as_str().into() });
    let project = desk.text("SELECT id FROM projects").unwrap();
    desk.run("root", Change::DeleteProject { project: "PM".into() });
    desk.run("root", Change::PurgeProject { project: project.into() });
    whole(&desk);
}

/// Its text is gone, so that there is nothing to restore; its place in the thread stays.
#[gtest]
fn given_a_purged_comment_when_restored_then_it_is_refused_and_a_second_purge_changes_nothing() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let id = comment(&desk, &key, "Secret");
    let answer = NewComment { reply_to: Some(id.as_str().into()), ..NewComment::new(key.as_str(), "Answer") };
    desk.make(Change::AddComment(answer));
    let purge = || Change::PurgeComment { comment: id.as_str().into() };
    desk.run("root", purge());
    let restore = Change::RestoreComment { comment: id.as_str().into() };
    expect_that!(desk.refused("root", restore), eq(RejectionCode::WrongState));
    let edit = Change::EditComment { comment: id.as_str().into(), text: "Harmless".to_owned() };
    expect_that!(desk.refused("root", edit), eq(RejectionCode::NotFound));
    expect_that!(desk.run("root", purge()).first_sequence, none());
    expect_that!(desk.count("SELECT count(*) FROM comments WHERE deleted_at IS NULL"), eq(1));
    expect_that!(desk.count("SELECT count(*) FROM comments"), eq(2));
    whole(&desk);
}

/// Archived is read-only, but what must go can be purged all the same.
#[gtest]
fn given_an_archived_project_when_an_item_and_a_comment_are_purged_then_they_are_gone() {
    let desk = Desk::new();
    let (stays, goes) = (desk.item(ItemKind::Task, None), desk.item(ItemKind::Task, None));
    let id = comment(&desk, &stays, "Xylophone");
    desk.run("root", delete(&goes));
    desk.run("root", Change::ArchiveProject { project: "PM".into() });
    let refused = Change::DeleteComment { comment: id.as_str().into() };
    expect_that!(desk.refused("root", refused), eq(RejectionCode::Archived));
    desk.run("root", Change::PurgeComment { comment: id.as_str().into() });
    desk.run("root", Change::PurgeItem { item: goes.as_str().into() });
    let sql = "SELECT count(*) FROM event_log WHERE instr(CAST(body AS TEXT), 'Xylophone') > 0";
    expect_that!(desk.count(sql), eq(0));
    expect_that!(desk.count("SELECT count(*) FROM work_items"), eq(1));
    whole(&desk);
}

/// An id that a purged item had may be chosen again: a rebuild must not take the new item for the purged one.
#[gtest]
fn given_the_id_of_a_purged_item_used_again_when_rebuilt_then_the_new_item_stays() {
    let desk = Desk::new();
    let id = Some(ItemId::from_uuid(uuid::Uuid::from_u128(77)));
    let new = || Change::CreateItem(Box::new(NewItem { id, ..NewItem::new("PM", ItemKind::Task, "Item") }));
    desk.make(new());
    desk.run("root", delete("PM-1"));
    desk.run("root", Change::PurgeItem { item: "PM-1".into() });
    desk.make(new());
    whole(&desk);
    expect_that!(desk.count("SELECT count(*) FROM work_items"), eq(1));
}
