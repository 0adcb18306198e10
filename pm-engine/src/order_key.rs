//! Fractional index keys: text that sorts between any two neighbours.
//!
//! An ordered list stores one key per row, so that moving a row rewrites that row alone. The
//! format is the published "fractional indexing" scheme with a variable-length integer part
//! (David Greenspan, "Implementing Fractional Indexing"; the keys `a0`, `a1` … `az`, `b00` …):
//!
//! ```text
//! key      = head integer fraction
//! head     = 'a'..='z' for integers >= 0 (1 to 26 digits follow),
//!            'Z'..='A' for integers <  0 (1 to 26 digits follow, counted downwards)
//! fraction = any digits, the last one not '0'
//! ```
//!
//! The head makes a longer integer sort after (or, if negative, before) every shorter one, so
//! appending and prepending cost one more byte per 62-fold growth instead of one per few inserts.
//! The digits `0-9A-Za-z` ascend in ASCII, so `SQLite`'s `BINARY` collation, `memcmp` and Rust's
//! `str` comparison all agree on the order.
//!
//! Inside, a key is a *position*: a number in base 62, most significant digit first, with a fixed
//! count of integer digits and then the fraction. Positions start at 0 (the lowest head), so there
//! are no signs, open ends are plain numbers too, and one routine ([`spread`]) serves every case.

use std::cmp::Ordering;

use crate::limits::ORDER_KEY_BYTES_MAX;

/// The most keys asked for in one call. Without a limit a wrong count would end in an allocation
/// failure, which a library must not inflict on its host.
const ORDER_KEYS_AT_ONCE_MAX: usize = 1 << 20;

const BASE: u8 = 62;

/// The digits in ascending ASCII order.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many digits the longest integer part has after its head (`A…` and `z…`).
const KEY_INTEGER_DIGITS_MAX: usize = 26;

/// Integer digits of a position: one more than in a key, because a position counts through all
/// lengths of integers, negative and not.
const POSITION_INTEGER_DIGITS: usize = KEY_INTEGER_DIGITS_MAX + 1;

/// The position of the integer 0 (`a0`): it comes after all negative integers, of which there are
/// 62 + 62² + … + 62²⁶.
const ZERO: [u8; POSITION_INTEGER_DIGITS] = {
    let mut digits = [1; POSITION_INTEGER_DIGITS];
    digits[KEY_INTEGER_DIGITS_MAX] = 0;
    digits
};

/// The position of the integer -1 (`Zz`), one below [`ZERO`].
const LAST_NEGATIVE: [u8; POSITION_INTEGER_DIGITS] = {
    let mut digits = ZERO;
    digits[KEY_INTEGER_DIGITS_MAX] = BASE - 1;
    digits[KEY_INTEGER_DIGITS_MAX - 1] = 0;
    digits
};

/// The position after the last integer, which is no key: there are as many integers from zero up
/// as below it.
const END: [u8; POSITION_INTEGER_DIGITS] = {
    let mut digits = [2; POSITION_INTEGER_DIGITS];
    digits[KEY_INTEGER_DIGITS_MAX] = 0;
    digits
};

/// No key has more fraction digits: the shortest integer part takes two bytes.
const POSITION_DIGITS_MAX: usize = POSITION_INTEGER_DIGITS + ORDER_KEY_BYTES_MAX - 2;

/// No key can be made here: the two neighbours are equal, reversed or malformed, or the key would
/// be longer than [`ORDER_KEY_BYTES_MAX`]. One answer for all of them, because the remedy is the
/// same: respread a range of neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoRoom;

/// A key strictly between the two; `None` is an open end.
///
/// # Errors
///
/// [`NoRoom`] when the key would pass [`ORDER_KEY_BYTES_MAX`], when `after >= before`, or when a
/// given key is malformed.
pub(crate) fn key_between(after: Option<&str>, before: Option<&str>) -> Result<String, NoRoom> {
    // By far the most keys are made at the end of a list.
    if let (Some(last), None) = (after, before)
        && let Some(next) = next_integer(last)
    {
        return Ok(next);
    }
    keys_between(after, before, 1)?.pop().ok_or(NoRoom)
}

