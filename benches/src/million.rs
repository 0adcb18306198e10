//! One more dependency at a million edges: how long until it is accepted or refused? The graph alone, beside a plain
//! depth-first search over dense arrays, which is also held against every answer; and through commands.

use std::collections::HashMap;
use std::path::Path;

use pm_engine::command::{Change, Command};
use pm_engine::error::ExecuteError;
use pm_engine::model::{DependencyKind, ItemId};
use pm_engine::{Durability, Engine, EngineConfig};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::fixture::{Fixture, member};
use crate::graph::WorkGraph;
use crate::measure::{Effort, Line, Random, Target, median, quantile, seconds, timed};

/// How many of the questions the slow floor is asked.
const FLOOR_ASKED: usize = 200;

fn id(item: usize) -> ItemId {
    // Scattered, so that neither memory nor order follows the numbers.
    let scattered = (item as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    ItemId::from_uuid(Uuid::from_u128(scattered))
}

#[derive(Clone, Copy)]
enum Ask {
    Block(usize, usize),
    Parent(usize, usize),
}

#[derive(Default)]
struct Work {
    items: usize,
    parents: Vec<(usize, usize)>,
    blocks: Vec<(usize, usize)>,
    asked: Vec<Ask>,
}

impl Work {
    /// Renames items and shuffles edges.
    fn shuffled(mut self, random: &mut Random) -> Self {
        let mut names: Vec<usize> = (0..self.items).collect();
        random.shuffle(&mut names);
        let rename = |pair: &mut (usize, usize)| *pair = (names[pair.0], names[pair.1]);
        self.parents.iter_mut().for_each(rename);
        self.blocks.iter_mut().for_each(rename);
        for ask in &mut self.asked {
            *ask = match *ask {
                Ask::Block(one, other) => Ask::Block(names[one], names[other]),
                Ask::Parent(one, other) => Ask::Parent(names[one], names[other]),
            };
        }
        random.shuffle(&mut self.parents);
        random.shuffle(&mut self.blocks);
        self
    }
}

/// The plain search: moments in arrays, no order kept.
struct Floor {
    after: Vec<Vec<usize>>,
    parent: HashMap<usize, usize>,
    seen: Vec<u32>,
    round: u32,
    stack: Vec<usize>,
}

impl Floor {
    fn new(work: &Work) -> Self {
        let mut after = vec![Vec::new(); work.items * 2];
        (0..work.items).for_each(|item| after[2 * item].push(2 * item + 1));
        let seen = vec![0; work.items * 2];
        let mut floor = Self { after, parent: HashMap::new(), seen, round: 0, stack: Vec::new() };
        work.parents.iter().for_each(|&(child, parent)| floor.put(Ask::Parent(child, parent)));
        work.blocks.iter().for_each(|&(one, other)| floor.put(Ask::Block(one, other)));
        floor
    }

    fn put(&mut self, ask: Ask) {
        match ask {
            Ask::Block(one, other) => self.after[2 * one + 1].push(2 * other),
            Ask::Parent(child, parent) => {
                self.after[2 * parent].push(2 * child);
                self.after[2 * child + 1].push(2 * parent + 1);
                self.parent.insert(child, parent);
            }
        }
    }

    fn leave(&mut self, child: usize) {
        let Some(parent) = self.parent.remove(&child) else { return };
        self.after[2 * parent].retain(|&node| node != 2 * child);
        self.after[2 * child + 1].retain(|&node| node != 2 * parent + 1);
    }

    fn reaches(&mut self, from: usize, to: usize) -> bool {
        self.round += 1;
        self.stack.clear();
        self.stack.push(from);
        while let Some(node) = self.stack.pop() {
            if node == to {
                return true;
            }
            if std::mem::replace(&mut self.seen[node], self.round) != self.round {
                self.stack.extend(&self.after[node]);
            }
        }
        false
    }

    fn closes(&mut self, ask: Ask) -> bool {
        match ask {
            Ask::Block(one, other) => self.reaches(2 * other, 2 * one + 1),
            Ask::Parent(child, parent) => {
                self.reaches(2 * child, 2 * parent) || self.reaches(2 * parent + 1, 2 * child + 1)
            }
        }
    }
}

fn put(graph: &mut WorkGraph, ask: Ask, check: bool) -> bool {
    match (ask, check) {
        (Ask::Block(one, other), true) => graph.check_block(id(one), id(other)).is_ok(),
        (Ask::Block(one, other), false) => graph.add_block(id(one), id(other)).is_ok(),
        (Ask::Parent(one, other), true) => graph.check_parent(id(one), id(other)).is_ok(),
        (Ask::Parent(one, other), false) => graph.set_parent(id(one), Some(id(other))).is_ok(),
    }
}

/// A graph of a million edges, and the plain search over the same edges, for criterion.
pub struct Question {
    graph: WorkGraph,
    floor: Floor,
    random: Random,
    items: usize,
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("items", &self.items).finish_non_exhaustive()
    }
}

