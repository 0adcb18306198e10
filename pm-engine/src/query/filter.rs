//! Which items, in which order. A filter becomes SQL out of fixed fragments; what the caller gives is only ever
//! bound to parameters.

use rusqlite::ToSql;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use super::card::json_list;
use super::resolve::{self, Home};
use super::search::text_filter;
use super::{Ask, flow};
use crate::access::VISIBLE_PROJECT;
use crate::command::LaneTarget;
use crate::error::Stop;
use crate::limits::{LABELS_MAX, PAGE_MAX};
use crate::model::{
    CalendarDate, ExternalRef, ItemKind, ItemRef, LaneCategory, LaneRef, Priority, ProjectRef, SprintRef,
    Timestamp, UserId,
};
use crate::rejection::{Rejection, RejectionCode};

/// Which items. Every field narrows; one left empty does not. Within a list any one value is enough, but for labels,
/// of which an item must have all.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemFilter {
    /// Project; without one, all the actor may see.
    pub project: Option<ProjectRef>,
    /// These items; those that do not exist are left aside.
    pub ids: Vec<ItemRef>,
    /// Kinds.
    pub kinds: Vec<ItemKind>,
    /// Lanes; by status value only where a project is given.
    pub lanes: Vec<LaneRef>,
    /// Categories of lanes.
    pub categories: Vec<LaneCategory>,
    /// Priorities.
    pub priorities: Vec<Priority>,
    /// Assigned to one of these users.
    pub assignees: Vec<UserId>,
    /// Assigned to nobody; together with `assignees`, either.
    pub unassigned: bool,
    /// In one of these sprints.
    pub sprints: Vec<SprintRef>,
    /// In no sprint; together with `sprints`, either.
    pub no_sprint: bool,
    /// Children of one of these items.
    pub parents: Vec<ItemRef>,
    /// Without a parent; together with `parents`, either.
    pub roots: bool,
    /// Labels, all of them.
    pub labels: Vec<String>,
    /// Due on this day or later.
    pub due_from: Option<CalendarDate>,
    /// Due on this day or earlier.
    pub due_to: Option<CalendarDate>,
    /// Starting on this day or later.
    pub start_from: Option<CalendarDate>,
    /// Starting on this day or earlier.
    pub start_to: Option<CalendarDate>,
    /// Changed at this instant or later.
    pub updated_since: Option<Timestamp>,
    /// Changed by an event after this sequence.
    pub changed_after: Option<i64>,
    /// Finished (in a completed or canceled lane), or not.
    pub finished: Option<bool>,
    /// Blocked, or not.
    pub blocked: Option<bool>,
    /// Ready, or not.
    pub ready: Option<bool>,
    /// Words of the title or description.
    pub text: Option<String>,
    /// Made by this user.
    pub created_by: Option<UserId>,
    /// Last changed by this user.
    pub updated_by: Option<UserId>,
    /// With this external reference.
    pub external: Option<ExternalRef>,
}

/// SQL that holds for the rows of `work_items i` a filter means, with its parameters.
pub(crate) struct Conditions {
    /// The project, where the filter names one.
    pub(crate) home: Option<Home>,
    /// `WITH RECURSIVE …`, or nothing.
    pub(crate) with: String,
    /// Further tables to join, or nothing.
    pub(crate) joins: String,
    sql: String,
    params: Vec<(&'static str, Value)>,
}

impl Conditions {
    /// Of the items in live projects the actor may see.
    pub(crate) fn of(ask: &Ask<'_>, filter: &ItemFilter) -> Result<Self, Stop> {
        let home = filter.project.as_ref().map(|named| resolve::project(ask, named)).transpose()?;
        let mut all = Self {
            home,
            with: String::new(),
            joins: String::new(),
            sql: "i.deleted_at IS NULL".to_owned(),
            params: Vec::new(),
        };
        if let Some(project) = all.home.as_ref().map(|home| home.project.to_string()) {
            all.and("i.project_id = :project", &[(":project", project.into())]);
        } else {
            let visible = format!("i.project_id IN {}", visible_projects());
            let user = ask.actor.user.to_string().into();
            all.and(&visible, &[(":is_admin", ask.is_admin().into()), (":user", user)]);
        }
        all.places(ask, filter)?;
        all.people_and_days(filter)?;
        all.flow(filter);
        if let Some(text) = &filter.text {
            text_condition(text, &mut all)?;
        }
        Ok(all)
    }

