//! The page that lists the limits says what the code says.

use std::path::Path;

use googletest::prelude::*;

#[gtest]
fn given_the_page_of_limits_when_compared_with_the_code_then_each_limit_is_listed_with_its_value() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let code = std::fs::read_to_string(root.join("src/limits.rs")).unwrap();
    let page = std::fs::read_to_string(root.join("../docs/limits.md")).unwrap();
    let (page, _) = page.split_once("## The server").unwrap();
    let mut seen = 0;
    for line in code.lines() {
        let Some((name, value)) = line
            .strip_prefix("pub const ")
            .and_then(|rest| rest.split_once(": "))
            .and_then(|(name, rest)| Some((name, rest.split_once(" = ")?.1.trim_end_matches(';'))))
        else {
            continue;
        };
        expect_that!(page, contains_substring(format!("| `{name}` | {value} |")));
        seen += 1;
    }
    expect_that!(page.lines().filter(|line| line.starts_with("| `")).count(), eq(seen));
}
