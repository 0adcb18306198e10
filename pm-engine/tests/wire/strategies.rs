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

fn new_lane() -> BoxedStrategy<NewLane> {
    all!(NewLane {
        id: of(lane()),
        name: text(),
        status: of(text()),
        category: select(LaneCategory::ALL),
        wip_limit: of(int()),
    })
}

fn lane_target() -> BoxedStrategy<LaneTarget> {
    all!(LaneTarget { project: of(project_ref()), lane: lane_ref() })
}

fn lane_place() -> BoxedStrategy<LanePlace> {
    one_of![
        Just(LanePlace::First),
        Just(LanePlace::Last),
        lane_ref().prop_map(LanePlace::Before),
        lane_ref().prop_map(LanePlace::After),
    ]
}

fn place() -> BoxedStrategy<Place> {
    one_of![
        Just(Place::First),
        Just(Place::Last),
        item_ref().prop_map(Place::Before),
        item_ref().prop_map(Place::After),
    ]
}

/// Changes of one field each, every field once; cleared or set.
fn item_changes() -> BoxedStrategy<Vec<ItemChange>> {
    vec![
        select(ItemKind::ALL).prop_map(ItemChange::Kind).boxed(),
        text().prop_map(ItemChange::Title).boxed(),
        text().prop_map(ItemChange::Description).boxed(),
        select(Priority::ALL).prop_map(ItemChange::Priority).boxed(),
        of(user()).prop_map(ItemChange::Assignee).boxed(),
        vec(text(), 0..3).prop_map(ItemChange::Labels).boxed(),
        of(real()).prop_map(ItemChange::Points).boxed(),
        of(int()).prop_map(ItemChange::EstimateSeconds).boxed(),
        of(int()).prop_map(ItemChange::RemainingSeconds).boxed(),
        of(date()).prop_map(ItemChange::StartDate).boxed(),
        of(date()).prop_map(ItemChange::DueDate).boxed(),
        of(external()).prop_map(ItemChange::External).boxed(),
        text().prop_map(ItemChange::Extra).boxed(),
    ]
    .boxed()
}

fn tenant_changes() -> BoxedStrategy<Vec<TenantSettingChange>> {
    vec![
        int().prop_map(TenantSettingChange::TimerCapSeconds).boxed(),
        select(TimerCapPolicy::ALL).prop_map(TenantSettingChange::TimerCapPolicy).boxed(),
        select(OverlapPolicy::ALL).prop_map(TenantSettingChange::OverlapPolicy).boxed(),
    ]
    .boxed()
}

fn user_changes() -> BoxedStrategy<Vec<UserChange>> {
    vec![of(text()).prop_map(UserChange::Name).boxed(), of(text()).prop_map(UserChange::Email).boxed()]
        .boxed()
}

fn project_changes() -> BoxedStrategy<Vec<ProjectChange>> {
    vec![
        text().prop_map(ProjectChange::Title).boxed(),
        text().prop_map(ProjectChange::Description).boxed(),
        select(Visibility::ALL).prop_map(ProjectChange::Visibility).boxed(),
        select(WipPolicy::ALL).prop_map(ProjectChange::WipPolicy).boxed(),
        any::<bool>().prop_map(ProjectChange::ParallelSprints).boxed(),
        lane_ref().prop_map(ProjectChange::DefaultLane).boxed(),
    ]
    .boxed()
}

fn lane_changes() -> BoxedStrategy<Vec<LaneChange>> {
    vec![
        text().prop_map(LaneChange::Name).boxed(),
        text().prop_map(LaneChange::Status).boxed(),
        select(LaneCategory::ALL).prop_map(LaneChange::Category).boxed(),
        of(int()).prop_map(LaneChange::WipLimit).boxed(),
    ]
    .boxed()
}

fn sprint_changes() -> BoxedStrategy<Vec<SprintChange>> {
    vec![
        text().prop_map(SprintChange::Name).boxed(),
        text().prop_map(SprintChange::Goal).boxed(),
        of(date()).prop_map(SprintChange::StartDate).boxed(),
        of(date()).prop_map(SprintChange::EndDate).boxed(),
    ]
    .boxed()
}

fn entry_changes() -> BoxedStrategy<Vec<TimeEntryChange>> {
    vec![
        item_ref().prop_map(TimeEntryChange::Item).boxed(),
        at().prop_map(TimeEntryChange::StartedAt).boxed(),
        at().prop_map(TimeEntryChange::EndedAt).boxed(),
        text().prop_map(TimeEntryChange::Note).boxed(),
    ]
    .boxed()
}

fn new_project() -> BoxedStrategy<NewProject> {
    all!(NewProject {
        id: of(project()),
        key: text(),
        title: text(),
        description: text(),
        visibility: select(Visibility::ALL),
        wip_policy: select(WipPolicy::ALL),
        parallel_sprints: any::<bool>(),
        lanes: vec(new_lane(), 0..3),
    })
}

