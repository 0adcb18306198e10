// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Questions as methods.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;
use crate::error::PmError;
use crate::reader::{Reader, mismatched};

#[uniffi::export]
impl Reader {
    /// One item, whole, with what stands around it.
    ///
    /// - `item`: Item.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn item(&self, item: ItemRef) -> Result<ItemDetail, PmError> {
        let question = Question::Item { item };
        match self.ask(question)? {
            Answer::Item(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// One item, whole, and nothing around it.
    ///
    /// - `item`: Item.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn item_only(&self, item: ItemRef) -> Result<ItemAnswer, PmError> {
        let question = Question::ItemOnly { item };
        match self.ask(question)? {
            Answer::ItemOnly(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// What an item belongs to, from the root down.
    ///
    /// - `item`: Item.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn ancestors(&self, item: ItemRef) -> Result<Ancestors, PmError> {
        let question = Question::Ancestors { item };
        match self.ask(question)? {
            Answer::Ancestors(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The children of an item, in their order.
    ///
    /// - `item`: Item.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn children(&self, item: ItemRef, page: PageRequest) -> Result<ItemPage, PmError> {
        let question = Question::Children { item, page };
        match self.ask(question)? {
            Answer::Children(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Everything under an item, by number.
    ///
    /// - `item`: Item.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn descendants(&self, item: ItemRef, page: PageRequest) -> Result<DescendantPage, PmError> {
        let question = Question::Descendants { item, page };
        match self.ask(question)? {
            Answer::Descendants(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The dependencies of an item, both ways, in the order they were made.
    ///
    /// - `item`: Item.
    /// - `kind`: Of this kind only.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(kind = None), default(page))]
    pub fn dependencies(
        &self,
        item: ItemRef,
        kind: Option<DependencyKind>,
        page: PageRequest,
    ) -> Result<DependencyPage, PmError> {
        let question = Question::Dependencies { item, kind, page };
        match self.ask(question)? {
            Answer::Dependencies(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The backlog of a project, lane by lane.
    ///
    /// - `project`: Project.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn backlog(&self, project: ProjectRef, page: PageRequest) -> Result<ItemPage, PmError> {
        let question = Question::Backlog { project, page };
        match self.ask(question)? {
            Answer::Backlog(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Unfinished items that wait for an unfinished item, by number.
    ///
    /// - `project`: Project.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn blocked(&self, project: ProjectRef, page: PageRequest) -> Result<FlowPage, PmError> {
        let question = Question::Blocked { project, page };
        match self.ask(question)? {
            Answer::Blocked(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// What can be worked on, by number.
    ///
    /// - `project`: Project.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn ready(&self, project: ProjectRef, page: PageRequest) -> Result<FlowPage, PmError> {
        let question = Question::Ready { project, page };
        match self.ask(question)? {
            Answer::Ready(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The threads of an item, by the time of their first comments.
    ///
    /// - `item`: Item.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn comments(&self, item: ItemRef, page: PageRequest) -> Result<ThreadPage, PmError> {
        let question = Question::Comments { item, page };
        match self.ask(question)? {
            Answer::Comments(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// All replies under a comment, by time.
    ///
    /// - `comment`: Comment.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn replies(&self, comment: CommentRef, page: PageRequest) -> Result<CommentPage, PmError> {
        let question = Question::Replies { comment, page };
        match self.ask(question)? {
            Answer::Replies(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Comments that mention an item or a user.
    ///
    /// - `target`: What is mentioned.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn mentions(&self, target: MentionTarget, page: PageRequest) -> Result<MentionPage, PmError> {
        let question = Question::Mentions { target, page };
        match self.ask(question)? {
            Answer::Mentions(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Time entries of an item, a user or a project, the latest first.
    ///
    /// - `filter`: Which entries.
    /// - `page`: Which page.
    /// - `with_total`: Whether to count those on all pages.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(filter), default(page), default(with_total))]
    pub fn time_entries(
        &self,
        filter: TimeFilter,
        page: PageRequest,
        with_total: bool,
    ) -> Result<TimePage, PmError> {
        let question = Question::TimeEntries { filter, page, with_total };
        match self.ask(question)? {
            Answer::TimeEntries(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Timers that run now, by user.
    ///
    /// - `project`: On items of this project; without it, in all the actor may see.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(project = None), default(page))]
    pub fn running_timers(
        &self,
        project: Option<ProjectRef>,
        page: PageRequest,
    ) -> Result<TimePage, PmError> {
        let question = Question::RunningTimers { project, page };
        match self.ask(question)? {
            Answer::RunningTimers(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The actor's own running timer.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn my_timer(&self) -> Result<TimerAnswer, PmError> {
        let question = Question::MyTimer;
        match self.ask(question)? {
            Answer::MyTimer(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }
}