impl Question {
    fn new(work: &Work) -> Self {
        let ids = |&(one, other): &(usize, usize)| (id(one), id(other));
        let graph = WorkGraph::load(work.parents.iter().map(ids), work.blocks.iter().map(ids));
        let Ok(graph) = graph else { panic!("the data has a cycle") };
        Self { graph, floor: Floor::new(work), random: Random(3), items: work.items }
    }

    /// Edges between any two of a hundred thousand items.
    #[must_use]
    pub fn random() -> Self {
        Self::new(&random_dag(&mut Random(1), 100_000, 1_000_000))
    }

    /// Edges to near neighbours.
    #[must_use]
    pub fn layered() -> Self {
        Self::new(&layered(&mut Random(1), 100_000, 1_000_000, 100, false))
    }

    /// Ten chains of a hundred thousand.
    #[must_use]
    pub fn chains() -> Self {
        Self::new(&chains(10, 100_000, Vec::new()))
    }

    /// Whether one more edge would close a cycle, asked of the graph.
    pub fn ask(&mut self) -> bool {
        let (one, other) = (self.random.below(self.items), self.random.below(self.items));
        put(&mut self.graph, Ask::Block(one, other), true)
    }

    /// The same by plain search.
    pub fn ask_floor(&mut self) -> bool {
        let (one, other) = (self.random.below(self.items), self.random.below(self.items));
        self.floor.closes(Ask::Block(one, other))
    }
}

/// Two lines: the median and the 99th percentile of one more edge (asked, and added where it is accepted).
fn measure(name: &str, work: &Work, median_target: Target) -> [Line; 2] {
    let ids = |&(one, other): &(usize, usize)| (id(one), id(other));
    let loaded = WorkGraph::load(work.parents.iter().map(ids), work.blocks.iter().map(ids));
    let Ok(mut graph) = loaded else { panic!("{name}: the data has a cycle") };
    let mut floor = Floor::new(work);
    let (mut took, mut plain, mut refused) = (Vec::new(), Vec::new(), 0);
    for (at, &ask) in work.asked.iter().enumerate() {
        let (asked, answer) = timed(|| put(&mut graph, ask, true));
        if let Ask::Parent(child, _) = ask {
            floor.leave(child);
        }
        if at < FLOOR_ASKED {
            let (searched, closes) = timed(|| floor.closes(ask));
            assert_eq!(closes, !answer, "{name}: the floor says otherwise");
            plain.push(searched.as_secs_f64());
        }
        let mut whole = asked;
        if answer {
            let (added, done) = timed(|| put(&mut graph, ask, false));
            assert!(done);
            whole += added;
            floor.put(ask);
        }
        refused += usize::from(!answer);
        took.push(whole.as_secs_f64());
    }
    let share = 100 * refused / work.asked.len().max(1);
    let line = |word: &str, at: f64, target: Target| Line {
        what: format!(
            "one more edge, {name} ({} edges, {share} % refused): {word}",
            work.parents.len() + work.blocks.len()
        ),
        floor: seconds(quantile(&plain, at)),
        result: seconds(quantile(&took, at)),
        figure: quantile(&took, at),
        target,
    };
    [line("median", 0.5, median_target), line("99th percentile", 0.99, Target::Seconds(10e-3))]
}

