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

/// A file of mirrors: its name, what is in it, the files of the engine it is made from.
type Area = (&'static str, &'static str, &'static [&'static str]);

const AREAS: [Area; 7] = [
    ("words", "Small closed vocabularies.", &["model/words.rs", "store/open.rs"]),
    ("entities", "The entities.", &["model/entity.rs"]),
    ("commands", "Commands and their parts.", &["command.rs"]),
    (
        "events",
        "What commands answer, events, resuming.",
        &["event.rs", "outcome.rs", "rejection.rs", "subscription.rs", "store/check.rs"],
    ),
    ("transfer", "Import and export.", &["import/options.rs", "import/report.rs", "export.rs"]),
    (
        "lists",
        "Questions about what is, and their answers.",
        &[
            "query/page.rs",
            "query/filter.rs",
            "query/card.rs",
            "query/list.rs",
            "query/board.rs",
            "query/item.rs",
            "query/tree.rs",
            "query/dependency.rs",
            "query/flow.rs",
            "query/project.rs",
            "query/comment.rs",
            "query/time.rs",
            "query/trash.rs",
            "query/llm.rs",
            "query/question.rs",
            "query/answer.rs",
        ],
    ),
    (
        "reports",
        "Questions about the past and about sums, and their answers.",
        &[
            "query/search.rs",
            "query/activity.rs",
            "query/sprint_report.rs",
            "query/time_report.rs",
            "query/history.rs",
            "query/snapshot.rs",
            "query/context.rs",
            "query/context_rows.rs",
            "query/undo.rs",
        ],
    ),
];

/// Types of those files that do not cross: hosts get others in their place.
const LEFT_OUT: [&str; 4] = ["Rejection", "ExportHeader", "ExportError", "EventBatch"];

/// Writes the mirrors into `out`.
///
/// # Errors
/// When the engine's source cannot be read or understood, or `out` not be written.
pub fn generate(out: &Path) -> Result<(), Box<dyn Error>> {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pm-engine/src");
    for (name, about, files) in AREAS {
        let mut text = mirror::head(about);
        for file in files {
            let source = fs::read_to_string(engine.join(file))?;
            for declaration in source::declarations(&source)? {
                if !LEFT_OUT.contains(&declaration.name().as_str()) {
                    mirror::write(&declaration, &mut text);
                }
            }
        }
        fs::write(out.join(name).with_extension("rs"), text)?;
    }
    let read = |file: &str| source::declarations(&fs::read_to_string(engine.join(file))?);
    let methods = reader::write(&read("query/question.rs")?, &read("query/answer.rs")?)?;
    fs::write(out.join("questions.rs"), methods)?;
    Ok(())
}
