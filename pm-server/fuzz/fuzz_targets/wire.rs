//! Every message that can come from outside: what is taken over is written down again as the same thing.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use pm_engine::wire;
use pm_fuzz::{choice, member};
use pm_proto as pb;
use prost::Message;

/// Bytes, as a message; `None` where they are none.
fn read<M: Message + Default>(bytes: &[u8]) -> Option<M> {
    M::decode(bytes).ok()
}

/// Equal, or alike in writing: no number that is not one is equal to itself, and only rules refuse it.
fn assert_same<T: PartialEq + Debug>(first: &T, again: &T) {
    assert!(first == again || format!("{first:?}") == format!("{again:?}"), "{first:?}\nbecame\n{again:?}");
}

fuzz_target!(|input: &[u8]| {
    let Some((kind, bytes)) = choice(input) else { return };
    match kind % 5 {
        0 => {
            let Some(Ok(command)) = read(bytes).map(|m: pb::Command| wire::command_from_wire(m, member()))
            else {
                return;
            };
            let again = wire::command_from_wire(wire::command_to_wire(&command), member()).unwrap();
            assert_same(&command, &again);
        }
        1 => {
            let Some(Ok(event)) = read(bytes).map(|m: pb::Event| wire::event_from_wire(m)) else { return };
            assert_same(&event, &wire::event_from_wire(wire::event_to_wire(&event)).unwrap());
        }
        2 => {
            let Some(Ok(entity)) = read(bytes).map(|m: pb::Entity| wire::entity_from_wire(m)) else { return };
            assert_same(&entity, &wire::entity_from_wire(wire::entity_to_wire(&entity)).unwrap());
        }
        3 => {
            let Some(Ok(outcome)) = read(bytes).map(|m: pb::Outcome| wire::outcome_from_wire(m)) else {
                return;
            };
            assert_same(&outcome, &wire::outcome_from_wire(wire::outcome_to_wire(&outcome)).unwrap());
        }
        _ => {
            let Some(Ok(refused)) = read(bytes).map(|m: pb::Rejection| wire::rejection_from_wire(m)) else {
                return;
            };
            assert_same(&refused, &wire::rejection_from_wire(wire::rejection_to_wire(&refused)).unwrap());
        }
    }
});
