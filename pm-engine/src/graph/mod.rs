//! The work graph and its one cycle rule.
//!
//! Each item that has an edge is two moments, its start and its finish. The start comes before the
//! finish; a parent starts before its children and is finished after them; a blocker is finished
//! before what it blocks starts. A change after which some moment would have to come before itself
//! is refused with the cycle. This one rule covers an item that blocks itself, loops of blocks, an
//! item under its own descendant, blocks between a parent and its child, and epics that wait for
//! each other's stories, while stories of two epics may block each other crosswise.
//!
//! # Algorithm
//!
//! A topological order of all moments is kept at all times ([`order`]). An edge that fits the order
//! closes no cycle, and that is nearly all edges, in O(1). Only an edge against the order needs a
//! search, and the search looks only at moments between the two ends of the edge (Pearce and Kelly,
//! "A dynamic topological sort algorithm for directed acyclic graphs", 2007). It goes forward from
//! the edge's end and backward from its begin in turns of a few edges, so that its cost is bound
//! by the smaller side (Bender, Fineman, Gilbert, Tarjan, "A new approach to incremental cycle
//! detection and related problems", 2016), lowest forward and highest backward moment first, until
//! the sides meet (a cycle), one has nothing left, or they have passed each other; then only
//! moments the search has seen are moved, as in the two-way compatible search of Haeupler,
//! Kavitha, Mathew, Sen and Tarjan ("Incremental cycle detection, topological ordering, and strong
//! component maintenance", 2012).
//!
//! That reordering is right whatever edges are followed in whatever sequence, as long as the search
//! ends no sooner. Two liberties are taken with it. Every other turn goes the opposite way about it
//! and follows the moment *farthest* from where its side began: that costs a search which must see
//! everything a constant factor, and finds the long way from one end of a layered graph to the
//! other in a few hops per layer instead of sweeping all layers. And a moment with only one way on
//! is followed at once, so that a chain is walked without heap operations.
//!
//! Loading in bulk uses Kahn's algorithm ([`load`]). Nothing here recurses.

mod cycle;
mod links;
mod load;
mod order;
mod search;
#[cfg(test)]
mod tests;

pub(crate) use cycle::Cycle;

use crate::model::ItemId;
use links::{Item, Links, finish, start};
use order::Order;
use search::{Edge, Loop, Search};

/// The parent and block edges of all live items, free of cycles at all times.
///
/// Items take part only while they have an edge. Changes are journaled from the last
/// [`WorkGraph::clear_journal`] on and can be undone back to a [`Mark`].
pub(crate) struct WorkGraph {
    links: Links,
    order: Order,
    search: Search,
    journal: Vec<Undo>,
    /// Which journal this is: a mark from before the last COMMIT must not be read as a position in
    /// the journal begun after it.
    era: u64,
    /// Items that may have lost their last edge. They keep their place in the order as long as the
    /// journal may bring the edge back.
    idle: Vec<Item>,
}

/// A position in the undo journal of a [`WorkGraph`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    era: u64,
    length: usize,
}

/// What takes one change back.
enum Undo {
    RemoveBlock(Item, Item),
    AddBlock(Item, Item),
    SetParent(Item, Option<Item>),
}

const fn block_edge(blocker: Item, blocked: Item) -> Edge {
    Edge { from: finish(blocker), to: start(blocked) }
}

const fn start_edge(child: Item, parent: Item) -> Edge {
    Edge { from: start(parent), to: start(child) }
}

const fn finish_edge(child: Item, parent: Item) -> Edge {
    Edge { from: finish(child), to: finish(parent) }
}

impl WorkGraph {
    #[cfg(test)]
    pub(crate) fn new() -> Self {
        Self::of(Links::default(), Order::new())
    }

    fn of(links: Links, order: Order) -> Self {
        Self { links, order, search: Search::new(), journal: Vec::new(), era: 0, idle: Vec::new() }
    }

    /// The graph of (child, parent) and (blocker, blocked) pairs, in linear time. A pair named
    /// twice counts once; of two parents of one child the later counts.
    pub(crate) fn load(
        parents: impl Iterator<Item = (ItemId, ItemId)>,
        blocks: impl Iterator<Item = (ItemId, ItemId)>,
    ) -> Result<Self, Cycle> {
        let (links, order) = load::load(parents, blocks)?;
        Ok(Self::of(links, order))
    }

