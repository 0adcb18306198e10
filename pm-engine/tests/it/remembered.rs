//! What the writer remembers of projects, lanes, roles and users is what the file says, whatever has happened to them.
//! In these builds each use of it is compared with the file; see `store/known.rs`.

use googletest::prelude::*;
use pm_engine::Tenant;
use pm_engine::command::{Change, Command, ItemMove, NewItem, NewLane, NewProject, Place, ProjectChange};
use pm_engine::error::ExecuteError;
use pm_engine::model::{DependencyKind, ItemKind, ItemRef, LaneCategory, ProjectRole, Visibility};
use pm_engine::query::ItemFilter;
use pm_engine::rejection::RejectionCode;

use crate::support::{Bench, admin, item, member, run, to_lane, user};

fn task(title: &str) -> Change {
    Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, title)))
}

fn refusal(tenant: &Tenant, command: Command) -> RejectionCode {
    match tenant.execute(command) {
        Err(ExecuteError::Rejected(rejection)) => rejection.code,
        other => panic!("not refused: {other:?}"),
    }
}

fn lane_of(tenant: &Tenant, key: &str) -> String {
    let reader = tenant.read(&admin()).unwrap();
    reader.item_only(&key.into()).unwrap().item.lane.to_string()
}

/// The numbers of the items in the first lane, in its order.
fn first_lane(tenant: &Tenant) -> Vec<i64> {
    let board = tenant.read(&admin()).unwrap().board(&"PM".into(), &ItemFilter::default(), None).unwrap();
    board.lanes[0].cards.iter().map(|card| card.item.number).collect()
}

#[gtest]
fn given_a_lane_whose_last_item_goes_when_one_is_made_then_it_stands_behind_those_that_are_left() {
    let bench = Bench::new();
    let tenant = bench.tenant("acme");
    let goes = |item: &str| -> Vec<Change> {
        vec![
            Change::MoveItem(ItemMove { place: Some(Place::First), ..ItemMove::new(item) }),
            Change::MoveItem(ItemMove { place: Some(Place::Last), ..ItemMove::new(item) }),
            to_lane(item, "in_progress"),
            to_lane(item, "backlog"),
            Change::DeleteItem { item: item.into(), cascade: false },
            Change::RestoreItem { item: item.into() },
            Change::DeleteItem { item: item.into(), cascade: false },
            Change::PurgeItem { item: item.into() },
        ]
    };
    let mut expected = vec![];
    for step in 0..goes("").len() {
        let last = item(&tenant, ItemKind::Task, "Last");
        let number: i64 = last.trim_start_matches("PM-").parse().unwrap();
        for change in goes(&last).into_iter().take(step + 1) {
            run(&tenant, &admin(), change);
        }
        item(&tenant, ItemKind::Task, "Behind it");
        match step {
            0 => expected.insert(0, number),
            1 | 3 | 5 => expected.push(number),
            _ => {}
        }
        expected.push(number + 1);
        expect_that!(first_lane(&tenant), eq(&expected), "after {} steps", step + 1);
    }
    expect_that!(pm_engine::check(bench.folder.path(), "acme").unwrap().is_whole(), is_true());
}

#[gtest]
fn given_a_batch_that_adds_to_a_lane_when_it_is_refused_then_the_lane_ends_where_it_did() {
    let bench = Bench::new();
    let tenant = bench.tenant("acme");
    item(&tenant, ItemKind::Task, "First");
    let nowhere = Change::DeleteItem { item: "PM-99".into(), cascade: false };
    let batch = Command::batch(member("ann"), vec![task("Second"), task("Third"), nowhere]);
    expect_that!(refusal(&tenant, batch), eq(RejectionCode::NotFound));
    item(&tenant, ItemKind::Task, "Second");
    expect_that!(first_lane(&tenant), eq(&vec![1, 2]));
}

