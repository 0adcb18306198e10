//! What the server counts, for Prometheus. Labels are words of this program, never of a client: no tenant, user, path or
//! address, so that neither the memory nor the collector grows with who comes by.

mod process;
mod serve;

pub(crate) use serve::serve;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use pm_engine::error::{ExecuteError, FailureKind};
use pm_engine::rejection::RejectionCode;
use pm_engine::{CommandResult, CommittedGroup, Engine, Observer};
use prometheus::{
    Counter, Encoder as _, Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec,
    IntGauge, Opts, Registry, TextEncoder,
};
use tokio::sync::{Semaphore, watch};

use crate::health::Commits;

/// Seconds of a commit: from a fast disk to one that is stuck.
const COMMIT_SECONDS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
/// Seconds of a question or a request.
const ANSWER_SECONDS: &[f64] = &[0.0001, 0.00025, 0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0];
/// Commands of a group, up to the most that are committed together.
const GROUP_COMMANDS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

macro_rules! metrics {
    ($($field:ident: $kind:ident = $name:literal, $help:literal $(, labels $labels:expr)? $(, buckets $buckets:expr)?;)+) => {
        /// Every counter, gauge and histogram.
        #[derive(Debug)]
        pub(crate) struct Metrics {
            registry: Registry,
            began: Instant,
            commits: Arc<Commits>,
            followers: Mutex<Vec<Weak<Follower>>>,
            /// Held while the process is looked at, so that no time is counted by two at once.
            looking: Mutex<()>,
            $($field: $kind,)+
        }

        impl Metrics {
            /// With everything at zero.
            fn make(commits: Arc<Commits>) -> prometheus::Result<Self> {
                let registry = Registry::new();
                $(
                    let $field = make!($kind, $name, $help $(, labels $labels)? $(, buckets $buckets)?)?;
                    registry.register(Box::new($field.clone()))?;
                )+
                let (began, followers, looking) = (Instant::now(), Mutex::default(), Mutex::default());
                Ok(Self { registry, began, commits, followers, looking, $($field,)+ })
            }
        }

        /// Name of every metric.
        #[cfg(test)]
        const NAMES: &[&str] = &[$($name,)+];
    };
}

macro_rules! make {
    (Counter, $name:literal, $help:literal) => {
        Counter::new($name, $help)
    };
    (IntCounter, $name:literal, $help:literal) => {
        IntCounter::new($name, $help)
    };
    (IntGauge, $name:literal, $help:literal) => {
        IntGauge::new($name, $help)
    };
    (Gauge, $name:literal, $help:literal) => {
        Gauge::new($name, $help)
    };
    (IntCounterVec, $name:literal, $help:literal, labels $labels:expr) => {
        IntCounterVec::new(Opts::new($name, $help), &$labels)
    };
    (Histogram, $name:literal, $help:literal, buckets $buckets:expr) => {
        Histogram::with_opts(HistogramOpts::new($name, $help).buckets($buckets.to_vec()))
    };
    (HistogramVec, $name:literal, $help:literal, labels $labels:expr, buckets $buckets:expr) => {
        HistogramVec::new(HistogramOpts::new($name, $help).buckets($buckets.to_vec()), &$labels)
    };
}

