//! The rules of the domain once more, as plainly as possible: maps in memory, no SQL, no cleverness. It shares the
//! data types of the engine and nothing else.

mod access;
mod comments;
mod dependencies;
mod form;
mod graph;
mod item_delete;
mod item_edit;
mod item_restore;
mod items;
mod lanes;
mod load;
mod order;
mod projects;
mod purge;
mod refs;
mod sprints;
mod tenant;
mod time;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

use pm_engine::command::{Actor, Change, Command, Part};
use pm_engine::event::{Event, Origin};
use pm_engine::model::{
    Action, ActorKind, CommandId, Comment, CommentId, Dependency, DependencyId, EntityKind, ItemId, Lane,
    LaneId, Member, Project, ProjectId, Sprint, SprintId, SprintItem, TenantSettings, TimeEntry, TimeEntryId,
    Timestamp, User, UserId, WorkItem,
};
use pm_engine::rejection::RejectionCode;
use uuid::Uuid;

pub(crate) type Map<K, V> = BTreeMap<K, Rc<V>>;

/// Everything a tenant holds.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) settings: Rc<TenantSettings>,
    pub(crate) users: Map<UserId, User>,
    pub(crate) projects: Map<ProjectId, Project>,
    pub(crate) members: Map<(ProjectId, UserId), Member>,
    pub(crate) lanes: Map<LaneId, Lane>,
    pub(crate) items: Map<ItemId, WorkItem>,
    pub(crate) sprints: Map<SprintId, Sprint>,
    pub(crate) sprint_items: Map<SprintId, Vec<SprintItem>>,
    pub(crate) comments: Map<CommentId, Comment>,
    pub(crate) entries: Map<TimeEntryId, TimeEntry>,
    pub(crate) deps: Map<DependencyId, Dependency>,
    /// Live lanes of a project in order.
    pub(crate) lanes_of: Map<ProjectId, Vec<LaneId>>,
    /// Live items of a lane in order.
    pub(crate) lane_items: Map<LaneId, Vec<ItemId>>,
    /// Live children of an item in order.
    pub(crate) children: Map<ItemId, Vec<ItemId>>,
    pub(crate) next_number: BTreeMap<ProjectId, i64>,
    /// What was deleted together.
    pub(crate) item_group: BTreeMap<ItemId, u64>,
    pub(crate) dep_group: BTreeMap<DependencyId, u64>,
    pub(crate) purged: BTreeSet<String>,
    /// Numbers of items that were purged by themselves.
    pub(crate) purged_numbers: BTreeSet<(ProjectId, i64)>,
    /// Items put back: their place is where their key says.
    pub(crate) placed_by_key: BTreeSet<ItemId>,
    pub(crate) records: Rc<Records>,
    pub(crate) serial: u64,
}

/// At which of the checks a command fails, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Stage {
    Form,
    Record,
    Visible,
    Role,
    Closed,
    Version,
    Rule,
}

/// The parts each user committed under each command id.
pub(crate) type Records = HashMap<(UserId, CommandId), Rc<Vec<Part>>>;

/// Why the model refuses. Where several rules of one stage are broken, any of their codes will do.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "a failing run prints them")]
pub(crate) struct Refusal {
    pub(crate) part: Option<usize>,
    pub(crate) stage: Stage,
    pub(crate) codes: Vec<RejectionCode>,
    pub(crate) why: String,
}

pub(crate) type Step<T> = Result<T, Refusal>;

pub(crate) fn no<T>(stage: Stage, code: RejectionCode, why: &str) -> Step<T> {
    Err(Refusal { part: None, stage, codes: vec![code], why: why.to_owned() })
}

/// Collects the rules a command breaks.
#[derive(Default)]
pub(crate) struct Rules(Vec<RejectionCode>, Vec<&'static str>);

impl Rules {
    pub(crate) fn refuse_if(&mut self, broken: bool, code: RejectionCode, why: &'static str) {
        if broken {
            self.0.push(code);
            self.1.push(why);
        }
    }

    pub(crate) fn done(self) -> Step<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Refusal { part: None, stage: Stage::Rule, codes: self.0, why: self.1.join(", ") })
    }
}

/// Ids the engine derived: no rule tells their value, so they are taken from its events, in order.
#[derive(Default, Debug)]
pub(crate) struct Ids {
    queues: HashMap<EntityKind, VecDeque<String>>,
    spare: u128,
}

impl Ids {
    pub(crate) fn of(events: &[Event]) -> Self {
        let mut ids = Self::default();
        for event in events.iter().filter(|event| match event.action {
            Action::Created => true,
            // A timer; a sprint was made before.
            Action::Started => event.entity_kind == EntityKind::TimeEntry,
            _ => false,
        }) {
            ids.queues.entry(event.entity_kind).or_default().push_back(event.entity_id.clone());
        }
        ids
    }

