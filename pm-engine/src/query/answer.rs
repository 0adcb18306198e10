//! Every answer as a value, and how a question as a value gets one.

use serde::{Deserialize, Serialize};

use super::activity::ActivityPage;
use super::board::{Board, LaneList, LanePage};
use super::comment::{CommentPage, MentionPage, ThreadPage};
use super::context::ProjectContext;
use super::dependency::DependencyPage;
use super::flow::FlowPage;
use super::history::BoardThen;
use super::item::{ItemAnswer, ItemDetail};
use super::list::ItemPage;
use super::llm::LlmContextPage;
use super::project::{
    LabelPage, MemberPage, ProjectAnswer, ProjectPage, SprintAnswer, SprintPage, UserAnswer, UserPage,
};
use super::question::Question;
use super::reader::Reader;
use super::search::SearchPage;
use super::snapshot::SnapshotChunk;
use super::sprint_report::{ScopeChangePage, SprintItemPage, SprintReport, Velocity};
use super::time::{TimePage, TimerAnswer};
use super::time_report::TimeTotals;
use super::trash::TrashPage;
use super::tree::{Ancestors, DescendantPage};
use super::undo::Undo;
use crate::error::QueryError;

/// The answer to a [`Question`]: the variant of the same name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer {
    /// Items.
    Items(ItemPage),
    /// A board.
    Board(Box<Board>),
    /// More of one lane.
    LanePage(Box<LanePage>),
    /// Projects.
    Projects(ProjectPage),
    /// One project.
    Project(Box<ProjectAnswer>),
    /// Users.
    Users(UserPage),
    /// One user.
    User(UserAnswer),
    /// Members of a project.
    Members(MemberPage),
    /// Lanes of a project.
    Lanes(LaneList),
    /// Sprints of a project.
    Sprints(SprintPage),
    /// One sprint.
    Sprint(Box<SprintAnswer>),
    /// Labels of a project.
    Labels(LabelPage),
    /// What was deleted in a project.
    Trash(TrashPage),
    /// Deleted projects.
    TrashProjects(TrashPage),
    /// One item with what stands around it.
    Item(Box<ItemDetail>),
    /// One item.
    ItemOnly(Box<ItemAnswer>),
    /// What an item belongs to.
    Ancestors(Ancestors),
    /// Children of an item.
    Children(ItemPage),
    /// What stands under an item.
    Descendants(DescendantPage),
    /// Dependencies of an item.
    Dependencies(DependencyPage),
    /// A backlog.
    Backlog(ItemPage),
    /// Blocked items.
    Blocked(FlowPage),
    /// Ready items.
    Ready(FlowPage),
    /// Threads of an item.
    Comments(ThreadPage),
    /// Replies under a comment.
    Replies(CommentPage),
    /// Comments that mention something.
    Mentions(MentionPage),
    /// Time entries.
    TimeEntries(TimePage),
    /// Running timers.
    RunningTimers(TimePage),
    /// The actor's own timer.
    MyTimer(Box<TimerAnswer>),
    /// A project for a language model.
    Context(Box<ProjectContext>),
    /// Notes for language models.
    LlmContext(LlmContextPage),
    /// Matches of a search.
    Search(SearchPage),
    /// What happened.
    Activity(ActivityPage),
    /// A sprint's report.
    SprintReport(Box<SprintReport>),
    /// Changes of a sprint's scope.
    ScopeChanges(ScopeChangePage),
    /// Items of a sprint at its start or completion.
    SprintItems(SprintItemPage),
    /// Velocity of a project.
    Velocity(Velocity),
    /// Totals of time.
    TimeTotals(TimeTotals),
    /// A chunk of a snapshot.
    Snapshot(SnapshotChunk),
    /// A board as it was.
    BoardThen(Box<BoardThen>),
    /// How to take a command back.
    Inverse(Undo),
}

