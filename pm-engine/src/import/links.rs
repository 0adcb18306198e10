//! The passes over what connects: parents, dependencies, comments.

use std::collections::BTreeMap;

use super::ImportError;
use super::existing;
use super::facts::{CommentFacts, EdgeFacts, ParentFacts, Stamp};
use super::index::Index;
use super::pipe::{Answer, Pipe};
use super::report::Origin;
use super::session::Session;
use crate::command::{Change, ItemMove, NewComment, ParentChange, Part};
use crate::model::{Comment, ExternalRef, ItemId};
use crate::rejection::RejectionCode;

/// What was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Create,
    Change,
}

/// Commands about one table, counted by record.
pub(super) struct LinkPipe {
    pipe: Pipe<(Origin, Asked, i64)>,
    table: &'static str,
}

impl LinkPipe {
    pub(super) fn new(table: &'static str) -> Self {
        Self { pipe: Pipe::new(), table }
    }

    fn send(
        &mut self,
        session: &mut Session<'_>,
        parts: Vec<Part>,
        bytes: usize,
        tag: (Origin, Asked, i64),
    ) -> Result<(), ImportError> {
        let command = session.command(parts);
        let answers = self.pipe.send(session.tenant, command, bytes, tag)?;
        self.settle(session, answers);
        Ok(())
    }

    /// Waits for all that is in flight.
    pub(super) fn drain(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let answers = self.pipe.drain(session.tenant)?;
        self.settle(session, answers);
        Ok(())
    }

    fn settle(&self, session: &mut Session<'_>, answers: Vec<Answer<(Origin, Asked, i64)>>) {
        for ((origin, asked, records), answer) in answers {
            let outcome = match answer {
                Ok(outcome) => outcome,
                Err(rejection) if rejection.code == RejectionCode::AlreadyExists && records == 1 => {
                    // A pair or comment that an earlier record of this input made.
                    session.count_repeated(self.table);
                    continue;
                }
                Err(rejection) => {
                    (0..records).for_each(|_| session.refuse(self.table, origin.clone(), &rejection));
                    continue;
                }
            };
            session.note(&outcome);
            for _ in 0..records {
                match asked {
                    _ if outcome.first_sequence.is_none() => session.count_unchanged(self.table),
                    Asked::Create => session.count_created(self.table),
                    Asked::Change => session.count_changed(self.table),
                }
            }
        }
    }

    /// Hangs items under their parents. One whose source knows no parent is taken from a parent of that source, but
    /// stays under one that was given to it here.
    pub(super) fn parents(
        &mut self,
        session: &mut Session<'_>,
        index: &mut Index,
        chunk: &[ParentFacts],
    ) -> Result<(), ImportError> {
        let source = session.options.source().to_owned();
        let found = session.read(|c| {
            let items = chunk.iter().map(|facts| index.item(facts.node));
            items
                .map(|item| item.map_or(Ok(None), |item| existing::parent(c, item)))
                .collect::<Result<Vec<_>, _>>()
        })?;
        for (facts, found) in chunk.iter().zip(found) {
            let (Some(item), Some((old, old_source))) = (index.item(facts.node), found) else {
                if facts.parent.is_some() {
                    session.count_read(self.table, 1);
                    let message = "its item was refused or is deleted";
                    session.refuse_with(self.table, facts.origin.clone(), "not_found", message);
                }
                continue;
            };
            let parent = match (facts.parent, old) {
                (None, Some(_)) if old_source.as_deref() == Some(&source) => ParentChange::Clear,
                (None, _) => continue,
                (Some(parent), Some(old)) if parent == old => {
                    session.count_read(self.table, 1);
                    session.count_unchanged(self.table);
                    continue;
                }
                (Some(parent), _) => ParentChange::Set(parent.into()),
            };
            session.count_read(self.table, 1);
            index.changed(facts.node);
            let asked = if old.is_some() { Asked::Change } else { Asked::Create };
            let moved = ItemMove { parent: Some(parent), ..ItemMove::new(item) };
            let part = facts.made.part(Change::MoveItem(moved));
            self.send(session, vec![part], 256, (facts.origin.clone(), asked, 1))?;
        }
        Ok(())
    }

