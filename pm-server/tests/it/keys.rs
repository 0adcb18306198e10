//! Tokens that try to be what they are not. Each attack is shown to work on a reader that trusts the token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use googletest::prelude::*;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use pm_server::auth::{AuthError, Keys};
use pm_server::config::Secret;
use rsa::pkcs8::Document;
use serde_json::{Value, json};

use crate::signers::{Signer, but, claims, open, provider, sign_text, trusting, who, with_set};
use crate::support::SECRET;

/// What a reader believes who takes the algorithm from the token.
fn believed(token: &str, key: &DecodingKey) -> bool {
    let algorithm = jsonwebtoken::decode_header(token).unwrap().alg;
    let mut validation = Validation::new(algorithm);
    validation.validate_aud = false;
    jsonwebtoken::decode::<Value>(token, key, &validation).is_ok()
}

#[gtest]
fn given_keys_of_each_kind_when_their_owners_sign_then_they_come_in() {
    let ann = claims(&json!({}));
    for signer in [Signer::rsa(), Signer::ec(), Signer::ed()] {
        let keys = trusting(&[&signer]);
        expect_that!(who(&keys, &signer.sign(&ann)), eq(&Ok("ann".to_owned())), "{:?}", signer.algorithm);
        expect_that!(who(&keys, &signer.sign_as("any", &ann)), eq(&Ok("ann".to_owned())));
        let folder = tempfile::tempdir().unwrap();
        let keys = with_set(&folder.path().join("jwks.json"), &[signer.jwk("k1")]);
        expect_that!(who(&keys, &signer.sign_as("k1", &ann)), eq(&Ok("ann".to_owned())));
    }
    let all = [Signer::rsa(), Signer::other_rsa(), Signer::ec(), Signer::ed()];
    let public_keys = all.iter().map(|signer| signer.public.clone()).collect();
    let secret = Some(Secret::new(String::from_utf8(SECRET.to_vec()).unwrap()));
    let keys =
        open(&but(provider(), |auth| auth.public_keys(public_keys).secret(secret).accept_secret(true)))
            .unwrap();
    for signer in &all {
        expect_that!(who(&keys, &signer.sign(&ann)), eq(&Ok("ann".to_owned())));
    }
    let by_secret = jsonwebtoken::encode(&Header::default(), &ann, &EncodingKey::from_secret(SECRET));
    expect_that!(who(&keys, &by_secret.unwrap()), eq(&Ok("ann".to_owned())));
}

#[gtest]
fn given_a_public_key_that_everybody_knows_when_it_signs_as_a_secret_then_nobody_comes_in() {
    let signer = Signer::rsa();
    let folder = tempfile::tempdir().unwrap();
    let servers = [trusting(&[&signer]), with_set(&folder.path().join("jwks.json"), &[signer.jwk("k1")])];
    let pem = std::fs::read(&signer.public).unwrap();
    let (_, der) = Document::from_pem(std::str::from_utf8(&pem).unwrap()).unwrap();
    let jwk = signer.jwk("k1");
    let modulus = jwk["n"].as_str().unwrap();
    let known = [
        pem.clone(),
        pem.trim_ascii().to_vec(),
        der.as_bytes().to_vec(),
        modulus.as_bytes().to_vec(),
        URL_SAFE_NO_PAD.decode(modulus).unwrap(),
        jwk.to_string().into_bytes(),
    ];
    for bytes in known {
        for (algorithm, kid) in [
            (Algorithm::HS256, None),
            (Algorithm::HS256, Some("k1".to_owned())),
            (Algorithm::HS512, Some("k1".to_owned())),
        ] {
            let header = Header { kid, ..Header::new(algorithm) };
            let admin = claims(&json!({ "role": "admin" }));
            let forged = jsonwebtoken::encode(&header, &admin, &EncodingKey::from_secret(&bytes)).unwrap();
            expect_that!(believed(&forged, &DecodingKey::from_secret(&bytes)), eq(true));
            for keys in &servers {
                expect_that!(who(keys, &forged), eq(&Err(AuthError::Invalid)));
            }
        }
    }
}

