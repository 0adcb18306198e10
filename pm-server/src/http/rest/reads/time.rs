//! Time: totals, entries, running timers.

use pm_engine::model::{ItemRef, ProjectRef, SprintRef};
use pm_engine::query::{TimeFilter, TimeGrouping, TimeQuery, TimeScope};

use super::parameters::{OFFSET, PAGE, PROJECT, TOTAL};
use crate::http::rest::content::Content;
use crate::http::rest::input::Input;
use crate::http::rest::problem::Problem;
use crate::http::rest::route::{Asked, Kind, Route, Work, parameter};

pub(super) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/time",
        name: "getTimeTotals",
        about: "Totals of time: of a project, item, sprint or user, or of everything you may see.",
        parameters: &[
            PROJECT,
            &[
                parameter("item", Kind::Text, "Of this item, by id or KEY-n."),
                parameter("tree", Kind::Flag, "With `item`: also of everything under it."),
                parameter("sprint", Kind::Text, "Of this sprint, by id."),
                parameter("user", Kind::Text, "Of this user."),
                parameter(
                    "by",
                    Kind::Word(|| vec!["item", "user", "day"]),
                    "What each line is for; `user` where not said.",
                ),
                parameter("from", Kind::Date, "First day."),
                parameter("to", Kind::Date, "Last day."),
            ],
            OFFSET,
            PAGE,
        ],
        answer: "TimeTotals",
        work: Work::ReadNow(totals),
    },
    Route {
        path: "/api/v1/time/entries",
        name: "listTimeEntries",
        about: "Time entries of an item, a user or a project (one of them is needed), the latest first.",
        parameters: &[
            PROJECT,
            &[
                parameter("item", Kind::Text, "On this item, by id or KEY-n."),
                parameter("user", Kind::Text, "Of this user."),
                parameter("from", Kind::Instant, "Begun at this instant or later."),
                parameter("to", Kind::Instant, "Begun before this instant."),
            ],
            PAGE,
            TOTAL,
        ],
        answer: "TimePage",
        work: Work::Read(entries),
    },
    Route {
        path: "/api/v1/time/running",
        name: "listRunningTimers",
        about: "Timers that run now, in one project or in all you may see, by user.",
        parameters: &[PROJECT, PAGE],
        answer: "TimePage",
        work: Work::Read(|asked| {
            let project: Option<ProjectRef> = asked.input.name("project");
            Content::json(&asked.reader.running_timers(project.as_ref(), &asked.input.page())?)
        }),
    },
    Route {
        path: "/api/v1/time/mine",
        name: "getMyTimer",
        about: "Your own running timer, if there is one.",
        parameters: &[],
        answer: "TimerAnswer",
        work: Work::Read(|asked| Content::json(&asked.reader.my_timer()?)),
    },
];

pub(super) fn offset(input: &Input) -> i32 {
    input.integer("utc_offset_minutes").and_then(|minutes| minutes.try_into().ok()).unwrap_or(0)
}

fn totals(asked: &Asked) -> Result<Content, Problem> {
    let input = &asked.input;
    let query = TimeQuery {
        scope: scope(asked)?,
        by: input.word("by").unwrap_or(TimeGrouping::User),
        from: input.date("from"),
        to: input.date("to"),
        utc_offset_minutes: offset(input),
        page: input.page(),
    };
    Content::json(&asked.reader.time_totals(&query)?)
}

/// Whose time; names become ids by asking for what they name.
fn scope(asked: &Asked) -> Result<TimeScope, Problem> {
    let (input, reader) = (&asked.input, &asked.reader);
    let named = ["project", "item", "sprint", "user"].iter().filter(|name| input.text(name).is_some());
    if let Some(second) = named.clone().nth(1) {
        return Err(Problem::invalid(second, "one of project, item, sprint and user can be named"));
    }
    let is_tree = input.is_set("tree");
    if is_tree && input.text("item").is_none() {
        return Err(Problem::invalid("tree", "`tree` needs `item`"));
    }
    if let Some(named) = input.name::<ProjectRef>("project") {
        return Ok(TimeScope::Project(reader.project(&named)?.project.id));
    }
    if let Some(named) = input.name::<ItemRef>("item") {
        let id = reader.item_only(&named)?.item.id;
        return Ok(if is_tree { TimeScope::ItemTree(id) } else { TimeScope::Item(id) });
    }
    if let Some(named) = input.name::<SprintRef>("sprint") {
        return Ok(TimeScope::Sprint(reader.sprint(&named)?.sprint.id));
    }
    Ok(input.user("user")?.map_or(TimeScope::Tenant, TimeScope::User))
}

fn entries(asked: &Asked) -> Result<Content, Problem> {
    let input = &asked.input;
    let filter = TimeFilter {
        item: input.name("item"),
        user: input.user("user")?,
        project: input.name("project"),
        from: input.instant("from"),
        to: input.instant("to"),
    };
    Content::json(&asked.reader.time_entries(&filter, &input.page(), input.is_set("total"))?)
}
