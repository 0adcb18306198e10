//! Doors for the fuzzer (`pm-server/fuzz`), which is no part of this crate. Nothing here is for a host.

mod http;

use std::collections::VecDeque;

use pm_engine::command::Actor;
use pm_engine::model::{TenantId, UserId};
use pm_engine::wire;
use pm_proto as pb;
use prost::Message as _;

use crate::auth::{Identity, Keys};
use crate::limits;
use crate::ws::session::{Session, Step};

pub use self::http::Http;

/// What happens to a session.
#[derive(Clone, Copy, Debug)]
pub enum Happening<'a> {
    /// A binary message.
    Message(&'a [u8]),
    /// A text message.
    Text,
    /// The oldest request that is in flight has been answered.
    Answered,
}

/// Lets everything happen to one session, in order, as a connection would; `vouched` as by the upgrade's header.
///
/// # Panics
/// Where a session does what it must not.
#[expect(clippy::panic, reason = "that is what the fuzzer looks for")]
pub fn session<'a>(keys: &Keys, vouched: bool, happenings: impl Iterator<Item = Happening<'a>>) {
    let vouched = vouched.then(identity).flatten();
    let mut session = Session::new(keys.clone(), vouched);
    let (mut welcome, mut in_flight) = (false, VecDeque::new());
    for happening in happenings {
        let step = match happening {
            Happening::Message(bytes) => session.message(bytes),
            Happening::Text => session.text(),
            Happening::Answered => {
                in_flight.pop_front();
                continue;
            }
        };
        match step {
            Step::Answer(frame) => readable(&frame),
            Step::Refuse(frame, _) => return readable(&frame),
            Step::Open(_) if welcome => panic!("welcomed twice"),
            Step::Open(_) => welcome = true,
            _ if !welcome => panic!("something was done for a stranger"),
            Step::Query { place, .. } => in_flight.push_back(place),
            Step::Command { command, place, .. } => {
                in_flight.push_back(place);
                if let Some(Identity { actor, .. }) = identity() {
                    let _ = wire::command_from_wire(*command, actor);
                }
            }
            _ => {}
        }
        if in_flight.len() > limits::IN_FLIGHT_MAX {
            panic!("more in flight than allowed");
        }
    }
}

/// What is sent must be what a client can read.
#[expect(clippy::panic, reason = "that is what the fuzzer looks for")]
fn readable(frame: &[u8]) {
    if pb::ServerFrame::decode(frame).is_err() || frame.len() > limits::MESSAGE_BYTES_MAX {
        panic!("an answer that no client can read");
    }
}

fn identity() -> Option<Identity> {
    Some(Identity {
        tenant: TenantId::new("acme").ok()?,
        actor: Actor::member(UserId::new("ann").ok()?),
        name: None,
        email: None,
        issued_at: 0,
        expires_at: u64::MAX,
        key: crate::auth::KeyId::default(),
    })
}
