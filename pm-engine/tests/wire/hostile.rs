//! What no well-meaning peer sends: a typed error that names the field, never a panic.

use googletest::prelude::*;
use pm_engine::command::Actor;
use pm_engine::model::UserId;
use pm_engine::rejection::{Rejection, RejectionCode};
use pm_engine::wire::{self, WireError};
use pm_proto as pb;
use proptest::prelude::*;
use prost::Message;

use super::{samples, strategies};

fn actor() -> Actor {
    Actor::member(UserId::new("ada").unwrap())
}

/// Reads the bytes as each kind of message; whatever comes out is not looked at.
fn read_as_everything(bytes: &[u8]) {
    let _ = pb::Event::decode(bytes).map(wire::event_from_wire);
    let _ = pb::Entity::decode(bytes).map(wire::entity_from_wire);
    let _ = pb::Outcome::decode(bytes).map(wire::outcome_from_wire);
    let _ = pb::Rejection::decode(bytes).map(wire::rejection_from_wire);
    let _ = pb::Command::decode(bytes).map(|command| wire::command_from_wire(command, actor()));
    let _ = pb::EventBatch::decode(bytes);
    let _ = pb::ClientFrame::decode(bytes);
    let _ = pb::ServerFrame::decode(bytes);
}

proptest! {
    #[test]
    fn given_random_bytes_when_read_then_nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_as_everything(&bytes);
    }

    #[test]
    fn given_a_damaged_event_when_read_then_nothing_panics(
        event in strategies::event(),
        place in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = wire::event_to_wire(&event).encode_to_vec();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        read_as_everything(&bytes);
        bytes.truncate(place);
        read_as_everything(&bytes);
    }

    #[test]
    fn given_a_damaged_command_when_read_then_nothing_panics(
        sample in proptest::sample::select(samples::commands()),
        place in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = wire::command_to_wire(&sample.1).encode_to_vec();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        read_as_everything(&bytes);
    }
}

/// What is wrong with a command of this one change.
fn refused(change: Option<pb::change::Change>) -> WireError {
    let part = pb::Part { change: Some(pb::Change { change }), expected_version: None, origin: None };
    let command = pb::Command { id: "c".to_owned(), on_behalf_of: None, parts: vec![part] };
    wire::command_from_wire(command, actor()).unwrap_err()
}

#[gtest]
fn given_a_command_with_a_malformed_field_when_read_then_the_error_names_the_field() {
    use pb::change::Change;
    let item = || "PM-1".to_owned();
    let new_item =
        |kind, priority| pb::NewItem { project: "PM".to_owned(), kind, priority, ..pb::NewItem::default() };
    let patch = |change| pb::UpdateItem { item: item(), changes: vec![pb::ItemChange { change }] };
    let moved =
        |place| pb::ItemMove { item: item(), place: Some(pb::Place { place }), ..pb::ItemMove::default() };
    let cases = [
        (None, "parts[0].change"),
        (Some(Change::UpdateItem(patch(None))), "parts[0].change.update_item.changes[0]"),
        (
            Some(Change::UpdateItem(patch(Some(pb::item_change::Change::Kind(99))))),
            "parts[0].change.update_item.changes[0].kind",
        ),
        (
            Some(Change::UpdateItem(patch(Some(pb::item_change::Change::DueDate(pb::OptionalString {
                value: Some("2026-02-30".to_owned()),
            }))))),
            "parts[0].change.update_item.changes[0].due_date",
        ),
        (Some(Change::CreateItem(new_item(0, 1))), "parts[0].change.create_item.kind"),
        (Some(Change::CreateItem(new_item(1, 0))), "parts[0].change.create_item.priority"),
        (Some(Change::CreateItem(pb::NewItem::default())), "parts[0].change.create_item.project"),
        (Some(Change::MoveItem(moved(None))), "parts[0].change.move_item.place"),
        (
            Some(Change::MoveItem(moved(Some(pb::place::Place::End(3))))),
            "parts[0].change.move_item.place.end",
        ),
        (Some(Change::MoveLane(pb::MoveLane::default())), "parts[0].change.move_lane.lane"),
        (
            Some(Change::StartTimer(pb::StartTimer { id: Some("7".to_owned()), item: item(), note: item() })),
            "parts[0].change.start_timer.id",
        ),
        (
            Some(Change::AddTimeEntry(pb::NewTimeEntry {
                item: item(),
                started_at: -1,
                ..pb::NewTimeEntry::default()
            })),
            "parts[0].change.add_time_entry.started_at",
        ),
        (Some(Change::LoadEntity(pb::Entity { entity: None })), "parts[0].change.load_entity"),
    ];
    for (change, field) in cases {
        expect_that!(refused(change).field, eq(field));
    }
}

#[gtest]
fn given_a_malformed_command_when_the_error_becomes_a_rejection_then_it_names_part_and_field() {
    let rejection = Rejection::from(refused(None));
    expect_that!(rejection.code, eq(RejectionCode::Invalid));
    expect_that!(rejection.part, some(eq(0)));
    expect_that!(rejection.field, some(eq("parts[0].change")));
}

#[gtest]
fn given_a_command_without_an_id_when_read_then_it_is_refused() {
    let error = wire::command_from_wire(pb::Command::default(), actor()).unwrap_err();
    expect_that!(error.field, eq("id"));
    expect_that!(error.to_string(), contains_substring("command id"));
}

#[gtest]
fn given_an_event_of_a_later_version_when_read_then_the_error_names_what_is_not_known() {
    let (_, event) = samples::events().remove(0);
    let known = wire::event_to_wire(&event);
    let action = pb::Event { action: 99, ..known.clone() };
    let kind = pb::Event { entity_kind: 99, ..known.clone() };
    let entity = pb::Event { entity: Some(pb::Entity { entity: None }), ..known.clone() };
    let actor = pb::Event { actor: None, ..known.clone() };
    let at = pb::Event { at: i64::MAX, ..known };
    for (message, field) in
        [(action, "action"), (kind, "entity_kind"), (entity, "entity"), (actor, "actor"), (at, "at")]
    {
        expect_that!(wire::event_from_wire(message).map_err(|e| e.field), err(eq(field)));
    }
}

#[gtest]
fn given_an_event_with_an_unknown_field_when_read_then_the_field_is_skipped() {
    let (_, event) = samples::events().remove(0);
    let mut bytes = wire::event_to_wire(&event).encode_to_vec();
    bytes.extend([0xa2, 0x06, 0x01, b'x']); // field 100, one byte of text
    expect_that!(pb::Event::decode(bytes.as_slice()).map(wire::event_from_wire), ok(ok(eq(&event))));
}
