//! Real data of other kinds, loaded with plain commands as an importer would send them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use googletest::prelude::*;
use pm_engine::CommandResult;
use pm_engine::Tenant;
use pm_engine::command::{Change, Command, NewItem, NewProject, NewTimeEntry};
use pm_engine::model::{CalendarDate, DependencyKind, ItemKind, Timestamp};
use pm_engine::rejection::{PathStep, Rejection, RejectionCode};

use crate::import_support::{count, data, file};
use crate::support::{Bench, admin, user};

/// The rows of a CSV file without its header: commas, quotes and doubled quotes, no line breaks inside.
fn csv(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(fields).collect()
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let (mut quoted, mut chars) = (false, line.chars().peekable());
    while let Some(c) = chars.next() {
        let field = fields.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => field.push(c),
        }
    }
    fields
}

/// Sends all, then waits for all: they share transactions.
fn send_all(tenant: &Tenant, changes: impl IntoIterator<Item = Change>) -> Vec<CommandResult> {
    let pending: Vec<_> =
        changes.into_iter().map(|change| tenant.send(Command::new(admin(), change))).collect();
    pending.into_iter().map(pm_engine::Pending::wait).collect()
}

fn rejections(results: &[CommandResult]) -> Vec<&Rejection> {
    results
        .iter()
        .filter_map(|result| result.as_ref().err())
        .map(|error| error.rejection().unwrap())
        .collect()
}

fn ids(results: &[CommandResult]) -> Vec<String> {
    results.iter().map(|result| result.as_ref().unwrap().results[0].id.clone()).collect()
}

fn task(title: &str) -> Change {
    Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, title)))
}

fn blocks(from: &str, to: &str) -> Change {
    Change::AddDependency { id: None, kind: DependencyKind::Blocks, from: from.into(), to: to.into() }
}

#[gtest]
fn given_the_links_of_real_projects_when_loaded_then_exactly_the_known_ring_is_refused_with_its_path() {
    let Some(path) = data("sprints-apache/apache_issuelink_80.csv") else { return };
    let links = csv(&std::fs::read_to_string(path).unwrap());
    expect_that!(links.len(), eq(1_500));
    let keys: BTreeSet<&str> = links.iter().flat_map(|link| [link[1].as_str(), link[2].as_str()]).collect();
    expect_that!(keys.len(), eq(1_440));
    let bench = Bench::with_workers(2);
    let tenant = bench.tenant("apache");
    let items = ids(&send_all(&tenant, keys.iter().map(|key| task(key))));
    let item_of: BTreeMap<&str, &str> = keys.iter().copied().zip(items.iter().map(String::as_str)).collect();
    let mut seen = BTreeSet::new();
    let mut edges = Vec::new();
    for link in &links {
        let (one, other) = (link[1].as_str(), link[2].as_str());
        let (blocker, waiting) = match link[3].as_str() {
            "blocks" | "is depended upon by" | "is required by" => (one, other),
            "is blocked by" | "depends upon" | "requires" => (other, one),
            _ => continue,
        };
        if seen.insert((blocker, waiting)) {
            edges.push((blocker, waiting));
        }
    }
    expect_that!(edges.len(), eq(387));
    let results = send_all(&tenant, edges.iter().map(|(from, to)| blocks(item_of[from], item_of[to])));
    let refused = rejections(&results);
    expect_that!(refused.len(), eq(1));
    let ring = refused[0];
    expect_that!(ring.code, eq(RejectionCode::Cycle));
    expect_that!(ring.path_length, some(eq(2)));
    let titles: BTreeSet<&str> = ring
        .path
        .iter()
        .map(|step| {
            let PathStep::Item { id, .. } = step else { panic!("hidden from an admin") };
            let id = id.to_string();
            item_of.iter().find(|(_, item)| ***item == id).map(|(key, _)| *key).unwrap()
        })
        .collect();
    expect_that!(titles, eq(&BTreeSet::from(["USERGRID-536", "USERGRID-541"])));
}

#[gtest]
fn given_a_hundred_project_networks_when_loaded_then_no_edge_is_refused() {
    let Some(answers) = data("psplib-j30/known_answers.csv") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.tenant("psplib");
    let (mut networks, mut all) = (0, 0);
    for answer in csv(&std::fs::read_to_string(&answers).unwrap()) {
        let text = std::fs::read_to_string(answers.with_file_name(&answer[0])).unwrap();
        let rows = text.lines().skip_while(|line| !line.starts_with("jobnr.")).skip(1);
        let rows = rows.take_while(|line| !line.starts_with('*'));
        let numbers =
            |line: &str| line.split_whitespace().map(|n| n.parse().unwrap()).collect::<Vec<usize>>();
        let jobs: Vec<Vec<usize>> = rows.map(numbers).collect();
        expect_that!(jobs.len().to_string(), eq(&answer[1]));
        let items =
            ids(&send_all(&tenant, jobs.iter().map(|job| task(&format!("{} {}", answer[0], job[0])))));
        let edges: Vec<(usize, usize)> =
            jobs.iter().flat_map(|job| job[3..].iter().map(|next| (job[0], *next))).collect();
        expect_that!(edges.len().to_string(), eq(&answer[2]));
        let results = send_all(&tenant, edges.iter().map(|(a, b)| blocks(&items[a - 1], &items[b - 1])));
        expect_that!(rejections(&results), is_empty());
        networks += 1;
        all += edges.len();
        // The last job of a network waits for all others: its end may not come before its start.
        let back = send_all(&tenant, [blocks(&items[31], &items[0])]);
        expect_that!(rejections(&back)[0].code, eq(RejectionCode::Cycle));
    }
    expect_that!(networks, eq(100));
    let db = file(&bench, &tenant);
    let stored = count(&db, "SELECT count(*) FROM dependencies");
    expect_that!(usize::try_from(stored).unwrap(), eq(all));
}

