//! Answers on the wire.

use pm_proto as pb;

use super::convert::{Wire, message, one_of, required};
use super::error::WireError;
use crate::model::{Comment, Lane, Project, Sprint, TimeEntry, User, WorkItem};
use crate::query::*;

/// An answer as a message.
#[must_use]
pub fn answer_to_wire(answer: &Answer) -> pb::Answer {
    answer.to_wire()
}

/// Reads an answer.
///
/// # Errors
/// Where a field is missing or malformed, and where a word is not known to this version.
pub fn answer_from_wire(wire: pb::Answer) -> Result<Answer, WireError> {
    Wire::from_wire(wire)
}

one_of! {
    Answer = Answer.answer: pb::answer::Answer {
        Items = "items",
        Board = "board",
        LanePage = "lane_page",
        Projects = "projects",
        Project = "project",
        Users = "users",
        User = "user",
        Members = "members",
        Lanes = "lanes",
        Sprints = "sprints",
        Sprint = "sprint",
        Labels = "labels",
        Trash = "trash",
        TrashProjects = "trash_projects",
        Item = "item",
        ItemOnly = "item_only",
        Ancestors = "ancestors",
        Children = "children",
        Descendants = "descendants",
        Dependencies = "dependencies",
        Backlog = "backlog",
        Blocked = "blocked",
        Ready = "ready",
        Comments = "comments",
        Replies = "replies",
        Mentions = "mentions",
        TimeEntries = "time_entries",
        RunningTimers = "running_timers",
        MyTimer = "my_timer",
        Context = "context",
        LlmContext = "llm_context",
        Search = "search",
        Activity = "activity",
        SprintReport = "sprint_report",
        ScopeChanges = "scope_changes",
        SprintItems = "sprint_items",
        Velocity = "velocity",
        TimeTotals = "time_totals",
        Snapshot = "snapshot",
        BoardThen = "board_then",
        Inverse = "inverse",
    }
}

message! {
    Card = pb::Card {
        item, key, finished, blocked, ready, open_children, live_children, comments, timers,
    }
    ItemPage = pb::ItemPage { sequence, items, total, next }
    BoardLane = pb::BoardLane { lane, item_count, cards, next }
    Board = pb::Board { sequence, project, role, lanes }
    LanePage = pb::LanePage { sequence, lane }
    LaneView = pb::LaneView { lane, item_count }
    LaneList = pb::LaneList { sequence, lanes }
    ProjectView = pb::ProjectView { project, role }
    ProjectPage = pb::ProjectPage { sequence, projects, total, next }
    ProjectAnswer = pb::ProjectAnswer { sequence, project, role }
    UserPage = pb::UserPage { sequence, users, next }
    UserAnswer = pb::UserAnswer { sequence, user }
    MemberPage = pb::MemberPage { sequence, members, next }
    SprintView = pb::SprintView { sprint, item_count }
    SprintPage = pb::SprintPage { sequence, sprints, next }
    SprintAnswer = pb::SprintAnswer { sequence, sprint, item_count }
    LabelCount = pb::LabelCount { label, items }
    LabelPage = pb::LabelPage { sequence, labels, next }
    TrashEntry = pb::TrashEntry { kind, id, key, title, deleted_at, group }
    TrashPage = pb::TrashPage { sequence, entries, next }
}

message! {
    ItemAnswer = pb::ItemAnswer {
        sequence, item, key, role, finished, blocked, ready, open_children, live_children,
    }
    LinkedItem = pb::LinkedItem { id, key, project, kind, title, lane, status, category, finished }
    DependencyLine = pb::DependencyLine { id, direction, other, created_at, created_by, version }
    DependencyPage = pb::DependencyPage { sequence, dependencies, next }
    ItemDetail = pb::ItemDetail {
        sequence, item, lane, ancestors, children, children_next, dependencies, dependencies_next, timers, comments,
    }
    Ancestors = pb::Ancestors { sequence, items }
    Descendant = pb::Descendant { card, depth }
    DescendantPage = pb::DescendantPage { sequence, items, next }
    FlowPage = pb::FlowPage { sequence, items, next }
    Thread = pb::Thread { comment, replies, left_out, next }
    ThreadPage = pb::ThreadPage { sequence, threads, next }
    CommentPage = pb::CommentPage { sequence, comments, next }
    Mention = pb::Mention { comment, key, title }
    MentionPage = pb::MentionPage { sequence, mentions, next }
    TimeEntryLine = pb::TimeEntryLine { entry, key, title }
    TimePage = pb::TimePage { sequence, entries, total, next }
    TimerAnswer = pb::TimerAnswer { sequence, entry }
}

