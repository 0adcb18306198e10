//! Tests of the work graph: each clause of the rule, and the sizes it must bear.

mod random;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use googletest::prelude::*;
use uuid::Uuid;

use super::links::{Way, item_of};
use super::order::Order;
use super::{Cycle, WorkGraph, start};
use crate::model::ItemId;

/// A stack on which a recursion over a few thousand items would overflow.
const SMALL_STACK: usize = 256 * 1024;

fn id(number: u32) -> ItemId {
    ItemId::from_uuid(Uuid::from_u128(u128::from(number)))
}

fn number(id: ItemId) -> u32 {
    id.as_uuid().as_u128() as u32
}

fn path(numbers: &[u32]) -> Vec<ItemId> {
    numbers.iter().map(|&number| id(number)).collect()
}

fn graph(parents: &[(u32, u32)], blocks: &[(u32, u32)]) -> WorkGraph {
    load(parents.iter().copied(), blocks.iter().copied()).unwrap()
}

fn load(
    parents: impl Iterator<Item = (u32, u32)>,
    blocks: impl Iterator<Item = (u32, u32)>,
) -> std::result::Result<WorkGraph, Cycle> {
    let ids = |(one, other)| (id(one), id(other));
    WorkGraph::load(parents.map(ids), blocks.map(ids))
}

fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(SMALL_STACK).spawn(test).unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Every edge goes forward in the order, and labels grow along the list, which holds every moment
/// of every item in use exactly once.
fn verify_order(graph: &WorkGraph) {
    let nodes: Vec<_> = graph.order.iter().collect();
    assert!(nodes.windows(2).all(|pair| graph.order.is_before(pair[0], pair[1])), "labels do not grow");
    let distinct: BTreeSet<_> = nodes.iter().copied().collect();
    assert_eq!(distinct.len(), nodes.len(), "a moment stands twice in the order");
    for &node in &nodes {
        let after = (0..).map_while(|index| graph.links.neighbour(Way::Forward, node, index));
        for next in after {
            assert!(distinct.contains(&next), "an edge to a moment that is not in the order");
            assert!(graph.order.is_before(node, next), "an edge against the order");
            let mut back = (0..).map_while(|index| graph.links.neighbour(Way::Backward, next, index));
            assert!(back.any(|before| before == node), "an edge known at one end only");
        }
        assert_eq!(graph.links.find(graph.links.id(item_of(node))), Some(item_of(node)));
    }
}

#[gtest]
fn given_an_item_when_it_blocks_itself_then_the_path_is_that_item() {
    let mut unknown = WorkGraph::new();
    let one = Cycle { path: path(&[1]), length: 1 };
    expect_that!(unknown.check_block(id(1), id(1)), err(eq(&one)));
    expect_that!(unknown.add_block(id(1), id(1)), err(eq(&one)));
    expect_that!(unknown.set_parent(id(1), Some(id(1))), err(eq(&one)));
    expect_that!(unknown.edge_count(), eq(0));
    let mut known = graph(&[(1, 2)], &[(1, 3)]);
    expect_that!(known.add_block(id(1), id(1)), err(eq(&one)));
    expect_that!(load([(1, 1)].into_iter(), [].into_iter()).err(), some(eq(&one)));
    expect_that!(load([].into_iter(), [(1, 1)].into_iter()).err(), some(eq(&one)));
}

#[gtest]
fn given_a_loop_of_blocks_when_closed_then_the_path_starts_at_the_blocker() {
    let mut graph = graph(&[], &[(1, 2), (2, 3), (3, 4)]);
    let cycle = Cycle { path: path(&[4, 1, 2, 3]), length: 4 };
    expect_that!(graph.check_block(id(4), id(1)), err(eq(&cycle)));
    expect_that!(graph.add_block(id(4), id(1)), err(eq(&cycle)));
    expect_that!(graph.edge_count(), eq(3));
    graph.remove_block(id(2), id(3));
    expect_that!(graph.add_block(id(4), id(1)), ok(eq(&())));
    verify_order(&graph);
}

#[gtest]
fn given_a_tree_when_an_item_goes_under_its_descendant_then_it_is_refused() {
    let mut graph = graph(&[(2, 1), (3, 2), (4, 3)], &[]);
    let cycle = Cycle { path: path(&[1, 2, 3, 4]), length: 4 };
    expect_that!(graph.check_parent(id(1), id(4)), err(eq(&cycle)));
    expect_that!(graph.set_parent(id(1), Some(id(4))), err(eq(&cycle)));
    expect_that!(graph.set_parent(id(4), Some(id(1))), ok(eq(&())));
    verify_order(&graph);
}

