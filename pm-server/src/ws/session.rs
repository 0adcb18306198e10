//! What a message of the client means, given what came before. No I/O and no clock: `connection` does what a
//! [`Step`] says and tells how it ended.

use std::sync::Arc;

use pm_engine::model::{Epoch, ProjectRef};
use pm_proto as pb;
use pm_proto::client_frame::Body;
use prost::Message as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer;
use super::close::Close;
use super::scan::scan;
use crate::auth::{AuthError, Identity, Keys};
use crate::limits;

/// The version of the protocol spoken here.
pub(crate) const PROTOCOL_VERSION: u32 = 1;

/// What to do now.
#[derive(Debug)]
pub(crate) enum Step {
    /// Welcome this client.
    Open(Box<Opening>),
    /// Hand this command to the engine; it is in flight until `place` is dropped.
    Command { request_id: u64, command: Box<pb::Command>, place: Place },
    /// Ask the engine this; it is in flight until `place` is dropped.
    Query { request_id: u64, question: Box<pb::Question>, place: Place },
    /// Follow more projects (none named: all).
    Subscribe { request_id: u64, projects: Vec<ProjectRef> },
    /// Follow fewer projects (none named: none).
    Unsubscribe { request_id: u64, projects: Vec<ProjectRef> },
    /// The user says what he looks at.
    Presence { request_id: u64, update: pb::PresenceUpdate },
    /// Say where the log stands.
    Head { request_id: u64 },
    /// Send this frame.
    Answer(Vec<u8>),
    /// Send this frame, then close.
    Refuse(Vec<u8>, Close),
}

/// Who comes, and from where.
#[derive(Debug)]
pub(crate) struct Opening {
    pub(crate) request_id: u64,
    pub(crate) identity: Identity,
    /// Epoch and sequence the client has; `None` where it has nothing that can be gone on from.
    pub(crate) known: Option<(Epoch, i64)>,
    /// Projects to follow; `None` for all.
    pub(crate) projects: Option<Vec<ProjectRef>>,
}

/// A place among the requests that wait for their answer; a query also has one among the queries.
#[derive(Debug)]
pub(crate) struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_queries: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
enum State {
    /// Before hello; with what the upgrade's header vouched for.
    New(Option<Identity>),
    /// After hello.
    Live(Identity),
}

/// A connection's state.
#[derive(Debug)]
pub(crate) struct Session {
    keys: Keys,
    state: State,
    /// How many more requests may be in flight.
    places: Arc<Semaphore>,
    /// How many more queries may be among them.
    query_places: Arc<Semaphore>,
}

impl Session {
    pub(crate) fn new(keys: Keys, vouched: Option<Identity>) -> Self {
        let places = Arc::new(Semaphore::new(limits::IN_FLIGHT_MAX));
        let query_places = Arc::new(Semaphore::new(limits::QUERIES_IN_FLIGHT_MAX));
        Self { keys, state: State::New(vouched), places, query_places }
    }

    /// When the token's time is over, leeway included, in seconds since 1970; `None` before hello.
    pub(crate) fn expires_at(&self) -> Option<u64> {
        match &self.state {
            State::New(_) => None,
            State::Live(identity) => Some(self.keys.end_of(identity)),
        }
    }

    /// Whether the key behind the token was taken away.
    pub(crate) fn is_withdrawn(&self) -> bool {
        matches!(&self.state, State::Live(identity) if !self.keys.knows(identity))
    }

    /// Resolves once nothing is in flight any more.
    pub(crate) async fn settled(&self) {
        let all = u32::try_from(limits::IN_FLIGHT_MAX).unwrap_or(u32::MAX);
        // Never closed.
        let _ = self.places.acquire_many(all).await;
    }

    /// A text message: survivable, but nothing is known in text.
    pub(crate) fn text(&self) -> Step {
        unsupported(0, "text is not understood: send pm.v1.ClientFrame as a binary message")
    }

