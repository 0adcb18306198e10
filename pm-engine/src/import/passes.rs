//! The passes over items: make and change them, finish them, delete them.

use super::existing;
use super::facts::{ItemFacts, Stamp};
use super::index::{Fate, Index};
use super::pipe::{Answer, Pipe};
use super::report::{ImportPhase, Origin, RemarkKind};
use super::session::Session;
use super::{ImportError, OnGone};
use crate::command::{Change, ItemMove, Part};
use crate::limits::{IMPORT_CHUNK_RECORDS, ITEM_DEPTH_MAX};
use crate::model::{ItemId, ItemRef, LaneId, ProjectId, WorkItem};
use crate::rejection::{Rejection, RejectionCode};

/// Table of the counts here.
pub(super) const ITEMS: &str = "work_items";

/// Commands about records, answered in the order they were sent.
pub(super) struct ItemPipe(Pipe<(usize, Origin, bool)>);

impl ItemPipe {
    pub(super) fn new() -> Self {
        Self(Pipe::new())
    }

    fn send(
        &mut self,
        session: &mut Session<'_>,
        index: &mut Index,
        parts: Vec<Part>,
        facts: &ItemFacts,
        creates: bool,
    ) -> Result<(), ImportError> {
        let command = session.command(parts);
        let tag = (facts.node, facts.origin.clone(), creates);
        let answers = self.0.send(session.tenant, command, facts.bytes(), tag)?;
        settle(session, index, answers);
        Ok(())
    }

    /// Waits for all that is in flight.
    pub(super) fn drain(&mut self, session: &mut Session<'_>, index: &mut Index) -> Result<(), ImportError> {
        let answers = self.0.drain(session.tenant)?;
        settle(session, index, answers);
        Ok(())
    }

    /// Makes the items that are not there and changes those that differ; lane and `extra` come last of all.
    pub(super) fn items(
        &mut self,
        session: &mut Session<'_>,
        index: &mut Index,
        project: ProjectId,
        chunk: &[ItemFacts],
    ) -> Result<(), ImportError> {
        let source = session.options.source().to_owned();
        let found = session.read(|c| {
            let ids = chunk.iter().map(|facts| facts.origin.id.as_deref().unwrap_or_default());
            ids.map(|id| existing::item(c, &source, id)).collect::<Result<Vec<_>, _>>()
        })?;
        for (facts, old) in chunk.iter().zip(found) {
            match old {
                None => {
                    let part = facts.create(index, project, &source);
                    self.send(session, index, vec![part], facts, true)?;
                }
                Some(old) => self.change(session, index, project, facts, &old)?,
            }
        }
        Ok(())
    }

    fn change(
        &mut self,
        session: &mut Session<'_>,
        index: &mut Index,
        project: ProjectId,
        facts: &ItemFacts,
        old: &WorkItem,
    ) -> Result<(), ImportError> {
        if old.project != project {
            let message =
                "an item with this external reference is in another project: import under another source";
            refuse(
                session,
                index,
                facts.node,
                facts.origin.clone(),
                &Rejection::new(RejectionCode::AlreadyExists, message),
            );
            return Ok(());
        }
        let gone = old.deleted_at.is_some();
        if let Some(node) = index.nodes.get_mut(facts.node) {
            node.item = Some(old.id);
            node.was_deleted = gone && facts.deleted.is_some();
        }
        if gone && facts.deleted.is_some() {
            return Ok(());
        }
        let mut parts = Vec::new();
        if gone {
            parts.push(facts.updated.part(Change::RestoreItem { item: old.id.into() }));
        }
        let changes = facts.changes(index, old);
        if !changes.is_empty() {
            parts.push(facts.updated.part(Change::UpdateItem { item: old.id.into(), changes }));
        }
        if parts.is_empty() { Ok(()) } else { self.send(session, index, parts, facts, false) }
    }

    /// Puts items into their lanes and gives them what else is dated last.
    pub(super) fn finish(
        &mut self,
        session: &mut Session<'_>,
        index: &mut Index,
        chunk: &[ItemFacts],
    ) -> Result<(), ImportError> {
        let source = session.options.source().to_owned();
        let found = session.read(|c| {
            let ids = chunk.iter().map(|facts| index.item(facts.node));
            ids.map(|id| id.map_or(Ok(None), |id| existing::item_by_id(c, id))).collect::<Result<Vec<_>, _>>()
        })?;
        for (facts, old) in chunk.iter().zip(found) {
            let Some(old) = old.filter(|old| old.deleted_at.is_none()) else { continue };
            let mut parts = Vec::new();
            if let Some(lane) = facts.lane {
                parts.extend(lane_parts(facts, &old, lane));
            }
            if let Some(extra) = facts.extra(old.extra.as_deref().unwrap_or_default(), &source) {
                let changes = vec![crate::command::ItemChange::Extra(extra)];
                parts.push(facts.updated.part(Change::UpdateItem { item: old.id.into(), changes }));
            }
            if !parts.is_empty() {
                self.send(session, index, parts, facts, false)?;
            }
        }
        Ok(())
    }
}

