//! What a host that observes the engine is told.

use std::sync::{Arc, Mutex};

use googletest::prelude::*;
use pm_engine::command::{Change, Command, NewItem, NewProject};
use pm_engine::error::ExecuteError;
use pm_engine::model::ItemKind;
use pm_engine::query::{PageRequest, Question};
use pm_engine::{CommandResult, CommittedGroup, Observer};

use crate::support::{Bench, admin, member};

#[derive(Debug, Default)]
struct Notes {
    groups: Mutex<Vec<CommittedGroup>>,
    answers: Mutex<Vec<String>>,
}

impl Observer for Notes {
    fn group(&self, group: &CommittedGroup) {
        self.groups.lock().unwrap().push(*group);
    }

    fn answered(&self, answer: &CommandResult) {
        let word = match answer {
            Ok(outcome) if outcome.replayed => "replayed".to_owned(),
            Ok(_) => "committed".to_owned(),
            Err(ExecuteError::Rejected(rejection)) => rejection.code.to_string(),
            Err(other) => other.to_string(),
        };
        self.answers.lock().unwrap().push(word);
    }
}

/// One that breaks keeps nobody from being told.
#[derive(Debug)]
struct Broken;

impl Observer for Broken {
    fn group(&self, _: &CommittedGroup) {
        panic!("as an observer might");
    }
}

fn create(title: &str) -> Command {
    let item = NewItem::new("PM", ItemKind::Task, title);
    Command::new(member("ann"), Change::CreateItem(Box::new(item)))
}

#[gtest]
fn given_an_observer_when_commands_are_committed_replayed_and_refused_then_it_is_told_of_each_once() {
    let bench = Bench::new();
    let notes = Arc::new(Notes::default());
    bench.engine.observe(Arc::new(Broken));
    bench.engine.observe(notes.clone());
    let tenant = bench.engine.create_tenant("acme").unwrap();
    tenant.execute(Command::new(admin(), Change::CreateProject(NewProject::new("PM", "Project")))).unwrap();
    let first = create("One");
    tenant.execute(first.clone()).unwrap();
    tenant.execute(first).unwrap();
    expect_that!(tenant.execute(create("")).is_err(), eq(true));
    let gone = Change::CreateItem(Box::new(NewItem::new("NO", ItemKind::Task, "x")));
    expect_that!(tenant.execute(Command::new(member("ann"), gone)).is_err(), eq(true));
    let answers = notes.answers.lock().unwrap().clone();
    expect_that!(answers, eq(&["committed", "committed", "replayed", "invalid", "not_found"]));
    // What is malformed never comes into a group.
    let groups = notes.groups.lock().unwrap();
    expect_that!(groups.iter().map(|group| group.commands).collect::<Vec<_>>(), eq(&[1, 1, 1, 1]));
    let events: usize = groups.iter().map(|group| group.events).sum();
    expect_that!(i64::try_from(events).unwrap(), eq(tenant.head().unwrap()));
    expect_that!(groups.iter().all(|group| !group.took.is_zero()), eq(true));
    let now = bench.engine.statistics();
    expect_that!((now.tenants_open, now.ring_events, now.commands_waiting), eq((1, events, 0)));
    expect_that!(now.ring_bytes, gt(events));
}

#[gtest]
fn given_questions_when_named_then_the_word_is_the_one_of_their_serialised_form() {
    let questions = [
        Question::MyTimer,
        Question::ItemOnly { item: "PM-1".into() },
        Question::Users { page: PageRequest::first(1) },
    ];
    for question in questions {
        let json = serde_json::to_value(&question).unwrap();
        expect_that!(json["type"].as_str(), some(eq(question.kind())));
    }
}
