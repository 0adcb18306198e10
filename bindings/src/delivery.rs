//! Threads that call listeners: one for each, so that one that hangs holds up itself alone.
#![forbid(unsafe_code)]

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::error::PmError;
use crate::limits::{CLOSE_WAIT, SUBSCRIPTIONS_MAX};
use crate::listener::{EventListener, StreamEnd};
use crate::stream::EventStream;

/// One listener, its cursor, and whether its thread is still there.
#[derive(Debug)]
pub(crate) struct Delivery {
    stream: EventStream,
    end: Mutex<Option<StreamEnd>>,
    ended: Condvar,
    thread: Mutex<Option<ThreadId>>,
}

impl Delivery {
    pub(crate) fn stream(&self) -> &EventStream {
        &self.stream
    }

    fn lock(&self) -> MutexGuard<'_, Option<StreamEnd>> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why it ended; `None` while it goes on.
    pub(crate) fn end(&self) -> Option<StreamEnd> {
        self.lock().clone()
    }

    /// Waits until the listener will not be called again, or until the time is up. Answers whether it has ended. On
    /// the listener's own thread it does not wait for itself.
    pub(crate) fn wait(&self, timeout: Duration) -> bool {
        let own = *self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if own == Some(thread::current().id()) {
            return self.lock().is_some();
        }
        let (end, _) = self
            .ended
            .wait_timeout_while(self.lock(), timeout, |end| end.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        end.is_some()
    }

    /// Calls the listener until something ends it.
    fn run(&self, listener: &dyn EventListener) -> StreamEnd {
        loop {
            let batch = match self.stream.next_until(None) {
                Ok(Some(batch)) => batch,
                Ok(None) => continue,
                Err(PmError::Cancelled { .. }) => return StreamEnd::Cancelled,
                Err(PmError::Closed { .. }) => return StreamEnd::Closed,
                Err(error) => {
                    return StreamEnd::Failed { code: error.code(), message: error.to_string() };
                }
            };
            if let Err(error) = listener.on_events(batch) {
                return StreamEnd::ListenerThrew { message: error.to_string() };
            }
        }
    }
}

/// The listeners of one engine.
#[derive(Debug, Default)]
pub(crate) struct Deliveries(Mutex<Registered>);

#[derive(Debug, Default)]
struct Registered {
    closed: bool,
    listeners: Vec<Weak<Delivery>>,
}

impl Deliveries {
    fn lock(&self) -> MutexGuard<'_, Registered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts calling a listener.
    pub(crate) fn start(
        &self,
        stream: EventStream,
        listener: Arc<dyn EventListener>,
    ) -> Result<Arc<Delivery>, PmError> {
        let delivery = Arc::new(Delivery {
            stream,
            end: Mutex::default(),
            ended: Condvar::new(),
            thread: Mutex::default(),
        });
        {
            let mut registered = self.lock();
            if registered.closed {
                return Err(PmError::closed());
            }
            registered.listeners.retain(|known| known.upgrade().is_some_and(|known| known.end().is_none()));
            if registered.listeners.len() >= SUBSCRIPTIONS_MAX {
                let most = i64::try_from(SUBSCRIPTIONS_MAX).unwrap_or(i64::MAX);
                let message = format!("an engine has at most {most} listeners at a time");
                return Err(PmError::too_large("listeners", most, message));
            }
            registered.listeners.push(Arc::downgrade(&delivery));
        }
        let own = Arc::clone(&delivery);
        let started =
            thread::Builder::new().name("pm-listener".to_owned()).spawn(move || deliver(&own, listener));
        if let Err(error) = started {
            let detail = error.to_string();
            *delivery.lock() = Some(StreamEnd::Closed);
            return Err(PmError::Storage { message: "no thread for the listener".to_owned(), detail });
        }
        Ok(delivery)
    }

    /// Ends every listener, and waits a while for those that are being called.
    pub(crate) fn close(&self) {
        let listeners = {
            let mut registered = self.lock();
            registered.closed = true;
            std::mem::take(&mut registered.listeners)
        };
        let live: Vec<_> = listeners.iter().filter_map(Weak::upgrade).collect();
        for delivery in &live {
            delivery.stream.cancel();
        }
        let deadline = Instant::now() + CLOSE_WAIT;
        for delivery in live {
            delivery.wait(deadline.saturating_duration_since(Instant::now()));
        }
    }
}

/// The whole life of a listener's thread. The listener is let go of before it counts as ended.
fn deliver(delivery: &Delivery, listener: Arc<dyn EventListener>) {
    *delivery.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current().id());
    let end = delivery.run(&*listener);
    // Nobody is left to be told that this threw.
    let _ = listener.on_end(end.clone());
    drop(listener);
    *delivery.lock() = Some(end);
    delivery.ended.notify_all();
}
