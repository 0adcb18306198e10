//! What the system says about this process; nothing where it does not say it in Linux's way.

/// What a process takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process {
    pub(super) resident_bytes: i64,
    pub(super) open_handles: i64,
    pub(super) processor_seconds: f64,
}

/// Ticks of a second in `/proc`, the same on every Linux that runs Rust.
const TICKS_PER_SECOND: f64 = 100.0;

pub(super) fn look() -> Option<Process> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = resident.trim().strip_suffix("kB")?.trim().parse().ok()?;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name in parentheses, which may hold anything: utime and stime are the 12th and 13th.
    let (_, fields) = stat.rsplit_once(") ")?;
    let ticks: f64 = fields.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    Some(Process {
        resident_bytes: kib.saturating_mul(1024),
        open_handles: i64::try_from(std::fs::read_dir("/proc/self/fd").ok()?.count()).ok()?,
        processor_seconds: ticks / TICKS_PER_SECOND,
    })
}
