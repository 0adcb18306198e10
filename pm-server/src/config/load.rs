//! Where values come from: defaults, then one file, then the environment, then flags; the last one counts. What is not
//! known is refused, with the nearest known name.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::ServerConfig;
use crate::limits;
use crate::nearest::nearest;

/// What the names of environment variables begin with.
const PREFIX: &str = "PM_SERVER_";
/// The variable that names the file, as `--config` does.
const FILE_VARIABLE: &str = "PM_SERVER_CONFIG";
/// Name of the file in the data folder that is read where none is named.
const FILE_IN_DATA: &str = "pm-server.toml";

/// Where a value came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// Nothing was written.
    Default,
    /// A file.
    File(PathBuf),
    /// A variable of the environment.
    Environment(String),
    /// A flag.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// Why a configuration is refused.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No setting has this name.
    #[error("there is no setting `{key}` ({source_})")]
    Unknown {
        /// The name.
        key: String,
        /// Where it was written.
        source_: Source,
        /// A known name that it may stand for.
        nearest: Option<String>,
    },
    /// The value cannot be.
    #[error("`{key}` cannot be {value} ({source_}): expected {expected}{}", range(.allowed.as_ref()))]
    Invalid {
        /// The setting.
        key: String,
        /// What was written; not for secrets.
        value: String,
        /// Where it was written.
        source_: Source,
        /// What can be written.
        expected: String,
        /// Smallest and largest value.
        allowed: Option<(String, String)>,
    },
    /// The value does not fit another one.
    #[error("`{key}` {why}")]
    Conflict {
        /// The setting.
        key: &'static str,
        /// Why.
        why: &'static str,
    },
    /// The file that lies in the data folder names another one.
    #[error("`data` cannot be set in {}: it lies in the data folder", .0.display())]
    DataInData(PathBuf),
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// The file is not TOML.
    #[error("{} is not TOML: line {line}: {cause}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        cause: String,
    },
    /// A flag `--set` without `=`, or a variable that is not text.
    #[error("{0} cannot be read: write NAME=VALUE")]
    NotAPair(String),
}

fn range(allowed: Option<&(String, String)>) -> String {
    allowed.map_or_else(String::new, |(least, most)| format!(", from {least} to {most}"))
}

/// A value in effect.
#[derive(Clone, PartialEq, Debug)]
pub struct Effective {
    /// The value, as it would be written; `None` for a secret.
    pub value: Option<Json>,
    /// Where it came from.
    pub source: Source,
}

/// A configuration, and where each value came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The values.
    pub config: ServerConfig,
    /// By their full names, such as `websocket.ping_every`.
    pub effective: BTreeMap<String, Effective>,
}

/// What was written for a setting, and where.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Written {
    pub(crate) key: String,
    pub(crate) value: Json,
    pub(crate) source: Source,
}

impl Written {
    /// By a flag of its own.
    pub(crate) fn flag(key: &str, value: impl Into<Json>, flag: &str) -> Self {
        Self { key: key.to_owned(), value: value.into(), source: Source::Flag(flag.to_owned()) }
    }

    /// By `--set NAME=VALUE`.
    pub(crate) fn set(pair: &str) -> Result<Self, ConfigError> {
        // The value may be a secret, and so is not repeated.
        let (key, value) = pair.split_once('=').ok_or_else(|| ConfigError::NotAPair("--set".to_owned()))?;
        Ok(Self::flag(key.trim(), value, "--set"))
    }
}

/// Loads a configuration. A file named by a flag or by the environment must exist; the one in the data folder may.
pub(crate) fn load(
    file: Option<PathBuf>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    flags: Vec<Written>,
) -> Result<Loaded, ConfigError> {
    let mut file = file;
    let mut variables = Vec::new();
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        let value = value.into_string().map_err(|_| ConfigError::NotAPair(name.to_owned()))?;
        if name == FILE_VARIABLE {
            file = file.or_else(|| Some(PathBuf::from(value)));
        } else {
            variables.push(variable(name, value)?);
        }
    }
    let mut outer = Loaded::defaults();
    // The data folder must be known before the file in it can be looked for.
    for written in variables.iter().chain(&flags).filter(|written| written.key == "data") {
        outer.apply(written.clone())?;
    }
    let is_named = file.is_some();
    let path = file.unwrap_or_else(|| outer.config.general.data.join(FILE_IN_DATA));
    let in_file = read_file(&path, is_named)?;
    if !is_named && in_file.iter().any(|written| written.key == "data") {
        return Err(ConfigError::DataInData(path));
    }
    let mut loaded = Loaded::defaults();
    for written in in_file.into_iter().chain(variables).chain(flags) {
        loaded.apply(written)?;
    }
    match loaded.config.conflict() {
        Some((key, why)) => Err(ConfigError::Conflict { key, why }),
        None => Ok(loaded),
    }
}

