//! Questions on the wire.

use pm_proto as pb;

use super::convert::{Wire, message, one_of, required};
use super::error::WireError;
use crate::query::{
    ActivityQuery, AsOf, BoardThenQuery, ContextOptions, ItemFilter, ItemSort, MentionTarget, PageRequest,
    Question, SearchQuery, TimeFilter, TimeQuery, TimeScope,
};

/// A question as a message.
#[must_use]
pub fn question_to_wire(question: &Question) -> pb::Question {
    question.to_wire()
}

/// Reads a question. What is absent and has a usual value takes that.
///
/// # Errors
/// Where a field is missing or malformed.
pub fn question_from_wire(wire: pb::Question) -> Result<Question, WireError> {
    Wire::from_wire(wire)
}

/// The variants of [`Question`]: those that are a type of their own, then those that are fields, each with its message
/// and its name in the `oneof`.
macro_rules! questions {
    (
        types { $($new:ident = $new_name:literal),* $(,)? }
        fields { $($variant:ident { $($field:ident),* } = $message:ident $name:literal),* $(,)? }
    ) => {
        impl Wire<pb::Question> for Question {
            fn to_wire(&self) -> pb::Question {
                use pb::question::Question as One;
                let one = match self {
                    $(Self::$new(v) => One::$new(v.to_wire()),)*
                    $(Self::$variant { $($field),* } => {
                        One::$variant(pb::$message { $($field: $field.to_wire()),* })
                    })*
                };
                pb::Question { question: Some(one) }
            }

            fn from_wire(wire: pb::Question) -> Result<Self, WireError> {
                use pb::question::Question as One;
                match wire.question.ok_or_else(WireError::missing)? {
                    $(One::$new(v) => Wire::from_wire(v).map(Self::$new).map_err(|e| e.at($new_name)),)*
                    $(One::$variant(pb::$message { $($field),* }) => Ok(Self::$variant {
                        $($field: Wire::from_wire($field)
                            .map_err(|e: WireError| e.at(stringify!($field)).at($name))?),*
                    }),)*
                }
            }
        }
    };
}

questions! {
    types {
        Search = "search",
        Activity = "activity",
        TimeTotals = "time_totals",
        BoardThen = "board_then",
    }
    fields {
        Items { filter, sort, page, with_total } = ItemsQuestion "items",
        Board { project, filter, per_lane } = BoardQuestion "board",
        LanePage { lane, filter, page } = LanePageQuestion "lane_page",
        Projects { status, page, with_total } = ProjectsQuestion "projects",
        Project { project } = ProjectQuestion "project",
        Users { page } = UsersQuestion "users",
        User { user } = UserQuestion "user",
        Members { project, page } = MembersQuestion "members",
        Lanes { project } = LanesQuestion "lanes",
        Sprints { project, states, page } = SprintsQuestion "sprints",
        Sprint { sprint } = SprintQuestion "sprint",
        Labels { project, page } = LabelsQuestion "labels",
        Trash { project, page } = TrashQuestion "trash",
        TrashProjects { page } = TrashProjectsQuestion "trash_projects",
        Item { item } = ItemQuestion "item",
        ItemOnly { item } = ItemOnlyQuestion "item_only",
        Ancestors { item } = AncestorsQuestion "ancestors",
        Children { item, page } = ChildrenQuestion "children",
        Descendants { item, page } = DescendantsQuestion "descendants",
        Dependencies { item, kind, page } = DependenciesQuestion "dependencies",
        Backlog { project, page } = BacklogQuestion "backlog",
        Blocked { project, page } = BlockedQuestion "blocked",
        Ready { project, page } = ReadyQuestion "ready",
        Comments { item, page } = CommentsQuestion "comments",
        Replies { comment, page } = RepliesQuestion "replies",
        Mentions { target, page } = MentionsQuestion "mentions",
        TimeEntries { filter, page, with_total } = TimeEntriesQuestion "time_entries",
        RunningTimers { project, page } = RunningTimersQuestion "running_timers",
        MyTimer {} = MyTimerQuestion "my_timer",
        Context { project, options } = ContextQuestion "context",
        LlmContext { kind, page } = LlmContextQuestion "llm_context",
        SprintReport { sprint, utc_offset_minutes } = SprintReportQuestion "sprint_report",
        ScopeChanges { sprint, page } = ScopeChangesQuestion "scope_changes",
        SprintItems { sprint, phase, page } = SprintItemsQuestion "sprint_items",
        Velocity { project, sprints } = VelocityQuestion "velocity",
        Snapshot { projects, cursor } = SnapshotQuestion "snapshot",
        Inverse { command, user } = InverseQuestion "inverse",
    }
}

