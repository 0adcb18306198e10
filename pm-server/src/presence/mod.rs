//! Who is there and what they look at: in memory, per tenant, never in the log. `room` holds what was said, `view` what
//! one connection has been told of it.

mod room;
mod view;

pub(crate) use room::{Entry, Looking, Member, Room};
pub(crate) use view::View;
