//! The server: accepts connections until it is told to stop, then ends them in order.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::StatusCode;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use pm_engine::Engine;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use crate::admission::{Admission, Place};
use crate::auth::Keys;
use crate::config::ServerConfig;
use crate::http;
use crate::http::{Load, WriteDeadline};
use crate::hub::Hub;
use crate::limits;
use crate::rates::Rates;
use crate::shared::Shared;
use crate::turns::Turns;

/// A server over an engine, bound to an address.
#[derive(Debug)]
pub struct Server {
    engine: Engine,
    keys: Keys,
    config: ServerConfig,
    listener: TcpListener,
}

impl Server {
    /// Binds the address; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn bind(
        address: SocketAddr,
        engine: Engine,
        keys: Keys,
        config: ServerConfig,
    ) -> std::io::Result<Self> {
        Ok(Self { engine, keys, config, listener: TcpListener::bind(address).await? })
    }

    /// The address it listens on.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` resolves; then accepts nothing more, closes every WebSocket with "reconnect now", waits
    /// for them to end, and closes the engine.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { engine, keys, config, listener } = self;
        let (stopping, stopped) = watch::channel(false);
        let most = Admission::sockets_max(&config);
        let connections = Arc::new(Semaphore::new(most));
        let all = u32::try_from(most).unwrap_or(u32::MAX);
        let stop_within = config.general.stop_within;
        let hub = Hub::new(engine.clone(), config.tenants.create);
        let admission = Arc::new(Admission::new(&config));
        let (rates, turns) = (Rates::new(config.rates.clone()), Turns::new());
        let load = Load::new(&config.http);
        let shared = Arc::new(Shared {
            hub,
            turns,
            keys: keys.clone(),
            load,
            config,
            admission,
            rates,
            stopping: stopped,
        });
        tokio::select! {
            () = accept(&listener, &shared, &connections) => {}
            () = keys.keep_fresh() => {}
            () = stop => {}
        }
        drop(listener);
        stopping.send_replace(true);
        // Each connection holds one until its end.
        let ended = tokio::time::timeout(stop_within, connections.acquire_many(all)).await;
        if ended.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        // Finishes what waits for its commit.
        let _ = tokio::task::spawn_blocking(move || engine.close()).await;
    }
}

async fn accept(listener: &TcpListener, shared: &Arc<Shared>, connections: &Arc<Semaphore>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => match Arc::clone(connections).try_acquire_owned() {
                Ok(socket) => {
                    let place = shared.admission.enter(socket);
                    tokio::spawn(connection(Arc::clone(shared), stream, Arc::new(place)));
                }
                // No room even for an answer: the client sees a connection that was closed at once.
                Err(_) => drop(stream),
            },
            Err(error) => {
                tracing::warn!(%error, "cannot accept");
                tokio::time::sleep(limits::ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn connection(shared: Arc<Shared>, stream: TcpStream, place: Arc<Place>) {
    // Answers are small and awaited: never hold one back to fill a packet.
    let _ = stream.set_nodelay(true);
    let admitted = Arc::clone(&place);
    let mut stopping = shared.stopping.clone();
    let upgraded = Arc::new(AtomicBool::new(false));
    let stream = WriteDeadline::new(stream, shared.config.http.write_within, Arc::clone(&upgraded));
    let service = service_fn(move |request| {
        let (shared, place, upgraded) = (Arc::clone(&shared), Arc::clone(&place), Arc::clone(&upgraded));
        async move {
            let answer = http::route(shared, place, request).await;
            // A WebSocket has deadlines of its own, and says good-bye.
            upgraded.store(answer.status() == StatusCode::SWITCHING_PROTOCOLS, Ordering::Relaxed);
            Ok::<_, Infallible>(answer)
        }
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
