//! Restoring items: the group comes back; what has changed since is left out and named.

use std::collections::{HashMap, HashSet};

use rusqlite::params;

use super::context::{Decision, Draft, too_many_events};
use super::find::{Archived, Need, Place};
use super::item::{check_wip, touch};
use super::item_move::enter;
use super::tree;
use crate::error::Stop;
use crate::event::Note;
use crate::graph::WorkGraph;
use crate::limits;
use crate::model::{
    Action, Dependency, DependencyKind, Entity, EntityKind, ItemId, ItemRef, NoteKind, SprintState, WorkItem,
};
use crate::outcome::PartResult;
use crate::store::rows::{self, concat_sql};

pub(super) fn restore(ctx: &mut Decision<'_>, item: &ItemRef) -> Result<PartResult, Stop> {
    let (root, place) = ctx.any_item(item, "item", Need::Admin, Archived::Refused)?;
    let key = place.item_key(root.number);
    ctx.check_version(|| Entity::WorkItem(Box::new(root.clone())), root.version)?;
    if root.deleted_at.is_none() {
        return Ok(ctx.unchanged(&Entity::WorkItem(Box::new(root)), Some(key)));
    }
    let group = group_of(ctx, root.id)?;
    let family = deleted_family(ctx, &root, &group)?;
    let dependencies = deleted_dependencies(ctx, &group)?;
    let plan = {
        let mut graph = ctx.memory.graph.get(ctx.statements)?;
        let mark = graph.mark();
        let plan = Plan::make(ctx, &mut graph, family, dependencies);
        graph.rollback_to(mark);
        plan?
    };
    let version = emit_items(ctx, &place, root.version, plan.items)?;
    for mut dependency in plan.dependencies {
        dependency.deleted_at = None;
        dependency.version = ctx.next_version(dependency.version);
        ctx.emit(Draft::new(Action::Restored, Entity::Dependency(dependency), Vec::new()))?;
    }
    ctx.notes.extend(plan.notes);
    Ok(PartResult {
        entity_kind: EntityKind::WorkItem,
        id: root.id.to_string(),
        key: Some(key),
        version,
        changed: true,
    })
}

fn group_of(ctx: &Decision<'_>, item: ItemId) -> Result<String, Stop> {
    let sql = "SELECT deleted_group FROM work_items WHERE id = ?1";
    let group: Option<Option<String>> = rows::one(ctx.statements, sql, [item], |row| row.get(0))?;
    Ok(group.flatten().unwrap_or_default())
}

/// The root and those of its descendants that were deleted by the same command, parents before children.
fn deleted_family(ctx: &Decision<'_>, root: &WorkItem, group: &str) -> Result<Vec<WorkItem>, Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::WORK_ITEM,
        " FROM work_items i WHERE i.deleted_group = ?1 AND i.deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \
         purge_tasks t WHERE t.entity_kind = 'work_item' AND t.entity_id = i.id) ORDER BY i.id LIMIT ?2"
    );
    let most = crate::form::int(limits::EVENTS_PER_COMMAND_MAX) + 1;
    let mut children: HashMap<ItemId, Vec<WorkItem>> = HashMap::new();
    for item in rows::many(ctx.statements, sql, params![group, most], rows::work_item)? {
        if let Some(parent) = item.parent.filter(|_| item.id != root.id) {
            children.entry(parent).or_default().push(item);
        }
    }
    let mut family = vec![root.clone()];
    let mut next = 0;
    while let Some(parent) = family.get(next).map(|item| item.id) {
        family.extend(children.remove(&parent).unwrap_or_default());
        next += 1;
    }
    if family.len() > limits::EVENTS_PER_COMMAND_MAX {
        return Err(too_many_events().into());
    }
    Ok(family)
}

fn deleted_dependencies(ctx: &Decision<'_>, group: &str) -> Result<Vec<Dependency>, Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::DEPENDENCY,
        " FROM dependencies WHERE deleted_group = ?1 AND deleted_at IS NOT NULL ORDER BY id LIMIT ?2"
    );
    let most = crate::form::int(limits::EVENTS_PER_COMMAND_MAX);
    Ok(rows::many(ctx.statements, sql, params![group, most], rows::dependency)?)
}

/// An item as it was deleted, and as it comes back.
struct Back {
    was: WorkItem,
    item: WorkItem,
}

/// What comes back, tried out on the graph; the root first.
struct Plan {
    items: Vec<Back>,
    dependencies: Vec<Dependency>,
    notes: Vec<Note>,
}

