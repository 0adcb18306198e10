//! The table of routes: routing, checking of parameters, the OpenAPI document and `/llms.txt` all come from it.

use hyper::Method;
use pm_engine::model::Epoch;
use pm_engine::query::Reader;

use super::content::{Content, Page};
use super::input::Input;
use super::problem::Problem;
use super::reads;

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Route {
    /// Path; a segment in braces is a parameter.
    pub(crate) path: &'static str,
    /// Name of the operation, unique.
    pub(crate) name: &'static str,
    /// What it answers, in a sentence.
    pub(crate) about: &'static str,
    /// Parameters of the query, in groups.
    pub(crate) parameters: &'static [&'static [Parameter]],
    /// Name of the answer's schema.
    pub(crate) answer: &'static str,
    /// How it is answered.
    pub(crate) work: Work,
}

/// How a route is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// By a question to the engine, the same answer until something changes.
    Read(fn(&Asked) -> Result<Content, Problem>),
    /// By a question whose answer also depends on the clock.
    ReadNow(fn(&Asked) -> Result<Content, Problem>),
    /// By running commands.
    Commands,
    /// By a stream of events.
    Events,
    /// By a text that is the same for everybody; no token is needed.
    Page(fn() -> &'static Page),
}

/// A question: who asks, and what.
pub(crate) struct Asked {
    pub(crate) epoch: Epoch,
    pub(crate) reader: Reader,
    pub(crate) input: Input,
}

/// A parameter of a query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) about: &'static str,
    /// Without it the question has no answer.
    pub(crate) required: bool,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// Texts, by naming the parameter repeatedly.
    Texts,
    /// Names of entities (ids or keys), by naming the parameter repeatedly or by commas.
    Names,
    /// A number from the first to the second.
    Integer(i64, i64),
    /// `true` or `false`.
    Flag,
    /// One of some words.
    Word(fn() -> Vec<&'static str>),
    /// Some of some words, by naming the parameter repeatedly or by commas.
    Words(fn() -> Vec<&'static str>),
    /// A calendar date, `2026-11-27`.
    Date,
    /// An instant: milliseconds since 1970, or as RFC 3339 writes it.
    Instant,
}

pub(crate) const fn parameter(name: &'static str, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, kind, about, required: false }
}

pub(crate) const fn required(name: &'static str, kind: Kind, about: &'static str) -> Parameter {
    Parameter { required: true, ..parameter(name, kind, about) }
}

impl Route {
    /// The method it is asked with; `HEAD` goes with `GET`.
    pub(crate) const fn method(&self) -> Method {
        match self.work {
            Work::Commands => Method::POST,
            _ => Method::GET,
        }
    }

    /// All parameters of its query.
    pub(crate) fn query(&self) -> impl Iterator<Item = &'static Parameter> {
        self.parameters.iter().copied().flatten()
    }

    /// The names of the parameters in its path.
    pub(crate) fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }

    /// The values of the path's parameters, where the path is one of this route.
    pub(crate) fn matches(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let (mut own, mut given) = (self.path.split('/'), path.split('/'));
        let mut values = Vec::new();
        loop {
            match (own.next(), given.next()) {
                (None, None) => return Some(values),
                (Some(own), Some(given)) => match own.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                    Some(name) if !given.is_empty() => {
                        values.push((name, super::input::decode(given, false)?))
                    }
                    Some(_) => return None,
                    None if own == given => {}
                    None => return None,
                },
                _ => return None,
            }
        }
    }
}

/// Every route.
pub(crate) fn routes() -> impl Iterator<Item = &'static Route> {
    reads::ROUTES.iter().copied().flatten()
}

/// The route a path names, and the values in it.
pub(crate) fn find(path: &str) -> Option<(&'static Route, Vec<(&'static str, String)>)> {
    routes().find_map(|route| Some((route, route.matches(path)?)))
}
