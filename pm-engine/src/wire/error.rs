//! Why bytes or a message could not be read.

use std::fmt;

use crate::rejection::Rejection;

/// A message that does not say what its type needs. Its text holds no value of the message, so it is safe to show.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct WireError {
    /// Path of the field, such as `parts[2].change.create_item.parent`; empty for the message as a whole.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            f.write_str(&self.reason)
        } else {
            write!(f, "{}: {}", self.field, self.reason)
        }
    }
}

impl WireError {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { field: String::new(), reason: reason.into() }
    }

    pub(super) fn missing() -> Self {
        Self::new("is missing")
    }

    /// The same error seen from one level further out.
    pub(super) fn at(self, outer: &str) -> Self {
        let joint = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        Self { field: format!("{outer}{joint}{}", self.field), reason: self.reason }
    }
}

impl From<prost::DecodeError> for WireError {
    fn from(error: prost::DecodeError) -> Self {
        Self::new(format!("is no such message: {error}"))
    }
}

/// A malformed command is refused as `invalid`, with the part and the path of the field.
impl From<WireError> for Rejection {
    fn from(error: WireError) -> Self {
        let part = error.field.strip_prefix("parts[").and_then(|rest| rest.split_once(']'));
        let part = part.and_then(|(number, _)| number.parse().ok());
        Self { part, ..Self::invalid(&error.field, error.to_string()) }
    }
}
