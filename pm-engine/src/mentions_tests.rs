use super::*;
use googletest::prelude::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn users(text: &str) -> Vec<String> {
    parse_mentions(text).users
}

fn items(text: &str) -> Vec<String> {
    parse_mentions(text).items.iter().map(|(key, number)| format!("{key}-{number}")).collect()
}

#[gtest]
fn given_users_in_a_text_when_parsed_then_each_is_named_once_in_order() {
    for (text, expected) in [
        ("@ann", vec!["ann"]),
        ("hi @bob, @ann and @bob", vec!["bob", "ann"]),
        ("ask @ann.", vec!["ann"]),
        ("ask @ann.-.", vec!["ann"]),
        ("(@a.b-c_d)", vec!["a.b-c_d"]),
        ("@ann_", vec!["ann_"]),
        ("@.ann", vec![".ann"]),
        ("@ann@bob", vec!["ann"]),
        ("@@ann", vec!["ann"]),
        ("@ann's @Ann", vec!["ann", "Ann"]),
        ("…@ann…", vec!["ann"]),
        ("@annä", vec!["ann"]),
        ("\\@ann \\\\@bob", vec!["ann", "bob"]),
    ] {
        expect_that!(users(text), eq(&expected), "{text}");
    }
}

#[gtest]
fn given_users_in_brackets_when_parsed_then_the_id_is_taken_as_written() {
    for (text, expected) in [
        ("@[auth0|1 2]", vec!["auth0|1 2"]),
        ("@[Jürgen 🙂][x]", vec!["Jürgen 🙂"]),
        ("@[ann]@[bob]", vec!["ann", "bob"]),
        ("张@[三]", vec!["三"]),
        ("@[a[b]c]", vec!["a[b"]),
        ("@[ ]", vec![" "]),
        ("@[@[ann]", vec!["@[ann"]),
        ("@[a@b.c AB-1]", vec!["a@b.c AB-1"]),
    ] {
        expect_that!(users(text), eq(&expected), "{text}");
        expect_that!(items(text), is_empty(), "{text}");
    }
}

#[gtest]
fn given_no_valid_user_when_parsed_then_nobody_is_mentioned() {
    for text in [
        "",
        "@",
        "@.",
        "@-- @ ann",
        "mail me@example.com",
        "é@example.com 7@seven",
        "@[]",
        "@[ann",
        "@[a\nb]",
        "@[a\r\nb]",
        "@[a\0b]",
    ] {
        expect_that!(users(text), is_empty(), "{text:?}");
    }
}

#[gtest]
fn given_ids_around_the_limit_when_parsed_then_up_to_255_bytes_count() {
    let most = "é".repeat(127) + "x";
    expect_that!(users(&format!("@[{most}]")), elements_are![eq(&most)]);
    expect_that!(users(&format!("@[{most}x]")), is_empty());
    let most = "x".repeat(255);
    expect_that!(users(&format!("@{most}.")), elements_are![eq(&most)]);
    expect_that!(users(&format!("@{most}x")), is_empty());
}

#[gtest]
fn given_item_references_when_parsed_then_each_is_named_once_in_order() {
    for (text, expected) in [
        ("AB-1", vec!["AB-1"]),
        ("see PM-12, AB-3; PM-12.", vec!["PM-12", "AB-3"]),
        ("(A1B2C3D4E5-7)", vec!["A1B2C3D4E5-7"]),
        ("AB-007 AB-7", vec!["AB-7"]),
        ("AB-9223372036854775807", vec!["AB-9223372036854775807"]),
        ("AB-1- x", vec!["AB-1"]),
        ("AB-1--x", vec!["AB-1"]),
        ("AB-1… é AB-2", vec!["AB-1", "AB-2"]),
        ("AB-1/AB-2#AB-3", vec!["AB-1", "AB-2", "AB-3"]),
        ("AB-1's", vec!["AB-1"]),
    ] {
        expect_that!(items(text), eq(&expected), "{text}");
    }
}

#[gtest]
fn given_what_only_resembles_references_when_parsed_then_no_item_is_mentioned() {
    for text in [
        "A-1",
        "A1B2C3D4E5F-7",
        "1A-2",
        "ab-1",
        "Ab-1",
        "AB-0",
        "AB-000",
        "AB--1",
        "AB-+1",
        "AB-",
        "AB 1",
        "AB-9223372036854775808",
        "AB-99999999999999999999999999",
        "xAB-1",
        "éAB-1",
        "_AB-1",
        "-AB-1",
        "X-AB-1",
        "AB-1x",
        "AB-1é",
        "AB-1_",
        "AB-1-2",
        "AB-1-é",
        "AB-١",
        "ÄB-1",
        "@AB-1",
    ] {
        expect_that!(items(text), is_empty(), "{text}");
    }
}

