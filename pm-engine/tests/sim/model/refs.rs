//! How a command names what exists.

use pm_engine::command::LaneTarget;
use pm_engine::model::{
    CommentId, CommentRef, DependencyId, DependencyRef, EntityKind, ItemId, ItemRef, LaneId, LaneRef,
    ProjectId, ProjectRef, SprintId, SprintRef, TimeEntryId, TimeEntryRef,
};
use pm_engine::rejection::RejectionCode;

use super::{Ctx, Stage, Step, World, no};

/// Which of them may be named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Live,
    Any,
}

fn unknown<T>(what: &str) -> Step<T> {
    no(Stage::Visible, RejectionCode::NotFound, what)
}

/// The text of a reference; `#k` becomes the id of what that part made.
fn text(ctx: &Ctx<'_>, kind: EntityKind, text: &str) -> Step<String> {
    let Some(part) = text.strip_prefix('#') else { return Ok(text.to_owned()) };
    let named = part.parse::<usize>().ok().and_then(|k| ctx.made.get(k)).filter(|made| made.kind == kind);
    match named {
        Some(made) => Ok(made.id.clone()),
        None => no(Stage::Visible, RejectionCode::Invalid, "no such part"),
    }
}

fn by_id<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

impl World {
    pub(crate) fn project(&self, ctx: &Ctx<'_>, name: &ProjectRef, which: Which) -> Step<ProjectId> {
        let text = text(ctx, EntityKind::Project, name.as_str())?;
        let found = by_id::<ProjectId>(&text).or_else(|| self.project_by_key(&text));
        let Some(id) = found else { return unknown("project") };
        self.sees(ctx, id, which == Which::Any)?;
        Ok(id)
    }

    fn project_by_key(&self, key: &str) -> Option<ProjectId> {
        let key = key.to_ascii_uppercase();
        self.projects.values().find(|p| p.deleted_at.is_none() && p.key == key).map(|p| p.id)
    }

    pub(crate) fn item(&self, ctx: &Ctx<'_>, name: &ItemRef, which: Which) -> Step<ItemId> {
        let text = text(ctx, EntityKind::WorkItem, name.as_str())?;
        let found = by_id::<ItemId>(&text).or_else(|| self.item_by_key(&text));
        let Some(item) = found.and_then(|id| self.items.get(&id)) else { return unknown("item") };
        self.sees(ctx, item.project, false)?;
        if which == Which::Live && item.deleted_at.is_some() {
            return unknown("item deleted");
        }
        Ok(item.id)
    }

    pub(crate) fn item_by_key(&self, text: &str) -> Option<ItemId> {
        let (key, number) = text.rsplit_once('-')?;
        let project = self.project_by_key(key)?;
        let number: i64 = number.parse().ok()?;
        self.items.values().find(|item| item.project == project && item.number == number).map(|item| item.id)
    }

    /// A lane of a known project, by id or status value.
    pub(crate) fn lane_of(&self, ctx: &Ctx<'_>, project: ProjectId, name: &LaneRef) -> Step<LaneId> {
        let text = text(ctx, EntityKind::Lane, name.as_str())?;
        let by_status = || self.live_lanes(project).iter().copied().find(|id| self.lanes[id].status == text);
        let found = by_id::<LaneId>(&text).or_else(by_status);
        let lane = found.and_then(|id| self.lanes.get(&id)).filter(|lane| lane.deleted_at.is_none());
        match lane {
            Some(lane) if lane.project == project => Ok(lane.id),
            _ => unknown("lane"),
        }
    }

    /// A lane that is itself the subject.
    pub(crate) fn lane(&self, ctx: &Ctx<'_>, target: &LaneTarget, which: Which) -> Step<LaneId> {
        let text = text(ctx, EntityKind::Lane, target.lane.as_str())?;
        if let Some(id) = by_id::<LaneId>(&text) {
            let Some(lane) = self.lanes.get(&id) else { return unknown("lane") };
            self.sees(ctx, lane.project, false)?;
            if let Some(project) = &target.project
                && self.project(ctx, project, Which::Live)? != lane.project
            {
                return unknown("lane of another project");
            }
            if which == Which::Live && lane.deleted_at.is_some() {
                return unknown("lane deleted");
            }
            return Ok(id);
        }
        let Some(project) = &target.project else {
            return no(Stage::Visible, RejectionCode::Invalid, "no project");
        };
        let project = self.project(ctx, project, Which::Live)?;
        self.lane_of(ctx, project, &target.lane)
    }

    pub(crate) fn sprint(&self, ctx: &Ctx<'_>, name: &SprintRef, which: Which) -> Step<SprintId> {
        let text = text(ctx, EntityKind::Sprint, name.as_str())?;
        let found = by_id::<SprintId>(&text).and_then(|id| self.sprints.get(&id));
        let Some(sprint) = found else { return unknown("sprint") };
        self.sees(ctx, sprint.project, false)?;
        if which == Which::Live && sprint.deleted_at.is_some() {
            return unknown("sprint deleted");
        }
        Ok(sprint.id)
    }

    /// A comment; "comments and entries are hidden by their item".
    pub(crate) fn comment(&self, ctx: &Ctx<'_>, name: &CommentRef, which: Which) -> Step<CommentId> {
        let text = text(ctx, EntityKind::Comment, name.as_str())?;
        let found = by_id::<CommentId>(&text).and_then(|id| self.comments.get(&id));
        let Some(comment) = found else { return unknown("comment") };
        self.sees(ctx, comment.project, false)?;
        if self.items[&comment.item].deleted_at.is_some()
            || (which == Which::Live && comment.deleted_at.is_some())
        {
            return unknown("comment deleted");
        }
        Ok(comment.id)
    }

    pub(crate) fn entry(&self, ctx: &Ctx<'_>, name: &TimeEntryRef, which: Which) -> Step<TimeEntryId> {
        let text = text(ctx, EntityKind::TimeEntry, name.as_str())?;
        let found = by_id::<TimeEntryId>(&text).and_then(|id| self.entries.get(&id));
        let Some(entry) = found else { return unknown("entry") };
        self.sees(ctx, entry.project, false)?;
        if self.items[&entry.item].deleted_at.is_some()
            || (which == Which::Live && entry.deleted_at.is_some())
        {
            return unknown("entry deleted");
        }
        Ok(entry.id)
    }

    pub(crate) fn dependency(&self, ctx: &Ctx<'_>, name: &DependencyRef) -> Step<DependencyId> {
        let text = text(ctx, EntityKind::Dependency, name.as_str())?;
        let found = by_id::<DependencyId>(&text).and_then(|id| self.deps.get(&id));
        let Some(dep) = found else { return unknown("dependency") };
        self.sees(ctx, dep.project, false)?;
        if dep.deleted_at.is_some() {
            return unknown("dependency deleted");
        }
        Ok(dep.id)
    }
}
