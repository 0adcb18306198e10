//! The form of a command: everything that can be said without looking at the tenant.

use std::collections::BTreeSet;
use std::mem::discriminant;

use pm_engine::command::{
    Change, Command, ItemChange, LaneChange, NewItem, NewLane, ProjectChange, SprintChange,
    TenantSettingChange, TimeEntryChange, UserChange,
};
use pm_engine::limits;
use pm_engine::model::{CalendarDate, ExternalRef};
use pm_engine::rejection::RejectionCode;

use super::{Refusal, Stage, Step, no};

fn invalid<T>(why: &str) -> Step<T> {
    no(Stage::Form, RejectionCode::Invalid, why)
}

fn check_if(good: bool, why: &str) -> Step<()> {
    if good { Ok(()) } else { invalid(why) }
}

fn text(text: &str, min: usize, max: usize, why: &str) -> Step<()> {
    let chars = text.chars().count();
    check_if(chars >= min && chars <= max && !text.contains('\0'), why)
}

fn title(value: &str) -> Step<()> {
    text(value.trim(), 1, limits::TITLE_CHARS_MAX, "title")
}

fn name(value: &str) -> Step<()> {
    text(value.trim(), 1, limits::NAME_CHARS_MAX, "name")
}

fn description(value: &str) -> Step<()> {
    text(value, 0, limits::DESCRIPTION_CHARS_MAX, "description")
}

fn status(value: &str) -> Step<()> {
    text(value, 1, limits::STATUS_CHARS_MAX, "status")?;
    let good = |c: char| c == '_' || (c.is_alphanumeric() && c.to_lowercase().eq([c]));
    check_if(value.chars().all(good), "status characters")
}

fn external(value: Option<&ExternalRef>) -> Step<()> {
    let Some(value) = value else { return Ok(()) };
    text(value.source.trim(), 1, limits::EXTERNAL_CHARS_MAX, "external source")?;
    text(value.id.trim(), 1, limits::EXTERNAL_CHARS_MAX, "external id")
}

fn labels(labels: &[String]) -> Step<()> {
    let distinct: BTreeSet<&str> = labels.iter().map(|label| label.trim()).collect();
    check_if(distinct.len() <= limits::LABELS_MAX, "labels")?;
    labels.iter().try_for_each(|label| text(label.trim(), 1, limits::LABEL_CHARS_MAX, "label"))
}

fn points(value: Option<f64>) -> Step<()> {
    check_if(value.is_none_or(|points| (0.0..=limits::POINTS_MAX).contains(&points)), "points")
}

fn estimate(value: Option<i64>) -> Step<()> {
    check_if(value.is_none_or(|seconds| (0..=limits::ESTIMATE_SECONDS_MAX).contains(&seconds)), "estimate")
}

/// "`extra` a JSON object ≤ 64 KiB"
fn extra(value: &str) -> Step<()> {
    let object = || serde_json::from_str::<serde_json::Value>(value).is_ok_and(|json| json.is_object());
    check_if(value.is_empty() || (value.len() <= limits::EXTRA_BYTES_MAX && object()), "extra")
}

/// "start ≤ due"
fn dates(start: Option<CalendarDate>, end: Option<CalendarDate>) -> Step<()> {
    check_if(start.is_none() || end.is_none() || start <= end, "dates")
}

fn wip(value: Option<i64>) -> Step<()> {
    check_if(value.is_none_or(|limit| (1..=limits::WIP_LIMIT_MAX).contains(&limit)), "wip limit")
}

fn lane(lane: &NewLane) -> Step<()> {
    name(&lane.name)?;
    lane.status.as_deref().map_or(Ok(()), status)?;
    wip(lane.wip_limit)
}

/// "a field named twice is `invalid`"
fn once<T>(changes: &[T]) -> Step<()> {
    let twice = changes
        .iter()
        .enumerate()
        .any(|(i, a)| changes.iter().skip(i + 1).any(|b| discriminant(a) == discriminant(b)));
    check_if(!twice, "field named twice")
}

fn item(new: &NewItem) -> Step<()> {
    title(&new.title)?;
    description(&new.description)?;
    labels(&new.labels)?;
    points(new.points)?;
    estimate(new.estimate_seconds)?;
    estimate(new.remaining_seconds)?;
    dates(new.start_date, new.due_date)?;
    external(new.external.as_ref())?;
    extra(&new.extra)
}

fn item_change(change: &ItemChange) -> Step<()> {
    match change {
        ItemChange::Title(value) => title(value),
        ItemChange::Description(value) => description(value),
        ItemChange::Labels(value) => labels(value),
        ItemChange::Points(value) => points(*value),
        ItemChange::EstimateSeconds(value) | ItemChange::RemainingSeconds(value) => estimate(*value),
        ItemChange::External(value) => external(value.as_ref()),
        ItemChange::Extra(value) => extra(value),
        ItemChange::Kind(_)
        | ItemChange::Priority(_)
        | ItemChange::Assignee(_)
        | ItemChange::StartDate(_)
        | ItemChange::DueDate(_) => Ok(()),
    }
}