    pub(crate) fn take(&mut self, kind: EntityKind, chosen: Option<Uuid>) -> Uuid {
        let queue = self.queues.entry(kind).or_default();
        if let Some(id) = chosen {
            let text = id.hyphenated().to_string();
            queue.retain(|other| *other != text);
            return id;
        }
        self.spare += 1;
        queue.pop_front().and_then(|text| text.parse().ok()).unwrap_or(Uuid::from_u128(self.spare))
    }
}

/// What one part did.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) kind: EntityKind,
    pub(crate) id: String,
    pub(crate) changed: bool,
}

pub(crate) fn made(kind: EntityKind, id: impl ToString, changed: bool) -> Step<Made> {
    Ok(Made { kind, id: id.to_string(), changed })
}

/// The command being decided.
pub(crate) struct Ctx<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
    pub(crate) origin: Option<Origin>,
    pub(crate) expected: Option<i64>,
    pub(crate) ids: &'a mut Ids,
    pub(crate) made: Vec<Made>,
    pub(crate) group: u64,
}

impl Ctx<'_> {
    /// "rows and reports by time use the origin"
    pub(crate) fn at(&self) -> Timestamp {
        self.origin.as_ref().and_then(|origin| origin.at).unwrap_or(self.now)
    }

    pub(crate) fn by(&self) -> UserId {
        self.origin.as_ref().and_then(|origin| origin.by.clone()).unwrap_or_else(|| self.actor.user.clone())
    }

    /// The version of something made: 1, or its origin's.
    pub(crate) fn first_version(&self) -> i64 {
        self.origin.as_ref().and_then(|origin| origin.version).unwrap_or(1)
    }

    /// The version after a change: "+1 per change", but an import may bring a higher one.
    pub(crate) fn next_version(&self, now: i64) -> i64 {
        let brought = self.origin.as_ref().and_then(|origin| origin.version);
        brought.filter(|version| *version > now).unwrap_or(now + 1)
    }

    pub(crate) fn version(&self, now: i64) -> Step<()> {
        match self.expected {
            Some(expected) if expected != now => no(Stage::Version, RejectionCode::Conflict, "moved on"),
            _ => Ok(()),
        }
    }
}

/// What a command did.
#[derive(Clone, Debug)]
pub(crate) enum Done {
    Replayed,
    Made(Vec<Made>),
}

impl World {
    pub(crate) fn new(settings: TenantSettings) -> Self {
        Self {
            settings: Rc::new(settings),
            users: Map::new(),
            projects: Map::new(),
            members: Map::new(),
            lanes: Map::new(),
            items: Map::new(),
            sprints: Map::new(),
            sprint_items: Map::new(),
            comments: Map::new(),
            entries: Map::new(),
            deps: Map::new(),
            lanes_of: Map::new(),
            lane_items: Map::new(),
            children: Map::new(),
            next_number: BTreeMap::new(),
            item_group: BTreeMap::new(),
            dep_group: BTreeMap::new(),
            purged: BTreeSet::new(),
            purged_numbers: BTreeSet::new(),
            placed_by_key: BTreeSet::new(),
            records: Rc::default(),
            serial: 0,
        }
    }

    /// "Order of checks: form, command record, visible, role, archived or frozen, version, rule."
    pub(crate) fn execute(&mut self, command: &Command, now: Timestamp, ids: &mut Ids) -> Step<Done> {
        let admin = command.actor.role == pm_engine::model::TenantRole::Admin;
        let origin = !admin && command.parts.iter().any(|part| part.origin.is_some());
        form::check(command).map_err(|mut why| {
            // An origin that may not be given is refused together with the form.
            why.codes.extend(origin.then_some(RejectionCode::Forbidden));
            Refusal { part: why.part.filter(|_| !origin), ..why }
        })?;
        if origin {
            return no(Stage::Form, RejectionCode::Forbidden, "origin is for tenant admins");
        }
        let key = (command.actor.user.clone(), command.id.clone());
        if let Some(parts) = self.records.get(&key) {
            if **parts == command.parts {
                return Ok(Done::Replayed);
            }
            return no(Stage::Record, RejectionCode::CommandReused, "another body under this id");
        }
        let mut next = self.clone();
        next.serial += 1;
        next.placed_by_key.clear();
        let group = next.serial;
        let mut ctx =
            Ctx { actor: &command.actor, now, origin: None, expected: None, ids, made: Vec::new(), group };
        for (index, part) in command.parts.iter().enumerate() {
            ctx.origin.clone_from(&part.origin);
            ctx.expected = part.expected_version;
            let result =
                next.part(&mut ctx, &part.change).map_err(|why| Refusal { part: Some(index), ..why })?;
            // "An unknown user is recorded with the first command of his that commits", if it changes anything;
            // who loads an export is not.
            let is_loaded = matches!(part.change, Change::LoadEntity(_));
            if result.changed && !is_loaded && !next.users.contains_key(&command.actor.user) {
                next.record_user(&command.actor.user, command.actor.kind, now);
            }
            ctx.made.push(result);
        }
        let results = ctx.made;
        Rc::make_mut(&mut next.records).insert(key, Rc::new(command.parts.clone()));
        *self = next;
        Ok(Done::Made(results))
    }

