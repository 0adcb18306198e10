//! Random changes, each answer held against petgraph on a moment graph built from scratch.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::{has_path_connecting, is_cyclic_directed};
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;

use super::super::{Cycle, Mark, WorkGraph};
use super::{id, load, number, verify_order};

/// The same edges without any cleverness.
#[derive(Clone, Default, Debug)]
struct Model {
    parents: BTreeMap<u32, u32>,
    blocks: BTreeSet<(u32, u32)>,
}

impl Model {
    /// All edges between moments; `2 * item` is the start and `2 * item + 1` the finish.
    fn moments(&self, items: u32) -> DiGraph<(), (), u32> {
        let own = (0..items).map(|item| (2 * item, 2 * item + 1));
        let parents = self.parents.iter();
        let parents =
            parents.flat_map(|(child, parent)| [(2 * parent, 2 * child), (2 * child + 1, 2 * parent + 1)]);
        let blocks = self.blocks.iter().map(|(blocker, blocked)| (2 * blocker + 1, 2 * blocked));
        DiGraph::from_edges(own.chain(parents).chain(blocks))
    }

    fn is_cyclic(&self, items: u32) -> bool {
        is_cyclic_directed(&self.moments(items))
    }

    fn with_block(&self, blocker: u32, blocked: u32) -> Self {
        let mut changed = self.clone();
        changed.blocks.insert((blocker, blocked));
        changed
    }

    fn with_parent(&self, child: u32, parent: Option<u32>) -> Self {
        let mut changed = self.clone();
        match parent {
            Some(parent) => changed.parents.insert(child, parent),
            None => changed.parents.remove(&child),
        };
        changed
    }

    /// Is there a closed walk through exactly these items, in this sequence?
    fn is_cycle(&self, items: u32, path: &[u32]) -> bool {
        let moments = self.moments(items);
        let own_step = |reached: &mut BTreeSet<u32>, item: u32| {
            if reached.contains(&(2 * item)) {
                reached.insert(2 * item + 1);
            }
        };
        [2 * path[0], 2 * path[0] + 1].into_iter().any(|begin| {
            let mut reached = BTreeSet::from([begin]);
            own_step(&mut reached, path[0]);
            for &item in path[1..].iter().chain([&path[0]]) {
                reached = [2 * item, 2 * item + 1]
                    .into_iter()
                    .filter(|&to| {
                        reached.iter().any(|&from| moments.contains_edge(NodeIndex::from(from), to.into()))
                    })
                    .collect();
                own_step(&mut reached, item);
            }
            reached.contains(&begin)
        })
    }

