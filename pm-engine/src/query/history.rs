//! The board of a project as it was.
//!
//! Items that have not changed since are read from their table, which costs what the live board costs. For each
//! item that has, the last event up to then carries it as it was. So the cost is that of the changes since, which is
//! bounded; the length of the history before does not matter. Items purged since are in no past either.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, cut};
use super::report_check::require_project;
use super::stored_event;
use crate::command::Actor;
use crate::error::{Stop, StoreResult};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::model::{Entity, EntityKind, Lane, LaneId, Project, ProjectId, Timestamp, WorkItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows;

/// Most items of the project that may have changed since.
const CHANGED_MAX: i64 = 20_000;

/// A moment of the past.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsOf {
    /// After the event with this sequence.
    Sequence(i64),
    /// After the last event that was committed at this instant or before it.
    Instant(Timestamp),
}

/// Which board, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BoardThenQuery {
    /// Project; visible now.
    pub project: ProjectId,
    /// When.
    pub as_of: AsOf,
    /// Only this lane. Without it every lane comes with its first items, at most 50 each and 500 in all.
    pub lane: Option<LaneId>,
    /// Which page of the lane; only the limit counts where no lane is named.
    pub page: PageRequest,
}

/// A lane as it was, with items.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LaneThen {
    /// The lane.
    pub lane: Lane,
    /// All items in it then.
    pub item_count: i64,
    /// Items in the order of the board, without long texts.
    pub items: Vec<WorkItem>,
    /// Where the next page of this lane begins.
    pub next: Option<String>,
}

/// A board as it was.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BoardThen {
    /// Valid at this sequence: what has been purged up to here is gone.
    pub sequence: i64,
    /// The board is as it was after this sequence.
    pub as_of: i64,
    /// The project then, without its description.
    pub project: Project,
    /// Its live lanes then, in order.
    pub lanes: Vec<LaneThen>,
}

/// The board of a project as it was. What the actor may see is judged by now.
pub(crate) fn board_then(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    query: &BoardThenQuery,
) -> Result<BoardThen, Stop> {
    let limit = query.page.size()?;
    let after: (String, String) =
        if query.lane.is_some() { query.page.start(LIST)?.unwrap_or_default() } else { Default::default() };
    require_project(connection, actor, query.project)?;
    let as_of = match query.as_of {
        AsOf::Sequence(then) => then.clamp(0, sequence),
        AsOf::Instant(instant) => stored_event::sequence_at(connection, instant)?.min(sequence),
    };
    let past = Past { connection, project: query.project, as_of };
    let project = past.project()?.ok_or_else(|| Rejection::not_found("project"))?;
    let changed = past.changed_items()?;
    let mut lanes = past.lanes()?;
    if let Some(only) = query.lane {
        lanes.retain(|(lane, _)| lane.id == only);
        if lanes.is_empty() {
            return Err(Rejection::not_found("lane").into());
        }
    }
    // A board of many lanes has fewer items of each: the answer stays one page in all.
    let lanes_many = i64::try_from(lanes.len()).unwrap_or(PAGE_MAX).max(1);
    let limit = if query.lane.is_some() {
        limit
    } else {
        limit.min(PAGE_DEFAULT).min((PAGE_MAX / lanes_many).max(1))
    };
    let mut board = BoardThen { sequence, as_of, project, lanes: Vec::with_capacity(lanes.len()) };
    for (lane, unchanged) in lanes {
        let moved = changed.get(&lane.id);
        let item_count = unchanged + moved.map_or(0, |items| i64::try_from(items.len()).unwrap_or(0));
        let (items, next) = past.page(lane.id, moved, &after, limit)?;
        board.lanes.push(LaneThen { lane, item_count, items, next });
    }
    Ok(board)
}

/// Name of the list its cursors are of.
const LIST: &str = "lane then";

/// Items by their place in a lane.
type ByPlace = BTreeMap<(String, String), WorkItem>;

struct Past<'a> {
    connection: &'a Connection,
    project: ProjectId,
    as_of: i64,
}

