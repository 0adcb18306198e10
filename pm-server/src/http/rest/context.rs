//! A whole project for a language model: as JSON, as a line of JSON per record, or as Markdown, never larger than the
//! tokens asked for. What changes often stands last, so that a prompt made of it stays the same from its beginning as
//! far as it can.

use pm_engine::limits::{CONTEXT_BYTES_DEFAULT, CONTEXT_BYTES_MAX, CONTEXT_BYTES_MIN};
use pm_engine::model::{Member, Project, ProjectRef, ProjectRole};
use pm_engine::query::{
    ContextComment, ContextItem, ContextLane, ContextOptions, ContextSprint, ContextTimer, LeftOut,
    ProjectContext, Reader,
};
use serde::Serialize;

use super::content::{Content, JSON, LINES, MARKDOWN};
use super::input::Input;
use super::markdown;
use super::problem::Problem;
use super::route::{Kind, Parameter, parameter};
use crate::limits::BYTES_PER_TOKEN;

const FIELDS: [&str; 7] =
    ["descriptions", "finished", "members", "sprints", "dependencies", "comments", "timers"];

pub(super) const PARAMETERS: &[Parameter] = &[
    parameter(
        "max_tokens",
        Kind::Integer(CONTEXT_BYTES_MIN / BYTES_PER_TOKEN, CONTEXT_BYTES_MAX / BYTES_PER_TOKEN),
        "Largest answer, in tokens of four bytes each; 50000 where not said. It is never exceeded.",
    ),
    parameter(
        "fields",
        Kind::Words(|| FIELDS.to_vec()),
        "What goes in besides project, lanes and unfinished items; everything where not said.",
    ),
    parameter(
        "since",
        Kind::Integer(0, (1 << 53) - 1),
        "Only items and comments touched by an event after this sequence; the rest always.",
    ),
    parameter("format", Kind::Word(|| vec!["json", "markdown", "ndjson"]), "`json` where not said."),
];

/// The media type a request asks for.
pub(super) fn media(input: &Input) -> &'static str {
    match input.text("format") {
        Some("markdown") => MARKDOWN,
        Some("ndjson") => LINES,
        _ => JSON,
    }
}

/// Answers with a project's context.
pub(super) fn read(reader: &Reader, project: &ProjectRef, input: &Input) -> Result<Content, Problem> {
    let tokens = input.integer("max_tokens").unwrap_or(CONTEXT_BYTES_DEFAULT / BYTES_PER_TOKEN);
    let bytes = tokens * BYTES_PER_TOKEN;
    let media = media(input);
    // Markdown spells out less than JSON, so that more fits: it is cut by itself.
    let read_bytes = if media == MARKDOWN { bytes.saturating_mul(4).min(CONTEXT_BYTES_MAX) } else { bytes };
    let context = reader.context(project, &options(input, read_bytes))?;
    let room = usize::try_from(bytes).unwrap_or(0);
    match media {
        MARKDOWN => Ok(Content::new(media, markdown::write(context, room).into_bytes())),
        LINES => Ok(Content::new(media, lines(context, room)?)),
        _ => Content::json_within(&Document::from(&context), room),
    }
}

fn options(input: &Input, bytes: i64) -> ContextOptions {
    let has = |field| input.text("fields").is_none() || input.texts("fields").any(|wanted| wanted == field);
    ContextOptions {
        max_bytes: Some(bytes),
        since: input.integer("since"),
        descriptions: has("descriptions"),
        finished: has("finished"),
        members: has("members"),
        sprints: has("sprints"),
        dependencies: has("dependencies"),
        comments: has("comments"),
        timers: has("timers"),
    }
}

/// The context as one document: what changes often comes last.
#[derive(Serialize)]
struct Document<'a> {
    project: &'a Project,
    role: ProjectRole,
    members: &'a [Member],
    sprints: &'a [ContextSprint],
    items: &'a [ContextItem],
    comments: &'a [ContextComment],
    lanes: &'a [ContextLane],
    timers: &'a [ContextTimer],
    left_out: LeftOut,
    sequence: i64,
}

impl<'a> From<&'a ProjectContext> for Document<'a> {
    fn from(context: &'a ProjectContext) -> Self {
        Self {
            project: &context.project,
            role: context.role,
            members: &context.members,
            sprints: &context.sprints,
            items: &context.items,
            comments: &context.comments,
            lanes: &context.lanes,
            timers: &context.timers,
            left_out: context.left_out,
            sequence: context.sequence,
        }
    }
}

/// A record of the form with a line each.
#[derive(Serialize)]
struct Record<'a, T> {
    record: &'static str,
    #[serde(flatten)]
    value: &'a T,
}

#[derive(Serialize)]
struct First<'a> {
    role: ProjectRole,
    #[serde(flatten)]
    project: &'a Project,
}

#[derive(Serialize)]
struct Last {
    sequence: i64,
    left_out: LeftOut,
}

/// Room for the last line: its names, and nine numbers of up to nineteen digits.
const LAST_LINE_BYTES: usize = 400;

/// A line per record, the last one with what was left out.
fn lines(context: ProjectContext, room: usize) -> Result<Vec<u8>, Problem> {
    let mut page = Page { bytes: Vec::new(), room: room.saturating_sub(LAST_LINE_BYTES), is_full: false };
    let mut left_out = context.left_out;
    let mut project = context.project;
    if !page.add("project", &First { role: context.role, project: &project })? {
        left_out.descriptions += i64::from(project.description.take().is_some());
        page.is_full = false;
        page.add("project", &First { role: context.role, project: &project })?;
    }
    left_out.lanes += page.all("lane", &context.lanes)?;
    left_out.members += page.all("member", &context.members)?;
    left_out.sprints += page.all("sprint", &context.sprints)?;
    left_out.timers += page.all("timer", &context.timers)?;
    let is_open = |item: &&ContextItem| !item.category.is_finished();
    let open: Vec<_> = context.items.iter().filter(is_open).collect();
    let finished: Vec<_> = context.items.iter().filter(|item| !is_open(item)).collect();
    left_out.open_items += page.all("item", &open)?;
    left_out.finished_items += page.all("item", &finished)?;
    left_out.comments += page.all("comment", &context.comments)?;
    page.room = usize::MAX;
    page.is_full = false;
    page.add("end", &Last { sequence: context.sequence, left_out })?;
    Ok(page.bytes)
}

struct Page {
    bytes: Vec<u8>,
    room: usize,
    is_full: bool,
}

impl Page {
    /// Adds a record if it fits; after the first that does not, none does.
    fn add<T: Serialize>(&mut self, record: &'static str, value: &T) -> Result<bool, Problem> {
        if self.is_full {
            return Ok(false);
        }
        let line = Content::json(&Record { record, value })?.bytes;
        self.is_full = line.len() + 1 > self.room;
        if !self.is_full {
            self.room -= line.len() + 1;
            self.bytes.extend_from_slice(&line);
            self.bytes.push(b'\n');
        }
        Ok(!self.is_full)
    }

    /// Adds what fits of a list; answers how many do not.
    fn all<T: Serialize>(&mut self, record: &'static str, values: &[T]) -> Result<i64, Problem> {
        let mut missing = 0;
        for value in values {
            missing += i64::from(!self.add(record, value)?);
        }
        Ok(missing)
    }
}
