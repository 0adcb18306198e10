//! The engine's types on the wire: the one module that names protobuf.
//!
//! Stored events and outcomes are these bytes; a server sends the same bytes on as they are. Every function `to_wire`
//! is total; every function `from_wire` checks ids, instants, dates, enums and presence, and answers a [`WireError`]
//! that names the field. What a rule of the domain has to say (lengths, ranges, who may what) is not said here.

mod answer;
mod batch;
mod command;
mod convert;
mod entity;
mod error;
mod event;
mod outcome;
mod question;
mod words;

pub use answer::{answer_from_wire, answer_to_wire};
pub use batch::{frame_batch, splice_batch};
pub use command::{command_from_wire, command_to_wire};
pub use entity::{entity_from_wire, entity_to_wire};
pub use error::WireError;
pub use event::{event_from_wire, event_to_wire};
pub use outcome::{
    failure_to_wire, outcome_from_wire, outcome_to_wire, rejection_from_wire, rejection_to_wire,
};
pub use question::{question_from_wire, question_to_wire};

#[allow(unused_imports, reason = "the store is their only caller")]
pub(crate) use {
    command::encode_change_parts,
    event::{decode_event, encode_event},
    outcome::{decode_outcome, encode_outcome},
};
