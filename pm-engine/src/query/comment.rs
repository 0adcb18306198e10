//! Comments: threads of an item, the rest of a long thread, and where something is mentioned.
//!
//! The list is paged over the first comments of threads, by time and id, which never change; each comes with the
//! first of its replies, the others by pages of the thread. Texts are long, so a page also ends early past a number
//! of bytes; it always holds one comment at least.

use std::collections::{HashMap, HashSet};

use rusqlite::{Params, Row, named_params};
use serde::{Deserialize, Serialize};

use super::card::{grouped, json_ids, names};
use super::page::{PageRequest, encode};
use super::{Ask, resolve};
use crate::access::VISIBLE_PROJECT;
use crate::error::{Stop, StoreResult};
use crate::limits::{COMMENT_DEPTH_MAX, PAGE_TEXT_BYTES_MAX, THREAD_REPLIES_MAX};
use crate::model::{Comment, CommentId, CommentRef, ItemId, ItemRef, Timestamp, UserId};
use crate::store::rows::{COMMENT, comment_whole, many};

/// A comment with the replies to it and to them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Thread {
    /// The first comment; with an empty text where it is deleted.
    pub comment: Comment,
    /// The first of its replies by time, each naming the comment it answers; deleted ones with an empty text.
    pub replies: Vec<Comment>,
    /// Replies left out here.
    pub left_out: i64,
    /// Cursor of the thread's next page of replies, where some were left out.
    pub next: Option<String>,
}

/// A page of an item's threads, by time.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ThreadPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The threads.
    pub threads: Vec<Thread>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A page of comments.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CommentPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The comments.
    pub comments: Vec<Comment>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// What is mentioned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionTarget {
    /// A work item.
    Item(ItemRef),
    /// A user.
    User(UserId),
}

/// A comment that mentions something, with the item it stands on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Mention {
    /// The comment.
    pub comment: Comment,
    /// `KEY-n` of the item it stands on.
    pub key: String,
    /// Title of that item.
    pub title: String,
}

/// A page of mentions, by id of the comment.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MentionPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The mentions.
    pub mentions: Vec<Mention>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// Place of a comment by time.
type Place = (Timestamp, String);

fn begin() -> Place {
    (Timestamp::from_millis(0), String::new())
}

fn place(comment: &Comment) -> (Timestamp, CommentId) {
    (comment.created_at, comment.id)
}

fn thread_list(root: CommentId) -> String {
    format!("replies.{root}")
}

pub(crate) fn comments(ask: &Ask<'_>, named: &ItemRef, page: &PageRequest) -> Result<ThreadPage, Stop> {
    let size = page.size()?;
    let found = resolve::item(ask, named)?;
    let list = format!("comments.{}", found.item);
    let (at, id) = page.start::<Place>(&list)?.unwrap_or_else(begin);
    let sql = format!(
        "SELECT {COMMENT} FROM comments INDEXED BY comments_by_item WHERE item_id = :item AND reply_to IS NULL \
         AND (created_at, id) > (:at, :id) ORDER BY created_at, id LIMIT :limit"
    );
    let params = named_params! { ":item": found.item, ":at": at, ":id": id, ":limit": size + 1 };
    let mut room = PAGE_TEXT_BYTES_MAX;
    let (roots, more) = read(ask, &sql, params, size, &mut room)?;
    let next = roots.last().filter(|_| more).map(|root| encode(&list, &place(root)));
    Ok(ThreadPage { sequence: ask.sequence, threads: threads(ask, roots, &mut room)?, next })
}

pub(crate) fn replies(ask: &Ask<'_>, named: &CommentRef, page: &PageRequest) -> Result<CommentPage, Stop> {
    let size = page.size()?;
    let root = resolve::comment(ask, named)?;
    let list = thread_list(root);
    let (at, id) = page.start::<Place>(&list)?.unwrap_or_else(begin);
    let sql = format!(
        "WITH RECURSIVE {THREAD} SELECT {COMMENT} FROM comments WHERE id IN (SELECT reply FROM thread WHERE depth > 0) \
         AND (created_at, id) > (:at, :id) ORDER BY created_at, id LIMIT :limit"
    );
    let params = named_params! {
        ":roots": json_ids([root].into_iter())?, ":depth": COMMENT_DEPTH_MAX,
        ":at": at, ":id": id, ":limit": size + 1,
    };
    let mut room = PAGE_TEXT_BYTES_MAX;
    let (mut comments, more) = read(ask, &sql, params, size, &mut room)?;
    let next = comments.last().filter(|_| more).map(|last| encode(&list, &place(last)));
    veil(ask, comments.iter_mut())?;
    Ok(CommentPage { sequence: ask.sequence, comments, next })
}

/// Every comment under those in `:roots`, which have depth 0, each with its root.
const THREAD: &str = "thread (root, reply, depth) AS (SELECT j.value, j.value, 0 FROM json_each(:roots) AS j \
     UNION ALL SELECT thread.root, c.id, thread.depth + 1 FROM thread CROSS JOIN comments AS c \
     ON c.reply_to = thread.reply WHERE thread.depth < :depth)";

