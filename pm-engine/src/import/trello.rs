//! One board of Trello as JSON: read as a stream, element by element, into the spool. Every array may be absent.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{BufRead, Read};

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::ImportError;
use super::session::Session;
use super::spool::{Spool, Spooled};
use crate::limits::{IMPORT_DOCUMENT_BYTES_MAX, IMPORT_LINE_BYTES_MAX};
use crate::model::Timestamp;

/// An element of one of the board's arrays.
pub(super) type Object = Map<String, Value>;

/// A list, in the order of the board.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) closed: bool,
    pub(super) position: f64,
    pub(super) wip_limit: Option<i64>,
}

/// A move of a card that the board remembers.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub(super) at: Timestamp,
    /// Keeps moves of one instant in their order: the export has the newest first.
    pub(super) order: usize,
    pub(super) by: Option<String>,
    pub(super) from: String,
    pub(super) to: String,
}

/// What is known of a card beside its own record.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub(super) moves: Vec<Move>,
    pub(super) created_by: Option<String>,
    /// When and by whom it was last archived.
    pub(super) closed: Option<(Timestamp, Option<String>)>,
    /// Where its checklists are in the spool.
    pub(super) checklists: Vec<u64>,
}

/// What the first reading finds. Cards and comments are in the spool.
pub(super) struct Board {
    pub(super) name: String,
    pub(super) lists: Vec<List>,
    /// Name by user id.
    pub(super) members: BTreeMap<String, String>,
    /// User id by id of the member.
    pub(super) member_users: HashMap<String, String>,
    pub(super) cards: Vec<u64>,
    pub(super) comments: Vec<u64>,
    pub(super) around: HashMap<String, Around>,
    pub(super) records: i64,
    /// Actions that say nothing to be taken over, by type.
    pub(super) other_actions: BTreeMap<String, i64>,
    pub(super) dropped: Vec<String>,
    pub(super) spooled: Spooled,
}

/// Reads a board. Nothing is sent before the whole of it was read.
pub(super) fn read(session: &Session<'_>, reader: &mut dyn BufRead) -> Result<Board, ImportError> {
    let spool = Spool::create(session.core.folder())?;
    let mut reading = Reading { spool, failed: None, seen: Seen::default() };
    // One byte more than allowed tells a document that is too long from one that just fits.
    let mut bounded = reader.take(IMPORT_DOCUMENT_BYTES_MAX + 1);
    skip_mark(&mut bounded)?;
    let mut deserializer = serde_json::Deserializer::from_reader(&mut bounded);
    let read = (&mut reading).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Some(error) = reading.failed {
        return Err(error.into());
    }
    read.map_err(|error| ImportError::Format {
        line: i64::try_from(error.line()).ok(),
        message: format!("not a board of Trello: {error}"),
    })?;
    if bounded.limit() == 0 {
        let message = format!("the document is larger than {IMPORT_DOCUMENT_BYTES_MAX} bytes");
        return Err(ImportError::Format { line: None, message });
    }
    reading.seen.into_board(reading.spool.finish()?)
}

fn skip_mark(reader: &mut impl BufRead) -> std::io::Result<()> {
    if reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    Ok(())
}

/// The first 8 hex digits of an id are the second it was made in.
pub(super) fn made_at(id: &str) -> Option<Timestamp> {
    let seconds = i64::from_str_radix(id.get(..8)?, 16).ok()?;
    Some(Timestamp::from_millis(seconds.checked_mul(1_000)?)).filter(|at| at.as_millis() > 0)
}

pub(super) fn text<'a>(object: &'a Object, field: &str) -> Option<&'a str> {
    object.get(field).and_then(Value::as_str)
}

pub(super) fn object<'a>(object: &'a Object, field: &str) -> Option<&'a Object> {
    object.get(field).and_then(Value::as_object)
}

pub(super) fn instant(object: &Object, field: &str) -> Option<Timestamp> {
    text(object, field).and_then(Timestamp::parse_rfc3339).filter(|at| at.as_millis() > 0)
}

#[derive(Default)]
struct Seen {
    name: String,
    lists: Vec<List>,
    members: BTreeMap<String, String>,
    member_users: HashMap<String, String>,
    cards: Vec<u64>,
    comments: Vec<u64>,
    around: HashMap<String, Around>,
    records: i64,
    order: usize,
    other_actions: BTreeMap<String, i64>,
    dropped: Vec<String>,
    is_board: bool,
}

impl Seen {
    fn into_board(mut self, spooled: Spooled) -> Result<Board, ImportError> {
        if !self.is_board {
            let message = "not a board of Trello: it has neither lists nor cards".to_owned();
            return Err(ImportError::Format { line: None, message });
        }
        self.lists.sort_by(|a, b| a.position.total_cmp(&b.position));
        for around in self.around.values_mut() {
            around.moves.sort_by_key(|moved| (moved.at, std::cmp::Reverse(moved.order)));
        }
        // Newest first, too.
        self.comments.reverse();
        Ok(Board {
            name: self.name,
            lists: self.lists,
            members: self.members,
            member_users: self.member_users,
            cards: self.cards,
            comments: self.comments,
            around: self.around,
            records: self.records,
            other_actions: self.other_actions,
            dropped: self.dropped,
            spooled,
        })
    }

