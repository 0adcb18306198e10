//! Says back whatever it is told, over the very frames of the server: what a conformance suite talks to. No settings, no
//! tenants, no tokens; bounds as wide as the suite needs.

use std::time::Duration;

use fastwebsockets::{WebSocketError, upgrade};
use hyper::Request;
use hyper::body::Incoming as Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use prometheus::IntCounter;
use tokio::net::{TcpListener, TcpStream};

use super::close::Close;
use super::frames::{Bounds, Frames, Incoming};
use crate::http::{Counted, WriteDeadline};
use crate::limits;

/// The largest message of the suite has 16 MiB, and comes in pieces of 64 bytes.
const BOUNDS: Bounds = Bounds {
    hello_bytes: 32 * 1024 * 1024,
    message_bytes: 32 * 1024 * 1024,
    fragments: 1024 * 1024,
    message_within: limits::MESSAGE_WITHIN,
    write_within: limits::WRITE_WITHIN,
    close_within: Duration::from_secs(1),
};

/// Serves until the task is dropped.
///
/// # Errors
/// None: counters of these names can be made.
pub async fn echo(listener: TcpListener) -> prometheus::Result<()> {
    let bytes = (IntCounter::new("read", "Bytes")?, IntCounter::new("written", "Bytes")?);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(stream, bytes.clone()))),
            Err(_) => tokio::time::sleep(limits::ACCEPT_PAUSE).await,
        }
    }
}

async fn connection(stream: TcpStream, bytes: (IntCounter, IntCounter)) {
    let service = service_fn(|mut request: Request<Body>| async move {
        let (response, upgraded) = upgrade::upgrade(&mut request)?;
        tokio::spawn(async move {
            if let Ok(socket) = upgraded.await
                && let Some(frames) = Frames::new(socket, BOUNDS)
            {
                talk(frames).await;
            }
        });
        Ok::<_, WebSocketError>(response)
    });
    let stream = WriteDeadline::new(Counted::new(stream, bytes), limits::WRITE_WITHIN);
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn talk(Frames { mut reading, mut writer }: Frames) {
    reading.welcome();
    let close = loop {
        let said = match reading.next().await {
            Incoming::Message { text: true, bytes, .. } => writer.text(&bytes).await,
            Incoming::Message { text: false, bytes, .. } => writer.binary(&bytes).await,
            Incoming::Ping(bytes) => writer.pong(&bytes).await,
            Incoming::Pong => Ok(()),
            Incoming::End(close) => break close,
        };
        if said.is_err() || writer.flush().await.is_err() {
            break Close::Normal;
        }
    };
    writer.close(close).await;
    reading.drain().await;
}
