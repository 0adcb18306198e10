//! Lanes.

use std::rc::Rc;

use pm_engine::command::{LaneChange, LanePlace, LaneTarget, NewLane};
use pm_engine::limits;
use pm_engine::model::{EntityKind, Lane, LaneCategory, LaneId, LaneRef, ProjectId, ProjectRef, ProjectRole};
use pm_engine::rejection::RejectionCode;

use super::order::At;
use super::refs::Which;
use super::{Ctx, Made, Rules, Stage, Step, World, made, no};

impl World {
    /// A status value made of a name: letters and digits lower-cased, anything else one `_`.
    pub(super) fn derived_status(name: &str) -> String {
        let lower = name.trim().to_lowercase();
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.join("_")
    }

    pub(super) fn insert_lane(
        &mut self,
        ctx: &mut Ctx<'_>,
        project: ProjectId,
        id: Option<LaneId>,
        name: &str,
        status: &str,
        category: LaneCategory,
        wip_limit: Option<i64>,
    ) -> LaneId {
        let id = LaneId::from_uuid(ctx.ids.take(EntityKind::Lane, id.map(|id| id.as_uuid())));
        let lane = Lane {
            id,
            project,
            name: name.to_owned(),
            status: status.to_owned(),
            category,
            position: String::new(),
            wip_limit,
            deleted_at: None,
            version: 1,
        };
        self.lanes.insert(id, Rc::new(lane));
        id
    }

    fn put_lane(&mut self, id: LaneId, edit: impl FnOnce(&mut Lane)) -> bool {
        let old = Rc::clone(&self.lanes[&id]);
        let mut new = (*old).clone();
        edit(&mut new);
        if new == *old {
            return false;
        }
        new.version += 1;
        self.lanes.insert(id, Rc::new(new));
        true
    }

    fn status_taken(&self, project: ProjectId, status: &str, but: Option<LaneId>) -> bool {
        self.live_lanes(project).iter().any(|id| Some(*id) != but && self.lanes[id].status == status)
    }

