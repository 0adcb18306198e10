//! How one value goes to the wire and back, and the macros that say it for whole structs and enums. Both directions
//! name every field, so that a field added on one side does not compile until the other has it.

use pm_proto as pb;

use super::error::WireError;
use crate::limits::TIMESTAMP_MS_MAX;
use crate::model::{
    CalendarDate, CommandId, CommentId, CommentRef, DependencyId, DependencyRef, ExternalRef, ItemId,
    ItemRef, LaneId, LaneRef, ProjectId, ProjectRef, SprintId, SprintRef, TimeEntryId, TimeEntryRef,
    Timestamp, UserId,
};

/// A type with the form `W` on the wire.
pub(super) trait Wire<W>: Sized {
    fn to_wire(&self) -> W;
    fn from_wire(wire: W) -> Result<Self, WireError>;
}

macro_rules! as_is {
    ($($ty:ty),*) => {$(
        impl Wire<$ty> for $ty {
            fn to_wire(&self) -> $ty { self.clone() }
            fn from_wire(wire: $ty) -> Result<Self, WireError> { Ok(wire) }
        }
    )*};
}
as_is!(String, bool, i64, i32, u32, f64);

macro_rules! by_text {
    ($($ty:ty),* $(,)?) => {$(
        impl Wire<String> for $ty {
            fn to_wire(&self) -> String { self.to_string() }
            fn from_wire(wire: String) -> Result<Self, WireError> {
                wire.parse().map_err(|e: crate::model::InvalidId| WireError::new(e.to_string()))
            }
        }
    )*};
}
by_text!(
    UserId,
    CommandId,
    ProjectId,
    LaneId,
    ItemId,
    SprintId,
    CommentId,
    TimeEntryId,
    DependencyId,
    CalendarDate,
);

macro_rules! by_reference {
    ($($ty:ty),* $(,)?) => {$(
        impl Wire<String> for $ty {
            fn to_wire(&self) -> String { self.as_str().to_owned() }
            fn from_wire(wire: String) -> Result<Self, WireError> {
                if wire.is_empty() { Err(WireError::missing()) } else { Ok(Self::from(wire)) }
            }
        }
    )*};
}
by_reference!(ProjectRef, LaneRef, ItemRef, SprintRef, CommentRef, TimeEntryRef, DependencyRef);

impl Wire<i64> for Timestamp {
    fn to_wire(&self) -> i64 {
        self.as_millis()
    }

    fn from_wire(wire: i64) -> Result<Self, WireError> {
        if (0..=TIMESTAMP_MS_MAX).contains(&wire) {
            Ok(Self::from_millis(wire))
        } else {
            Err(WireError::new(format!("expected an instant of 0 to {TIMESTAMP_MS_MAX} ms")))
        }
    }
}

impl<T: Wire<W>, W> Wire<Option<W>> for Option<T> {
    fn to_wire(&self) -> Option<W> {
        self.as_ref().map(Wire::to_wire)
    }

    fn from_wire(wire: Option<W>) -> Result<Self, WireError> {
        wire.map(Wire::from_wire).transpose()
    }
}

impl<T: Wire<W>, W> Wire<Vec<W>> for Vec<T> {
    fn to_wire(&self) -> Vec<W> {
        self.iter().map(Wire::to_wire).collect()
    }

    fn from_wire(wire: Vec<W>) -> Result<Self, WireError> {
        let read = |(i, one)| Wire::from_wire(one).map_err(|e: WireError| e.at(&format!("[{i}]")));
        wire.into_iter().enumerate().map(read).collect()
    }
}

impl<T: Wire<W>, W> Wire<W> for Box<T> {
    fn to_wire(&self) -> W {
        T::to_wire(self)
    }

    fn from_wire(wire: W) -> Result<Self, WireError> {
        T::from_wire(wire).map(Self::new)
    }
}

/// The value of a patch: a wrapper without a value clears.
macro_rules! clearable {
    ($($wrapper:ident of $inner:ty),*) => {$(
        impl<T: Wire<$inner>> Wire<pb::$wrapper> for Option<T> {
            fn to_wire(&self) -> pb::$wrapper { pb::$wrapper { value: self.as_ref().map(Wire::to_wire) } }
            fn from_wire(wire: pb::$wrapper) -> Result<Self, WireError> {
                wire.value.map(Wire::from_wire).transpose()
            }
        }
    )*};
}
clearable!(OptionalString of String, OptionalInt64 of i64, OptionalDouble of f64, OptionalExternalRef of pb::ExternalRef);

impl Wire<pb::StringList> for Vec<String> {
    fn to_wire(&self) -> pb::StringList {
        pb::StringList { values: self.clone() }
    }

    fn from_wire(wire: pb::StringList) -> Result<Self, WireError> {
        Ok(wire.values)
    }
}

/// Structs that have the same field names on both sides.
macro_rules! message {
    ($($ty:ty = $pb:path { $($field:ident),* $(,)? })*) => {$(
        impl $crate::wire::convert::Wire<$pb> for $ty {
            fn to_wire(&self) -> $pb {
                let Self { $($field),* } = self;
                $pb { $($field: $crate::wire::convert::Wire::to_wire($field)),* }
            }
            fn from_wire(wire: $pb) -> Result<Self, $crate::wire::error::WireError> {
                let $pb { $($field),* } = wire;
                Ok(Self { $($field: $crate::wire::convert::Wire::from_wire($field)
                    .map_err(|e: $crate::wire::error::WireError| e.at(stringify!($field)))?),* })
            }
        }
    )*};
}
pub(super) use message;

/// Messages that must be there where they are a field.
macro_rules! required {
    ($($ty:ty = $pb:path),* $(,)?) => {$(
        impl $crate::wire::convert::Wire<Option<$pb>> for $ty {
            fn to_wire(&self) -> Option<$pb> { Some($crate::wire::convert::Wire::to_wire(self)) }
            fn from_wire(wire: Option<$pb>) -> Result<Self, $crate::wire::error::WireError> {
                wire.ok_or_else($crate::wire::error::WireError::missing)
                    .and_then($crate::wire::convert::Wire::from_wire)
            }
        }
    )*};
}
pub(super) use required;

/// Enums of one value per variant whose counterpart is a message with one `oneof`.
macro_rules! one_of {
    ($($ty:ident = $pb:ident . $field:ident : $one:path { $($variant:ident = $name:literal),* $(,)? })*) => {$(
        impl $crate::wire::convert::Wire<pm_proto::$pb> for $ty {
            fn to_wire(&self) -> pm_proto::$pb {
                use $one as One;
                let one = match self { $(Self::$variant(v) => One::$variant($crate::wire::convert::Wire::to_wire(v)),)* };
                pm_proto::$pb { $field: Some(one) }
            }
            fn from_wire(wire: pm_proto::$pb) -> Result<Self, $crate::wire::error::WireError> {
                use $one as One;
                match wire.$field.ok_or_else($crate::wire::error::WireError::missing)? {
                    $(One::$variant(v) => $crate::wire::convert::Wire::from_wire(v).map(Self::$variant)
                        .map_err(|e: $crate::wire::error::WireError| e.at($name)),)*
                }
            }
        }
    )*};
}
pub(super) use one_of;

message! {
    ExternalRef = pb::ExternalRef { source, id }
}
