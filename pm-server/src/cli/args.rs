//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use pm_engine::model::LaneCategory;

use crate::auth::{Kind, Role};
use crate::config::{ConfigError, Written};

/// Agile project management on a port: WebSocket in front, one SQLite file per tenant behind.
#[derive(Debug, Parser)]
#[command(
    name = "pm-server",
    version,
    after_help = "\
Examples:
  pm-server serve                                  everything by itself, on 127.0.0.1:7420
  pm-server token --tenant main --user ann         a token for a member
  pm-server --data /srv/pm serve --listen 0.0.0.0:7420
  pm-server demo                                   a tenant `demo` with a team's last weeks
  pm-server import --tenant main --project WEB --format beads issues.jsonl
  pm-server backup --tenant main main-backup.db"
)]
pub struct Args {
    /// Folder of the secret and the tenants [default: pm-data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    /// File of settings [default: pm-server.toml in the data folder, where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Any setting by its name, such as websocket.ping_every=30s; may be given often
    #[arg(long, global = true, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,

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
    /// Take over issues from another tool, or an export
    Import(Import),
    /// Write a tenant as JSON lines, also beside a running server
    Export(Export),
    /// Copy a tenant into one file, also beside a running server
    Backup(Backup),
    /// Put a backup in the place of a tenant
    Restore(Restore),
    /// Check that a tenant's file is whole, also beside a running server
    Check(Check),
    /// Print the settings in effect and where each came from
    Config(Config),
    /// Ask a running server whether it is ready
    Health(Health),
}

impl Args {
    /// Settings that were named by flags of their own.
    pub(crate) fn settings(&self) -> Result<Vec<Written>, ConfigError> {
        let mut all = Vec::new();
        for pair in &self.set {
            all.push(Written::set(pair)?);
        }
        if let Some(data) = &self.data {
            let text = data.to_str().ok_or_else(|| ConfigError::NotAPair("--data".to_owned()))?;
            all.push(Written::flag("data", text, "--data"));
        }
        if let Command::Serve(serve) = &self.command {
            if let Some(address) = serve.listen {
                all.push(Written::flag("listen", address.to_string(), "--listen"));
            }
            if serve.create_tenants {
                all.push(Written::flag("tenants.create", true, "--create-tenants"));
            }
        }
        Ok(all)
    }
}

/// Without any option: listens on this machine only, makes the data folder, a secret and the tenant `main` where they
/// are absent, and prints a token to begin with.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The log goes to standard error; --set log.filter=debug makes it say more.
docs/configuration.md lists every setting, `pm-server config` prints those in effect.
SIGTERM and SIGINT stop it: clients are told to reconnect, what waits is committed.")]
pub(crate) struct Serve {
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:7420]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,

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

    /// Person, agent or system
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,

    /// Display name, taken over into the user's profile
    #[arg(long)]
    pub(crate) name: Option<String>,

    /// E-mail address, taken over into the user's profile
    #[arg(long)]
    pub(crate) email: Option<String>,

    /// How long it is good for
    #[arg(long, value_name = "HOURS", default_value_t = 720, value_parser = clap::value_parser!(u64).range(1..=87_600))]
    pub(crate) hours: u64,

    /// Print the token and what it says as JSON
    #[arg(long)]
    pub(crate) json: bool,
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

/// The same file again changes nothing; a newer file of the same source updates what differs.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pm-server import --tenant main --project WEB --format beads issues.jsonl
  pm-server import --tenant main --project TRIP --format trello board.json --json > report.json
  pm-server import --tenant copy --format pm export.jsonl

Exit status: 0 done, also where some records were refused (the report names them); 2 records were refused and none was
taken; 1 the import failed.")]
pub(crate) struct Import {
    /// Tenant; made where it does not exist
    #[arg(long)]
    pub(crate) tenant: String,

    /// Key of the project; made where it does not exist. Not needed for the format pm
    #[arg(long, value_name = "KEY", required_if_eq_any = [("format", "beads"), ("format", "trello")])]
    pub(crate) project: Option<String>,

    /// Format of the file
    #[arg(long, value_enum)]
    pub(crate) format: Format,

    /// Name of the source in external references, where two files have ids that may collide
    #[arg(long)]
    pub(crate) source: Option<String>,

    /// What happens to items that an earlier import of this source made and this file lacks
    #[arg(long, value_enum, default_value_t = Gone::Ignore)]
    pub(crate) gone: Gone,

    /// Category of a status or list by its name: `Review=started`; may be given often
    #[arg(long = "category", value_name = "NAME=CATEGORY", value_parser = category)]
    pub(crate) categories: Vec<(String, LaneCategory)>,

    /// Make a lane for each status that is not known, instead of choosing the nearest
    #[arg(long)]
    pub(crate) lanes: bool,

    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// File to read; `-` for standard input
    pub(crate) file: PathBuf,
}

/// Formats that can be imported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// JSON lines of beads
    Beads,
    /// JSON export of a Trello board
    Trello,
    /// An export of this server
    Pm,
}

/// What happens to what has gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Gone {
    /// Nothing
    Ignore,
    /// The report names it
    Report,
    /// It is deleted, and the report names it
    Delete,
}

fn category(text: &str) -> Result<(String, LaneCategory), String> {
    let (name, word) = text.rsplit_once('=').ok_or("write NAME=CATEGORY")?;
    let category = LaneCategory::from_word(word)
        .ok_or("a category is backlog, unstarted, started, completed or canceled")?;
    Ok((name.to_owned(), category))
}

/// Deleted entities are in it; the log and the record of commands are not: a full copy is a backup.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// Tenant
    #[arg(long)]
    pub(crate) tenant: String,

    /// File to write; without one, standard output
    pub(crate) file: Option<PathBuf>,
}

/// One consistent copy with log and record of commands.
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// Tenant
    #[arg(long)]
    pub(crate) tenant: String,

    /// File to write; must not exist
    pub(crate) file: PathBuf,
}

/// The tenant gets a new epoch: clients load a snapshot instead of going on in a history that is no longer its own.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// Tenant; made where it does not exist
    #[arg(long)]
    pub(crate) tenant: String,

    /// Needed where the tenant exists: what it holds now is replaced
    #[arg(long)]
    pub(crate) replace: bool,

    /// Backup to read
    pub(crate) file: PathBuf,
}

/// SQLite's own check, references, gaps in the log, and whether the tables are what the log says.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 whole, 2 damaged, 1 could not be checked.")]
pub(crate) struct Check {
    /// Tenant
    #[arg(long)]
    pub(crate) tenant: String,

    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// As a file that gives the same settings again. Secrets are never printed.
#[derive(Debug, clap::Args)]
pub(crate) struct Config {
    /// Print them as JSON: value, source and default of each
    #[arg(long, conflicts_with = "reference")]
    pub(crate) json: bool,

    /// Print the page that lists every setting with its default, range and meaning
    #[arg(long)]
    pub(crate) reference: bool,
}

/// Asks `/ready`, as a container or a script does that has no other way to.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 ready, 1 not.")]
pub(crate) struct Health {
    /// Address to ask [default: the setting `listen`]
    #[arg(long, value_name = "ADDR")]
    pub(crate) address: Option<SocketAddr>,
}
