//! The lock that keeps a second writing process out of a tenant's folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::{OpenError, StoreError};

const LOCK_FILE: &str = "lock";

/// Held while the tenant is open for writing; the operating system frees it when the process ends, however.
#[derive(Debug)]
pub(crate) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Takes the lock, or says who holds it.
    pub(crate) fn take(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(StoreError::from)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::Locked { holder: holder(&mut file) }),
            Err(TryLockError::Error(error)) => return Err(StoreError::from(error).into()),
        }
        let name = format!("process {}", std::process::id());
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(name.as_bytes()))
            .map_err(StoreError::from)?;
        Ok(Self { _file: file })
    }

    /// Removes the file it stands on, for whoever holds it and removes the folder. Who has the file open already is
    /// refused as before; who comes later makes a new one.
    pub(crate) fn remove(folder: &Path) {
        let _ = std::fs::remove_file(folder.join(LOCK_FILE));
    }
}

fn holder(file: &mut File) -> String {
    let mut name = String::new();
    let read = file.take(200).read_to_string(&mut name);
    if read.is_ok() && !name.trim().is_empty() {
        name.trim().to_owned()
    } else {
        "another process".to_owned()
    }
}
