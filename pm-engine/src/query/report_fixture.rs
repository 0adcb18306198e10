//! A tenant file for tests, written by a small stand-in for the write path: rows, log and activity agree.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Connection, params};
use tempfile::TempDir;

use crate::command::Actor;
use crate::event::{Event, EventActor, FieldChange};
use crate::model::{
    Action, ActorKind, CommandId, Comment, CommentId, Dependency, Entity, ItemId, ItemKind, Lane,
    LaneCategory, LaneId, Member, Priority, Project, ProjectId, ProjectRole, ProjectStatus, Sprint, SprintId,
    SprintPhase, SprintState, TimeEntry, TimeEntryId, Timestamp, UserId, Visibility, WipPolicy, WorkItem,
};
use crate::outcome::Outcome;
use crate::wire;

#[path = "report_fixture_makes.rs"]
mod makes;

pub(crate) const DAY: i64 = 86_400_000;
/// 2026-01-05T00:00:00Z, a Monday.
pub(crate) const START: i64 = 1_767_571_200_000;

pub(crate) struct Fixture {
    pub(crate) dir: TempDir,
    pub(crate) conn: Connection,
    pub(crate) now: i64,
    pub(crate) sequence: i64,
    group: CommandId,
    actor: UserId,
    known: RefCell<HashMap<String, Entity>>,
}

pub(crate) fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

pub(crate) fn admin() -> Actor {
    Actor::admin(user("root"))
}

pub(crate) fn member(name: &str) -> Actor {
    Actor::member(user(name))
}

/// How SQLite would run a statement, a line per step.
pub(crate) fn plan(conn: &Connection, sql: &str) -> String {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get::<_, String>(3).unwrap());
    }
    steps.join("\n")
}

