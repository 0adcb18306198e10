//! queries
pub(crate) mod access_history;
mod stored_event;