message! {
    PageRequest = pb::PageRequest { cursor, limit }
    ItemFilter = pb::ItemFilter {
        project, ids, kinds, lanes, categories, priorities, assignees, unassigned, sprints, no_sprint, parents, roots,
        labels, due_from, due_to, start_from, start_to, updated_since, changed_after, finished, blocked, ready, text,
        created_by, updated_by, external,
    }
    TimeFilter = pb::TimeFilter { item, user, project, from, to }
    SearchQuery = pb::SearchQuestion { text, project, kind, page }
    ActivityQuery = pb::ActivityQuestion { project, entity, user, since_sequence, since, page }
    TimeQuery = pb::TimeTotalsQuestion { scope, by, from, to, utc_offset_minutes, page }
    BoardThenQuery = pb::BoardThenQuestion { project, as_of, lane, page }
}

one_of! {
    MentionTarget = MentionTarget.target: pb::mention_target::Target { Item = "item", User = "user" }
    AsOf = AsOf.moment: pb::as_of::Moment { Sequence = "sequence", Instant = "instant" }
}

required!(
    MentionTarget = pb::MentionTarget,
    AsOf = pb::AsOf,
    TimeFilter = pb::TimeFilter,
    TimeScope = pb::TimeScope,
);

/// What has a usual value where it is absent.
macro_rules! or_default {
    ($($ty:ident = $pb:ty),* $(,)?) => {$(
        impl Wire<Option<$pb>> for $ty {
            fn to_wire(&self) -> Option<$pb> { Some(Wire::to_wire(self)) }
            fn from_wire(wire: Option<$pb>) -> Result<Self, WireError> {
                wire.map_or_else(|| Ok(Self::default()), Wire::from_wire)
            }
        }
    )*};
}
or_default!(
    PageRequest = pb::PageRequest,
    ItemFilter = pb::ItemFilter,
    ItemSort = i32,
    ContextOptions = pb::ContextOptions,
);

/// By default everything goes into a context, so that an absent field means yes.
impl Wire<pb::ContextOptions> for ContextOptions {
    fn to_wire(&self) -> pb::ContextOptions {
        let Self {
            max_bytes,
            since,
            descriptions,
            finished,
            members,
            sprints,
            dependencies,
            comments,
            timers,
        } = *self;
        pb::ContextOptions {
            max_bytes,
            since,
            descriptions: Some(descriptions),
            finished: Some(finished),
            members: Some(members),
            sprints: Some(sprints),
            dependencies: Some(dependencies),
            comments: Some(comments),
            timers: Some(timers),
        }
    }

    fn from_wire(wire: pb::ContextOptions) -> Result<Self, WireError> {
        let usual = Self::default();
        Ok(Self {
            max_bytes: wire.max_bytes,
            since: wire.since,
            descriptions: wire.descriptions.unwrap_or(usual.descriptions),
            finished: wire.finished.unwrap_or(usual.finished),
            members: wire.members.unwrap_or(usual.members),
            sprints: wire.sprints.unwrap_or(usual.sprints),
            dependencies: wire.dependencies.unwrap_or(usual.dependencies),
            comments: wire.comments.unwrap_or(usual.comments),
            timers: wire.timers.unwrap_or(usual.timers),
        })
    }
}

impl Wire<pb::TimeScope> for TimeScope {
    fn to_wire(&self) -> pb::TimeScope {
        use pb::time_scope::Scope as One;
        let scope = match self {
            Self::Tenant => One::Tenant(pb::WholeTenant {}),
            Self::Project(project) => One::Project(project.to_wire()),
            Self::Item(item) => One::Item(item.to_wire()),
            Self::ItemTree(item) => One::ItemTree(item.to_wire()),
            Self::Sprint(sprint) => One::Sprint(sprint.to_wire()),
            Self::User(user) => One::User(user.to_wire()),
        };
        pb::TimeScope { scope: Some(scope) }
    }

    fn from_wire(wire: pb::TimeScope) -> Result<Self, WireError> {
        use pb::time_scope::Scope as One;
        match wire.scope.ok_or_else(WireError::missing)? {
            One::Tenant(pb::WholeTenant {}) => Ok(Self::Tenant),
            One::Project(id) => Wire::from_wire(id).map(Self::Project).map_err(|e| e.at("project")),
            One::Item(id) => Wire::from_wire(id).map(Self::Item).map_err(|e| e.at("item")),
            One::ItemTree(id) => Wire::from_wire(id).map(Self::ItemTree).map_err(|e| e.at("item_tree")),
            One::Sprint(id) => Wire::from_wire(id).map(Self::Sprint).map_err(|e| e.at("sprint")),
            One::User(id) => Wire::from_wire(id).map(Self::User).map_err(|e| e.at("user")),
        }
    }
}
