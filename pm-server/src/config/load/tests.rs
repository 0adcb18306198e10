use googletest::prelude::*;
use serde_json::json;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
}

/// A data folder with this file in it.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_IN_DATA), text).unwrap();
    folder
}

fn over(
    folder: &tempfile::TempDir,
    variables: &[(&str, &str)],
    sets: &[&str],
) -> Result<Loaded, ConfigError> {
    let mut flags = vec![Written::flag("data", folder.path().to_str().unwrap(), "--data")];
    for pair in sets {
        flags.push(Written::set(pair)?);
    }
    load(None, environment(variables), flags)
}

fn only(text: &str) -> Result<Loaded, ConfigError> {
    over(&folder(text), &[], &[])
}

fn source_of(loaded: &Loaded, key: &str) -> String {
    match &loaded.effective[key].source {
        Source::File(_) => "file".to_owned(),
        other => other.to_string(),
    }
}

#[gtest]
fn given_all_sources_when_they_differ_then_flags_win_over_environment_over_file_over_default() {
    let folder = folder(
        "connections_max = 10\n[websocket]\nping_every = '1s'\nhello_within = '1s'\nwrite_within = '1s'\n",
    );
    let variables = [("PM_SERVER_WEBSOCKET__PING_EVERY", "2s"), ("PM_SERVER_WEBSOCKET__HELLO_WITHIN", "2s")];
    let loaded = over(&folder, &variables, &["websocket.ping_every=3s"]).unwrap();
    let websocket = &loaded.config.websocket;
    let seconds =
        [websocket.ping_every, websocket.hello_within, websocket.write_within, websocket.close_within];
    expect_that!(seconds.map(|duration| duration.as_secs()), eq([3, 2, 1, 5]));
    expect_that!(loaded.config.general.connections_max, eq(10));
    expect_that!(source_of(&loaded, "websocket.ping_every"), eq("flag --set"));
    let variable = "environment PM_SERVER_WEBSOCKET__HELLO_WITHIN";
    expect_that!(source_of(&loaded, "websocket.hello_within"), eq(variable));
    expect_that!(source_of(&loaded, "websocket.write_within"), eq("file"));
    expect_that!(source_of(&loaded, "websocket.close_within"), eq("default"));
}

#[gtest]
fn given_a_name_that_is_not_known_when_loaded_then_it_is_refused_with_the_nearest_wherever_it_stands() {
    let folder = folder("");
    let guess = |result: Result<Loaded, ConfigError>| match result {
        Err(ConfigError::Unknown { nearest, .. }) => nearest,
        other => panic!("not refused: {other:?}"),
    };
    let ping = some(eq("websocket.ping_every"));
    expect_that!(guess(only("[websocket]\nping_evry = '1s'")), ping);
    expect_that!(guess(only("lisen = '127.0.0.1:1'")), some(eq("listen")));
    expect_that!(guess(only("[webscoket]\nping_every = '1s'")), some(eq("websocket")));
    expect_that!(guess(only("websocket = 1")), some(anything()));
    expect_that!(guess(over(&folder, &[], &["websocket.ping_evry=1s"])), some(eq("websocket.ping_every")));
    let variable = [("PM_SERVER_WEBSOCKET__PING_EVRY", "1s")];
    expect_that!(guess(over(&folder, &variable, &[])), some(eq("PM_SERVER_WEBSOCKET__PING_EVERY")));
    expect_that!(over(&folder, &[("PM_SERVE", "1"), ("PATH", "/bin")], &[]).is_ok(), eq(true));
}

#[gtest]
fn given_a_value_that_cannot_be_when_loaded_then_the_error_names_key_value_range_and_source() {
    let error = over(&folder(""), &[], &["websocket.ping_every=2000h"]).unwrap_err();
    let text = error.to_string();
    for part in ["`websocket.ping_every`", "\"2000h\"", "flag --set", "duration", "from 10ms to 24h"] {
        expect_that!(text, contains_substring(part));
    }
    for text in ["connections_max = 0", "connections_max = 'many'", "[websocket]\nping_every = 20"] {
        expect_that!(matches!(only(text), Err(ConfigError::Invalid { .. })), eq(true), "{text}");
    }
    let conflict = only("[websocket]\nidle_max = '20s'");
    expect_that!(matches!(conflict, Err(ConfigError::Conflict { .. })), eq(true));
    for (origin, is_fine) in [
        ("*", true),
        ("https://a.example", true),
        ("https://a.example/", false),
        ("https://A.example", false),
        ("a.example", false),
    ] {
        let loaded = only(&format!("[http]\ncors_origins = ['https://b.example', '{origin}']"));
        expect_that!(loaded.is_ok(), eq(is_fine), "{origin}");
    }
}

#[gtest]
fn given_a_file_that_is_missing_broken_or_huge_when_loaded_then_it_is_refused_without_its_content() {
    let named = load(Some(PathBuf::from("/no/such/file")), [], vec![]);
    expect_that!(matches!(named, Err(ConfigError::Unreadable { .. })), eq(true));
    let Err(broken @ ConfigError::Malformed { line: 2, .. }) = only("a = 1\nsecret = s3cr3t oops") else {
        panic!("not refused");
    };
    expect_that!(broken.to_string(), not(contains_substring("s3cr3t")));
    let huge = only(&"#".repeat(2 * 1024 * 1024));
    expect_that!(matches!(huge, Err(ConfigError::Unreadable { .. })), eq(true));
    let nested = only(&format!("a = {}", "[".repeat(100_000)));
    expect_that!(matches!(nested, Err(ConfigError::Malformed { .. })), eq(true));
    let set = over(&folder(""), &[], &["websocket.ping_every"]);
    expect_that!(matches!(set, Err(ConfigError::NotAPair(_))), eq(true));
}

#[gtest]
fn given_a_file_named_by_the_environment_when_loaded_then_it_may_name_the_data_folder_and_others_may_not() {
    let folder = folder("data = '/srv/other'");
    let path = folder.path().join(FILE_IN_DATA).into_os_string();
    let loaded = load(None, [(OsString::from("PM_SERVER_CONFIG"), path)], vec![]).unwrap();
    expect_that!(loaded.config.general.data, eq(&PathBuf::from("/srv/other")));
    expect_that!(matches!(over(&folder, &[], &[]), Err(ConfigError::DataInData(_))), eq(true));
}

#[gtest]
fn given_the_values_in_effect_when_written_as_a_file_then_it_gives_the_same() {
    let loaded =
        over(&folder(""), &[], &["engine.durability=relaxed", "log.filter=info,pm_server=debug"]).unwrap();
    let copy = folder(&loaded.to_toml());
    let again = load(Some(copy.path().join(FILE_IN_DATA)), [], vec![]).unwrap();
    for (key, before) in &loaded.effective {
        expect_that!(&again.effective[key].value, eq(&before.value), "{key}");
    }
    expect_that!(loaded.to_json()["engine.durability"]["value"], eq(&json!("relaxed")));
    expect_that!(loaded.to_json()["engine.durability"]["default"], eq(&json!("full")));
}

#[gtest]
fn given_the_page_of_the_docs_when_compared_then_it_is_what_the_code_says() {
    let page = std::fs::read_to_string("../docs/configuration.md").unwrap();
    let reference = crate::config::page::reference();
    assert!(page == reference, "write it anew: pm-server config --reference > docs/configuration.md");
}
