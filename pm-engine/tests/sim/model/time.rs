//! Time.

use std::rc::Rc;

use pm_engine::command::{NewTimeEntry, TimeEntryChange};
use pm_engine::limits;
use pm_engine::model::{
    EntityKind, ItemRef, OverlapPolicy, ProjectRole, TimeEntry, TimeEntryId, TimeEntryRef, TimerCapPolicy,
    Timestamp, UserId,
};
use pm_engine::rejection::RejectionCode;

use super::form::entry_span;
use super::refs::Which;
use super::{Ctx, Made, Rules, Stage, Step, World, made, no};

impl World {
    pub(super) fn running(&self, user: &UserId) -> Option<TimeEntryId> {
        self.entries
            .values()
            .find(|e| e.user == *user && e.ended_at.is_none() && e.deleted_at.is_none())
            .map(|e| e.id)
    }

    pub(super) fn stop_timers(&mut self, ctx: &Ctx<'_>, which: impl Fn(&TimeEntry) -> bool) {
        let running: Vec<TimeEntryId> = self
            .entries
            .values()
            .filter(|e| e.ended_at.is_none() && e.deleted_at.is_none() && which(e))
            .map(|e| e.id)
            .collect();
        for id in running {
            self.stop(ctx, id);
        }
    }

    /// "A timer longer than the cap … is flagged at its stop; policy `flag` (default) or `cap` … A clock that went
    /// backwards yields zero seconds, flagged."
    fn stop(&mut self, ctx: &Ctx<'_>, id: TimeEntryId) {
        let cap = self.settings.timer_cap_seconds;
        let policy = self.settings.timer_cap_policy;
        let by = ctx.by();
        let mut entry = (*self.entries[&id]).clone();
        let start = entry.started_at.as_millis();
        let mut end = ctx.at().as_millis();
        if end < start {
            entry.clock_backwards = true;
            end = start;
        } else if end - start > cap * 1_000 {
            entry.over_cap = true;
            if policy == TimerCapPolicy::Cap {
                entry.original_end = Some(Timestamp::from_millis(end));
                end = start + cap * 1_000;
            }
        }
        entry.ended_at = Some(Timestamp::from_millis(end));
        entry.seconds = Some((end - start) / 1_000);
        entry.updated_by = by;
        entry.version += 1;
        self.entries.insert(id, Rc::new(entry));
    }

    /// Whether another live entry of the user shares time with `start..end`; a timer runs up to now.
    fn overlaps(&self, ctx: &Ctx<'_>, user: &UserId, start: i64, end: i64, but: Option<TimeEntryId>) -> bool {
        let now = ctx.now.as_millis();
        self.entries.values().any(|e| {
            e.user == *user
                && Some(e.id) != but
                && e.deleted_at.is_none()
                && e.started_at.as_millis() < end
                && e.ended_at.map_or(now, Timestamp::as_millis) > start
        })
    }

