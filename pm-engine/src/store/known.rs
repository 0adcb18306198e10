//! Rows that nearly every command reads and few change: projects and the roles in them, lanes and where they end, and
//! who is recorded as a user. The writer keeps them from one command to the next. `apply` forgets them where an event
//! changes one; who takes back what was applied, or writes without an event, forgets them too.

use std::cell::{RefCell, RefMut};
use std::collections::{HashMap, HashSet};
use std::fmt::Debug;

use crate::limits;
use crate::model::{ItemId, Lane, LaneCategory, LaneId, Project, ProjectId, ProjectRole, UserId, WorkItem};

#[derive(Default)]
struct State {
    /// Live projects by their key.
    ids: HashMap<String, ProjectId>,
    projects: HashMap<ProjectId, Project>,
    /// Explicit ones; `None` where a user has none.
    roles: HashMap<ProjectId, HashMap<UserId, Option<ProjectRole>>>,
    /// The number of a project's next item.
    next_numbers: HashMap<ProjectId, i64>,
    lanes: HashMap<LaneId, Lane>,
    /// The last live item of a lane, behind its key.
    lane_ends: HashMap<LaneId, (String, ItemId)>,
    users: HashSet<UserId>,
    /// How many were added.
    added: usize,
}

/// What is known, else what the file says.
pub(crate) fn known_or<T: PartialEq + Debug>(
    known: Option<T>,
    read: impl FnOnce() -> rusqlite::Result<Option<T>>,
) -> rusqlite::Result<Option<T>> {
    let Some(known) = known else { return read() };
    // Every test of the engine is a test of this.
    debug_assert_eq!(Some(&known), read()?.as_ref(), "a row was changed behind the writer's memory");
    Ok(Some(known))
}

/// What is known of the file without reading it.
#[derive(Default)]
pub(crate) struct KnownRows(RefCell<State>);

