//! One transaction for a group of commands: each is looked up in the command record, decided, applied and appended
//! inside a savepoint of its own; one COMMIT for all. The only module that knows decide, apply and log together.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::apply;
use crate::clock::Clock;
use crate::command::{Change, Command, Part};
use crate::decide::{self, Decision, Draft, Made, Memory, Stamp};
use crate::error::{ExecuteError, Stop, StoreError, StoreResult};
use crate::event::{Event, EventActor, Note, Origin};
use crate::form;
use crate::graph::{Mark, WorkGraph};
use crate::limits;
use crate::model::{Action, Entity, EntityKind, Timestamp, User};
use crate::outcome::{Outcome, PartResult};
use crate::rejection::{Rejection, RejectionCode};
use crate::store::event_log::{self, StoredEvent};
use crate::store::known::known_or;
use crate::store::rows;
use crate::store::statements::{HeldStatements, Statements};
use crate::wire;

/// A command whose form has been checked, with the hash that tells it from another under the same id.
pub(crate) struct Request {
    pub(crate) command: Command,
    pub(crate) bytes: usize,
    hash: [u8; 32],
}

impl Request {
    /// Checks form and size; needs no file.
    pub(crate) fn new(mut command: Command) -> Result<Self, Rejection> {
        form::check(&mut command)?;
        let canonical = wire::encode_change_parts(&command.parts);
        if canonical.len() > limits::COMMAND_BYTES_MAX {
            return Err(Rejection::beyond(
                RejectionCode::TooLarge,
                "command",
                form::int(limits::COMMAND_BYTES_MAX),
                "the command is larger than 1 MiB",
            ));
        }
        let hash = Sha256::digest(&canonical).into();
        Ok(Self { command, bytes: canonical.len(), hash })
    }
}

/// What became of a group.
pub(crate) struct Group {
    /// One answer for each request taken, in order; later requests were not reached in time.
    pub(crate) answers: Vec<Result<Outcome, ExecuteError>>,
    /// What was committed, in order.
    pub(crate) events: Vec<StoredEvent>,
}

/// Runs requests in one transaction, as many as fit the time of a group. An error means that nothing was committed.
///
/// A savepoint costs a copy of every page the command touches, and a command of one part seldom needs it: it writes
/// only after all has been decided. Where its writing fails all the same, the group is run again with savepoints.
pub(crate) fn run(
    connection: &Connection,
    memory: &Memory,
    head: i64,
    requests: &[&Request],
    clock: &dyn Clock,
) -> StoreResult<Group> {
    // A group of one part has next to nothing to use twice.
    let held = (requests.iter().map(|request| request.command.parts.len()).sum::<usize>() > 1)
        .then(|| HeldStatements::new(connection));
    let statements: &dyn Statements = held.as_ref().map_or(connection, |held| held);
    let mut stamps = Vec::with_capacity(requests.len());
    for savepoints in [Savepoints::WhereLikely, Savepoints::Always] {
        let mut run = Run {
            connection,
            statements,
            memory,
            head,
            events: Vec::new(),
            savepoints,
            half_done: false,
            actor_known: false,
        };
        if let Some(answers) = run.group(requests, clock, &mut stamps)? {
            return Ok(Group { answers, events: run.events });
        }
    }
    Err(StoreError::bug("a command was left half done in spite of its savepoint"))
}

/// The outcome a command was committed with, where it was.
pub(crate) fn recorded(statements: &dyn Statements, request: &Request) -> Result<Option<Outcome>, Stop> {
    let sql = "SELECT body_hash, outcome FROM command_record WHERE actor = ?1 AND command_id = ?2";
    let command = &request.command;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?));
    let Some((hash, outcome)) =
        rows::one(statements, sql, params![command.actor.user, command.id.as_str()], read)?
    else {
        return Ok(None);
    };
    if hash != request.hash {
        let message = "the command id was used for another command: choose a new one";
        return Err(Rejection::new(RejectionCode::CommandReused, message).into());
    }
    let mut outcome =
        wire::decode_outcome(&outcome).map_err(|e| StoreError::data(format!("outcome: {e}")))?;
    outcome.replayed = true;
    Ok(Some(outcome))
}

/// Which commands get a savepoint of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoints {
    /// Those of several parts: a later part may be refused when earlier ones are written.
    WhereLikely,
    Always,
}

