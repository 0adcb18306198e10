//! Real input, and what the import tests share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::PathBuf;

use pm_engine::Tenant;
use pm_engine::import::{ImportError, ImportOptions, ImportReport};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::support::{Bench, admin};

/// A file of the shared data; `None`, loudly, where it is absent. With `PM_REQUIRE_DATA=1` it must be there.
pub(crate) fn data(path: &str) -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(path);
    if file.exists() {
        return Some(file);
    }
    assert!(std::env::var("PM_REQUIRE_DATA").as_deref() != Ok("1"), "the data set {path} is missing");
    eprintln!("SKIPPED: {} is absent, the test shows nothing", file.display());
    None
}

pub(crate) fn import_bytes(
    tenant: &Tenant,
    options: &ImportOptions,
    bytes: &[u8],
) -> Result<ImportReport, ImportError> {
    let mut reader = BufReader::new(bytes);
    tenant.import(&admin(), options, &mut reader, &mut |_| ControlFlow::Continue(()))
}

/// Imports a file of the shared data.
pub(crate) fn import_file(tenant: &Tenant, options: &ImportOptions, path: &PathBuf) -> ImportReport {
    let report = import_bytes(tenant, options, &std::fs::read(path).unwrap()).unwrap();
    assert!(report.balances(), "some record is not accounted for: {report:#?}");
    report
}

/// The tenant's file, for looking only.
pub(crate) fn file(bench: &Bench, tenant: &Tenant) -> Connection {
    let path = bench.folder.path().join(tenant.id().as_str()).join("tenant.db");
    Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// One number.
pub(crate) fn count(file: &Connection, sql: &str) -> i64 {
    file.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Rows as text, for comparing.
pub(crate) fn rows(file: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = file.prepare(sql).unwrap();
    let columns = statement.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get_ref(at).map(show)).collect();
    statement.query_map([], read).unwrap().collect::<Result<_, _>>().unwrap()
}

fn show(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("{bytes:?}"),
    }
}
