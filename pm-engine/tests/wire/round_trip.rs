//! Everything survives the way to bytes and back.

use googletest::prelude::*;
use pm_engine::command::Actor;
use pm_engine::model::{ActorKind, TenantRole, UserId};
use pm_engine::wire;
use pm_proto as pb;
use proptest::prelude::*;
use prost::Message;

use super::strategies;

/// To bytes and back, as a peer would.
fn sent<M: Message + Default>(message: &M) -> M {
    M::decode(message.encode_to_vec().as_slice()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn given_an_entity_of_every_kind_when_sent_then_it_is_the_same(entities in strategies::entities()) {
        for entity in entities {
            let back = wire::entity_from_wire(sent(&wire::entity_to_wire(&entity)));
            assert_that!(back, ok(eq(&entity)));
        }
    }

    #[test]
    fn given_a_command_with_every_change_when_sent_then_it_is_the_same(command in strategies::command()) {
        let vouched = Actor { on_behalf_of: None, ..command.actor.clone() };
        let back = wire::command_from_wire(sent(&wire::command_to_wire(&command)), vouched);
        assert_that!(back, ok(eq(&command)));
    }

    #[test]
    fn given_an_event_when_sent_then_it_is_the_same(event in strategies::event()) {
        let back = wire::event_from_wire(sent(&wire::event_to_wire(&event)));
        assert_that!(back, ok(eq(&event)));
    }

    #[test]
    fn given_an_outcome_when_sent_then_it_is_the_same(outcome in strategies::outcome()) {
        let back = wire::outcome_from_wire(sent(&wire::outcome_to_wire(&outcome)));
        assert_that!(back, ok(eq(&outcome)));
    }

    #[test]
    fn given_a_rejection_when_sent_then_it_is_the_same(rejection in strategies::rejection()) {
        let back = wire::rejection_from_wire(sent(&wire::rejection_to_wire(&rejection)));
        assert_that!(back, ok(eq(&rejection)));
    }

    #[test]
    fn given_stored_events_when_spliced_then_the_frame_is_what_an_encoder_writes(
        events in proptest::collection::vec(strategies::event(), 0..4),
        complete_to in 0..1_000_i64,
        group_split in any::<bool>(),
    ) {
        let events: Vec<_> = events.iter().map(wire::event_to_wire).collect();
        let stored: Vec<_> = events.iter().map(Message::encode_to_vec).collect();

        let spliced = wire::splice_batch(stored.iter().map(Vec::as_slice), complete_to, group_split);
        let frame = wire::frame_batch(&spliced);

        let batch = pb::EventBatch { events, complete_to, group_split, access: Vec::new() };
        assert_that!(spliced, eq(&batch.encode_to_vec()));
        let body = Some(pb::server_frame::Body::EventBatch(batch));
        assert_that!(frame, eq(&pb::ServerFrame { request_id: 0, body }.encode_to_vec()));
    }

    #[test]
    fn given_any_actor_when_a_command_names_nobody_else_then_the_vouched_actor_stands(actor in strategies::actor()) {
        let message = pb::Command { id: "c".to_owned(), on_behalf_of: None, parts: Vec::new() };
        assert_that!(wire::command_from_wire(message, actor.clone()).map(|c| c.actor), ok(eq(&actor)));
    }
}

#[gtest]
fn given_a_command_on_behalf_of_somebody_when_read_then_only_that_is_taken_from_it() {
    let vouched = Actor {
        user: UserId::new("agent").unwrap(),
        kind: ActorKind::Agent,
        role: TenantRole::Member,
        on_behalf_of: None,
    };
    let message = pb::Command { id: "c".to_owned(), on_behalf_of: Some("ada".to_owned()), parts: Vec::new() };

    let command = wire::command_from_wire(message, vouched.clone()).unwrap();

    let expected = Actor { on_behalf_of: Some(UserId::new("ada").unwrap()), ..vouched };
    expect_that!(command.actor, eq(&expected));
}

#[gtest]
fn given_batch_and_access_markers_when_appended_then_one_batch_is_read() {
    let marker =
        pb::AccessMarker { sequence: 7, project: "p".to_owned(), change: pb::AccessChange::Lost.into() };
    let mut bytes = wire::splice_batch(std::iter::empty(), 9, false);
    let access = pb::EventBatch { access: vec![marker.clone()], ..pb::EventBatch::default() };
    bytes.extend(access.encode_to_vec());

    let batch = pb::EventBatch::decode(bytes.as_slice()).unwrap();

    expect_that!(batch.complete_to, eq(9));
    expect_that!(batch.access, elements_are![eq(&marker)]);
}
