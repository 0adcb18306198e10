//! Timing, medians, and the rows of the table.

use std::fmt;
use std::time::{Duration, Instant};

use serde::Serialize;

/// How much is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effort {
    /// Everything once, small: shows that the measurements run. Its figures mean little.
    Short,
    /// What the figures in `README.md` were made with.
    Full,
}

impl Effort {
    /// One of two sizes.
    #[must_use]
    pub fn pick(self, short: usize, full: usize) -> usize {
        if self == Self::Short { short } else { full }
    }
}

/// xorshift64*: the same numbers on every run.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(drawn).unwrap() % bound.max(1)
    }

    /// Puts a list in another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        (1..list.len()).rev().for_each(|at| list.swap(at, self.below(at + 1)));
    }
}

/// How long `work` takes, and what it gives.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begin = Instant::now();
    let result = work();
    (begin.elapsed(), result)
}

/// The value at a share (0.5 for the median) of a list.
#[must_use]
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let at = (last as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// The median of a list.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// Times of the floor and of the engine, measured in turns.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// Seconds of the floor, one figure a round.
    pub floor: Vec<f64>,
    /// Seconds of the engine, one figure a round.
    pub engine: Vec<f64>,
}

impl Pairs {
    /// Adds one round, given how many times the work was done in it.
    pub fn add(&mut self, floor: Duration, engine: Duration, times: usize) {
        self.floor.push(floor.as_secs_f64() / times as f64);
        self.engine.push(engine.as_secs_f64() / times as f64);
    }

    /// Median over the rounds of (floor's time ÷ engine's time): 1 is as fast as the floor, 0.5 half as fast.
    #[must_use]
    pub fn speed(&self) -> f64 {
        let ratios: Vec<f64> =
            self.floor.iter().zip(&self.engine).map(|(floor, engine)| floor / engine).collect();
        median(&ratios)
    }
}

/// Runs `floor` and `engine` in turns, `rounds` times, each round doing its work `times` times. The first round warms up.
pub fn in_turns(rounds: usize, times: usize, mut floor: impl FnMut(), mut engine: impl FnMut()) -> Pairs {
    let mut pairs = Pairs::default();
    for round in 0..=rounds {
        let ((by_floor, ()), (by_engine, ()));
        // Whoever comes second finds warmer caches: take turns in that too.
        if round % 2 == 0 {
            (by_floor, ()) = timed(|| (0..times).for_each(|_| floor()));
            (by_engine, ()) = timed(|| (0..times).for_each(|_| engine()));
        } else {
            (by_engine, ()) = timed(|| (0..times).for_each(|_| engine()));
            (by_floor, ()) = timed(|| (0..times).for_each(|_| floor()));
        }
        if round > 0 {
            pairs.add(by_floor, by_engine, times);
        }
    }
    pairs
}

/// What a row must hold.
#[derive(Clone, Copy, PartialEq, Serialize, Debug)]
pub enum Target {
    /// At least this share of the floor's speed.
    Speed(f64),
    /// At most so many times the other figure.
    Times(f64),
    /// Less than so many seconds.
    Seconds(f64),
    /// Less than so many bytes.
    Bytes(f64),
    /// For orientation only.
    None,
}

/// A line of the table.
#[derive(Clone, PartialEq, Serialize, Debug)]
pub struct Line {
    /// What was measured.
    pub what: String,
    /// The floor's figure, in words.
    pub floor: String,
    /// The engine's figure, in words.
    pub result: String,
    /// The figure that is held against the target.
    pub figure: f64,
    /// The target.
    pub target: Target,
}

impl Line {
    /// A line that compares speeds, its figures told as operations a second.
    #[must_use]
    pub fn rate(what: &str, pairs: &Pairs, target: Target) -> Self {
        let rate = |seconds: &[f64]| format!("{:.0}/s", 1.0 / median(seconds));
        Self {
            what: what.to_owned(),
            floor: rate(&pairs.floor),
            result: rate(&pairs.engine),
            figure: pairs.speed(),
            target,
        }
    }

    /// A line that compares speeds, its figures told as the time of one operation.
    #[must_use]
    pub fn time(what: &str, pairs: &Pairs, target: Target) -> Self {
        Self {
            what: what.to_owned(),
            floor: seconds(median(&pairs.floor)),
            result: seconds(median(&pairs.engine)),
            figure: match target {
                Target::Seconds(_) => median(&pairs.engine),
                Target::Times(_) => 1.0 / pairs.speed(),
                _ => pairs.speed(),
            },
            target,
        }
    }

    /// Whether the target is held; `None` where there is none.
    #[must_use]
    pub fn held(&self) -> Option<bool> {
        match self.target {
            Target::Speed(least) => Some(self.figure >= least),
            Target::Times(most) => Some(self.figure <= most),
            Target::Seconds(most) | Target::Bytes(most) => Some(self.figure < most),
            Target::None => None,
        }
    }
}

/// A time in the unit that suits it.
#[must_use]
pub fn seconds(value: f64) -> String {
    match value {
        v if v < 1e-6 => format!("{:.0} ns", v * 1e9),
        v if v < 1e-3 => format!("{:.1} µs", v * 1e6),
        v if v < 1.0 => format!("{:.2} ms", v * 1e3),
        v => format!("{v:.2} s"),
    }
}

/// A size in the unit that suits it.
#[must_use]
pub fn bytes(value: f64) -> String {
    if value < 1024.0 * 1024.0 {
        format!("{:.0} KiB", value / 1024.0)
    } else {
        format!("{:.1} MiB", value / 1048576.0)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (figure, target) = match self.target {
            Target::Speed(least) => (format!("{:.2}", self.figure), format!("≥ {least:.2}")),
            Target::Times(most) => (format!("{:.2}×", self.figure), format!("≤ {most:.1}×")),
            Target::Seconds(most) => (seconds(self.figure), format!("< {}", seconds(most))),
            Target::Bytes(most) => (bytes(self.figure), format!("< {}", bytes(most))),
            Target::None => (format!("{:.2}", self.figure), "–".to_owned()),
        };
        let verdict = match self.held() {
            Some(true) => "held",
            Some(false) => "**missed**",
            None => "–",
        };
        write!(f, "| {} | {} | {} | {figure} | {target} | {verdict} |", self.what, self.floor, self.result)
    }
}

/// Heading of the table.
pub const HEADING: &str = "| what | floor | engine | ratio or figure | target | |\n|---|---|---|---|---|---|";
