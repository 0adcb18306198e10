//! When a connection's heart beats: the other side is probed, and told up to where it has everything. A little early or
//! late each time, so that clients that came together do not stay together.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// The beat of one connection.
#[derive(Debug)]
pub(super) struct Heartbeat {
    every: Duration,
    alarm: Pin<Box<Sleep>>,
}

impl Heartbeat {
    pub(super) fn new(every: Duration) -> Self {
        Self { every, alarm: Box::pin(tokio::time::sleep(jittered(every, random()))) }
    }

    /// Resolves with each beat. May be dropped at any time.
    pub(super) async fn beat(&mut self) {
        self.alarm.as_mut().await;
        self.alarm.as_mut().reset(Instant::now() + jittered(self.every, random()));
    }
}

/// Give or take a tenth.
fn jittered(every: Duration, random: u8) -> Duration {
    every * (230 + u32::from(random) * 50 / 255) / 255
}

/// Evenness does not matter here, nor that there is any.
fn random() -> u8 {
    let mut byte = [128];
    let _ = getrandom::fill(&mut byte);
    let [byte] = byte;
    byte
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    #[gtest]
    fn given_any_random_number_when_a_beat_is_set_then_it_is_within_a_tenth() {
        let every = Duration::from_secs(255);
        for random in 0..=u8::MAX {
            expect_that!(jittered(every, random).as_secs_f64(), all![ge(229.5), le(280.5)]);
        }
        expect_that!(jittered(every, 0), lt(jittered(every, 255)));
    }
}
