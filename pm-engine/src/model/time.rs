//! Instants and calendar dates.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ids::InvalidId;
use crate::limits::TIMESTAMP_MS_MAX;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub struct Timestamp(i64);

impl From<i64> for Timestamp {
    fn from(ms: i64) -> Self {
        Self::from_millis(ms)
    }
}

impl From<Timestamp> for i64 {
    fn from(at: Timestamp) -> i64 {
        at.0
    }
}

impl Timestamp {
    /// From milliseconds; values outside the years 1970 to 9999 are brought to the nearest end.
    #[must_use]
    pub const fn from_millis(ms: i64) -> Self {
        if ms < 0 {
            Self(0)
        } else if ms > TIMESTAMP_MS_MAX {
            Self(TIMESTAMP_MS_MAX)
        } else {
            Self(ms)
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 instant with any offset; precision below a millisecond is cut.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let instant: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Self::from_millis(instant.as_millisecond()))
    }

    /// The calendar date of this instant at an offset from UTC, in minutes.
    #[must_use]
    pub fn date_at(self, utc_offset_minutes: i32) -> CalendarDate {
        let shifted = self.0.saturating_add(i64::from(utc_offset_minutes) * 60_000).max(0);
        CalendarDate::from_days(shifted.div_euclid(86_400_000))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => write!(f, "{instant:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

/// A date without a zone, `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CalendarDate {
    days: i32,
}

const UNIX_EPOCH_DATE: jiff::civil::Date = jiff::civil::Date::constant(1970, 1, 1);

impl CalendarDate {
    /// The date so many days after 1970-01-01, kept within the years 0001 to 9999.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let days = days.clamp(-719_162, 2_932_896);
        Self { days: i32::try_from(days).unwrap_or(0) }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.days
    }

    /// First instant of the day at an offset from UTC, in minutes.
    #[must_use]
    pub fn starts_at(self, utc_offset_minutes: i32) -> Timestamp {
        Timestamp::from_millis(i64::from(self.days) * 86_400_000 - i64::from(utc_offset_minutes) * 60_000)
    }
}

impl fmt::Display for CalendarDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = UNIX_EPOCH_DATE.saturating_add(jiff::Span::new().days(self.days));
        write!(f, "{date}")
    }
}

impl FromStr for CalendarDate {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId { kind: "date".to_owned(), reason: "expected YYYY-MM-DD".to_owned() };
        if text.len() != 10 {
            return Err(invalid());
        }
        let date: jiff::civil::Date = text.parse().map_err(|_| invalid())?;
        let span = date.since(UNIX_EPOCH_DATE).map_err(|_| invalid())?;
        Ok(Self::from_days(i64::from(span.get_days())))
    }
}

impl TryFrom<String> for CalendarDate {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<CalendarDate> for String {
    fn from(date: CalendarDate) -> String {
        date.to_string()
    }
}
