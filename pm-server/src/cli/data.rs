//! The data folder: the secret, and below `tenants` one folder per tenant.

use std::path::{Path, PathBuf};

use pm_engine::error::OpenError;
use pm_engine::{Engine, Tenant};

use super::CliError;
use crate::ServerConfig;
use crate::auth::Keys;
use crate::config::{AuthConfig, EngineSettings};
use crate::secret;

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
            OpenError::Storage(failure) => format!("the cause: {}", failure.detail()),
            _ => "try again".to_owned(),
        };
        CliError::new(format!("cannot open {tenant}: {error}"), hint)
    }
}
