//! A copy of everything an actor may see, in chunks by key.
//!
//! Each chunk is read in a short transaction of its own and says its sequence. A client keeps the sequence of the
//! first chunk and afterwards follows the log from there, taking of each entity the higher version: nothing is lost,
//! nothing comes twice, and no read transaction is open while bytes are sent.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, encode};
use super::report_check::require_project;
use super::snapshot_stage::{Key, Room, STAGES, read_stage};
use crate::command::Actor;
use crate::error::{Stop, StoreError};
use crate::limits::{PAGE_MAX, SNAPSHOT_CHUNK_ENTITIES};
use crate::model::{Entity, ProjectId};
use crate::rejection::{Rejection, RejectionCode};

/// Encoded bytes of one chunk, as estimated; leaves room for the envelope below one message.
const CHUNK_BYTES: usize = 900 * 1024;

/// A piece of a snapshot.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SnapshotChunk {
    /// Valid at this sequence. That of the first chunk is where to follow the log from.
    pub sequence: i64,
    /// Live entities, whole: the tenant's settings, users, then of the projects asked for and visible the projects,
    /// members, lanes, sprints, items, comments, time entries and dependencies. A comment whose `reply_to` does not
    /// come answers a deleted one.
    pub entities: Vec<Entity>,
    /// Where the next chunk begins; `None` at the end. The last chunk may be empty.
    pub next: Option<String>,
}

/// Where a chunk begins: a kind of entity, and the key of the last one sent of it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
struct Place {
    stage: usize,
    after: Option<Key>,
}

/// One chunk. With `projects` only these, each of which must be visible, and neither settings nor users: what a
/// client loads when it gains access to a project.
pub(crate) fn snapshot_chunk(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    projects: &[ProjectId],
    cursor: Option<&str>,
) -> Result<SnapshotChunk, Stop> {
    check(connection, actor, projects, cursor.is_none())?;
    let filter = filter(projects)?;
    let request = PageRequest { cursor: cursor.map(str::to_owned), limit: None };
    let mut place: Place = request.start("snapshot")?.unwrap_or_default();
    let mut chunk = SnapshotChunk { sequence, entities: Vec::new(), next: None };
    let mut bytes = 0;
    while let Some(stage) = STAGES.get(place.stage) {
        if !stage.of_tenant || projects.is_empty() {
            let room = Room {
                entities: SNAPSHOT_CHUNK_ENTITIES.saturating_sub(chunk.entities.len()),
                bytes: CHUNK_BYTES.saturating_sub(bytes),
                is_empty: chunk.entities.is_empty(),
            };
            let part = read_stage(connection, actor, stage, filter.as_deref(), place.after.take(), room)?;
            bytes += part.bytes;
            chunk.entities.extend(part.entities);
            if let Some(after) = part.more_after {
                place.after = after;
                chunk.next = Some(encode("snapshot", &place));
                return Ok(chunk);
            }
        }
        place = Place { stage: place.stage + 1, after: None };
    }
    Ok(chunk)
}

/// The first chunk refuses what may not be seen; a project lost between two chunks just sends no more.
fn check(connection: &Connection, actor: &Actor, projects: &[ProjectId], first: bool) -> Result<(), Stop> {
    if i64::try_from(projects.len()).unwrap_or(i64::MAX) > PAGE_MAX {
        let message = format!("at most {PAGE_MAX} projects can be named");
        return Err(Rejection::beyond(RejectionCode::Invalid, "projects", PAGE_MAX, message).into());
    }
    for project in projects.iter().filter(|_| first) {
        require_project(connection, actor, *project)?;
    }
    Ok(())
}

