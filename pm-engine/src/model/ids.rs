//! Names of things: UUIDs for entities, opaque strings for users, checked text for tenants and commands.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::limits;

/// Why a text is no valid id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} is not valid: {reason}")]
pub struct InvalidId {
    /// Which kind of id was read.
    pub kind: String,
    /// What is wrong with it.
    pub reason: String,
}

impl InvalidId {
    fn new(kind: &str, reason: &str) -> Self {
        Self { kind: kind.to_owned(), reason: reason.to_owned() }
    }
}

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID as it is (version 7 is advised: ordered keys make faster files).
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self { Self(id) }
            /// A fresh, time-ordered id.
            #[must_use]
            pub fn generate() -> Self { Self(Uuid::now_v7()) }
            /// The UUID inside.
            #[must_use]
            pub const fn as_uuid(&self) -> Uuid { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.hyphenated().fmt(f) }
        }
        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_uuid(text).map(Self).ok_or_else(|| InvalidId::new($word, "expected a UUID of 36 characters"))
            }
        }
    )*};
}

/// Only the 36-character form: one entity has one spelling, upper case is folded.
fn parse_uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

uuid_ids! {
    /// Id of a project.
    ProjectId = "project id";
    /// Id of a swim lane.
    LaneId = "lane id";
    /// Id of a work item.
    ItemId = "work item id";
    /// Id of a sprint.
    SprintId = "sprint id";
    /// Id of a comment.
    CommentId = "comment id";
    /// Id of a time entry.
    TimeEntryId = "time entry id";
    /// Id of a dependency.
    DependencyId = "dependency id";
    /// Which history a sequence number belongs to; a restored tenant gets a new one.
    Epoch = "epoch";
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident, $word:literal, $check:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the form and takes the text.
            ///
            /// # Errors
            /// When the text breaks the rule given in the type's documentation.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let check: fn(&str) -> Result<(), &'static str> = $check;
                match check(&text) {
                    Ok(()) => Ok(Self(text)),
                    Err(reason) => Err(InvalidId::new($word, reason)),
                }
            }
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> { Self::new(text) }
        }
        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> { Self::new(text) }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String { id.0 }
        }
    )*};
}

text_ids! {
    /// Id of a user: an opaque string of 1–255 bytes without control characters, such as an identity provider's `sub`.
    UserId, "user id", check_user;
    /// Id of a command: 1–64 of `A–Z a–z 0–9 _ -`, unique per actor. Sending it again returns the first outcome.
    CommandId, "command id", check_command;
    /// Id of a tenant: `[a-z0-9][a-z0-9_-]{0,62}`.
    TenantId, "tenant id", check_tenant;
}

impl CommandId {
    /// A fresh, time-ordered command id.
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::now_v7().hyphenated().to_string())
    }
}

fn check_user(text: &str) -> Result<(), &'static str> {
    if text.is_empty() || text.len() > limits::USER_ID_BYTES_MAX {
        return Err("expected 1 to 255 bytes");
    }
    // Nearly all ids are plain ASCII, and every row that is read has some.
    let plain = text.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
    if !plain && text.chars().any(char::is_control) {
        return Err("control characters are not allowed");
    }
    Ok(())
}

fn check_command(text: &str) -> Result<(), &'static str> {
    if text.is_empty() || text.len() > limits::COMMAND_ID_BYTES_MAX {
        return Err("expected 1 to 64 bytes");
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return Err("only letters, digits, '_' and '-' are allowed");
    }
    Ok(())
}

fn check_tenant(text: &str) -> Result<(), &'static str> {
    let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if text.is_empty() || text.len() > limits::TENANT_ID_BYTES_MAX {
        return Err("expected 1 to 63 characters");
    }
    if !text.bytes().all(|b| lower(b) || b == b'_' || b == b'-') || !text.bytes().next().is_some_and(lower) {
        return Err("expected lower-case letters, digits, '_' and '-', starting with a letter or digit");
    }
    Ok(())
}
