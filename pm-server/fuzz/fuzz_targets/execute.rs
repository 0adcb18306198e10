//! Commands, one after the other: each is done or refused by a rule, and never fails inside. Ids the fuzzer invents are as
//! good as any. The events of what was done are what the log holds.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use pm_engine::error::{ExecuteError, FailureKind};
use pm_engine::wire;
use pm_fuzz::{Fresh, admin, choice, member, pieces};
use pm_proto as pb;
use prost::Message as _;

thread_local! {
    static TENANT: RefCell<Fresh> = RefCell::new(Fresh::new(500, true));
}

fuzz_target!(|input: &[u8]| {
    let Some((who, rest)) = choice(input) else { return };
    let tenant = TENANT.with_borrow_mut(Fresh::tenant);
    let actor = if who & 1 == 1 { admin() } else { member() };
    for piece in pieces(rest).take(8) {
        let Ok(command) = pb::Command::decode(piece) else { continue };
        let Ok(command) = wire::command_from_wire(command, actor.clone()) else { continue };
        let before = tenant.head().unwrap();
        match tenant.execute(command) {
            Ok(outcome) if outcome.replayed => {}
            Ok(outcome) => {
                assert!(outcome.first_sequence.is_none_or(|first| first == before + 1));
                assert_eq!(outcome.last_sequence.unwrap_or(before), tenant.head().unwrap());
            }
            Err(ExecuteError::Rejected(_)) => assert_eq!(tenant.head().unwrap(), before),
            Err(ExecuteError::Failed(failure)) => {
                assert_eq!(failure.kind(), FailureKind::Busy, "{failure:?}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
});
