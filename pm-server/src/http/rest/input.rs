//! What a request asks for: the values of its path and query, checked against the parameters of its route. A
//! parameter nobody knows is refused, so that a slip is not mistaken for a wider question.

use pm_engine::model::{CalendarDate, Timestamp, UserId};
use pm_engine::query::PageRequest;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::route::{Kind, Parameter, Route};
use crate::limits;

/// The values of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    values: Vec<(&'static str, String)>,
}

impl Input {
    /// Reads the query of a request, and takes the values of its path.
    pub(crate) fn read(
        route: &'static Route,
        path: Vec<(&'static str, String)>,
        query: &str,
    ) -> Result<Self, Problem> {
        let mut values = path;
        for (count, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
            if count >= limits::HTTP_PARAMETERS_MAX {
                let text = format!("at most {} parameters are read", limits::HTTP_PARAMETERS_MAX);
                return Err(Problem::invalid("query", text).with_limit(limits::HTTP_PARAMETERS_MAX));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let unreadable = || Problem::invalid("query", "a parameter is not UTF-8 in percent-encoding");
            let name = decode(name, true).ok_or_else(unreadable)?;
            let value = decode(value, true).ok_or_else(unreadable)?;
            let Some(parameter) = route.query().find(|parameter| parameter.name == name) else {
                return Err(unknown(route, &name));
            };
            take(&mut values, parameter, value)?;
        }
        let input = Self { values };
        let missing =
            route.query().find(|parameter| parameter.required && input.text(parameter.name).is_none());
        match missing {
            Some(Parameter { name, about, .. }) => {
                Err(Problem::invalid(name, format!("`{name}` is needed: {about}")))
            }
            None => Ok(input),
        }
    }

    /// A value of the path.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Names of entities.
    pub(crate) fn names<T: From<String>>(&self, name: &str) -> Vec<T> {
        self.texts(name).map(|text| T::from(text.to_owned())).collect()
    }

    /// The name of an entity.
    pub(crate) fn name<T: From<String>>(&self, name: &str) -> Option<T> {
        self.text(name).map(|text| T::from(text.to_owned()))
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.text(name)?.parse().ok()
    }

    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.flag(name) == Some(true)
    }

    /// Words of a closed vocabulary; checked when they were read.
    pub(crate) fn words<T: DeserializeOwned>(&self, name: &str) -> Vec<T> {
        self.texts(name).filter_map(|word| serde_json::from_value(word.into()).ok()).collect()
    }

    pub(crate) fn word<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.words(name).into_iter().next()
    }

    pub(crate) fn date(&self, name: &str) -> Option<CalendarDate> {
        self.text(name)?.parse().ok()
    }

    pub(crate) fn instant(&self, name: &str) -> Option<Timestamp> {
        self.text(name).and_then(instant)
    }

    pub(crate) fn users(&self, name: &'static str) -> Result<Vec<UserId>, Problem> {
        let user = |text| UserId::new(text).map_err(|error| Problem::invalid(name, error.to_string()));
        self.texts(name).map(user).collect()
    }

    pub(crate) fn user(&self, name: &'static str) -> Result<Option<UserId>, Problem> {
        Ok(self.users(name)?.into_iter().next())
    }

    pub(crate) fn page(&self) -> PageRequest {
        PageRequest { cursor: self.text("cursor").map(str::to_owned), limit: self.integer("limit") }
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    match text.parse::<i64>() {
        Ok(ms) => (ms >= 0).then(|| Timestamp::from_millis(ms)),
        Err(_) => Timestamp::parse_rfc3339(text),
    }
}

/// Checks one value and adds it; lists are taken apart.
fn take(
    values: &mut Vec<(&'static str, String)>,
    parameter: &'static Parameter,
    value: String,
) -> Result<(), Problem> {
    let name = parameter.name;
    let is_list = matches!(parameter.kind, Kind::Texts | Kind::Names | Kind::Words(_));
    if !is_list && values.iter().any(|(known, _)| *known == name) {
        return Err(Problem::invalid(name, format!("`{name}` can be given once")));
    }
    if matches!(parameter.kind, Kind::Names | Kind::Words(_)) {
        for part in value.split(',') {
            check(parameter, part)?;
            values.push((name, part.to_owned()));
        }
        return Ok(());
    }
    check(parameter, &value)?;
    values.push((name, value));
    Ok(())
}

fn check(parameter: &'static Parameter, value: &str) -> Result<(), Problem> {
    let name = parameter.name;
    match parameter.kind {
        Kind::Text | Kind::Texts | Kind::Names => Ok(()),
        Kind::Integer(least, most) => match value.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(()),
            Ok(number) => {
                let broken = if number < least { least } else { most };
                let text = format!("`{name}` is {least} to {most}");
                Err(Problem::invalid(name, text).with_limit(broken))
            }
            Err(_) => {
                Err(Problem::invalid(name, format!("`{name}` is a whole number from {least} to {most}")))
            }
        },
        Kind::Flag if matches!(value, "true" | "false") => Ok(()),
        Kind::Flag => Err(Problem::invalid(name, format!("`{name}` is true or false"))),
        Kind::Word(words) | Kind::Words(words) => {
            let words = words();
            if words.contains(&value) {
                return Ok(());
            }
            Err(Problem::invalid(name, format!("`{name}` is one of {}", words.join(", "))))
        }
        Kind::Date if value.parse::<CalendarDate>().is_ok() => Ok(()),
        Kind::Date => Err(Problem::invalid(name, format!("`{name}` is a calendar date, such as 2026-11-27"))),
        Kind::Instant if instant(value).is_some() => Ok(()),
        Kind::Instant => Err(Problem::invalid(
            name,
            format!("`{name}` is milliseconds since 1970, or an instant such as 2026-11-27T09:00:00Z"),
        )),
    }
}

/// Refuses a parameter nobody knows, naming the nearest.
fn unknown(route: &'static Route, name: &str) -> Problem {
    let shown: String = name.chars().take(40).collect();
    let nearest = route.query().map(|known| (strsim::levenshtein(known.name, &shown), known.name)).min();
    let text = match nearest {
        Some((_, nearest)) => format!("there is no parameter `{shown}` here; the nearest is `{nearest}`"),
        None => format!("there is no parameter `{shown}` here, nor any other"),
    };
    Problem::invalid(&shown, text)
}

/// Takes the percent-encoding away; `None` where it is malformed or no UTF-8.
pub(crate) fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
            }
            b'+' if plus_is_space => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    #[gtest]
    fn given_percent_encoding_when_decoded_then_only_whole_utf8_passes() {
        expect_that!(decode("a%20b+c", true), some(eq("a b c")));
        expect_that!(decode("a+c", false), some(eq("a+c")));
        expect_that!(decode("%E8%AA%9E", true), some(eq("語")));
        for bad in ["%", "%4", "%zz", "%ff", "%E8%AA", "%+1", "%\u{8a9e}"] {
            expect_that!(decode(bad, true), none(), "{bad}");
        }
    }
}