#[gtest]
fn given_a_parent_and_its_child_when_one_blocks_the_other_then_it_is_refused() {
    let mut graph = graph(&[(2, 1)], &[]);
    expect_that!(graph.add_block(id(1), id(2)), err(eq(&Cycle { path: path(&[1, 2]), length: 2 })));
    expect_that!(graph.add_block(id(2), id(1)), err(eq(&Cycle { path: path(&[2, 1]), length: 2 })));
}

#[gtest]
fn given_a_block_when_one_goes_under_the_other_then_it_is_refused() {
    let mut graph = graph(&[], &[(1, 2)]);
    expect_that!(graph.check_parent(id(1), id(2)), err(eq(&Cycle { path: path(&[1, 2]), length: 2 })));
    expect_that!(graph.check_parent(id(2), id(1)), err(eq(&Cycle { path: path(&[2, 1]), length: 2 })));
}

#[gtest]
fn given_two_epics_when_each_waits_for_a_story_of_the_other_then_it_is_refused() {
    let (epic_a, story_a, epic_b, story_b) = (1, 11, 2, 21);
    let mut graph = graph(&[(story_a, epic_a), (story_b, epic_b)], &[(story_a, epic_b)]);
    let cycle = Cycle { path: path(&[story_b, epic_a, story_a, epic_b]), length: 4 };
    expect_that!(graph.add_block(id(story_b), id(epic_a)), err(eq(&cycle)));
}

#[gtest]
fn given_two_epics_when_different_stories_block_crosswise_then_it_is_accepted() {
    let mut graph = graph(&[(11, 1), (12, 1), (21, 2), (22, 2)], &[]);
    expect_that!(graph.add_block(id(11), id(21)), ok(eq(&())));
    expect_that!(graph.add_block(id(22), id(12)), ok(eq(&())));
    verify_order(&graph);
}

#[gtest]
fn given_a_cycle_through_the_present_parent_when_moved_then_it_does_not_count() {
    // 3 is under 2, which waits for 4: under 4 it may go only because it leaves 2.
    let mut graph = graph(&[(3, 2)], &[(4, 2)]);
    expect_that!(graph.check_parent(id(3), id(4)), ok(eq(&())));
    verify_order(&graph);
    let before = graph.mark();
    expect_that!(graph.set_parent(id(3), Some(id(4))), ok(eq(&())));
    verify_order(&graph);
    graph.rollback_to(before);
    verify_order(&graph);
    expect_that!(graph.add_block(id(2), id(3)).is_err(), eq(true));
}

#[gtest]
fn given_marks_when_rolled_back_then_edges_and_items_are_as_before() {
    let mut graph = graph(&[(2, 1)], &[(2, 3)]);
    let outer = graph.mark();
    graph.add_block(id(3), id(4)).unwrap();
    graph.add_block(id(3), id(4)).unwrap();
    let inner = graph.mark();
    graph.remove_block(id(2), id(3));
    graph.remove_block(id(2), id(3));
    graph.set_parent(id(2), None).unwrap();
    graph.add_block(id(3), id(2)).unwrap();
    expect_that!(graph.edge_count(), eq(2));
    graph.rollback_to(inner);
    expect_that!(graph.edge_count(), eq(3));
    expect_that!(graph.check_block(id(4), id(1)).is_err(), eq(true));
    graph.rollback_to(outer);
    expect_that!(graph.edge_count(), eq(2));
    expect_that!(graph.check_block(id(4), id(1)), ok(eq(&())));
    expect_that!(graph.links.find(id(4)), none());
}

#[gtest]
fn given_a_mark_of_before_a_commit_when_rolled_back_then_only_later_changes_go() {
    let mut graph = WorkGraph::new();
    graph.add_block(id(1), id(2)).unwrap();
    graph.add_block(id(2), id(3)).unwrap();
    let stale = graph.mark();
    graph.clear_journal();
    for other in 4..8 {
        graph.add_block(id(3), id(other)).unwrap();
    }
    graph.rollback_to(stale);
    expect_that!(graph.edge_count(), eq(2));
}

