//! The search that accepts or refuses one more edge, and mends the order if it accepts.
//!
//! See the module documentation of `graph` for the algorithm and where it comes from.

use std::collections::BinaryHeap;

use super::links::{Links, NONE, Node, Way};
use super::order::{Order, Visit};

/// Edges followed from one moment before it is the next heap's turn, by kind of heap. Turns count
/// edges, not moments, so a parent of 100,000 does not hold up the other side, which may be done
/// after three edges. Measured: short far turns go on from the first good edge instead of looking
/// at all edges of a moment; long near turns save heap operations.
const NEAR_TURN: u32 = 16;
const FAR_TURN: u32 = 4;

/// An edge between two moments, in the order in which they must happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) from: Node,
    pub(super) to: Node,
}

/// The moments of a path from the end of a refused edge to its begin.
pub(super) struct Loop(pub(super) Vec<Node>);

/// What a side still has to look at: nearest to its begin first, and farthest first. Each moment
/// stands in both heaps and is dropped when found to have no edge left to follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pick {
    Near,
    Far,
}

/// One of the two sides of a search. The way is a constant of the type, so that the compiler makes
/// two inner loops that need not ask for it at each edge.
struct Side<const FORWARD: bool> {
    /// What this side leaves on a moment, and what the other one does.
    stamp: u32,
    other: u32,
    /// The label beyond which no moment matters to this search.
    limit: u64,
    near: BinaryHeap<(u64, Node)>,
    far: BinaryHeap<(u64, Node)>,
    /// All moments reached, with their labels.
    seen: Vec<(u64, Node)>,
}

/// How a search ended that found no cycle.
enum End {
    /// Everything after the edge's end, up to its begin, is known.
    ForwardDone,
    /// Everything before the edge's begin, down to its end, is known.
    BackwardDone,
    /// The two sides have passed each other at this moment.
    Crossed(Node),
}

/// The memory of searches, kept from one to the next: a search must not cost O(items) to set up.
pub(super) struct Search {
    stamp: u32,
    forward: Side<true>,
    backward: Side<false>,
    moved: Vec<Node>,
    /// How many searches there were.
    pub(super) count: u64,
}

impl<const FORWARD: bool> Side<FORWARD> {
    const WAY: Way = if FORWARD { Way::Forward } else { Way::Backward };

    const fn new() -> Self {
        Self {
            stamp: 0,
            other: 0,
            limit: 0,
            near: BinaryHeap::new(),
            far: BinaryHeap::new(),
            seen: Vec::new(),
        }
    }

    fn reset(&mut self, stamp: u32, other: u32, limit: u64) {
        self.stamp = stamp;
        self.other = other;
        self.limit = limit;
        self.near.clear();
        self.far.clear();
        self.seen.clear();
    }

    const fn is_beyond(&self, label: u64) -> bool {
        match Self::WAY {
            Way::Forward => label > self.limit,
            Way::Backward => label < self.limit,
        }
    }

    fn push(&mut self, label: u64, node: Node) {
        // Both heaps give out their greatest key first; the forward side begins at low labels.
        let (near, far) = match Self::WAY {
            Way::Forward => (!label, label),
            Way::Backward => (label, !label),
        };
        self.near.push((near, node));
        self.far.push((far, node));
    }

    /// The moment a heap would follow an edge from, after dropping those that have none left.
    fn next(&mut self, links: &Links, order: &Order, pick: Pick) -> Option<Node> {
        let heap = match pick {
            Pick::Near => &mut self.near,
            Pick::Far => &mut self.far,
        };
        while let Some(&(_, node)) = heap.peek() {
            if links.neighbour(Self::WAY, node, order.visit(node).cursor).is_some() {
                return Some(node);
            }
            heap.pop();
        }
        None
    }

    /// Follows a few edges from `base`; `Err` if that has met the other side.
    ///
    /// A moment with only one way on is followed at once: a stretch of these (in a chain, or from
    /// the start to the finish of an item without children) costs no heap operations.
    fn turn(&mut self, links: &Links, order: &mut Order, base: Node, edges: u32) -> Result<(), Loop> {
        let mut node = base;
        for left in (0..edges).rev() {
            let visit = order.visit_mut(node);
            let Some(next) = links.neighbour(Self::WAY, node, visit.cursor) else {
                if node == base {
                    break;
                }
                node = base;
                continue;
            };
            visit.cursor += 1;
            let label = order.label(next);
            if self.is_beyond(label) {
                continue;
            }
            let visit = order.visit_mut(next);
            if visit.stamp == self.other {
                return Err(met(order, Self::WAY, node, next));
            }
            if visit.stamp == self.stamp {
                continue;
            }
            *visit = Visit { stamp: self.stamp, from: node, cursor: 0 };
            self.seen.push((label, next));
            if left > 0 && links.neighbour(Self::WAY, next, 1).is_none() {
                node = next;
            } else {
                self.push(label, next);
            }
        }
        Ok(())
    }
}

