//! An export of this engine: its entities are taken over as they are, in the order in which they stand there, each
//! under the rules for making one.

use std::io::BufRead;

use rusqlite::{Connection, Row};

use super::ImportError;
use super::lines::{Line, Lines};
use super::pipe::{Answer, Pipe};
use super::report::{ImportPhase, Origin};
use super::session::Session;
use crate::command::{Change, Part};
use crate::error::Stop;
use crate::export::{EXPORT_VERSION, ExportHeader, record_of};
use crate::limits::IMPORT_CHUNK_RECORDS;
use crate::model::{Entity, EntityKind, Lane, Project, Sprint};
use crate::outcome::Outcome;
use crate::rejection::Rejection;
use crate::store::rows::{self, concat_sql};

pub(super) fn run(session: &mut Session<'_>, reader: &mut dyn BufRead) -> Result<(), ImportError> {
    let mut lines = Lines::new(reader);
    header(&mut lines)?;
    session.report.lines_read = 1;
    let mut load = Load { pipe: Pipe::new(), chunk: Vec::new(), bytes: 0, held: None };
    while let Some((number, line)) = lines.next()? {
        session.report.lines_read = number;
        match line {
            Line::Empty => session.report.lines_empty += 1,
            Line::Bad(code, message) => refuse_line(session, number, code, message),
            Line::Text(text) => match serde_json::from_str::<Entity>(&text) {
                Ok(entity) => load.take(session, number, entity, text.len())?,
                Err(error) => refuse_line(session, number, "invalid", format!("not an entity: {error}")),
            },
        }
        if number % 1_000 == 0 && !session.tick(ImportPhase::Items, number, None) {
            break;
        }
    }
    load.end(session)
}

fn refuse_line(session: &mut Session<'_>, line: i64, code: &str, message: String) {
    session.count_read("lines", 1);
    session.refuse_with("lines", Origin { line: Some(line), id: None }, code, message);
}

fn header(lines: &mut Lines<'_>) -> Result<(), ImportError> {
    let format = |message: String| ImportError::Format { line: Some(1), message };
    let Some((_, Line::Text(text))) = lines.next()? else {
        return Err(format("the first line is no header".to_owned()));
    };
    let header: ExportHeader = serde_json::from_str(&text)
        .map_err(|error| format(format!("the first line is no header: {error}")))?;
    if header.format != "pm" || header.version == 0 || header.version > EXPORT_VERSION {
        let (name, version) = (header.format, header.version);
        return Err(format(format!("{name} {version} is not known here, only pm up to {EXPORT_VERSION}")));
    }
    Ok(())
}

/// Entities that are loaded by one command: one, or a project with its default lane.
type Unit = Vec<(i64, Entity)>;

struct Load {
    pipe: Pipe<Vec<(i64, Entity)>>,
    chunk: Vec<Unit>,
    bytes: usize,
    /// A project that waits for its default lane.
    held: Option<(i64, Box<Project>)>,
}

impl Load {
    fn take(
        &mut self,
        session: &mut Session<'_>,
        line: i64,
        entity: Entity,
        bytes: usize,
    ) -> Result<(), ImportError> {
        session.count_read(table_of(&entity), 1);
        self.bytes += bytes;
        match (self.held.take(), entity) {
            (Some((above, project)), Entity::Lane(lane)) if is_default(&project, &lane) => {
                self.chunk.push(vec![(above, Entity::Project(*project)), (line, Entity::Lane(lane))]);
            }
            (held, Entity::Project(project)) if project.default_lane.is_some() => {
                self.let_go(held);
                self.held = Some((line, Box::new(project)));
            }
            (held, entity) => {
                self.let_go(held);
                self.chunk.push(vec![(line, entity)]);
            }
        }
        if self.chunk.len() >= IMPORT_CHUNK_RECORDS || self.bytes > crate::limits::IMPORT_LINE_BYTES_MAX {
            self.flush(session)?;
        }
        Ok(())
    }

    fn let_go(&mut self, held: Option<(i64, Box<Project>)>) {
        self.chunk.extend(held.map(|(line, project)| vec![(line, Entity::Project(*project))]));
    }

    fn end(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let held = self.held.take();
        self.let_go(held);
        self.flush(session)?;
        let answers = self.pipe.drain(session.tenant)?;
        settle(session, answers);
        Ok(())
    }

    /// Sends what is not there as it should be.
    fn flush(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let bytes = std::mem::take(&mut self.bytes);
        let units = std::mem::take(&mut self.chunk);
        let share = bytes / units.len().max(1) + 512;
        let there = session.read(|c| {
            let same = |unit: &Unit| unit.iter().map(|(_, entity)| stands(c, entity)).collect();
            units.iter().map(same).collect::<Result<Vec<Vec<bool>>, Stop>>()
        })?;
        for (unit, there) in units.into_iter().zip(there) {
            let mut missing = Vec::with_capacity(unit.len());
            for ((line, entity), there) in unit.into_iter().zip(there) {
                if there {
                    session.count_unchanged(table_of(&entity));
                } else {
                    missing.push((line, entity));
                }
            }
            if missing.is_empty() {
                continue;
            }
            let load = |(_, entity): &(i64, Entity)| Part::from(Change::LoadEntity(Box::new(entity.clone())));
            let parts = missing.iter().map(load).collect();
            let answers = self.pipe.send(session.tenant, session.command(parts), share, missing)?;
            settle(session, answers);
        }
        Ok(())
    }
}

