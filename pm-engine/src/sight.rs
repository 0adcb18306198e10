//! Which projects an actor may see: the check behind commands and queries, remembered until somebody's access changes.

use std::collections::HashMap;
use std::sync::Arc;

use crate::access;
use crate::command::Actor;
use crate::error::Failure;
use crate::limits;
use crate::model::{ProjectId, TenantRole};
use crate::subscription::failure;
use crate::tenant::TenantCore;

/// What one actor may see, as of now. For what is shown to him that comes from no query: it answers from memory where
/// it can.
#[derive(Debug)]
pub struct Sight {
    core: Arc<TenantCore>,
    actor: Actor,
    known: HashMap<ProjectId, bool>,
    as_of: u64,
}

impl Sight {
    pub(crate) fn new(core: Arc<TenantCore>, actor: Actor) -> Self {
        Self { core, actor, known: HashMap::new(), as_of: 0 }
    }

    /// Whether somebody's access may have changed since this was last asked for anything.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.core.ring.access_generation() != self.as_of
    }

    /// Whether the actor may see the project, if that is known without reading the file.
    #[must_use]
    pub fn known(&self, project: ProjectId) -> Option<bool> {
        match self.actor.role {
            TenantRole::Admin => Some(true),
            TenantRole::Member if self.is_stale() => None,
            TenantRole::Member => self.known.get(&project).copied(),
        }
    }

    /// Forgets what may have changed.
    pub fn refresh(&mut self) {
        let generation = self.core.ring.access_generation();
        if generation != self.as_of {
            self.known.clear();
            self.as_of = generation;
        }
    }

    /// Whether the actor may see the project. May read the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sees(&mut self, project: ProjectId) -> Result<bool, Failure> {
        self.refresh();
        if let Some(known) = self.known(project) {
            return Ok(known);
        }
        let actor = &self.actor;
        let role = self.core.readers.read(|connection, _| Ok(access::role_in(connection, actor, project)?));
        let visible = role.map_err(failure)?.is_some();
        if self.known.len() >= limits::SIGHT_PROJECTS_MAX {
            self.known.clear();
        }
        self.known.insert(project, visible);
        Ok(visible)
    }

    /// Forgets everything.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }
}