    /// Would "blocker blocks blocked" close a cycle? Changes no edge; if the answer is no, the
    /// order fits the new edge afterwards and adding it costs next to nothing.
    pub(crate) fn check_block(&mut self, blocker: ItemId, blocked: ItemId) -> Result<(), Cycle> {
        if blocker == blocked {
            return Err(Cycle::of_one(blocker));
        }
        match (self.links.find(blocker), self.links.find(blocked)) {
            (Some(blocker), Some(blocked)) => self.fit_block(blocker, blocked),
            _ => Ok(()),
        }
    }

    /// Would `child` under `parent` (instead of under its present parent) close a cycle?
    pub(crate) fn check_parent(&mut self, child: ItemId, parent: ItemId) -> Result<(), Cycle> {
        if child == parent {
            return Err(Cycle::of_one(child));
        }
        match (self.links.find(child), self.links.find(parent)) {
            (Some(child), Some(parent)) => self.fit_new_parent(child, parent),
            _ => Ok(()),
        }
    }

    /// Adds "blocker blocks blocked". On `Err` nothing has changed.
    pub(crate) fn add_block(&mut self, blocker: ItemId, blocked: ItemId) -> Result<(), Cycle> {
        self.check_block(blocker, blocked)?;
        let (blocker, new_blocker) = self.links.intern(blocker);
        let (blocked, new_blocked) = self.links.intern(blocked);
        match (new_blocker, new_blocked) {
            (true, true) => {
                self.order.append(&[start(blocker), finish(blocker), start(blocked), finish(blocked)]);
            }
            (true, false) => self.order.put_before(start(blocked), &[start(blocker), finish(blocker)]),
            (false, true) => self.order.put_after(finish(blocker), &[start(blocked), finish(blocked)]),
            (false, false) => {}
        }
        if self.links.link_block(blocker, blocked) {
            self.journal.push(Undo::RemoveBlock(blocker, blocked));
        }
        Ok(())
    }

    /// Takes "blocker blocks blocked" out, if it is there.
    pub(crate) fn remove_block(&mut self, blocker: ItemId, blocked: ItemId) {
        let (Some(blocker), Some(blocked)) = (self.links.find(blocker), self.links.find(blocked)) else {
            return;
        };
        if self.unlink_block(blocker, blocked) {
            self.journal.push(Undo::AddBlock(blocker, blocked));
        }
    }

    /// Puts `child` under `parent`, or under none. On `Err` nothing has changed.
    pub(crate) fn set_parent(&mut self, child: ItemId, parent: Option<ItemId>) -> Result<(), Cycle> {
        let Some(parent) = parent else {
            if let Some(child) = self.links.find(child) {
                self.replace_parent(child, None);
            }
            return Ok(());
        };
        self.check_parent(child, parent)?;
        let (child, new_child) = self.links.intern(child);
        let (parent, new_parent) = self.links.intern(parent);
        match (new_child, new_parent) {
            (true, true) => {
                self.order.append(&[start(parent), start(child), finish(child), finish(parent)]);
            }
            (true, false) => self.order.put_before(finish(parent), &[start(child), finish(child)]),
            (false, true) => {
                self.order.put_before(start(child), &[start(parent)]);
                self.order.put_after(finish(child), &[finish(parent)]);
            }
            (false, false) => {}
        }
        self.replace_parent(child, Some(parent));
        Ok(())
    }

    /// A savepoint.
    pub(crate) fn mark(&self) -> Mark {
        Mark { era: self.era, length: self.journal.len() }
    }

    /// Undoes everything after the mark, as far as it has not been committed.
    pub(crate) fn rollback_to(&mut self, mark: Mark) {
        let length = if mark.era == self.era { mark.length } else { 0 };
        while self.journal.len() > length
            && let Some(undo) = self.journal.pop()
        {
            self.undo(undo);
        }
        if self.journal.is_empty() {
            self.retire_idle();
        }
    }

    /// After COMMIT: nothing done so far can be undone any more.
    pub(crate) fn clear_journal(&mut self) {
        self.journal.clear();
        self.era = self.era.wrapping_add(1);
        self.retire_idle();
    }

    /// How many parent and block edges there are.
    #[cfg(test)]
    pub(crate) fn edge_count(&self) -> usize {
        self.links.edge_count()
    }
}

impl WorkGraph {
    /// How many searches there were: tells a change that fitted the order from one that did not.
    #[allow(dead_code, reason = "read by examples/graph_speed.rs")]
    pub(crate) const fn searches(&self) -> u64 {
        self.search.count
    }
}

/// The work behind the interface, on dense item numbers.
impl WorkGraph {
    fn fit(&mut self, edge: Edge) -> Result<(), Loop> {
        self.search.fit(&self.links, &mut self.order, edge)
    }

