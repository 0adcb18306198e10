//! What the tests of REST share: a plain HTTP client, and a tenant with something of everything in it.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1;
use hyper::header::HeaderName;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use pm_engine::command::{
    Change, ItemMove, NewComment, NewItem, NewProject, NewSprint, NewTimeEntry, SprintAssignment,
};
use pm_engine::model::{DependencyKind, ItemKind, ProjectRole, Timestamp, Visibility};
use pm_examples::client::PATIENCE;
use pm_server::ServerConfig;
use serde_json::Value;
use tokio::sync::mpsc;

pub(crate) use crate::judge::judge;
use crate::support::{TestServer, user};

/// An answer, whole.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("no JSON ({e}): {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Sends one request on a connection of its own; the answer's body is still to be read.
pub(crate) async fn send<B>(address: SocketAddr, request: Request<B>) -> Response<Incoming>
where
    B: hyper::body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender.send_request(request).await.unwrap()
}

pub(crate) async fn whole(response: Response<Incoming>) -> Reply {
    let (head, body) = response.into_parts();
    // One that never ends fails the test.
    let body = tokio::time::timeout(PATIENCE, body.collect()).await.unwrap().unwrap().to_bytes();
    Reply { status: head.status, headers: head.headers, body }
}

/// A request's body that comes piece by piece.
pub(crate) struct Pieces(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}

pub(crate) fn piecewise() -> (mpsc::Sender<Bytes>, Pieces) {
    let (sender, receiver) = mpsc::channel(4);
    (sender, Pieces(receiver))
}

/// Somebody who asks by HTTP.
#[derive(Clone)]
pub(crate) struct Rest {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
}

impl Rest {
    pub(crate) fn of(server: &TestServer, name: &str) -> Self {
        Self { address: server.address, token: server.token(name) }
    }

    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> hyper::http::request::Builder {
        let mut builder = Request::builder().method(method).uri(path).header("host", "pm");
        if !self.token.is_empty() {
            builder = builder.header("authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            builder = builder.header(name.parse::<HeaderName>().unwrap(), *value);
        }
        builder
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let request =
            self.request(method, path, headers).body(Full::new(Bytes::copy_from_slice(body))).unwrap();
        whole(send(self.address, request).await).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], b"").await
    }

    pub(crate) async fn post(&self, headers: &[(&str, &str)], body: &Value) -> Reply {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.ask("POST", "/api/v1/commands", &all, &serde_json::to_vec(body).unwrap()).await
    }
}

/// Ids of one project's things.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub(crate) project: String,
    pub(crate) key: String,
    pub(crate) item: String,
    pub(crate) sprint: String,
    pub(crate) comment: String,
    pub(crate) lane: String,
}

impl Ids {
    /// A path of the document with its parameters filled in.
    pub(crate) fn fill(&self, path: &str) -> String {
        path.replace("{project}", &self.project)
            .replace("{item}", &self.item)
            .replace("{sprint}", &self.sprint)
            .replace("{comment}", &self.comment)
            .replace("{lane}", &self.lane)
    }
}

/// A server whose project `PM` everybody sees and whose project `SEC` nobody of the tests' users does.
pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) open: Ids,
    pub(crate) hidden: Ids,
}

pub(crate) async fn world() -> World {
    world_with(ServerConfig::default()).await
}

pub(crate) async fn world_with(config: ServerConfig) -> World {
    let server = TestServer::with(config).await;
    let secret = NewProject { visibility: Visibility::Private, ..NewProject::new("SEC", "Secret") };
    server.run(Change::CreateProject(secret));
    // Last the open one: a user has one running timer, and stopping it is another's event.
    let hidden = fill(&server, "SEC");
    let open = fill(&server, "PM");
    World { server, open, hidden }
}

/// Something of everything.
fn fill(server: &TestServer, key: &str) -> Ids {
    let id = |change: Change| server.run(change).results[0].id.clone();
    let item = |kind, title: &str| NewItem {
        description: "What it *is*".to_owned(),
        ..NewItem::new(key, kind, title)
    };
    let story =
        id(Change::CreateItem(Box::new(NewItem { points: Some(5.0), ..item(ItemKind::Story, "Story") })));
    let under = NewItem {
        parent: Some(story.as_str().into()),
        labels: vec!["one".to_owned(), "two".to_owned()],
        assignee: Some(user("ann")),
        due_date: Some("2026-12-01".parse().unwrap()),
        ..item(ItemKind::Task, "Task under it")
    };
    let task = id(Change::CreateItem(Box::new(under)));
    let other = id(Change::CreateItem(Box::new(item(ItemKind::Bug, "Bug"))));
    server.run(Change::AddDependency {
        id: None,
        kind: DependencyKind::Blocks,
        from: other.as_str().into(),
        to: task.as_str().into(),
    });
    let comment = id(Change::AddComment(NewComment::new(story.as_str(), "What about @ann?")));
    server.run(Change::AddComment(NewComment {
        reply_to: Some(comment.as_str().into()),
        ..NewComment::new(story.as_str(), "She knows")
    }));
    let sprint = id(Change::CreateSprint(NewSprint::new(key, "Sprint")));
    server.run(Change::MoveItem(ItemMove {
        sprint: Some(SprintAssignment::Set(sprint.as_str().into())),
        ..ItemMove::to_lane(story.as_str(), "in_progress")
    }));
    server.run(Change::StartSprint { sprint: sprint.as_str().into() });
    server.run(Change::MoveItem(ItemMove {
        sprint: Some(SprintAssignment::Set(sprint.as_str().into())),
        ..ItemMove::new(other.as_str())
    }));
    server.run(Change::AddTimeEntry(NewTimeEntry {
        id: None,
        item: story.as_str().into(),
        user: None,
        started_at: Timestamp::from_millis(1_700_000_000_000),
        ended_at: Timestamp::from_millis(1_700_000_060_000),
        note: "Done by hand".to_owned(),
    }));
    server.run(Change::StartTimer { id: None, item: task.as_str().into(), note: String::new() });
    server.run(Change::SetMember { project: key.into(), user: user("carl"), role: ProjectRole::Viewer });
    let reader = server.tenant.read(&pm_engine::command::Actor::admin(user("root"))).unwrap();
    let project = reader.project(&key.into()).unwrap().project.id.to_string();
    let lane = reader.lanes(&key.into()).unwrap().lanes[0].lane.id.to_string();
    Ids { project, key: key.to_owned(), item: story, sprint, comment, lane }
}
