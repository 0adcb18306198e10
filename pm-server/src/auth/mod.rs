//! Tokens: who a connection speaks for.

mod claims;
mod keys;

pub use claims::{Claims, Kind, Role};
pub use keys::Keys;

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
    /// Seconds since 1970.
    pub issued_at: u64,
    /// Seconds since 1970, without leeway.
    pub expires_at: u64,
}

/// Why a token is refused. The texts are safe to show to anybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AuthError {
    /// There is none.
    #[error("a token is needed")]
    Missing,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Not signed with this server's secret by HS256, or malformed.
    #[error("the token is not valid here")]
    Invalid,
    /// Signed, but it does not say what is needed.
    #[error("the token needs the claims tenant, sub, role (admin or member) and exp")]
    Claims,
}

/// Seconds since 1970.
#[must_use]
pub fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