metrics! {
    commands: IntCounterVec = "pm_commands_total",
        "Commands that were answered: committed, replayed, rejected or failed", labels ["outcome"];
    rejections: IntCounterVec = "pm_rejections_total", "Commands that a rule refused, by code", labels ["code"];
    failures: IntCounterVec = "pm_failures_total", "Commands that failed through no fault of the caller", labels ["kind"];
    group_commands: Histogram = "pm_commit_batch_commands", "Commands committed together", buckets GROUP_COMMANDS;
    commit_seconds: Histogram = "pm_commit_seconds", "Time of a transaction with its commit", buckets COMMIT_SECONDS;
    events: IntCounter = "pm_events_total", "Events committed";
    queries: HistogramVec = "pm_query_seconds", "Time of a question, by transport and kind",
        labels ["transport", "kind"], buckets ANSWER_SECONDS;
    requests: IntCounterVec = "pm_http_requests_total", "HTTP requests that were answered", labels ["route", "status"];
    request_seconds: HistogramVec = "pm_http_request_seconds",
        "Time until the head of an answer, by route", labels ["route"], buckets ANSWER_SECONDS;
    connections: IntGauge = "pm_connections", "Connections that are open";
    connections_total: IntCounter = "pm_connections_total", "Connections that were accepted";
    refused: IntCounter = "pm_connections_refused_total", "Connections closed at once because there were too many";
    sockets: IntGauge = "pm_websockets", "Clients that are welcome on a WebSocket";
    closes: IntCounterVec = "pm_websocket_closes_total", "WebSockets that ended, by close code", labels ["code"];
    received: IntCounter = "pm_received_bytes_total", "Bytes read from sockets";
    sent: IntCounter = "pm_sent_bytes_total", "Bytes written to sockets";
    lag: IntGauge = "pm_subscriber_lag_events", "Events that the slowest subscriber has not been handed yet";
    tenants_open: IntGauge = "pm_tenants_open", "Tenants whose file is open";
    commands_waiting: IntGauge = "pm_commands_waiting", "Commands that wait for a writer";
    ring_events: IntGauge = "pm_ring_events", "Events kept in memory for subscribers";
    ring_bytes: IntGauge = "pm_ring_bytes", "Bytes of the events kept in memory for subscribers";
    uptime: Gauge = "pm_uptime_seconds", "Time since the start";
    resident: IntGauge = "process_resident_memory_bytes", "Memory of the process that is in RAM";
    handles: IntGauge = "process_open_fds", "File handles that are open";
    processor: Counter = "process_cpu_seconds_total", "Processor time that was used, since the start";
}

/// What is looked at when somebody asks.
#[derive(Clone, Debug)]
pub(crate) struct Scraped {
    pub(crate) engine: Engine,
    /// Those that are free.
    pub(crate) sockets: Arc<Semaphore>,
    pub(crate) sockets_max: usize,
}

/// Somebody's place in a tenant's log, so that the slowest can be found.
#[derive(Debug)]
pub(crate) struct Follower {
    cursor: AtomicI64,
    heads: watch::Receiver<i64>,
}

impl Follower {
    /// It has been handed everything up to here.
    pub(crate) fn is_at(&self, sequence: i64) {
        self.cursor.store(sequence, Ordering::Relaxed);
    }

    fn lag(&self) -> i64 {
        (*self.heads.borrow() - self.cursor.load(Ordering::Relaxed)).max(0)
    }
}

/// A gauge that is one higher as long as this lives.
#[derive(Debug)]
pub(crate) struct OneMore(IntGauge);

