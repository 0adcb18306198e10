use std::collections::HashMap;

use googletest::prelude::*;
use proptest::prelude::*;

use super::{Undo, inverse};
use crate::command::{Change, ItemChange, ParentChange, Part, Place, SprintAssignment};
use crate::error::Stop;
use crate::model::{
    Action, CommandId, Dependency, DependencyId, DependencyKind, Entity, EntityKind, ItemId, LaneCategory,
    Priority, ProjectRole, Timestamp, Visibility, WorkItem,
};
use crate::query::report_fixture::{Board, Fixture, START, admin, member, user};
use crate::rejection::Rejection;

/// Runs what one command does, and asks how to undo it.
fn done(f: &mut Fixture, what: impl FnOnce(&mut Fixture)) {
    f.next_command("target");
    let first = f.sequence + 1;
    what(f);
    f.record(first);
    f.next_command("later");
}

fn undo(f: &Fixture) -> std::result::Result<Undo, Box<Rejection>> {
    match inverse(&f.conn, &admin(), f.sequence, &CommandId::new("target").unwrap(), &user("ann")) {
        Ok(undo) => Ok(undo),
        Err(Stop::Rejected(rejection)) => Err(rejection),
        Err(Stop::Failed(error)) => panic!("{error}"),
    }
}

fn changes(undo: &Undo) -> Vec<Change> {
    undo.parts.iter().map(|part| part.change.clone()).collect()
}

fn setup() -> (Fixture, Board) {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    (f, board)
}

fn at() -> Timestamp {
    Timestamp::from_millis(START)
}

#[gtest]
fn given_changed_fields_when_undone_then_the_old_values_are_set_and_the_version_is_asked_for() {
    let (mut f, board) = setup();
    let mut item = f.item(&board, 1, "before");
    f.change(Action::Changed, &mut item, |i| {
        i.description = Some("long before".to_owned());
        i.labels = vec!["a,\"b\"".to_owned()];
        i.points = Some(0.5);
        i.due_date = Some("2026-02-28".parse().unwrap());
    });
    done(&mut f, |f| {
        f.change(Action::Changed, &mut item, |i| {
            i.title = "after".to_owned();
            i.description = Some("long after".to_owned());
            i.labels = Vec::new();
            i.points = None;
            i.due_date = None;
            i.assignee = Some(user("bob"));
            i.priority = Priority::High;
        });
        f.change(Action::Changed, &mut item, |i| i.title = "after all".to_owned());
    });
    let undo = undo(&f).unwrap();
    let expected = Change::UpdateItem {
        item: item.id.into(),
        changes: vec![
            ItemChange::Title("before".to_owned()),
            ItemChange::Description("long before".to_owned()),
            ItemChange::Priority(Priority::None),
            ItemChange::Assignee(None),
            ItemChange::Labels(vec!["a,\"b\"".to_owned()]),
            ItemChange::Points(Some(0.5)),
            ItemChange::DueDate(Some("2026-02-28".parse().unwrap())),
        ],
    };
    expect_that!(undo.parts, eq(&vec![Part { change: expected, expected_version: Some(4), origin: None }]));
}

#[gtest]
fn given_a_later_change_when_undone_then_conflict_with_the_entity_as_it_is() {
    let (mut f, board) = setup();
    let mut item = f.item(&board, 1, "before");
    done(&mut f, |f| {
        f.change(Action::Changed, &mut item, |i| i.title = "after".to_owned());
    });
    f.change(Action::Changed, &mut item, |i| i.title = "later".to_owned());
    let refused = undo(&f).unwrap_err();
    expect_that!(refused.code.as_str(), eq("conflict"));
    expect_that!(refused.message, contains_substring(item.id.to_string()));
    expect_that!(refused.current.unwrap().version(), eq(3));
}

#[gtest]
fn given_made_items_when_undone_then_children_go_before_parents() {
    let (mut f, board) = setup();
    let mut made = Vec::new();
    done(&mut f, |f| {
        let mut child = f.item(&board, 1, "child");
        let parent = f.item(&board, 2, "parent");
        f.change(Action::Moved, &mut child, |i| i.parent = Some(parent.id));
        made = vec![child.id, parent.id];
    });
    let expected: Vec<Change> =
        made.iter().map(|id| Change::DeleteItem { item: (*id).into(), cascade: false }).collect();
    expect_that!(changes(&undo(&f).unwrap()), eq(&expected));
}

