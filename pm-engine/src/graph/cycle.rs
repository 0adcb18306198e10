//! How a refused change is told to the caller.

use super::links::{Item, Links, NONE, Node, item_of};
use crate::model::ItemId;

/// No more items of a cycle than these are listed: a loop of 100,000 items is not read by anyone.
pub(super) const LISTED: usize = 100;

/// A cycle that a change would close (or that loaded data has).
///
/// The path starts with the item whose change closes the cycle (the blocker, or the child that is
/// given a parent), follows the edges, and does not repeat its first item at the end: "A blocks A"
/// is `[A]`, "A blocks B, B blocks A" is `[A, B]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cycle {
    /// The first 100 items at most.
    pub(crate) path: Vec<ItemId>,
    /// How many items the whole path has.
    pub(crate) length: i64,
}

impl Cycle {
    /// An item that would wait for itself.
    pub(super) fn of_one(id: ItemId) -> Self {
        Self { path: vec![id], length: 1 }
    }

    /// From the moments of a closed walk. Its first moment may be named again at the end.
    pub(super) fn of_nodes(links: &Links, nodes: impl Iterator<Item = Node>) -> Self {
        let mut path = Vec::new();
        let mut length = 0_i64;
        let (mut first, mut last): (Item, Item) = (NONE, NONE);
        for item in nodes.map(item_of) {
            if item == last {
                continue;
            }
            if length == 0 {
                first = item;
            }
            if path.len() < LISTED {
                path.push(links.id(item));
            }
            length += 1;
            last = item;
        }
        if length > 1 && first == last {
            length -= 1;
            path.truncate(usize::try_from(length).unwrap_or(LISTED));
        }
        Self { path, length }
    }
}
