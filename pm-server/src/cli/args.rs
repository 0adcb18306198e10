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