    pub(crate) fn record_user(&mut self, id: &UserId, kind: ActorKind, at: Timestamp) {
        let user = User { id: id.clone(), kind, name: None, email: None, created_at: at, version: 1 };
        self.users.insert(id.clone(), Rc::new(user));
    }

    fn part(&mut self, ctx: &mut Ctx<'_>, change: &Change) -> Step<Made> {
        match change {
            Change::UpdateTenantSettings { changes } => self.update_settings(ctx, changes),
            Change::UpdateUser { user, changes } => self.update_user(ctx, user, changes),
            Change::CreateProject(new) => self.create_project(ctx, new),
            Change::UpdateProject { project, changes } => self.update_project(ctx, project, changes),
            Change::ArchiveProject { project } => self.archive_project(ctx, project),
            Change::UnarchiveProject { project } => self.unarchive_project(ctx, project),
            Change::DeleteProject { project } => self.delete_project(ctx, project),
            Change::RestoreProject { project } => self.restore_project(ctx, project),
            Change::PurgeProject { project } => self.purge_project(ctx, project),
            Change::SetMember { project, user, role } => self.set_member(ctx, project, user, *role),
            Change::RemoveMember { project, user } => self.remove_member(ctx, project, user),
            Change::CreateLane { project, lane, place } => {
                self.create_lane(ctx, project, lane, place.as_ref())
            }
            Change::UpdateLane { lane, changes } => self.update_lane(ctx, lane, changes),
            Change::MoveLane { lane, place } => self.move_lane(ctx, lane, place),
            Change::DeleteLane { lane, move_items_to } => self.delete_lane(ctx, lane, move_items_to.as_ref()),
            Change::RestoreLane { lane } => self.restore_lane(ctx, lane),
            Change::CreateItem(new) => self.create_item(ctx, new),
            Change::UpdateItem { item, changes } => self.update_item(ctx, item, changes),
            Change::MoveItem(to) => self.move_item(ctx, to),
            Change::DeleteItem { item, cascade } => self.delete_item(ctx, item, *cascade),
            Change::RestoreItem { item } => self.restore_item(ctx, item),
            Change::PurgeItem { item } => self.purge_item(ctx, item),
            Change::CreateSprint(new) => self.create_sprint(ctx, new),
            Change::UpdateSprint { sprint, changes } => self.update_sprint(ctx, sprint, changes),
            Change::StartSprint { sprint } => self.start_sprint(ctx, sprint),
            Change::CompleteSprint { sprint, carry_to } => {
                self.complete_sprint(ctx, sprint, carry_to.as_ref())
            }
            Change::CancelSprint { sprint } => self.cancel_sprint(ctx, sprint),
            Change::DeleteSprint { sprint } => self.delete_sprint(ctx, sprint),
            Change::RestoreSprint { sprint } => self.restore_sprint(ctx, sprint),
            Change::AddComment(new) => self.add_comment(ctx, new),
            Change::EditComment { comment, text } => self.edit_comment(ctx, comment, text),
            Change::DeleteComment { comment } => self.delete_comment(ctx, comment),
            Change::RestoreComment { comment } => self.restore_comment(ctx, comment),
            Change::PurgeComment { comment } => self.purge_comment(ctx, comment),
            Change::StartTimer { id, item, note } => self.start_timer(ctx, *id, item, note),
            Change::StopTimer { entry } => self.stop_timer(ctx, entry.as_ref()),
            Change::AddTimeEntry(new) => self.add_entry(ctx, new),
            Change::UpdateTimeEntry { entry, changes } => self.update_entry(ctx, entry, changes),
            Change::DeleteTimeEntry { entry } => self.delete_entry(ctx, entry),
            Change::RestoreTimeEntry { entry } => self.restore_entry(ctx, entry),
            Change::AddDependency { id, kind, from, to } => self.add_dependency(ctx, *id, *kind, from, to),
            Change::RemoveDependency { dependency } => self.remove_dependency(ctx, dependency),
            Change::LoadEntity(entity) => self.load(ctx, entity),
        }
    }
}
