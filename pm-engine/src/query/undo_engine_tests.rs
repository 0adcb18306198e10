//! Undo against the write path itself: after any command and its undo the tenant is what it was.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rusqlite::Connection;

use super::inverse;
use crate::command::{
    Actor, Change, Command, ItemChange, ItemMove, LaneChange, LanePlace, LaneTarget, NewComment, NewItem,
    NewLane, NewProject, NewSprint, ParentChange, Part, Place, SprintAssignment,
};
use crate::error::{ExecuteError, Stop};
use crate::model::{
    CommandId, DependencyKind, ItemKind, LaneCategory, LaneRef, Priority, ProjectRole, UserId,
};
use crate::{Engine, EngineConfig, Tenant};

const ITEMS: usize = 7;
const LANES: [&str; 5] = ["backlog", "todo", "in_progress", "review", "done"];

fn root() -> Actor {
    Actor::admin(UserId::new("root").unwrap())
}

struct Bench {
    _folder: tempfile::TempDir,
    _engine: Engine,
    tenant: Tenant,
    conn: Connection,
}

impl Bench {
    /// A project with a small tree, dependencies, two sprints, comments and a member.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(folder.path()) }).unwrap();
        let tenant = engine.create_tenant("t").unwrap();
        let conn = Connection::open(tenant.file()).unwrap();
        let bench = Self { _folder: folder, _engine: engine, tenant, conn };
        bench.run(Change::CreateProject(NewProject::new("PM", "Project")));
        for name in ["one", "two"] {
            bench.run(Change::CreateSprint(NewSprint::new("PM", name)));
        }
        for n in 0..ITEMS {
            let mut item = NewItem::new("PM", ItemKind::Task, format!("item {n}"));
            item.lane = Some(LANES[n % 3].into());
            item.parent =
                [None, Some("PM-1"), Some("PM-1"), None, Some("PM-4"), Some("PM-2"), None][n].map(Into::into);
            bench.run(Change::CreateItem(Box::new(item)));
        }
        bench.run(blocks("PM-3", "PM-5"));
        bench.run(blocks("PM-4", "PM-7"));
        bench.run(Change::AddComment(NewComment::new("PM-1", "words")));
        bench.run(Change::SetMember { project: "PM".into(), user: user("bob"), role: ProjectRole::Viewer });
        bench
    }

    fn run(&self, change: Change) {
        self.tenant.execute(Command::new(root(), change)).unwrap();
    }

    fn ids(&self, sql: &str) -> Vec<String> {
        let mut statement = self.conn.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    fn pick(&self, sql: &str, n: usize) -> String {
        let ids = self.ids(sql);
        ids[n % ids.len()].clone()
    }

    /// Everything live that a user sees, without ids of what undo makes anew, order keys and versions.
    fn state(&self) -> BTreeMap<&'static str, Vec<String>> {
        let lists = [
            (
                "items",
                "SELECT json_array(number, kind, title, lane_id, priority, assignee, labels, points, sprint_id, \
              parent_id, description, completed_at IS NULL, extra) FROM work_items WHERE deleted_at IS NULL ORDER BY number",
            ),
            (
                "lane order",
                "SELECT lane_id || ' ' || number FROM work_items WHERE deleted_at IS NULL \
              ORDER BY lane_id, lane_order, id",
            ),
            (
                "sibling order",
                "SELECT parent_id || ' ' || number FROM work_items WHERE deleted_at IS NULL \
              AND parent_id IS NOT NULL ORDER BY parent_id, parent_order, id",
            ),
            (
                "dependencies",
                "SELECT json_array(kind, from_item, to_item) FROM dependencies WHERE deleted_at IS NULL \
              ORDER BY 1",
            ),
            (
                "lanes",
                "SELECT json_array(name, status, category, wip_limit, id) FROM swim_lanes WHERE deleted_at IS NULL \
              ORDER BY position",
            ),
            (
                "sprints",
                "SELECT json_array(name, goal, id) FROM sprints WHERE deleted_at IS NULL ORDER BY name",
            ),
            (
                "members",
                "SELECT json_array(user_id, role) FROM project_members WHERE removed_at IS NULL ORDER BY 1",
            ),
            ("comments", "SELECT json_array(id, text) FROM comments WHERE deleted_at IS NULL ORDER BY id"),
            (
                "projects",
                "SELECT json_array(title, status, description, default_lane) FROM projects WHERE deleted_at IS NULL",
            ),
        ];
        lists.into_iter().map(|(name, sql)| (name, self.ids(sql))).collect()
    }
}

fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

#[derive(Clone, Copy, Debug)]
struct Dice {
    what: usize,
    a: usize,
    b: usize,
}

