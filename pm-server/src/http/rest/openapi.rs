//! The OpenAPI document, made of the table of routes and the schemas.

use std::sync::OnceLock;

use pm_engine::rejection::RejectionCode;
use serde_json::{Map, Value, json};

use super::content::{EVENTS, JSON, LINES, MARKDOWN, Page};
use super::problem::{self, CODES, MEDIA};
use super::route::{Kind, Parameter, Route, Work, routes};
use super::schema;

/// The document as an answer.
pub(super) fn page() -> &'static Page {
    static PAGE: OnceLock<Page> = OnceLock::new();
    // A value of strings and numbers can always be written.
    PAGE.get_or_init(|| Page::new(JSON, serde_json::to_vec(&document()).unwrap_or_default()))
}

fn document() -> Value {
    let mut paths = Map::new();
    for route in routes() {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method().as_str().to_ascii_lowercase(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "pm",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Track work: projects, boards, items, sprints, dependencies, time.",
            "description": "What it means is told by /llms.txt.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schema::schemas(),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
            "responses": problems(),
        },
    })
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": route.name,
        "summary": route.about,
        "parameters": parameters(route),
        "responses": responses(route),
    });
    if let Some(map) = operation.as_object_mut() {
        if matches!(route.work, Work::Page(_)) {
            map.insert("security".to_owned(), json!([]));
        }
        if matches!(route.work, Work::Commands) {
            map.insert("requestBody".to_owned(), request_body());
        }
    }
    operation
}

fn request_body() -> Value {
    let one_of = json!({ "oneOf": [named("CommandRequest"), named("CommandsRequest")] });
    json!({
        "required": true,
        "content": {
            JSON: { "schema": one_of },
            LINES: { "schema": { "type": "string", "description": "A CommandRequest per line." } },
        },
    })
}

fn parameters(route: &Route) -> Vec<Value> {
    let mut all: Vec<Value> = route
        .path_parameters()
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }))
        .collect();
    all.extend(route.query().map(parameter));
    let header = |name: &str, about: &str| json!({ "name": name, "in": "header", "description": about, "schema": { "type": "string" } });
    all.extend(match route.work {
        Work::Read(_) | Work::Page(_) => {
            Some(header("If-None-Match", "`ETag` of what you have: 304 where nothing has changed since."))
        }
        Work::Commands => Some(header(
            "Idempotency-Key",
            "Becomes the id of a command that has none; with `-0`, `-1`, … of several, with `-1`, `-2`, … of lines.",
        )),
        Work::Events => Some(header("Last-Event-ID", "`epoch:sequence` of what you have; counts before `from`.")),
        Work::ReadNow(_) => None,
    });
    all
}

fn parameter(parameter: &Parameter) -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items });
    let text = || json!({ "type": "string" });
    let (schema, by_commas) = match parameter.kind {
        Kind::Text => (text(), false),
        Kind::Texts => (list(text()), false),
        Kind::Names => (list(text()), true),
        Kind::Integer(least, most) => {
            (json!({ "type": "integer", "minimum": least, "maximum": most }), false)
        }
        Kind::Flag => (json!({ "type": "boolean" }), false),
        Kind::Word(words) => (json!({ "type": "string", "enum": words() }), false),
        Kind::Words(words) => (list(json!({ "type": "string", "enum": words() })), true),
        Kind::Date => (json!({ "type": "string", "format": "date" }), false),
        Kind::Instant => (
            json!({ "oneOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "format": "date-time" }] }),
            false,
        ),
    };
    let mut shown = json!({
        "name": parameter.name, "in": "query", "description": parameter.about, "schema": schema,
    });
    if let Some(map) = shown.as_object_mut() {
        if parameter.required {
            map.insert("required".to_owned(), true.into());
        }
        if by_commas {
            map.insert("style".to_owned(), "form".into());
            map.insert("explode".to_owned(), true.into());
        }
    }
    shown
}

fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn responses(route: &Route) -> Value {
    let mut all = Map::new();
    all.insert("200".to_owned(), success(route));
    if matches!(route.work, Work::Read(_) | Work::Page(_)) {
        all.insert(
            "304".to_owned(),
            json!({ "description": "Nothing has changed since.", "headers": headers(true) }),
        );
    }
    for status in statuses(route) {
        all.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    all.into()
}

fn success(route: &Route) -> Value {
    let lines = || json!({ "schema": { "type": "string" } });
    let content = match route.work {
        Work::Commands => json!({
            JSON: { "schema": { "oneOf": [named("Outcome"), named("CommandResults")] } },
            LINES: lines(),
        }),
        Work::Events => json!({ EVENTS: { "schema": { "type": "string" } } }),
        Work::Page(_) if route.answer == "Text" => json!({ MARKDOWN: lines() }),
        Work::Page(_) => json!({ JSON: { "schema": { "type": "object" } } }),
        _ if route.query().any(|parameter| parameter.name == "format") => json!({
            JSON: { "schema": named(route.answer) },
            MARKDOWN: lines(),
            LINES: lines(),
        }),
        _ => json!({ JSON: { "schema": named(route.answer) } }),
    };
    json!({ "description": route.about, "headers": headers(matches!(route.work, Work::Read(_) | Work::Page(_))), "content": content })
}

fn headers(has_tag: bool) -> Value {
    let text = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    let mut all = json!({ "X-Request-Id": text("Names the request in the server's log.") });
    if let (Some(map), true) = (all.as_object_mut(), has_tag) {
        map.insert("ETag".to_owned(), text("Changes when anything does."));
    }
    all
}

/// The statuses a route's errors have.
fn statuses(route: &Route) -> Vec<u16> {
    let mut all = vec![400, 405, 406, 414, 500, 503];
    if !matches!(route.work, Work::Page(_)) {
        all.extend([401, 404, 429]);
    }
    match route.work {
        Work::Read(_) | Work::ReadNow(_) => all.push(413),
        Work::Commands => all.extend([403, 408, 409, 413, 415, 422]),
        Work::Events | Work::Page(_) => {}
    }
    all.sort_unstable();
    all
}

/// A response per status of an error, with the codes it may have.
fn problems() -> Map<String, Value> {
    let rules = RejectionCode::ALL.iter().map(|code| (code.as_str(), problem::status(*code).as_u16()));
    let known: Vec<(&str, u16)> =
        CODES.iter().map(|(code, status, _)| (*code, *status)).chain(rules).collect();
    let mut statuses: Vec<u16> = known.iter().map(|(_, status)| *status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let response = |status: u16| {
        let codes: Vec<String> = known
            .iter()
            .filter(|(_, known)| *known == status)
            .map(|(code, _)| format!("`{code}`: {}.", problem::title(code)))
            .collect();
        json!({ "description": codes.join(" "), "headers": headers(false), "content": { MEDIA: { "schema": named("Problem") } } })
    };
    statuses.into_iter().map(|status| (status.to_string(), response(status))).collect()
}
