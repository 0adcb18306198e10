//! Tokens: none vouches for anybody unless it is signed, whatever it says of itself.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pm_server::auth::Keys;

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let mut secret = [0; 32];
    // Nobody knows it, least of all the corpus.
    std::io::Read::read_exact(&mut std::fs::File::open("/dev/urandom").unwrap(), &mut secret).unwrap();
    Keys::new(&secret).unwrap()
});

fuzz_target!(|input: &str| {
    assert!(KEYS.verify(input).is_err());
});
