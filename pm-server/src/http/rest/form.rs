//! A look at a document before it is read. What the schemas call an object is refused as a list: read into a struct, a
//! list would pass for its fields in order, a form that nobody promised and that changes with the order.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::schema;

/// What a document says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Document {
    /// A command.
    Single,
    /// It has `commands`.
    Several,
}

/// Looks through a document.
pub(super) fn look(bytes: &[u8]) -> serde_json::Result<Document> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let has_commands = Whole.deserialize(&mut reader)?;
    reader.end()?;
    Ok(if has_commands { Document::Several } else { Document::Single })
}

/// The outermost object; whether it has `commands`.
struct Whole;

/// A value within it.
#[derive(Clone, Copy)]
struct Within {
    may_be_list: bool,
}

/// The name of a field.
struct Name;

enum Known {
    Commands,
    List,
    Other,
}

impl<'de> DeserializeSeed<'de> for Whole {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<bool, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<bool, A::Error> {
        let mut has_commands = false;
        while let Some(name) = fields.next_key_seed(Name)? {
            has_commands |= matches!(name, Known::Commands);
            fields.next_value_seed(Within { may_be_list: !matches!(name, Known::Other) })?;
        }
        Ok(has_commands)
    }
}

impl<'de> DeserializeSeed<'de> for Within {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if !self.may_be_list {
            return Err(A::Error::custom("a list stands where there is none"));
        }
        while list.next_element_seed(Self { may_be_list: false })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<(), A::Error> {
        Whole.visit_map(fields).map(drop)
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Known;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Known, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Known;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Known, E> {
        Ok(match name {
            "commands" => Known::Commands,
            other if schema::lists().contains(other) => Known::List,
            _ => Known::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    #[gtest]
    fn given_documents_when_looked_through_then_lists_stand_only_where_the_schemas_have_them() {
        expect_that!(
            look(br#"{"parts": [{"change": {"labels": ["a"], "extra": null, "points": 1.5}}]}"#),
            ok(eq(&Document::Single))
        );
        expect_that!(look(br#" {"commands": [{"parts": []}], "x": [{"y": -1}]}"#).is_err(), eq(true));
        expect_that!(look(br#"{"commands": [{"parts": [], "id": "\u00e9"}]}"#), ok(eq(&Document::Several)));
        for wrong in [
            "",
            "[]",
            "1",
            "{}x",
            r#"["x", []]"#,
            r#"{"parts": [[]]}"#,
            r#"{"parts": [{"change": ["stop_timer", null]}]}"#,
            r#"{"commands": [["x", []]]}"#,
            r#"{"parts": [{"change": {"external": ["a", "b"]}}]}"#,
        ] {
            expect_that!(look(wrong.as_bytes()).is_err(), eq(true), "{wrong}");
        }
        expect_that!(schema::lists().contains("parts"), eq(true));
        expect_that!(schema::lists().contains("external"), eq(false));
    }
}