/// The projects as JSON for the statements; `None` for all.
fn filter(projects: &[ProjectId]) -> Result<Option<String>, StoreError> {
    if projects.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(projects).map(Some).map_err(|e| StoreError::bug(e.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use googletest::prelude::*;

    use super::{SnapshotChunk, snapshot_chunk};
    use crate::command::Actor;
    use crate::error::Stop;
    use crate::model::{
        Action, ActorKind, Dependency, DependencyId, DependencyKind, Entity, ProjectId, Timestamp, User,
        Visibility,
    };
    use crate::query::report_fixture::{Fixture, START, admin, member, plan, user};
    use crate::query::snapshot_stage::{STAGES, sql};

    fn whole(f: &Fixture, actor: &Actor, projects: &[ProjectId]) -> Vec<SnapshotChunk> {
        let mut chunks = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let chunk = snapshot_chunk(&f.conn, actor, f.sequence, projects, cursor.as_deref()).unwrap();
            cursor = chunk.next.clone();
            chunks.push(chunk);
            if cursor.is_none() {
                return chunks;
            }
        }
    }

    fn ids(chunks: &[SnapshotChunk]) -> Vec<String> {
        chunks.iter().flat_map(|c| &c.entities).map(|e| format!("{} {}", e.kind(), e.id())).collect()
    }

    fn tenant() -> (Fixture, ProjectId, ProjectId) {
        let mut f = Fixture::new();
        let at = Timestamp::from_millis(START);
        for n in 0..30 {
            f.put(
                Action::Created,
                Entity::User(User {
                    id: user(&format!("u{n:02}")),
                    kind: ActorKind::Human,
                    name: None,
                    email: None,
                    created_at: at,
                    version: 1,
                }),
            );
        }
        let open = f.board("PM", Visibility::Open);
        let private = f.board("SEC", Visibility::Private);
        f.member(private.project, "ann", false);
        f.sprint(&open, "one");
        let mut last = None;
        for n in 1..=700 {
            let item = f.item(&open, n, "item");
            f.comment(&item, "words");
            f.entry(&item, "ann", START, Some(START + 1000));
            if let Some(last) = last {
                f.dependency(
                    Dependency {
                        id: DependencyId::generate(),
                        kind: DependencyKind::Blocks,
                        from: last,
                        to: item.id,
                        project: open.project,
                        created_at: at,
                        created_by: user("ann"),
                        deleted_at: None,
                        version: 1,
                    },
                    Action::Created,
                );
            }
            last = Some(item.id);
        }
        let mut gone = f.item(&open, 701, "gone");
        f.comment(&gone, "gone too");
        f.entry(&gone, "ann", START, Some(START + 1000));
        f.change(Action::Deleted, &mut gone, |i| i.deleted_at = Some(at));
        let secret = f.item(&private, 1, "secret");
        f.comment(&secret, "secret");
        (f, open.project, private.project)
    }

    #[gtest]
    fn given_a_tenant_when_read_in_chunks_then_each_visible_live_entity_comes_once() {
        let (f, _, private) = tenant();
        let seen = whole(&f, &member("bob"), &[]);
        let list = ids(&seen);
        let set: BTreeSet<&String> = list.iter().collect();
        expect_that!(set.len(), eq(list.len()));
        // users, project, lanes, sprint, items, comments, entries, dependencies
        expect_that!(list.len(), eq(30 + 1 + 3 + 1 + 700 + 700 + 700 + 699));
        for chunk in &seen {
            expect_that!(chunk.entities.len(), le(500));
            expect_that!(chunk.entities.iter().any(|e| e.project() == Some(private)), eq(false));
        }
        expect_that!(ids(&whole(&f, &admin(), &[])).len(), eq(list.len() + 1 + 1 + 3 + 1 + 1));
        expect_that!(ids(&whole(&f, &member("ann"), &[])).len(), eq(list.len() + 1 + 1 + 3 + 1 + 1));
    }

    #[gtest]
    fn given_one_project_when_asked_for_then_it_comes_alone_and_hidden_ones_are_refused() {
        let (f, _, private) = tenant();
        expect_that!(ids(&whole(&f, &member("ann"), &[private])).len(), eq(1 + 1 + 3 + 1 + 1));
        let refused = snapshot_chunk(&f.conn, &member("bob"), 1, &[private], None);
        assert!(matches!(refused, Err(Stop::Rejected(r)) if r.code.as_str() == "not_found"));
    }

    #[gtest]
    fn given_long_texts_when_chunked_then_no_chunk_passes_a_message_and_texts_are_whole() {
        let mut f = Fixture::new();
        let board = f.board("PM", Visibility::Open);
        for n in 1..=12 {
            let mut item = f.item(&board, n, "long");
            f.change(Action::Changed, &mut item, |i| i.description = Some("語".repeat(100_000)));
        }
        let chunks = whole(&f, &admin(), &[]);
        expect_that!(chunks.len(), gt(3));
        for chunk in &chunks {
            let bytes: usize = chunk.entities.iter().map(|e| serde_json::to_string(e).unwrap().len()).sum();
            expect_that!(bytes, lt(1024 * 1024));
        }
        let whole_texts = chunks.iter().flat_map(|c| &c.entities).filter(|e| {
            matches!(e, Entity::WorkItem(i) if i.description.as_ref().is_some_and(|d| d.len() == 300_000))
        });
        expect_that!(whole_texts.count(), eq(12));
    }

    #[gtest]
    fn given_each_stage_when_planned_then_rows_come_in_order_from_indexes() {
        let (f, _, _) = tenant();
        for stage in STAGES {
            let plan = plan(&f.conn, &sql(stage));
            // The lanes of one project, few as they are, are sorted by themselves.
            let sorts = plan.replace("USE TEMP B-TREE FOR LAST TERM OF ORDER BY", "").contains("TEMP B-TREE");
            expect_that!(sorts, eq(false), "{stage:?}: {plan}");
            expect_that!(
                plan.contains("SCAN i"),
                eq(stage.of_tenant && plan.contains("tenant_settings")),
                "{plan}"
            );
        }
    }

    #[gtest]
    fn given_a_foreign_cursor_when_used_then_it_is_refused() {
        let (f, _, _) = tenant();
        for cursor in ["", "x", "[]"] {
            let refused = snapshot_chunk(&f.conn, &admin(), 1, &[], Some(cursor));
            assert!(matches!(refused, Err(Stop::Rejected(r)) if r.code.as_str() == "invalid"));
        }
    }
}
