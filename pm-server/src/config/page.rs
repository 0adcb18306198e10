//! The configuration in writing: the values in effect as TOML or JSON, and the page in the docs.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::load::{full_name, variable_of};
use super::section::Setting;
use super::{Effective, Loaded, ServerConfig};

impl Loaded {
    /// As a file that would give the same configuration, with the source of each value beside it. Secrets are left out.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        for (section, _, settings) in ServerConfig::sections() {
            if !section.is_empty() {
                let _ = writeln!(text, "\n[{section}]");
            }
            for setting in settings {
                let Some(effective) = self.effective.get(&full_name(section, setting.field)) else {
                    continue;
                };
                let _ = writeln!(text, "{}", line(&setting, effective));
            }
        }
        text
    }

    /// By full names: value, source and default. Secrets have no value.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut all = serde_json::Map::new();
        for (section, _, settings) in ServerConfig::sections() {
            for setting in settings {
                let key = full_name(section, setting.field);
                let Some(Effective { value, source }) = self.effective.get(&key) else { continue };
                let default = if setting.secret { Json::Null } else { setting.default };
                all.insert(key, json!({"value": value, "source": source.to_string(), "default": default}));
            }
        }
        Json::Object(all)
    }
}

fn line(setting: &Setting, Effective { value, source }: &Effective) -> String {
    let field = setting.field;
    match value {
        Some(value) => format!("{field} = {} # {source}", written(value)),
        None => format!("# {field} is secret: {source}"),
    }
}

fn written(value: &Json) -> String {
    toml::Value::try_from(value).map_or_else(|_| value.to_string(), |value| value.to_string())
}

const HEAD: &str = "\
# Configuration

Every setting, its default and its meaning. Nothing has to be set. `pm-server config --reference` writes this page, and a
test compares them; `pm-server config` prints the values in effect and where each came from.

A value comes from, the later ones winning:

1. the default;
2. one TOML file: the one named by `--config FILE` or `PM_SERVER_CONFIG`, else `pm-server.toml` in the data folder where it
   exists;
3. the environment: `PM_SERVER_` and the name in capitals, with `__` for the dot, such as
   `PM_SERVER_WEBSOCKET__PING_EVERY=30s`;
4. flags: `--set websocket.ping_every=30s` for any, and names of their own for a few (`--data`, `--listen`,
   `--create-tenants`).

What is not known is refused, in the file, in the environment (all of `PM_SERVER_…`) and in flags, with the nearest known
name; so is a value out of its range. Sizes are in bytes. Settings are read at the start.
";

/// The page in the docs.
pub(crate) fn reference() -> String {
    let mut text = HEAD.to_owned();
    for (section, about, settings) in ServerConfig::sections() {
        let title = if section.is_empty() { "Top of the file".to_owned() } else { format!("`[{section}]`") };
        let _ =
            write!(text, "\n## {title}\n\n{}\n\n| name | default | meaning |\n|---|---|---|\n", about.trim());
        for setting in settings {
            let _ = writeln!(text, "{}", row(section, &setting));
        }
    }
    text
}

fn row(section: &str, setting: &Setting) -> String {
    let key = full_name(section, setting.field);
    let variable = variable_of(&key);
    let default = match &setting.default {
        _ if setting.secret => "secret".to_owned(),
        value if value.as_str() == Some("") => "not set".to_owned(),
        value => format!("`{}`", written(value)),
    };
    let range = setting.range.as_ref().map_or_else(String::new, |(least, most)| {
        format!("; from `{}` to `{}`", written(least), written(most))
    });
    let meaning = setting.meaning.trim().replace('|', "\\|");
    format!("| `{key}`<br>`{variable}` | {default} | {meaning}<br>{}{range} |", setting.kind)
}
