//! Old values, which stand in the log as text, as changes that set them again.

use std::str::FromStr;

use rusqlite::{Connection, params};

use super::stored_event;
use super::undo_group::{Touched, refuse};
use crate::command::{
    Change, ItemChange, LaneChange, LaneTarget, ProjectChange, SprintChange, TenantSettingChange,
    TimeEntryChange, UserChange,
};
use crate::error::{Stop, StoreError, StoreResult};
use crate::model::{Entity, ExternalRef, ItemId, LaneId, Timestamp};

/// The change that gives the fields of an entity their old values; `None` where nothing is to be set that way. What
/// follows from other fields (when it was completed, how long an entry is) is left to follow again.
pub(super) fn patch(connection: &Connection, one: &Touched) -> Result<Option<Change>, Stop> {
    let old = Old { connection, one };
    let change = match &one.after {
        Entity::TenantSettings(_) => {
            some(settings(&old)?, |changes| Change::UpdateTenantSettings { changes })
        }
        Entity::User(user) => {
            some(profile(&old)?, |changes| Change::UpdateUser { user: user.id.clone(), changes })
        }
        Entity::Project(project) => some(self::project(&old)?, |changes| Change::UpdateProject {
            project: project.id.into(),
            changes,
        }),
        Entity::Lane(lane) => {
            some(self::lane(&old)?, |changes| Change::UpdateLane { lane: LaneTarget::from(lane.id), changes })
        }
        Entity::WorkItem(item) => {
            some(self::item(&old)?, |changes| Change::UpdateItem { item: item.id.into(), changes })
        }
        Entity::Sprint(sprint) => {
            some(self::sprint(&old)?, |changes| Change::UpdateSprint { sprint: sprint.id.into(), changes })
        }
        Entity::Comment(comment) => {
            old.long("text")?.map(|text| Change::EditComment { comment: comment.id.into(), text })
        }
        Entity::TimeEntry(entry) => {
            some(time_entry(&old)?, |changes| Change::UpdateTimeEntry { entry: entry.id.into(), changes })
        }
        Entity::Member(_) | Entity::Dependency(_) => None,
    };
    Ok(change)
}

fn some<T>(changes: Vec<T>, change: impl FnOnce(Vec<T>) -> Change) -> Option<Change> {
    if changes.is_empty() { None } else { Some(change(changes)) }
}

/// Old values of one entity.
pub(super) struct Old<'a> {
    pub(super) connection: &'a Connection,
    pub(super) one: &'a Touched,
}

impl Old<'_> {
    /// The text of a field that changed: the outer option says whether it did.
    fn text(&self, field: &str) -> Option<Option<&str>> {
        self.one.old.get(field).map(|(old, _)| old.as_deref())
    }

    fn broken(&self, field: &str) -> StoreError {
        StoreError::data(format!("old value of {field} of {} {}", self.one.kind, self.one.id))
    }

    /// A field that always has a value.
    fn some<T>(&self, field: &str, read: impl Fn(&str) -> Option<T>) -> StoreResult<Option<T>> {
        match self.text(field) {
            None => Ok(None),
            Some(old) => old.and_then(read).map(Some).ok_or_else(|| self.broken(field)),
        }
    }

    /// A field that may have none.
    pub(super) fn any<T>(
        &self,
        field: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> StoreResult<Option<Option<T>>> {
        match self.text(field) {
            None => Ok(None),
            Some(None) => Ok(Some(None)),
            Some(Some(old)) => read(old).map(|value| Some(Some(value))).ok_or_else(|| self.broken(field)),
        }
    }

    /// A long text, which stands in the event that set it last before the command.
    fn long(&self, field: &str) -> Result<Option<String>, Stop> {
        let Some((_, sequence)) = self.one.old.get(field) else { return Ok(None) };
        let mut statement = self.connection.prepare_cached(
            "SELECT e.body FROM activity_log a JOIN event_log e ON e.sequence = a.sequence \
             WHERE a.entity_id = ?1 AND a.entity_kind = ?2 AND a.sequence < ?3 \
             AND (a.field = ?4 OR a.action = 'created') ORDER BY a.sequence DESC LIMIT 1",
        )?;
        let mut found = statement.query(params![self.one.id, self.one.kind, sequence, field])?;
        let stored = found
            .next()?
            .map(|row| stored_event::body_at(row, 0))
            .transpose()?
            .and_then(|event| event.entity);
        match stored {
            // An entity made without the text carries none.
            Some(entity) => Ok(Some(entity.field_text(field).unwrap_or_default())),
            None => Err(refuse(*sequence, "the text before it has been purged").into()),
        }
    }
}