    pub(super) fn start_timer(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: Option<TimeEntryId>,
        item: &ItemRef,
        note: &str,
    ) -> Step<Made> {
        let item = self.item(ctx, item, Which::Live)?;
        let project = self.items[&item].project;
        self.gate(ctx, project, ProjectRole::Viewer)?;
        let mut rules = Rules::default();
        let taken = id.is_some_and(|id| self.entries.contains_key(&id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "id taken");
        rules.refuse_if(self.is_finished(item), RejectionCode::WrongState, "finished item");
        rules.done()?;
        // "Starting one stops the running one at the same instant"
        if let Some(running) = self.running(&ctx.by()) {
            self.stop(ctx, running);
        }
        let id = TimeEntryId::from_uuid(ctx.ids.take(EntityKind::TimeEntry, id.map(|id| id.as_uuid())));
        let entry = TimeEntry {
            id,
            project,
            item,
            user: ctx.by(),
            started_at: ctx.at(),
            ended_at: None,
            seconds: None,
            note: note.to_owned(),
            manual: false,
            overlaps: false,
            over_cap: false,
            clock_backwards: false,
            original_end: None,
            created_at: ctx.at(),
            updated_by: ctx.by(),
            deleted_at: None,
            version: ctx.first_version(),
        };
        self.entries.insert(id, Rc::new(entry));
        made(EntityKind::TimeEntry, id, true)
    }

    /// "One's own timer can always be stopped, whatever became of its item, project or access."
    fn own_or_visible(&self, ctx: &Ctx<'_>, name: &TimeEntryRef) -> Step<TimeEntryId> {
        if let Ok(id) = name.as_str().parse::<TimeEntryId>()
            && self.entries.get(&id).is_some_and(|e| e.user == ctx.actor.user)
        {
            return Ok(id);
        }
        self.entry(ctx, name, Which::Any)
    }

    /// "an admin may correct others'"
    fn own_or_admin(&self, ctx: &Ctx<'_>, id: TimeEntryId) -> Step<()> {
        let entry = &self.entries[&id];
        if entry.user == ctx.actor.user {
            return Ok(());
        }
        self.needs(ctx, entry.project, ProjectRole::Admin)
    }

    pub(super) fn stop_timer(&mut self, ctx: &mut Ctx<'_>, entry: Option<&TimeEntryRef>) -> Step<Made> {
        let id = match entry {
            Some(name) => self.own_or_visible(ctx, name)?,
            None => match self.running(&ctx.actor.user) {
                Some(id) => id,
                None => return no(Stage::Rule, RejectionCode::NotRunning, "no timer"),
            },
        };
        self.own_or_admin(ctx, id)?;
        if self.entries[&id].user != ctx.actor.user {
            self.open(self.entries[&id].project)?;
        }
        ctx.version(self.entries[&id].version)?;
        if self.entries[&id].ended_at.is_some() {
            return no(Stage::Rule, RejectionCode::NotRunning, "stopped already");
        }
        self.stop(ctx, id);
        made(EntityKind::TimeEntry, id, true)
    }

    /// "end not more than 60 s ahead of the clock"
    fn ahead(ctx: &Ctx<'_>, end: i64) -> bool {
        end > ctx.now.as_millis() + limits::TIME_ENTRY_AHEAD_MS_MAX
    }

    pub(super) fn add_entry(&mut self, ctx: &mut Ctx<'_>, new: &NewTimeEntry) -> Step<Made> {
        let item = self.item(ctx, &new.item, Which::Live)?;
        let project = self.items[&item].project;
        let user = new.user.clone().unwrap_or_else(|| ctx.by());
        let own = user == ctx.actor.user || (new.user.is_none() && ctx.origin.is_some());
        self.needs(ctx, project, if own { ProjectRole::Viewer } else { ProjectRole::Admin })?;
        self.open(project)?;
        let (start, end) = (new.started_at.as_millis(), new.ended_at.as_millis());
        let overlaps = self.overlaps(ctx, &user, start, end, None);
        let mut rules = Rules::default();
        let taken = new.id.is_some_and(|id| self.entries.contains_key(&id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "id taken");
        rules.refuse_if(entry_span(start, end, true).is_err(), RejectionCode::Invalid, "span");
        rules.refuse_if(Self::ahead(ctx, end), RejectionCode::Invalid, "ahead of the clock");
        let refuses = overlaps && self.settings.overlap_policy == OverlapPolicy::Refuse;
        rules.refuse_if(refuses, RejectionCode::Overlap, "overlap");
        rules.done()?;
        let id = TimeEntryId::from_uuid(ctx.ids.take(EntityKind::TimeEntry, new.id.map(|id| id.as_uuid())));
        let entry = TimeEntry {
            id,
            project,
            item,
            user,
            started_at: new.started_at,
            ended_at: Some(new.ended_at),
            seconds: Some((end - start) / 1_000),
            note: new.note.clone(),
            manual: true,
            overlaps,
            over_cap: false,
            clock_backwards: false,
            original_end: None,
            created_at: ctx.at(),
            updated_by: ctx.by(),
            deleted_at: None,
            version: ctx.first_version(),
        };
        self.entries.insert(id, Rc::new(entry));
        made(EntityKind::TimeEntry, id, true)
    }

    /// "Own entries can be changed and deleted"
    pub(super) fn update_entry(
        &mut self,
        ctx: &mut Ctx<'_>,
        entry: &TimeEntryRef,
        changes: &[TimeEntryChange],
    ) -> Step<Made> {
        let id = self.entry(ctx, entry, Which::Live)?;
        let old = Rc::clone(&self.entries[&id]);
        let mut new = (*old).clone();
        for change in changes {
            match change {
                TimeEntryChange::Item(name) => {
                    let mut found =
                        self.second(ctx, old.project, ProjectRole::Viewer, self.item(ctx, name, Which::Live));
                    if let (Err(why), Err(role)) = (&mut found, self.own_or_admin(ctx, id)) {
                        why.codes.extend(role.codes);
                    }
                    new.item = found?;
                }
                TimeEntryChange::StartedAt(at) => new.started_at = *at,
                TimeEntryChange::EndedAt(at) => new.ended_at = Some(*at),
                TimeEntryChange::Note(note) => new.note.clone_from(note),
            }
        }
        self.own_or_admin(ctx, id)?;
        self.open(old.project)?;
        ctx.version(old.version)?;
        let mut rules = Rules::default();
        let foreign = self.items[&new.item].project != old.project;
        rules.refuse_if(foreign, RejectionCode::Invalid, "item of another project");
        let shut = foreign && self.open(self.items[&new.item].project).is_err();
        rules.refuse_if(shut, RejectionCode::Archived, "item of an archived project");
        let stops = old.ended_at.is_none() && new.ended_at.is_some();
        rules.refuse_if(stops, RejectionCode::WrongState, "running");
        let start = new.started_at.as_millis();
        let moved = old.started_at != new.started_at || old.ended_at != new.ended_at;
        if moved && let Some(end) = new.ended_at.map(Timestamp::as_millis) {
            rules.refuse_if(entry_span(start, end, old.manual).is_err(), RejectionCode::Invalid, "span");
            rules.refuse_if(Self::ahead(ctx, end), RejectionCode::Invalid, "ahead of the clock");
            new.seconds = Some((end - start) / 1_000);
            (new.over_cap, new.clock_backwards, new.original_end) = (false, false, None);
            new.overlaps = self.overlaps(ctx, &new.user, start, end, Some(id));
            let refuses = new.overlaps && self.settings.overlap_policy == OverlapPolicy::Refuse;
            rules.refuse_if(refuses, RejectionCode::Overlap, "overlap");
        }
        let ahead = new.ended_at.is_none() && Self::ahead(ctx, start);
        rules.refuse_if(moved && ahead, RejectionCode::Invalid, "begins in the future");
        rules.done()?;
        let changed = new != *old;
        if changed {
            new.version += 1;
            new.updated_by = ctx.by();
            self.entries.insert(id, Rc::new(new));
        }
        made(EntityKind::TimeEntry, id, changed)
    }

    pub(super) fn delete_entry(&mut self, ctx: &mut Ctx<'_>, entry: &TimeEntryRef) -> Step<Made> {
        let id = self.entry(ctx, entry, Which::Live)?;
        self.own_or_admin(ctx, id)?;
        self.open(self.entries[&id].project)?;
        ctx.version(self.entries[&id].version)?;
        let version = self.entries[&id].version;
        if self.entries[&id].ended_at.is_none() {
            // "a running one is stopped by it": one change.
            self.stop(ctx, id);
        }
        let (at, by) = (ctx.at(), ctx.by());
        let entry = Rc::make_mut(self.entries.get_mut(&id).unwrap());
        entry.deleted_at = Some(at);
        entry.updated_by = by;
        entry.version = version + 1;
        made(EntityKind::TimeEntry, id, true)
    }

    pub(super) fn restore_entry(&mut self, ctx: &mut Ctx<'_>, entry: &TimeEntryRef) -> Step<Made> {
        let id = self.entry(ctx, entry, Which::Any)?;
        self.own_or_admin(ctx, id)?;
        let old = Rc::clone(&self.entries[&id]);
        self.open(old.project)?;
        ctx.version(old.version)?;
        if old.deleted_at.is_none() {
            return made(EntityKind::TimeEntry, id, false);
        }
        let mut new = (*old).clone();
        let end = new.ended_at.map_or(ctx.now.as_millis(), Timestamp::as_millis);
        new.overlaps = self.overlaps(ctx, &new.user, new.started_at.as_millis(), end, Some(id));
        if new.overlaps && self.settings.overlap_policy == OverlapPolicy::Refuse {
            return no(Stage::Rule, RejectionCode::Overlap, "overlap");
        }
        new.deleted_at = None;
        new.updated_by = ctx.by();
        new.version += 1;
        self.entries.insert(id, Rc::new(new));
        made(EntityKind::TimeEntry, id, true)
    }
}
