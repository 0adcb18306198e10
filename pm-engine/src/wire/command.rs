//! Commands on the wire.

use pm_proto as pb;
use prost::Message as _;

use super::convert::{Wire, message, one_of, required};
use super::error::WireError;
use crate::command::{
    Actor, Change, Command, ItemChange, ItemMove, LaneChange, LanePlace, LaneTarget, NewComment, NewItem,
    NewLane, NewProject, NewSprint, NewTimeEntry, ParentChange, Part, Place, ProjectChange, SprintAssignment,
    SprintChange, TenantSettingChange, TimeEntryChange, UserChange,
};

/// The canonical bytes of what a command asks for: the same parts give the same bytes, other parts give others.
#[must_use]
pub(crate) fn encode_change_parts(parts: &[Part]) -> Vec<u8> {
    let parts = parts.iter().map(Wire::to_wire).collect();
    pb::Command { id: String::new(), on_behalf_of: None, parts }.encode_to_vec()
}

/// A command as a message; of its actor only `on_behalf_of`, the rest is vouched for by the connection.
#[must_use]
pub fn command_to_wire(command: &Command) -> pb::Command {
    pb::Command {
        id: command.id.to_wire(),
        on_behalf_of: command.actor.on_behalf_of.to_wire(),
        parts: command.parts.to_wire(),
    }
}

/// Reads a command of this actor, as the connection vouches for him; `on_behalf_of` is the message's where it has one.
///
/// # Errors
/// Where a field is missing or malformed.
pub fn command_from_wire(wire: pb::Command, actor: Actor) -> Result<Command, WireError> {
    let pb::Command { id, on_behalf_of, parts } = wire;
    let id = Wire::from_wire(id).map_err(|e: WireError| e.at("id"))?;
    let on_behalf_of: Option<_> =
        Wire::from_wire(on_behalf_of).map_err(|e: WireError| e.at("on_behalf_of"))?;
    let parts = Wire::from_wire(parts).map_err(|e: WireError| e.at("parts"))?;
    let actor = Actor { on_behalf_of: on_behalf_of.or(actor.on_behalf_of), ..actor };
    Ok(Command { id, actor, parts })
}

message! {
    Part = pb::Part { change, expected_version, origin }
    NewProject = pb::NewProject {
        id, key, title, description, visibility, wip_policy, parallel_sprints, lanes,
    }
    NewLane = pb::NewLane { id, name, status, category, wip_limit }
    LaneTarget = pb::LaneTarget { project, lane }
    NewItem = pb::NewItem {
        id, project, kind, title, description, lane, priority, assignee, labels, points, estimate_seconds,
        remaining_seconds, start_date, due_date, sprint, parent, place, sibling_place, external, extra,
    }
    ItemMove = pb::ItemMove { item, lane, place, parent, sibling_place, sprint }
    NewSprint = pb::NewSprint { id, project, name, goal, start_date, end_date }
    NewComment = pb::NewComment { id, item, reply_to, text, external }
    NewTimeEntry = pb::NewTimeEntry { id, item, user, started_at, ended_at, note }
}

required!(Change = pb::Change, NewLane = pb::NewLane, LaneTarget = pb::LaneTarget, LanePlace = pb::LanePlace);

