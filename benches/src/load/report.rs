//! What is printed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::meter::{Commands, Spread};
use super::server::Usage;
use super::subscribers::Tally;
use crate::measure::{HEADING, Line, bytes};

/// What one stretch of load came to.
#[derive(Serialize, Debug)]
pub(crate) struct Load {
    pub(crate) what: String,
    pub(crate) seconds: f64,
    pub(crate) accepted: u64,
    pub(crate) accepted_per_second: f64,
    pub(crate) refused: BTreeMap<String, u64>,
    pub(crate) command: Spread,
    pub(crate) deliveries: u64,
    pub(crate) deliveries_per_second: f64,
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
    pub(crate) delivery: Spread,
    pub(crate) server: Usage,
}

impl Load {
    pub(crate) fn new(what: String, seconds: f64, commands: &Commands, tally: &Tally, server: Usage) -> Self {
        use std::sync::atomic::Ordering::Relaxed;
        let (accepted, deliveries) = (commands.accepted.load(Relaxed), tally.events.load(Relaxed));
        Self {
            what,
            seconds,
            accepted,
            accepted_per_second: accepted as f64 / seconds,
            refused: commands.refusals(),
            command: commands.times.spread(),
            deliveries,
            deliveries_per_second: deliveries as f64 / seconds,
            frames: tally.frames.load(Relaxed),
            bytes: tally.bytes.load(Relaxed),
            delivery: tally.delivery.spread(),
            server,
        }
    }

    fn print(&self) {
        let spread = |spread: &Spread| {
            format!("p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms", spread.p50_ms, spread.p99_ms, spread.max_ms)
        };
        println!("{} ({:.1} s)", self.what, self.seconds);
        println!("  accepted    {} ({:.0}/s)", self.accepted, self.accepted_per_second);
        for (code, count) in &self.refused {
            println!("  refused     {count} {code}");
        }
        println!("  command     {}", spread(&self.command));
        println!(
            "  deliveries  {} ({:.0}/s) in {} frames, {}",
            self.deliveries,
            self.deliveries_per_second,
            self.frames,
            bytes(self.bytes as f64)
        );
        println!("  delivery    {}", spread(&self.delivery));
        println!(
            "  server      {:.2} s of processor, {} ({} at most)",
            self.server.cpu_seconds,
            bytes(self.server.memory_bytes as f64),
            bytes(self.server.memory_peak_bytes as f64)
        );
    }
}

/// What a program run came to.
#[derive(Serialize, Debug, Default)]
pub(crate) struct Report {
    pub(crate) loads: Vec<Load>,
    pub(crate) lines: Vec<Line>,
    /// Facts of the scenario, by name.
    pub(crate) facts: Vec<(String, String)>,
}

impl Report {
    pub(crate) fn fact(&mut self, name: &str, value: impl ToString) {
        self.facts.push((name.to_owned(), value.to_string()));
    }

    pub(crate) fn print(&self, json: bool) {
        if json {
            println!("{}", serde_json::to_string(self).unwrap());
            return;
        }
        self.loads.iter().for_each(Load::print);
        for (name, value) in &self.facts {
            println!("{name}: {value}");
        }
        if !self.lines.is_empty() {
            println!("{HEADING}");
            self.lines.iter().for_each(|line| println!("{line}"));
        }
    }
}