    fn verify_refusal(&self, items: u32, first: u32, answer: &std::result::Result<(), Cycle>) {
        assert_eq!(answer.is_err(), self.is_cyclic(items), "{answer:?} on {self:?}");
        if let Err(cycle) = answer {
            let path: Vec<u32> = cycle.path.iter().copied().map(number).collect();
            assert_eq!(path[0], first, "{path:?}");
            assert_eq!(cycle.length, path.len() as i64);
            assert!(self.is_cycle(items, &path), "{path:?} is no cycle of {self:?}");
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    AddBlock(u32, u32),
    CheckBlock(u32, u32),
    RemoveBlock(u32, u32),
    /// Takes out the nth edge there is, which a random pair would seldom hit.
    RemoveNth(usize),
    SetParent(u32, Option<u32>),
    CheckParent(u32, u32),
    Mark,
    Rollback(usize),
    Commit,
}

fn steps(items: u32, length: usize) -> impl Strategy<Value = Vec<Step>> {
    let item = 0..items;
    let two = (item.clone(), item.clone());
    let step = prop_oneof![
        12 => two.clone().prop_map(|(one, other)| Step::AddBlock(one, other)),
        4 => two.clone().prop_map(|(one, other)| Step::CheckBlock(one, other)),
        1 => two.clone().prop_map(|(one, other)| Step::RemoveBlock(one, other)),
        3 => any::<usize>().prop_map(Step::RemoveNth),
        8 => (item.clone(), proptest::option::weighted(0.8, item)).prop_map(|(c, p)| Step::SetParent(c, p)),
        3 => two.prop_map(|(one, other)| Step::CheckParent(one, other)),
        2 => Just(Step::Mark),
        1 => any::<usize>().prop_map(Step::Rollback),
        1 => Just(Step::Commit),
    ];
    proptest::collection::vec(step, 1..length)
}

/// The graph, its model, and the savepoints that still hold.
struct Run {
    items: u32,
    graph: WorkGraph,
    model: Model,
    marks: Vec<(Mark, Model)>,
}

impl Run {
    fn new(items: u32) -> Self {
        Self { items, graph: WorkGraph::new(), model: Model::default(), marks: Vec::new() }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::AddBlock(one, other) => {
                let wanted = self.model.with_block(one, other);
                let answer = self.graph.add_block(id(one), id(other));
                wanted.verify_refusal(self.items, one, &answer);
                self.model = if answer.is_ok() { wanted } else { self.model.clone() };
            }
            Step::CheckBlock(one, other) => {
                let answer = self.graph.check_block(id(one), id(other));
                self.model.with_block(one, other).verify_refusal(self.items, one, &answer);
            }
            Step::RemoveBlock(one, other) => {
                self.graph.remove_block(id(one), id(other));
                self.model.blocks.remove(&(one, other));
            }
            Step::RemoveNth(nth) => {
                let nth = nth % self.model.blocks.len().max(1);
                if let Some((one, other)) = self.model.blocks.iter().nth(nth).copied() {
                    self.take(&Step::RemoveBlock(one, other));
                }
            }
            Step::SetParent(child, parent) => {
                let wanted = self.model.with_parent(child, parent);
                let answer = self.graph.set_parent(id(child), parent.map(id));
                wanted.verify_refusal(self.items, child, &answer);
                self.model = if answer.is_ok() { wanted } else { self.model.clone() };
            }
            Step::CheckParent(child, parent) => {
                let answer = self.graph.check_parent(id(child), id(parent));
                self.model.with_parent(child, Some(parent)).verify_refusal(self.items, child, &answer);
            }
            Step::Mark => self.marks.push((self.graph.mark(), self.model.clone())),
            Step::Rollback(nth) => {
                let keep = nth % self.marks.len().max(1);
                if let Some((mark, model)) = self.marks.drain(keep..).next() {
                    self.graph.rollback_to(mark);
                    self.model = model;
                }
            }
            Step::Commit => {
                self.graph.clear_journal();
                self.marks.clear();
            }
        }
    }

    fn verify(&self) {
        verify_order(&self.graph);
        assert_eq!(self.graph.edge_count(), self.model.parents.len() + self.model.blocks.len());
        for &(one, other) in &self.model.blocks {
            let (one, other) = (self.graph.links.find(id(one)), self.graph.links.find(id(other)));
            assert!(self.graph.links.has_block(one.unwrap(), other.unwrap()));
        }
        for (&child, &parent) in &self.model.parents {
            let child = self.graph.links.find(id(child)).unwrap();
            assert_eq!(self.graph.links.parent(child), self.graph.links.find(id(parent)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn given_few_items_when_changed_at_random_then_answers_are_those_of_petgraph(steps in steps(9, 120)) {
        let mut run = Run::new(9);
        for step in &steps {
            run.take(step);
            run.verify();
        }
    }

    #[test]
    fn given_any_pairs_when_loaded_then_cyclic_data_and_only_that_is_refused(
        parents in proptest::collection::btree_map(0_u32..12, 0_u32..12, 0..7),
        blocks in proptest::collection::btree_set((0_u32..12, 0_u32..12), 0..10),
    ) {
        let model = Model { parents, blocks };
        let loaded = load(
            model.parents.iter().map(|(&child, &parent)| (child, parent)),
            model.blocks.iter().copied(),
        );
        assert_eq!(loaded.is_err(), model.is_cyclic(12));
        match loaded {
            Ok(graph) => {
                verify_order(&graph);
                assert_eq!(graph.edge_count(), model.parents.len() + model.blocks.len());
            }
            Err(cycle) => {
                let path: Vec<u32> = cycle.path.iter().copied().map(number).collect();
                assert_eq!(cycle.length, path.len() as i64);
                assert!(model.is_cycle(12, &path), "{path:?} is no cycle of {model:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn given_many_items_when_changed_at_random_then_answers_are_those_of_petgraph(steps in steps(70, 500)) {
        let mut run = Run::new(70);
        for step in &steps {
            run.take(step);
        }
        run.verify();
        let moments = run.model.moments(70);
        for (one, other) in (0..70).flat_map(|one| [(one, (one + 1) % 70), (one, (one * 7 + 3) % 70)]) {
            let closes =
                has_path_connecting(&moments, NodeIndex::from(2 * other), (2 * one + 1).into(), None);
            assert_eq!(run.graph.check_block(id(one), id(other)).is_err(), closes);
        }
    }
}
