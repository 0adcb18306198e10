//! A tenant as its host sees it.

use std::sync::Arc;

use crate::command::{Actor, Command};
use crate::completion::{CommandResult, Pending, Reply};
use crate::engine::EngineInner;
use crate::error::{ExecuteError, Failure, FailureKind, OpenError};
use crate::model::{Epoch, ProjectId, TenantId};
use crate::outcome::Outcome;
use crate::query::Reader;
use crate::sight::Sight;
use crate::subscription::{self, Resume, Subscription};
use crate::tenant::TenantCore;

/// One tenant: takes commands, answers queries, streams events. Cheap to clone. The file behind it is opened when it
/// is needed and closed when it has been idle for long; a handle holds nothing open.
#[derive(Clone, Debug)]
pub struct Tenant {
    engine: Arc<EngineInner>,
    id: TenantId,
}

impl Tenant {
    pub(crate) fn new(engine: Arc<EngineInner>, id: TenantId) -> Self {
        Self { engine, id }
    }

    /// The tenant's id.
    #[must_use]
    pub fn id(&self) -> &TenantId {
        &self.id
    }

    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.engine.tenant_file(&self.id)
    }

    pub(crate) fn core(&self) -> Result<Arc<TenantCore>, Failure> {
        self.engine.core(&self.id, false).map_err(|error| match error {
            OpenError::Closed => Failure::new(FailureKind::Closed, "the engine is closed"),
            OpenError::Storage(failure) => failure,
            other => Failure::new(FailureKind::Storage, format!("opening the tenant: {other:?}")),
        })
    }

    /// Commits a command and answers once it is safe, as the engine's durability says. Blocks the calling thread; where
    /// nobody else writes this tenant, it is that thread which commits and calls the listeners.
    ///
    /// # Errors
    /// [`ExecuteError::Rejected`] where a rule refuses it: nothing has changed, and it may be sent again under its
    /// id. [`ExecuteError::Failed`] where the engine cannot: sending it again under its id is safe and tells.
    ///
    /// Inside a completion or listener the command is committed on the thread that asks, with what waits before it;
    /// nested deeper than [`CALLBACK_DEPTH_MAX`](crate::limits::CALLBACK_DEPTH_MAX) it is answered `busy`.
    pub fn execute(&self, command: Command) -> Result<Outcome, ExecuteError> {
        let core = self.core()?;
        let pending = core.execute(command);
        drop(core);
        pending.wait()
    }

    /// Sends a command on its way; the answer can be awaited by any runtime or waited for.
    pub fn send(&self, command: Command) -> Pending {
        let (pending, reply) = Pending::new();
        self.post(command, reply);
        pending
    }

    /// Sends a command on its way and calls `done` with the answer, on a thread of the engine. `done` must be quick:
    /// the tenants that thread serves wait for it. It may use the engine, also [`Tenant::execute`], and drop it; it
    /// must not wait for a [`Pending`]. With 0 workers the command is committed before this returns. A panic in it is
    /// caught.
    pub fn submit(&self, command: Command, done: impl FnOnce(CommandResult) + Send + 'static) {
        self.post(command, Reply::new(done));
    }

    fn post(&self, command: Command, reply: Reply) {
        match self.core() {
            Ok(core) => core.submit(command, reply),
            Err(failure) => reply.send(Err(failure.into())),
        }
    }

    /// Questions of an actor, each answered in a snapshot of its own.
    ///
    /// # Errors
    /// When the tenant cannot be opened.
    pub fn read(&self, actor: &Actor) -> Result<Reader, Failure> {
        Ok(Reader::new(Arc::clone(&self.core()?.door), actor.clone()))
    }

    /// Which history the sequence numbers belong to.
    ///
    /// # Errors
    /// When the tenant cannot be opened.
    pub fn epoch(&self) -> Result<Epoch, Failure> {
        Ok(self.core()?.epoch())
    }

    /// Sequence of the newest event, 0 for none.
    ///
    /// # Errors
    /// When the tenant cannot be opened.
    pub fn head(&self) -> Result<i64, Failure> {
        Ok(self.core()?.ring.head())
    }

    /// Everything after a sequence, as far as the actor may see it: first what is in the log, then what is committed
    /// from now on, without loss or repeat. With `projects` only events of those, and of no project.
    ///
    /// # Errors
    /// When the tenant cannot be opened.
    pub fn subscribe(
        &self,
        actor: &Actor,
        from: i64,
        projects: Option<Vec<ProjectId>>,
    ) -> Result<Subscription, Failure> {
        Ok(Subscription::new(self.core()?, actor.clone(), from, projects))
    }

    /// What an actor may see, for what is shown to him that comes from no query.
    ///
    /// # Errors
    /// When the tenant cannot be opened.
    pub fn sight(&self, actor: &Actor) -> Result<Sight, Failure> {
        Ok(Sight::new(self.core()?, actor.clone()))
    }

    /// How a client that has seen the log up to `known` goes on.
    ///
    /// # Errors
    /// When the tenant cannot be opened or read.
    pub fn resume(&self, known: Option<(Epoch, i64)>) -> Result<Resume, Failure> {
        subscription::resume(&*self.core()?, known)
    }

    /// Calls `listener` with the new head after every commit, on the thread that commits, until the returned guard is
    /// dropped. It must be quick; it is for waking others, and under the rules of [`Tenant::submit`]'s `done`. Where
    /// several threads commit (0 workers), heads may come out of order.
    ///
    /// # Errors
    /// When the tenant cannot be opened.
    pub fn on_head(&self, listener: impl Fn(i64) + Send + Sync + 'static) -> Result<HeadListener, Failure> {
        let core = self.core()?;
        let id = core.ring.listen(Arc::new(listener));
        Ok(HeadListener { core, id })
    }
}

/// Keeps a listener for new heads; it ends when this is dropped.
#[derive(Debug)]
pub struct HeadListener {
    core: Arc<TenantCore>,
    id: u64,
}

impl Drop for HeadListener {
    fn drop(&mut self) {
        self.core.ring.unlisten(self.id);
    }
}
