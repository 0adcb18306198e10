//! Cost is independent of size: every change runs a bounded number of statements and steps, the same in a small
//! tenant and in a large one, and scans no table that grows.
//!
//! Long form (100,000 items; prints the table):
//! `PM_PROOF_LONG=1 cargo test --release -p pm-engine --lib transact_tests -- --nocapture`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use googletest::prelude::*;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus};

use crate::apply;
use crate::clock::ManualClock;
use crate::command::*;
use crate::decide::Memory;
use crate::model::*;
use crate::outcome::Outcome;
use crate::store::open::{self, Durability};
use crate::store::rows;
use crate::transact::{self, Request};

const NOW: i64 = 1_767_600_000_000;
const SMALL: usize = 100;
/// Children of each background epic, and parts of each command that makes them.
const FAMILY: usize = 40;
/// Items of the sprint that is completed, the lane that is deleted, the family that is deleted.
const NEIGHBOURS: usize = 10;
/// Most statements of any change here: those with ten neighbours write each of them.
const STATEMENTS_MAX: usize = 600;
/// More rows make deeper search trees, not more steps; a few are due to neighbours that differ.
const STEPS_SLACK: i64 = 20;

fn large() -> usize {
    if std::env::var_os("PM_PROOF_LONG").is_some() { 100_000 } else { 4_000 }
}

/// What running something cost.
#[derive(Clone, Copy, Default, Debug)]
struct Cost {
    statements: usize,
    /// Steps of full table scans.
    scan: i64,
    /// Indexes SQLite built for one statement.
    auto_index: i64,
    steps: i64,
}

/// Per statement: how often it ran, and its counters, which count on while it stays prepared.
type Ran = BTreeMap<String, (usize, i64, i64, i64)>;

struct Fixture {
    connection: Connection,
    memory: Memory,
    head: i64,
    clock: ManualClock,
    ran: Arc<Mutex<Ran>>,
    scans: BTreeSet<String>,
    costs: Vec<(&'static str, Cost)>,
    folder: tempfile::TempDir,
}

fn admin() -> Actor {
    Actor::admin(user("root"))
}

fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

fn task(title: &str) -> NewItem {
    NewItem::new("PM", ItemKind::Task, title)
}

fn create(new: NewItem) -> Change {
    Change::CreateItem(Box::new(new))
}

impl Fixture {
    /// A project of so many items with all that hangs on them.
    fn new(items: usize, analyzed: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connection = open::open_writer(&folder.path().join("t.db"), Durability::Relaxed, true).unwrap();
        open::initialise(&connection, Epoch::generate(), Timestamp::from_millis(NOW)).unwrap();
        let mut fixture = Self {
            connection,
            memory: Memory::default(),
            head: 0,
            clock: ManualClock::new(Timestamp::from_millis(NOW)),
            ran: Arc::default(),
            scans: BTreeSet::new(),
            costs: Vec::new(),
            folder,
        };
        fixture.run(vec![Change::CreateProject(NewProject::new("PM", "Large"))]);
        for first in (0..items).step_by(FAMILY) {
            fixture.background(first);
        }
        if analyzed {
            fixture.connection.execute_batch("ANALYZE").unwrap();
        }
        // As in a file that was closed and opened again, with the graph loaded.
        let path = fixture.folder.path().join("t.db");
        fixture.connection = open::open_writer(&path, Durability::Relaxed, false).unwrap();
        drop(fixture.memory.graph.get(&fixture.connection).unwrap());
        fixture.trace();
        fixture
    }

