//! Counting without waiting: times in buckets that grow by a sixteenth, so that a million of them take a few kilobytes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

/// Buckets of one doubling.
const STEPS: u64 = 16;
/// Doublings of a microsecond: up to some hours.
const DOUBLINGS: u64 = 36;

/// Many times.
#[derive(Debug)]
pub(crate) struct Times {
    buckets: Vec<AtomicU64>,
    max: AtomicU64,
}

/// What came of them.
#[derive(Clone, Copy, Serialize, Debug)]
pub(crate) struct Spread {
    pub(crate) count: u64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
}

impl Default for Times {
    fn default() -> Self {
        let buckets = (0..STEPS * DOUBLINGS).map(|_| AtomicU64::new(0)).collect();
        Self { buckets, max: AtomicU64::new(0) }
    }
}

impl Times {
    pub(crate) fn add(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.max.fetch_max(micros, Ordering::Relaxed);
        let last = self.buckets.len() - 1;
        self.buckets[bucket(micros).min(last)].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn spread(&self) -> Spread {
        let counts: Vec<u64> = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect();
        let count: u64 = counts.iter().sum();
        let max = self.max.load(Ordering::Relaxed);
        let at = |share: f64| {
            let wanted = (count as f64 * share).ceil().max(1.0);
            let mut seen = 0;
            let found = counts.iter().position(|here| {
                seen += here;
                seen as f64 >= wanted
            });
            found.map_or(0, upper).min(max) as f64 / 1e3
        };
        Spread { count, p50_ms: at(0.5), p99_ms: at(0.99), max_ms: max as f64 / 1e3 }
    }
}

/// Values below `STEPS` have a bucket each; above, each doubling has `STEPS`.
fn bucket(micros: u64) -> usize {
    let doubling = (micros / STEPS).checked_ilog2().map_or(0, |log| u64::from(log) + 1);
    let step = if doubling == 0 { micros } else { (micros >> (doubling - 1)) - STEPS };
    usize::try_from(doubling * STEPS + step).unwrap()
}

/// The largest value of a bucket.
fn upper(bucket: usize) -> u64 {
    let (doubling, step) = (bucket as u64 / STEPS, bucket as u64 % STEPS);
    if doubling == 0 { step } else { ((STEPS + step + 1) << (doubling - 1)) - 1 }
}

/// What became of commands.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    pub(crate) accepted: AtomicU64,
    pub(crate) times: Times,
    refused: Mutex<BTreeMap<String, u64>>,
}

impl Commands {
    pub(crate) fn refused(&self, code: &str) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        *refused.entry(code.to_owned()).or_default() += 1;
    }

    pub(crate) fn refusals(&self) -> BTreeMap<String, u64> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
