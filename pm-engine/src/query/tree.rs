//! The hierarchy around an item: what it belongs to and what belongs to it.

use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};

use super::card::{self, Card, DRAFT_LEN, Draft};
use super::list::ItemPage;
use super::page::{PageRequest, cut};
use super::{Ask, resolve};
use crate::error::{Stop, StoreResult};
use crate::limits::ITEM_DEPTH_MAX;
use crate::model::{ItemId, ItemRef};
use crate::store::rows::many;

/// What an item belongs to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Ancestors {
    /// What the answer is valid at.
    pub sequence: i64,
    /// From the root down to the parent: fewer than sixteen.
    pub items: Vec<Card>,
}

/// An item somewhere under another.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Descendant {
    /// The item.
    pub card: Card,
    /// 1 for a child, 2 for a grandchild.
    pub depth: i64,
}

/// A page of what stands under an item.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DescendantPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The items, by number.
    pub items: Vec<Descendant>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

pub(crate) fn ancestors(ask: &Ask<'_>, named: &ItemRef) -> Result<Ancestors, Stop> {
    let found = resolve::item(ask, named)?;
    let sql = format!(
        "WITH RECURSIVE up (id, depth) AS (SELECT parent_id, 1 FROM work_items WHERE id = :item \
         UNION ALL SELECT w.parent_id, up.depth + 1 FROM up CROSS JOIN work_items AS w ON w.id = up.id \
         WHERE up.depth < :depth) \
         SELECT {} FROM up CROSS JOIN work_items AS i ON i.id = up.id WHERE i.deleted_at IS NULL ORDER BY up.depth DESC",
        card::columns()
    );
    let params = named_params! { ":item": found.item, ":depth": ITEM_DEPTH_MAX };
    let drafts = many(ask.connection, &sql, params, card::draft)?;
    Ok(Ancestors { sequence: ask.sequence, items: card::finish(ask, drafts)? })
}

pub(crate) fn children(ask: &Ask<'_>, named: &ItemRef, page: &PageRequest) -> Result<ItemPage, Stop> {
    let found = resolve::item(ask, named)?;
    let (items, next) = children_of(ask, found.item, page)?;
    Ok(ItemPage { sequence: ask.sequence, items, total: None, next })
}

/// The children of an item in their order.
pub(crate) fn children_of(
    ask: &Ask<'_>,
    parent: ItemId,
    page: &PageRequest,
) -> Result<(Vec<Card>, Option<String>), Stop> {
    let size = page.size()?;
    let list = format!("children.{parent}");
    // Order keys are never empty: nothing comes before the empty one.
    let (order, item) = page.start::<(String, String)>(&list)?.unwrap_or_default();
    let sql = format!(
        "SELECT {} FROM work_items AS i WHERE i.parent_id = :parent AND i.deleted_at IS NULL \
         AND (i.parent_order, i.id) > (:order, :item) ORDER BY i.parent_order, i.id LIMIT :limit",
        card::columns()
    );
    let params = named_params! { ":parent": parent, ":order": order, ":item": item, ":limit": size + 1 };
    let drafts = many(ask.connection, &sql, params, card::draft)?;
    let key = |draft: &Draft| (draft.item.parent_order.clone(), draft.item.id);
    let (drafts, next) = cut(&list, size, drafts, key);
    Ok((card::finish(ask, drafts)?, next))
}

/// By number, which no move changes. The tree below is walked in the index of parents; rows are read for the page.
pub(crate) fn descendants(
    ask: &Ask<'_>,
    named: &ItemRef,
    page: &PageRequest,
) -> Result<DescendantPage, Stop> {
    const LIST: &str = "descendants";
    let size = page.size()?;
    let (after,) = page.start::<(i64,)>(LIST)?.unwrap_or((0,));
    let found = resolve::item(ask, named)?;
    let rows = descendant_drafts(ask, found.item, after, size + 1)?;
    let (rows, next) = cut(LIST, size, rows, |(draft, _)| (draft.item.number,));
    let (drafts, depths): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let cards = card::finish(ask, drafts)?.into_iter();
    let items = cards.zip(depths).map(|(card, depth)| Descendant { card, depth }).collect();
    Ok(DescendantPage { sequence: ask.sequence, items, next })
}

fn descendant_drafts(ask: &Ask<'_>, root: ItemId, after: i64, limit: i64) -> StoreResult<Vec<(Draft, i64)>> {
    let sql = format!(
        "WITH RECURSIVE down (id, place, depth) AS (SELECT :item, NULL, 0 \
         UNION ALL SELECT c.id, c.rowid, down.depth + 1 FROM down CROSS JOIN work_items AS c \
         INDEXED BY work_items_by_parent ON c.parent_id = down.id AND c.deleted_at IS NULL \
         WHERE down.depth < :depth), \
         hit (place, depth, number) AS (SELECT down.place, down.depth, w.number FROM down \
         CROSS JOIN work_items AS w ON w.rowid = down.place WHERE w.number > :after ORDER BY w.number LIMIT :limit) \
         SELECT {}, hit.depth FROM hit CROSS JOIN work_items AS i ON i.rowid = hit.place ORDER BY hit.number",
        card::columns()
    );
    let params = named_params! { ":item": root, ":depth": ITEM_DEPTH_MAX, ":after": after, ":limit": limit };
    let read = |row: &Row<'_>| Ok((card::draft(row)?, row.get(DRAFT_LEN)?));
    Ok(many(ask.connection, &sql, params, read)?)
}