one_of! {
    TenantSettingChange = TenantSettingChange.change: pb::tenant_setting_change::Change {
        TimerCapSeconds = "timer_cap_seconds",
        TimerCapPolicy = "timer_cap_policy",
        OverlapPolicy = "overlap_policy",
    }
    UserChange = UserChange.change: pb::user_change::Change { Name = "name", Email = "email" }
    ProjectChange = ProjectChange.change: pb::project_change::Change {
        Title = "title",
        Description = "description",
        Visibility = "visibility",
        WipPolicy = "wip_policy",
        ParallelSprints = "parallel_sprints",
        DefaultLane = "default_lane",
    }
    LaneChange = LaneChange.change: pb::lane_change::Change {
        Name = "name",
        Status = "status",
        Category = "category",
        WipLimit = "wip_limit",
    }
    ItemChange = ItemChange.change: pb::item_change::Change {
        Kind = "kind",
        Title = "title",
        Description = "description",
        Priority = "priority",
        Assignee = "assignee",
        Labels = "labels",
        Points = "points",
        EstimateSeconds = "estimate_seconds",
        RemainingSeconds = "remaining_seconds",
        StartDate = "start_date",
        DueDate = "due_date",
        External = "external",
        Extra = "extra",
    }
    SprintChange = SprintChange.change: pb::sprint_change::Change {
        Name = "name",
        Goal = "goal",
        StartDate = "start_date",
        EndDate = "end_date",
    }
    TimeEntryChange = TimeEntryChange.change: pb::time_entry_change::Change {
        Item = "item",
        StartedAt = "started_at",
        EndedAt = "ended_at",
        Note = "note",
    }
}

/// Places: an end of the list, or a neighbour.
macro_rules! places {
    ($($ty:ident = $one:path),*) => {$(
        impl Wire<pb::$ty> for $ty {
            fn to_wire(&self) -> pb::$ty {
                use $one as One;
                let place = match self {
                    Self::First => One::End(pb::PlaceEnd::First.into()),
                    Self::Last => One::End(pb::PlaceEnd::Last.into()),
                    Self::Before(neighbour) => One::Before(neighbour.to_wire()),
                    Self::After(neighbour) => One::After(neighbour.to_wire()),
                };
                pb::$ty { place: Some(place) }
            }

            fn from_wire(wire: pb::$ty) -> Result<Self, WireError> {
                use $one as One;
                match wire.place.ok_or_else(WireError::missing)? {
                    One::End(end) => match pb::PlaceEnd::try_from(end) {
                        Ok(pb::PlaceEnd::First) => Ok(Self::First),
                        Ok(pb::PlaceEnd::Last) => Ok(Self::Last),
                        Ok(pb::PlaceEnd::Unspecified) => Err(WireError::missing().at("end")),
                        Err(_) => Err(WireError::new(format!("holds the unknown value {end}")).at("end")),
                    },
                    One::Before(neighbour) => {
                        Wire::from_wire(neighbour).map(Self::Before).map_err(|e| e.at("before"))
                    }
                    One::After(neighbour) => Wire::from_wire(neighbour).map(Self::After).map_err(|e| e.at("after")),
                }
            }
        }
    )*};
}
places!(LanePlace = pb::lane_place::Place, Place = pb::place::Place);

/// References that can be set or cleared.
macro_rules! set_or_clear {
    ($($ty:ident),*) => {$(
        impl Wire<pb::OptionalString> for $ty {
            fn to_wire(&self) -> pb::OptionalString {
                match self {
                    Self::Clear => pb::OptionalString { value: None },
                    Self::Set(target) => pb::OptionalString { value: Some(target.to_wire()) },
                }
            }

            fn from_wire(wire: pb::OptionalString) -> Result<Self, WireError> {
                wire.value.map_or(Ok(Self::Clear), |target| Wire::from_wire(target).map(Self::Set))
            }
        }
    )*};
}
set_or_clear!(ParentChange, SprintAssignment);

/// The variants of [`Change`]: those that are a type of their own, then those that are fields.
macro_rules! changes {
    (
        types { $($new:ident = $new_name:literal),* $(,)? }
        fields { $($variant:ident { $($field:ident),* } = $name:literal),* $(,)? }
    ) => {
        impl Wire<pb::Change> for Change {
            fn to_wire(&self) -> pb::Change {
                use pb::change::Change as One;
                let one = match self {
                    $(Self::$new(v) => One::$new(v.to_wire()),)*
                    $(Self::$variant { $($field),* } => One::$variant(pb::$variant { $($field: $field.to_wire()),* }),)*
                };
                pb::Change { change: Some(one) }
            }

            fn from_wire(wire: pb::Change) -> Result<Self, WireError> {
                use pb::change::Change as One;
                match wire.change.ok_or_else(WireError::missing)? {
                    $(One::$new(v) => Wire::from_wire(v).map(Self::$new).map_err(|e| e.at($new_name)),)*
                    $(One::$variant(pb::$variant { $($field),* }) => Ok(Self::$variant {
                        $($field: Wire::from_wire($field)
                            .map_err(|e: WireError| e.at(stringify!($field)).at($name))?),*
                    }),)*
                }
            }
        }
    };
}

