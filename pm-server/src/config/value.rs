//! What can stand for a setting. A file has numbers, texts and lists; the environment and flags have text only: each
//! kind understands both.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;
use pm_engine::Durability;
use serde_json::Value as Json;

use super::section::Wrong;

/// A kind of value.
pub(crate) trait Value: Sized {
    /// Whether it may be shown.
    const SECRET: bool = false;

    /// What can be written, in words.
    fn kind() -> String;

    /// The value that is written; `None` where it cannot be understood.
    fn read(written: &Json) -> Option<Self>;

    /// As it would be written.
    fn show(&self) -> Json;
}

/// The values that are allowed; only kinds that have an order can have one.
pub(crate) struct Range<T> {
    ends: RangeInclusive<T>,
    contains: fn(&RangeInclusive<T>, &T) -> bool,
}

impl<T: PartialOrd> From<RangeInclusive<T>> for Range<T> {
    fn from(ends: RangeInclusive<T>) -> Self {
        Self { ends, contains: |ends, value| ends.contains(value) }
    }
}

impl<T: Value> Range<T> {
    /// Its ends, shown.
    pub(crate) fn show(&self) -> (Json, Json) {
        (self.ends.start().show(), self.ends.end().show())
    }
}

/// Reads a value and checks that it is in the range; with it, how it is shown.
pub(crate) fn read<T: Value>(written: &Json, range: Option<&Range<T>>) -> Result<(T, Json), Wrong> {
    let wrong = || Wrong { expected: T::kind(), range: range.map(Range::show) };
    let value = T::read(written).ok_or_else(wrong)?;
    if range.is_some_and(|range| !(range.contains)(&range.ends, &value)) {
        return Err(wrong());
    }
    let shown = value.show();
    Ok((value, shown))
}

fn parse<T: FromStr>(written: &Json) -> Option<T> {
    written.as_str()?.trim().parse().ok()
}

fn text(value: &impl Display) -> Json {
    Json::String(value.to_string())
}

macro_rules! whole_numbers {
    ($($kind:ty)+) => { $(impl Value for $kind {
        fn kind() -> String {
            "whole number".to_owned()
        }
        fn read(written: &Json) -> Option<Self> {
            match written {
                Json::Number(number) => number.to_string().parse().ok(),
                Json::String(text) => text.trim().replace('_', "").parse().ok(),
                _ => None,
            }
        }
        fn show(&self) -> Json {
            Json::from(*self)
        }
    })+ };
}
whole_numbers!(u32 usize);

impl Value for bool {
    fn kind() -> String {
        "true or false".to_owned()
    }

    fn read(written: &Json) -> Option<Self> {
        written.as_bool().or_else(|| parse(written))
    }

    fn show(&self) -> Json {
        Json::from(*self)
    }
}

impl Value for String {
    fn kind() -> String {
        "text".to_owned()
    }

    fn read(written: &Json) -> Option<Self> {
        written.as_str().map(str::to_owned)
    }

    fn show(&self) -> Json {
        text(self)
    }
}

impl Value for PathBuf {
    fn kind() -> String {
        "path".to_owned()
    }

    fn read(written: &Json) -> Option<Self> {
        written.as_str().filter(|path| !path.is_empty()).map(Self::from)
    }

    fn show(&self) -> Json {
        text(&self.display())
    }
}

impl Value for SocketAddr {
    fn kind() -> String {
        "address and port such as 127.0.0.1:7420".to_owned()
    }

    fn read(written: &Json) -> Option<Self> {
        parse(written)
    }

    fn show(&self) -> Json {
        text(self)
    }
}

impl Value for Duration {
    fn kind() -> String {
        "duration such as 500ms, 20s or 1m 30s".to_owned()
    }

    fn read(written: &Json) -> Option<Self> {
        let signed: SignedDuration = parse(written)?;
        signed.try_into().ok()
    }

    fn show(&self) -> Json {
        text(&SignedDuration::try_from(*self).map_or_else(|_| format!("{self:?}"), |it| format!("{it:#}")))
    }
}