/// `PM_SERVER_WEBSOCKET__PING_EVERY` stands for `websocket.ping_every`.
fn variable(name: &str, value: String) -> Result<Written, ConfigError> {
    let source = Source::Environment(name.to_owned());
    let known = keys().into_iter().find(|key| variable_of(key) == name);
    match known {
        Some(key) => Ok(Written { key, value: Json::String(value), source }),
        None => {
            let names = keys().iter().map(|key| variable_of(key)).collect::<Vec<_>>();
            let nearest = nearest(name, names.iter().map(String::as_str));
            Err(ConfigError::Unknown { key: name.to_owned(), source_: source, nearest })
        }
    }
}

/// The variable that stands for a setting.
pub(super) fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

/// A setting's full name.
pub(super) fn full_name(section: &str, field: &str) -> String {
    if section.is_empty() { field.to_owned() } else { format!("{section}.{field}") }
}

/// Every setting's full name.
fn keys() -> Vec<String> {
    let sections = ServerConfig::sections().into_iter();
    sections
        .flat_map(|(section, _, settings)| settings.into_iter().map(move |it| full_name(section, it.field)))
        .collect()
}

fn read_file(path: &Path, is_named: bool) -> Result<Vec<Written>, ConfigError> {
    let unreadable = |cause: String| ConfigError::Unreadable { path: path.to_owned(), cause };
    let text = match read_bounded(path) {
        Ok(text) => text,
        Err(error) if !is_named && error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    // Only the parser's sentence: the line itself may hold a secret.
    let table: toml::Table = toml::from_str(&text).map_err(|error| ConfigError::Malformed {
        path: path.to_owned(),
        line: error.span().map_or(1, |span| line_at(&text, span.start)),
        cause: error.message().to_owned(),
    })?;
    let json = serde_json::to_value(table).map_err(|error| unreadable(error.to_string()))?;
    let source = Source::File(path.to_owned());
    let sections: Vec<_> = ServerConfig::sections().into_iter().map(|(name, ..)| name).collect();
    let mut all = Vec::new();
    for (key, value) in json.as_object().into_iter().flatten() {
        match value {
            Json::Object(fields) if sections.contains(&key.as_str()) => {
                for (field, value) in fields {
                    let (key, value) = (full_name(key, field), value.clone());
                    all.push(Written { key, value, source: source.clone() });
                }
            }
            Json::Object(_) if !keys().contains(key) => {
                let nearest = nearest(key, sections.iter().copied());
                return Err(ConfigError::Unknown { key: key.clone(), source_: source, nearest });
            }
            _ => all.push(Written { key: key.clone(), value: value.clone(), source: source.clone() }),
        }
    }
    Ok(all)
}

fn read_bounded(path: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    file.take(limits::CONFIG_BYTES_MAX + 1).read_to_string(&mut text)?;
    if u64::try_from(text.len()).is_ok_and(|bytes| bytes <= limits::CONFIG_BYTES_MAX) {
        return Ok(text);
    }
    Err(std::io::Error::other(format!("it is larger than {} bytes", limits::CONFIG_BYTES_MAX)))
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

impl Loaded {
    fn defaults() -> Self {
        let mut effective = BTreeMap::new();
        for (section, _, settings) in ServerConfig::sections() {
            for setting in settings {
                let value = (!setting.secret).then_some(setting.default);
                let key = full_name(section, setting.field);
                effective.insert(key, Effective { value, source: Source::Default });
            }
        }
        Self { config: ServerConfig::default(), effective }
    }

    fn apply(&mut self, written: Written) -> Result<(), ConfigError> {
        let Written { key, value, source } = written;
        let (section, field) = key.split_once('.').unwrap_or(("", &key));
        let Some(result) = self.config.set(section, field, &value) else {
            let known = keys();
            let nearest = nearest(&key, known.iter().map(String::as_str));
            return Err(ConfigError::Unknown { key, source_: source, nearest });
        };
        let is_secret = self.effective.get(&key).is_some_and(|known| known.value.is_none());
        match result {
            Ok(shown) => {
                let value = (!is_secret).then_some(shown);
                self.effective.insert(key, Effective { value, source });
                Ok(())
            }
            Err(wrong) => Err(ConfigError::Invalid {
                value: if is_secret { "what is written".to_owned() } else { value.to_string() },
                key,
                source_: source,
                expected: wrong.expected,
                allowed: wrong.range.map(|(least, most)| (plain(&least), plain(&most))),
            }),
        }
    }
}

/// A value for people: text without its quotes.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
