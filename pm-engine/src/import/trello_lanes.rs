//! Lists become lanes. A lane's id follows from project and list, so that a list is known again under a new name.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use uuid::Builder;

use super::ImportError;
use super::lanes::{Frame, category_by_name};
use super::report::{Origin, RemarkKind};
use super::session::Session;
use super::trello::List;
use crate::command::{Change, LaneChange, LaneTarget, NewLane};
use crate::form;
use crate::limits::{LANES_MAX, NAME_CHARS_MAX, STATUS_CHARS_MAX, WIP_LIMIT_MAX};
use crate::model::{Lane, LaneCategory, LaneId, ProjectId};

const LANES: &str = "swim_lanes";

/// The lane of each list.
pub(super) struct ListLanes {
    lanes: HashMap<String, LaneId>,
    fallback: LaneId,
}

impl ListLanes {
    /// The lane of a list; that of new items for a list the board does not have.
    pub(super) fn of(&self, list: &str) -> LaneId {
        self.lanes.get(list).copied().unwrap_or(self.fallback)
    }

    pub(super) fn known(&self, list: &str) -> Option<LaneId> {
        self.lanes.get(list).copied()
    }
}

fn lane_id(project: ProjectId, list: &str) -> LaneId {
    let digest = Sha256::digest(format!("{project}/trello list/{list}"));
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    LaneId::from_uuid(Builder::from_custom_bytes(bytes).into_uuid())
}

fn wanted(session: &Session<'_>, list: &List, project: ProjectId, taken: &[String]) -> NewLane {
    let category = session.options.category_of(&list.name).or_else(|| category_by_name(&list.name));
    let name = if list.name.is_empty() { "List" } else { &list.name };
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    let status = form::derived_status(&name).unwrap_or_else(|_| "list".to_owned());
    NewLane {
        id: Some(lane_id(project, &list.id)),
        status: Some(free_status(status, taken)),
        name,
        category: category.unwrap_or(LaneCategory::Unstarted),
        wip_limit: list.wip_limit.filter(|limit| *limit <= WIP_LIMIT_MAX),
    }
}

fn free_status(status: String, taken: &[String]) -> String {
    if !taken.contains(&status) {
        return status;
    }
    let stem: String = status.chars().take(STATUS_CHARS_MAX - 5).collect();
    (2..).map(|n| format!("{stem}_{n}")).find(|status| !taken.contains(status)).unwrap_or(status)
}

/// Lists there is room for, in the order of the board; open ones come first where there are too many.
fn fitting(lists: &[List]) -> (Vec<&List>, Vec<&List>) {
    let mut by_use: Vec<&List> = lists.iter().collect();
    by_use.sort_by_key(|list| list.closed);
    let rest = by_use.split_off(by_use.len().min(LANES_MAX));
    by_use.sort_by(|a, b| a.position.total_cmp(&b.position));
    (by_use, rest)
}

/// The project with a lane for each list, closed ones too; they are deleted in the end.
pub(super) fn open(
    session: &mut Session<'_>,
    title: &str,
    lists: &[List],
) -> Result<(Frame, ListLanes), ImportError> {
    let (lists, rest) = fitting(lists);
    session.count_read(LANES, i64::try_from(lists.len() + rest.len()).unwrap_or(0));
    for list in rest {
        let message = "a project has too many lanes: its cards are in the default lane";
        session.refuse_with(LANES, Origin::new(None, &list.id), "too_large", message);
    }
    let id = ProjectId::generate();
    let mut taken: Vec<String> = Vec::new();
    let mut new = Vec::with_capacity(lists.len());
    for list in &lists {
        let lane = wanted(session, list, id, &taken);
        taken.extend(lane.status.clone());
        new.push(lane);
    }
    let mut frame = Frame::open(session, title, Some(id), new)?;
    let mut lanes = HashMap::new();
    for list in lists {
        if frame.project == id {
            session.count_created(LANES);
            lanes.insert(list.id.clone(), lane_id(id, &list.id));
        } else if let Some(lane) = bring(session, &mut frame, list)? {
            lanes.insert(list.id.clone(), lane);
        }
    }
    frame.reload(session)?;
    let fallback = frame.by_meaning(LaneCategory::Unstarted, "todo").map(|lane| lane.id);
    let fallback =
        frame.default_lane.or(fallback).ok_or_else(|| crate::rejection::Rejection::not_found("lane"))?;
    Ok((frame, ListLanes { lanes, fallback }))
}

/// The lane of a list in a project that is there already: known again, or made.
fn bring(session: &mut Session<'_>, frame: &mut Frame, list: &List) -> Result<Option<LaneId>, ImportError> {
    let id = lane_id(frame.project, &list.id);
    let by_name =
        |lane: &&Lane| lane.deleted_at.is_none() && lane.name.to_lowercase() == list.name.to_lowercase();
    let found = frame.lanes.iter().find(|lane| lane.id == id).or_else(|| frame.lanes.iter().find(by_name));
    let taken: Vec<String> =
        frame.lanes.iter().filter(|lane| lane.deleted_at.is_none()).map(|lane| lane.status.clone()).collect();
    let new = wanted(session, list, frame.project, &taken);
    let origin = Origin::new(None, &list.id);
    let Some(lane) = found.cloned() else {
        let change = Change::CreateLane { project: frame.project.into(), lane: new, place: None };
        return Ok(match session.commit(vec![change.into()])? {
            Ok(_) => {
                session.count_created(LANES);
                frame.reload(session)?;
                Some(id)
            }
            Err(rejection) => {
                session.refuse(LANES, origin, &rejection);
                None
            }
        });
    };
    let mut parts = Vec::new();
    let target = LaneTarget::from(lane.id);
    if lane.deleted_at.is_some() && !list.closed {
        parts.push(Change::RestoreLane { lane: target.clone() }.into());
    }
    let mut changes = Vec::new();
    if lane.name != new.name && lane.id == id {
        changes.push(LaneChange::Name(new.name));
    }
    if lane.wip_limit != new.wip_limit {
        changes.push(LaneChange::WipLimit(new.wip_limit));
    }
    if !changes.is_empty() && (lane.deleted_at.is_none() || !parts.is_empty()) {
        parts.push(Change::UpdateLane { lane: target, changes }.into());
    }
    if parts.is_empty() {
        session.count_unchanged(LANES);
        return Ok(Some(lane.id));
    }
    match session.commit(parts)? {
        Ok(_) => session.count_changed(LANES),
        Err(rejection) => session.refuse(LANES, origin, &rejection),
    }
    Ok(Some(lane.id))
}

/// Deletes the lanes of closed lists; one that still holds cards stays.
pub(super) fn close(
    session: &mut Session<'_>,
    frame: &mut Frame,
    lists: &[List],
    lanes: &ListLanes,
) -> Result<(), ImportError> {
    frame.reload(session)?;
    for list in lists.iter().filter(|list| list.closed) {
        let lane = lanes.known(&list.id).and_then(|id| frame.lanes.iter().find(|lane| lane.id == id));
        let Some(lane) = lane.filter(|lane| lane.deleted_at.is_none()) else { continue };
        let change = Change::DeleteLane { lane: lane.id.into(), move_items_to: None };
        if let Err(rejection) = session.commit(vec![change.into()])? {
            let message = format!("the list {} is closed, its lane stays: {}", list.name, rejection.message);
            session.remark(RemarkKind::LaneKept, Origin::new(None, &list.id), None, message);
        }
    }
    Ok(())
}