/// `9/27/2011 15:39`, taken as UTC.
fn american(text: &str) -> Timestamp {
    let (date, time) = text.split_once(' ').unwrap();
    let date: Vec<u32> = date.split('/').map(|part| part.parse().unwrap()).collect();
    let time: Vec<i64> = time.split(':').map(|part| part.parse().unwrap()).collect();
    let day: CalendarDate = format!("{:04}-{:02}-{:02}", date[2], date[0], date[1]).parse().unwrap();
    Timestamp::from_millis(day.starts_at(0).as_millis() + (time[0] * 60 + time[1]) * 60_000)
}

#[gtest]
fn given_real_time_entries_when_loaded_then_the_empty_ones_are_refused_and_the_sum_is_that_of_the_source() {
    let Some(path) = data("cesaw-project180/CESAW_time_fact.csv") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.tenant("cesaw");
    let tree = csv(&std::fs::read_to_string(path.with_file_name("wbs_parent.csv")).unwrap());
    let parent_of: BTreeMap<&str, &str> = tree.iter().map(|row| (row[1].as_str(), row[2].as_str())).collect();
    let mut made: BTreeMap<&str, String> = BTreeMap::new();
    while made.len() < parent_of.len() {
        let next: Vec<&str> = parent_of
            .iter()
            .filter(|(key, parent)| {
                !made.contains_key(*key) && (**parent == "NA" || made.contains_key(*parent))
            })
            .map(|(key, _)| *key)
            .collect();
        let new = |key: &str| {
            let parent = made.get(parent_of[key]).map(|id| id.as_str().into());
            Change::CreateItem(Box::new(NewItem { parent, ..NewItem::new("PM", ItemKind::Epic, key) }))
        };
        let ids = ids(&send_all(&tenant, next.iter().map(|key| new(key)).collect::<Vec<_>>()));
        made.extend(next.into_iter().zip(ids));
    }
    let entries = csv(&std::fs::read_to_string(&path).unwrap());
    expect_that!(entries.len(), eq(3_808));
    let add = |row: &Vec<String>| {
        let started_at = american(&row[7]);
        let minutes: i64 = row[9].parse().unwrap();
        Change::AddTimeEntry(NewTimeEntry {
            id: None,
            item: made[row[5].as_str()].as_str().into(),
            user: Some(user(&row[3])),
            started_at,
            ended_at: Timestamp::from_millis(started_at.as_millis() + minutes * 60_000),
            note: row[12].clone(),
        })
    };
    let results = send_all(&tenant, entries.iter().map(add));
    let refused = rejections(&results);
    expect_that!(refused.len(), eq(26));
    expect_true!(
        refused.iter().all(|r| r.code == RejectionCode::Invalid && r.field.as_deref() == Some("ended_at"))
    );
    for (row, result) in entries.iter().zip(&results) {
        expect_that!(result.is_err(), eq(row[9] == "0"), "entry {}", row[0]);
    }
    let db = file(&bench, &tenant);
    expect_that!(count(&db, "SELECT sum(seconds) / 60 FROM time_entries"), eq(157_570));
    // One of the 14 people has an empty entry only.
    expect_that!(entries.iter().map(|row| &row[3]).collect::<BTreeSet<_>>().len(), eq(14));
    expect_that!(count(&db, "SELECT count(DISTINCT user_id) FROM time_entries"), eq(13));
    let rolled_up = "WITH RECURSIVE family(id) AS (SELECT id FROM work_items WHERE title = '29418' UNION ALL SELECT w.id \
                     FROM family f JOIN work_items w ON w.parent_id = f.id) SELECT sum(t.seconds) / 60 FROM time_entries t \
                     JOIN family f ON f.id = t.item_id";
    expect_that!(count(&db, rolled_up), eq(24_850));
}

#[gtest]
fn given_real_tasks_with_dates_when_loaded_then_those_that_finish_before_they_start_are_refused() {
    let Some(path) = data("jira-cycletimes/jira.csv") else { return };
    let bench = Bench::with_workers(2);
    let tenant = bench.tenant("jira");
    send_all(&tenant, [Change::CreateProject(NewProject::new("P1", "Second"))]);
    let rows = csv(&std::fs::read_to_string(path).unwrap());
    expect_that!(rows.len(), eq(4_123));
    let new = |row: &Vec<String>| {
        let project = if row[1] == "0" { "PM" } else { "P1" };
        Change::CreateItem(Box::new(NewItem {
            start_date: Some(row[3].parse().unwrap()),
            due_date: Some(row[4].parse().unwrap()),
            ..NewItem::new(project, ItemKind::Task, row[0].clone())
        }))
    };
    let results = send_all(&tenant, rows.iter().map(new));
    let refused = rejections(&results);
    expect_that!(refused.len(), eq(1_662));
    expect_true!(
        refused.iter().all(|r| r.code == RejectionCode::Invalid && r.field.as_deref() == Some("due_date"))
    );
    for (row, result) in rows.iter().zip(&results) {
        expect_that!(result.is_err(), eq(row[4] < row[3]), "{}", row[0]);
    }
    let db = file(&bench, &tenant);
    expect_that!(count(&db, "SELECT count(*) FROM work_items"), eq(4_123 - 1_662));
    // Numbers go on without gaps: a refusal takes none.
    let gaps = "SELECT count(*) FROM projects p WHERE next_number <> 1 + (SELECT count(*) FROM work_items WHERE project_id = p.id)";
    expect_that!(count(&db, gaps), eq(0));
}
