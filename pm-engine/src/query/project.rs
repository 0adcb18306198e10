//! Projects, the people in them, their sprints and labels; and the users of the tenant.

use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};

use super::Ask;
use super::card::json_list;
use super::page::{PageRequest, cut};
use super::resolve::{self, Home};
use crate::access::{VISIBLE_PROJECT, effective_role};
use crate::error::{Stop, StoreError, StoreResult};
use crate::model::{
    Member, Project, ProjectRef, ProjectRole, ProjectStatus, Sprint, SprintRef, SprintState, Timestamp, User,
    UserId,
};
use crate::rejection::Rejection;
use crate::store::rows::{
    MEMBER, PROJECT, SPRINT, USER, many, member, one, project, project_whole, sprint, user,
};

/// A project with what the actor may do in it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProjectView {
    /// The project; lists leave its description out.
    pub project: Project,
    /// What the actor may do in it.
    pub role: ProjectRole,
}

/// One project.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProjectAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The project, whole.
    pub project: Project,
    /// What the actor may do in it.
    pub role: ProjectRole,
}

/// A page of projects, by key.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProjectPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The projects.
    pub projects: Vec<ProjectView>,
    /// How many there are on all pages, where asked for.
    pub total: Option<i64>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A page of users, by id.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UserPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The users.
    pub users: Vec<User>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// One user.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UserAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The user.
    pub user: User,
}

/// A page of a project's explicit members, by user.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MemberPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The members.
    pub members: Vec<Member>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A sprint with how many items are in it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SprintView {
    /// The sprint; its items at start and completion are not carried.
    pub sprint: Sprint,
    /// Items in it now.
    pub item_count: i64,
}

/// A page of a project's sprints, in the order they were made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SprintPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The sprints.
    pub sprints: Vec<SprintView>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// One sprint.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SprintAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The sprint.
    pub sprint: Sprint,
    /// Items in it now.
    pub item_count: i64,
}

/// A label in use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LabelCount {
    /// The label.
    pub label: String,
    /// How many items of the project carry it.
    pub items: i64,
}

/// A page of a project's labels, in their order as text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LabelPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The labels.
    pub labels: Vec<LabelCount>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

pub(crate) fn projects(
    ask: &Ask<'_>,
    status: Option<ProjectStatus>,
    page: &PageRequest,
    with_total: bool,
) -> Result<ProjectPage, Stop> {
    const LIST: &str = "projects";
    let size = page.size()?;
    let (after,) = page.start::<(String,)>(LIST)?.unwrap_or_default();
    let seen =
        format!("p.deleted_at IS NULL AND (:status IS NULL OR p.status = :status) AND {VISIBLE_PROJECT}");
    let sql = format!(
        "SELECT {PROJECT}, (SELECT m.role FROM project_members AS m WHERE m.project_id = p.id AND m.user_id = :user \
         AND m.removed_at IS NULL) FROM projects AS p WHERE {seen} AND p.key > :after ORDER BY p.key LIMIT :limit"
    );
    let (is_admin, user) = (ask.is_admin(), &ask.actor.user);
    let params = named_params! {
        ":status": status, ":is_admin": is_admin, ":user": user, ":after": after, ":limit": size + 1
    };
    let read = |row: &Row<'_>| {
        let project = project(row)?;
        let role = effective_role(ask.actor, project.visibility, row.get(15)?);
        Ok(role.map(|role| ProjectView { project, role }))
    };
    let found = many(ask.connection, &sql, params, read)?.into_iter().flatten().collect();
    let (projects, next) = cut(LIST, size, found, |view: &ProjectView| (view.project.key.clone(),));
    let mut total = None;
    if with_total {
        let sql = format!("SELECT count(*) FROM projects AS p WHERE {seen}");
        let params = named_params! { ":status": status, ":is_admin": is_admin, ":user": user };
        total = one(ask.connection, &sql, params, |row| row.get(0))?;
    }
    Ok(ProjectPage { sequence: ask.sequence, projects, total, next })
}

pub(crate) fn project_answer(ask: &Ask<'_>, named: &ProjectRef) -> Result<ProjectAnswer, Stop> {
    let home = resolve::project(ask, named)?;
    let project = whole(ask, &home)?;
    Ok(ProjectAnswer { sequence: ask.sequence, project, role: home.role })
}

/// The project with its description.
pub(crate) fn whole(ask: &Ask<'_>, home: &Home) -> StoreResult<Project> {
    let sql = format!("SELECT {PROJECT} FROM projects WHERE id = :project");
    let found = one(ask.connection, &sql, named_params! { ":project": home.project }, project_whole)?;
    found.ok_or_else(|| StoreError::bug("a project gone within its snapshot"))
}

/// The users are known to every member of the tenant, whatever projects they are in.
pub(crate) fn users(ask: &Ask<'_>, page: &PageRequest) -> Result<UserPage, Stop> {
    const LIST: &str = "users";
    let size = page.size()?;
    let (after,) = page.start::<(String,)>(LIST)?.unwrap_or_default();
    let sql = format!("SELECT {USER} FROM users WHERE id > :after ORDER BY id LIMIT :limit");
    let found = many(ask.connection, &sql, named_params! { ":after": after, ":limit": size + 1 }, user)?;
    let (users, next) = cut(LIST, size, found, |user: &User| (user.id.clone(),));
    Ok(UserPage { sequence: ask.sequence, users, next })
}

