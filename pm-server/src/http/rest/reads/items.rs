//! Work items, comments, sprints.

use pm_engine::model::{CommentRef, DependencyKind, ItemRef, ProjectRef, SprintPhase, SprintRef};
use pm_engine::query::{
    ItemDetail, ItemFilter, ItemSort, PageRequest, ThreadPage, TimeGrouping, TimeQuery, TimeScope, TimeTotals,
};
use serde::Serialize;

use super::parameters::{FILTER, OFFSET, PAGE, PROJECT, TOTAL, filter, sprint_phases};
use crate::http::rest::content::Content;
use crate::http::rest::problem::Problem;
use crate::http::rest::route::{Asked, Kind, Parameter, Route, Work, parameter};

pub(super) const SORT: &[Parameter] = &[parameter(
    "sort",
    Kind::Word(|| vec!["number", "updated", "priority", "due", "lane"]),
    "Order; by number where not said. `lane` is as on the board.",
)];

pub(super) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/work-items",
        name: "listItems",
        about: "Work items of all projects you may see, or of one, filtered and sorted.",
        parameters: &[PROJECT, FILTER, SORT, PAGE, TOTAL],
        answer: "ItemPage",
        work: Work::Read(|asked| list(asked, asked.input.name("project"))),
    },
    Route {
        path: "/api/v1/work-items/{item}",
        name: "getItem",
        about: "One item, by id or KEY-n, whole, with parents, children, dependencies, comments and time.",
        parameters: &[],
        answer: "ItemReport",
        work: Work::Read(report),
    },
    Route {
        path: "/api/v1/work-items/{item}/children",
        name: "listChildren",
        about: "The children of an item, in their order.",
        parameters: &[PAGE],
        answer: "ItemPage",
        work: Work::Read(|asked| Content::json(&asked.reader.children(&item(asked), &asked.input.page())?)),
    },
    Route {
        path: "/api/v1/work-items/{item}/descendants",
        name: "listDescendants",
        about: "Everything under an item, by number.",
        parameters: &[PAGE],
        answer: "DescendantPage",
        work: Work::Read(|asked| {
            Content::json(&asked.reader.descendants(&item(asked), &asked.input.page())?)
        }),
    },
    Route {
        path: "/api/v1/work-items/{item}/dependencies",
        name: "listDependencies",
        about: "The dependencies of an item, both ways, in the order they were made.",
        parameters: &[
            &[parameter("kind", Kind::Word(|| vec!["blocks", "relates_to"]), "Only of this kind.")],
            PAGE,
        ],
        answer: "DependencyPage",
        work: Work::Read(|asked| {
            let kind: Option<DependencyKind> = asked.input.word("kind");
            Content::json(&asked.reader.dependencies(&item(asked), kind, &asked.input.page())?)
        }),
    },
    Route {
        path: "/api/v1/work-items/{item}/comments",
        name: "listComments",
        about: "The threads of an item, by the time of their first comments.",
        parameters: &[PAGE],
        answer: "ThreadPage",
        work: Work::Read(|asked| Content::json(&asked.reader.comments(&item(asked), &asked.input.page())?)),
    },
    Route {
        path: "/api/v1/comments/{comment}/replies",
        name: "listReplies",
        about: "All replies under a comment, by time; the cursor may be one of a thread.",
        parameters: &[PAGE],
        answer: "CommentPage",
        work: Work::Read(|asked| {
            let comment: CommentRef = asked.input.path("comment").into();
            Content::json(&asked.reader.replies(&comment, &asked.input.page())?)
        }),
    },
    Route {
        path: "/api/v1/sprints/{sprint}",
        name: "getSprint",
        about: "One sprint, by id.",
        parameters: &[],
        answer: "SprintAnswer",
        work: Work::Read(|asked| Content::json(&asked.reader.sprint(&sprint(asked))?)),
    },
    Route {
        path: "/api/v1/sprints/{sprint}/report",
        name: "getSprintReport",
        about: "A sprint with commitment, result, changes of scope in sum, and its burndown by day.",
        parameters: &[OFFSET],
        answer: "SprintReport",
        work: Work::ReadNow(|asked| {
            Content::json(&asked.reader.sprint_report(&sprint(asked), super::time::offset(&asked.input))?)
        }),
    },
    Route {
        path: "/api/v1/sprints/{sprint}/items",
        name: "listSprintItems",
        about: "The items of a sprint as they stood at its start or completion.",
        parameters: &[&[parameter("phase", Kind::Word(sprint_phases), "`start` where not said.")], PAGE],
        answer: "SprintItemPage",
        work: Work::Read(|asked| {
            let phase = asked.input.word("phase").unwrap_or(SprintPhase::Start);
            Content::json(&asked.reader.sprint_items(&sprint(asked), phase, &asked.input.page())?)
        }),
    },
    Route {
        path: "/api/v1/sprints/{sprint}/scope-changes",
        name: "listScopeChanges",
        about: "Items added to, removed from and estimated anew in a sprint after its start.",
        parameters: &[PAGE],
        answer: "ScopeChangePage",
        work: Work::Read(|asked| {
            Content::json(&asked.reader.scope_changes(&sprint(asked), &asked.input.page())?)
        }),
    },
];

fn item(asked: &Asked) -> ItemRef {
    asked.input.path("item").into()
}

fn sprint(asked: &Asked) -> SprintRef {
    asked.input.path("sprint").into()
}

/// A list of items.
pub(super) fn list(asked: &Asked, project: Option<ProjectRef>) -> Result<Content, Problem> {
    let input = &asked.input;
    let filter = ItemFilter { project, ..filter(input)? };
    let sort = input.word("sort").unwrap_or(ItemSort::Number);
    Content::json(&asked.reader.items(&filter, sort, &input.page(), input.is_set("total"))?)
}

/// An item with what people ask about it next.
#[derive(Serialize)]
struct ItemReport {
    sequence: i64,
    detail: ItemDetail,
    comments: ThreadPage,
    time: TimeTotals,
}

fn report(asked: &Asked) -> Result<Content, Problem> {
    let reader = &asked.reader;
    let detail = reader.item(&item(asked))?;
    let id = detail.item.item.id;
    let comments = reader.comments(&id.into(), &PageRequest::default())?;
    let time = reader.time_totals(&TimeQuery {
        scope: TimeScope::Item(id),
        by: TimeGrouping::User,
        from: None,
        to: None,
        utc_offset_minutes: 0,
        page: PageRequest::default(),
    })?;
    // Each part is read by itself: the whole is valid at the earliest of their sequences.
    let sequence = detail.sequence.min(comments.sequence).min(time.sequence);
    Content::json(&ItemReport { sequence, detail, comments, time })
}
