//! What open tenants weigh, told by the system (`/proc/self/statm`), in a process of its own.

use std::process::Command as Process;

use pm_engine::command::{Change, Command, NewProject};
use pm_engine::{Engine, EngineConfig};

use crate::fixture::{folder, member, new_item};
use crate::measure::{Effort, Line, Target, bytes, timed};

/// Bytes of this process in memory.
#[must_use]
pub fn resident() -> f64 {
    let page = 4_096.0;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * page
}

fn weigh(engine: &Engine, tenants: std::ops::Range<usize>) {
    for n in tenants {
        let tenant = engine.create_tenant(&format!("t{n}")).unwrap();
        tenant
            .execute(Command::new(member(), Change::CreateProject(NewProject::new("PM", "Project"))))
            .unwrap();
        let changes = (0..20).map(|n| Change::CreateItem(Box::new(new_item(n)))).collect();
        tenant.execute(Command::batch(member(), changes)).unwrap();
        tenant.read(&member()).unwrap().projects(None, &Default::default(), false).unwrap();
    }
}

/// Prints: bytes per open tenant, bytes of the whole process with all tenants and `open` of them open, seconds to make
/// them.
pub fn child(tenants: usize, open: usize) {
    let folder = folder();
    let config = EngineConfig {
        tenants_open_max: open,
        durability: pm_engine::Durability::Relaxed,
        ..EngineConfig::new(folder.path())
    };
    let engine = Engine::open(config).unwrap();
    weigh(&engine, 0..5);
    let before = resident();
    weigh(&engine, 5..open);
    let each = (resident() - before) / (open - 5) as f64;
    let (took, ()) = timed(|| weigh(&engine, open..tenants));
    println!("{each} {} {} {}", resident(), took.as_secs_f64(), engine.tenants_open());
}

/// The lines of the table; measured in a process of its own, which is this program again.
#[must_use]
pub fn lines(effort: Effort) -> Vec<Line> {
    let (tenants, open) = (effort.pick(100, 10_000), effort.pick(50, 256));
    let this = std::env::current_exe().unwrap();
    let run =
        Process::new(this).args(["--memory", &tenants.to_string(), &open.to_string()]).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    let [each, whole, took, open_now] = figures[..] else { panic!("the child said: {text}") };
    vec![
        Line {
            what: "an idle open tenant, after 2 commands and a query".to_owned(),
            floor: "–".to_owned(),
            result: bytes(each),
            figure: each,
            target: Target::Bytes(1024.0 * 1024.0),
        },
        Line {
            what: format!("{tenants} tenants in one process, {open_now:.0} open ({took:.0} s to make them)"),
            floor: "–".to_owned(),
            result: bytes(whole),
            figure: whole,
            target: Target::Bytes(open_now * 1024.0 * 1024.0 + 64.0 * 1048576.0),
        },
    ]
}
