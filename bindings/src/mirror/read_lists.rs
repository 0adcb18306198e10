// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Questions as methods.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;
use crate::error::PmError;
use crate::reader::{Reader, mismatched};

#[uniffi::export]
impl Reader {
    /// The items a filter means, in an order.
    ///
    /// - `filter`: Which items.
    /// - `sort`: In which order.
    /// - `page`: Which page.
    /// - `with_total`: Whether to count those on all pages.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(filter), default(page), default(with_total))]
    pub fn items(
        &self,
        sort: ItemSort,
        filter: ItemFilter,
        page: PageRequest,
        with_total: bool,
    ) -> Result<ItemPage, PmError> {
        let question = Question::Items { filter, sort, page, with_total };
        match self.ask(question)? {
            Answer::Items(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The board of a project: each lane with its first cards.
    ///
    /// - `project`: Project.
    /// - `filter`: Which cards; names no project.
    /// - `per_lane`: Most cards of each lane; 50 where not said.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(filter), default(per_lane = None))]
    pub fn board(
        &self,
        project: ProjectRef,
        filter: ItemFilter,
        per_lane: Option<i64>,
    ) -> Result<Board, PmError> {
        let question = Question::Board { project, filter, per_lane };
        match self.ask(question)? {
            Answer::Board(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// More cards of a lane, in its order.
    ///
    /// - `lane`: Lane.
    /// - `filter`: Which cards; names no project.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(filter), default(page))]
    pub fn lane_page(
        &self,
        lane: LaneTarget,
        filter: ItemFilter,
        page: PageRequest,
    ) -> Result<LanePage, PmError> {
        let question = Question::LanePage { lane, filter, page };
        match self.ask(question)? {
            Answer::LanePage(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// The projects the actor may see, by key.
    ///
    /// - `status`: Only active, or only archived ones.
    /// - `page`: Which page.
    /// - `with_total`: Whether to count those on all pages.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(status = None), default(page), default(with_total))]
    pub fn projects(
        &self,
        status: Option<ProjectStatus>,
        page: PageRequest,
        with_total: bool,
    ) -> Result<ProjectPage, PmError> {
        let question = Question::Projects { status, page, with_total };
        match self.ask(question)? {
            Answer::Projects(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// One project, whole.
    ///
    /// - `project`: Project.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn project(&self, project: ProjectRef) -> Result<ProjectAnswer, PmError> {
        let question = Question::Project { project };
        match self.ask(question)? {
            Answer::Project(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// Everybody known to the tenant, by id.
    ///
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn users(&self, page: PageRequest) -> Result<UserPage, PmError> {
        let question = Question::Users { page };
        match self.ask(question)? {
            Answer::Users(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// One user.
    ///
    /// - `user`: User.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn user(&self, user: UserId) -> Result<UserAnswer, PmError> {
        let question = Question::User { user };
        match self.ask(question)? {
            Answer::User(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Who has an explicit role in a project.
    ///
    /// - `project`: Project.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn members(&self, project: ProjectRef, page: PageRequest) -> Result<MemberPage, PmError> {
        let question = Question::Members { project, page };
        match self.ask(question)? {
            Answer::Members(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The lanes of a project, in order.
    ///
    /// - `project`: Project.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn lanes(&self, project: ProjectRef) -> Result<LaneList, PmError> {
        let question = Question::Lanes { project };
        match self.ask(question)? {
            Answer::Lanes(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The sprints of a project, in the order they were made.
    ///
    /// - `project`: Project.
    /// - `states`: In one of these states; none named: in any.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(states), default(page))]
    pub fn sprints(
        &self,
        project: ProjectRef,
        states: Vec<SprintState>,
        page: PageRequest,
    ) -> Result<SprintPage, PmError> {
        let question = Question::Sprints { project, states, page };
        match self.ask(question)? {
            Answer::Sprints(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// One sprint.
    ///
    /// - `sprint`: Sprint.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn sprint(&self, sprint: SprintRef) -> Result<SprintAnswer, PmError> {
        let question = Question::Sprint { sprint };
        match self.ask(question)? {
            Answer::Sprint(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// The labels in use in a project.
    ///
    /// - `project`: Project.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn labels(&self, project: ProjectRef, page: PageRequest) -> Result<LabelPage, PmError> {
        let question = Question::Labels { project, page };
        match self.ask(question)? {
            Answer::Labels(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Deleted items, lanes and sprints of a project, the latest first.
    ///
    /// - `project`: Project.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn trash(&self, project: ProjectRef, page: PageRequest) -> Result<TrashPage, PmError> {
        let question = Question::Trash { project, page };
        match self.ask(question)? {
            Answer::Trash(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Deleted projects the actor is an admin of, the latest first.
    ///
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn trash_projects(&self, page: PageRequest) -> Result<TrashPage, PmError> {
        let question = Question::TrashProjects { page };
        match self.ask(question)? {
            Answer::TrashProjects(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }
}
