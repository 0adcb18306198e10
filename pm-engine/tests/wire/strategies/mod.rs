//! Random values of everything that goes over the wire, well-formed but without regard to the rules of the domain.

use pm_engine::command::*;
use pm_engine::event::{Event, EventActor, FieldChange, Note, Origin};
use pm_engine::model::*;
use pm_engine::outcome::{Outcome, PartResult};
use pm_engine::rejection::{PathStep, Rejection, RejectionCode};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use uuid::Uuid;

/// A struct from one strategy per field; nested pairs, since tuples of strategies end at twelve.
macro_rules! all {
    ($ty:ident $(:: $variant:ident)? { $($field:ident: $strategy:expr),* $(,)? }) => {
        all!(@strategy $($strategy),*).prop_map(|all!(@pattern $($field),*)| $ty $(:: $variant)? { $($field),* }).boxed()
    };
    (@strategy $head:expr $(, $tail:expr)*) => { ($head.boxed(), all!(@strategy $($tail),*)) };
    (@strategy) => { Just(()) };
    (@pattern $head:ident $(, $tail:ident)*) => { ($head, all!(@pattern $($tail),*)) };
    (@pattern) => { () };
}

macro_rules! one_of {
    ($($strategy:expr),* $(,)?) => { Union::new([$($strategy.boxed()),*]).boxed() };
}

macro_rules! ids {
    ($($name:ident: $ty:ident),*) => {$(
        fn $name() -> BoxedStrategy<$ty> { any::<u128>().prop_map(|n| $ty::from_uuid(Uuid::from_u128(n))).boxed() }
    )*};
}
// After the macros, which they use.
pub(crate) mod answers;
pub(crate) mod questions;

ids!(
    project: ProjectId, lane: LaneId, item: ItemId, sprint: SprintId, comment: CommentId, entry: TimeEntryId,
    dependency: DependencyId
);

macro_rules! refs {
    ($($name:ident: $ty:ident of $id:ident),*) => {$(
        fn $name() -> BoxedStrategy<$ty> {
            one_of![$id().prop_map($ty::from), any::<u32>().prop_map($ty::part), "\\PC{1,12}".prop_map($ty::from)]
        }
    )*};
}
refs!(
    project_ref: ProjectRef of project, lane_ref: LaneRef of lane, item_ref: ItemRef of item,
    sprint_ref: SprintRef of sprint, comment_ref: CommentRef of comment, entry_ref: TimeEntryRef of entry,
    dependency_ref: DependencyRef of dependency
);

mod changes;

pub(crate) use changes::changes;

fn text() -> BoxedStrategy<String> {
    one_of!["\\PC{0,12}", any::<String>()]
}

fn user() -> BoxedStrategy<UserId> {
    "[a-zA-Z0-9|@._ äß-]{1,30}".prop_map(|text| UserId::new(text).unwrap()).boxed()
}

fn command_id() -> BoxedStrategy<CommandId> {
    "[A-Za-z0-9_-]{1,64}".prop_map(|text| CommandId::new(text).unwrap()).boxed()
}

fn at() -> BoxedStrategy<Timestamp> {
    (0..=253_402_300_799_999_i64).prop_map(Timestamp::from_millis).boxed()
}

fn date() -> BoxedStrategy<CalendarDate> {
    (-719_162..=2_932_896_i64).prop_map(CalendarDate::from_days).boxed()
}

fn int() -> BoxedStrategy<i64> {
    one_of![0..100_i64, any::<i64>()]
}

fn real() -> BoxedStrategy<f64> {
    one_of![Just(0.0), any::<f64>()]
}

fn external() -> BoxedStrategy<ExternalRef> {
    all!(ExternalRef { source: text(), id: text() })
}

fn sprint_item() -> BoxedStrategy<SprintItem> {
    all!(SprintItem {
        item: item(),
        phase: select(SprintPhase::ALL),
        points: of(real()),
        category: select(LaneCategory::ALL),
    })
}

