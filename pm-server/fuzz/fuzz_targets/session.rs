//! Messages into a session, in any order: welcomed or not, it answers what a client can read, does nothing for a
//! stranger and keeps its bounds.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pm_fuzz::{choice, pieces};
use pm_server::auth::Keys;
use pm_server::fuzzing::{Happening, session};

static KEYS: LazyLock<Keys> =
    LazyLock::new(|| Keys::new(b"a secret of the fuzzer, 32 bytes or more").unwrap());

fuzz_target!(|input: &[u8]| {
    let Some((vouched, rest)) = choice(input) else { return };
    // A piece of one byte is something else than a message; shorter messages say nothing either.
    let happenings = pieces(rest).map(|piece| match piece {
        [0] => Happening::Text,
        [1] => Happening::Answered,
        message => Happening::Message(message),
    });
    session(&KEYS, vouched & 1 == 1, happenings);
});
