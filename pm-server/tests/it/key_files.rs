//! Keys in files: what is accepted, what is refused at the start, and what happens when a file changes.

use std::path::PathBuf;
use std::time::Duration;

use googletest::prelude::*;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pm_examples::client::{Client, Hello};
use pm_server::auth::{AuthError, Keys};
use pm_server::config::{AuthConfig, Secret};
use serde_json::{Value, json};

use crate::signers::{Signer, but, claims, key_file, open, provider, who, with_set, write_set};
use crate::support::{TestServer, closed_with, short, task};

#[gtest]
fn given_a_key_that_is_rotated_when_the_file_changes_then_each_token_counts_as_long_as_its_key_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let (old, new) = (Signer::rsa(), Signer::ec());
    let keys = with_set(&file, &[old.jwk("2025")]);
    let (of_old, of_new) =
        (old.sign_as("2025", &claims(&json!({}))), new.sign_as("2026", &claims(&json!({}))));
    let who_counts = || (who(&keys, &of_old).is_ok(), who(&keys, &of_new).is_ok());
    expect_that!(who_counts(), eq((true, false)));
    expect_that!(keys.reload(), ok(eq(&false)));
    write_set(&file, &[old.jwk("2025"), new.jwk("2026")]);
    expect_that!(keys.reload(), ok(eq(&true)));
    expect_that!(who_counts(), eq((true, true)));
    // A clone is the same keys, as every connection has one.
    let clone = keys.clone();
    write_set(&file, &[new.jwk("2026")]);
    expect_that!(clone.reload(), ok(eq(&true)));
    expect_that!(who_counts(), eq((false, true)));
}

#[gtest]
fn given_a_file_that_is_broken_when_read_again_then_the_keys_read_before_go_on_counting() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let (old, new) = (Signer::rsa(), Signer::ec());
    let keys = with_set(&file, &[old.jwk("k")]);
    let whole = json!({ "keys": [new.jwk("k")] }).to_string();
    let (half, _) = whole.split_at(whole.len() / 2);
    let twice = json!({ "keys": [new.jwk("k"), old.jwk("k")] }).to_string();
    for broken in ["", half, "{}", "[]", r#"{"keys":[]}"#, r#"{"keys":{}}"#, &twice, &" ".repeat(300_000)] {
        std::fs::write(&file, broken).unwrap();
        expect_that!(keys.reload().is_err(), eq(true));
        expect_that!(who(&keys, &old.sign_as("k", &claims(&json!({})))), eq(&Ok("ann".to_owned())));
    }
    std::fs::remove_file(&file).unwrap();
    expect_that!(keys.reload().is_err(), eq(true));
    std::fs::create_dir(&file).unwrap();
    expect_that!(keys.reload().is_err(), eq(true));
    expect_that!(who(&keys, &old.sign_as("k", &claims(&json!({})))), eq(&Ok("ann".to_owned())));
    std::fs::remove_dir(&file).unwrap();
    std::fs::write(&file, whole).unwrap();
    expect_that!(keys.reload(), ok(eq(&true)));
    expect_that!(who(&keys, &old.sign_as("k", &claims(&json!({})))), eq(&Err(AuthError::Invalid)));
    expect_that!(who(&keys, &new.sign_as("k", &claims(&json!({})))), eq(&Ok("ann".to_owned())));
}

#[gtest]
#[tokio::test]
async fn given_a_server_that_runs_when_its_key_set_changes_then_those_of_new_keys_come_in_and_of_old_ones_go()
{
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let (old, stays, new) = (Signer::rsa(), Signer::ec(), Signer::ed());
    write_set(&file, &[old.jwk("old"), stays.jwk("stays")]);
    let mut config = short();
    config.auth = provider();
    config.auth.key_set(Some(file.clone())).reload_every(Duration::from_millis(50));
    let server = TestServer::with(config).await;
    let of_old = old.sign_as("old", &claims(&json!({})));
    let mut ann = Client::connect(&server.url(), Hello::new(&of_old)).await.unwrap();
    let bob = stays.sign_as("stays", &claims(&json!({ "sub": "bob" })));
    let mut bob = Client::connect(&server.url(), Hello::new(&bob)).await.unwrap();
    bob.snapshot().await.unwrap();
    let cid = new.sign_as("new", &claims(&json!({ "sub": "cid" })));
    expect_that!(Client::connect(&server.url(), Hello::new(&cid)).await.is_err(), eq(true));

    // The key that stays has another name now.
    write_set(&file, &[new.jwk("new"), stays.jwk("renamed")]);
    expect_that!(closed_with(ann.connection()).await, some(eq(4200)));
    expect_that!(Client::connect(&server.url(), Hello::new(&cid)).await.is_ok(), eq(true));
    expect_that!(Client::connect(&server.url(), Hello::new(&of_old)).await.is_err(), eq(true));
    expect_that!(bob.change(task("Still here")).await.is_ok(), eq(true));
}

