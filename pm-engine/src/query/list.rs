//! Lists of items in any order, and how many there are.

use rusqlite::Row;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use super::card::{self, Card, DRAFT_LEN, Draft};
use super::filter::{Conditions, ItemFilter};
use super::page::{PageRequest, cut};
use super::{Ask, board};
use crate::error::Stop;
use crate::rejection::Rejection;
use crate::store::rows::{many, one};

/// In which order items are listed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemSort {
    /// By number; without a project, project by project.
    #[default]
    Number,
    /// What was changed last comes first, in the order of the log.
    Updated,
    /// Urgent first, items without a priority last; then by number.
    Priority,
    /// Due first, items without a due date last; then by number.
    Due,
    /// As on the board: lane by lane, in the order within the lane.
    Lane,
}

/// A page of items.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ItemPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The items.
    pub items: Vec<Card>,
    /// How many there are on all pages, where asked for.
    pub total: Option<i64>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// One column of a sort key, as it is kept in a cursor.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum KeyPart {
    Number(i64),
    Text(String),
}

impl From<KeyPart> for Value {
    fn from(part: KeyPart) -> Self {
        match part {
            KeyPart::Number(number) => Self::Integer(number),
            KeyPart::Text(text) => Self::Text(text),
        }
    }
}

/// Parameters of a sort key.
const KEY_PARAMS: [&str; 5] = [":key0", ":key1", ":key2", ":key3", ":key4"];
/// Names of its columns.
const KEY_NAMES: [&str; 5] = ["key0", "key1", "key2", "key3", "key4"];

/// How an order is written in SQL: its columns, the last ones making it total, all in one direction.
struct Order {
    name: &'static str,
    columns: &'static [&'static str],
    /// Whether each column is a number; the others are texts.
    numbers: &'static [bool],
    /// Tables the columns need.
    joins: &'static str,
    descending: bool,
    /// Whether an index gives rows in this order.
    indexed: bool,
}

const RANK: &str = "CASE i.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 \
     ELSE 4 END";
/// After every date.
const DUE: &str = "coalesce(i.due_date, '9999-99-99')";

/// Within one project its id is left out, so that `work_items_number` gives rows in order and from the right place.
const fn order(sort: ItemSort, one_project: bool) -> Order {
    let (name, columns, numbers): (_, &[&str], &[bool]) = match (sort, one_project) {
        (ItemSort::Number, true) => ("items.number", &["i.number"], &[true]),
        (ItemSort::Number, false) => ("all.number", &["i.project_id", "i.number"], &[false, true]),
        (ItemSort::Updated, _) => ("items.updated", &["i.changed_sequence"], &[true]),
        (ItemSort::Priority, _) => {
            ("items.priority", &[RANK, "i.project_id", "i.number"], &[true, false, true])
        }
        (ItemSort::Due, _) => ("items.due", &[DUE, "i.project_id", "i.number"], &[false, false, true]),
        (ItemSort::Lane, _) => (
            "items.lane",
            &["i.project_id", "l.position", "l.id", "i.lane_order", "i.id"],
            &[false, false, false, false, false],
        ),
    };
    Order {
        name,
        columns,
        numbers,
        joins: if matches!(sort, ItemSort::Lane) {
            " CROSS JOIN swim_lanes AS l ON l.id = i.lane_id"
        } else {
            ""
        },
        descending: matches!(sort, ItemSort::Updated),
        indexed: matches!(sort, ItemSort::Number | ItemSort::Updated) && one_project,
    }
}

impl Order {
    fn start(&self, page: &PageRequest) -> Result<Option<Vec<KeyPart>>, Stop> {
        let Some(key) = page.start::<Vec<KeyPart>>(self.name)? else { return Ok(None) };
        let fits = |(part, number): (&KeyPart, &bool)| matches!(part, KeyPart::Number(_)) == *number;
        if key.len() == self.numbers.len() && key.iter().zip(self.numbers).all(fits) {
            return Ok(Some(key));
        }
        Err(Rejection::invalid("cursor", "the cursor is not one of this list").into())
    }

