//! "Commands as a whole".

use googletest::prelude::*;
use pm_engine::command::{Change, Command, ItemChange, NewItem, NewProject, TenantSettingChange};
use pm_engine::event::Origin;
use pm_engine::model::{CommandId, Entity, ItemKind, ItemRef, Timestamp, Visibility};
use pm_engine::rejection::RejectionCode;

use super::Desk;
use crate::plan::{MONDAY, actor, user};

fn create(title: &str) -> Change {
    Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, title)))
}

fn id(text: &str) -> CommandId {
    CommandId::new(text).unwrap()
}

/// "The same id from the same actor again returns the first committed outcome and does nothing (also after a restart
/// …). With another body: `command_reused`. Another actor's ids are his own."
#[gtest]
fn given_a_committed_command_when_sent_again_then_its_first_outcome_is_the_answer() {
    let mut desk = Desk::new();
    let command = Command::new(actor("ann"), create("Once")).with_id(id("x"));
    let first = desk.execute(command.clone()).unwrap();
    desk.clock.advance(5_000);
    desk.restart();
    let again = desk.execute(command).unwrap();
    expect_that!(again.replayed, is_true());
    expect_that!((again.at, &again.results), eq((first.at, &first.results)));
    let other = Command::new(actor("ann"), create("Twice")).with_id(id("x"));
    expect_that!(desk.execute(other).unwrap_err().code, eq(RejectionCode::CommandReused));
    let bob = Command::new(actor("bob"), create("Mine")).with_id(id("x"));
    expect_that!(desk.execute(bob).unwrap().replayed, is_false());
}

/// "A success without events is recorded too."
#[gtest]
fn given_a_command_that_changed_nothing_when_its_id_comes_with_another_body_then_it_is_refused() {
    let desk = Desk::new();
    let nothing = Change::UpdateTenantSettings { changes: Vec::new() };
    let outcome = desk.execute(Command::new(actor("root"), nothing).with_id(id("n"))).unwrap();
    expect_that!(outcome.first_sequence, none());
    let other = Command::new(actor("root"), create("Other")).with_id(id("n"));
    expect_that!(desk.execute(other).unwrap_err().code, eq(RejectionCode::CommandReused));
}

/// "A rejected command leaves no trace and may be tried again under its id."
#[gtest]
fn given_a_refused_command_when_sent_again_after_its_cause_is_gone_then_it_is_accepted() {
    let desk = Desk::new();
    let change = Change::CreateItem(Box::new(NewItem::new("NEW", ItemKind::Task, "Early")));
    let command = Command::new(actor("root"), change).with_id(id("early"));
    expect_that!(desk.execute(command.clone()).unwrap_err().code, eq(RejectionCode::NotFound));
    desk.run("root", Change::CreateProject(NewProject::new("NEW", "New")));
    expect_that!(desk.execute(command).unwrap().replayed, is_false());
}

/// "all or nothing, decided and applied in turn …; a rejection names the part."
#[gtest]
fn given_a_batch_with_a_bad_last_part_when_sent_then_nothing_happens_and_the_part_is_named() {
    let desk = Desk::new();
    let head = desk.tenant.head().unwrap();
    let bad = Change::UpdateItem { item: ItemRef::part(0), changes: vec![ItemChange::Title(" ".to_owned())] };
    let lost = Change::DeleteItem { item: "PM-99".into(), cascade: false };
    for (last, code) in [(bad, RejectionCode::Invalid), (lost, RejectionCode::NotFound)] {
        let refusal =
            desk.execute(Command::batch(actor("root"), vec![create("A"), create("B"), last])).unwrap_err();
        expect_that!((refusal.code, refusal.part), eq((code, Some(2))));
    }
    expect_that!(desk.tenant.head().unwrap(), eq(head));
}

/// "an earlier part's entity is named by its id or `#k`"
#[gtest]
fn given_a_batch_when_parts_name_earlier_ones_then_only_earlier_ones_are_found() {
    let desk = Desk::new();
    let under = |k| {
        Change::CreateItem(Box::new(NewItem {
            parent: Some(ItemRef::part(k)),
            ..NewItem::new("PM", ItemKind::Task, "Child")
        }))
    };
    let good =
        desk.execute(Command::batch(actor("root"), vec![create("Parent"), under(0), under(1)])).unwrap();
    expect_that!(good.results.len(), eq(3));
    let ahead = desk.execute(Command::batch(actor("root"), vec![under(1), create("Parent")])).unwrap_err();
    expect_that!((ahead.code, ahead.part), eq((RejectionCode::Invalid, Some(0))));
}

/// "A command may carry the version it was based on; if the row has moved on: `conflict` with the current entity."
#[gtest]
fn given_an_item_that_moved_on_when_changed_at_its_old_version_then_the_conflict_carries_it() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let title = |text: &str| Change::UpdateItem {
        item: key.as_str().into(),
        changes: vec![ItemChange::Title(text.to_owned())],
    };
    desk.run("ann", title("Newer"));
    let refusal = desk.execute(Command::new(actor("bob"), title("Older")).expecting(1)).unwrap_err();
    expect_that!(refusal.code, eq(RejectionCode::Conflict));
    let Some(Entity::WorkItem(current)) = refusal.current.as_deref() else { panic!("no current entity") };
    expect_that!((current.title.as_str(), current.version), eq(("Newer", 2)));
    desk.run("bob", title("Last writer wins"));
}

