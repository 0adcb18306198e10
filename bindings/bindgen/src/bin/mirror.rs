//! Writes `bindings/src/mirror/` anew.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    pm_bindgen::generate(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/mirror"))
}