fn dice() -> impl Strategy<Value = Dice> {
    (0..20_usize, 0..60_usize, 0..60_usize).prop_map(|(what, a, b)| Dice { what, a, b })
}

fn key(n: usize) -> String {
    format!("PM-{}", n % ITEMS + 1)
}

fn change(bench: &Bench, Dice { what, a, b }: Dice) -> Change {
    let item = || key(a).into();
    let lane = |n: usize| LaneRef::from(LANES[n % LANES.len()]);
    let lane_target = |n: usize| LaneTarget { project: Some("PM".into()), lane: lane(n) };
    let sprint = |n| bench.pick("SELECT id FROM sprints ORDER BY name", n).into();
    let comment = || bench.pick("SELECT id FROM comments", a).into();
    let moved = |with: &dyn Fn(&mut ItemMove)| {
        let mut moved = ItemMove::new(key(a));
        with(&mut moved);
        Change::MoveItem(moved)
    };
    match what {
        0 => Change::CreateItem(Box::new(NewItem {
            parent: (b % 2 == 0).then(item),
            ..NewItem::new("PM", ItemKind::Bug, "new")
        })),
        1 => Change::UpdateItem {
            item: item(),
            changes: vec![
                ItemChange::Title(format!("t{b}")),
                ItemChange::Points(Some(1.5)),
                ItemChange::Priority(Priority::High),
            ],
        },
        2 => Change::UpdateItem {
            item: item(),
            changes: vec![
                ItemChange::Description(format!("d{b}")),
                ItemChange::Labels(vec![format!("l{b}")]),
            ],
        },
        3 | 4 => moved(&|m| m.lane = Some(lane(b))),
        5 | 6 => moved(&|m| m.place = Some(Place::Before(key(b).into()))),
        7 | 8 => moved(&|m| (m.lane, m.place) = (Some(lane(b)), Some(Place::First))),
        9 => moved(&|m| m.parent = Some(ParentChange::Set(key(b).into()))),
        10 => moved(&|m| m.parent = Some(ParentChange::Clear)),
        11 => moved(&|m| m.sprint = Some(SprintAssignment::Set(sprint(b)))),
        12 => Change::DeleteItem { item: item(), cascade: true },
        13 => {
            Change::AddDependency { id: None, kind: DependencyKind::Blocks, from: item(), to: key(b).into() }
        }
        14 => Change::CreateLane {
            project: "PM".into(),
            lane: NewLane {
                id: None,
                name: format!("lane {b}"),
                status: None,
                category: LaneCategory::Started,
                wip_limit: None,
            },
            place: Some(LanePlace::First),
        },
        15 => Change::DeleteLane { lane: lane_target(a), move_items_to: Some(lane(b)) },
        16 => match b % 3 {
            0 => Change::UpdateLane {
                lane: lane_target(a),
                changes: vec![LaneChange::WipLimit(Some(3)), LaneChange::Name(format!("n{b}"))],
            },
            1 => Change::MoveLane { lane: lane_target(a), place: LanePlace::Before(lane(b)) },
            _ => Change::SetMember {
                project: "PM".into(),
                user: user(["bob", "eve"][a % 2]),
                role: ProjectRole::Editor,
            },
        },
        17 => Change::DeleteSprint { sprint: sprint(b) },
        18 => match b % 3 {
            0 => Change::EditComment { comment: comment(), text: format!("c{b}") },
            1 => Change::DeleteComment { comment: comment() },
            _ => Change::AddComment(NewComment::new(key(a), "more")),
        },
        _ => match b % 3 {
            0 => Change::RemoveDependency {
                dependency: bench.pick("SELECT id FROM dependencies ORDER BY id", a).into(),
            },
            1 => Change::RestoreItem { item: item() },
            _ => Change::RemoveMember { project: "PM".into(), user: user("bob") },
        },
    }
}

/// Runs a command of these parts, leaving out those a rule refuses.
fn run(bench: &Bench, dices: &[Dice], id: &str) -> bool {
    let mut parts: Vec<Part> = dices.iter().map(|dice| Part::from(change(bench, *dice))).collect();
    while !parts.is_empty() {
        let command = Command { id: CommandId::new(id).unwrap(), actor: root(), parts: parts.clone() };
        match bench.tenant.execute(command) {
            Ok(outcome) => return outcome.first_sequence.is_some(),
            Err(ExecuteError::Rejected(rejection)) => {
                parts.remove(rejection.part.map_or(0, |part| usize::try_from(part).unwrap()));
            }
            Err(ExecuteError::Failed(failure)) => panic!("{}", failure.detail()),
        }
    }
    false
}