impl Past<'_> {
    fn project(&self) -> StoreResult<Option<Project>> {
        let id = self.project.to_string();
        let found = stored_event::last_of(self.connection, EntityKind::Project, &id, self.as_of)?;
        let Some(Entity::Project(project)) = found.and_then(|event| event.entity) else {
            return Ok(None);
        };
        Ok(project.deleted_at.is_none().then_some(Project { description: None, ..project }))
    }

    /// The live lanes then, in order, each with the number of its items that have not changed since: those it holds
    /// now but for the ones that have.
    fn lanes(&self) -> StoreResult<Vec<(Lane, i64)>> {
        let sql = "SELECT e.body, l.item_count - coalesce(c.items, 0) FROM swim_lanes l \
             CROSS JOIN event_log e ON e.sequence = (SELECT a.sequence FROM activity_log a WHERE a.entity_id = l.id \
               AND a.entity_kind = 'lane' AND a.sequence <= ?2 ORDER BY a.sequence DESC LIMIT 1) \
             LEFT JOIN (SELECT i.lane_id, count(*) AS items FROM work_items i WHERE i.project_id = ?1 \
               AND i.changed_sequence > ?2 AND i.deleted_at IS NULL GROUP BY i.lane_id) c ON c.lane_id = l.id \
             WHERE l.project_id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut found = statement.query(params![self.project, self.as_of])?;
        let mut lanes = Vec::new();
        while let Some(row) = found.next()? {
            let entity = stored_event::body_at(row, 0)?.entity;
            if let Some(Entity::Lane(lane)) =
                entity.filter(|e| matches!(e, Entity::Lane(l) if l.deleted_at.is_none()))
            {
                lanes.push((lane, row.get(1)?));
            }
        }
        lanes.sort_by(|(a, _), (b, _)| a.position.cmp(&b.position).then(a.id.cmp(&b.id)));
        Ok(lanes)
    }

    /// The items changed since that were live then, by the lane they were in.
    fn changed_items(&self) -> Result<HashMap<LaneId, ByPlace>, Stop> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM work_items WHERE project_id = ?1 AND changed_sequence > ?2 \
             LIMIT ?3)";
        let bounds = params![self.project, self.as_of, CHANGED_MAX + 1];
        if self.connection.prepare_cached(sql)?.query_row(bounds, |row| row.get::<_, i64>(0))? > CHANGED_MAX {
            let message = format!("more than {CHANGED_MAX} items have changed since: ask for a later moment");
            return Err(Rejection::beyond(RejectionCode::TooLarge, "as_of", CHANGED_MAX, message).into());
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT e.body FROM work_items i \
             CROSS JOIN event_log e ON e.sequence = (SELECT a.sequence FROM activity_log a WHERE a.entity_id = i.id \
               AND a.entity_kind = 'work_item' AND a.sequence <= ?2 ORDER BY a.sequence DESC LIMIT 1) \
             WHERE i.project_id = ?1 AND i.changed_sequence > ?2",
        )?;
        let mut found = statement.query(params![self.project, self.as_of])?;
        let mut by_lane: HashMap<LaneId, ByPlace> = HashMap::new();
        while let Some(row) = found.next()? {
            let entity = stored_event::body_at(row, 0)?.entity;
            if let Some(Entity::WorkItem(mut item)) = entity {
                (item.description, item.extra) = (None, None);
                if item.deleted_at.is_none() {
                    by_lane.entry(item.lane).or_default().insert(place(&item), *item);
                }
            }
        }
        Ok(by_lane)
    }

    /// A page of a lane: what has not changed since and what has, merged in the order of the board.
    fn page(
        &self,
        lane: LaneId,
        changed: Option<&ByPlace>,
        after: &(String, String),
        limit: i64,
    ) -> StoreResult<(Vec<WorkItem>, Option<String>)> {
        let sql = format!(
            "SELECT {} FROM work_items i WHERE i.lane_id = ?1 AND i.deleted_at IS NULL \
             AND (i.lane_order, i.id) > (?2, ?3) AND i.changed_sequence <= ?4 \
             ORDER BY i.lane_order, i.id LIMIT ?5",
            rows::WORK_ITEM
        );
        let bounds = params![lane, after.0, after.1, self.as_of, limit + 1];
        let mut items = rows::many(self.connection, &sql, bounds, rows::work_item)?;
        let most = usize::try_from(limit + 1).unwrap_or(0);
        let later = changed.into_iter().flatten().filter(|(at, _)| *at > after).take(most);
        items.extend(later.map(|(_, item)| item.clone()));
        items.sort_by_cached_key(place);
        let (items, next) = cut(LIST, limit, items, place);
        Ok((items, next))
    }
}

