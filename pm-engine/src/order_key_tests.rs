use super::*;
use googletest::prelude::*;
use proptest::prelude::*;

/// How many neighbours the engine respreads at once.
const NEIGHBOURS: usize = 100;

fn at(list: &[String], index: usize) -> Option<&str> {
    list.get(index).map(String::as_str)
}

/// Inserts at `index` of a sorted list, as the engine does.
fn insert(list: &mut Vec<String>, index: usize) -> std::result::Result<(), NoRoom> {
    let after = index.checked_sub(1).and_then(|i| at(list, i));
    let key = key_between(after, at(list, index))?;
    list.insert(index, key);
    Ok(())
}

/// Inserts at `index` by respreading up to `count` neighbours together with the new row, which
/// is what makes sure that the new row finds room. Answers whether that went well.
fn respread(list: &mut Vec<String>, index: usize, count: usize) -> bool {
    let from = index.saturating_sub(count / 2);
    let to = (from + count).min(list.len());
    let after = from.checked_sub(1).and_then(|i| at(list, i));
    let Ok(keys) = keys_between(after, at(list, to), to - from + 1) else {
        return false;
    };
    list.splice(from..to, keys);
    true
}

fn sorted_unique_valid(list: &[String]) -> bool {
    list.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes())
        && list.iter().all(|key| is_valid(key) && key.len() <= ORDER_KEY_BYTES_MAX)
}

/// A spot that is hit again and again: always before, after, or now one and now the other.
#[derive(Debug, Clone, Copy)]
enum Spot {
    Rising,
    Falling,
    Inward,
}

impl Spot {
    fn next(self, index: usize, round: usize) -> usize {
        match self {
            Spot::Rising => index + 1,
            Spot::Falling => index,
            Spot::Inward => index + round % 2,
        }
    }
}

fn first_keys() -> Vec<String> {
    keys_between(None, None, 300).unwrap()
}

#[gtest]
fn given_an_empty_list_when_a_key_is_made_then_it_is_the_published_first_one() {
    expect_that!(key_between(None, None), ok(eq("a0")));
}

#[gtest]
fn given_open_ends_when_a_key_is_made_then_it_is_the_next_integer() {
    for (after, key) in [
        ("a0", "a1"),
        ("a9", "aA"),
        ("az", "b00"),
        ("bzz", "c000"),
        ("Zz", "a0"),
        ("Yzz", "Z0"),
        ("a0V", "a1"),
        ("azV", "b00"),
    ] {
        expect_that!(key_between(Some(after), None), ok(eq(key)), "after {after}");
    }
    for (before, key) in [("a0", "Zz"), ("Z0", "Yzz"), ("b00", "az"), ("a0V", "a0"), ("Z0V", "Z0")] {
        expect_that!(key_between(None, Some(before)), ok(eq(key)), "before {before}");
    }
}

#[gtest]
fn given_two_keys_when_a_key_is_made_then_it_is_in_the_middle_and_short() {
    for (after, before, key) in [
        ("a0", "a1", "a0V"),
        ("a0", "a2", "a1"),
        ("a0", "a0V", "a0F"),
        ("a0", "a01", "a00V"),
        ("Zz", "a0", "ZzV"),
        ("Zz", "a1", "a0"),
        ("a0z", "a1", "a0zV"),
        ("a0zz", "a1", "a0zzV"),
        ("az", "b00", "azV"),
    ] {
        expect_that!(key_between(Some(after), Some(before)), ok(eq(key)), "{after} to {before}");
    }
}

#[gtest]
fn given_equal_reversed_or_malformed_keys_when_a_key_is_made_then_there_is_no_room() {
    let lowest = format!("A{}", "0".repeat(26));
    let long = format!("a0{}", "1".repeat(ORDER_KEY_BYTES_MAX - 1));
    expect_that!(key_between(Some("a1"), Some("a1")), err(eq(&NoRoom)));
    expect_that!(key_between(Some("a1"), Some("a0")), err(eq(&NoRoom)));
    for bad in ["", "a", "b0", "0", "0a", "a00", "a0V0", "a-", "a0 ", "aé", "é0", "a0\0", "ä", &lowest, &long]
    {
        expect_that!(is_valid(bad), is_false(), "{bad:?}");
        expect_that!(key_between(Some(bad), None), err(eq(&NoRoom)), "{bad:?}");
        expect_that!(key_between(None, Some(bad)), err(eq(&NoRoom)), "{bad:?}");
        expect_that!(keys_between(Some(bad), None, 0), err(eq(&NoRoom)), "{bad:?}");
    }
}

