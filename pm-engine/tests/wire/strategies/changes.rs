//! Random changes of every kind.

use super::*;

fn new_lane() -> BoxedStrategy<NewLane> {
    all!(NewLane {
        id: of(lane()),
        name: text(),
        status: of(text()),
        category: select(LaneCategory::ALL),
        wip_limit: of(int()),
    })
}

pub(super) fn lane_target() -> BoxedStrategy<LaneTarget> {
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
