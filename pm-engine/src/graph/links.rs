//! Who is whose child and who blocks whom: the adjacency of the work graph.
//!
//! Items are numbered densely, because a search that follows a million edges spends its time in
//! memory look-ups and a small index is cheaper than a 16-byte name. The two moments of an item
//! are numbers too (see [`start`] and [`finish`]). The moment graph is never stored: its edges are
//! read off the two lists of items, see [`Links::neighbour`].

use std::collections::HashMap;

use crate::model::ItemId;

/// Dense number of an item; reused after the item has left the graph.
pub(super) type Item = u32;
/// Dense number of a moment (the start or the finish of an item).
pub(super) type Node = u32;
/// "No item" or "no moment". A field of this type is half the size of an `Option<u32>`.
pub(super) const NONE: u32 = u32::MAX;

/// The moment at which `item` starts.
pub(super) const fn start(item: Item) -> Node {
    item * 2
}

/// The moment at which `item` is finished.
pub(super) const fn finish(item: Item) -> Node {
    item * 2 + 1
}

/// True for a start, false for a finish.
pub(super) const fn is_start(node: Node) -> bool {
    node & 1 == 0
}

/// The item a moment belongs to.
pub(super) const fn item_of(node: Node) -> Item {
    node / 2
}

/// Which way a search walks along the edges.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    Forward,
    Backward,
}

/// One end of a block: the item at the other end, and where in *its* list the same block stands,
/// so that taking a block out costs the same at degree one and at degree 100,000.
#[derive(Clone, Copy)]
struct End {
    item: Item,
    mate: u32,
}

struct Entry {
    parent: Item,
    /// Position in the parent's `children`.
    slot: u32,
    children: Vec<Item>,
    /// Items this one blocks.
    blocked: Vec<End>,
    /// Items that block this one.
    blockers: Vec<End>,
    /// False while the number waits for reuse.
    live: bool,
    /// True while the item stands in the graph's list of items that may have lost their last edge.
    queued: bool,
}

impl Entry {
    const fn new() -> Self {
        Self {
            parent: NONE,
            slot: 0,
            children: Vec::new(),
            blocked: Vec::new(),
            blockers: Vec::new(),
            live: true,
            queued: false,
        }
    }
}

/// The adjacency lists. Knows nothing of order or cycles.
#[derive(Default)]
pub(super) struct Links {
    entries: Vec<Entry>,
    /// Beside the entries, because no search looks at them.
    ids: Vec<ItemId>,
    numbers: HashMap<ItemId, Item>,
    /// (blocker, blocked) to the position in the blocker's `blocked`.
    blocks: HashMap<(Item, Item), u32>,
    free: Vec<Item>,
    parent_edges: usize,
}

impl Links {
    pub(super) fn find(&self, id: ItemId) -> Option<Item> {
        self.numbers.get(&id).copied()
    }

    pub(super) fn id(&self, item: Item) -> ItemId {
        self.ids[item as usize]
    }

    /// Number of item numbers ever in use at one time; every item number is below it.
    pub(super) fn item_bound(&self) -> u32 {
        self.entries.len() as u32
    }

    #[cfg(test)]
    pub(super) fn edge_count(&self) -> usize {
        self.parent_edges + self.blocks.len()
    }

    /// The number of `id`, and whether it was given just now.
    pub(super) fn intern(&mut self, id: ItemId) -> (Item, bool) {
        if let Some(item) = self.find(id) {
            return (item, false);
        }
        let entry = Entry::new();
        let item = match self.free.pop() {
            Some(item) => {
                self.entries[item as usize] = entry;
                self.ids[item as usize] = id;
                item
            }
            None => {
                self.entries.push(entry);
                self.ids.push(id);
                self.entries.len() as u32 - 1
            }
        };
        self.numbers.insert(id, item);
        (item, true)
    }

    /// True if the item was not queued yet; it is now.
    pub(super) fn queue(&mut self, item: Item) -> bool {
        !std::mem::replace(&mut self.entries[item as usize].queued, true)
    }

    /// Takes `item` off the queue and, if it has no edge left, out of the graph: true if it left.
    pub(super) fn retire(&mut self, item: Item) -> bool {
        let entry = &mut self.entries[item as usize];
        entry.queued = false;
        let idle = entry.parent == NONE
            && entry.children.is_empty()
            && entry.blocked.is_empty()
            && entry.blockers.is_empty();
        if !idle || !entry.live {
            return false;
        }
        entry.live = false;
        // A former parent of 100,000 must not hold on to its memory while it waits for reuse.
        entry.children = Vec::new();
        entry.blocked = Vec::new();
        entry.blockers = Vec::new();
        self.numbers.remove(&self.ids[item as usize]);
        self.free.push(item);
        true
    }

    pub(super) fn parent(&self, child: Item) -> Option<Item> {
        let parent = self.entries[child as usize].parent;
        (parent != NONE).then_some(parent)
    }

    /// Puts a child that has no parent under `parent`.
    pub(super) fn link_parent(&mut self, child: Item, parent: Item) {
        let siblings = &mut self.entries[parent as usize].children;
        let slot = siblings.len() as u32;
        siblings.push(child);
        let entry = &mut self.entries[child as usize];
        entry.parent = parent;
        entry.slot = slot;
        self.parent_edges += 1;
    }