#[gtest]
fn given_a_cascade_when_undone_then_its_root_is_restored_and_brings_the_rest_back() {
    let (mut f, board) = setup();
    let mut root = f.item(&board, 1, "root");
    let mut child = f.item(&board, 2, "child");
    let other = f.item(&board, 3, "other");
    f.change(Action::Moved, &mut child, |i| i.parent = Some(root.id));
    let dependency = |from: ItemId, to: ItemId| Dependency {
        id: DependencyId::generate(),
        kind: DependencyKind::Blocks,
        from,
        to,
        project: board.project,
        created_at: at(),
        created_by: user("ann"),
        deleted_at: None,
        version: 1,
    };
    let (mut falls, mut apart) = (dependency(other.id, child.id), dependency(other.id, other.id));
    f.dependency(falls.clone(), Action::Created);
    f.dependency(apart.clone(), Action::Created);
    done(&mut f, |f| {
        for one in [&mut falls, &mut apart] {
            (one.deleted_at, one.version) = (Some(at()), 2);
            f.dependency(one.clone(), Action::Deleted);
        }
        for item in [&mut child, &mut root] {
            f.change(Action::Deleted, item, |i| i.deleted_at = Some(at()));
        }
    });
    let undo = undo(&f).unwrap();
    let restore = Change::RestoreItem { item: root.id.into() };
    let again = Change::AddDependency {
        id: None,
        kind: DependencyKind::Blocks,
        from: other.id.into(),
        to: other.id.into(),
    };
    expect_that!(changes(&undo), eq(&vec![restore, again]));
    expect_that!(undo.parts[0].expected_version, eq(Some(2)));
    expect_that!(undo.parts[1].expected_version, eq(None));
}

#[gtest]
fn given_a_move_of_everything_when_undone_then_lane_parent_and_sprint_come_back() {
    let (mut f, board) = setup();
    let parent = f.item(&board, 1, "parent");
    let mut item = f.item(&board, 2, "item");
    let next = f.item(&board, 3, "next");
    let sprint = f.sprint(&board, "one");
    f.change(Action::Moved, &mut item, |i| i.sprint = Some(sprint.id));
    done(&mut f, |f| {
        f.change(Action::Moved, &mut item, |i| {
            (i.lane, i.lane_order, i.sprint) = (board.done, "z".to_owned(), None);
            (i.parent, i.completed_at) = (Some(parent.id), Some(at()));
        });
    });
    let undo = undo(&f).unwrap();
    let [Change::MoveItem(back)] = &changes(&undo)[..] else { panic!("{undo:?}") };
    expect_that!(back.lane, some(eq(&board.todo.into())));
    expect_that!(back.place, some(eq(&Place::Before(next.id.into()))));
    expect_that!(back.parent, some(eq(&ParentChange::Clear)));
    expect_that!(back.sprint, some(eq(&SprintAssignment::Set(sprint.id.into()))));
}

#[gtest]
fn given_what_is_for_good_when_undone_then_wrong_state_names_the_event() {
    let (mut f, board) = setup();
    let item = f.item(&board, 1, "item");
    let mut sprint = f.sprint(&board, "one");
    done(&mut f, |f| {
        f.start_sprint(&mut sprint, &[&item]);
    });
    let refused = undo(&f).unwrap_err();
    expect_that!(refused.code.as_str(), eq("wrong_state"));
    expect_that!(refused.message, contains_substring(format!("event {}", f.sequence)));

    let (mut f, board) = setup();
    done(&mut f, |f| {
        f.item(&board, 1, "item");
    });
    f.blank(f.sequence);
    expect_that!(undo(&f).unwrap_err().code.as_str(), eq("wrong_state"));
}

#[gtest]
fn given_timers_when_undone_then_a_start_is_deleted_and_a_stop_stays() {
    let (mut f, board) = setup();
    let item = f.item(&board, 1, "item");
    let mut running = f.entry(&item, "ann", START, None);
    let stop = |f: &mut Fixture, entry: &mut crate::model::TimeEntry| {
        (entry.ended_at, entry.seconds, entry.version) = (Some(at()), Some(0), entry.version + 1);
        f.put(Action::Stopped, Entity::TimeEntry(entry.clone()))
    };
    let mut fresh = running.clone();
    fresh.id = crate::model::TimeEntryId::generate();
    done(&mut f, |f| {
        stop(f, &mut running);
        // Only one timer runs: the file says so too.
        f.put(Action::Started, Entity::TimeEntry(fresh.clone()));
    });
    let undone = undo(&f).unwrap();
    expect_that!(changes(&undone), eq(&vec![Change::DeleteTimeEntry { entry: fresh.id.into() }]));
    expect_that!(undone.left_out.len(), eq(1));
    expect_that!(undone.left_out[0].entity_id, eq(&running.id.to_string()));

    let (mut f, board) = setup();
    let item = f.item(&board, 1, "item");
    let mut running = f.entry(&item, "ann", START, None);
    done(&mut f, |f| {
        stop(f, &mut running);
    });
    expect_that!(undo(&f).unwrap_err().code.as_str(), eq("wrong_state"));
}

#[gtest]
fn given_a_new_project_when_undone_then_it_goes_whole_unless_others_work_in_it() {
    let mut f = Fixture::new();
    let mut board = None;
    done(&mut f, |f| {
        let made = f.board("PM", Visibility::Open);
        f.item(&made, 1, "item");
        board = Some(made);
    });
    let board = board.unwrap();
    expect_that!(
        changes(&undo(&f).unwrap()),
        eq(&vec![Change::DeleteProject { project: board.project.into() }])
    );
    f.item(&board, 2, "somebody's");
    expect_that!(undo(&f).unwrap_err().code.as_str(), eq("conflict"));
}

