//! A look at a document before it is read. What the schemas call an object is refused as a list: read into a struct, a
//! list would pass for its fields in order, a form that nobody promised and that changes with the order. Parts are
//! counted: one takes thirty bytes in a document and some hundred in memory.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::schema;

/// What a document says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Document {
    /// It has `commands`; else it is one.
    pub(super) is_several: bool,
    /// Parts of all of its commands.
    pub(super) parts: usize,
}

/// Looks through a document.
pub(super) fn look(bytes: &[u8]) -> serde_json::Result<Document> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let document = Whole.deserialize(&mut reader)?;
    reader.end()?;
    Ok(document)
}

/// The outermost object.
struct Whole;

/// The value of a field within it; how many parts it has.
#[derive(Clone, Copy)]
struct Within(Known);

/// The name of a field.
struct Name;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Commands,
    Parts,
    List,
    Other,
}

impl<'de> DeserializeSeed<'de> for Whole {
    type Value = Document;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Document, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Document, A::Error> {
        let mut seen = Document::default();
        while let Some(name) = fields.next_key_seed(Name)? {
            seen.is_several |= name == Known::Commands;
            seen.parts += fields.next_value_seed(Within(name))?;
        }
        Ok(seen)
    }
}

impl<'de> DeserializeSeed<'de> for Within {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<usize, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<usize, A::Error> {
        if self.0 == Known::Other {
            return Err(A::Error::custom("a list stands where there is none"));
        }
        let mut parts = 0;
        while let Some(within) = list.next_element_seed(Self(Known::Other))? {
            parts += within + usize::from(self.0 == Known::Parts);
        }
        Ok(parts)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<usize, A::Error> {
        Whole.visit_map(fields).map(|seen| seen.parts)
    }

    fn visit_bool<E>(self, _: bool) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_i64<E>(self, _: i64) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_u64<E>(self, _: u64) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_f64<E>(self, _: f64) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_str<E>(self, _: &str) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_unit<E>(self) -> Result<usize, E> {
        Ok(0)
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
            "parts" => Known::Parts,
            other if schema::lists().contains(other) => Known::List,
            _ => Known::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    fn seen(is_several: bool, parts: usize) -> Document {
        Document { is_several, parts }
    }

    #[gtest]
    fn given_documents_when_looked_through_then_lists_stand_only_where_the_schemas_have_them() {
        expect_that!(
            look(br#"{"parts": [{"change": {"labels": ["a"], "extra": null, "points": 1.5}}]}"#),
            ok(eq(&seen(false, 1)))
        );
        expect_that!(look(br#" {"commands": [{"parts": []}], "x": [{"y": -1}]}"#).is_err(), eq(true));
        expect_that!(look(br#"{"commands": [{"parts": [], "id": "\u00e9"}]}"#), ok(eq(&seen(true, 0))));
        let several = br#"{"commands": [{"parts": [{}, 1]}, {"parts": [{}]}]}"#;
        expect_that!(look(several), ok(eq(&seen(true, 3))));
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
