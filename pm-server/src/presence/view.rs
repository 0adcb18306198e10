//! What one connection has been told of the room, and so what it has to be told next. Somebody who looks at a project
//! that the reader may not see is shown to him as looking at nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use pm_engine::Sight;
use pm_engine::error::Failure;
use pm_engine::model::ActorKind;
use pm_proto as pb;

use super::room::{Entry, Looking};

/// What has been told of an entry: its stamp, and whether the project was shown.
type Told = (u64, bool);

/// One connection's knowledge of the room.
#[derive(Debug)]
pub(crate) struct View {
    sight: Sight,
    told: HashMap<u64, Told>,
}

impl View {
    pub(crate) fn new(sight: Sight) -> Self {
        Self { sight, told: HashMap::new() }
    }

    /// Whether somebody's access may have changed since the last look.
    pub(crate) fn is_stale(&self) -> bool {
        self.sight.is_stale()
    }

    /// Whether [`View::look`] would read the file.
    pub(crate) fn reads_file(&self, room: &BTreeMap<u64, Arc<Entry>>) -> bool {
        room.values().filter_map(|entry| entry.looking.project).any(|p| self.sight.known(p).is_none())
    }

    /// What has changed since the last look; `None` where nothing has.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn look(&mut self, room: &BTreeMap<u64, Arc<Entry>>) -> Result<Option<pb::Presence>, Failure> {
        self.sight.refresh();
        let mut news = pb::Presence::default();
        let mut told = HashMap::with_capacity(room.len());
        for (connection, entry) in room {
            let shown = entry.looking.project.map_or(Ok(true), |project| self.sight.sees(project))?;
            let now = (entry.stamp, shown);
            if self.told.get(connection) != Some(&now) {
                news.entries.push(to_wire(*connection, entry, shown));
            }
            told.insert(*connection, now);
        }
        news.gone = self.told.keys().filter(|connection| !told.contains_key(connection)).copied().collect();
        news.gone.sort_unstable();
        self.told = told;
        Ok((!news.entries.is_empty() || !news.gone.is_empty()).then_some(news))
    }
}

fn to_wire(connection: u64, entry: &Entry, shown: bool) -> pb::PresenceEntry {
    let Looking { project, item, editing } = if shown { entry.looking } else { Looking::default() };
    let kind = match entry.kind {
        ActorKind::Human => pb::ActorKind::Human,
        ActorKind::Agent => pb::ActorKind::Agent,
        ActorKind::System => pb::ActorKind::System,
    };
    pb::PresenceEntry {
        connection,
        user: entry.user.to_string(),
        kind: kind.into(),
        project: project.map(|project| project.to_string()),
        item: item.map(|item| item.to_string()),
        editing,
    }
}