    /// An epic with its children, some blocked, some done, with comments and time.
    fn background(&mut self, first: usize) {
        let mut parts = vec![create(NewItem::new("PM", ItemKind::Epic, format!("Epic {first}")))];
        for n in 0..FAMILY {
            let index = parts.len();
            let at = first + n;
            let mut new = task(&format!("Item {at}"));
            new.parent = Some(ItemRef::part(0));
            new.labels = vec![format!("l{}", at % 20), "all".to_owned()];
            new.assignee = Some(user(&format!("u{}", at % 50)));
            new.lane = Some(["backlog", "todo", "in_progress", "done"][at % 4].into());
            new.due_date = Some("2026-03-01".parse().unwrap());
            new.external = Some(ExternalRef { source: "s".to_owned(), id: format!("{at}") });
            parts.push(create(new));
            let item = || ItemRef::part(u32::try_from(index).unwrap());
            if n % 5 == 4 {
                let from = ItemRef::part(u32::try_from(index - 1).unwrap());
                parts.push(Change::AddDependency {
                    id: None,
                    kind: DependencyKind::Blocks,
                    from,
                    to: item(),
                });
                parts.push(Change::AddComment(NewComment::new(item().as_str(), "see PM-1, @u1")));
                let start = NOW - 3_600_000 * (2 + i64::try_from(at).unwrap());
                parts.push(Change::AddTimeEntry(NewTimeEntry {
                    id: None,
                    item: item(),
                    user: Some(user(&format!("u{}", at % 50))),
                    started_at: Timestamp::from_millis(start),
                    ended_at: Timestamp::from_millis(start + 1_800_000),
                    note: String::new(),
                }));
            }
        }
        let made = self.run(parts).results;
        // Each family has one that was deleted, and one whose comment was answered.
        self.run(vec![Change::DeleteItem { item: made[1].id.as_str().into(), cascade: false }]);
        let mut comments = made.iter().filter(|result| result.entity_kind == EntityKind::Comment);
        let mut answer = NewComment::new(made[5].id.as_str(), "yes");
        answer.reply_to = comments.next().map(|comment| comment.id.as_str().into());
        self.run(vec![Change::AddComment(answer)]);
    }

    fn trace(&mut self) {
        let ran = Arc::clone(&self.ran);
        let seen = move |event: TraceEvent<'_>| {
            if let TraceEvent::Profile(statement, _) = event {
                let status = |which| i64::from(statement.get_status(which));
                let mut ran = ran.lock().unwrap();
                let entry = ran.entry(statement.sql().into_owned()).or_default();
                entry.0 += 1;
                entry.1 = entry.1.max(status(StatementStatus::FullscanStep));
                entry.2 = entry.2.max(status(StatementStatus::AutoIndex));
                entry.3 = entry.3.max(status(StatementStatus::VmStep));
            }
        };
        self.connection.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(seen)).unwrap();
    }

    /// Runs one command in a transaction of its own.
    fn run(&mut self, changes: Vec<Change>) -> Outcome {
        let request = Request::new(Command::batch(admin(), changes)).unwrap();
        let group =
            transact::run(&self.connection, &self.memory, self.head, &[&request], &self.clock).unwrap();
        self.head = group.events.last().map_or(self.head, |event| event.sequence);
        group.answers.into_iter().next().unwrap().unwrap()
    }

    fn id(&mut self, change: Change) -> String {
        self.run(vec![change]).results[0].id.clone()
    }

    /// Runs one change and keeps what it cost.
    fn measure(&mut self, change: Change) -> String {
        let name = name(&change);
        self.measured(name, |fixture| fixture.id(change))
    }

    fn measured<T>(&mut self, name: &'static str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.connection.flush_prepared_statement_cache();
        self.ran.lock().unwrap().clear();
        let result = work(self);
        let ran = std::mem::take(&mut *self.ran.lock().unwrap());
        let mut cost = Cost::default();
        for (sql, (runs, scan, auto_index, steps)) in ran {
            cost.statements += runs;
            if scan > 0 {
                self.scans.insert(format!("{name}: {scan} steps: {sql}"));
            }
            cost.scan += scan;
            cost.auto_index += auto_index;
            cost.steps += steps;
        }
        self.costs.push((name, cost));
        result
    }

    fn item(&mut self, new: NewItem) -> String {
        self.id(create(new))
    }

    fn whole_item(&self, id: &str) -> WorkItem {
        let sql = rows::concat_sql!(
            "SELECT ",
            rows::WORK_ITEM,
            ", ",
            rows::WORK_ITEM_LONG,
            " FROM work_items i WHERE id = ?1"
        );
        self.connection.query_row(sql, [id], rows::work_item_whole).unwrap()
    }
}

