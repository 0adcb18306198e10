//! The keys of a server: who a token vouches for. Files of keys are read anew when they change.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde_json::Value;

use super::key::Key;
use super::key_set::KeySet;
use super::mapping::{EXPIRY, Mapping};
use super::sources::{Contents, KeyError, Sources};
use super::unique::Unique;
use super::{AuthError, Claims, Identity, now_seconds, origin};
use crate::config::AuthConfig;
use crate::limits;

/// The keys of a server. A clone is the same keys.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    sources: Sources,
    rules: Rules,
    mapping: Mapping,
    reload_every: Duration,
    current: RwLock<Current>,
}

/// What was read last.
struct Current {
    contents: Contents,
    keys: Arc<KeySet>,
}

/// What is asked of every token.
struct Rules {
    leeway_seconds: u64,
    issuers: Vec<String>,
    audiences: Vec<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// From a secret of at least 32 bytes, for HS256.
    ///
    /// # Errors
    /// For a shorter one.
    pub fn new(secret: &[u8]) -> Result<Self, KeyError> {
        Self::from(Sources::secret(secret), &AuthConfig::default())
    }

    /// From settings. `secret_file` is read where they name no other.
    ///
    /// # Errors
    /// Where a file cannot be read or holds no key, or a setting is malformed.
    pub fn open(config: &AuthConfig, secret_file: PathBuf) -> Result<Self, KeyError> {
        let file = config.secret_file.clone().unwrap_or(secret_file);
        Self::from(Sources::new(config, file)?, config)
    }

    fn from(sources: Sources, config: &AuthConfig) -> Result<Self, KeyError> {
        let wrong = |setting, why: &str| Err(KeyError::Setting { setting, why: why.to_owned() });
        if config.leeway > limits::TOKEN_LEEWAY_MAX {
            return wrong("auth.leeway", "is too long: 10 minutes at most");
        }
        for entry in &config.origins {
            if !origin::is_origin(entry) {
                return wrong(
                    "auth.origins",
                    &format!("has `{entry}`: write it as a browser does, https://host:port"),
                );
            }
        }
        let mapping = Mapping::new(config);
        let is_empty = |name: &str| name.trim_start_matches('/').is_empty();
        if let Some((setting, _)) = mapping.names().into_iter().find(|(_, name)| is_empty(name)) {
            return wrong(setting, "names no claim");
        }
        let contents = sources.read()?;
        let keys = Arc::new(sources.keys(&contents)?);
        let rules = Rules {
            leeway_seconds: config.leeway.as_secs(),
            issuers: config.issuers.clone(),
            audiences: config.audiences.clone(),
        };
        let reload_every = config.reload_every;
        let current = RwLock::new(Current { contents, keys });
        Ok(Self(Arc::new(Inner { sources, rules, mapping, reload_every, current })))
    }

