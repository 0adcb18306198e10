//! Listeners that behave, hang and throw.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use googletest::prelude::*;
use pm_bindings::{EventBatch, EventListener, ListenerError, StreamEnd};

use crate::support;

/// Passes on what it is told.
struct Recorder {
    batches: Mutex<Sender<EventBatch>>,
    ends: Mutex<Sender<StreamEnd>>,
}

impl Recorder {
    fn new() -> (Arc<Self>, Receiver<EventBatch>, Receiver<StreamEnd>) {
        let (batches, told) = channel();
        let (ends, ended) = channel();
        (Arc::new(Self { batches: Mutex::new(batches), ends: Mutex::new(ends) }), told, ended)
    }
}

impl EventListener for Recorder {
    fn on_events(&self, batch: EventBatch) -> std::result::Result<(), ListenerError> {
        let _ = self.batches.lock().unwrap().send(batch);
        Ok(())
    }

    fn on_end(&self, end: StreamEnd) -> std::result::Result<(), ListenerError> {
        let _ = self.ends.lock().unwrap().send(end);
        Ok(())
    }
}

/// Hangs until it is let go.
struct Hanging(Mutex<Receiver<()>>);

impl EventListener for Hanging {
    fn on_events(&self, _: EventBatch) -> std::result::Result<(), ListenerError> {
        let _ = self.0.lock().unwrap().recv();
        Ok(())
    }

    fn on_end(&self, _: StreamEnd) -> std::result::Result<(), ListenerError> {
        Ok(())
    }
}

/// Throws at the first batch.
struct Throwing;

impl EventListener for Throwing {
    fn on_events(&self, _: EventBatch) -> std::result::Result<(), ListenerError> {
        Err(ListenerError::Threw { message: "no".to_owned() })
    }

    fn on_end(&self, _: StreamEnd) -> std::result::Result<(), ListenerError> {
        Err(ListenerError::Threw { message: "not this either".to_owned() })
    }
}

fn sequences(told: &Receiver<EventBatch>, up_to: i64) -> Vec<i64> {
    let mut sequences = Vec::new();
    while sequences.last() != Some(&up_to) {
        sequences.extend(told.recv().unwrap().events.iter().map(|event| event.sequence));
    }
    sequences
}

#[gtest]
fn given_one_listener_that_hangs_and_one_that_throws_when_events_come_then_a_third_gets_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, tenant) = support::open(folder.path(), None);
    let (let_go, held) = channel();
    let hanging = tenant.subscribe(support::ada(), 0, Arc::new(Hanging(Mutex::new(held))), None).unwrap();
    let throwing = tenant.subscribe(support::ada(), 0, Arc::new(Throwing), None).unwrap();
    let (recorder, told, ended) = Recorder::new();
    let recording = tenant.subscribe(support::ada(), 0, recorder, None).unwrap();

    support::project(&tenant);
    for n in 0..20 {
        support::item(&tenant, &format!("item {n}")).unwrap();
    }
    let head = tenant.head().unwrap();
    expect_that!(sequences(&told, head), eq(&(1..=head).collect::<Vec<_>>()));

    expect_that!(throwing.wait_ended(60_000).unwrap(), eq(true));
    expect_that!(throwing.end().unwrap(), some(eq(&StreamEnd::ListenerThrew { message: "no".to_owned() })));
    expect_that!(hanging.end().unwrap(), none());
    recording.cancel().unwrap();
    expect_that!(ended.recv().unwrap(), eq(&StreamEnd::Cancelled));
    drop(let_go);
    engine.shutdown().unwrap();
    expect_that!(hanging.wait_ended(60_000).unwrap(), eq(true));
}

#[gtest]
fn given_listeners_when_the_engine_closes_then_they_are_told_and_let_go_of() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, tenant) = support::open(folder.path(), None);
    let (recorder, _told, ended) = Recorder::new();
    let alive = Arc::downgrade(&recorder);
    let subscription = tenant.subscribe(support::ada(), 0, recorder, None).unwrap();
    engine.shutdown().unwrap();
    expect_that!(ended.recv().unwrap(), any!(eq(&StreamEnd::Cancelled), eq(&StreamEnd::Closed)));
    expect_that!(subscription.wait_ended(60_000).unwrap(), eq(true));
    expect_that!(alive.upgrade().is_none(), eq(true));
    let late = tenant.subscribe(support::ada(), 0, Arc::new(Throwing), None);
    expect_that!(late.unwrap_err().code(), eq("closed"));
}

#[gtest]
fn given_a_listener_that_hangs_when_the_engine_closes_then_it_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, tenant) = support::open(folder.path(), None);
    let (let_go, held) = channel();
    let hanging = tenant.subscribe(support::ada(), 0, Arc::new(Hanging(Mutex::new(held))), None).unwrap();
    support::project(&tenant);
    engine.shutdown().unwrap();
    drop(let_go);
    expect_that!(hanging.wait_ended(60_000).unwrap(), eq(true));
}

#[gtest]
fn given_more_listeners_than_an_engine_has_when_one_is_added_then_it_is_refused_until_one_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, tenant) = support::open(folder.path(), None);
    let mut all = Vec::new();
    for _ in 0..256 {
        let (recorder, _, _) = Recorder::new();
        all.push(tenant.subscribe(support::ada(), 0, recorder, None).unwrap());
    }
    let (recorder, _, _) = Recorder::new();
    let refused = tenant.subscribe(support::ada(), 0, recorder, None).unwrap_err();
    expect_that!(refused.code(), eq("too_large"));
    all[0].cancel().unwrap();
    expect_that!(all[0].wait_ended(60_000).unwrap(), eq(true));
    let (recorder, _, _) = Recorder::new();
    expect_that!(tenant.subscribe(support::ada(), 0, recorder, None).is_ok(), eq(true));
    engine.shutdown().unwrap();
}

#[gtest]
fn given_a_stream_when_it_is_cancelled_by_another_thread_then_who_waits_in_it_returns() {
    let folder = tempfile::tempdir().unwrap();
    let (_engine, tenant) = support::open(folder.path(), None);
    let stream = tenant.stream(support::ada(), 0, None).unwrap();
    let waiting = Arc::clone(&stream);
    let thread = std::thread::spawn(move || waiting.next(86_400_000).map(drop).unwrap_err().code());
    stream.cancel();
    expect_that!(thread.join().unwrap(), eq("cancelled"));
}

#[gtest]
fn given_two_streams_when_one_reads_late_then_both_get_the_same_events() {
    let folder = tempfile::tempdir().unwrap();
    let (_engine, tenant) = support::open(folder.path(), None);
    let early = tenant.stream(support::ada(), 0, None).unwrap();
    support::project(&tenant);
    let late = tenant.stream(support::ada(), 0, None).unwrap();
    let first = early.next(60_000).unwrap().unwrap();
    let second = late.next(60_000).unwrap().unwrap();
    expect_that!(first, eq(&second));
    expect_that!(early.next(0).unwrap(), none());
    expect_that!(early.cursor().unwrap(), eq(tenant.head().unwrap()));
}
