//! The lanes of a beads import.

use std::collections::{BTreeSet, HashMap};

use super::ImportError;
use super::beads_words::meaning_of;
use super::lanes::{Frame, category_by_name};
use super::session::Session;
use crate::model::{LaneCategory, LaneId};

/// Which lane a status means.
pub(super) struct StatusLanes {
    pub(super) by_status: HashMap<String, LaneId>,
    pub(super) open: LaneId,
    pub(super) done: LaneId,
}

impl StatusLanes {
    pub(super) fn open(
        session: &mut Session<'_>,
        frame: &mut Frame,
        statuses: &BTreeSet<String>,
    ) -> Result<Self, ImportError> {
        let no_lane = || crate::rejection::Rejection::not_found("lane");
        let mut by_status = HashMap::new();
        for status in statuses.iter().filter(|status| *status != "tombstone") {
            let known = meaning_of(status);
            let override_by = session.options.category_of(status);
            let category = override_by
                .or(known.map(|(category, _, _)| category))
                .or_else(|| category_by_name(status))
                .unwrap_or(LaneCategory::Unstarted);
            let unknown = known.is_none() && frame.by_status(status).is_none();
            if unknown && session.options.unknown_statuses_as_lanes {
                frame.add(session, status, category)?;
            }
            let own = frame.by_status(status).filter(|lane| override_by.is_none_or(|c| c == lane.category));
            let usual = known.filter(|(c, _, _)| *c == category).map_or("", |(_, usual, _)| usual);
            let lane = own.or_else(|| frame.by_meaning(category, usual)).ok_or_else(no_lane)?;
            by_status.insert(status.clone(), lane.id);
        }
        let open = frame.by_meaning(LaneCategory::Unstarted, "todo").ok_or_else(no_lane)?.id;
        let done = frame.by_meaning(LaneCategory::Completed, "done").ok_or_else(no_lane)?.id;
        Ok(Self { by_status, open, done })
    }
}