#[gtest]
fn given_items_that_come_and_go_when_committed_then_memory_stays_bounded() {
    let mut graph = WorkGraph::new();
    for round in 0..20_000_u32 {
        graph.add_block(id(2 * round), id(2 * round + 1)).unwrap();
        graph.set_parent(id(2 * round), Some(id(2 * round + 2))).unwrap();
        graph.set_parent(id(2 * round), None).unwrap();
        graph.remove_block(id(2 * round), id(2 * round + 1));
        graph.clear_journal();
    }
    expect_that!(graph.edge_count(), eq(0));
    expect_that!(graph.links.item_bound(), le(4));
    expect_that!(graph.order.iter().count(), eq(0));
}

#[gtest]
fn given_one_gap_when_filled_from_both_sides_then_labels_keep_growing() {
    let mut order = Order::from_run(&[0, 1]);
    let (mut left, mut right) = (0, 1);
    for node in 2..40_000 {
        if node % 3 == 0 {
            order.put_after(left, &[node]);
            right = node;
        } else {
            order.put_before(right, &[node]);
            left = node;
        }
    }
    let nodes: Vec<_> = order.iter().collect();
    expect_that!(nodes.len(), eq(40_000));
    expect_that!(nodes.windows(2).all(|pair| order.is_before(pair[0], pair[1])), eq(true));
}

#[gtest]
fn given_a_chain_of_200_000_when_its_end_blocks_its_begin_then_it_is_refused() {
    on_small_stack(|| {
        let length = 200_000;
        let mut graph = load([].into_iter(), (1..length).map(|at| (at - 1, at))).unwrap();
        let cycle = graph.check_block(id(length - 1), id(0)).unwrap_err();
        assert_eq!(cycle.length, i64::from(length));
        assert_eq!(cycle.path.len(), 100);
        assert_eq!(cycle.path[0], id(length - 1));
        assert!((1..100).all(|at| cycle.path[at as usize] == id(at - 1)));
        // Taken apart in the middle, it is one long chain again, the other way round.
        graph.remove_block(id(99_999), id(100_000));
        graph.add_block(id(length - 1), id(0)).unwrap();
        assert_eq!(graph.check_block(id(99_999), id(100_000)).unwrap_err().length, i64::from(length));
        let begin = graph.mark();
        (1..length).for_each(|at| graph.remove_block(id(at - 1), id(at)));
        graph.rollback_to(begin);
        assert_eq!(graph.edge_count(), length as usize - 1);
        verify_order(&graph);
    });
}

#[gtest]
fn given_a_loop_of_200_000_when_loaded_then_it_is_refused() {
    on_small_stack(|| {
        let length = 200_000;
        let cycle = load([].into_iter(), (0..length).map(|at| (at, (at + 1) % length))).err().unwrap();
        assert_eq!(cycle.length, i64::from(length));
        assert_eq!(cycle.path.len(), 100);
        assert!(cycle.path.windows(2).all(|two| number(two[1]) == (number(two[0]) + 1) % length));
    });
}

#[gtest]
fn given_a_tree_16_deep_with_100_000_children_when_changed_then_every_change_is_quick() {
    on_small_stack(|| {
        let (depth, children) = (16, 100_000);
        let spine = (1..depth).map(|at| (at, at - 1));
        let leaves = (0..children).map(|at| (1000 + at, depth - 1));
        let mut graph = load(spine.chain(leaves), [].into_iter()).unwrap();
        let begin = Instant::now();
        let refused = graph.check_parent(id(0), id(1000 + children / 2)).unwrap_err();
        assert_eq!(refused.length, i64::from(depth) + 1);
        assert!(graph.check_block(id(1000), id(0)).is_err());
        for at in 0..1000 {
            let (leaf, other) = (1000 + at * 90, 1000 + at * 91 + 1);
            graph.add_block(id(other), id(leaf)).unwrap();
            graph.remove_block(id(other), id(leaf));
            graph.set_parent(id(leaf), None).unwrap();
            graph.set_parent(id(leaf), Some(id(0))).unwrap();
            graph.set_parent(id(leaf), Some(id(depth - 1))).unwrap();
        }
        // 5000 changes at O(degree) would be 500 million steps even without a search.
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
        assert_eq!(graph.edge_count(), (depth - 1 + children) as usize);
        verify_order_quickly(&graph);
    });
}

/// As `verify_order`, without the part that is quadratic in the degree.
fn verify_order_quickly(graph: &WorkGraph) {
    for node in graph.order.iter() {
        let mut after = (0..).map_while(|index| graph.links.neighbour(Way::Forward, node, index));
        assert!(after.all(|next| graph.order.is_before(node, next)), "an edge against the order");
    }
    assert_eq!(
        graph.order.iter().filter(|&node| node == start(item_of(node))).count() * 2,
        graph.order.iter().count()
    );
}
