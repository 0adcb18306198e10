//! The checked-in Rust is what the `.proto` files generate.

#[path = "../examples/generate.rs"]
mod generate;

use std::fs;
use std::path::Path;

#[test]
fn given_the_proto_files_when_generated_anew_then_the_checked_in_rust_is_the_same() {
    let fresh = tempfile::tempdir().unwrap();
    generate::generate(fresh.path()).unwrap();
    let checked_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gen");
    let names = |dir: &Path| {
        let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let hint = "proto/src/gen is stale: run `cargo run -p pm-proto --example generate`";
    assert_eq!(names(fresh.path()), names(&checked_in), "{hint}");
    for name in names(fresh.path()) {
        let same = fs::read(fresh.path().join(&name)).unwrap() == fs::read(checked_in.join(&name)).unwrap();
        assert!(same, "{hint} ({})", name.to_string_lossy());
    }
}
