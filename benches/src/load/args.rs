//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Load on a pm-server from outside, beside bare servers that send the same bytes or write the same rows.
#[derive(Debug, Parser)]
#[command(
    name = "load",
    after_help = "\
Without --url a server is started over a folder of its own (under PM_BENCH_DIR, else the system's for temporary files)
and ended afterwards. Its program is --server, else the pm-server beside this one.

Examples:
  load run --connections 64 --in-flight 16 --subscribers 100 --seconds 10
  load run --rate 500 --subscribers 1000 --seconds 30 --json
  load run --url ws://127.0.0.1:7420/ws --secret pm-data/secret
  load fanout && load fanout --subscribers 5000
  load writers
  load storm
Short forms, to see that it works:
  load fanout --subscribers 50 --events 20 --rounds 1
  load writers --clients 8 --commands 20 --rounds 1
  load storm --clients 50 --kills 2"
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,

    #[command(subcommand)]
    pub(crate) scenario: Scenario,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Print one JSON object instead of the table
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Program of the server that is started
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) server: Option<PathBuf>,

    /// One more argument for `pm-server serve`; may be given often
    #[arg(long = "server-arg", global = true, value_name = "ARG", allow_hyphen_values = true)]
    pub(crate) server_args: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Scenario {
    /// Clients that send commands and clients that listen, for some seconds
    Run(Run),
    /// One tenant, many subscribers: one event at a time and in batches, beside a server that sends ready-made bytes
    Fanout(Fanout),
    /// Clients that only send commands, beside a server that writes the same rows in groups
    Writers(Writers),
    /// The server is killed under its clients and started again: each checks that it lost nothing and has nothing twice
    Storm(Storm),
    /// The bare server; started by the others
    #[command(hide = true)]
    Floor(Floor),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// Server that runs already; it needs --secret or --token, and the project PM open to the user
    #[arg(long)]
    pub(crate) url: Option<String>,

    /// File with the secret that signs its tokens
    #[arg(long, value_name = "FILE", requires = "url")]
    pub(crate) secret: Option<PathBuf>,

    /// Token that every client connects with
    #[arg(long, requires = "url", conflicts_with = "secret")]
    pub(crate) token: Option<String>,

    /// Tenant of the tokens
    #[arg(long, default_value = "main")]
    pub(crate) tenant: String,

    /// Process of the server at --url, for its processor time and memory
    #[arg(long, requires = "url")]
    pub(crate) pid: Option<u32>,

    /// Clients that send commands
    #[arg(short, long, default_value_t = 8)]
    pub(crate) connections: usize,

    /// Commands a second of all clients together; 0 for as many as --in-flight allows
    #[arg(short, long, default_value_t = 0)]
    pub(crate) rate: u64,

    /// Clients that listen
    #[arg(short, long, default_value_t = 8)]
    pub(crate) subscribers: usize,

    /// How long
    #[arg(short = 'd', long, default_value_t = 10)]
    pub(crate) seconds: u64,

    /// Commands of one client that wait for their answer
    #[arg(short = 'w', long, default_value_t = 1)]
    pub(crate) in_flight: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Fanout {
    /// Clients that listen
    #[arg(short, long, default_value_t = 1_000)]
    pub(crate) subscribers: usize,

    /// Events sent one at a time in a round
    #[arg(long, default_value_t = 200)]
    pub(crate) events: usize,

    /// Events of one command in batches; as many commands as --events / 5
    #[arg(long, default_value_t = 100)]
    pub(crate) batch: usize,

    /// Rounds, the floor's and the server's in turns; the median counts
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Writers {
    /// Clients that send commands
    #[arg(short, long, default_value_t = 64)]
    pub(crate) clients: usize,

    /// Commands of each client in a round
    #[arg(long, default_value_t = 300)]
    pub(crate) commands: usize,

    /// Rounds, the floor's and the server's in turns; the median counts
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Storm {
    /// Clients that listen
    #[arg(short, long, default_value_t = 1_000)]
    pub(crate) clients: usize,

    /// Clients that send commands all the time, one in flight each
    #[arg(long, default_value_t = 4)]
    pub(crate) writers: usize,

    /// How often the server is killed
    #[arg(long, default_value_t = 5)]
    pub(crate) kills: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Floor {
    /// Rows of so many commands are made ready to be written
    #[arg(long)]
    pub(crate) rows: usize,

    /// Users whose rows those are, in turns
    #[arg(long)]
    pub(crate) users: usize,

    /// Events of the frame that is made ready to be sent
    #[arg(long)]
    pub(crate) batch: usize,
}
