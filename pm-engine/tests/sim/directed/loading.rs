//! "Takes over an entity of an export, with its times, authors and version, under the rules that hold for making one".

use googletest::prelude::*;
use pm_engine::command::{Change, Command, NewComment, UserChange};
use pm_engine::limits;
use pm_engine::model::{
    ActorKind, Comment, CommentId, Dependency, DependencyId, DependencyKind, Entity, ExternalRef, ItemKind,
    Lane, LaneCategory, LaneId, Timestamp, User,
};
use pm_engine::rejection::RejectionCode;

use super::Desk;
use crate::plan::{MONDAY, actor, user};

fn load(entity: Entity) -> Change {
    Change::LoadEntity(Box::new(entity))
}

/// "external reference … unique per tenant"
#[gtest]
fn given_a_comment_with_an_external_reference_when_another_with_it_is_loaded_then_it_exists_already() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let external = Some(ExternalRef { source: "tracker".to_owned(), id: "7".to_owned() });
    let new = NewComment { external, ..NewComment::new(key.as_str(), "First") };
    let events = desk.events_of(|desk| drop(desk.make(Change::AddComment(new))));
    let Some(Entity::Comment(comment)) = events.last().and_then(|event| event.entity.clone()) else {
        panic!("none")
    };
    let second = Comment { id: CommentId::from_uuid(uuid::Uuid::from_u128(5)), ..comment };
    expect_that!(desk.refused("root", load(Entity::Comment(second))), eq(RejectionCode::AlreadyExists));
}

/// "Version: 1, then +1 per change, on every entity": it never goes back, or clients would keep the older state.
#[gtest]
fn given_a_known_user_when_an_older_record_is_loaded_then_the_version_still_goes_up() {
    let desk = Desk::new();
    for name in ["Ann", "Anna", "Anne"] {
        let changes = vec![UserChange::Name(Some(name.to_owned()))];
        desk.run("ann", Change::UpdateUser { user: user("ann"), changes });
    }
    let created_at = Timestamp::from_millis(MONDAY);
    let name = Some("Old Ann".to_owned());
    let old = User { id: user("ann"), kind: ActorKind::Human, name, email: None, created_at, version: 1 };
    let outcome = desk.run("root", load(Entity::User(old)));
    expect_that!(outcome.results[0].version, eq(4));
}

/// "`relates_to` (unordered)": an item does not relate to itself, whichever way it comes.
#[gtest]
fn given_an_item_when_a_relation_to_itself_is_loaded_then_it_is_invalid() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let item = desk.stored(&key);
    let dependency = Dependency {
        id: DependencyId::from_uuid(uuid::Uuid::from_u128(5)),
        kind: DependencyKind::RelatesTo,
        from: item.id,
        to: item.id,
        project: item.project,
        created_at: item.created_at,
        created_by: user("root"),
        deleted_at: None,
        version: 1,
    };
    expect_that!(
        desk.refused("root", load(Entity::Dependency(dependency.clone()))),
        eq(RejectionCode::Invalid)
    );
    let blocks = Dependency { kind: DependencyKind::Blocks, ..dependency };
    expect_that!(desk.refused("root", load(Entity::Dependency(blocks))), eq(RejectionCode::Cycle));
}

#[gtest]
fn given_a_member_when_he_loads_anything_then_it_is_forbidden() {
    let desk = Desk::new();
    let created_at = Timestamp::from_millis(MONDAY);
    let me =
        User { id: user("ann"), kind: ActorKind::Human, name: None, email: None, created_at, version: 9 };
    expect_that!(desk.refused("ann", load(Entity::User(me))), eq(RejectionCode::Forbidden));
}

/// A project has at most 100 live lanes, whichever way they come.
#[gtest]
fn given_a_project_with_100_lanes_when_one_more_is_loaded_then_it_is_too_large_unless_it_is_a_deleted_one() {
    let desk = Desk::new();
    let project = desk.stored(&desk.item(ItemKind::Task, None)).project;
    let lane = |n: usize, deleted_at| {
        load(Entity::Lane(Lane {
            id: LaneId::from_uuid(uuid::Uuid::from_u128(n as u128)),
            project,
            name: format!("Lane {n}"),
            status: format!("lane_{n}"),
            category: LaneCategory::Started,
            position: "a0".to_owned(),
            wip_limit: None,
            deleted_at,
            version: 1,
        }))
    };
    let fill = (5..limits::LANES_MAX).map(|n| lane(n, None)).collect();
    desk.execute(Command::batch(actor("root"), fill)).unwrap();
    expect_that!(desk.refused("root", lane(100, None)), eq(RejectionCode::TooLarge));
    desk.run("root", lane(100, Some(Timestamp::from_millis(MONDAY))));
}
