//! Runs a history against engine and model, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pm_engine::command::{Actor, Change, Command};
use pm_engine::error::ExecuteError;
use pm_engine::event::Event;
use pm_engine::model::{ProjectId, Timestamp};
use pm_engine::rejection::RejectionCode;
use pm_engine::{Durability, Engine, EngineConfig, ManualClock, Subscription, Tenant};

use crate::model::{Done, Ids, Stage, World};
use crate::plan::{MONDAY, Planner, Turn, actor};
use crate::{compare, finish, tables};

/// How often each thing happened.
#[derive(Default, Debug, Clone)]
pub(crate) struct Coverage {
    pub(crate) accepted: BTreeMap<String, u64>,
    pub(crate) unchanged: BTreeMap<String, u64>,
    pub(crate) refused: BTreeMap<String, BTreeMap<&'static str, u64>>,
    pub(crate) replayed: u64,
    /// At which check commands were refused.
    pub(crate) stages: BTreeMap<Stage, u64>,
}

pub(crate) fn variant(change: &Change) -> String {
    let text = format!("{change:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

/// One engine with one tenant, its model, and two who listen.
pub(crate) struct Sim {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) engine: Engine,
    pub(crate) tenant: Tenant,
    clock: Arc<ManualClock>,
    pub(crate) world: World,
    head: i64,
    admin: Subscription,
    member: Subscription,
    /// Sequence of the last event of each entity.
    pub(crate) changed: BTreeMap<String, i64>,
    steps: u64,
    pub(crate) coverage: Coverage,
}

fn start(folder: &std::path::Path, clock: &Arc<ManualClock>) -> Engine {
    let config = EngineConfig {
        workers: 0,
        clock: Arc::clone(clock) as _,
        durability: Durability::Relaxed,
        ..EngineConfig::new(folder)
    };
    Engine::open(config).unwrap()
}

/// Who listens beside the admin.
const LISTENER: &str = "bob";

impl Sim {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(MONDAY)));
        let engine = start(folder.path(), &clock);
        let tenant = engine.create_tenant("sim").unwrap();
        let admin = tenant.subscribe(&actor("root"), 0, None).unwrap();
        let member = tenant.subscribe(&actor(LISTENER), 0, None).unwrap();
        let world = World::new(pm_engine::model::TenantSettings {
            timer_cap_seconds: pm_engine::limits::TIMER_CAP_SECONDS_DEFAULT,
            timer_cap_policy: pm_engine::model::TimerCapPolicy::Flag,
            overlap_policy: pm_engine::model::OverlapPolicy::Allow,
            version: 1,
        });
        Self {
            folder,
            engine,
            tenant,
            clock,
            world,
            head: 0,
            admin,
            member,
            changed: BTreeMap::new(),
            steps: 0,
            coverage: Coverage::default(),
        }
    }

    /// One command in both; an error tells how they differ.
    pub(crate) fn turn(&mut self, turn: &Turn) -> Result<(), String> {
        self.steps += 1;
        self.clock.set(Timestamp::from_millis(turn.now));
        let digest =
            (self.steps.is_multiple_of(16)).then(|| tables::digest(&tables::open(self.folder.path())));
        let answer = self.tenant.execute(turn.command.clone());
        let head = self.tenant.head().unwrap();
        let events = self.news(head)?;
        let before = self.world.clone();
        let mut ids = Ids::of(&events);
        let predicted = self.world.execute(&turn.command, Timestamp::from_millis(turn.now), &mut ids);
        let name = turn.command.parts.first().map_or("nothing".to_owned(), |part| variant(&part.change));
        match (answer, predicted) {
            (Err(ExecuteError::Failed(failure)), _) => return Err(format!("failed: {}", failure.detail())),
            (Err(ExecuteError::Rejected(seen)), Err(known)) => {
                if !known.codes.contains(&seen.code) {
                    return Err(format!("engine says {seen}, model says {known:?}"));
                }
                let batch = turn.command.parts.len() > 1;
                if batch && known.part.is_some() && seen.part.map(|part| part as usize) != known.part {
                    return Err(format!("the refused part: engine {:?}, model {known:?}", seen.part));
                }
                if seen.code == RejectionCode::Conflict && seen.current.is_none() {
                    return Err("a conflict without the current entity".to_owned());
                }
                if head != self.head {
                    return Err("a refused command moved the head".to_owned());
                }
                if digest.is_some_and(|digest| digest != tables::digest(&tables::open(self.folder.path()))) {
                    return Err("a refused command changed the file".to_owned());
                }
                *self.coverage.stages.entry(known.stage).or_default() += 1;
                let at = known.part.unwrap_or(0).min(turn.command.parts.len().saturating_sub(1));
                let name = turn.command.parts.get(at).map_or(name, |part| variant(&part.change));
                *self.coverage.refused.entry(name).or_default().entry(seen.code.as_str()).or_default() += 1;
            }
            (Err(error), _) => return Err(format!("engine refuses ({error}), model accepts")),
            (Ok(outcome), Err(known)) => {
                return Err(format!(
                    "engine accepts ({} events), model refuses: {known:?}\n  {outcome:?}",
                    events.len()
                ));
            }
            (Ok(outcome), Ok(Done::Replayed)) => {
                if !outcome.replayed || head != self.head {
                    return Err(format!("a repeated command was not answered from its record: {outcome:?}"));
                }
                self.coverage.replayed += 1;
            }
            (Ok(outcome), Ok(Done::Made(made))) => {
                let range = (events.first().map(|e| e.sequence), events.last().map(|e| e.sequence));
                if outcome.replayed || (outcome.first_sequence, outcome.last_sequence) != range {
                    return Err(format!("the outcome's sequences: {outcome:?}, events {range:?}"));
                }
                compare::events(&before, &mut self.world, &turn.command, &events, turn.now)?;
                for (seen, known) in outcome.results.iter().zip(&made) {
                    let same = (seen.entity_kind, seen.id.as_str(), seen.changed)
                        == (known.kind, known.id.as_str(), known.changed);
                    if !same {
                        return Err(format!("result: engine {seen:?}, model {known:?}"));
                    }
                }
                for (part, made) in turn.command.parts.iter().zip(&made) {
                    let table =
                        if made.changed { &mut self.coverage.accepted } else { &mut self.coverage.unchanged };
                    *table.entry(variant(&part.change)).or_default() += 1;
                }
                if let (Some(last), Some(known)) = (outcome.results.last(), made.last())
                    && let Some(entity) = compare::entity(&self.world, known.kind, &known.id)
                    && entity.version() != last.version
                {
                    return Err(format!("version of the result: {last:?}, model {}", entity.version()));
                }
            }
        }
        self.listen(&before, &events)?;
        self.head = head;
        self.changed.extend(events.iter().map(|event| (event.entity_id.clone(), event.sequence)));
        Ok(())
    }

    /// What the admin's stream brought: every event, gap-free.
    fn news(&mut self, head: i64) -> Result<Vec<Event>, String> {
        let mut all = Vec::new();
        while let Some(batch) = self.admin.try_next().map_err(|f| f.detail().to_owned())? {
            all.extend(batch.decode().map_err(|f| f.detail().to_owned())?);
        }
        let seen: Vec<i64> = all.iter().map(|event| event.sequence).collect();
        if seen != (self.head + 1..=head).collect::<Vec<_>>() {
            return Err(format!("the admin saw {seen:?} between {} and {head}", self.head));
        }
        Ok(all)
    }

    /// "A stream is filtered by what the subscriber may see now; each change of that is delivered"
    fn listen(&mut self, before: &World, events: &[Event]) -> Result<(), String> {
        let listener: Actor = actor(LISTENER);
        let sees = |world: &World, project: ProjectId| world.role(&listener, project).is_some();
        let (mut seen, mut access) = (BTreeSet::new(), BTreeMap::new());
        while let Some(batch) = self.member.try_next().map_err(|f| f.detail().to_owned())? {
            let decoded = batch.decode().map_err(|f| f.detail().to_owned())?;
            seen.extend(decoded.iter().map(|event| event.sequence));
            for change in &batch.access {
                access.insert(change.project, change.gained);
            }
        }
        for event in events {
            let gone = event.project.is_some_and(|project| !self.world.projects.contains_key(&project));
            let wanted = event.project.is_none_or(|project| sees(&self.world, project));
            if !gone && seen.contains(&event.sequence) != wanted {
                return Err(format!("the member {} event {event:?}", if wanted { "missed" } else { "saw" }));
            }
        }
        for project in self.world.projects.keys().filter(|project| before.projects.contains_key(project)) {
            let (was, is) = (sees(before, *project), sees(&self.world, *project));
            let told = access.get(project).copied();
            if (was != is && told != Some(is)) || (was == is && told.is_some_and(|gained| gained != is)) {
                return Err(format!("access to {project}: {was} → {is}, told {told:?}"));
            }
        }
        Ok(())
    }

    /// Closes the engine and opens it again.
    pub(crate) fn reopen(&mut self) {
        self.engine.close();
        self.engine = start(self.folder.path(), &self.clock);
        self.tenant = self.engine.tenant("sim").unwrap();
    }
}

