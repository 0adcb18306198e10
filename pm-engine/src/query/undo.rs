//! Undo: the command that takes back what an earlier one has done.
//!
//! What counts is the difference the command made to each entity, not its single steps: what it made is deleted,
//! what it deleted is restored, what it changed gets its old values. Nothing is taken back over later work: an
//! entity that has changed since is a `conflict`, and the parts carry the versions they are based on, so that a race
//! is refused too. Whether the actor may do it is decided when the command runs, like any other.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::undo_group::{Touched, current, group, refuse};
use super::undo_move::{lane_move, moves};
use super::undo_patch::patch;
use crate::command::{Actor, Change, ItemMove, LaneTarget, ParentChange, Part};
use crate::error::Stop;
use crate::limits::{ITEM_DEPTH_MAX, PARTS_MAX};
use crate::model::{Action, CommandId, Entity, EntityKind, ItemId, Member, ProjectId, ProjectRole, UserId};
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows;

/// What stays although the command is undone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UndoLeftOut {
    /// Sequence of the event.
    pub sequence: i64,
    /// Kind of entity.
    pub entity_kind: EntityKind,
    /// Id of the entity.
    pub entity_id: String,
    /// What happened to it: a timer that was stopped stays stopped.
    pub action: Action,
}

/// How to take a command back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Undo {
    /// Valid at this sequence.
    pub sequence: i64,
    /// The parts of the command that does it, in order. Empty where the command changed nothing that lasts.
    pub parts: Vec<Part>,
    /// Side effects that stay.
    pub left_out: Vec<UndoLeftOut>,
}

/// How to take back the command with this id of this user. Refused: `not_found` where there is no such command or it
/// touched what the actor may not see; `conflict` where something has changed since; `wrong_state` for what is for
/// good (a purge, a sprint's start and end, a timer's stop); `too_large` past the parts of one command.
pub(crate) fn inverse(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    command: &CommandId,
    user: &UserId,
) -> Result<Undo, Stop> {
    let mut touched = group(connection, actor, command, user)?;
    let left_out = leave_out(&mut touched)?;
    let plan = Plan::of(connection, touched)?;
    let parts = plan.parts(connection)?;
    if parts.len() > PARTS_MAX {
        let limit = i64::try_from(PARTS_MAX).unwrap_or(i64::MAX);
        let message = "undoing it takes more than one command can do";
        return Err(Rejection::beyond(RejectionCode::TooLarge, "parts", limit, message).into());
    }
    Ok(Undo { sequence, parts, left_out })
}

/// Takes out what cannot or need not be undone; refuses where that is what the command was for.
fn leave_out(touched: &mut Vec<Touched>) -> Result<Vec<UndoLeftOut>, Stop> {
    let mut left_out = Vec::new();
    let mut stop = None;
    for one in touched.iter() {
        if one.kind == EntityKind::Sprint
            && matches!(one.last_action, Action::Started | Action::Completed | Action::Cancelled)
        {
            return Err(refuse(one.last, "a sprint starts and ends once").into());
        }
        if one.last_action == Action::Stopped && one.was_live {
            stop = Some(one.last);
            let (entity_kind, entity_id, action) = (one.kind, one.id.clone(), one.last_action);
            left_out.push(UndoLeftOut { sequence: one.last, entity_kind, entity_id, action });
        }
    }
    // Who issues his first command is recorded by it; that stays.
    touched.retain(|one| {
        let recorded = one.kind == EntityKind::User && !one.was_live;
        let stopped = one.last_action == Action::Stopped && one.was_live;
        !recorded && !stopped
    });
    match stop.filter(|_| touched.is_empty()) {
        Some(sequence) => Err(refuse(sequence, "a stopped timer stays stopped").into()),
        None => Ok(left_out),
    }
}

/// What the command made of the entities that count: newest first.
struct Plan {
    touched: Vec<Touched>,
    /// Items that the command deleted.
    deleted: HashSet<ItemId>,
    /// Items that it made, or restored, and deleted again: below the above, so that they come back with them.
    passing: HashSet<ItemId>,
}

/// Parts in the order of what they need: containers come back before their contents, and go after them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    RestoreProject,
    RestoreLaneOrSprint,
    /// Before items and parents come back, which a new dependency may forbid.
    RemoveDependency,
    /// Out of the way of others: see [`Plan::loosened`].
    Loosen,
    RestoreItem,
    RestoreOther,
    /// A dependency that the command made and that comes back with an item.
    RemoveReturned,
    Patch,
    Move,
    /// After them, for the same reason.
    AddDependency,
    RemoveOther,
    /// Deepest first.
    RemoveItem(i64),
    RemoveLaneOrSprint,
    RemoveProject,
}

