//! Clients that listen, counted together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::meter::Times;
use super::scan::{self, Seen};
use super::socket::Socket;

/// Longest time in which something that was sent must have come.
const PATIENCE: Duration = Duration::from_secs(120);

/// What all of them have received.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) events: AtomicU64,
    pub(crate) frames: AtomicU64,
    pub(crate) bytes: AtomicU64,
    /// From the commit's instant, which is told in milliseconds, to the receipt; once a frame, of its oldest event.
    pub(crate) delivery: Times,
    goal: AtomicU64,
    reached: Notify,
}

impl Tally {
    /// Waits until so many events have been received by all together.
    pub(crate) async fn reach(&self, events: u64) {
        self.goal.store(events, Ordering::SeqCst);
        let waiting = async {
            while self.events.load(Ordering::SeqCst) < events {
                self.reached.notified().await;
            }
        };
        let came = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(came.is_ok(), "{} of {events} events came", self.events.load(Ordering::SeqCst));
    }

    fn frame(&self, batch: &[u8], bytes: u64) {
        let mut events = scan::events(batch);
        let Some(first) = events.next() else { return };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = Duration::from_millis(u64::try_from(first.at).unwrap_or(0));
        self.delivery.add(now.saturating_sub(at));
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let more = 1 + events.count() as u64;
        if self.events.fetch_add(more, Ordering::SeqCst) + more >= self.goal.load(Ordering::SeqCst) {
            self.reached.notify_one();
        }
    }
}

/// Listening connections; they end where this is dropped.
#[derive(Debug)]
pub(crate) struct Subscribers {
    pub(crate) tally: Arc<Tally>,
    pub(crate) count: usize,
    listening: JoinSet<()>,
}

impl Subscribers {
    pub(crate) fn listen(sockets: Vec<Socket>) -> Self {
        let tally = Arc::new(Tally::default());
        let count = sockets.len();
        let mut listening = JoinSet::new();
        for socket in sockets {
            listening.spawn(listen(socket, Arc::clone(&tally)));
        }
        Self { tally, count, listening }
    }

    /// # Panics
    /// Where one of them has ended.
    pub(crate) fn assert_all_listen(&mut self) {
        assert!(self.listening.try_join_next().is_none(), "a subscriber has ended");
    }
}

async fn listen(mut socket: Socket, tally: Arc<Tally>) {
    loop {
        let before = socket.received();
        match socket.next().await {
            Ok(message) => {
                if let Seen::Batch(batch) = scan::seen(&message) {
                    tally.frame(&batch, socket.received() - before);
                }
            }
            Err(error) => {
                eprintln!("a subscriber has ended: {error}");
                return;
            }
        }
    }
}
