//! Writes a small tenant with something in every table: what a release leaves behind for the tests of later ones.
//!
//! `cargo run -p pm-engine --example old_file -- FOLDER`, then as `migrations/NOTES.md` says.

use std::error::Error;
use std::sync::Arc;

use pm_engine::command::{
    Actor, Change, Command, ItemChange, ItemMove, NewComment, NewItem, NewLane, NewProject, NewSprint,
    NewTimeEntry, SprintAssignment, TenantSettingChange, UserChange,
};
use pm_engine::model::{
    DependencyKind, ExternalRef, ItemKind, LaneCategory, Priority, ProjectRole, TimerCapPolicy, Timestamp,
    UserId, Visibility,
};
use pm_engine::{Engine, EngineConfig, ManualClock, Tenant};

/// 2026-01-05T08:00:00Z, a Monday.
const BEGIN: i64 = 1_767_600_000_000;
const HOUR: i64 = 3_600_000;

struct History {
    tenant: Tenant,
    clock: Arc<ManualClock>,
    ann: Actor,
    bob: Actor,
}

impl History {
    /// Ann does one thing an hour later; the key or id of what it made.
    fn then(&self, change: Change) -> Result<String, Box<dyn Error>> {
        self.by(&self.ann, change)
    }

    fn by(&self, actor: &Actor, change: Change) -> Result<String, Box<dyn Error>> {
        self.clock.set(Timestamp::from_millis(pm_engine::Clock::now(&*self.clock).as_millis() + HOUR));
        let outcome = self.tenant.execute(Command::new(actor.clone(), change))?;
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
        self.team()?;
        self.ended_projects()
    }

    /// Two people in a project with lanes of its own: what was changed, taken away, or is under way.
    fn team(&self) -> Result<(), Box<dyn Error>> {
        let settings = vec![
            TenantSettingChange::TimerCapSeconds(28_800),
            TenantSettingChange::TimerCapPolicy(TimerCapPolicy::Cap),
        ];
        self.then(Change::UpdateTenantSettings { changes: settings })?;
        let lane = |name: &str, category, wip_limit| NewLane {
            id: None,
            name: name.to_owned(),
            status: None,
            category,
            wip_limit,
        };
        let mut web = NewProject::new("WEB", "Überarbeitung der Website 網站");
        web.description = "Two people, *one* page.".to_owned();
        web.lanes = vec![
            lane("Ideas", LaneCategory::Backlog, None),
            lane("Doing", LaneCategory::Started, Some(2)),
            lane("Live", LaneCategory::Completed, None),
        ];
        self.then(Change::CreateProject(web))?;
        for (user, role) in [("bob", ProjectRole::Editor), ("eve", ProjectRole::Viewer)] {
            self.then(Change::SetMember { project: "WEB".into(), user: UserId::new(user)?, role })?;
        }
        self.then(Change::RemoveMember { project: "WEB".into(), user: UserId::new("eve")? })?;
        let mut made = Vec::new();
        for n in 1..=8 {
            let priority = if n % 2 == 0 { Priority::High } else { Priority::None };
            let new = NewItem {
                description: format!("Page {n}: 中文, naïve, 🎉."),
                priority,
                assignee: Some(self.bob.user.clone()),
                labels: vec!["page".to_owned(), format!("p{n}")],
                estimate_seconds: Some(3_600 * n),
                start_date: Some("2026-01-07".parse()?),
                due_date: Some("2026-02-28".parse()?),
                external: Some(ExternalRef { source: "old-tracker".to_owned(), id: format!("T{n}") }),
                extra: format!("{{\"votes\":{n}}}"),
                ..NewItem::new("WEB", ItemKind::Story, format!("Page {n}"))
            };
            made.push(self.by(&self.bob, Change::CreateItem(Box::new(new)))?);
        }
        self.links(&made)?;
        self.talk(&made)?;
        self.sprints(&made)
    }

    fn links(&self, made: &[String]) -> Result<(), Box<dyn Error>> {
        let mut last = String::new();
        for pair in made.windows(2) {
            let (from, to) = (pair[0].as_str().into(), pair[1].as_str().into());
            last = self
                .by(&self.bob, Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to })?;
        }
        self.then(Change::RemoveDependency { dependency: last.as_str().into() })?;
        let (from, to) = (made[0].as_str().into(), made[7].as_str().into());
        self.then(Change::AddDependency { id: None, kind: DependencyKind::RelatesTo, from, to })?;
        self.then(Change::MoveItem(ItemMove::to_lane(made[0].as_str(), "live")))?;
        self.then(Change::MoveItem(ItemMove::to_lane(made[1].as_str(), "doing")))?;
        let changes = vec![ItemChange::Title("Page two".to_owned()), ItemChange::Assignee(None)];
        self.then(Change::UpdateItem { item: made[1].as_str().into(), changes })?;
        self.then(Change::DeleteItem { item: made[7].as_str().into(), cascade: false })?;
        Ok(())
    }

    fn talk(&self, made: &[String]) -> Result<(), Box<dyn Error>> {
        let said = self.by(&self.bob, Change::AddComment(NewComment::new(made[1].as_str(), "Frist?")))?;
        let text = "Until when? @[ann], see OLD-3.".to_owned();
        self.by(&self.bob, Change::EditComment { comment: said.as_str().into(), text })?;
        let mut reply = NewComment::new(made[1].as_str(), "Friday");
        reply.reply_to = Some(said.as_str().into());
        let reply = self.then(Change::AddComment(reply))?;
        self.then(Change::DeleteComment { comment: reply.as_str().into() })?;
        let secret = self.then(Change::AddComment(NewComment::new(made[1].as_str(), "password: 1234")))?;
        self.then(Change::PurgeComment { comment: secret.as_str().into() })?;
        let start =
            |n: usize| Change::StartTimer { id: None, item: made[n].as_str().into(), note: String::new() };
        self.by(&self.bob, start(1))?;
        // Stops the first; this one runs on.
        self.by(&self.bob, start(2))?;
        Ok(())
    }

    fn sprints(&self, made: &[String]) -> Result<(), Box<dyn Error>> {
        let mut sprints = Vec::new();
        for (name, item) in ["Runs", "Planned", "Cancelled", "Deleted"].into_iter().zip(&made[2..]) {
            let sprint = self.then(Change::CreateSprint(NewSprint::new("WEB", name)))?;
            let to = Some(SprintAssignment::Set(sprint.as_str().into()));
            self.then(Change::MoveItem(ItemMove { sprint: to, ..ItemMove::new(item.as_str()) }))?;
            sprints.push(sprint);
        }
        self.then(Change::StartSprint { sprint: sprints[0].as_str().into() })?;
        self.then(Change::CancelSprint { sprint: sprints[2].as_str().into() })?;
        self.then(Change::DeleteSprint { sprint: sprints[3].as_str().into() })?;
        Ok(())
    }

    fn ended_projects(&self) -> Result<(), Box<dyn Error>> {
        for key in ["ARC", "DEL"] {
            self.then(Change::CreateProject(NewProject::new(key, "Ended")))?;
            self.then(Change::CreateItem(Box::new(NewItem::new(key, ItemKind::Bug, "Left behind"))))?;
        }
        self.then(Change::ArchiveProject { project: "ARC".into() })?;
        self.then(Change::DeleteProject { project: "DEL".into() })?;
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
    let (ann, bob) = (Actor::admin(UserId::new("ann")?), Actor::member(UserId::new("bob")?));
    History { tenant: engine.create_tenant("old")?, clock, ann, bob }.write()?;
    engine.close();
    Ok(())
}