fn new_item() -> BoxedStrategy<NewItem> {
    all!(NewItem {
        id: of(item()),
        project: project_ref(),
        kind: select(ItemKind::ALL),
        title: text(),
        description: text(),
        lane: of(lane_ref()),
        priority: select(Priority::ALL),
        assignee: of(user()),
        labels: vec(text(), 0..3),
        points: of(real()),
        estimate_seconds: of(int()),
        remaining_seconds: of(int()),
        start_date: of(date()),
        due_date: of(date()),
        sprint: of(sprint_ref()),
        parent: of(item_ref()),
        place: of(place()),
        sibling_place: of(place()),
        external: of(external()),
        extra: text(),
    })
}

fn item_move() -> BoxedStrategy<ItemMove> {
    let parent = one_of![Just(ParentChange::Clear), item_ref().prop_map(ParentChange::Set)];
    let sprint = one_of![Just(SprintAssignment::Clear), sprint_ref().prop_map(SprintAssignment::Set)];
    all!(ItemMove {
        item: item_ref(),
        lane: of(lane_ref()),
        place: of(place()),
        parent: of(parent),
        sibling_place: of(place()),
        sprint: of(sprint),
    })
}

fn new_sprint() -> BoxedStrategy<NewSprint> {
    all!(NewSprint {
        id: of(sprint()),
        project: project_ref(),
        name: text(),
        goal: text(),
        start_date: of(date()),
        end_date: of(date()),
    })
}

fn new_comment() -> BoxedStrategy<NewComment> {
    all!(NewComment {
        id: of(comment()),
        item: item_ref(),
        reply_to: of(comment_ref()),
        text: text(),
        external: of(external()),
    })
}

fn new_time_entry() -> BoxedStrategy<NewTimeEntry> {
    all!(NewTimeEntry {
        id: of(entry()),
        item: item_ref(),
        user: of(user()),
        started_at: at(),
        ended_at: at(),
        note: text(),
    })
}

/// One change of every variant; a test compares the number with the contract.
pub(crate) fn changes() -> Vec<BoxedStrategy<Change>> {
    vec![
        all!(Change::UpdateTenantSettings { changes: tenant_changes() }),
        all!(Change::UpdateUser { user: user(), changes: user_changes() }),
        new_project().prop_map(Change::CreateProject).boxed(),
        all!(Change::UpdateProject { project: project_ref(), changes: project_changes() }),
        all!(Change::ArchiveProject { project: project_ref() }),
        all!(Change::UnarchiveProject { project: project_ref() }),
        all!(Change::DeleteProject { project: project_ref() }),
        all!(Change::RestoreProject { project: project_ref() }),
        all!(Change::PurgeProject { project: project_ref() }),
        all!(Change::SetMember { project: project_ref(), user: user(), role: select(ProjectRole::ALL) }),
        all!(Change::RemoveMember { project: project_ref(), user: user() }),
        all!(Change::CreateLane { project: project_ref(), lane: new_lane(), place: of(lane_place()) }),
        all!(Change::UpdateLane { lane: lane_target(), changes: lane_changes() }),
        all!(Change::MoveLane { lane: lane_target(), place: lane_place() }),
        all!(Change::DeleteLane { lane: lane_target(), move_items_to: of(lane_ref()) }),
        all!(Change::RestoreLane { lane: lane_target() }),
        new_item().prop_map(|new| Change::CreateItem(Box::new(new))).boxed(),
        all!(Change::UpdateItem { item: item_ref(), changes: item_changes() }),
        item_move().prop_map(Change::MoveItem).boxed(),
        all!(Change::DeleteItem { item: item_ref(), cascade: any::<bool>() }),
        all!(Change::RestoreItem { item: item_ref() }),
        all!(Change::PurgeItem { item: item_ref() }),
        new_sprint().prop_map(Change::CreateSprint).boxed(),
        all!(Change::UpdateSprint { sprint: sprint_ref(), changes: sprint_changes() }),
        all!(Change::StartSprint { sprint: sprint_ref() }),
        all!(Change::CompleteSprint { sprint: sprint_ref(), carry_to: of(sprint_ref()) }),
        all!(Change::CancelSprint { sprint: sprint_ref() }),
        all!(Change::DeleteSprint { sprint: sprint_ref() }),
        all!(Change::RestoreSprint { sprint: sprint_ref() }),
        new_comment().prop_map(Change::AddComment).boxed(),
        all!(Change::EditComment { comment: comment_ref(), text: text() }),
        all!(Change::DeleteComment { comment: comment_ref() }),
        all!(Change::RestoreComment { comment: comment_ref() }),
        all!(Change::PurgeComment { comment: comment_ref() }),
        all!(Change::StartTimer { id: of(entry()), item: item_ref(), note: text() }),
        all!(Change::StopTimer { entry: of(entry_ref()) }),
        new_time_entry().prop_map(Change::AddTimeEntry).boxed(),
        all!(Change::UpdateTimeEntry { entry: entry_ref(), changes: entry_changes() }),
        all!(Change::DeleteTimeEntry { entry: entry_ref() }),
        all!(Change::RestoreTimeEntry { entry: entry_ref() }),
        all!(Change::AddDependency {
            id: of(dependency()),
            kind: select(DependencyKind::ALL),
            from: item_ref(),
            to: item_ref(),
        }),
        all!(Change::RemoveDependency { dependency: dependency_ref() }),
        entity().prop_map(|entity| Change::LoadEntity(Box::new(entity))).boxed(),
    ]
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