    pub(super) fn create_lane(
        &mut self,
        ctx: &mut Ctx<'_>,
        project: &ProjectRef,
        lane: &NewLane,
        place: Option<&LanePlace>,
    ) -> Step<Made> {
        let project = self.project(ctx, project, Which::Live)?;
        let at = self.second(ctx, project, ProjectRole::Admin, self.at_lane(ctx, project, place))?;
        self.gate(ctx, project, ProjectRole::Admin)?;
        let status = lane.status.clone().unwrap_or_else(|| Self::derived_status(&lane.name));
        let mut rules = Rules::default();
        let taken = lane.id.is_some_and(|id| self.lanes.contains_key(&id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "id taken");
        rules.refuse_if(
            self.status_taken(project, &status, None),
            RejectionCode::AlreadyExists,
            "status taken",
        );
        let full = self.live_lanes(project).len() >= limits::LANES_MAX;
        rules.refuse_if(full, RejectionCode::TooLarge, "lanes");
        rules.done()?;
        let id =
            self.insert_lane(ctx, project, lane.id, lane.name.trim(), &status, lane.category, lane.wip_limit);
        let version = ctx.first_version();
        Rc::make_mut(self.lanes.get_mut(&id).unwrap()).version = version;
        let list = at.put(self.live_lanes(project), id);
        self.lanes_of.insert(project, Rc::new(list));
        made(EntityKind::Lane, id, true)
    }

    /// "the default lane and the last completed lane are `in_use`"
    fn is_last_completed(&self, lane: &Lane) -> bool {
        lane.category == LaneCategory::Completed
            && self
                .live_lanes(lane.project)
                .iter()
                .all(|id| *id == lane.id || self.lanes[id].category != LaneCategory::Completed)
    }

    pub(super) fn update_lane(
        &mut self,
        ctx: &mut Ctx<'_>,
        target: &LaneTarget,
        changes: &[LaneChange],
    ) -> Step<Made> {
        let id = self.lane(ctx, target, Which::Live)?;
        let lane = Rc::clone(&self.lanes[&id]);
        self.gate(ctx, lane.project, ProjectRole::Admin)?;
        ctx.version(lane.version)?;
        let mut rules = Rules::default();
        for change in changes {
            match change {
                LaneChange::Status(status) => {
                    let taken = self.status_taken(lane.project, status, Some(id));
                    rules.refuse_if(taken, RejectionCode::AlreadyExists, "status taken");
                }
                LaneChange::Category(category) => {
                    let crosses = category.is_finished() != lane.category.is_finished();
                    let full = !self.items_in(id).is_empty();
                    rules.refuse_if(crosses && full, RejectionCode::InUse, "category of a lane with items");
                    let last = *category != LaneCategory::Completed && self.is_last_completed(&lane);
                    rules.refuse_if(last, RejectionCode::InUse, "last completed lane");
                }
                LaneChange::Name(_) | LaneChange::WipLimit(_) => {}
            }
        }
        rules.done()?;
        let changed = self.put_lane(id, |lane| {
            for change in changes {
                match change {
                    LaneChange::Name(value) => value.trim().clone_into(&mut lane.name),
                    LaneChange::Status(value) => lane.status.clone_from(value),
                    LaneChange::Category(value) => lane.category = *value,
                    LaneChange::WipLimit(value) => lane.wip_limit = *value,
                }
            }
        });
        made(EntityKind::Lane, id, changed)
    }

    pub(super) fn move_lane(
        &mut self,
        ctx: &mut Ctx<'_>,
        target: &LaneTarget,
        place: &LanePlace,
    ) -> Step<Made> {
        let id = self.lane(ctx, target, Which::Live)?;
        let lane = Rc::clone(&self.lanes[&id]);
        let at =
            self.second(ctx, lane.project, ProjectRole::Admin, self.at_lane(ctx, lane.project, Some(place)))?;
        self.gate(ctx, lane.project, ProjectRole::Admin)?;
        ctx.version(lane.version)?;
        if at.neighbour() == Some(id) {
            return no(Stage::Rule, RejectionCode::Invalid, "beside itself");
        }
        let list = at.put(self.live_lanes(lane.project), id);
        let changed = list != self.live_lanes(lane.project);
        if changed {
            self.lanes_of.insert(lane.project, Rc::new(list));
            Rc::make_mut(self.lanes.get_mut(&id).unwrap()).version += 1;
        }
        made(EntityKind::Lane, id, changed)
    }

    /// "A lane with items is deleted only with a lane to move them to"
    pub(super) fn delete_lane(
        &mut self,
        ctx: &mut Ctx<'_>,
        target: &LaneTarget,
        move_to: Option<&LaneRef>,
    ) -> Step<Made> {
        let id = self.lane(ctx, target, Which::Live)?;
        let lane = Rc::clone(&self.lanes[&id]);
        self.gate(ctx, lane.project, ProjectRole::Admin)?;
        ctx.version(lane.version)?;
        let items = self.items_in(id).to_vec();
        let mut rules = Rules::default();
        let goes_to = if items.is_empty() {
            Ok(None)
        } else {
            move_to.map(|to| self.lane_of(ctx, lane.project, to)).transpose()
        };
        rules.refuse_if(goes_to.is_err(), RejectionCode::NotFound, "lane to move items to");
        let unnamed = !items.is_empty() && move_to.is_none();
        let goes_to = goes_to.ok().flatten();
        let default = self.projects[&lane.project].default_lane == Some(id);
        rules.refuse_if(default, RejectionCode::InUse, "default lane");
        rules.refuse_if(self.is_last_completed(&lane), RejectionCode::InUse, "last completed lane");
        rules.refuse_if(unnamed, RejectionCode::InUse, "lane with items");
        rules.refuse_if(goes_to == Some(id), RejectionCode::Invalid, "its items to itself");
        if let Some(to) = goes_to {
            rules.refuse_if(self.wip_refuses(to, items.len()), RejectionCode::WipLimit, "target lane full");
        }
        rules.done()?;
        if let Some(to) = goes_to {
            for item in items {
                self.enter_lane(ctx, item, to, At::Last);
            }
        }
        let at = ctx.at();
        self.put_lane(id, |lane| lane.deleted_at = Some(at));
        let list = self.live_lanes(lane.project).iter().copied().filter(|other| *other != id).collect();
        self.lanes_of.insert(lane.project, Rc::new(list));
        made(EntityKind::Lane, id, true)
    }

    pub(super) fn restore_lane(&mut self, ctx: &mut Ctx<'_>, target: &LaneTarget) -> Step<Made> {
        let id = self.lane(ctx, target, Which::Any)?;
        let lane = Rc::clone(&self.lanes[&id]);
        self.gate(ctx, lane.project, ProjectRole::Admin)?;
        ctx.version(lane.version)?;
        if lane.deleted_at.is_none() {
            return made(EntityKind::Lane, id, false);
        }
        let mut rules = Rules::default();
        let taken = self.status_taken(lane.project, &lane.status, Some(id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "status taken");
        let full = self.live_lanes(lane.project).len() >= limits::LANES_MAX;
        rules.refuse_if(full, RejectionCode::TooLarge, "lanes");
        rules.done()?;
        self.put_lane(id, |lane| lane.deleted_at = None);
        self.insert_lane_by_key(id);
        made(EntityKind::Lane, id, true)
    }

    /// Where its position says: the place it had.
    pub(super) fn insert_lane_by_key(&mut self, id: LaneId) {
        let lane = Rc::clone(&self.lanes[&id]);
        let mut list: Vec<LaneId> = self.live_lanes(lane.project).to_vec();
        let key = |other: &LaneId| (self.lanes[other].position.as_str(), other.to_string());
        let index = list.iter().position(|other| key(other) > key(&id)).unwrap_or(list.len());
        list.insert(index, id);
        self.lanes_of.insert(lane.project, Rc::new(list));
    }
}
