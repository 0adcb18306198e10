//! Time entries made, changed and taken back by hand.

use rusqlite::params;

use super::context::{Decision, Draft, choose_id, wrong_state};
use super::find::{Archived, Need, check_archived, check_need};
use super::tenant;
use super::timer::{end, seconds_between};
use crate::command::{NewTimeEntry, TimeEntryChange};
use crate::error::Stop;
use crate::event::Note;
use crate::limits;
use crate::model::{
    Action, Entity, NoteKind, OverlapPolicy, TimeEntry, TimeEntryId, TimeEntryRef, Timestamp, UserId,
};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows;

pub(super) fn add(ctx: &mut Decision<'_>, new: &NewTimeEntry) -> Result<PartResult, Stop> {
    let (item, place) = ctx.item(&new.item, "item", Need::View, Archived::Accepted)?;
    let actor = ctx.who();
    let user = new.user.clone().unwrap_or_else(|| actor.clone());
    if user != actor {
        check_need(&place, Need::Admin)?;
    }
    check_archived(&place, Archived::Refused)?;
    let id = choose_id!(ctx, new.id, TimeEntries, TimeEntryId);
    let mut entry = TimeEntry {
        id,
        project: item.project,
        item: item.id,
        user,
        started_at: new.started_at,
        ended_at: Some(new.ended_at),
        seconds: Some(seconds_between(new.started_at, new.ended_at)),
        note: new.note.clone(),
        manual: true,
        overlaps: false,
        over_cap: false,
        clock_backwards: false,
        original_end: None,
        created_at: ctx.when(),
        updated_by: actor,
        deleted_at: None,
        version: ctx.first_version(),
    };
    check_span(ctx, &entry)?;
    let notes = check_overlap(ctx, &mut entry)?;
    ctx.emit_one(Draft::new(Action::Created, Entity::TimeEntry(entry), Vec::new()).with_notes(notes), None)
}

/// Start before end, not longer than a day, not in the future.
fn check_span(ctx: &Decision<'_>, entry: &TimeEntry) -> Result<(), Rejection> {
    let Some(ended_at) = entry.ended_at else { return Ok(()) };
    let seconds = seconds_between(entry.started_at, ended_at);
    if entry.started_at >= ended_at || seconds == 0 {
        return Err(Rejection::invalid("ended_at", "an entry ends at least a second after it starts"));
    }
    if entry.manual && seconds > limits::TIME_ENTRY_SECONDS_MAX {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            "ended_at",
            limits::TIME_ENTRY_SECONDS_MAX,
            "an entry made by hand is not longer than a day",
        ));
    }
    if ended_at.as_millis() > ctx.stamp.now.as_millis() + limits::TIME_ENTRY_AHEAD_MS_MAX {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            "ended_at",
            limits::TIME_ENTRY_AHEAD_MS_MAX,
            "the entry ends in the future",
        ));
    }
    Ok(())
}

/// Another entry of the same user at the same time is flagged, or refused where the tenant says so.
fn check_overlap(ctx: &Decision<'_>, entry: &mut TimeEntry) -> Result<Vec<Note>, Stop> {
    let end = entry.ended_at.unwrap_or(ctx.stamp.now);
    let Some(other) = overlapping(ctx, &entry.user, entry.id, entry.started_at, end)? else {
        entry.overlaps = false;
        return Ok(Vec::new());
    };
    if tenant::settings(ctx)?.overlap_policy == OverlapPolicy::Refuse {
        let message = "the time overlaps another entry of the same user";
        return Err(Rejection::new(RejectionCode::Overlap, message).into());
    }
    entry.overlaps = true;
    Ok(vec![Note::of(NoteKind::Overlap, other)])
}

/// Entries are looked for among those that began within a day before, the few longer than a day, and the running
/// one: a bounded part of the user's history.
fn overlapping(
    ctx: &Decision<'_>,
    user: &UserId,
    own: TimeEntryId,
    start: Timestamp,
    end: Timestamp,
) -> Result<Option<TimeEntryId>, Stop> {
    let sql = "SELECT id FROM (\
               SELECT id FROM time_entries WHERE user_id = ?1 AND started_at > ?3 - 86400000 AND started_at < ?4 \
               AND deleted_at IS NULL AND ended_at > ?3 AND id <> ?2 \
               UNION ALL SELECT id FROM time_entries WHERE user_id = ?1 AND seconds > 86400 AND started_at < ?4 \
               AND deleted_at IS NULL AND ended_at > ?3 AND id <> ?2 \
               UNION ALL SELECT id FROM time_entries WHERE user_id = ?1 AND ended_at IS NULL AND deleted_at IS NULL \
               AND started_at < ?4 AND ?5 > ?3 AND id <> ?2) LIMIT 1";
    let params = params![user, own, start, end, ctx.stamp.now];
    Ok(rows::one(ctx.statements, sql, params, |row| row.get(0))?)
}

