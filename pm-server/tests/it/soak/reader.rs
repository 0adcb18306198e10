//! A client that listens, loses its connection in every way, and goes on where it was.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use pm_examples::client::{Client, Hello, Position};
use pm_proto as pb;
use pm_proto::entity::Entity as Kind;

use super::writer::Acknowledged;
use super::{Random, Scene};

/// How long a reader waits for more before it looks whether all is over.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// What a reader has applied; it survives its connections.
pub(super) struct Seen {
    name: String,
    only_qa: bool,
    sequence: i64,
    /// Sequences of the events of each command.
    groups: HashMap<String, Vec<i64>>,
    /// Version and title of each live item.
    items: BTreeMap<String, (i64, String)>,
    pub(super) came_back: usize,
}

pub(super) struct Reader {
    seen: Seen,
    token: String,
    scene: Arc<Scene>,
    position: Option<Position>,
    /// Hangs up by itself now and then.
    restless: bool,
    random: Random,
}

impl Reader {
    /// The last one follows one project only; every second one hangs up by itself.
    pub(super) fn new(n: usize, token: String, scene: Arc<Scene>) -> Self {
        let seen = Seen {
            name: format!("reader-{n}"),
            only_qa: n + 1 == super::READERS,
            sequence: 0,
            groups: HashMap::new(),
            items: BTreeMap::new(),
            came_back: 0,
        };
        Self {
            seen,
            token,
            scene,
            position: None,
            restless: n.is_multiple_of(2),
            random: Random(n as u64 + 5),
        }
    }

    /// Reads until the end is known and reached.
    pub(super) async fn run(mut self) -> Seen {
        while !self.is_done() {
            let url = self.scene.url.borrow().clone();
            let hello = Hello {
                token: self.token.clone(),
                position: self.position.clone(),
                projects: if self.seen.only_qa { vec!["QA".to_owned()] } else { Vec::new() },
            };
            if let Ok(mut client) = Client::connect(&url, hello).await {
                self.listen(&mut client).await;
                self.seen.came_back += 1;
            }
            self.random.pause(200).await;
        }
        self.seen
    }

    fn is_done(&self) -> bool {
        self.seen.sequence >= self.scene.end.load(Ordering::SeqCst)
    }

    async fn listen(&mut self, client: &mut Client) {
        if self.position.is_none() {
            let Ok(entities) = client.snapshot().await else { return };
            entities.into_iter().for_each(|entity| self.seen.apply(entity));
            self.seen.sequence = client.position().sequence;
            self.position = Some(client.position().clone());
        } else {
            let resume = client.welcome().resume();
            assert_ne!(resume, pb::ResumeKind::Snapshot, "{} cannot go on", self.seen.name);
        }
        while !self.is_done() {
            if self.restless && self.random.below(200) == 0 {
                return;
            }
            // A batch that is dropped here has moved no position of ours: it comes again.
            let Ok(batch) = tokio::time::timeout(LOOK_EVERY, client.batch()).await else { continue };
            let Ok(batch) = batch else { return };
            self.seen.batch(batch);
            self.position = Some(client.position().clone());
        }
    }
}

impl Seen {
    fn batch(&mut self, batch: pb::EventBatch) {
        for event in batch.events {
            let next = if self.only_qa { event.sequence.max(self.sequence + 1) } else { self.sequence + 1 };
            assert_eq!(event.sequence, next, "{}: lost, twice or out of order", self.name);
            self.sequence = event.sequence;
            self.groups.entry(event.group).or_default().push(event.sequence);
            event.entity.into_iter().for_each(|entity| self.apply(entity));
        }
        assert!(batch.complete_to >= self.sequence, "{}: complete to before its own events", self.name);
        if !self.only_qa {
            assert_eq!(batch.complete_to, self.sequence, "{}: something was left out", self.name);
        }
        self.sequence = batch.complete_to;
    }

    /// By version, as docs/protocol.md says.
    fn apply(&mut self, entity: pb::Entity) {
        let Some(Kind::WorkItem(item)) = entity.entity else { return };
        let known = self.items.get(&item.id).map_or(0, |known| known.0);
        if item.version > known {
            self.items.insert(item.id, (item.version, item.title));
        }
    }

    pub(super) fn commands(&self) -> usize {
        self.groups.len()
    }

    /// Every command that was answered came once, with its sequences; one that was refused left nothing.
    pub(super) fn assert_has(&self, acknowledged: &[Acknowledged], end: i64) {
        assert_eq!(self.sequence, end, "{} is not at the end", self.name);
        for command in acknowledged {
            let came = self.groups.get(&command.id).map(Vec::as_slice).unwrap_or_default();
            let expected: Vec<i64> = match command.sequences {
                None => Vec::new(),
                Some((first, last)) => (first..=last).collect(),
            };
            if !self.only_qa {
                assert_eq!(came, expected, "{}: {}", self.name, command.id);
            } else if command.in_qa {
                // A user's first command also makes the user, which every stream has.
                assert_eq!(came, expected, "{}: {}", self.name, command.id);
            } else {
                assert!(came.len() <= 1, "{}: {} is of another project", self.name, command.id);
            }
        }
    }

    /// What it has put together is what a new client is given.
    pub(super) fn assert_stands_as(&self, entities: &[pb::Entity]) {
        let qa = entities.iter().find_map(|entity| match &entity.entity {
            Some(Kind::Project(project)) if project.key == "QA" => Some(project.id.clone()),
            _ => None,
        });
        let items = entities.iter().filter_map(|entity| match &entity.entity {
            Some(Kind::WorkItem(item)) if !self.only_qa || Some(&item.project) == qa.as_ref() => {
                Some((item.id.clone(), (item.version, item.title.clone())))
            }
            _ => None,
        });
        assert_eq!(self.items, items.collect(), "{} has put together something else", self.name);
    }
}