impl Plan {
    fn of(connection: &Connection, mut touched: Vec<Touched>) -> Result<Self, Stop> {
        let made: HashSet<ProjectId> = touched.iter().filter_map(made_project).collect();
        for project in &made {
            untouched_since(connection, &touched, *project)?;
        }
        // With a project that the command made goes everything in it.
        touched
            .retain(|one| one.kind == EntityKind::Project || one.project.is_none_or(|p| !made.contains(&p)));
        let deleted = touched.iter().filter_map(deleted_item).collect();
        let passing = passing(&touched, &deleted);
        Ok(Self { touched, deleted, passing })
    }

    fn parts(&self, connection: &Connection) -> Result<Vec<Part>, Stop> {
        let mut parts: Vec<(Phase, &Touched, Change)> = Vec::new();
        let depths = self.depths();
        for one in &self.touched {
            let comes_back = one.was_live && !one.is_live;
            if comes_back {
                parts.extend(self.restore(one).map(|(phase, change)| (phase, one, change)));
            }
            if self.is_patched(one) {
                self.patches(connection, one, &mut parts)?;
            }
            if !one.was_live && (one.is_live || self.comes_along(one)) {
                let (phase, change) = removal(one, &depths);
                parts.push((phase, one, change));
            }
        }
        let moved: Vec<&Touched> = self.touched.iter().filter(|one| self.is_patched(one)).collect();
        parts.extend(moves(connection, &moved)?.into_iter().map(|(one, change)| (Phase::Move, one, change)));
        let loosened = self.loosened();
        if parts.len() + loosened.len() <= PARTS_MAX {
            parts.extend(loosened);
        }
        parts.sort_by_key(|(phase, _, _)| *phase);
        versioned(connection, parts)
    }

    /// Items that leave their new parents first, before anything is restored or put back: one of the old parents may
    /// be below the item still, be of another kind still, or come back with a dependency that forbids the new one.
    /// Where only one item was moved, and nothing else can be in the way, its move back is enough.
    fn loosened(&self) -> Vec<(Phase, &Touched, Change)> {
        let changed = |one: &Touched, field| one.old.contains_key(field);
        let reparented = |one: &&Touched| self.is_patched(one) && one.is_live && changed(one, "parent");
        let in_the_way = !self.deleted.is_empty()
            || self.touched.iter().any(|one| one.kind == EntityKind::WorkItem && changed(one, "kind"))
            || self.touched.iter().filter(reparented).count() > 1;
        if !in_the_way {
            return Vec::new();
        }
        let mut parts = Vec::new();
        for one in self.touched.iter().filter(reparented) {
            if let Entity::WorkItem(item) = &one.after
                && item.parent.is_some()
            {
                let change = ItemMove { parent: Some(ParentChange::Clear), ..ItemMove::new(item.id) };
                parts.push((Phase::Loosen, one, Change::MoveItem(change)));
            }
        }
        parts
    }

    /// What was made by the command needs no old values, it goes.
    fn is_patched(&self, one: &Touched) -> bool {
        one.was_live || one.first_action == Action::Restored
    }

    /// Whether something that the command made and deleted again comes back with an item that is restored.
    fn comes_along(&self, one: &Touched) -> bool {
        match &one.after {
            Entity::WorkItem(e) => self.passing.contains(&e.id),
            Entity::Dependency(e) => {
                let comes = |item| self.deleted.contains(item);
                let goes = |item| self.passing.contains(item);
                (comes(&e.from) || comes(&e.to)) && !goes(&e.from) && !goes(&e.to)
            }
            _ => false,
        }
    }

