//! How many may be connected: before they have said who they are, and afterwards in all, per tenant and per user.
//! Connections that nobody vouches for have a quota of their own, in which a new one takes the place of the oldest:
//! however many come and say nothing, whoever says hello at once gets in.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pm_engine::model::{TenantId, UserId};
use tokio::sync::{Notify, OwnedSemaphorePermit};

use crate::config::ServerConfig;

/// Where there is no room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Full {
    /// In the server.
    Server,
    /// For the tenant.
    Tenant,
    /// For the user.
    User,
}

#[derive(Clone, Copy, Debug)]
struct Caps {
    unknown: usize,
    known: usize,
    tenant: usize,
    user: usize,
}

/// Counts the connections.
#[derive(Debug)]
pub(crate) struct Admission {
    caps: Caps,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: u64,
    /// Nobody vouches for them; the oldest first.
    unknown: BTreeMap<u64, Arc<Notify>>,
    known: usize,
    tenants: HashMap<TenantId, Seats>,
}

#[derive(Debug, Default)]
struct Seats {
    taken: usize,
    users: HashMap<UserId, usize>,
}

impl Admission {
    pub(crate) fn new(config: &ServerConfig) -> Self {
        let caps = Caps {
            unknown: config.general.connections_unknown_max,
            known: config.general.connections_max,
            tenant: config.websocket.connections_per_tenant_max,
            user: config.websocket.connections_per_user_max,
        };
        Self { caps, state: Mutex::default() }
    }

    /// Most sockets at once: those that are known, those that are not, and as many again that have had to leave and
    /// have not yet gone.
    pub(crate) const fn sockets_max(config: &ServerConfig) -> usize {
        config.general.connections_max + 2 * config.general.connections_unknown_max
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that was just accepted. The oldest of those nobody vouches for makes room for it.
    pub(crate) fn enter(self: &Arc<Self>, socket: OwnedSemaphorePermit) -> Place {
        let must_leave = Arc::new(Notify::new());
        let mut state = self.state();
        while state.unknown.len() >= self.caps.unknown.max(1) {
            let Some((_, oldest)) = state.unknown.pop_first() else { break };
            oldest.notify_one();
        }
        state.last += 1;
        let id = state.last;
        state.unknown.insert(id, Arc::clone(&must_leave));
        Place { admission: Arc::clone(self), id, must_leave, vouched: Mutex::new(false), _socket: socket }
    }

    /// A seat for a user's WebSocket.
    pub(crate) fn seat(self: &Arc<Self>, tenant: &TenantId, user: &UserId) -> Result<Seat, Full> {
        let mut state = self.state();
        let seats = state.tenants.entry(tenant.clone()).or_default();
        let of_user = seats.users.get(user).copied().unwrap_or_default();
        if of_user >= self.caps.user {
            return Err(Full::User);
        }
        if seats.taken >= self.caps.tenant {
            return Err(Full::Tenant);
        }
        seats.taken += 1;
        seats.users.insert(user.clone(), of_user + 1);
        Ok(Seat { admission: Arc::clone(self), tenant: tenant.clone(), user: user.clone() })
    }
}

/// Held by a connection from its first to its last moment, whatever it becomes.
#[derive(Debug)]
pub(crate) struct Place {
    admission: Arc<Admission>,
    id: u64,
    must_leave: Arc<Notify>,
    vouched: Mutex<bool>,
    _socket: OwnedSemaphorePermit,
}

impl Place {
    fn vouched(&self) -> MutexGuard<'_, bool> {
        self.vouched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a valid token has been seen on it.
    pub(crate) fn is_known(&self) -> bool {
        *self.vouched()
    }

    /// A valid token was seen on it: from now on it makes room for nobody.
    pub(crate) fn vouch(&self) -> Result<(), Full> {
        let mut vouched = self.vouched();
        if *vouched {
            return Ok(());
        }
        let mut state = self.admission.state();
        if state.known >= self.admission.caps.known {
            return Err(Full::Server);
        }
        state.known += 1;
        state.unknown.remove(&self.id);
        *vouched = true;
        Ok(())
    }

    /// Resolves once it has to make room for another.
    pub(crate) async fn must_leave(&self) {
        self.must_leave.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let vouched = *self.vouched();
        let mut state = self.admission.state();
        if vouched {
            state.known = state.known.saturating_sub(1);
        } else {
            state.unknown.remove(&self.id);
        }
    }
}

/// Held by a user's WebSocket.
#[derive(Debug)]
pub(crate) struct Seat {
    admission: Arc<Admission>,
    tenant: TenantId,
    user: UserId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.admission.state();
        let Some(seats) = state.tenants.get_mut(&self.tenant) else { return };
        seats.taken = seats.taken.saturating_sub(1);
        match seats.users.get_mut(&self.user) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                seats.users.remove(&self.user);
            }
        }
        if seats.taken == 0 {
            state.tenants.remove(&self.tenant);
        }
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use tokio::sync::Semaphore;

    use super::*;

    fn admission(unknown: usize, known: usize) -> Arc<Admission> {
        let mut config = ServerConfig::default();
        config.general.connections_unknown_max(unknown).connections_max(known);
        config.websocket.connections_per_tenant_max(3).connections_per_user_max(2);
        Arc::new(Admission::new(&config))
    }

    fn place(admission: &Arc<Admission>) -> Place {
        let socket = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        admission.enter(socket)
    }

    #[gtest]
    #[tokio::test]
    async fn given_a_full_lobby_when_one_more_comes_then_the_oldest_nobody_vouches_for_must_leave() {
        let admission = admission(2, 1);
        let (first, second) = (place(&admission), place(&admission));
        expect_that!(first.vouch(), ok(eq(())));
        let _third = place(&admission);
        let fourth = place(&admission);
        second.must_leave().await;
        expect_that!(fourth.vouch(), err(eq(Full::Server)));
        drop(first);
        expect_that!(fourth.vouch(), ok(eq(())));
        expect_that!(admission.state().known, eq(1));
    }

    #[gtest]
    fn given_seats_when_they_are_taken_and_given_back_then_nothing_is_left_of_them() {
        let admission = admission(1, 1);
        let tenant = TenantId::new("acme").unwrap();
        let seat = |user: &str| admission.seat(&tenant, &UserId::new(user).unwrap());
        let (first, second) = (seat("ann").unwrap(), seat("ann").unwrap());
        expect_that!(seat("ann").map(|_| ()), err(eq(Full::User)));
        let third = seat("bob").unwrap();
        expect_that!(seat("eve").map(|_| ()), err(eq(Full::Tenant)));
        drop(second);
        expect_that!(seat("eve").map(|_| ()), ok(eq(())));
        drop((first, third));
        expect_that!(admission.state().tenants.len(), eq(0));
    }
}