/// Empty text says that nothing is set.
impl<T: Value> Value for Option<T> {
    const SECRET: bool = T::SECRET;

    fn kind() -> String {
        format!("{}, or empty", T::kind())
    }

    fn read(written: &Json) -> Option<Self> {
        if written.as_str().is_some_and(str::is_empty) { Some(None) } else { T::read(written).map(Some) }
    }

    fn show(&self) -> Json {
        self.as_ref().map_or_else(|| Json::from(""), Value::show)
    }
}

impl<T: Value> Value for Vec<T> {
    const SECRET: bool = T::SECRET;

    fn kind() -> String {
        format!("list of: {} (as text: with commas between)", T::kind())
    }

    fn read(written: &Json) -> Option<Self> {
        match written {
            Json::Array(all) => all.iter().map(T::read).collect(),
            Json::String(all) if all.trim().is_empty() => Some(Self::new()),
            Json::String(all) => all.split(',').map(|one| T::read(&Json::from(one.trim()))).collect(),
            _ => None,
        }
    }

    fn show(&self) -> Json {
        self.iter().map(Value::show).collect()
    }
}

/// A value of a few words, one for each variant.
macro_rules! words {
    ($kind:ty: $first:ident = $first_word:literal $(, $variant:ident = $word:literal)*) => {
        impl $crate::config::value::Value for $kind {
            fn kind() -> String {
                [$first_word $(, $word)*].join(" or ")
            }
            fn read(written: &serde_json::Value) -> Option<Self> {
                match written.as_str()?.trim() {
                    $first_word => Some(Self::$first),
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
            fn show(&self) -> serde_json::Value {
                serde_json::Value::from(match self {
                    Self::$first => $first_word,
                    $(Self::$variant => $word,)*
                })
            }
        }
    };
}
pub(crate) use words;

words!(Durability: Full = "full", Relaxed = "relaxed");

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use serde_json::json;

    use super::*;

    fn both<T: Value + PartialEq>(native: Json, text: &str) -> bool {
        let value = T::read(&native);
        value.is_some() && value == T::read(&Json::from(text))
    }

    #[gtest]
    fn given_a_value_when_written_in_a_file_and_as_text_then_it_is_the_same() {
        expect_that!(both::<usize>(json!(1000), "1_000"), eq(true));
        expect_that!(both::<bool>(json!(true), "true"), eq(true));
        expect_that!(both::<Vec<String>>(json!(["a", "b"]), "a, b"), eq(true));
        expect_that!(both::<Vec<String>>(json!([]), " "), eq(true));
        expect_that!(both::<Option<PathBuf>>(json!(""), ""), eq(true));
    }

    #[gtest]
    fn given_what_is_no_such_value_when_read_then_it_is_refused() {
        expect_that!(usize::read(&json!(-1)), none());
        expect_that!(usize::read(&json!(1.5)), none());
        expect_that!(u32::read(&json!(4_294_967_296_u64)), none());
        expect_that!(bool::read(&json!(1)), none());
        expect_that!(String::read(&json!(1)), none());
        expect_that!(Duration::read(&json!(20)), none());
        expect_that!(Duration::read(&json!("-20s")), none());
        expect_that!(Vec::<usize>::read(&json!([1, "x"])), none());
        expect_that!(Durability::read(&json!("sometimes")), none());
    }

    #[gtest]
    fn given_durations_when_shown_then_they_can_be_read_again() {
        for millis in [0, 1, 500, 20_000, 90_000, 86_400_000] {
            let duration = Duration::from_millis(millis);
            expect_that!(Duration::read(&duration.show()), some(eq(duration)));
        }
        expect_that!(Duration::from_secs(90).show(), eq(&json!("1m 30s")));
    }

    #[gtest]
    fn given_a_range_when_a_value_is_at_or_past_its_ends_then_only_the_latter_is_refused() {
        let range = Range::from(2..=4_usize);
        for (value, is_fine) in [(1, false), (2, true), (4, true), (5, false)] {
            expect_that!(read(&json!(value), Some(&range)).is_ok(), eq(is_fine));
        }
    }
}
