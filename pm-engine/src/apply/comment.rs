//! Comments and what they mention.

use rusqlite::params;

use crate::error::{StoreError, StoreResult};
use crate::event::Event;
use crate::model::{Action, Comment, CommentId};
use crate::store::rows;
use crate::store::statements::Statements;

pub(super) fn write(statements: &dyn Statements, event: &Event, comment: &Comment) -> StoreResult<()> {
    let users = json(&comment.mentioned_users)?;
    let items = json(&comment.mentioned_items)?;
    let (source, external_id) = match &comment.external {
        Some(external) => (Some(&external.source), Some(&external.id)),
        None => (None, None),
    };
    let sql = "INSERT INTO comments (id, project_id, item_id, reply_to, depth, author, mentioned_users, \
               mentioned_items, external_source, external_id, created_at, edited_at, deleted_at, version, text) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, coalesce(?15, '')) \
               ON CONFLICT (id) DO UPDATE SET mentioned_users = ?7, mentioned_items = ?8, edited_at = ?12, \
               deleted_at = ?13, version = ?14, text = coalesce(?15, text)";
    rows::run(
        statements,
        sql,
        params![
            comment.id,
            comment.project,
            comment.item,
            comment.reply_to,
            comment.depth,
            comment.author,
            users,
            items,
            source,
            external_id,
            comment.created_at,
            comment.edited_at,
            comment.deleted_at,
            comment.version,
            comment.text,
        ],
    )?;
    if comment.text.is_some() {
        write_mentions(statements, event, comment)?;
    }
    Ok(())
}

fn json<T: serde::Serialize>(list: &[T]) -> StoreResult<String> {
    serde_json::to_string(list).map_err(|e| StoreError::bug(format!("a list has no text form: {e}")))
}

fn write_mentions(statements: &dyn Statements, event: &Event, comment: &Comment) -> StoreResult<()> {
    if event.action != Action::Created {
        rows::run(statements, "DELETE FROM comment_mentions WHERE comment_id = ?1", [comment.id])?;
    }
    for user in &comment.mentioned_users {
        insert_mention(statements, comment.id, "user", user.as_str())?;
    }
    for item in &comment.mentioned_items {
        insert_mention(statements, comment.id, "work_item", &item.to_string())?;
    }
    Ok(())
}

fn insert_mention(
    statements: &dyn Statements,
    comment: CommentId,
    kind: &str,
    target: &str,
) -> StoreResult<()> {
    let sql = "INSERT OR IGNORE INTO comment_mentions (comment_id, kind, target_id) VALUES (?1, ?2, ?3)";
    rows::run(statements, sql, params![comment, kind, target])?;
    Ok(())
}
