//! Subscribers that are slow, stopped, filtered, or lose and gain access: the writer does not notice, and nobody
//! misses anything.
//!
//! Long form, which also looks at the memory of the process:
//! `PM_PROOF_LONG=1 cargo test --release -p pm-engine --test proof subscribers -- --test-threads=1`.

use googletest::prelude::*;
use pm_engine::command::{Change, Command, NewItem, NewProject, ProjectChange};
use pm_engine::model::{ItemKind, ProjectId, ProjectRole, Visibility};
use pm_engine::{EventBatch, Subscription, Tenant, limits};

use crate::support::{Bench, admin, id, is_long, item, member, new_task, relaxed, run, size, user, watched};

/// Items of a project with this key.
fn task_in(project: &str, title: &str) -> Change {
    Change::CreateItem(Box::new(NewItem::new(project, ItemKind::Task, title)))
}

fn bench() -> Bench {
    Bench::with(relaxed)
}

/// All there is, batch by batch.
fn drain(stream: &mut Subscription) -> Vec<EventBatch> {
    let mut batches = Vec::new();
    while let Some(batch) = stream.try_next().unwrap() {
        assert_eq!(batch.complete_to, stream.cursor());
        batches.push(batch);
    }
    batches
}

fn sequences(batches: &[EventBatch]) -> Vec<i64> {
    batches.iter().flat_map(|batch| batch.events.iter()).map(pm_engine::RawEvent::sequence).collect()
}

/// Memory of this process in KiB.
fn resident_kib() -> i64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: i64 = statm.split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * 4
}

#[gtest]
fn given_subscribers_that_never_read_when_much_is_written_then_the_writer_goes_on_and_they_get_all_later() {
    let commands = size(600, 20_000);
    let text = "x".repeat(limits::DESCRIPTION_CHARS_MAX / 10);
    let (heard, head, growth) = watched(move || {
        let bench = bench();
        let tenant = bench.tenant("acme");
        let mut stopped: Vec<_> = (0..100).map(|_| tenant.subscribe(&admin(), 0, None).unwrap()).collect();
        let create = |n: usize| {
            let mut new = NewItem::new("PM", ItemKind::Task, format!("{n}"));
            new.description.clone_from(&text);
            run(&tenant, &admin(), Change::CreateItem(Box::new(new)));
        };
        (0..commands / 3).for_each(create);
        let before = resident_kib();
        (commands / 3..commands).for_each(create);
        let growth = resident_kib() - before;
        let heard: Vec<_> = stopped.iter_mut().take(3).map(drain).collect();
        (heard, tenant.head().unwrap(), growth)
    });
    for batches in &heard {
        expect_that!(sequences(batches) == (1..=head).collect::<Vec<_>>(), is_true());
        expect_that!(batches.len(), gt(3), "it takes many batches");
        let largest = batches.iter().map(|batch| batch.events.iter().map(|e| e.bytes().len()).sum::<usize>());
        expect_that!(largest.max(), some(le(limits::BATCH_BYTES_MAX)));
    }
    println!(
        "{commands} commands, 100 stopped subscribers: memory grew by {growth} KiB in the last two thirds"
    );
    if is_long() {
        expect_that!(growth, lt(32 * 1_024));
    }
}

#[gtest]
fn given_a_group_larger_than_a_batch_when_read_then_it_is_split_and_says_so() {
    let bench = bench();
    let tenant = bench.tenant("acme");
    let start = tenant.head().unwrap();
    let whole = limits::BATCH_EVENTS_MAX;
    for (n, parts) in [3, whole, limits::PARTS_MAX, whole - 1, 2].into_iter().enumerate() {
        let changes = (0..parts).map(|k| new_task(format!("{k}"))).collect();
        tenant.execute(Command::batch(admin(), changes).with_id(id(format!("batch-{n}")))).unwrap();
    }
    // From the ring and, after it was closed, from the file.
    for from_file in [false, true] {
        let tenant = if from_file { bench.reopened().tenant("acme").unwrap() } else { tenant.clone() };
        let batches = drain(&mut tenant.subscribe(&admin(), start, None).unwrap());
        let shape: Vec<_> = batches.iter().map(|b| (b.events.len(), b.group_split)).collect();
        let rest = limits::PARTS_MAX - whole;
        expect_that!(
            shape,
            eq(&vec![
                (3, false),
                (whole, false),
                (whole, true),
                (rest, false),
                (whole - 1, false),
                (2, false)
            ])
        );
        for batch in &batches {
            let groups: Vec<_> = batch.decode().unwrap().into_iter().map(|event| event.group).collect();
            expect_that!(groups.iter().all(|group| *group == groups[0]), is_true());
        }
    }
}

