//! Finds what a command names and checks, in this order: it is visible to the actor, his role suffices, the project
//! takes changes.

use std::str::FromStr;

use rusqlite::{Row, params};

use super::context::Decision;
use crate::access::effective_role;
use crate::error::Stop;
use crate::limits;
use crate::model::{
    Comment, CommentId, CommentRef, Dependency, DependencyId, DependencyRef, EntityKind, ItemId, ItemRef,
    Lane, LaneId, LaneRef, Project, ProjectId, ProjectRef, ProjectRole, ProjectStatus, Sprint, SprintId,
    SprintRef, TimeEntry, TimeEntryId, TimeEntryRef, UserId, WorkItem,
};
use crate::rejection::{Rejection, RejectionCode};
use crate::store::known::known_or;
use crate::store::rows::{self, concat_sql};

/// What a command needs in a project.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    View,
    Edit,
    Admin,
}

/// Whether an archived project will do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Archived {
    Refused,
    Accepted,
}

/// A project and the actor's role in it.
pub(crate) struct Place {
    pub(crate) project: Project,
    pub(crate) role: ProjectRole,
}

impl Place {
    pub(crate) fn item_key(&self, number: i64) -> String {
        format!("{}-{number}", self.project.key)
    }
}

/// How a reference names something.
enum Name<'a> {
    Id(&'a str),
    Part(&'a str),
    Other(&'a str),
}

fn name(text: &str) -> Name<'_> {
    match text.strip_prefix('#') {
        Some(part) => Name::Part(part),
        None if text.len() == 36 => Name::Id(text),
        None => Name::Other(text),
    }
}

/// `KEY-n` taken apart.
pub(crate) fn split_item_key(text: &str) -> Option<(String, i64)> {
    let (key, number) = text.rsplit_once('-')?;
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let number: i64 = number.parse().ok().filter(|n| plain && *n >= 1)?;
    Some((key.to_ascii_uppercase(), number))
}

impl Decision<'_> {
    /// The id that part `k` of this batch gave to an entity of this kind.
    fn made_by_part<T: FromStr>(&self, part: &str, kind: EntityKind, field: &str) -> Result<T, Rejection> {
        let made = part.parse::<usize>().ok().and_then(|k| self.made.get(k)).filter(|made| made.kind == kind);
        made.and_then(|made| made.id.parse().ok()).ok_or_else(|| {
            Rejection::invalid(
                field,
                format!("#{part} names no {kind} made by an earlier part of this command"),
            )
        })
    }

    fn id_of<T: FromStr>(&self, text: &str, kind: EntityKind, field: &str) -> Result<T, Rejection> {
        match name(text) {
            Name::Part(part) => self.made_by_part(part, kind, field),
            Name::Id(text) | Name::Other(text) if text.len() <= limits::REF_BYTES_MAX => {
                text.parse().map_err(|_| Rejection::invalid(field, format!("{field} is not an id")))
            }
            _ => Err(Rejection::invalid(field, format!("{field} is not an id"))),
        }
    }

    /// A project by id with the actor's role; `None` where it does not exist for him. Deleted ones included.
    pub(crate) fn place_of(&self, id: ProjectId) -> Result<Option<Place>, Stop> {
        let user = &self.stamp.actor.user;
        let known = self.memory.rows.project(id, user);
        let found = known_or(known, || self.read_project(id, user))?;
        Ok(found.and_then(|(project, explicit)| {
            let role = effective_role(self.stamp.actor, project.visibility, explicit)?;
            Some(Place { project, role })
        }))
    }

    fn read_project(
        &self,
        id: ProjectId,
        user: &UserId,
    ) -> rusqlite::Result<Option<(Project, Option<ProjectRole>)>> {
        let read = |row: &Row<'_>| Ok((rows::project(row)?, row.get(15)?));
        let found = rows::one(self.statements, PLACE, params![id, user], read)?;
        if let Some((project, explicit)) = &found {
            self.memory.rows.keep_project(project, user, *explicit);
        }
        Ok(found)
    }

    /// The live project with this id, for a need.
    pub(crate) fn place(&self, id: ProjectId, need: Need, archived: Archived) -> Result<Place, Stop> {
        let place = self
            .place_of(id)?
            .filter(|place| place.project.deleted_at.is_none())
            .ok_or_else(|| Rejection::not_found("project"))?;
        check_need(&place, need)?;
        check_archived(&place, archived)?;
        Ok(place)
    }

    /// The id a project reference names; a key names the live project that has it.
    pub(crate) fn project_id(&self, reference: &ProjectRef) -> Result<ProjectId, Stop> {
        match name(reference.as_str()) {
            Name::Other(key) => {
                let key = key.to_ascii_uppercase();
                let read = || {
                    let sql = "SELECT id FROM projects WHERE key = ?1 AND deleted_at IS NULL";
                    let found = rows::one(self.statements, sql, [&key], |row| row.get(0))?;
                    Ok(found.inspect(|id| self.memory.rows.keep_project_id(&key, *id)))
                };
                let found = known_or(self.memory.rows.project_id(&key), read)?;
                Ok(found.ok_or_else(|| Rejection::not_found("project"))?)
            }
            _ => Ok(self.id_of(reference.as_str(), EntityKind::Project, "project")?),
        }
    }

    /// The live project a reference names, for a need.
    pub(crate) fn project(
        &self,
        reference: &ProjectRef,
        need: Need,
        archived: Archived,
    ) -> Result<Place, Stop> {
        self.place(self.project_id(reference)?, need, archived)
    }

    /// An item as it stands, live or deleted, whatever the actor may see.
    pub(crate) fn item_row(&self, id: ItemId) -> Result<Option<WorkItem>, Stop> {
        let sql = concat_sql!("SELECT ", rows::WORK_ITEM, " FROM work_items i WHERE i.id = ?1");
        Ok(rows::one(self.statements, sql, [id], rows::work_item)?)
    }

    fn item_by_reference(&self, reference: &ItemRef, field: &str) -> Result<WorkItem, Stop> {
        let text = reference.as_str();
        let found = match name(text) {
            Name::Other(text) => {
                let (key, number) = split_item_key(text).ok_or_else(|| {
                    Rejection::invalid(field, format!("{field} is neither an id nor KEY-n"))
                })?;
                let sql = concat_sql!(
                    "SELECT ",
                    rows::WORK_ITEM,
                    " FROM work_items i WHERE i.project_id = (SELECT id FROM projects WHERE key = ?1 \
                     AND deleted_at IS NULL) AND i.number = ?2"
                );
                rows::one(self.statements, sql, params![key, number], rows::work_item)?
            }
            _ => self.item_row(self.id_of(text, EntityKind::WorkItem, field)?)?,
        };
        Ok(found.ok_or_else(|| Rejection::not_found(field))?)
    }

    /// An item, live or deleted, in a live project.
    pub(crate) fn any_item(
        &self,
        reference: &ItemRef,
        field: &str,
        need: Need,
        archived: Archived,
    ) -> Result<(WorkItem, Place), Stop> {
        let item = self.item_by_reference(reference, field)?;
        let place = self.visible(item.project, field)?;
        let purging = "SELECT 1 FROM purge_tasks WHERE entity_kind = 'work_item' AND entity_id = ?1";
        if item.deleted_at.is_some() && rows::one(self.statements, purging, [item.id], |_| Ok(()))?.is_some()
        {
            return Err(Rejection::not_found(field).into());
        }
        check_need(&place, need)?;
        check_archived(&place, archived)?;
        Ok((item, place))
    }

    /// A live item in a live project.
    pub(crate) fn item(
        &self,
        reference: &ItemRef,
        field: &str,
        need: Need,
        archived: Archived,
    ) -> Result<(WorkItem, Place), Stop> {
        let item = self.item_by_reference(reference, field)?;
        if item.deleted_at.is_some() {
            return Err(Rejection::not_found(field).into());
        }
        let place = self.visible(item.project, field)?;
        check_need(&place, need)?;
        check_archived(&place, archived)?;
        Ok((item, place))
    }

    /// The live project of an entity, or `not_found` for the entity.
    fn visible(&self, project: ProjectId, field: &str) -> Result<Place, Stop> {
        let place = self.place_of(project)?.filter(|place| place.project.deleted_at.is_none());
        Ok(place.ok_or_else(|| Rejection::not_found(field))?)
    }

    /// A lane of a project by id, by `#k` or by its status value; deleted ones only by id.
    pub(crate) fn lane_in(&self, project: ProjectId, reference: &LaneRef, field: &str) -> Result<Lane, Stop> {
        let found = match name(reference.as_str()) {
            Name::Other(status) => {
                let sql = concat_sql!(
                    "SELECT ",
                    rows::LANE,
                    " FROM swim_lanes WHERE project_id = ?1 AND status = ?2 AND deleted_at IS NULL"
                );
                rows::one(self.statements, sql, params![project, status], rows::lane)?
            }
            _ => self.lane_row(self.id_of(reference.as_str(), EntityKind::Lane, field)?)?,
        };
        Ok(found.filter(|lane| lane.project == project).ok_or_else(|| Rejection::not_found(field))?)
    }

    /// A live lane of a project.
    pub(crate) fn live_lane_in(
        &self,
        project: ProjectId,
        reference: &LaneRef,
        field: &str,
    ) -> Result<Lane, Stop> {
        let lane = self.lane_in(project, reference, field)?;
        if lane.deleted_at.is_some() { Err(Rejection::not_found(field).into()) } else { Ok(lane) }
    }

    /// A lane by id alone.
    pub(crate) fn lane_row(&self, id: LaneId) -> Result<Option<Lane>, Stop> {
        let read = || {
            let sql = concat_sql!("SELECT ", rows::LANE, " FROM swim_lanes WHERE id = ?1");
            let found = rows::one(self.statements, sql, [id], rows::lane)?;
            Ok(found.inspect(|lane| self.memory.rows.keep_lane(lane)))
        };
        Ok(known_or(self.memory.rows.lane(id), read)?)
    }

    /// The id a lane reference names where no project is given.
    pub(crate) fn lane_id(&self, reference: &LaneRef) -> Result<LaneId, Stop> {
        Ok(self.id_of(reference.as_str(), EntityKind::Lane, "lane")?)
    }

    /// A sprint by id alone, live or deleted.
    pub(crate) fn sprint_row(&self, id: SprintId) -> Result<Option<Sprint>, Stop> {
        let sql = concat_sql!("SELECT ", rows::SPRINT, " FROM sprints WHERE id = ?1");
        Ok(rows::one(self.statements, sql, [id], rows::sprint)?)
    }

    /// A sprint, live or deleted, in a live project.
    pub(crate) fn any_sprint(&self, reference: &SprintRef, need: Need) -> Result<(Sprint, Place), Stop> {
        let (sprint, place) = self.seen_sprint(reference)?;
        check_need(&place, need)?;
        check_archived(&place, Archived::Refused)?;
        Ok((sprint, place))
    }

    fn seen_sprint(&self, reference: &SprintRef) -> Result<(Sprint, Place), Stop> {
        let id: SprintId = self.id_of(reference.as_str(), EntityKind::Sprint, "sprint")?;
        let sprint = self.sprint_row(id)?.ok_or_else(|| Rejection::not_found("sprint"))?;
        let place = self.visible(sprint.project, "sprint")?;
        Ok((sprint, place))
    }

    /// A live sprint in a live project.
    pub(crate) fn sprint(&self, reference: &SprintRef, need: Need) -> Result<(Sprint, Place), Stop> {
        let (sprint, place) = self.seen_sprint(reference)?;
        if sprint.deleted_at.is_some() {
            return Err(Rejection::not_found("sprint").into());
        }
        check_need(&place, need)?;
        check_archived(&place, Archived::Refused)?;
        Ok((sprint, place))
    }

    /// A live sprint of one project, without a check of role.
    pub(crate) fn sprint_in(
        &self,
        project: ProjectId,
        reference: &SprintRef,
        field: &str,
    ) -> Result<Sprint, Stop> {
        let id: SprintId = self.id_of(reference.as_str(), EntityKind::Sprint, field)?;
        let found =
            self.sprint_row(id)?.filter(|sprint| sprint.project == project && sprint.deleted_at.is_none());
        Ok(found.ok_or_else(|| Rejection::not_found(field))?)
    }

    /// A comment, live or deleted, on a live item in a live project. Role and archive are left to the caller.
    pub(crate) fn any_comment(&self, reference: &CommentRef, field: &str) -> Result<(Comment, Place), Stop> {
        let id: CommentId = self.id_of(reference.as_str(), EntityKind::Comment, field)?;
        let sql = concat_sql!("SELECT ", rows::COMMENT, " FROM comments WHERE id = ?1");
        let comment = rows::one(self.statements, sql, [id], rows::comment_whole)?
            .ok_or_else(|| Rejection::not_found(field))?;
        let place = self.visible(comment.project, field)?;
        if self.item_row(comment.item)?.is_none_or(|item| item.deleted_at.is_some()) {
            return Err(Rejection::not_found(field).into());
        }
        Ok((comment, place))
    }

    /// A time entry, live or deleted, by its reference.
    pub(crate) fn entry_row(&self, reference: &TimeEntryRef) -> Result<TimeEntry, Stop> {
        let id: TimeEntryId = self.id_of(reference.as_str(), EntityKind::TimeEntry, "entry")?;
        let sql = concat_sql!("SELECT ", rows::TIME_ENTRY, " FROM time_entries WHERE id = ?1");
        let found = rows::one(self.statements, sql, [id], rows::time_entry)?;
        Ok(found.ok_or_else(|| Rejection::not_found("entry"))?)
    }

    /// A time entry, live or deleted, on a live item in a project the actor sees, with the project.
    pub(crate) fn entry(&self, reference: &TimeEntryRef) -> Result<(TimeEntry, Place), Stop> {
        let entry = self.entry_row(reference)?;
        let place = self.visible(entry.project, "entry")?;
        if self.item_row(entry.item)?.is_none_or(|item| item.deleted_at.is_some()) {
            return Err(Rejection::not_found("entry").into());
        }
        Ok((entry, place))
    }

    /// A live dependency with the project of the waiting item.
    pub(crate) fn dependency(
        &self,
        reference: &DependencyRef,
        need: Need,
    ) -> Result<(Dependency, Place), Stop> {
        let id: DependencyId = self.id_of(reference.as_str(), EntityKind::Dependency, "dependency")?;
        let sql = concat_sql!("SELECT ", rows::DEPENDENCY, " FROM dependencies WHERE id = ?1");
        let found =
            rows::one(self.statements, sql, [id], rows::dependency)?.filter(|d| d.deleted_at.is_none());
        let dependency = found.ok_or_else(|| Rejection::not_found("dependency"))?;
        let place = self.visible(dependency.project, "dependency")?;
        check_need(&place, need)?;
        check_archived(&place, Archived::Refused)?;
        Ok((dependency, place))
    }
}

