//! Settings of rates.

use super::section::section;
use crate::limits;

section! {
    /// Rates of WebSocket connections and of users: so many per second, and for two seconds twice as many; 0 for as many as come.
    pub struct RatesConfig {
        /// Commands of one connection; a batch counts as many as it has parts.
        commands_per_second: u32 = limits::COMMANDS_PER_SECOND;
        /// Commands of one user, over all his connections.
        user_commands_per_second: u32 = limits::USER_COMMANDS_PER_SECOND;
        /// Messages of one connection, whatever they are.
        messages_per_second: u32 = limits::MESSAGES_PER_SECOND;
        /// Bytes of messages of one connection.
        bytes_per_second: u32 = limits::BYTES_PER_SECOND;
        /// Words of one connection about its user's presence.
        presence_per_second: u32 = limits::PRESENCE_PER_SECOND;
    }
}