#[gtest]
fn given_a_set_when_read_then_keys_for_other_purposes_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let (rsa, ec) = (Signer::rsa(), Signer::ec());
    let with = |mut jwk: Value, name: &str, value: Value| {
        jwk[name] = value;
        jwk
    };
    let set = [
        with(rsa.jwk("encrypts"), "use", json!("enc")),
        with(rsa.jwk("rs512"), "alg", json!("RS512")),
        with(rsa.jwk("hs256"), "alg", json!("HS256")),
        with(rsa.jwk("signs"), "key_ops", json!(["sign"])),
        with(ec.jwk("p521"), "crv", json!("P-521")),
        json!({ "kty": "unheard-of", "kid": "unheard" }),
        with(rsa.jwk("good"), "x5c", json!(["MIIB"])),
    ];
    let keys = with_set(&folder.path().join("jwks.json"), &set);
    let ann = claims(&json!({}));
    for kid in ["encrypts", "rs512", "hs256", "signs"] {
        expect_that!(who(&keys, &rsa.sign_as(kid, &ann)), eq(&Err(AuthError::Invalid)), "{kid}");
    }
    expect_that!(who(&keys, &rsa.sign_as("good", &ann)), eq(&Ok("ann".to_owned())));
}

#[gtest]
fn given_a_set_with_secrets_when_both_are_in_it_then_hs256_is_rotated_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let secret = |kid: &str, k: &str| json!({ "kty": "oct", "kid": kid, "alg": "HS256", "k": k });
    let (one, two) =
        ("MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE", "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI");
    let keys = with_set(&file, &[secret("1", one), secret("2", two)]);
    let sign = |kid: &str, byte: u8| {
        let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims(&json!({})), &EncodingKey::from_secret(&[byte; 32])).unwrap()
    };
    expect_that!(who(&keys, &sign("1", b'1')), eq(&Ok("ann".to_owned())));
    expect_that!(who(&keys, &sign("2", b'2')), eq(&Ok("ann".to_owned())));
    expect_that!(who(&keys, &sign("1", b'2')), eq(&Err(AuthError::Invalid)));
}

fn pem(name: &str) -> AuthConfig {
    but(provider(), |auth| auth.public_keys(vec![key_file(name)]))
}

