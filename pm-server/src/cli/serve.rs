//! `pm-server serve`: with no configuration at all, a server to begin with.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

use pm_engine::Engine;
use pm_engine::command::{Actor, Change, Command, UserChange};
use pm_engine::error::OpenError;
use pm_engine::model::UserId;

use super::CliError;
use super::data::Data;
use super::token::{Wanted, sign};
use crate::auth::{Keys, Role};
use crate::config::{LogConfig, LogFormat};
use crate::{Server, ServerConfig};

/// The tenant and the admin that are made on the first start.
const FIRST_TENANT: &str = "main";
const FIRST_USER: &str = "admin";
/// How long the token printed at the start is good for.
const FIRST_TOKEN_HOURS: u64 = 720;
/// Exit status after a second signal.
const ENDED_AT_ONCE: i32 = 130;

pub(super) fn run(data: &Data, config: ServerConfig) -> Result<ExitCode, CliError> {
    log_to_stderr(&config.log);
    data.make()?;
    let alone = data.serve_alone()?;
    let keys = data.keys_or_make()?;
    let engine = data.engine()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(config.general.blocking_threads_max)
        .build()
        .map_err(|error| CliError::new(format!("cannot start: {error}"), "see the limits of this user"))?;
    let served = runtime.block_on(serve(data, config, keys, engine));
    // A read that is stuck on a disk must not keep the process.
    runtime.shutdown_background();
    drop(alone);
    served
}

fn log_to_stderr(config: &LogConfig) {
    let log = tracing_subscriber::fmt().with_env_filter(config.filter.filter()).with_writer(std::io::stderr);
    // A host that has its own log keeps it.
    let _ = match config.format {
        LogFormat::Text => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        // A request is the only span there is: once is enough.
        LogFormat::Json => log.json().with_span_list(false).try_init(),
    };
}

async fn serve(data: &Data, config: ServerConfig, keys: Keys, engine: Engine) -> Result<ExitCode, CliError> {
    let listen = config.general.listen;
    let print_token = config.general.print_token;
    let bound = Server::bind(listen, engine.clone(), keys.clone(), config).await;
    let server = bound.map_err(|error| unbound(listen, &error))?;
    let address = server.address().map_err(|error| unbound(listen, &error))?;
    // Only now: a second server that found its port taken has made nothing.
    let is_new = first_tenant(data, &engine)?;
    let stop = Stop::listen()?;
    let metrics = server.metrics_address().map_err(|error| unbound(listen, &error))?;
    // A token is printed only where nobody else can reach the port.
    let print_token = print_token && address.ip().is_loopback() && has_first(data, &engine)?;
    greet(data, &keys, &Greeting { address, metrics, is_new, print_token })?;
    server.run(stop.wait()).await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

fn unbound(address: SocketAddr, error: &std::io::Error) -> CliError {
    let hint = match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "is a server running already? name another address with --listen, such as --listen 127.0.0.1:7421"
        }
        std::io::ErrorKind::PermissionDenied => {
            "ports below 1024 need a privilege: choose a higher one with --listen"
        }
        _ => "name an address of this machine with --listen",
    };
    CliError::new(format!("cannot listen on {address}: {error}"), hint)
}

/// Makes the first tenant where there is none at all.
fn first_tenant(data: &Data, engine: &Engine) -> Result<bool, CliError> {
    let tenants = engine.tenants().map_err(|error| data.explain("the tenants", &error))?;
    if !tenants.is_empty() {
        return Ok(false);
    }
    let explain = |error: &OpenError| data.explain(FIRST_TENANT, error);
    let tenant = engine.create_tenant(FIRST_TENANT).map_err(|error| explain(&error))?;
    let user = UserId::new(FIRST_USER).map_err(|error| CliError::new(error.to_string(), "report this"))?;
    let changes = vec![UserChange::Name(Some("Admin".to_owned()))];
    let command = Command::new(Actor::admin(user.clone()), Change::UpdateUser { user, changes });
    tenant.execute(command).map_err(|error| CliError::new(error.to_string(), "try again"))?;
    Ok(true)
}

fn has_first(data: &Data, engine: &Engine) -> Result<bool, CliError> {
    let tenants = engine.tenants().map_err(|error| data.explain("the tenants", &error))?;
    Ok(tenants.iter().any(|tenant| tenant.as_str() == FIRST_TENANT))
}

struct Greeting {
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    is_new: bool,
    print_token: bool,
}

/// Says where the server is and how to begin.
fn greet(data: &Data, keys: &Keys, greeting: &Greeting) -> Result<(), CliError> {
    let Greeting { address, metrics, is_new, print_token } = *greeting;
    let mut text = format!(
        "pm-server {} serves {}\n  address    http://{address}\n  websocket  ws://{address}/ws\n",
        env!("CARGO_PKG_VERSION"),
        data.path().display()
    );
    if let Some(metrics) = metrics {
        text.push_str(&format!("  metrics    http://{metrics}/metrics\n"));
    }
    if is_new {
        text.push_str("  tenant     main (made just now, with the admin user `admin`)\n");
    }
    if !keys.can_sign() {
        text.push_str("  token      from your identity provider\n");
    } else if print_token {
        let wanted = Wanted {
            tenant: FIRST_TENANT,
            user: FIRST_USER,
            role: Role::Admin,
            kind: None,
            name: None,
            email: None,
            hours: FIRST_TOKEN_HOURS,
        };
        let (token, _) = sign(keys, &wanted)?;
        text.push_str(&format!("  token      for `admin` of `main`, good for 30 days:\n{token}\n"));
    } else {
        text.push_str(&format!("  token      {} token --tenant TENANT --user USER\n", data.program()));
    }
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    Ok(())
}

/// The signals that end the server.
struct Stop {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    fn listen() -> Result<Self, CliError> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let listen = |kind| {
                signal(kind).map_err(|error| {
                    CliError::new(format!("cannot listen for signals: {error}"), "report this")
                })
            };
            Ok(Self {
                terminate: listen(SignalKind::terminate())?,
                interrupt: listen(SignalKind::interrupt())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Resolves at the first signal; the second one ends the process at once. What was acknowledged is on disk.
    async fn wait(mut self) {
        self.signal().await;
        tracing::info!("stopping; a second signal ends it at once");
        tokio::spawn(async move {
            self.signal().await;
            tracing::warn!("ended by a second signal");
            std::process::exit(ENDED_AT_ONCE);
        });
    }

    #[cfg(unix)]
    async fn signal(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn signal(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
