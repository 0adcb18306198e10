//! The secret that signs tokens, in a file of the data folder that only its owner may read, and the other keys.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::auth::{KeyError, KeyFault, Keys};
use crate::cli::CliError;
use crate::config::AuthConfig;

/// Name of the file.
pub(crate) const SECRET_FILE: &str = "secret";

/// The keys that the settings name; the secret of the data folder where they name none.
pub(crate) fn open(data: &Path, auth: &AuthConfig) -> Result<Keys, CliError> {
    Keys::open(auth, data.join(SECRET_FILE)).map_err(|error| CliError::new(error.to_string(), hint(&error)))
}

/// The same; the secret of the data folder is made where it is needed and absent.
pub(crate) fn open_or_make(data: &Path, auth: &AuthConfig) -> Result<Keys, CliError> {
    if auth.accept_secret && auth.secret.is_none() && auth.secret_file.is_none() {
        make(data)?;
    }
    open(data, auth)
}

fn hint(error: &KeyError) -> &'static str {
    match error {
        KeyError::Unreadable { error, .. } if error.kind() == ErrorKind::NotFound => {
            "start `pm-server serve` once, name the right folder with --data DIR, or correct the settings below `auth`"
        }
        KeyError::Unreadable { .. } => "see that the file is readable for this user",
        KeyError::File { fault: KeyFault::ShortSecret, .. } => {
            "put at least 32 random characters into it, or remove it to have one made (old tokens end with it)"
        }
        KeyError::File { fault: KeyFault::Private, .. } => "keep the private key where tokens are signed",
        _ => "docs/tokens.md shows how keys are set up",
    }
}

/// Makes the secret where there is none.
fn make(data: &Path) -> Result<(), CliError> {
    let path = data.join(SECRET_FILE);
    let failed = |error: std::io::Error| {
        CliError::new(
            format!("cannot write {}: {error}", path.display()),
            "see that the data folder is writable, or name another with --data",
        )
    };
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| failed(std::io::Error::other(error.to_string())))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Ok(mut file) => {
            file.write_all(format!("{text}\n").as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
        }
        // There is one, or another process was first: its secret counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error)),
    }
}