#[gtest]
fn given_tokens_that_nobody_signed_when_read_then_nobody_comes_in() {
    let signer = Signer::rsa();
    let servers = [trusting(&[&signer]), Keys::new(SECRET).unwrap()];
    let body = URL_SAFE_NO_PAD.encode(claims(&json!({})).to_string());
    let signed = signer.sign(&claims(&json!({})));
    let (head_and_body, signature) = signed.rsplit_once('.').unwrap();
    let (head, _) = head_and_body.split_once('.').unwrap();
    let mut tokens: Vec<String> = ["none", "None", "NONE", "nOnE", "", "HS256", "RS256"]
        .iter()
        .map(|algorithm| {
            let header = json!({ "alg": algorithm, "typ": "JWT" }).to_string();
            format!("{}.{body}.", URL_SAFE_NO_PAD.encode(header))
        })
        .collect();
    let other = URL_SAFE_NO_PAD.encode(claims(&json!({ "role": "admin" })).to_string());
    tokens.extend([
        // Another body, or another signature.
        format!("{head}.{other}.{signature}"),
        format!("{head_and_body}.{}", URL_SAFE_NO_PAD.encode([0; 256])),
        format!("{head_and_body}."),
        head_and_body.to_owned(),
        // The parts of an encrypted token.
        format!("{signed}.x.y"),
        format!("{signed}="),
        format!(" {signed}"),
        format!("{signed}\n"),
        "..".to_owned(),
        ".".to_owned(),
        "\0".to_owned(),
        "💥.💥.💥".to_owned(),
        format!("{}.{body}.x", URL_SAFE_NO_PAD.encode("null")),
        format!("{}.{body}.x", URL_SAFE_NO_PAD.encode([0xff, 0xfe])),
    ]);
    for keys in &servers {
        for token in &tokens {
            expect_that!(who(keys, token), eq(&Err(AuthError::Invalid)), "{token}");
        }
        expect_that!(who(keys, ""), eq(&Err(AuthError::Missing)));
    }
    expect_that!(who(&servers[0], &signed), eq(&Ok("ann".to_owned())));
}

#[gtest]
fn given_a_key_of_one_kind_when_a_token_names_it_with_another_algorithm_then_nobody_comes_in() {
    let folder = tempfile::tempdir().unwrap();
    let (rsa, ec, ed) = (Signer::rsa(), Signer::ec(), Signer::ed());
    let set = [rsa.jwk("rsa"), ec.jwk("ec"), ed.jwk("ed")];
    let keys = with_set(&folder.path().join("jwks.json"), &set);
    let ann = claims(&json!({}));
    for signer in [&rsa, &ec, &ed] {
        for kid in ["rsa", "ec", "ed"] {
            let fits = set.iter().any(|jwk| jwk["kid"] == kid && jwk["kty"] == signer.jwk("")["kty"]);
            let came = who(&keys, &signer.sign_as(kid, &ann)).is_ok();
            expect_that!(came, eq(fits), "{:?} as {kid}", signer.algorithm);
        }
    }
    // The right key, but other algorithms of its family: believed by a reader that takes them from the token.
    let public =
        DecodingKey::from_rsa_components(set[0]["n"].as_str().unwrap(), set[0]["e"].as_str().unwrap());
    let public = public.unwrap();
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let header = Header { kid: Some("rsa".to_owned()), ..Header::new(algorithm) };
        let token = rsa.sign_with(header, &ann);
        expect_that!(believed(&token, &public), eq(true));
        expect_that!(who(&keys, &token), eq(&Err(AuthError::Invalid)));
    }
}

#[gtest]
fn given_named_keys_when_a_token_names_none_or_another_one_then_nobody_comes_in() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (Signer::rsa(), Signer::other_rsa());
    let keys = with_set(&folder.path().join("jwks.json"), &[one.jwk("one"), two.jwk("two")]);
    let ann = claims(&json!({}));
    expect_that!(who(&keys, &one.sign_as("one", &ann)), eq(&Ok("ann".to_owned())));
    expect_that!(who(&keys, &two.sign_as("two", &ann)), eq(&Ok("ann".to_owned())));
    for kid in
        ["two", "three", "", "ONE", "one ", "../../../dev/null", "one' OR '1'='1", "https://evil.example"]
    {
        expect_that!(who(&keys, &one.sign_as(kid, &ann)), eq(&Err(AuthError::Invalid)), "{kid}");
    }
    expect_that!(who(&keys, &one.sign(&ann)), eq(&Err(AuthError::Invalid)));
    let odd = r#"{"alg":"RS256","kid":["one"]}"#;
    expect_that!(who(&keys, &one.sign_text(odd, &ann.to_string())), eq(&Err(AuthError::Invalid)));
}

#[gtest]
fn given_a_token_that_brings_its_own_key_when_read_then_the_key_is_not_looked_at() {
    let (good, evil) = (Signer::rsa(), Signer::other_rsa());
    let keys = trusting(&[&good]);
    let ann = claims(&json!({}));
    let own: Header = serde_json::from_value(json!({
        "alg": "RS256",
        "jwk": evil.jwk("own"),
        "jku": "http://127.0.0.1:1/jwks.json",
        "x5u": "http://127.0.0.1:1/cert.pem",
        "x5c": ["MIIB"],
        "kid": "own",
    }))
    .unwrap();
    let forged = evil.sign_with(own.clone(), &ann);
    let brought = jsonwebtoken::decode_header(&forged).unwrap().jwk.unwrap();
    expect_that!(believed(&forged, &DecodingKey::from_jwk(&brought).unwrap()), eq(true));
    expect_that!(who(&keys, &forged), eq(&Err(AuthError::Invalid)));
    // It does no harm in a token that is good without it.
    expect_that!(who(&keys, &good.sign_with(own, &ann)), eq(&Ok("ann".to_owned())));
}

