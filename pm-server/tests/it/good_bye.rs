//! A connection that is over holds nothing, however long its client takes to say good-bye, or if it never does.

use std::time::Duration;

use googletest::prelude::*;
use pm_examples::client::Client;
use pm_server::ServerConfig;
use pm_server::auth::{Claims, Role, now_seconds};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::caps::turned_away;
use crate::metrics::scrape;
use crate::presence;
use crate::raw::{BINARY, CLOSE, FIN, PING, PONG, Raw, frame_of};
use crate::slow::large;
use crate::support::TestServer;

/// As far as a test goes.
const FOR_EVER: Duration = Duration::from_secs(3_600);
/// What nothing here comes near.
const PATIENCE: Duration = Duration::from_secs(60);

/// One connection a user, two of the tenant, and nobody waits long to hear of the others.
fn config() -> ServerConfig {
    let mut config = presence::config();
    config.websocket.connections_per_user_max(1).connections_per_tenant_max(2).close_within(FOR_EVER);
    config.rates.messages_per_second(0);
    config.metrics.listen(Some(([127, 0, 0, 1], 0).into()));
    config
}

/// Ann, who is in the room and hears who leaves it.
async fn ann(server: &TestServer) -> Client {
    let mut ann = server.client("ann").await;
    presence::say(&mut ann, presence::at("PM")).await;
    ann
}

/// Ann gives signs of life until she hears that a connection has left.
async fn hears_of_the_end(ann: &mut Client, connection: u64) {
    let heard = async {
        while !presence::told_so_far(ann).await.iter().any(|told| told.gone.contains(&connection)) {}
    };
    assert!(tokio::time::timeout(PATIENCE, heard).await.is_ok(), "she never heard of it");
}

async fn closed_with(server: &TestServer, code: u16) -> f64 {
    let name = format!("pm_websocket_closes_total{{code=\"{code}\"}}");
    scrape(server).await.get(&name).copied().unwrap_or_default()
}

/// How a connection comes to its end.
#[derive(Clone, Copy, PartialEq, Debug)]
enum End {
    GoodBye,
    AgainstTheRules,
    TooBig,
    TokenOver,
}

#[gtest]
#[tokio::test]
async fn given_a_client_slow_to_say_good_bye_when_its_connection_is_over_then_seat_and_room_are_free_already()
{
    for (end, code) in
        [(End::GoodBye, 1000), (End::AgainstTheRules, 1002), (End::TooBig, 1009), (End::TokenOver, 4201)]
    {
        let server = TestServer::with(config()).await;
        let mut ann = ann(&server).await;
        // Within the leeway of 30 s, but only for a moment.
        let exp = if end == End::TokenOver { now_seconds() - 29 } else { now_seconds() + 600 };
        let claims = Claims { exp, ..TestServer::claims("eve", Role::Member) };
        let token = server.keys.sign(&claims).unwrap();
        let mut eve = Raw::welcomed_by(&server, server.address, &token).await;
        let you = eve.enter_room().await;
        presence::told_of(&mut ann, |entry| entry.connection == you).await;
        if end != End::TokenOver {
            // As long as it is there it has the seat.
            expect_that!(turned_away(&server, "eve").await.1, some(eq(4106)));
            expect_that!(turned_away(&server, "bob").await.1, some(eq(4105)));
        }
        match end {
            End::GoodBye => eve.send(&frame_of(FIN | CLOSE, &1000_u16.to_be_bytes())).await,
            End::AgainstTheRules => eve.send(&frame_of(FIN, b"a continuation of nothing")).await,
            End::TooBig => eve.send(&crate::raw::header(FIN | BINARY, 1 << 30)).await,
            End::TokenOver => true,
        };
        expect_that!(eve.close_code().await, some(eq(code)), "{end:?}");
        // It has been told and says nothing; the socket is open on both sides.
        let (mut again, refused) = turned_away(&server, "eve").await;
        expect_that!(refused, none(), "{end:?}");
        hears_of_the_end(&mut ann, you).await;
        let asked = again.send(pm_proto::client_frame::Body::Presence(presence::at("PM"))).await.unwrap();
        let pm_proto::server_frame::Body::Presence(room) = again.answer(asked).await.unwrap() else {
            panic!("not let in")
        };
        let users: Vec<_> = room.entries.iter().map(|entry| entry.user.as_str()).collect();
        expect_that!(users, eq(&["ann"]), "{end:?}");
    }
}

