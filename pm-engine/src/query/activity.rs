//! What happened, a row per changed field, newest first.

use rusqlite::{Connection, Row, named_params};
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, encode};
use super::report_check::{is_admin, require_project};
use crate::access::VISIBLE_PROJECT;
use crate::command::Actor;
use crate::error::Stop;
use crate::model::{Action, EntityKind, ProjectId, Timestamp, UserId};

/// Most rows looked at for one page. Where few of them may be seen, the page is shorter than asked for, even empty,
/// and its `next` goes on from there: one query never reads the whole log.
const SCANNED_MAX: i64 = 20_000;

/// Which activity.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ActivityQuery {
    /// Of this project only.
    pub project: Option<ProjectId>,
    /// On the entity with this id only (as [`Entity::id`](crate::model::Entity::id) gives it).
    pub entity: Option<String>,
    /// By this user only.
    pub user: Option<UserId>,
    /// After this sequence only.
    pub since_sequence: Option<i64>,
    /// At this instant or later only.
    pub since: Option<Timestamp>,
    /// Which page.
    pub page: PageRequest,
}

/// A changed field, or the creation, deletion or restoration of an entity.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ActivityRow {
    /// Sequence of its event.
    pub sequence: i64,
    /// 0, 1, 2 … within the event.
    pub position: i64,
    /// When it happened (at its origin, where it was imported).
    pub at: Timestamp,
    /// Who did it.
    pub actor: UserId,
    /// Project; `None` for users and the tenant's settings.
    pub project: Option<ProjectId>,
    /// Kind of entity.
    pub entity_kind: EntityKind,
    /// Id of the entity.
    pub entity_id: String,
    /// What happened.
    pub action: Action,
    /// Field; `None` for creation, deletion and a restoration that changed none.
    pub field: Option<String>,
    /// Its value before; long texts are cut at 200 characters.
    pub old_value: Option<String>,
    /// Its value after.
    pub new_value: Option<String>,
}

/// A page of activity.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ActivityPage {
    /// Valid at this sequence.
    pub sequence: i64,
    /// Newest first. A page may be shorter than asked for while `next` is there.
    pub rows: Vec<ActivityRow>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// Activity the actor may see: of projects visible to him and not deleted, and that on users. A tenant admin sees
