//! Whether the server lives, and whether it is ready: whether a command sent now could be committed. Anybody may ask, so
//! the answer is cheap, holds for a second, and tells nothing but a word.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pm_engine::error::FailureKind;
use tokio::sync::watch;

use crate::limits;

/// File in the folder of the tenants that is written to see whether it can be. No tenant has such a name.
const PROBE_FILE: &str = ".ready-probe";

/// How commits have gone of late.
#[derive(Debug, Default)]
pub(crate) struct Commits {
    /// When one failed since the last that succeeded.
    failed: Mutex<Option<Instant>>,
    /// Whether there is such an instant; looked at for each commit, and so without the lock.
    is_failing: AtomicBool,
}

impl Commits {
    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn succeeded(&self) {
        if self.is_failing.swap(false, Ordering::Relaxed) {
            *self.lock() = None;
        }
    }

    /// Only what the disk or a bug is to blame for counts: a full queue is no reason to send clients elsewhere.
    pub(crate) fn failed(&self, kind: FailureKind) {
        if matches!(kind, FailureKind::Storage | FailureKind::Internal) {
            *self.lock() = Some(Instant::now());
            self.is_failing.store(true, Ordering::Relaxed);
        }
    }

    fn are_failing(&self) -> bool {
        self.lock().is_some_and(|failed| failed.elapsed() < limits::COMMIT_FAILURE_COUNTS)
    }
}

/// Why a server is not ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NotReady {
    /// It stops.
    Stopping,
    /// The data folder cannot be written, or not in time.
    Storage,
    /// The last commits failed.
    Commits,
}

/// Answers whether the server is ready.
#[derive(Debug)]
pub(crate) struct Health {
    folder: PathBuf,
    commits: Arc<Commits>,
    stopping: watch::Receiver<bool>,
    /// What the last look at the folder found, and when.
    looked: Arc<tokio::sync::Mutex<Option<(Instant, bool)>>>,
    /// A look that has not come back yet: a stuck disk must not take a thread for each time somebody asks.
    is_looking: Arc<AtomicBool>,
}

impl Health {
    pub(crate) fn new(folder: PathBuf, commits: Arc<Commits>, stopping: watch::Receiver<bool>) -> Self {
        Self { folder, commits, stopping, looked: Arc::default(), is_looking: Arc::default() }
    }

    /// Why the server is not ready; `None` where it is.
    pub(crate) async fn not_ready(&self) -> Option<NotReady> {
        if *self.stopping.borrow() {
            return Some(NotReady::Stopping);
        }
        if self.commits.are_failing() {
            return Some(NotReady::Commits);
        }
        (!self.can_write().await).then_some(NotReady::Storage)
    }

    /// Whoever comes while somebody looks waits for what that one finds.
    async fn can_write(&self) -> bool {
        let mut looked = Arc::clone(&self.looked).lock_owned().await;
        if let Some((when, found)) = *looked
            && when.elapsed() < limits::READY_CACHED
        {
            return found;
        }
        let (folder, is_looking) = (self.folder.clone(), Arc::clone(&self.is_looking));
        // It goes on when who asked has left: the next one is to hear what it found, not that it is under way.
        let look = tokio::spawn(async move {
            let found = look(folder, is_looking).await;
            *looked = Some((Instant::now(), found));
            found
        });
        look.await.unwrap_or(false)
    }
}

async fn look(folder: PathBuf, is_looking: Arc<AtomicBool>) -> bool {
    if is_looking.swap(true, Ordering::Acquire) {
        return false;
    }
    // A thread of its own: those that read files for connections may all be busy.
    let (done, found) = tokio::sync::oneshot::channel();
    let (place, ends) = (folder.clone(), Arc::clone(&is_looking));
    let look = std::thread::Builder::new().name("pm-probe".to_owned()).spawn(move || {
        let probed = probe(&place);
        ends.store(false, Ordering::Release);
        let _ = done.send(probed);
    });
    if look.is_err() {
        is_looking.store(false, Ordering::Release);
        return false;
    }
    match tokio::time::timeout(limits::PROBE_WITHIN, found).await {
        Ok(Ok(Ok(()))) => true,
        Ok(Ok(Err(error))) => {
            tracing::error!(%error, folder = %folder.display(), "the data folder cannot be written");
            false
        }
        Ok(Err(_)) | Err(_) => {
            tracing::error!(folder = %folder.display(), "the data folder cannot be written in time");
            false
        }
    }
}

