//! Running timers: at most one per user, stopped and handed over at one instant.

use super::context::{Decision, Draft, choose_id, wrong_state};
use super::find::{Archived, Need, check_archived, check_need};
use super::tenant;
use crate::error::Stop;
use crate::event::Note;
use crate::model::{
    Action, Entity, ItemRef, LaneCategory, NoteKind, TimeEntry, TimeEntryId, TimeEntryRef, TimerCapPolicy,
    Timestamp, UserId,
};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows::{self, concat_sql};

/// The running timer of a user.
pub(super) fn running(ctx: &Decision<'_>, user: &UserId) -> Result<Option<TimeEntry>, Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::TIME_ENTRY,
        " FROM time_entries WHERE user_id = ?1 AND ended_at IS NULL AND deleted_at IS NULL"
    );
    Ok(rows::one(ctx.statements, sql, [user], rows::time_entry)?)
}

pub(super) fn start(
    ctx: &mut Decision<'_>,
    id: Option<TimeEntryId>,
    item: &ItemRef,
    note: &str,
) -> Result<PartResult, Stop> {
    let (item, _) = ctx.item(item, "item", Need::View, Archived::Refused)?;
    let category: Option<LaneCategory> =
        rows::one(ctx.statements, "SELECT category FROM swim_lanes WHERE id = ?1", [item.lane], |row| {
            row.get(0)
        })?;
    if category.is_none_or(LaneCategory::is_finished) {
        return Err(wrong_state("the item is finished: a timer needs an unfinished one").into());
    }
    let id = choose_id!(ctx, id, TimeEntries, TimeEntryId);
    let user = ctx.who();
    let mut notes = Vec::new();
    if let Some(entry) = running(ctx, &user)? {
        notes.push(Note::of(NoteKind::TimerReplaced, entry.id));
        let draft = stopped(ctx, entry)?;
        ctx.notes.extend(draft.notes.iter().cloned());
        ctx.emit(draft)?;
    }
    let entry = TimeEntry {
        id,
        project: item.project,
        item: item.id,
        user: user.clone(),
        started_at: ctx.when(),
        ended_at: None,
        seconds: None,
        note: note.to_owned(),
        manual: false,
        overlaps: false,
        over_cap: false,
        clock_backwards: false,
        original_end: None,
        created_at: ctx.when(),
        updated_by: user,
        deleted_at: None,
        version: ctx.first_version(),
    };
    ctx.emit_one(Draft::new(Action::Started, Entity::TimeEntry(entry), Vec::new()).with_notes(notes), None)
}

pub(super) fn stop(ctx: &mut Decision<'_>, entry: Option<&TimeEntryRef>) -> Result<PartResult, Stop> {
    let entry = match entry {
        None => running(ctx, &ctx.who())?.ok_or_else(not_running)?,
        Some(reference) => stoppable(ctx, reference)?,
    };
    ctx.check_version(|| Entity::TimeEntry(entry.clone()), entry.version)?;
    if entry.ended_at.is_some() || entry.deleted_at.is_some() {
        return Err(not_running().into());
    }
    let draft = stopped(ctx, entry)?;
    ctx.emit_one(draft, None)
}

/// One's own timer whatever became of its item, project or access; another's as an admin of its project.
fn stoppable(ctx: &Decision<'_>, reference: &TimeEntryRef) -> Result<TimeEntry, Stop> {
    let entry = ctx.entry_row(reference)?;
    if entry.user != ctx.stamp.actor.user {
        let (_, place) = ctx.entry(reference)?;
        check_need(&place, Need::Admin)?;
        check_archived(&place, Archived::Refused)?;
    }
    Ok(entry)
}

fn not_running() -> Rejection {
    Rejection::new(RejectionCode::NotRunning, "the timer is not running")
}

/// The event that stops a running timer now.
pub(super) fn stopped(ctx: &Decision<'_>, old: TimeEntry) -> Result<Draft, Stop> {
    let mut new = old.clone();
    let notes = end(ctx, &mut new, ctx.when())?;
    new.version = ctx.next_version(old.version);
    new.updated_by = ctx.who();
    let changes = old.changes_to(&new);
    Ok(Draft::new(Action::Stopped, Entity::TimeEntry(new), changes).with_notes(notes))
}

/// Ends an entry at an instant: flagged past the cap, cut where the tenant says so, zero on a clock that went back.
pub(super) fn end(ctx: &Decision<'_>, entry: &mut TimeEntry, at: Timestamp) -> Result<Vec<Note>, Stop> {
    let mut notes = Vec::new();
    if at < entry.started_at {
        entry.ended_at = Some(entry.started_at);
        entry.seconds = Some(0);
        entry.clock_backwards = true;
        notes.push(Note::of(NoteKind::ClockBackwards, entry.id));
        return Ok(notes);
    }
    let settings = tenant::settings(ctx)?;
    let seconds = seconds_between(entry.started_at, at);
    entry.ended_at = Some(at);
    entry.seconds = Some(seconds);
    if seconds > settings.timer_cap_seconds {
        entry.over_cap = true;
        let (count, limit) = (Some(seconds), Some(settings.timer_cap_seconds));
        notes.push(Note { count, limit, ..Note::of(NoteKind::OverCap, entry.id) });
        if settings.timer_cap_policy == TimerCapPolicy::Cap {
            let cut = entry.started_at.as_millis().saturating_add(settings.timer_cap_seconds * 1_000);
            entry.original_end = Some(at);
            entry.ended_at = Some(Timestamp::from_millis(cut));
            entry.seconds = Some(settings.timer_cap_seconds);
        }
    }
    Ok(notes)
}

/// Whole seconds from one instant to a later one.
pub(super) fn seconds_between(start: Timestamp, end: Timestamp) -> i64 {
    (end.as_millis() - start.as_millis()) / 1_000
}
