//! A client that changes things and never gives up: what was not answered is sent again under its id.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use pm_engine::command::{Actor, Change, Command, ItemMove, NewComment, NewItem};
use pm_engine::model::{CommandId, ItemKind};
use pm_examples::client::{Client, ClientError, Hello};

use super::{Random, Scene};
use crate::support::user;

/// Between two commands at most; the readers must not fall behind by more than a tail.
const PAUSE_MS: u64 = 30;

/// A command that was answered.
pub(super) struct Acknowledged {
    pub(super) id: String,
    /// First and last sequence; `None` where it was refused and must have left nothing.
    pub(super) sequences: Option<(i64, i64)>,
    pub(super) in_qa: bool,
}

/// What one writer says, until it is told to stop.
pub(super) async fn run(n: usize, token: String, scene: Arc<Scene>) -> Vec<Acknowledged> {
    let mut random = Random(n as u64 + 77);
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    let (mut client, mut item) = (None, None);
    for k in 0.. {
        if scene.stop_writing.load(Ordering::SeqCst) {
            break;
        }
        let project = if (n + k).is_multiple_of(2) { "PM" } else { "QA" };
        let changes = changes(n, k, project, item.as_deref());
        let id = format!("writer-{n}-{k}");
        // A third of them twice, as a client does that does not know whether it was heard.
        let times = if k % 3 == 0 { 2 } else { 1 };
        for time in 0..times {
            let outcome = answered(&mut client, &token, &scene, &mut random, &id, &changes).await;
            let Some(outcome) = outcome else {
                assert_eq!(k % 7, 5, "{id} was refused");
                if time == 0 {
                    acknowledged.push(Acknowledged { id: id.clone(), sequences: None, in_qa: false });
                }
                continue;
            };
            let sequences = outcome.first_sequence.zip(outcome.last_sequence);
            assert!(sequences.is_some(), "{id} changed nothing");
            if time > 0 {
                assert!(outcome.replayed, "{id} was done twice");
                assert_eq!(acknowledged.last().unwrap().sequences, sequences, "{id} has two outcomes");
                continue;
            }
            let made = outcome.results.first().and_then(|result| result.key.clone());
            // What a command says is of the project of the item it names.
            let key = made.or(item.take()).unwrap_or_default();
            acknowledged.push(Acknowledged { id: id.clone(), sequences, in_qa: key.starts_with("QA") });
            item = Some(key);
        }
        random.pause(PAUSE_MS).await;
    }
    acknowledged
}

fn changes(n: usize, k: usize, project: &str, item: Option<&str>) -> Vec<Change> {
    let new = |title: String| Change::CreateItem(Box::new(NewItem::new(project, ItemKind::Task, title)));
    match (k % 7, item) {
        (0, _) | (_, None) => vec![new(format!("item {n} {k}"))],
        (1, _) => (0..3).map(|part| new(format!("item {n} {k} part {part}"))).collect(),
        (2, Some(item)) => vec![Change::MoveItem(ItemMove::to_lane(item, "in_progress"))],
        (3, Some(item)) => vec![Change::AddComment(NewComment::new(item, format!("comment {n} {k}")))],
        (4, Some(item)) => vec![Change::MoveItem(ItemMove::to_lane(item, "done"))],
        // Its second part is refused: the first must leave nothing.
        (5, _) => vec![new(format!("half {n} {k}")), new(String::new())],
        (_, Some(item)) => vec![Change::MoveItem(ItemMove::to_lane(item, "backlog"))],
    }
}

/// The outcome of a command, however often it has to be sent; `None` where it is refused.
async fn answered(
    client: &mut Option<Client>,
    token: &str,
    scene: &Scene,
    random: &mut Random,
    id: &str,
    changes: &[Change],
) -> Option<pm_engine::outcome::Outcome> {
    loop {
        if client.is_none() {
            let url = scene.url.borrow().clone();
            match Client::connect(&url, Hello::new(token)).await {
                Ok(new) => *client = Some(new),
                Err(_) => {
                    random.pause(100).await;
                    continue;
                }
            }
        }
        let Some(connected) = client else { continue };
        // Whose it is follows from the token, not from what is sent.
        let command = Command::batch(Actor::member(user("writer")), changes.to_vec())
            .with_id(CommandId::new(id).unwrap());
        match connected.execute(&command).await {
            Ok(outcome) => return Some(outcome),
            Err(ClientError::Rejected(_)) => return None,
            Err(_) => {
                *client = None;
                random.pause(100).await;
            }
        }
    }
}