#[gtest]
fn given_two_actors_with_the_same_command_id_when_read_then_their_groups_are_two() {
    let bench = bench();
    let tenant = bench.tenant("acme");
    for name in ["ann", "bob"] {
        run(&tenant, &member(name), new_task("makes the user known"));
    }
    let start = tenant.head().unwrap();
    let parts = limits::BATCH_EVENTS_MAX - 100;
    for name in ["ann", "bob"] {
        let changes = (0..parts).map(|n| new_task(format!("{n}"))).collect();
        tenant.execute(Command::batch(member(name), changes).with_id(id("1"))).unwrap();
    }
    let batches = drain(&mut tenant.subscribe(&admin(), start, None).unwrap());
    let shape: Vec<_> = batches.iter().map(|batch| (batch.events.len(), batch.group_split)).collect();
    expect_that!(shape, eq(&vec![(parts, false), (parts, false)]));
}

#[gtest]
fn given_two_filters_when_events_are_left_out_then_complete_to_still_covers_them() {
    let bench = bench();
    let tenant = bench.tenant("acme");
    let made = run(&tenant, &admin(), Change::CreateProject(NewProject::new("QA", "Other")));
    let other: ProjectId = made.results[0].id.parse().unwrap();
    let start = tenant.head().unwrap();
    let rounds = size(200, 5_000);
    for n in 0..rounds {
        run(&tenant, &admin(), task_in(if n % 4 == 0 { "QA" } else { "PM" }, &format!("{n}")));
    }
    let head = tenant.head().unwrap();
    let mut all = tenant.subscribe(&admin(), start, None).unwrap();
    let mut one = tenant.subscribe(&admin(), start, Some(vec![other])).unwrap();
    let mut none = tenant.subscribe(&admin(), start, Some(Vec::new())).unwrap();
    expect_that!(sequences(&drain(&mut all)).len(), eq(rounds));
    let of_one = drain(&mut one);
    expect_that!(sequences(&of_one).len(), eq(rounds.div_ceil(4)));
    for event in of_one.iter().flat_map(|batch| batch.decode().unwrap()) {
        expect_that!(event.project, some(eq(other)));
    }
    expect_that!(sequences(&drain(&mut none)), is_empty());
    for stream in [&all, &one, &none] {
        expect_that!(stream.cursor(), eq(head), "what is missing was filtered, not lost");
    }
    // A change of the filter holds from the cursor on.
    none.set_projects(Some(vec![other]));
    run(&tenant, &admin(), task_in("QA", "later"));
    expect_that!(sequences(&drain(&mut none)), eq(&vec![head + 1]));
}

/// A private project, and what bob's stream said of it after each step.
struct Private {
    tenant: Tenant,
    project: ProjectId,
}

impl Private {
    fn new(bench: &Bench) -> Self {
        let tenant = bench.tenant("acme");
        run(&tenant, &member("bob"), new_task("makes bob known"));
        let new = NewProject { visibility: Visibility::Private, ..NewProject::new("SEC", "Secret") };
        let project = run(&tenant, &admin(), Change::CreateProject(new)).results[0].id.parse().unwrap();
        Self { tenant, project }
    }

    fn do_as_admin(&self, change: Change) -> i64 {
        run(&self.tenant, &admin(), change).last_sequence.unwrap()
    }

    fn add(&self, name: &str) -> i64 {
        let project = self.project.into();
        self.do_as_admin(Change::SetMember { project, user: user(name), role: ProjectRole::Viewer })
    }

    fn remove(&self, name: &str) -> i64 {
        let project = self.project.into();
        self.do_as_admin(Change::RemoveMember { project, user: user(name) })
    }

    fn show(&self, visibility: Visibility) -> i64 {
        let changes = vec![ProjectChange::Visibility(visibility)];
        self.do_as_admin(Change::UpdateProject { project: self.project.into(), changes })
    }

    fn work(&self) -> i64 {
        self.do_as_admin(task_in("SEC", "secret"))
    }
}

fn markers(batches: &[EventBatch]) -> Vec<(i64, bool)> {
    batches.iter().flat_map(|batch| &batch.access).map(|change| (change.sequence, change.gained)).collect()
}

