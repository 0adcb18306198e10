//! Which fields an entity's history speaks of, and how a value reads as text. One list per entity serves the
//! changes in events, the rows of the activity log and undo.

use super::entity::{
    Comment, Dependency, Entity, ExternalRef, Lane, Member, Project, Sprint, TenantSettings, TimeEntry, User,
    WorkItem,
};
use crate::event::FieldChange;

/// A value as one line of text; `None` where it is absent.
pub(crate) trait FieldText {
    fn field_text(&self) -> Option<String>;
}

macro_rules! text_by_display {
    ($($ty:ty),* $(,)?) => {$(impl FieldText for $ty { fn field_text(&self) -> Option<String> { Some(self.to_string()) } })*};
}
text_by_display!(
    String,
    bool,
    i64,
    f64,
    super::ids::UserId,
    super::ids::ProjectId,
    super::ids::LaneId,
    super::ids::ItemId,
    super::ids::SprintId,
    super::ids::CommentId,
    super::time::Timestamp,
    super::time::CalendarDate,
    super::words::ProjectStatus,
    super::words::Visibility,
    super::words::WipPolicy,
    super::words::LaneCategory,
    super::words::ItemKind,
    super::words::Priority,
    super::words::SprintState,
    super::words::TimerCapPolicy,
    super::words::OverlapPolicy,
    super::words::ProjectRole,
    super::words::DependencyKind,
    super::words::ActorKind,
);

impl<T: FieldText> FieldText for Option<T> {
    fn field_text(&self) -> Option<String> {
        self.as_ref().and_then(FieldText::field_text)
    }
}

impl FieldText for Vec<String> {
    /// A JSON array, since labels may hold any character.
    fn field_text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

impl FieldText for ExternalRef {
    /// A JSON array of source and id.
    fn field_text(&self) -> Option<String> {
        serde_json::to_string(&[&self.source, &self.id]).ok()
    }
}

fn push<T: PartialEq + FieldText>(out: &mut Vec<FieldChange>, field: &str, old: &T, new: &T) {
    if old != new {
        out.push(FieldChange { field: field.to_owned(), old: old.field_text() });
    }
}

macro_rules! texts {
    ($ty:ident: $($field:ident,)*) => {
        impl $ty {
            fn text_of(&self, field: &str) -> Option<String> {
                match field {
                    $(stringify!($field) => self.$field.field_text(),)*
                    _ => None,
                }
            }
        }
    };
}

macro_rules! fields {
    ($ty:ident: $($field:ident),* ; long $($long:ident),*) => {
        texts!($ty: $($field,)* $($long,)*);
        impl $ty {
            /// The fields in which `new` differs, with the old value. A long text counts as changed where it is carried.
            pub(crate) fn changes_to(&self, new: &Self) -> Vec<FieldChange> {
                let mut out = Vec::new();
                $(push(&mut out, stringify!($field), &self.$field, &new.$field);)*
                $(if new.$long.is_some() {
                    out.push(FieldChange { field: stringify!($long).to_owned(), old: None });
                })*
                out
            }
        }
    };
}

impl FieldText for Vec<super::entity::SprintItem> {
    fn field_text(&self) -> Option<String> {
        Some(format!("{} items", self.len()))
    }
}

fields!(TenantSettings: timer_cap_seconds, timer_cap_policy, overlap_policy; long);
fields!(User: kind, name, email; long);
fields!(Project: title, status, visibility, wip_policy, parallel_sprints, default_lane; long description);
fields!(Member: role; long);
fields!(Lane: name, status, category, position, wip_limit; long);
fields!(WorkItem: kind, title, lane, priority, assignee, labels, points, estimate_seconds, remaining_seconds,
    start_date, due_date, sprint, parent, lane_order, parent_order, external, completed_at; long description, extra);
fields!(Sprint: name, goal, start_date, end_date, state, committed_items, committed_points, completed_items,
    completed_points; long items);
fields!(Comment: external; long text);
fields!(TimeEntry: item, started_at, ended_at, seconds, note, overlaps, over_cap, clock_backwards, original_end; long);
texts!(Dependency: kind, from, to,);

impl Entity {
    /// The value of a field as text, by the name that stands in [`FieldChange::field`].
    #[must_use]
    pub fn field_text(&self, field: &str) -> Option<String> {
        match self {
            Self::TenantSettings(e) => e.text_of(field),
            Self::User(e) => e.text_of(field),
            Self::Project(e) => e.text_of(field),
            Self::Member(e) => e.text_of(field),
            Self::Lane(e) => e.text_of(field),
            Self::WorkItem(e) => e.text_of(field),
            Self::Sprint(e) => e.text_of(field),
            Self::Comment(e) => e.text_of(field),
            Self::TimeEntry(e) => e.text_of(field),
            Self::Dependency(e) => e.text_of(field),
        }
    }
}