impl KnownRows {
    /// Room for one more: at the limit all begins anew.
    fn room(&self) -> RefMut<'_, State> {
        let mut state = self.0.borrow_mut();
        if state.added >= limits::KNOWN_ROWS_MAX {
            *state = State::default();
        }
        state.added += 1;
        state
    }

    /// Forgets everything: the file may have gone another way.
    pub(crate) fn forget(&self) {
        let mut state = self.0.borrow_mut();
        if state.added > 0 {
            *state = State::default();
        }
    }

    pub(crate) fn project_id(&self, key: &str) -> Option<ProjectId> {
        self.0.borrow().ids.get(key).copied()
    }

    pub(crate) fn keep_project_id(&self, key: &str, id: ProjectId) {
        self.room().ids.insert(key.to_owned(), id);
    }

    /// A project and a user's explicit role in it, where both are known.
    pub(crate) fn project(&self, id: ProjectId, user: &UserId) -> Option<(Project, Option<ProjectRole>)> {
        let state = self.0.borrow();
        let role = *state.roles.get(&id)?.get(user)?;
        Some((state.projects.get(&id)?.clone(), role))
    }

    /// A project with a long description is read each time instead: many of them would take more than their share.
    pub(crate) fn keep_project(&self, project: &Project, user: &UserId, role: Option<ProjectRole>) {
        if project.description.as_ref().is_some_and(|text| text.len() > limits::KNOWN_TEXT_BYTES_MAX) {
            return;
        }
        let mut state = self.room();
        state.projects.insert(project.id, project.clone());
        state.roles.entry(project.id).or_default().insert(user.clone(), role);
    }

    pub(crate) fn next_number(&self, project: ProjectId) -> Option<i64> {
        self.0.borrow().next_numbers.get(&project).copied()
    }

    pub(crate) fn keep_next_number(&self, project: ProjectId, next: i64) {
        self.room().next_numbers.insert(project, next);
    }

    /// An item has taken a number.
    pub(crate) fn number_taken(&self, project: ProjectId, number: i64) {
        if let Some(next) = self.0.borrow_mut().next_numbers.get_mut(&project) {
            *next = (*next).max(number.saturating_add(1));
        }
    }

    pub(crate) fn lane(&self, id: LaneId) -> Option<Lane> {
        self.0.borrow().lanes.get(&id).cloned()
    }

    pub(crate) fn lane_category(&self, id: LaneId) -> Option<LaneCategory> {
        self.0.borrow().lanes.get(&id).map(|lane| lane.category)
    }

    pub(crate) fn keep_lane(&self, lane: &Lane) {
        self.room().lanes.insert(lane.id, lane.clone());
    }

    /// The key of the last live item of a lane, unless that is this one.
    pub(crate) fn lane_end(&self, lane: LaneId, but: ItemId) -> Option<String> {
        let state = self.0.borrow();
        let (key, last) = state.lane_ends.get(&lane)?;
        (*last != but).then(|| key.clone())
    }

    pub(crate) fn keep_lane_end(&self, lane: LaneId, key: &str, last: ItemId) {
        self.room().lane_ends.insert(lane, (key.to_owned(), last));
    }

    /// An item stands in its lane now, or has left it by being deleted; where it was in one before, it may have left
    /// that too.
    pub(crate) fn item_placed(&self, was_in: Option<LaneId>, item: &WorkItem) {
        let ends = &mut self.0.borrow_mut().lane_ends;
        if let Some(lane) = was_in
            && ends.get(&lane).is_some_and(|(_, last)| *last == item.id)
        {
            // Which is the last one now, the file says.
            ends.remove(&lane);
        }
        if item.deleted_at.is_none()
            && let Some((key, last)) = ends.get_mut(&item.lane)
            && (key.as_str(), *last) < (&item.lane_order, item.id)
        {
            key.clone_from(&item.lane_order);
            *last = item.id;
        }
    }

    pub(crate) fn user(&self, id: &UserId) -> Option<()> {
        self.0.borrow().users.get(id).map(|_| ())
    }

    pub(crate) fn keep_user(&self, id: &UserId) {
        self.room().users.insert(id.clone());
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;
    use crate::model::{ProjectStatus, Timestamp, Visibility, WipPolicy};

    #[gtest]
    fn given_more_rows_than_the_limit_when_kept_then_they_are_forgotten_and_the_newest_is_known() {
        let rows = KnownRows::default();
        let user = |n: usize| UserId::new(format!("u{n}")).unwrap();
        (0..limits::KNOWN_ROWS_MAX).for_each(|n| rows.keep_user(&user(n)));
        expect_that!(rows.user(&user(0)), some(eq(())));
        rows.keep_user(&user(limits::KNOWN_ROWS_MAX));
        expect_that!(rows.user(&user(0)), none());
        expect_that!(rows.user(&user(limits::KNOWN_ROWS_MAX)), some(eq(())));
        expect_that!(rows.0.borrow().users.len(), eq(1));
    }

    #[gtest]
    fn given_a_project_with_a_long_description_when_kept_then_it_is_not_remembered() {
        let (rows, ann) = (KnownRows::default(), UserId::new("ann").unwrap());
        let mut project = Project {
            id: ProjectId::generate(),
            key: "PM".to_owned(),
            title: "Project".to_owned(),
            description: Some("d".repeat(limits::KNOWN_TEXT_BYTES_MAX)),
            status: ProjectStatus::Active,
            visibility: Visibility::Open,
            wip_policy: WipPolicy::Warn,
            parallel_sprints: false,
            default_lane: None,
            created_at: Timestamp::from_millis(0),
            created_by: ann.clone(),
            updated_at: Timestamp::from_millis(0),
            updated_by: ann.clone(),
            deleted_at: None,
            version: 1,
        };
        rows.keep_project(&project, &ann, None);
        expect_that!(rows.project(project.id, &ann), some(anything()));
        rows.forget();
        project.description.as_mut().unwrap().push('d');
        rows.keep_project(&project, &ann, None);
        expect_that!(rows.project(project.id, &ann), none());
    }

    #[gtest]
    fn given_the_next_number_when_older_and_newer_ones_are_taken_then_it_only_grows() {
        let (rows, project) = (KnownRows::default(), ProjectId::generate());
        rows.number_taken(project, 9);
        expect_that!(rows.next_number(project), none());
        rows.keep_next_number(project, 5);
        for (taken, next) in [(2, 5), (5, 6), (40, 41)] {
            rows.number_taken(project, taken);
            expect_that!(rows.next_number(project), some(eq(next)));
        }
    }
}
