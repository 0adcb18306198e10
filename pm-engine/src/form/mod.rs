//! The form of a command: lengths, alphabets, ranges. It needs no file, so it is checked on the caller's thread,
//! before the command is queued. Titles and names are trimmed here, keys upper-cased.

mod item;
mod text;

use crate::command::{
    Change, Command, LaneChange, NewComment, NewLane, NewProject, NewSprint, ProjectChange, SprintChange,
    TenantSettingChange, TimeEntryChange, UserChange,
};
use crate::event::Origin;
use crate::limits;
use crate::model::{CalendarDate, TenantRole};
use crate::rejection::{Rejection, RejectionCode};

use text::{bounded, filled, named_once, optional_text, reference};
pub(crate) use text::{derived_status, key, labels};

type Form = Result<(), Rejection>;

/// Checks and normalises a command in place.
pub(crate) fn check(command: &mut Command) -> Form {
    if command.parts.is_empty() {
        return Err(Rejection::invalid("parts", "a command needs at least one part"));
    }
    if command.parts.len() > limits::PARTS_MAX {
        return Err(Rejection::beyond(
            RejectionCode::TooLarge,
            "parts",
            int(limits::PARTS_MAX),
            "a batch has too many parts",
        ));
    }
    let is_batch = command.parts.len() > 1;
    let tenant_admin = command.actor.role == TenantRole::Admin;
    for (index, part) in command.parts.iter_mut().enumerate() {
        let checked = change(&mut part.change)
            .and_then(|()| part.origin.as_ref().map_or(Ok(()), |origin| check_origin(origin, tenant_admin)));
        if let Err(mut rejection) = checked {
            rejection.part = if is_batch { u32::try_from(index).ok() } else { None };
            return Err(rejection);
        }
    }
    Ok(())
}

fn check_origin(origin: &Origin, tenant_admin: bool) -> Form {
    if !tenant_admin {
        return Err(Rejection::new(
            RejectionCode::Forbidden,
            "only an admin of the tenant may give an origin",
        ));
    }
    if origin.number.is_some_and(|n| !(1..=i64::from(u32::MAX)).contains(&n)) {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            "origin.number",
            i64::from(u32::MAX),
            "an item's number is 1 or more",
        ));
    }
    if origin.version.is_some_and(|v| !(1..=i64::from(u32::MAX)).contains(&v)) {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            "origin.version",
            i64::from(u32::MAX),
            "a version is 1 or more",
        ));
    }
    Ok(())
}

fn change(change: &mut Change) -> Form {
    match change {
        Change::UpdateTenantSettings { changes } => tenant_settings(changes),
        Change::UpdateUser { changes, .. } => user(changes),
        Change::CreateProject(new) => new_project(new),
        Change::UpdateProject { project, changes } => {
            reference("project", project.as_str())?;
            project_changes(changes)
        }
        Change::ArchiveProject { project }
        | Change::UnarchiveProject { project }
        | Change::DeleteProject { project }
        | Change::RestoreProject { project }
        | Change::PurgeProject { project }
        | Change::SetMember { project, .. }
        | Change::RemoveMember { project, .. } => reference("project", project.as_str()),
        Change::CreateLane { project, lane, .. } => {
            reference("project", project.as_str())?;
            new_lane(lane)
        }
        Change::UpdateLane { changes, .. } => lane_changes(changes),
        Change::MoveLane { .. } | Change::DeleteLane { .. } | Change::RestoreLane { .. } => Ok(()),
        Change::CreateItem(new) => item::new_item(new),
        Change::UpdateItem { item, changes } => {
            reference("item", item.as_str())?;
            item::item_changes(changes)
        }
        Change::MoveItem(moved) => reference("item", moved.item.as_str()),
        Change::DeleteItem { item, .. } | Change::RestoreItem { item } | Change::PurgeItem { item } => {
            reference("item", item.as_str())
        }
        Change::CreateSprint(new) => new_sprint(new),
        Change::UpdateSprint { sprint, changes } => {
            reference("sprint", sprint.as_str())?;
            sprint_changes(changes)
        }
        Change::StartSprint { sprint }
        | Change::CompleteSprint { sprint, .. }
        | Change::CancelSprint { sprint }
        | Change::DeleteSprint { sprint }
        | Change::RestoreSprint { sprint } => reference("sprint", sprint.as_str()),
        Change::AddComment(new) => new_comment(new),
        Change::EditComment { comment, text } => {
            reference("comment", comment.as_str())?;
            comment_text(text)
        }
        Change::DeleteComment { comment }
        | Change::RestoreComment { comment }
        | Change::PurgeComment { comment } => reference("comment", comment.as_str()),
        Change::StartTimer { item, note, .. } => {
            reference("item", item.as_str())?;
            bounded("note", note, limits::NOTE_CHARS_MAX)
        }
        Change::StopTimer { .. } | Change::DeleteTimeEntry { .. } | Change::RestoreTimeEntry { .. } => Ok(()),
        Change::AddTimeEntry(new) => {
            reference("item", new.item.as_str())?;
            bounded("note", &new.note, limits::NOTE_CHARS_MAX)
        }
        Change::UpdateTimeEntry { changes, .. } => time_entry_changes(changes),
        Change::AddDependency { from, to, .. } => {
            reference("from", from.as_str())?;
            reference("to", to.as_str())
        }
        Change::RemoveDependency { dependency } => reference("dependency", dependency.as_str()),
        Change::LoadEntity(entity) => item::loaded(entity),
    }
}

