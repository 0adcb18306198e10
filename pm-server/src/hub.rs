//! The tenants that connections listen to: opened once, each with one listener for new heads.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use pm_engine::error::OpenError;
use pm_engine::model::{Epoch, TenantId};
use pm_engine::{Engine, HeadListener, Tenant};
use tokio::sync::{Notify, OnceCell, Semaphore, watch};
use tokio::task::AbortHandle;

use crate::config::ServerConfig;
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
    signal: Arc<Signal>,
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

/// What came of opening a tenant, for all who waited for it.
type Opening = OnceCell<Result<Arc<LiveTenant>, OpenError>>;

/// All tenants that somebody is connected to. One nobody listens to any more is let go, so that the engine may close
/// its file; one that was closed under those who listen is opened anew for who comes.
#[derive(Debug)]
pub(crate) struct Hub {
    engine: Engine,
    create: bool,
    /// Of one tenant at once: queries, and HTTP requests.
    queries: usize,
    requests: usize,
    live: Mutex<HashMap<TenantId, Weak<LiveTenant>>>,
    opening: Mutex<HashMap<TenantId, Weak<Opening>>>,
    /// How many more tenants may be opened now.
    openings: Arc<Semaphore>,
}

impl Hub {
    pub(crate) fn new(engine: Engine, config: &ServerConfig) -> Self {
        Self {
            engine,
            create: config.tenants.create,
            queries: limits::tenant_queries(config.engine.readers_max),
            requests: limits::tenant_requests(config.http.requests_max),
            live: Mutex::default(),
            opening: Mutex::default(),
            openings: Arc::new(Semaphore::new(limits::openings(config.general.blocking_threads_max))),
        }
    }

    fn live(&self) -> MutexGuard<'_, HashMap<TenantId, Weak<LiveTenant>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, id: &TenantId) -> Option<Arc<LiveTenant>> {
        self.live()
            .get(id)
            .and_then(Weak::upgrade)
            .filter(|live| !live.signal.is_over.load(Ordering::Relaxed))
    }

    /// The tenant, opened where it is not; made where that is allowed.
    pub(crate) async fn attach(&self, id: &TenantId) -> Result<Arc<LiveTenant>, OpenError> {
        if let Some(live) = self.known(id) {
            return Ok(live);
        }
        self.opening(id).get_or_init(|| self.open(id)).await.clone()
    }

    /// Many come for a tenant at once, after a restart for one, and its file may take long to migrate: one of them
    /// opens it, and the others wait without keeping a thread from other tenants.
    fn opening(&self, id: &TenantId) -> Arc<Opening> {
        let mut all = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opening) = all.get(id).and_then(Weak::upgrade) {
            return opening;
        }
        all.retain(|_, known| known.strong_count() > 0);
        let opening = Arc::new(Opening::new());
        all.insert(id.clone(), Arc::downgrade(&opening));
        opening
    }

    async fn open(&self, id: &TenantId) -> Result<Arc<LiveTenant>, OpenError> {
        // Somebody may have opened it between the look and the turn.
        if let Some(live) = self.known(id) {
            return Ok(live);
        }
        let opening = Arc::clone(&self.openings).acquire_owned().await.map_err(|_| OpenError::Closed)?;
        let (engine, create, name) = (self.engine.clone(), self.create, id.clone());
        // Opening reads the disk and may migrate the file.
        let opened = tokio::task::spawn_blocking(move || {
            let _opening = opening;
            open(&engine, create, &name)
        });
        let (tenant, epoch, signal, listener) = opened.await.map_err(|_| OpenError::Closed)??;
        let (sender, head) = watch::channel(signal.head.load(Ordering::Relaxed));
        let forward = tokio::spawn(Arc::clone(&signal).forward(sender)).abort_handle();
        let live = Arc::new(LiveTenant {
            tenant,
            epoch,
            query_turns: Arc::new(Semaphore::new(self.queries)),
            last_batch: Arc::default(),
            room: Arc::default(),
            http_places: Arc::new(Semaphore::new(self.requests)),
            http_loads: Arc::new(Semaphore::new(limits::HTTP_TENANT_LOADS_MAX)),
            head,
            signal,
            forward,
            _listener: listener,
        });
        let mut all = self.live();
        all.retain(|_, known| known.strong_count() > 0);
        all.insert(id.clone(), Arc::downgrade(&live));
        Ok(live)
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
    /// There will be no new heads.
    is_over: AtomicBool,
}

