//! What is kept of every record in memory: who it is, what became of it, where it hangs in the tree.

use std::collections::HashMap;

use super::session::Session;
use crate::model::{ItemId, ItemKind};

/// What became of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Unchanged,
    Created,
    Changed,
    Refused,
}

/// The parent of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Up {
    /// Another record of the input.
    Node(usize),
    /// An item of an earlier import.
    Outside(ItemId),
}

/// One record.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: String,
    /// Its last line; earlier ones are repeats.
    pub(super) line: i64,
    pub(super) kind: ItemKind,
    pub(super) parent: Option<Up>,
    /// The source says it is deleted.
    pub(super) deleted: bool,
    /// It was deleted here before this import and stays so.
    pub(super) was_deleted: bool,
    /// The item here, once there is one.
    pub(super) item: Option<ItemId>,
    pub(super) fate: Fate,
}

/// All records of an input, by their id there.
#[derive(Default)]
pub(super) struct Index {
    by_id: HashMap<String, usize>,
    pub(super) nodes: Vec<Node>,
}

impl Index {
    /// Notes a record. The last one of an id counts; answers whether there was one before.
    pub(super) fn note(&mut self, id: &str, line: i64, kind: ItemKind, deleted: bool) -> bool {
        if let Some(node) = self.find(id).and_then(|at| self.nodes.get_mut(at)) {
            node.line = line;
            node.kind = kind;
            node.deleted = deleted;
            return true;
        }
        self.by_id.insert(id.to_owned(), self.nodes.len());
        self.nodes.push(Node {
            id: id.to_owned(),
            line,
            kind,
            parent: None,
            deleted,
            was_deleted: false,
            item: None,
            fate: Fate::Unchanged,
        });
        false
    }

    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(super) fn len(&self) -> i64 {
        i64::try_from(self.nodes.len()).unwrap_or(i64::MAX)
    }

    pub(super) fn node(&self, at: usize) -> Option<&Node> {
        self.nodes.get(at)
    }

    pub(super) fn kind(&self, at: usize) -> ItemKind {
        self.nodes.get(at).map_or(ItemKind::Task, |node| node.kind)
    }

    pub(super) fn item(&self, at: usize) -> Option<ItemId> {
        self.nodes.get(at).and_then(|node| node.item)
    }

    /// Something about the record was changed.
    pub(super) fn changed(&mut self, at: usize) {
        if let Some(node) = self.nodes.get_mut(at)
            && node.fate == Fate::Unchanged
        {
            node.fate = Fate::Changed;
        }
    }

    /// The record was not taken, or not whole; answers whether that is new.
    pub(super) fn refused(&mut self, at: usize) -> bool {
        let Some(node) = self.nodes.get_mut(at) else { return false };
        std::mem::replace(&mut node.fate, Fate::Refused) != Fate::Refused
    }

    /// Counts what became of the records.
    pub(super) fn tally(&self, session: &mut Session<'_>, table: &str) {
        for node in &self.nodes {
            match node.fate {
                Fate::Created => session.count_created(table),
                Fate::Changed => session.count_changed(table),
                Fate::Unchanged => session.count_unchanged(table),
                // Counted with its refusal.
                Fate::Refused => {}
            }
        }
    }
}