/// A project with its lanes: backlog, in progress, done.
pub(crate) struct Board {
    pub(crate) project: ProjectId,
    pub(crate) todo: LaneId,
    pub(crate) doing: LaneId,
    pub(crate) done: LaneId,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let conn = Connection::open(dir.path().join("tenant.db")).unwrap();
        conn.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF;")
            .unwrap();
        for migration in pm_migrations::MIGRATIONS {
            conn.execute_batch(migration.sql).unwrap();
        }
        conn.set_prepared_statement_cache_capacity(200);
        Self {
            dir,
            conn,
            now: START,
            sequence: 0,
            group: CommandId::generate(),
            actor: user("ann"),
            known: RefCell::default(),
        }
    }

    /// Ends the command at hand, recording it, and begins another.
    pub(crate) fn next_command(&mut self, id: &str) {
        self.group = CommandId::new(id).unwrap();
    }

    /// Records the outcome of the command at hand, as the write path does at its end.
    pub(crate) fn record(&mut self, first: i64) {
        let outcome = Outcome {
            command: self.group.clone(),
            at: Timestamp::from_millis(self.now),
            first_sequence: Some(first),
            last_sequence: Some(self.sequence),
            results: Vec::new(),
            notes: Vec::new(),
            replayed: false,
        };
        let sql = "INSERT INTO command_record VALUES (?1, ?2, x'', ?3)";
        let body = wire::encode_outcome(&outcome);
        self.conn.execute(sql, params![self.actor, self.group.as_str(), body]).unwrap();
    }

    pub(crate) fn put(&mut self, action: Action, entity: Entity) -> i64 {
        self.sequence += 1;
        self.now += 1;
        let old =
            self.known.borrow_mut().insert(format!("{}:{}", entity.kind(), entity.id()), entity.clone());
        let old_lane = old.as_ref().and_then(live_lane);
        let changes = match action {
            Action::Created | Action::Deleted => Vec::new(),
            _ => old.map_or_else(Vec::new, |old| changes(&old, &entity)),
        };
        self.count_items(old_lane, -1);
        self.write_row(&entity);
        self.count_items(live_lane(&entity), 1);
        self.append(action, entity, changes);
        self.sequence
    }

    /// Blanks an event, as a purge does.
    pub(crate) fn blank(&self, sequence: i64) {
        let sql = "SELECT body FROM event_log WHERE sequence = ?1";
        let body: Vec<u8> = self.conn.query_row(sql, [sequence], |row| row.get(0)).unwrap();
        let mut event = wire::decode_event(&body).unwrap();
        (event.entity, event.changes) = (None, Vec::new());
        self.run(
            "UPDATE event_log SET body = ?2 WHERE sequence = ?1",
            params![sequence, wire::encode_event(&event)],
        );
        self.run("DELETE FROM activity_log WHERE sequence = ?1", [sequence]);
    }

    fn count_items(&self, lane: Option<LaneId>, by: i64) {
        if let Some(lane) = lane {
            self.run("UPDATE swim_lanes SET item_count = item_count + ?2 WHERE id = ?1", params![lane, by]);
        }
    }

    fn append(&self, action: Action, entity: Entity, changes: Vec<FieldChange>) {
        let at = Timestamp::from_millis(self.now);
        let event = Event {
            sequence: self.sequence,
            group: self.group.clone(),
            actor: EventActor { user: self.actor.clone(), kind: ActorKind::Human, on_behalf_of: None },
            at,
            origin: None,
            project: entity.project(),
            entity_kind: entity.kind(),
            entity_id: entity.id(),
            number: if let Entity::WorkItem(i) = &entity { Some(i.number) } else { None },
            action,
            entity: Some(entity),
            changes,
            notes: Vec::new(),
        };
        let body = wire::encode_event(&event);
        self.conn
            .execute(
                "INSERT INTO event_log VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
                params![
                    self.sequence,
                    event.group.as_str(),
                    event.actor.user,
                    at,
                    event.project,
                    event.entity_kind,
                    event.entity_id,
                    event.number,
                    action,
                    body
                ],
            )
            .unwrap();
        self.append_activity(&event);
    }

    fn append_activity(&self, event: &Event) {
        let entity = event.entity.as_ref().unwrap();
        let mut rows: Vec<(Option<String>, Option<String>, Option<String>)> = Vec::new();
        for change in &event.changes {
            rows.push((Some(change.field.clone()), change.old.clone(), entity.field_text(&change.field)));
        }
        if rows.is_empty() {
            rows.push((None, None, None));
        }
        for (position, (field, old, new)) in rows.into_iter().enumerate() {
            self.conn
                .prepare_cached("INSERT INTO activity_log VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)")
                .unwrap()
                .execute(params![
                    event.sequence,
                    i64::try_from(position).unwrap(),
                    event.at,
                    event.actor.user,
                    event.project,
                    event.entity_kind,
                    event.entity_id,
                    event.action,
                    field,
                    old,
                    new
                ])
                .unwrap();
        }
    }

    fn write_row(&self, entity: &Entity) {
        match entity {
            Entity::Project(e) => self.write_project(e),
            Entity::Member(e) => {
                self.run(
                    "INSERT OR REPLACE INTO project_members VALUES (?1,?2,?3,?4,?5,?6)",
                    params![e.project, e.user, e.role, e.created_at, e.removed_at, e.version],
                );
            }
            Entity::Lane(e) => {
                self.run(
                    "INSERT OR REPLACE INTO swim_lanes VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9, \
                    coalesce((SELECT item_count FROM swim_lanes WHERE id = ?1), 0))",
                    params![
                        e.id,
                        e.project,
                        e.name,
                        e.status,
                        e.category,
                        e.position,
                        e.wip_limit,
                        e.deleted_at,
                        e.version
                    ],
                );
            }
            Entity::WorkItem(e) => self.write_item(e),
            Entity::Sprint(e) => self.write_sprint(e),
            Entity::Comment(e) => self.write_comment(e),
            Entity::TimeEntry(e) => {
                self.run("INSERT OR REPLACE INTO time_entries VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)",
                    params![e.id, e.project, e.item, e.user, e.started_at, e.ended_at, e.seconds, e.note, e.manual, e.overlaps,
                        e.over_cap, e.clock_backwards, e.original_end, e.created_at, e.updated_by, e.deleted_at, e.version]);
            }
            Entity::Dependency(e) => {
                self.run(
                    "INSERT OR REPLACE INTO dependencies VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,NULL)",
                    params![
                        e.id,
                        e.kind,
                        e.from,
                        e.to,
                        e.project,
                        e.created_at,
                        e.created_by,
                        e.deleted_at,
                        e.version
                    ],
                );
            }
            Entity::User(e) => {
                self.run(
                    "INSERT OR REPLACE INTO users VALUES (?1,?2,?3,?4,?5,?6)",
                    params![e.id, e.kind, e.name, e.email, e.created_at, e.version],
                );
            }
            Entity::TenantSettings(e) => {
                self.run(
                    "INSERT OR REPLACE INTO tenant_settings VALUES (1,?1,?2,?3,?4)",
                    params![e.timer_cap_seconds, e.timer_cap_policy, e.overlap_policy, e.version],
                );
            }
        }
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) {
        self.conn.prepare_cached(sql).unwrap().execute(params).unwrap();
    }

    fn write_project(&self, e: &Project) {
        let description: Option<String> = e.description.clone().or_else(|| {
            let sql = "SELECT description FROM projects WHERE id = ?1";
            self.conn.query_row(sql, [e.id], |r| r.get(0)).ok()
        });
        self.run(
            "INSERT OR REPLACE INTO projects VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,1)",
            params![
                e.id,
                e.key,
                e.title,
                description.unwrap_or_default(),
                e.status,
                e.visibility,
                e.wip_policy,
                e.parallel_sprints,
                e.default_lane,
                e.created_at,
                e.created_by,
                e.updated_at,
                e.updated_by,
                e.deleted_at,
                e.version
            ],
        );
    }

    fn write_item(&self, e: &WorkItem) {
        let old: Option<(String, String)> = self
            .conn
            .query_row("SELECT description, extra FROM work_items WHERE id = ?1", [e.id], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
            .ok();
        let (description, extra) = old.unwrap_or_default();
        let finished: bool = self
            .conn
            .query_row(
                "SELECT category IN ('completed','canceled') FROM swim_lanes WHERE id = ?1",
                [e.lane],
                |r| r.get(0),
            )
            .unwrap_or(false);
        self.run(
            "INSERT OR REPLACE INTO work_items VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,\
             ?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,NULL,?29,?30,0,0,0,1,?31,?32)",
            params![e.id, e.project, e.number, e.kind, e.title, e.lane, e.priority, e.assignee,
                serde_json::to_string(&e.labels).unwrap(), e.points, e.estimate_seconds, e.remaining_seconds,
                e.start_date, e.due_date, e.sprint, e.parent, e.lane_order, e.parent_order,
                e.external.as_ref().map(|x| &x.source), e.external.as_ref().map(|x| &x.id), e.created_at,
                e.created_by, e.updated_at, e.updated_by, e.completed_at, e.completed_by, e.deleted_at, e.version,
                self.sequence, finished, e.description.clone().unwrap_or(description),
                e.extra.clone().unwrap_or(extra)],
        );
    }

    fn write_sprint(&self, e: &Sprint) {
        self.run(
            "INSERT OR REPLACE INTO sprints VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,0,0)",
            params![e.id, e.project, e.name, e.goal, e.start_date, e.end_date, e.state, e.started_at, e.ended_at,
                e.committed_items, e.committed_points, e.completed_items, e.completed_points, e.created_at,
                e.created_by, e.updated_at, e.updated_by, e.deleted_at, e.version],
        );
        for item in e.items.iter().flatten() {
            self.run(
                "INSERT OR REPLACE INTO sprint_items VALUES (?1,?2,?3,?4,?5)",
                params![e.id, item.phase, item.item, item.points, item.category],
            );
        }
    }

    fn write_comment(&self, e: &Comment) {
        self.run(
            "INSERT OR REPLACE INTO comments VALUES (?1,?2,?3,?4,?5,?6,?7,?8,NULL,NULL,?9,?10,?11,?12,?13)",
            params![
                e.id,
                e.project,
                e.item,
                e.reply_to,
                e.depth,
                e.author,
                serde_json::to_string(&e.mentioned_users).unwrap(),
                serde_json::to_string(&e.mentioned_items).unwrap(),
                e.created_at,
                e.edited_at,
                e.deleted_at,
                e.version,
                e.text.clone().unwrap_or_default()
            ],
        );
        for mentioned in &e.mentioned_users {
            self.run(
                "INSERT OR REPLACE INTO comment_mentions VALUES (?1,'user',?2)",
                params![e.id, mentioned],
            );
        }
        for mentioned in &e.mentioned_items {
            self.run(
                "INSERT OR REPLACE INTO comment_mentions VALUES (?1,'work_item',?2)",
                params![e.id, mentioned],
            );
        }
    }
}

fn live_lane(entity: &Entity) -> Option<LaneId> {
    if let Entity::WorkItem(item) = entity { item.deleted_at.is_none().then_some(item.lane) } else { None }
}

fn changes(old: &Entity, new: &Entity) -> Vec<FieldChange> {
    match (old, new) {
        (Entity::Project(a), Entity::Project(b)) => a.changes_to(b),
        (Entity::Member(a), Entity::Member(b)) => a.changes_to(b),
        (Entity::Lane(a), Entity::Lane(b)) => a.changes_to(b),
        (Entity::WorkItem(a), Entity::WorkItem(b)) => a.changes_to(b),
        (Entity::Sprint(a), Entity::Sprint(b)) => a.changes_to(b),
        (Entity::Comment(a), Entity::Comment(b)) => a.changes_to(b),
        (Entity::TimeEntry(a), Entity::TimeEntry(b)) => a.changes_to(b),
        (Entity::User(a), Entity::User(b)) => a.changes_to(b),
        (Entity::TenantSettings(a), Entity::TenantSettings(b)) => a.changes_to(b),
        _ => Vec::new(),
    }
}
