//! An open tenant: its queue of commands, its writer, its lock, and the workers that serve all tenants.

mod core;
mod lock;
mod mailbox;
mod workers;
mod writer;

pub(crate) use self::core::TenantCore;
pub(crate) use lock::DirectoryLock;
pub(crate) use workers::{Schedule, Workers};
