//! Commands about sprints, comments and time, and entities of an export.

use pm_engine::command::{Change, NewComment, NewSprint, NewTimeEntry, SprintChange, TimeEntryChange};
use pm_engine::model::{
    CommentId, CommentRef, DependencyId, Entity, ItemId, SprintId, SprintState, TimeEntryId, TimeEntryRef,
    Timestamp, User,
};

use super::{Planner, user};
use crate::model::World;

impl Planner {
    fn sprint_in(&mut self, world: &World, state: SprintState) -> Option<SprintId> {
        let home = self.home;
        let stray = self.rng.percent(12);
        let good = |s: &pm_engine::model::Sprint| s.state == state && s.deleted_at.is_none();
        let pool: Vec<SprintId> = world
            .sprints
            .values()
            .filter(|s| Some(s.project) == home && (stray || good(s)))
            .map(|s| s.id)
            .collect();
        self.rng.pick(&pool)
    }

    fn sprint_name(&mut self) -> String {
        if self.rng.percent(60) { format!("Sprint {}", self.rng.below(12)) } else { self.text("Sprint", 100) }
    }

    pub(super) fn create_sprint(&mut self, world: &World) -> Option<Change> {
        let mut new = NewSprint::new(self.project_ref(world), self.sprint_name());
        new.goal = self.text("Goal", 10_000);
        new.start_date = self.date();
        new.end_date = self.date();
        let old: Vec<SprintId> = world.sprints.keys().copied().collect();
        new.id = match self.rng.below(12) {
            0 => self.rng.pick(&old),
            1 => Some(SprintId::from_uuid(self.rng.uuid())),
            _ => None,
        };
        Some(Change::CreateSprint(new))
    }

    pub(super) fn update_sprint(&mut self, world: &World) -> Option<Change> {
        let sprint = self.sprint_ref(world)?;
        let all = [
            SprintChange::Name(self.sprint_name()),
            SprintChange::Goal(self.text("Goal", 10_000)),
            SprintChange::StartDate(self.date()),
            SprintChange::EndDate(self.date()),
        ];
        let changes = all.into_iter().filter(|_| self.rng.percent(40)).collect();
        Some(Change::UpdateSprint { sprint, changes })
    }

    pub(super) fn start_sprint(&mut self, world: &World) -> Option<Change> {
        Some(Change::StartSprint { sprint: self.sprint_in(world, SprintState::Planned)?.into() })
    }

    pub(super) fn complete_sprint(&mut self, world: &World) -> Option<Change> {
        let sprint = self.sprint_in(world, SprintState::Active)?.into();
        let carry_to = if self.rng.percent(60) { self.sprint_ref(world) } else { None };
        Some(Change::CompleteSprint { sprint, carry_to })
    }

    pub(super) fn cancel_sprint(&mut self, world: &World) -> Option<Change> {
        let state = self.rng.one(&[SprintState::Planned, SprintState::Active]);
        Some(Change::CancelSprint { sprint: self.sprint_in(world, state)?.into() })
    }

    pub(super) fn delete_sprint(&mut self, world: &World) -> Option<Change> {
        Some(Change::DeleteSprint { sprint: self.sprint_ref(world)? })
    }

    pub(super) fn restore_sprint(&mut self, world: &World) -> Option<Change> {
        let gone: Vec<SprintId> =
            world.sprints.values().filter(|s| s.deleted_at.is_some()).map(|s| s.id).collect();
        Some(Change::RestoreSprint { sprint: self.rng.pick(&gone)?.into() })
    }

    fn comment_ref(&mut self, world: &World, dead: bool) -> Option<CommentRef> {
        let pool: Vec<CommentId> =
            world.comments.values().filter(|c| c.deleted_at.is_some() == dead).map(|c| c.id).collect();
        self.rng.pick(&pool).map(Into::into)
    }

    fn comment_text(&mut self, world: &World) -> String {
        let mut text = self.text("Well", 50_000);
        if self.rng.percent(40) {
            let name = self.any_user();
            text.push_str(&if self.rng.percent(50) { format!(" @[{name}]") } else { " @bob".to_owned() });
        }
        let pool: Vec<ItemId> = world.items.keys().copied().collect();
        if let Some(id) = self.rng.pick(&pool).filter(|_| self.rng.percent(40)) {
            let item = &world.items[&id];
            text.push_str(&format!(" {}-{}", world.projects[&item.project].key, item.number));
        }
        // Spaces within names are mentions of their own kind: the directed tests have them.
        text.replace("@[Zoë Ünal|42]", "@[zoe|42]")
    }