    fn list(&mut self, list: &Object) {
        let Some(id) = text(list, "id") else { return };
        self.lists.push(List {
            id: id.to_owned(),
            name: text(list, "name").unwrap_or_default().trim().to_owned(),
            closed: list.get("closed").and_then(Value::as_bool).unwrap_or(false),
            position: list.get("pos").and_then(Value::as_f64).unwrap_or(0.0),
            wip_limit: list.get("softLimit").and_then(Value::as_i64).filter(|limit| *limit > 0),
        });
    }

    /// A member of the board, or who did something on it; his user id.
    fn member(&mut self, member: &Object) -> Option<String> {
        let id = text(member, "id");
        let user = text(member, "username").or(id)?.trim().to_owned();
        let name = text(member, "fullName").unwrap_or(&user).to_owned();
        if let Some(id) = id {
            self.member_users.insert(id.to_owned(), user.clone());
        }
        self.members.entry(user.clone()).or_insert(name);
        Some(user)
    }

    /// Keeps of an action what it says of its card; answers whether it is a comment.
    fn action(&mut self, action: &Object) -> bool {
        let by = match object(action, "memberCreator") {
            Some(member) => self.member(member),
            None => text(action, "idMemberCreator").map(str::to_owned),
        };
        self.order += 1;
        let kind = text(action, "type").unwrap_or_default();
        let data = object(action, "data");
        let card = data.and_then(|data| object(data, "card")).and_then(|card| text(card, "id"));
        let (Some(data), Some(card)) = (data, card) else {
            *self.other_actions.entry(kind.to_owned()).or_default() += 1;
            return false;
        };
        let list = |field: &str| object(data, field).and_then(|list| text(list, "id")).map(str::to_owned);
        let at = instant(action, "date");
        let was_open = object(data, "old").and_then(|old| old.get("closed")).and_then(Value::as_bool);
        match (kind, at) {
            ("commentCard" | "copyCommentCard", _) => return true,
            ("createCard" | "copyCard" | "convertToCardFromCheckItem" | "emailCard", _) => {
                self.around.entry(card.to_owned()).or_default().created_by = by;
            }
            ("updateCard", Some(at)) if data.contains_key("listBefore") => {
                if let (Some(from), Some(to)) = (list("listBefore"), list("listAfter")) {
                    let order = self.order;
                    let moved = Move { at, order, by, from, to };
                    self.around.entry(card.to_owned()).or_default().moves.push(moved);
                }
            }
            ("updateCard", Some(at)) if was_open == Some(false) => {
                let around = self.around.entry(card.to_owned()).or_default();
                if around.closed.as_ref().is_none_or(|(other, _)| *other < at) {
                    around.closed = Some((at, by));
                }
            }
            _ => *self.other_actions.entry(kind.to_owned()).or_default() += 1,
        }
        false
    }
}

/// Reads the board's object and keeps what is needed.
struct Reading {
    spool: Spool,
    failed: Option<std::io::Error>,
    seen: Seen,
}

impl Reading {
    fn keep(&mut self, element: &Object) -> Option<u64> {
        let bytes = Value::Object(element.clone()).to_string();
        if bytes.len() > IMPORT_LINE_BYTES_MAX {
            self.seen.dropped.push("a record larger than a line may be".to_owned());
            return None;
        }
        match self.spool.append(self.seen.records, bytes.as_bytes()) {
            Ok(at) => Some(at),
            Err(error) => {
                self.failed.get_or_insert(error);
                None
            }
        }
    }

    fn element(&mut self, array: &str, element: &Object) {
        self.seen.records += 1;
        match array {
            "lists" => self.seen.list(element),
            "members" => {
                self.seen.member(element);
            }
            "cards" => {
                let at = self.keep(element);
                self.seen.cards.extend(at);
            }
            "actions" if self.seen.action(element) => {
                let at = self.keep(element);
                self.seen.comments.extend(at);
            }
            "checklists" => {
                if let (Some(card), Some(at)) = (text(element, "idCard"), self.keep(element)) {
                    self.seen.around.entry(card.to_owned()).or_default().checklists.push(at);
                }
            }
            _ => {}
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Reading {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Reading {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the object of a board")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => {
                    let name: Value = map.next_value()?;
                    self.seen.name = name.as_str().unwrap_or_default().to_owned();
                }
                "lists" | "cards" | "actions" | "members" | "checklists" => {
                    self.seen.is_board |= matches!(key.as_str(), "lists" | "cards");
                    map.next_value_seed(Elements { reading: &mut *self, array: &key })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    self.seen.dropped.push(format!("board.{key}"));
                }
            }
        }
        Ok(())
    }
}

/// The elements of one array, each forgotten before the next is read.
struct Elements<'a> {
    reading: &'a mut Reading,
    array: &'a str,
}

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the array {}", self.array)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<Value>()? {
            match element {
                Value::Object(object) => self.reading.element(self.array, &object),
                _ => self.reading.seen.dropped.push(format!("{}: an element that is no object", self.array)),
            }
        }
        Ok(())
    }
}