    fn restore(&self, one: &Touched) -> Option<(Phase, Change)> {
        let restored = match &one.after {
            Entity::Project(e) => (Phase::RestoreProject, Change::RestoreProject { project: e.id.into() }),
            Entity::Lane(e) => {
                (Phase::RestoreLaneOrSprint, Change::RestoreLane { lane: LaneTarget::from(e.id) })
            }
            Entity::Sprint(e) => (Phase::RestoreLaneOrSprint, Change::RestoreSprint { sprint: e.id.into() }),
            // What went with its parent comes back with it.
            Entity::WorkItem(e) if e.parent.is_none_or(|parent| !self.deleted.contains(&parent)) => {
                (Phase::RestoreItem, Change::RestoreItem { item: e.id.into() })
            }
            Entity::Comment(e) => (Phase::RestoreOther, Change::RestoreComment { comment: e.id.into() }),
            Entity::TimeEntry(e) => (Phase::RestoreOther, Change::RestoreTimeEntry { entry: e.id.into() }),
            Entity::Member(e) => (Phase::RestoreOther, set_member(e, old_role(one).unwrap_or(e.role))),
            // A dependency that fell with its item comes back with it; another is made anew, under a new id.
            Entity::Dependency(e) if !self.deleted.contains(&e.from) && !self.deleted.contains(&e.to) => {
                let (from, to) = (e.from.into(), e.to.into());
                (Phase::AddDependency, Change::AddDependency { id: None, kind: e.kind, from, to })
            }
            _ => return None,
        };
        Some(restored)
    }

