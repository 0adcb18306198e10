//! Fixed values for the golden files, with every optional field set at least once.

use pm_engine::command::*;
use pm_engine::event::{Event, EventActor, FieldChange, Note, Origin};
use pm_engine::model::*;
use pm_engine::outcome::{Outcome, PartResult};
use pm_engine::rejection::{PathStep, Rejection, RejectionCode};
use uuid::Uuid;

fn uuid(n: u64) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(n))
}

fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + seconds * 1_000)
}

fn date(text: &str) -> Option<CalendarDate> {
    Some(text.parse().unwrap())
}

fn external() -> Option<ExternalRef> {
    Some(ExternalRef { source: "jira".to_owned(), id: "OLD-7".to_owned() })
}

const fn project() -> ProjectId {
    ProjectId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001))
}

fn item(n: u64) -> ItemId {
    ItemId::from_uuid(uuid(100 + n))
}

fn lane() -> LaneId {
    LaneId::from_uuid(uuid(10))
}

fn sprint() -> SprintId {
    SprintId::from_uuid(uuid(20))
}

fn comment(n: u64) -> CommentId {
    CommentId::from_uuid(uuid(30 + n))
}

fn entry() -> TimeEntryId {
    TimeEntryId::from_uuid(uuid(40))
}

fn dependency() -> DependencyId {
    DependencyId::from_uuid(uuid(50))
}

/// One entity of every kind.
pub(crate) fn entities() -> Vec<Entity> {
    vec![
        Entity::TenantSettings(TenantSettings {
            timer_cap_seconds: 43_200,
            timer_cap_policy: TimerCapPolicy::Cap,
            overlap_policy: OverlapPolicy::Refuse,
            version: 2,
        }),
        Entity::User(User {
            id: user("auth0|ada"),
            kind: ActorKind::Human,
            name: Some("Ada".to_owned()),
            email: Some("ada@example.org".to_owned()),
            created_at: at(0),
            version: 1,
        }),
        Entity::Project(Project {
            id: project(),
            key: "PM".to_owned(),
            title: "Project".to_owned(),
            description: Some("*text*".to_owned()),
            status: ProjectStatus::Active,
            visibility: Visibility::Private,
            wip_policy: WipPolicy::Refuse,
            parallel_sprints: true,
            default_lane: Some(lane()),
            created_at: at(0),
            created_by: user("ada"),
            updated_at: at(1),
            updated_by: user("bob"),
            deleted_at: Some(at(2)),
            version: 3,
        }),
        Entity::Member(Member {
            project: project(),
            user: user("bob"),
            role: ProjectRole::Editor,
            created_at: at(0),
            removed_at: Some(at(1)),
            version: 2,
        }),
        Entity::Lane(Lane {
            id: lane(),
            project: project(),
            name: "In Progress".to_owned(),
            status: "in_progress".to_owned(),
            category: LaneCategory::Started,
            position: "a1".to_owned(),
            wip_limit: Some(5),
            deleted_at: Some(at(2)),
            version: 2,
        }),
        Entity::WorkItem(Box::new(work_item())),
        Entity::Sprint(Box::new(Sprint {
            id: sprint(),
            project: project(),
            name: "Sprint 1".to_owned(),
            goal: "Ship".to_owned(),
            start_date: date("2026-11-02"),
            end_date: date("2026-11-13"),
            state: SprintState::Completed,
            started_at: Some(at(0)),
            ended_at: Some(at(9)),
            committed_items: 1,
            committed_points: 2.5,
            completed_items: 1,
            completed_points: 2.5,
            items: Some(vec![SprintItem {
                item: item(1),
                phase: SprintPhase::Completion,
                points: Some(2.5),
                category: LaneCategory::Completed,
            }]),
            created_at: at(0),
            created_by: user("ada"),
            updated_at: at(9),
            updated_by: user("bob"),
            deleted_at: Some(at(10)),
            version: 4,
        })),
        Entity::Comment(Comment {
            id: comment(1),
            project: project(),
            item: item(1),
            reply_to: Some(comment(0)),
            depth: 2,
            author: user("ada"),
            text: Some("see PM-2 @bob".to_owned()),
            mentioned_users: vec![user("bob")],
            mentioned_items: vec![item(2)],
            external: external(),
            created_at: at(0),
            edited_at: Some(at(1)),
            deleted_at: Some(at(2)),
            version: 3,
        }),
        Entity::TimeEntry(TimeEntry {
            id: entry(),
            project: project(),
            item: item(1),
            user: user("ada"),
            started_at: at(0),
            ended_at: Some(at(60)),
            seconds: Some(60),
            note: "pairing".to_owned(),
            manual: true,
            overlaps: true,
            over_cap: true,
            clock_backwards: true,
            original_end: Some(at(90)),
            created_at: at(0),
            updated_by: user("bob"),
            deleted_at: Some(at(91)),
            version: 3,
        }),
        Entity::Dependency(Dependency {
            id: dependency(),
            kind: DependencyKind::Blocks,
            from: item(1),
            to: item(2),
            project: project(),
            created_at: at(0),
            created_by: user("ada"),
            deleted_at: Some(at(1)),
            version: 2,
        }),
    ]
}