/// everything, also deleted projects and the tenant's settings.
pub(crate) fn activity(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    query: &ActivityQuery,
) -> Result<ActivityPage, Stop> {
    let limit = query.page.size()?;
    let (before, position) = query.page.start::<(i64, i64)>("activity")?.unwrap_or((i64::MAX, i64::MAX));
    if let Some(project) = query.project.filter(|_| !is_admin(actor)) {
        require_project(connection, actor, project)?;
    }
    let mut statement = connection.prepare_cached(&sql(query))?;
    let mut rows = statement.query(named_params! {
        ":before": before, ":position": position, ":scanned": SCANNED_MAX,
        ":project": query.project, ":entity": query.entity, ":by": query.user,
        ":since_sequence": query.since_sequence.unwrap_or(0), ":since": query.since.map_or(i64::MIN, Timestamp::as_millis),
        ":is_admin": is_admin(actor), ":user": actor.user,
    })?;
    let mut page = ActivityPage { sequence, rows: Vec::new(), next: None };
    let mut last = None;
    let mut scanned = 0;
    while let Some(row) = rows.next()? {
        let full = i64::try_from(page.rows.len()).unwrap_or(i64::MAX) >= limit;
        let shown: bool = row.get(11)?;
        if full && shown {
            page.next = last.map(|key| encode("activity", &key));
            return Ok(page);
        }
        last = Some((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        scanned += 1;
        if shown {
            page.rows.push(read(row)?);
        }
    }
    if scanned >= SCANNED_MAX {
        page.next = last.map(|key| encode("activity", &key));
    }
    Ok(page)
}

/// The scan is bounded first and filtered for what may be seen after, in one statement. Which index serves it
/// follows from the narrowest filter given. All parameters stand in each form, so that they can be bound alike. What is
/// of no project is in no list of projects: without `coalesce` that would be neither true nor false.
fn sql(query: &ActivityQuery) -> String {
    let index = if query.entity.is_some() {
        "INDEXED BY activity_log_by_entity"
    } else if query.user.is_some() {
        "INDEXED BY activity_log_by_actor"
    } else if query.project.is_some() {
        "INDEXED BY activity_log_by_project"
    } else {
        ""
    };
    let entity = if query.entity.is_some() { "a.entity_id = :entity" } else { ":entity IS NULL" };
    let by = if query.user.is_some() { "a.actor = :by" } else { ":by IS NULL" };
    let project = if query.project.is_some() { "a.project_id = :project" } else { ":project IS NULL" };
    format!(
        "SELECT s.sequence, s.position, s.instant, s.actor, s.project_id, s.entity_kind, s.entity_id, s.action, \
         s.field, s.old_value, s.new_value, \
         s.instant >= :since AND (:is_admin = 1 OR (s.project_id IS NULL AND s.entity_kind = 'user') \
           OR coalesce(s.project_id, '') IN (SELECT p.id FROM projects p WHERE p.deleted_at IS NULL AND {VISIBLE_PROJECT})) \
         FROM (SELECT * FROM activity_log a {index} WHERE {entity} AND {by} AND {project} \
           AND (a.sequence, a.position) < (:before, :position) AND a.sequence > :since_sequence \
           ORDER BY a.sequence DESC, a.position DESC LIMIT :scanned) s \
         ORDER BY s.sequence DESC, s.position DESC"
    )
}

fn read(row: &Row<'_>) -> rusqlite::Result<ActivityRow> {
    Ok(ActivityRow {
        sequence: row.get(0)?,
        position: row.get(1)?,
        at: row.get(2)?,
        actor: row.get(3)?,
        project: row.get(4)?,
        entity_kind: row.get(5)?,
        entity_id: row.get(6)?,
        action: row.get(7)?,
        field: row.get(8)?,
        old_value: row.get(9)?,
        new_value: row.get(10)?,
    })
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::{ActivityQuery, PageRequest, activity, sql};
    use crate::command::Actor;
    use crate::model::{Action, Timestamp, Visibility};
    use crate::query::report_fixture::{Fixture, START, admin, member, plan, user};

    fn walk(f: &Fixture, actor: &Actor, mut query: ActivityQuery) -> Vec<(i64, i64)> {
        let mut found = Vec::new();
        query.page = PageRequest::first(3);
        loop {
            let page = activity(&f.conn, actor, f.sequence, &query).unwrap();
            found.extend(page.rows.iter().map(|r| (r.sequence, r.position)));
            match page.next {
                Some(next) => query.page.cursor = Some(next),
                None => return found,
            }
        }
    }

    fn history() -> (Fixture, crate::model::WorkItem, crate::query::report_fixture::Board) {
        let mut f = Fixture::new();
        let open = f.board("PM", Visibility::Open);
        let private = f.board("SEC", Visibility::Private);
        let mut item = f.item(&open, 1, "one");
        for n in 0..4 {
            f.change(Action::Changed, &mut item, |i| {
                i.title = format!("title {n}");
                i.points = Some(f64::from(n));
            });
            f.item(&private, i64::from(n) + 1, "secret");
        }
        (f, item, private)
    }

    #[gtest]
    fn given_open_and_private_projects_when_walked_in_pages_then_each_visible_row_comes_once_newest_first() {
        let (f, item, private) = history();
        let all = walk(&f, &admin(), ActivityQuery::default());
        let count: i64 = f.conn.query_row("SELECT count(*) FROM activity_log", [], |r| r.get(0)).unwrap();
        expect_that!(i64::try_from(all.len()).unwrap(), eq(count));
        assert!(all.is_sorted_by(|a, b| a > b));

        let seen = walk(&f, &member("bob"), ActivityQuery::default());
        expect_that!(seen, len(eq(4 + 1 + 8)));
        let of_item = ActivityQuery { entity: Some(item.id.to_string()), ..ActivityQuery::default() };
        expect_that!(walk(&f, &member("bob"), of_item), len(eq(9)));
        let of_private = ActivityQuery { project: Some(private.project), ..ActivityQuery::default() };
        expect_that!(activity(&f.conn, &member("bob"), 1, &of_private).is_err(), eq(true));
        expect_that!(walk(&f, &admin(), of_private), len(eq(8)));
    }

    #[gtest]
    fn given_a_change_of_the_tenants_settings_when_listed_then_admins_see_it_and_members_see_the_rest() {
        let (f, ..) = history();
        let before = walk(&f, &member("bob"), ActivityQuery::default());
        let sql = "INSERT INTO activity_log VALUES (?1, 0, 0, 'ann', NULL, 'tenant_settings', 'tenant_settings', \
                   'changed', 'timer_cap_seconds', '1', '2')";
        f.conn.execute(sql, [f.sequence + 1]).unwrap();
        expect_that!(walk(&f, &member("bob"), ActivityQuery::default()), eq(&before));
        expect_that!(walk(&f, &admin(), ActivityQuery::default()).first(), some(eq(&(f.sequence + 1, 0))));
    }

    #[gtest]
    fn given_a_since_when_listed_then_nothing_older_comes() {
        let (f, item, _) = history();
        let query = ActivityQuery { since_sequence: Some(f.sequence - 2), ..ActivityQuery::default() };
        expect_that!(walk(&f, &admin(), query), len(eq(3)));
        let query = ActivityQuery {
            since: Some(Timestamp::from_millis(START + f.sequence)),
            entity: Some(item.id.to_string()),
            ..ActivityQuery::default()
        };
        expect_that!(walk(&f, &admin(), query), len(eq(0)));
        let query = ActivityQuery { user: Some(user("ann")), ..ActivityQuery::default() };
        expect_that!(walk(&f, &member("bob"), query), len(eq(13)));
    }

    #[gtest]
    fn given_each_filter_when_planned_then_the_rows_come_sorted_from_an_index() {
        let (f, item, private) = history();
        let queries = [
            ActivityQuery::default(),
            ActivityQuery { project: Some(private.project), ..ActivityQuery::default() },
            ActivityQuery { entity: Some(item.id.to_string()), ..ActivityQuery::default() },
            ActivityQuery {
                user: Some(user("ann")),
                project: Some(private.project),
                ..ActivityQuery::default()
            },
        ];
        for query in queries {
            let plan = plan(&f.conn, &sql(&query));
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