/// Kept by the tenant as long as it can have new heads.
struct Heard(Arc<Signal>);

impl Drop for Heard {
    /// The tenant was closed, by a restore for one: who waits for a new head looks, and finds that there will be none.
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use pm_engine::EngineConfig;

    use super::*;

    const THREADS: usize = 8;

    fn id(tenant: &str) -> TenantId {
        TenantId::new(tenant).unwrap()
    }

    fn hub(folder: &tempfile::TempDir) -> Arc<Hub> {
        let engine = Engine::open(EngineConfig::new(folder.path())).unwrap();
        for tenant in ["acme", "beta"] {
            engine.create_tenant(tenant).unwrap();
        }
        engine.close();
        let engine = Engine::open(EngineConfig::new(folder.path())).unwrap();
        let mut config = ServerConfig::default();
        config.general.blocking_threads_max(THREADS);
        Arc::new(Hub::new(engine, &config))
    }

    #[gtest]
    fn given_many_who_wait_for_a_tenant_that_opens_slowly_when_another_is_asked_for_then_it_is_there_first() {
        let folder = tempfile::tempdir().unwrap();
        let hub = hub(&folder);
        // A file that somebody else keeps for himself is waited for, as is one that is being migrated.
        let holder = rusqlite::Connection::open(folder.path().join("acme/tenant.db")).unwrap();
        holder.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
        holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let threads = tokio::runtime::Builder::new_current_thread();
        let runtime = { threads }.enable_all().max_blocking_threads(THREADS).build().unwrap();
        runtime.block_on(async {
            let mut waiting = tokio::task::JoinSet::new();
            for _ in 0..2 * THREADS {
                let hub = Arc::clone(&hub);
                waiting.spawn(async move { hub.attach(&id("acme")).await });
            }
            tokio::task::yield_now().await;
            expect_that!(hub.attach(&id("beta")).await.is_ok(), eq(true));
            expect_that!(waiting.try_join_next().is_none(), eq(true));
            drop(holder);
            let first = waiting.join_next().await.unwrap().unwrap().unwrap();
            while let Some(live) = waiting.join_next().await {
                expect_that!(Arc::ptr_eq(&first, &live.unwrap().unwrap()), eq(true));
            }
        });
    }

    #[gtest]
    #[tokio::test]
    async fn given_a_tenant_that_does_not_exist_when_it_is_asked_for_then_nothing_is_left_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let hub = hub(&folder);
        expect_that!(hub.attach(&id("nobody")).await, err(anything()));
        drop(hub.attach(&id("acme")).await.unwrap());
        drop(hub.attach(&id("beta")).await.unwrap());
        expect_that!(hub.opening.lock().unwrap().len(), le(1));
        expect_that!(hub.live().len(), le(1));
    }

    #[gtest]
    #[tokio::test]
    async fn given_a_tenant_that_was_restored_when_another_comes_then_he_has_the_new_history() {
        let folder = tempfile::tempdir().unwrap();
        let hub = hub(&folder);
        let before = hub.attach(&id("acme")).await.unwrap();
        expect_that!(Arc::ptr_eq(&before, &hub.attach(&id("acme")).await.unwrap()), eq(true));
        let copy = folder.path().join("copy.db");
        pm_engine::backup(folder.path(), "acme", &copy).unwrap();
        hub.engine.restore("acme", &copy).unwrap();
        let after = hub.attach(&id("acme")).await.unwrap();
        expect_that!(after.epoch, eq(after.tenant.epoch().unwrap()));
        expect_that!(after.epoch, not(eq(before.epoch)));
    }
}
