//! Settings of rates.

use crate::limits;

/// Settings of rates: so many per second, for two seconds twice as many; 0 for as many as come.
#[derive(Clone, PartialEq, Debug)]
pub struct RatesConfig {
    /// Commands of one connection; a batch counts as many as it has parts.
    pub commands_per_second: u32,
    /// Commands of one user, over all his connections.
    pub user_commands_per_second: u32,
    /// Messages of one connection, whatever they are.
    pub messages_per_second: u32,
    /// Bytes of messages of one connection.
    pub bytes_per_second: u32,
    /// Words of one connection about its user's presence.
    pub presence_per_second: u32,
}

impl Default for RatesConfig {
    fn default() -> Self {
        Self {
            commands_per_second: limits::COMMANDS_PER_SECOND,
            user_commands_per_second: limits::USER_COMMANDS_PER_SECOND,
            messages_per_second: limits::MESSAGES_PER_SECOND,
            bytes_per_second: limits::BYTES_PER_SECOND,
            presence_per_second: limits::PRESENCE_PER_SECOND,
        }
    }
}