    pub(super) fn add_comment(&mut self, world: &World) -> Option<Change> {
        let mut new = NewComment::new(self.item_ref(world)?, self.comment_text(world));
        if self.rng.percent(45) {
            let dead = self.rng.percent(10);
            let all: Vec<&pm_engine::model::Comment> =
                world.comments.values().filter(|c| c.deleted_at.is_some() == dead).map(|c| &**c).collect();
            if let Some(above) = self.rng.pick(&all) {
                new.reply_to = Some(above.id.into());
                if self.rng.percent(92) {
                    new.item = above.item.into();
                }
            }
        }
        let old: Vec<CommentId> = world.comments.keys().copied().collect();
        new.id = match self.rng.below(14) {
            0 => self.rng.pick(&old),
            1 => Some(CommentId::from_uuid(self.rng.uuid())),
            _ => None,
        };
        new.external = self.external();
        Some(Change::AddComment(new))
    }

    pub(super) fn edit_comment(&mut self, world: &World) -> Option<Change> {
        let dead = self.rng.percent(4);
        Some(Change::EditComment { comment: self.comment_ref(world, dead)?, text: self.comment_text(world) })
    }

    pub(super) fn delete_comment(&mut self, world: &World) -> Option<Change> {
        let dead = self.rng.percent(4);
        Some(Change::DeleteComment { comment: self.comment_ref(world, dead)? })
    }

    pub(super) fn restore_comment(&mut self, world: &World) -> Option<Change> {
        let dead = !self.rng.percent(6);
        Some(Change::RestoreComment { comment: self.comment_ref(world, dead)? })
    }

    pub(super) fn purge_comment(&mut self, world: &World) -> Option<Change> {
        let dead = self.rng.percent(50);
        Some(Change::PurgeComment { comment: self.comment_ref(world, dead)? })
    }

    pub(super) fn start_timer(&mut self, world: &World) -> Option<Change> {
        let id = match self.rng.below(14) {
            0 => self.rng.pick(&world.entries.keys().copied().collect::<Vec<_>>()),
            1 => Some(TimeEntryId::from_uuid(self.rng.uuid())),
            _ => None,
        };
        Some(Change::StartTimer { id, item: self.item_ref(world)?, note: self.text("Work", 1_000) })
    }

    fn entry_ref(
        &mut self,
        world: &World,
        good: impl Fn(&pm_engine::model::TimeEntry) -> bool,
    ) -> Option<TimeEntryRef> {
        let pool: Vec<TimeEntryId> = world.entries.values().filter(|e| good(e)).map(|e| e.id).collect();
        self.rng.pick(&pool).map(Into::into)
    }

    pub(super) fn stop_timer(&mut self, world: &World) -> Option<Change> {
        if self.rng.percent(50) {
            return Some(Change::StopTimer { entry: None });
        }
        let stray = self.rng.percent(10);
        let entry = self.entry_ref(world, |e| stray || (e.ended_at.is_none() && e.deleted_at.is_none()))?;
        Some(Change::StopTimer { entry: Some(entry) })
    }

    fn instant(&mut self) -> Timestamp {
        Timestamp::from_millis(self.now - self.rng.between(-100_000, 3 * 86_400_000))
    }

    pub(super) fn add_entry(&mut self, world: &World) -> Option<Change> {
        let started_at = self.instant();
        let good = self.rng.between(1_000, 7 * 3_600_000);
        let span = self.rarely_odd(good, &[0, -5_000, 86_400_000, 86_400_001]);
        let ended_at = Timestamp::from_millis(started_at.as_millis() + span);
        let user = self.rng.percent(20).then(|| self.any_user());
        let id = self.rng.percent(10).then(|| TimeEntryId::from_uuid(self.rng.uuid()));
        let (item, note) = (self.item_ref(world)?, self.text("Work", 1_000));
        Some(Change::AddTimeEntry(NewTimeEntry { id, item, user, started_at, ended_at, note }))
    }

