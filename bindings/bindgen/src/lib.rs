//! Generates `bindings/src/mirror/` from the engine's source: `cargo run -p pm-bindgen --bin pm-mirror`.
//!
//! uniffi must be told of every type of the engine that crosses to another language, field by field. What it is told
//! is copied from the engine's declarations, with their documentation; an entry that is stale does not compile, and
//! the test of freshness names it.

mod mirror;
mod reader;
mod source;

use std::error::Error;
use std::fs;
use std::path::Path;

/// A file of mirrors: its name, what is in it, the modules of the engine it is made from.
type Area = (&'static str, &'static str, &'static [&'static str]);

const AREAS: [Area; 11] = [
    ("words", "Small closed vocabularies.", &["model/words", "store/open"]),
    ("entities", "The entities.", &["model/entity"]),
    ("commands", "Commands.", &["command/mod"]),
    ("changes", "What commands carry.", &["command/made", "command/moved", "command/changed"]),
    (
        "events",
        "What commands answer, events, resuming.",
        &["event", "outcome", "rejection", "subscription", "store/check"],
    ),
    ("transfer", "Import and export.", &["import/options", "import/report", "export"]),
    ("asked", "Questions and answers as values.", &["query/question", "query/answer"]),
    (
        "lists",
        "Lists of items, and what is asked of them.",
        &[
            "query/page",
            "query/filter",
            "query/card",
            "query/list",
            "query/board",
            "query/flow",
            "query/trash",
            "query/search",
        ],
    ),
    (
        "details",
        "One item, project or user, and what hangs on it.",
        &["query/item", "query/tree", "query/dependency", "query/project", "query/comment", "query/time"],
    ),
    (
        "reports",
        "The past, and sums.",
        &[
            "query/activity",
            "query/sprint_report",
            "query/time_report",
            "query/history",
            "query/snapshot",
            "query/undo",
        ],
    ),
    ("context", "What language models are given.", &["query/llm", "query/context", "query/context_rows"]),
];

/// The files of the methods of `Reader`, and the question each begins with.
const METHODS: [(&str, &str); 3] =
    [("read_lists", "Items"), ("read_items", "Item"), ("read_reports", "Context")];

/// Types of those files that do not cross: hosts get others in their place.
const LEFT_OUT: [&str; 5] = ["Rejection", "ExportHeader", "ExportError", "EventBatch", "InMemory"];

/// Writes the mirrors into `out`.
///
/// # Errors
/// When the engine's source cannot be read or understood, or `out` not be written.
pub fn generate(out: &Path) -> Result<(), Box<dyn Error>> {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pm-engine/src");
    for (name, about, modules) in AREAS {
        let mut text = mirror::head(about);
        for module in modules {
            for declaration in declarations(&engine.join(module))? {
                if !LEFT_OUT.contains(&declaration.name().as_str()) {
                    mirror::write(&declaration, &mut text);
                }
            }
        }
        fs::write(out.join(name).with_extension("rs"), text)?;
    }
    let asked = declarations(&engine.join("query"))?;
    for (name, text) in reader::write(&asked, &METHODS)? {
        fs::write(out.join(name).with_extension("rs"), text)?;
    }
    Ok(())
}

/// What a module declares, whether it is a file or a folder.
fn declarations(module: &Path) -> Result<Vec<source::Declaration>, Box<dyn Error>> {
    let file = module.with_extension("rs");
    let mut files = Vec::new();
    if file.exists() {
        files.push(file);
    } else {
        let folder = fs::read_dir(module).map_err(|error| format!("{}: {error}", module.display()))?;
        for entry in folder {
            files.push(entry?.path());
        }
        files.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
        files.sort();
    }
    let mut found = Vec::new();
    for file in files {
        found.extend(source::declarations(&fs::read_to_string(file)?)?);
    }
    Ok(found)
}
