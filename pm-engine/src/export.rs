//! Exporting a whole tenant as JSON lines: a header, then every entity in an order in which it can be loaded again.
//! Log, activity and command records are not part of it; a full copy is a backup.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::Path;

use rusqlite::{Connection, Params, Row};
use serde::{Deserialize, Serialize};

use crate::command::Actor;
use crate::error::{Failure, OpenError, Stop, StoreError};
use crate::handle::Tenant;
use crate::import::spool::Spool;
use crate::maintenance::file_of;
use crate::model::{Entity, Epoch, ItemId, ProjectId, Sprint, SprintId, SprintItem, TenantRole};
use crate::rejection::{Rejection, RejectionCode};
use crate::store::readers::Readers;
use crate::store::rows::{self, concat_sql};
use crate::store::{copy, open};

/// Version of the export format this engine writes, and the newest it reads.
pub const EXPORT_VERSION: u32 = 1;

/// The first line of an export.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExportHeader {
    /// Always `pm`.
    pub format: String,
    /// [`EXPORT_VERSION`] of the engine that wrote it.
    pub version: u32,
    /// Epoch of the tenant.
    pub epoch: Epoch,
    /// The export shows the tenant as it was after this event.
    pub sequence: i64,
}

/// What was exported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExportSummary {
    /// Epoch of the tenant.
    pub epoch: Epoch,
    /// The export shows the tenant as it was after this event.
    pub sequence: i64,
    /// Lines by kind of entity; `sprint_record` for the second line of a sprint, which has its items.
    pub lines: BTreeMap<String, i64>,
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The actor is no admin of the tenant.
    #[error(transparent)]
    Refused(Box<Rejection>),
    /// The output could not be written.
    #[error("the export could not be written")]
    Output(#[source] std::io::Error),
    /// There is no such tenant, or its file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] OpenError),
    /// Not the caller's fault.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl Tenant {
    /// Writes the whole tenant, deleted entities too, as one JSON object per line: an [`ExportHeader`], then
    /// [`Entity`] after [`Entity`], each after those it refers to. All lines are of one moment. They are spooled to
    /// a file beside the tenant's first, so that a slow `out` holds nothing up.
    ///
    /// # Errors
    /// [`ExportError`]: the actor is no tenant admin, the tenant cannot be read, `out` not be written.
    pub fn export(&self, actor: &Actor, out: &mut dyn Write) -> Result<ExportSummary, ExportError> {
        if actor.role != TenantRole::Admin {
            let forbidden = Rejection::new(RejectionCode::Forbidden, "only an admin of the tenant exports");
            return Err(ExportError::Refused(Box::new(forbidden)));
        }
        let core = self.core()?;
        write(&core.readers, core.folder(), core.epoch(), out)
    }
}

/// Writes a whole tenant as [`Tenant::export`] does, also beside a running server: it only reads, and spools to the
/// system's folder for temporary files. Whoever can read the file is asked for no role.
///
/// # Errors
/// [`ExportError::Unreadable`] where there is no such tenant, [`ExportError::Output`], [`ExportError::Failed`].
pub fn export(root: &Path, tenant: &str, out: &mut dyn Write) -> Result<ExportSummary, ExportError> {
    let file = file_of(root, tenant)?;
    let epoch = open::epoch(&copy::open_reader(&file)?).map_err(Failure::from)?;
    write(&Readers::new(file), &std::env::temp_dir(), epoch, out)
}

