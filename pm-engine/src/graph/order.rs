//! A list of all moments in a topological order, which can be asked "which comes first?" in O(1).
//!
//! The list is a doubly linked one and each moment bears a label; labels grow along the list and
//! leave gaps. A moment is moved by re-linking it and giving it a label from the gap at its new
//! place: what lies between the old place and the new one is not touched. Where a gap is used up,
//! the smallest sparse enough neighbourhood is spread out anew, which keeps the cost of a move at
//! O(log n) amortised (Bender, Cole, Demaine, Farach-Colton, Zito, "Two simplified algorithms for
//! maintaining order in a list", 2002).

use super::links::{NONE, Node};

/// Labels are below `1 << LABEL_BITS`.
const LABEL_BITS: u32 = 62;
const SPAN: u64 = 1 << LABEL_BITS;
/// Distance of labels in a fresh list and at its two ends.
const WIDE: u64 = 1 << 36;
/// Distance of labels of moments put between two others. Much smaller than a fresh gap, so that a
/// thousand children put before the end of their parent use the gap up a step at a time instead
/// of halving it each time.
const NARROW: u64 = 1 << 20;
/// A neighbourhood of `1 << b` labels is sparse enough with `(2 / 1.4) ^ b` moments in it.
const SPARSE: f64 = 2.0 / 1.4;

/// How a search left a moment. It stands beside the label because a search looks at both of each
/// moment it meets, and the second look-up would be another cache miss.
#[derive(Clone, Copy)]
pub(super) struct Visit {
    /// Which search, and which side of it, was here last.
    pub(super) stamp: u32,
    /// The moment from which it came.
    pub(super) from: Node,
    /// How many edges it has followed from here.
    pub(super) cursor: u32,
}

impl Visit {
    const NEVER: Self = Self { stamp: 0, from: NONE, cursor: 0 };
}

#[derive(Clone, Copy)]
struct Seat {
    label: u64,
    prev: Node,
    next: Node,
    visit: Visit,
}

/// Which neighbour a run of moments is put next to, leaving the rest of the gap on the other side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Near {
    Left,
    Right,
}

/// The list. The caller puts every moment into it at most once.
pub(super) struct Order {
    seats: Vec<Seat>,
    first: Node,
    last: Node,
}

impl Order {
    pub(super) const fn new() -> Self {
        Self { seats: Vec::new(), first: NONE, last: NONE }
    }

    /// A fresh list of `run`, which must name every moment below its length once.
    pub(super) fn from_run(run: &[Node]) -> Self {
        let mut order = Self::new();
        order.append(run);
        order
    }

    /// Compare two of these to compare two places in the list. Void after the next change.
    pub(super) fn label(&self, node: Node) -> u64 {
        self.seats[node as usize].label
    }

    pub(super) fn is_before(&self, one: Node, other: Node) -> bool {
        self.label(one) < self.label(other)
    }

    pub(super) fn visit(&self, node: Node) -> Visit {
        self.seats[node as usize].visit
    }

    pub(super) fn visit_mut(&mut self, node: Node) -> &mut Visit {
        &mut self.seats[node as usize].visit
    }

    /// As if there had been no search yet.
    pub(super) fn forget_visits(&mut self) {
        self.seats.iter_mut().for_each(|seat| seat.visit = Visit::NEVER);
    }

    /// Puts new moments at the end of the list.
    pub(super) fn append(&mut self, run: &[Node]) {
        self.put(self.last, NONE, run, Near::Left);
    }

    /// Puts new moments directly before `node`.
    pub(super) fn put_before(&mut self, node: Node, run: &[Node]) {
        self.put(self.seats[node as usize].prev, node, run, Near::Left);
    }

    /// Puts new moments directly after `node`.
    pub(super) fn put_after(&mut self, node: Node, run: &[Node]) {
        self.put(node, self.seats[node as usize].next, run, Near::Right);
    }

    /// Moves moments (not `node` itself) directly before `node`, in the sequence given.
    pub(super) fn move_before(&mut self, node: Node, run: &[Node]) {
        run.iter().for_each(|&moved| self.remove(moved));
        self.put_before(node, run);
    }