fn random_pairs(random: &mut Random, items: usize, count: usize) -> Vec<Ask> {
    (0..count).map(|_| Ask::Block(random.below(items), random.below(items))).collect()
}

fn random_dag(random: &mut Random, items: usize, edges: usize) -> Work {
    let mut edge = |_| {
        let (one, other) = (random.below(items), random.below(items));
        if one == other { (0, items - 1) } else { (one.min(other), one.max(other)) }
    };
    let blocks = (0..edges).map(&mut edge).collect();
    let asked = random_pairs(random, items, 3_000);
    Work { items, blocks, asked, ..Work::default() }.shuffled(random)
}

/// Edges to near neighbours only, asked for pairs anywhere or near each other.
fn layered(random: &mut Random, items: usize, edges: usize, reach: usize, near: bool) -> Work {
    let mut edge = |_| {
        let one = random.below(items - reach);
        (one, one + 1 + random.below(reach))
    };
    let blocks = (0..edges).map(&mut edge).collect();
    let asked = if near {
        let mut pair = |_| {
            let one = random.below(items - 2 * reach) + reach;
            Ask::Block(one, one + random.below(2 * reach) - reach)
        };
        (0..3_000).map(&mut pair).collect()
    } else {
        random_pairs(random, items, 3_000)
    };
    Work { items, blocks, asked, ..Work::default() }.shuffled(random)
}

fn chains(count: usize, length: usize, asked: Vec<Ask>) -> Work {
    let edge = |at: usize| (!at.is_multiple_of(length)).then_some((at - 1, at));
    let blocks = (0..count * length).filter_map(edge).collect();
    Work { items: count * length, blocks, asked, ..Work::default() }
}

/// Ten epics of many stories under one root: parents and blocks.
fn hierarchy(random: &mut Random, stories: usize) -> Work {
    let epics = 10;
    let items = 1 + epics + epics * stories;
    let epic_of = |story: usize| 1 + (story - 1 - epics) / stories;
    let parents = (1..items).map(|item| (item, if item <= epics { 0 } else { epic_of(item) })).collect();
    let mut ask = |at: usize| {
        let mut story = || 1 + epics + random.below(epics * stories);
        let (one, other) = (story(), story());
        match at % 6 {
            0 | 1 => Ask::Block(one, other),
            2 => Ask::Block(one, epic_of(one)),
            3 => Ask::Parent(epic_of(one), one),
            4 => Ask::Parent(one, epic_of(other)),
            _ => Ask::Block(one, epic_of(other)),
        }
    };
    Work { items, asked: (0..3_000).map(&mut ask).collect(), parents, ..Work::default() }
}

/// The graph alone.
fn graph_lines(effort: Effort) -> Vec<Line> {
    let scale = effort.pick(100, 1);
    let (items, edges, length) = (100_000 / scale, 1_000_000 / scale, 100_000 / scale);
    let random = &mut Random(0x5EED_0F1D_EA5E_EDED);
    let half = Target::Seconds(50e-6);
    let within = {
        let mut pair = |_| {
            let chain = random.below(10) * length;
            Ask::Block(chain + random.below(length), chain + random.below(length))
        };
        (0..3_000).map(&mut pair).collect()
    };
    let ends = (0..200).map(|at| at % 10).map(|at| Ask::Block((at + 1) * length - 1, at * length)).collect();
    [
        measure("random graph", &random_dag(random, items, edges), half),
        measure("layered, pairs anywhere", &layered(random, items, edges, 100, false), half),
        measure("layered, pairs near each other", &layered(random, items, edges, 100, true), half),
        measure("sparse layered, pairs anywhere", &layered(random, 5 * items, edges, 20, false), half),
        measure("chains of 100,000, pairs within", &chains(10, length, within), half),
        measure("chains of 100,000, end to begin", &chains(10, length, ends), Target::None),
        measure("ten epics of 100,000 stories", &hierarchy(random, length), half),
    ]
    .concat()
}

