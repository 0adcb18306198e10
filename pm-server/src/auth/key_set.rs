//! JSON Web Key Sets (RFC 7517), and all keys of a server.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde::Deserialize;

use super::key::{Key, KeyFault, KeyId};
use crate::limits;

/// What verifies tokens now, and what signs them.
#[derive(Default)]
pub(super) struct KeySet {
    keys: Vec<Key>,
    pub(super) signing: Option<EncodingKey>,
}

impl KeySet {
    /// Takes a key in.
    pub(super) fn add(&mut self, key: Key) -> Result<(), KeyFault> {
        if let Some(name) = &key.name
            && self.keys.iter().any(|other| other.name.as_ref() == Some(name))
        {
            return Err(KeyFault::SameName(name.clone()));
        }
        self.keys.push(key);
        Ok(())
    }

    /// Whether a key is there.
    pub(super) fn has(&self, id: KeyId) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    /// The keys that may have signed a token: the one it names; where it names none of them, those without a name.
    pub(super) fn candidates(&self, name: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &Key> {
        let named = name.filter(|name| self.keys.iter().any(|key| key.name.as_deref() == Some(name)));
        self.keys.iter().filter(move |key| key.name.as_deref() == named && key.algorithm == algorithm)
    }
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

/// The members that matter here; a set may say more of its keys.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    k: Option<String>,
    d: Option<serde::de::IgnoredAny>,
}

/// The keys of a set that verify tokens; those for other purposes are passed over.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Key>, KeyFault> {
    // Where, not what: the text of the error may quote a secret.
    let set: Jwks = serde_json::from_slice(bytes).map_err(|error| {
        KeyFault::NotKeySet(format!("see line {}, column {}", error.line(), error.column()))
    })?;
    if set.keys.len() > limits::SET_KEYS_MAX {
        return Err(KeyFault::TooMany);
    }
    let mut keys = Vec::new();
    for jwk in &set.keys {
        if let Some(key) = jwk.key()? {
            keys.push(key);
        }
    }
    match &*keys {
        [] => Err(KeyFault::NoUsableKey),
        [_] => Ok(keys),
        many if many.iter().any(|key| key.name.is_none()) => Err(KeyFault::NoName),
        _ => Ok(keys),
    }
}

impl Jwk {
    /// The key; `None` for one that verifies nothing here.
    fn key(&self) -> Result<Option<Key>, KeyFault> {
        if self.d.is_some() {
            return Err(KeyFault::Private);
        }
        let verifies = self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !verifies || self.usage.as_ref().is_some_and(|usage| usage != "sig") {
            return Ok(None);
        }
        let is_for = |names: &[&str]| self.alg.as_ref().is_none_or(|alg| names.contains(&&**alg));
        let key = match (&*self.kty, self.crv.as_deref()) {
            ("RSA", _) if is_for(&["RS256"]) => Key::rsa_parts(&bytes(&self.n, "n")?, &bytes(&self.e, "e")?),
            ("EC", Some("P-256")) if is_for(&["ES256"]) => {
                Key::p256_parts(&bytes(&self.x, "x")?, &bytes(&self.y, "y")?)
            }
            ("OKP", Some("Ed25519")) if is_for(&["EdDSA", "Ed25519"]) => {
                Key::ed25519_bytes(&bytes(&self.x, "x")?)
            }
            ("oct", _) if is_for(&["HS256"]) => Key::secret(&bytes(&self.k, "k")?),
            _ => return Ok(None),
        };
        Ok(Some(key?.named(self.kid.clone())))
    }
}

/// A member that holds bytes.
fn bytes(member: &Option<String>, name: &str) -> Result<Vec<u8>, KeyFault> {
    let text = member.as_deref().ok_or_else(|| KeyFault::NotKeySet(format!("`{name}` is missing")))?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyFault::NotKeySet(format!("`{name}` is no base64url")))
}
