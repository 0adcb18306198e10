//! The board: lanes in order, each with its first cards; and the backlog, the part of it nobody has planned yet.

use std::cmp::Ordering;

use rusqlite::types::Value;
use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};

use super::card::{self, Card, Draft};
use super::filter::{Conditions, ItemFilter};
use super::list::ItemPage;
use super::page::{self, PageRequest, cut};
use super::resolve::Home;
use super::{Ask, resolve};
use crate::command::LaneTarget;
use crate::error::{Stop, StoreError, StoreResult};
use crate::limits::BOARD_CARDS_MAX;
use crate::model::{Lane, LaneCategory, LaneId, Project, ProjectRef, ProjectRole};
use crate::rejection::Rejection;
use crate::store::rows::{LANE, PROJECT, lane, many, one, project};

/// A lane with how many items are in it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LaneView {
    /// The lane.
    pub lane: Lane,
    /// Items in the lane, whatever the filter.
    pub item_count: i64,
}

/// The lanes of a project, in order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LaneList {
    /// What the answer is valid at.
    pub sequence: i64,
    /// All of them: there are at most a hundred.
    pub lanes: Vec<LaneView>,
}

/// A lane of a board.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BoardLane {
    /// The lane.
    pub lane: Lane,
    /// Items in the lane, whatever the filter; to be held against the lane's WIP limit.
    pub item_count: i64,
    /// The first items, in the order of the lane.
    pub cards: Vec<Card>,
    /// Cursor of the lane's next page.
    pub next: Option<String>,
}

/// A project's board.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Board {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The project, without its description.
    pub project: Project,
    /// What the actor may do in it.
    pub role: ProjectRole,
    /// Its lanes, in order.
    pub lanes: Vec<BoardLane>,
}

/// More of one lane.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LanePage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The lane with these cards.
    pub lane: BoardLane,
}

/// Live lanes of a project, in order.
pub(crate) fn lanes_of(ask: &Ask<'_>, home: &Home) -> StoreResult<Vec<LaneView>> {
    let sql = format!(
        "SELECT {LANE}, item_count FROM swim_lanes WHERE project_id = :project AND deleted_at IS NULL \
         ORDER BY position, id"
    );
    Ok(many(ask.connection, &sql, named_params! { ":project": home.project }, lane_view)?)
}

fn lane_view(row: &Row<'_>) -> rusqlite::Result<LaneView> {
    Ok(LaneView { lane: lane(row)?, item_count: row.get(9)? })
}

pub(crate) fn lanes(ask: &Ask<'_>, named: &ProjectRef) -> Result<LaneList, Stop> {
    let home = resolve::project(ask, named)?;
    Ok(LaneList { sequence: ask.sequence, lanes: lanes_of(ask, &home)? })
}

pub(crate) fn board(
    ask: &Ask<'_>,
    named: &ProjectRef,
    filter: &ItemFilter,
    per_lane: Option<i64>,
) -> Result<Board, Stop> {
    let size = page::size(per_lane, "per_lane")?;
    let home = resolve::project(ask, named)?;
    let conditions = conditions(ask, filter, &home)?;
    let views = lanes_of(ask, &home)?;
    let size = size.min(BOARD_CARDS_MAX / i64::try_from(views.len().max(1)).unwrap_or(i64::MAX)).max(1);
    let mut parts = Vec::with_capacity(views.len());
    let mut drafts = Vec::new();
    for view in views {
        let found = lane_drafts(ask, &conditions, view.lane.id, None, size)?;
        let (found, next) = cut(&list_name(view.lane.id), size, found, place_in_lane);
        parts.push((view, found.len(), next));
        drafts.extend(found);
    }
    // The cards of all lanes are completed together.
    let mut cards = card::finish(ask, drafts)?.into_iter();
    let lane = |(view, count, next): (LaneView, usize, _)| BoardLane {
        lane: view.lane,
        item_count: view.item_count,
        cards: cards.by_ref().take(count).collect(),
        next,
    };
    let lanes = parts.into_iter().map(lane).collect();
    Ok(Board { sequence: ask.sequence, project: project_of(ask, &home)?, role: home.role, lanes })
}

pub(crate) fn lane_page(
    ask: &Ask<'_>,
    named: &LaneTarget,
    filter: &ItemFilter,
    page: &PageRequest,
) -> Result<LanePage, Stop> {
    let size = page.size()?;
    let (id, home) = resolve::lane(ask, named)?;
    let list = list_name(id);
    let start = page.start(&list)?;
    let found = lane_drafts(ask, &conditions(ask, filter, &home)?, id, start, size)?;
    let (drafts, next) = cut(&list, size, found, place_in_lane);
    let sql = format!("SELECT {LANE}, item_count FROM swim_lanes WHERE id = :lane");
    let view = one(ask.connection, &sql, named_params! { ":lane": id }, lane_view)?;
    let LaneView { lane, item_count } = view.ok_or_else(|| Rejection::not_found("lane"))?;
    let lane = BoardLane { lane, item_count, cards: card::finish(ask, drafts)?, next };
    Ok(LanePage { sequence: ask.sequence, lane })
}

