//! After each command: the events against what the model holds now.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pm_engine::command::Command;
use pm_engine::event::Event;
use pm_engine::model::{Entity, EntityKind, ItemId, Lane, LaneId, WorkItem};

use crate::model::World;

type Verdict = Result<(), String>;

/// The model's entity of a kind and id.
pub(crate) fn entity(world: &World, kind: EntityKind, id: &str) -> Option<Entity> {
    match kind {
        EntityKind::TenantSettings => Some(Entity::TenantSettings((*world.settings).clone())),
        EntityKind::User => world.users.get(&id.parse().ok()?).map(|e| Entity::User((**e).clone())),
        EntityKind::Project => world.projects.get(&id.parse().ok()?).map(|e| Entity::Project((**e).clone())),
        EntityKind::Member => {
            let (project, user) = id.split_once('/')?;
            let key = (project.parse().ok()?, user.parse().ok()?);
            world.members.get(&key).map(|e| Entity::Member((**e).clone()))
        }
        EntityKind::Lane => world.lanes.get(&id.parse().ok()?).map(|e| Entity::Lane((**e).clone())),
        EntityKind::WorkItem => {
            world.items.get(&id.parse().ok()?).map(|e| Entity::WorkItem(Box::new((**e).clone())))
        }
        EntityKind::Sprint => {
            world.sprints.get(&id.parse().ok()?).map(|e| Entity::Sprint(Box::new((**e).clone())))
        }
        EntityKind::Comment => world.comments.get(&id.parse().ok()?).map(|e| Entity::Comment((**e).clone())),
        EntityKind::TimeEntry => {
            world.entries.get(&id.parse().ok()?).map(|e| Entity::TimeEntry((**e).clone()))
        }
        EntityKind::Dependency => {
            world.deps.get(&id.parse().ok()?).map(|e| Entity::Dependency((**e).clone()))
        }
    }
}

/// The fields in which two entities differ.
fn fields(seen: &Entity, known: &Entity) -> String {
    let (a, b) = (serde_json::to_value(seen).unwrap(), serde_json::to_value(known).unwrap());
    let names = a.as_object().into_iter().flatten();
    let differ = names.filter(|(name, value)| b.get(*name) != Some(value));
    let lines: Vec<String> =
        differ.map(|(name, value)| format!("{name}: engine {value}, model {:?}", b.get(name))).collect();
    format!("{} {}: {}", seen.kind(), seen.id(), lines.join("; "))
}

/// Long texts an event does not carry are taken as right.
fn fill(seen: &mut Entity, known: &Entity) {
    match (seen, known) {
        (Entity::Project(a), Entity::Project(b)) if a.description.is_none() => {
            a.description.clone_from(&b.description);
        }
        (Entity::WorkItem(a), Entity::WorkItem(b)) => {
            if a.description.is_none() {
                a.description.clone_from(&b.description);
            }
            if a.extra.is_none() {
                a.extra.clone_from(&b.extra);
            }
        }
        (Entity::Comment(a), Entity::Comment(b)) if a.text.is_none() => a.text.clone_from(&b.text),
        // Items of a sprint are compared with the table.
        (Entity::Sprint(a), Entity::Sprint(_)) => a.items = None,
        _ => {}
    }
}

fn loads(command: &Command) -> bool {
    command.parts.iter().any(|part| matches!(part.change, pm_engine::command::Change::LoadEntity(_)))
}

/// An event that only respreads neighbours: "up to 100 neighbours are respread by events of the same group".
fn only_orders(event: &Event) -> bool {
    !event.changes.is_empty()
        && event
            .changes
            .iter()
            .all(|change| matches!(change.field.as_str(), "lane_order" | "parent_order" | "position"))
}

/// Order keys are not predicted: they are taken from the events, and what they say is compared.
///
/// Respreading changes versions the model cannot tell: `orders` of the item's events did nothing else. And where its
/// neighbours got new keys around it (`spread`), a moved item may have kept its own.
fn adopt(world: &mut World, event: &Event, orders: i64, spread: bool) {
    let fits =
        |engine: i64, model: i64| engine > model && engine - model <= orders || engine < model && spread;
    match &event.entity {
        Some(Entity::WorkItem(seen)) => {
            let Some(item) = world.items.get_mut(&seen.id) else { return };
            let item: &mut WorkItem = Rc::make_mut(item);
            item.lane_order.clone_from(&seen.lane_order);
            item.parent_order.clone_from(&seen.parent_order);
            if fits(seen.version, item.version) {
                item.version = seen.version;
                item.updated_at = seen.updated_at;
                item.updated_by.clone_from(&seen.updated_by);
            }
        }
        Some(Entity::Lane(seen)) => {
            let Some(lane) = world.lanes.get_mut(&seen.id) else { return };
            let lane = Rc::make_mut(lane);
            lane.position.clone_from(&seen.position);
            if fits(seen.version, lane.version) {
                lane.version = seen.version;
            }
        }
        _ => {}
    }
}

/// Items and lanes that kept their key because their neighbours were respread around them have no event.
fn keep_unmoved(before: &World, after: &mut World, told: &Told<'_>) {
    for (id, item) in &mut after.items {
        let Some(old) = before.items.get(id) else { continue };
        let calm = WorkItem {
            version: old.version,
            updated_at: old.updated_at,
            updated_by: old.updated_by.clone(),
            ..(**item).clone()
        };
        if !told.contains_key(&(EntityKind::WorkItem, id.to_string())) && calm == **old {
            *item = Rc::clone(old);
        }
    }
    for (id, lane) in &mut after.lanes {
        let Some(old) = before.lanes.get(id) else { continue };
        let calm = Lane { version: old.version, ..(**lane).clone() };
        if !told.contains_key(&(EntityKind::Lane, id.to_string())) && calm == **old {
            *lane = Rc::clone(old);
        }
    }
}