/// What a commit needs of a disk: room, leave to write, and an fsync that comes back.
fn probe(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(PROBE_FILE);
    let mut file = std::fs::File::create(&path)?;
    file.write_all(&[0; limits::PROBE_BYTES])?;
    file.sync_all()?;
    drop(file);
    std::fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use googletest::prelude::*;

    use super::*;

    fn health(folder: &Path) -> (Health, Arc<Commits>, watch::Sender<bool>) {
        let commits = Arc::<Commits>::default();
        let (stop, stopping) = watch::channel(false);
        (Health::new(folder.to_owned(), Arc::clone(&commits), stopping), commits, stop)
    }

    #[gtest]
    #[tokio::test]
    async fn given_a_folder_when_it_can_be_written_then_ready_and_nothing_is_left_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let (health, _, stop) = health(folder.path());
        expect_that!(health.not_ready().await, none());
        expect_that!(std::fs::read_dir(folder.path()).unwrap().count(), eq(0));
        stop.send_replace(true);
        expect_that!(health.not_ready().await, some(eq(NotReady::Stopping)));
    }

    #[gtest]
    #[tokio::test]
    async fn given_a_folder_that_goes_away_when_asked_often_then_it_is_looked_at_once_a_second() {
        let folder = tempfile::tempdir().unwrap();
        let (health, ..) = health(folder.path());
        expect_that!(health.not_ready().await, none());
        let found = health.looked.lock().await.unwrap();
        folder.close().unwrap();
        expect_that!(health.not_ready().await, none());
        expect_that!(*health.looked.lock().await, some(eq(found)));
        // As if a second had passed.
        *health.looked.lock().await = None;
        expect_that!(health.not_ready().await, some(eq(NotReady::Storage)));
    }

    #[gtest]
    #[tokio::test]
    async fn given_a_look_that_does_not_come_back_when_asked_again_then_no_second_one_begins() {
        let folder = tempfile::tempdir().unwrap();
        let (health, ..) = health(folder.path());
        health.is_looking.store(true, Ordering::Relaxed);
        expect_that!(health.not_ready().await, some(eq(NotReady::Storage)));
        expect_that!(std::fs::read_dir(folder.path()).unwrap().count(), eq(0));
    }

    #[gtest]
    #[tokio::test]
    async fn given_one_who_leaves_before_the_disk_has_answered_when_another_asks_then_he_hears_what_it_says()
    {
        let folder = tempfile::tempdir().unwrap();
        let (health, ..) = health(folder.path());
        for _ in 0..20 {
            let mut asks = Box::pin(health.not_ready());
            let asked = std::future::poll_fn(|context| Poll::Ready(asks.as_mut().poll(context).is_pending()));
            expect_that!(asked.await, eq(true));
            drop(asks);
            expect_that!(health.not_ready().await, none());
            // As if a second had passed.
            *health.looked.lock().await = None;
        }
    }

    #[gtest]
    #[tokio::test]
    async fn given_commits_that_fail_when_one_succeeds_then_ready_again() {
        let folder = tempfile::tempdir().unwrap();
        let (health, commits, _stop) = health(folder.path());
        commits.failed(FailureKind::Busy);
        expect_that!(health.not_ready().await, none());
        commits.failed(FailureKind::Storage);
        expect_that!(health.not_ready().await, some(eq(NotReady::Commits)));
        commits.succeeded();
        expect_that!(health.not_ready().await, none());
    }
}