/// A variant's name; a new one must be added to the proof.
fn name(change: &Change) -> &'static str {
    macro_rules! names {
        ($($variant:ident)*) => {
            match change { $(Change::$variant { .. } => stringify!($variant),)* }
        };
    }
    names!(UpdateTenantSettings UpdateUser CreateProject UpdateProject ArchiveProject UnarchiveProject DeleteProject
        RestoreProject PurgeProject SetMember RemoveMember CreateLane UpdateLane MoveLane DeleteLane RestoreLane
        CreateItem UpdateItem MoveItem DeleteItem RestoreItem PurgeItem CreateSprint UpdateSprint StartSprint
        CompleteSprint CancelSprint DeleteSprint RestoreSprint AddComment EditComment DeleteComment RestoreComment
        PurgeComment StartTimer StopTimer AddTimeEntry UpdateTimeEntry DeleteTimeEntry RestoreTimeEntry
        AddDependency RemoveDependency LoadEntity)
}
const VARIANTS: usize = 43;

fn people_and_projects(f: &mut Fixture) {
    let changes = vec![TenantSettingChange::TimerCapSeconds(36_000)];
    f.measure(Change::UpdateTenantSettings { changes });
    f.measure(Change::UpdateUser {
        user: user("ann"),
        changes: vec![UserChange::Name(Some("Ann".to_owned()))],
    });
    f.measure(Change::CreateProject(NewProject::new("AA", "Small")));
    let title = ProjectChange::Title("Renamed".to_owned());
    let changes =
        vec![title, ProjectChange::Description("New".to_owned()), ProjectChange::ParallelSprints(true)];
    f.measure(Change::UpdateProject { project: "PM".into(), changes });
    f.run(vec![Change::UpdateProject {
        project: "PM".into(),
        changes: vec![ProjectChange::ParallelSprints(false)],
    }]);
    f.measure(Change::ArchiveProject { project: "PM".into() });
    let large = f.measure(Change::UnarchiveProject { project: "PM".into() });
    f.measure(Change::DeleteProject { project: "PM".into() });
    f.measure(Change::RestoreProject { project: large.as_str().into() });
    f.measure(Change::SetMember { project: "PM".into(), user: user("bob"), role: ProjectRole::Editor });
    f.measure(Change::RemoveMember { project: "PM".into(), user: user("bob") });
    let inside = f.item(NewItem::new("AA", ItemKind::Task, "Inside"));
    let outside = f.item(task("Outside"));
    let (from, to) = (inside.as_str().into(), outside.as_str().into());
    f.run(vec![Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to }]);
    let small = f.id(Change::DeleteProject { project: "AA".into() });
    f.measure(Change::PurgeProject { project: small.as_str().into() });
    f.measured("(purge steps of a small project)", |f| while apply::purge_step(&f.connection).unwrap() {});
}

fn lanes(f: &mut Fixture) {
    let target = |lane: &str| LaneTarget { project: Some("PM".into()), lane: lane.into() };
    let lane = NewLane {
        id: None,
        name: "Test".to_owned(),
        status: None,
        category: LaneCategory::Started,
        wip_limit: None,
    };
    f.measure(Change::CreateLane {
        project: "PM".into(),
        lane,
        place: Some(LanePlace::After("in_progress".into())),
    });
    let changes = vec![LaneChange::WipLimit(Some(3)), LaneChange::Name("Testing".to_owned())];
    f.measure(Change::UpdateLane { lane: target("test"), changes });
    f.measure(Change::MoveLane { lane: target("test"), place: LanePlace::First });
    for n in 0..NEIGHBOURS {
        f.item(NewItem { lane: Some("test".into()), ..task(&format!("in test {n}")) });
    }
    let gone = f.measure(Change::DeleteLane { lane: target("test"), move_items_to: Some("todo".into()) });
    f.measure(Change::RestoreLane { lane: target(&gone) });
}

