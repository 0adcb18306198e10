//! The wire contract of pm: the messages of `proto/pm/v1/*.proto` as Rust types, and nothing else.
//!
//! The types are generated and checked in, so that nobody needs `protoc`. After a change of a `.proto` file run
//! `cargo run -p pm-proto --example generate`; a test fails until that is done.
//!
//! The fields mean what the comments in the `.proto` files say. Conversions to and from the engine's own types,
//! with every check, are in `pm_engine::wire`; what is only in this crate may hold any value.

/// Version of the protocol that these messages make up; the client names it in [`Hello`].
pub const PROTOCOL_VERSION: u32 = 1;

#[allow(clippy::all, clippy::pedantic, reason = "generated")]
mod generated {
    // `include!` keeps rustfmt away: the file stays as the generator wrote it.
    include!("gen/pm.v1.rs");
}

pub use generated::*;
