//! What a host does wrong is told by a code.

use googletest::prelude::*;
use pm_bindings::{Engine, EngineOptions, PmError, check_tenant};
use pm_engine::rejection::{Rejection, RejectionCode};

use crate::support;

#[gtest]
fn given_hostile_input_when_called_then_each_is_answered_by_a_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, tenant) = support::open(folder.path(), None);
    support::project(&tenant);
    let code = |result: std::result::Result<(), PmError>| result.unwrap_err().code();

    expect_that!(code(engine.tenant("../etc".to_owned()).map(drop)), eq("invalid"));
    expect_that!(code(engine.tenant("nobody".to_owned()).map(drop)), eq("not_found"));
    expect_that!(code(engine.create_tenant("acme".to_owned()).map(drop)), eq("already_exists"));
    expect_that!(code(support::item(&tenant, "\0").map(drop)), eq("invalid"));
    expect_that!(
        code(tenant.backup(folder.path().join("no/such/folder").display().to_string())),
        eq("storage")
    );
    expect_that!(code(engine.restore("new".to_owned(), "/nowhere".to_owned()).map(drop)), eq("not_found"));
    expect_that!(
        code(check_tenant(folder.path().display().to_string(), "x".to_owned()).map(drop)),
        eq("not_found")
    );
    let stream = tenant.stream(support::ada(), 0, None).unwrap();
    expect_that!(code(stream.next(-1).map(drop)), eq("invalid"));
    let many = EngineOptions { workers: 65, ..support::options(folder.path()) };
    expect_that!(code(Engine::open(many, None).map(drop)), eq("too_large"));
}

#[gtest]
fn given_another_engine_on_the_folder_when_its_tenant_is_opened_then_it_is_locked_and_names_the_holder() {
    let folder = tempfile::tempdir().unwrap();
    let (_engine, _tenant) = support::open(folder.path(), None);
    let second = Engine::open(support::options(folder.path()), None).unwrap();
    let error = second.tenant("acme".to_owned()).unwrap_err();
    let holder = format!("process {}", std::process::id());
    expect_that!(error, matches_pattern!(PmError::Locked { holder: eq(&holder), .. }));
}

#[gtest]
fn given_a_closed_engine_when_anything_is_asked_then_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, tenant) = support::open(folder.path(), None);
    let reader = tenant.read(support::ada()).unwrap();
    engine.shutdown().unwrap();
    engine.shutdown().unwrap();
    expect_that!(support::item(&tenant, "late").unwrap_err().code(), eq("closed"));
    expect_that!(reader.my_timer().unwrap_err().code(), eq("closed"));
    expect_that!(tenant.head().unwrap_err().code(), eq("closed"));
}

#[gtest]
fn given_a_refusal_of_every_code_when_it_crosses_then_it_keeps_its_code_and_what_it_says() {
    for code in RejectionCode::ALL {
        let refused = PmError::from(Rejection {
            code: *code,
            message: "no".to_owned(),
            part: Some(3),
            field: Some("title".to_owned()),
            limit: Some(500),
            current: None,
            path: Vec::new(),
            path_length: None,
        });
        expect_that!(refused.code(), eq(code.as_str()));
        expect_that!(refused.to_string(), eq("no"));
        let carried = r#"part: Some(3), field: Some("title"), limit: Some(500)"#;
        expect_that!(format!("{refused:?}"), contains_substring(carried));
    }
}
