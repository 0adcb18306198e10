//! pm-server: the engine on a port. It turns bytes into commands and events into bytes; every rule is the engine's.
//!
//! ```no_run
//! use pm_engine::{Engine, EngineConfig};
//! use pm_server::{Server, ServerConfig, auth::Keys};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let engine = Engine::open(EngineConfig::new("data/tenants"))?;
//!     engine.tenant_or_create("acme")?;
//!     let keys = Keys::new(b"a secret that signs tokens, 32 bytes or more")?;
//!     let address = ([127, 0, 0, 1], 7420).into();
//!     let server = Server::bind(address, engine, keys, ServerConfig::default()).await?;
//!     server.run(async { let _ = tokio::signal::ctrl_c().await; }).await;
//!     Ok(())
//! }
//! ```
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
