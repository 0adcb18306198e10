//! The server: accepts connections until it is told to stop, then ends them in order.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use pm_engine::Engine;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::time::Instant;

use crate::admission::{Admission, Place};
use crate::auth::Keys;
use crate::config::ServerConfig;
use crate::health::Commits;
use crate::http::{self, Counted, WriteDeadline};
use crate::limits;
use crate::metrics::{self, Metrics, Scraped};
use crate::shared::Shared;

/// Closing the files has this long, however short `stop_within` is.
const CLOSE_AT_LEAST: Duration = Duration::from_millis(500);

/// A server over an engine, bound to an address.
#[derive(Debug)]
pub struct Server {
    engine: Engine,
    keys: Keys,
    config: ServerConfig,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    commits: Arc<Commits>,
    metrics: Arc<Metrics>,
}

impl Server {
    /// Binds the address, and the one of the metrics where one is set; port 0 takes a free one.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn bind(
        address: SocketAddr,
        engine: Engine,
        keys: Keys,
        config: ServerConfig,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let metrics_listener = match config.metrics.listen {
            None => None,
            Some(address) => Some(TcpListener::bind(address).await.map_err(|error| {
                std::io::Error::new(error.kind(), format!("metrics.listen = {address}: {error}"))
            })?),
        };
        let commits = Arc::<Commits>::default();
        let metrics = Metrics::new(Arc::clone(&commits))?;
        Ok(Self { engine, keys, config, listener, metrics_listener, commits, metrics })
    }

    /// The address it listens on.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The address where `/metrics` is answered, where there is one.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn metrics_address(&self) -> std::io::Result<Option<SocketAddr>> {
        self.metrics_listener.as_ref().map(TcpListener::local_addr).transpose()
    }

    /// Serves until `stop` resolves; says for `stop_after` that it is no longer ready; then accepts nothing more,
    /// answers what is in flight, closes every WebSocket with "reconnect now", and closes the engine, all of it within
    /// `stop_within`.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { engine, keys, config, listener, metrics_listener, commits, metrics } = self;
        let (leaving, left) = watch::channel(false);
        let (stopping, stopped) = watch::channel(false);
        let most = Admission::sockets_max(&config);
        let connections = Arc::new(Semaphore::new(most));
        let (stop_after, stop_within) = (config.general.stop_after, config.general.stop_within);
        let all = u32::try_from(most).unwrap_or(u32::MAX);
        engine.observe(metrics.clone());
        let counts = (Arc::clone(&metrics), commits);
        let shared = Arc::new(Shared::new(&engine, keys.clone(), config, counts, (left, stopped)));
        let scraped =
            Scraped { engine: engine.clone(), sockets: Arc::clone(&connections), sockets_max: most };
        let counts = metrics_listener
            .map(|listener| tokio::spawn(metrics::serve(listener, Arc::clone(&metrics), scraped)));
        let leave = async {
            stop.await;
            leaving.send_replace(true);
            tokio::time::sleep(stop_after).await;
        };
        tokio::select! {
            () = accept(&listener, &shared, &connections) => {}
            () = keys.keep_fresh() => {}
            () = leave => {}
        }
        drop(listener);
        let deadline = Instant::now() + stop_within;
        stopping.send_replace(true);
        // Each connection holds one until its end. The last quarter is for the files.
        let ended = connections.acquire_many(all);
        if tokio::time::timeout(stop_within / 4 * 3, ended).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        close(engine, deadline).await;
        if let Some(counts) = counts {
            counts.abort();
        }
    }
}

/// Finishes what waits for its commit, and empties the write-ahead logs.
async fn close(engine: Engine, deadline: Instant) {
    // A thread of its own: those that read files for connections may all be busy.
    let (done, closed) = oneshot::channel();
    let closing = std::thread::Builder::new().name("pm-close".to_owned()).spawn(move || {
        engine.close();
        let _ = done.send(());
    });
    // The disk may be slow, and nothing that was acknowledged is lost by not waiting for it.
    let closed = async { closing.is_ok() && closed.await.is_ok() };
    if !tokio::time::timeout_at(deadline.max(Instant::now() + CLOSE_AT_LEAST), closed)
        .await
        .is_ok_and(|is| is)
    {
        tracing::error!("the files were not closed in time");
    }
}

async fn accept(listener: &TcpListener, shared: &Arc<Shared>, connections: &Arc<Semaphore>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => match Arc::clone(connections).try_acquire_owned() {
                Ok(socket) => {
                    // Answers are small and awaited: never hold one back to fill a packet.
                    let _ = stream.set_nodelay(true);
                    shared.metrics.accepted();
                    let place = shared.admission.enter(socket);
                    tokio::spawn(connection(Arc::clone(shared), stream, Arc::new(place)));
                }
                // No room even for an answer: the client sees a connection that was closed at once.
                Err(_) => {
                    shared.metrics.refused();
                    drop(stream);
                }
            },
            Err(error) => {
                tracing::warn!(%error, "cannot accept");
                tokio::time::sleep(limits::ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Serves one connection to its end.
pub(crate) async fn connection<S>(shared: Arc<Shared>, stream: S, place: Arc<Place>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let admitted = Arc::clone(&place);
    let mut stopping = shared.stopping.clone();
    let stream = Counted::new(stream, shared.metrics.bytes());
    let stream = WriteDeadline::new(stream, shared.config.http.write_within);
    let service = service_fn(move |request| {
        let (shared, place) = (Arc::clone(&shared), Arc::clone(&place));
        async move { Ok::<_, Infallible>(http::request::answer(shared, place, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HTTP_HEADER_WITHIN)
        .max_buf_size(limits::HTTP_HEADER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = admitted.must_leave() => return,
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Resolves once the server stops.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // Without its sender the server is gone already.
    let _ = stopping.wait_for(|stop| *stop).await;
}
