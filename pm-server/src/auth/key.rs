//! One key. What it verifies follows from what it is, never from what a token says of itself: a public key that
//! everybody knows cannot be used as a secret, because it is no key of HS256.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use rsa::pkcs8::{DecodePublicKey as _, Document};
use rsa::traits::PublicKeyParts as _;

use crate::limits;

/// What is wrong with a key, for whoever set the server up.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyFault {
    /// A secret that can be guessed.
    #[error(
        "the secret (`auth.secret`, or the file that holds it) is shorter than {} bytes",
        limits::SECRET_BYTES_MIN
    )]
    ShortSecret,
    /// An RSA key that can be factored.
    #[error("an RSA key of {0} bits: at least {min} are needed", min = limits::RSA_BITS_MIN)]
    WeakRsa(usize),
    /// Not a point of the curve, too large, or one that verifies what nobody signed.
    #[error("this is no good {0} key")]
    Bad(&'static str),
    /// Something that must not lie about here.
    #[error("this is a private key: the server needs the public one only")]
    Private,
    /// A certificate.
    #[error("this is a certificate: `openssl x509 -pubkey -noout` takes the public key out of it")]
    Certificate,
    /// Something else.
    #[error("this is no PEM file with one public key: RSA, EC P-256 or Ed25519")]
    NotPublicKey,
    /// Not a JSON Web Key Set.
    #[error("this is no JSON Web Key Set: {0}")]
    NotKeySet(String),
    /// A name that tells two keys apart does not.
    #[error("two keys are named `{0}`")]
    SameName(String),
    /// One of many keys without a name.
    #[error("a key of the set has no `kid`, and is not the only one")]
    NoName,
    /// Nothing that verifies a token.
    #[error("no key of the set verifies RS256, ES256, EdDSA or HS256 tokens")]
    NoUsableKey,
    /// More keys than anybody needs.
    #[error("more than {} keys in a set", limits::SET_KEYS_MAX)]
    TooMany,
    /// A file no key needs.
    #[error("the file is larger than {} bytes, or no regular file", limits::KEY_FILE_BYTES_MAX)]
    TooLarge,
}

/// Tells keys apart, whatever they are named: a token stands as long as the key that verified it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyId(u64);

impl fmt::Debug for KeyId {
    /// Nothing that is made of a secret is written down.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyId")
    }
}

impl KeyId {
    fn of(decoding: &DecodingKey) -> Self {
        let mut hasher = DefaultHasher::new();
        match decoding.kind() {
            DecodingKeyKind::SecretOrDer(bytes) => bytes.hash(&mut hasher),
            DecodingKeyKind::RsaModulusExponent { n, e } => (n, e).hash(&mut hasher),
        }
        Self(hasher.finish())
    }
}

/// A key, its name, and the one algorithm it verifies.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: KeyId,
    /// `kid`; a key without a name is tried for tokens that name no key of the server.
    pub(super) name: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

impl Key {
    pub(super) fn secret(secret: &[u8]) -> Result<Self, KeyFault> {
        if secret.len() < limits::SECRET_BYTES_MIN {
            return Err(KeyFault::ShortSecret);
        }
        Ok(Self::nameless(Algorithm::HS256, DecodingKey::from_secret(secret)))
    }

    pub(super) fn named(self, name: Option<String>) -> Self {
        Self { name, ..self }
    }

    fn nameless(algorithm: Algorithm, decoding: DecodingKey) -> Self {
        Self { id: KeyId::of(&decoding), name: None, algorithm, decoding }
    }

    /// The public key of a PEM file.
    pub(super) fn pem(text: &[u8]) -> Result<Self, KeyFault> {
        let text = std::str::from_utf8(text).map_err(|_| KeyFault::NotPublicKey)?;
        let (label, document) = Document::from_pem(text.trim()).map_err(|_| KeyFault::NotPublicKey)?;
        let der = document.as_bytes();
        match label {
            "PUBLIC KEY" => Self::from_spki(der),
            "RSA PUBLIC KEY" => {
                let key = rsa::pkcs1::DecodeRsaPublicKey::from_pkcs1_der(der);
                Self::rsa(&key.map_err(|_| KeyFault::Bad("RSA"))?)
            }
            "CERTIFICATE" => Err(KeyFault::Certificate),
            label if label.ends_with("PRIVATE KEY") => Err(KeyFault::Private),
            _ => Err(KeyFault::NotPublicKey),
        }
    }

    /// The kind of the key is part of the file: each reader refuses those of the others.
    fn from_spki(der: &[u8]) -> Result<Self, KeyFault> {
        if let Ok(key) = rsa::RsaPublicKey::from_public_key_der(der) {
            return Self::rsa(&key);
        }
        if let Ok(key) = p256::PublicKey::from_public_key_der(der) {
            return Ok(Self::p256(&key));
        }
        match ed25519_dalek::VerifyingKey::from_public_key_der(der) {
            Ok(key) => Self::ed25519(&key),
            Err(_) => Err(KeyFault::NotPublicKey),
        }
    }

    /// Modulus and exponent, big-endian.
    pub(super) fn rsa_parts(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyFault> {
        let number = rsa::BigUint::from_bytes_be;
        let key = rsa::RsaPublicKey::new(number(modulus), number(exponent));
        Self::rsa(&key.map_err(|_| KeyFault::Bad("RSA"))?)
    }

    /// Coordinates of a point.
    pub(super) fn p256_parts(x: &[u8], y: &[u8]) -> Result<Self, KeyFault> {
        // The form of a point that is not compressed: 4, then both coordinates.
        let point = [&[4], x, y].concat();
        let key = p256::PublicKey::from_sec1_bytes(&point).map_err(|_| KeyFault::Bad("P-256"))?;
        Ok(Self::p256(&key))
    }

    pub(super) fn ed25519_bytes(bytes: &[u8]) -> Result<Self, KeyFault> {
        let key = ed25519_dalek::VerifyingKey::try_from(bytes).map_err(|_| KeyFault::Bad("Ed25519"))?;
        Self::ed25519(&key)
    }

    fn rsa(key: &rsa::RsaPublicKey) -> Result<Self, KeyFault> {
        let bits = key.n().bits();
        if bits < limits::RSA_BITS_MIN {
            return Err(KeyFault::WeakRsa(bits));
        }
        let (n, e) = (key.n().to_bytes_be(), key.e().to_bytes_be());
        Ok(Self::nameless(Algorithm::RS256, DecodingKey::from_rsa_raw_components(&n, &e)))
    }

    fn p256(key: &p256::PublicKey) -> Self {
        let point = key.to_encoded_point(false);
        Self::nameless(Algorithm::ES256, DecodingKey::from_ec_der(point.as_bytes()))
    }

    fn ed25519(key: &ed25519_dalek::VerifyingKey) -> Result<Self, KeyFault> {
        if key.is_weak() {
            return Err(KeyFault::Bad("Ed25519"));
        }
        Ok(Self::nameless(Algorithm::EdDSA, DecodingKey::from_ed_der(key.as_bytes())))
    }
}