changes! {
    types {
        CreateProject = "create_project",
        CreateItem = "create_item",
        MoveItem = "move_item",
        CreateSprint = "create_sprint",
        AddComment = "add_comment",
        AddTimeEntry = "add_time_entry",
        LoadEntity = "load_entity",
    }
    fields {
        UpdateTenantSettings { changes } = "update_tenant_settings",
        UpdateUser { user, changes } = "update_user",
        UpdateProject { project, changes } = "update_project",
        ArchiveProject { project } = "archive_project",
        UnarchiveProject { project } = "unarchive_project",
        DeleteProject { project } = "delete_project",
        RestoreProject { project } = "restore_project",
        PurgeProject { project } = "purge_project",
        SetMember { project, user, role } = "set_member",
        RemoveMember { project, user } = "remove_member",
        CreateLane { project, lane, place } = "create_lane",
        UpdateLane { lane, changes } = "update_lane",
        MoveLane { lane, place } = "move_lane",
        DeleteLane { lane, move_items_to } = "delete_lane",
        RestoreLane { lane } = "restore_lane",
        UpdateItem { item, changes } = "update_item",
        DeleteItem { item, cascade } = "delete_item",
        RestoreItem { item } = "restore_item",
        PurgeItem { item } = "purge_item",
        UpdateSprint { sprint, changes } = "update_sprint",
        StartSprint { sprint } = "start_sprint",
        CompleteSprint { sprint, carry_to } = "complete_sprint",
        CancelSprint { sprint } = "cancel_sprint",
        DeleteSprint { sprint } = "delete_sprint",
        RestoreSprint { sprint } = "restore_sprint",
        EditComment { comment, text } = "edit_comment",
        DeleteComment { comment } = "delete_comment",
        RestoreComment { comment } = "restore_comment",
        PurgeComment { comment } = "purge_comment",
        StartTimer { id, item, note } = "start_timer",
        StopTimer { entry } = "stop_timer",
        UpdateTimeEntry { entry, changes } = "update_time_entry",
        DeleteTimeEntry { entry } = "delete_time_entry",
        RestoreTimeEntry { entry } = "restore_time_entry",
        AddDependency { id, kind, from, to } = "add_dependency",
        RemoveDependency { dependency } = "remove_dependency",
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;
    use crate::model::{ItemKind, UserId};

    #[gtest]
    fn given_the_same_parts_under_another_id_and_actor_when_encoded_then_the_canonical_bytes_are_the_same() {
        let change = Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, "Title")));
        let by = |user: &str| Command::new(Actor::member(UserId::new(user).unwrap()), change.clone());
        let (first, second) = (by("ada"), by("bob"));
        expect_that!(encode_change_parts(&first.parts), eq(&encode_change_parts(&second.parts)));
        expect_that!(
            encode_change_parts(&first.expecting(1).parts),
            not(eq(&encode_change_parts(&second.parts)))
        );
    }

    #[gtest]
    fn given_a_cleared_and_an_empty_value_when_encoded_then_the_canonical_bytes_differ() {
        let bytes = |name: Option<&str>| {
            let changes = vec![UserChange::Name(name.map(str::to_owned))];
            encode_change_parts(&[Change::UpdateUser { user: UserId::new("ada").unwrap(), changes }.into()])
        };
        expect_that!(bytes(None), not(eq(&bytes(Some("")))));
    }
}
