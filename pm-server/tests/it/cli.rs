//! The program as a person at a terminal meets it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use googletest::prelude::*;
use pm_engine::command::{Change, NewProject};
use pm_examples::client::{Client, Hello};

use crate::support::close_code;

fn pm_server(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pm-server"));
    command.current_dir(folder).args(arguments);
    command
}

pub(crate) fn output(folder: &Path, arguments: &[&str]) -> Output {
    pm_server(folder, arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A server as a child process; killed where a test ends early.
pub(crate) struct Serving {
    child: Child,
    pub(crate) url: String,
    pub(crate) token: String,
    greeting: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    /// With more arguments; what it logs is in the file `log` of the folder.
    pub(crate) fn with(folder: &Path, arguments: &[&str]) -> Self {
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let child = pm_server(folder, &["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut serving = Self { child, url: String::new(), token: String::new(), greeting: String::new() };
        for line in BufReader::new(serving.child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(found) = line.trim().strip_prefix("websocket  ") {
                serving.url = found.to_owned();
            }
            if line.starts_with("ey") {
                serving.token = line;
                break;
            }
            serving.greeting.push_str(&line);
            serving.greeting.push('\n');
            if line.ends_with("from your identity provider") {
                break;
            }
        }
        assert!(!serving.url.is_empty(), "it did not begin: {}", serving.greeting);
        serving
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a service manager does; its exit status.
    pub(crate) fn terminate(self) -> Option<i32> {
        self.signal("-TERM");
        self.ended()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// The address it listens on.
    pub(crate) fn address(&self) -> std::net::SocketAddr {
        let address = self.url.strip_prefix("ws://").and_then(|rest| rest.strip_suffix("/ws"));
        address.unwrap().parse().unwrap()
    }

    /// Waits for its end; its exit status.
    pub(crate) fn ended(mut self) -> Option<i32> {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "it does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[gtest]
#[tokio::test]
async fn given_nothing_at_all_when_served_then_a_printed_token_comes_in_and_sigterm_ends_it_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    expect_that!(serving.greeting, contains_substring("made just now, with the admin user `admin`"));
    let mut ann = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
    let users = format!("{:?}", ann.snapshot().await.unwrap());
    expect_that!(users, contains_substring("Admin"));
    let end = ann.change(Change::CreateProject(NewProject::new("PM", "Kept"))).await.unwrap();
    let mut bob = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
    bob.snapshot().await.unwrap();
    expect_that!(bob.position().sequence, ge(end.last_sequence.unwrap()));
    let waiting = tokio::spawn(async move { bob.connection().closed().await });
    let code = tokio::task::spawn_blocking(move || serving.terminate()).await.unwrap();
    expect_that!(code, some(eq(0)));
    expect_that!(close_code(&waiting.await.unwrap()), some(eq(4000)));

    // The second start keeps everything: the tenant, and the secret behind the first token.
    let again = Serving::start(folder.path());
    expect_that!(again.greeting.contains("made just now"), eq(false));
    let token = text(&output(folder.path(), &["token", "--tenant", "main", "--user", "ann"]).stdout);
    let mut ann = Client::connect(&again.url, Hello::new(token.lines().last().unwrap())).await.unwrap();
    let known = format!("{:?}", ann.snapshot().await.unwrap());
    expect_that!(known, contains_substring("Kept"));
    expect_that!(ann.welcome().user, eq("ann"));
}

#[cfg(unix)]
#[gtest]
fn given_a_first_start_when_the_secret_is_made_then_only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let secret = folder.path().join("pm-data/secret");
    let mode = std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777;
    expect_that!(mode, eq(0o600));
    let before = std::fs::read(&secret).unwrap();
    expect_that!(serving.terminate(), some(eq(0)));
    drop(Serving::start(folder.path()));
    expect_that!(std::fs::read(&secret).unwrap(), eq(&before));
}

#[gtest]
fn given_a_port_that_is_taken_when_served_then_the_error_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = output(folder.path(), &["serve", "--listen", &address]);
    expect_that!(output.status.code(), some(eq(1)));
    expect_that!(text(&output.stderr), contains_substring("name another address with --listen"));
}

#[gtest]
fn given_a_folder_that_is_served_when_served_again_then_the_error_names_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let second = output(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    expect_that!(second.status.code(), some(eq(1)));
    expect_that!(text(&second.stderr), contains_substring(format!("by process {}", serving.id())));
    expect_that!(text(&second.stderr), contains_substring("stop that server"));
    serving.signal("-KILL");
    serving.ended();
    drop(Serving::start(folder.path()));
}

#[gtest]
fn given_a_data_folder_when_a_token_is_asked_for_then_it_is_alone_on_the_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let missing = output(folder.path(), &["token", "--tenant", "main", "--user", "ann"]);
    expect_that!(missing.status.code(), some(eq(1)));
    expect_that!(text(&missing.stderr), contains_substring("pm-server serve"));
    drop(Serving::start(folder.path()));
    let made = output(
        folder.path(),
        &[
            "token", "--tenant", "main", "--user", "ann", "--role", "admin", "--name", "Ann Lee", "--hours",
            "2",
        ],
    );
    expect_that!(made.status.code(), some(eq(0)));
    expect_that!(text(&made.stderr), eq(""));
    let absent = output(folder.path(), &["token", "--tenant", "mian", "--user", "ann"]);
    expect_that!(absent.status.code(), some(eq(0)));
    expect_that!(text(&absent.stderr), contains_substring("there is no tenant mian yet"));
    let made = text(&made.stdout);
    let token = made.lines().last().unwrap();
    expect_that!(token.split('.').count(), eq(3));
    expect_that!(token.contains(' '), eq(false));
    let wrong = output(folder.path(), &["token", "--tenant", "No Such", "--user", "ann"]);
    expect_that!(wrong.status.code(), some(eq(1)));
    expect_that!(text(&wrong.stderr), contains_substring("tenant id"));
}
