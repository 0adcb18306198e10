//! Import, export, backup and restore.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use googletest::prelude::*;
use pm_bindings::{ExportListener, ImportListener, ImportSource, ListenerError, check_tenant, export_tenant};
use pm_engine::import::{ImportFormat, ImportOptions, ImportProgress};

use crate::support;

/// Counts calls and answers as it is told to.
struct Answering {
    calls: AtomicI64,
    answer: std::result::Result<bool, ListenerError>,
}

impl Answering {
    fn new(answer: std::result::Result<bool, ListenerError>) -> Arc<Self> {
        Arc::new(Self { calls: AtomicI64::new(0), answer })
    }

    fn answer(&self) -> std::result::Result<bool, ListenerError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.answer.clone()
    }
}

impl ImportListener for Answering {
    fn on_progress(&self, _: ImportProgress) -> std::result::Result<bool, ListenerError> {
        self.answer()
    }
}

impl ExportListener for Answering {
    fn on_progress(&self, _: i64) -> std::result::Result<bool, ListenerError> {
        self.answer()
    }
}

fn lines(count: usize) -> Vec<u8> {
    let line = |n| {
        format!(r#"{{"id":"bd-{n}","title":"item {n}","issue_type":"task","status":"open","priority":1}}"#)
    };
    (0..count).map(|n| line(n) + "\n").collect::<String>().into_bytes()
}

fn threw() -> ListenerError {
    ListenerError::Threw { message: "enough".to_owned() }
}

#[gtest]
fn given_an_import_when_its_listener_answers_then_it_goes_on_ends_early_or_fails_and_the_next_one_completes_it()
 {
    let folder = tempfile::tempdir().unwrap();
    let (_engine, tenant) = support::open(folder.path(), None);
    let options = ImportOptions::new(ImportFormat::Beads, "IM");
    let import = |listener: Option<Arc<dyn ImportListener>>| {
        let source = ImportSource::Bytes { data: lines(3000) };
        tenant.import_from(support::ada(), options.clone(), source, listener)
    };
    let stopped = import(Some(Answering::new(Ok(false)))).unwrap();
    expect_that!(stopped.cancelled, eq(true));
    expect_that!(import(Some(Answering::new(Err(threw())))).unwrap_err().code(), eq("listener"));
    let listener = Answering::new(Ok(true));
    let report = import(Some(listener.clone())).unwrap();
    expect_that!(report.cancelled, eq(false));
    expect_that!(listener.calls.load(Ordering::SeqCst), gt(0));
    let again = import(None).unwrap();
    expect_that!(again.created.values().sum::<i64>(), eq(0));
}

#[gtest]
fn given_an_export_when_it_ends_early_then_no_file_is_left_and_one_that_is_there_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (_engine, tenant) = support::open(folder.path(), None);
    support::project(&tenant);
    let target = folder.path().join("out.jsonl");
    let export = |listener: Option<Arc<dyn ExportListener>>| {
        tenant.export_to(support::ada(), target.display().to_string(), listener)
    };
    expect_that!(export(Some(Answering::new(Ok(false)))).unwrap_err().code(), eq("cancelled"));
    expect_that!(target.exists(), eq(false));
    expect_that!(export(Some(Answering::new(Err(threw())))).unwrap_err().code(), eq("listener"));
    expect_that!(target.exists(), eq(false));
    let summary = export(Some(Answering::new(Ok(true)))).unwrap();
    let text = std::fs::read_to_string(&target).unwrap();
    expect_that!(text.lines().count(), eq(1 + usize::try_from(summary.lines.values().sum::<i64>()).unwrap()));
    expect_that!(export(None).unwrap_err().code(), eq("already_exists"));
    expect_that!(std::fs::read_to_string(&target).unwrap(), eq(&text));

    let beside = folder.path().join("beside.jsonl");
    let root = folder.path().display().to_string();
    export_tenant(root, "acme".to_owned(), beside.display().to_string()).unwrap();
    expect_that!(std::fs::read_to_string(&beside).unwrap(), eq(&text));
}

#[gtest]
fn given_a_backup_when_restored_then_the_tenant_is_as_it_was_and_has_another_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, tenant) = support::open(folder.path(), None);
    support::project(&tenant);
    let (epoch, head) = (tenant.epoch().unwrap(), tenant.head().unwrap());
    let copy = folder.path().join("copy.db").display().to_string();
    tenant.backup(copy.clone()).unwrap();
    support::item(&tenant, "too much").unwrap();
    let restored = engine.restore("acme".to_owned(), copy).unwrap();
    expect_that!(restored.head().unwrap(), eq(head));
    expect_that!(restored.epoch().unwrap(), not(eq(epoch)));
    expect_that!(restored.rebuild().unwrap(), eq(head));
    let report = check_tenant(folder.path().display().to_string(), "acme".to_owned()).unwrap();
    expect_that!(report.is_whole(), eq(true));
}
