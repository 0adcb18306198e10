//! Comments that mention an item or a user.

use rusqlite::{Connection, Row, named_params};
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, cut};
use super::report_check::{is_admin, require_item};
use crate::access::VISIBLE_PROJECT;
use crate::command::Actor;
use crate::error::Stop;
use crate::limits::ACTIVITY_TEXT_CHARS;
use crate::model::{CommentId, ItemId, ProjectId, Timestamp, UserId};
use crate::store::rows;

/// What is mentioned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mentioned {
    /// A work item.
    Item(ItemId),
    /// A user.
    User(UserId),
}

/// A comment that mentions it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Backlink {
    /// The comment.
    pub comment: CommentId,
    /// Its project.
    pub project: ProjectId,
    /// The item it stands on.
    pub item: ItemId,
    /// `KEY-n` of that item.
    pub item_key: String,
    /// Title of that item.
    pub item_title: String,
    /// Who wrote the comment.
    pub author: UserId,
    /// When it was written.
    pub created_at: Timestamp,
    /// How its text begins, up to 200 characters.
    pub excerpt: String,
}

/// A page of back-links.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BacklinkPage {
    /// Valid at this sequence.
    pub sequence: i64,
    /// Live comments on live items of visible projects, in descending order of their ids: newest first where ids
    /// are ordered by time, as those of this engine are.
    pub links: Vec<Backlink>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Comments that mention an item the actor may see, or a user.
pub(crate) fn backlinks(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    mentioned: &Mentioned,
    page: &PageRequest,
) -> Result<BacklinkPage, Stop> {
    let limit = page.size()?;
    let after: Option<CommentId> = page.start("backlinks")?;
    let (kind, target) = match mentioned {
        Mentioned::Item(item) => {
            require_item(connection, actor, *item)?;
            ("work_item", item.to_string())
        }
        Mentioned::User(user) => ("user", user.to_string()),
    };
    // Ids are lower-case hexadecimal, so '~' is past them all.
    let before = after.map_or_else(|| "~".to_owned(), |id| id.to_string());
    let sql = format!(
        "SELECT c.id, c.project_id, c.item_id, p.key || '-' || i.number, i.title, c.author, c.created_at, \
         substr(c.text, 1, {ACTIVITY_TEXT_CHARS}) \
         FROM comment_mentions m CROSS JOIN comments c ON c.id = m.comment_id AND c.deleted_at IS NULL \
         CROSS JOIN work_items i ON i.id = c.item_id AND i.deleted_at IS NULL \
         CROSS JOIN projects p ON p.id = c.project_id AND p.deleted_at IS NULL AND {VISIBLE_PROJECT} \
         WHERE m.target_id = :target AND m.kind = :kind AND m.comment_id < :before \
         ORDER BY m.comment_id DESC LIMIT :limit"
    );
    let params = named_params! {
        ":target": target, ":kind": kind, ":before": before, ":limit": limit + 1,
        ":is_admin": is_admin(actor), ":user": actor.user,
    };
    let links = rows::many(connection, &sql, params, read)?;
    let (links, next) = cut("backlinks", limit, links, |link| link.comment);
    Ok(BacklinkPage { sequence, links, next })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Backlink> {
    Ok(Backlink {
        comment: row.get(0)?,
        project: row.get(1)?,
        item: row.get(2)?,
        item_key: row.get(3)?,
        item_title: row.get(4)?,
        author: row.get(5)?,
        created_at: row.get(6)?,
        excerpt: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::{Mentioned, PageRequest, backlinks};
    use crate::error::Stop;
    use crate::model::{Action, Entity, Timestamp, Visibility};
    use crate::query::report_fixture::{Fixture, admin, member, user};

    #[gtest]
    fn given_mentions_in_open_and_private_projects_when_listed_then_only_visible_ones_come_in_pages() {
        let mut f = Fixture::new();
        let open = f.board("PM", Visibility::Open);
        let private = f.board("SEC", Visibility::Private);
        let target = f.item(&open, 1, "target");
        let hidden = f.item(&private, 1, "hidden");
        for (item, count) in [(&target, 5), (&hidden, 3)] {
            for _ in 0..count {
                let mut comment = f.comment(item, "see PM-1");
                comment.mentioned_items = vec![target.id];
                comment.mentioned_users = vec![user("bob")];
                f.put(Action::Changed, Entity::Comment(comment));
            }
        }
        let all = |actor: &crate::command::Actor, what: &Mentioned| {
            let mut found = Vec::new();
            let mut page = PageRequest::first(2);
            loop {
                let answer = backlinks(&f.conn, actor, f.sequence, what, &page).unwrap();
                found.extend(answer.links.into_iter().map(|l| l.item_key));
                match answer.next {
                    Some(next) => page.cursor = Some(next),
                    None => return found,
                }
            }
        };

        expect_that!(all(&member("bob"), &Mentioned::Item(target.id)), len(eq(5)));
        expect_that!(all(&member("bob"), &Mentioned::User(user("bob"))), each(eq("PM-1")));
        expect_that!(all(&admin(), &Mentioned::User(user("bob"))), len(eq(8)));
        let refused =
            backlinks(&f.conn, &member("bob"), 1, &Mentioned::Item(hidden.id), &PageRequest::default());
        assert!(matches!(refused, Err(Stop::Rejected(r)) if r.code.as_str() == "not_found"));
    }

    #[gtest]
    fn given_a_deleted_item_when_its_comments_mention_somebody_then_they_are_left_out() {
        let mut f = Fixture::new();
        let board = f.board("PM", Visibility::Open);
        let mut item = f.item(&board, 1, "gone");
        let mut comment = f.comment(&item, "@bob");
        comment.mentioned_users = vec![user("bob")];
        f.put(Action::Changed, Entity::Comment(comment));
        f.change(Action::Deleted, &mut item, |i| i.deleted_at = Some(Timestamp::from_millis(5)));

        let answer =
            backlinks(&f.conn, &admin(), 1, &Mentioned::User(user("bob")), &PageRequest::default()).unwrap();
        expect_that!(answer.links, is_empty());
    }
}
