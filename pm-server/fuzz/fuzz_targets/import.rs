//! Files of other systems and of this one: an import ends with a report that balances, or says that the input is not of
//! its format or refused; it never fails inside.
#![no_main]

use std::cell::RefCell;
use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use pm_engine::import::{ImportError, ImportFormat, ImportOptions, OnGone};
use pm_fuzz::{Fresh, admin, choice};

thread_local! {
    static TENANT: RefCell<Fresh> = RefCell::new(Fresh::new(100, false));
}

fuzz_target!(|input: &[u8]| {
    let Some((kind, mut bytes)) = choice(input) else { return };
    let tenant = TENANT.with_borrow_mut(Fresh::tenant);
    let mut options = match kind % 3 {
        0 => ImportOptions::new(ImportFormat::Beads, "BD"),
        1 => ImportOptions::new(ImportFormat::Trello, "TR"),
        _ => ImportOptions::pm(),
    };
    options.unknown_statuses_as_lanes = kind & 64 != 0;
    options.on_gone = if kind & 128 == 0 { OnGone::Ignore } else { OnGone::Delete };
    match tenant.import(&admin(), &options, &mut bytes, &mut |_| ControlFlow::Continue(())) {
        Ok(report) => assert!(report.balances(), "{report:?}"),
        Err(ImportError::Failed(failure)) => panic!("{failure:?}"),
        Err(_) => {}
    }
});