#[gtest]
fn given_code_when_parsed_then_only_what_is_outside_counts() {
    for (text, expected) in [
        ("`@a` @b", vec!["b"]),
        ("``@a ` @b`` @c", vec!["c"]),
        ("`@a\n@b` @c", vec!["c"]),
        ("`@a `` @b", vec!["a", "b"]),
        ("`@a\n\n` @b", vec!["a", "b"]),
        ("- `@a\n- ` @b", vec!["a", "b"]),
        ("\\`@a` @b", vec!["a", "b"]),
        ("\\\\`@a` @b", vec!["b"]),
        ("`@a\\` @b", vec!["b"]),
        ("```@a``` @b", vec!["b"]),
        ("@a\n```\n@b\n```\n@c", vec!["a", "c"]),
        ("```rust\n@b\n\n@c\n````\n@d", vec!["d"]),
        ("````\n```\n@a\n````\n@b", vec!["b"]),
        ("~~~ `x`\n@a\n```\n~~~\r\n@b", vec!["b"]),
        ("```\n@a\n    ```\n@b\n```\n@c", vec!["c"]),
        ("```\n@a\n``` x\n@b", vec![]),
        ("@a\n```", vec!["a"]),
        ("> ```\n> @a\n\n@b", vec!["b"]),
        ("> ```\n> @a\n> ```\n> @b", vec!["b"]),
        ("- ```\n  @a\n\n  @b\n  ```\n@c", vec!["c"]),
        ("1. x\n   ```\n   @a\n   ```\n   @b", vec!["b"]),
        ("` @a\n```\n` @b\n```\n@c", vec!["a", "c"]),
        ("~~ @a ~~ ``", vec!["a"]),
    ] {
        expect_that!(users(text), eq(&expected), "{text:?}");
    }
    expect_that!(items("`AB-1` AB-2`x`AB-3"), eq(&["AB-2", "AB-3"]));
}

#[gtest]
fn given_more_mentions_than_kept_when_parsed_then_the_first_100_of_each_kind_are_kept() {
    let words: Vec<String> = (1..=300).map(|n| format!("@u{n} AB-{n} ")).collect();
    let text = words.concat();
    let found = parse_mentions(&text);
    expect_that!(found.users, len(eq(MENTIONS_MAX)));
    expect_that!(found.items, len(eq(MENTIONS_MAX)));
    expect_that!(found.users.last(), some(eq("u100")));
    expect_that!(found.items.last(), some(eq(&("AB".to_owned(), 100))));
    let text = format!("{} AB-1", text.replace("AB-", "ab-"));
    expect_that!(items(&text), elements_are![eq("AB-1")]);
}

#[gtest]
fn given_hostile_text_when_parsed_then_time_stays_linear() {
    let many_runs: String = (1..1_400).map(|n| "`".repeat(n) + "x").collect();
    let half = "` ``x ".repeat(80_000);
    for text in [
        "@[".repeat(500_000),
        "`".repeat(1_000_000),
        many_runs,
        half,
        "@".repeat(1_000_000),
        "AB-1-".repeat(200_000),
        ">".repeat(1_000_000),
        "- ".repeat(500_000),
        "1. ".repeat(300_000),
        "```\n> ".repeat(150_000),
        "\n".repeat(1_000_000),
        "`\\".repeat(500_000),
        "@[x\n".repeat(250_000),
    ] {
        let start = Instant::now();
        let _ = parse_mentions(&text);
        // A generous multiple of what a debug build takes; quadratic time takes minutes.
        expect_that!(start.elapsed(), lt(Duration::from_secs(10)), "{:.20}", text);
    }
}

/// Text of the pieces that mean something to the parser.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("@"),
        Just("["),
        Just("]"),
        Just("`"),
        Just("```"),
        Just("~~~"),
        Just("\n"),
        Just("\r\n"),
        Just("\0"),
        Just("\\"),
        Just("-"),
        Just("_"),
        Just("."),
        Just(" "),
        Just("AB"),
        Just("A"),
        Just("ann"),
        Just("1"),
        Just("0"),
        Just("é"),
        Just("🙂"),
        Just("> "),
        Just("- "),
        Just("1. "),
        Just("AB-12"),
        Just("@[x y]"),
        Just("\u{301}"),
    ];
    prop_oneof![
        prop::collection::vec(piece, 0..200).prop_map(|pieces| pieces.concat()),
        "\\PC{0,200}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn given_any_text_when_parsed_then_nothing_panics_and_the_output_is_bounded(
        text in any_text()
    ) {
        let found = parse_mentions(&text);
        prop_assert!(found.users.len() <= MENTIONS_MAX);
        prop_assert!(found.items.len() <= MENTIONS_MAX);
        let mut rest = text.as_str();
        for user in &found.users {
            prop_assert!((1..=255).contains(&user.len()));
            prop_assert!(!user.contains(['\0', '\n', '\r', ']']));
            // In order, and each stands in the text behind an `@`.
            let at = [format!("@{user}"), format!("@[{user}]")]
                .iter()
                .filter_map(|mention| rest.find(mention.as_str()))
                .min();
            prop_assert!(at.is_some(), "{user:?} is not in {rest:?}");
            rest = rest.split_at(at.unwrap()).1;
        }
        for (key, number) in &found.items {
            prop_assert!(KEY_CHARS.contains(&key.len()));
            prop_assert!(*number >= 1);
            let start = format!("{key}-");
            prop_assert!(text.contains(&start));
        }
        let users: HashSet<_> = found.users.iter().collect();
        let items: HashSet<_> = found.items.iter().collect();
        prop_assert_eq!(users.len(), found.users.len());
        prop_assert_eq!(items.len(), found.items.len());
    }

    #[test]
    fn given_a_mention_when_put_between_plain_words_then_it_is_found(
        id in "[A-Za-z0-9._-]{0,20}[A-Za-z0-9_]",
        key in "[A-Z][A-Z0-9]{1,9}",
        number in 1..=i64::MAX,
        words in "[a-zé ,;]{0,30}",
    ) {
        let found = parse_mentions(&format!("{words} @{id} {words} {key}-{number}, {words}"));
        prop_assert_eq!(found.users, vec![id.clone()]);
        prop_assert_eq!(found.items, vec![(key.clone(), number)]);
        let code = parse_mentions(&format!("{words} `@{id} {words} {key}-{number}`, {words}"));
        prop_assert_eq!(code, Mentions::default());
    }
}
