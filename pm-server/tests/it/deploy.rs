//! The files in docs/deploy: what can be run of them here is run as it stands there.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use googletest::prelude::*;

use crate::cli::{output, text};
use crate::support::plain;

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deploy");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The values of a directive of the unit, in order.
fn directive<'a>(unit: &'a str, name: &str) -> Vec<&'a str> {
    unit.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('=')).collect()
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[gtest]
#[tokio::test]
async fn given_the_unit_when_its_command_runs_with_its_environment_then_it_serves_and_ends_in_order() {
    let unit = read("pm-server.service");
    let folder = tempfile::tempdir().unwrap();
    let command = directive(&unit, "ExecStart")[0];
    let mut words = command.split(' ');
    expect_that!(words.next(), some(eq("/usr/local/bin/pm-server")));
    let state = format!("/var/lib/{}", directive(&unit, "StateDirectory")[0]);
    let place = folder.path().join("state").to_str().unwrap().to_owned();
    // Another place and another port: those of the unit may be taken here.
    let variables =
        directive(&unit, "Environment").into_iter().map(|pair| match pair.split_once('=').unwrap() {
            ("PM_SERVER_LISTEN", _) => ("PM_SERVER_LISTEN", "127.0.0.1:0"),
            (name, value) if value == state => (name, place.as_str()),
            other => other,
        });
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_pm-server"))
        .args(words)
        .env_clear()
        .envs(variables)
        .current_dir("/")
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut running = Running(child);
    let mut printed = BufReader::new(running.0.stdout.take().unwrap()).lines().map(|line| line.unwrap());
    let address = printed.by_ref().find_map(|line| Some(line.split_once("http://")?.1.to_owned())).unwrap();
    expect_that!(plain(address.parse().unwrap(), "GET /ready", "").await.status, eq(200));
    let signal = directive(&unit, "KillSignal")[0].strip_prefix("SIG").unwrap();
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap().success());
    expect_that!(running.0.wait().unwrap().code(), some(eq(0)));
    // Nothing that opens a door is kept by the journal.
    expect_that!(printed.any(|line| line.starts_with("ey")), eq(false));
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    expect_that!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), eq(true));
    expect_that!(folder.path().join("state/tenants/main/tenant.db").exists(), eq(true));
}

#[cfg(target_os = "linux")]
#[gtest]
fn given_the_unit_when_systemd_reads_it_then_it_finds_nothing_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("pm-server.service");
    let text = read("pm-server.service").replace("/usr/local/bin/pm-server", env!("CARGO_BIN_EXE_pm-server"));
    std::fs::write(&unit, text).unwrap();
    match Command::new("systemd-analyze").arg("verify").arg(&unit).output() {
        Ok(verified) => {
            let said = String::from_utf8_lossy(&verified.stderr).into_owned();
            expect_that!(verified.status.code(), some(eq(0)), "{said}");
            expect_that!(said, not(contains_substring("pm-server.service")));
        }
        Err(error) => expect_that!(error.kind(), eq(std::io::ErrorKind::NotFound)),
    }
}

#[gtest]
fn given_the_example_settings_and_the_containers_environment_when_loaded_then_all_of_them_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("example.toml");
    std::fs::write(&file, read("pm-server.toml")).unwrap();
    let loaded = output(folder.path(), &["config", "--json", "--config", file.to_str().unwrap()]);
    assert!(loaded.status.success(), "{}", text(&loaded.stderr));
    let all: serde_json::Value = serde_json::from_slice(&loaded.stdout).unwrap();
    expect_that!(all["metrics.listen"]["value"].as_str(), some(eq("127.0.0.1:9420")));

    let container = read("Dockerfile");
    let variables = container.lines().filter_map(|line| line.strip_prefix("ENV ")?.split_once('='));
    let mut command = Command::new(env!("CARGO_BIN_EXE_pm-server"));
    let loaded = command.args(["config", "--json"]).env_clear().envs(variables).output().unwrap();
    assert!(loaded.status.success(), "{}", text(&loaded.stderr));
    let all: serde_json::Value = serde_json::from_slice(&loaded.stdout).unwrap();
    expect_that!(all["data"]["value"].as_str(), some(eq("/data")));
    expect_that!(all["listen"]["source"].as_str(), some(eq("environment PM_SERVER_LISTEN")));
}
