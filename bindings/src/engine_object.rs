//! The engine as a host holds it.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use std::path::Path;
use std::sync::Arc;

use pm_engine::EngineConfig;

use crate::clock::ManualClock;
use crate::delivery::Deliveries;
use crate::engine::Durability;
use crate::error::PmError;
use crate::limits::WORKERS_MAX;
use crate::owned::Owned;
use crate::tenant::Tenant;

/// How an engine is opened.
#[derive(Clone, Debug, uniffi::Record)]
pub struct EngineOptions {
    /// Folder that holds one folder per tenant; made where it is absent.
    pub root: String,
    /// Threads that commit, shared by all tenants, at most 64; 4 where not said. With 0 a command is committed on the
    /// thread that sends it.
    #[uniffi(default = 4)]
    pub workers: u32,
    /// When an acknowledged command is safe; `full` where not said.
    #[uniffi(default = None)]
    pub durability: Option<Durability>,
    /// Tenants kept open at once; past it the one idle for longest is closed.
    #[uniffi(default = 256)]
    pub tenants_open_max: u32,
}

/// All tenants under one folder. Shut it down when done: that ends every listener and waits for what is on its way.
#[derive(Debug, uniffi::Object)]
pub struct Engine {
    inner: Owned<pm_engine::Engine>,
    deliveries: Arc<Deliveries>,
}

#[uniffi::export]
impl Engine {
    /// Starts an engine. Tenants open when they are first used.
    ///
    /// # Errors
    /// `invalid` for too many workers, `storage` when the folder cannot be made.
    #[uniffi::constructor(default(clock = None))]
    pub fn open(options: EngineOptions, clock: Option<Arc<ManualClock>>) -> Result<Arc<Self>, PmError> {
        if options.workers > WORKERS_MAX {
            let most = i64::from(WORKERS_MAX);
            return Err(PmError::too_large("workers", most, format!("at most {most} workers")));
        }
        let mut config = EngineConfig::new(options.root);
        config.workers = options.workers as usize;
        config.durability = options.durability.unwrap_or_default();
        config.tenants_open_max = options.tenants_open_max as usize;
        if let Some(clock) = clock {
            config.clock = Arc::<pm_engine::ManualClock>::clone(&clock.inner);
        }
        let inner = Owned::new(pm_engine::Engine::open(config)?);
        Ok(Arc::new(Self { inner, deliveries: Arc::default() }))
    }

    /// Makes a new tenant.
    ///
    /// # Errors
    /// `already_exists`, and what `tenant` gives.
    pub fn create_tenant(&self, id: String) -> Result<Arc<Tenant>, PmError> {
        let tenant = self.inner.get()?.create_tenant(&id)?;
        Ok(self.hand_out(tenant))
    }

    /// A tenant that exists.
    ///
    /// # Errors
    /// `invalid` for a malformed id, `not_found`, `locked` by another process, `newer`, `corrupt`, `storage`, `closed`.
    pub fn tenant(&self, id: String) -> Result<Arc<Tenant>, PmError> {
        let tenant = self.inner.get()?.tenant(&id)?;
        Ok(self.hand_out(tenant))
    }

    /// A tenant, made where it does not exist.
    ///
    /// # Errors
    /// As `tenant`.
    pub fn tenant_or_create(&self, id: String) -> Result<Arc<Tenant>, PmError> {
        let tenant = self.inner.get()?.tenant_or_create(&id)?;
        Ok(self.hand_out(tenant))
    }

    /// The ids of all tenants in the folder, sorted.
    ///
    /// # Errors
    /// `storage` when the folder cannot be read.
    pub fn tenants(&self) -> Result<Vec<String>, PmError> {
        let ids = self.inner.get()?.tenants()?;
        Ok(ids.into_iter().map(String::from).collect())
    }

    /// How many tenants are open at the moment.
    ///
    /// # Errors
    /// `forked` in a forked child.
    pub fn tenants_open(&self) -> Result<i64, PmError> {
        Ok(i64::try_from(self.inner.get()?.tenants_open()).unwrap_or(i64::MAX))
    }

    /// Puts a backup in the place of a tenant, which is made where it does not exist. It gets a new epoch, so that
    /// clients take a snapshot instead of going on in a history that is no longer this one's.
    ///
    /// # Errors
    /// `locked` by another process; `not_found` or `corrupt` for the backup. The tenant is as before then.
    pub fn restore(&self, tenant: String, from: String) -> Result<Arc<Tenant>, PmError> {
        let tenant = self.inner.get()?.restore(&tenant, Path::new(&from))?;
        Ok(self.hand_out(tenant))
    }

    /// Ends every listener, finishes what waits, closes every tenant and ends the worker threads. What is asked for
    /// later is answered with `closed`. A listener that hangs is left behind after two seconds.
    ///
    /// # Errors
    /// `forked` in a forked child.
    pub fn shutdown(&self) -> Result<(), PmError> {
        let engine = self.inner.get()?;
        self.deliveries.close();
        engine.close();
        Ok(())
    }
}

impl Engine {
    fn hand_out(&self, tenant: pm_engine::Tenant) -> Arc<Tenant> {
        Arc::new(Tenant::new(tenant, Arc::clone(&self.deliveries)))
    }
}