    /// A binary message.
    pub(crate) fn message(&mut self, bytes: &[u8]) -> Step {
        let seen = scan(bytes);
        if seen.parts > limits::PARTS_DECODED_MAX {
            return too_many_parts(seen.request_id);
        }
        if seen.query_bytes > limits::QUERY_BYTES_MAX {
            return query_too_large(seen.request_id);
        }
        let Ok(pb::ClientFrame { request_id, body }) = pb::ClientFrame::decode(bytes) else {
            return unsupported(0, "this is no pm.v1.ClientFrame");
        };
        match (body, &self.state) {
            (None, _) => unsupported(request_id, "this server does not know that request"),
            (Some(Body::Hello(hello)), State::New(_)) => self.hello(request_id, hello),
            (Some(Body::Hello(_)), State::Live(_)) => unsupported(request_id, "hello was said already"),
            (Some(_), State::New(_)) => unauthenticated(request_id, "say hello first, with a token"),
            (Some(body), State::Live(_)) => self.request(request_id, body),
        }
    }

    fn hello(&mut self, request_id: u64, hello: pb::Hello) -> Step {
        if hello.protocol_version != PROTOCOL_VERSION {
            let text = format!("this server speaks version {PROTOCOL_VERSION} of the protocol");
            return Step::Refuse(unsupported_frame(request_id, &text), Close::Version);
        }
        if hello.projects.len() > limits::PROJECTS_NAMED_MAX {
            return too_many_projects(request_id);
        }
        let vouched = match &mut self.state {
            State::New(vouched) => vouched.take(),
            State::Live(_) => None,
        };
        let identity = match (vouched, self.keys.verify(&hello.token)) {
            (_, Ok(identity)) => identity,
            (Some(identity), Err(AuthError::Missing)) => identity,
            (_, Err(error)) => {
                let code = pb::FailureCode::Unauthenticated;
                let frame = answer::refusal(request_id, code, &error.to_string());
                return Step::Refuse(frame, Close::Unauthenticated);
            }
        };
        // A position that cannot be read is one that cannot be gone on from.
        let epoch = hello.epoch.and_then(|epoch| epoch.parse().ok());
        let known = epoch.zip(hello.sequence);
        let projects = (!hello.projects.is_empty()).then(|| refs(hello.projects));
        self.state = State::Live(identity.clone());
        Step::Open(Box::new(Opening { request_id, identity, known, projects }))
    }

    fn request(&mut self, request_id: u64, body: Body) -> Step {
        match body {
            Body::Command(command) => match self.place(false) {
                Some(place) => Step::Command { request_id, command: Box::new(command), place },
                None => too_many_in_flight(request_id),
            },
            Body::Query(question) => self.query(request_id, question),
            Body::Subscribe(pb::Subscribe { projects }) | Body::Unsubscribe(pb::Unsubscribe { projects })
                if projects.len() > limits::PROJECTS_NAMED_MAX =>
            {
                too_many_projects(request_id)
            }
            Body::Subscribe(pb::Subscribe { projects }) => {
                Step::Subscribe { request_id, projects: refs(projects) }
            }
            Body::Unsubscribe(pb::Unsubscribe { projects }) => {
                Step::Unsubscribe { request_id, projects: refs(projects) }
            }
            Body::Renew(pb::Renew { token }) => self.renew(request_id, &token),
            Body::Ping(_) => Step::Head { request_id },
            Body::Presence(update) => Step::Presence { request_id, update },
            Body::Hello(_) => unsupported(request_id, "hello was said already"),
        }
    }

    fn query(&self, request_id: u64, question: pb::Question) -> Step {
        if question.question.is_none() {
            return unsupported(request_id, "this server does not know that question");
        }
        match self.place(true) {
            Some(place) => Step::Query { request_id, question: Box::new(question), place },
            None => too_many_in_flight(request_id),
        }
    }

    /// `None` where too much is in flight.
    fn place(&self, is_query: bool) -> Option<Place> {
        let _of_all = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let of_queries = is_query.then(|| Arc::clone(&self.query_places).try_acquire_owned());
        Some(Place { _of_all, _of_queries: of_queries.transpose().ok()? })
    }

    /// A new token of the same tenant, user, role and kind: a stream is filtered for who began it.
    fn renew(&mut self, request_id: u64, token: &str) -> Step {
        let State::Live(old) = &self.state else {
            return unauthenticated(request_id, "say hello first, with a token");
        };
        match self.keys.verify(token) {
            Ok(new) if new.tenant == old.tenant && new.actor == old.actor => {
                self.state = State::Live(new);
                Step::Head { request_id }
            }
            Ok(_) => unauthenticated(
                request_id,
                "the new token is of another tenant, user, role or kind: connect anew, without a position",
            ),
            Err(error) => unauthenticated(request_id, &error.to_string()),
        }
    }
}

