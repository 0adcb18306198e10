//! Questions, cursors and words to search for among them: each is answered or refused, never fails inside, and answer
//! and question are written down as what they are.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use pm_engine::error::{ExecuteError, FailureKind};
use pm_engine::wire;
use pm_fuzz::{Fresh, admin, choice, member};
use pm_proto as pb;
use prost::Message as _;

thread_local! {
    static TENANT: RefCell<Fresh> = RefCell::new(Fresh::new(100_000, true));
}

fuzz_target!(|input: &[u8]| {
    let Some((who, bytes)) = choice(input) else { return };
    let Ok(question) = pb::Question::decode(bytes) else { return };
    let Ok(question) = wire::question_from_wire(question) else { return };
    let again = wire::question_from_wire(wire::question_to_wire(&question)).unwrap();
    assert_eq!(question, again);
    let tenant = TENANT.with_borrow_mut(Fresh::tenant);
    let actor = if who & 1 == 1 { admin() } else { member() };
    match tenant.read(&actor).unwrap().answer(&question) {
        Ok(answer) => {
            let again = wire::answer_from_wire(wire::answer_to_wire(&answer)).unwrap();
            assert_eq!(answer, again);
        }
        Err(ExecuteError::Rejected(_)) => {}
        Err(ExecuteError::Failed(failure)) => assert_eq!(failure.kind(), FailureKind::Busy, "{failure:?}"),
        Err(other) => panic!("{other:?}"),
    }
});