/// Writes items and dependencies into a tenant's closed file, as if commands had made them.
fn fill_file(file: &Path, work: &Work) {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(
            "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = 0; BEGIN",
        )
        .unwrap();
    let (project, lane): (String, String) = connection
        .query_row("SELECT id, default_lane FROM projects", [], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap();
    let mut item = connection
        .prepare(
            "INSERT INTO work_items VALUES (?1, ?2, ?3, 'task', 'Item', ?4, 'none', NULL, '[]', NULL, NULL, NULL, NULL, \
             NULL, NULL, NULL, printf('%08d', ?3), '', NULL, NULL, 0, 'auth0|alice', 0, 'auth0|alice', NULL, NULL, NULL, 1, \
             NULL, 1, 0, 0, 0, 0, 1, '', '')",
        )
        .unwrap();
    let items = i64::try_from(work.items).unwrap();
    for (n, number) in (0..work.items).zip(1_i64..) {
        item.execute(params![id(n).to_string(), project, number, lane]).unwrap();
    }
    let mut edge = connection
        .prepare(
            "INSERT OR IGNORE INTO dependencies VALUES (?1, 'blocks', ?2, ?3, ?4, 0, 'auth0|alice', NULL, 1, NULL)",
        )
        .unwrap();
    for (n, &(from, to)) in work.blocks.iter().enumerate() {
        let own = Uuid::from_u128(n as u128 + 1).to_string();
        edge.execute(params![own, id(from).to_string(), id(to).to_string(), project]).unwrap();
    }
    connection.execute("UPDATE projects SET next_number = ?1", [items + 1]).unwrap();
    connection.execute("UPDATE swim_lanes SET item_count = ?1 WHERE id = ?2", params![items, lane]).unwrap();
    connection
        .execute_batch(
            "UPDATE work_items SET open_blockers = (SELECT count(*) FROM dependencies d WHERE d.to_item = work_items.id); COMMIT",
        )
        .unwrap();
}

/// Times of `AddDependency` through the engine, one after the other, in a tenant that holds `work`. Without the fsync.
fn by_commands(work: &Work) -> Vec<f64> {
    let fixture = Fixture::new(0);
    let file = fixture.file();
    let Fixture { tenant, engine, folder } = fixture;
    drop(tenant);
    engine.close();
    fill_file(&file, work);
    let config =
        EngineConfig { workers: 0, durability: Durability::Relaxed, ..EngineConfig::new(folder.path()) };
    let engine = Engine::open(config).unwrap();
    let tenant = engine.tenant("bench").unwrap();
    let mut took = Vec::with_capacity(work.asked.len());
    for (at, &ask) in work.asked.iter().enumerate() {
        let Ask::Block(from, to) = ask else { continue };
        let (from, to) = (id(from).into(), id(to).into());
        let change = Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to };
        let (time, answer) = timed(|| tenant.execute(Command::new(member(), change)));
        assert!(matches!(answer, Ok(_) | Err(ExecuteError::Rejected(_))));
        // The first one loads the graph.
        if at > 0 {
            took.push(time.as_secs_f64());
        }
    }
    took
}

/// Times of `AddDependency` in a tenant that holds so many edges, ten an item.
#[must_use]
pub fn depend(edges: usize) -> Vec<f64> {
    by_commands(&random_dag(&mut Random(99), edges / 10, edges))
}

fn command_lines(effort: Effort) -> Vec<Line> {
    let random = &mut Random(99);
    let many = depend(effort.pick(10_000, 1_000_000));
    let few = by_commands(&random_dag(random, 1_000, 2_000));
    let line = |word: &str, at: f64| Line {
        what: format!("AddDependency through the engine, NORMAL (the floor: at 2,000 edges): {word}"),
        floor: seconds(quantile(&few, at)),
        result: seconds(quantile(&many, at)),
        figure: median(&many) / median(&few),
        target: Target::None,
    };
    vec![line("median", 0.5), line("99th percentile", 0.99)]
}

/// The lines of the table.
#[must_use]
pub fn lines(effort: Effort) -> Vec<Line> {
    [graph_lines(effort), command_lines(effort)].concat()
}
