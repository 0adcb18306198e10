//! The edges of a beads import: what they connect, what they become.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::ImportError;
use super::beads::{BLOCKS, Edge, PARENT_CHILD};
use super::existing;
use super::facts::EdgeFacts;
use super::index::{Index, Up};
use super::report::{Origin, RemarkKind};
use super::session::Session;
use crate::model::{DependencyKind, ItemId};

/// The same edge of several lines is one.
#[derive(Default)]
pub(super) struct Seen {
    hasher: RandomState,
    edges: HashSet<u64>,
}

impl Seen {
    pub(super) fn is_new(&mut self, issue: &str, edge: &Edge) -> bool {
        self.edges.insert(self.hasher.hash_one((issue, &edge.target, &edge.kind)))
    }
}

pub(super) fn edge_origin(line: i64, issue: &str, edge: &Edge) -> Origin {
    Origin::new(Some(line), format!("{issue} -> {} ({})", edge.target, edge.kind))
}

/// The other end of an edge.
pub(super) enum End {
    Node(usize),
    Outside(ItemId),
    Missing(&'static str),
}

pub(super) fn end_of(
    session: &Session<'_>,
    index: &Index,
    at: usize,
    target: &str,
) -> Result<End, ImportError> {
    let deleted = |at: usize| index.node(at).is_some_and(|node| node.deleted);
    if let Some(end) = index.find(target) {
        return Ok(if deleted(end) && !deleted(at) {
            End::Missing("the other end is deleted")
        } else {
            End::Node(end)
        });
    }
    let source = session.options.source();
    let outside = session.read(|c| existing::live_item_id(c, source, target))?;
    Ok(outside.map_or(End::Missing("the other end is not in the input"), End::Outside))
}

/// What an edge becomes: a dependency, a note, or nothing, counted and told.
pub(super) fn edge_facts(
    session: &mut Session<'_>,
    index: &Index,
    (at, line, issue): (usize, i64, &str),
    edge: &Edge,
    first_parent: Option<Up>,
    is_new: bool,
) -> Result<Option<EdgeFacts>, ImportError> {
    let is_parent = edge.kind == PARENT_CHILD;
    let origin = edge_origin(line, issue, edge);
    if !is_new {
        if !is_parent {
            session.count_read("dependencies", 1);
            session.count_repeated("dependencies");
        }
        return Ok(None);
    }
    let end = end_of(session, index, at, &edge.target)?;
    if is_parent {
        let up = match &end {
            End::Node(up) => Some(Up::Node(*up)),
            End::Outside(item) => Some(Up::Outside(*item)),
            End::Missing(_) => None,
        };
        if up.is_none() || up == first_parent {
            return Ok(None);
        }
        let message = "it has a parent already: kept as relates_to";
        session.remark(RemarkKind::SecondParent, origin.clone(), Some(edge.target.clone()), message);
    }
    session.count_read("dependencies", 1);
    let blocker = match end {
        End::Node(end) => index.item(end),
        End::Outside(item) => Some(item),
        End::Missing(message) => {
            session.refuse_with("dependencies", origin, "not_found", message);
            return Ok(None);
        }
    };
    let deleted = index.node(at).is_some_and(|node| node.deleted);
    let (Some(from), Some(to), false) = (blocker, index.item(at), deleted) else {
        session.refuse_with("dependencies", origin, "not_found", "one of its ends was refused or is deleted");
        return Ok(None);
    };
    let kind = if edge.kind == BLOCKS { DependencyKind::Blocks } else { DependencyKind::RelatesTo };
    Ok(Some(EdgeFacts { origin, kind, from, to, made: edge.made.clone() }))
}
