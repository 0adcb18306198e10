//! Tokens as who sets a server up meets them: `pm-server token`, and the settings in docs/tokens.md.

use std::path::Path;
use std::time::{Duration, Instant};

use googletest::prelude::*;
use pm_engine::command::{Change, NewProject};
use pm_engine::model::{ActorKind, TenantRole};
use pm_examples::client::{Client, Hello};
use pm_server::auth::{Keys, now_seconds};
use serde_json::{Value, json};

use crate::cli::{Serving, output, text};
use crate::signers::{Signer, write_set};
use crate::support::SECRET;

fn token(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let secret = format!("auth.secret={}", String::from_utf8_lossy(SECRET));
    output(folder, &[&["token", "--set", &secret], arguments].concat())
}

#[gtest]
fn given_a_secret_when_a_token_is_asked_for_as_json_then_it_says_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "--tenant", "main", "--user", "bot", "--role", "admin", "--kind", "agent", "--name", "Bot",
        "--email", "b@x",
    ];
    let made = token(folder.path(), &[&arguments[..], &["--hours", "1", "--json"]].concat());
    let said: Value = serde_json::from_slice(&made.stdout).unwrap();
    expect_that!(
        (&said["tenant"], &said["user"], &said["role"]),
        eq((&json!("main"), &json!("bot"), &json!("admin")))
    );
    let identity = Keys::new(SECRET).unwrap().verify(said["token"].as_str().unwrap()).unwrap();
    expect_that!(identity.actor.kind, eq(ActorKind::Agent));
    expect_that!(identity.actor.role, eq(TenantRole::Admin));
    expect_that!((identity.name, identity.email), eq(&(Some("Bot".to_owned()), Some("b@x".to_owned()))));
    expect_that!(json!(identity.expires_at), eq(&said["expires_at"]));
    expect_that!(identity.expires_at, all![gt(now_seconds() + 3_500), le(now_seconds() + 3_600)]);

    let plain = text(&token(folder.path(), &arguments).stdout);
    let last = plain.lines().last().unwrap();
    expect_that!(Keys::new(SECRET).unwrap().verify(last).is_ok(), eq(true));
}

#[gtest]
fn given_a_secret_in_the_settings_when_anything_is_printed_then_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "auth.secret=hush-hush-hush-hush-hush-hush-hush";
    for arguments in [&["config"][..], &["config", "--json"], &["token", "--tenant", "main", "--user", "ann"]]
    {
        let made = output(folder.path(), &[arguments, &["--set", secret]].concat());
        expect_that!(made.status.code(), some(eq(0)));
        expect_that!((text(&made.stdout) + &text(&made.stderr)).contains("hush"), eq(false), "{arguments:?}");
    }
    for secret in ["auth.secret=hush", "auth.secrets=hush", "auth.accept_secret=hush"] {
        let made = output(folder.path(), &["serve", "--set", secret]);
        expect_that!(made.status.code(), some(eq(1)));
        expect_that!(text(&made.stdout).contains("hush"), eq(false));
    }
    let short = output(folder.path(), &["serve", "--set", "auth.secret=hush"]);
    expect_that!(text(&short.stderr), contains_substring("shorter than 32 bytes"));
    expect_that!(text(&short.stderr).contains("hush"), eq(false));
}

#[gtest]
#[tokio::test]
async fn given_the_settings_in_the_docs_when_served_then_the_providers_tokens_come_in_and_no_secret_is_made()
{
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("pm-data");
    std::fs::create_dir(&data).unwrap();
    let set = folder.path().join("jwks.json");
    let provider = Signer::rsa();
    write_set(&set, &[provider.jwk("2026")]);
    let page = std::fs::read_to_string("../docs/tokens.md").unwrap();
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    let settings: String = block.lines().map(|line| format!("{}\n", line.trim())).collect();
    let settings = settings.replace("/etc/pm/jwks.json", set.to_str().unwrap()) + "reload_every = '50ms'\n";
    std::fs::write(data.join("pm-server.toml"), settings).unwrap();

    let serving = Serving::start(folder.path());
    expect_that!(serving.token, eq(""));
    let exp = now_seconds() + 600;
    let claims = json!({
        "iss": "https://id.example.com/realms/team",
        "aud": ["account", "pm"],
        "pm_tenant": "main",
        "sub": "ann",
        "realm_access": { "roles": ["offline_access", "pm-user"] },
        "exp": exp,
    });
    let ann = provider.sign_as("2026", &claims);
    let mut ann = Client::connect(&serving.url, Hello::new(&ann)).await.unwrap();
    ann.snapshot().await.unwrap();
    expect_that!(ann.welcome().user, eq("ann"));
    expect_that!(data.join("secret").exists(), eq(false));
    let refused = output(folder.path(), &["token", "--tenant", "main", "--user", "ann"]);
    expect_that!(refused.status.code(), some(eq(1)));
    expect_that!(text(&refused.stderr), contains_substring("identity provider"));

    // A key set that is broken under a running server: the log says so, and nobody is sent away.
    std::fs::write(&set, "{").unwrap();
    let begin = Instant::now();
    while !std::fs::read_to_string(folder.path().join("log")).unwrap().contains("this is no JSON Web Key Set")
    {
        assert!(begin.elapsed() < Duration::from_secs(30), "the log says nothing");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let bob = provider.sign_as("2026", &claims);
    expect_that!(Client::connect(&serving.url, Hello::new(&bob)).await.is_ok(), eq(true));
    let project = Change::CreateProject(NewProject::new("PM", "Made"));
    expect_that!(ann.change(project).await.is_ok(), eq(true));
}