    pub(super) fn update_entry(&mut self, world: &World) -> Option<Change> {
        let stray = self.rng.percent(10);
        let entry = self.entry_ref(world, |e| stray || (e.ended_at.is_some() && e.deleted_at.is_none()))?;
        let old = entry.as_str().parse::<TimeEntryId>().ok().and_then(|id| world.entries.get(&id))?.clone();
        let mut changes = Vec::new();
        if self.rng.percent(20) {
            changes.push(TimeEntryChange::Item(self.item_ref(world)?));
        }
        if self.rng.percent(50) {
            changes.push(TimeEntryChange::Note(self.text("Work", 1_000)));
        }
        let span = self.rng.between(1_000, 5 * 3_600_000);
        if self.rng.percent(40) {
            let end = old.ended_at.map_or(self.now, Timestamp::as_millis);
            changes.push(TimeEntryChange::StartedAt(Timestamp::from_millis(end - span)));
        }
        if self.rng.percent(30) {
            let end = old.started_at.as_millis() + self.rarely_odd(span, &[0, -1_000, 90_000_000]);
            changes.push(TimeEntryChange::EndedAt(Timestamp::from_millis(end)));
        }
        Some(Change::UpdateTimeEntry { entry, changes })
    }

    pub(super) fn delete_entry(&mut self, world: &World) -> Option<Change> {
        let stray = self.rng.percent(5);
        Some(Change::DeleteTimeEntry { entry: self.entry_ref(world, |e| stray || e.deleted_at.is_none())? })
    }

    pub(super) fn restore_entry(&mut self, world: &World) -> Option<Change> {
        let stray = self.rng.percent(5);
        Some(Change::RestoreTimeEntry { entry: self.entry_ref(world, |e| stray || e.deleted_at.is_some())? })
    }

    /// An entity like one that exists, under another id and, mostly, with its unique values changed.
    pub(super) fn load(&mut self, world: &World) -> Option<Change> {
        let keep_id = self.rng.percent(8);
        let uuid = self.rng.uuid();
        self.names += 1;
        let n = self.names;
        let entity = match self.rng.below(5) {
            0 => {
                let id = if keep_id { user("ann") } else { user(&format!("loaded {n}")) };
                let (kind, name) = (pm_engine::model::ActorKind::Human, Some(format!("Loaded {n}")));
                let created_at = Timestamp::from_millis(self.now - 86_400_000);
                Entity::User(User { id, kind, name, email: None, created_at, version: 3 })
            }
            1 => {
                let live = self.pool(world, |id| world.items[&id].deleted_at.is_none());
                let mut item = (**world.items.get(&self.rng.pick(&live)?)?).clone();
                if !keep_id {
                    item.id = ItemId::from_uuid(uuid);
                }
                if !self.rng.percent(8) {
                    item.number = world.next_number[&item.project] + self.rng.between(0, 3);
                    item.external = None;
                }
                (item.parent, item.sprint) = (None, None);
                item.parent_order = String::new();
                item.title = format!("Loaded {n}");
                Entity::WorkItem(Box::new(item))
            }
            2 => {
                let pool: Vec<_> = world.comments.values().filter(|c| c.deleted_at.is_none()).collect();
                let mut comment = (**self.rng.pick(&pool)?).clone();
                if !keep_id {
                    comment.id = CommentId::from_uuid(uuid);
                }
                comment.external = None;
                if comment.text.as_deref() == Some("") {
                    return None;
                }
                Entity::Comment(comment)
            }
            3 => {
                let whole = |e: &pm_engine::model::TimeEntry| e.ended_at.is_some() && e.deleted_at.is_none();
                let pool: Vec<_> = world.entries.values().filter(|e| whole(e)).collect();
                let mut entry = (**self.rng.pick(&pool)?).clone();
                if !keep_id {
                    entry.id = TimeEntryId::from_uuid(uuid);
                }
                Entity::TimeEntry(entry)
            }
            _ => {
                let pool: Vec<_> = world.deps.values().filter(|d| d.deleted_at.is_none()).collect();
                let mut dep = (**self.rng.pick(&pool)?).clone();
                if !keep_id {
                    dep.id = DependencyId::from_uuid(uuid);
                }
                let others = self.pool(world, |id| world.items[&id].deleted_at.is_none());
                dep.from = self.rng.pick(&others)?;
                Entity::Dependency(dep)
            }
        };
        Some(Change::LoadEntity(Box::new(entity)))
    }
}