fn work_item() -> WorkItem {
    WorkItem {
        id: item(1),
        project: project(),
        number: 1,
        kind: ItemKind::Story,
        title: "Grüße".to_owned(),
        description: Some("*text*".to_owned()),
        lane: lane(),
        priority: Priority::High,
        assignee: Some(user("ada")),
        labels: vec!["api".to_owned(), "wire".to_owned()],
        points: Some(0.0),
        estimate_seconds: Some(3_600),
        remaining_seconds: Some(0),
        start_date: date("2026-11-02"),
        due_date: date("2026-11-13"),
        sprint: Some(sprint()),
        parent: Some(item(0)),
        lane_order: "a1".to_owned(),
        parent_order: "a2".to_owned(),
        external: external(),
        extra: Some("{\"a\":1}".to_owned()),
        created_at: at(0),
        created_by: user("ada"),
        updated_at: at(1),
        updated_by: user("bob"),
        completed_at: Some(at(2)),
        completed_by: Some(user("bob")),
        deleted_at: Some(at(3)),
        version: 7,
    }
}

/// One event about every kind of entity, and one that a purge has blanked.
pub(crate) fn events() -> Vec<(String, Event)> {
    let of = |(sequence, entity): (i64, Entity)| Event {
        sequence,
        group: CommandId::new("group-1").unwrap(),
        actor: EventActor { user: user("bot"), kind: ActorKind::Agent, on_behalf_of: Some(user("ada")) },
        at: at(5),
        origin: Some(Origin { at: Some(at(-5)), by: Some(user("eve")), number: Some(7), version: Some(9) }),
        project: entity.project(),
        entity_kind: entity.kind(),
        entity_id: entity.id(),
        number: matches!(entity, Entity::WorkItem(_)).then_some(1),
        action: Action::Changed,
        entity: Some(entity),
        changes: vec![
            FieldChange { field: "title".to_owned(), old: Some("before".to_owned()) },
            FieldChange { field: "description".to_owned(), old: None },
        ],
        notes: vec![Note {
            kind: NoteKind::WipExceeded,
            id: Some(lane().to_string()),
            count: Some(6),
            limit: Some(5),
        }],
    };
    let mut events: Vec<_> = (1..).zip(entities()).map(of).map(|e| (e.entity_kind.to_string(), e)).collect();
    let blanked = Event {
        sequence: 11,
        origin: None,
        entity: None,
        changes: Vec::new(),
        notes: Vec::new(),
        ..of((11, Entity::WorkItem(Box::new(work_item()))))
    };
    events.push(("blanked".to_owned(), blanked));
    events
}

/// One command of every change, under the change's name.
pub(crate) fn commands() -> Vec<(String, Command)> {
    let actor = Actor { on_behalf_of: Some(user("ada")), ..Actor::member(user("bot")) };
    let command = |change: Change| {
        let name = serde_json::to_value(&change).unwrap()["type"].as_str().unwrap().to_owned();
        let part = Part {
            change,
            expected_version: Some(3),
            origin: Some(Origin {
                at: Some(at(-5)),
                by: Some(user("eve")),
                number: Some(7),
                version: Some(9),
            }),
        };
        (name, Command { id: CommandId::new("c-1").unwrap(), actor: actor.clone(), parts: vec![part] })
    };
    changes().into_iter().map(command).collect()
}

