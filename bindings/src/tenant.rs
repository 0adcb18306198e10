//! One tenant: commands, questions, events.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use std::path::Path;
use std::sync::Arc;

use crate::delivery::Deliveries;
use crate::engine::{Actor, Command, Epoch, Outcome, ProjectId, Resume};
use crate::error::PmError;
use crate::listener::EventListener;
use crate::owned::Owned;
use crate::reader::Reader;
use crate::stream::EventStream;
use crate::subscription::Subscription;

/// What a client has seen of a tenant's log.
#[derive(Clone, Debug, uniffi::Record)]
pub struct KnownPosition {
    /// Which history.
    pub epoch: Epoch,
    /// Up to which sequence.
    pub sequence: i64,
}

/// One tenant. A handle holds nothing open: the file behind it is opened when it is needed and closed when it has
/// been idle for long.
#[derive(Debug, uniffi::Object)]
pub struct Tenant {
    inner: Owned<pm_engine::Tenant>,
    deliveries: Arc<Deliveries>,
}

impl Tenant {
    pub(crate) fn new(inner: pm_engine::Tenant, deliveries: Arc<Deliveries>) -> Self {
        Self { inner: Owned::new(inner), deliveries }
    }

    pub(crate) fn engine_tenant(&self) -> Result<&pm_engine::Tenant, PmError> {
        self.inner.get()
    }
}

#[uniffi::export]
impl Tenant {
    /// The tenant's id.
    ///
    /// # Errors
    /// `forked` in a forked child.
    pub fn id(&self) -> Result<String, PmError> {
        Ok(self.inner.get()?.id().to_string())
    }

    /// Commits a command and answers once it is safe. Blocks the calling thread. After a failure that is no refusal,
    /// sending the same command again under its id is safe and tells what became of it.
    ///
    /// # Errors
    /// A refusal by a rule: nothing has changed, and it may be sent again under its id; or a failure of the engine.
    pub fn execute(&self, command: Command) -> Result<Outcome, PmError> {
        Ok(self.inner.get()?.execute(command)?)
    }

    /// Questions of an actor, each answered in a snapshot of its own.
    ///
    /// # Errors
    /// `invalid` for a malformed user id.
    pub fn read(&self, actor: Actor) -> Result<Arc<Reader>, PmError> {
        Ok(Arc::new(Reader::new(self.inner.get()?.clone(), actor)))
    }

    /// Which history the sequence numbers belong to.
    ///
    /// # Errors
    /// When the tenant cannot be opened.
    pub fn epoch(&self) -> Result<Epoch, PmError> {
        Ok(self.inner.get()?.epoch()?)
    }

    /// Sequence of the newest event, 0 for none.
    ///
    /// # Errors
    /// When the tenant cannot be opened.
    pub fn head(&self) -> Result<i64, PmError> {
        Ok(self.inner.get()?.head()?)
    }

    /// How a client goes on that has seen the log up to `known`.
    ///
    /// # Errors
    /// When the tenant cannot be opened or read.
    pub fn resume(&self, known: Option<KnownPosition>) -> Result<Resume, PmError> {
        let known = known.map(|known| (known.epoch, known.sequence));
        Ok(self.inner.get()?.resume(known)?)
    }

    /// Tells a listener of everything after a sequence, as far as the actor may see it: first what is in the log, then
    /// what is committed from now on, without loss or repeat. With `projects` only events of those, and of no
    /// project. The listener is called on a thread of its own.
    ///
    /// # Errors
    /// `too_large` past 256 listeners of an engine; when the tenant cannot be opened.
    #[uniffi::method(default(projects = None))]
    pub fn subscribe(
        &self,
        actor: Actor,
        from_sequence: i64,
        listener: Arc<dyn EventListener>,
        projects: Option<Vec<ProjectId>>,
    ) -> Result<Arc<Subscription>, PmError> {
        let stream = EventStream::new(self.inner.get()?.subscribe(&actor, from_sequence, projects)?);
        let delivery = self.deliveries.start(stream, listener)?;
        Ok(Arc::new(Subscription::new(delivery)))
    }

    /// The same events, pulled by the host.
    ///
    /// # Errors
    /// When the tenant cannot be opened.
    #[uniffi::method(default(projects = None))]
    pub fn stream(
        &self,
        actor: Actor,
        from_sequence: i64,
        projects: Option<Vec<ProjectId>>,
    ) -> Result<Arc<EventStream>, PmError> {
        Ok(Arc::new(EventStream::new(self.inner.get()?.subscribe(&actor, from_sequence, projects)?)))
    }

    /// Copies this tenant, as it is now, into a new file.
    ///
    /// # Errors
    /// `already_exists` where the target exists, `storage`.
    pub fn backup(&self, target: String) -> Result<(), PmError> {
        Ok(self.inner.get()?.backup(Path::new(&target))?)
    }

    /// Empties all tables and fills them again from the log. Answers how many events were applied.
    ///
    /// # Errors
    /// When the file cannot be read or written, or its log is damaged; nothing has changed then.
    pub fn rebuild(&self) -> Result<i64, PmError> {
        Ok(self.inner.get()?.rebuild()?)
    }
}
