//! "Did you mean": the nearest known name.

/// How alike two names must be for one to be a guess at the other, from 0 to 1.
const ALIKE: f64 = 0.8;

/// The known name that is most like this one, where one is alike at all.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // What is far longer than any name is no slip of the finger, and comparing costs its length.
    if name.chars().count() > crate::limits::NAME_COMPARED_CHARS_MAX {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate.to_owned())
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    #[gtest]
    fn given_a_misspelt_name_when_compared_then_the_one_meant_is_found_and_nonsense_finds_none() {
        let known = ["websocket.ping_every", "websocket.idle_max", "listen"];
        expect_that!(nearest("websocket.ping_evry", known), some(eq("websocket.ping_every")));
        expect_that!(nearest("lisen", known), some(eq("listen")));
        expect_that!(nearest("zzz", known), none());
        expect_that!(nearest(&"l".repeat(1_000), known), none());
    }
}
