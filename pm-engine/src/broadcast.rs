//! Committed events to whoever listens: one bounded ring per tenant, shared, encoded once. A listener is a cursor;
//! one that falls behind reads on from the file. The writer never waits for a listener.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use crate::callback;
use crate::limits;
use crate::model::Action;
use crate::run::{Run, changes_access};
use crate::store::event_log::{StoredEvent, Stretch};

type Listener = Arc<dyn Fn(i64) + Send + Sync>;

/// What the ring has after a cursor.
pub(crate) enum RingRead {
    /// Nothing newer.
    UpToDate,
    /// The next events, in order.
    Events(Arc<Run>),
    /// They have left the ring: read them from the file.
    Behind,
}

#[derive(Default)]
struct State {
    events: VecDeque<Arc<StoredEvent>>,
    bytes: usize,
    events_max: usize,
    bytes_max: usize,
    head: i64,
    /// What was read last, and after which cursor: a thousand who follow read the same.
    read_last: Option<(i64, Arc<Run>)>,
    closed: bool,
    /// Threads that wait for the head to move on: waking nobody costs, too.
    threads: usize,
    /// By waiter, so that one that is polled again takes no second place; see [`Waiter`].
    wakers: HashMap<u64, Waker>,
    listeners: Vec<(u64, Listener)>,
    /// Numbers listeners and waiters.
    next_id: u64,
}

impl State {
    fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}

/// A task's place among those that wait for the head to move on.
#[derive(Debug, Default)]
pub(crate) struct Waiter(Option<u64>);

/// The recent events of one tenant.
#[derive(Default)]
pub(crate) struct Ring {
    state: Mutex<State>,
    grown: Condvar,
    /// Counts the commits that may have changed who sees what. Raised with the lock held.
    access_generation: AtomicU64,
}

