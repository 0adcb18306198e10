//! Clients that send and clients that listen, for some seconds.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::args::{Common, Run};
use super::client::{Until, connect_all, make_project, send_commands};
use super::files::make_room;
use super::meter::Commands;
use super::report::{Load, Report};
use super::server::{Server, Target, Usage};
use super::subscribers::Subscribers;

pub(crate) async fn run(common: &Common, wanted: &Run) -> Report {
    make_room(wanted.connections + wanted.subscribers);
    let own = wanted.url.is_none().then(|| Server::start(common));
    let target = match (&wanted.url, &own) {
        (Some(url), _) => Target::at(url, wanted),
        (None, own) => own.as_ref().unwrap().target.clone(),
    };
    let pid = wanted.pid.or(own.as_ref().map(Server::pid));
    make_project(&target).await;
    let listening = connect_all(&target, "listener", wanted.subscribers).await;
    let mut listening = Subscribers::listen(listening.into_iter().map(|client| client.socket).collect());
    let writers = connect_all(&target, "writer", wanted.connections).await;

    let usage = || pid.map_or_else(Usage::default, Usage::of);
    let (before, begin) = (usage(), Instant::now());
    let until = Until::Instant(begin + Duration::from_secs(wanted.seconds));
    let writers_count = f64::from(u32::try_from(wanted.connections).unwrap());
    let pace = (wanted.rate > 0).then(|| Duration::from_secs_f64(writers_count / wanted.rate as f64));
    let commands = Arc::new(Commands::default());
    let mut sending = JoinSet::new();
    for mut client in writers {
        let (commands, in_flight) = (Arc::clone(&commands), wanted.in_flight);
        sending.spawn(async move {
            client.be_deaf().await.unwrap();
            send_commands(&mut client, &commands, in_flight, until, pace).await.unwrap();
        });
    }
    sending.join_all().await;
    let subscribers = listening.count as u64;
    // Every command made one item; a user's first also made the user.
    listening.tally.reach(commands.accepted.load(Ordering::Relaxed) * subscribers).await;
    listening.assert_all_listen();
    let what = format!(
        "{} clients, {} in flight each, {}, {subscribers} subscribers",
        wanted.connections,
        wanted.in_flight,
        if wanted.rate > 0 { format!("{}/s wanted", wanted.rate) } else { "as fast as it goes".to_owned() },
    );
    let seconds = begin.elapsed().as_secs_f64();
    let load = Load::new(what, seconds, &commands, &listening.tally, usage().since(before));
    Report { loads: vec![load], ..Report::default() }
}