fn place(item: &WorkItem) -> (String, String) {
    (item.lane_order.clone(), item.id.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use googletest::prelude::*;
    use proptest::prelude::*;

    use super::{AsOf, BoardThen, BoardThenQuery, board_then};
    use crate::error::Stop;
    use crate::model::{Action, ItemId, LaneId, Timestamp, Visibility, WorkItem};
    use crate::query::page::PageRequest;
    use crate::query::report_fixture::{Board, Fixture, admin, member};

    fn board_at(f: &Fixture, board: &Board, as_of: AsOf) -> BoardThen {
        let query =
            BoardThenQuery { project: board.project, as_of, lane: None, page: PageRequest::default() };
        board_then(&f.conn, &admin(), f.sequence, &query).unwrap()
    }

    /// Lane by lane the ids of all items, walked in pages.
    fn walked(f: &Fixture, board: &Board, as_of: i64, limit: i64) -> HashMap<LaneId, Vec<(ItemId, i64)>> {
        let mut all = HashMap::new();
        for lane in board_at(f, board, AsOf::Sequence(as_of)).lanes {
            let mut query = BoardThenQuery {
                project: board.project,
                as_of: AsOf::Sequence(as_of),
                lane: Some(lane.lane.id),
                page: PageRequest::first(limit),
            };
            let mut items = Vec::new();
            loop {
                let page = board_then(&f.conn, &admin(), f.sequence, &query).unwrap().lanes.remove(0);
                items.extend(page.items.iter().map(|i| (i.id, i.version)));
                query.page.cursor = page.next;
                if query.page.cursor.is_none() {
                    break;
                }
            }
            assert_eq!(items.len(), usize::try_from(lane.item_count).unwrap());
            all.insert(lane.lane.id, items);
        }
        all
    }

    #[gtest]
    fn given_an_instant_when_asked_then_the_board_is_as_the_last_event_until_then_left_it() {
        let mut f = Fixture::new();
        let board = f.board("PM", Visibility::Open);
        let mut item = f.item(&board, 1, "before");
        let then = Timestamp::from_millis(f.now);
        f.change(Action::Moved, &mut item, |i| (i.lane, i.title) = (board.done, "after".to_owned()));

        let past = board_at(&f, &board, AsOf::Instant(then));
        expect_that!(past.as_of, eq(f.sequence - 1));
        expect_that!(past.lanes[0].items[0].title, eq("before"));
        expect_that!(past.lanes[2].item_count, eq(0));
        let now = board_at(&f, &board, AsOf::Sequence(i64::MAX));
        expect_that!(now.lanes[2].items[0].title, eq("after"));
        expect_that!(board_at(&f, &board, AsOf::Sequence(2)).lanes.len(), eq(1));
    }

    #[gtest]
    fn given_a_project_not_made_or_not_visible_when_asked_then_not_found() {
        let mut f = Fixture::new();
        let board = f.board("PM", Visibility::Private);
        for (actor, as_of) in [(member("bob"), f.sequence), (admin(), 0)] {
            let as_of = AsOf::Sequence(as_of);
            let query =
                BoardThenQuery { project: board.project, as_of, lane: None, page: PageRequest::default() };
            let refused = board_then(&f.conn, &actor, f.sequence, &query);
            assert!(matches!(refused, Err(Stop::Rejected(r)) if r.code.as_str() == "not_found"));
        }
    }

    #[derive(Clone, Debug)]
    enum Doing {
        Create,
        Move(usize, usize, u8),
        Delete(usize),
        Restore(usize),
    }

    fn doing() -> impl Strategy<Value = Doing> {
        prop_oneof![
            Just(Doing::Create),
            (any::<usize>(), 0..3_usize, any::<u8>()).prop_map(|(i, l, o)| Doing::Move(i, l, o)),
            any::<usize>().prop_map(Doing::Delete),
            any::<usize>().prop_map(Doing::Restore),
        ]
    }

    fn run(f: &mut Fixture, board: &Board, items: &mut Vec<WorkItem>, what: &Doing) {
        let lanes = [board.todo, board.doing, board.done];
        let count = items.len();
        match what {
            Doing::Create => {
                let number = i64::try_from(count).unwrap() + 1;
                items.push(f.item(board, number, "item"));
            }
            _ if count == 0 => {}
            Doing::Move(item, lane, order) => {
                f.change(Action::Moved, &mut items[item % count], |i| {
                    (i.lane, i.lane_order) = (lanes[*lane], format!("k{order:03}"));
                });
            }
            Doing::Delete(item) => {
                f.change(Action::Deleted, &mut items[item % count], |i| {
                    i.deleted_at = Some(Timestamp::from_millis(1))
                });
            }
            Doing::Restore(item) => {
                f.change(Action::Restored, &mut items[item % count], |i| i.deleted_at = None);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn given_any_history_when_asked_for_each_moment_then_the_board_is_what_it_was(
            doings in proptest::collection::vec(doing(), 1..25), limit in 1_i64..5,
        ) {
            let mut f = Fixture::new();
            let board = f.board("PM", Visibility::Open);
            let mut items = Vec::new();
            let mut seen = Vec::new();
            for what in &doings {
                run(&mut f, &board, &mut items, what);
                seen.push((f.sequence, walked(&f, &board, f.sequence, 500)));
            }
            for (sequence, then) in seen {
                prop_assert_eq!(walked(&f, &board, sequence, limit), then);
            }
        }
    }
}
