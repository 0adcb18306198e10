//! The ids of another tenant, at every place of the vocabulary where an id goes: each is answered like one that exists
//! nowhere, and one's own is not.

use fastwebsockets::OpCode;
use googletest::prelude::*;
use pm_examples::client::{Client, Connection, Hello};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use pm_server::ServerConfig;
use pm_server::auth::{Claims, Role};
use prost::Message as _;
use protox::prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value,
};

use crate::foreign_world::Things;
use crate::support::{TestServer, ask};
use crate::vocabulary::{self, Means, Place, dynamic, inside, meaning, message, name};

/// Nothing has this id, in whichever tenant.
const ABSENT: &str = "01900000-0000-7000-8000-000000000000";

/// The same in a spelling of what does not exist.
fn absent(spelling: &str) -> String {
    if spelling.len() == ABSENT.len() {
        return ABSENT.to_owned();
    }
    let number = spelling.split_once('-').map(|(_, number)| format!("-{number}"));
    let is_key = spelling.starts_with(char::is_uppercase);
    if is_key { format!("NOPE{}", number.unwrap_or_default()) } else { "nobody".to_owned() }
}

/// Tenant admin of `acme`, who may do everything there.
struct Asker<'a> {
    connection: Connection,
    last: u64,
    own: &'a Things,
    frame: MessageDescriptor,
}

impl Asker<'_> {
    /// What is answered to a frame that is sound but for this text at this place.
    async fn ask(&mut self, place: &Place, text: &str) -> Answer {
        match place[0].name() {
            // Each begins with nothing, or everything.
            "subscribe" => {
                drop(ask(&mut self.connection, Ask::Unsubscribe(pb::Unsubscribe::default())).await)
            }
            "unsubscribe" => drop(ask(&mut self.connection, Ask::Subscribe(pb::Subscribe::default())).await),
            _ => {}
        }
        let kind = place.get(3).or(place.get(2)).map_or("", FieldDescriptor::name);
        let beside = |field: &FieldDescriptor| match meaning(field).unwrap() {
            Means::Text(text) => text.to_owned(),
            Means::New => uuid::Uuid::now_v7().to_string(),
            Means::Command if field.parent_message().name() == "Command" => uuid::Uuid::now_v7().to_string(),
            means => self.own.at(&format!("{kind}.{}", field.name()), means).swap_remove(0),
        };
        let mut frame = message(&self.frame, place, text, &beside);
        self.last += 1;
        frame.set_field_by_name("request_id", Value::U64(self.last));
        if place[0].name() == "command" {
            self.load_what_is_known(&mut frame, place, text, &beside);
            self.let_nothing_be_done(inside(&mut frame, &place[..1]));
        }
        self.connection.send_raw(OpCode::Binary, frame.encode_to_vec()).await.unwrap();
        self.connection.answer(self.last).await.unwrap()
    }

    /// Adds a part that is always refused: what is accepted of the part before is told by the number of the refused
    /// one, and all is as it was for the next question.
    fn let_nothing_be_done(&self, command: &mut DynamicMessage) {
        let timer = pb::StartTimer { id: None, item: "NONE-1".to_owned(), note: String::new() };
        let change = pb::Change { change: Some(pb::change::Change::StartTimer(timer)) };
        let part = pb::Part { change: Some(change), expected_version: None, origin: None };
        let part = dynamic(&part, &self.frame.parent_pool().get_message_by_name("pm.v1.Part").unwrap());
        let Some(Value::List(parts)) = command.get_field_by_name_mut("parts") else { panic!("no parts") };
        parts.push(Value::Message(part));
    }

    /// An entity to be loaded is one there is, but for its id and names and the text in question.
    fn load_what_is_known(&self, frame: &mut DynamicMessage, place: &Place, text: &str, beside: Beside<'_>) {
        let Some(at) = place.iter().position(|field| field.name() == "load_entity") else { return };
        let (kind, in_question) = (&place[at + 1], &place[at + 2]);
        let Kind::Message(entity) = place[at].kind() else { return };
        let known = self.own.entities.iter().map(|known| dynamic(known, &entity));
        let mut known: Vec<_> = known.filter(|known| known.has_field(kind)).collect();
        // One that has it, if there is one: what belongs to it is there, too.
        known.sort_by_key(|known| known.get_field(kind).as_message().unwrap().has_field(in_question));
        let mut known = known.pop().unwrap();
        let fields = inside(&mut known, std::slice::from_ref(kind));
        let id = uuid::Uuid::now_v7().to_string();
        for (name, fresh) in [("id", &*id), ("key", "FRESH"), ("status", "fresh"), ("name", "Fresh")] {
            let field = fields.descriptor().get_field_by_name(name);
            if let Some(field) = field.filter(|field| field.kind() == Kind::String) {
                fields.set_field(&field, Value::String(fresh.to_owned()));
            }
        }
        if fields.has_field_by_name("number") {
            fields.set_field_by_name("number", Value::I64(1_000));
        }
        fields.set_field(in_question, vocabulary::at(&place[at + 2..], text, beside));
        inside(frame, &place[..at]).set_field(&place[at], Value::Message(known));
    }
}