/// The last event about each entity, and how many of its events only gave it another place.
type Told<'a> = BTreeMap<(EntityKind, String), (&'a Event, i64)>;

/// All events of one command against the model before and after it.
pub(crate) fn events(
    before: &World,
    after: &mut World,
    command: &Command,
    events: &[Event],
    now: i64,
) -> Verdict {
    let mut last = Told::new();
    for event in events {
        if event.group != command.id || event.actor.user != command.actor.user {
            return Err(format!("event {} is of another command or actor", event.sequence));
        }
        if event.at.as_millis() != now {
            return Err(format!("event {} has another instant", event.sequence));
        }
        let key = (event.entity_kind, event.entity_id.clone());
        let previous = match last.get(&key) {
            Some((earlier, _)) => earlier.entity.as_ref().map(Entity::version),
            None => entity(before, event.entity_kind, &event.entity_id).map(|entity| entity.version()),
        };
        let version = event.entity.as_ref().map(Entity::version);
        // What a purge has blanked meanwhile says nothing any more.
        if event.entity.is_some() {
            match (previous, version) {
                (Some(old), Some(new))
                    if new == old + 1 || (new > old && (event.origin.is_some() || loads(command))) => {}
                (None, Some(_)) => {}
                _ => return Err(format!("version {previous:?} → {version:?} in event {event:?}")),
            }
        }
        let orders = last.get(&key).map_or(0, |(_, orders)| *orders) + i64::from(only_orders(event));
        last.insert(key, (event, orders));
    }
    let spread = last.values().any(|(_, orders)| *orders > 0);
    for ((kind, id), (event, orders)) in &last {
        let Some(mut seen) = event.entity.clone() else { continue };
        adopt(after, event, *orders, spread);
        if let EntityKind::Sprint = kind
            && let Some(sprint) = id.parse().ok().and_then(|id| after.sprints.get_mut(&id))
        {
            Rc::make_mut(sprint).items = None;
        }
        let Some(known) = entity(after, *kind, id) else {
            return Err(format!("an event about what the model does not hold: {event:?}"));
        };
        fill(&mut seen, &known);
        if seen != known {
            return Err(format!(
                "entities differ {}\n  event {} {:?}",
                fields(&seen, &known),
                event.kind(),
                event.changes
            ));
        }
    }
    if spread {
        keep_unmoved(before, after, &last);
    }
    untold(before, after, &last)?;
    settle_orders(after)
}

/// Whatever the model changed must be in an event.
fn untold(before: &World, after: &World, told: &Told<'_>) -> Verdict {
    macro_rules! each {
        ($map:ident, $kind:ident, $id:expr) => {
            for (key, value) in &after.$map {
                let same = before.$map.get(key).is_some_and(|old| Rc::ptr_eq(old, value) || **old == **value);
                let id: String = $id(key);
                if !same && !told.contains_key(&(EntityKind::$kind, id.clone())) {
                    return Err(format!("no event about {} {id}: {value:?}", EntityKind::$kind));
                }
            }
        };
    }
    each!(users, User, |key: &pm_engine::model::UserId| key.to_string());
    each!(projects, Project, |key: &pm_engine::model::ProjectId| key.to_string());
    each!(members, Member, |key: &(pm_engine::model::ProjectId, pm_engine::model::UserId)| format!(
        "{}/{}",
        key.0, key.1
    ));
    each!(lanes, Lane, |key: &LaneId| key.to_string());
    each!(items, WorkItem, |key: &ItemId| key.to_string());
    each!(sprints, Sprint, |key: &pm_engine::model::SprintId| key.to_string());
    each!(comments, Comment, |key: &pm_engine::model::CommentId| key.to_string());
    each!(entries, TimeEntry, |key: &pm_engine::model::TimeEntryId| key.to_string());
    each!(deps, Dependency, |key: &pm_engine::model::DependencyId| key.to_string());
    Ok(())
}

/// Sorts a list by its keys; what was not put back must stand in the model's order already.
fn settle<T: Ord + Copy + std::fmt::Debug>(
    what: &str,
    list: &mut Rc<Vec<T>>,
    key: impl Fn(&T) -> (String, String),
    free: impl Fn(&T) -> bool,
) -> Verdict {
    let mut sorted = (**list).clone();
    sorted.sort_by_key(|id| key(id));
    if sorted == **list {
        return Ok(());
    }
    let bound = |list: &[T]| list.iter().copied().filter(|id| !free(id)).collect::<Vec<T>>();
    if bound(&sorted) != bound(list) {
        return Err(format!("order of {what}\n  engine {sorted:?}\n  model  {list:?}"));
    }
    *list = Rc::new(sorted);
    Ok(())
}

/// "Order: a key between two neighbours …, one per lane and one per parent"
fn settle_orders(world: &mut World) -> Verdict {
    let items = world.items.clone();
    let free: BTreeSet<ItemId> = world.placed_by_key.clone();
    for (lane, list) in &mut world.lane_items {
        let key = |id: &ItemId| (items[id].lane_order.clone(), id.to_string());
        settle(&format!("lane {lane}"), list, key, |id| free.contains(id))?;
    }
    for (parent, list) in &mut world.children {
        let key = |id: &ItemId| (items[id].parent_order.clone(), id.to_string());
        settle(&format!("children of {parent}"), list, key, |id| free.contains(id))?;
    }
    let lanes = world.lanes.clone();
    for (project, list) in &mut world.lanes_of {
        let key = |id: &LaneId| (lanes[id].position.clone(), id.to_string());
        settle(&format!("lanes of {project}"), list, key, |_| false)?;
    }
    Ok(())
}
