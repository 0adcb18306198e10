//! A small client of pm-server: says hello, sends commands, follows the log and knows where it stands.
//!
//! It does what every client must: it keeps (epoch, sequence) of what it has applied, and after a disconnect says hello
//! with it. See `docs/protocol.md`.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use fastwebsockets::{
    FragmentCollectorRead, Frame, OpCode, Payload, WebSocketError, WebSocketWrite, handshake,
};
use http_body_util::Empty;
use hyper::Request;
use hyper::header::{CONNECTION, HOST, UPGRADE};
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pm_engine::command::{Actor, Change, Command};
use pm_engine::event::Event;
use pm_engine::model::UserId;
use pm_engine::outcome::Outcome;
use pm_engine::wire;
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use prost::Message as _;
use tokio::io::{ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// How long [`Client`] waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Larger than any frame a server sends.
const MESSAGE_BYTES_MAX: usize = 2 * 1024 * 1024;

type Socket = TokioIo<Upgraded>;

/// Why a client could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The URL is not `ws://host:port/path`.
    #[error("the URL must look like ws://127.0.0.1:7420/ws")]
    Url,
    /// No connection, or it broke.
    #[error("no connection: {0}")]
    Connection(String),
    /// The server closed.
    #[error("closed with {code}: {reason}")]
    Closed {
        /// See `docs/protocol.md`.
        code: u16,
        /// Whether to come back, and why.
        reason: String,
    },
    /// A heartbeat says that something was sent which has not come: connect anew, with the position.
    #[error("something was lost: the log was sent up to {sent}")]
    Lost {
        /// Sequence up to which the server has sent everything.
        sent: i64,
    },
    /// Nothing came in time.
    #[error("nothing came in time")]
    Silence,
    /// A rule of the domain refused the command.
    #[error("refused: {}", .0.message)]
    Rejected(Box<pb::Rejection>),
    /// The server could not do it.
    #[error("failed: {}", .0.message)]
    Failed(pb::Failure),
    /// The server said something unexpected.
    #[error("unexpected: {0}")]
    Unexpected(String),
}

impl From<WebSocketError> for ClientError {
    fn from(error: WebSocketError) -> Self {
        Self::Connection(error.to_string())
    }
}

/// How far a client has applied the log: keep it beside what you have applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Position {
    /// Which history.
    pub epoch: String,
    /// Up to where.
    pub sequence: i64,
}

/// What to say at the beginning.
#[derive(Clone, Debug, Default)]
pub struct Hello {
    /// Bearer token.
    pub token: String,
    /// Where the client stands; `None` for a new one.
    pub position: Option<Position>,
    /// Projects to follow, by id or key; none for all.
    pub projects: Vec<String>,
}

impl Hello {
    /// A new client that follows all it may see.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self { token: token.to_owned(), ..Self::default() }
    }

    /// A client that comes back.
    #[must_use]
    pub fn back(token: &str, position: &Position) -> Self {
        Self { position: Some(position.clone()), ..Self::new(token) }
    }
}

