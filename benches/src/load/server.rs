//! Processes that are measured: `pm-server` over a folder of its own, and the bare server.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;
use tempfile::TempDir;

use super::args::{Common, Run};
use crate::fixture;

/// The tenant that a first start makes.
const TENANT: &str = "main";
/// How long a server may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);
const TOKEN_SECONDS: u64 = 24 * 3_600;
/// What a server is told so that nothing but its own speed bounds the load: rates are for the clients of many users.
const UNBOUND: &[&str] = &[
    "rates.commands_per_second=0",
    "rates.user_commands_per_second=0",
    "rates.messages_per_second=0",
    "rates.bytes_per_second=0",
    "connections_max=100000",
    "connections_unknown_max=100000",
    "websocket.connections_per_tenant_max=100000",
];
/// Of `/proc/PID/stat`: the same on every Linux of today.
const TICKS_A_SECOND: f64 = 100.0;

/// Where to connect, and as whom.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) path: String,
    tenant: String,
    tokens: Tokens,
}

#[derive(Clone, Debug)]
enum Tokens {
    Signed(EncodingKey),
    Fixed(String),
}

impl Target {
    /// A server that runs already.
    pub(crate) fn at(url: &str, wanted: &Run) -> Self {
        let rest = url.strip_prefix("ws://").expect("a URL looks like ws://127.0.0.1:7420/ws");
        let (host, path) = rest.split_once('/').expect("a URL looks like ws://127.0.0.1:7420/ws");
        let tokens = match (&wanted.token, &wanted.secret) {
            (Some(token), _) => Tokens::Fixed(token.clone()),
            (None, Some(file)) => Tokens::Signed(secret(file)),
            (None, None) => panic!("--url needs --secret or --token"),
        };
        let address = std::net::ToSocketAddrs::to_socket_addrs(host).unwrap().next().unwrap();
        Self { address, path: format!("/{path}"), tenant: wanted.tenant.clone(), tokens }
    }

    /// A token for a user.
    pub(crate) fn token(&self, user: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let claims = serde_json::json!({
            "tenant": self.tenant, "sub": user, "role": "member", "iat": now, "exp": now + TOKEN_SECONDS,
        });
        match &self.tokens {
            Tokens::Fixed(token) => token.clone(),
            Tokens::Signed(key) => jsonwebtoken::encode(&Header::default(), &claims, key).unwrap(),
        }
    }
}

fn secret(file: &Path) -> EncodingKey {
    EncodingKey::from_secret(std::fs::read_to_string(file).unwrap().trim().as_bytes())
}

/// A process; killed where this is dropped.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A `pm-server` over a folder of its own.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    program: PathBuf,
    arguments: Vec<String>,
    pub(crate) target: Target,
    // After the process: it is removed once nobody writes there any more.
    folder: TempDir,
}

impl Server {
    pub(crate) fn start(common: &Common) -> Self {
        let folder = fixture::folder();
        let program = common.server.clone().unwrap_or_else(|| sibling("pm-server"));
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap();
        let process = serve(&program, &folder, free, &common.server_args);
        let tokens = Tokens::Signed(secret(&folder.path().join("secret")));
        let target = Target { address: free, path: "/ws".to_owned(), tenant: TENANT.to_owned(), tokens };
        Self { process, program, arguments: common.server_args.clone(), target, folder }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.0.id()
    }

    /// kill −9, and another process over the same folder at the same address.
    pub(crate) fn kill_and_restart(&mut self) {
        self.process.0.kill().unwrap();
        self.process.0.wait().unwrap();
        self.process = serve(&self.program, &self.folder, self.target.address, &self.arguments);
    }
}

/// A program that was built with this one.
fn sibling(name: &str) -> PathBuf {
    let path = std::env::current_exe().unwrap().with_file_name(name);
    assert!(path.is_file(), "there is no {}: build it, or name one with --server", path.display());
    path
}

fn serve(program: &Path, folder: &TempDir, address: SocketAddr, arguments: &[String]) -> Process {
    let log = std::fs::File::options().create(true).append(true).open(folder.path().join("log")).unwrap();
    let child = Command::new(program)
        .arg("--data")
        .arg(folder.path())
        .args(["serve", "--listen", &address.to_string()])
        .args(UNBOUND.iter().flat_map(|setting| ["--set", setting]))
        .args(arguments)
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
    let mut process = Process(child);
    let begin = Instant::now();
    while TcpStream::connect(address).is_err() {
        let log = || std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        assert!(process.0.try_wait().unwrap().is_none(), "the server ended: {}", log());
        assert!(begin.elapsed() < PATIENCE, "the server does not begin: {}", log());
        std::thread::sleep(Duration::from_millis(10));
    }
    process
}

/// The bare server.
#[derive(Debug)]
pub(crate) struct FloorServer {
    process: Process,
    pub(crate) address: SocketAddr,
}

impl FloorServer {
    pub(crate) fn start(rows: usize, users: usize, batch: usize) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["floor", "--rows", &rows.to_string()])
            .args(["--users", &users.to_string(), "--batch", &batch.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut process = Process(child);
        let mut line = String::new();
        BufReader::new(process.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().parse().expect("the bare server did not begin");
        Self { process, address }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.0.id()
    }
}

/// What a process has used, from `/proc`.
#[derive(Clone, Copy, Default, Serialize, Debug)]
pub(crate) struct Usage {
    pub(crate) cpu_seconds: f64,
    pub(crate) memory_bytes: u64,
    pub(crate) memory_peak_bytes: u64,
}

impl Usage {
    /// So far; zeros where there is no `/proc`.
    pub(crate) fn of(pid: u32) -> Self {
        let read = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
        let (stat, status) = (read("stat"), read("status"));
        // The name before it may hold anything.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        let kib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
        };
        Self {
            cpu_seconds: (ticks(11) + ticks(12)) / TICKS_A_SECOND,
            memory_bytes: kib("VmRSS:"),
            memory_peak_bytes: kib("VmHWM:"),
        }
    }

    /// What was used since an earlier look.
    pub(crate) fn since(self, before: Self) -> Self {
        Self { cpu_seconds: self.cpu_seconds - before.cpu_seconds, ..self }
    }
}
