//! Why a connection is closed. The code tells the client whether to come back: see `docs/protocol.md`.

/// A reason to close.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Close {
    /// The client said good-bye.
    Normal,
    /// The client breaks RFC 6455.
    Protocol,
    /// A text message that is not UTF-8.
    NotUtf8,
    /// A message past the cap, in bytes or fragments.
    TooBig,
    /// The server stops or restarts.
    Restart,
    /// The client took nothing of what was written for too long.
    Slow,
    /// No sign of life for too long.
    Idle,
    /// The tenant was closed under the stream, such as for a restore.
    StreamEnded,
    /// The tenant's storage failed, or too much is waiting.
    Unavailable,
    /// No hello in time.
    NoHello,
    /// A message was begun and not completed in time.
    Unfinished,
    /// Others came while this one had not said who it is.
    Crowded,
    /// The server has as many connections as it may have.
    ServerFull,
    /// The tenant has as many connections as it may have.
    TenantFull,
    /// The user has as many connections as he may have.
    UserFull,
    /// No token, or one that is not valid here.
    Unauthenticated,
    /// The token's time is over and none came after it.
    TokenExpired,
    /// The server does not speak this version of the protocol.
    Version,
    /// The token's tenant does not exist.
    NoTenant,
}

impl Close {
    /// Every reason.
    pub const ALL: &'static [Self] = &[
        Self::Normal,
        Self::Protocol,
        Self::NotUtf8,
        Self::TooBig,
        Self::Restart,
        Self::Slow,
        Self::Idle,
        Self::StreamEnded,
        Self::Unavailable,
        Self::NoHello,
        Self::Unfinished,
        Self::Crowded,
        Self::ServerFull,
        Self::TenantFull,
        Self::UserFull,
        Self::Unauthenticated,
        Self::TokenExpired,
        Self::Version,
        Self::NoTenant,
    ];

    /// The code on the wire: 40xx reconnect now, 41xx later, 42xx and 1xxx never as you are.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::Protocol => 1002,
            Self::NotUtf8 => 1007,
            Self::TooBig => 1009,
            Self::Restart => 4000,
            Self::Slow => 4001,
            Self::Idle => 4002,
            Self::StreamEnded => 4003,
            Self::Unavailable => 4100,
            Self::NoHello => 4101,
            Self::Unfinished => 4102,
            Self::Crowded => 4103,
            Self::ServerFull => 4104,
            Self::TenantFull => 4105,
            Self::UserFull => 4106,
            Self::Unauthenticated => 4200,
            Self::TokenExpired => 4201,
            Self::Version => 4202,
            Self::NoTenant => 4203,
        }
    }

    /// The reason on the wire: whether to reconnect, and why.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Normal => "reconnect: never; good-bye",
            Self::Protocol => "reconnect: never; not the WebSocket protocol",
            Self::NotUtf8 => "reconnect: never; text that is not UTF-8",
            Self::TooBig => "reconnect: never; the message is too big",
            Self::Restart => "reconnect: now; the server restarts",
            Self::Slow => "reconnect: now; too slow, resume from your sequence",
            Self::Idle => "reconnect: now; no sign of life",
            Self::StreamEnded => "reconnect: now; the stream ended, resume from your sequence",
            Self::Unavailable => "reconnect: later; the tenant is not available",
            Self::NoHello => "reconnect: later; no hello in time",
            Self::Unfinished => "reconnect: later; a message was not completed in time",
            Self::Crowded => "reconnect: later; too many connections that have not said hello",
            Self::ServerFull => "reconnect: later; the server has too many connections",
            Self::TenantFull => "reconnect: later; the tenant has too many connections",
            Self::UserFull => "reconnect: later; the user has too many connections",
            Self::Unauthenticated => "reconnect: never with this token",
            Self::TokenExpired => "reconnect: never with this token; it has expired",
            Self::Version => "reconnect: never; unknown version of the protocol",
            Self::NoTenant => "reconnect: never; there is no such tenant",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use googletest::prelude::*;

    use super::*;

    #[gtest]
    fn given_every_reason_when_written_to_a_close_frame_then_it_fits_and_its_range_says_when_to_come_back() {
        let codes: HashSet<u16> = Close::ALL.iter().map(|close| close.code()).collect();
        expect_that!(codes.len(), eq(Close::ALL.len()));
        for close in Close::ALL {
            expect_that!(close.reason().len(), le(123));
            let when = match close.code() {
                4000..4100 => "reconnect: now",
                4100..4200 => "reconnect: later",
                _ => "reconnect: never",
            };
            expect_that!(close.reason(), starts_with(when));
        }
    }

    #[gtest]
    fn given_the_page_of_the_protocol_when_compared_then_it_has_every_code_and_no_other() {
        let page = std::fs::read_to_string("../docs/protocol.md").unwrap();
        let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
        let codes: HashSet<(u16, String)> = rows
            .filter_map(|(code, rest)| {
                let when = rest.split(|c: char| !c.is_alphabetic()).next()?;
                Some((code.parse().ok().filter(|code| *code >= 1000)?, when.to_owned()))
            })
            .collect();
        let known = Close::ALL.iter().map(|close| {
            let when = close.reason().split(|c: char| !c.is_alphabetic()).nth(2).unwrap();
            (close.code(), when.to_owned())
        });
        expect_that!(codes, eq(&known.collect::<HashSet<_>>()));
    }
}