/// The way of an item into its lane.
fn lane_parts(facts: &ItemFacts, old: &WorkItem, lane: LaneId) -> Vec<Part> {
    let enter = facts.entered.part(Change::MoveItem(ItemMove::to_lane(old.id, lane)));
    let dated_otherwise =
        facts.completed_at.is_some_and(|there| old.completed_at.is_some_and(|h| h != there));
    if old.lane != lane {
        vec![enter]
    } else if dated_otherwise && facts.first_lane != lane {
        // Opened and completed again since: only a way through the open lane dates it anew.
        let open = ItemMove::to_lane(old.id, facts.first_lane);
        vec![facts.updated.part(Change::MoveItem(open)), enter]
    } else {
        Vec::new()
    }
}

fn settle(session: &mut Session<'_>, index: &mut Index, answers: Vec<Answer<(usize, Origin, bool)>>) {
    for ((node, origin, creates), answer) in answers {
        match answer {
            Err(rejection) => refuse(session, index, node, origin, &rejection),
            Ok(outcome) => {
                session.note(&outcome);
                let id = outcome.results.first().and_then(|result| result.id.parse().ok());
                match index.nodes.get_mut(node) {
                    Some(node) if creates => {
                        node.item = id;
                        node.fate = Fate::Created;
                    }
                    _ if outcome.first_sequence.is_some() => index.changed(node),
                    _ => {}
                }
            }
        }
    }
}

/// A record is refused once, for the first reason.
pub(super) fn refuse(
    session: &mut Session<'_>,
    index: &mut Index,
    node: usize,
    origin: Origin,
    rejection: &Rejection,
) {
    let made = index.node(node).is_some_and(|node| node.fate == Fate::Created);
    if made {
        // It is there, only not whole: the refusal is told, the record stays counted as made.
        let message = format!("{}: {}", rejection.code, rejection.message);
        session.remark(RemarkKind::FieldDropped, origin, None, message);
    } else if index.refused(node) {
        session.refuse(ITEMS, origin, rejection);
    }
}

/// An item to be deleted.
pub(super) struct Doomed {
    pub(super) item: ItemId,
    pub(super) origin: Origin,
    pub(super) stamp: Stamp,
    /// Its place in the index; `None` for one that has gone.
    pub(super) node: Option<usize>,
}

/// Deletes items, children before parents; answers those that were kept, since something under them stays.
pub(super) fn delete(
    session: &mut Session<'_>,
    index: &mut Index,
    mut doomed: Vec<Doomed>,
) -> Result<(), ImportError> {
    for round in 0..=ITEM_DEPTH_MAX {
        let mut pipe = Pipe::new();
        let mut answers = Vec::new();
        let before = doomed.len();
        for one in doomed {
            let item: ItemRef = one.item.into();
            let command = session.command(vec![one.stamp.part(Change::DeleteItem { item, cascade: false })]);
            answers.extend(pipe.send(session.tenant, command, 256, one)?);
        }
        answers.extend(pipe.drain(session.tenant)?);
        doomed = Vec::new();
        for (one, answer) in answers {
            match answer {
                Ok(outcome) => {
                    session.note(&outcome);
                    one.node.into_iter().for_each(|node| index.changed(node));
                }
                Err(rejection) if rejection.code == RejectionCode::HasChildren && round < ITEM_DEPTH_MAX => {
                    doomed.push(one);
                }
                Err(rejection) => keep(session, index, one, &rejection),
            }
        }
        if doomed.len() == before {
            let children = Rejection::new(RejectionCode::HasChildren, "it has live children and stays");
            for one in std::mem::take(&mut doomed) {
                keep(session, index, one, &children);
            }
        }
        if doomed.is_empty() {
            break;
        }
    }
    Ok(())
}

fn keep(session: &mut Session<'_>, index: &mut Index, one: Doomed, rejection: &Rejection) {
    match one.node {
        Some(node) => refuse(session, index, node, one.origin, rejection),
        None => {
            let message = format!("gone, but kept: {}", rejection.message);
            session.remark(RemarkKind::Gone, one.origin, None, message);
        }
    }
}

/// Items of the source and project that the input no longer has: named, or deleted, as the caller asked.
pub(super) fn gone(
    session: &mut Session<'_>,
    index: &mut Index,
    project: ProjectId,
) -> Result<(), ImportError> {
    if session.options.on_gone == OnGone::Ignore || session.report.cancelled {
        return Ok(());
    }
    let source = session.options.source().to_owned();
    let mut after = String::new();
    let mut doomed = Vec::new();
    loop {
        let page = session.read(|c| existing::items_of(c, project, &source, &after, IMPORT_CHUNK_RECORDS))?;
        let Some((_, last)) = page.last() else { break };
        after.clone_from(last);
        for (item, id) in page {
            if index.find(&id).is_some() {
                continue;
            }
            let origin = Origin::new(None, id);
            if session.options.on_gone == OnGone::Report {
                session.remark(RemarkKind::Gone, origin, None, "the input no longer has it");
            } else {
                session.remark(RemarkKind::Gone, origin.clone(), None, "the input no longer has it: deleted");
                doomed.push(Doomed { item, origin, stamp: Stamp::default(), node: None });
            }
        }
    }
    if !session.tick(ImportPhase::Deletions, 0, None) {
        return Ok(());
    }
    delete(session, index, doomed)
}
