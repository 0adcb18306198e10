//! Settings of the log.

use tracing_subscriber::EnvFilter;

use super::section::section;
use super::value::{Value, words};

section! {
    /// The log, on standard error.
    pub struct LogConfig {
        /// `text` for people, `json` for programs: one object per line.
        format: LogFormat = LogFormat::Text;
        /// What is written: a level (`error`, `warn`, `info`, `debug`, `trace`), or `target=level` with commas between.
        filter: LogFilter = LogFilter("info".to_owned());
    }
}

/// Form of the log.
#[derive(Clone, Copy, PartialEq, PartialOrd, Eq, Debug)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

words!(LogFormat: Text = "text", Json = "json");

/// What the log has, in the words of `tracing_subscriber::EnvFilter`.
#[derive(Clone, PartialEq, PartialOrd, Debug)]
pub struct LogFilter(String);

impl LogFilter {
    pub(crate) fn filter(&self) -> EnvFilter {
        // It was read before.
        EnvFilter::try_new(&self.0).unwrap_or_else(|_| EnvFilter::new("info"))
    }
}

impl Value for LogFilter {
    fn kind() -> String {
        "a level or a list such as info,pm_server=debug".to_owned()
    }

    fn read(written: &serde_json::Value) -> Option<Self> {
        let text = written.as_str()?.trim();
        // An unknown word alone would be taken for the name of a target, and the log be silent.
        let is_level = |word: &str| matches!(word, "off" | "error" | "warn" | "info" | "debug" | "trace");
        let is_sound = text.split(',').all(|part| part.contains(['=', '[']) || is_level(part.trim()));
        (is_sound && EnvFilter::try_new(text).is_ok()).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> serde_json::Value {
        serde_json::Value::from(self.0.as_str())
    }
}
