//! How the seconds of a time entry fall on days, in whole seconds that add up.
//!
//! Of an entry's seconds, those up to an instant are the whole seconds that have passed since its begin, none before
//! it and all of them from its end on. What falls between two instants is the difference. So pieces always add up
//! to the entry, whatever the offset and wherever midnight cuts it; an entry whose clock went backwards has none.

use crate::model::CalendarDate;

/// A stopped entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    /// Begin, in milliseconds.
    pub(super) from: i64,
    /// End, in milliseconds.
    pub(super) to: i64,
    /// Its whole seconds.
    pub(super) seconds: i64,
}

/// The same rule in SQL, for rows of `time_entries t`: seconds up to the instant of a parameter.
pub(super) fn seconds_until_sql(instant: &str) -> String {
    format!(
        "CASE WHEN t.ended_at <= {instant} THEN t.seconds WHEN t.started_at >= {instant} THEN 0 \
         ELSE min(t.seconds, ({instant} - t.started_at) / 1000) END"
    )
}

impl Span {
    /// Seconds up to an instant.
    pub(super) fn until(self, instant: i64) -> i64 {
        if self.to <= instant {
            self.seconds
        } else if self.from >= instant {
            0
        } else {
            self.seconds.min((instant - self.from) / 1000)
        }
    }

    /// The days the entry touches between two instants, with its seconds on each; days without any are left out.
    pub(super) fn by_day(
        self,
        from: i64,
        to: i64,
        utc_offset_minutes: i32,
    ) -> impl Iterator<Item = (CalendarDate, i64)> {
        let day = |instant: i64| (instant + i64::from(utc_offset_minutes) * 60_000).div_euclid(86_400_000);
        let starts = move |day: i64| day * 86_400_000 - i64::from(utc_offset_minutes) * 60_000;
        let (first, last) = (day(self.from.max(from)), day(self.to.min(to).max(self.from.max(from))));
        (first..=last).filter_map(move |day| {
            let (begin, end) = (starts(day).max(from), starts(day + 1).min(to));
            // The last day takes what is left over: an end before the begin has its seconds there.
            let seconds = self.until(end.max(begin)) - self.until(begin);
            (seconds > 0).then(|| (CalendarDate::from_days(day), seconds))
        })
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use proptest::prelude::*;

    use super::Span;
    use crate::model::CalendarDate;

    #[gtest]
    fn given_an_entry_over_midnight_when_split_then_both_days_have_their_part() {
        let span = Span { from: 86_400_000 - 1_500, to: 86_400_000 + 2_500, seconds: 4 };
        let days: Vec<_> = span.by_day(i64::MIN / 4, i64::MAX / 4, 0).collect();
        expect_that!(days, eq(&vec![(CalendarDate::from_days(0), 1), (CalendarDate::from_days(1), 3)]));
        let west: Vec<_> = span.by_day(i64::MIN / 4, i64::MAX / 4, -60).collect();
        expect_that!(west, eq(&vec![(CalendarDate::from_days(0), 4)]));
    }

    proptest! {
        #[test]
        fn given_any_entry_when_split_then_the_days_add_up_to_it(
            from in 0_i64..400_000_000, length in 0_i64..900_000_000, offset in -840_i32..=840,
        ) {
            let span = Span { from, to: from + length, seconds: length / 1000 };
            let sum: i64 = span.by_day(i64::MIN / 4, i64::MAX / 4, offset).map(|(_, seconds)| seconds).sum();
            prop_assert_eq!(sum, span.seconds);
        }

        #[test]
        fn given_a_window_when_cut_in_two_then_both_halves_add_up(
            from in 0_i64..400_000_000, length in 0_i64..900_000_000, cut in 0_i64..1_300_000_000, offset in -840_i32..=840,
        ) {
            let span = Span { from, to: from + length, seconds: length / 1000 };
            let part = |a, b| span.by_day(a, b, offset).map(|(_, s)| s).sum::<i64>();
            prop_assert_eq!(part(i64::MIN / 4, cut) + part(cut, i64::MAX / 4), span.seconds);
        }
    }
}