/// "key 2–10 of `A–Z0–9` starting with a letter", upper-cased.
fn key(value: &str) -> Step<()> {
    let upper = value.trim().to_ascii_uppercase();
    let good = (limits::KEY_CHARS_MIN..=limits::KEY_CHARS_MAX).contains(&upper.chars().count())
        && upper.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && upper.starts_with(|c: char| c.is_ascii_uppercase());
    check_if(good, "key")
}

fn change(change: &Change) -> Step<()> {
    match change {
        Change::UpdateTenantSettings { changes } => {
            once(changes)?;
            changes.iter().try_for_each(|change| match change {
                TenantSettingChange::TimerCapSeconds(seconds) => {
                    check_if((1..=limits::TIMER_CAP_SECONDS_MAX).contains(seconds), "timer cap")
                }
                _ => Ok(()),
            })
        }
        Change::UpdateUser { changes, .. } => {
            once(changes)?;
            changes.iter().try_for_each(|change| match change {
                UserChange::Name(Some(value)) => {
                    text(value.trim(), 1, limits::USER_NAME_CHARS_MAX, "user name")
                }
                UserChange::Email(Some(value)) => text(value.trim(), 1, limits::EMAIL_CHARS_MAX, "email"),
                _ => Ok(()),
            })
        }
        Change::CreateProject(new) => {
            key(&new.key)?;
            title(&new.title)?;
            description(&new.description)?;
            new.lanes.iter().try_for_each(lane)?;
            let named: Vec<&String> = new.lanes.iter().filter_map(|lane| lane.status.as_ref()).collect();
            check_if(named.iter().collect::<BTreeSet<_>>().len() == named.len(), "status twice")
        }
        Change::UpdateProject { changes, .. } => {
            once(changes)?;
            changes.iter().try_for_each(|change| match change {
                ProjectChange::Title(value) => title(value),
                ProjectChange::Description(value) => description(value),
                _ => Ok(()),
            })
        }
        Change::CreateLane { lane: new, .. } => lane(new),
        Change::UpdateLane { changes, .. } => {
            once(changes)?;
            changes.iter().try_for_each(|change| match change {
                LaneChange::Name(value) => name(value),
                LaneChange::Status(value) => status(value),
                LaneChange::WipLimit(limit) => wip(*limit),
                LaneChange::Category(_) => Ok(()),
            })
        }
        Change::CreateItem(new) => item(new),
        Change::UpdateItem { changes, .. } => {
            once(changes)?;
            changes.iter().try_for_each(item_change)
        }
        Change::CreateSprint(new) => {
            name(&new.name)?;
            text(&new.goal, 0, limits::GOAL_CHARS_MAX, "goal")?;
            dates(new.start_date, new.end_date)
        }
        Change::UpdateSprint { changes, .. } => {
            once(changes)?;
            changes.iter().try_for_each(|change| match change {
                SprintChange::Name(value) => name(value),
                SprintChange::Goal(value) => text(value, 0, limits::GOAL_CHARS_MAX, "goal"),
                _ => Ok(()),
            })
        }
        Change::AddComment(new) => {
            text(&new.text, 1, limits::COMMENT_CHARS_MAX, "comment")?;
            external(new.external.as_ref())
        }
        Change::EditComment { text: value, .. } => text(value, 1, limits::COMMENT_CHARS_MAX, "comment"),
        Change::StartTimer { note, .. } => text(note, 0, limits::NOTE_CHARS_MAX, "note"),
        Change::AddTimeEntry(new) => text(&new.note, 0, limits::NOTE_CHARS_MAX, "note"),
        Change::UpdateTimeEntry { changes, .. } => {
            once(changes)?;
            changes.iter().try_for_each(|change| match change {
                TimeEntryChange::Note(value) => text(value, 0, limits::NOTE_CHARS_MAX, "note"),
                _ => Ok(()),
            })
        }
        _ => Ok(()),
    }
}

/// "Manual entries: start < end, ≤ 24 h", in whole seconds.
pub(crate) fn entry_span(start: i64, end: i64, manual: bool) -> Step<()> {
    let seconds = (end - start) / 1_000;
    check_if(seconds > 0 && (!manual || seconds <= limits::TIME_ENTRY_SECONDS_MAX), "span of the entry")
}

pub(crate) fn check(command: &Command) -> Step<()> {
    if command.parts.is_empty() {
        return invalid("no parts");
    }
    if command.parts.len() > limits::PARTS_MAX {
        return no(Stage::Form, RejectionCode::TooLarge, "parts");
    }
    for (index, part) in command.parts.iter().enumerate() {
        change(&part.change).map_err(|why| Refusal { part: Some(index), ..why })?;
    }
    Ok(())
}