#[gtest]
fn given_a_header_that_asks_for_more_when_read_then_the_token_is_refused() {
    let signer = Signer::rsa();
    let keys = trusting(&[&signer]);
    let ann = claims(&json!({})).to_string();
    for header in [
        r#"{"alg":"RS256","crit":["b64"],"b64":false}"#,
        r#"{"alg":"RS256","crit":["exp"],"exp":1}"#,
        r#"{"alg":"RS256","crit":[]}"#,
        r#"{"alg":"RS256","typ":"logout+jwt"}"#,
        r#"{"alg":"RS256","typ":"dpop+jwt"}"#,
        r#"{"alg":"RS256","typ":"secevent+jwt"}"#,
        r#"{"alg":"RS256","alg":"RS256"}"#,
        r#"{"alg":"HS256","alg":"RS256"}"#,
        r#"{"alg":"RS256","kid":"a","kid":"b"}"#,
        r#"{"typ":"JWT"}"#,
        r#"["RS256"]"#,
    ] {
        expect_that!(who(&keys, &signer.sign_text(header, &ann)), eq(&Err(AuthError::Invalid)), "{header}");
    }
    for header in [
        r#"{"alg":"RS256"}"#,
        r#"{"alg":"RS256","typ":"jwt"}"#,
        r#"{"alg":"RS256","typ":"at+jwt"}"#,
        r#"{"alg":"RS256","typ":"application/at+JWT","other":1}"#,
    ] {
        expect_that!(who(&keys, &signer.sign_text(header, &ann)), eq(&Ok("ann".to_owned())), "{header}");
    }
}

#[gtest]
fn given_claims_that_stand_twice_when_read_then_neither_of_them_counts() {
    let keys = Keys::new(SECRET).unwrap();
    let key = EncodingKey::from_secret(SECRET);
    let sign = |text: &str| sign_text(r#"{"alg":"HS256"}"#, text, &key, Algorithm::HS256);
    let once = r#"{"tenant":"acme","sub":"ann","role":"member","exp":4000000000}"#;
    expect_that!(who(&keys, &sign(once)), eq(&Ok("ann".to_owned())));
    for twice in [
        r#"{"tenant":"acme","sub":"ann","role":"member","exp":4000000000,"role":"admin"}"#,
        r#"{"role":"admin","tenant":"acme","sub":"ann","role":"member","exp":4000000000}"#,
        r#"{"tenant":"acme","sub":"ann","role":"member","exp":1,"exp":4000000000}"#,
        r#"{"tenant":"acme","sub":"ann","role":"member","exp":4000000000,"tenant":"other"}"#,
        r#"{"tenant":"acme","sub":"ann","role":"member","exp":4000000000,"ten\u0061nt":"other"}"#,
        r#"{"tenant":"acme","sub":"ann","role":"member","exp":4000000000,"x":{"a":1,"a":2}}"#,
    ] {
        // A reader that does not mind takes one of the two.
        expect_that!(serde_json::from_str::<Value>(twice).is_ok(), eq(true));
        expect_that!(who(&keys, &sign(twice)), eq(&Err(AuthError::Invalid)), "{twice}");
    }
}

#[gtest]
fn given_tokens_that_are_too_large_or_deep_when_read_then_they_are_refused() {
    let signer = Signer::rsa();
    let keys = trusting(&[&signer]);
    let large = |bytes: usize| signer.sign(&claims(&json!({ "padding": "x".repeat(bytes) })));
    expect_that!(who(&keys, &large(11_000)), eq(&Ok("ann".to_owned())));
    expect_that!(who(&keys, &large(12_500)), eq(&Err(AuthError::Invalid)));
    expect_that!(who(&keys, &large(10_000_000)), eq(&Err(AuthError::Invalid)));
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let header = r#"{"alg":"RS256"}"#;
    expect_that!(who(&keys, &signer.sign_text(header, &deep)), eq(&Err(AuthError::Invalid)));
    let deep_header = format!(r#"{{"alg":"RS256","a":{}1{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    expect_that!(who(&keys, &signer.sign_text(&deep_header, "{}")), eq(&Err(AuthError::Invalid)));
    for text in ["", "null", "[]", "1", "\"x\"", "{", "{}x"] {
        expect_that!(who(&keys, &signer.sign_text(header, text)).is_err(), eq(true), "{text}");
    }
}

#[gtest]
fn given_a_good_token_when_any_letter_of_it_is_another_then_nobody_comes_in() {
    for signer in [Signer::rsa(), Signer::ec(), Signer::ed()] {
        let keys = trusting(&[&signer]);
        let token = signer.sign(&claims(&json!({})));
        for at in 0..token.len() {
            for other in [b'A', b'_', b'.', b'=', b' ', 0] {
                let mut bytes = token.clone().into_bytes();
                if bytes[at] == other {
                    continue;
                }
                bytes[at] = other;
                let changed = String::from_utf8(bytes).unwrap();
                expect_that!(keys.verify(&changed).is_err(), eq(true), "{changed}");
            }
        }
        for end in 0..token.len() {
            let (begin, _) = token.split_at(end);
            expect_that!(keys.verify(begin).is_err(), eq(true), "{begin}");
        }
        expect_that!(who(&keys, &token), eq(&Ok("ann".to_owned())));
    }
}
