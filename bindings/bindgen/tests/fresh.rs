//! The checked-in mirrors are what the engine's source generates.

use std::fs;
use std::path::Path;

#[test]
fn given_the_engines_types_when_mirrored_anew_then_the_checked_in_mirrors_are_the_same() {
    let fresh = tempfile::tempdir().unwrap();
    pm_bindgen::generate(fresh.path()).unwrap();
    let checked_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/mirror");
    let names = |dir: &Path| {
        let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.retain(|name| name != "mod.rs");
        names.sort();
        names
    };
    let hint = "bindings/src/mirror is stale: run `cargo run -p pm-bindgen --bin pm-mirror`";
    assert_eq!(names(fresh.path()), names(&checked_in), "{hint}");
    for name in names(fresh.path()) {
        let same = fs::read(fresh.path().join(&name)).unwrap() == fs::read(checked_in.join(&name)).unwrap();
        assert!(same, "{hint} ({})", name.to_string_lossy());
    }
}
