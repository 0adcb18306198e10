//! What tokens say.

use serde::Serialize;

/// What a token is to say. The settings tell under which names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claims {
    /// Tenant id.
    pub tenant: String,
    /// User id.
    pub sub: String,
    /// Role in the tenant.
    pub role: Role,
    /// Person (where left out), agent or system.
    pub kind: Option<Kind>,
    /// Display name of the user; taken over into his profile.
    pub name: Option<String>,
    /// E-mail address of the user; taken over into his profile.
    pub email: Option<String>,
    /// Issued at, seconds since 1970.
    pub iat: u64,
    /// Expires at, seconds since 1970.
    pub exp: u64,
}

/// Role in the tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Admin of every project; may import and purge.
    Admin,
    /// Sees open projects and those that list him.
    Member,
}

/// Who acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Kind {
    /// A person.
    Human,
    /// A program that decides by itself, such as a language model.
    Agent,
    /// A part of the system.
    System,
}
