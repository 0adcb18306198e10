//! How questions get to the file: a snapshot for each, and for those with words the search index, caught up first.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::search_index::SearchIndex;
use crate::clock::Clock;
use crate::error::{Stop, StoreError, StoreErrorKind, StoreResult};
use crate::model::{Epoch, Timestamp};
use crate::store::readers::Readers;

/// How often a search is tried again while the index is being made anew.
const TRIES: usize = 4;

/// What the queries of one open tenant share.
pub(crate) struct Door {
    readers: Arc<Readers>,
    /// How long a question may take.
    within: Duration,
    clock: Arc<dyn Clock>,
    search_path: PathBuf,
    epoch: Epoch,
    /// Opened by the first search: most tenants are opened without one.
    index: Mutex<Option<Arc<SearchIndex>>>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Door {
    pub(crate) fn new(
        readers: Arc<Readers>,
        within: Duration,
        clock: Arc<dyn Clock>,
        search_path: PathBuf,
        epoch: Epoch,
    ) -> Self {
        Self { readers, within, clock, search_path, epoch, index: Mutex::default() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// One question in one snapshot.
    pub(crate) fn read<T>(
        &self,
        question: impl FnOnce(&Connection, i64) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        self.readers.read_within(self.within, |_| Ok(()), question)
    }

    /// One question in one snapshot, with the search index attached and brought up to what was committed when it was
    /// asked. The question is also given that sequence.
    pub(crate) fn search<T>(
        &self,
        mut question: impl FnMut(&Connection, i64, i64) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let index = self.index()?;
        let asked_at = self.readers.read(|_, sequence| Ok(sequence))?;
        let mut tries = 1;
        loop {
            let prepare = |connection: &Connection| {
                index.catch_up(connection, asked_at)?;
                index.attach_to(connection)
            };
            let ask = |connection: &Connection, sequence| question(connection, sequence, asked_at);
            let answer = self.readers.read_within(self.within, prepare, ask);
            match answer {
                Err(Stop::Failed(error)) if tries < TRIES && Self::mends(&index, &error)? => tries += 1,
                other => return other,
            }
        }
    }

    /// Whether trying again may help: the index was thrown away under this search, or must be now.
    fn mends(index: &SearchIndex, error: &StoreError) -> StoreResult<bool> {
        if error.is_corrupt() {
            index.discard()?;
            return Ok(true);
        }
        let busy = Some(rusqlite::ErrorCode::DatabaseBusy);
        Ok(matches!(&error.kind, StoreErrorKind::Sqlite(e) if e.sqlite_error_code() == busy))
    }

    fn index(&self) -> StoreResult<Arc<SearchIndex>> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = index.as_ref() {
            return Ok(Arc::clone(index));
        }
        let opened = Arc::new(SearchIndex::open(&self.search_path, self.epoch)?);
        *index = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// Lets go of the files.
    pub(crate) fn close(&self) {
        self.readers.close();
        *self.index.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
