//! A whole project for a language model: what it can read at once instead of asking many questions, named by keys
//! and words, not by ids. Always the same order, and always with how much was left out for lack of room.

use serde::{Deserialize, Serialize};

use super::context_rows as rows;
use super::dependency::DependencyDirection;
use super::{Ask, board, project, resolve};
use crate::error::Stop;
use crate::limits::{CONTEXT_BYTES_DEFAULT, CONTEXT_BYTES_MAX, CONTEXT_BYTES_MIN};
use crate::model::{
    CalendarDate, ItemKind, LaneCategory, Member, Priority, Project, ProjectRef, ProjectRole, Timestamp,
    UserId,
};
use crate::rejection::{Rejection, RejectionCode};

pub use super::context_rows::{ContextComment, ContextTimer};

/// What goes into the context. By default everything.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ContextOptions {
    /// Most bytes of the answer as JSON; 200,000 where not said, 8,000 to 4,000,000.
    pub max_bytes: Option<i64>,
    /// Only items and comments touched by an event after this sequence; the rest always.
    pub since: Option<i64>,
    /// Descriptions of the project and of items.
    pub descriptions: bool,
    /// Items in completed and canceled lanes.
    pub finished: bool,
    /// Members.
    pub members: bool,
    /// Sprints.
    pub sprints: bool,
    /// Dependencies of items.
    pub dependencies: bool,
    /// The latest comments.
    pub comments: bool,
    /// Running timers.
    pub timers: bool,
}

impl Default for ContextOptions {
    fn default() -> Self {
        Self {
            max_bytes: None,
            since: None,
            descriptions: true,
            finished: true,
            members: true,
            sprints: true,
            dependencies: true,
            comments: true,
            timers: true,
        }
    }
}

/// What there was no room for. What the options leave out is not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LeftOut {
    /// Lanes.
    pub lanes: i64,
    /// Members.
    pub members: i64,
    /// Sprints.
    pub sprints: i64,
    /// Timers.
    pub timers: i64,
    /// Unfinished items.
    pub open_items: i64,
    /// Finished items.
    pub finished_items: i64,
    /// Descriptions, of items that are there and of the project.
    pub descriptions: i64,
    /// Comments.
    pub comments: i64,
}

/// A project as a language model reads it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProjectContext {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The project.
    pub project: Project,
    /// What the actor may do in it.
    pub role: ProjectRole,
    /// Its lanes, in order.
    pub lanes: Vec<ContextLane>,
    /// Its explicit members, by user.
    pub members: Vec<Member>,
    /// Its sprints, in the order they were made.
    pub sprints: Vec<ContextSprint>,
    /// Timers that run, by user.
    pub timers: Vec<ContextTimer>,
    /// Its items: unfinished ones by number, then finished ones by number.
    pub items: Vec<ContextItem>,
    /// Its comments, the latest first.
    pub comments: Vec<ContextComment>,
    /// What there was no room for.
    pub left_out: LeftOut,
}

/// A lane of the context.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContextLane {
    /// Status value: how items name it.
    pub status: String,
    /// Name.
    pub name: String,
    /// What it means.
    pub category: LaneCategory,
    /// Most items that should be in it.
    pub wip_limit: Option<i64>,
    /// Items in it.
    pub item_count: i64,
}

/// A sprint of the context.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContextSprint {
    /// Id.
    pub id: crate::model::SprintId,
    /// Name.
    pub name: String,
    /// Goal.
    pub goal: String,
    /// State.
    pub state: crate::model::SprintState,
    /// First day.
    pub start_date: Option<CalendarDate>,
    /// Last day.
    pub end_date: Option<CalendarDate>,
    /// Items in it now.
    pub item_count: i64,
    /// Points completed in it.
    pub completed_points: f64,
}

/// A dependency of an item of the context.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContextLink {
    /// How the item stands to the other one.
    pub direction: DependencyDirection,
    /// `KEY-n` of the other one; none where the actor may not see it.
    pub key: Option<String>,
}

/// An item of the context.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContextItem {
    /// `KEY-n`.
    pub key: String,
    /// Kind.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Markdown; none where empty, not wanted or left out.
    pub description: Option<String>,
    /// Status value of its lane.
    pub status: String,
    /// Category of its lane.
    pub category: LaneCategory,
    /// Priority.
    pub priority: Priority,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// Labels.
    pub labels: Vec<String>,
    /// Story points.
    pub points: Option<f64>,
    /// Estimated work in seconds.
    pub estimate_seconds: Option<i64>,
    /// Remaining work in seconds.
    pub remaining_seconds: Option<i64>,
    /// First day of work.
    pub start_date: Option<CalendarDate>,
    /// Day it is due.
    pub due_date: Option<CalendarDate>,
    /// Name of its sprint.
    pub sprint: Option<String>,
    /// `KEY-n` of its parent.
    pub parent: Option<String>,
    /// What it waits for, what waits for it, what it is related to.
    pub dependencies: Vec<ContextLink>,
    /// It or an ancestor waits for an unfinished item.
    pub blocked: bool,
    /// It can be worked on now.
    pub ready: bool,
    /// Unfinished children.
    pub open_children: i64,
    /// Comments.
    pub comments: i64,
    /// When last changed.
    pub updated_at: Timestamp,
    /// When it entered a completed or canceled lane.
    pub completed_at: Option<Timestamp>,
    /// Version: what a change can be based on.
    pub version: i64,
}