/// What stands beside the text in question.
type Beside<'a> = &'a dyn Fn(&FieldDescriptor) -> String;

/// Places where one's own is answered like what does not exist: a filter that may not name a project, and entities of
/// an export, of which the rest is yet to come or is a matter of the past.
const ALL_ALIKE: [&str; 5] = [
    "query.board.filter.project",
    "query.lane_page.filter.project",
    "load_entity.project.default_lane",
    "load_entity.comment.mentioned_items",
    "load_entity.sprint.items.items.item",
];

/// An answer without what it was about.
fn told(answer: &Answer, spelling: &str) -> String {
    format!("{answer:?}").replace(spelling, "IT")
}

/// Users are named before they are known, ids of new things are free, and commands have their ids from the client:
/// one's own and an unknown one may well be answered the same.
fn is_free(means: Means) -> bool {
    matches!(means, Means::User | Means::New | Means::Command)
}

fn admin(server: &TestServer, tenant: &str) -> Hello {
    let claims = Claims { tenant: tenant.to_owned(), ..TestServer::claims("root", Role::Admin) };
    Hello::new(&server.keys.sign(&claims).unwrap())
}

async fn two_tenants() -> (TestServer, Client, Client) {
    let mut config = ServerConfig::default();
    config.tenants.create(true);
    config.rates.presence_per_second(0);
    let server = TestServer::with(config).await;
    let mut here = Client::connect(&server.url(), admin(&server, "acme")).await.unwrap();
    let mut there = Client::connect(&server.url(), admin(&server, "globex")).await.unwrap();
    here.snapshot().await.unwrap();
    there.snapshot().await.unwrap();
    (server, here, there)
}

async fn head(client: &mut Client) -> Answer {
    ask(client.connection(), Ask::Ping(pb::Ping {})).await
}

#[gtest]
#[tokio::test]
async fn given_ids_of_another_tenant_wherever_an_id_goes_when_sent_then_they_are_like_ids_of_nothing() {
    let (server, mut here, mut there) = two_tenants().await;
    let (own, foreign) = (Things::make(&mut here, "OWN").await, Things::make(&mut there, "THEIR").await);
    let before = (head(&mut here).await, head(&mut there).await);
    let mut connection = server.connection().await;
    crate::support::say_hello(&mut connection, &admin(&server, "acme").token).await;
    let frame = vocabulary::frame();
    let mut asker = Asker { connection, last: 1_000, own: &own, frame: frame.clone() };
    let mut tried = 0;
    for place in vocabulary::places(&frame) {
        let (at, means) = (name(&place), meaning(place.last().unwrap()));
        let Some(means) = means else { panic!("what does `{at}` mean? It has to be said in vocabulary.rs") };
        // Hello is said once a connection: below.
        if matches!(means, Means::Text(_)) || place[0].name() == "hello" {
            continue;
        }
        for (theirs, mine) in foreign.at(&at, means).into_iter().zip(own.at(&at, means)) {
            let nothing = absent(&theirs);
            let secret = told(&asker.ask(&place, &theirs).await, &theirs);
            let of_nothing = told(&asker.ask(&place, &nothing).await, &nothing);
            expect_that!(secret, eq(&of_nothing), "{at} = {theirs}");
            if !is_free(means) && !ALL_ALIKE.iter().any(|place| at.ends_with(place)) {
                // The frame is one that would do something, where it can be spelt so.
                let known = told(&asker.ask(&place, &mine).await, &mine);
                let is_spelling = !known.contains("expected a UUID");
                expect_that!(known == of_nothing && is_spelling, eq(false), "{at} = {mine}: {known}");
            }
            tried += 1;
        }
    }
    expect_that!(tried, ge(200));
    expect_that!((head(&mut here).await, head(&mut there).await), eq(&before));
}

#[gtest]
#[tokio::test]
async fn given_projects_of_another_tenant_when_hello_names_them_then_they_are_like_projects_of_nobody() {
    let (server, mut here, mut there) = two_tenants().await;
    let (own, foreign) = (Things::make(&mut here, "OWN").await, Things::make(&mut there, "THEIR").await);
    let names = |things: &Things| things.at("hello.projects", Means::Project);
    for (projects, followed) in [(names(&foreign), 0), (vec![ABSENT.to_owned()], 0), (names(&own), 1)] {
        let hello = Hello { projects, ..admin(&server, "acme") };
        let mut client = Client::connect(&server.url(), hello).await.unwrap();
        let Some(Answer::Subscribed(subscribed)) = client.connection().next().await.unwrap().body else {
            panic!("not told what is followed")
        };
        expect_that!((subscribed.all, subscribed.projects.len()), eq((false, followed)));
        // Nothing comes that is not in the tenant.
        let known = format!("{:?}", client.snapshot().await.unwrap());
        expect_that!(known.contains("THEIR"), eq(false));
        expect_that!(known.contains("OWN"), eq(followed == 1));
    }
}