/// Unfinished items without a sprint, of the lanes that are not begun: what a planning meeting looks at.
pub(crate) fn backlog(ask: &Ask<'_>, named: &ProjectRef, page: &PageRequest) -> Result<ItemPage, Stop> {
    let home = resolve::project(ask, named)?;
    let only = ItemFilter { no_sprint: true, ..ItemFilter::default() };
    let conditions = conditions(ask, &only, &home)?;
    let wanted = |lane: &Lane| matches!(lane.category, LaneCategory::Backlog | LaneCategory::Unstarted);
    walk_lanes(ask, "backlog", &home, &conditions, wanted, page)
}

/// A page of the items of these lanes, lane by lane, each in its order: a statement per lane until the page is full,
/// because no index has the order of the lanes and of their items together.
pub(crate) fn walk_lanes(
    ask: &Ask<'_>,
    list: &str,
    home: &Home,
    conditions: &Conditions,
    wanted: impl Fn(&Lane) -> bool,
    page: &PageRequest,
) -> Result<ItemPage, Stop> {
    type Place = (String, LaneId, String, String);
    let size = page.size()?;
    let start = page.start::<Place>(list)?;
    let mut found: Vec<(Draft, String)> = Vec::new();
    for LaneView { lane, .. } in lanes_of(ask, home)? {
        let missing = size - i64::try_from(found.len()).unwrap_or(size);
        let begun = start.as_ref().map(|(position, id, ..)| (position, id).cmp(&(&lane.position, &lane.id)));
        if missing < 0 || begun.is_some_and(Ordering::is_gt) || !wanted(&lane) {
            continue;
        }
        let place = start.clone().filter(|_| begun.is_some_and(Ordering::is_eq));
        let place = place.map(|(_, _, order, item)| (order, item));
        let drafts = lane_drafts(ask, conditions, lane.id, place, missing)?;
        found.extend(drafts.into_iter().map(|draft| (draft, lane.position.clone())));
    }
    let (found, next) = cut(list, size, found, |(draft, position)| -> Place {
        let (order, item) = place_in_lane(draft);
        (position.clone(), draft.item.lane, order, item)
    });
    let items = card::finish(ask, found.into_iter().map(|(draft, _)| draft).collect())?;
    Ok(ItemPage { sequence: ask.sequence, items, total: None, next })
}

/// A cursor of one lane is refused by another.
fn list_name(lane: LaneId) -> String {
    format!("lane.{lane}")
}

fn place_in_lane(draft: &Draft) -> (String, String) {
    (draft.item.lane_order.clone(), draft.item.id.to_string())
}

fn conditions(ask: &Ask<'_>, filter: &ItemFilter, home: &Home) -> Result<Conditions, Stop> {
    if filter.project.is_some() {
        return Err(Rejection::invalid(
            "project",
            "a board is of one project and names it outside the filter",
        )
        .into());
    }
    let filter = ItemFilter { project: Some(home.project.into()), ..filter.clone() };
    Conditions::of(ask, &filter)
}

/// One row more than `size` of one lane, in its order, read from `work_items_by_lane` from the right place on.
fn lane_drafts(
    ask: &Ask<'_>,
    conditions: &Conditions,
    lane: LaneId,
    start: Option<(String, String)>,
    size: i64,
) -> StoreResult<Vec<Draft>> {
    let sql = lane_sql(conditions, start.is_some());
    let mut more: Vec<(&'static str, Value)> =
        vec![(":lane", lane.to_string().into()), (":limit", (size + 1).into())];
    if let Some((order, item)) = start {
        more.extend([(":order", order.into()), (":item", item.into())]);
    }
    Ok(many(ask.connection, &sql, conditions.params(&more).as_slice(), card::draft)?)
}

fn lane_sql(conditions: &Conditions, has_start: bool) -> String {
    let after = if has_start { " AND (i.lane_order, i.id) > (:order, :item)" } else { "" };
    format!(
        "{with}SELECT {columns} FROM work_items AS i INDEXED BY work_items_by_lane{joins} \
         WHERE i.lane_id = :lane AND {condition}{after} ORDER BY i.lane_order, i.id LIMIT :limit",
        with = conditions.with,
        columns = card::columns(),
        joins = conditions.joins,
        condition = conditions.sql(),
    )
}

fn project_of(ask: &Ask<'_>, home: &Home) -> StoreResult<Project> {
    let sql = format!("SELECT {PROJECT} FROM projects WHERE id = :project");
    let found = one(ask.connection, &sql, named_params! { ":project": home.project }, project)?;
    found.ok_or_else(|| StoreError::bug("a project gone within its snapshot"))
}
