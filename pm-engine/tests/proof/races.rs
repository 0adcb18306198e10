//! Two commands at the same moment of which only one can hold: the rule decides, hundreds of times.
//!
//! Long form: `PM_PROOF_LONG=1 cargo test --release -p pm-engine --test proof races`.

use std::sync::Barrier;

use googletest::prelude::*;
use pm_engine::command::{Change, Command, ItemChange, ItemMove, NewItem, NewSprint, ParentChange};
use pm_engine::error::ExecuteError;
use pm_engine::model::{DependencyKind, Entity, ItemKind, NoteKind};
use pm_engine::rejection::{Rejection, RejectionCode};
use pm_engine::{CommandResult, Tenant};

use crate::support::{Bench, admin, assert_whole, count, item, item_with, member, relaxed, run, size};

/// Rounds of each race.
fn rounds() -> usize {
    size(150, 3_000)
}

/// With workers the two meet in one group or in two; without, at the writer's lock.
fn benches() -> [Bench; 2] {
    [4, 0].map(|workers| {
        Bench::with(|config| {
            relaxed(config);
            config.workers = workers;
        })
    })
}

/// Two commands from two threads that start together.
fn race(tenant: &Tenant, first: Command, second: Command) -> [CommandResult; 2] {
    let barrier = Barrier::new(2);
    let go = |command: Command| {
        barrier.wait();
        tenant.execute(command)
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| go(second));
        [go(first), other.join().unwrap()]
    })
}

/// Exactly one was committed; why the other was not.
fn loser(answers: [CommandResult; 2]) -> Rejection {
    match answers {
        [Ok(_), Err(ExecuteError::Rejected(rejection))] | [Err(ExecuteError::Rejected(rejection)), Ok(_)] => {
            *rejection
        }
        other => panic!("not exactly one winner: {other:?}"),
    }
}

fn by_admin(change: Change) -> Command {
    Command::new(admin(), change)
}

#[gtest]
fn given_two_starts_of_one_users_timer_when_they_race_then_one_runs_and_the_later_stopped_the_earlier() {
    for bench in benches() {
        let tenant = bench.tenant("acme");
        let items = [item(&tenant, ItemKind::Task, "A"), item(&tenant, ItemKind::Task, "B")];
        let file = bench.file("acme");
        let running = "SELECT count(*) FROM time_entries WHERE ended_at IS NULL AND deleted_at IS NULL";
        for round in 1..=rounds() {
            let start = |item: &String| {
                let item = item.as_str().into();
                Command::new(member("ann"), Change::StartTimer { id: None, item, note: String::new() })
            };
            let answers = race(&tenant, start(&items[0]), start(&items[1])).map(|answer| answer.unwrap());
            expect_that!(count(&file, running), eq(1), "round {round}");
            let [first, second] = answers;
            let (earlier, later) =
                if first.first_sequence < second.first_sequence { (first, second) } else { (second, first) };
            // The later one stopped the earlier one, and says so.
            let replaced: Vec<_> =
                later.notes.iter().filter(|note| note.kind == NoteKind::TimerReplaced).collect();
            expect_that!(replaced.len(), eq(1), "round {round}");
            expect_that!(replaced[0].id.as_deref(), some(eq(earlier.results[0].id.as_str())));
            // And of two stops, one stops.
            let stop = || Command::new(member("ann"), Change::StopTimer { entry: None });
            let code = loser(race(&tenant, stop(), stop())).code;
            expect_that!(code, eq(RejectionCode::NotRunning), "round {round}");
            expect_that!(count(&file, running), eq(0), "round {round}");
        }
        assert_whole(bench.root(), "acme");
    }
}

#[gtest]
fn given_two_planned_sprints_when_both_are_started_then_one_is_active() {
    for bench in benches() {
        let tenant = bench.tenant("acme");
        for round in 1..=rounds() {
            let sprint = |name: &str| {
                let new = Change::CreateSprint(NewSprint::new("PM", format!("{name} {round}")));
                run(&tenant, &admin(), new).results[0].id.clone()
            };
            let ids = [sprint("A"), sprint("B")];
            let start = |id: &String| by_admin(Change::StartSprint { sprint: id.as_str().into() });
            let answers = race(&tenant, start(&ids[0]), start(&ids[1]));
            let won = usize::from(answers[1].is_ok());
            expect_that!(loser(answers).code, eq(RejectionCode::WrongState), "round {round}");
            let active = "SELECT count(*) FROM sprints WHERE state = 'active'";
            expect_that!(count(&bench.file("acme"), active), eq(1), "round {round}");
            run(
                &tenant,
                &admin(),
                Change::CompleteSprint { sprint: ids[won].as_str().into(), carry_to: None },
            );
        }
        assert_whole(bench.root(), "acme");
    }
}