fn write(
    readers: &Readers,
    scratch: &Path,
    epoch: Epoch,
    out: &mut dyn Write,
) -> Result<ExportSummary, ExportError> {
    let spool = Spool::create(scratch).map_err(|e| Failure::from(StoreError::from(e)))?;
    let read = readers.read(|connection, sequence| {
        let mut export =
            Export { connection, spool, lines: BTreeMap::new(), purged: Purged::read(connection)? };
        let header = ExportHeader { format: "pm".to_owned(), version: EXPORT_VERSION, epoch, sequence };
        export.line(&header)?;
        export.all()?;
        Ok((export.spool, ExportSummary { epoch, sequence, lines: export.lines }))
    });
    let (spool, summary) = match read {
        Ok(read) => read,
        Err(Stop::Rejected(rejection)) => return Err(ExportError::Refused(rejection)),
        Err(Stop::Failed(error)) => return Err(ExportError::Failed(error.into())),
    };
    let failed = |error| ExportError::Failed(StoreError::from(error).into());
    let mut spooled = spool.finish().map_err(failed)?;
    let mut records = spooled.records().map_err(failed)?;
    while let Some((_, mut line)) = records.next().map_err(failed)? {
        line.push(b'\n');
        out.write_all(&line).map_err(ExportError::Output)?;
    }
    out.flush().map_err(ExportError::Output)?;
    Ok(summary)
}

/// What a purge has hidden and not yet removed.
struct Purged {
    projects: HashSet<String>,
    items: HashSet<String>,
}

impl Purged {
    fn read(connection: &Connection) -> Result<Self, Stop> {
        let of = |kind: &str| -> Result<HashSet<String>, Stop> {
            let sql = "SELECT entity_id FROM purge_tasks WHERE entity_kind = ?1";
            Ok(rows::many(connection, sql, [kind], |row| row.get(0))?.into_iter().collect())
        };
        Ok(Self { projects: of("project")?, items: of("work_item")? })
    }

    fn hides(&self, entity: &Entity) -> bool {
        let project = |id: ProjectId| !self.projects.is_empty() && self.projects.contains(&id.to_string());
        let item = |id: ItemId| !self.items.is_empty() && self.items.contains(&id.to_string());
        entity.project().is_some_and(project)
            || match entity {
                Entity::WorkItem(e) => item(e.id),
                Entity::Comment(e) => item(e.item),
                Entity::TimeEntry(e) => item(e.item),
                Entity::Dependency(e) => item(e.from) || item(e.to),
                _ => false,
            }
    }
}

struct Export<'a> {
    connection: &'a Connection,
    spool: Spool,
    lines: BTreeMap<String, i64>,
    purged: Purged,
}