    /// Narrows further.
    pub(crate) fn and(&mut self, sql: &str, params: &[(&'static str, Value)]) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.params.extend_from_slice(params);
    }

    /// The whole condition.
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The parameters of the condition and `more`.
    pub(crate) fn params<'a>(&'a self, more: &'a [(&'static str, Value)]) -> Vec<(&'a str, &'a dyn ToSql)> {
        self.params.iter().chain(more).map(|(name, value)| (*name, value as &dyn ToSql)).collect()
    }

    /// `column` is one of the values; or nothing, where that is allowed.
    fn one_of(
        &mut self,
        column: &str,
        name: &'static str,
        values: Vec<String>,
        or_none: bool,
    ) -> Result<(), Stop> {
        if values.is_empty() {
            if or_none {
                self.and(&format!("{column} IS NULL"), &[]);
            }
            return Ok(());
        }
        few(name.trim_start_matches(':'), values.len(), PAGE_MAX)?;
        let none = if or_none { format!("{column} IS NULL OR ") } else { String::new() };
        let sql = format!("({none}{column} IN (SELECT value FROM json_each({name})))");
        self.and(&sql, &[(name, json_list(&values)?.into())]);
        Ok(())
    }

    /// Project, lane, sprint, parent, labels: what is named by reference, and what belongs to a project.
    fn places(&mut self, ask: &Ask<'_>, filter: &ItemFilter) -> Result<(), Stop> {
        few("ids", filter.ids.len(), PAGE_MAX)?;
        few("lanes", filter.lanes.len(), PAGE_MAX)?;
        few("sprints", filter.sprints.len(), PAGE_MAX)?;
        few("parents", filter.parents.len(), PAGE_MAX)?;
        if !filter.ids.is_empty() {
            self.and(
                "i.id IN (SELECT value FROM json_each(:ids))",
                &[(":ids", json_list(&existing(ask, &filter.ids)?)?.into())],
            );
        }
        let lanes = filter.lanes.iter().map(|named| self.lane(ask, named)).collect::<Result<_, _>>()?;
        self.one_of("i.lane_id", ":lanes", lanes, false)?;
        let sprint = |named| Ok(resolve::sprint(ask, named)?.0.to_string());
        let sprints = filter.sprints.iter().map(sprint).collect::<Result<_, Stop>>()?;
        self.one_of("i.sprint_id", ":sprints", sprints, filter.no_sprint)?;
        let parent = |named| Ok(resolve::item(ask, named)?.item.to_string());
        let parents = filter.parents.iter().map(parent).collect::<Result<_, Stop>>()?;
        self.one_of("i.parent_id", ":parents", parents, filter.roots)?;
        self.categories(&filter.categories)?;
        self.labels(&filter.labels)
    }

    fn lane(&self, ask: &Ask<'_>, named: &LaneRef) -> Result<String, Stop> {
        let lane = match &self.home {
            Some(home) => resolve::lane_of(ask, home, named)?,
            None => resolve::lane(ask, &LaneTarget { project: None, lane: named.clone() })?.0,
        };
        Ok(lane.to_string())
    }

    fn categories(&mut self, categories: &[LaneCategory]) -> Result<(), Stop> {
        if categories.is_empty() {
            return Ok(());
        }
        few("categories", categories.len(), PAGE_MAX)?;
        let scope = if self.home.is_some() { "l.project_id = :project AND " } else { "" };
        let sql = format!(
            "i.lane_id IN (SELECT l.id FROM swim_lanes AS l WHERE {scope}l.category IN \
             (SELECT value FROM json_each(:categories)))"
        );
        self.and(&sql, &[(":categories", json_list(&words(categories))?.into())]);
        Ok(())
    }

    fn labels(&mut self, labels: &[String]) -> Result<(), Stop> {
        if labels.is_empty() {
            return Ok(());
        }
        few("labels", labels.len(), i64::try_from(LABELS_MAX).unwrap_or(i64::MAX))?;
        let mut labels = labels.to_vec();
        labels.sort_unstable();
        labels.dedup();
        let scope =
            if self.home.is_some() { "= :project".to_owned() } else { format!("IN {}", visible_projects()) };
        // Each pair of item and label stands once in the table: as many rows as labels means all of them.
        let sql = format!(
            "i.id IN (SELECT x.item_id FROM work_item_labels AS x WHERE x.project_id {scope} AND x.label IN \
             (SELECT value FROM json_each(:labels)) GROUP BY x.item_id HAVING count(*) = :label_count)"
        );
        let count = i64::try_from(labels.len()).unwrap_or(i64::MAX);
        self.and(&sql, &[(":labels", json_list(&labels)?.into()), (":label_count", count.into())]);
        Ok(())
    }

