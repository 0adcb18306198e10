//! Bulk load: all edges first, then one linear pass that orders the moments or finds a cycle.

use super::cycle::Cycle;
use super::links::{Links, Node, Way, finish, is_start, item_of, start};
use super::order::Order;
use crate::model::ItemId;

/// Links and order of (child, parent) and (blocker, blocked) pairs.
///
/// The links are built twice: once in the sequence of the data, and again with the items numbered
/// and their lists allocated in topological order. Searches follow the order, so what they touch
/// then lies together in memory, which makes them several times faster.
pub(super) fn load(
    parents: impl Iterator<Item = (ItemId, ItemId)>,
    blocks: impl Iterator<Item = (ItemId, ItemId)>,
) -> Result<(Links, Order), Cycle> {
    let mut links = Links::default();
    for (child, parent) in parents {
        let (child, parent) = (links.intern(child).0, links.intern(parent).0);
        links.unlink_parent(child);
        links.link_parent(child, parent);
    }
    let number = |(one, other)| (links.intern(one).0, links.intern(other).0);
    let mut blocks: Vec<_> = blocks.map(number).collect();
    blocks.sort_unstable();
    blocks.dedup();
    blocks.iter().for_each(|&(blocker, blocked)| links.push_block(blocker, blocked));
    let mut run = run_of(&links)?;
    let (links, numbers) =
        links.renumbered(run.iter().filter(|&&node| is_start(node)).map(|&node| item_of(node)));
    run.iter_mut().for_each(|node| {
        let item = numbers[item_of(*node) as usize];
        *node = if is_start(*node) { start(item) } else { finish(item) };
    });
    Ok((links, Order::from_run(&run)))
}

/// A topological order of all moments by Kahn's algorithm ("Topological sorting of large
/// networks", 1962), in O(moments + edges).
///
/// Moments that are ready are taken from a stack rather than a queue, so that an item's moments
/// stay close to those of its children: later changes then concern a short stretch of the order.
fn run_of(links: &Links) -> Result<Vec<Node>, Cycle> {
    let items = links.item_bound();
    let mut waits: Vec<u32> = (0..items * 2).map(|node| links.moments_before(node)).collect();
    let ready = |node: &Node| waits.get(*node as usize) == Some(&0);
    let mut stack: Vec<Node> = (0..items).rev().map(start).filter(ready).collect();
    let mut run = Vec::with_capacity(waits.len());
    while let Some(node) = stack.pop() {
        run.push(node);
        let begin = stack.len();
        stack.extend(neighbours(links, Way::Forward, node).filter(|&next| {
            let wait = &mut waits[next as usize];
            *wait -= 1;
            *wait == 0
        }));
        stack[begin..].reverse();
    }
    if run.len() < waits.len() {
        return Err(cycle_among(links, &waits));
    }
    Ok(run)
}

/// A cycle among the moments that still wait. Each of them waits for another one that waits, so
/// walking backward must come to a moment for the second time.
fn cycle_among(links: &Links, waits: &[u32]) -> Cycle {
    let waiting = |node: &Node| waits[*node as usize] > 0;
    let before = |node: Node| neighbours(links, Way::Backward, node).find(waiting);
    let mut walked = vec![false; waits.len()];
    let mut walk: Vec<Node> = Vec::new();
    let mut at = (0..links.item_bound()).map(finish).find(waiting);
    while let Some(node) = at {
        walk.push(node);
        if std::mem::replace(&mut walked[node as usize], true) {
            break;
        }
        at = before(node);
    }
    let again = walk.last().copied();
    let begin = walk.iter().position(|&node| Some(node) == again).unwrap_or(0);
    Cycle::of_nodes(links, walk[begin..].iter().rev().copied())
}

fn neighbours(links: &Links, way: Way, node: Node) -> impl Iterator<Item = Node> + '_ {
    (0..).map_while(move |index| links.neighbour(way, node, index))
}
