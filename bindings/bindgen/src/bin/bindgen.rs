//! Generates the foreign side of the bindings from the built library:
//! `pm-bindgen generate --no-format --language python --out-dir OUT LIBRARY`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