/// One entity of every kind.
pub(crate) fn entities() -> Vec<BoxedStrategy<Entity>> {
    vec![
        all!(TenantSettings {
            timer_cap_seconds: int(),
            timer_cap_policy: select(TimerCapPolicy::ALL),
            overlap_policy: select(OverlapPolicy::ALL),
            version: int(),
        })
        .prop_map(Entity::TenantSettings)
        .boxed(),
        all!(User {
            id: user(),
            kind: select(ActorKind::ALL),
            name: of(text()),
            email: of(text()),
            created_at: at(),
            version: int(),
        })
        .prop_map(Entity::User)
        .boxed(),
        all!(Project {
            id: project(),
            key: text(),
            title: text(),
            description: of(text()),
            status: select(ProjectStatus::ALL),
            visibility: select(Visibility::ALL),
            wip_policy: select(WipPolicy::ALL),
            parallel_sprints: any::<bool>(),
            default_lane: of(lane()),
            created_at: at(),
            created_by: user(),
            updated_at: at(),
            updated_by: user(),
            deleted_at: of(at()),
            version: int(),
        })
        .prop_map(Entity::Project)
        .boxed(),
        all!(Member {
            project: project(),
            user: user(),
            role: select(ProjectRole::ALL),
            created_at: at(),
            removed_at: of(at()),
            version: int(),
        })
        .prop_map(Entity::Member)
        .boxed(),
        all!(Lane {
            id: lane(),
            project: project(),
            name: text(),
            status: text(),
            category: select(LaneCategory::ALL),
            position: text(),
            wip_limit: of(int()),
            deleted_at: of(at()),
            version: int(),
        })
        .prop_map(Entity::Lane)
        .boxed(),
        all!(WorkItem {
            id: item(),
            project: project(),
            number: int(),
            kind: select(ItemKind::ALL),
            title: text(),
            description: of(text()),
            lane: lane(),
            priority: select(Priority::ALL),
            assignee: of(user()),
            labels: vec(text(), 0..3),
            points: of(real()),
            estimate_seconds: of(int()),
            remaining_seconds: of(int()),
            start_date: of(date()),
            due_date: of(date()),
            sprint: of(sprint()),
            parent: of(item()),
            lane_order: text(),
            parent_order: text(),
            external: of(external()),
            extra: of(text()),
            created_at: at(),
            created_by: user(),
            updated_at: at(),
            updated_by: user(),
            completed_at: of(at()),
            completed_by: of(user()),
            deleted_at: of(at()),
            version: int(),
        })
        .prop_map(|e| Entity::WorkItem(Box::new(e)))
        .boxed(),
        all!(Sprint {
            id: sprint(),
            project: project(),
            name: text(),
            goal: text(),
            start_date: of(date()),
            end_date: of(date()),
            state: select(SprintState::ALL),
            started_at: of(at()),
            ended_at: of(at()),
            committed_items: int(),
            committed_points: real(),
            completed_items: int(),
            completed_points: real(),
            items: of(vec(sprint_item(), 0..3)),
            created_at: at(),
            created_by: user(),
            updated_at: at(),
            updated_by: user(),
            deleted_at: of(at()),
            version: int(),
        })
        .prop_map(|e| Entity::Sprint(Box::new(e)))
        .boxed(),
        all!(Comment {
            id: comment(),
            project: project(),
            item: item(),
            reply_to: of(comment()),
            depth: int(),
            author: user(),
            text: of(text()),
            mentioned_users: vec(user(), 0..3),
            mentioned_items: vec(item(), 0..3),
            external: of(external()),
            created_at: at(),
            edited_at: of(at()),
            deleted_at: of(at()),
            version: int(),
        })
        .prop_map(Entity::Comment)
        .boxed(),
        all!(TimeEntry {
            id: entry(),
            project: project(),
            item: item(),
            user: user(),
            started_at: at(),
            ended_at: of(at()),
            seconds: of(int()),
            note: text(),
            manual: any::<bool>(),
            overlaps: any::<bool>(),
            over_cap: any::<bool>(),
            clock_backwards: any::<bool>(),
            original_end: of(at()),
            created_at: at(),
            updated_by: user(),
            deleted_at: of(at()),
            version: int(),
        })
        .prop_map(Entity::TimeEntry)
        .boxed(),
        all!(Dependency {
            id: dependency(),
            kind: select(DependencyKind::ALL),
            from: item(),
            to: item(),
            project: project(),
            created_at: at(),
            created_by: user(),
            deleted_at: of(at()),
            version: int(),
        })
        .prop_map(Entity::Dependency)
        .boxed(),
    ]
}

fn entity() -> BoxedStrategy<Entity> {
    Union::new(entities()).boxed()
}

fn origin() -> BoxedStrategy<Origin> {
    all!(Origin { at: of(at()), by: of(user()), number: of(int()), version: of(int()) })
}

fn note() -> BoxedStrategy<Note> {
    all!(Note { kind: select(NoteKind::ALL), id: of(text()), count: of(int()), limit: of(int()) })
}

/// An event about any entity, or a blanked one.
pub(crate) fn event() -> BoxedStrategy<Event> {
    all!(Event {
        sequence: int(),
        group: command_id(),
        actor: all!(EventActor { user: user(), kind: select(ActorKind::ALL), on_behalf_of: of(user()) }),
        at: at(),
        origin: of(origin()),
        project: of(project()),
        entity_kind: select(EntityKind::ALL),
        entity_id: text(),
        number: of(int()),
        action: select(Action::ALL),
        entity: of(entity()),
        changes: vec(all!(FieldChange { field: text(), old: of(text()) }), 0..4),
        notes: vec(note(), 0..3),
    })
}

pub(crate) fn outcome() -> BoxedStrategy<Outcome> {
    let result = all!(PartResult {
        entity_kind: select(EntityKind::ALL),
        id: text(),
        key: of(text()),
        version: int(),
        changed: any::<bool>(),
    });
    all!(Outcome {
        command: command_id(),
        at: at(),
        first_sequence: of(int()),
        last_sequence: of(int()),
        results: vec(result, 0..4),
        notes: vec(note(), 0..3),
        replayed: any::<bool>(),
    })
}

pub(crate) fn rejection() -> BoxedStrategy<Rejection> {
    let step = one_of![all!(PathStep::Item { id: item(), key: text() }), Just(PathStep::Hidden)];
    all!(Rejection {
        code: select(RejectionCode::ALL),
        message: text(),
        part: of(any::<u32>()),
        field: of(text()),
        limit: of(int()),
        current: of(entity().prop_map(Box::new)),
        path: vec(step, 0..4),
        path_length: of(int()),
    })
}

/// A command with one part of every kind.
pub(crate) fn command() -> BoxedStrategy<Command> {
    let part = |change: BoxedStrategy<Change>| {
        all!(Part { change: change, expected_version: of(int()), origin: of(origin()) })
    };
    let parts: Vec<_> = changes().into_iter().map(part).collect();
    all!(Command { id: command_id(), actor: actor(), parts: parts })
}

pub(crate) fn actor() -> BoxedStrategy<Actor> {
    all!(Actor {
        user: user(),
        kind: select(ActorKind::ALL),
        role: select(TenantRole::ALL),
        on_behalf_of: of(user()),
    })
}
