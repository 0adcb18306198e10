//! What is asked across projects, what a program loads and follows, and what the server says about itself.

use pm_engine::model::{Entity, Epoch, ProjectId, ProjectRef};
use pm_engine::query::{ActivityQuery, SearchQuery};
use serde::Serialize;

use super::parameters::{PAGE, PROJECT, SEQUENCE_MAX, entity_kinds, note_kinds};
use crate::http::rest::content::Content;
use crate::http::rest::problem::Problem;
use crate::http::rest::route::{Asked, Kind, Route, Work, parameter, required};
use crate::http::rest::{llms, openapi};
use crate::limits;

pub(super) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/activity",
        name: "listActivity",
        about: "What happened, a row per changed field, newest first.",
        parameters: &[
            PROJECT,
            &[
                parameter("entity", Kind::Text, "On the entity with this id."),
                parameter("user", Kind::Text, "By this user."),
                parameter("since_sequence", Kind::Integer(0, SEQUENCE_MAX), "After this sequence."),
                parameter("since", Kind::Instant, "At this instant or later."),
            ],
            PAGE,
        ],
        answer: "ActivityPage",
        work: Work::Read(activity),
    },
    Route {
        path: "/api/v1/search",
        name: "search",
        about: "Full-text search over items, comments and projects.",
        parameters: &[
            &[
                required("text", Kind::Text, "Words that must all occur; up to 500 characters."),
                parameter("kind", Kind::Word(entity_kinds), "Only work items, comments or projects."),
            ],
            PROJECT,
            PAGE,
        ],
        answer: "SearchPage",
        work: Work::Read(search),
    },
    Route {
        path: "/api/v1/users",
        name: "listUsers",
        about: "Everybody known to the tenant, by id.",
        parameters: &[PAGE],
        answer: "UserPage",
        work: Work::Read(|asked| Content::json(&asked.reader.users(&asked.input.page())?)),
    },
    Route {
        path: "/api/v1/llm/context",
        name: "getLlmContext",
        about: "The rules, the tables of a tenant's file with example queries, and how to behave.",
        parameters: &[&[parameter("kind", Kind::Word(note_kinds), "Only notes of this kind.")], PAGE],
        answer: "LlmContextPage",
        work: Work::Read(|asked| {
            Content::json(&asked.reader.llm_context(asked.input.word("kind"), &asked.input.page())?)
        }),
    },
    Route {
        path: "/api/v1/commands",
        name: "runCommands",
        about: "Runs one command, several, or a stream of them (a line each as application/x-ndjson).",
        parameters: &[],
        answer: "Outcome",
        work: Work::Commands,
    },
    Route {
        path: "/api/v1/events",
        name: "followEvents",
        about: "What happens, as server-sent events; goes on where `Last-Event-ID` or `from` says.",
        parameters: &[&[
            parameter("from", Kind::Text, "`epoch:sequence` of what you have; without it, from now on."),
            parameter("projects", Kind::Names, "Only of these projects, by id or key."),
        ]],
        answer: "Event",
        work: Work::Events,
    },
    Route {
        path: "/api/v1/snapshot",
        name: "getSnapshot",
        about: "A piece of everything you may see; afterwards follow events from the first piece's sequence.",
        parameters: &[&[
            parameter("cursor", Kind::Text, "`next` of the piece before; without it, the first piece."),
            parameter("projects", Kind::Names, "Only these projects, by id or key."),
        ]],
        answer: "SnapshotPiece",
        work: Work::Read(snapshot),
    },
    Route {
        path: "/api/v1/openapi.json",
        name: "getOpenApi",
        about: "This interface as OpenAPI 3.1.",
        parameters: &[],
        answer: "OpenApi",
        work: Work::Page(openapi::page),
    },
    Route {
        path: "/llms.txt",
        name: "getLlmsText",
        about: "This interface in words, for a language model.",
        parameters: &[],
        answer: "Text",
        work: Work::Page(llms::page),
    },
];

fn project(asked: &Asked) -> Result<Option<ProjectId>, Problem> {
    let Some(named) = asked.input.name::<ProjectRef>("project") else { return Ok(None) };
    Ok(Some(asked.reader.project(&named)?.project.id))
}

fn activity(asked: &Asked) -> Result<Content, Problem> {
    let input = &asked.input;
    let query = ActivityQuery {
        project: project(asked)?,
        entity: input.text("entity").map(str::to_owned),
        user: input.user("user")?,
        since_sequence: input.integer("since_sequence"),
        since: input.instant("since"),
        page: input.page(),
    };
    Content::json(&asked.reader.activity(&query)?)
}

fn search(asked: &Asked) -> Result<Content, Problem> {
    let input = &asked.input;
    let text = input.text("text").unwrap_or_default().to_owned();
    let query = SearchQuery { text, project: project(asked)?, kind: input.word("kind"), page: input.page() };
    Content::json(&asked.reader.search(&query)?)
}

/// A piece of a snapshot, and the history its sequence belongs to.
#[derive(Serialize)]
struct SnapshotPiece {
    epoch: Epoch,
    sequence: i64,
    entities: Vec<Entity>,
    next: Option<String>,
}

fn snapshot(asked: &Asked) -> Result<Content, Problem> {
    let named = asked.input.names::<ProjectRef>("projects");
    if named.len() > limits::PROJECTS_NAMED_MAX {
        let text = format!("at most {} projects can be named", limits::PROJECTS_NAMED_MAX);
        return Err(Problem::invalid("projects", text).with_limit(limits::PROJECTS_NAMED_MAX));
    }
    let mut projects = Vec::with_capacity(named.len());
    for named in &named {
        projects.push(asked.reader.project(named)?.project.id);
    }
    let chunk = asked.reader.snapshot(&projects, asked.input.text("cursor"))?;
    let piece = SnapshotPiece {
        epoch: asked.epoch,
        sequence: chunk.sequence,
        entities: chunk.entities,
        next: chunk.next,
    };
    Content::json_within(&piece, limits::HTTP_SNAPSHOT_BYTES_MAX)
}
