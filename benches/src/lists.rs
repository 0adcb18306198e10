//! Lists that are read on every screen, at ten thousand items: ready, blocked, search, board.

use pm_engine::command::{Change, Command};
use pm_engine::model::{DependencyKind, ProjectRef};
use pm_engine::query::{ItemFilter, PageRequest, SearchQuery};

use crate::fixture::{Fixture, member};
use crate::measure::{Effort, Line, Random, Target, in_turns, median, seconds, timed};
use crate::read::reader;

/// A project of so many items in all lanes, a fifth of them waiting for another.
#[must_use]
pub fn project(count: usize) -> Fixture {
    let fixture = Fixture::new(1);
    fixture.fill(count);
    let mut random = Random(11);
    let lanes = ["todo", "in_progress", "review", "done"];
    let mut changes = Vec::new();
    for number in 1..=count {
        let item = format!("PM-{number}");
        if number % 2 == 0 {
            let lane = lanes[random.below(lanes.len())];
            changes.push(Change::MoveItem(pm_engine::command::ItemMove::to_lane(item.as_str(), lane)));
        }
        if number % 5 == 0 {
            let from = format!("PM-{}", random.below(number - 1) + 1);
            let (from, to) = (from.as_str().into(), item.as_str().into());
            changes.push(Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to });
        }
    }
    for part in changes.chunks(500) {
        fixture.tenant.execute(Command::batch(member(), part.to_vec())).unwrap();
    }
    fixture
}

/// The lines of the table.
#[must_use]
pub fn lines(effort: Effort) -> Vec<Line> {
    let count = effort.pick(1_000, 10_000);
    let fixture = project(count);
    let (tenant, actor) = (&fixture.tenant, member());
    let project = ProjectRef::from("PM");
    let bare = reader(&fixture.file());
    let id: String = bare.query_row("SELECT id FROM projects", [], |row| row.get(0)).unwrap();
    let bare_list = |condition: &str| {
        let sql = format!(
            "SELECT * FROM work_items WHERE project_id = ?1 AND {condition} AND deleted_at IS NULL ORDER BY number LIMIT 50"
        );
        bare.prepare(&sql).unwrap()
    };
    let (rounds, times) = (effort.pick(2, 11), effort.pick(3, 30));
    let target = Target::Seconds(5e-3);
    let page = PageRequest::first(50);
    let mut found = Vec::new();
    let lists = [
        ("ready", "finished = 0 AND open_blockers = 0 AND open_children = 0", true),
        ("blocked", "open_blockers > 0 AND finished = 0", false),
    ];
    for (name, condition, ready) in lists {
        let mut statement = bare_list(condition);
        let pairs = in_turns(
            rounds,
            times,
            || {
                let mut rows = statement.query([&id]).unwrap();
                let mut seen = 0;
                while let Some(row) = rows.next().unwrap() {
                    seen += row.get::<_, String>(4).unwrap().len();
                }
                assert!(seen > 0);
            },
            || {
                let reader = tenant.read(&actor).unwrap();
                let answer =
                    if ready { reader.ready(&project, &page) } else { reader.blocked(&project, &page) };
                assert_eq!(answer.unwrap().items.len(), 50);
            },
        );
        found.push(Line::time(&format!("{name} list, first 50 of {count}"), &pairs, target));
    }
    let alone = |what: String, question: &dyn Fn()| {
        question();
        let took: Vec<f64> = (0..rounds * times).map(|_| timed(question).0.as_secs_f64()).collect();
        Line { what, floor: "–".to_owned(), result: seconds(median(&took)), figure: median(&took), target }
    };
    for (name, text) in [("a rare word", "77"), ("a word in every item", "thing work")] {
        let query = SearchQuery { text: text.to_owned(), project: None, kind: None, page: page.clone() };
        found.push(alone(format!("search at {count} items: {name}"), &|| {
            assert!(!tenant.read(&actor).unwrap().search(&query).unwrap().hits.is_empty());
        }));
    }
    found.push(alone(format!("board page at {count} items, 20 a lane"), &|| {
        let board = tenant.read(&actor).unwrap().board(&project, &ItemFilter::default(), Some(20)).unwrap();
        assert_eq!(board.lanes.len(), 5);
    }));
    found
}