    fn fit_block(&mut self, blocker: Item, blocked: Item) -> Result<(), Cycle> {
        let edge = block_edge(blocker, blocked);
        self.fit(edge).map_err(|found| self.cycle_from(edge, &found))
    }

    /// Makes the order fit both edges of a parent.
    ///
    /// Neither is linked yet while the other is fitted, and need not be. A cycle through both would
    /// go from the finish of the parent to its start, so there would have been one already. And
    /// fitting the second one moves only moments that come after the finish of the parent, to
    /// places that are no sooner than just before it: the start of the parent stays where it is
    /// and the start of the child stays behind it.
    fn fit_parent(&mut self, child: Item, parent: Item) -> Result<(), Cycle> {
        let (starts, finishes) = (start_edge(child, parent), finish_edge(child, parent));
        self.fit(starts).map_err(|found| self.cycle_to(&found))?;
        self.fit(finishes).map_err(|found| self.cycle_from(finishes, &found))
    }

    /// Checks `child` under `parent` with the present parent's edge taken out.
    ///
    /// Mostly the child could have both parents as far as cycles go; then the order is made to fit
    /// both, and the change itself is cheap. Only otherwise is the present parent taken out
    /// for a second look, which must leave the order alone since the edge comes back.
    fn fit_new_parent(&mut self, child: Item, parent: Item) -> Result<(), Cycle> {
        let present = self.links.parent(child);
        if present == Some(parent) {
            return Ok(());
        }
        let refused = match (self.fit_parent(child, parent), present) {
            (Ok(()), _) => return Ok(()),
            (Err(cycle), None) => return Err(cycle),
            (Err(_), Some(present)) => present,
        };
        self.links.unlink_parent(child);
        let answer = self.probe_parent(child, parent);
        self.links.link_parent(child, refused);
        answer
    }

    /// As [`Self::fit_parent`], but only looks.
    fn probe_parent(&mut self, child: Item, parent: Item) -> Result<(), Cycle> {
        let (starts, finishes) = (start_edge(child, parent), finish_edge(child, parent));
        let Self { links, order, search, .. } = self;
        let first = search.probe(links, order, starts);
        first.map_err(|found| self.cycle_to(&found))?;
        let Self { links, order, search, .. } = self;
        let second = search.probe(links, order, finishes);
        second.map_err(|found| self.cycle_from(finishes, &found))
    }

    /// The cycle told from the begin of the refused edge on.
    fn cycle_from(&self, edge: Edge, found: &Loop) -> Cycle {
        Cycle::of_nodes(&self.links, std::iter::once(edge.from).chain(found.0.iter().copied()))
    }

    /// The cycle told from the end of the refused edge on.
    fn cycle_to(&self, found: &Loop) -> Cycle {
        Cycle::of_nodes(&self.links, found.0.iter().copied())
    }

    fn unlink_block(&mut self, blocker: Item, blocked: Item) -> bool {
        let was_there = self.links.unlink_block(blocker, blocked);
        self.may_be_idle(blocker);
        self.may_be_idle(blocked);
        was_there
    }

    /// Changes the parent, for which the order fits or can be made to fit, and journals it.
    fn replace_parent(&mut self, child: Item, parent: Option<Item>) {
        let present = self.links.parent(child);
        if present == parent {
            return;
        }
        self.relink_parent(child, parent);
        self.journal.push(Undo::SetParent(child, present));
    }

    fn relink_parent(&mut self, child: Item, parent: Option<Item>) {
        if let Some(former) = self.links.unlink_parent(child) {
            self.may_be_idle(former);
            self.may_be_idle(child);
        }
        if let Some(parent) = parent {
            let fits = self.fit_parent(child, parent);
            debug_assert!(fits.is_ok(), "a parent edge checked before");
            self.links.link_parent(child, parent);
        }
    }

    /// Takes a change back. The edges of before had no cycle, so the order can be made to fit.
    fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::RemoveBlock(blocker, blocked) => {
                self.unlink_block(blocker, blocked);
            }
            Undo::AddBlock(blocker, blocked) => {
                let fits = self.fit_block(blocker, blocked);
                debug_assert!(fits.is_ok(), "a block that was there before");
                self.links.link_block(blocker, blocked);
            }
            Undo::SetParent(child, parent) => self.relink_parent(child, parent),
        }
    }

    fn may_be_idle(&mut self, item: Item) {
        if self.links.queue(item) {
            self.idle.push(item);
        }
    }

    /// Gives back the numbers of items without edges, so that memory follows the live edges.
    fn retire_idle(&mut self) {
        while let Some(item) = self.idle.pop() {
            if self.links.retire(item) {
                self.order.remove(start(item));
                self.order.remove(finish(item));
            }
        }
    }
}
