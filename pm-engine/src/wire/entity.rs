//! Entities on the wire.

use pm_proto as pb;

use super::convert::{Wire, message, one_of};
use super::error::WireError;
use crate::model::{
    Comment, Dependency, Entity, Lane, Member, Project, Sprint, SprintItem, TenantSettings, TimeEntry, User,
    WorkItem,
};

/// An entity as a message.
#[must_use]
pub fn entity_to_wire(entity: &Entity) -> pb::Entity {
    entity.to_wire()
}

/// Reads an entity.
///
/// # Errors
/// Where a field is missing or malformed.
pub fn entity_from_wire(wire: pb::Entity) -> Result<Entity, WireError> {
    Wire::from_wire(wire)
}

one_of! {
    Entity = Entity.entity: pb::entity::Entity {
        TenantSettings = "tenant_settings",
        User = "user",
        Project = "project",
        Member = "member",
        Lane = "lane",
        WorkItem = "work_item",
        Sprint = "sprint",
        Comment = "comment",
        TimeEntry = "time_entry",
        Dependency = "dependency",
    }
}

message! {
    TenantSettings = pb::TenantSettings { timer_cap_seconds, timer_cap_policy, overlap_policy, version }
    User = pb::User { id, kind, name, email, created_at, version }
    Project = pb::Project {
        id, key, title, description, status, visibility, wip_policy, parallel_sprints, default_lane, created_at,
        created_by, updated_at, updated_by, deleted_at, version,
    }
    Member = pb::Member { project, user, role, created_at, removed_at, version }
    Lane = pb::Lane { id, project, name, status, category, position, wip_limit, deleted_at, version }
    WorkItem = pb::WorkItem {
        id, project, number, kind, title, description, lane, priority, assignee, labels, points, estimate_seconds,
        remaining_seconds, start_date, due_date, sprint, parent, lane_order, parent_order, external, extra,
        created_at, created_by, updated_at, updated_by, completed_at, completed_by, deleted_at, version,
    }
    SprintItem = pb::SprintItem { item, phase, points, category }
    Sprint = pb::Sprint {
        id, project, name, goal, start_date, end_date, state, started_at, ended_at, committed_items, committed_points,
        completed_items, completed_points, items, created_at, created_by, updated_at, updated_by, deleted_at, version,
    }
    Comment = pb::Comment {
        id, project, item, reply_to, depth, author, text, mentioned_users, mentioned_items, external, created_at,
        edited_at, deleted_at, version,
    }
    TimeEntry = pb::TimeEntry {
        id, project, item, user, started_at, ended_at, seconds, note, manual, overlaps, over_cap, clock_backwards,
        original_end, created_at, updated_by, deleted_at, version,
    }
    Dependency = pb::Dependency { id, kind, from, to, project, created_at, created_by, deleted_at, version }
}

/// A list that can be absent, which a repeated field alone cannot say.
impl Wire<pb::SprintItems> for Vec<SprintItem> {
    fn to_wire(&self) -> pb::SprintItems {
        pb::SprintItems { items: self.to_wire() }
    }

    fn from_wire(wire: pb::SprintItems) -> Result<Self, WireError> {
        Wire::from_wire(wire.items)
    }
}
