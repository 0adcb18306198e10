//! Measures every row of "Sizes to hold" that concerns the engine and prints a table. No time is asserted, ever.

#![expect(clippy::unwrap_used, reason = "a measurement that fails has nothing to clean up")]

use clap::Parser;
use clap::builder::PossibleValuesParser;
use pm_benches::measure::{Effort, HEADING, Line};

type Group = (&'static str, fn(Effort) -> Vec<Line>);

const GROUPS: [Group; 8] = [
    ("write", pm_benches::write::lines),
    ("read", pm_benches::read::lines),
    ("million", pm_benches::million::lines),
    ("growth", pm_benches::growth::lines),
    ("resume", pm_benches::resume::lines),
    ("lists", pm_benches::lists::lines),
    ("context", pm_benches::context::lines),
    ("memory", pm_benches::memory::lines),
];

/// What the engine costs beside the barest code that does the same, on this machine, in one run.
#[derive(Debug, Parser)]
#[command(name = "sizes")]
struct Args {
    /// Only these groups; all of them take some minutes
    #[arg(value_name = "GROUP", value_parser = PossibleValuesParser::new(GROUPS.map(|(name, _)| name)))]
    groups: Vec<String>,

    /// Small sizes, to see that it works
    #[arg(long)]
    short: bool,

    /// Print one JSON object a line instead of the table
    #[arg(long)]
    json: bool,

    /// What the group `memory` starts this program again for: tenants in all, and open at once
    #[arg(long, hide = true, num_args = 2)]
    memory: Option<Vec<usize>>,
}

fn main() {
    let args = Args::parse();
    if let Some([tenants, open]) = args.memory.as_deref() {
        return pm_benches::memory::child(*tenants, *open);
    }
    let effort = if args.short { Effort::Short } else { Effort::Full };
    if !args.json {
        println!("{HEADING}");
    }
    for (name, lines) in GROUPS {
        if !args.groups.is_empty() && !args.groups.iter().any(|wanted| wanted == name) {
            continue;
        }
        for line in lines(effort) {
            if args.json {
                println!("{}", serde_json::to_string(&line).unwrap());
            } else {
                println!("{line}");
            }
        }
    }
}
