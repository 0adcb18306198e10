//! Comments.

use rusqlite::params;

use super::context::{Decision, Draft, already_exists, choose_id, wrong_state};
use super::find::{Archived, Need, Place, check_archived, check_need};
use crate::command::NewComment;
use crate::error::Stop;
use crate::limits;
use crate::mentions::parse_mentions;
use crate::model::{Action, Comment, CommentRef, Entity, ExternalRef, ItemId, ProjectId, UserId};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows;

pub(super) fn add(ctx: &mut Decision<'_>, new: &NewComment) -> Result<PartResult, Stop> {
    let (item, _) = ctx.item(&new.item, "item", Need::View, Archived::Refused)?;
    let answered = match &new.reply_to {
        None => None,
        Some(reference) => Some(answered(ctx, reference, item.id)?),
    };
    let id = choose_id!(ctx, new.id, Comments, CommentId);
    check_external_free(ctx, new.external.as_ref())?;
    let mentions = mentions_of(ctx, &new.text)?;
    let comment = Comment {
        id,
        project: item.project,
        item: item.id,
        reply_to: answered.as_ref().map(|answered| answered.id),
        depth: answered.map_or(1, |answered| answered.depth + 1),
        author: ctx.who(),
        text: Some(new.text.clone()),
        mentioned_users: mentions.users,
        mentioned_items: mentions.items,
        external: new.external.clone(),
        created_at: ctx.when(),
        edited_at: None,
        deleted_at: None,
        version: ctx.first_version(),
    };
    ctx.emit_one(Draft::new(Action::Created, Entity::Comment(comment), Vec::new()), None)
}

/// The comment answered: live, on the same item, not too deep.
fn answered(ctx: &Decision<'_>, reference: &CommentRef, item: ItemId) -> Result<Comment, Stop> {
    let (comment, _) = ctx.any_comment(reference, "reply_to")?;
    if comment.item != item {
        return Err(Rejection::invalid("reply_to", "the comment answered is on another item").into());
    }
    if comment.deleted_at.is_some() {
        return Err(Rejection::not_found("reply_to").into());
    }
    if comment.depth >= limits::COMMENT_DEPTH_MAX {
        return Err(Rejection::beyond(
            RejectionCode::TooLarge,
            "reply_to",
            limits::COMMENT_DEPTH_MAX,
            "the thread is too deep: answer a comment further up",
        )
        .into());
    }
    Ok(comment)
}

pub(super) fn check_external_free(ctx: &Decision<'_>, external: Option<&ExternalRef>) -> Result<(), Stop> {
    let Some(external) = external else { return Ok(()) };
    let sql = "SELECT 1 FROM comments WHERE external_source = ?1 AND external_id = ?2";
    if rows::one(ctx.statements, sql, [&external.source, &external.id], |_| Ok(()))?.is_some() {
        return Err(already_exists("external", "another comment has this external reference").into());
    }
    Ok(())
}

struct Found {
    users: Vec<UserId>,
    items: Vec<ItemId>,
}

/// What a text mentions; of items only those its author may see.
fn mentions_of(ctx: &Decision<'_>, text: &str) -> Result<Found, Stop> {
    let parsed = parse_mentions(text);
    let users = parsed.users.into_iter().filter_map(|user| UserId::new(user).ok()).collect();
    let mut items = Vec::new();
    for (key, number) in parsed.items {
        let sql = "SELECT i.id, i.project_id FROM work_items i JOIN projects p ON p.id = i.project_id \
                   WHERE p.key = ?1 AND p.deleted_at IS NULL AND i.number = ?2 AND i.deleted_at IS NULL";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, ItemId>(0)?, row.get::<_, ProjectId>(1)?));
        if let Some((item, project)) = rows::one(ctx.statements, sql, params![key, number], read)?
            && ctx.place_of(project)?.is_some()
        {
            items.push(item);
        }
    }
    Ok(Found { users, items })
}

/// A live comment.
fn live(ctx: &Decision<'_>, reference: &CommentRef) -> Result<(Comment, Place), Stop> {
    let (comment, place) = ctx.any_comment(reference, "comment")?;
    if comment.deleted_at.is_some() {
        Err(Rejection::not_found("comment").into())
    } else {
        Ok((comment, place))
    }
}