struct Run<'a> {
    connection: &'a Connection,
    statements: &'a dyn Statements,
    memory: &'a Memory,
    head: i64,
    events: Vec<StoredEvent>,
    savepoints: Savepoints,
    /// The command has begun to write.
    half_done: bool,
    /// The command has seen to it that its actor is recorded.
    actor_known: bool,
}

impl Run<'_> {
    /// One transaction. `None`: a command without a savepoint failed while it wrote, and all was rolled back.
    /// The stamps of a first try hold for the second.
    fn group(
        &mut self,
        requests: &[&Request],
        clock: &dyn Clock,
        stamps: &mut Vec<Timestamp>,
    ) -> StoreResult<Option<Vec<Result<Outcome, ExecuteError>>>> {
        let started = Instant::now();
        let before = self.memory.graph.loaded().as_deref().map(WorkGraph::mark);
        rows::run(self.statements, "BEGIN IMMEDIATE", [])?;
        debug_assert_eq!(event_log::head(self.connection)?, self.head, "the log is as this writer left it");
        let mut answers = Vec::with_capacity(requests.len());
        for (index, request) in requests.iter().enumerate() {
            if !answers.is_empty() && started.elapsed() > Duration::from_millis(limits::GROUP_MS_MAX) {
                break;
            }
            if stamps.len() == index {
                stamps.push(clock.now());
            }
            let answer = self.command(request, stamps.get(index).copied().unwrap_or_else(|| clock.now()));
            if self.connection.is_autocommit() {
                // SQLite gave up the whole transaction: a full disk, for one.
                return Err(match answer {
                    Err(Stop::Failed(cause)) => cause,
                    _ => StoreError::bug("the transaction was lost"),
                });
            }
            if self.half_done {
                rows::run(self.statements, "ROLLBACK", [])?;
                self.undo_memory(before, true);
                return Ok(None);
            }
            answers.push(answer.map_err(ExecuteError::from));
        }
        rows::run(self.statements, "COMMIT", [])?;
        if let Some(mut graph) = self.memory.graph.loaded() {
            graph.clear_journal();
        }
        Ok(Some(answers))
    }

    /// One command: all of it, or nothing. One that leaves `half_done` behind takes its group with it.
    fn command(&mut self, request: &Request, now: Timestamp) -> Result<Outcome, Stop> {
        if let Some(outcome) = recorded(self.statements, request)? {
            return Ok(outcome);
        }
        if self.savepoints == Savepoints::WhereLikely && request.command.parts.len() == 1 {
            let outcome = self.fresh(request, now)?;
            self.half_done = false;
            return Ok(outcome);
        }
        rows::run(self.statements, "SAVEPOINT command", [])?;
        let (head, published) = (self.head, self.events.len());
        let had_graph = self.memory.graph.loaded().as_deref().map(WorkGraph::mark);
        let done = self.fresh(request, now);
        let has_written = std::mem::take(&mut self.half_done);
        match done {
            Ok(outcome) => {
                rows::run(self.statements, "RELEASE command", [])?;
                Ok(outcome)
            }
            Err(stop) => {
                self.undo_memory(had_graph, has_written);
                self.head = head;
                self.events.truncate(published);
                if !self.connection.is_autocommit() {
                    rows::run(self.statements, "ROLLBACK TO command", [])?;
                    rows::run(self.statements, "RELEASE command", [])?;
                }
                Err(stop)
            }
        }
    }

    /// Brings what is in memory back to where it was before the command. A graph that was loaded after the command had
    /// written, and rows that were read then, may hold what is undone now: they are read again when they are needed.
    fn undo_memory(&self, mark: Option<Mark>, has_written: bool) {
        if has_written {
            self.memory.rows.forget();
        }
        match mark {
            Some(mark) => {
                if let Some(mut graph) = self.memory.graph.loaded() {
                    graph.rollback_to(mark);
                }
            }
            None if has_written => self.memory.graph.forget(),
            None => {}
        }
    }

    fn fresh(&mut self, request: &Request, now: Timestamp) -> Result<Outcome, Stop> {
        let command = &request.command;
        let stamp = Stamp { actor: &command.actor, command: &command.id, now };
        let first = self.head;
        self.actor_known = false;
        let mut made: Vec<Made> = Vec::with_capacity(command.parts.len());
        let mut results = Vec::with_capacity(command.parts.len());
        let mut notes = Vec::new();
        let mut ordinal = 0;
        for (index, part) in command.parts.iter().enumerate() {
            let (result, remarks) = self
                .part(&stamp, part, &made, &mut ordinal, first)
                .map_err(|stop| if command.parts.len() > 1 { in_part(stop, index) } else { stop })?;
            made.push(Made { kind: result.entity_kind, id: result.id.clone() });
            results.push(result);
            notes.extend(remarks);
        }
        for (index, part) in command.parts.iter().enumerate() {
            decide::check_default_lane(self.statements, &part.change)
                .map_err(|stop| if command.parts.len() > 1 { in_part(stop, index) } else { stop })?;
        }
        self.half_done = true;
        let changed = self.head > first;
        let outcome = Outcome {
            command: command.id.clone(),
            at: now,
            first_sequence: changed.then_some(first + 1),
            last_sequence: changed.then_some(self.head),
            results,
            notes,
            replayed: false,
        };
        let sql =
            "INSERT INTO command_record (actor, command_id, body_hash, outcome) VALUES (?1, ?2, ?3, ?4)";
        let bytes = wire::encode_outcome(&outcome);
        rows::run(
            self.statements,
            sql,
            params![command.actor.user, command.id.as_str(), request.hash, bytes],
        )?;
        Ok(outcome)
    }

    fn part(
        &mut self,
        stamp: &Stamp<'_>,
        part: &Part,
        made: &[Made],
        ordinal: &mut u32,
        first: i64,
    ) -> Result<(PartResult, Vec<Note>), Stop> {
        let mut decision = Decision {
            statements: self.statements,
            memory: self.memory,
            stamp,
            origin: part.origin.as_ref(),
            expected: part.expected_version,
            made,
            ordinal,
            drafts: Vec::new(),
            notes: Vec::new(),
        };
        let result = decide::decide(&mut decision, &part.change)?;
        let Decision { drafts, notes, .. } = decision;
        self.half_done |= !drafts.is_empty();
        // Who takes an export over is not added to those it holds: the copy would have one user more.
        let is_loaded = matches!(part.change, Change::LoadEntity(_));
        if !drafts.is_empty() && !is_loaded && !self.actor_known {
            self.record_user(stamp, &drafts)?;
            self.actor_known = true;
        }
        for draft in drafts {
            if self.head - first >= form::int(limits::EVENTS_PER_COMMAND_MAX) {
                return Err(decide::too_many_events().into());
            }
            self.commit_draft(stamp, part.origin.as_ref(), draft)?;
        }
        Ok((result, notes))
    }

    /// An unknown user is recorded with the first command of his that commits.
    fn record_user(&mut self, stamp: &Stamp<'_>, drafts: &[Draft]) -> Result<(), Stop> {
        let user = &stamp.actor.user;
        let itself =
            |draft: &Draft| draft.entity_kind == EntityKind::User && draft.entity_id == user.as_str();
        let read = || {
            let sql = "SELECT 1 FROM users WHERE id = ?1";
            let found = rows::one(self.statements, sql, [user], |_| Ok(()))?;
            Ok(found.inspect(|()| self.memory.rows.keep_user(user)))
        };
        if known_or(self.memory.rows.user(user), read)?.is_some() || drafts.iter().any(itself) {
            return Ok(());
        }
        let user = User {
            id: user.clone(),
            kind: stamp.actor.kind,
            name: None,
            email: None,
            created_at: stamp.now,
            version: 1,
        };
        let draft = Draft::new(Action::Created, Entity::User(user), Vec::new());
        self.commit_draft(stamp, None, draft)
    }

    fn commit_draft(&mut self, stamp: &Stamp<'_>, origin: Option<&Origin>, draft: Draft) -> Result<(), Stop> {
        let event = Event {
            sequence: self.head + 1,
            group: stamp.command.clone(),
            actor: EventActor {
                user: stamp.actor.user.clone(),
                kind: stamp.actor.kind,
                on_behalf_of: stamp.actor.on_behalf_of.clone(),
            },
            at: stamp.now,
            origin: origin.cloned(),
            project: draft.project,
            entity_kind: draft.entity_kind,
            entity_id: draft.entity_id,
            number: draft.number,
            action: draft.action,
            entity: draft.entity,
            changes: draft.changes,
            notes: draft.notes,
        };
        apply::apply(self.statements, self.memory, &event)?;
        self.events.push(event_log::append(self.statements, &event)?);
        self.head += 1;
        Ok(())
    }
}

fn in_part(stop: Stop, index: usize) -> Stop {
    match stop {
        Stop::Rejected(mut rejection) => {
            rejection.part = u32::try_from(index).ok();
            Stop::Rejected(rejection)
        }
        failed @ Stop::Failed(_) => failed,
    }
}