    /// Takes `child` away from its parent, which is returned.
    pub(super) fn unlink_parent(&mut self, child: Item) -> Option<Item> {
        let parent = self.parent(child)?;
        let slot = self.entries[child as usize].slot;
        self.entries[child as usize].parent = NONE;
        let siblings = &mut self.entries[parent as usize].children;
        siblings.swap_remove(slot as usize);
        if let Some(&moved) = siblings.get(slot as usize) {
            self.entries[moved as usize].slot = slot;
        }
        self.parent_edges -= 1;
        Some(parent)
    }

    #[cfg(test)]
    pub(super) fn has_block(&self, blocker: Item, blocked: Item) -> bool {
        self.blocks.contains_key(&(blocker, blocked))
    }

    /// Adds a block; false if it was there already.
    pub(super) fn link_block(&mut self, blocker: Item, blocked: Item) -> bool {
        let here = self.entries[blocker as usize].blocked.len() as u32;
        match self.blocks.entry((blocker, blocked)) {
            std::collections::hash_map::Entry::Occupied(_) => return false,
            std::collections::hash_map::Entry::Vacant(place) => place.insert(here),
        };
        self.push_block(blocker, blocked);
        true
    }

    /// Adds a block that is known not to be there to the lists, but not to the table of blocks.
    /// For links that are only read, see [`Self::renumbered`].
    pub(super) fn push_block(&mut self, blocker: Item, blocked: Item) {
        let here = self.entries[blocker as usize].blocked.len() as u32;
        let there = self.entries[blocked as usize].blockers.len() as u32;
        self.entries[blocker as usize].blocked.push(End { item: blocked, mate: there });
        self.entries[blocked as usize].blockers.push(End { item: blocker, mate: here });
    }

    /// Takes a block out; false if there was none.
    pub(super) fn unlink_block(&mut self, blocker: Item, blocked: Item) -> bool {
        let Some(here) = self.blocks.remove(&(blocker, blocked)) else { return false };
        let list = &mut self.entries[blocker as usize].blocked;
        let there = list.swap_remove(here as usize).mate;
        if let Some(&moved) = list.get(here as usize) {
            self.entries[moved.item as usize].blockers[moved.mate as usize].mate = here;
            self.blocks.insert((blocker, moved.item), here);
        }
        let list = &mut self.entries[blocked as usize].blockers;
        list.swap_remove(there as usize);
        if let Some(&moved) = list.get(there as usize) {
            self.entries[moved.item as usize].blocked[moved.mate as usize].mate = there;
        }
        true
    }

    /// The `index`th moment directly after (or before) `node`, `None` past the last one.
    ///
    /// This is the cycle rule, written once: an item starts before it is finished; it starts after
    /// its parent and after all its blockers are finished; it is finished after all its children.
    #[inline]
    pub(super) fn neighbour(&self, way: Way, node: Node, index: u32) -> Option<Node> {
        let item = item_of(node);
        let entry = &self.entries[item as usize];
        let index = index as usize;
        match (way, is_start(node)) {
            (Way::Forward, true) => match index.checked_sub(1) {
                None => Some(finish(item)),
                Some(child) => entry.children.get(child).map(|&child| start(child)),
            },
            (Way::Backward, false) => match index.checked_sub(1) {
                None => Some(start(item)),
                Some(child) => entry.children.get(child).map(|&child| finish(child)),
            },
            (Way::Forward, false) => match entry.blocked.get(index) {
                Some(end) => Some(start(end.item)),
                None if index == entry.blocked.len() => self.parent(item).map(finish),
                None => None,
            },
            (Way::Backward, true) => match entry.blockers.get(index) {
                Some(end) => Some(finish(end.item)),
                None if index == entry.blockers.len() => self.parent(item).map(start),
                None => None,
            },
        }
    }

    /// How many moments come directly before `node`.
    pub(super) fn moments_before(&self, node: Node) -> u32 {
        let entry = &self.entries[item_of(node) as usize];
        if is_start(node) {
            entry.blockers.len() as u32 + u32::from(entry.parent != NONE)
        } else {
            entry.children.len() as u32 + 1
        }
    }

    /// The same links with the items numbered, and everything allocated, in the sequence given,
    /// which must name each item once; and the new number of each old one.
    pub(super) fn renumbered(mut self, sequence: impl Iterator<Item = Item> + Clone) -> (Self, Vec<Item>) {
        let mut numbers = vec![NONE; self.entries.len()];
        let mut fresh = Self::default();
        fresh.entries.reserve(self.entries.len());
        fresh.ids.reserve(self.entries.len());
        fresh.blocks.reserve(self.entries.iter().map(|entry| entry.blocked.len()).sum());
        fresh.numbers = std::mem::take(&mut self.numbers);
        for (number, item) in (0..).zip(sequence.clone()) {
            let entry = &self.entries[item as usize];
            numbers[item as usize] = number;
            fresh.ids.push(self.ids[item as usize]);
            fresh.entries.push(Entry {
                children: Vec::with_capacity(entry.children.len()),
                blocked: Vec::with_capacity(entry.blocked.len()),
                blockers: Vec::with_capacity(entry.blockers.len()),
                ..Entry::new()
            });
        }
        fresh.numbers.values_mut().for_each(|item| *item = numbers[*item as usize]);
        for item in sequence {
            let entry = &self.entries[item as usize];
            let number = numbers[item as usize];
            if entry.parent != NONE {
                fresh.link_parent(number, numbers[entry.parent as usize]);
            }
            for end in &entry.blocked {
                fresh.link_block(number, numbers[end.item as usize]);
            }
        }
        (fresh, numbers)
    }
}