fn undone(bench: &Bench, id: &str) -> Vec<Part> {
    match inverse(&bench.conn, &root(), 0, &CommandId::new(id).unwrap(), &root().user) {
        Ok(undo) => undo.parts,
        Err(Stop::Rejected(rejection)) => panic!("{rejection}"),
        Err(Stop::Failed(error)) => panic!("{error}"),
    }
}

/// After a command of these parts and its undo the tenant is what it was.
#[track_caller]
fn is_taken_back(bench: &Bench, changes: Vec<Change>) {
    let old = bench.state();
    let command = |id: &str, parts| Command { id: CommandId::new(id).unwrap(), actor: root(), parts };
    bench.tenant.execute(command("target", changes.into_iter().map(Part::from).collect())).unwrap();
    assert_ne!(bench.state(), old, "the command changes something");
    let parts = undone(bench, "target");
    bench.tenant.execute(command("undo", parts.clone())).unwrap_or_else(|e| panic!("{e:?} of {parts:#?}"));
    assert_eq!(bench.state(), old, "after {parts:#?}");
}

fn under(item: &str, parent: Option<&str>) -> Change {
    let parent = parent.map_or(ParentChange::Clear, |parent| ParentChange::Set(parent.into()));
    Change::MoveItem(ItemMove { parent: Some(parent), ..ItemMove::new(item) })
}

fn delete(item: &str) -> Change {
    Change::DeleteItem { item: item.into(), cascade: true }
}

fn blocks(from: &str, to: &str) -> Change {
    Change::AddDependency { id: None, kind: DependencyKind::Blocks, from: from.into(), to: to.into() }
}

fn kind(item: &str, kind: ItemKind) -> Change {
    Change::UpdateItem { item: item.into(), changes: vec![ItemChange::Kind(kind)] }
}

#[test]
fn given_a_child_restored_without_its_parent_when_undone_then_it_is_under_its_parent_again() {
    // Seen as a failure of the property below: the restored item's lost parent was in no event.
    is_taken_back(&Bench::new(), vec![delete("PM-4"), Change::RestoreItem { item: "PM-5".into() }]);
    is_taken_back(&Bench::new(), vec![delete("PM-1"), Change::RestoreItem { item: "PM-2".into() }]);
}

#[test]
fn given_an_item_deleted_and_a_dependency_made_that_would_forbid_its_own_when_undone_then_all_come_back() {
    // With PM-2 → PM-4 → PM-7 come back, PM-7 → PM-2 would close the circle.
    let bench = Bench::new();
    bench.run(blocks("PM-2", "PM-4"));
    is_taken_back(&bench, vec![delete("PM-4"), blocks("PM-7", "PM-2")]);
}

#[test]
fn given_an_item_deleted_and_a_parent_set_that_would_forbid_its_dependencies_when_undone_then_all_come_back()
{
    let bench = Bench::new();
    bench.run(blocks("PM-3", "PM-4"));
    is_taken_back(&bench, vec![delete("PM-4"), under("PM-7", Some("PM-3"))]);
}

#[test]
fn given_parents_swapped_when_undone_then_they_are_swapped_back() {
    let bench = Bench::new();
    // Of items in one lane the later one is put back first: here below what is still below it.
    bench.run(under("PM-6", Some("PM-3")));
    is_taken_back(&bench, vec![under("PM-6", None), under("PM-3", Some("PM-6"))]);
    is_taken_back(&Bench::new(), vec![under("PM-5", None), under("PM-4", Some("PM-5"))]);
}

#[test]
fn given_kind_and_parent_changed_together_when_undone_then_both_are_what_they_were() {
    let bench = Bench::new();
    bench.run(kind("PM-7", ItemKind::Epic));
    is_taken_back(&bench, vec![kind("PM-7", ItemKind::Task), under("PM-7", Some("PM-1"))]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn given_any_command_when_undone_then_the_tenant_is_what_it_was(
        before in proptest::collection::vec(dice(), 0..5), target in proptest::collection::vec(dice(), 1..6),
    ) {
        let bench = Bench::new();
        for (n, dice) in before.iter().enumerate() {
            run(&bench, &[*dice], &format!("before-{n}"));
        }
        let old = bench.state();
        prop_assume!(run(&bench, &target, "target"));
        let parts = undone(&bench, "target");
        let command = Command { id: CommandId::new("undo").unwrap(), actor: root(), parts: parts.clone() };
        let kinds: BTreeSet<&str> = old.keys().copied().collect();
        if !parts.is_empty() {
            let done = bench.tenant.execute(command);
            prop_assert!(done.is_ok(), "{done:?} of {parts:#?}");
        }
        let new = bench.state();
        for kind in kinds {
            prop_assert_eq!(&new[kind], &old[kind], "{} after {:#?}", kind, parts);
        }
    }
}