#[gtest]
fn given_a_command_unknown_or_in_a_hidden_project_when_undone_then_not_found() {
    let mut f = Fixture::new();
    expect_that!(undo(&f).unwrap_err().code.as_str(), eq("not_found"));
    let board = f.board("SEC", Visibility::Private);
    done(&mut f, |f| {
        f.item(&board, 1, "secret");
    });
    let hidden = inverse(&f.conn, &member("bob"), 1, &CommandId::new("target").unwrap(), &user("ann"));
    assert!(
        matches!(hidden, Err(Stop::Rejected(r)) if r.code.as_str() == "not_found" && r.current.is_none())
    );
}

#[gtest]
fn given_lanes_members_and_comments_when_undone_then_each_has_its_inverse() {
    let (mut f, board) = setup();
    let item = f.item(&board, 1, "item");
    let mut comment = f.comment(&item, "first words");
    f.member(board.project, "bob", false);
    let lane_of = |f: &Fixture| {
        let found = super::current(&f.conn, EntityKind::Lane, &board.doing.to_string()).unwrap();
        let Some(Entity::Lane(lane)) = found else { panic!("no lane") };
        lane
    };
    let mut lane = lane_of(&f);
    let found = super::current(&f.conn, EntityKind::Member, &format!("{}/bob", board.project)).unwrap();
    let Some(Entity::Member(mut bob)) = found else { panic!("no member") };
    done(&mut f, |f| {
        (lane.version, lane.wip_limit, lane.category) = (2, Some(3), LaneCategory::Backlog);
        lane.position = "z".to_owned();
        f.put(Action::Changed, Entity::Lane(lane.clone()));
        (bob.version, bob.role) = (2, ProjectRole::Viewer);
        f.put(Action::Changed, Entity::Member(bob.clone()));
        (comment.version, comment.text) = (2, Some("second words".to_owned()));
        f.put(Action::Changed, Entity::Comment(comment.clone()));
    });
    let all = changes(&undo(&f).unwrap());
    let has = |wanted: &Change| all.iter().any(|change| change == wanted);
    assert!(
        has(&Change::EditComment { comment: comment.id.into(), text: "first words".to_owned() }),
        "{all:?}"
    );
    assert!(has(&Change::SetMember {
        project: board.project.into(),
        user: user("bob"),
        role: ProjectRole::Editor
    }));
    assert!(has(&Change::UpdateLane {
        lane: lane.id.into(),
        changes: vec![
            crate::command::LaneChange::Category(LaneCategory::Started),
            crate::command::LaneChange::WipLimit(None)
        ],
    }));
    let place = crate::command::LanePlace::Before(board.done.into());
    assert!(has(&Change::MoveLane { lane: lane.id.into(), place }));
    expect_that!(all.len(), eq(4));
}

/// Plays item moves on plain lists, as the write path would place them.
fn play(lanes: &mut HashMap<String, Vec<ItemId>>, undo: &Undo, item_lane: &HashMap<ItemId, String>) {
    for change in changes(undo) {
        let Change::MoveItem(back) = change else { panic!("{change:?}") };
        let id: ItemId = back.item.as_str().parse().unwrap();
        let to = back.lane.map_or_else(|| item_lane[&id].clone(), |lane| lane.as_str().to_owned());
        lanes.values_mut().for_each(|items| items.retain(|other| *other != id));
        let items = lanes.entry(to).or_default();
        let place = match back.place.unwrap() {
            Place::Before(next) => items.iter().position(|other| other.to_string() == next.as_str()).unwrap(),
            Place::Last => items.len(),
            other => panic!("{other:?}"),
        };
        items.insert(place, id);
    }
}

fn lists(items: &[WorkItem]) -> HashMap<String, Vec<ItemId>> {
    let mut sorted: Vec<&WorkItem> = items.iter().collect();
    sorted.sort_by_key(|i| (i.lane_order.clone(), i.id));
    let mut lanes: HashMap<String, Vec<ItemId>> = HashMap::new();
    for item in sorted {
        lanes.entry(item.lane.to_string()).or_default().push(item.id);
    }
    lanes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn given_any_moves_in_one_command_when_undone_then_every_lane_is_in_its_old_order(
        count in 1_usize..9,
        moved in proptest::collection::vec((any::<usize>(), 0..2_usize, 0_u8..40), 1..12),
    ) {
        let (mut f, board) = setup();
        let mut items: Vec<WorkItem> = (1..).take(count).map(|n| f.item(&board, n, "item")).collect();
        let before = lists(&items);
        done(&mut f, |f| {
            for (item, lane, order) in moved {
                let item = &mut items[item % count];
                let lane = [board.todo, board.done][lane];
                // Keys before, among and after the ones that stand, m000001 and so on; never two alike.
                let order = format!("m{:06}x{}", order % 10, f.sequence);
                f.change(Action::Moved, item, |i| (i.lane, i.lane_order) = (lane, order));
            }
        });
        let mut lanes = lists(&items);
        let item_lane = items.iter().map(|i| (i.id, i.lane.to_string())).collect();
        play(&mut lanes, &undo(&f).unwrap(), &item_lane);
        lanes.retain(|_, items| !items.is_empty());
        prop_assert_eq!(lanes, before);
    }
}