/// The bytes still to be had.
pub(crate) struct Room(usize);

impl Room {
    fn of(max_bytes: Option<i64>) -> Result<Self, Stop> {
        let bytes = max_bytes.unwrap_or(CONTEXT_BYTES_DEFAULT);
        if !(CONTEXT_BYTES_MIN..=CONTEXT_BYTES_MAX).contains(&bytes) {
            let limit = if bytes < CONTEXT_BYTES_MIN { CONTEXT_BYTES_MIN } else { CONTEXT_BYTES_MAX };
            let message = format!("a context has {CONTEXT_BYTES_MIN} to {CONTEXT_BYTES_MAX} bytes");
            return Err(Rejection::beyond(RejectionCode::Invalid, "max_bytes", limit, message).into());
        }
        // The outermost braces, names and counts.
        Ok(Self(usize::try_from(bytes).unwrap_or(0).saturating_sub(500)))
    }

    /// Takes the room a value needs as JSON with its comma, if there is that much.
    pub(crate) fn take<T: Serialize>(&mut self, value: &T) -> bool {
        let needed = serde_json::to_vec(value).map_or(usize::MAX, |json| json.len().saturating_add(1));
        let fits = needed <= self.0;
        if fits {
            self.0 -= needed;
        }
        fits
    }

    /// The first values of a list that fit, and how many do not: once one does not, none after it is taken.
    pub(crate) fn fill<T: Serialize>(&mut self, mut values: Vec<T>) -> (Vec<T>, i64) {
        let fits = values.iter().take_while(|value| self.take(value)).count();
        let left_out = values.len() - fits;
        values.truncate(fits);
        if left_out > 0 {
            self.0 = 0;
        }
        (values, i64::try_from(left_out).unwrap_or(i64::MAX))
    }

    /// Nothing more fits: what comes later in the order must not slip in.
    pub(crate) const fn close(&mut self) {
        self.0 = 0;
    }
}

pub(crate) fn context(
    ask: &Ask<'_>,
    named: &ProjectRef,
    options: &ContextOptions,
) -> Result<ProjectContext, Stop> {
    let mut room = Room::of(options.max_bytes)?;
    let mut left_out = LeftOut::default();
    let home = resolve::project(ask, named)?;
    let mut project = project::whole(ask, &home)?;
    if !options.descriptions {
        project.description = None;
    }
    // The project itself always comes, if need be without its description.
    if !room.take(&project) {
        left_out.descriptions += i64::from(project.description.take().is_some());
        room.take(&project);
    }
    let lanes = board::lanes_of(ask, &home)?;
    let shown = lanes.iter().map(|view| ContextLane {
        status: view.lane.status.clone(),
        name: view.lane.name.clone(),
        category: view.lane.category,
        wip_limit: view.lane.wip_limit,
        item_count: view.item_count,
    });
    let (shown, lanes_left) = room.fill(shown.collect());
    left_out.lanes = lanes_left;
    let members = if options.members { rows::members(ask, &home)? } else { Vec::new() };
    let (members, members_left) = room.fill(members);
    left_out.members = members_left;
    let sprints = if options.sprints { rows::sprints(ask, &home)? } else { Vec::new() };
    let (sprints, sprints_left) = room.fill(sprints);
    left_out.sprints = sprints_left;
    let timers = if options.timers { rows::timers(ask, &home)? } else { Vec::new() };
    let (timers, timers_left) = room.fill(timers);
    left_out.timers = timers_left;
    let reading = rows::Reading { ask, home: &home, lanes: &lanes, options };
    let mut items = reading.items(false, &mut room, &mut left_out)?;
    if options.finished {
        items.extend(reading.items(true, &mut room, &mut left_out)?);
    }
    let comments = if options.comments { reading.comments(&mut room, &mut left_out)? } else { Vec::new() };
    Ok(ProjectContext {
        sequence: ask.sequence,
        project,
        role: home.role,
        lanes: shown,
        members,
        sprints,
        timers,
        items,
        comments,
        left_out,
    })
}
