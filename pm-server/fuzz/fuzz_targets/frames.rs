//! Bytes after the upgrade, however they are cut: each message that RFC 6455 makes of them comes back, each ping is
//! answered, in order, and the connection is closed with the code that the first mistake has. Half of the inputs are
//! bytes, half are frames that may break a rule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pm_fuzz::frames::{Echo, expected, frame, heard};
use pm_fuzz::{choice, pieces};

thread_local! {
    static ECHO: Echo = Echo::new();
}

const SIZES: [usize; 5] = [1, 3, 64, 1_000, usize::MAX];

fuzz_target!(|input: &[u8]| {
    let Some((how, rest)) = choice(input) else { return };
    let bytes = match how & 1 {
        0 => rest.to_vec(),
        _ => pieces(rest)
            .filter_map(|piece| piece.split_first_chunk::<2>())
            .flat_map(|([first, odd], payload)| frame(*first, *odd, payload))
            .collect(),
    };
    let size = SIZES[usize::from(how >> 1) % SIZES.len()];
    let expected = expected(&bytes);
    let (said, code) = heard(&ECHO.with(|echo| echo.talk(&bytes, size)));
    assert_eq!(said, expected.said, "closed with {code:?}");
    assert!(
        code.is_some_and(|code| expected.codes.contains(&code)),
        "{code:?} is none of {:?}",
        expected.codes
    );
});