    fn patches<'a>(
        &self,
        connection: &Connection,
        one: &'a Touched,
        parts: &mut Vec<(Phase, &'a Touched, Change)>,
    ) -> Result<(), Stop> {
        parts.extend(patch(connection, one)?.map(|change| (Phase::Patch, one, change)));
        match &one.after {
            Entity::Lane(lane) => {
                parts.extend(lane_move(connection, one, lane)?.map(|change| (Phase::Move, one, change)));
            }
            Entity::Member(member) if one.was_live && one.is_live => {
                parts.extend(old_role(one).map(|role| (Phase::Patch, one, set_member(member, role))));
            }
            Entity::Project(e) => match one.archiving {
                Some((Action::Archived, Action::Archived)) => {
                    parts.push((
                        Phase::RestoreProject,
                        one,
                        Change::UnarchiveProject { project: e.id.into() },
                    ));
                }
                Some((Action::Unarchived, Action::Unarchived)) => {
                    parts.push((Phase::RemoveProject, one, Change::ArchiveProject { project: e.id.into() }));
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    /// Depth of each item of the command among the items of the command.
    fn depths(&self) -> HashMap<ItemId, i64> {
        let parents: HashMap<ItemId, Option<ItemId>> = self
            .touched
            .iter()
            .filter_map(|one| {
                if let Entity::WorkItem(item) = &one.after { Some((item.id, item.parent)) } else { None }
            })
            .collect();
        let depth = |item: &ItemId| {
            let mut at = *item;
            let mut depth = 0;
            while let Some(Some(parent)) = parents.get(&at).filter(|_| depth < ITEM_DEPTH_MAX) {
                (at, depth) = (*parent, depth + 1);
            }
            depth
        };
        parents.keys().map(|item| (*item, depth(item))).collect()
    }
}

fn made_project(one: &Touched) -> Option<ProjectId> {
    match &one.after {
        Entity::Project(project) if one.first_action == Action::Created => Some(project.id),
        _ => None,
    }
}

fn deleted_item(one: &Touched) -> Option<ItemId> {
    match &one.after {
        Entity::WorkItem(item) if one.was_live && !one.is_live => Some(item.id),
        _ => None,
    }
}

fn passing(touched: &[Touched], deleted: &HashSet<ItemId>) -> HashSet<ItemId> {
    let mut passing = HashSet::new();
    for _ in 0..ITEM_DEPTH_MAX {
        let below = |parent: &ItemId| deleted.contains(parent) || passing.contains(parent);
        let found: Vec<ItemId> = touched
            .iter()
            .filter(|one| !one.was_live && !one.is_live)
            .filter_map(|one| if let Entity::WorkItem(item) = &one.after { Some(item) } else { None })
            .filter(|item| !passing.contains(&item.id) && item.parent.as_ref().is_some_and(below))
            .map(|item| item.id)
            .collect();
        if found.is_empty() {
            break;
        }
        passing.extend(found);
    }
    passing
}

/// A project is not deleted over what others have done in it since it was made.
fn untouched_since(connection: &Connection, touched: &[Touched], project: ProjectId) -> Result<(), Stop> {
    let last = touched.iter().map(|one| one.last).max().unwrap_or(0);
    let sql = "SELECT 1 FROM activity_log WHERE project_id = ?1 AND sequence > ?2 LIMIT 1";
    if rows::one(connection, sql, params![project, last], |_| Ok(()))?.is_none() {
        return Ok(());
    }
    let current = current(connection, EntityKind::Project, &project.to_string())?.map(Box::new);
    let message = format!("the project {project} has been worked in since");
    Err(Rejection { current, ..Rejection::new(RejectionCode::Conflict, message) }.into())
}

/// The role before the command, where it was another one: it stands in the old value or, where a member was removed
/// first, in what was removed.
fn old_role(one: &Touched) -> Option<ProjectRole> {
    let changed = one.old.get("role").and_then(|(old, _)| ProjectRole::from_word(old.as_deref()?));
    match &one.first {
        Entity::Member(first) if one.first_action == Action::Deleted => Some(first.role),
        _ => changed,
    }
    .filter(|role| !matches!(&one.after, Entity::Member(after) if after.role == *role))
}

fn set_member(member: &Member, role: ProjectRole) -> Change {
    Change::SetMember { project: member.project.into(), user: member.user.clone(), role }
}

/// The change that takes away what the command made or brought back.
fn removal(one: &Touched, depths: &HashMap<ItemId, i64>) -> (Phase, Change) {
    match &one.after {
        Entity::Project(e) => (Phase::RemoveProject, Change::DeleteProject { project: e.id.into() }),
        Entity::Lane(e) => {
            let lane = LaneTarget::from(e.id);
            (Phase::RemoveLaneOrSprint, Change::DeleteLane { lane, move_items_to: None })
        }
        Entity::Sprint(e) => (Phase::RemoveLaneOrSprint, Change::DeleteSprint { sprint: e.id.into() }),
        Entity::WorkItem(e) => {
            let depth = depths.get(&e.id).copied().unwrap_or(0);
            (Phase::RemoveItem(-depth), Change::DeleteItem { item: e.id.into(), cascade: false })
        }
        Entity::Comment(e) => (Phase::RemoveOther, Change::DeleteComment { comment: e.id.into() }),
        Entity::TimeEntry(e) => (Phase::RemoveOther, Change::DeleteTimeEntry { entry: e.id.into() }),
        Entity::Dependency(e) => {
            let phase = if one.is_live { Phase::RemoveDependency } else { Phase::RemoveReturned };
            (phase, Change::RemoveDependency { dependency: e.id.into() })
        }
        Entity::Member(e) => {
            (Phase::RemoveOther, Change::RemoveMember { project: e.project.into(), user: e.user.clone() })
        }
        // Settings and users are never made or deleted by a command's will.
        Entity::TenantSettings(_) => (Phase::Patch, Change::UpdateTenantSettings { changes: Vec::new() }),
        Entity::User(e) => (Phase::Patch, Change::UpdateUser { user: e.id.clone(), changes: Vec::new() }),
    }
}

/// Refuses where an entity has moved on; gives the first part on each the version it is based on. Later parts on
/// the same entity meet the version that the first one makes.
fn versioned(connection: &Connection, parts: Vec<(Phase, &Touched, Change)>) -> Result<Vec<Part>, Stop> {
    let mut seen: HashSet<(EntityKind, &str)> = HashSet::new();
    let mut out = Vec::with_capacity(parts.len());
    for (_, one, change) in parts {
        let mut part = Part::from(change);
        if seen.len() <= PARTS_MAX && seen.insert((one.kind, &one.id)) {
            let version = one.after.version();
            check_version(connection, one, version)?;
            // What comes back with another item has a new version by then, and what is made anew has none.
            let by_itself = one.is_live
                || !matches!(one.kind, EntityKind::WorkItem | EntityKind::Dependency)
                || matches!(part.change, Change::RestoreItem { .. });
            let makes_anew = matches!(part.change, Change::AddDependency { .. });
            part.expected_version = (by_itself && !makes_anew).then_some(version);
        }
        out.push(part);
    }
    Ok(out)
}

fn check_version(connection: &Connection, one: &Touched, version: i64) -> Result<(), Stop> {
    match current(connection, one.kind, &one.id)? {
        None => Err(refuse(one.last, "the entity has been purged since").into()),
        Some(now) if now.version() == version => Ok(()),
        Some(now) => {
            let message = format!("{} {} has changed since", one.kind, one.id);
            let current = Some(Box::new(now));
            Err(Rejection { current, ..Rejection::new(RejectionCode::Conflict, message) }.into())
        }
    }
}

#[cfg(test)]
#[path = "undo_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "undo_engine_tests.rs"]
mod engine_tests;