fn items(f: &mut Fixture) {
    let sprint = f.id(Change::CreateSprint(NewSprint::new("PM", "Items")));
    let mut new = task("New");
    new.parent = Some("PM-1".into());
    new.sibling_place = Some(Place::After("PM-3".into()));
    new.place = Some(Place::First);
    new.lane = Some("todo".into());
    new.labels = vec!["all".to_owned(), "new".to_owned()];
    new.sprint = Some(sprint.as_str().into());
    new.external = Some(ExternalRef { source: "s".to_owned(), id: "new".to_owned() });
    let item = f.measure(create(new));
    let changes = vec![
        ItemChange::Kind(ItemKind::Bug),
        ItemChange::Title("Changed".to_owned()),
        ItemChange::Description("Text".to_owned()),
        ItemChange::Assignee(Some(user("u1"))),
        ItemChange::Labels(vec!["all".to_owned(), "changed".to_owned()]),
        ItemChange::Points(Some(3.0)),
        ItemChange::External(Some(ExternalRef { source: "s".to_owned(), id: "changed".to_owned() })),
        ItemChange::Extra("{\"a\":1}".to_owned()),
    ];
    f.measure(Change::UpdateItem { item: item.as_str().into(), changes });
    let mut moved = ItemMove::to_lane(item.as_str(), "done");
    moved.place = Some(Place::First);
    moved.parent = Some(ParentChange::Set("PM-42".into()));
    moved.sprint = Some(SprintAssignment::Clear);
    f.measure(Change::MoveItem(moved));
    let root = f.item(NewItem::new("PM", ItemKind::Story, "Root"));
    let first = f.id(Change::AddComment(NewComment::new(root.as_str(), "first")));
    for n in 0..NEIGHBOURS {
        let mut answer = NewComment::new(root.as_str(), "answer");
        answer.reply_to = Some(first.as_str().into());
        f.run(vec![Change::AddComment(answer)]);
        let child = f.item(NewItem { parent: Some(root.as_str().into()), ..task(&format!("child {n}")) });
        let (from, to) = (item.as_str().into(), child.as_str().into());
        f.run(vec![Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to }]);
    }
    let delete = || Change::DeleteItem { item: root.as_str().into(), cascade: true };
    f.measure(delete());
    f.measure(Change::RestoreItem { item: root.as_str().into() });
    f.run(vec![delete()]);
    f.measure(Change::PurgeItem { item: root.as_str().into() });
    f.measured(
        "(purge steps of an item, 11 comments)",
        |f| while apply::purge_step(&f.connection).unwrap() {},
    );
    let loaded =
        WorkItem { id: ItemId::generate(), number: 1_000_000, external: None, ..f.whole_item(&item) };
    f.measure(Change::LoadEntity(Box::new(Entity::WorkItem(Box::new(loaded)))));
}

fn sprints(f: &mut Fixture) {
    let sprint = f.measure(Change::CreateSprint(NewSprint::new("PM", "One")));
    let named = || SprintRef::from(sprint.as_str());
    let changes = vec![SprintChange::Name("First".to_owned()), SprintChange::Goal("Goal".to_owned())];
    f.measure(Change::UpdateSprint { sprint: named(), changes });
    for n in 0..NEIGHBOURS {
        f.item(NewItem { sprint: Some(named()), points: Some(1.0), ..task(&format!("in sprint {n}")) });
    }
    f.measure(Change::StartSprint { sprint: named() });
    f.measure(Change::CompleteSprint { sprint: named(), carry_to: None });
    let other = f.id(Change::CreateSprint(NewSprint::new("PM", "Two")));
    for n in 0..NEIGHBOURS {
        f.item(NewItem { sprint: Some(other.as_str().into()), ..task(&format!("in two {n}")) });
    }
    f.measure(Change::CancelSprint { sprint: other.as_str().into() });
    f.measure(Change::DeleteSprint { sprint: other.as_str().into() });
    f.measure(Change::RestoreSprint { sprint: other.as_str().into() });
}