#[gtest]
fn given_settings_that_cannot_be_when_keys_are_opened_then_the_error_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let set = |name: &str, keys: Value| {
        let key_set = Some(file(name, &json!({ "keys": keys }).to_string()));
        but(provider(), |auth| auth.key_set(key_set))
    };
    let (rsa, ec, ed) = (Signer::rsa(), Signer::ec(), Signer::ed());
    let mut nameless = [rsa.jwk("a"), ec.jwk("b")];
    nameless[1].as_object_mut().unwrap().remove("kid");
    let changed = |mut jwk: Value, name: &str, value: &str| {
        jwk[name] = value.into();
        json!([jwk])
    };
    let zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let short = Some(file("short", "too short\n"));
    let alone = but(AuthConfig::default(), |auth| auth.secret_file(short));
    let none = but(pem("rsa-a.pub.pem"), |auth| auth.audiences(vec![]));
    let many = but(provider(), |auth| auth.public_keys(vec![key_file("rsa-a.pub.pem"); 9]));
    let leeway = but(pem("rsa-a.pub.pem"), |auth| auth.leeway(Duration::from_secs(601)));
    let origins = but(pem("rsa-a.pub.pem"), |auth| auth.origins(vec!["https://pm.example.com/".to_owned()]));
    let unnamed = but(pem("rsa-a.pub.pem"), |auth| auth.role_claim(String::new()));
    for (config, says) in [
        (but(AuthConfig::default(), |auth| auth.secret(Some(Secret::new("short")))), "shorter than 32 bytes"),
        (alone, "shorter than 32 bytes"),
        (AuthConfig::default(), "cannot read there/is/no/secret"),
        (provider(), "there is no public key"),
        (none, "auth.audiences is empty"),
        (many, "too many files"),
        (leeway, "auth.leeway"),
        (origins, "auth.origins has `https://pm.example.com/`"),
        (unnamed, "names no claim"),
        (pem("rsa-1024.pub.pem"), "1024 bits"),
        (pem("rsa-a.pem"), "a private key"),
        (pem("ec.pem"), "a private key"),
        (pem("rsa-a.crt.pem"), "a certificate"),
        (pem("ec-384.pub.pem"), "one public key"),
        (pem("README.md"), "one public key"),
        (pem("."), "no regular file"),
        (pem("absent.pem"), "absent.pem"),
        (set("weak", changed(rsa.jwk("k"), "n", "AQAB")), "no good RSA key"),
        (set("empty", json!([])), "no key of the set"),
        (set("private", changed(rsa.jwk("k"), "d", "AQAB")), "a private key"),
        (set("base64", changed(rsa.jwk("k"), "n", "a+b/")), "base64url"),
        (set("point", changed(ec.jwk("k"), "x", zeros)), "P-256"),
        (set("short-point", changed(ec.jwk("k"), "x", "AA")), "P-256"),
        (set("short-ed", changed(ed.jwk("k"), "x", "AA")), "Ed25519"),
        (set("weak-ed", changed(ed.jwk("k"), "x", zeros)), "Ed25519"),
        (set("guessable", json!([{ "kty": "oct", "kid": "k", "k": "c2hvcnQ" }])), "shorter than 32 bytes"),
        (set("missing", json!([{ "kty": "RSA", "kid": "k", "n": "AQAB" }])), "`e` is missing"),
        (set("twice", json!([rsa.jwk("k"), ec.jwk("k")])), "two keys are named `k`"),
        (set("nameless", json!(nameless)), "no `kid`"),
        (set("crowd", json!(vec![json!({ "kty": "x" }); 101])), "more than 100"),
    ] {
        let error = open(&config).err().map(|error| error.to_string()).unwrap_or_default();
        expect_that!(error, contains_substring(says));
    }
    for name in ["rsa-a.pub.pem", "rsa-a.pkcs1.pub.pem", "ec.pub.pem", "ed.pub.pem"] {
        expect_that!(open(&pem(name)).is_ok(), eq(true), "{name}");
    }
}

#[gtest]
fn given_a_secret_in_a_set_that_is_broken_when_the_error_is_told_then_the_secret_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    std::fs::write(&file, r#"{"keys":[{"kty":"oct","kid":"k","k":"#.to_owned() + r#"{"hush-hush":1}}]}"#)
        .unwrap();
    let config = but(provider(), |auth| auth.key_set(Some(file)));
    let error = open(&config).unwrap_err().to_string();
    expect_that!(error, contains_substring("line 1"));
    expect_that!(error.contains("hush"), eq(false));
    let secret = but(AuthConfig::default(), |auth| auth.secret(Some(Secret::new("hush-hush"))));
    expect_that!(format!("{secret:?}").contains("hush"), eq(false));
    let keys = Keys::open(&AuthConfig::default(), PathBuf::from("absent"));
    expect_that!(keys.is_err(), eq(true));
}

#[gtest]
fn given_half_a_file_when_read_then_it_is_refused_wherever_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("half");
    let set =
        json!({ "keys": [Signer::rsa().jwk("a"), Signer::ec().jwk("b"), Signer::ed().jwk("c")] }).to_string();
    let as_set = but(provider(), |auth| auth.key_set(Some(file.clone())));
    let as_pem = but(provider(), |auth| auth.public_keys(vec![file.clone()]));
    let pems = ["rsa-a.pub.pem", "rsa-a.pkcs1.pub.pem", "ec.pub.pem", "ed.pub.pem"];
    let mut whole = vec![(set, &as_set)];
    whole.extend(pems.map(|name| (std::fs::read_to_string(key_file(name)).unwrap(), &as_pem)));
    for (text, config) in whole {
        let text = text.trim();
        for end in 0..text.len() {
            std::fs::write(&file, &text.as_bytes()[..end]).unwrap();
            expect_that!(open(config).is_err(), eq(true), "{end} bytes of {text}");
        }
        std::fs::write(&file, text).unwrap();
        expect_that!(open(config).is_ok(), eq(true), "{text}");
    }
}