impl Ring {
    pub(crate) fn new(head: i64, events_max: usize, bytes_max: usize) -> Self {
        let state = State { head, events_max, bytes_max, ..State::default() };
        Self { state: Mutex::new(state), ..Self::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds committed events and wakes who waits for them. The listeners are told by the answer, which is to be
    /// used once the writer is free again: they are the host's and may ask for anything.
    pub(crate) fn publish(&self, events: Vec<StoredEvent>) -> Announcement {
        if events.is_empty() {
            return Announcement::default();
        }
        let (threads, wakers, announcement) = {
            let mut state = self.lock();
            state.read_last = None;
            for event in events {
                if changes_access(&event) {
                    self.access_generation.fetch_add(1, Ordering::Release);
                }
                state.push(event);
            }
            let announcement = Announcement { head: state.head, listeners: state.listeners.clone() };
            (state.threads, std::mem::take(&mut state.wakers), announcement)
        };
        if threads > 0 {
            self.grown.notify_all();
        }
        wake(wakers);
        announcement
    }

    /// Ends all listening.
    pub(crate) fn close(&self) {
        let (listeners, wakers) = {
            let mut state = self.lock();
            state.closed = true;
            (std::mem::take(&mut state.listeners), std::mem::take(&mut state.wakers))
        };
        // Whatever is the host's is dropped outside the lock: what it holds may come back here.
        drop(listeners);
        self.grown.notify_all();
        wake(wakers);
    }

    pub(crate) fn head(&self) -> i64 {
        self.lock().head
    }

    /// How many events it keeps, and how many bytes they have.
    pub(crate) fn size(&self) -> (usize, usize) {
        let state = self.lock();
        (state.events.len(), state.bytes)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(crate) fn access_generation(&self) -> u64 {
        self.access_generation.load(Ordering::Acquire)
    }

    /// The next events after a cursor, as many as a batch may have.
    pub(crate) fn read_after(&self, cursor: i64) -> RingRead {
        let mut state = self.lock();
        if state.head <= cursor {
            return RingRead::UpToDate;
        }
        if let Some((_, run)) = state.read_last.as_ref().filter(|(after, _)| *after == cursor) {
            return RingRead::Events(Arc::clone(run));
        }
        let run = state.stretch_after(cursor).and_then(|stretch| Run::new(stretch, state.head));
        let Some(run) = run else { return RingRead::Behind };
        let run = Arc::new(run);
        state.read_last = Some((cursor, Arc::clone(&run)));
        RingRead::Events(run)
    }

    /// Blocks until the head is past a cursor, the ring is closed, or the time is over.
    pub(crate) fn wait_past(&self, cursor: i64, timeout: Duration) {
        let mut state = self.lock();
        state.threads += 1;
        let (mut state, _) = self
            .grown
            .wait_timeout_while(state, timeout, |state| state.head <= cursor && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        state.threads -= 1;
    }

    /// Whether the head is past a cursor or the ring is closed; if not, the waker is called once it is.
    pub(crate) fn poll_past(&self, cursor: i64, waiter: &mut Waiter, waker: &Waker) -> bool {
        let mut state = self.lock();
        if state.head > cursor || state.closed {
            return true;
        }
        let id = *waiter.0.get_or_insert_with(|| state.new_id());
        if state.wakers.get(&id).is_none_or(|known| !known.will_wake(waker)) {
            let before = state.wakers.insert(id, waker.clone());
            drop(state);
            drop(before);
        }
        false
    }

    /// Ends waiting: of those that are gone, none is kept.
    pub(crate) fn leave(&self, waiter: &Waiter) {
        if let Some(id) = waiter.0 {
            let waker = self.lock().wakers.remove(&id);
            drop(waker);
        }
    }

    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.lock().wakers.len()
    }

    /// Calls a function with every new head, on the thread that commits.
    pub(crate) fn listen(&self, listener: Listener) -> u64 {
        let mut state = self.lock();
        let id = state.new_id();
        state.listeners.push((id, listener));
        id
    }

    pub(crate) fn unlisten(&self, id: u64) {
        let listener = {
            let mut state = self.lock();
            let place = state.listeners.iter().position(|(known, _)| *known == id);
            place.map(|place| state.listeners.remove(place))
        };
        drop(listener);
    }
}

/// A new head, and whom to tell.
#[derive(Default)]
pub(crate) struct Announcement {
    head: i64,
    listeners: Vec<(u64, Listener)>,
}

impl Announcement {
    /// Calls every listener; one that panics keeps nobody from hearing of it.
    pub(crate) fn make(self) {
        for (_, listener) in &self.listeners {
            callback::run(|| listener(self.head));
        }
    }
}

/// A waker is a runtime's; one that panics must not take the writer with it.
fn wake(wakers: HashMap<u64, Waker>) {
    wakers.into_values().for_each(|waker| callback::run(|| waker.wake()));
}

impl State {
    /// `None` where the event after the cursor has left.
    fn stretch_after(&self, cursor: i64) -> Option<Stretch<Arc<StoredEvent>>> {
        let oldest = self.events.front()?.sequence;
        let skip = usize::try_from(cursor + 1 - oldest).ok()?;
        let mut size = 0;
        let mut stretch = Stretch { events: Vec::<Arc<StoredEvent>>::new(), group_goes_on: false };
        for event in self.events.iter().skip(skip) {
            size += event.body.len();
            let is_full = stretch.events.len() >= limits::BATCH_EVENTS_MAX || size > limits::BATCH_BYTES_MAX;
            if is_full && let Some(last) = stretch.events.last() {
                stretch.group_goes_on = last.is_of_group(event);
                break;
            }
            stretch.events.push(Arc::clone(event));
        }
        Some(stretch)
    }

    fn push(&mut self, event: StoredEvent) {
        if event.sequence != self.head + 1 {
            // Something was committed that did not pass here: let everybody read it from the file.
            self.events.clear();
            self.bytes = 0;
        }
        self.head = event.sequence;
        self.bytes += event.body.len();
        if event.action == Action::Purged {
            // What is purged must not be read from memory either.
            self.events.clear();
            self.bytes = event.body.len();
        }
        self.events.push_back(Arc::new(event));
        while self.events.len() > self.events_max || self.bytes > self.bytes_max {
            let Some(oldest) = self.events.pop_front() else { break };
            self.bytes -= oldest.body.len();
        }
    }
}