message! {
    ContextLane = pb::ContextLane { status, name, category, wip_limit, item_count }
    ContextSprint = pb::ContextSprint {
        id, name, goal, state, start_date, end_date, item_count, completed_points,
    }
    ContextTimer = pb::ContextTimer { user, item, started_at }
    ContextLink = pb::ContextLink { direction, key }
    ContextItem = pb::ContextItem {
        key, kind, title, description, status, category, priority, assignee, labels, points, estimate_seconds,
        remaining_seconds, start_date, due_date, sprint, parent, dependencies, blocked, ready, open_children, comments,
        updated_at, completed_at, version,
    }
    ContextComment = pb::ContextComment { item, author, at, is_reply, text }
    LeftOut = pb::LeftOut {
        lanes, members, sprints, timers, open_items, finished_items, descriptions, comments,
    }
    ProjectContext = pb::ProjectContext {
        sequence, project, role, lanes, members, sprints, timers, items, comments, left_out,
    }
    LlmContextNote = pb::LlmContextNote { kind, category, title, content, example_sql, priority }
    LlmContextPage = pb::LlmContextPage { sequence, notes, next }
}

message! {
    SearchHit = pb::SearchHit { kind, id, project, item, key, title, snippet, rank }
    SearchPage = pb::SearchPage { sequence, hits, next }
    ActivityRow = pb::ActivityRow {
        sequence, position, at, actor, project, entity_kind, entity_id, action, field, old_value, new_value,
    }
    ActivityPage = pb::ActivityPage { sequence, rows, next }
    SprintLoad = pb::SprintLoad { items, points }
    BurndownDay = pb::BurndownDay { day, scope, remaining }
    SprintReport = pb::SprintReport {
        sequence, sprint, commitment, remaining_at_start, result, added, removed, reestimated, burndown,
    }
    ScopeChange = pb::ScopeChange { sequence, at, by, item, kind, points_before, points_after }
    ScopeChangePage = pb::ScopeChangePage { sequence, changes, next }
    SprintItemPage = pb::SprintItemPage { sequence, items, next }
    VelocitySprint = pb::VelocitySprint { sprint, name, ended_at, committed, completed }
    Velocity = pb::Velocity { sequence, sprints, average_points }
    TimeLine = pb::TimeLine { item, user, day, seconds, entries }
    TimeTotals = pb::TimeTotals { sequence, seconds, entries, running, lines, next }
    SnapshotChunk = pb::SnapshotPage { sequence, entities, next }
    LaneThen = pb::LaneThen { lane, item_count, items, next }
    BoardThen = pb::BoardThen { sequence, as_of, project, lanes }
    UndoLeftOut = pb::UndoLeftOut { sequence, entity_kind, entity_id, action }
    Undo = pb::Undo { sequence, parts, left_out }
}

required!(
    Project = pb::Project,
    Lane = pb::Lane,
    WorkItem = pb::WorkItem,
    User = pb::User,
    Sprint = pb::Sprint,
    Comment = pb::Comment,
    TimeEntry = pb::TimeEntry,
    Card = pb::Card,
    BoardLane = pb::BoardLane,
    ItemAnswer = pb::ItemAnswer,
    LeftOut = pb::LeftOut,
    SprintLoad = pb::SprintLoad,
);

/// The other end of a dependency; absent where it may not be seen.
impl Wire<Option<pb::LinkedItem>> for DependencyEnd {
    fn to_wire(&self) -> Option<pb::LinkedItem> {
        match self {
            Self::Item(item) => Some(item.to_wire()),
            Self::Hidden => None,
        }
    }

    fn from_wire(wire: Option<pb::LinkedItem>) -> Result<Self, WireError> {
        wire.map_or(Ok(Self::Hidden), |item| Wire::from_wire(item).map(Self::Item))
    }
}