/// "the event keeps its commit instant and actor and carries the origin beside them; rows and reports by time use the
/// origin"
#[gtest]
fn given_an_origin_when_an_item_is_made_then_its_row_has_the_origin_and_its_event_the_commit() {
    let desk = Desk::new();
    let (at, by) = (Timestamp::from_millis(1_000_000_000), user("old hand"));
    let origin = Origin { at: Some(at), by: Some(by.clone()), number: Some(40), version: Some(7) };
    let events = desk.events_of(|desk| {
        desk.execute(Command::new(actor("root"), create("Imported")).from_origin(&origin)).unwrap();
    });
    let event = events.last().unwrap();
    expect_that!(event.at.as_millis(), eq(MONDAY));
    expect_that!(event.actor.user.as_str(), eq("root"));
    expect_that!(event.origin.as_ref(), some(eq(&origin)));
    let item = desk.stored("PM-40");
    expect_that!((item.created_at, item.version), eq((at, 7)));
    expect_that!(item.created_by, eq(&by));
    let next = desk.item(ItemKind::Task, None);
    expect_that!(next, eq("PM-41"));
    let member = Command::new(actor("ann"), create("Forged")).from_origin(&origin);
    expect_that!(desk.execute(member).unwrap_err().code, eq(RejectionCode::Forbidden));
}

/// "Items are numbered per project … never reused": a number that is or was another item's is refused, not replaced;
/// one that was skipped is free.
#[gtest]
fn given_an_origin_with_a_number_when_it_is_or_was_taken_then_refused_and_a_skipped_one_is_given() {
    let desk = Desk::new();
    let numbered = |number| {
        let origin = Origin { number: Some(number), ..Origin::default() };
        desk.execute(Command::new(actor("root"), create("Imported")).from_origin(&origin))
    };
    numbered(5).unwrap();
    let refusal = numbered(5).unwrap_err();
    expect_that!(refusal.code, eq(RejectionCode::AlreadyExists));
    expect_that!(refusal.field.as_deref(), some(eq("origin.number")));
    expect_that!(numbered(3).unwrap().results[0].key.as_deref(), some(eq("PM-3")));
    for key in ["PM-3", "PM-5"] {
        desk.run("root", super::delete(key));
    }
    // Deleted, then purged: the number stays its own.
    expect_that!(numbered(3).unwrap_err().code, eq(RejectionCode::AlreadyExists));
    desk.run("root", Change::PurgeItem { item: "PM-3".into() });
    desk.run("root", Change::PurgeItem { item: "PM-5".into() });
    expect_that!(desk.count("SELECT count(*) FROM work_items"), eq(0));
    expect_that!(numbered(3).unwrap_err().code, eq(RejectionCode::AlreadyExists));
    expect_that!(desk.item(ItemKind::Task, None), eq("PM-6"));
    expect_that!(numbered(4).unwrap().results[0].key.as_deref(), some(eq("PM-4")));
}

/// "private (listed members only; to others it does not exist: `not_found`, never `forbidden`)"
#[gtest]
fn given_a_private_project_when_an_outsider_does_anything_there_then_it_does_not_exist() {
    let desk = Desk::new();
    let secret = NewProject { visibility: Visibility::Private, ..NewProject::new("SEC", "Secret") };
    desk.run("ann", Change::CreateProject(secret));
    let new = NewItem::new("SEC", ItemKind::Task, "Plan");
    desk.run("ann", Change::CreateItem(Box::new(new.clone())));
    for change in [
        Change::CreateItem(Box::new(new)),
        Change::DeleteItem { item: "SEC-1".into(), cascade: true },
        Change::ArchiveProject { project: "SEC".into() },
        Change::UpdateProject { project: "SEC".into(), changes: Vec::new() },
    ] {
        expect_that!(desk.refused("bob", change), eq(RejectionCode::NotFound));
    }
    // "that a key, id or external reference is taken may be learnt (`already_exists`, naming nothing)"
    let taken = desk.refusal("bob", Change::CreateProject(NewProject::new("sec", "Mine")));
    expect_that!(taken.code, eq(RejectionCode::AlreadyExists));
    expect_that!(taken.message.contains("Secret"), is_false());
}

/// "A clock that runs backwards: order is the sequence."
#[gtest]
fn given_a_clock_that_went_back_when_commands_follow_then_sequences_go_on_and_derived_ids_differ() {
    let desk = Desk::new();
    let first = desk.run("root", create("One"));
    desk.clock.advance(-3_600_000);
    let second = desk.run("root", create("Two"));
    expect_that!(second.at, lt(first.at));
    expect_that!(second.first_sequence, eq(first.last_sequence.map(|n| n + 1)));
    expect_that!(second.results[0].id, not(eq(&first.results[0].id)));
    let change = TenantSettingChange::TimerCapSeconds(60);
    desk.run("root", Change::UpdateTenantSettings { changes: vec![change] });
}
