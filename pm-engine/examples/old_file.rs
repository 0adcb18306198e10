//! Writes a small tenant with something in every table: what a release leaves behind for the tests of later ones.
//!
//! `cargo run -p pm-engine --example old_file -- FOLDER`, then as `migrations/NOTES.md` says.

use std::error::Error;
use std::sync::Arc;

use pm_engine::command::{
    Actor, Change, Command, ItemChange, ItemMove, NewComment, NewItem, NewProject, NewSprint, NewTimeEntry,
    SprintAssignment, UserChange,
};
use pm_engine::model::{DependencyKind, ItemKind, Timestamp, UserId, Visibility};
use pm_engine::{Engine, EngineConfig, ManualClock, Tenant};

/// 2026-01-05T08:00:00Z, a Monday.
const BEGIN: i64 = 1_767_600_000_000;
const HOUR: i64 = 3_600_000;

struct History {
    tenant: Tenant,
    clock: Arc<ManualClock>,
    ann: Actor,
}

impl History {
    /// Does one thing an hour later; the key or id of what it made.
    fn then(&self, change: Change) -> Result<String, Box<dyn Error>> {
        self.clock.set(Timestamp::from_millis(pm_engine::Clock::now(&*self.clock).as_millis() + HOUR));
        let outcome = self.tenant.execute(Command::new(self.ann.clone(), change))?;
        let made = outcome.results.into_iter().next().ok_or("nothing was made")?;
        Ok(made.key.unwrap_or(made.id))
    }

    fn item(&self, kind: ItemKind, title: &str, parent: Option<&str>) -> Result<String, Box<dyn Error>> {
        let new = NewItem {
            parent: parent.map(Into::into),
            labels: vec!["old".to_owned()],
            points: Some(3.0),
            ..NewItem::new("OLD", kind, title)
        };
        self.then(Change::CreateItem(Box::new(new)))
    }

    fn write(&self) -> Result<(), Box<dyn Error>> {
        let name = vec![UserChange::Name(Some("Ann Lee".to_owned()))];
        self.then(Change::UpdateUser { user: self.ann.user.clone(), changes: name })?;
        self.then(Change::CreateProject(NewProject::new("OLD", "Written by an older version")))?;
        let mut private = NewProject::new("HID", "Seen by few");
        private.visibility = Visibility::Private;
        self.then(Change::CreateProject(private))?;
        let epic = self.item(ItemKind::Epic, "Epic", None)?;
        let story = self.item(ItemKind::Story, "Story", Some(&epic))?;
        let task = self.item(ItemKind::Task, "Task", Some(&story))?;
        let bug = self.item(ItemKind::Bug, "Bug", None)?;
        let gone = self.item(ItemKind::Task, "Purged", None)?;
        let (from, to) = (bug.as_str().into(), task.as_str().into());
        self.then(Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to })?;
        let described = vec![ItemChange::Description("Described *later*.".to_owned())];
        self.then(Change::UpdateItem { item: task.as_str().into(), changes: described })?;
        let comment =
            self.then(Change::AddComment(NewComment::new(task.as_str(), format!("@bob after {bug}"))))?;
        let mut reply = NewComment::new(task.as_str(), "Yes.");
        reply.reply_to = Some(comment.as_str().into());
        self.then(Change::AddComment(reply))?;
        self.sprint(&[&story, &bug])?;
        self.then(Change::AddTimeEntry(NewTimeEntry {
            id: None,
            item: task.as_str().into(),
            user: None,
            started_at: Timestamp::from_millis(BEGIN),
            ended_at: Timestamp::from_millis(BEGIN + HOUR),
            note: "on paper".to_owned(),
        }))?;
        self.then(Change::StartTimer { id: None, item: task.as_str().into(), note: String::new() })?;
        self.then(Change::DeleteItem { item: gone.as_str().into(), cascade: false })?;
        self.then(Change::PurgeItem { item: gone.as_str().into() })?;
        self.then(Change::DeleteItem { item: epic.as_str().into(), cascade: true })?;
        self.then(Change::RestoreItem { item: epic.as_str().into() })?;
        Ok(())
    }

    fn sprint(&self, items: &[&str]) -> Result<(), Box<dyn Error>> {
        let sprint = self.then(Change::CreateSprint(NewSprint::new("OLD", "Sprint 1")))?;
        for item in items {
            let sprint = Some(SprintAssignment::Set(sprint.as_str().into()));
            self.then(Change::MoveItem(ItemMove { sprint, ..ItemMove::new(*item) }))?;
        }
        self.then(Change::StartSprint { sprint: sprint.as_str().into() })?;
        for item in items.iter().skip(1) {
            self.then(Change::MoveItem(ItemMove::to_lane(*item, "done")))?;
        }
        self.then(Change::CompleteSprint { sprint: sprint.as_str().into(), carry_to: None })?;
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    let clock = Arc::new(ManualClock::new(Timestamp::from_millis(BEGIN)));
    let config = EngineConfig { workers: 0, clock: clock.clone(), ..EngineConfig::new(folder) };
    let engine = Engine::open(config)?;
    let history =
        History { tenant: engine.create_tenant("old")?, clock, ann: Actor::admin(UserId::new("ann")?) };
    history.write()?;
    engine.close();
    Ok(())
}
