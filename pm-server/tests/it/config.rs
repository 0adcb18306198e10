//! Settings as a person at a terminal meets them, and as they reach what they are for.

use std::path::Path;
use std::process::{Command, Output};

use googletest::prelude::*;

use crate::cli::{Serving, text};

fn config(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pm-server"));
    command.current_dir(folder).arg("config").args(arguments).envs(variables.iter().copied());
    command.output().unwrap()
}

#[gtest]
fn given_file_environment_and_flags_when_the_settings_are_printed_then_each_says_where_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pm-data")).unwrap();
    let file = "listen = '127.0.0.1:1'\n[websocket]\nping_every = '1s'\nhello_within = '1s'\n";
    std::fs::write(folder.path().join("pm-data/pm-server.toml"), file).unwrap();
    let output = config(
        folder.path(),
        &["--json", "--set", "websocket.ping_every=3s"],
        &[("PM_SERVER_WEBSOCKET__PING_EVERY", "2s"), ("PM_SERVER_ENGINE__WORKERS", "2")],
    );
    expect_that!(output.status.code(), some(eq(0)));
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let of = |key: &str| (all[key]["value"].to_string(), all[key]["source"].as_str().unwrap().to_owned());
    expect_that!(of("websocket.ping_every"), eq(&("\"3s\"".to_owned(), "flag --set".to_owned())));
    let workers = ("2".to_owned(), "environment PM_SERVER_ENGINE__WORKERS".to_owned());
    expect_that!(of("engine.workers"), eq(&workers));
    let file = ("\"127.0.0.1:1\"".to_owned(), "file pm-data/pm-server.toml".to_owned());
    expect_that!(of("listen"), eq(&file));
    expect_that!(of("websocket.idle_max").1, eq("default"));
    let printed = text(&config(folder.path(), &[], &[]).stdout);
    expect_that!(printed, contains_substring("listen = \"127.0.0.1:1\" # file pm-data/pm-server.toml"));
}

#[gtest]
fn given_a_misspelt_setting_when_anything_is_run_then_it_is_refused_with_the_one_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let output = config(folder.path(), &[], &[("PM_SERVER_LISTN", "127.0.0.1:1")]);
    expect_that!(output.status.code(), some(eq(1)));
    expect_that!(text(&output.stderr), contains_substring("did you mean `PM_SERVER_LISTEN`?"));
    let output = config(folder.path(), &["--set", "connections_max=0"], &[]);
    expect_that!(text(&output.stderr), contains_substring("from 1 to 1000000"));
}

#[gtest]
fn given_a_server_with_a_file_in_its_data_folder_when_it_logs_then_format_and_filter_are_as_set() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("pm-data");
    std::fs::create_dir(&data).unwrap();
    let log = |settings: &str| {
        std::fs::write(data.join("pm-server.toml"), settings).unwrap();
        expect_that!(Serving::start(folder.path()).terminate(), some(eq(0)));
        std::fs::read_to_string(folder.path().join("log")).unwrap()
    };
    let json = log("[log]\nformat = 'json'\n");
    let lines = json.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let levels: Vec<_> = lines
        .filter(|line| line["fields"]["message"] == "stopped")
        .map(|line| line["level"].to_string())
        .collect();
    expect_that!(levels, elements_are![eq("\"INFO\"")]);
    expect_that!(log(""), contains_substring(" INFO pm_server::cli::serve: stopped"));
    expect_that!(log("[log]\nfilter = 'error'\n"), eq(""));
}