    /// Adds dependencies in their order; what would close a cycle is refused by the engine and told with its path.
    pub(super) fn dependencies(
        &mut self,
        session: &mut Session<'_>,
        chunk: &[EdgeFacts],
    ) -> Result<(), ImportError> {
        let found = session.read(|c| {
            let edges = chunk.iter();
            edges.map(|e| existing::has_dependency(c, e.kind, e.from, e.to)).collect::<Result<Vec<_>, _>>()
        })?;
        for (edge, found) in chunk.iter().zip(found) {
            if found {
                session.count_unchanged(self.table);
                continue;
            }
            let (from, to) = (edge.from.into(), edge.to.into());
            let part = edge.made.part(Change::AddDependency { id: None, kind: edge.kind, from, to });
            self.send(session, vec![part], 256, (edge.origin.clone(), Asked::Create, 1))?;
        }
        Ok(())
    }

    /// Adds comments and edits those whose text differs.
    pub(super) fn comments(
        &mut self,
        session: &mut Session<'_>,
        index: &Index,
        chunk: Vec<CommentFacts>,
    ) -> Result<(), ImportError> {
        let source = session.options.source().to_owned();
        let found = session.read(|c| {
            let ids = chunk.iter().map(|facts| facts.origin.id.as_deref().unwrap_or_default());
            ids.map(|id| existing::comment(c, &source, id)).collect::<Result<Vec<_>, _>>()
        })?;
        let mut buried: BTreeMap<ItemId, Vec<CommentFacts>> = BTreeMap::new();
        for (facts, old) in chunk.into_iter().zip(found) {
            let Some(item) = index.item(facts.node) else {
                session.refuse_with(self.table, facts.origin, "not_found", "its item was refused");
                continue;
            };
            match old {
                Some(old) if old.text.as_deref() == Some(&facts.text) || old.deleted_at.is_some() => {
                    session.count_unchanged(self.table);
                }
                Some(_) if index.node(facts.node).is_some_and(|node| node.was_deleted) => {
                    session.count_unchanged(self.table);
                }
                Some(old) => {
                    let (part, bytes) = (edit(&old, &facts), 512 + facts.text.len());
                    self.send(session, vec![part], bytes, (facts.origin, Asked::Change, 1))?;
                }
                None if index.node(facts.node).is_some_and(|node| node.was_deleted) => {
                    buried.entry(item).or_default().push(facts);
                }
                None => {
                    let (part, bytes) = (add(item, &facts, &source), 512 + facts.text.len());
                    self.send(session, vec![part], bytes, (facts.origin, Asked::Create, 1))?;
                }
            }
        }
        for (item, list) in buried {
            self.bury(session, item, list)?;
        }
        Ok(())
    }

    /// Comments that came after their item was deleted: it comes back for as long as they need.
    fn bury(
        &mut self,
        session: &mut Session<'_>,
        item: ItemId,
        list: Vec<CommentFacts>,
    ) -> Result<(), ImportError> {
        let source = session.options.source().to_owned();
        let Some(old) = session.read(|c| existing::item_by_id(c, item))? else { return Ok(()) };
        let stamp = Stamp { at: old.deleted_at, by: None };
        for facts in list {
            let parts = vec![
                stamp.part(Change::RestoreItem { item: item.into() }),
                add(item, &facts, &source),
                stamp.part(Change::DeleteItem { item: item.into(), cascade: false }),
            ];
            self.send(session, parts, 512 + facts.text.len(), (facts.origin, Asked::Create, 1))?;
        }
        Ok(())
    }
}

fn add(item: ItemId, facts: &CommentFacts, source: &str) -> Part {
    let id = facts.origin.id.clone().unwrap_or_default();
    let external = Some(ExternalRef { source: source.to_owned(), id });
    facts
        .written
        .part(Change::AddComment(NewComment { external, ..NewComment::new(item, facts.text.clone()) }))
}

/// An edit in the author's name; when he made it is not known.
fn edit(old: &Comment, facts: &CommentFacts) -> Part {
    let stamp = Stamp { at: None, by: Some(old.author.clone()) };
    stamp.part(Change::EditComment { comment: old.id.into(), text: facts.text.clone() })
}
