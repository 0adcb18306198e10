//! What the tests share: a server over a temporary folder, tokens, and short ways to ask.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pm_engine::command::{Actor, Change, Command, ItemMove, NewItem, NewProject};
use pm_engine::model::{ItemKind, UserId};
use pm_engine::outcome::Outcome;
use pm_engine::{Engine, Tenant};
use pm_examples::client::{Client, ClientError, Connection, Hello, Position};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use pm_server::auth::{Claims, Keys, Role, now_seconds};
use pm_server::config::Secret;
use pm_server::{Server, ServerConfig};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const SECRET: &[u8] = b"a secret of the tests, 32 bytes or more";

/// A server with the tenant `acme`, which has the open project `PM`.
pub(crate) struct TestServer {
    pub(crate) tenant: Tenant,
    pub(crate) keys: Keys,
    pub(crate) address: SocketAddr,
    /// Where `/metrics` is answered, where that is set.
    pub(crate) metrics: Option<SocketAddr>,
    folder: tempfile::TempDir,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::with(ServerConfig::default()).await
    }

    pub(crate) async fn with(config: ServerConfig) -> Self {
        let server = Self::over(tempfile::tempdir().unwrap(), config).await;
        let project = Change::CreateProject(NewProject::new("PM", "Project"));
        server.run(project);
        server
    }

    async fn over(folder: tempfile::TempDir, config: ServerConfig) -> Self {
        let engine = Engine::open(config.engine.over(folder.path().join("tenants"))).unwrap();
        let tenant = engine.tenant_or_create("acme").unwrap();
        let mut auth = config.auth.clone();
        auth.secret(Some(Secret::new(String::from_utf8(SECRET.to_vec()).unwrap())));
        let keys = Keys::open(&auth, PathBuf::new()).unwrap();
        let server = Server::bind(([127, 0, 0, 1], 0).into(), engine, keys.clone(), config).await.unwrap();
        let (address, metrics) = (server.address().unwrap(), server.metrics_address().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self { tenant, keys, address, metrics, folder, stop, running }
    }

    /// Stops in order, and starts another server over the same folder.
    pub(crate) async fn restart(self) -> Self {
        drop(self.stop);
        self.running.await.unwrap();
        drop(self.tenant);
        Self::over(self.folder, ServerConfig::default()).await
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://{}/ws", self.address)
    }

    pub(crate) fn claims(user: &str, role: Role) -> Claims {
        Claims {
            tenant: "acme".to_owned(),
            sub: user.to_owned(),
            role,
            kind: None,
            name: None,
            email: None,
            iat: now_seconds(),
            exp: now_seconds() + 600,
        }
    }

    pub(crate) fn token(&self, user: &str) -> String {
        self.keys.sign(&Self::claims(user, Role::Member)).unwrap()
    }

    pub(crate) fn admin_token(&self) -> String {
        self.keys.sign(&Self::claims("root", Role::Admin)).unwrap()
    }

    /// A connection that has said nothing yet.
    pub(crate) async fn connection(&self) -> Connection {
        Connection::open(&self.url(), None).await.unwrap()
    }

    /// A new client that has its snapshot.
    pub(crate) async fn client(&self, user: &str) -> Client {
        let mut client = Client::connect(&self.url(), Hello::new(&self.token(user))).await.unwrap();
        client.snapshot().await.unwrap();
        client
    }

    /// A client that comes back.
    pub(crate) async fn back(&self, user: &str, position: &Position) -> Client {
        Client::connect(&self.url(), Hello::back(&self.token(user), position)).await.unwrap()
    }

    /// Changes something beside the server, as the tenant's admin.
    pub(crate) fn run(&self, change: Change) -> Outcome {
        self.tenant.execute(Command::new(Actor::admin(user("root")), change)).unwrap()
    }

    /// The position of somebody who has everything.
    pub(crate) fn here(&self) -> Position {
        Position { epoch: self.tenant.epoch().unwrap().to_string(), sequence: self.tenant.head().unwrap() }
    }
}

/// Deadlines short enough to be waited for.
pub(crate) fn short() -> ServerConfig {
    let mut config = ServerConfig::default();
    config
        .websocket
        .hello_within(Duration::from_millis(300))
        .write_within(Duration::from_millis(300))
        .close_within(Duration::from_secs(5))
        .ping_every(Duration::from_millis(200));
    config
}

/// An answer over plain HTTP.
pub(crate) struct Plain {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Asks with a request that may say anything; lines of the head end with CRLF.
pub(crate) async fn plain(address: SocketAddr, line: &str, headers: &str) -> Plain {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("{line} HTTP/1.1\r\nHost: pm\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Plain { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

pub(crate) fn task(title: &str) -> Change {
    Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, title)))
}

pub(crate) fn to_lane(item: &str, lane: &str) -> Change {
    Change::MoveItem(ItemMove::to_lane(item, lane))
}

/// The id of what a command made, and its key.
pub(crate) fn made(outcome: &Outcome) -> String {
    let result = &outcome.results[0];
    result.key.clone().unwrap_or_else(|| result.id.clone())
}

pub(crate) async fn ask(connection: &mut Connection, body: Ask) -> Answer {
    let id = connection.send(body).await.unwrap();
    connection.answer(id).await.unwrap()
}

/// Says hello and gives back what the server answered.
pub(crate) async fn say_hello(connection: &mut Connection, token: &str) -> Answer {
    let hello = pb::Hello { protocol_version: 1, token: token.to_owned(), ..pb::Hello::default() };
    ask(connection, Ask::Hello(hello)).await
}

pub(crate) fn failure_code(answer: &Answer) -> Option<pb::FailureCode> {
    match answer {
        Answer::Failure(failure) => Some(failure.code()),
        _ => None,
    }
}

/// The code the server closed with.
pub(crate) fn close_code(error: &ClientError) -> Option<u16> {
    match error {
        ClientError::Closed { code, .. } => Some(*code),
        _ => None,
    }
}

pub(crate) async fn closed_with(connection: &mut Connection) -> Option<u16> {
    let error = connection.closed().await;
    let code = close_code(&error);
    assert!(code.is_some(), "no close frame: {error}");
    code
}
