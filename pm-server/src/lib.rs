//! pm-server: the engine on a port. It turns bytes into commands and events into bytes; every rule is the engine's.
//!
//! `http` routes requests, `ws` serves a WebSocket (see `docs/protocol.md`), `auth` reads tokens, `hub` knows the
//! tenants somebody is connected to, `cli` is the command line.

mod admission;
pub mod auth;
pub mod cli;
pub mod config;
mod current;
#[doc(hidden)]
pub mod fuzzing;
mod health;
mod http;
mod hub;
pub mod limits;
mod metrics;
mod nearest;
mod presence;
mod profile;
mod rates;
mod secret;
mod server;
mod shared;
mod turns;
mod ws;

pub use config::ServerConfig;
pub use server::Server;
pub use ws::close::Close;
#[doc(hidden)]
pub use ws::echo::echo;