    fn keys(&self) -> Arc<KeySet> {
        Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner).keys)
    }

    /// When a token that says `exp` is over, in seconds since 1970.
    pub(crate) fn end_of(&self, identity: &Identity) -> u64 {
        identity.expires_at.saturating_add(self.0.rules.leeway_seconds)
    }

    /// Whether the key that verified a token is still there.
    pub(crate) fn knows(&self, identity: &Identity) -> bool {
        self.keys().has(identity.key)
    }

    /// Whether a token still vouches for whom it vouched for: its time is not over, and its key is still there. What
    /// goes on for longer than a token asks again and again.
    pub(crate) fn still_vouch_for(&self, identity: &Identity) -> bool {
        now_seconds() <= self.end_of(identity) && self.knows(identity)
    }

    /// Whether there is a secret to sign with.
    pub(crate) fn can_sign(&self) -> bool {
        self.keys().signing.is_some()
    }

    /// Signs a token with the secret.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] where there is no secret, or the claims cannot be written down.
    pub fn sign(&self, claims: &Claims) -> Result<String, AuthError> {
        let keys = self.keys();
        let (Some(key), Some(claims)) = (&keys.signing, self.0.mapping.write(claims)) else {
            return Err(AuthError::Invalid);
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, key).map_err(|_| AuthError::Invalid)
    }

    /// Who a token vouches for.
    ///
    /// # Errors
    /// Where it is missing, expired, not signed by a key of this server, or does not say enough.
    pub fn verify(&self, token: &str) -> Result<Identity, AuthError> {
        if token.is_empty() {
            return Err(AuthError::Missing);
        }
        if token.len() > limits::TOKEN_BYTES_MAX {
            return Err(AuthError::Invalid);
        }
        // Of the header only this counts: which key is asked. A key or an address of keys in it is never looked at.
        let header = jsonwebtoken::decode_header(token).map_err(|_| AuthError::Invalid)?;
        // Nothing critical is understood here (RFC 7515, 4.1.11).
        if header.crit.is_some() || !is_access_token(header.typ.as_deref()) {
            return Err(AuthError::Invalid);
        }
        let keys = self.keys();
        for key in keys.candidates(header.kid.as_deref(), header.alg) {
            match self.0.rules.verify(key, token) {
                // Perhaps another one signed it.
                Err(AuthError::Invalid) => {}
                verified => return self.0.mapping.read(&verified?, key.id),
            }
        }
        Err(AuthError::Invalid)
    }

    /// Reads the files again; whether they have changed. On an error the keys stay what they were.
    ///
    /// # Errors
    /// Where a file cannot be read or holds no key.
    pub fn reload(&self) -> Result<bool, KeyError> {
        let contents = self.0.sources.read()?;
        if contents == self.0.current.read().unwrap_or_else(PoisonError::into_inner).contents {
            return Ok(false);
        }
        let keys = Arc::new(self.0.sources.keys(&contents)?);
        *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = Current { contents, keys };
        Ok(true)
    }

    /// Reads the files again whenever it is time; does not end.
    pub(crate) async fn keep_fresh(&self) {
        if !self.0.sources.has_files() {
            return std::future::pending().await;
        }
        loop {
            tokio::time::sleep(self.0.reload_every.max(limits::KEYS_RELOAD_EVERY_MIN)).await;
            let keys = self.clone();
            match tokio::task::spawn_blocking(move || keys.reload()).await {
                Ok(Ok(true)) => tracing::info!("the keys have changed and were read anew"),
                Ok(Err(error)) => tracing::error!(%error, "the keys stay those that were read before"),
                Ok(Ok(false)) | Err(_) => {}
            }
        }
    }
}

/// Providers sign other things with the same key, such as notices of a logout.
fn is_access_token(kind: Option<&str>) -> bool {
    let kind = kind.unwrap_or("jwt").to_ascii_lowercase();
    matches!(kind.strip_prefix("application/").unwrap_or(&kind), "jwt" | "at+jwt")
}

impl Rules {
    fn verify(&self, key: &Key, token: &str) -> Result<Value, AuthError> {
        let mut validation = Validation::new(key.algorithm);
        validation.leeway = self.leeway_seconds;
        validation.validate_nbf = true;
        validation.validate_aud = !self.audiences.is_empty();
        // What is checked where it is present must be present.
        if !self.audiences.is_empty() {
            validation.set_audience(&self.audiences);
            validation.required_spec_claims.insert("aud".to_owned());
        }
        if !self.issuers.is_empty() {
            validation.set_issuer(&self.issuers);
            validation.required_spec_claims.insert("iss".to_owned());
        }
        match jsonwebtoken::decode::<Unique>(token, &key.decoding, &validation) {
            Ok(decoded) => Ok(decoded.claims.0),
            Err(error) => Err(reason(error.kind())),
        }
    }
}

fn reason(kind: &ErrorKind) -> AuthError {
    match kind {
        ErrorKind::ExpiredSignature => AuthError::Expired,
        ErrorKind::ImmatureSignature => AuthError::NotYet,
        ErrorKind::InvalidIssuer => AuthError::Issuer,
        ErrorKind::InvalidAudience => AuthError::Audience,
        ErrorKind::MissingRequiredClaim(name) | ErrorKind::InvalidClaimFormat(name) => match &**name {
            "iss" => AuthError::Issuer,
            "aud" => AuthError::Audience,
            "nbf" => AuthError::Claim("the beginning"),
            _ => AuthError::Claim(EXPIRY),
        },
        _ => AuthError::Invalid,
    }
}
