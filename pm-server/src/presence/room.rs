//! The room of a tenant: an entry per connection that takes part, at most so many. Who listens is told that something
//! has changed, never what: it looks when it has time for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pm_engine::model::{ActorKind, ItemId, ProjectId, UserId};
use tokio::sync::watch;

use crate::limits;

/// What somebody looks at.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Looking {
    /// A project.
    pub(crate) project: Option<ProjectId>,
    /// An item of it.
    pub(crate) item: Option<ItemId>,
    /// He is changing the item.
    pub(crate) editing: bool,
}

/// One connection in the room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) user: UserId,
    pub(crate) kind: ActorKind,
    pub(crate) looking: Looking,
    /// Another number whenever it changes.
    pub(crate) stamp: u64,
}

/// There are as many in the room as it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RoomFull;

/// The room of a tenant.
#[derive(Debug)]
pub(crate) struct Room {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    last_connection: u64,
    last_stamp: u64,
    entries: BTreeMap<u64, Arc<Entry>>,
}

impl Default for Room {
    fn default() -> Self {
        Self { state: Mutex::default(), changed: watch::Sender::new(0) }
    }
}

impl Room {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that takes part. It has no entry before it says something.
    pub(crate) fn enter(self: &Arc<Self>, user: UserId, kind: ActorKind) -> Member {
        let mut state = self.state();
        state.last_connection += 1;
        Member { room: Arc::clone(self), connection: state.last_connection, user, kind }
    }

    /// Everybody else, as it is now.
    pub(crate) fn others(&self, connection: u64) -> BTreeMap<u64, Arc<Entry>> {
        let mut entries = self.state().entries.clone();
        entries.remove(&connection);
        entries
    }

    /// Changes whenever the room does.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn tell(&self, stamp: u64) {
        self.changed.send_replace(stamp);
    }
}

/// A connection's place in the room; it is left when this is dropped.
#[derive(Debug)]
pub(crate) struct Member {
    room: Arc<Room>,
    connection: u64,
    user: UserId,
    kind: ActorKind,
}

impl Member {
    /// The number of the connection.
    pub(crate) const fn connection(&self) -> u64 {
        self.connection
    }

    pub(crate) fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// Says what the user looks at. The same again changes nothing.
    pub(crate) fn say(&self, looking: Looking) -> Result<(), RoomFull> {
        let stamp = {
            let mut state = self.room.state();
            let known = state.entries.get(&self.connection);
            if known.is_some_and(|entry| entry.looking == looking) {
                return Ok(());
            }
            if known.is_none() && state.entries.len() >= limits::PRESENCE_ENTRIES_MAX {
                return Err(RoomFull);
            }
            state.last_stamp += 1;
            let stamp = state.last_stamp;
            let entry = Entry { user: self.user.clone(), kind: self.kind, looking, stamp };
            state.entries.insert(self.connection, Arc::new(entry));
            stamp
        };
        self.room.tell(stamp);
        Ok(())
    }

    /// What was said counts no more.
    pub(crate) fn fall_silent(&self) {
        let stamp = {
            let mut state = self.room.state();
            if state.entries.remove(&self.connection).is_none() {
                return;
            }
            state.last_stamp += 1;
            state.last_stamp
        };
        self.room.tell(stamp);
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.fall_silent();
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    fn enter(room: &Arc<Room>, user: &str) -> Member {
        room.enter(UserId::new(user).unwrap(), ActorKind::Human)
    }

    #[gtest]
    fn given_a_full_room_when_another_speaks_then_it_is_refused_until_one_leaves_and_the_others_go_on() {
        let room = Arc::new(Room::default());
        let mut members: Vec<Member> =
            (0..limits::PRESENCE_ENTRIES_MAX).map(|_| enter(&room, "ann")).collect();
        for member in &members {
            member.say(Looking::default()).unwrap();
        }
        let late = enter(&room, "bob");
        expect_that!(late.say(Looking::default()), err(eq(RoomFull)));
        let editing = Looking { editing: true, ..Looking::default() };
        expect_that!(members[0].say(editing), ok(eq(())));
        members.pop();
        expect_that!(late.say(Looking::default()), ok(eq(())));
        expect_that!(room.others(late.connection()).len(), eq(limits::PRESENCE_ENTRIES_MAX - 1));
    }

    #[gtest]
    fn given_a_listener_when_the_same_is_said_again_then_it_is_not_woken() {
        let room = Arc::new(Room::default());
        let ann = enter(&room, "ann");
        let mut changes = room.changes();
        ann.say(Looking::default()).unwrap();
        expect_that!(changes.has_changed().unwrap(), eq(true));
        changes.mark_unchanged();
        ann.say(Looking::default()).unwrap();
        expect_that!(changes.has_changed().unwrap(), eq(false));
        drop(ann);
        expect_that!(changes.has_changed().unwrap(), eq(true));
        expect_that!(room.others(0).len(), eq(0));
    }
}
