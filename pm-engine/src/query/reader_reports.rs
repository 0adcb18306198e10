//! What can be asked about the past and about sums: search, activity, reports, snapshots.

use super::Reader;
use super::activity::{self, ActivityPage, ActivityQuery};
use super::history::{self, BoardThen, BoardThenQuery};
use super::page::PageRequest;
use super::resolve;
use super::search::{self, SearchPage, SearchQuery};
use super::snapshot::{self, SnapshotChunk};
use super::sprint_report::{self, ScopeChangePage, SprintItemPage, SprintReport, Velocity};
use super::time_report::{self, TimeQuery, TimeTotals};
use super::undo::{self, Undo};
use crate::error::QueryError;
use crate::model::{CommandId, ProjectId, ProjectRef, SprintPhase, SprintRef, UserId};

impl Reader {
    /// Full-text search over items, comments and projects. It never misses what was committed before it was asked.
    ///
    /// # Errors
    /// `invalid` for a text or page that breaks its form, `not_found` for a project the actor may not see.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchPage, QueryError> {
        let actor = self.actor();
        let found = self.door().search(|connection, sequence, asked_at| {
            search::search(connection, actor, sequence, asked_at, query)
        });
        Ok(found?)
    }

    /// What happened, newest first: by project, entity, user, and since when.
    ///
    /// # Errors
    /// As [`Reader::search`].
    pub fn activity(&self, query: &ActivityQuery) -> Result<ActivityPage, QueryError> {
        self.ask(|ask| activity::activity(ask.connection, ask.actor, ask.sequence, query))
    }

    /// A sprint with commitment, result, scope changes in sum, and its burndown by day at an offset from UTC in minutes.
    ///
    /// # Errors
    /// As [`Reader::search`].
    pub fn sprint_report(
        &self,
        sprint: &SprintRef,
        utc_offset_minutes: i32,
    ) -> Result<SprintReport, QueryError> {
        let now = self.door().now();
        self.ask(|ask| {
            let (id, _) = resolve::sprint(ask, sprint)?;
            sprint_report::sprint_report(ask.connection, ask.actor, ask.sequence, id, utc_offset_minutes, now)
        })
    }

    /// Items added to, removed from and estimated anew in a sprint after its start.
    ///
    /// # Errors
    /// As [`Reader::search`].
    pub fn scope_changes(
        &self,
        sprint: &SprintRef,
        page: &PageRequest,
    ) -> Result<ScopeChangePage, QueryError> {
        self.ask(|ask| {
            let (id, _) = resolve::sprint(ask, sprint)?;
            sprint_report::scope_changes(ask.connection, ask.actor, ask.sequence, id, page)
        })
    }

    /// The items of a sprint as they stood at its start or completion.
    ///
    /// # Errors
    /// As [`Reader::search`].
    pub fn sprint_items(
        &self,
        sprint: &SprintRef,
        phase: SprintPhase,
        page: &PageRequest,
    ) -> Result<SprintItemPage, QueryError> {
        self.ask(|ask| {
            let (id, _) = resolve::sprint(ask, sprint)?;
            sprint_report::sprint_items(ask.connection, ask.actor, ask.sequence, id, phase, page)
        })
    }

    /// The last completed sprints of a project and what they achieved on average.
    ///
    /// # Errors
    /// As [`Reader::search`].
    pub fn velocity(&self, project: &ProjectRef, sprints: Option<i64>) -> Result<Velocity, QueryError> {
        self.ask(|ask| {
            let home = resolve::project(ask, project)?;
            sprint_report::velocity(ask.connection, ask.actor, ask.sequence, home.project, sprints)
        })
    }

    /// Totals of time: of an item, with its descendants, of a user or sprint, by item, user or day.
    ///
    /// # Errors
    /// As [`Reader::search`].
    pub fn time_totals(&self, query: &TimeQuery) -> Result<TimeTotals, QueryError> {
        self.ask(|ask| time_report::time_totals(ask.connection, ask.actor, ask.sequence, query))
    }

    /// A chunk of everything the actor may see, or of some projects. Follow the log from the sequence of the *first*
    /// chunk afterwards and take what has a higher version.
    ///
    /// # Errors
    /// As [`Reader::search`].
    pub fn snapshot(
        &self,
        projects: &[ProjectId],
        cursor: Option<&str>,
    ) -> Result<SnapshotChunk, QueryError> {
        self.ask(|ask| snapshot::snapshot_chunk(ask.connection, ask.actor, ask.sequence, projects, cursor))
    }

    /// The board of a project as of an earlier sequence or instant. Who may see it is judged by now.
    ///
    /// # Errors
    /// As [`Reader::search`].
    pub fn board_then(&self, query: &BoardThenQuery) -> Result<BoardThen, QueryError> {
        self.ask(|ask| history::board_then(ask.connection, ask.actor, ask.sequence, query))
    }

    /// The parts of a command that take back the command with this id of this user.
    ///
    /// # Errors
    /// `not_found` where there is no such command or it touched what the actor may not see; `conflict` where something
    /// has changed since; `wrong_state` for what is for good (a purge, a sprint's start and end, a timer's stop);
    /// `too_large` past the parts of one command.
    pub fn inverse(&self, command: &CommandId, user: &UserId) -> Result<Undo, QueryError> {
        self.ask(|ask| undo::inverse(ask.connection, ask.actor, ask.sequence, command, user))
    }
}
