//! The data folder: the secret, and below `tenants` one folder per tenant.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use pm_engine::error::OpenError;
use pm_engine::{Engine, Tenant};

use super::CliError;
use crate::ServerConfig;
use crate::auth::Keys;
use crate::config::{AuthConfig, EngineSettings};
use crate::secret;

/// Name of the file that a server locks for as long as it serves the folder.
const SERVING_FILE: &str = "serving";

/// A data folder.
#[derive(Debug)]
pub(crate) struct Data {
    path: PathBuf,
    engine: EngineSettings,
    auth: AuthConfig,
}

impl Data {
    pub(crate) fn new(config: &ServerConfig) -> Self {
        let (engine, auth) = (config.engine.clone(), config.auth.clone());
        Self { path: config.general.data.clone(), engine, auth }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Folder of the tenants.
    pub(crate) fn tenants(&self) -> PathBuf {
        self.path.join("tenants")
    }

    /// Whether a tenant of this name has a file here.
    pub(crate) fn has_tenant(&self, tenant: &str) -> bool {
        self.tenants().join(tenant).join("tenant.db").exists()
    }

    /// Makes the folder where it is absent, readable for its owner only.
    pub(crate) fn make(&self) -> Result<(), CliError> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path).map_err(|error| {
            CliError::new(
                format!("cannot make the data folder {}: {error}", self.path.display()),
                "name one that can be written with --data DIR",
            )
        })
    }

    /// Keeps a second server off the folder until the file is dropped: each would be refused the tenants that the
    /// other has open. The operating system frees the lock when the process ends, however it ends.
    pub(crate) fn serve_alone(&self) -> Result<File, CliError> {
        let path = self.path.join(SERVING_FILE);
        let failed = |error: std::io::Error| {
            let what = format!("cannot lock {}: {error}", path.display());
            CliError::new(what, "the data folder must be writable and on a local disk")
        };
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who it is only helps: that it is held is known already.
                let _ = (&file).take(64).read_to_string(&mut holder);
                let what = format!("{} is served already, by process {}", self.path.display(), holder.trim());
                return Err(CliError::new(what, "stop that server, or name another folder with --data DIR"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
        Ok(file)
    }

    /// How to call this program so that it works on this folder.
    pub(crate) fn program(&self) -> String {
        if self.path == crate::config::GeneralConfig::default().data {
            "pm-server".to_owned()
        } else {
            format!("pm-server --data {}", self.path.display())
        }
    }

    /// The keys of a folder that has been served before.
    pub(crate) fn keys(&self) -> Result<Keys, CliError> {
        secret::open(&self.path, &self.auth)
    }

    /// The same; the secret is made where it is needed and absent.
    pub(crate) fn keys_or_make(&self) -> Result<Keys, CliError> {
        secret::open_or_make(&self.path, &self.auth)
    }

    /// An engine over the tenants.
    pub(crate) fn engine(&self) -> Result<Engine, CliError> {
        self.make()?;
        Engine::open(self.engine.over(self.tenants())).map_err(|error| self.explain("the tenants", &error))
    }

    /// A tenant for a subcommand that writes to it.
    pub(crate) fn tenant_or_create(&self, engine: &Engine, id: &str) -> Result<Tenant, CliError> {
        engine.tenant_or_create(id).map_err(|error| self.explain(id, &error))
    }

    /// An error of opening, for the person at the terminal, who may know paths.
    pub(crate) fn explain(&self, tenant: &str, error: &OpenError) -> CliError {
        let hint = match error {
            OpenError::InvalidName => {
                "a tenant's name is 1-63 lower-case letters, digits, '_' and '-', such as `main`".to_owned()
            }
            OpenError::NotFound => format!("`ls {}` shows those there are", self.tenants().display()),
            OpenError::Locked { .. } => "is a server running? stop it first, then try again".to_owned(),
            OpenError::AlreadyExists => "choose another name".to_owned(),
            OpenError::Newer { .. } => "use the newest pm-server".to_owned(),
            OpenError::Corrupt { detail } => format!("found: {detail}"),
            OpenError::Storage(failure) => format!("the cause: {}", failure.cause()),
            _ => "try again".to_owned(),
        };
        CliError::new(format!("cannot open {tenant}: {error}"), hint)
    }
}