#[gtest]
fn given_the_ends_of_all_integers_when_keys_are_made_then_fractions_take_over() {
    let first = format!("A{}1", "0".repeat(26));
    let last = format!("z{}", "z".repeat(26));
    let below = key_between(None, Some(&first)).unwrap();
    let above = key_between(Some(&last), None).unwrap();
    expect_that!(below, lt(&first));
    expect_that!(above, gt(&last));
    expect_that!([below.as_str(), above.as_str()], each(predicate(|key: &str| is_valid(key))));
    let full = format!("{last}{}", "z".repeat(ORDER_KEY_BYTES_MAX - last.len()));
    expect_that!(is_valid(&full), is_true());
    expect_that!(key_between(Some(&full), None), err(eq(&NoRoom)));
    expect_that!(
        keys_between(Some(&first), Some(&last), 1000).map(|keys| sorted_unique_valid(&keys)),
        ok(is_true())
    );
}

#[gtest]
fn given_no_or_too_many_keys_wanted_when_asked_then_none_or_no_room() {
    expect_that!(keys_between(None, None, 0), ok(is_empty()));
    expect_that!(keys_between(Some("a0"), Some("a1"), 0), ok(is_empty()));
    expect_that!(keys_between(None, None, usize::MAX), err(eq(&NoRoom)));
    expect_that!(keys_between(None, None, ORDER_KEYS_AT_ONCE_MAX + 1), err(eq(&NoRoom)));
}

#[gtest]
fn given_many_appends_and_prepends_when_made_one_by_one_then_keys_stay_short() {
    for forward in [true, false] {
        let mut last = key_between(None, None).unwrap();
        let mut longest = last.len();
        for _ in 0..200_000 {
            let next = if forward {
                key_between(Some(&last), None).unwrap()
            } else {
                key_between(None, Some(&last)).unwrap()
            };
            assert_that!(forward, eq(next > last));
            assert_that!(next, not(eq(&last)));
            longest = longest.max(next.len());
            last = next;
        }
        expect_that!(longest, le(8));
    }
}

#[gtest]
fn given_a_million_appends_when_made_in_one_call_then_keys_are_short_and_as_one_by_one() {
    let keys = keys_between(Some("a0"), None, 1_000_000).unwrap();
    expect_that!(keys.is_sorted_by(|a, b| a < b), is_true());
    expect_that!(keys.iter().map(String::len).max(), some(le(8)));
    for pair in keys.windows(2).step_by(997) {
        expect_that!(key_between(Some(&pair[0]), None), ok(eq(&pair[1])));
    }
    let keys = keys_between(None, Some("a0"), 100_000).unwrap();
    expect_that!(sorted_unique_valid(&keys), is_true());
    expect_that!(keys.iter().map(String::len).max(), some(le(8)));
    expect_that!(keys.last(), some(eq("Zz")));
}

#[gtest]
fn given_inserts_at_one_spot_when_room_ends_then_respreading_100_neighbours_gives_room() {
    for spot in [Spot::Rising, Spot::Falling, Spot::Inward] {
        let mut list = first_keys();
        let mut index = 150;
        let mut inserts = 0;
        while insert(&mut list, index).is_ok() {
            inserts += 1;
            index = spot.next(index, inserts);
            assert_that!(inserts, lt(2_000), "{spot:?} never ends");
        }
        expect_that!(inserts, gt(600), "{spot:?}");
        let longest = list.iter().map(String::len).max();
        expect_that!(longest, some(ge(ORDER_KEY_BYTES_MAX - 1)), "{spot:?}");
        expect_that!(longest, some(le(ORDER_KEY_BYTES_MAX)), "{spot:?}");
        expect_that!(respread(&mut list, index, NEIGHBOURS), is_true(), "{spot:?}");
        expect_that!(sorted_unique_valid(&list), is_true(), "{spot:?}");
        let mut again = 0;
        while insert(&mut list, index).is_ok() {
            again += 1;
            index = spot.next(index, again);
        }
        expect_that!(again, gt(50), "{spot:?}");
        expect_that!(sorted_unique_valid(&list), is_true(), "{spot:?}");
    }
}

#[gtest]
fn given_6_000_inserts_at_one_spot_when_the_range_doubles_on_no_room_then_all_succeed() {
    for spot in [Spot::Rising, Spot::Falling, Spot::Inward] {
        let mut list = first_keys();
        let (mut index, mut respreads, mut widest) = (150, 0, NEIGHBOURS);
        for round in 0..6_000 {
            if insert(&mut list, index).is_err() {
                let mut count = NEIGHBOURS;
                while !respread(&mut list, index, count) {
                    assert_that!(count, lt(list.len() * 2), "{spot:?} has no room at all");
                    count *= 2;
                }
                respreads += 1;
                widest = widest.max(count);
            }
            index = spot.next(index, round);
        }
        // Only inserts that close in on one point from both sides fill whole neighbourhoods.
        if !matches!(spot, Spot::Inward) {
            expect_that!(widest, eq(NEIGHBOURS), "{spot:?}");
            expect_that!(respreads, lt(100), "{spot:?}");
        }
        expect_that!(sorted_unique_valid(&list), is_true(), "{spot:?}");
    }
}

