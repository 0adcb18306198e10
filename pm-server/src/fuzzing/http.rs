//! HTTP without sockets.

use std::io;
use std::sync::Arc;

use pm_engine::Engine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};

use crate::ServerConfig;
use crate::auth::Keys;
use crate::metrics::Metrics;
use crate::server;
use crate::shared::Shared;

/// As much as is on the way at once: requests of the fuzzer are smaller.
const ON_THE_WAY_BYTES: usize = 64 * 1024;

/// A server without sockets and rates: one request after the other, each on a connection of its own in memory.
#[derive(Debug)]
pub struct Http {
    runtime: Runtime,
    shared: Arc<Shared>,
    _going_on: (watch::Sender<bool>, watch::Sender<bool>),
}

impl Http {
    /// Over an engine.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub fn new(engine: &Engine, keys: Keys) -> io::Result<Self> {
        let mut config = ServerConfig::default();
        config.rates.user_commands_per_second(0);
        let commits = Arc::default();
        let metrics = Metrics::new(Arc::clone(&commits))?;
        let ((leaving, left), (stopping, stopped)) = (watch::channel(false), watch::channel(false));
        let shared = Shared::new(engine, keys, config, (metrics, commits), (left, stopped));
        let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(2).build()?;
        Ok(Self { runtime, shared: Arc::new(shared), _going_on: (leaving, stopping) })
    }

    /// What is answered to a request that is followed by nothing. Of a stream of events only the beginning.
    #[must_use]
    pub fn answer(&self, request: &[u8]) -> Vec<u8> {
        self.exchange(request, false)
    }

    /// What is answered to any bytes; nothing, maybe, since the client leaves behind them.
    #[must_use]
    pub fn bytes(&self, sent: &[u8]) -> Vec<u8> {
        self.exchange(sent, true)
    }

    fn exchange(&self, sent: &[u8], leaves: bool) -> Vec<u8> {
        self.runtime.block_on(async {
            let (near, far) = tokio::io::duplex(ON_THE_WAY_BYTES);
            let Ok(socket) = Arc::new(Semaphore::new(1)).acquire_owned().await else { return Vec::new() };
            let place = Arc::new(self.shared.admission.enter(socket));
            let serving = tokio::spawn(server::connection(Arc::clone(&self.shared), far, place));
            let (mut reads, mut writes) = tokio::io::split(near);
            let write = async {
                // Who has been refused already is not read from.
                if writes.write_all(sent).await.is_ok() && leaves {
                    let _ = writes.shutdown().await;
                }
            };
            let mut answer = Vec::new();
            let read = async {
                while !is_enough(&answer) && reads.read_buf(&mut answer).await.is_ok_and(|bytes| bytes > 0) {}
            };
            tokio::join!(write, read);
            serving.abort();
            answer
        })
    }
}

/// Whether this is a stream that has said its first word.
fn is_enough(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    text.split_once("\r\n\r\n")
        .is_some_and(|(head, body)| head.contains("text/event-stream") && body.contains("\n\n"))
}
