//! Pages of lists. A cursor remembers the sort key of the last row seen, not its place, so that a list can change
//! between two pages without rows being repeated or skipped (but for rows whose own sort key changed).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::Stop;
use crate::limits::{CURSOR_BYTES_MAX, PAGE_DEFAULT, PAGE_MAX};
use crate::rejection::{Rejection, RejectionCode};

/// Which page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PageRequest {
    /// `next` of the page before; none for the first page.
    pub cursor: Option<String>,
    /// Most rows wanted; 50 where not said, at most 500.
    pub limit: Option<i64>,
}

impl PageRequest {
    /// The first page, of so many rows.
    #[must_use]
    pub const fn first(limit: i64) -> Self {
        Self { cursor: None, limit: Some(limit) }
    }

    /// The page after this one, as its answer's `next` says.
    #[must_use]
    pub fn after(&self, next: &str) -> Self {
        Self { cursor: Some(next.to_owned()), limit: self.limit }
    }

    /// The size of the page, checked.
    pub(crate) fn size(&self) -> Result<i64, Stop> {
        size(self.limit, "limit")
    }

    /// The sort key behind the cursor, where there is one. `list` names the list and its order, so that the cursor
    /// of one list is refused by another.
    pub(crate) fn start<K: DeserializeOwned>(&self, list: &str) -> Result<Option<K>, Stop> {
        self.cursor.as_deref().map(|cursor| decode(list, cursor)).transpose()
    }
}

/// A number of rows, checked: 1 to [`PAGE_MAX`], [`PAGE_DEFAULT`] where none is named.
pub(crate) fn size(limit: Option<i64>, field: &str) -> Result<i64, Stop> {
    match limit {
        None => Ok(PAGE_DEFAULT),
        Some(limit) if (1..=PAGE_MAX).contains(&limit) => Ok(limit),
        Some(_) => {
            let message = format!("the {field} is 1 to {PAGE_MAX}");
            Err(Rejection::beyond(RejectionCode::Invalid, field, PAGE_MAX, message).into())
        }
    }
}

/// Keeps `size` of the rows read, where one more than that was asked for; the cursor is made of the last one kept.
pub(crate) fn cut<T, K: Serialize>(
    list: &str,
    size: i64,
    mut rows: Vec<T>,
    key: impl FnOnce(&T) -> K,
) -> (Vec<T>, Option<String>) {
    let size = usize::try_from(size).unwrap_or(0);
    if rows.len() <= size {
        return (rows, None);
    }
    rows.truncate(size);
    let next = rows.last().map(|row| encode(list, &key(row)));
    (rows, next)
}

/// The cursor for a sort key.
pub(crate) fn encode<K: Serialize>(list: &str, key: &K) -> String {
    // Keys are tuples of numbers and texts: they have no value that JSON lacks.
    base64url(&serde_json::to_vec(&(list, key)).unwrap_or_default())
}

fn decode<K: DeserializeOwned>(list: &str, cursor: &str) -> Result<K, Stop> {
    let refuse = || Stop::from(Rejection::invalid("cursor", "the cursor is not one of this list"));
    if cursor.len() > CURSOR_BYTES_MAX {
        let message = format!("a cursor has at most {CURSOR_BYTES_MAX} bytes");
        let limit = i64::try_from(CURSOR_BYTES_MAX).unwrap_or(i64::MAX);
        return Err(Rejection::beyond(RejectionCode::Invalid, "cursor", limit, message).into());
    }
    let bytes = from_base64url(cursor).ok_or_else(refuse)?;
    let (name, key): (String, K) = serde_json::from_slice(&bytes).map_err(|_| refuse())?;
    if name == list { Ok(key) } else { Err(refuse()) }
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64 in the alphabet that needs no escaping in a URL, without padding.
fn base64url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().enumerate().fold(0_u32, |all, (k, byte)| all | u32::from(*byte) << (16 - 8 * k));
        for place in 0..=chunk.len() {
            let digit = (group >> (18 - 6 * place)) & 63;
            text.extend(usize::try_from(digit).ok().and_then(|d| DIGITS.get(d)).copied().map(char::from));
        }
    }
    text
}

fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut group = 0_u32;
        for (place, byte) in chunk.iter().enumerate() {
            let digit = DIGITS.iter().position(|digit| digit == byte)?;
            group |= u32::try_from(digit).ok()? << (18 - 6 * place);
        }
        let [_, first, second, third] = group.to_be_bytes();
        // One character alone cannot hold a byte.
        let whole = chunk.len().checked_sub(1).filter(|count| *count > 0)?;
        bytes.extend([first, second, third].into_iter().take(whole));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use proptest::prelude::*;

    use super::*;

    fn request(cursor: &str) -> PageRequest {
        PageRequest { cursor: Some(cursor.to_owned()), limit: None }
    }

    proptest! {
        #[test]
        fn given_any_bytes_when_written_as_text_then_they_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(from_base64url(&base64url(&bytes)), Some(bytes));
        }

        #[test]
        fn given_any_text_as_cursor_when_read_then_it_is_refused_and_nothing_panics(text in ".{0,2000}") {
            let Err(Stop::Rejected(refused)) = request(&text).start::<(i64, String)>("list") else {
                return Err(TestCaseError::fail("taken"));
            };
            prop_assert_eq!(refused.code, RejectionCode::Invalid);
            prop_assert_eq!(refused.field.as_deref(), Some("cursor"));
        }

        #[test]
        fn given_any_key_when_made_a_cursor_then_it_comes_back(number: i64, text in "\\PC{0,60}") {
            let cursor = encode("list", &(number, &text));
            prop_assert!(cursor.len() <= CURSOR_BYTES_MAX);
            prop_assert_eq!(request(&cursor).start::<(i64, String)>("list").unwrap(), Some((number, text)));
        }
    }

    #[gtest]
    fn given_a_cursor_of_another_list_when_read_then_it_is_refused() {
        let cursor = encode("other", &(1,));
        expect_true!(request(&cursor).start::<(i64,)>("list").is_err());
    }

    #[gtest]
    fn given_the_longest_user_id_when_made_a_cursor_then_it_fits() {
        let id = "\"".repeat(crate::limits::USER_ID_BYTES_MAX);
        expect_that!(encode("members", &(id,)).len(), le(CURSOR_BYTES_MAX));
    }

    #[gtest]
    fn given_page_sizes_when_checked_then_only_one_to_the_most_pass() {
        for (limit, passes) in [(0, false), (-1, false), (1, true), (PAGE_MAX, true), (PAGE_MAX + 1, false)] {
            let size = PageRequest::first(limit).size();
            expect_that!(size.is_ok(), eq(passes), "{limit}");
            if let Err(Stop::Rejected(refused)) = size {
                expect_that!(refused.field.as_deref(), some(eq("limit")));
                expect_that!(refused.limit, some(eq(PAGE_MAX)));
            }
        }
        expect_that!(PageRequest::default().size().unwrap(), eq(PAGE_DEFAULT));
    }

    #[gtest]
    fn given_one_row_too_many_when_cut_then_the_cursor_is_of_the_last_row_kept() {
        let (rows, next) = cut("list", 2, vec![1_i64, 2, 3], |row| (*row,));
        expect_that!(rows, eq(&vec![1, 2]));
        expect_that!(next, some(eq(&encode("list", &(2,)))));
        let (rows, next) = cut("list", 3, vec![1_i64, 2, 3], |row| (*row,));
        expect_that!(rows.len(), eq(3));
        expect_that!(next, none());
    }
}
