//! `/metrics` on an address of its own, so that it need not be hidden behind the public one.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::{Metrics, Scraped};
use crate::http::{Answer, Body, only, text};
use crate::limits;

/// Answers until it is dropped.
pub(crate) async fn serve(listener: TcpListener, metrics: Arc<Metrics>, scraped: Scraped) {
    let places = Arc::new(Semaphore::new(limits::METRICS_CONNECTIONS_MAX));
    let mut tasks = tokio::task::JoinSet::new();
    loop {
        while tasks.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
                let (metrics, scraped) = (Arc::clone(&metrics), scraped.clone());
                tasks.spawn(async move {
                    let served = connection(stream, metrics, scraped);
                    let _ = tokio::time::timeout(limits::METRICS_CONNECTION_WITHIN, served).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept on the address of the metrics");
                tokio::time::sleep(limits::ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, metrics: Arc<Metrics>, scraped: Scraped) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let answer = match (request.method(), request.uri().path()) {
            (&Method::GET | &Method::HEAD, "/metrics") => render(&metrics, &scraped),
            (_, "/metrics") => only("GET, HEAD"),
            _ => text(StatusCode::NOT_FOUND, "nothing is here but /metrics"),
        };
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HTTP_HEADER_WITHIN)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = served.await {
        tracing::debug!(%error, "a connection of the metrics ended early");
    }
}

fn render(metrics: &Metrics, scraped: &Scraped) -> Answer {
    match metrics.render(scraped) {
        Ok(bytes) => {
            let mut answer = Response::new(Body::Whole(bytes.into()));
            let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            answer.headers_mut().insert(CONTENT_TYPE, kind);
            answer
        }
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be written down");
            text(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong inside, it has been noted")
        }
    }
}