impl Plan {
    fn make(
        ctx: &Decision<'_>,
        graph: &mut WorkGraph,
        family: Vec<WorkItem>,
        dependencies: Vec<Dependency>,
    ) -> Result<Self, Stop> {
        let mut plan = Self { items: Vec::new(), dependencies: Vec::new(), notes: Vec::new() };
        let members: HashSet<ItemId> = family.iter().map(|item| item.id).collect();
        let heights = heights(&family);
        for was in family {
            let mut item = was.clone();
            if let Some(parent) = item.parent {
                let height = heights.get(&item.id).copied().unwrap_or(1);
                let fits = members.contains(&parent) || parent_fits(ctx, &item, parent, height)?;
                if !fits || graph.set_parent(item.id, Some(parent)).is_err() {
                    plan.notes.push(Note::of(NoteKind::ParentLeftOut, parent));
                    item.parent = None;
                    item.parent_order.clear();
                }
            }
            plan.items.push(Back { was, item });
        }
        for dependency in dependencies {
            let touches = members.contains(&dependency.from) || members.contains(&dependency.to);
            if touches && !plan.takes(ctx, graph, &dependency, &members)? {
                plan.notes.push(Note::of(NoteKind::DependencyLeftOut, dependency.id));
            } else if touches {
                plan.dependencies.push(dependency);
            }
        }
        Ok(plan)
    }

    /// Both ends live, not made again, room for it, no cycle.
    fn takes(
        &self,
        ctx: &Decision<'_>,
        graph: &mut WorkGraph,
        dependency: &Dependency,
        members: &HashSet<ItemId>,
    ) -> Result<bool, Stop> {
        for end in [dependency.from, dependency.to] {
            if !members.contains(&end) && !is_live(ctx, end)? {
                return Ok(false);
            }
        }
        if super::dependency::pair_exists(ctx, dependency.kind, dependency.from, dependency.to)?
            || super::dependency::is_full(ctx, dependency.from, dependency.to)?
        {
            return Ok(false);
        }
        let blocks = dependency.kind == DependencyKind::Blocks;
        Ok(!blocks || graph.add_block(dependency.from, dependency.to).is_ok())
    }
}

/// How many levels of the family hang on each of its items.
fn heights(family: &[WorkItem]) -> HashMap<ItemId, i64> {
    let mut heights: HashMap<ItemId, i64> = HashMap::with_capacity(family.len());
    for item in family.iter().rev() {
        let own = *heights.entry(item.id).or_insert(1);
        if let Some(parent) = item.parent {
            let above = heights.entry(parent).or_insert(1);
            *above = (*above).max(own + 1);
        }
    }
    heights
}

/// Live means: itself and its project.
fn is_live(ctx: &Decision<'_>, item: ItemId) -> Result<bool, Stop> {
    let sql = "SELECT 1 FROM work_items w JOIN projects p ON p.id = w.project_id WHERE w.id = ?1 \
               AND w.deleted_at IS NULL AND p.deleted_at IS NULL";
    Ok(rows::one(ctx.statements, sql, [item], |_| Ok(()))?.is_some())
}

fn parent_fits(ctx: &Decision<'_>, item: &WorkItem, parent: ItemId, height: i64) -> Result<bool, Stop> {
    let Some(parent) = ctx.item_row(parent)?.filter(|parent| parent.deleted_at.is_none()) else {
        return Ok(false);
    };
    let level = tree::check_levels(parent.kind, item.kind).is_ok();
    Ok(level && tree::depth_of(ctx, parent.id)? + height <= limits::ITEM_DEPTH_MAX)
}

/// Emits the items, each with what is not as it was; answers with the new version of the root, which had `version`.
fn emit_items(ctx: &mut Decision<'_>, place: &Place, version: i64, items: Vec<Back>) -> Result<i64, Stop> {
    for Back { was, mut item } in items {
        item.deleted_at = None;
        settle_sprint(ctx, &mut item)?;
        settle_lane(ctx, place, &mut item)?;
        touch(ctx, &mut item);
        let changes = was.changes_to(&item);
        ctx.emit(Draft::new(Action::Restored, Entity::WorkItem(Box::new(item)), changes))?;
    }
    Ok(ctx.next_version(version))
}

fn settle_sprint(ctx: &mut Decision<'_>, item: &mut WorkItem) -> Result<(), Stop> {
    let Some(id) = item.sprint else { return Ok(()) };
    let open = ctx.sprint_row(id)?.is_some_and(|sprint| {
        sprint.deleted_at.is_none() && matches!(sprint.state, SprintState::Planned | SprintState::Active)
    });
    if !open {
        ctx.notes.push(Note::of(NoteKind::SprintLeftOut, id));
        item.sprint = None;
    }
    Ok(())
}

/// A lane that is gone becomes the default; a full one is remarked, never refused.
fn settle_lane(ctx: &mut Decision<'_>, place: &Place, item: &mut WorkItem) -> Result<(), Stop> {
    let mut lane = ctx.lane_row(item.lane)?;
    if lane.as_ref().is_none_or(|lane| lane.deleted_at.is_some()) {
        ctx.notes.push(Note::of(NoteKind::LaneReplaced, item.lane));
        lane = match place.project.default_lane {
            Some(id) => ctx.lane_row(id)?,
            None => None,
        };
    }
    let Some(lane) = lane else { return Ok(()) };
    enter(ctx, item, &lane)?;
    if let Ok(notes) = check_wip(ctx, place, &lane, 1) {
        ctx.notes.extend(notes);
    }
    Ok(())
}