/// An entry, live or deleted, its owner may change; another's as an admin of the project.
fn changeable(ctx: &Decision<'_>, reference: &TimeEntryRef, deleted: bool) -> Result<TimeEntry, Stop> {
    let (entry, place) = ctx.entry(reference)?;
    if entry.deleted_at.is_some() && !deleted {
        return Err(Rejection::not_found("entry").into());
    }
    if entry.user != ctx.stamp.actor.user {
        check_need(&place, Need::Admin)?;
    }
    check_archived(&place, Archived::Refused)?;
    ctx.check_version(|| Entity::TimeEntry(entry.clone()), entry.version)?;
    Ok(entry)
}

pub(super) fn update(
    ctx: &mut Decision<'_>,
    reference: &TimeEntryRef,
    changes: &[TimeEntryChange],
) -> Result<PartResult, Stop> {
    let old = changeable(ctx, reference, false)?;
    let mut new = old.clone();
    for change in changes {
        match change {
            TimeEntryChange::Item(item) => {
                let (item, _) = ctx.item(item, "item", Need::View, Archived::Refused)?;
                if item.project != old.project {
                    return Err(Rejection::invalid("item", "the item is in another project").into());
                }
                new.item = item.id;
            }
            TimeEntryChange::StartedAt(at) => new.started_at = *at,
            TimeEntryChange::EndedAt(at) => {
                if old.ended_at.is_none() {
                    return Err(wrong_state("the timer runs: stop it first").into());
                }
                new.ended_at = Some(*at);
            }
            TimeEntryChange::Note(note) => new.note.clone_from(note),
        }
    }
    let mut notes = Vec::new();
    if new.started_at != old.started_at || new.ended_at != old.ended_at {
        notes = respan(ctx, &mut new)?;
    }
    let changed = old.changes_to(&new);
    if changed.is_empty() {
        return Ok(ctx.unchanged(&Entity::TimeEntry(old), None));
    }
    new.version = ctx.next_version(old.version);
    new.updated_by = ctx.who();
    ctx.emit_one(Draft::new(Action::Changed, Entity::TimeEntry(new), changed).with_notes(notes), None)
}

/// A corrected span is the truth: flags of the old one go.
fn respan(ctx: &Decision<'_>, entry: &mut TimeEntry) -> Result<Vec<Note>, Stop> {
    if entry.ended_at.is_none() {
        if entry.started_at.as_millis() > ctx.stamp.now.as_millis() + limits::TIME_ENTRY_AHEAD_MS_MAX {
            return Err(Rejection::invalid("started_at", "the timer would start in the future").into());
        }
        return Ok(Vec::new());
    }
    check_span(ctx, entry)?;
    entry.seconds = entry.ended_at.map(|end| seconds_between(entry.started_at, end));
    entry.over_cap = false;
    entry.clock_backwards = false;
    entry.original_end = None;
    check_overlap(ctx, entry)
}

pub(super) fn delete(ctx: &mut Decision<'_>, reference: &TimeEntryRef) -> Result<PartResult, Stop> {
    let old = changeable(ctx, reference, false)?;
    let mut new = old.clone();
    let notes = if old.ended_at.is_none() { end(ctx, &mut new, ctx.when())? } else { Vec::new() };
    new.deleted_at = Some(ctx.when());
    new.version = ctx.next_version(old.version);
    new.updated_by = ctx.who();
    ctx.emit_one(Draft::new(Action::Deleted, Entity::TimeEntry(new), Vec::new()).with_notes(notes), None)
}

pub(super) fn restore(ctx: &mut Decision<'_>, reference: &TimeEntryRef) -> Result<PartResult, Stop> {
    let old = changeable(ctx, reference, true)?;
    if old.deleted_at.is_none() {
        return Ok(ctx.unchanged(&Entity::TimeEntry(old), None));
    }
    let mut new = TimeEntry { deleted_at: None, updated_by: ctx.who(), ..old.clone() };
    let notes = check_overlap(ctx, &mut new)?;
    new.version = ctx.next_version(old.version);
    let changes = old.changes_to(&new);
    ctx.emit_one(Draft::new(Action::Restored, Entity::TimeEntry(new), changes).with_notes(notes), None)
}
