//! How much a connection and a user may ask for in a time. What is over the rate is refused with the time to wait.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use pm_engine::model::{TenantId, UserId};

use crate::config::RatesConfig;
use crate::limits;

/// A rate, or none.
#[derive(Debug)]
pub(crate) struct Limiter(Option<(DefaultDirectRateLimiter, NonZeroU32)>);

impl Limiter {
    /// So many per second; 0 for as many as come.
    fn new(per_second: u32) -> Self {
        let burst = per_second.saturating_mul(limits::RATE_BURST_SECONDS);
        let quota = NonZeroU32::new(per_second).zip(NonZeroU32::new(burst));
        Self(
            quota.map(|(rate, burst)| {
                (RateLimiter::direct(Quota::per_second(rate).allow_burst(burst)), burst)
            }),
        )
    }

    /// Takes so many; what is more than a burst takes all of it.
    ///
    /// # Errors
    /// How long to wait where they are too many.
    pub(crate) fn take(&self, amount: usize) -> Result<(), Duration> {
        let Some((limiter, burst)) = &self.0 else { return Ok(()) };
        let amount = u32::try_from(amount).ok().map_or(Some(*burst), NonZeroU32::new);
        let Some(amount) = amount else { return Ok(()) };
        match limiter.check_n(amount.min(*burst)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => Err(until.wait_time_from(DefaultClock::default().now())),
            // Not reached: it is at most a burst.
            Err(_) => Err(Duration::from_secs(limits::RATE_BURST_SECONDS.into())),
        }
    }

    /// Whether nothing of it was taken lately. If so, all of it is taken now.
    fn is_rested(&self) -> bool {
        self.0.as_ref().is_none_or(|(limiter, burst)| matches!(limiter.check_n(*burst), Ok(Ok(()))))
    }
}

/// The rates of a server: what each user has taken, over all his connections.
#[derive(Debug)]
pub(crate) struct Rates {
    config: RatesConfig,
    users: Mutex<HashMap<(TenantId, UserId), Arc<Limiter>>>,
}

impl Rates {
    pub(crate) fn new(config: RatesConfig) -> Self {
        Self { config, users: Mutex::default() }
    }

    /// The rate of a user's commands.
    pub(crate) fn user(&self, tenant: &TenantId, user: &UserId) -> Arc<Limiter> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant.clone(), user.clone());
        if let Some(known) = users.get(&key) {
            return Arc::clone(known);
        }
        if users.len() >= limits::RATED_USERS_MAX {
            make_room(&mut users);
        }
        let limiter = Arc::new(Limiter::new(self.config.user_commands_per_second));
        users.insert(key, Arc::clone(&limiter));
        limiter
    }

    /// The rates of a new connection.
    pub(crate) fn connection(&self) -> Pace {
        Pace {
            messages: Limiter::new(self.config.messages_per_second),
            bytes: Limiter::new(self.config.bytes_per_second),
            commands: Limiter::new(self.config.commands_per_second),
            presence: Limiter::new(self.config.presence_per_second),
        }
    }
}

/// Forgets who is not connected and has rested; where that does not help, everybody who is not connected.
fn make_room<K: Eq + std::hash::Hash>(users: &mut HashMap<K, Arc<Limiter>>) {
    users.retain(|_, limiter| Arc::strong_count(limiter) > 1 || !limiter.is_rested());
    if users.len() >= limits::RATED_USERS_MAX {
        users.retain(|_, limiter| Arc::strong_count(limiter) > 1);
    }
}

/// The rates of one connection.
#[derive(Debug)]
pub(crate) struct Pace {
    messages: Limiter,
    bytes: Limiter,
    commands: Limiter,
    presence: Limiter,
}

impl Pace {
    /// A message of this size came.
    pub(crate) fn message(&self, bytes: usize) -> Result<(), Duration> {
        self.messages.take(1)?;
        self.bytes.take(bytes)
    }

    /// A command of so many parts came; an empty one counts, too.
    pub(crate) fn command(&self, user: &Limiter, parts: usize) -> Result<(), Duration> {
        self.commands.take(parts.max(1))?;
        user.take(parts.max(1))
    }

    /// Word of the user's presence came.
    pub(crate) fn presence(&self) -> Result<(), Duration> {
        self.presence.take(1)
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    #[gtest]
    fn given_a_rate_when_more_is_taken_than_a_burst_then_the_time_to_wait_is_told() {
        let limiter = Limiter::new(10);
        expect_that!(limiter.is_rested(), eq(true));
        let limiter = Limiter::new(10);
        expect_that!(limiter.take(20), ok(eq(())));
        let wait = limiter.take(5).unwrap_err();
        expect_that!(wait, all![gt(Duration::ZERO), le(Duration::from_millis(500))]);
        expect_that!(limiter.is_rested(), eq(false));
        // More than a burst is as much as a burst, and never impossible.
        expect_that!(Limiter::new(1).take(1_000_000), ok(eq(())));
        expect_that!((0..10_000).all(|_| Limiter::new(0).take(1_000_000).is_ok()), eq(true));
    }

    #[gtest]
    fn given_more_users_than_are_remembered_when_another_comes_then_the_idle_are_forgotten_and_no_other() {
        let mut config = RatesConfig::default();
        config.user_commands_per_second(1);
        let rates = Rates::new(config);
        let tenant = TenantId::new("acme").unwrap();
        let user = |n: usize| rates.user(&tenant, &UserId::new(format!("u{n}")).unwrap());
        let connected = user(0);
        connected.take(2).unwrap();
        for n in 1..limits::RATED_USERS_MAX {
            user(n);
        }
        user(1).take(2).unwrap();
        user(limits::RATED_USERS_MAX);
        let users = rates.users.lock().unwrap().len();
        expect_that!(users, eq(3));
        expect_that!(Arc::ptr_eq(&connected, &user(0)), eq(true));
        expect_that!(user(1).take(2).is_err(), eq(true));
        expect_that!(user(2).take(2).is_ok(), eq(true));
    }
}