#[gtest]
fn given_a_range_when_100_keys_are_spread_then_the_gaps_are_even() {
    let keys = keys_between(Some("a0"), Some("a1"), 100).unwrap();
    expect_that!(keys.iter().map(String::len).max(), some(eq(4)));
    let value = |key: &String| {
        let padded = format!("{key:0<4}");
        padded.bytes().skip(2).fold(0_i64, |sum, byte| sum * 62 + i64::from(digit(byte).unwrap()))
    };
    let values: Vec<i64> = [0].into_iter().chain(keys.iter().map(value)).chain([62 * 62]).collect();
    let gaps: Vec<i64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    expect_that!(gaps, each(any!(eq(&38), eq(&39))));
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c][0-9A-Za-z]{3}[0-9A-Za-z]{0,6}[1-9A-Za-z]",
        "[X-Z][0-9A-Za-z]{3}[0-9A-Za-z]{0,6}[1-9A-Za-z]",
        "a[01][0z]{0,125}[1z]",
        "[Az][0z]{26}[0z]{0,100}[1z]",
        "[A-Za-z][0-9A-Za-z]{26}[0-9A-Za-z]{0,100}[1-9A-Za-z]",
    ]
}

proptest! {
    #[test]
    fn given_random_inserts_when_made_then_keys_stay_sorted_and_unique(
        spots in prop::collection::vec(any::<prop::sample::Index>(), 1..400)
    ) {
        let mut list = Vec::new();
        for spot in spots {
            let index = spot.index(list.len() + 1);
            prop_assert_eq!(insert(&mut list, index), Ok(()));
        }
        prop_assert!(sorted_unique_valid(&list));
    }

    #[test]
    fn given_random_ranges_when_spread_then_keys_are_strictly_inside(
        a in any_key(), b in any_key(), n in 0_usize..150
    ) {
        prop_assert!(is_valid(&a) && is_valid(&b));
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        prop_assert_eq!(key_between(Some(&high), Some(&low)), Err(NoRoom));
        for (after, before) in [
            (Some(low.as_str()), Some(high.as_str())),
            (Some(low.as_str()), None),
            (None, Some(high.as_str())),
        ] {
            if let Ok(keys) = keys_between(after, before, n) {
                prop_assert_eq!(keys.len(), n);
                prop_assert!(sorted_unique_valid(&keys));
                for key in &keys {
                    prop_assert!(after.is_none_or(|after| after < key.as_str()));
                    prop_assert!(before.is_none_or(|before| key.as_str() < before));
                }
            } else {
                // Room runs out only next to long keys.
                let long = |key: Option<&str>| key.is_some_and(|key| key.len() > 90);
                prop_assert!(long(after) || long(before));
            }
        }
    }

    #[test]
    fn given_any_key_when_one_is_made_after_it_in_place_then_the_whole_numbers_say_the_same(a in any_key()) {
        let general = keys_between(Some(&a), None, 1).map(|mut keys| keys.pop().unwrap());
        if let Some(next) = next_integer(&a) {
            prop_assert_eq!(Ok(next), general);
        }
    }

    #[test]
    fn given_any_text_when_one_is_made_after_it_in_place_then_only_after_a_key(a in "[a-z][0-9A-Za-z_]{0,140}") {
        prop_assert!(next_integer(&a).is_none() || is_valid(&a));
    }

    #[test]
    fn given_a_valid_key_when_read_and_written_then_it_is_the_same(a in any_key()) {
        prop_assert_eq!(position(&a).and_then(|position| key(&position)), Some(a));
    }

    #[test]
    fn given_two_valid_keys_when_read_then_positions_sort_like_bytes(
        a in any_key(), b in any_key()
    ) {
        prop_assert_eq!(position(&a).cmp(&position(&b)), a.as_bytes().cmp(b.as_bytes()));
    }

    #[test]
    fn given_any_text_when_used_as_keys_then_nothing_panics(
        a in ".{0,140}", b in "[0-9A-Za-z]{0,140}", n in 0_usize..5
    ) {
        for (after, before) in [(&a, &b), (&b, &a), (&b, &b)] {
            let _ = keys_between(Some(after), Some(before), n);
            let _ = keys_between(Some(after), None, n);
            let _ = keys_between(None, Some(before), n);
        }
        prop_assert!(!is_valid(&b) || !b.is_empty());
    }
}