impl Reader {
    /// Answers a question given as a value, by the method of the same name.
    ///
    /// # Errors
    /// Those of that method.
    pub fn answer(&self, question: &Question) -> Result<Answer, QueryError> {
        use Question as Q;
        Ok(match question {
            Q::Items { filter, sort, page, with_total } => {
                Answer::Items(self.items(filter, *sort, page, *with_total)?)
            }
            Q::Board { project, filter, per_lane } => {
                Answer::Board(self.board(project, filter, *per_lane)?.into())
            }
            Q::LanePage { lane, filter, page } => {
                Answer::LanePage(self.lane_page(lane, filter, page)?.into())
            }
            Q::Projects { status, page, with_total } => {
                Answer::Projects(self.projects(*status, page, *with_total)?)
            }
            Q::Project { project } => Answer::Project(self.project(project)?.into()),
            Q::Users { page } => Answer::Users(self.users(page)?),
            Q::User { user } => Answer::User(self.user(user)?),
            Q::Members { project, page } => Answer::Members(self.members(project, page)?),
            Q::Lanes { project } => Answer::Lanes(self.lanes(project)?),
            Q::Sprints { project, states, page } => Answer::Sprints(self.sprints(project, states, page)?),
            Q::Sprint { sprint } => Answer::Sprint(self.sprint(sprint)?.into()),
            Q::Labels { project, page } => Answer::Labels(self.labels(project, page)?),
            Q::Trash { project, page } => Answer::Trash(self.trash(project, page)?),
            Q::TrashProjects { page } => Answer::TrashProjects(self.trash_projects(page)?),
            Q::Item { item } => Answer::Item(self.item(item)?.into()),
            Q::ItemOnly { item } => Answer::ItemOnly(self.item_only(item)?.into()),
            Q::Ancestors { item } => Answer::Ancestors(self.ancestors(item)?),
            Q::Children { item, page } => Answer::Children(self.children(item, page)?),
            Q::Descendants { item, page } => Answer::Descendants(self.descendants(item, page)?),
            Q::Dependencies { item, kind, page } => {
                Answer::Dependencies(self.dependencies(item, *kind, page)?)
            }
            Q::Backlog { project, page } => Answer::Backlog(self.backlog(project, page)?),
            Q::Blocked { project, page } => Answer::Blocked(self.blocked(project, page)?),
            Q::Ready { project, page } => Answer::Ready(self.ready(project, page)?),
            Q::Comments { item, page } => Answer::Comments(self.comments(item, page)?),
            Q::Replies { comment, page } => Answer::Replies(self.replies(comment, page)?),
            Q::Mentions { target, page } => Answer::Mentions(self.mentions(target, page)?),
            Q::TimeEntries { filter, page, with_total } => {
                Answer::TimeEntries(self.time_entries(filter, page, *with_total)?)
            }
            Q::RunningTimers { project, page } => {
                Answer::RunningTimers(self.running_timers(project.as_ref(), page)?)
            }
            Q::MyTimer => Answer::MyTimer(self.my_timer()?.into()),
            Q::Context { project, options } => Answer::Context(self.context(project, options)?.into()),
            Q::LlmContext { kind, page } => Answer::LlmContext(self.llm_context(*kind, page)?),
            Q::Search(query) => Answer::Search(self.search(query)?),
            Q::Activity(query) => Answer::Activity(self.activity(query)?),
            Q::SprintReport { sprint, utc_offset_minutes } => {
                Answer::SprintReport(self.sprint_report(sprint, *utc_offset_minutes)?.into())
            }
            Q::ScopeChanges { sprint, page } => Answer::ScopeChanges(self.scope_changes(sprint, page)?),
            Q::SprintItems { sprint, phase, page } => {
                Answer::SprintItems(self.sprint_items(sprint, *phase, page)?)
            }
            Q::Velocity { project, sprints } => Answer::Velocity(self.velocity(project, *sprints)?),
            Q::TimeTotals(query) => Answer::TimeTotals(self.time_totals(query)?),
            Q::Snapshot { projects, cursor } => Answer::Snapshot(self.snapshot(projects, cursor.as_deref())?),
            Q::BoardThen(query) => Answer::BoardThen(self.board_then(query)?.into()),
            Q::Inverse { command, user } => Answer::Inverse(self.inverse(command, user)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use googletest::prelude::*;

    use super::{Answer, Question};

    /// The variants of an enum, as serde knows them.
    fn variants<T: serde::de::DeserializeOwned + std::fmt::Debug>() -> BTreeSet<String> {
        let error = serde_json::from_str::<T>("{\"type\":\"?\"}").unwrap_err().to_string();
        let names = error.split('`').skip(3).step_by(2).map(str::to_owned).collect();
        assert_that!(error, contains_substring("expected one of"));
        names
    }

    /// What a [`Reader`](super::Reader) can be asked, read from its source: methods, and lines of `questions!`.
    fn methods() -> BTreeSet<String> {
        let (reader, reports) = (include_str!("reader.rs"), include_str!("reader_reports.rs"));
        let name = |line: &str| line.split(['(', '<']).next().map(str::to_owned);
        let written = reader.lines().chain(reports.lines());
        let written = written.filter_map(|line| line.strip_prefix("    pub fn ").and_then(name));
        let table = reader.split_once("\nquestions! {\n").unwrap().1;
        let listed = table.lines().filter_map(|line| line.strip_prefix("    "));
        let listed = listed.filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
        written.filter(|name| !name.starts_with('$')).chain(listed.filter_map(name)).collect()
    }

    #[gtest]
    fn given_the_methods_of_a_reader_when_compared_with_questions_and_answers_then_every_one_is_in_both() {
        expect_that!(methods().len(), gt(40));
        expect_that!(variants::<Question>(), eq(&methods()));
        expect_that!(variants::<Answer>(), eq(&methods()));
    }
}