pub(crate) fn user_answer(ask: &Ask<'_>, id: &UserId) -> Result<UserAnswer, Stop> {
    let sql = format!("SELECT {USER} FROM users WHERE id = :id");
    let found = one(ask.connection, &sql, named_params! { ":id": id }, user)?;
    Ok(UserAnswer { sequence: ask.sequence, user: found.ok_or_else(|| Rejection::not_found("user"))? })
}

pub(crate) fn members(ask: &Ask<'_>, named: &ProjectRef, page: &PageRequest) -> Result<MemberPage, Stop> {
    const LIST: &str = "members";
    let size = page.size()?;
    let (after,) = page.start::<(String,)>(LIST)?.unwrap_or_default();
    let home = resolve::project(ask, named)?;
    let sql = format!(
        "SELECT {MEMBER} FROM project_members WHERE project_id = :project AND user_id > :after \
         AND removed_at IS NULL ORDER BY user_id LIMIT :limit"
    );
    let params = named_params! { ":project": home.project, ":after": after, ":limit": size + 1 };
    let found = many(ask.connection, &sql, params, member)?;
    let (members, next) = cut(LIST, size, found, |member: &Member| (member.user.clone(),));
    Ok(MemberPage { sequence: ask.sequence, members, next })
}

pub(crate) fn sprints(
    ask: &Ask<'_>,
    named: &ProjectRef,
    states: &[SprintState],
    page: &PageRequest,
) -> Result<SprintPage, Stop> {
    const LIST: &str = "sprints";
    let size = page.size()?;
    let (at, id) =
        page.start::<(Timestamp, String)>(LIST)?.unwrap_or((Timestamp::from_millis(0), String::new()));
    let home = resolve::project(ask, named)?;
    let every = if states.is_empty() { SprintState::ALL } else { states };
    let states = json_list(&every.iter().map(SprintState::to_string).collect::<Vec<_>>())?;
    let sql = format!(
        "SELECT {SPRINT}, item_count FROM sprints WHERE project_id = :project AND deleted_at IS NULL \
         AND state IN (SELECT value FROM json_each(:states)) AND (created_at, id) > (:at, :id) \
         ORDER BY created_at, id LIMIT :limit"
    );
    let params = named_params! {
        ":project": home.project, ":states": states, ":at": at, ":id": id, ":limit": size + 1
    };
    let found = many(ask.connection, &sql, params, sprint_view)?;
    let (sprints, next) =
        cut(LIST, size, found, |view: &SprintView| (view.sprint.created_at, view.sprint.id));
    Ok(SprintPage { sequence: ask.sequence, sprints, next })
}

fn sprint_view(row: &Row<'_>) -> rusqlite::Result<SprintView> {
    Ok(SprintView { sprint: sprint(row)?, item_count: row.get(19)? })
}

pub(crate) fn sprint_answer(ask: &Ask<'_>, named: &SprintRef) -> Result<SprintAnswer, Stop> {
    let (id, _) = resolve::sprint(ask, named)?;
    let sql = format!("SELECT {SPRINT}, item_count FROM sprints WHERE id = :id");
    let found = one(ask.connection, &sql, named_params! { ":id": id }, sprint_view)?;
    let SprintView { sprint, item_count } = found.ok_or_else(|| Rejection::not_found("sprint"))?;
    Ok(SprintAnswer { sequence: ask.sequence, sprint, item_count })
}

pub(crate) fn labels(ask: &Ask<'_>, named: &ProjectRef, page: &PageRequest) -> Result<LabelPage, Stop> {
    const LIST: &str = "labels";
    let size = page.size()?;
    let (after,) = page.start::<(String,)>(LIST)?.unwrap_or_default();
    let home = resolve::project(ask, named)?;
    // Counted in the index alone, in its order; labels of deleted items, which are few, are taken off.
    let sql = "WITH gone (label, items) AS MATERIALIZED (SELECT x.label, count(*) FROM work_items AS i \
               INDEXED BY work_items_deleted CROSS JOIN work_item_labels AS x ON x.item_id = i.id \
               WHERE i.project_id = :project AND i.deleted_at IS NOT NULL GROUP BY x.label) \
               SELECT x.label, count(*) - coalesce((SELECT g.items FROM gone AS g WHERE g.label = x.label), 0) AS live \
               FROM work_item_labels AS x INDEXED BY work_item_labels_by_label \
               WHERE x.project_id = :project AND x.label > :after GROUP BY x.label HAVING live > 0 \
               ORDER BY x.label LIMIT :limit";
    let params = named_params! { ":project": home.project, ":after": after, ":limit": size + 1 };
    let read = |row: &Row<'_>| Ok(LabelCount { label: row.get(0)?, items: row.get(1)? });
    let found = many(ask.connection, sql, params, read)?;
    let (labels, next) = cut(LIST, size, found, |label: &LabelCount| (label.label.clone(),));
    Ok(LabelPage { sequence: ask.sequence, labels, next })
}
