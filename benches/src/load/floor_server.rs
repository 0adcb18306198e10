//! The bare server: hyper and fastwebsockets with nothing behind them. `/listen` receives the ready-made frame for each
//! message on `/publish` or, once the rows of one command are on disk, on `/commit`; each message on `/write` is answered
//! once the rows of one command are on disk, in groups of what has come meanwhile.

use std::sync::{Arc, mpsc};

use bytes::{Bytes, BytesMut};
use fastwebsockets::{Frame, OpCode, Payload, WebSocket, WebSocketError, upgrade};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use prost::bytes::Buf as _;
use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::args::Floor;
use super::floor::Ready;

/// As many commands of one transaction as the engine takes.
const GROUP_MAX: usize = pm_engine::limits::GROUP_COMMANDS_MAX;
/// Frames published that not everybody has taken yet.
const PUBLISHED_MAX: usize = 1_024;

type Socket = WebSocket<TokioIo<Upgraded>>;
type ToWrite = (u64, UnboundedSender<u64>);

/// What all connections share.
struct Shared {
    batch: Bytes,
    outcome: Bytes,
    published: broadcast::Sender<()>,
    write: mpsc::Sender<ToWrite>,
}

pub(crate) async fn serve(wanted: &Floor) {
    let ready = Ready::new(wanted.rows, wanted.users, wanted.batch);
    let (write, to_write) = mpsc::channel();
    let shared = Arc::new(Shared {
        batch: ready.batch.clone(),
        outcome: ready.outcome.clone(),
        published: broadcast::channel(PUBLISHED_MAX).0,
        write,
    });
    std::thread::spawn(move || write_rows(&ready, &to_write));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(connection(Arc::clone(&shared), stream));
    }
}

fn write_rows(ready: &Ready, to_write: &mpsc::Receiver<ToWrite>) {
    let mut rows = &*ready.rows;
    while let Ok(first) = to_write.recv() {
        let group: Vec<ToWrite> =
            std::iter::once(first).chain(to_write.try_iter().take(GROUP_MAX - 1)).collect();
        let (now, rest) = rows.split_at(group.len());
        rows = rest;
        ready.bare.write(now, now.len());
        for (request, answer) in group {
            let _ = answer.send(request);
        }
    }
}

async fn connection(shared: Arc<Shared>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let shared = Arc::clone(&shared);
        async move {
            let path = request.uri().path().to_owned();
            let (response, socket) = upgrade::upgrade(&mut request)?;
            // Before the answer: what is published after it must arrive.
            let published = shared.published.subscribe();
            tokio::spawn(async move {
                let Ok(socket) = socket.await else { return };
                let _ = match path.as_str() {
                    "/listen" => listen(socket, &shared, published).await,
                    "/publish" => publish(socket, &shared, false).await,
                    "/commit" => publish(socket, &shared, true).await,
                    _ => write(socket, &shared).await,
                };
            });
            Ok::<Response<Empty<Bytes>>, WebSocketError>(response)
        }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
}

async fn listen(
    mut socket: Socket,
    shared: &Shared,
    mut published: broadcast::Receiver<()>,
) -> Result<(), WebSocketError> {
    while published.recv().await.is_ok() {
        socket.write_frame(Frame::binary(Payload::Borrowed(&shared.batch))).await?;
    }
    Ok(())
}

async fn publish(mut socket: Socket, shared: &Shared, commits: bool) -> Result<(), WebSocketError> {
    let (written, mut on_disk) = unbounded_channel();
    loop {
        let frame = socket.read_frame().await?;
        if frame.opcode == OpCode::Binary {
            let request = request_id(&frame.payload);
            if commits {
                let _ = shared.write.send((request, written.clone()));
                on_disk.recv().await;
            }
            let _ = shared.published.send(());
            socket.write_frame(Frame::binary(Payload::Bytes(answer(shared, request)))).await?;
        }
    }
}

async fn write(socket: Socket, shared: &Shared) -> Result<(), WebSocketError> {
    let (mut read, mut write) = socket.split(tokio::io::split);
    let (written, mut answers) = unbounded_channel();
    let answering = async {
        while let Some(request) = answers.recv().await {
            write.write_frame(Frame::binary(Payload::Bytes(answer(shared, request)))).await?;
        }
        Ok(())
    };
    let reading = async {
        loop {
            let mut owes_nothing = |_| std::future::ready(Ok::<(), WebSocketError>(()));
            let frame = read.read_frame(&mut owes_nothing).await?;
            if frame.opcode == OpCode::Binary {
                let _ = shared.write.send((request_id(&frame.payload), written.clone()));
            }
        }
    };
    tokio::select! {
        ended = reading => ended,
        ended = answering => ended,
    }
}

/// The ready-made outcome, with the request it answers behind it: fields may come in any order.
fn answer(shared: &Shared, request: u64) -> BytesMut {
    let mut bytes = BytesMut::with_capacity(shared.outcome.len() + 12);
    bytes.extend_from_slice(&shared.outcome);
    encode_key(1, WireType::Varint, &mut bytes);
    encode_varint(request, &mut bytes);
    bytes
}

/// The first field of a frame.
fn request_id(mut bytes: &[u8]) -> u64 {
    let key = bytes.has_remaining().then(|| decode_key(&mut bytes).ok()).flatten();
    if key == Some((1, WireType::Varint)) { decode_varint(&mut bytes).unwrap_or(0) } else { 0 }
}