/// A way to the server that can break without either end being told, as where a machine loses its power.
struct Way {
    address: std::net::SocketAddr,
    cut: watch::Sender<bool>,
    _tasks: JoinSet<()>,
}

impl Way {
    /// For one connection.
    async fn to(server: &TestServer) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, is_cut) = watch::channel(false);
        let (target, mut tasks) = (server.address, JoinSet::new());
        tasks.spawn(async move {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut server = tokio::net::TcpStream::connect(target).await.unwrap();
            let mut is_cut = is_cut;
            tokio::select! {
                _ = is_cut.wait_for(|cut| *cut) => {}
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
            }
            // Both sockets stay as they are, and nobody looks at them again.
            std::future::pending::<()>().await;
        });
        Self { address, cut, _tasks: tasks }
    }
}

/// Answers every probe, and does nothing else.
async fn answer_probes(mut eve: Raw) {
    while let Some((opcode, payload)) = eve.frame().await {
        if opcode == PING {
            eve.send(&frame_of(FIN | PONG, &payload)).await;
        }
    }
}

#[gtest]
#[tokio::test]
async fn given_a_peer_whose_machine_is_gone_when_it_answers_no_probe_then_it_is_given_up_and_holds_nothing() {
    let mut config = config();
    config.websocket.ping_every(Duration::from_millis(200)).idle_max(Duration::from_secs(3));
    let server = TestServer::with(config).await;
    let mut ann = ann(&server).await;
    let way = Way::to(&server).await;
    let mut eve = Raw::welcomed_by(&server, way.address, &server.token("eve")).await;
    let you = eve.enter_room().await;
    presence::told_of(&mut ann, |entry| entry.connection == you).await;
    let answering = tokio::spawn(answer_probes(eve));
    // As long as the way is there, so is she: her answers to the probes are signs of life enough.
    let idle = tokio::time::Instant::now() + Duration::from_secs(4);
    while tokio::time::Instant::now() < idle {
        let heard = presence::told_so_far(&mut ann).await;
        assert_that!(heard.iter().any(|told| told.gone.contains(&you)), eq(false));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    expect_that!(turned_away(&server, "eve").await.1, some(eq(4106)));

    way.cut.send_replace(true);
    hears_of_the_end(&mut ann, you).await;
    expect_that!(turned_away(&server, "eve").await.1, none());
    expect_that!(closed_with(&server, 4002).await, eq(1.0));
    answering.abort();
}

#[gtest]
#[tokio::test]
async fn given_a_peer_that_sends_and_reads_nothing_when_much_is_written_then_it_is_given_up_and_holds_nothing()
 {
    let mut config = config();
    config.websocket.write_within(Duration::from_secs(1)).close_within(Duration::from_millis(100));
    let server = TestServer::with(config).await;
    let mut ann = ann(&server).await;
    let mut eve = Raw::welcomed(&server, "eve").await;
    let you = eve.enter_room().await;
    presence::told_of(&mut ann, |entry| entry.connection == you).await;
    // She is never idle.
    let sending = tokio::spawn(async move {
        while eve.send(&frame_of(FIN | PONG, b"")).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Her end of the socket stays open.
        std::future::pending::<()>().await;
        drop(eve);
    });
    for n in 0..150 {
        server.run(large(n));
    }
    hears_of_the_end(&mut ann, you).await;
    expect_that!(turned_away(&server, "eve").await.1, none());
    expect_that!(closed_with(&server, 4001).await, eq(1.0));
    sending.abort();
}