fn new_lane() -> NewLane {
    NewLane {
        id: Some(lane()),
        name: "Doing".to_owned(),
        status: Some("doing".to_owned()),
        category: LaneCategory::Started,
        wip_limit: Some(5),
    }
}

fn lane_target() -> LaneTarget {
    LaneTarget { project: Some("PM".into()), lane: "doing".into() }
}

fn new_item() -> NewItem {
    NewItem {
        id: Some(item(1)),
        description: "*text*".to_owned(),
        lane: Some("doing".into()),
        priority: Priority::Urgent,
        assignee: Some(user("ada")),
        labels: vec!["api".to_owned()],
        points: Some(0.5),
        estimate_seconds: Some(3_600),
        remaining_seconds: Some(0),
        start_date: date("2026-11-02"),
        due_date: date("2026-11-13"),
        sprint: Some(sprint().into()),
        parent: Some("#0".into()),
        place: Some(Place::First),
        sibling_place: Some(Place::After("PM-2".into())),
        external: external(),
        extra: "{}".to_owned(),
        ..NewItem::new("PM", ItemKind::Task, "Title")
    }
}

fn item_changes() -> Vec<ItemChange> {
    vec![
        ItemChange::Kind(ItemKind::Bug),
        ItemChange::Title("Title".to_owned()),
        ItemChange::Description(String::new()),
        ItemChange::Priority(Priority::None),
        ItemChange::Assignee(None),
        ItemChange::Labels(vec!["api".to_owned()]),
        ItemChange::Points(Some(0.0)),
        ItemChange::EstimateSeconds(Some(0)),
        ItemChange::RemainingSeconds(None),
        ItemChange::StartDate(date("2026-11-02")),
        ItemChange::DueDate(None),
        ItemChange::External(external()),
        ItemChange::Extra("{}".to_owned()),
    ]
}

