//! What tokens say.

use serde::{Deserialize, Serialize};

/// What a token says. `exp` is required; a token without it is refused.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Tenant id.
    pub tenant: String,
    /// User id.
    pub sub: String,
    /// Role in the tenant.
    pub role: Role,
    /// Person (where left out), agent or system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Display name of the user; taken over into his profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address of the user; taken over into his profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Issued at, seconds since 1970.
    #[serde(default)]
    pub iat: u64,
    /// Expires at, seconds since 1970.
    pub exp: u64,
}

/// Role in the tenant, as tokens spell it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Admin of every project; may import and purge.
    Admin,
    /// Sees open projects and those that list him.
    Member,
}

/// Who acts, as tokens spell it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A person.
    Human,
    /// A program that decides by itself, such as a language model.
    Agent,
    /// A part of the system.
    System,
}
