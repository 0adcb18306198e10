//! The domain: ids, words, instants and entities. Plain data, no SQL and no wire format.

pub(crate) mod entity;
pub(crate) mod fields;
pub(crate) mod ids;
pub(crate) mod refs;
pub(crate) mod time;
pub(crate) mod words;

pub use entity::{
    Comment, Dependency, Entity, ExternalRef, Lane, Member, Project, Sprint, SprintItem, TenantSettings,
    TimeEntry, User, WorkItem,
};
pub use ids::{
    CommandId, CommentId, DependencyId, Epoch, InvalidId, ItemId, LaneId, ProjectId, SprintId, TenantId,
    TimeEntryId, UserId,
};
pub use refs::{CommentRef, DependencyRef, ItemRef, LaneRef, ProjectRef, SprintRef, TimeEntryRef};
pub use time::{CalendarDate, Timestamp};
pub use words::{
    Action, ActorKind, DependencyKind, EntityKind, ItemKind, LaneCategory, NoteKind, OverlapPolicy, Priority,
    ProjectRole, ProjectStatus, SprintPhase, SprintState, TenantRole, TimerCapPolicy, Visibility, WipPolicy,
};
