//! "viewer, editor, admin": who may do what, for every change there is.

use std::collections::BTreeSet;

use googletest::prelude::*;
use pm_engine::command::{
    Change, ItemChange, ItemMove, LaneChange, LanePlace, LaneTarget, NewComment, NewItem, NewLane,
    NewProject, NewSprint, NewTimeEntry, ProjectChange, SprintChange, TenantSettingChange, TimeEntryChange,
    UserChange,
};
use pm_engine::model::{
    ActorKind, DependencyKind, Entity, ItemKind, LaneCategory, Priority, ProjectRole, Timestamp, User,
    Visibility,
};
use pm_engine::rejection::RejectionCode;

use super::{Desk, blocks, delete, restore, to_lane};
use crate::plan::{MONDAY, VARIANTS, user};
use crate::run::variant;

/// From the one who may least to the one who may all. `oz` is a member of the tenant and of no project.
const PEOPLE: [&str; 5] = ["oz", "vic", "edd", "pia", "root"];

/// The least of them who may.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Least {
    Anybody,
    Viewer,
    Editor,
    ProjectAdmin,
    /// Of the tenant: to others it is forbidden, whatever they see.
    TenantAdmin,
}
use Least::{Anybody, Editor, ProjectAdmin, TenantAdmin, Viewer};

/// Private projects that each of the three is a member of, with everything in them that a change could name.
struct Scene {
    desk: Desk,
    deleted_project: String,
    planned: String,
    active: String,
    deleted_sprint: String,
    comment: String,
    deleted_comment: String,
    entry: String,
    deleted_entry: String,
    running: String,
    dependency: String,
}

fn item(project: &str) -> Change {
    Change::CreateItem(Box::new(NewItem::new(project, ItemKind::Task, "Item")))
}

fn comment() -> Change {
    Change::AddComment(NewComment::new("SEC-1", "Well"))
}

fn entry(at: i64) -> NewTimeEntry {
    NewTimeEntry {
        id: None,
        item: "SEC-1".into(),
        user: None,
        started_at: Timestamp::from_millis(MONDAY - at - 60_000),
        ended_at: Timestamp::from_millis(MONDAY - at),
        note: String::new(),
    }
}

fn lane(name: &str) -> Change {
    let lane = NewLane {
        id: None,
        name: name.to_owned(),
        status: None,
        category: LaneCategory::Started,
        wip_limit: None,
    };
    Change::CreateLane { project: "SEC".into(), lane, place: None }
}

fn named(lane: &str) -> LaneTarget {
    LaneTarget { project: Some("SEC".into()), lane: lane.into() }
}

impl Scene {
    fn new() -> Self {
        let desk = Desk::new();
        let mut ids = Vec::new();
        for key in ["SEC", "ARC", "DEL"] {
            let new = NewProject {
                visibility: Visibility::Private,
                parallel_sprints: true,
                ..NewProject::new(key, "Private")
            };
            ids.push(desk.run("pia", Change::CreateProject(new)).results[0].id.clone());
            for (who, role) in [("vic", ProjectRole::Viewer), ("edd", ProjectRole::Editor)] {
                desk.run("pia", Change::SetMember { project: key.into(), user: user(who), role });
            }
        }
        desk.run("pia", Change::ArchiveProject { project: "ARC".into() });
        desk.run("pia", Change::DeleteProject { project: "DEL".into() });
        for _ in 0..3 {
            desk.make(item("SEC"));
        }
        desk.run("root", delete("SEC-3"));
        for name in ["Extra", "Gone"] {
            desk.make(lane(name));
        }
        desk.run("root", Change::DeleteLane { lane: named("gone"), move_items_to: None });
        let sprint = |name| desk.make(Change::CreateSprint(NewSprint::new("SEC", name)));
        let (planned, active, deleted_sprint) = (sprint("One"), sprint("Two"), sprint("Three"));
        desk.run("root", Change::StartSprint { sprint: active.as_str().into() });
        desk.run("root", Change::DeleteSprint { sprint: deleted_sprint.as_str().into() });
        let (kept, gone) = (desk.make(comment()), desk.make(comment()));
        desk.run("root", Change::DeleteComment { comment: gone.as_str().into() });
        let [first, second] = [0, 3_600_000].map(|at| desk.make(Change::AddTimeEntry(entry(at))));
        desk.run("root", Change::DeleteTimeEntry { entry: second.as_str().into() });
        let start = Change::StartTimer { id: None, item: "SEC-1".into(), note: String::new() };
        let running = desk.make(start);
        let (from, to) = ("SEC-1".into(), "SEC-2".into());
        let relate = Change::AddDependency { id: None, kind: DependencyKind::RelatesTo, from, to };
        let dependency = desk.make(relate);
        Self {
            deleted_project: ids.remove(2),
            planned,
            active,
            deleted_sprint,
            comment: kept,
            deleted_comment: gone,
            entry: first,
            deleted_entry: second,
            running,
            dependency,
            desk,
        }
    }