#[gtest]
fn given_a_private_project_when_access_comes_and_goes_while_listening_then_markers_stand_at_their_sequence() {
    let bench = bench();
    let private = Private::new(&bench);
    let start = private.tenant.head().unwrap();
    let mut bob = private.tenant.subscribe(&member("bob"), start, None).unwrap();
    let mut seen = |from: &str| {
        let batches = drain(&mut bob);
        println!("{from}: {:?} {:?}", sequences(&batches), markers(&batches));
        (sequences(&batches), markers(&batches))
    };
    private.work();
    expect_that!(seen("before"), eq(&(vec![], vec![])));
    let gained = private.add("bob");
    expect_that!(seen("member"), eq(&(vec![gained], vec![(gained, true)])));
    let work = private.work();
    expect_that!(seen("work"), eq(&(vec![work], vec![])));
    private.add("ann");
    seen("another member");
    let lost = private.remove("bob");
    expect_that!(seen("removed"), eq(&(vec![], vec![(lost, false)])));
    private.work();
    private.remove("ann");
    expect_that!(seen("outside"), eq(&(vec![], vec![])));
    let opened = private.show(Visibility::Open);
    expect_that!(seen("opened"), eq(&(vec![opened], vec![(opened, true)])));
    let member_of_open = private.add("bob");
    expect_that!(seen("explicit"), eq(&(vec![member_of_open], vec![])), "he could see it already");
    private.remove("bob");
    seen("implicit again");
    let closed = private.show(Visibility::Private);
    expect_that!(seen("closed"), eq(&(vec![], vec![(closed, false)])));
}

#[gtest]
fn given_a_client_that_was_away_when_it_resumes_then_it_gets_the_same_markers_and_nothing_it_may_not_see() {
    let bench = bench();
    let private = Private::new(&bench);
    let start = private.tenant.head().unwrap();
    let mut expected = Vec::new();
    for _ in 0..size(3, 50) {
        expected.push((private.add("bob"), true));
        private.work();
        expected.push((private.remove("bob"), false));
        private.work();
        expected.push((private.show(Visibility::Open), true));
        private.work();
        expected.push((private.show(Visibility::Private), false));
    }
    // In the end he sees nothing of it; from the ring, and from the file.
    for from_file in [false, true] {
        let tenant =
            if from_file { bench.reopened().tenant("acme").unwrap() } else { private.tenant.clone() };
        let batches = drain(&mut tenant.subscribe(&member("bob"), start, None).unwrap());
        expect_that!(markers(&batches), eq(&expected));
        expect_that!(sequences(&batches), is_empty());
        // From the middle on, only what is after it.
        let from = expected[1].0;
        let later = drain(&mut tenant.subscribe(&member("bob"), from, None).unwrap());
        expect_that!(markers(&later), eq(&expected[2..].to_vec()));
        // An admin sees all and needs no markers.
        let all = drain(&mut tenant.subscribe(&admin(), start, None).unwrap());
        expect_that!(markers(&all), is_empty());
        expect_that!(sequences(&all).len(), eq(usize::try_from(tenant.head().unwrap() - start).unwrap()));
    }
}

#[gtest]
fn given_a_reader_that_sleeps_and_wakes_when_threads_write_then_it_misses_nothing_at_any_pace() {
    let (seen, head) = watched(|| {
        let bench = bench();
        let tenant = bench.tenant("acme");
        let mut stream = tenant.subscribe(&admin(), 0, None).unwrap();
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let tenant = tenant.clone();
                std::thread::spawn(move || {
                    for n in 0..size(6, 60) {
                        let parts = (0..400).map(|k| new_task(format!("{n} {k}"))).collect();
                        tenant.execute(Command::batch(admin(), parts)).unwrap();
                    }
                })
            })
            .collect();
        let mut seen = Vec::new();
        let mut going = true;
        let mut pause = 0;
        while going {
            going = writers.iter().any(|writer| !writer.is_finished());
            while let Some(batch) = stream.next_within(std::time::Duration::from_millis(1)).unwrap() {
                let groups = batch.decode().unwrap();
                seen.extend(groups.iter().map(|event| event.sequence));
                assert!(!batch.group_split, "no group here is larger than a batch");
                // Now it keeps up from the ring, now it falls behind it.
                pause = (pause + 7) % 40;
                std::thread::sleep(std::time::Duration::from_millis(pause));
            }
        }
        item(&tenant, ItemKind::Task, "the last");
        seen.extend(sequences(&drain(&mut stream)));
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        (seen, tenant.head().unwrap())
    });
    expect_that!(seen == (1..=head).collect::<Vec<_>>(), is_true());
}
