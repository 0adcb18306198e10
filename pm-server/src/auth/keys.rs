//! The keys that sign and verify: JSON Web Tokens, signed with HS256 and nothing else.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use pm_engine::command::Actor;
use pm_engine::model::{ActorKind, TenantId, TenantRole, UserId};

use super::{AuthError, Claims, Identity, Kind, Role};
use crate::limits;

/// The secret, as it signs and verifies.
#[derive(Clone)]
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// From a secret of at least 32 bytes.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] for a shorter one.
    pub fn new(secret: &[u8]) -> Result<Self, AuthError> {
        if secret.len() < limits::SECRET_BYTES_MIN {
            return Err(AuthError::Invalid);
        }
        // The algorithm is ours to say, never the token's.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = limits::TOKEN_LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.validate_aud = false;
        Ok(Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
        })
    }

    /// Signs a token.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] where they cannot be written down.
    pub fn sign(&self, claims: &Claims) -> Result<String, AuthError> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
            .map_err(|_| AuthError::Invalid)
    }

    /// Who a token vouches for.
    ///
    /// # Errors
    /// Where it is missing, expired, not signed by this secret, or does not say enough.
    pub fn verify(&self, token: &str) -> Result<Identity, AuthError> {
        if token.is_empty() {
            return Err(AuthError::Missing);
        }
        if token.len() > limits::TOKEN_BYTES_MAX {
            return Err(AuthError::Invalid);
        }
        // Claims in a second step: what cannot be read before the signature is verified is just not valid.
        let decoded = jsonwebtoken::decode::<serde_json::Value>(token, &self.decoding, &self.validation);
        let claims = decoded.map_err(|error| reason(error.kind()))?.claims;
        identity(serde_json::from_value(claims).map_err(|_| AuthError::Claim("the role"))?)
    }
}

fn reason(kind: &ErrorKind) -> AuthError {
    match kind {
        ErrorKind::ExpiredSignature => AuthError::Expired,
        ErrorKind::MissingRequiredClaim(_) => AuthError::Claim("the expiry"),
        _ => AuthError::Invalid,
    }
}

fn identity(claims: Claims) -> Result<Identity, AuthError> {
    let tenant = TenantId::new(claims.tenant).map_err(|_| AuthError::Claim("the tenant"))?;
    let user = UserId::new(claims.sub).map_err(|_| AuthError::Claim("the user"))?;
    let role = match claims.role {
        Role::Admin => TenantRole::Admin,
        Role::Member => TenantRole::Member,
    };
    let kind = match claims.kind {
        None | Some(Kind::Human) => ActorKind::Human,
        Some(Kind::Agent) => ActorKind::Agent,
        Some(Kind::System) => ActorKind::System,
    };
    let actor = Actor { user, kind, role, on_behalf_of: None };
    Ok(Identity {
        tenant,
        actor,
        name: claims.name,
        email: claims.email,
        issued_at: claims.iat,
        expires_at: claims.exp,
    })
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;
    use crate::auth::now_seconds;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn claims(exp: u64) -> Claims {
        Claims {
            tenant: "acme".to_owned(),
            sub: "ann".to_owned(),
            role: Role::Member,
            kind: None,
            name: None,
            email: None,
            iat: now_seconds(),
            exp,
        }
    }

    #[gtest]
    fn given_a_signed_token_when_verified_then_it_names_tenant_user_and_role() {
        let keys = Keys::new(SECRET).unwrap();
        let identity = keys.verify(&keys.sign(&claims(now_seconds() + 60)).unwrap()).unwrap();
        expect_that!(identity.tenant.as_str(), eq("acme"));
        expect_that!(identity.actor, eq(&Actor::member(UserId::new("ann").unwrap())));
    }

    #[gtest]
    fn given_an_expired_token_when_verified_then_the_leeway_decides() {
        let keys = Keys::new(SECRET).unwrap();
        let at = |exp| keys.verify(&keys.sign(&claims(exp)).unwrap()).map(|_| ());
        expect_that!(at(now_seconds() - 5), ok(anything()));
        expect_that!(at(now_seconds() - 120), err(eq(AuthError::Expired)));
    }

    #[gtest]
    fn given_a_token_of_another_algorithm_or_secret_when_verified_then_it_is_invalid() {
        let keys = Keys::new(SECRET).unwrap();
        let other = Keys::new(b"another secret, also of 32 bytes").unwrap();
        let claims = claims(now_seconds() + 60);
        let hs512 =
            jsonwebtoken::encode(&Header::new(Algorithm::HS512), &claims, &EncodingKey::from_secret(SECRET));
        expect_that!(keys.verify(&hs512.unwrap()), err(eq(&AuthError::Invalid)));
        expect_that!(keys.verify(&other.sign(&claims).unwrap()), err(eq(&AuthError::Invalid)));
        // {"alg":"none","typ":"JWT"} with the same claims and no signature.
        let signed = keys.sign(&claims).unwrap();
        let payload = signed.split('.').nth(1).unwrap();
        let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
        expect_that!(keys.verify(&none), err(eq(&AuthError::Invalid)));
        expect_that!(keys.verify(""), err(eq(&AuthError::Missing)));
    }

    #[gtest]
    fn given_a_short_secret_when_keys_are_made_then_it_is_refused() {
        expect_that!(Keys::new(b"short").is_err(), eq(true));
    }
}