    /// Every change, with the least who may make it. What is somebody's own is `root`'s.
    fn changes(&self) -> Vec<(Least, Change)> {
        [
            self.of_the_tenant(),
            self.of_projects(),
            self.of_items(),
            self.of_sprints(),
            self.of_comments(),
            self.of_time(),
        ]
        .concat()
    }

    fn of_the_tenant(&self) -> Vec<(Least, Change)> {
        let loaded = User {
            id: user("newcomer"),
            kind: ActorKind::Human,
            name: None,
            email: None,
            created_at: Timestamp::from_millis(MONDAY),
            version: 1,
        };
        let name = UserChange::Name(Some("Name".to_owned()));
        let cap = TenantSettingChange::TimerCapSeconds(60);
        vec![
            (Anybody, Change::CreateProject(NewProject::new("NEW", "New"))),
            (TenantAdmin, Change::UpdateTenantSettings { changes: vec![cap] }),
            (TenantAdmin, Change::UpdateUser { user: user("somebody"), changes: vec![name] }),
            (TenantAdmin, Change::LoadEntity(Box::new(Entity::User(loaded)))),
            (TenantAdmin, Change::PurgeItem { item: "SEC-3".into() }),
            (TenantAdmin, Change::PurgeProject { project: self.deleted_project.as_str().into() }),
            (TenantAdmin, Change::PurgeComment { comment: self.comment.as_str().into() }),
        ]
    }

    fn of_projects(&self) -> Vec<(Least, Change)> {
        let gone = self.desk.text("SELECT id FROM swim_lanes WHERE status = 'gone'").unwrap();
        let gone = LaneTarget { project: None, lane: gone.as_str().into() };
        let project = || "SEC".into();
        let title = ProjectChange::Title("Title".to_owned());
        let lane_name = LaneChange::Name("Other".to_owned());
        [
            Change::UpdateProject { project: project(), changes: vec![title] },
            Change::ArchiveProject { project: project() },
            Change::UnarchiveProject { project: "ARC".into() },
            Change::DeleteProject { project: project() },
            Change::RestoreProject { project: self.deleted_project.as_str().into() },
            Change::SetMember { project: project(), user: user("cy"), role: ProjectRole::Viewer },
            Change::RemoveMember { project: project(), user: user("vic") },
            lane("Fresh"),
            Change::UpdateLane { lane: named("extra"), changes: vec![lane_name] },
            Change::MoveLane { lane: named("extra"), place: LanePlace::First },
            Change::DeleteLane { lane: named("extra"), move_items_to: None },
            Change::RestoreLane { lane: gone },
        ]
        .map(|change| (ProjectAdmin, change))
        .to_vec()
    }

    fn of_items(&self) -> Vec<(Least, Change)> {
        let changes = vec![ItemChange::Priority(Priority::High)];
        vec![
            (Editor, item("SEC")),
            (Editor, Change::UpdateItem { item: "SEC-1".into(), changes }),
            (Editor, to_lane("SEC-1", "review")),
            (Editor, Change::MoveItem(ItemMove::to_lane("SEC-1", "done"))),
            (ProjectAdmin, delete("SEC-2")),
            (ProjectAdmin, restore("SEC-3")),
            (Editor, blocks("SEC-2", "SEC-1")),
            (Editor, Change::RemoveDependency { dependency: self.dependency.as_str().into() }),
        ]
    }

    fn of_sprints(&self) -> Vec<(Least, Change)> {
        let goal = SprintChange::Goal("Goal".to_owned());
        vec![
            (Editor, Change::CreateSprint(NewSprint::new("SEC", "Four"))),
            (Editor, Change::UpdateSprint { sprint: self.planned.as_str().into(), changes: vec![goal] }),
            (Editor, Change::StartSprint { sprint: self.planned.as_str().into() }),
            (Editor, Change::CompleteSprint { sprint: self.active.as_str().into(), carry_to: None }),
            (Editor, Change::CancelSprint { sprint: self.active.as_str().into() }),
            (ProjectAdmin, Change::DeleteSprint { sprint: self.planned.as_str().into() }),
            (ProjectAdmin, Change::RestoreSprint { sprint: self.deleted_sprint.as_str().into() }),
        ]
    }

    fn of_comments(&self) -> Vec<(Least, Change)> {
        let (kept, gone) = (self.comment.as_str(), self.deleted_comment.as_str());
        vec![
            (Viewer, comment()),
            (ProjectAdmin, Change::DeleteComment { comment: kept.into() }),
            (ProjectAdmin, Change::RestoreComment { comment: gone.into() }),
        ]
    }

