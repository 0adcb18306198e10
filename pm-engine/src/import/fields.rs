//! Single fields of a record of another system. Nothing about them can be taken for granted.

use serde_json::{Map, Value};

use super::facts::Stamp;
use crate::limits::{EXTRA_BYTES_MAX, LABEL_CHARS_MAX, LABELS_MAX};
use crate::model::{Timestamp, UserId};

/// A JSON object whose fields are taken out one by one; what is left has no place of its own.
pub(super) struct Fields {
    map: Map<String, Value>,
    /// Fields that could not be used, and why.
    pub(super) dropped: Vec<(String, String)>,
}

impl Fields {
    pub(super) fn new(map: Map<String, Value>) -> Self {
        Self { map, dropped: Vec::new() }
    }

    pub(super) fn take(&mut self, field: &str) -> Option<Value> {
        self.map.remove(field).filter(|value| !is_empty(value))
    }

    pub(super) fn put(&mut self, field: &str, value: Value) {
        self.map.insert(field.to_owned(), value);
    }

    pub(super) fn drop_field(&mut self, field: &str, why: &str) {
        self.dropped.push((field.to_owned(), why.to_owned()));
    }

    /// A text; a value of another kind is dropped.
    pub(super) fn text(&mut self, field: &str) -> Option<String> {
        match self.take(field)? {
            Value::String(text) => Some(text),
            _ => {
                self.drop_field(field, "it is not a text");
                None
            }
        }
    }

    pub(super) fn instant(&mut self, field: &str) -> Option<Timestamp> {
        let text = self.text(field)?;
        let instant = Timestamp::parse_rfc3339(&text);
        match instant {
            // Writers without a time say year 1.
            Some(at) if at.as_millis() > 0 => Some(at),
            _ => {
                self.drop_field(field, "it is no instant after 1970");
                None
            }
        }
    }

    pub(super) fn user(&mut self, field: &str) -> Option<UserId> {
        let text = self.text(field)?;
        match UserId::new(text.trim()) {
            Ok(user) => Some(user),
            Err(_) => {
                self.drop_field(field, "it is no user id");
                None
            }
        }
    }

    pub(super) fn stamp(&mut self, at: &str, by: &str) -> Stamp {
        Stamp { at: self.instant(at), by: self.user(by) }
    }

    pub(super) fn whole(&mut self, field: &str) -> Option<i64> {
        let value = self.take(field)?;
        let number = value.as_i64();
        if number.is_none() {
            self.drop_field(field, "it is no whole number");
        }
        number
    }

    pub(super) fn objects(&mut self, field: &str) -> Vec<Map<String, Value>> {
        let Some(value) = self.take(field) else { return Vec::new() };
        let Value::Array(list) = value else {
            self.drop_field(field, "it is no list");
            return Vec::new();
        };
        let before = list.len();
        let objects: Vec<_> = list
            .into_iter()
            .filter_map(|value| match value {
                Value::Object(object) => Some(object),
                _ => None,
            })
            .collect();
        if objects.len() < before {
            self.drop_field(field, "it holds something that is no object");
        }
        objects
    }

    /// Labels that fit, and at most so many.
    pub(super) fn labels(&mut self, field: &str) -> Vec<String> {
        let mut labels = Vec::new();
        match self.take(field) {
            None => {}
            Some(Value::Array(list)) => {
                for value in list {
                    match value {
                        Value::String(label) if label_fits(&label) => labels.push(label.trim().to_owned()),
                        _ => self.drop_field(field, "a label is empty, too long or no text"),
                    }
                }
            }
            Some(_) => self.drop_field(field, "it is no list"),
        }
        labels.sort_unstable();
        labels.dedup();
        if labels.len() >= LABELS_MAX {
            // One place is left for the kind.
            labels.truncate(LABELS_MAX - 1);
            self.drop_field(field, "there are more labels than an item may have");
        }
        labels
    }

    /// A text cut to what fits; the rest stands in `extra` under this name, as far as there is room.
    pub(super) fn cut(&mut self, name: &str, text: String, most: usize) -> String {
        // A text of so many bytes has at most so many characters.
        if text.len() <= most || text.chars().count() <= most {
            return text;
        }
        let at = text.char_indices().nth(most.saturating_sub(CUT.chars().count())).map_or(0, |(at, _)| at);
        let (head, rest) = text.split_at(at);
        self.drop_field(name, "it is longer than it may be: cut, the rest stands in extra if there is room");
        self.map.insert(format!("{name} (rest)"), Value::String(rest.to_owned()));
        format!("{head}{CUT}")
    }

    /// What is left, cut to what `extra` may hold: the largest fields go first.
    pub(super) fn rest(&mut self) -> Map<String, Value> {
        let mut rest = std::mem::take(&mut self.map);
        rest.retain(|_, value| !is_empty(value));
        // Room for the source's name and for what the host keeps there.
        let most = EXTRA_BYTES_MAX / 8 * 7;
        let size = |value: &Value| value.to_string().len();
        let mut total: usize = rest.iter().map(|(key, value)| key.len() + 4 + size(value)).sum();
        while total > most {
            let Some(largest) = rest.iter().max_by_key(|(_, value)| size(value)).map(|(key, _)| key.clone())
            else {
                break;
            };
            let gone = rest.remove(&largest).map_or(0, |value| size(&value));
            total = total.saturating_sub(gone + largest.len() + 4);
            self.drop_field(&largest, "it is too large for extra");
        }
        rest
    }
}

/// Marks the end of a text that was cut.
const CUT: &str = " […]";

pub(super) fn label_fits(label: &str) -> bool {
    let label = label.trim();
    !label.is_empty() && !label.contains('\0') && label.chars().count() <= LABEL_CHARS_MAX
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
