//! What verified tokens say: who comes in, and as whom. What is malformed or unknown is refused, never guessed.

use std::time::Duration;

use googletest::prelude::*;
use jsonwebtoken::{Algorithm, EncodingKey};
use pm_engine::model::{ActorKind, TenantRole};
use pm_server::auth::{AuthError, Claims, Identity, Keys, Kind, Role, now_seconds};
use pm_server::config::{AuthConfig, Secret};
use serde_json::{Value, json};

use crate::signers::{but, claims, open, sign_text};
use crate::support::SECRET;

fn config() -> AuthConfig {
    let secret = Some(Secret::new(String::from_utf8(SECRET.to_vec()).unwrap()));
    but(AuthConfig::default(), |auth| auth.secret(secret))
}

fn sign(claims: &Value) -> String {
    sign_text(r#"{"alg":"HS256"}"#, &claims.to_string(), &EncodingKey::from_secret(SECRET), Algorithm::HS256)
}

fn read(config: &AuthConfig, claims: &Value) -> Result<Identity, AuthError> {
    open(config).unwrap().verify(&sign(claims))
}

fn refusal(config: &AuthConfig, changes: &Value) -> Option<AuthError> {
    read(config, &claims(changes)).err()
}

#[gtest]
fn given_claims_of_a_wrong_type_or_form_when_read_then_the_refusal_names_them() {
    let claim = AuthError::Claim;
    let long = "x".repeat(256);
    for (changes, error) in [
        (json!({ "tenant": null }), claim("the tenant")),
        (json!({ "tenant": 7 }), claim("the tenant")),
        (json!({ "tenant": ["acme"] }), claim("the tenant")),
        (json!({ "tenant": { "id": "acme" } }), claim("the tenant")),
        (json!({ "tenant": "" }), claim("the tenant")),
        (json!({ "tenant": "../acme" }), claim("the tenant")),
        (json!({ "tenant": "Acme" }), claim("the tenant")),
        (json!({ "sub": null }), claim("the user")),
        (json!({ "sub": "" }), claim("the user")),
        (json!({ "sub": 7 }), claim("the user")),
        (json!({ "sub": true }), claim("the user")),
        (json!({ "sub": long }), claim("the user")),
        (json!({ "sub": "a\u{0}b" }), claim("the user")),
        (json!({ "role": null }), claim("the role")),
        (json!({ "role": "" }), claim("the role")),
        (json!({ "role": "Admin" }), claim("the role")),
        (json!({ "role": "owner" }), claim("the role")),
        (json!({ "role": "admin,member" }), claim("the role")),
        (json!({ "role": [] }), claim("the role")),
        (json!({ "role": ["owner"] }), claim("the role")),
        (json!({ "role": [["admin"]] }), claim("the role")),
        (json!({ "role": { "admin": true } }), claim("the role")),
        (json!({ "role": 1 }), claim("the role")),
        (json!({ "kind": "robot" }), claim("the kind of actor")),
        (json!({ "kind": 1 }), claim("the kind of actor")),
        (json!({ "name": ["Ann"] }), claim("the name")),
        (json!({ "email": { "a": 1 } }), claim("the e-mail address")),
        (json!({ "iat": "yesterday" }), claim("the instant of issue")),
        (json!({ "iat": -1 }), claim("the instant of issue")),
        (json!({ "exp": null }), claim("the expiry")),
        (json!({ "exp": "4000000000" }), claim("the expiry")),
        (json!({ "exp": -1 }), claim("the expiry")),
        (json!({ "exp": 1e300 }), claim("the expiry")),
        (json!({ "exp": [4_000_000_000_u64] }), AuthError::Invalid),
        (json!({ "nbf": "0" }), claim("the beginning")),
        (json!({ "nbf": -1 }), claim("the beginning")),
    ] {
        expect_that!(refusal(&config(), &changes), some(eq(error)), "{changes}");
    }
    // What is null is not there.
    let mut nulls = claims(&json!({}));
    for name in ["kind", "name", "email"] {
        nulls[name] = Value::Null;
    }
    expect_that!(read(&config(), &nulls).map(|identity| identity.name), ok(none()));
    for not_an_object in [json!([]), json!("x"), json!(1), json!(null)] {
        expect_that!(read(&config(), &not_an_object).is_err(), eq(true), "{not_an_object}");
    }
}

#[gtest]
fn given_a_token_before_and_after_its_time_when_read_then_the_leeway_decides() {
    let now = now_seconds();
    let strict = but(config(), |auth| auth.leeway(Duration::ZERO));
    let wide = but(config(), |auth| auth.leeway(Duration::from_secs(60)));
    for (changes, by_strict, by_wide) in [
        (json!({ "exp": now + 600 }), None, None),
        (json!({ "exp": now - 30 }), Some(AuthError::Expired), None),
        (json!({ "exp": now - 90 }), Some(AuthError::Expired), Some(AuthError::Expired)),
        (json!({ "exp": 0 }), Some(AuthError::Expired), Some(AuthError::Expired)),
        (json!({ "exp": u64::MAX }), None, None),
        (json!({ "exp": (now + 600) as f64 + 0.5 }), None, None),
        (json!({ "nbf": now - 5 }), None, None),
        (json!({ "nbf": now + 30 }), Some(AuthError::NotYet), None),
        (json!({ "nbf": now + 90 }), Some(AuthError::NotYet), Some(AuthError::NotYet)),
    ] {
        expect_that!(refusal(&strict, &changes), eq(by_strict), "{changes}");
        expect_that!(refusal(&wide, &changes), eq(by_wide), "{changes}");
    }
    expect_that!(
        Keys::new(SECRET).unwrap().verify(&sign(&claims(&json!({ "exp": now - 5 })))),
        ok(anything())
    );
}

#[gtest]
fn given_issuers_and_audiences_when_a_token_is_of_others_or_of_none_then_it_is_refused() {
    let issuers = vec!["https://id.example.com".to_owned(), "https://old.example.com".to_owned()];
    let some =
        but(config(), |auth| auth.issuers(issuers).audiences(vec!["pm".to_owned(), "board".to_owned()]));
    let iss = "https://id.example.com";
    for (changes, error) in [
        (json!({ "iss": iss }), None),
        (json!({ "iss": "https://old.example.com", "aud": ["other", "board"] }), None),
        (json!({ "iss": null }), Some(AuthError::Issuer)),
        (json!({ "iss": "https://id.example.com/" }), Some(AuthError::Issuer)),
        (json!({ "iss": "https://id.example.com.evil.example" }), Some(AuthError::Issuer)),
        (json!({ "iss": { "x": iss } }), Some(AuthError::Issuer)),
        (json!({ "iss": 1 }), Some(AuthError::Issuer)),
        (json!({ "iss": iss, "aud": null }), Some(AuthError::Audience)),
        (json!({ "iss": iss, "aud": [] }), Some(AuthError::Audience)),
        (json!({ "iss": iss, "aud": "other" }), Some(AuthError::Audience)),
        (json!({ "iss": iss, "aud": ["other"] }), Some(AuthError::Audience)),
        (json!({ "iss": iss, "aud": { "pm": 1 } }), Some(AuthError::Audience)),
        (json!({ "iss": iss, "aud": "PM" }), Some(AuthError::Audience)),
    ] {
        expect_that!(refusal(&some, &changes), eq(error), "{changes}");
    }
    expect_that!(refusal(&config(), &json!({ "iss": "anybody", "aud": "anything" })), none());
}

#[gtest]
fn given_names_of_claims_when_a_token_uses_them_then_it_is_understood() {
    let words = |all: &[&str]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let named = but(config(), |auth| {
        auth.tenant_claim("https://example.com/tenant".to_owned())
            .user_claim("oid".to_owned())
            .role_claim("/realm_access/roles".to_owned())
            .kind_claim("/pm/kind".to_owned())
            .name_claim("preferred_username".to_owned())
            .email_claim("/a~1b/mail".to_owned())
            .admin_roles(words(&["pm-admin", "root"]))
            .member_roles(words(&["pm-user"]))
    });
    let token = |roles: Value| {
        json!({
            "https://example.com/tenant": "acme",
            "tenant": "other",
            "oid": "u-1",
            "sub": "other",
            "role": "root",
            "realm_access": { "roles": roles },
            "pm": { "kind": "agent" },
            "preferred_username": "Ann",
            "a/b": { "mail": "ann@example.com" },
            "exp": 4_000_000_000_u64,
        })
    };
    let identity = read(&named, &token(json!(["offline_access", "pm-user"]))).unwrap();
    expect_that!(identity.tenant.as_str(), eq("acme"));
    expect_that!(identity.actor.user.as_str(), eq("u-1"));
    expect_that!(identity.actor.role, eq(TenantRole::Member));
    expect_that!(identity.actor.kind, eq(ActorKind::Agent));
    expect_that!(identity.name, some(eq("Ann")));
    expect_that!(identity.email, some(eq("ann@example.com")));
    let role = |roles: Value| read(&named, &token(roles)).map(|identity| identity.actor.role);
    expect_that!(role(json!(["pm-user", "root"])), ok(eq(TenantRole::Admin)));
    expect_that!(role(json!("pm-admin")), ok(eq(TenantRole::Admin)));
    // The words that count elsewhere do not count here, and an unknown one makes nobody a member.
    for roles in
        [json!(["admin"]), json!("member"), json!(["offline_access"]), json!(null), json!({ "pm-user": 1 })]
    {
        expect_that!(role(roles), err(eq(AuthError::Claim("the role"))));
    }
}

#[gtest]
fn given_names_of_claims_when_the_server_signs_then_it_understands_itself() {
    let said = Claims {
        tenant: "acme".to_owned(),
        sub: "ann".to_owned(),
        role: Role::Admin,
        kind: Some(Kind::System),
        name: Some("Ann".to_owned()),
        email: Some("ann@example.com".to_owned()),
        iat: 5,
        exp: 4_000_000_000,
    };
    let named = but(config(), |auth| {
        auth.tenant_claim("/pm/tenant".to_owned())
            .role_claim("/pm/roles/0~1~01".to_owned())
            .admin_roles(vec!["boss".to_owned()])
            .issuers(vec!["https://id.example.com".to_owned()])
            .audiences(vec!["pm".to_owned()])
    });
    for config in [config(), named.clone()] {
        let keys = open(&config).unwrap();
        let identity = keys.verify(&keys.sign(&said).unwrap()).unwrap();
        expect_that!(identity.actor.role, eq(TenantRole::Admin));
        expect_that!(identity.actor.kind, eq(ActorKind::System));
        expect_that!((identity.issued_at, identity.expires_at), eq((5, 4_000_000_000)));
        expect_that!((identity.name, identity.email), eq(&(said.name.clone(), said.email.clone())));
    }
    // No word for the role, or no place for a claim.
    let wordless = but(named.clone(), |auth| auth.admin_roles(vec![]));
    let crowded = but(named, |auth| auth.role_claim("/pm/tenant/role".to_owned()));
    for config in [wordless, crowded] {
        expect_that!(open(&config).unwrap().sign(&said), err(eq(&AuthError::Invalid)));
    }
}