/// What went wrong, where.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) at: usize,
    pub(crate) why: String,
}

/// Runs given turns, or makes them as it goes; then compares everything.
pub(crate) fn history(
    seed: u64,
    steps: usize,
    turns: &mut Vec<Turn>,
    fresh: bool,
) -> Result<Coverage, Failed> {
    let mut sim = Sim::new();
    let mut planner = Planner::new(seed);
    let count = if fresh { steps } else { turns.len() };
    for at in 0..count {
        if fresh {
            turns.push(planner.next(&sim.world));
        }
        sim.turn(&turns[at]).map_err(|why| Failed { at, why })?;
    }
    finish::finish(&mut sim).map_err(|why| Failed { at: count, why })?;
    Ok(sim.coverage)
}

/// Drops turns as long as the rest still fails in the same way.
pub(crate) fn shrink(mut turns: Vec<Turn>, failed: Failed) -> (Vec<Turn>, Failed) {
    let kind = |why: &str| why.split([' ', ':', '(']).take(3).collect::<Vec<_>>().join(" ");
    let mut best = failed;
    turns.truncate(best.at + 1);
    let mut size = (turns.len() / 2).max(1);
    let mut tries = 0;
    while tries < 150 {
        let mut from = 0;
        let mut smaller = false;
        while from < turns.len() && tries < 150 {
            let mut fewer = turns.clone();
            fewer.drain(from..(from + size).min(turns.len()));
            tries += 1;
            match history(0, 0, &mut fewer, false) {
                Err(failed) if kind(&failed.why) == kind(&best.why) => {
                    fewer.truncate(failed.at + 1);
                    (turns, best, smaller) = (fewer, failed, true);
                }
                _ => from += size,
            }
        }
        if size == 1 && !smaller {
            break;
        }
        size = (size / 2).max(1);
    }
    (turns, best)
}

pub(crate) fn describe(command: &Command) -> String {
    // Fields at rest say nothing.
    let mut text = format!("{} {} {:?}", command.actor.user, command.id, command.parts);
    let quiet = [
        "lane",
        "assignee",
        "points",
        "estimate_seconds",
        "remaining_seconds",
        "start_date",
        "due_date",
        "sprint",
        "parent",
        "place",
        "sibling_place",
        "external",
        "expected_version",
        "origin",
        "id",
        "priority",
        "reply_to",
    ];
    for name in quiet {
        text = text.replace(&format!(", {name}: None"), "");
    }
    text.replace(", labels: []", "").replace(", extra: \"\"", "").replace(", description: \"\"", "")
}