fn refs(projects: Vec<String>) -> Vec<ProjectRef> {
    projects.into_iter().map(ProjectRef::from).collect()
}

fn unsupported_frame(request_id: u64, text: &str) -> Vec<u8> {
    answer::refusal(request_id, pb::FailureCode::Unsupported, text)
}

fn unsupported(request_id: u64, text: &str) -> Step {
    Step::Answer(unsupported_frame(request_id, text))
}

fn unauthenticated(request_id: u64, text: &str) -> Step {
    Step::Answer(answer::refusal(request_id, pb::FailureCode::Unauthenticated, text))
}

/// As the engine would refuse it, were it decoded.
fn too_many_parts(request_id: u64) -> Step {
    let most = pm_engine::limits::PARTS_MAX;
    let text = format!("a command has at most {most} parts");
    Step::Answer(answer::too_large(request_id, "parts", most, text))
}

fn query_too_large(request_id: u64) -> Step {
    let most = limits::QUERY_BYTES_MAX;
    let text = format!("a query has at most {most} bytes");
    Step::Answer(answer::too_large(request_id, "query", most, text))
}

fn too_many_in_flight(request_id: u64) -> Step {
    let text = "too many requests of this connection wait for their answer";
    Step::Answer(answer::rate_limited(request_id, limits::RETRY_AFTER, text))
}