fn is_default(project: &Project, lane: &Lane) -> bool {
    project.default_lane == Some(lane.id) && project.id == lane.project
}

fn settle(session: &mut Session<'_>, answers: Vec<Answer<Vec<(i64, Entity)>>>) {
    for (unit, answer) in answers {
        match answer {
            Ok(outcome) => {
                session.note(&outcome);
                unit.iter().zip(&outcome.results).for_each(|((_, entity), result)| {
                    count(session, entity, result.changed, &outcome);
                });
            }
            Err(rejection) => {
                unit.iter().for_each(|(line, entity)| refuse(session, *line, entity, &rejection))
            }
        }
    }
}

/// Settings and users may be there and change; everything else is made.
fn count(session: &mut Session<'_>, entity: &Entity, changed: bool, outcome: &Outcome) {
    let table = table_of(entity);
    if !changed || outcome.first_sequence.is_none() {
        session.count_unchanged(table);
    } else if entity.kind() == EntityKind::TenantSettings {
        session.count_changed(table);
    } else {
        session.count_created(table);
    }
}

fn refuse(session: &mut Session<'_>, line: i64, entity: &Entity, rejection: &Rejection) {
    session.refuse(table_of(entity), Origin::new(Some(line), entity.id()), rejection);
}

fn table_of(entity: &Entity) -> &'static str {
    match entity {
        Entity::TenantSettings(_) => "tenant_settings",
        Entity::User(_) => "users",
        Entity::Project(_) => "projects",
        Entity::Member(_) => "project_members",
        Entity::Lane(_) => "swim_lanes",
        Entity::WorkItem(_) => "work_items",
        Entity::Sprint(sprint) if sprint.items.is_some() => "sprint_items",
        Entity::Sprint(_) => "sprints",
        Entity::Comment(_) => "comments",
        Entity::TimeEntry(_) => "time_entries",
        Entity::Dependency(_) => "dependencies",
    }
}

/// Whether an entity stands in the file exactly so.
fn stands(c: &Connection, entity: &Entity) -> Result<bool, Stop> {
    macro_rules! by_id {
        ($columns:expr, $from:literal, $read:expr, $id:expr, $wrap:expr) => {
            one(c, concat_sql!("SELECT ", $columns, $from), $id.to_string(), $read)?.map($wrap)
        };
    }
    let found = match entity {
        Entity::TenantSettings(_) => {
            let sql = concat_sql!("SELECT ", rows::SETTINGS, " FROM tenant_settings");
            rows::one(c, sql, [], rows::settings)?.map(Entity::TenantSettings)
        }
        Entity::User(e) => by_id!(rows::USER, " FROM users WHERE id = ?1", rows::user, e.id, Entity::User),
        Entity::Project(e) => {
            by_id!(rows::PROJECT, " FROM projects WHERE id = ?1", rows::project_whole, e.id, Entity::Project)
        }
        Entity::Member(e) => {
            let sql = concat_sql!(
                "SELECT ",
                rows::MEMBER,
                " FROM project_members WHERE project_id = ?1 AND user_id = ?2"
            );
            rows::one(c, sql, rusqlite::params![e.project, e.user], rows::member)?.map(Entity::Member)
        }
        Entity::Lane(e) => {
            by_id!(rows::LANE, " FROM swim_lanes WHERE id = ?1", rows::lane, e.id, Entity::Lane)
        }
        Entity::WorkItem(e) => {
            super::existing::item_by_id(c, e.id)?.map(|item| Entity::WorkItem(Box::new(item)))
        }
        Entity::Sprint(e) => {
            let sql = concat_sql!("SELECT ", rows::SPRINT, " FROM sprints WHERE id = ?1");
            return sprint_stands(c, e, one(c, sql, e.id.to_string(), rows::sprint)?);
        }
        Entity::Comment(e) => {
            by_id!(rows::COMMENT, " FROM comments WHERE id = ?1", rows::comment_whole, e.id, Entity::Comment)
        }
        Entity::TimeEntry(e) => {
            by_id!(
                rows::TIME_ENTRY,
                " FROM time_entries WHERE id = ?1",
                rows::time_entry,
                e.id,
                Entity::TimeEntry
            )
        }
        Entity::Dependency(e) => {
            by_id!(
                rows::DEPENDENCY,
                " FROM dependencies WHERE id = ?1",
                rows::dependency,
                e.id,
                Entity::Dependency
            )
        }
    };
    Ok(found.as_ref() == Some(entity))
}

fn one<T>(
    c: &Connection,
    sql: &str,
    id: String,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, Stop> {
    Ok(rows::one(c, sql, [id], read)?)
}

fn sprint_stands(c: &Connection, wanted: &Sprint, found: Option<Sprint>) -> Result<bool, Stop> {
    let Some(found) = found.filter(|found| *found == Sprint { items: None, ..wanted.clone() }) else {
        return Ok(false);
    };
    let Some(items) = &wanted.items else { return Ok(true) };
    let key = |item: &crate::model::SprintItem| (item.phase, item.item);
    let (mut wanted, mut there) = (items.clone(), record_of(c, found.id)?);
    wanted.sort_by_key(key);
    there.sort_by_key(key);
    Ok(wanted == there)
}
