//! The engine: the tenants of one folder, opened on first use, closed when idle.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::EngineConfig;
use crate::error::{OpenError, StoreError};
use crate::handle::Tenant;
use crate::model::TenantId;
use crate::observe::{Observer, Observers, Statistics};
use crate::store::copy;
use crate::tenant::{DirectoryLock, Schedule, TenantCore, Workers};

/// All tenants under one folder. Cheap to clone; the last clone that is dropped closes everything.
#[derive(Clone, Debug)]
pub struct Engine(Arc<EngineInner>);

#[derive(Debug)]
pub(crate) struct EngineInner {
    config: EngineConfig,
    observers: Arc<Observers>,
    schedule: Option<Schedule>,
    workers: Mutex<Option<Workers>>,
    slots: Mutex<HashMap<TenantId, Arc<Slot>>>,
    /// Counts uses, so that the tenant idle for longest is known.
    uses: AtomicU64,
    open: AtomicUsize,
    closed: AtomicBool,
}

/// A tenant that is open, or being opened: others wait for this one only.
#[derive(Debug, Default)]
struct Slot {
    core: Mutex<Option<Arc<TenantCore>>>,
    last_use: AtomicU64,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Option<Arc<TenantCore>>> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Starts an engine over a folder, which is made where it is absent. Tenants open when they are first used.
    ///
    /// # Errors
    /// When the folder cannot be made or a thread cannot be started.
    pub fn open(config: EngineConfig) -> Result<Self, OpenError> {
        std::fs::create_dir_all(&config.root).map_err(StoreError::from)?;
        let workers = Workers::start(config.workers)?;
        let schedule = workers.as_ref().map(Workers::schedule);
        Ok(Self(Arc::new(EngineInner {
            config,
            observers: Arc::default(),
            schedule,
            workers: Mutex::new(workers),
            slots: Mutex::default(),
            uses: AtomicU64::new(0),
            open: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        })))
    }

    /// Makes a new tenant.
    ///
    /// # Errors
    /// [`OpenError::AlreadyExists`] and what [`Engine::tenant`] gives.
    pub fn create_tenant(&self, id: &str) -> Result<Tenant, OpenError> {
        self.attach(id, true)
    }

    /// A tenant that exists.
    ///
    /// # Errors
    /// [`OpenError::InvalidName`], [`OpenError::NotFound`], [`OpenError::Locked`] by another process,
    /// [`OpenError::Newer`], [`OpenError::Corrupt`], [`OpenError::Storage`], [`OpenError::Closed`].
    pub fn tenant(&self, id: &str) -> Result<Tenant, OpenError> {
        self.attach(id, false)
    }

    /// A tenant, made where it does not exist.
    ///
    /// # Errors
    /// As [`Engine::tenant`].
    pub fn tenant_or_create(&self, id: &str) -> Result<Tenant, OpenError> {
        match self.tenant(id) {
            Err(OpenError::NotFound) => match self.create_tenant(id) {
                Err(OpenError::AlreadyExists) => self.tenant(id),
                other => other,
            },
            other => other,
        }
    }

    /// Removes a tenant in which nothing has ever happened, such as one that was made for an import which then failed.
    /// Answers whether it was one; any other stays as it is.
    ///
    /// # Errors
    /// As [`Engine::tenant`].
    pub fn remove_untouched(&self, id: &str) -> Result<bool, OpenError> {
        let id = TenantId::new(id).map_err(|_| OpenError::InvalidName)?;
        self.0.remove_untouched(&id)
    }

    fn attach(&self, id: &str, create: bool) -> Result<Tenant, OpenError> {
        let id = TenantId::new(id).map_err(|_| OpenError::InvalidName)?;
        self.0.core(&id, create)?;
        Ok(Tenant::new(Arc::clone(&self.0), id))
    }

    /// The ids of all tenants in the folder, sorted.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn tenants(&self) -> Result<Vec<TenantId>, OpenError> {
        let mut ids: Vec<TenantId> = Vec::new();
        for entry in std::fs::read_dir(&self.0.config.root).map_err(StoreError::from)? {
            let name = entry.map_err(StoreError::from)?.file_name();
            let id = name.to_str().and_then(|name| TenantId::new(name).ok());
            ids.extend(id.filter(|id| self.0.tenant_file(id).exists()));
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// How many tenants are open at the moment.
    #[must_use]
    pub fn tenants_open(&self) -> usize {
        self.0.open.load(Ordering::Relaxed)
    }

    /// The folder that holds one folder per tenant.
    #[must_use]
    pub fn root(&self) -> &std::path::Path {
        &self.0.config.root
    }

    /// Tells somebody what the engine does, for as long as it lives.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        self.0.observers.add(observer);
    }

    /// What the engine holds at the moment. A tenant that is just being opened or closed is left out.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let slots: Vec<_> = self.0.slots().values().cloned().collect();
        let mut all = Statistics { tenants_open: self.tenants_open(), ..Statistics::default() };
        for slot in slots {
            let Ok(place) = slot.core.try_lock() else { continue };
            if let Some(core) = place.as_ref() {
                let (events, bytes) = core.ring.size();
                all.ring_events += events;
                all.ring_bytes += bytes;
                all.commands_waiting += core.waiting();
            }
        }
        all
    }

    /// Finishes what waits, closes every tenant and ends the worker threads. What is asked for later is answered
    /// with `closed`; streams end.
    pub fn close(&self) {
        self.0.close();
    }

    pub(crate) fn inner(&self) -> &Arc<EngineInner> {
        &self.0
    }
}

