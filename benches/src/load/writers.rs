//! Clients that only send commands, beside a bare server that writes the same rows in groups.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::args::{Common, Writers};
use super::client::{Client, Until, connect_all, creation, make_project, send_commands};
use super::files::make_room;
use super::meter::Commands;
use super::report::{Load, Report};
use super::server::{FloorServer, Server, Usage};
use super::socket::Socket;
use super::subscribers::Tally;
use crate::measure::{Line, Pairs, Target};

pub(crate) async fn run(common: &Common, wanted: &Writers) -> Report {
    make_room(2 * wanted.clients);
    let mut report = Report::default();
    for in_flight in [1, 16] {
        let rows = wanted.clients * wanted.commands * (wanted.rounds + 1);
        let floor = FloorServer::start(rows, wanted.clients, 1);
        let server = Server::start(common);
        make_project(&server.target).await;
        let mut clients = connect_all(&server.target, "writer", wanted.clients).await;
        let mut sockets = Vec::new();
        for client in &mut clients {
            client.be_deaf().await.unwrap();
            sockets.push(Socket::open(floor.address, "/write").await.unwrap());
        }
        let mut pairs = Pairs::default();
        let (mut commands, mut spent) = (Arc::default(), 0.0);
        let mut before = Usage::default();
        for round in 0..=wanted.rounds {
            let by_floor;
            (by_floor, sockets) = floor_round(sockets, wanted.commands, in_flight).await;
            let by_server;
            (by_server, clients) = server_round(clients, &commands, wanted.commands, in_flight).await;
            if round > 0 {
                pairs.add(by_floor, by_server, wanted.clients * wanted.commands);
                spent += by_server.as_secs_f64();
            } else {
                commands = Arc::default();
                before = Usage::of(server.pid());
            }
        }
        let usage = Usage::of(server.pid()).since(before);
        let what = format!("{} clients, {in_flight} in flight each", wanted.clients);
        report.lines.push(Line::rate(&format!("commands of {what}"), &pairs, Target::Speed(0.6)));
        report.loads.push(Load::new(what, spent, &commands, &Tally::default(), usage));
    }
    report
}

async fn server_round(
    clients: Vec<Client>,
    commands: &Arc<Commands>,
    each: usize,
    in_flight: usize,
) -> (Duration, Vec<Client>) {
    let begin = Instant::now();
    let mut sending = JoinSet::new();
    for mut client in clients {
        let commands = Arc::clone(commands);
        sending.spawn(async move {
            send_commands(&mut client, &commands, in_flight, Until::Sent(each), None).await.unwrap();
            client
        });
    }
    let clients = sending.join_all().await;
    let took = begin.elapsed();
    assert!(commands.refusals().is_empty(), "refused: {:?}", commands.refusals());
    (took, clients)
}

/// The same messages; the bare server looks at no more than their first field.
async fn floor_round(sockets: Vec<Socket>, each: usize, in_flight: usize) -> (Duration, Vec<Socket>) {
    let begin = Instant::now();
    let mut sending = JoinSet::new();
    for (n, mut socket) in sockets.into_iter().enumerate() {
        sending.spawn(async move {
            let user = format!("writer-{n}");
            let (mut sent, mut answered) = (0, 0);
            while answered < each {
                while sent < each && sent - answered < in_flight {
                    sent += 1;
                    socket.send(&message(&user, sent)).await.unwrap();
                }
                socket.next().await.unwrap();
                answered += 1;
            }
            socket
        });
    }
    let sockets = sending.join_all().await;
    (begin.elapsed(), sockets)
}

fn message(user: &str, n: usize) -> Vec<u8> {
    use pm_proto::client_frame::Body;
    use prost::Message as _;
    let command = creation(user, n, 1);
    pm_proto::ClientFrame { request_id: n as u64, body: Some(Body::Command(command)) }.encode_to_vec()
}