pub(super) fn parse<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn settings(old: &Old<'_>) -> Result<Vec<TenantSettingChange>, Stop> {
    let mut changes = Vec::new();
    changes.extend(old.some("timer_cap_seconds", parse)?.map(TenantSettingChange::TimerCapSeconds));
    let policy = crate::model::TimerCapPolicy::from_word;
    changes.extend(old.some("timer_cap_policy", policy)?.map(TenantSettingChange::TimerCapPolicy));
    let policy = crate::model::OverlapPolicy::from_word;
    changes.extend(old.some("overlap_policy", policy)?.map(TenantSettingChange::OverlapPolicy));
    Ok(changes)
}

fn profile(old: &Old<'_>) -> Result<Vec<UserChange>, Stop> {
    let mut changes = Vec::new();
    changes.extend(old.any("name", parse)?.map(UserChange::Name));
    changes.extend(old.any("email", parse)?.map(UserChange::Email));
    Ok(changes)
}

fn project(old: &Old<'_>) -> Result<Vec<ProjectChange>, Stop> {
    let mut changes = Vec::new();
    changes.extend(old.some("title", parse)?.map(ProjectChange::Title));
    changes.extend(old.long("description")?.map(ProjectChange::Description));
    changes
        .extend(old.some("visibility", crate::model::Visibility::from_word)?.map(ProjectChange::Visibility));
    changes.extend(old.some("wip_policy", crate::model::WipPolicy::from_word)?.map(ProjectChange::WipPolicy));
    changes.extend(old.some("parallel_sprints", parse)?.map(ProjectChange::ParallelSprints));
    let lane = old.any("default_lane", parse::<LaneId>)?.flatten();
    changes.extend(lane.map(|lane| ProjectChange::DefaultLane(lane.into())));
    Ok(changes)
}

fn lane(old: &Old<'_>) -> Result<Vec<LaneChange>, Stop> {
    let mut changes = Vec::new();
    changes.extend(old.some("name", parse)?.map(LaneChange::Name));
    changes.extend(old.some("status", parse)?.map(LaneChange::Status));
    changes.extend(old.some("category", crate::model::LaneCategory::from_word)?.map(LaneChange::Category));
    changes.extend(old.any("wip_limit", parse)?.map(LaneChange::WipLimit));
    Ok(changes)
}

fn item(old: &Old<'_>) -> Result<Vec<ItemChange>, Stop> {
    let mut changes = Vec::new();
    changes.extend(old.some("kind", crate::model::ItemKind::from_word)?.map(ItemChange::Kind));
    changes.extend(old.some("title", parse)?.map(ItemChange::Title));
    changes.extend(old.long("description")?.map(ItemChange::Description));
    changes.extend(old.some("priority", crate::model::Priority::from_word)?.map(ItemChange::Priority));
    changes.extend(old.any("assignee", parse)?.map(ItemChange::Assignee));
    changes.extend(old.some("labels", |text| serde_json::from_str(text).ok())?.map(ItemChange::Labels));
    changes.extend(old.any("points", parse)?.map(ItemChange::Points));
    changes.extend(old.any("estimate_seconds", parse)?.map(ItemChange::EstimateSeconds));
    changes.extend(old.any("remaining_seconds", parse)?.map(ItemChange::RemainingSeconds));
    changes.extend(old.any("start_date", parse)?.map(ItemChange::StartDate));
    changes.extend(old.any("due_date", parse)?.map(ItemChange::DueDate));
    changes.extend(old.any("external", external)?.map(ItemChange::External));
    changes.extend(old.long("extra")?.map(ItemChange::Extra));
    Ok(changes)
}

fn external(text: &str) -> Option<ExternalRef> {
    let [source, id]: [String; 2] = serde_json::from_str(text).ok()?;
    Some(ExternalRef { source, id })
}

fn sprint(old: &Old<'_>) -> Result<Vec<SprintChange>, Stop> {
    let mut changes = Vec::new();
    changes.extend(old.some("name", parse)?.map(SprintChange::Name));
    // An empty goal reads as an empty text.
    changes.extend(old.some("goal", parse)?.map(SprintChange::Goal));
    changes.extend(old.any("start_date", parse)?.map(SprintChange::StartDate));
    changes.extend(old.any("end_date", parse)?.map(SprintChange::EndDate));
    Ok(changes)
}

fn time_entry(old: &Old<'_>) -> Result<Vec<TimeEntryChange>, Stop> {
    let mut changes = Vec::new();
    changes.extend(old.some("item", parse::<ItemId>)?.map(|item| TimeEntryChange::Item(item.into())));
    changes.extend(old.some("started_at", Timestamp::parse_rfc3339)?.map(TimeEntryChange::StartedAt));
    let ended = old.any("ended_at", Timestamp::parse_rfc3339)?.flatten();
    changes.extend(ended.map(TimeEntryChange::EndedAt));
    changes.extend(old.some("note", parse)?.map(TimeEntryChange::Note));
    Ok(changes)
}
