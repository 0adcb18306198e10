//! Sprints.

use std::rc::Rc;

use pm_engine::command::{NewSprint, SprintChange};
use pm_engine::model::{
    EntityKind, ItemId, LaneCategory, ProjectId, ProjectRole, Sprint, SprintId, SprintItem, SprintPhase,
    SprintRef, SprintState,
};
use pm_engine::rejection::RejectionCode;

use super::refs::Which;
use super::{Ctx, Made, Rules, Step, World, made};

impl World {
    /// "name unique among a project's live sprints"
    fn name_taken(&self, project: ProjectId, name: &str, but: Option<SprintId>) -> bool {
        self.sprints
            .values()
            .any(|s| s.project == project && s.deleted_at.is_none() && s.name == name && Some(s.id) != but)
    }

    pub(super) fn create_sprint(&mut self, ctx: &mut Ctx<'_>, new: &NewSprint) -> Step<Made> {
        let project = self.project(ctx, &new.project, Which::Live)?;
        self.gate(ctx, project, ProjectRole::Editor)?;
        let mut rules = Rules::default();
        let taken = new.id.is_some_and(|id| self.sprints.contains_key(&id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "id taken");
        rules.refuse_if(
            self.name_taken(project, new.name.trim(), None),
            RejectionCode::AlreadyExists,
            "name taken",
        );
        rules.done()?;
        let id = SprintId::from_uuid(ctx.ids.take(EntityKind::Sprint, new.id.map(|id| id.as_uuid())));
        let sprint = Sprint {
            id,
            project,
            name: new.name.trim().to_owned(),
            goal: new.goal.clone(),
            start_date: new.start_date,
            end_date: new.end_date,
            state: SprintState::Planned,
            started_at: None,
            ended_at: None,
            committed_items: 0,
            committed_points: 0.0,
            completed_items: 0,
            completed_points: 0.0,
            items: None,
            created_at: ctx.at(),
            created_by: ctx.by(),
            updated_at: ctx.at(),
            updated_by: ctx.by(),
            deleted_at: None,
            version: ctx.first_version(),
        };
        self.sprints.insert(id, Rc::new(sprint));
        made(EntityKind::Sprint, id, true)
    }

    fn put_sprint(&mut self, ctx: &Ctx<'_>, id: SprintId, edit: impl FnOnce(&mut Sprint)) -> bool {
        let old = Rc::clone(&self.sprints[&id]);
        let mut new = (*old).clone();
        edit(&mut new);
        if new == *old {
            return false;
        }
        new.version = ctx.next_version(old.version);
        new.updated_at = ctx.at();
        new.updated_by = ctx.by();
        self.sprints.insert(id, Rc::new(new));
        true
    }

    pub(super) fn update_sprint(
        &mut self,
        ctx: &mut Ctx<'_>,
        sprint: &SprintRef,
        changes: &[SprintChange],
    ) -> Step<Made> {
        let id = self.sprint(ctx, sprint, Which::Live)?;
        let old = Rc::clone(&self.sprints[&id]);
        self.gate(ctx, old.project, ProjectRole::Editor)?;
        self.not_frozen(Some(id))?;
        ctx.version(old.version)?;
        let mut new = (*old).clone();
        for change in changes {
            match change {
                SprintChange::Name(value) => value.trim().clone_into(&mut new.name),
                SprintChange::Goal(value) => new.goal.clone_from(value),
                SprintChange::StartDate(value) => new.start_date = *value,
                SprintChange::EndDate(value) => new.end_date = *value,
            }
        }
        let mut rules = Rules::default();
        let taken = self.name_taken(old.project, &new.name, Some(id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "name taken");
        let dates = new.start_date.is_some() && new.end_date.is_some() && new.start_date > new.end_date;
        rules.refuse_if(dates, RejectionCode::Invalid, "start after end");
        rules.done()?;
        let changed = self.put_sprint(ctx, id, |sprint| *sprint = new);
        made(EntityKind::Sprint, id, changed)
    }

    pub(super) fn items_of_sprint(&self, id: SprintId) -> Vec<ItemId> {
        self.items.values().filter(|i| i.sprint == Some(id) && i.deleted_at.is_none()).map(|i| i.id).collect()
    }

    fn sprint_state(&self, id: SprintId, phase: SprintPhase) -> Vec<SprintItem> {
        let one = |item: ItemId| {
            let item = &self.items[&item];
            SprintItem {
                item: item.id,
                phase,
                points: item.points,
                category: self.lanes[&item.lane].category,
            }
        };
        self.items_of_sprint(id).into_iter().map(one).collect()
    }

    fn another_active(&self, project: ProjectId, but: SprintId) -> bool {
        !self.projects[&project].parallel_sprints
            && self.sprints.values().any(|s| {
                s.project == project
                    && s.id != but
                    && s.deleted_at.is_none()
                    && s.state == SprintState::Active
            })
    }

    pub(super) fn start_sprint(&mut self, ctx: &mut Ctx<'_>, sprint: &SprintRef) -> Step<Made> {
        let id = self.sprint(ctx, sprint, Which::Live)?;
        let old = Rc::clone(&self.sprints[&id]);
        self.gate(ctx, old.project, ProjectRole::Editor)?;
        self.not_frozen(Some(id))?;
        ctx.version(old.version)?;
        let mut rules = Rules::default();
        rules.refuse_if(old.state != SprintState::Planned, RejectionCode::WrongState, "not planned");
        rules.refuse_if(self.another_active(old.project, id), RejectionCode::WrongState, "another is active");
        rules.done()?;
        let items = self.sprint_state(id, SprintPhase::Start);
        let (at, count) = (ctx.at(), i64::try_from(items.len()).unwrap_or(0));
        let points = items.iter().filter_map(|item| item.points).sum::<f64>() + 0.0;
        self.sprint_items.insert(id, Rc::new(items));
        self.put_sprint(ctx, id, |sprint| {
            sprint.state = SprintState::Active;
            sprint.started_at = Some(at);
            sprint.committed_items = count;
            sprint.committed_points = points;
        });
        made(EntityKind::Sprint, id, true)
    }

    /// "Completion names where unfinished items go …; canceled ones are not carried"
    pub(super) fn complete_sprint(
        &mut self,
        ctx: &mut Ctx<'_>,
        sprint: &SprintRef,
        carry_to: Option<&SprintRef>,
    ) -> Step<Made> {
        let id = self.sprint(ctx, sprint, Which::Live)?;
        let old = Rc::clone(&self.sprints[&id]);
        let target = carry_to.map(|to| self.sprint_of(ctx, old.project, to)).transpose();
        let target = self.second(ctx, old.project, ProjectRole::Editor, target)?;
        self.gate(ctx, old.project, ProjectRole::Editor)?;
        self.not_frozen(Some(id))?;
        self.not_frozen(target)?;
        ctx.version(old.version)?;
        let mut rules = Rules::default();
        rules.refuse_if(old.state != SprintState::Active, RejectionCode::WrongState, "not active");
        rules.refuse_if(target == Some(id), RejectionCode::Invalid, "into itself");
        rules.done()?;
        let items = self.sprint_state(id, SprintPhase::Completion);
        let done: Vec<&SprintItem> = items.iter().filter(|i| i.category == LaneCategory::Completed).collect();
        let (at, count) = (ctx.at(), i64::try_from(done.len()).unwrap_or(0));
        let points = done.iter().filter_map(|item| item.points).sum::<f64>() + 0.0;
        let carried: Vec<ItemId> =
            items.iter().filter(|i| !i.category.is_finished()).map(|i| i.item).collect();
        Rc::make_mut(self.sprint_items.entry(id).or_default()).extend(items);
        self.put_sprint(ctx, id, |sprint| {
            sprint.state = SprintState::Completed;
            sprint.ended_at = Some(at);
            sprint.completed_items = count;
            sprint.completed_points = points;
        });
        for item in carried {
            self.put_item(ctx, item, false, |item| item.sprint = target);
        }
        made(EntityKind::Sprint, id, true)
    }

    /// "Cancel and delete clear the sprint of their items."
    fn clear_sprint(&mut self, ctx: &Ctx<'_>, id: SprintId) {
        for item in self.items_of_sprint(id) {
            self.put_item(ctx, item, false, |item| item.sprint = None);
        }
    }

    pub(super) fn cancel_sprint(&mut self, ctx: &mut Ctx<'_>, sprint: &SprintRef) -> Step<Made> {
        let id = self.sprint(ctx, sprint, Which::Live)?;
        let old = Rc::clone(&self.sprints[&id]);
        self.gate(ctx, old.project, ProjectRole::Editor)?;
        self.not_frozen(Some(id))?;
        ctx.version(old.version)?;
        let at = ctx.at();
        self.put_sprint(ctx, id, |sprint| {
            sprint.state = SprintState::Cancelled;
            sprint.ended_at = Some(at);
        });
        self.clear_sprint(ctx, id);
        made(EntityKind::Sprint, id, true)
    }

    pub(super) fn delete_sprint(&mut self, ctx: &mut Ctx<'_>, sprint: &SprintRef) -> Step<Made> {
        let id = self.sprint(ctx, sprint, Which::Live)?;
        let old = Rc::clone(&self.sprints[&id]);
        self.gate(ctx, old.project, ProjectRole::Admin)?;
        ctx.version(old.version)?;
        let at = ctx.at();
        self.put_sprint(ctx, id, |sprint| sprint.deleted_at = Some(at));
        self.clear_sprint(ctx, id);
        made(EntityKind::Sprint, id, true)
    }

    pub(super) fn restore_sprint(&mut self, ctx: &mut Ctx<'_>, sprint: &SprintRef) -> Step<Made> {
        let id = self.sprint(ctx, sprint, Which::Any)?;
        let old = Rc::clone(&self.sprints[&id]);
        self.gate(ctx, old.project, ProjectRole::Admin)?;
        ctx.version(old.version)?;
        if old.deleted_at.is_none() {
            return made(EntityKind::Sprint, id, false);
        }
        let mut rules = Rules::default();
        let taken = self.name_taken(old.project, &old.name, Some(id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "name taken");
        let active = old.state == SprintState::Active && self.another_active(old.project, id);
        rules.refuse_if(active, RejectionCode::WrongState, "another is active");
        rules.done()?;
        self.put_sprint(ctx, id, |sprint| sprint.deleted_at = None);
        made(EntityKind::Sprint, id, true)
    }
}
