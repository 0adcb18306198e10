//! Blocked and ready against a model that follows every parent and every dependency.

use googletest::prelude::*;
use proptest::prelude::*;

use crate::model::{DependencyKind, ItemId};
use crate::query::fixture::{Fixture, walk};
use crate::query::{DependencyDirection, DependencyEnd, ItemFilter, ItemSort, PageRequest};

/// A random forest with random dependencies.
#[derive(Debug, Clone)]
struct Plan {
    /// Per item: parent among the items before it, lane, deleted.
    items: Vec<(Option<usize>, usize, bool)>,
    edges: Vec<(usize, usize)>,
}

fn plans() -> impl Strategy<Value = Plan> {
    (2_usize..40).prop_flat_map(|count| {
        let item = (any::<prop::sample::Index>(), 0..5_u8, 0..4_usize, 0..12_u8);
        let items = prop::collection::vec(item, count);
        let edges = prop::collection::vec((0..count, 0..count), 0..count);
        (items, edges).prop_map(|(items, edges)| {
            let items = items
                .into_iter()
                .enumerate()
                .map(|(at, (parent, root, lane, deleted))| {
                    let parent = (at > 0 && root > 0).then(|| parent.index(at.max(1)));
                    (parent, lane, deleted == 0)
                })
                .collect();
            Plan { items, edges }
        })
    })
}

impl Plan {
    /// An item is gone with its ancestors; the tree stays at most sixteen deep.
    fn settle(&mut self) {
        let mut depths = vec![1; self.items.len()];
        for at in 0..self.items.len() {
            let Some(parent) = self.items[at].0 else { continue };
            self.items[at].2 |= self.items[parent].2;
            if depths[parent] == 16 {
                self.items[at].0 = None;
            } else {
                depths[at] = depths[parent] + 1;
            }
        }
    }

    const fn finished(&self, at: usize) -> bool {
        self.items.as_slice()[at].1 == 3
    }

    fn live(&self, at: usize) -> bool {
        !self.items[at].2
    }

    fn blocked(&self, at: usize) -> bool {
        let waits = |item: usize| {
            self.edges
                .iter()
                .any(|(from, to)| *to == item && from != to && self.live(*from) && !self.finished(*from))
        };
        let mut next = Some(at);
        while let Some(item) = next {
            if waits(item) {
                return !self.finished(at);
            }
            next = self.items[item].0;
        }
        false
    }

    fn ready(&self, at: usize) -> bool {
        let open_child =
            |child: usize| self.items[child].0 == Some(at) && self.live(child) && !self.finished(child);
        !self.finished(at) && !self.blocked(at) && !(0..self.items.len()).any(open_child)
    }

    fn numbers(&self, holds: impl Fn(usize) -> bool) -> Vec<i64> {
        let matching = (0..self.items.len()).filter(|at| self.live(*at) && holds(*at));
        matching.map(|at| i64::try_from(at).unwrap() + 1).collect()
    }

