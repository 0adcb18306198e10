//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::auth::Role;

/// Agile project management on a port: WebSocket in front, one SQLite file per tenant behind.
#[derive(Debug, Parser)]
#[command(
    name = "pm-server",
    version,
    after_help = "\
Examples:
  pm-server serve                                  everything by itself, on 127.0.0.1:7420
  pm-server token --tenant main --user ann         a token for a member
  pm-server demo                                   a tenant `demo` with a team's last weeks
  pm-server import --tenant main --project PM --format beads issues.jsonl
  pm-server backup --tenant main main.db           a copy, also beside a running server
  pm-server --data /srv/pm serve --listen 0.0.0.0:7420"
)]
pub struct Args {
    /// Folder of the secret and the tenants
    #[arg(long, global = true, value_name = "DIR", default_value = "pm-data")]
    pub(crate) data: PathBuf,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the tenants of the data folder
    Serve(Serve),
    /// Print a token that a client can connect with
    Token(Token),
    /// Fill a tenant with the last weeks of a team
    Demo(Demo),
    /// Import a file of another system, or an export
    Import(Import),
    /// Write a tenant as JSON lines
    Export(Export),
    /// Copy a tenant into a new file, also beside a running server
    Backup(Backup),
    /// Put a backup in the place of a tenant
    Restore(Restore),
    /// Check a tenant's file, also beside a running server
    Check(Check),
}

/// Without any option: listens on this machine only, makes the data folder, a secret and the tenant `main` where they
/// are absent, and prints a token to begin with.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The log goes to standard error; RUST_LOG=pm_server=debug makes it say more.
SIGTERM and SIGINT stop it: clients are told to reconnect, what waits is committed.")]
pub(crate) struct Serve {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7420")]
    pub(crate) listen: SocketAddr,

    /// A token for a tenant that does not exist makes it
    #[arg(long)]
    pub(crate) create_tenants: bool,
}

/// The token is alone on the last line, so that a script can take it: TOKEN=$(pm-server token ... | tail -n 1)
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pm-server token --tenant main --user ann --name 'Ann Lee'
  pm-server token --tenant main --user root --role admin --hours 1")]
pub(crate) struct Token {
    /// Tenant the token is for
    #[arg(long)]
    pub(crate) tenant: String,

    /// User it names
    #[arg(long)]
    pub(crate) user: String,

    /// Role in the tenant
    #[arg(long, value_enum, default_value_t = Role::Member)]
    pub(crate) role: Role,

    /// Display name, taken over into the user's profile
    #[arg(long)]
    pub(crate) name: Option<String>,

    /// How long it is good for
    #[arg(long, value_name = "HOURS", default_value_t = 720, value_parser = clap::value_parser!(u64).range(1..=87_600))]
    pub(crate) hours: u64,
}

/// Three projects with epics, stories, tasks and bugs, sprints with velocity, comments, timers and dependencies, spread
/// over the last weeks, by ordinary commands. The same seed on the same day gives the same history.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pm-server demo
  pm-server demo --tenant main && pm-server serve")]
pub(crate) struct Demo {
    /// Tenant to fill; made where it is absent
    #[arg(long, default_value = "demo")]
    pub(crate) tenant: String,

    /// Admin of the tenant who issues the commands
    #[arg(long, default_value = "admin")]
    pub(crate) user: String,

    /// Another number, another history
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Tenant and project are made where they are absent. Each record becomes ordinary commands with its own times and
/// authors. The same file again changes nothing, a newer one what differs; a bad record never stops the good ones.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pm-server import --tenant main --project PM --format beads .beads/issues.jsonl
  pm-server import --tenant main --project HOME --format trello board.json
  pm-server import --tenant copy --format pm main.jsonl
  pm-server import --tenant main --project PM --format beads issues.jsonl --json > report.json")]
pub(crate) struct Import {
    /// Tenant to import into
    #[arg(long)]
    pub(crate) tenant: String,

    /// Key of the project that takes the items, such as PM; not for format pm, which names its projects itself
    #[arg(long, value_name = "KEY", required_if_eq_any([("format", "beads"), ("format", "trello")]))]
    pub(crate) project: Option<String>,

    /// What the file is
    #[arg(long, value_enum)]
    pub(crate) format: Format,

    /// Admin of the tenant who issues the commands
    #[arg(long, default_value = "admin")]
    pub(crate) user: String,

    /// Print the whole report as JSON instead of a summary
    #[arg(long)]
    pub(crate) json: bool,

    /// File to import; `-` for standard input
    pub(crate) file: PathBuf,
}

/// A format that can be imported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub(crate) enum Format {
    /// issues.jsonl of beads
    Beads,
    /// A board of Trello as JSON
    Trello,
    /// An export of this program
    Pm,
}

/// A header line, then every entity, deleted ones too. History is not part of it: for a full copy use `backup`.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// Tenant to export
    #[arg(long)]
    pub(crate) tenant: String,

    /// File to write; standard output where it is left out
    pub(crate) file: Option<PathBuf>,
}

/// One SQLite file with everything: the entities, the log, the record of commands.
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// Tenant to copy
    #[arg(long)]
    pub(crate) tenant: String,

    /// File to make; it must not exist
    pub(crate) file: PathBuf,
}

/// The tenant gets a new epoch, so that clients load a snapshot instead of going on in another history.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// Tenant to put it in the place of; made where it is absent
    #[arg(long)]
    pub(crate) tenant: String,

    /// Replace a tenant that exists
    #[arg(long)]
    pub(crate) replace: bool,

    /// A file made by `backup`
    pub(crate) file: PathBuf,
}

/// SQLite's own checks, gaps in the log, and whether the tables are what the log says. Exits with 0 where the file is
/// whole and with 2 where it is not.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// Tenant to check
    #[arg(long)]
    pub(crate) tenant: String,

    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