/// A connection, before or after hello.
pub struct Connection {
    write: WebSocketWrite<WriteHalf<Socket>>,
    frames: mpsc::UnboundedReceiver<Result<pb::ServerFrame, ClientError>>,
    /// The reader's socket goes with it.
    reader: tokio::task::JoinHandle<()>,
    last_request: u64,
    set_aside: VecDeque<pb::ServerFrame>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Connection {
    /// Connects, without saying anything yet. With a token it goes into the `Authorization` header.
    ///
    /// # Errors
    /// Where there is no server, or it refuses.
    pub async fn open(url: &str, token: Option<&str>) -> Result<Self, ClientError> {
        let (host, path) =
            url.strip_prefix("ws://").and_then(|rest| rest.split_once('/')).ok_or(ClientError::Url)?;
        let stream =
            TcpStream::connect(host).await.map_err(|error| ClientError::Connection(error.to_string()))?;
        stream.set_nodelay(true).map_err(|error| ClientError::Connection(error.to_string()))?;
        let mut request = Request::get(format!("/{path}"))
            .header(HOST, host)
            .header(UPGRADE, "websocket")
            .header(CONNECTION, "upgrade")
            .header("Sec-WebSocket-Key", handshake::generate_key())
            .header("Sec-WebSocket-Version", "13");
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let request = request.body(Empty::<Bytes>::new()).map_err(|_| ClientError::Url)?;
        let (socket, _) = handshake::client(&TokioExecutor::new(), request, stream).await?;
        let (read, write) = socket.split(tokio::io::split);
        let mut read = FragmentCollectorRead::new(read);
        let (sender, frames) = mpsc::unbounded_channel();
        let reader = tokio::spawn(async move {
            while let Some(frame) = read_one(&mut read).await {
                let last = frame.is_err();
                if sender.send(frame).is_err() || last {
                    break;
                }
            }
        });
        Ok(Self { write, frames, reader, last_request: 0, set_aside: VecDeque::new() })
    }

    /// Sends a request; its id.
    ///
    /// # Errors
    /// Where the connection is gone.
    pub async fn send(&mut self, body: Ask) -> Result<u64, ClientError> {
        self.last_request += 1;
        let frame = pb::ClientFrame { request_id: self.last_request, body: Some(body) };
        self.send_raw(OpCode::Binary, frame.encode_to_vec()).await?;
        Ok(self.last_request)
    }

    /// Sends a message of any kind; for tests.
    ///
    /// # Errors
    /// Where the connection is gone.
    pub async fn send_raw(&mut self, opcode: OpCode, bytes: Vec<u8>) -> Result<(), ClientError> {
        self.send_fragment(true, opcode, bytes).await
    }

    /// Sends a fragment; for tests.
    ///
    /// # Errors
    /// Where the connection is gone.
    pub async fn send_fragment(
        &mut self,
        fin: bool,
        opcode: OpCode,
        bytes: Vec<u8>,
    ) -> Result<(), ClientError> {
        Ok(self.write.write_frame(Frame::new(fin, opcode, None, Payload::Owned(bytes))).await?)
    }

    /// The next frame, whatever it is.
    ///
    /// # Errors
    /// Where the connection is gone, or nothing comes in time.
    pub async fn next(&mut self) -> Result<pb::ServerFrame, ClientError> {
        match self.set_aside.pop_front() {
            Some(frame) => Ok(frame),
            None => self.receive().await,
        }
    }

    async fn receive(&mut self) -> Result<pb::ServerFrame, ClientError> {
        match tokio::time::timeout(PATIENCE, self.frames.recv()).await {
            Ok(Some(frame)) => frame,
            Ok(None) => Err(ClientError::Connection("it has ended".to_owned())),
            Err(_) => Err(ClientError::Silence),
        }
    }

    /// The answer to a request; what comes before it is kept for [`Connection::next`].
    ///
    /// # Errors
    /// Where the connection is gone, or nothing comes in time.
    pub async fn answer(&mut self, request_id: u64) -> Result<Answer, ClientError> {
        let known = self.set_aside.iter().position(|frame| frame.request_id == request_id);
        if let Some(body) = known.and_then(|at| self.set_aside.remove(at)).and_then(|frame| frame.body) {
            return Ok(body);
        }
        loop {
            let frame = self.receive().await?;
            match frame {
                pb::ServerFrame { request_id: id, body: Some(body) } if id == request_id => return Ok(body),
                other => self.set_aside.push_back(other),
            }
        }
    }

    /// Reads on until the server closes; why it did.
    pub async fn closed(&mut self) -> ClientError {
        loop {
            if let Err(error) = self.receive().await {
                return error;
            }
        }
    }

    /// Says hello.
    ///
    /// # Errors
    /// Where the server does not welcome it.
    pub async fn hello(mut self, hello: Hello) -> Result<Client, ClientError> {
        let (epoch, sequence) = hello.position.map(|at| (at.epoch, at.sequence)).unzip();
        let request =
            pb::Hello { protocol_version: 1, token: hello.token, epoch, sequence, projects: hello.projects };
        let id = self.send(Ask::Hello(request)).await?;
        let welcome = match self.answer(id).await? {
            Answer::Welcome(welcome) => welcome,
            Answer::Failure(failure) => return Err(ClientError::Failed(failure)),
            other => return Err(ClientError::Unexpected(format!("{other:?}"))),
        };
        let user = UserId::new(&*welcome.user).map_err(|e| ClientError::Unexpected(e.to_string()))?;
        let position = Position { epoch: welcome.epoch.clone(), sequence: sequence.unwrap_or(0) };
        let is_new = welcome.resume() == pb::ResumeKind::Snapshot;
        Ok(Client { connection: self, welcome, actor: Actor::member(user), position, is_new })
    }
}

async fn read_one(
    read: &mut FragmentCollectorRead<ReadHalf<Socket>>,
) -> Option<Result<pb::ServerFrame, ClientError>> {
    loop {
        let frame = read.read_frame(&mut |_| std::future::ready(Ok::<(), WebSocketError>(()))).await;
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => return Some(Err(error.into())),
        };
        match frame.opcode {
            OpCode::Binary if frame.payload.len() <= MESSAGE_BYTES_MAX => {
                let decoded = pb::ServerFrame::decode(&*frame.payload);
                return Some(decoded.map_err(|error| ClientError::Unexpected(error.to_string())));
            }
            OpCode::Close => return Some(Err(closed(&frame.payload))),
            _ => {}
        }
    }
}

fn closed(payload: &[u8]) -> ClientError {
    match payload.split_first_chunk::<2>() {
        Some((code, reason)) => ClientError::Closed {
            code: u16::from_be_bytes(*code),
            reason: String::from_utf8_lossy(reason).into_owned(),
        },
        None => ClientError::Closed { code: 1005, reason: String::new() },
    }
}

