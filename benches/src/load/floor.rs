//! What the bare server has ready: the bytes of one delivery, the bytes of one answer, and the rows of many commands.

use bytes::Bytes;
use pm_engine::command::{Change, Command};
use pm_engine::wire;
use pm_proto as pb;
use prost::Message as _;

use crate::bare::{Bare, Written, written_after};
use crate::fixture::{Fixture, creations, creations_of_many, member, new_item};
use crate::write::{Callers, commit};

/// Commands on their way while the rows are made.
const IN_FLIGHT: usize = 512;

/// Made by an engine, once.
pub(crate) struct Ready {
    /// A frame with so many events.
    pub(crate) batch: Bytes,
    /// An outcome, without the request it answers.
    pub(crate) outcome: Bytes,
    /// Rows of commands that make an item each, and the file they go to.
    pub(crate) rows: Vec<Written>,
    pub(crate) bare: Bare,
    _fixture: Fixture,
}

impl Ready {
    pub(crate) fn new(rows: usize, users: usize, batch: usize) -> Self {
        let fixture = Fixture::new(1);
        let tenant = &fixture.tenant;
        let outcome = tenant.execute(creations(0, 1).remove(0)).unwrap();
        let answer = pb::server_frame::Body::Outcome(wire::outcome_to_wire(&outcome));
        let outcome = pb::ServerFrame { request_id: 0, body: Some(answer) }.encode_to_vec();

        let from = tenant.head().unwrap();
        let changes = (0..batch).map(|n| Change::CreateItem(Box::new(new_item(n)))).collect();
        tenant.execute(Command::batch(member(), changes)).unwrap();
        let made = tenant.subscribe(&member(), from, None).unwrap().try_next().unwrap().unwrap();
        assert_eq!(made.events.len(), batch);
        let events = made.events.iter().map(pm_engine::RawEvent::bytes);
        let batch = wire::frame_batch(&wire::splice_batch(events, made.complete_to, false));

        // Their first command makes a user of each.
        commit(tenant, Callers::InFlight(IN_FLIGHT), creations_of_many(users, users));
        let from = tenant.head().unwrap();
        let bare = Bare::like(&fixture.file(), &fixture.folder.path().join("bare.db"));
        commit(tenant, Callers::InFlight(IN_FLIGHT), creations_of_many(users, rows));
        let rows = written_after(&fixture.file(), from);
        Self { batch: batch.into(), outcome: outcome.into(), rows, bare, _fixture: fixture }
    }
}
