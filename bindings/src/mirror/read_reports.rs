// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Questions as methods.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;
use crate::error::PmError;
use crate::reader::{Reader, mismatched};

#[uniffi::export]
impl Reader {
    /// A whole project for a language model.
    ///
    /// - `project`: Project.
    /// - `options`: What goes into it, and how much.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(options))]
    pub fn context(&self, project: ProjectRef, options: ContextOptions) -> Result<ProjectContext, PmError> {
        let question = Question::Context { project, options };
        match self.ask(question)? {
            Answer::Context(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// What the tenant's file says about itself to language models.
    ///
    /// - `kind`: Of this kind only.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(kind = None), default(page))]
    pub fn llm_context(
        &self,
        kind: Option<LlmContextKind>,
        page: PageRequest,
    ) -> Result<LlmContextPage, PmError> {
        let question = Question::LlmContext { kind, page };
        match self.ask(question)? {
            Answer::LlmContext(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Full-text search over items, comments and projects.
    ///
    /// - `text`: Words that must all occur, in any order and any case, with or without accents; the last one may go on. Up to 500 characters. Nothing in it is syntax.
    /// - `project`: In this project only.
    /// - `kind`: Only work items, comments or projects.
    /// - `page`: Which page. Ranks move a little while texts change: a match may then come twice or be passed over.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(project = None), default(kind = None), default(page))]
    pub fn search(
        &self,
        text: String,
        project: Option<ProjectId>,
        kind: Option<EntityKind>,
        page: PageRequest,
    ) -> Result<SearchPage, PmError> {
        let question = Question::Search(SearchQuery { text, project, kind, page });
        match self.ask(question)? {
            Answer::Search(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// What happened, newest first.
    ///
    /// - `project`: Of this project only.
    /// - `entity`: On the entity with this id only (as `Entity::id` gives it).
    /// - `user`: By this user only.
    /// - `since_sequence`: After this sequence only.
    /// - `since`: At this instant or later only.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(project = None), default(entity = None), default(user = None), default(since_sequence = None), default(since = None), default(page))]
    pub fn activity(
        &self,
        project: Option<ProjectId>,
        entity: Option<String>,
        user: Option<UserId>,
        since_sequence: Option<i64>,
        since: Option<Timestamp>,
        page: PageRequest,
    ) -> Result<ActivityPage, PmError> {
        let question =
            Question::Activity(ActivityQuery { project, entity, user, since_sequence, since, page });
        match self.ask(question)? {
            Answer::Activity(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// A sprint with commitment, result, scope changes in sum, and its burndown.
    ///
    /// - `sprint`: Sprint.
    /// - `utc_offset_minutes`: Where days begin, in minutes ahead of UTC.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(utc_offset_minutes))]
    pub fn sprint_report(&self, sprint: SprintRef, utc_offset_minutes: i32) -> Result<SprintReport, PmError> {
        let question = Question::SprintReport { sprint, utc_offset_minutes };
        match self.ask(question)? {
            Answer::SprintReport(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// Items added to, removed from and estimated anew in a sprint after its start.
    ///
    /// - `sprint`: Sprint.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn scope_changes(&self, sprint: SprintRef, page: PageRequest) -> Result<ScopeChangePage, PmError> {
        let question = Question::ScopeChanges { sprint, page };
        match self.ask(question)? {
            Answer::ScopeChanges(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The items of a sprint as they stood at its start or completion.
    ///
    /// - `sprint`: Sprint.
    /// - `phase`: Start or completion.
    /// - `page`: Which page.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn sprint_items(
        &self,
        sprint: SprintRef,
        phase: SprintPhase,
        page: PageRequest,
    ) -> Result<SprintItemPage, PmError> {
        let question = Question::SprintItems { sprint, phase, page };
        match self.ask(question)? {
            Answer::SprintItems(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The last completed sprints of a project and what they achieved on average.
    ///
    /// - `project`: Project.
    /// - `sprints`: How many sprints at most.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(sprints = None))]
    pub fn velocity(&self, project: ProjectRef, sprints: Option<i64>) -> Result<Velocity, PmError> {
        let question = Question::Velocity { project, sprints };
        match self.ask(question)? {
            Answer::Velocity(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Totals of time.
    ///
    /// - `scope`: Whose time.
    /// - `by`: What the lines are for.
    /// - `first_day`: First day; left out: from the beginning.
    /// - `last_day`: Last day; left out: to the end.
    /// - `utc_offset_minutes`: Where days begin, in minutes ahead of UTC (-1080 to 1080).
    /// - `page`: Which page of lines.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(first_day = None), default(last_day = None), default(utc_offset_minutes), default(page))]
    pub fn time_totals(
        &self,
        scope: TimeScope,
        by: TimeGrouping,
        first_day: Option<CalendarDate>,
        last_day: Option<CalendarDate>,
        utc_offset_minutes: i32,
        page: PageRequest,
    ) -> Result<TimeTotals, PmError> {
        let question = Question::TimeTotals(TimeQuery {
            scope,
            by,
            from: first_day,
            to: last_day,
            utc_offset_minutes,
            page,
        });
        match self.ask(question)? {
            Answer::TimeTotals(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// A chunk of everything the actor may see, or of some projects.
    ///
    /// - `projects`: Projects; none for all, with the tenant's settings and users.
    /// - `cursor`: `next` of the chunk before; none for the first.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(projects), default(cursor = None))]
    pub fn snapshot(
        &self,
        projects: Vec<ProjectId>,
        cursor: Option<String>,
    ) -> Result<SnapshotChunk, PmError> {
        let question = Question::Snapshot { projects, cursor };
        match self.ask(question)? {
            Answer::Snapshot(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The board of a project as of an earlier sequence or instant.
    ///
    /// - `project`: Project; visible now.
    /// - `as_of`: When.
    /// - `lane`: Only this lane. Without it every lane comes with its first items, at most 50 each and 500 in all.
    /// - `page`: Which page of the lane; only the limit counts where no lane is named.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(lane = None), default(page))]
    pub fn board_then(
        &self,
        project: ProjectId,
        as_of: AsOf,
        lane: Option<LaneId>,
        page: PageRequest,
    ) -> Result<BoardThen, PmError> {
        let question = Question::BoardThen(BoardThenQuery { project, as_of, lane, page });
        match self.ask(question)? {
            Answer::BoardThen(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// The parts of a command that take back an earlier one.
    ///
    /// - `command`: Id of the command to take back.
    /// - `user`: Whose command it was.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn inverse(&self, command: CommandId, user: UserId) -> Result<Undo, PmError> {
        let question = Question::Inverse { command, user };
        match self.ask(question)? {
            Answer::Inverse(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }
}