impl OneMore {
    fn of(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for OneMore {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// With everything at zero; `commits` is told how commits go.
    pub(crate) fn new(commits: Arc<Commits>) -> std::io::Result<Arc<Self>> {
        let metrics = Self::make(commits).map_err(std::io::Error::other)?;
        metrics.begin_at_zero();
        Ok(Arc::new(metrics))
    }

    /// Makes the series whose labels are known beforehand: a rate sees no rise in the first failure of a kind if there
    /// was nothing before it.
    fn begin_at_zero(&self) {
        for outcome in ["committed", "replayed", "rejected", "failed"] {
            self.commands.with_label_values(&[outcome]);
        }
        for kind in FailureKind::ALL {
            self.failures.with_label_values(&[kind.as_str()]);
        }
        for code in RejectionCode::ALL {
            self.rejections.with_label_values(&[code.as_str()]);
        }
    }

    /// A question over a WebSocket was answered.
    pub(crate) fn query(&self, kind: &'static str, took: Duration) {
        self.queries.with_label_values(&["websocket", kind]).observe(took.as_secs_f64());
    }

    /// A question over REST was answered; its kind is the operation's name.
    pub(crate) fn rest_query(&self, operation: &'static str, took: Duration) {
        self.queries.with_label_values(&["rest", operation]).observe(took.as_secs_f64());
    }

    /// A request was answered.
    pub(crate) fn request(&self, route: &'static str, status: hyper::StatusCode, took: Duration) {
        self.requests.with_label_values(&[route, status.as_str()]).inc();
        self.request_seconds.with_label_values(&[route]).observe(took.as_secs_f64());
    }

    /// A connection was accepted.
    pub(crate) fn accepted(&self) {
        self.connections_total.inc();
    }

    /// A connection was closed at once.
    pub(crate) fn refused(&self) {
        self.refused.inc();
    }

    /// A client is welcome; it counts until the answer is dropped.
    pub(crate) fn socket(&self) -> OneMore {
        OneMore::of(&self.sockets)
    }

    /// A WebSocket ended.
    pub(crate) fn closed(&self, code: u16) {
        self.closes.with_label_values(&[&code.to_string()]).inc();
    }

    /// What the bytes of sockets are added to: read, written.
    pub(crate) fn bytes(&self) -> (IntCounter, IntCounter) {
        (self.received.clone(), self.sent.clone())
    }

    /// Somebody follows a tenant, from here on.
    pub(crate) fn follower(&self, heads: watch::Receiver<i64>, from: i64) -> Arc<Follower> {
        let follower = Arc::new(Follower { cursor: AtomicI64::new(from), heads });
        let mut all = self.followers.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that have gone take no more room than those that are there.
        if all.len() == all.capacity() {
            all.retain(|known| known.strong_count() > 0);
        }
        all.push(Arc::downgrade(&follower));
        follower
    }

    /// Everything, in Prometheus' text format.
    pub(crate) fn render(&self, from: &Scraped) -> prometheus::Result<Vec<u8>> {
        let now = from.engine.statistics();
        for (gauge, value) in [
            (&self.connections, from.sockets_max - from.sockets.available_permits()),
            (&self.tenants_open, now.tenants_open),
            (&self.commands_waiting, now.commands_waiting),
            (&self.ring_events, now.ring_events),
            (&self.ring_bytes, now.ring_bytes),
        ] {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
        self.lag.set(self.slowest());
        self.uptime.set(self.began.elapsed().as_secs_f64());
        self.look_at_process();
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }

    fn look_at_process(&self) {
        let _looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(process) = process::look() {
            self.resident.set(process.resident_bytes);
            self.handles.set(process.open_handles);
            self.processor.inc_by((process.processor_seconds - self.processor.get()).max(0.0));
        }
    }

    fn slowest(&self) -> i64 {
        let mut all = self.followers.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|known| known.strong_count() > 0);
        all.iter().filter_map(Weak::upgrade).map(|follower| follower.lag()).max().unwrap_or(0)
    }
}

impl Observer for Metrics {
    fn group(&self, group: &CommittedGroup) {
        #[expect(clippy::cast_precision_loss, reason = "a group has a few hundred commands")]
        self.group_commands.observe(group.commands as f64);
        self.commit_seconds.observe(group.took.as_secs_f64());
        self.events.inc_by(u64::try_from(group.events).unwrap_or(u64::MAX));
    }

    fn answered(&self, answer: &CommandResult) {
        let outcome = match answer {
            Ok(outcome) if outcome.replayed => "replayed",
            Ok(_) => {
                self.commits.succeeded();
                "committed"
            }
            Err(ExecuteError::Rejected(rejection)) => {
                self.rejections.with_label_values(&[rejection.code.as_str()]).inc();
                "rejected"
            }
            Err(ExecuteError::Failed(failure)) => {
                self.commits.failed(failure.kind());
                self.failures.with_label_values(&[failure.kind().as_str()]).inc();
                "failed"
            }
            Err(_) => "failed",
        };
        self.commands.with_label_values(&[outcome]).inc();
    }
}

#[cfg(test)]
mod tests;
