//! "One cycle rule. Think of each live item as two moments." Built anew and searched at every question.

use std::collections::{BTreeMap, BTreeSet};

use pm_engine::model::{DependencyKind, ItemId};

use super::World;

/// start(x) is `(x, false)`, finish(x) is `(x, true)`.
type Moment = (ItemId, bool);

impl World {
    fn moments(&self) -> BTreeMap<Moment, Vec<Moment>> {
        let mut before: BTreeMap<Moment, Vec<Moment>> = BTreeMap::new();
        let mut edge = |a: Moment, b: Moment| before.entry(a).or_default().push(b);
        for item in self.items.values().filter(|item| item.deleted_at.is_none()) {
            edge((item.id, false), (item.id, true));
            if let Some(parent) = item.parent {
                edge((parent, false), (item.id, false));
                edge((item.id, true), (parent, true));
            }
        }
        for dep in
            self.deps.values().filter(|dep| dep.deleted_at.is_none() && dep.kind == DependencyKind::Blocks)
        {
            edge((dep.from, true), (dep.to, false));
        }
        before
    }

    /// Whether the graph holds a cycle: moments without a predecessor are taken away until none is left.
    pub(crate) fn has_cycle(&self) -> bool {
        let edges = self.moments();
        let mut waiting: BTreeMap<Moment, usize> = BTreeMap::new();
        for (from, targets) in &edges {
            waiting.entry(*from).or_default();
            for to in targets {
                *waiting.entry(*to).or_default() += 1;
            }
        }
        let mut free: Vec<Moment> = waiting.iter().filter(|(_, n)| **n == 0).map(|(m, _)| *m).collect();
        let mut taken = 0;
        while let Some(moment) = free.pop() {
            taken += 1;
            for to in edges.get(&moment).into_iter().flatten() {
                if let Some(n) = waiting.get_mut(to) {
                    *n -= 1;
                    if *n == 0 {
                        free.push(*to);
                    }
                }
            }
        }
        taken < waiting.len()
    }

    pub(crate) fn is_finished(&self, item: ItemId) -> bool {
        self.lanes[&self.items[&item].lane].category.is_finished()
    }

    /// "Blocked: not finished, and some blocker (own, or of an ancestor) is in no completed or canceled lane."
    pub(crate) fn is_blocked(&self, item: ItemId) -> bool {
        let mut at = Some(item);
        let mut open = false;
        while let Some(id) = at {
            open |= self.open_blockers(id) > 0;
            at = self.items.get(&id).and_then(|item| item.parent);
        }
        open && !self.is_finished(item)
    }

    /// "Ready: not finished, not blocked, no unfinished children."
    pub(crate) fn is_ready(&self, item: ItemId) -> bool {
        !self.is_finished(item) && !self.is_blocked(item) && self.open_children(item) == 0
    }

    pub(crate) fn open_blockers(&self, item: ItemId) -> usize {
        self.deps
            .values()
            .filter(|d| d.deleted_at.is_none() && d.kind == DependencyKind::Blocks && d.to == item)
            .filter(|d| self.items[&d.from].deleted_at.is_none() && !self.is_finished(d.from))
            .count()
    }

    pub(crate) fn open_children(&self, item: ItemId) -> usize {
        self.live_children(item).iter().filter(|child| !self.is_finished(**child)).count()
    }

    pub(crate) fn live_children(&self, item: ItemId) -> &[ItemId] {
        self.children.get(&item).map_or(&[], |list| list.as_slice())
    }

    /// Depth of an item, its root at 1.
    pub(crate) fn depth(&self, item: ItemId) -> i64 {
        let mut seen = BTreeSet::new();
        let mut at = Some(item);
        while let Some(id) = at.filter(|id| seen.insert(*id)) {
            at = self.items.get(&id).and_then(|item| item.parent);
        }
        i64::try_from(seen.len()).unwrap_or(i64::MAX)
    }

    /// Levels from an item to its deepest live descendant, 1 for none.
    pub(crate) fn height(&self, item: ItemId) -> i64 {
        1 + self.live_children(item).iter().map(|child| self.height(*child)).max().unwrap_or(0)
    }
}
