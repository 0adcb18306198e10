//! Settings of who may connect.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

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

/// Settings of who may connect.
#[derive(Clone, PartialEq, Debug)]
pub struct AuthConfig {
    /// Secret of HS256 tokens, at least 32 bytes; instead of a file.
    pub secret: Option<Secret>,
    /// File of the secret; where it is not set, `secret` in the data folder, made where it is absent.
    pub secret_file: Option<PathBuf>,
    /// Whether tokens signed with the secret are accepted. Without it, the identity provider's alone are.
    pub accept_secret: bool,
    /// PEM files of public keys, one in each.
    pub public_keys: Vec<PathBuf>,
    /// File of a JSON Web Key Set.
    pub key_set: Option<PathBuf>,
    /// How often the files are looked at.
    pub reload_every: Duration,
    /// Issuers whose tokens are accepted; none: `iss` is not looked at.
    pub issuers: Vec<String>,
    /// Audiences this server is; needed with public keys. None: `aud` is not looked at.
    pub audiences: Vec<String>,
    /// How far the clocks of who signs tokens and of the server may differ.
    pub leeway: Duration,
    /// Claim of the tenant. A name that begins with `/` is the path of a nested claim, such as `/project/tenant`.
    pub tenant_claim: String,
    /// Claim of the user id.
    pub user_claim: String,
    /// Claim of the role in the tenant: a text, or a list of them.
    pub role_claim: String,
    /// Claim that tells people from agents.
    pub kind_claim: String,
    /// Claim of the display name.
    pub name_claim: String,
    /// Claim of the e-mail address.
    pub email_claim: String,
    /// Roles that make an admin.
    pub admin_roles: Vec<String>,
    /// Roles that make a member.
    pub member_roles: Vec<String>,
    /// Origins of web pages that may connect, such as `https://pm.example.com`; none: pages of this host.
    pub origins: Vec<String>,
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            secret: None,
            secret_file: None,
            accept_secret: true,
            public_keys: Vec::new(),
            key_set: None,
            reload_every: limits::KEYS_RELOAD_EVERY,
            issuers: Vec::new(),
            audiences: Vec::new(),
            leeway: limits::TOKEN_LEEWAY,
            tenant_claim: "tenant".to_owned(),
            user_claim: "sub".to_owned(),
            role_claim: "role".to_owned(),
            kind_claim: "kind".to_owned(),
            name_claim: "name".to_owned(),
            email_claim: "email".to_owned(),
            admin_roles: vec!["admin".to_owned()],
            member_roles: vec!["member".to_owned()],
            origins: Vec::new(),
        }
    }
}
