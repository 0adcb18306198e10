//! Whether somebody could see a project at an earlier sequence, for streams that resume in the past.

use rusqlite::Connection;

use super::stored_event;
use crate::access::effective_role;
use crate::command::Actor;
use crate::error::Stop;
use crate::model::{Entity, EntityKind, ProjectId};

/// Whether the actor could see the project once the event with this sequence had been applied, judged by the log:
/// its last project event says visibility and deletion, its last event on the actor's membership the role. His role
/// in the tenant is the one he has now, since the host vouches for it. A project that was not made yet, was deleted,
/// or whose history has been purged, is not visible.
pub(crate) fn access_at(
    connection: &Connection,
    actor: &Actor,
    project: ProjectId,
    sequence: i64,
) -> Result<bool, Stop> {
    let id = project.to_string();
    let Some(Entity::Project(then)) = entity_at(connection, EntityKind::Project, &id, sequence)? else {
        return Ok(false);
    };
    if then.deleted_at.is_some() {
        return Ok(false);
    }
    let id = format!("{project}/{}", actor.user);
    let explicit = match entity_at(connection, EntityKind::Member, &id, sequence)? {
        Some(Entity::Member(member)) if member.removed_at.is_none() => Some(member.role),
        _ => None,
    };
    Ok(effective_role(actor, then.visibility, explicit).is_some())
}

fn entity_at(
    connection: &Connection,
    kind: EntityKind,
    id: &str,
    sequence: i64,
) -> Result<Option<Entity>, Stop> {
    let stored = stored_event::last_of(connection, kind, id, sequence)?;
    Ok(stored.and_then(|event| event.entity))
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::access_at;
    use crate::model::{Action, Entity, Timestamp, Visibility};
    use crate::query::report_fixture::{Fixture, admin, member};

    #[gtest]
    fn given_a_private_project_when_membership_changes_then_access_follows_the_sequence() {
        let mut f = Fixture::new();
        let board = f.board("PM", Visibility::Private);
        let before = f.sequence;
        let added = f.member(board.project, "bob", false);
        let removed = f.member(board.project, "bob", true);
        let at = |sequence| access_at(&f.conn, &member("bob"), board.project, sequence).unwrap();

        expect_that!(at(0), eq(false));
        expect_that!(at(before), eq(false));
        expect_that!(at(added), eq(true));
        expect_that!(at(removed), eq(false));
        expect_that!(access_at(&f.conn, &admin(), board.project, before).unwrap(), eq(true));
        expect_that!(access_at(&f.conn, &admin(), board.project, 0).unwrap(), eq(false));
    }

    #[gtest]
    fn given_a_user_whose_id_reads_like_a_membership_when_asked_then_only_real_members_count() {
        let mut f = Fixture::new();
        let board = f.board("PM", Visibility::Private);
        f.conn
            .execute(
                "UPDATE activity_log SET entity_id = ?1, entity_kind = 'user' WHERE sequence = 2",
                [format!("{}/bob", board.project)],
            )
            .unwrap();

        expect_that!(access_at(&f.conn, &member("bob"), board.project, f.sequence).unwrap(), eq(false));
    }

    #[gtest]
    fn given_a_project_deleted_or_blanked_when_asked_then_nobody_has_access() {
        let mut f = Fixture::new();
        let board = f.board("PM", Visibility::Open);
        let open = f.sequence;
        let sql = "SELECT body FROM event_log WHERE sequence = 1";
        let body: Vec<u8> = f.conn.query_row(sql, [], |r| r.get(0)).unwrap();
        let Some(Entity::Project(mut project)) = super::stored_event::decode(&body).unwrap().entity else {
            panic!("the first event is the project")
        };
        project.deleted_at = Some(Timestamp::from_millis(f.now));
        let deleted = f.put(Action::Deleted, Entity::Project(project));

        expect_that!(access_at(&f.conn, &member("bob"), board.project, open).unwrap(), eq(true));
        expect_that!(access_at(&f.conn, &admin(), board.project, deleted).unwrap(), eq(false));

        for sequence in 1..=deleted {
            let sql = "SELECT body FROM event_log WHERE sequence = ?1";
            let body: Vec<u8> = f.conn.query_row(sql, [sequence], |r| r.get(0)).unwrap();
            let mut event = super::stored_event::decode(&body).unwrap();
            event.entity = None;
            let blanked = crate::wire::encode_event(&event);
            let sql = "UPDATE event_log SET body = ?2 WHERE sequence = ?1";
            f.conn.execute(sql, rusqlite::params![sequence, blanked]).unwrap();
        }
        expect_that!(access_at(&f.conn, &admin(), board.project, open).unwrap(), eq(false));
    }
}
