//! Comments.

use std::rc::Rc;

use pm_engine::command::NewComment;
use pm_engine::limits;
use pm_engine::model::{Comment, CommentId, CommentRef, EntityKind, ItemId, ProjectRole, UserId};
use pm_engine::rejection::RejectionCode;

use super::items::trimmed;
use super::refs::Which;
use super::{Ctx, Made, Rules, Stage, Step, World, made, no};

/// The mentions of a text made by the generator, where every mention is a word of its own.
pub(crate) fn mentions(world: &World, ctx: &Ctx<'_>, text: &str) -> (Vec<UserId>, Vec<ItemId>) {
    let (mut users, mut items) = (Vec::new(), Vec::new());
    for word in text.split(' ') {
        if let Some(user) = word.strip_prefix("@[").and_then(|rest| rest.strip_suffix(']')) {
            users.extend(UserId::new(user));
        } else if let Some(user) = word.strip_prefix('@') {
            users.extend(UserId::new(user));
        } else if let Some(item) = world.item_by_key(word) {
            // "Items mentioned, as far as the author may see them."
            let live = world.items[&item].deleted_at.is_none();
            let seen = world.sees(ctx, world.items[&item].project, false).is_ok();
            items.extend((live && seen).then_some(item));
        }
    }
    users.sort();
    users.dedup();
    items.sort();
    items.dedup();
    (users, items)
}

impl World {
    pub(super) fn add_comment(&mut self, ctx: &mut Ctx<'_>, new: &NewComment) -> Step<Made> {
        let item = self.item(ctx, &new.item, Which::Live)?;
        let project = self.items[&item].project;
        let above = new.reply_to.as_ref().map(|name| self.comment(ctx, name, Which::Live)).transpose();
        let above = self.second(ctx, project, ProjectRole::Viewer, above)?;
        let above = above.map(|id| Rc::clone(&self.comments[&id]));
        self.gate(ctx, project, ProjectRole::Viewer)?;
        let mut rules = Rules::default();
        let taken = new.id.is_some_and(|id| self.comments.contains_key(&id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "id taken");
        let external = trimmed(new.external.as_ref());
        let taken = external.is_some() && self.comments.values().any(|c| c.external == external);
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "external taken");
        let elsewhere = above.as_ref().is_some_and(|above| above.item != item);
        rules.refuse_if(elsewhere, RejectionCode::Invalid, "answers a comment elsewhere");
        let depth = above.as_ref().map_or(1, |above| above.depth + 1);
        rules.refuse_if(depth > limits::COMMENT_DEPTH_MAX, RejectionCode::TooLarge, "thread too deep");
        rules.done()?;
        let id = CommentId::from_uuid(ctx.ids.take(EntityKind::Comment, new.id.map(|id| id.as_uuid())));
        let (mentioned_users, mentioned_items) = mentions(self, ctx, &new.text);
        let comment = Comment {
            id,
            project,
            item,
            reply_to: above.map(|above| above.id),
            depth,
            author: ctx.by(),
            text: Some(new.text.clone()),
            mentioned_users,
            mentioned_items,
            external,
            created_at: ctx.at(),
            edited_at: None,
            deleted_at: None,
            version: ctx.first_version(),
        };
        self.comments.insert(id, Rc::new(comment));
        made(EntityKind::Comment, id, true)
    }

    fn put_comment(&mut self, id: CommentId, edit: impl FnOnce(&mut Comment)) {
        let comment = Rc::make_mut(self.comments.get_mut(&id).unwrap());
        edit(comment);
        comment.version += 1;
    }

    /// "Author edits"
    pub(super) fn edit_comment(&mut self, ctx: &mut Ctx<'_>, comment: &CommentRef, text: &str) -> Step<Made> {
        let id = self.comment(ctx, comment, Which::Live)?;
        let old = Rc::clone(&self.comments[&id]);
        if old.author != ctx.actor.user {
            return no(Stage::Role, RejectionCode::Forbidden, "not the author");
        }
        self.open(old.project)?;
        ctx.version(old.version)?;
        if old.text.as_deref() == Some(text) {
            return made(EntityKind::Comment, id, false);
        }
        let (users, items) = mentions(self, ctx, text);
        let at = ctx.at();
        self.put_comment(id, |comment| {
            comment.text = Some(text.to_owned());
            comment.mentioned_users = users;
            comment.mentioned_items = items;
            comment.edited_at = Some(at);
        });
        made(EntityKind::Comment, id, true)
    }

    /// "author or project admin deletes"
    fn moderates(&self, ctx: &Ctx<'_>, id: CommentId) -> Step<()> {
        let comment = &self.comments[&id];
        if comment.author != ctx.actor.user {
            self.needs(ctx, comment.project, ProjectRole::Admin)?;
        }
        self.open(comment.project)?;
        ctx.version(comment.version)
    }

    pub(super) fn delete_comment(&mut self, ctx: &mut Ctx<'_>, comment: &CommentRef) -> Step<Made> {
        let id = self.comment(ctx, comment, Which::Live)?;
        self.moderates(ctx, id)?;
        let at = ctx.at();
        self.put_comment(id, |comment| comment.deleted_at = Some(at));
        made(EntityKind::Comment, id, true)
    }

    pub(super) fn restore_comment(&mut self, ctx: &mut Ctx<'_>, comment: &CommentRef) -> Step<Made> {
        let id = self.comment(ctx, comment, Which::Any)?;
        self.moderates(ctx, id)?;
        let changed = self.comments[&id].deleted_at.is_some();
        if changed && self.comments[&id].text.as_deref() == Some("") {
            return no(Stage::Rule, RejectionCode::WrongState, "purged");
        }
        if changed {
            self.put_comment(id, |comment| comment.deleted_at = None);
        }
        made(EntityKind::Comment, id, changed)
    }
}
