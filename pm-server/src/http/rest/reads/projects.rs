//! Projects: what they are, their boards, their context for a language model.

use pm_engine::model::ProjectRef;

use super::parameters::{FILTER, PAGE, TOTAL, filter, project_states, sprint_states};
use crate::http::rest::content::Content;
use crate::http::rest::context;
use crate::http::rest::problem::Problem;
use crate::http::rest::route::{Asked, Kind, Route, Work, parameter};

pub(super) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/projects",
        name: "listProjects",
        about: "The projects you may see, by key.",
        parameters: &[
            &[parameter("status", Kind::Word(project_states), "Only active or archived ones.")],
            PAGE,
            TOTAL,
        ],
        answer: "ProjectPage",
        work: Work::Read(|asked| {
            let input = &asked.input;
            let page = input.page();
            Content::json(&asked.reader.projects(input.word("status"), &page, input.is_set("total"))?)
        }),
    },
    Route {
        path: "/api/v1/projects/{project}",
        name: "getProject",
        about: "One project, by id or key.",
        parameters: &[],
        answer: "ProjectAnswer",
        work: Work::Read(|asked| Content::json(&asked.reader.project(&project(asked))?)),
    },
    Route {
        path: "/api/v1/projects/{project}/context",
        name: "getContext",
        about: "A whole project within a number of tokens, for a language model; says what was left out.",
        parameters: &[context::PARAMETERS],
        answer: "ProjectContext",
        work: Work::Read(|asked| context::read(&asked.reader, &project(asked), &asked.input)),
    },
    Route {
        path: "/api/v1/projects/{project}/work-items",
        name: "listProjectItems",
        about: "Work items of a project, filtered and sorted.",
        parameters: &[FILTER, super::items::SORT, PAGE, TOTAL],
        answer: "ItemPage",
        work: Work::Read(|asked| super::items::list(asked, Some(project(asked)))),
    },
    Route {
        path: "/api/v1/projects/{project}/board",
        name: "getBoard",
        about: "The board: each lane with its first cards. The filter narrows the cards, never the counts.",
        parameters: &[
            FILTER,
            &[parameter(
                "per_lane",
                Kind::Integer(1, pm_engine::limits::PAGE_MAX),
                "Most cards per lane; 50 where not said.",
            )],
        ],
        answer: "Board",
        work: Work::Read(|asked| {
            let per_lane = asked.input.integer("per_lane");
            Content::json(&asked.reader.board(&project(asked), &filter(&asked.input)?, per_lane)?)
        }),
    },
    Route {
        path: "/api/v1/projects/{project}/lanes",
        name: "listLanes",
        about: "The lanes of a project, in order, with how many items are in each.",
        parameters: &[],
        answer: "LaneList",
        work: Work::Read(|asked| Content::json(&asked.reader.lanes(&project(asked))?)),
    },
    Route {
        path: "/api/v1/projects/{project}/lanes/{lane}",
        name: "getLanePage",
        about: "More cards of a lane, in its order; the cursor is one of the board or of this page.",
        parameters: &[FILTER, PAGE],
        answer: "LanePage",
        work: Work::Read(lane),
    },
    Route {
        path: "/api/v1/projects/{project}/ready",
        name: "listReady",
        about: "What can be worked on now: not finished, not blocked, no unfinished children; by number.",
        parameters: &[PAGE],
        answer: "FlowPage",
        work: Work::Read(|asked| Content::json(&asked.reader.ready(&project(asked), &asked.input.page())?)),
    },
    Route {
        path: "/api/v1/projects/{project}/blocked",
        name: "listBlocked",
        about: "Unfinished items that wait, or stand under one that waits, for an unfinished item; by number.",
        parameters: &[PAGE],
        answer: "FlowPage",
        work: Work::Read(|asked| Content::json(&asked.reader.blocked(&project(asked), &asked.input.page())?)),
    },
    Route {
        path: "/api/v1/projects/{project}/backlog",
        name: "listBacklog",
        about: "Items without a sprint in lanes of the categories backlog and unstarted, lane by lane.",
        parameters: &[PAGE],
        answer: "ItemPage",
        work: Work::Read(|asked| Content::json(&asked.reader.backlog(&project(asked), &asked.input.page())?)),
    },
    Route {
        path: "/api/v1/projects/{project}/sprints",
        name: "listSprints",
        about: "The sprints of a project, in the order they were made.",
        parameters: &[&[parameter("state", Kind::Words(sprint_states), "Only in these states.")], PAGE],
        answer: "SprintPage",
        work: Work::Read(|asked| {
            let states = asked.input.words("state");
            Content::json(&asked.reader.sprints(&project(asked), &states, &asked.input.page())?)
        }),
    },
    Route {
        path: "/api/v1/projects/{project}/velocity",
        name: "getVelocity",
        about: "What the last completed sprints of a project achieved, and their average.",
        parameters: &[&[parameter(
            "sprints",
            Kind::Integer(1, pm_engine::limits::PAGE_MAX),
            "How many sprints; 50 where not said.",
        )]],
        answer: "Velocity",
        work: Work::Read(|asked| {
            Content::json(&asked.reader.velocity(&project(asked), asked.input.integer("sprints"))?)
        }),
    },
    Route {
        path: "/api/v1/projects/{project}/members",
        name: "listMembers",
        about: "Who has an explicit role in a project, by user.",
        parameters: &[PAGE],
        answer: "MemberPage",
        work: Work::Read(|asked| Content::json(&asked.reader.members(&project(asked), &asked.input.page())?)),
    },
    Route {
        path: "/api/v1/projects/{project}/labels",
        name: "listLabels",
        about: "The labels in use in a project, with how many items carry each.",
        parameters: &[PAGE],
        answer: "LabelPage",
        work: Work::Read(|asked| Content::json(&asked.reader.labels(&project(asked), &asked.input.page())?)),
    },
];

fn project(asked: &Asked) -> ProjectRef {
    asked.input.path("project").into()
}

fn lane(asked: &Asked) -> Result<Content, Problem> {
    let lane = pm_engine::command::LaneTarget {
        project: Some(project(asked)),
        lane: asked.input.path("lane").into(),
    };
    Content::json(&asked.reader.lane_page(&lane, &filter(&asked.input)?, &asked.input.page())?)
}