/// The author may; where `or_admin`, an admin of the project too. The project takes changes.
fn check_author(
    ctx: &Decision<'_>,
    comment: &Comment,
    place: &Place,
    or_admin: bool,
) -> Result<(), Rejection> {
    let author =
        comment.author == ctx.stamp.actor.user || (ctx.origin.is_some() && comment.author == ctx.who());
    if !author && !or_admin {
        return Err(Rejection::new(RejectionCode::Forbidden, "only its author changes a comment"));
    }
    if !author {
        check_need(place, Need::Admin)?;
    }
    check_archived(place, Archived::Refused)
}

pub(super) fn edit(ctx: &mut Decision<'_>, reference: &CommentRef, text: &str) -> Result<PartResult, Stop> {
    let (old, place) = live(ctx, reference)?;
    check_author(ctx, &old, &place, false)?;
    let current = || Entity::Comment(old.clone());
    ctx.check_version(current, old.version)?;
    if old.text.as_deref() == Some(text) {
        return Ok(ctx.unchanged(&Entity::Comment(old), None));
    }
    let mentions = mentions_of(ctx, text)?;
    let new = Comment {
        text: Some(text.to_owned()),
        mentioned_users: mentions.users,
        mentioned_items: mentions.items,
        edited_at: Some(ctx.when()),
        version: ctx.next_version(old.version),
        ..old.clone()
    };
    let changes = old.changes_to(&new);
    ctx.emit_one(Draft::new(Action::Changed, Entity::Comment(new), changes), None)
}

pub(super) fn delete(ctx: &mut Decision<'_>, reference: &CommentRef) -> Result<PartResult, Stop> {
    let (old, place) = live(ctx, reference)?;
    check_author(ctx, &old, &place, true)?;
    ctx.check_version(|| Entity::Comment(old.clone()), old.version)?;
    let new =
        Comment { text: None, deleted_at: Some(ctx.when()), version: ctx.next_version(old.version), ..old };
    ctx.emit_one(Draft::new(Action::Deleted, Entity::Comment(new), Vec::new()), None)
}

pub(super) fn restore(ctx: &mut Decision<'_>, reference: &CommentRef) -> Result<PartResult, Stop> {
    let (old, place) = ctx.any_comment(reference, "comment")?;
    check_author(ctx, &old, &place, true)?;
    ctx.check_version(|| Entity::Comment(old.clone()), old.version)?;
    if old.deleted_at.is_none() {
        return Ok(ctx.unchanged(&Entity::Comment(old), None));
    }
    if is_purged(&old) {
        return Err(wrong_state("its text has been purged: there is nothing to restore").into());
    }
    let new = Comment { text: None, deleted_at: None, version: ctx.next_version(old.version), ..old };
    ctx.emit_one(Draft::new(Action::Restored, Entity::Comment(new), Vec::new()), None)
}

/// Only a purge leaves a comment without text.
fn is_purged(comment: &Comment) -> bool {
    comment.deleted_at.is_some() && comment.text.as_deref().is_none_or(str::is_empty)
}

/// Takes the text of a comment away for good; its place in the thread stays. In an archived project too, as for items:
/// what must go cannot wait until somebody unarchives it.
pub(super) fn purge(ctx: &mut Decision<'_>, reference: &CommentRef) -> Result<PartResult, Stop> {
    ctx.need_tenant_admin()?;
    let (old, _) = ctx.any_comment(reference, "comment")?;
    ctx.check_version(|| Entity::Comment(old.clone()), old.version)?;
    if is_purged(&old) {
        return Ok(ctx.unchanged(&Entity::Comment(old), None));
    }
    let new = Comment {
        text: Some(String::new()),
        mentioned_users: Vec::new(),
        mentioned_items: Vec::new(),
        deleted_at: Some(old.deleted_at.unwrap_or_else(|| ctx.when())),
        version: ctx.next_version(old.version),
        ..old
    };
    ctx.emit_one(Draft::new(Action::Purged, Entity::Comment(new), Vec::new()), None)
}
