//! Where keys come from: a secret, and files of public keys.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use jsonwebtoken::EncodingKey;

use super::key::{Key, KeyFault};
use super::key_set::{self, KeySet};
use crate::config::AuthConfig;
use crate::limits;

/// Why a server has no keys. The text names files: it is for whoever set the server up, and for the log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A file cannot be read.
    #[error("cannot read {}: {error}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: {fault}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// The secret is no good.
    #[error("{0}")]
    Secret(KeyFault),
    /// A setting is no good.
    #[error("the setting {setting} {why}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Source {
    /// A secret that was given.
    Given(Vec<u8>),
    /// A file that holds a secret.
    Secret(PathBuf),
    /// A PEM file.
    Public(PathBuf),
    /// A JSON Web Key Set.
    Set(PathBuf),
}

/// Where keys come from.
pub(super) struct Sources(Vec<Source>);

/// What the sources held when they were read, in their order.
pub(super) type Contents = Vec<Vec<u8>>;

impl Sources {
    pub(super) fn secret(secret: &[u8]) -> Self {
        Self(vec![Source::Given(secret.to_vec())])
    }

    pub(super) fn new(config: &AuthConfig, secret_file: PathBuf) -> Result<Self, KeyError> {
        let wrong = |setting, why: &str| Err(KeyError::Setting { setting, why: why.to_owned() });
        if config.public_keys.len() > limits::PUBLIC_KEYS_MAX {
            return wrong("auth.public_keys", "names too many files: use a key set");
        }
        let mut sources = Vec::new();
        match &config.secret {
            _ if !config.accept_secret => {}
            Some(secret) => sources.push(Source::Given(secret.expose().as_bytes().to_vec())),
            None => sources.push(Source::Secret(secret_file)),
        }
        let secrets = sources.len();
        sources.extend(config.public_keys.iter().cloned().map(Source::Public));
        sources.extend(config.key_set.iter().cloned().map(Source::Set));
        if sources.is_empty() {
            return wrong("auth.accept_secret", "is off, and there is no public key either");
        }
        if sources.len() > secrets && config.audiences.is_empty() {
            return wrong(
                "auth.audiences",
                "is empty: a provider signs tokens for other programs too, and with its keys they would be good here",
            );
        }
        Ok(Self(sources))
    }

    /// Whether there is anything that may change.
    pub(super) fn has_files(&self) -> bool {
        self.0.iter().any(|source| !matches!(source, Source::Given(_)))
    }

    /// Reads all of them.
    pub(super) fn read(&self) -> Result<Contents, KeyError> {
        self.0
            .iter()
            .map(|source| match source {
                Source::Given(secret) => Ok(secret.clone()),
                Source::Secret(file) | Source::Public(file) | Source::Set(file) => read(file),
            })
            .collect()
    }

    /// The keys in what was read.
    pub(super) fn keys(&self, contents: &Contents) -> Result<KeySet, KeyError> {
        let mut set = KeySet::default();
        for (source, bytes) in self.0.iter().zip(contents) {
            match source {
                Source::Given(_) => secret(&mut set, bytes).map_err(KeyError::Secret)?,
                Source::Secret(file) => secret(&mut set, bytes.trim_ascii()).map_err(in_file(file))?,
                Source::Public(file) => {
                    Key::pem(bytes).and_then(|key| set.add(key)).map_err(in_file(file))?;
                }
                Source::Set(file) => {
                    let keys = key_set::read(bytes).map_err(in_file(file))?;
                    keys.into_iter().try_for_each(|key| set.add(key)).map_err(in_file(file))?;
                }
            }
        }
        Ok(set)
    }
}

fn in_file(file: &Path) -> impl Fn(KeyFault) -> KeyError {
    move |fault| KeyError::File { file: file.to_owned(), fault }
}

fn secret(set: &mut KeySet, secret: &[u8]) -> Result<(), KeyFault> {
    set.add(Key::secret(secret)?)?;
    set.signing = Some(EncodingKey::from_secret(secret));
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    let unreadable = |error| KeyError::Unreadable { file: path.to_owned(), error };
    // A pipe would be waited for.
    let is_file = std::fs::metadata(path).map_err(unreadable)?.is_file();
    let most = limits::KEY_FILE_BYTES_MAX;
    let mut bytes = Vec::new();
    if is_file {
        let file = File::open(path).map_err(unreadable)?;
        file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if !is_file || bytes.len() > most {
        return Err(in_file(path)(KeyFault::TooLarge));
    }
    Ok(bytes)
}
