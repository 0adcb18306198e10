//! The secret that signs tokens, in a file of the data folder that only its owner may read.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::auth::Keys;
use crate::cli::CliError;

/// Name of the file.
pub(crate) const SECRET_FILE: &str = "secret";

/// The keys of a data folder; `None` where there is no secret yet.
pub(crate) fn read(data: &Path) -> Result<Option<Keys>, CliError> {
    let path = data.join(SECRET_FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let hint = "see that the file is readable for this user";
            return Err(CliError::new(format!("cannot read {}: {error}", path.display()), hint));
        }
    };
    let keys = Keys::new(text.trim().as_bytes()).map_err(|_| {
        CliError::new(
            format!("the secret in {} is too short", path.display()),
            "put at least 32 random characters into it, or remove it to have one made (old tokens end with it)",
        )
    })?;
    Ok(Some(keys))
}

/// The keys of a data folder; the secret is made where there is none.
pub(crate) fn read_or_make(data: &Path) -> Result<Keys, CliError> {
    if let Some(keys) = read(data)? {
        return Ok(keys);
    }
    make(data)?;
    read(data)?.ok_or_else(|| CliError::new("the secret has gone again", "try once more"))
}

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
        // Another process was first: its secret counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error)),
    }
}
