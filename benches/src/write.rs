//! Durable commands: items made one command each, beside bare SQLite writing the very same rows.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use pm_engine::command::Command;
use pm_engine::{Durability, EngineConfig, Tenant};

use crate::bare::{Bare, written_after};
use crate::fixture::{Fixture, creations};
use crate::measure::{Effort, Line, Pairs, Target, timed};

/// How commands come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Callers {
    /// One, that waits for each answer.
    One,
    /// One thread that keeps so many commands on their way, as an asynchronous host does.
    InFlight(usize),
    /// So many threads, each waiting for its answer.
    Threads(usize),
    /// One thread, whose commands are committed so many at a time: the same transactions in every run, so that
    /// instructions can be counted. For an engine with one thread that commits.
    Groups(usize),
}

/// Commits the commands.
pub fn commit(tenant: &Tenant, callers: Callers, commands: Vec<Command>) {
    match callers {
        Callers::One => {
            for command in commands {
                tenant.execute(command).unwrap();
            }
        }
        Callers::InFlight(most) => {
            let mut pending = VecDeque::with_capacity(most);
            for command in commands {
                if pending.len() == most {
                    let oldest: pm_engine::Pending = pending.pop_front().unwrap();
                    oldest.wait().unwrap();
                }
                pending.push_back(tenant.send(command));
            }
            pending.into_iter().for_each(|pending| drop(pending.wait().unwrap()));
        }
        Callers::Threads(count) => {
            let commands = Mutex::new(commands);
            let next = || commands.lock().unwrap().pop();
            std::thread::scope(|scope| {
                for _ in 0..count {
                    scope.spawn(|| {
                        while let Some(command) = next() {
                            tenant.execute(command).unwrap();
                        }
                    });
                }
            });
        }
        Callers::Groups(size) => {
            // Who commits is held up in the last answer of a group until the next group is complete.
            let gate = Arc::new(Barrier::new(2));
            let mut is_held = false;
            let mut commands = commands.into_iter().peekable();
            while commands.peek().is_some() {
                let group: Vec<Command> = commands.by_ref().take(size).collect();
                let last = group.len() - 1;
                for (n, command) in group.into_iter().enumerate() {
                    let gate = (n == last).then(|| Arc::clone(&gate));
                    tenant.submit(command, move |answer| {
                        answer.unwrap();
                        if let Some(gate) = gate {
                            gate.wait();
                            gate.wait();
                        }
                    });
                }
                if is_held {
                    gate.wait();
                }
                gate.wait();
                is_held = true;
            }
            if is_held {
                gate.wait();
            }
        }
    }
}

/// An engine and a bare file that are given the same work in turns.
#[derive(Debug)]
pub struct Race {
    fixture: Fixture,
    bare: Bare,
    callers: Callers,
    made: usize,
    commits: Arc<AtomicUsize>,
    _listener: pm_engine::HeadListener,
}

impl Race {
    /// Both with an empty project.
    #[must_use]
    pub fn new(callers: Callers, durability: Durability) -> Self {
        let fixture = Fixture::with(1, |config| EngineConfig { durability, ..config });
        let bare = Bare::like(&fixture.file(), &fixture.folder.path().join("bare.db"));
        if durability == Durability::Relaxed {
            bare.connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA fullfsync = 0").unwrap();
        }
        let commits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&commits);
        let listener = fixture
            .tenant
            .on_head(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
            })
            .unwrap();
        Self { fixture, bare, callers, made: 0, commits, _listener: listener }
    }

    /// So many commands by the engine, then their rows by bare SQLite. The times of (floor, engine).
    pub fn round(&mut self, commands: usize) -> (Duration, Duration) {
        let before = self.fixture.tenant.head().unwrap();
        let work = creations(self.made, commands);
        self.made += commands;
        let (engine, ()) = timed(|| commit(&self.fixture.tenant, self.callers, work));
        let rows = written_after(&self.fixture.file(), before);
        assert_eq!(rows.len(), commands);
        let group = match self.callers {
            Callers::One => 1,
            Callers::InFlight(most) | Callers::Threads(most) | Callers::Groups(most) => most,
        };
        let (floor, ()) = timed(|| self.bare.write(&rows, group));
        (floor, engine)
    }

    /// Commands per transaction of the engine so far.
    #[must_use]
    pub fn group_size(&self) -> f64 {
        self.made as f64 / self.commits.load(Ordering::Relaxed).max(1) as f64
    }
}

/// The lines of the table.
#[must_use]
pub fn lines(effort: Effort) -> Vec<Line> {
    let (group, alone) = (effort.pick(640, 6_400), effort.pick(100, 1_000));
    let (full, relaxed) = (Durability::Full, Durability::Relaxed);
    let half = Target::Speed(0.5);
    let rows = [
        ("durable commands, 64 in flight, FULL", Callers::InFlight(64), full, group, half),
        ("the same, 64 threads that wait", Callers::Threads(64), full, group, half),
        ("the same, one caller that waits", Callers::One, full, alone, Target::Speed(0.9)),
        ("64 in flight, NORMAL: hardly any fsync", Callers::InFlight(64), relaxed, group, Target::None),
    ];
    rows.into_iter()
        .map(|(what, callers, durability, commands, target)| {
            let mut race = Race::new(callers, durability);
            race.round(commands / 4);
            let mut pairs = Pairs::default();
            for _ in 0..effort.pick(2, 9) {
                let (floor, engine) = race.round(commands);
                pairs.add(floor, engine, commands);
            }
            let what = format!("{what} ({:.0} a transaction)", race.group_size());
            Line::rate(&what, &pairs, target)
        })
        .collect()
}