/// The key of the next integer of the same length: what [`keys_between`] says too, digit by digit in place. `None` where
/// there is none, where the integer is negative, and where the key is malformed.
fn next_integer(key: &str) -> Option<String> {
    let (&head, digits) = key.as_bytes().split_first()?;
    let length = usize::from(head.checked_sub(b'a')?).checked_add(1)?;
    let (integer, fraction) = digits.split_at_checked(length)?;
    let is_well_formed = key.len() <= ORDER_KEY_BYTES_MAX
        && head <= b'z'
        && fraction.last() != Some(&b'0')
        && digits.iter().all(u8::is_ascii_alphanumeric);
    let grows = integer.iter().rposition(|&byte| byte != b'z').filter(|_| is_well_formed)?;
    let mut next = String::with_capacity(length.checked_add(1)?);
    next.push(char::from(head));
    for (index, &byte) in integer.iter().enumerate() {
        next.push(match index.cmp(&grows) {
            Ordering::Less => char::from(byte),
            Ordering::Equal => letter(digit(byte)?.checked_add(1)?)?,
            Ordering::Greater => '0',
        });
    }
    Some(next)
}

/// `n` ascending keys strictly between the two, evenly spread; `None` is an open end.
///
/// To respread, ask for the keys of the neighbours *and* of the row to insert: then the insert
/// cannot fail again. A range can itself be full (100 neighbours are after some 5,000 inserts that
/// close in on one point from both sides), so on [`NoRoom`] the caller widens it; the whole list,
/// with both ends open, always has room.
///
/// Between two keys they are as short as `n` keys can be, which leaves the most room for later
/// inserts. At an open end they are consecutive integers, as if appended (or prepended) in turn.
///
/// # Errors
///
/// [`NoRoom`] as for [`key_between`], and when `n` passes [`ORDER_KEYS_AT_ONCE_MAX`].
pub(crate) fn keys_between(
    after: Option<&str>,
    before: Option<&str>,
    n: usize,
) -> Result<Vec<String>, NoRoom> {
    if n > ORDER_KEYS_AT_ONCE_MAX {
        return Err(NoRoom);
    }
    let parts = u64::try_from(n).ok().and_then(|n| n.checked_add(1)).ok_or(NoRoom)?;
    let after = after.map(|key| position(key).ok_or(NoRoom)).transpose()?;
    let before = before.map(|key| position(key).ok_or(NoRoom)).transpose()?;
    // An open end is closed just so far away that the n integers next to the given key fit, or at
    // the end of all keys (itself no key). Spreading evenly over that is counting.
    let (low, high) = match (after, before) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => {
            let mut high = low.clone();
            high.truncate(POSITION_INTEGER_DIGITS);
            add(&mut high, &number(parts, POSITION_INTEGER_DIGITS));
            (low, high.min(END.to_vec()))
        }
        (None, Some(high)) => {
            let mut low = rounded_up(&high, POSITION_INTEGER_DIGITS);
            let distance = number(parts, POSITION_INTEGER_DIGITS);
            if low > distance {
                subtract(&mut low, &distance);
            } else {
                low.fill(0);
            }
            (low, high)
        }
        (None, None) => {
            let low = LAST_NEGATIVE.to_vec();
            let mut high = low.clone();
            add(&mut high, &number(parts, POSITION_INTEGER_DIGITS));
            (low, high)
        }
    };
    spread(&low, &high, n, parts)
}

/// Whether the text is a key this module could have made. Keys that come from outside (imports,
/// an older file) are checked before they are stored, since a malformed neighbour blocks inserts.
pub(crate) fn is_valid(key: &str) -> bool {
    position(key).is_some()
}

/// `n` keys strictly between two positions, on the coarsest grid that has `n` points there.
/// `parts` is `n + 1`.
fn spread(low: &[u8], high: &[u8], n: usize, parts: u64) -> Result<Vec<String>, NoRoom> {
    if low >= high {
        return Err(NoRoom);
    }
    let width = grid_width(low, high, parts).ok_or(NoRoom)?;
    let mut point: Vec<u8> = padded(low, width);
    let mut step = rounded_up(high, width);
    subtract(&mut step, &point);
    let remainder = divide(&mut step, parts);
    let one = number(1, width);
    // The i-th key is low + floor(distance * i / parts); the remainders add up in `owed`. The
    // distance is at least `parts`, so no two are equal and the last is below `high`.
    let mut owed: u64 = 0;
    let mut keys = Vec::with_capacity(n);
    for _ in 0..n {
        add(&mut point, &step);
        owed = owed.saturating_add(remainder);
        if owed >= parts {
            owed = owed.saturating_sub(parts);
            add(&mut point, &one);
        }
        keys.push(key(&point).ok_or(NoRoom)?);
    }
    Ok(keys)
}