fn comments_and_dependencies(f: &mut Fixture) {
    let first = f.id(Change::AddComment(NewComment::new("PM-7", "first")));
    let mut new = NewComment::new("PM-7", "see PM-8 and @u2");
    new.reply_to = Some(first.as_str().into());
    let comment = f.measure(Change::AddComment(new));
    let named = || CommentRef::from(comment.as_str());
    f.measure(Change::EditComment { comment: named(), text: "now PM-4".to_owned() });
    f.measure(Change::DeleteComment { comment: named() });
    f.measure(Change::RestoreComment { comment: named() });
    f.measure(Change::PurgeComment { comment: named() });
    f.measured("(purge steps of a comment)", |f| while apply::purge_step(&f.connection).unwrap() {});
    let [a, b] = ["A", "B"].map(|title| f.item(task(title)));
    let add = |kind, from: &str, to: &str| Change::AddDependency {
        id: None,
        kind,
        from: from.into(),
        to: to.into(),
    };
    let blocks = f.measure(add(DependencyKind::Blocks, &a, &b));
    f.measured("(AddDependency relates_to)", |f| f.id(add(DependencyKind::RelatesTo, &a, "PM-7")));
    f.measure(Change::RemoveDependency { dependency: blocks.as_str().into() });
}

fn time(f: &mut Fixture) {
    let [a, b] = ["Timer", "Other"].map(|title| f.item(task(title)));
    let start = |item: &str| Change::StartTimer { id: None, item: item.into(), note: "n".to_owned() };
    f.run(vec![start(&a)]);
    f.clock.advance(60_000);
    f.measure(start(&b));
    f.clock.advance(60_000);
    f.measure(Change::StopTimer { entry: None });
    let entry = f.measure(Change::AddTimeEntry(NewTimeEntry {
        id: None,
        item: "PM-7".into(),
        user: Some(user("u1")),
        started_at: Timestamp::from_millis(NOW - 7_000_000),
        ended_at: Timestamp::from_millis(NOW - 6_000_000),
        note: "by hand".to_owned(),
    }));
    let named = || TimeEntryRef::from(entry.as_str());
    let changes = vec![
        TimeEntryChange::Item("PM-3".into()),
        TimeEntryChange::StartedAt(Timestamp::from_millis(NOW - 6_500_000)),
        TimeEntryChange::Note("changed".to_owned()),
    ];
    f.measure(Change::UpdateTimeEntry { entry: named(), changes });
    f.measure(Change::DeleteTimeEntry { entry: named() });
    f.measure(Change::RestoreTimeEntry { entry: named() });
}

fn measured(items_before: usize, analyzed: bool) -> Fixture {
    let mut fixture = Fixture::new(items_before, analyzed);
    for work in [people_and_projects, lanes, items, sprints, comments_and_dependencies, time] {
        work(&mut fixture);
    }
    fixture
}

#[gtest]
fn given_a_small_and_a_large_tenant_when_every_change_runs_then_it_costs_the_same() {
    let (small, large) = (measured(SMALL, false), measured(large(), false));
    compare(&small, &large, &[]);
    expect_that!(large.scans, is_empty(), "statements that scan a table");
}

/// Somebody may have run `ANALYZE` on the file (the engine does not). Then the planner scans what it knows to be tiny,
/// and, where it takes the project for an average one, goes through all dependencies once for a Bloom filter.
#[gtest]
fn given_statistics_in_the_file_when_every_change_runs_then_it_costs_the_same() {
    compare(&measured(SMALL, true), &measured(large(), true), &["PurgeProject"]);
}

fn compare(small: &Fixture, large: &Fixture, steps_may_differ: &[&str]) {
    println!("statements, virtual machine steps at {SMALL} and {} items", self::large());
    let names: BTreeSet<_> =
        small.costs.iter().map(|(name, _)| *name).filter(|n| !n.starts_with('(')).collect();
    expect_that!(names.len(), eq(VARIANTS), "every variant is measured");
    for ((name, few), (_, many)) in small.costs.iter().zip(&large.costs) {
        println!("{name:34} {:4} {:4}   {:6} {:6}", few.statements, many.statements, few.steps, many.steps);
        expect_that!(many.statements, eq(few.statements), "{name}");
        expect_that!(many.statements, le(STATEMENTS_MAX), "{name}");
        expect_that!(many.auto_index, eq(0), "{name}");
        if steps_may_differ.contains(name) {
            continue;
        }
        expect_that!(
            many.steps,
            le(few.steps + STEPS_SLACK),
            "{name} walks through more rows of a larger tenant"
        );
        expect_that!(many.scan, eq(few.scan), "{name} scans a table that grows");
    }
}