pub(crate) fn check_need(place: &Place, need: Need) -> Result<(), Rejection> {
    let enough = match need {
        Need::View => true,
        Need::Edit => place.role >= ProjectRole::Editor,
        Need::Admin => place.role >= ProjectRole::Admin,
    };
    if enough {
        return Ok(());
    }
    let wanted = if need == Need::Admin { "an admin" } else { "an editor" };
    Err(Rejection::new(RejectionCode::Forbidden, format!("only {wanted} of the project may do this")))
}

pub(crate) fn check_archived(place: &Place, archived: Archived) -> Result<(), Rejection> {
    if archived == Archived::Refused && place.project.status == ProjectStatus::Archived {
        return Err(Rejection::new(RejectionCode::Archived, "the project is archived: unarchive it first"));
    }
    Ok(())
}

/// Columns of [`rows::project`], then the explicit role of a user.
const PLACE: &str = "SELECT p.id, p.key, p.title, p.status, p.visibility, p.wip_policy, p.parallel_sprints, p.default_lane, \
     p.created_at, p.created_by, p.updated_at, p.updated_by, p.deleted_at, p.version, '', \
     (SELECT m.role FROM project_members m WHERE m.project_id = p.id AND m.user_id = ?2 AND m.removed_at IS NULL) \
     FROM projects p WHERE p.id = ?1";
