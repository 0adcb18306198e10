//! Projects and their members.

use std::rc::Rc;

use pm_engine::command::{NewProject, ProjectChange};
use pm_engine::model::{
    EntityKind, LaneCategory, Member, Project, ProjectId, ProjectRef, ProjectRole, ProjectStatus,
    SprintState, UserId,
};
use pm_engine::rejection::RejectionCode;

use super::refs::Which;
use super::{Ctx, Made, Rules, Stage, Step, World, made, no};

/// "A new project gets five lanes: Backlog …"
const USUAL: [(&str, &str, LaneCategory); 5] = [
    ("Backlog", "backlog", LaneCategory::Backlog),
    ("To Do", "todo", LaneCategory::Unstarted),
    ("In Progress", "in_progress", LaneCategory::Started),
    ("Review", "review", LaneCategory::Started),
    ("Done", "done", LaneCategory::Completed),
];

impl World {
    pub(super) fn create_project(&mut self, ctx: &mut Ctx<'_>, new: &NewProject) -> Step<Made> {
        let key = new.key.trim().to_ascii_uppercase();
        let mut rules = Rules::default();
        let taken = new.id.is_some_and(|id| self.projects.contains_key(&id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "id taken");
        let live = |p: &Project| p.deleted_at.is_none() && p.key == key;
        rules.refuse_if(self.projects.values().any(|p| live(p)), RejectionCode::AlreadyExists, "key taken");
        rules.done()?;
        let id = ProjectId::from_uuid(ctx.ids.take(EntityKind::Project, new.id.map(|id| id.as_uuid())));
        let mut lanes = Vec::new();
        if new.lanes.is_empty() {
            for (name, status, category) in USUAL {
                lanes.push(self.insert_lane(ctx, id, None, name, status, category, None));
            }
        }
        for lane in &new.lanes {
            let status = lane.status.clone().unwrap_or_else(|| Self::derived_status(&lane.name));
            lanes.push(self.insert_lane(
                ctx,
                id,
                lane.id,
                lane.name.trim(),
                &status,
                lane.category,
                lane.wip_limit,
            ));
        }
        // "The first one of the lowest category is the default."
        let default = lanes.iter().copied().min_by_key(|lane| self.lanes[lane].category);
        let project = Project {
            id,
            key,
            title: new.title.trim().to_owned(),
            description: Some(new.description.clone()),
            status: ProjectStatus::Active,
            visibility: new.visibility,
            wip_policy: new.wip_policy,
            parallel_sprints: new.parallel_sprints,
            default_lane: default,
            created_at: ctx.at(),
            created_by: ctx.by(),
            updated_at: ctx.at(),
            updated_by: ctx.by(),
            deleted_at: None,
            version: ctx.first_version(),
        };
        self.lanes_of.insert(id, Rc::new(lanes));
        self.projects.insert(id, Rc::new(project));
        self.next_number.insert(id, 1);
        // "Any member creates projects and is their admin."
        self.put_member(ctx, id, &ctx.actor.user.clone(), ProjectRole::Admin);
        made(EntityKind::Project, id, true)
    }

    /// Writes a changed project; whether anything changed.
    pub(super) fn put_project(
        &mut self,
        ctx: &Ctx<'_>,
        id: ProjectId,
        edit: impl FnOnce(&mut Project),
    ) -> bool {
        let old = Rc::clone(&self.projects[&id]);
        let mut new = (*old).clone();
        edit(&mut new);
        if new == *old {
            return false;
        }
        new.version = ctx.next_version(old.version);
        new.updated_at = ctx.at();
        new.updated_by = ctx.by();
        self.projects.insert(id, Rc::new(new));
        true
    }

    pub(super) fn update_project(
        &mut self,
        ctx: &mut Ctx<'_>,
        project: &ProjectRef,
        changes: &[ProjectChange],
    ) -> Step<Made> {
        let id = self.project(ctx, project, Which::Live)?;
        let mut default = None;
        for change in changes {
            if let ProjectChange::DefaultLane(lane) = change {
                default = Some(self.second(ctx, id, ProjectRole::Admin, self.lane_of(ctx, id, lane))?);
            }
        }
        self.gate(ctx, id, ProjectRole::Admin)?;
        ctx.version(self.projects[&id].version)?;
        let active = self
            .sprints
            .values()
            .filter(|s| s.project == id && s.deleted_at.is_none() && s.state == SprintState::Active)
            .count();
        let mut rules = Rules::default();
        let single = changes.contains(&ProjectChange::ParallelSprints(false));
        rules.refuse_if(single && active > 1, RejectionCode::WrongState, "several sprints are active");
        rules.done()?;
        let changed = self.put_project(ctx, id, |p| {
            for change in changes {
                match change {
                    ProjectChange::Title(value) => value.trim().clone_into(&mut p.title),
                    ProjectChange::Description(value) => p.description = Some(value.clone()),
                    ProjectChange::Visibility(value) => p.visibility = *value,
                    ProjectChange::WipPolicy(value) => p.wip_policy = *value,
                    ProjectChange::ParallelSprints(value) => p.parallel_sprints = *value,
                    ProjectChange::DefaultLane(_) => p.default_lane = default,
                }
            }
        });
        made(EntityKind::Project, id, changed)
    }

    /// "archiving and deleting stop its running timers"
    pub(super) fn archive_project(&mut self, ctx: &mut Ctx<'_>, project: &ProjectRef) -> Step<Made> {
        let id = self.project(ctx, project, Which::Live)?;
        self.needs(ctx, id, ProjectRole::Admin)?;
        ctx.version(self.projects[&id].version)?;
        let changed = self.put_project(ctx, id, |p| p.status = ProjectStatus::Archived);
        if changed {
            self.stop_timers(ctx, |entry| entry.project == id);
        }
        made(EntityKind::Project, id, changed)
    }

    pub(super) fn unarchive_project(&mut self, ctx: &mut Ctx<'_>, project: &ProjectRef) -> Step<Made> {
        let id = self.project(ctx, project, Which::Live)?;
        self.needs(ctx, id, ProjectRole::Admin)?;
        ctx.version(self.projects[&id].version)?;
        let changed = self.put_project(ctx, id, |p| p.status = ProjectStatus::Active);
        made(EntityKind::Project, id, changed)
    }

    pub(super) fn delete_project(&mut self, ctx: &mut Ctx<'_>, project: &ProjectRef) -> Step<Made> {
        let id = self.project(ctx, project, Which::Live)?;
        self.needs(ctx, id, ProjectRole::Admin)?;
        ctx.version(self.projects[&id].version)?;
        let at = ctx.at();
        let changed = self.put_project(ctx, id, |p| p.deleted_at = Some(at));
        self.stop_timers(ctx, |entry| entry.project == id);
        made(EntityKind::Project, id, changed)
    }

    /// "its key may be used again, and restoring it is then `already_exists`"
    pub(super) fn restore_project(&mut self, ctx: &mut Ctx<'_>, project: &ProjectRef) -> Step<Made> {
        let id = self.project(ctx, project, Which::Any)?;
        self.needs(ctx, id, ProjectRole::Admin)?;
        ctx.version(self.projects[&id].version)?;
        let key = self.projects[&id].key.clone();
        let taken = self.projects.values().any(|p| p.id != id && p.deleted_at.is_none() && p.key == key);
        if taken && self.projects[&id].deleted_at.is_some() {
            return no(Stage::Rule, RejectionCode::AlreadyExists, "key taken");
        }
        let changed = self.put_project(ctx, id, |p| p.deleted_at = None);
        made(EntityKind::Project, id, changed)
    }

    fn put_member(&mut self, ctx: &Ctx<'_>, project: ProjectId, user: &UserId, role: ProjectRole) -> bool {
        let key = (project, user.clone());
        let new = match self.members.get(&key) {
            Some(old) if old.role == role && old.removed_at.is_none() => return false,
            Some(old) => Member { role, removed_at: None, version: old.version + 1, ..(**old).clone() },
            None => Member {
                project,
                user: user.clone(),
                role,
                created_at: ctx.at(),
                removed_at: None,
                version: 1,
            },
        };
        self.members.insert(key, Rc::new(new));
        true
    }

    /// "a project keeps one admin (`in_use`)"
    fn is_last_admin(&self, project: ProjectId, user: &UserId) -> bool {
        let mut admins = self
            .members
            .values()
            .filter(|m| m.project == project && m.removed_at.is_none() && m.role == ProjectRole::Admin);
        admins.clone().any(|m| m.user == *user) && admins.all(|m| m.user == *user)
    }

    pub(super) fn set_member(
        &mut self,
        ctx: &mut Ctx<'_>,
        project: &ProjectRef,
        user: &UserId,
        role: ProjectRole,
    ) -> Step<Made> {
        let id = self.project(ctx, project, Which::Live)?;
        self.gate(ctx, id, ProjectRole::Admin)?;
        let known = self.members.get(&(id, user.clone()));
        if let Some(member) = known {
            ctx.version(member.version)?;
        }
        if role != ProjectRole::Admin && self.is_last_admin(id, user) {
            return no(Stage::Rule, RejectionCode::InUse, "last admin");
        }
        let changed = self.put_member(ctx, id, user, role);
        made(EntityKind::Member, format!("{id}/{user}"), changed)
    }

    pub(super) fn remove_member(
        &mut self,
        ctx: &mut Ctx<'_>,
        project: &ProjectRef,
        user: &UserId,
    ) -> Step<Made> {
        let id = self.project(ctx, project, Which::Live)?;
        let key = (id, user.clone());
        let member = self.members.get(&key).filter(|member| member.removed_at.is_none()).cloned();
        self.gate(ctx, id, ProjectRole::Admin)?;
        let Some(member) = member else { return no(Stage::Rule, RejectionCode::NotFound, "no member") };
        ctx.version(member.version)?;
        if self.is_last_admin(id, user) {
            return no(Stage::Rule, RejectionCode::InUse, "last admin");
        }
        let new = Member { removed_at: Some(ctx.at()), version: member.version + 1, ..(*member).clone() };
        self.members.insert(key, Rc::new(new));
        made(EntityKind::Member, format!("{id}/{user}"), true)
    }
}