    fn people_and_days(&mut self, filter: &ItemFilter) -> Result<(), Stop> {
        self.one_of("i.kind", ":kinds", words(&filter.kinds), false)?;
        self.one_of("i.priority", ":priorities", words(&filter.priorities), false)?;
        self.one_of("i.assignee", ":assignees", words(&filter.assignees), filter.unassigned)?;
        let text = |value: Option<String>| value.map(Value::Text);
        let external = filter.external.as_ref();
        let simple = [
            ("i.due_date >= :due_from", ":due_from", text(filter.due_from.map(|day| day.to_string()))),
            ("i.due_date <= :due_to", ":due_to", text(filter.due_to.map(|day| day.to_string()))),
            (
                "i.start_date >= :start_from",
                ":start_from",
                text(filter.start_from.map(|day| day.to_string())),
            ),
            ("i.start_date <= :start_to", ":start_to", text(filter.start_to.map(|day| day.to_string()))),
            (
                "i.created_by = :created_by",
                ":created_by",
                text(filter.created_by.as_ref().map(UserId::to_string)),
            ),
            (
                "i.updated_by = :updated_by",
                ":updated_by",
                text(filter.updated_by.as_ref().map(UserId::to_string)),
            ),
            ("i.external_source = :source", ":source", text(external.map(|other| other.source.clone()))),
            ("i.external_id = :external", ":external", text(external.map(|other| other.id.clone()))),
            ("i.updated_at >= :since", ":since", filter.updated_since.map(|at| at.as_millis().into())),
            ("i.changed_sequence > :sequence", ":sequence", filter.changed_after.map(Value::Integer)),
            ("i.finished = :finished", ":finished", filter.finished.map(Value::from)),
        ];
        for (sql, name, value) in simple {
            if let Some(value) = value {
                self.and(sql, &[(name, value)]);
            }
        }
        Ok(())
    }

    fn flow(&mut self, filter: &ItemFilter) {
        if filter.blocked.is_none() && filter.ready.is_none() {
            return;
        }
        let scope = if self.home.is_some() { "w.project_id = :project AND" } else { "" };
        self.with = format!("WITH RECURSIVE {} ", flow::held_in(scope));
        for (wanted, condition) in [(filter.blocked, flow::is_blocked()), (filter.ready, flow::is_ready())] {
            match wanted {
                Some(true) => self.and(&condition, &[]),
                Some(false) => self.and(&format!("NOT {condition}"), &[]),
                None => {}
            }
        }
    }
}

fn visible_projects() -> String {
    format!("(SELECT p.id FROM projects AS p WHERE p.deleted_at IS NULL AND {VISIBLE_PROJECT})")
}

/// Narrows to items that match a text, by the search index; a text without a word in it matches nothing.
fn text_condition(text: &str, all: &mut Conditions) -> Result<(), Stop> {
    match text_filter(text)? {
        Some(filter) => all.and(filter.condition, &[(":search_text", filter.text.into())]),
        None => all.and("0", &[]),
    }
    Ok(())
}

/// The items of a list that exist and may be seen; a malformed name is refused all the same.
fn existing(ask: &Ask<'_>, named: &[ItemRef]) -> Result<Vec<String>, Stop> {
    let mut ids = Vec::with_capacity(named.len());
    for named in named {
        match resolve::item(ask, named) {
            Ok(found) => ids.push(found.item.to_string()),
            Err(Stop::Rejected(rejection)) if rejection.code == RejectionCode::NotFound => {}
            Err(stop) => return Err(stop),
        }
    }
    Ok(ids)
}

fn words<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(T::to_string).collect()
}

fn few(field: &str, count: usize, limit: i64) -> Result<(), Stop> {
    if i64::try_from(count).unwrap_or(i64::MAX) <= limit {
        return Ok(());
    }
    let message = format!("at most {limit} {field} can be named");
    Err(Rejection::beyond(RejectionCode::Invalid, field, limit, message).into())
}
