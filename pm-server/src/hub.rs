//! The tenants that connections listen to: opened once, each with one listener for new heads.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use pm_engine::error::OpenError;
use pm_engine::model::{Epoch, TenantId};
use pm_engine::{Engine, HeadListener, Tenant};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::AbortHandle;

use crate::limits;
use crate::presence::Room;
use crate::ws::last_batch::LastBatch;

/// A tenant that somebody is connected to.
#[derive(Debug)]
pub(crate) struct LiveTenant {
    pub(crate) tenant: Tenant,
    pub(crate) epoch: Epoch,
    /// How many more of its queries may run now.
    pub(crate) query_turns: Arc<Semaphore>,
    pub(crate) last_batch: Arc<LastBatch>,
    pub(crate) room: Arc<Room>,
    /// How many more HTTP requests may be about it now.
    pub(crate) http_places: Arc<Semaphore>,
    /// How many more streams of commands may bring it some now.
    pub(crate) http_loads: Arc<Semaphore>,
    head: watch::Receiver<i64>,
    forward: AbortHandle,
    _listener: HeadListener,
}

impl LiveTenant {
    /// Tells of new heads; several commits may be told as one.
    pub(crate) fn heads(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }
}

impl Drop for LiveTenant {
    fn drop(&mut self) {
        self.forward.abort();
    }
}

/// All tenants that somebody is connected to. One nobody listens to any more is let go, so that the engine may close
/// its file.
#[derive(Debug)]
pub(crate) struct Hub {
    engine: Engine,
    create: bool,
    live: Mutex<HashMap<TenantId, Weak<LiveTenant>>>,
}

impl Hub {
    pub(crate) fn new(engine: Engine, create: bool) -> Self {
        Self { engine, create, live: Mutex::default() }
    }

    fn live(&self) -> MutexGuard<'_, HashMap<TenantId, Weak<LiveTenant>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tenant, opened where it is not; made where that is allowed.
    pub(crate) async fn attach(&self, id: &TenantId) -> Result<Arc<LiveTenant>, OpenError> {
        if let Some(live) = self.live().get(id).and_then(Weak::upgrade) {
            return Ok(live);
        }
        let (engine, create, name) = (self.engine.clone(), self.create, id.clone());
        // Opening reads the disk and may migrate the file.
        let opened = tokio::task::spawn_blocking(move || open(&engine, create, &name)).await;
        let (tenant, epoch, signal, listener) = opened.map_err(|_| OpenError::Closed)??;
        let mut all = self.live();
        if let Some(live) = all.get(id).and_then(Weak::upgrade) {
            return Ok(live);
        }
        let (sender, head) = watch::channel(signal.head.load(Ordering::Relaxed));
        let forward = tokio::spawn(signal.forward(sender)).abort_handle();
        let live = Arc::new(LiveTenant {
            tenant,
            epoch,
            query_turns: Arc::new(Semaphore::new(limits::TENANT_QUERIES_MAX)),
            last_batch: Arc::default(),
            room: Arc::default(),
            http_places: Arc::new(Semaphore::new(limits::HTTP_TENANT_REQUESTS_MAX)),
            http_loads: Arc::new(Semaphore::new(limits::HTTP_TENANT_LOADS_MAX)),
            head,
            forward,
            _listener: listener,
        });
        all.retain(|_, known| known.strong_count() > 0);
        all.insert(id.clone(), Arc::downgrade(&live));
        Ok(live)
    }

    /// Forgets a tenant whose stream has ended, so that the next connection opens it anew.
    pub(crate) fn forget(&self, ended: &Arc<LiveTenant>) {
        let mut all = self.live();
        if all.get(ended.tenant.id()).is_some_and(|known| known.ptr_eq(&Arc::downgrade(ended))) {
            all.remove(ended.tenant.id());
        }
    }
}

type Opened = (Tenant, Epoch, Arc<Signal>, HeadListener);

fn open(engine: &Engine, create: bool, id: &TenantId) -> Result<Opened, OpenError> {
    let tenant = if create { engine.tenant_or_create(id.as_str()) } else { engine.tenant(id.as_str()) }?;
    let signal = Arc::new(Signal::default());
    let heard = Heard(Arc::clone(&signal));
    let listener = tenant.on_head(move |head| heard.0.raise(head)).map_err(OpenError::Storage)?;
    let epoch = tenant.epoch().map_err(OpenError::Storage)?;
    signal.head.fetch_max(tenant.head().map_err(OpenError::Storage)?, Ordering::Relaxed);
    Ok((tenant, epoch, signal, listener))
}

/// Between the thread that commits, which must not wake a thousand connections itself, and a task that does.
#[derive(Debug, Default)]
struct Signal {
    head: AtomicI64,
    raised: Notify,
}

/// Kept by the tenant as long as it can have new heads.
struct Heard(Arc<Signal>);

impl Drop for Heard {
    /// The tenant was closed, by a restore for one: who waits for a new head looks, and finds that there will be none.
    fn drop(&mut self) {
        self.0.raised.notify_one();
    }
}

impl Signal {
    fn raise(&self, head: i64) {
        self.head.fetch_max(head, Ordering::Relaxed);
        self.raised.notify_one();
    }

    async fn forward(self: Arc<Self>, heads: watch::Sender<i64>) {
        loop {
            self.raised.notified().await;
            heads.send_replace(self.head.load(Ordering::Relaxed));
        }
    }
}