    /// `(a, b) > (:key0, :key1)`.
    fn after(&self) -> String {
        let names = KEY_PARAMS.get(..self.columns.len()).unwrap_or_default().join(", ");
        let sign = if self.descending { "<" } else { ">" };
        format!("({}) {sign} ({names})", self.columns.join(", "))
    }

    fn by(&self, columns: &[&str]) -> String {
        let direction = if self.descending { " DESC" } else { "" };
        columns.iter().map(|column| format!("{column}{direction}")).collect::<Vec<_>>().join(", ")
    }

    fn read(&self, row: &Row<'_>) -> rusqlite::Result<(Draft, Vec<KeyPart>)> {
        let part = |(place, number): (usize, &bool)| {
            Ok(if *number { KeyPart::Number(row.get(place)?) } else { KeyPart::Text(row.get(place)?) })
        };
        let key = (DRAFT_LEN..).zip(self.numbers).map(part).collect::<rusqlite::Result<_>>()?;
        Ok((card::draft(row)?, key))
    }
}

pub(crate) fn items(
    ask: &Ask<'_>,
    filter: &ItemFilter,
    sort: ItemSort,
    page: &PageRequest,
    with_total: bool,
) -> Result<ItemPage, Stop> {
    let size = page.size()?;
    let conditions = Conditions::of(ask, filter)?;
    if let (ItemSort::Lane, Some(home)) = (sort, &conditions.home) {
        let total = if with_total { Some(count(ask, &conditions)?) } else { None };
        let page = board::walk_lanes(ask, "items.lanes", home, &conditions, |_| true, page)?;
        return Ok(ItemPage { total, ..page });
    }
    let order = order(sort, conditions.home.is_some());
    let start = order.start(page)?;
    let total = if with_total { Some(count(ask, &conditions)?) } else { None };
    let mut more: Vec<(&'static str, Value)> = vec![(":limit", (size + 1).into())];
    let sql = list_sql(&conditions, &order, start.is_some());
    more.extend(KEY_PARAMS.into_iter().zip(start.into_iter().flatten().map(Value::from)));
    let rows = many(ask.connection, &sql, conditions.params(&more).as_slice(), |row| order.read(row))?;
    let (rows, next) = cut(order.name, size, rows, |(_, key)| key.clone());
    let drafts = rows.into_iter().map(|(draft, _)| draft).collect();
    Ok(ItemPage { sequence: ask.sequence, items: card::finish(ask, drafts)?, total, next })
}

/// Where no index gives the order, the rows are sorted by their keys alone and read whole for one page only.
fn list_sql(conditions: &Conditions, order: &Order, has_start: bool) -> String {
    let after = if has_start { format!(" AND {}", order.after()) } else { String::new() };
    let (with, columns) = (&conditions.with, card::columns());
    let rows = format!(
        "FROM work_items AS i{joins}{lanes} WHERE {condition}{after} ORDER BY {by} LIMIT :limit",
        joins = conditions.joins,
        lanes = order.joins,
        condition = conditions.sql(),
        by = order.by(order.columns),
    );
    let keys = order.columns.join(", ");
    if order.indexed {
        return format!("{with}SELECT {columns}, {keys} {rows}");
    }
    let names = KEY_NAMES.get(..order.columns.len()).unwrap_or_default();
    let named = order.columns.iter().zip(names).map(|(column, name)| format!("{column} AS {name}"));
    let named = named.collect::<Vec<_>>().join(", ");
    format!(
        "{with}SELECT {columns}, {read} FROM (SELECT i.rowid AS place, {named} {rows}) AS x \
         CROSS JOIN work_items AS i ON i.rowid = x.place ORDER BY {by}",
        read = names.join(", "),
        by = order.by(names),
    )
}

fn count(ask: &Ask<'_>, conditions: &Conditions) -> Result<i64, Stop> {
    let sql = format!(
        "{}SELECT count(*) FROM work_items AS i{} WHERE {}",
        conditions.with,
        conditions.joins,
        conditions.sql()
    );
    let counted = one(ask.connection, &sql, conditions.params(&[]).as_slice(), |row| row.get(0))?;
    Ok(counted.unwrap_or(0))
}