#[gtest]
fn given_a_batch_refused_at_its_end_when_the_next_item_is_made_then_nothing_of_the_batch_is_remembered() {
    let bench = Bench::new();
    let tenant = bench.tenant("acme");
    let first = item(&tenant, ItemKind::Task, "First");
    let lane = NewLane {
        id: None,
        name: "Inbox".to_owned(),
        status: Some("inbox".to_owned()),
        category: LaneCategory::Backlog,
        wip_limit: None,
    };
    let code = refusal(
        &tenant,
        Command::batch(
            member("new"),
            vec![
                task("Second"),
                task("Third"),
                Change::AddDependency {
                    id: None,
                    kind: DependencyKind::Blocks,
                    from: ItemRef::part(0),
                    to: ItemRef::part(0),
                },
            ],
        ),
    );
    expect_that!(code, not(eq(RejectionCode::NotFound)));
    let code = refusal(
        &tenant,
        Command::batch(
            admin(),
            vec![
                Change::CreateLane { project: "PM".into(), lane, place: None },
                Change::UpdateProject {
                    project: "PM".into(),
                    changes: vec![ProjectChange::DefaultLane("inbox".into())],
                },
                task("In the lane that never was"),
                Change::ArchiveProject { project: "PM".into() },
                task("Refused: the project is archived"),
            ],
        ),
    );
    expect_that!(code, eq(RejectionCode::Archived));
    let second = tenant.execute(Command::new(member("new"), task("Second"))).unwrap();
    expect_that!(second.results[0].key.as_deref(), some(eq("PM-2")));
    expect_that!(lane_of(&tenant, "PM-2"), eq(&lane_of(&tenant, &first)));
    expect_that!(pm_engine::check(bench.folder.path(), "acme").unwrap().is_whole(), is_true());
}

#[gtest]
fn given_a_member_who_has_written_when_he_is_shut_out_then_his_next_command_is_refused() {
    let bench = Bench::new();
    let tenant = bench.tenant("acme");
    let ann = || member("ann");
    tenant.execute(Command::new(ann(), task("While it is open"))).unwrap();
    let changes = vec![ProjectChange::Visibility(Visibility::Private)];
    run(&tenant, &admin(), Change::UpdateProject { project: "PM".into(), changes });
    expect_that!(refusal(&tenant, Command::new(ann(), task("Private"))), eq(RejectionCode::NotFound));
    let role = |role| Change::SetMember { project: "PM".into(), user: user("ann"), role };
    run(&tenant, &admin(), role(ProjectRole::Editor));
    tenant.execute(Command::new(ann(), task("As an editor"))).unwrap();
    run(&tenant, &admin(), role(ProjectRole::Viewer));
    expect_that!(refusal(&tenant, Command::new(ann(), task("As a viewer"))), eq(RejectionCode::Forbidden));
    run(&tenant, &admin(), Change::RemoveMember { project: "PM".into(), user: user("ann") });
    expect_that!(refusal(&tenant, Command::new(ann(), task("No longer"))), eq(RejectionCode::NotFound));
}

#[gtest]
fn given_a_project_that_was_written_to_when_it_is_purged_then_its_key_and_id_are_gone() {
    let bench = Bench::new();
    let tenant = bench.tenant("acme");
    item(&tenant, ItemKind::Task, "First");
    let id = tenant.read(&admin()).unwrap().project(&"PM".into()).unwrap().project.id.to_string();
    run(&tenant, &admin(), Change::DeleteProject { project: "PM".into() });
    expect_that!(refusal(&tenant, Command::new(admin(), task("Deleted"))), eq(RejectionCode::NotFound));
    run(&tenant, &admin(), Change::PurgeProject { project: id.as_str().into() });
    let restore = || Change::RestoreProject { project: id.as_str().into() };
    expect_that!(refusal(&tenant, Command::new(admin(), restore())), eq(RejectionCode::NotFound));
    tenant.execute(Command::new(admin(), Change::CreateProject(NewProject::new("PM", "Anew")))).unwrap();
    expect_that!(item(&tenant, ItemKind::Task, "First again"), eq("PM-1"));
    expect_that!(refusal(&tenant, Command::new(admin(), restore())), eq(RejectionCode::NotFound));
}
