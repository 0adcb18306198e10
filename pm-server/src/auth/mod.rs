//! Tokens: who a connection speaks for.

mod bearer;
mod claims;
mod key;
mod key_set;
mod keys;
mod mapping;
pub(crate) mod origin;
mod sources;
pub(crate) mod subprotocol;
mod unique;

pub(crate) use bearer::bearer;
pub use claims::{Claims, Kind, Role};
pub use key::{KeyFault, KeyId};
pub use keys::Keys;
pub use sources::KeyError;

use std::time::{SystemTime, UNIX_EPOCH};

use pm_engine::command::Actor;
use pm_engine::model::TenantId;

/// Who a token vouches for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Tenant.
    pub tenant: TenantId,
    /// Actor.
    pub actor: Actor,
    /// Display name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Seconds since 1970.
    pub issued_at: u64,
    /// Seconds since 1970, without leeway.
    pub expires_at: u64,
    /// The key that verified the token.
    pub key: KeyId,
}

/// Why a token is refused. The texts are safe to show to anybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AuthError {
    /// There is none.
    #[error("a token is needed")]
    Missing,
    /// There is more than one.
    #[error("more than one token")]
    Twice,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not begun.
    #[error("the token is not valid yet")]
    NotYet,
    /// Malformed, or not signed by a key of this server with the algorithm of that key.
    #[error("the token is not valid here")]
    Invalid,
    /// Of an issuer that is not trusted here.
    #[error("the token is of another issuer")]
    Issuer,
    /// Meant for somebody else.
    #[error("the token is meant for another audience")]
    Audience,
    /// Signed, but it does not say what is needed.
    #[error("the token's claim for {0} is missing or malformed")]
    Claim(&'static str),
}

/// Seconds since 1970.
#[must_use]
pub fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
