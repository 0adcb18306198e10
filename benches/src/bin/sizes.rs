//! Measures every row of "Sizes to hold" that concerns the engine and prints a table.
//!
//! `cargo run --release -p pm-benches --bin sizes [--short] [names…]`: with names, only the groups whose name has one
//! of them in it. `--short` shows that everything runs; no time is asserted, ever.

use pm_benches::measure::{Effort, HEADING, Line};

type Group = (&'static str, fn(Effort) -> Vec<Line>);

const GROUPS: &[Group] = &[
    ("write", pm_benches::write::lines),
    ("read", pm_benches::read::lines),
    ("million", pm_benches::million::lines),
    ("growth", pm_benches::growth::lines),
    ("resume", pm_benches::resume::lines),
    ("lists", pm_benches::lists::lines),
    ("context", pm_benches::context::lines),
    ("memory", pm_benches::memory::lines),
];

fn main() {
    let (flags, names): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    if let ([flag, ..], [tenants, open]) = (&flags[..], &names[..])
        && flag == "--memory"
    {
        let number = |text: &String| text.parse().unwrap_or(100);
        return pm_benches::memory::child(number(tenants), number(open));
    }
    let effort = if flags.iter().any(|flag| flag == "--short") { Effort::Short } else { Effort::Full };
    println!("{HEADING}");
    for (name, lines) in GROUPS {
        if names.is_empty() || names.iter().any(|wanted| name.contains(wanted.as_str())) {
            lines(effort).iter().for_each(|line| println!("{line}"));
        }
    }
}
