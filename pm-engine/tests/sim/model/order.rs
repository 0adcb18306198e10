//! Lists in order: lanes of a project, items of a lane, children of an item.

use std::rc::Rc;

use pm_engine::command::{LanePlace, Place};
use pm_engine::model::{ItemId, LaneId, ProjectId};
use pm_engine::rejection::RejectionCode;

use super::refs::Which;
use super::{Ctx, Map, Stage, Step, World, no};

/// A place, its neighbour resolved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum At<T> {
    First,
    Last,
    Before(T),
    After(T),
}

impl<T: PartialEq + Copy> At<T> {
    pub(crate) fn neighbour(self) -> Option<T> {
        match self {
            Self::Before(id) | Self::After(id) => Some(id),
            Self::First | Self::Last => None,
        }
    }

    /// The list with `id` taken out and put here.
    pub(crate) fn put(self, list: &[T], id: T) -> Vec<T> {
        let mut list: Vec<T> = list.iter().copied().filter(|other| *other != id).collect();
        let of =
            |list: &[T], neighbour| list.iter().position(|other| *other == neighbour).unwrap_or(list.len());
        let index = match self {
            Self::First => 0,
            Self::Last => list.len(),
            Self::Before(neighbour) => of(&list, neighbour),
            Self::After(neighbour) => (of(&list, neighbour) + 1).min(list.len()),
        };
        list.insert(index, id);
        list
    }
}

pub(crate) fn remove<K: Ord, T: PartialEq + Clone>(lists: &mut Map<K, Vec<T>>, key: &K, id: &T) {
    if let Some(list) = lists.get_mut(key) {
        Rc::make_mut(list).retain(|other| other != id);
    }
}

pub(crate) fn append<K: Ord, T: PartialEq + Clone>(lists: &mut Map<K, Vec<T>>, key: K, id: T) {
    Rc::make_mut(lists.entry(key).or_default()).push(id);
}

impl World {
    pub(crate) fn live_lanes(&self, project: ProjectId) -> &[LaneId] {
        self.lanes_of.get(&project).map_or(&[], |list| list.as_slice())
    }

    pub(crate) fn items_in(&self, lane: LaneId) -> &[ItemId] {
        self.lane_items.get(&lane).map_or(&[], |list| list.as_slice())
    }

    pub(crate) fn at_item(&self, ctx: &Ctx<'_>, place: Option<&Place>) -> Step<Option<At<ItemId>>> {
        Ok(match place {
            None => None,
            Some(Place::First) => Some(At::First),
            Some(Place::Last) => Some(At::Last),
            Some(Place::Before(name)) => Some(At::Before(self.item(ctx, name, Which::Live)?)),
            Some(Place::After(name)) => Some(At::After(self.item(ctx, name, Which::Live)?)),
        })
    }

    pub(crate) fn at_lane(
        &self,
        ctx: &Ctx<'_>,
        project: ProjectId,
        place: Option<&LanePlace>,
    ) -> Step<At<LaneId>> {
        Ok(match place {
            None | Some(LanePlace::Last) => At::Last,
            Some(LanePlace::First) => At::First,
            Some(LanePlace::Before(name)) => At::Before(self.lane_of(ctx, project, name)?),
            Some(LanePlace::After(name)) => At::After(self.lane_of(ctx, project, name)?),
        })
    }

    /// A neighbour must be where the item goes, and another one.
    pub(crate) fn neighbour_fits(list: &[ItemId], at: Option<At<ItemId>>, item: Option<ItemId>) -> Step<()> {
        match at.and_then(At::neighbour) {
            Some(neighbour) if !list.contains(&neighbour) || Some(neighbour) == item => {
                no(Stage::Rule, RejectionCode::Invalid, "neighbour is elsewhere")
            }
            _ => Ok(()),
        }
    }
}