    fn write(&self) -> Fixture {
        let file = Fixture::new();
        let pm = file.project("PM", "open");
        file.conn.execute_batch("BEGIN").unwrap();
        let mut ids: Vec<ItemId> = Vec::new();
        for (parent, lane, deleted) in &self.items {
            let lane = [pm.backlog, pm.todo, pm.doing, pm.done][*lane];
            let id = file.item(&pm, lane, parent.map(|parent| ids[parent]));
            if *deleted {
                file.set(id, "deleted_at", 1);
            }
            ids.push(id);
        }
        let mut seen = std::collections::HashSet::new();
        for (from, to) in &self.edges {
            if from != to && seen.insert((from.min(to), from.max(to))) {
                file.depend("blocks", ids[*from], ids[*to]);
            }
        }
        file.conn.execute_batch("COMMIT").unwrap();
        file.derive();
        file
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn given_random_trees_when_asked_then_blocked_and_ready_are_as_in_the_model(mut plan in plans(), limit in 1..20_i64) {
        plan.settle();
        // One direction per pair, as the file allows no other.
        let mut seen = std::collections::HashSet::new();
        plan.edges.retain(|(from, to)| from != to && seen.insert((*from.min(to), *from.max(to))));
        let file = plan.write();
        let reader = file.admin();
        let (blocked, ready) = (plan.numbers(|at| plan.blocked(at)), plan.numbers(|at| plan.ready(at)));

        let numbers = |cards: Vec<crate::query::Card>| cards.iter().map(|c| c.item.number).collect::<Vec<_>>();
        let listed = walk(limit, |page| reader.blocked(&"PM".into(), page).map(|p| (p.items, p.next)));
        prop_assert_eq!(numbers(listed), blocked.clone());
        let listed = walk(limit, |page| reader.ready(&"PM".into(), page).map(|p| (p.items, p.next)));
        prop_assert_eq!(numbers(listed), ready.clone());

        for project in [Some("PM".into()), None] {
            let of = |filter: ItemFilter| {
                let filter = ItemFilter { project: project.clone(), ..filter };
                numbers(reader.items(&filter, ItemSort::Number, &PageRequest::first(500), false).unwrap().items)
            };
            prop_assert_eq!(of(ItemFilter { blocked: Some(true), ..ItemFilter::default() }), blocked.clone());
            prop_assert_eq!(of(ItemFilter { ready: Some(true), ..ItemFilter::default() }), ready.clone());
            let rest = of(ItemFilter { blocked: Some(false), ready: Some(false), ..ItemFilter::default() });
            prop_assert_eq!(rest, plan.numbers(|at| !plan.blocked(at) && !plan.ready(at)));
        }

        let all = ItemFilter { project: Some("PM".into()), ..ItemFilter::default() };
        for card in reader.items(&all, ItemSort::Number, &PageRequest::first(500), false).unwrap().items {
            prop_assert_eq!(card.blocked, blocked.contains(&card.item.number));
            prop_assert_eq!(card.ready, ready.contains(&card.item.number));
            let single = reader.item_only(&card.item.id.into()).unwrap();
            prop_assert_eq!((single.blocked, single.ready), (card.blocked, card.ready));
        }
    }
}

#[gtest]
fn given_a_finished_epic_that_waits_when_its_child_is_open_then_the_child_is_blocked() {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let blocker = file.item(&pm, pm.todo, None);
    let epic = file.item(&pm, pm.done, None);
    let child = file.item(&pm, pm.todo, Some(epic));
    file.depend("blocks", blocker, epic);
    file.derive();
    let reader = file.admin();
    expect_true!(reader.item_only(&child.into()).unwrap().blocked);
    expect_false!(reader.item_only(&epic.into()).unwrap().blocked);
    let blocked = reader.blocked(&"PM".into(), &PageRequest::default()).unwrap();
    expect_that!(blocked.items.len(), eq(1));
}

#[gtest]
fn given_dependencies_both_ways_when_walked_then_each_once_with_its_direction() {
    let file = Fixture::new();
    let (pm, other) = (file.project("PM", "open"), file.project("SEC", "private"));
    let item = file.item(&pm, pm.todo, None);
    let before = file.item(&pm, pm.done, None);
    let after = file.item(&pm, pm.todo, None);
    let secret = file.item(&other, other.todo, None);
    file.depend("blocks", before, item);
    file.depend("blocks", item, after);
    file.depend("relates_to", secret, item);
    file.derive();
    let lines = |reader: crate::query::Reader, kind, limit| {
        walk(limit, |page| reader.dependencies(&item.into(), kind, page).map(|p| (p.dependencies, p.next)))
    };
    for limit in [1, 2, 50] {
        let all = lines(file.as_member("bob"), None, limit);
        let directions: Vec<_> = all.iter().map(|line| line.direction).collect();
        expect_that!(
            directions,
            eq(&vec![
                DependencyDirection::BlockedBy,
                DependencyDirection::Blocks,
                DependencyDirection::RelatesTo
            ])
        );
        let DependencyEnd::Item(first) = &all[0].other else { panic!("hidden") };
        expect_that!((first.key.as_str(), first.status.as_str(), first.finished), eq(("PM-2", "done", true)));
        expect_that!(all[2].other, eq(&DependencyEnd::Hidden));
    }
    let related = lines(file.admin(), Some(DependencyKind::RelatesTo), 50);
    expect_that!(related.len(), eq(1));
    expect_true!(matches!(&related[0].other, DependencyEnd::Item(linked) if linked.key == "SEC-1"));
    expect_that!(lines(file.admin(), Some(DependencyKind::Blocks), 1).len(), eq(2));
}
