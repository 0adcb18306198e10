//! Command + file → events, or a rejection. The rules of the domain stand here and nowhere else. Reads only: no
//! clock, no randomness, no writing; so a command can be decided again elsewhere with the same result.

mod comment;
mod context;
mod dependency;
mod find;
mod item;
mod item_delete;
mod item_move;
mod item_restore;
mod lane;
mod load;
mod member;
mod order;
mod project;
mod sprint;
mod sprint_end;
mod tenant;
mod time;
mod timer;
mod tree;

use crate::command::Change;
use crate::error::Stop;
use crate::outcome::PartResult;

pub(crate) use context::{Decision, Draft, GraphSlot, Made, Memory, Stamp, too_many_events};
pub(crate) use load::check_default_lane;

/// Decides one part. Its events and remarks are collected in the context.
pub(crate) fn decide(ctx: &mut Decision<'_>, change: &Change) -> Result<PartResult, Stop> {
    match change {
        Change::UpdateTenantSettings { changes } => tenant::update_settings(ctx, changes),
        Change::UpdateUser { user, changes } => tenant::update_user(ctx, user, changes),
        Change::CreateProject(new) => project::create(ctx, new),
        Change::UpdateProject { project, changes } => project::update(ctx, project, changes),
        Change::ArchiveProject { project } => project::archive(ctx, project),
        Change::UnarchiveProject { project } => project::unarchive(ctx, project),
        Change::DeleteProject { project } => project::delete(ctx, project),
        Change::RestoreProject { project } => project::restore(ctx, project),
        Change::PurgeProject { project } => project::purge(ctx, project),
        Change::SetMember { project, user, role } => member::set(ctx, project, user, *role),
        Change::RemoveMember { project, user } => member::remove(ctx, project, user),
        Change::CreateLane { project, lane, place } => lane::create(ctx, project, lane, place.as_ref()),
        Change::UpdateLane { lane, changes } => lane::update(ctx, lane, changes),
        Change::MoveLane { lane, place } => lane::relocate(ctx, lane, place),
        Change::DeleteLane { lane, move_items_to } => lane::delete(ctx, lane, move_items_to.as_ref()),
        Change::RestoreLane { lane } => lane::restore(ctx, lane),
        Change::CreateItem(new) => item::create(ctx, new),
        Change::UpdateItem { item, changes } => item::update(ctx, item, changes),
        Change::MoveItem(moved) => item_move::relocate(ctx, moved),
        Change::DeleteItem { item, cascade } => item_delete::delete(ctx, item, *cascade),
        Change::RestoreItem { item } => item_restore::restore(ctx, item),
        Change::PurgeItem { item } => item_delete::purge(ctx, item),
        Change::CreateSprint(new) => sprint::create(ctx, new),
        Change::UpdateSprint { sprint, changes } => sprint::update(ctx, sprint, changes),
        Change::StartSprint { sprint } => sprint::start(ctx, sprint),
        Change::CompleteSprint { sprint, carry_to } => sprint_end::complete(ctx, sprint, carry_to.as_ref()),
        Change::CancelSprint { sprint } => sprint_end::cancel(ctx, sprint),
        Change::DeleteSprint { sprint } => sprint_end::delete(ctx, sprint),
        Change::RestoreSprint { sprint } => sprint_end::restore(ctx, sprint),
        Change::AddComment(new) => comment::add(ctx, new),
        Change::EditComment { comment, text } => comment::edit(ctx, comment, text),
        Change::DeleteComment { comment } => comment::delete(ctx, comment),
        Change::RestoreComment { comment } => comment::restore(ctx, comment),
        Change::PurgeComment { comment } => comment::purge(ctx, comment),
        Change::StartTimer { id, item, note } => timer::start(ctx, *id, item, note),
        Change::StopTimer { entry } => timer::stop(ctx, entry.as_ref()),
        Change::AddTimeEntry(new) => time::add(ctx, new),
        Change::UpdateTimeEntry { entry, changes } => time::update(ctx, entry, changes),
        Change::DeleteTimeEntry { entry } => time::delete(ctx, entry),
        Change::RestoreTimeEntry { entry } => time::restore(ctx, entry),
        Change::AddDependency { id, kind, from, to } => dependency::add(ctx, *id, *kind, from, to),
        Change::RemoveDependency { dependency } => dependency::remove(ctx, dependency),
        Change::LoadEntity(entity) => load::load(ctx, entity),
    }
}