/// Gives each root the first of its replies: so many per thread, as far as there is room for their texts.
fn threads(ask: &Ask<'_>, roots: Vec<Comment>, room: &mut usize) -> StoreResult<Vec<Thread>> {
    let ids = json_ids(roots.iter().map(|root| root.id))?;
    let sql = format!(
        "WITH RECURSIVE {THREAD} SELECT root, reply, total FROM (SELECT t.root, t.reply, \
         row_number() OVER (PARTITION BY t.root ORDER BY c.created_at, c.id) AS place, \
         count(*) OVER (PARTITION BY t.root) AS total FROM thread AS t CROSS JOIN comments AS c ON c.id = t.reply \
         WHERE t.depth > 0) WHERE place <= :most"
    );
    let params = named_params! { ":roots": ids, ":depth": COMMENT_DEPTH_MAX, ":most": THREAD_REPLIES_MAX };
    let read_row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let wanted: Vec<(CommentId, CommentId, i64)> = many(ask.connection, &sql, params, read_row)?;
    let totals: HashMap<CommentId, i64> = wanted.iter().map(|(root, _, total)| (*root, *total)).collect();
    let root_of: HashMap<CommentId, CommentId> =
        wanted.iter().map(|(root, reply, _)| (*reply, *root)).collect();
    let sql = format!(
        "SELECT {COMMENT} FROM comments WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY created_at, id"
    );
    let ids = json_ids(root_of.keys())?;
    // By time over all threads: what there is no room for is at the end of each.
    let (found, _) = read(ask, &sql, named_params! { ":ids": ids }, i64::MAX, room)?;
    let mut replies = grouped(found.into_iter().filter_map(|c| Some((*root_of.get(&c.id)?, c))).collect());
    let mut threads: Vec<Thread> = roots
        .into_iter()
        .map(|comment| {
            let replies = replies.remove(&comment.id).unwrap_or_default();
            let total = totals.get(&comment.id).copied().unwrap_or(0);
            let left_out = total - i64::try_from(replies.len()).unwrap_or(total);
            let last = replies.last().map_or_else(begin, |last| (last.created_at, last.id.to_string()));
            let next = (left_out > 0).then(|| encode(&thread_list(comment.id), &last));
            Thread { comment, replies, left_out, next }
        })
        .collect();
    veil(ask, threads.iter_mut().flat_map(|t| std::iter::once(&mut t.comment).chain(&mut t.replies)))?;
    Ok(threads)
}

pub(crate) fn mentions(
    ask: &Ask<'_>,
    target: &MentionTarget,
    page: &PageRequest,
) -> Result<MentionPage, Stop> {
    const LIST: &str = "mentions";
    let size = page.size()?;
    let (after,) = page.start::<(String,)>(LIST)?.unwrap_or_default();
    let (kind, id) = match target {
        MentionTarget::Item(named) => ("work_item", resolve::item(ask, named)?.item.to_string()),
        MentionTarget::User(user) => ("user", user.to_string()),
    };
    let sql = format!(
        "SELECT {COMMENT} FROM comments WHERE id IN (SELECT n.comment_id FROM comment_mentions AS n \
         CROSS JOIN comments AS c ON c.id = n.comment_id CROSS JOIN work_items AS i ON i.id = c.item_id \
         CROSS JOIN projects AS p ON p.id = i.project_id WHERE n.target_id = :target AND n.kind = :kind \
         AND n.comment_id > :after AND c.deleted_at IS NULL AND i.deleted_at IS NULL AND p.deleted_at IS NULL \
         AND {VISIBLE_PROJECT} ORDER BY n.comment_id LIMIT :limit) ORDER BY id"
    );
    let params = named_params! {
        ":target": id, ":kind": kind, ":after": after, ":limit": size + 1,
        ":is_admin": ask.is_admin(), ":user": ask.actor.user,
    };
    let mut room = PAGE_TEXT_BYTES_MAX;
    let (mut comments, more) = read(ask, &sql, params, size, &mut room)?;
    let next = comments.last().filter(|_| more).map(|last| encode(LIST, &(last.id,)));
    veil(ask, comments.iter_mut())?;
    let items = names(ask, &comments.iter().map(|comment| comment.item).collect())?;
    let named = |comment: Comment| {
        let (key, title) = items.get(&comment.item).cloned().unwrap_or_default();
        Mention { comment, key, title }
    };
    Ok(MentionPage { sequence: ask.sequence, mentions: comments.into_iter().map(named).collect(), next })
}

/// Reads at most `size` comments, as far as there is room for their texts but one at least; says if there are more.
fn read(
    ask: &Ask<'_>,
    sql: &str,
    params: impl Params,
    size: i64,
    room: &mut usize,
) -> StoreResult<(Vec<Comment>, bool)> {
    let mut statement = ask.connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if *room == 0 || i64::try_from(found.len()).unwrap_or(i64::MAX) >= size {
            return Ok((found, true));
        }
        let comment = comment_whole(row)?;
        *room = room.saturating_sub(comment.text.as_ref().map_or(0, String::len));
        found.push(comment);
    }
    Ok((found, false))
}

/// Empties deleted comments and takes out mentions of items the actor may not see.
fn veil<'a>(ask: &Ask<'_>, comments: impl Iterator<Item = &'a mut Comment>) -> StoreResult<()> {
    let comments: Vec<&mut Comment> = comments.collect();
    let mentioned: HashSet<ItemId> =
        comments.iter().flat_map(|c| c.mentioned_items.iter().copied()).collect();
    let visible = names(ask, &mentioned)?;
    for comment in comments {
        if comment.deleted_at.is_some() {
            comment.text = Some(String::new());
            comment.mentioned_users.clear();
            comment.mentioned_items.clear();
        }
        comment.mentioned_items.retain(|item| visible.contains_key(item));
    }
    Ok(())
}
