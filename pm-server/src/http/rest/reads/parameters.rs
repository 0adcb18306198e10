//! Parameters that several questions have in common, and how they become what the engine takes.

use pm_engine::limits::PAGE_MAX;
use pm_engine::model::{
    EntityKind, ExternalRef, ItemKind, LaneCategory, Priority, ProjectStatus, SprintPhase, SprintState,
};
use pm_engine::query::{ItemFilter, LlmContextKind};

use crate::http::rest::input::Input;
use crate::http::rest::problem::Problem;
use crate::http::rest::route::{Kind, Parameter, parameter};

/// Largest sequence that can be named: what JSON readers hold exactly.
pub(super) const SEQUENCE_MAX: i64 = (1 << 53) - 1;

pub(super) const PAGE: &[Parameter] = &[
    parameter("cursor", Kind::Text, "`next` of the page before; without it, the first page."),
    parameter("limit", Kind::Integer(1, PAGE_MAX), "Most rows wanted; 50 where not said."),
];

pub(super) const TOTAL: &[Parameter] = &[parameter("total", Kind::Flag, "Also count the rows of all pages.")];

pub(super) const PROJECT: &[Parameter] =
    &[parameter("project", Kind::Text, "Only of this project, by id or key.")];

pub(super) const OFFSET: &[Parameter] = &[parameter(
    "utc_offset_minutes",
    Kind::Integer(-1_080, 1_080),
    "Where days begin, in minutes ahead of UTC; 0 where not said.",
)];

/// What narrows a list of work items. Within a list any one value is enough, but for labels.
pub(super) const FILTER: &[Parameter] = &[
    parameter("id", Kind::Names, "These items, by id or KEY-n; those that do not exist are left aside."),
    parameter("kind", Kind::Words(kinds), "Kinds."),
    parameter("lane", Kind::Names, "Lanes, by id or, within a project, by status value."),
    parameter("category", Kind::Words(categories), "Categories of lanes."),
    parameter("priority", Kind::Words(priorities), "Priorities."),
    parameter("assignee", Kind::Texts, "Assigned to one of these users."),
    parameter("unassigned", Kind::Flag, "Assigned to nobody; together with `assignee`, either."),
    parameter("sprint", Kind::Names, "In one of these sprints, by id."),
    parameter("no_sprint", Kind::Flag, "In no sprint; together with `sprint`, either."),
    parameter("parent", Kind::Names, "Children of one of these items."),
    parameter("roots", Kind::Flag, "Without a parent; together with `parent`, either."),
    parameter("label", Kind::Texts, "With all of these labels."),
    parameter("due_from", Kind::Date, "Due on this day or later."),
    parameter("due_to", Kind::Date, "Due on this day or earlier."),
    parameter("start_from", Kind::Date, "Starting on this day or later."),
    parameter("start_to", Kind::Date, "Starting on this day or earlier."),
    parameter("updated_since", Kind::Instant, "Changed at this instant or later."),
    parameter("changed_after", Kind::Integer(0, SEQUENCE_MAX), "Changed by an event after this sequence."),
    parameter("finished", Kind::Flag, "In a completed or canceled lane, or not."),
    parameter("blocked", Kind::Flag, "Waiting for an unfinished item, or not."),
    parameter("ready", Kind::Flag, "Can be worked on now, or not."),
    parameter("text", Kind::Text, "Words of the title or description."),
    parameter("created_by", Kind::Text, "Made by this user."),
    parameter("updated_by", Kind::Text, "Last changed by this user."),
    parameter("external_source", Kind::Text, "With a reference to this system; needs `external_id`."),
    parameter("external_id", Kind::Text, "With this reference; needs `external_source`."),
];

/// The filter a request means, without a project.
pub(super) fn filter(input: &Input) -> Result<ItemFilter, Problem> {
    Ok(ItemFilter {
        project: None,
        ids: input.names("id"),
        kinds: input.words("kind"),
        lanes: input.names("lane"),
        categories: input.words("category"),
        priorities: input.words("priority"),
        assignees: input.users("assignee")?,
        unassigned: input.is_set("unassigned"),
        sprints: input.names("sprint"),
        no_sprint: input.is_set("no_sprint"),
        parents: input.names("parent"),
        roots: input.is_set("roots"),
        labels: input.texts("label").map(str::to_owned).collect(),
        due_from: input.date("due_from"),
        due_to: input.date("due_to"),
        start_from: input.date("start_from"),
        start_to: input.date("start_to"),
        updated_since: input.instant("updated_since"),
        changed_after: input.integer("changed_after"),
        finished: input.flag("finished"),
        blocked: input.flag("blocked"),
        ready: input.flag("ready"),
        text: input.text("text").map(str::to_owned),
        created_by: input.user("created_by")?,
        updated_by: input.user("updated_by")?,
        external: external(input)?,
    })
}

fn external(input: &Input) -> Result<Option<ExternalRef>, Problem> {
    match (input.text("external_source"), input.text("external_id")) {
        (None, None) => Ok(None),
        (Some(source), Some(id)) => Ok(Some(ExternalRef { source: source.to_owned(), id: id.to_owned() })),
        (None, Some(_)) => Err(Problem::invalid("external_source", "`external_id` needs `external_source`")),
        (Some(_), None) => Err(Problem::invalid("external_id", "`external_source` needs `external_id`")),
    }
}

macro_rules! words {
    ($($name:ident of $type:ident;)*) => {$(
        pub(super) fn $name() -> Vec<&'static str> {
            $type::ALL.iter().map(|word| word.as_str()).collect()
        }
    )*};
}

words! {
    kinds of ItemKind;
    categories of LaneCategory;
    priorities of Priority;
    project_states of ProjectStatus;
    sprint_states of SprintState;
    sprint_phases of SprintPhase;
    entity_kinds of EntityKind;
    note_kinds of LlmContextKind;
}