/// The path on which the two sides have met: one of them went from `node` to `next`.
fn met(order: &Order, way: Way, node: Node, next: Node) -> Loop {
    let (last, first) = match way {
        Way::Forward => (node, next),
        Way::Backward => (next, node),
    };
    let back = |&node: &Node| {
        let from = order.visit(node).from;
        (from != NONE).then_some(from)
    };
    let mut nodes: Vec<Node> = std::iter::successors(Some(last), back).collect();
    nodes.reverse();
    nodes.extend(std::iter::successors(Some(first), back));
    Loop(nodes)
}

impl Search {
    pub(super) const fn new() -> Self {
        Self { stamp: 0, forward: Side::new(), backward: Side::new(), moved: Vec::new(), count: 0 }
    }

    /// Brings `order` in line with one more edge, or tells the cycle it would close, in which case
    /// the order is as it was.
    pub(super) fn fit(&mut self, links: &Links, order: &mut Order, edge: Edge) -> Result<(), Loop> {
        if order.is_before(edge.from, edge.to) {
            return Ok(());
        }
        let end = self.run(links, order, edge)?;
        self.reorder(order, edge, end);
        Ok(())
    }

    /// Would one more edge close a cycle? No moment is moved.
    pub(super) fn probe(&mut self, links: &Links, order: &mut Order, edge: Edge) -> Result<(), Loop> {
        if order.is_before(edge.from, edge.to) {
            return Ok(());
        }
        self.run(links, order, edge).map(drop)
    }

    fn run(&mut self, links: &Links, order: &mut Order, edge: Edge) -> Result<End, Loop> {
        if edge.from == edge.to {
            return Err(Loop(vec![edge.from]));
        }
        self.prepare(order, edge);
        let Self { forward, backward, .. } = self;
        loop {
            let Some(low) = forward.next(links, order, Pick::Near) else { return Ok(End::ForwardDone) };
            let Some(high) = backward.next(links, order, Pick::Near) else { return Ok(End::BackwardDone) };
            if order.is_before(high, low) {
                return Ok(End::Crossed(low));
            }
            forward.turn(links, order, low, NEAR_TURN)?;
            backward.turn(links, order, high, NEAR_TURN)?;
            if let Some(node) = forward.next(links, order, Pick::Far) {
                forward.turn(links, order, node, FAR_TURN)?;
            }
            if let Some(node) = backward.next(links, order, Pick::Far) {
                backward.turn(links, order, node, FAR_TURN)?;
            }
        }
    }

    /// Puts the two ends of the edge into the heaps of a new search.
    fn prepare(&mut self, order: &mut Order, edge: Edge) {
        if self.stamp > u32::MAX - 2 {
            order.forget_visits();
            self.stamp = 0;
        }
        self.stamp += 2;
        self.count += 1;
        let (odd, even) = (self.stamp - 1, self.stamp);
        let (low, high) = (order.label(edge.to), order.label(edge.from));
        self.forward.reset(odd, even, high);
        self.backward.reset(even, odd, low);
        *order.visit_mut(edge.to) = Visit { stamp: odd, from: NONE, cursor: 0 };
        *order.visit_mut(edge.from) = Visit { stamp: even, from: NONE, cursor: 0 };
        self.forward.seen.push((low, edge.to));
        self.forward.push(low, edge.to);
        self.backward.seen.push((high, edge.from));
        self.backward.push(high, edge.from);
    }

    /// Moves what the search has seen so that the order fits the edge. Nothing else moves.
    fn reorder(&mut self, order: &mut Order, edge: Edge, end: End) {
        let Self { forward, backward, moved, .. } = self;
        moved.clear();
        let mut take = |seen: &mut Vec<(u64, Node)>, keep: &dyn Fn(u64) -> bool| {
            seen.retain(|&(label, _)| keep(label));
            seen.sort_unstable();
            moved.extend(seen.iter().map(|&(_, node)| node));
        };
        match end {
            End::ForwardDone => {
                take(&mut forward.seen, &|_| true);
                order.move_after(edge.from, moved);
            }
            End::BackwardDone => {
                take(&mut backward.seen, &|_| true);
                order.move_before(edge.to, moved);
            }
            End::Crossed(node) => {
                let here = order.label(node);
                take(&mut backward.seen, &|label| label > here);
                take(&mut forward.seen, &|label| label < here);
                order.move_before(node, moved);
            }
        }
    }
}