/// The fewest digits at which at least `parts - 1` positions lie strictly between the two.
fn grid_width(low: &[u8], high: &[u8], parts: u64) -> Option<usize> {
    let mut distance: u128 = 0;
    let digits = endless(low).zip(endless(high)).take(POSITION_DIGITS_MAX);
    for (width, (low_digit, high_digit)) in (1..).zip(digits) {
        // Never negative, as low < high. Saturation only says "far more than asked for".
        distance = distance
            .saturating_mul(u128::from(BASE))
            .saturating_add(u128::from(high_digit))
            .saturating_sub(u128::from(low_digit));
        // A fraction never ends in 0, so whatever `high` has beyond this width is more than zero.
        let beyond = u128::from(high.len() > width);
        if width >= POSITION_INTEGER_DIGITS && distance.saturating_add(beyond) >= u128::from(parts) {
            return Some(width);
        }
    }
    None
}

/// The position of a key; `None` if it is malformed.
fn position(key: &str) -> Option<Vec<u8>> {
    if key.len() > ORDER_KEY_BYTES_MAX {
        return None;
    }
    let (&head, digits) = key.as_bytes().split_first()?;
    let (negative, length) = match head {
        b'a'..=b'z' => (false, head.checked_sub(b'a')?),
        b'A'..=b'Z' => (true, b'Z'.checked_sub(head)?),
        _ => return None,
    };
    let shorter = usize::from(length);
    let (integer, fraction) = digits.split_at_checked(shorter.checked_add(1)?)?;
    // One spelling per position, or equal positions could be unequal keys.
    if fraction.last() == Some(&b'0') {
        return None;
    }
    // Counted from zero outwards: first all shorter integers, then the digits, which of a negative
    // integer run backwards.
    let mut distance = vec![0; POSITION_INTEGER_DIGITS];
    for (slot, &byte) in distance.iter_mut().rev().zip(integer.iter().rev()) {
        let digit = digit(byte)?;
        *slot = if negative { complement(digit) } else { digit };
    }
    add(&mut distance, &integers_up_to(shorter));
    let mut position = if negative {
        let mut position = LAST_NEGATIVE.to_vec();
        subtract(&mut position, &distance);
        position
    } else {
        add(&mut distance, &ZERO);
        distance
    };
    for &byte in fraction {
        position.push(digit(byte)?);
    }
    // The lowest integer alone is the open end itself: nothing sorts before it.
    if position.iter().all(|&digit| digit == 0) {
        return None;
    }
    Some(position)
}

/// The key of a position; `None` past the last integer and past [`ORDER_KEY_BYTES_MAX`].
fn key(position: &[u8]) -> Option<String> {
    let (integer, fraction) = position.split_at_checked(POSITION_INTEGER_DIGITS)?;
    let negative = integer < ZERO.as_slice();
    let mut distance;
    if negative {
        distance = LAST_NEGATIVE.to_vec();
        subtract(&mut distance, integer);
    } else {
        distance = integer.to_vec();
        subtract(&mut distance, &ZERO);
    }
    let fraction_length =
        fraction.iter().rposition(|&digit| digit != 0).map_or(0, |last| last.saturating_add(1));
    for (length, head) in (1..=KEY_INTEGER_DIGITS_MAX).zip(b'a'..=b'z') {
        let unused = POSITION_INTEGER_DIGITS.saturating_sub(length);
        if distance.iter().take(unused).any(|&digit| digit != 0) {
            subtract(&mut distance, &integers_of(length));
            continue;
        }
        let bytes = length.saturating_add(fraction_length).saturating_add(1);
        if bytes > ORDER_KEY_BYTES_MAX {
            return None;
        }
        let mut key = String::with_capacity(bytes);
        key.push(char::from(if negative { b'Z'.saturating_sub(head.saturating_sub(b'a')) } else { head }));
        for &digit in distance.iter().skip(unused) {
            let digit = if negative { complement(digit) } else { digit };
            key.push(letter(digit)?);
        }
        for &digit in fraction.iter().take(fraction_length) {
            key.push(letter(digit)?);
        }
        return Some(key);
    }
    None
}