fn changes() -> Vec<Change> {
    let project_ref = || ProjectRef::from("PM");
    let item_ref = || ItemRef::from("PM-1");
    let sprint_ref = || SprintRef::from(sprint());
    let comment_ref = || CommentRef::from(comment(0));
    let entry_ref = || TimeEntryRef::from(entry());
    vec![
        Change::UpdateTenantSettings {
            changes: vec![
                TenantSettingChange::TimerCapSeconds(60),
                TenantSettingChange::TimerCapPolicy(TimerCapPolicy::Flag),
                TenantSettingChange::OverlapPolicy(OverlapPolicy::Allow),
            ],
        },
        Change::UpdateUser {
            user: user("ada"),
            changes: vec![UserChange::Name(Some("Ada".to_owned())), UserChange::Email(None)],
        },
        Change::CreateProject(NewProject {
            id: Some(project()),
            description: "*text*".to_owned(),
            visibility: Visibility::Private,
            wip_policy: WipPolicy::Refuse,
            parallel_sprints: true,
            lanes: vec![new_lane()],
            ..NewProject::new("PM", "Project")
        }),
        Change::UpdateProject {
            project: project_ref(),
            changes: vec![
                ProjectChange::Title("Title".to_owned()),
                ProjectChange::Description(String::new()),
                ProjectChange::Visibility(Visibility::Open),
                ProjectChange::WipPolicy(WipPolicy::Warn),
                ProjectChange::ParallelSprints(false),
                ProjectChange::DefaultLane("todo".into()),
            ],
        },
        Change::ArchiveProject { project: project_ref() },
        Change::UnarchiveProject { project: project_ref() },
        Change::DeleteProject { project: project_ref() },
        Change::RestoreProject { project: project().into() },
        Change::PurgeProject { project: project().into() },
        Change::SetMember { project: project_ref(), user: user("bob"), role: ProjectRole::Viewer },
        Change::RemoveMember { project: project_ref(), user: user("bob") },
        Change::CreateLane {
            project: project_ref(),
            lane: new_lane(),
            place: Some(LanePlace::Before("done".into())),
        },
        Change::UpdateLane {
            lane: lane_target(),
            changes: vec![
                LaneChange::Name("Doing".to_owned()),
                LaneChange::Status("doing".to_owned()),
                LaneChange::Category(LaneCategory::Unstarted),
                LaneChange::WipLimit(None),
            ],
        },
        Change::MoveLane { lane: lane().into(), place: LanePlace::Last },
        Change::DeleteLane { lane: lane_target(), move_items_to: Some("todo".into()) },
        Change::RestoreLane { lane: lane().into() },
        Change::CreateItem(Box::new(new_item())),
        Change::UpdateItem { item: item_ref(), changes: item_changes() },
        Change::MoveItem(ItemMove {
            item: item_ref(),
            lane: Some("doing".into()),
            place: Some(Place::Last),
            parent: Some(ParentChange::Clear),
            sibling_place: Some(Place::Before("PM-2".into())),
            sprint: Some(SprintAssignment::Set(sprint().into())),
        }),
        Change::DeleteItem { item: item_ref(), cascade: true },
        Change::RestoreItem { item: item_ref() },
        Change::PurgeItem { item: item_ref() },
        Change::CreateSprint(NewSprint {
            id: Some(sprint()),
            goal: "Ship".to_owned(),
            start_date: date("2026-11-02"),
            end_date: date("2026-11-13"),
            ..NewSprint::new("PM", "Sprint 1")
        }),
        Change::UpdateSprint {
            sprint: sprint_ref(),
            changes: vec![
                SprintChange::Name("Sprint 2".to_owned()),
                SprintChange::Goal(String::new()),
                SprintChange::StartDate(None),
                SprintChange::EndDate(date("2026-11-20")),
            ],
        },
        Change::StartSprint { sprint: sprint_ref() },
        Change::CompleteSprint { sprint: sprint_ref(), carry_to: Some(SprintRef::part(0)) },
        Change::CancelSprint { sprint: sprint_ref() },
        Change::DeleteSprint { sprint: sprint_ref() },
        Change::RestoreSprint { sprint: sprint_ref() },
        Change::AddComment(NewComment {
            id: Some(comment(1)),
            reply_to: Some(comment_ref()),
            external: external(),
            ..NewComment::new("PM-1", "text")
        }),
        Change::EditComment { comment: comment_ref(), text: "text".to_owned() },
        Change::DeleteComment { comment: comment_ref() },
        Change::RestoreComment { comment: comment_ref() },
        Change::PurgeComment { comment: comment_ref() },
        Change::StartTimer { id: Some(entry()), item: item_ref(), note: "pairing".to_owned() },
        Change::StopTimer { entry: Some(entry_ref()) },
        Change::AddTimeEntry(NewTimeEntry {
            id: Some(entry()),
            item: item_ref(),
            user: Some(user("bob")),
            started_at: at(0),
            ended_at: at(60),
            note: "pairing".to_owned(),
        }),
        Change::UpdateTimeEntry {
            entry: entry_ref(),
            changes: vec![
                TimeEntryChange::Item("PM-2".into()),
                TimeEntryChange::StartedAt(at(1)),
                TimeEntryChange::EndedAt(at(61)),
                TimeEntryChange::Note(String::new()),
            ],
        },
        Change::DeleteTimeEntry { entry: entry_ref() },
        Change::RestoreTimeEntry { entry: entry_ref() },
        Change::AddDependency {
            id: Some(dependency()),
            kind: DependencyKind::RelatesTo,
            from: item_ref(),
            to: "PM-2".into(),
        },
        Change::RemoveDependency { dependency: dependency().into() },
        Change::LoadEntity(Box::new(Entity::WorkItem(Box::new(work_item())))),
    ]
}

pub(crate) fn outcome() -> Outcome {
    Outcome {
        command: CommandId::new("c-1").unwrap(),
        at: at(5),
        first_sequence: Some(10),
        last_sequence: Some(12),
        results: vec![PartResult {
            entity_kind: EntityKind::WorkItem,
            id: item(1).to_string(),
            key: Some("PM-1".to_owned()),
            version: 7,
            changed: true,
        }],
        notes: vec![Note {
            kind: NoteKind::OverCap,
            id: Some(entry().to_string()),
            count: Some(50_000),
            limit: Some(43_200),
        }],
        replayed: true,
    }
}

pub(crate) fn rejection() -> Rejection {
    Rejection {
        code: RejectionCode::Cycle,
        message: "this would close a cycle".to_owned(),
        part: Some(0),
        field: Some("parent".to_owned()),
        limit: Some(100),
        current: Some(Box::new(Entity::WorkItem(Box::new(work_item())))),
        path: vec![PathStep::Item { id: item(1), key: "PM-1".to_owned() }, PathStep::Hidden],
        path_length: Some(2),
    }
}
