//! The tree an input describes, made to fit: no cycles, parents of no lower level than their children, not too deep.

use super::index::{Index, Up};
use super::report::{Origin, RefusedRecord, RemarkKind};
use super::session::Session;
use crate::limits::{CYCLE_PATH_MAX, ITEM_DEPTH_MAX};
use crate::rejection::RejectionCode;

/// Makes the parents in the index fit. `edge_line` says in which line a record's parent edge stands.
pub(super) fn settle(session: &mut Session<'_>, index: &mut Index, edge_line: &[i64]) {
    cut_cycles(session, index, edge_line);
    let order = parents_first(index);
    raise_parents(session, index, &order);
    limit_depth(session, index, &order);
}

fn parent_of(index: &Index, at: usize) -> Option<usize> {
    match index.node(at)?.parent? {
        Up::Node(parent) => Some(parent),
        Up::Outside(_) => None,
    }
}

fn set_parent(index: &mut Index, at: usize, parent: Option<Up>) {
    if let Some(node) = index.nodes.get_mut(at) {
        node.parent = parent;
    }
}

fn id_of(index: &Index, at: usize) -> String {
    index.node(at).map(|node| node.id.clone()).unwrap_or_default()
}

/// Where parents form a ring, the edge of its last line is left out.
fn cut_cycles(session: &mut Session<'_>, index: &mut Index, edge_line: &[i64]) {
    // 0 not seen, otherwise the walk that saw it.
    let mut seen = vec![0_usize; index.nodes.len()];
    for start in 0..index.nodes.len() {
        let walk = start + 1;
        let mut at = start;
        loop {
            match seen.get_mut(at) {
                Some(mark) if *mark == 0 => *mark = walk,
                Some(mark) if *mark == walk => {
                    cut(session, index, at, edge_line);
                    break;
                }
                _ => break,
            }
            match parent_of(index, at) {
                Some(parent) => at = parent,
                None => break,
            }
        }
    }
}

fn cut(session: &mut Session<'_>, index: &mut Index, start: usize, edge_line: &[i64]) {
    let line_of = |at: usize| edge_line.get(at).copied().unwrap_or(0);
    let mut ring = vec![start];
    let mut at = parent_of(index, start);
    while let Some(next) = at.filter(|next| *next != start) {
        ring.push(next);
        at = parent_of(index, next);
    }
    let Some(last) = ring.iter().copied().max_by_key(|at| line_of(*at)) else { return };
    let from = ring.iter().position(|at| *at == last).unwrap_or(0);
    ring.rotate_left(from);
    let path = ring.iter().take(CYCLE_PATH_MAX).map(|at| id_of(index, *at)).collect();
    let origin = Origin::new(Some(line_of(last)), id_of(index, last));
    let message = "it would close a cycle of parents";
    session.count_read("parents", 1);
    session.report.refuse(RefusedRecord {
        path,
        ..RefusedRecord::new("parents", origin, RejectionCode::Cycle.as_str(), message)
    });
    set_parent(index, last, None);
}

/// All records, each after its parent.
fn parents_first(index: &Index) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); index.nodes.len()];
    let mut order = Vec::with_capacity(index.nodes.len());
    for at in 0..index.nodes.len() {
        match parent_of(index, at).and_then(|parent| children.get_mut(parent)) {
            Some(list) => list.push(at),
            None => order.push(at),
        }
    }
    let mut next = 0;
    while let Some(at) = order.get(next).copied() {
        order.extend(children.get_mut(at).map(std::mem::take).unwrap_or_default());
        next += 1;
    }
    order
}

/// A parent of a lower level than its child gets the child's kind, and so on upwards.
fn raise_parents(session: &mut Session<'_>, index: &mut Index, order: &[usize]) {
    for at in order.iter().rev().copied() {
        let Some(parent) = parent_of(index, at) else { continue };
        let (kind, above) = (index.kind(at), index.kind(parent));
        if above.level() <= kind.level() {
            continue;
        }
        let child = id_of(index, at);
        if let Some(node) = index.nodes.get_mut(parent) {
            node.kind = kind;
            let origin = Origin::new(Some(node.line), node.id.clone());
            let message = format!("this {above} has a child of the kind {kind} and took that kind");
            session.remark(RemarkKind::ParentRaised, origin, Some(child), message);
        }
    }
}

/// What is deeper than the tree allows hangs on the deepest ancestor that may have children.
fn limit_depth(session: &mut Session<'_>, index: &mut Index, order: &[usize]) {
    let mut depth = vec![1_i64; index.nodes.len()];
    for at in order.iter().copied() {
        let Some(parent) = parent_of(index, at) else { continue };
        let above = depth.get(parent).copied().unwrap_or(1);
        let mut own = above + 1;
        if above >= ITEM_DEPTH_MAX {
            own = above;
            let ancestor = index.node(parent).and_then(|node| node.parent);
            set_parent(index, at, ancestor);
            let other = parent_of(index, at).map(|ancestor| id_of(index, ancestor));
            let origin = Origin::new(index.node(at).map(|node| node.line), id_of(index, at));
            let message = format!("it is deeper than {ITEM_DEPTH_MAX} levels and hangs on a higher ancestor");
            session.remark(RemarkKind::Reattached, origin, other, message);
        }
        if let Some(place) = depth.get_mut(at) {
            *place = own;
        }
    }
}