    /// Moves moments (not `node` itself) directly after `node`, in the sequence given.
    pub(super) fn move_after(&mut self, node: Node, run: &[Node]) {
        run.iter().for_each(|&moved| self.remove(moved));
        self.put_after(node, run);
    }

    /// Takes a moment out of the list.
    pub(super) fn remove(&mut self, node: Node) {
        let Seat { prev, next, .. } = self.seats[node as usize];
        self.join(prev, next);
    }

    /// Makes `next` follow `prev`; either may be the end of the list.
    fn join(&mut self, prev: Node, next: Node) {
        match prev {
            NONE => self.first = next,
            _ => self.seats[prev as usize].next = next,
        }
        match next {
            NONE => self.last = prev,
            _ => self.seats[next as usize].prev = prev,
        }
    }

    fn put(&mut self, left: Node, right: Node, run: &[Node], near: Near) {
        let Some(highest) = run.iter().max() else { return };
        if *highest as usize >= self.seats.len() {
            let vacant = Seat { label: 0, prev: NONE, next: NONE, visit: Visit::NEVER };
            self.seats.resize(*highest as usize + 1, vacant);
        }
        let mut last = left;
        for &node in run {
            self.join(last, node);
            last = node;
        }
        self.join(last, right);
        match self.labels_between(left, right, run.len() as u64, near) {
            Some((base, step)) => {
                let labels = (0..).map(|at: u64| base + step * at);
                run.iter().zip(labels).for_each(|(&node, label)| self.seats[node as usize].label = label);
            }
            None => self.spread(left, right, run.len() as u64),
        }
    }

    /// First label and step for `count` moments between two neighbours; `None` if the gap is full.
    fn labels_between(&self, left: Node, right: Node, count: u64, near: Near) -> Option<(u64, u64)> {
        let low = if left == NONE { 0 } else { self.label(left) };
        let high = if right == NONE { SPAN } else { self.label(right) };
        let widest = if left == NONE || right == NONE { WIDE } else { NARROW };
        let step = (high.saturating_sub(low) / (count + 1)).min(widest);
        let base = match (left, right, near) {
            (NONE, NONE, _) => SPAN / 2 - step * (count / 2),
            (_, NONE, _) => low + step,
            (NONE, _, _) | (_, _, Near::Right) => high - step * count,
            _ => low + step,
        };
        (step > 0).then_some((base, step))
    }

    /// Gives new labels to the smallest neighbourhood of the new run (`count` moments, linked
    /// between `left` and `right`) that is sparse enough.
    fn spread(&mut self, left: Node, right: Node, count: u64) {
        let anchor = self.label(if left == NONE { right } else { left });
        let (mut low, mut high, mut count) = (left, right, count);
        let mut capacity = 1.0;
        for bits in 1..=LABEL_BITS {
            let size = 1_u64 << bits;
            let base = anchor & !(size - 1);
            while low != NONE && self.label(low) >= base {
                low = self.seats[low as usize].prev;
                count += 1;
            }
            while high != NONE && self.label(high) - base < size {
                high = self.seats[high as usize].next;
                count += 1;
            }
            capacity *= SPARSE;
            if count as f64 <= capacity || bits == LABEL_BITS {
                self.relabel(low, high, base, size / count);
                return;
            }
        }
    }

    /// Labels all moments between `low` and `high` (both left out) from `base` on.
    fn relabel(&mut self, low: Node, high: Node, base: u64, step: u64) {
        let mut node = if low == NONE { self.first } else { self.seats[low as usize].next };
        let mut label = base + step / 2;
        while node != high {
            let seat = &mut self.seats[node as usize];
            seat.label = label;
            label += step;
            node = seat.next;
        }
    }

    /// The list from its begin, for tests.
    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = Node> + '_ {
        let known = |node: Node| (node != NONE).then_some(node);
        std::iter::successors(known(self.first), move |&node| known(self.seats[node as usize].next))
    }
}
