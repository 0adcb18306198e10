//! Settings of who may connect.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value as Json;

use super::section::section;
use super::value::Value;
use crate::limits;

/// A secret; it is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Value for Secret {
    const SECRET: bool = true;

    fn kind() -> String {
        String::kind()
    }

    fn read(written: &Json) -> Option<Self> {
        String::read(written).map(Self)
    }

    fn show(&self) -> Json {
        Json::from("(hidden)")
    }
}

section! {
    /// Who may connect; see tokens.md.
    pub struct AuthConfig {
        /// Secret of HS256 tokens, at least 32 bytes; instead of a file.
        secret: Option<Secret> = None;
        /// File of the secret; where it is not set, `secret` in the data folder, made where it is absent.
        secret_file: Option<PathBuf> = None;
        /// Whether tokens signed with the secret are accepted; without it, the identity provider's alone are.
        accept_secret: bool = true;
        /// PEM files of public keys, one in each.
        public_keys: Vec<PathBuf> = Vec::new();
        /// File of a JSON Web Key Set.
        key_set: Option<PathBuf> = None;
        /// How often the files of keys are looked at.
        reload_every: Duration = limits::KEYS_RELOAD_EVERY, limits::KEYS_RELOAD_EVERY_MIN..=limits::KEYS_RELOAD_EVERY_MAX;
        /// Issuers whose tokens are accepted. Empty: `iss` is not looked at.
        issuers: Vec<String> = Vec::new();
        /// Audiences this server is; needed with public keys. Empty: `aud` is not looked at.
        audiences: Vec<String> = Vec::new();
        /// How far the clocks of who signs tokens and of the server may differ.
        leeway: Duration = limits::TOKEN_LEEWAY, Duration::ZERO..=limits::TOKEN_LEEWAY_MAX;
        /// Claim of the tenant. A name that begins with `/` is the path of a nested claim, such as `/project/tenant`.
        tenant_claim: String = "tenant".to_owned();
        /// Claim of the user id.
        user_claim: String = "sub".to_owned();
        /// Claim of the role in the tenant: a text, or a list of them.
        role_claim: String = "role".to_owned();
        /// Claim that tells people, agents and parts of the system apart.
        kind_claim: String = "kind".to_owned();
        /// Claim of the display name.
        name_claim: String = "name".to_owned();
        /// Claim of the e-mail address.
        email_claim: String = "email".to_owned();
        /// Roles that make an admin.
        admin_roles: Vec<String> = vec!["admin".to_owned()];
        /// Roles that make a member.
        member_roles: Vec<String> = vec!["member".to_owned()];
        /// Origins of web pages that may open a WebSocket, such as `https://pm.example.com`. Empty: pages of this host.
        origins: Vec<String> = Vec::new();
    }
}
