//! Coming back after a thousand missed events.

use pm_engine::Tenant;
use rusqlite::params;

use crate::fixture::{Fixture, member};
use crate::measure::{Effort, Line, Target, in_turns};
use crate::read::reader;

/// Events missed.
const MISSED: usize = 1_000;

/// Asks how to go on after a sequence and takes the next thousand events.
pub fn follow(tenant: &Tenant, after: i64) {
    tenant.resume(Some((tenant.epoch().unwrap(), after))).unwrap();
    let mut stream = tenant.subscribe(&member(), after, None).unwrap();
    let (mut seen, mut size) = (0, 0);
    while seen < MISSED {
        let batch = stream.try_next().unwrap().unwrap();
        seen += batch.events.len();
        size += batch.events.iter().map(|event| event.bytes().len()).sum::<usize>();
    }
    assert!(size > 0);
}

/// The lines of the table.
#[must_use]
pub fn lines(effort: Effort) -> Vec<Line> {
    let fixture = Fixture::new(1);
    // More than the ring holds, so that the first thousand come from the file.
    fixture.fill(effort.pick(6_000, 20_000));
    let tenant = &fixture.tenant;
    let head = tenant.head().unwrap();
    let bare = reader(&fixture.file());
    let sql = "SELECT sequence, body FROM event_log WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
    let mut statement = bare.prepare(sql).unwrap();
    let mut floor = |after: i64| {
        let mut rows = statement.query(params![after, MISSED as i64]).unwrap();
        let mut bodies: Vec<(i64, Vec<u8>)> = Vec::with_capacity(MISSED);
        while let Some(row) = rows.next().unwrap() {
            bodies.push((row.get(0).unwrap(), row.get(1).unwrap()));
        }
        assert_eq!(bodies.len(), MISSED);
    };
    let (rounds, times) = (effort.pick(2, 15), effort.pick(3, 30));
    let recent = head - MISSED as i64;
    let from_file = in_turns(rounds, times, || floor(10), || follow(tenant, 10));
    let from_ring = in_turns(rounds, times, || floor(recent), || follow(tenant, recent));
    let target = Target::Seconds(5e-3);
    vec![
        Line::time("resume of 1,000 missed events, from the file", &from_file, target),
        Line::time("the same, still in memory", &from_ring, target),
    ]
}