impl EngineInner {
    pub(crate) fn config(&self) -> &EngineConfig {
        &self.config
    }

    pub(crate) fn tenant_file(&self, id: &TenantId) -> std::path::PathBuf {
        self.config.root.join(id.as_str()).join(crate::store::open::TENANT_FILE)
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<TenantId, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The open tenant; opened first where it is not.
    pub(crate) fn core(&self, id: &TenantId, create: bool) -> Result<Arc<TenantCore>, OpenError> {
        let slot = Arc::clone(self.slots().entry(id.clone()).or_default());
        slot.last_use.store(self.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        let mut place = slot.lock();
        // Looked at under the slot's lock: closing takes that lock after it has said so.
        if self.closed.load(Ordering::Acquire) {
            return Err(OpenError::Closed);
        }
        if let Some(lost) = place.take_if(|core| core.is_lost()) {
            lost.close();
            self.open.fetch_sub(1, Ordering::Relaxed);
        }
        if let Some(core) = place.as_ref() {
            return if create { Err(OpenError::AlreadyExists) } else { Ok(Arc::clone(core)) };
        }
        let opened = TenantCore::open(&self.config, self.schedule.clone(), &self.observers, id, create);
        let core = match opened {
            Ok(core) => Arc::new(core),
            Err(error) => {
                drop(place);
                self.forget_empty(id, &slot);
                // An engine that closes meanwhile may still hold the lock of this tenant.
                let closed = self.closed.load(Ordering::Acquire);
                return Err(if closed { OpenError::Closed } else { error });
            }
        };
        if self.closed.load(Ordering::Acquire) {
            // The engine closed while the file was opened, and may have passed this slot already.
            core.close();
            return Err(OpenError::Closed);
        }
        *place = Some(Arc::clone(&core));
        self.open.fetch_add(1, Ordering::Relaxed);
        drop(place);
        core.resume_work();
        self.evict_beyond_limit(id);
        Ok(core)
    }

    /// A name that was asked for in vain takes no memory.
    fn forget_empty(&self, id: &TenantId, slot: &Arc<Slot>) {
        let mut slots = self.slots();
        // Ours and the map's: nobody else is opening it now.
        if Arc::strong_count(slot) <= 2 && slot.lock().is_none() {
            slots.remove(id);
        }
    }

    /// Closes the tenants idle for longest until the limit holds or none is idle. The map stays free meanwhile; only
    /// who asks for the tenant that closes waits for it.
    fn evict_beyond_limit(&self, but: &TenantId) {
        while self.open.load(Ordering::Relaxed) > self.config.tenants_open_max.max(1) {
            let oldest = self
                .slots()
                .iter()
                .filter(|(id, slot)| *id != but && slot.is_evictable())
                .min_by_key(|(_, slot)| slot.last_use.load(Ordering::Relaxed))
                .map(|(id, slot)| (id.clone(), Arc::clone(slot)));
            let Some((id, slot)) = oldest else { return };
            let mut place = slot.lock();
            // Somebody may have begun to use it since.
            if let Some(core) = place.take_if(|core| Arc::strong_count(core) == 1 && core.is_idle()) {
                core.close();
                self.open.fetch_sub(1, Ordering::Relaxed);
            }
            drop(place);
            self.forget_empty(&id, &slot);
        }
    }

    /// Runs work on the folder of a tenant that is closed for it and locked; who asks for the tenant waits.
    pub(crate) fn replace(
        &self,
        id: &TenantId,
        work: impl FnOnce(&std::path::Path) -> Result<(), OpenError>,
    ) -> Result<(), OpenError> {
        let slot = Arc::clone(self.slots().entry(id.clone()).or_default());
        let mut place = slot.lock();
        if self.closed.load(Ordering::Acquire) {
            return Err(OpenError::Closed);
        }
        if let Some(core) = place.take() {
            core.close();
            self.open.fetch_sub(1, Ordering::Relaxed);
        }
        let folder = self.config.root.join(id.as_str());
        std::fs::create_dir_all(&folder).map_err(StoreError::from)?;
        let _lock = DirectoryLock::take(&folder)?;
        work(&folder)
    }

    fn remove_untouched(&self, id: &TenantId) -> Result<bool, OpenError> {
        let file = self.tenant_file(id);
        // Looked at before it is closed, too: whoever works in one that stays is not disturbed.
        if !copy::is_untouched(&file)? {
            return Ok(false);
        }
        let mut is_removed = false;
        self.replace(id, |folder| {
            is_removed = copy::is_untouched(&file)?;
            if is_removed {
                copy::remove_with_logs(&folder.join(copy::SEARCH_FILE));
                copy::remove_with_logs(&file);
                DirectoryLock::remove(folder);
                // A folder that somebody keeps something else in may stay.
                let _ = std::fs::remove_dir(folder);
            }
            Ok(())
        })?;
        Ok(is_removed)
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let slots: Vec<_> = self.slots().drain().collect();
        for (_, slot) in slots {
            if let Some(core) = slot.lock().take() {
                core.close();
                self.open.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(workers) = workers {
            workers.join();
        }
    }
}

impl Slot {
    /// Open, used by nobody at the moment, and without listeners.
    fn is_evictable(&self) -> bool {
        self.core.try_lock().is_ok_and(|core| {
            core.as_ref().is_some_and(|core| Arc::strong_count(core) == 1 && core.is_idle())
        })
    }
}

impl Drop for EngineInner {
    fn drop(&mut self) {
        self.close();
    }
}
