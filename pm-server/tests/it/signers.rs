//! Identity providers of the tests: keys that sign, and what a server is told of them.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pm_server::auth::{AuthError, KeyError, Keys, now_seconds};
use pm_server::config::AuthConfig;
use rsa::pkcs8::Document;
use serde_json::{Value, json};

/// A file of `tests/keys`.
pub(crate) fn key_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys").join(name)
}

/// Who signs, and how.
pub(crate) struct Signer {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: EncodingKey,
    /// File of the public key.
    pub(crate) public: PathBuf,
}

impl Signer {
    fn new(algorithm: Algorithm, name: &str) -> Self {
        let text = std::fs::read_to_string(key_file(&format!("{name}.pem"))).unwrap();
        let (_, der) = Document::from_pem(&text).unwrap();
        let read = match algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_der,
            Algorithm::ES256 => EncodingKey::from_ec_der,
            _ => EncodingKey::from_ed_der,
        };
        Self { algorithm, key: read(der.as_bytes()), public: key_file(&format!("{name}.pub.pem")) }
    }

    pub(crate) fn rsa() -> Self {
        Self::new(Algorithm::RS256, "rsa-a")
    }

    pub(crate) fn other_rsa() -> Self {
        Self::new(Algorithm::RS256, "rsa-b")
    }

    pub(crate) fn ec() -> Self {
        Self::new(Algorithm::ES256, "ec")
    }

    pub(crate) fn ed() -> Self {
        Self::new(Algorithm::EdDSA, "ed")
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(Header::new(self.algorithm), claims)
    }

    pub(crate) fn sign_as(&self, kid: &str, claims: &Value) -> String {
        self.sign_with(Header { kid: Some(kid.to_owned()), ..Header::new(self.algorithm) }, claims)
    }

    pub(crate) fn sign_with(&self, header: Header, claims: &Value) -> String {
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }

    /// Signs just these texts, whatever they are.
    pub(crate) fn sign_text(&self, header: &str, claims: &str) -> String {
        sign_text(header, claims, &self.key, self.algorithm)
    }

    /// The public key as a member of a set.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = kid.into();
        jwk["use"] = "sig".into();
        jwk
    }
}

pub(crate) fn sign_text(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

/// Good claims, with some of them changed; `null` leaves one out.
pub(crate) fn claims(changes: &Value) -> Value {
    let exp = now_seconds() + 600;
    let mut claims = json!({ "tenant": "acme", "sub": "ann", "role": "member", "aud": "pm", "exp": exp });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// Settings with some of them changed.
pub(crate) fn but(
    mut auth: AuthConfig,
    change: impl FnOnce(&mut AuthConfig) -> &mut AuthConfig,
) -> AuthConfig {
    change(&mut auth);
    auth
}

/// A server that trusts a provider's keys, and no secret.
pub(crate) fn provider() -> AuthConfig {
    but(AuthConfig::default(), |auth| auth.accept_secret(false).audiences(vec!["pm".to_owned()]))
}

/// Keys of PEM files.
pub(crate) fn trusting(signers: &[&Signer]) -> Keys {
    let public_keys = signers.iter().map(|signer| signer.public.clone()).collect();
    open(&but(provider(), |auth| auth.public_keys(public_keys))).unwrap()
}

/// Keys of a set in a file.
pub(crate) fn with_set(file: &Path, keys: &[Value]) -> Keys {
    write_set(file, keys);
    open(&but(provider(), |auth| auth.key_set(Some(file.to_owned())))).unwrap()
}

pub(crate) fn write_set(file: &Path, keys: &[Value]) {
    std::fs::write(file, json!({ "keys": keys }).to_string()).unwrap();
}

pub(crate) fn open(config: &AuthConfig) -> Result<Keys, KeyError> {
    Keys::open(config, PathBuf::from("there/is/no/secret"))
}

/// Who comes in with a token, or why nobody does.
pub(crate) fn who(keys: &Keys, token: &str) -> Result<String, AuthError> {
    keys.verify(token).map(|identity| identity.actor.user.to_string())
}
