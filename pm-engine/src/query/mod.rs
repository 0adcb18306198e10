//! Queries.
mod stored_event;