    fn of_time(&self) -> Vec<(Least, Change)> {
        let (kept, gone) = (self.entry.as_str(), self.deleted_entry.as_str());
        let note = TimeEntryChange::Note("Note".to_owned());
        let anothers = NewTimeEntry { user: Some(user("somebody")), ..entry(7_200_000) };
        vec![
            (Viewer, Change::StartTimer { id: None, item: "SEC-1".into(), note: String::new() }),
            (Viewer, Change::AddTimeEntry(entry(7_200_000))),
            (ProjectAdmin, Change::AddTimeEntry(anothers)),
            (ProjectAdmin, Change::UpdateTimeEntry { entry: kept.into(), changes: vec![note] }),
            (ProjectAdmin, Change::DeleteTimeEntry { entry: kept.into() }),
            (ProjectAdmin, Change::RestoreTimeEntry { entry: gone.into() }),
            (ProjectAdmin, Change::StopTimer { entry: Some(self.running.as_str().into()) }),
        ]
    }
}

#[gtest]
fn given_every_change_when_each_role_makes_it_then_it_needs_the_role_the_table_says() {
    let scene = Scene::new();
    let changes = scene.changes();
    for (least, change) in &changes {
        for (who, rank) in PEOPLE.into_iter().zip([Anybody, Viewer, Editor, ProjectAdmin, TenantAdmin]) {
            if rank as usize >= *least as usize {
                break;
            }
            // "to others it does not exist: `not_found`, never `forbidden`"
            let hidden = rank == Anybody && *least != TenantAdmin;
            let code = if hidden { RejectionCode::NotFound } else { RejectionCode::Forbidden };
            expect_that!(scene.desk.refused(who, change.clone()), eq(code), "{who}: {change:?}");
        }
    }
    for index in 0..changes.len() {
        let scene = Scene::new();
        let (least, change) = scene.changes().swap_remove(index);
        scene.desk.run(PEOPLE[least as usize], change);
    }
}

/// "Author edits; author or project admin deletes." "Own entries can be changed and deleted."
#[gtest]
fn given_what_is_a_viewers_own_when_others_change_it_then_only_he_edits_his_words() {
    let scene = Scene::new();
    let desk = &scene.desk;
    let own = desk.run("vic", comment()).results[0].id.clone();
    let edit = |text: &str| Change::EditComment { comment: own.as_str().into(), text: text.to_owned() };
    expect_that!(desk.refused("oz", edit("Not mine")), eq(RejectionCode::NotFound));
    for who in ["edd", "pia", "root"] {
        expect_that!(desk.refused(who, edit("Not mine")), eq(RejectionCode::Forbidden), "{who}");
    }
    desk.run("vic", edit("Mine"));
    desk.run("vic", Change::DeleteComment { comment: own.as_str().into() });
    desk.run("vic", Change::RestoreComment { comment: own.as_str().into() });
    let own = desk.run("vic", Change::AddTimeEntry(entry(0))).results[0].id.clone();
    desk.run("vic", Change::DeleteTimeEntry { entry: own.as_str().into() });
    desk.run("vic", Change::RestoreTimeEntry { entry: own.as_str().into() });
    let name = vec![UserChange::Name(Some("Vic".to_owned()))];
    desk.run("vic", Change::UpdateUser { user: user("vic"), changes: name });
}

/// "A dependency across projects needs editor where the waiting item is and viewer on the other side."
#[gtest]
fn given_two_projects_when_their_items_are_related_then_the_waiting_side_needs_an_editor() {
    let scene = Scene::new();
    let desk = &scene.desk;
    let key = desk.item(ItemKind::Task, None);
    // `PM` is open: members are editors there.
    expect_that!(desk.refused("vic", blocks(&key, "SEC-1")), eq(RejectionCode::Forbidden));
    desk.run("vic", blocks("SEC-1", &key));
    for (from, to) in [(key.as_str(), "SEC-1"), ("SEC-1", key.as_str())] {
        expect_that!(desk.refused("oz", blocks(from, to)), eq(RejectionCode::NotFound));
    }
    // What he may not see is in the way all the same, and is not named.
    let refusal = desk.refusal("edd", blocks(&key, "SEC-1"));
    expect_that!(refusal.code, eq(RejectionCode::Cycle));
}

#[gtest]
fn given_the_table_of_rights_when_compared_with_the_changes_there_are_then_none_is_missing() {
    let scene = Scene::new();
    let mut known: BTreeSet<String> = scene.changes().iter().map(|(_, change)| variant(change)).collect();
    // Nobody edits another's words: shown by itself.
    known.insert("EditComment".to_owned());
    let all: BTreeSet<String> = VARIANTS.iter().map(|name| (*name).to_owned()).collect();
    expect_that!(known, eq(&all));
}