/// The digit a byte stands for.
fn digit(byte: u8) -> Option<u8> {
    let (first, value) = match byte {
        b'0'..=b'9' => (b'0', 0),
        b'A'..=b'Z' => (b'A', 10),
        b'a'..=b'z' => (b'a', 36),
        _ => return None,
    };
    byte.checked_sub(first)?.checked_add(value)
}

/// The byte that stands for a digit.
fn letter(digit: u8) -> Option<char> {
    DIGITS.get(usize::from(digit)).copied().map(char::from)
}

/// The digit counted from the other end.
fn complement(digit: u8) -> u8 {
    BASE.saturating_sub(1).saturating_sub(digit)
}

/// How many integers have `length` digits: 62 to the power of it.
fn integers_of(length: usize) -> Vec<u8> {
    (0..POSITION_INTEGER_DIGITS).rev().map(|power| u8::from(power == length)).collect()
}

/// How many integers have 1 to `length` digits.
fn integers_up_to(length: usize) -> Vec<u8> {
    (0..POSITION_INTEGER_DIGITS).rev().map(|power| u8::from((1..=length).contains(&power))).collect()
}

/// A number in `width` digits.
fn number(mut value: u64, width: usize) -> Vec<u8> {
    let base = u64::from(BASE);
    let mut digits = vec![0; width];
    for digit in digits.iter_mut().rev() {
        *digit = u8::try_from(value.checked_rem(base).unwrap_or(0)).unwrap_or(0);
        value = value.checked_div(base).unwrap_or(0);
    }
    digits
}

/// The digits of a position followed by as many zeros as one asks for.
fn endless(position: &[u8]) -> impl Iterator<Item = u8> + '_ {
    position.iter().copied().chain(std::iter::repeat(0))
}

/// A position cut or filled up to `width` digits, thus never above the given one.
fn padded(position: &[u8], width: usize) -> Vec<u8> {
    endless(position).take(width).collect()
}

/// The lowest position of `width` digits that is not below the given one.
fn rounded_up(position: &[u8], width: usize) -> Vec<u8> {
    let mut rounded = padded(position, width);
    if position.len() > width {
        add(&mut rounded, &number(1, width));
    }
    rounded
}

/// `digits += other`, both of one width. The callers stay far below the highest digit.
fn add(digits: &mut [u8], other: &[u8]) {
    let mut carry = 0;
    for (digit, &other) in digits.iter_mut().rev().zip(other.iter().rev()) {
        let sum = digit.saturating_add(other).saturating_add(carry);
        carry = u8::from(sum >= BASE);
        *digit = sum.checked_sub(BASE).unwrap_or(sum);
    }
}

/// `digits -= other`, both of one width, `other` not above `digits`.
fn subtract(digits: &mut [u8], other: &[u8]) {
    let mut borrow = 0;
    for (digit, &other) in digits.iter_mut().rev().zip(other.iter().rev()) {
        let taken = other.saturating_add(borrow);
        borrow = u8::from(*digit < taken);
        *digit = match digit.checked_sub(taken) {
            Some(rest) => rest,
            None => digit.saturating_add(BASE).saturating_sub(taken),
        };
    }
}

/// `digits /= divisor`; the remainder is returned.
fn divide(digits: &mut [u8], divisor: u64) -> u64 {
    let divisor = u128::from(divisor);
    let mut remainder: u128 = 0;
    for digit in digits {
        let dividend = remainder.saturating_mul(u128::from(BASE)).saturating_add(u128::from(*digit));
        // Below BASE, because the remainder carried in is below the divisor.
        *digit = u8::try_from(dividend.checked_div(divisor).unwrap_or(0)).unwrap_or(0);
        remainder = dividend.checked_rem(divisor).unwrap_or(0);
    }
    u64::try_from(remainder).unwrap_or(0)
}

#[cfg(test)]
#[path = "order_key_tests.rs"]
mod tests;