/// A client that has been welcomed.
pub struct Client {
    connection: Connection,
    welcome: pb::Welcome,
    actor: Actor,
    position: Position,
    /// The snapshot that says where the log begins has not come yet.
    is_new: bool,
}

impl Client {
    /// Connects and says hello.
    ///
    /// # Errors
    /// Where there is no server, or it does not welcome the client.
    pub async fn connect(url: &str, hello: Hello) -> Result<Self, ClientError> {
        Connection::open(url, None).await?.hello(hello).await
    }

    /// What the server said to hello.
    #[must_use]
    pub const fn welcome(&self) -> &pb::Welcome {
        &self.welcome
    }

    /// Where this client stands.
    #[must_use]
    pub const fn position(&self) -> &Position {
        &self.position
    }

    /// The connection, for what this client has no method for.
    pub const fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// A command of this client's user that changes one thing, under a fresh id.
    #[must_use]
    pub fn command(&self, change: Change) -> Command {
        Command::new(self.actor.clone(), change)
    }

    /// Changes one thing.
    ///
    /// # Errors
    /// Where a rule refuses it or the server fails.
    pub async fn change(&mut self, change: Change) -> Result<Outcome, ClientError> {
        let command = self.command(change);
        self.execute(&command).await
    }

    /// Sends a command and waits for its outcome. Where the connection breaks meanwhile, send it again under the same
    /// id: it is done once.
    ///
    /// # Errors
    /// Where a rule refuses it or the server fails.
    pub async fn execute(&mut self, command: &Command) -> Result<Outcome, ClientError> {
        let id = self.connection.send(Ask::Command(wire::command_to_wire(command))).await?;
        self.outcome(id).await
    }

    /// Waits for the outcome of a command sent before.
    ///
    /// # Errors
    /// Where a rule refuses it or the server fails.
    pub async fn outcome(&mut self, request_id: u64) -> Result<Outcome, ClientError> {
        match self.connection.answer(request_id).await? {
            Answer::Outcome(outcome) => {
                wire::outcome_from_wire(outcome).map_err(|error| ClientError::Unexpected(error.to_string()))
            }
            Answer::Rejection(rejection) => Err(ClientError::Rejected(Box::new(rejection))),
            Answer::Failure(failure) => Err(ClientError::Failed(failure)),
            other => Err(ClientError::Unexpected(format!("{other:?}"))),
        }
    }

    /// The next batch of the log; moves the position. What is no batch is passed over.
    ///
    /// # Errors
    /// Where the connection is gone, or nothing comes in time.
    pub async fn batch(&mut self) -> Result<pb::EventBatch, ClientError> {
        loop {
            match self.connection.next().await? {
                pb::ServerFrame { body: Some(Answer::EventBatch(batch)), .. } => {
                    self.position.sequence = batch.complete_to;
                    return Ok(batch);
                }
                pb::ServerFrame { request_id: 0, body: Some(Answer::Head(head)) } => self.heartbeat(&head)?,
                _ => {}
            }
        }
    }

    /// What a heartbeat says was sent has come before it, or is lost.
    fn heartbeat(&self, head: &pb::Head) -> Result<(), ClientError> {
        let is_lost = head.epoch != self.position.epoch || head.sequence > self.position.sequence;
        if is_lost { Err(ClientError::Lost { sent: head.sequence }) } else { Ok(()) }
    }

    /// The log up to a sequence.
    ///
    /// # Errors
    /// As [`Client::batch`].
    pub async fn events_up_to(&mut self, sequence: i64) -> Result<Vec<Event>, ClientError> {
        let mut events = Vec::new();
        while self.position.sequence < sequence {
            for event in self.batch().await?.events {
                let event = wire::event_from_wire(event);
                events.push(event.map_err(|error| ClientError::Unexpected(error.to_string()))?);
            }
        }
        Ok(events)
    }

    /// The snapshot that the welcome announced, or that was subscribed to. Of the first, the log goes on from the
    /// sequence of its first chunk; a later one leaves the position alone, the log goes on where it was.
    ///
    /// # Errors
    /// As [`Client::batch`].
    pub async fn snapshot(&mut self) -> Result<Vec<pb::Entity>, ClientError> {
        let mut entities = Vec::new();
        loop {
            if let Some(Answer::SnapshotChunk(chunk)) = self.connection.next().await?.body {
                if std::mem::take(&mut self.is_new) {
                    self.position.sequence = chunk.sequence;
                }
                entities.extend(chunk.entities);
                if chunk.last {
                    return Ok(entities);
                }
            }
        }
    }

    /// Says good-bye and waits until the server has, too.
    ///
    /// # Errors
    /// Where the connection is gone already.
    pub async fn leave(mut self) -> Result<(), ClientError> {
        self.connection.send_raw(OpCode::Close, 1000_u16.to_be_bytes().to_vec()).await?;
        self.connection.closed().await;
        Ok(())
    }
}