impl Export<'_> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), Stop> {
        let bytes = serde_json::to_vec(line)
            .map_err(|e| StoreError::bug(format!("an entity has no JSON form: {e}")))?;
        self.spool.append(0, &bytes).map_err(StoreError::from)?;
        Ok(())
    }

    fn entity(&mut self, entity: &Entity, name: &str) -> Result<(), Stop> {
        if self.purged.hides(entity) {
            return Ok(());
        }
        *self.lines.entry(name.to_owned()).or_default() += 1;
        self.line(entity)
    }

    /// Every row of a statement, one at a time.
    fn each<P: Params>(
        &mut self,
        sql: &str,
        params: P,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<Entity>,
    ) -> Result<(), Stop> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut found = statement.query(params)?;
        while let Some(row) = found.next()? {
            let entity = read(row)?;
            self.entity(&entity, entity.kind().as_str())?;
        }
        Ok(())
    }

    fn all(&mut self) -> Result<(), Stop> {
        let sql = concat_sql!("SELECT ", rows::SETTINGS, " FROM tenant_settings");
        self.each(sql, [], |row| rows::settings(row).map(Entity::TenantSettings))?;
        let sql = concat_sql!("SELECT ", rows::USER, " FROM users ORDER BY id");
        self.each(sql, [], |row| rows::user(row).map(Entity::User))?;
        self.projects()?;
        self.items()?;
        self.sprint_records()?;
        self.comments()?;
        let sql = concat_sql!("SELECT ", rows::TIME_ENTRY, " FROM time_entries ORDER BY id");
        self.each(sql, [], |row| rows::time_entry(row).map(Entity::TimeEntry))?;
        let sql = concat_sql!("SELECT ", rows::DEPENDENCY, " FROM dependencies ORDER BY id");
        self.each(sql, [], |row| rows::dependency(row).map(Entity::Dependency))
    }

    /// Projects, each with its default lane directly behind it, then its other lanes, members and sprints.
    fn projects(&mut self) -> Result<(), Stop> {
        let ids: Vec<ProjectId> =
            rows::many(self.connection, "SELECT id FROM projects ORDER BY id", [], |row| row.get(0))?;
        for id in ids {
            let sql = concat_sql!("SELECT ", rows::PROJECT, " FROM projects WHERE id = ?1");
            self.each(sql, [id], |row| rows::project_whole(row).map(Entity::Project))?;
            let sql = concat_sql!(
                "SELECT ",
                rows::LANE,
                " FROM swim_lanes WHERE project_id = ?1 ORDER BY id = (SELECT default_lane FROM projects WHERE id = ?1) \
                 DESC, position, id"
            );
            self.each(sql, [id], |row| rows::lane(row).map(Entity::Lane))?;
            let sql = concat_sql!(
                "SELECT ",
                rows::MEMBER,
                " FROM project_members WHERE project_id = ?1 ORDER BY user_id"
            );
            self.each(sql, [id], |row| rows::member(row).map(Entity::Member))?;
            let sql = concat_sql!(
                "SELECT ",
                rows::SPRINT,
                " FROM sprints WHERE project_id = ?1 ORDER BY created_at, id"
            );
            self.each(sql, [id], |row| rows::sprint(row).map(|sprint| Entity::Sprint(Box::new(sprint))))?;
        }
        Ok(())
    }

    /// The higher the subtree, the earlier: a live parent is always higher than its children.
    fn items(&mut self) -> Result<(), Stop> {
        let sql = "SELECT DISTINCT subtree_height FROM work_items ORDER BY 1 DESC";
        let heights: Vec<i64> = rows::many(self.connection, sql, [], |row| row.get(0))?;
        for height in heights {
            let sql = concat_sql!(
                "SELECT ",
                rows::WORK_ITEM,
                ", ",
                rows::WORK_ITEM_LONG,
                " FROM work_items i WHERE i.subtree_height = ?1 ORDER BY i.project_id, i.number"
            );
            self.each(sql, [height], |row| {
                rows::work_item_whole(row).map(|item| Entity::WorkItem(Box::new(item)))
            })?;
        }
        Ok(())
    }

    /// The record of a sprint's items is a second line of the sprint, after the items.
    fn sprint_records(&mut self) -> Result<(), Stop> {
        let sql = concat_sql!(
            "SELECT ",
            rows::SPRINT,
            " FROM sprints WHERE EXISTS (SELECT 1 FROM sprint_items si WHERE si.sprint_id = sprints.id) ORDER BY id"
        );
        for sprint in rows::many(self.connection, sql, [], rows::sprint)? {
            let items: Vec<SprintItem> = record_of(self.connection, sprint.id)?;
            let hidden = |item: &SprintItem| self.purged.items.contains(&item.item.to_string());
            let items: Vec<_> = items.into_iter().filter(|item| !hidden(item)).collect();
            if !items.is_empty() {
                let sprint = Sprint { items: Some(items), ..sprint };
                self.entity(&Entity::Sprint(Box::new(sprint)), "sprint_record")?;
            }
        }
        Ok(())
    }

    /// A comment comes after the one it answers.
    fn comments(&mut self) -> Result<(), Stop> {
        let sql = "SELECT DISTINCT depth FROM comments ORDER BY depth";
        let depths: Vec<i64> = rows::many(self.connection, sql, [], |row| row.get(0))?;
        for depth in depths {
            let sql = concat_sql!("SELECT ", rows::COMMENT, " FROM comments WHERE depth = ?1 ORDER BY id");
            self.each(sql, [depth], |row| rows::comment_whole(row).map(Entity::Comment))?;
        }
        Ok(())
    }
}

/// The items of a sprint as stored at its start and completion.
pub(crate) fn record_of(connection: &Connection, sprint: SprintId) -> Result<Vec<SprintItem>, Stop> {
    let sql = "SELECT item_id, phase, points, category FROM sprint_items WHERE sprint_id = ?1 ORDER BY phase, item_id";
    let read = |row: &Row<'_>| {
        Ok(SprintItem { item: row.get(0)?, phase: row.get(1)?, points: row.get(2)?, category: row.get(3)? })
    };
    Ok(rows::many(connection, sql, [sprint], read)?)
}