fn too_many_projects(request_id: u64) -> Step {
    let most = limits::PROJECTS_NAMED_MAX;
    let text = format!("at most {most} projects can be named");
    Step::Answer(answer::too_large(request_id, "projects", most, text))
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use pm_engine::command::Actor;
    use pm_engine::model::{TenantId, UserId};

    use super::*;
    use crate::auth::{Claims, Role};

    fn keys() -> Keys {
        Keys::new(b"a secret of the tests, 32 bytes or more").unwrap()
    }

    fn token(user: &str, exp: u64) -> String {
        let (tenant, sub) = ("acme".to_owned(), user.to_owned());
        keys()
            .sign(&Claims {
                tenant,
                sub,
                role: Role::Member,
                kind: None,
                name: None,
                email: None,
                iat: 0,
                exp,
            })
            .unwrap()
    }

    fn say(session: &mut Session, body: Body) -> Step {
        session.message(&pb::ClientFrame { request_id: 7, body: Some(body) }.encode_to_vec())
    }

    fn hello(token: String) -> Body {
        Body::Hello(pb::Hello { protocol_version: PROTOCOL_VERSION, token, ..pb::Hello::default() })
    }

    fn code(step: &Step) -> Option<pb::FailureCode> {
        let (Step::Answer(frame) | Step::Refuse(frame, _)) = step else { return None };
        match pb::ServerFrame::decode(&**frame).unwrap().body {
            Some(pb::server_frame::Body::Failure(failure)) => Some(failure.code()),
            _ => None,
        }
    }

    const LATER: u64 = 4_000_000_000;

    #[gtest]
    fn given_a_new_session_when_anything_but_hello_is_said_then_it_is_unauthenticated() {
        let mut session = Session::new(keys(), None);
        let step = say(&mut session, Body::Ping(pb::Ping {}));
        expect_that!(code(&step), some(eq(pb::FailureCode::Unauthenticated)));
        expect_that!(session.expires_at(), none());
    }

    #[gtest]
    fn given_hello_with_a_position_when_it_is_complete_then_it_is_gone_on_from_else_not() {
        let epoch = Epoch::generate();
        let known = |epoch: Option<String>, sequence| {
            let mut session = Session::new(keys(), None);
            let token = token("ann", LATER);
            let hello = pb::Hello { protocol_version: 1, token, epoch, sequence, projects: vec![] };
            match say(&mut session, Body::Hello(hello)) {
                Step::Open(opening) => opening.known,
                other => panic!("not opened: {other:?}"),
            }
        };
        expect_that!(known(Some(epoch.to_string()), Some(3)), some(eq((epoch, 3))));
        expect_that!(known(Some(epoch.to_string()), None), none());
        expect_that!(known(None, Some(3)), none());
        expect_that!(known(Some("nonsense".to_owned()), Some(3)), none());
    }

    #[gtest]
    fn given_an_identity_from_the_upgrade_when_hello_has_a_token_of_its_own_then_that_one_counts() {
        let vouched = || Identity {
            tenant: TenantId::new("acme").unwrap(),
            actor: Actor::member(UserId::new("header").unwrap()),
            name: None,
            email: None,
            issued_at: 0,
            expires_at: LATER,
            key: crate::auth::KeyId::default(),
        };
        let who = |token: String| {
            let mut session = Session::new(keys(), Some(vouched()));
            match say(&mut session, hello(token)) {
                Step::Open(opening) => opening.identity.actor.user.to_string(),
                other => format!("{:?}", code(&other)),
            }
        };
        expect_that!(who(String::new()), eq("header"));
        expect_that!(who(token("ann", LATER)), eq("ann"));
        expect_that!(who("nonsense".to_owned()), eq("Some(Unauthenticated)"));
    }

    #[gtest]
    fn given_the_most_commands_in_flight_when_one_more_comes_then_it_waits_until_one_is_answered() {
        let mut session = Session::new(keys(), None);
        say(&mut session, hello(token("ann", LATER)));
        let command = || Body::Command(pb::Command::default());
        let mut asked: Vec<_> = (0..limits::IN_FLIGHT_MAX).map(|_| say(&mut session, command())).collect();
        expect_that!(asked.iter().all(|step| matches!(step, Step::Command { .. })), eq(true));
        let step = say(&mut session, command());
        expect_that!(code(&step), some(eq(pb::FailureCode::RateLimited)));
        asked.pop();
        expect_that!(matches!(say(&mut session, command()), Step::Command { .. }), eq(true));
    }

    fn question() -> Body {
        let question = pb::question::Question::MyTimer(pb::MyTimerQuestion {});
        Body::Query(pb::Question { question: Some(question) })
    }

    #[gtest]
    fn given_the_most_queries_in_flight_when_one_more_comes_then_it_waits_and_commands_go_on() {
        let mut session = Session::new(keys(), None);
        say(&mut session, hello(token("ann", LATER)));
        let mut asked: Vec<_> =
            (0..limits::QUERIES_IN_FLIGHT_MAX).map(|_| say(&mut session, question())).collect();
        expect_that!(asked.iter().all(|step| matches!(step, Step::Query { .. })), eq(true));
        expect_that!(code(&say(&mut session, question())), some(eq(pb::FailureCode::RateLimited)));
        let command = || Body::Command(pb::Command::default());
        let more = limits::IN_FLIGHT_MAX - limits::QUERIES_IN_FLIGHT_MAX;
        let told: Vec<_> = (0..more).map(|_| say(&mut session, command())).collect();
        expect_that!(told.iter().all(|step| matches!(step, Step::Command { .. })), eq(true));
        // Commands and queries together are bounded, too.
        expect_that!(code(&say(&mut session, command())), some(eq(pb::FailureCode::RateLimited)));
        asked.pop();
        expect_that!(matches!(say(&mut session, question()), Step::Query { .. }), eq(true));
    }

    #[gtest]
    fn given_a_question_that_nobody_knows_when_asked_then_it_is_unsupported_and_takes_no_place() {
        let mut session = Session::new(keys(), None);
        say(&mut session, hello(token("ann", LATER)));
        for _ in 0..=limits::QUERIES_IN_FLIGHT_MAX {
            let step = say(&mut session, Body::Query(pb::Question { question: None }));
            expect_that!(code(&step), some(eq(pb::FailureCode::Unsupported)));
        }
    }

    #[gtest]
    fn given_a_renewed_token_when_it_is_of_the_same_user_then_the_session_lasts_longer() {
        let mut session = Session::new(keys(), None);
        say(&mut session, hello(token("ann", LATER)));
        let renew = |user, exp| Body::Renew(pb::Renew { token: token(user, exp) });
        let step = say(&mut session, renew("bob", LATER + 1));
        expect_that!(code(&step), some(eq(pb::FailureCode::Unauthenticated)));
        expect_that!(session.expires_at(), some(eq(LATER + limits::TOKEN_LEEWAY.as_secs())));
        expect_that!(matches!(say(&mut session, renew("ann", LATER + 9)), Step::Head { .. }), eq(true));
        expect_that!(session.expires_at(), some(eq(LATER + 9 + limits::TOKEN_LEEWAY.as_secs())));
    }
}