fn blocks(from: &str, to: &str) -> Command {
    let (from, to) = (from.into(), to.into());
    by_admin(Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to })
}

#[gtest]
fn given_two_edges_that_together_close_a_cycle_when_they_race_then_one_is_refused_with_the_path() {
    for bench in benches() {
        let tenant = bench.tenant("acme");
        for round in 1..=rounds() {
            let [a, b] = ["A", "B"].map(|title| item(&tenant, ItemKind::Task, title));
            let lost = loser(race(&tenant, blocks(&a, &b), blocks(&b, &a)));
            expect_that!(lost.code, eq(RejectionCode::Cycle), "round {round}");
            expect_that!(lost.path.len(), ge(2), "round {round}");
            expect_that!(lost.path_length, some(eq(i64::try_from(lost.path.len()).unwrap())));
        }
        let edges = "SELECT count(*) FROM dependencies WHERE deleted_at IS NULL";
        expect_that!(count(&bench.file("acme"), edges), eq(i64::try_from(rounds()).unwrap()));
        assert_whole(bench.root(), "acme");
    }
}

#[gtest]
fn given_two_epics_that_would_wait_for_a_story_of_each_other_when_they_race_then_one_is_refused() {
    for bench in benches() {
        let tenant = bench.tenant("acme");
        for round in 1..=rounds() / 2 {
            let epics = ["E", "F"].map(|title| item(&tenant, ItemKind::Epic, title));
            let stories = [0, 1].map(|n: usize| {
                let parent = Some(epics[n].as_str().into());
                item_with(&tenant, NewItem { parent, ..NewItem::new("PM", ItemKind::Story, "S") })
            });
            let lost = loser(race(&tenant, blocks(&stories[0], &epics[1]), blocks(&stories[1], &epics[0])));
            expect_that!(lost.code, eq(RejectionCode::Cycle), "round {round}");
            // Stories crosswise are no cycle: both hold.
            let crosswise = ["C", "D"].map(|title| {
                [0, 1].map(|n: usize| {
                    let parent = Some(epics[n].as_str().into());
                    item_with(&tenant, NewItem { parent, ..NewItem::new("PM", ItemKind::Story, title) })
                })
            });
            let [[c0, c1], [d0, d1]] = &crosswise;
            let both = race(&tenant, blocks(c0, d1), blocks(c1, d0));
            expect_that!(both.iter().all(Result::is_ok), is_true(), "round {round}");
        }
        assert_whole(bench.root(), "acme");
    }
}

#[gtest]
fn given_two_items_when_each_is_moved_under_the_other_then_one_is_refused() {
    for bench in benches() {
        let tenant = bench.tenant("acme");
        for round in 1..=rounds() / 2 {
            let [a, b] = ["A", "B"].map(|title| item(&tenant, ItemKind::Task, title));
            let under = |child: &str, parent: &str| {
                let parent = Some(ParentChange::Set(parent.into()));
                by_admin(Change::MoveItem(ItemMove { parent, ..ItemMove::new(child) }))
            };
            let lost = loser(race(&tenant, under(&a, &b), under(&b, &a)));
            expect_that!(lost.code, eq(RejectionCode::Cycle), "round {round}");
        }
        assert_whole(bench.root(), "acme");
    }
}

#[gtest]
fn given_two_updates_based_on_one_version_when_they_race_then_one_conflicts_and_shows_the_other() {
    for bench in benches() {
        let tenant = bench.tenant("acme");
        let key = item(&tenant, ItemKind::Task, "0");
        for version in 1..=i64::try_from(rounds()).unwrap() {
            let titles = ["left", "right"].map(|side| format!("{side} {version}"));
            let update = |title: &String| {
                let changes = vec![ItemChange::Title(title.clone())];
                by_admin(Change::UpdateItem { item: key.as_str().into(), changes }).expecting(version)
            };
            let answers = race(&tenant, update(&titles[0]), update(&titles[1]));
            let won = usize::from(answers[1].is_ok());
            let lost = loser(answers);
            expect_that!(lost.code, eq(RejectionCode::Conflict), "version {version}");
            let Some(Entity::WorkItem(current)) = lost.current.as_deref() else {
                panic!("the conflict shows no item: {lost:?}")
            };
            expect_that!(current.version, eq(version + 1));
            expect_that!(&current.title, eq(&titles[won]));
        }
        assert_whole(bench.root(), "acme");
    }
}
