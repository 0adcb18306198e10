//! Every bound of the bindings, with its reason.

use std::time::Duration;

/// Most listeners of one engine at a time: each has a thread.
pub(crate) const SUBSCRIPTIONS_MAX: usize = 256;
/// Most threads that commit: past it they only wait for the same disk.
pub(crate) const WORKERS_MAX: u32 = 64;
/// How long `shutdown` waits for listeners that are being called to return; one that hangs is left behind.
pub(crate) const CLOSE_WAIT: Duration = Duration::from_secs(2);
/// How often an export tells how far it is.
pub(crate) const EXPORT_PROGRESS_BYTES: i64 = 1 << 20;
/// Longest wait of one call for events, so that a number that was a mistake does not hold a thread for years.
pub(crate) const WAIT_MS_MAX: i64 = 24 * 60 * 60 * 1000;
