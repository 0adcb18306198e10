//! Checks of single texts.

use std::collections::HashSet;
use std::mem::Discriminant;

use super::{Form, int};
use crate::limits;
use crate::rejection::{Rejection, RejectionCode};

/// Length in characters, and no NUL.
pub(super) fn bounded(field: &str, text: &str, max: usize) -> Form {
    if text.contains('\0') {
        return Err(Rejection::invalid(field, format!("{field} holds a NUL character")));
    }
    // A text of at most `max` bytes has at most `max` characters: no need to count.
    if text.len() > max && text.chars().count() > max {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            field,
            int(max),
            format!("{field} is longer than {max} characters"),
        ));
    }
    Ok(())
}

/// A title or name: trimmed, not empty, bounded.
pub(super) fn filled(field: &str, text: &mut String, max: usize) -> Form {
    let trimmed = text.trim();
    if trimmed.len() != text.len() {
        *text = trimmed.to_owned();
    }
    if text.is_empty() {
        return Err(Rejection::invalid(field, format!("{field} must not be empty")));
    }
    bounded(field, text, max)
}

/// A text that may be absent but, where given, is not empty.
pub(super) fn optional_text(field: &str, text: &mut Option<String>, max: usize) -> Form {
    text.as_mut().map_or(Ok(()), |text| filled(field, text, max))
}

/// The text form of a reference; what it names is looked up later.
pub(super) fn reference(field: &str, text: &str) -> Form {
    if text.is_empty() || text.len() > limits::REF_BYTES_MAX {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            field,
            int(limits::REF_BYTES_MAX),
            format!("{field} is not a reference"),
        ));
    }
    Ok(())
}

/// A project key, upper-cased: 2–10 of `A–Z 0–9`, starting with a letter.
pub(crate) fn key(text: &str) -> Result<String, Rejection> {
    let key = text.trim().to_ascii_uppercase();
    let length = limits::KEY_CHARS_MIN..=limits::KEY_CHARS_MAX;
    let alphabet = key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !length.contains(&key.len()) || !alphabet || !key.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            "key",
            int(limits::KEY_CHARS_MAX),
            "a key is 2 to 10 letters A–Z and digits, starting with a letter",
        ));
    }
    Ok(key)
}

/// A lane's status value: lower-case letters and digits of any script and `_`.
pub(super) fn status(text: &str) -> Form {
    let fits = |c: char| c == '_' || (c.is_alphanumeric() && !c.is_uppercase());
    if text.is_empty() || !text.chars().all(fits) {
        return Err(Rejection::invalid("status", "a status is lower-case letters, digits and '_'"));
    }
    bounded("status", text, limits::STATUS_CHARS_MAX)
}

/// The status value of a lane named only by its name.
pub(crate) fn derived_status(name: &str) -> Result<String, Rejection> {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() && !c.is_uppercase() {
            out.push(c);
        } else if !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
    }
    let short: String = out.trim_end_matches('_').chars().take(limits::STATUS_CHARS_MAX).collect();
    if short.is_empty() {
        return Err(Rejection::invalid("status", "the name gives no status value: name one"));
    }
    Ok(short)
}

/// Labels trimmed, sorted, without repeats.
pub(crate) fn labels(labels: &mut Vec<String>) -> Form {
    for label in labels.iter_mut() {
        filled("labels", label, limits::LABEL_CHARS_MAX)?;
    }
    labels.sort_unstable();
    labels.dedup();
    if labels.len() > limits::LABELS_MAX {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            "labels",
            int(limits::LABELS_MAX),
            "an item has too many labels",
        ));
    }
    Ok(())
}

/// A patch names each field once.
pub(super) fn named_once<T>(changes: &[T]) -> Form {
    let mut seen: HashSet<Discriminant<T>> = HashSet::with_capacity(changes.len());
    if changes.iter().all(|change| seen.insert(std::mem::discriminant(change))) {
        Ok(())
    } else {
        Err(Rejection::invalid("changes", "a field is named twice"))
    }
}