fn tenant_settings(changes: &[TenantSettingChange]) -> Form {
    named_once(changes)?;
    for change in changes {
        if let TenantSettingChange::TimerCapSeconds(seconds) = change {
            let range = 1..=limits::TIMER_CAP_SECONDS_MAX;
            if !range.contains(seconds) {
                return Err(Rejection::beyond(
                    RejectionCode::Invalid,
                    "timer_cap_seconds",
                    limits::TIMER_CAP_SECONDS_MAX,
                    "the timer cap is out of range",
                ));
            }
        }
    }
    Ok(())
}

fn user(changes: &mut [UserChange]) -> Form {
    named_once(changes)?;
    for change in changes {
        match change {
            UserChange::Name(name) => optional_text("name", name, limits::USER_NAME_CHARS_MAX)?,
            UserChange::Email(email) => optional_text("email", email, limits::EMAIL_CHARS_MAX)?,
        }
    }
    Ok(())
}

fn new_project(new: &mut NewProject) -> Form {
    new.key = key(&new.key)?;
    filled("title", &mut new.title, limits::TITLE_CHARS_MAX)?;
    bounded("description", &new.description, limits::DESCRIPTION_CHARS_MAX)?;
    if new.lanes.len() > limits::LANES_MAX {
        return Err(too_many_lanes());
    }
    new.lanes.iter_mut().try_for_each(new_lane)
}

pub(crate) fn too_many_lanes() -> Rejection {
    Rejection::beyond(
        RejectionCode::TooLarge,
        "lanes",
        int(limits::LANES_MAX),
        "a project has too many lanes",
    )
}

fn project_changes(changes: &mut [ProjectChange]) -> Form {
    named_once(changes)?;
    for change in changes {
        match change {
            ProjectChange::Title(title) => filled("title", title, limits::TITLE_CHARS_MAX)?,
            ProjectChange::Description(text) => bounded("description", text, limits::DESCRIPTION_CHARS_MAX)?,
            ProjectChange::DefaultLane(lane) => reference("default_lane", lane.as_str())?,
            ProjectChange::Visibility(_)
            | ProjectChange::WipPolicy(_)
            | ProjectChange::ParallelSprints(_) => {}
        }
    }
    Ok(())
}

fn new_lane(lane: &mut NewLane) -> Form {
    filled("name", &mut lane.name, limits::NAME_CHARS_MAX)?;
    match &lane.status {
        Some(status) => text::status(status)?,
        None => lane.status = Some(derived_status(&lane.name)?),
    }
    wip_limit(lane.wip_limit)
}

fn wip_limit(limit: Option<i64>) -> Form {
    if limit.is_some_and(|n| !(1..=limits::WIP_LIMIT_MAX).contains(&n)) {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            "wip_limit",
            limits::WIP_LIMIT_MAX,
            "a WIP limit is 1 or more",
        ));
    }
    Ok(())
}

fn lane_changes(changes: &mut [LaneChange]) -> Form {
    named_once(changes)?;
    for change in changes {
        match change {
            LaneChange::Name(name) => filled("name", name, limits::NAME_CHARS_MAX)?,
            LaneChange::Status(status) => text::status(status)?,
            LaneChange::WipLimit(limit) => wip_limit(*limit)?,
            LaneChange::Category(_) => {}
        }
    }
    Ok(())
}

fn new_sprint(new: &mut NewSprint) -> Form {
    reference("project", new.project.as_str())?;
    filled("name", &mut new.name, limits::NAME_CHARS_MAX)?;
    bounded("goal", &new.goal, limits::GOAL_CHARS_MAX)?;
    ordered_dates("end_date", new.start_date, new.end_date)
}

fn sprint_changes(changes: &mut [SprintChange]) -> Form {
    named_once(changes)?;
    for change in changes {
        match change {
            SprintChange::Name(name) => filled("name", name, limits::NAME_CHARS_MAX)?,
            SprintChange::Goal(goal) => bounded("goal", goal, limits::GOAL_CHARS_MAX)?,
            SprintChange::StartDate(_) | SprintChange::EndDate(_) => {}
        }
    }
    Ok(())
}

/// A first day is not after the last one.
pub(crate) fn ordered_dates(field: &str, start: Option<CalendarDate>, end: Option<CalendarDate>) -> Form {
    match (start, end) {
        (Some(start), Some(end)) if start > end => Err(Rejection::invalid(
            field,
            format!("{start} is after {end}: the first day comes before the last"),
        )),
        _ => Ok(()),
    }
}

fn new_comment(new: &mut NewComment) -> Form {
    reference("item", new.item.as_str())?;
    comment_text(&new.text)?;
    new.external.as_mut().map_or(Ok(()), item::external)
}

fn comment_text(text: &str) -> Form {
    if text.trim().is_empty() {
        return Err(Rejection::invalid("text", "a comment needs text"));
    }
    bounded("text", text, limits::COMMENT_CHARS_MAX)
}

fn time_entry_changes(changes: &[TimeEntryChange]) -> Form {
    named_once(changes)?;
    for change in changes {
        match change {
            TimeEntryChange::Note(note) => bounded("note", note, limits::NOTE_CHARS_MAX)?,
            TimeEntryChange::Item(item) => reference("item", item.as_str())?,
            TimeEntryChange::StartedAt(_) | TimeEntryChange::EndedAt(_) => {}
        }
    }
    Ok(())
}

/// A limit as the number that rejections carry.
pub(crate) fn int(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
