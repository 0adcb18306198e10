//! The passes of a beads import. Records of one id that come several times are one: the last line counts, with the
//! dependencies and comments of all of them.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::io::BufRead;

use super::ImportError;
use super::beads::{self, Issue, PARENT_CHILD};
use super::beads_edges::{End, Seen, edge_facts, edge_origin, end_of};
use super::beads_lanes::StatusLanes;
use super::beads_words::meaning_of;
use super::facts::{CommentFacts, ItemFacts, ParentFacts, Stamp};
use super::index::{Index, Up};
use super::lanes::Frame;
use super::lines::{Line, Lines};
use super::links::LinkPipe;
use super::passes::{self, Doomed, ITEMS, ItemPipe};
use super::report::{ImportPhase, Origin, RemarkKind};
use super::session::Session;
use super::spool::{Spool, Spooled};
use super::users;
use crate::export::ExportHeader;
use crate::limits::{IMPORT_CHUNK_RECORDS, LANES_MAX};
use crate::model::{LaneId, UserId};

pub(super) fn run(session: &mut Session<'_>, reader: &mut dyn BufRead) -> Result<(), ImportError> {
    let mut first = read(session, reader)?;
    if session.report.cancelled {
        return Ok(());
    }
    let mut frame = Frame::open(session, "", None, Vec::new())?;
    let lanes = StatusLanes::open(session, &mut frame, &first.statuses)?;
    users::record(session, std::mem::take(&mut first.users))?;
    let mut import = Import { index: first.index, spooled: first.spooled, frame, lanes, chosen: Vec::new() };
    import.plan_tree(session)?;
    import.items(session)?;
    import.parents(session)?;
    import.dependencies(session)?;
    import.comments(session)?;
    import.finish(session)?;
    import.deletions(session)?;
    import.index.tally(session, ITEMS);
    Ok(())
}

/// What the first reading finds.
struct First {
    index: Index,
    spooled: Spooled,
    statuses: BTreeSet<String>,
    users: BTreeSet<UserId>,
}

/// Reads the input once: bad lines are refused, good ones spooled and indexed.
fn read(session: &mut Session<'_>, reader: &mut dyn BufRead) -> Result<First, ImportError> {
    let mut lines = Lines::new(reader);
    let mut spool = Spool::create(session.core.folder())?;
    let mut index = Index::default();
    let (mut statuses, mut users) = (BTreeSet::new(), BTreeSet::new());
    while let Some((number, line)) = lines.next()? {
        session.report.lines_read = number;
        if number % 1_000 == 0 && !session.tick(ImportPhase::Reading, number, None) {
            break;
        }
        let refusal = match line {
            Line::Empty => {
                session.report.lines_empty += 1;
                continue;
            }
            Line::Bad(code, message) => (None, code, message),
            Line::Text(text) if number == 1 && is_export(&text) => {
                // Its entities have ids and titles, too, and would all become tasks.
                let message = "it is an export of this engine: import it as such".to_owned();
                return Err(ImportError::Format { line: Some(1), message });
            }
            Line::Text(text) => match beads::parse(&text) {
                Err(no_issue) => (no_issue.id, "invalid", no_issue.message),
                Ok(issue) => {
                    session.count_read(ITEMS, 1);
                    if index.note(&issue.id, number, issue.kind, issue.deleted.is_some()) {
                        session.count_repeated(ITEMS);
                    }
                    if statuses.len() < LANES_MAX || meaning_of(&issue.status).is_some() {
                        statuses.insert(issue.status.clone());
                    }
                    users.extend(users_of(&issue));
                    spool.append(number, text.as_bytes())?;
                    continue;
                }
            },
        };
        let (id, code, message) = refusal;
        session.count_read("lines", 1);
        session.refuse_with("lines", Origin { line: Some(number), id }, code, message);
    }
    Ok(First { index, spooled: spool.finish()?, statuses, users })
}

fn is_export(line: &str) -> bool {
    serde_json::from_str::<ExportHeader>(line).is_ok_and(|header| header.format == "pm")
}

fn users_of(issue: &Issue) -> impl Iterator<Item = UserId> {
    let own = [&issue.created.by, &issue.assignee].into_iter().flatten();
    let deleted = issue.deleted.iter().filter_map(|stamp| stamp.by.as_ref());
    let edges = issue.edges.iter().filter_map(|edge| edge.made.by.as_ref());
    let comments = issue.comments.iter().filter_map(|comment| comment.written.by.as_ref());
    own.chain(deleted).chain(edges).chain(comments).cloned().collect::<Vec<_>>().into_iter()
}

struct Import {
    index: Index,
    spooled: Spooled,
    frame: Frame,
    lanes: StatusLanes,
    /// The parent each record names first, before the tree was made to fit.
    chosen: Vec<Option<Up>>,
}

/// A spooled record again: its place in the index, its line, itself.
type Record = (usize, i64, Issue);

impl Import {
    /// Goes through the spool in chunks: all lines, or only the last of each id.
    fn each(
        &mut self,
        session: &mut Session<'_>,
        phase: ImportPhase,
        every_line: bool,
        mut work: impl FnMut(&mut Session<'_>, &mut Index, Vec<Record>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let total = self.index.len();
        let mut records = self.spooled.records()?;
        let mut done = 0;
        loop {
            let mut chunk = Vec::with_capacity(IMPORT_CHUNK_RECORDS);
            let mut ended = true;
            while let Some((line, bytes)) = records.next()? {
                let text = std::str::from_utf8(&bytes).unwrap_or_default();
                let Ok(issue) = beads::parse(text) else { continue };
                let Some(at) = self.index.find(&issue.id) else { continue };
                if every_line || self.index.node(at).is_some_and(|node| node.line == line) {
                    chunk.push((at, line, issue));
                }
                if chunk.len() == IMPORT_CHUNK_RECORDS {
                    ended = false;
                    break;
                }
            }
            if !session.tick(phase, done, Some(total)) || chunk.is_empty() {
                return Ok(());
            }
            done += i64::try_from(chunk.len()).unwrap_or(0);
            work(session, &mut self.index, chunk)?;
            if ended {
                return Ok(());
            }
        }
    }

    /// Chooses each record's parent, the first one it names that exists, and makes the tree fit.
    fn plan_tree(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut edge_line = vec![0; self.index.nodes.len()];
        let mut seen = Seen::default();
        self.each(session, ImportPhase::Frame, true, |session, index, chunk| {
            for (at, line, issue) in chunk {
                for edge in issue.edges.iter().filter(|edge| edge.kind == PARENT_CHILD) {
                    if !seen.is_new(&issue.id, edge) {
                        session.count_read("parents", 1);
                        session.count_repeated("parents");
                        continue;
                    }
                    let origin = edge_origin(line, &issue.id, edge);
                    let up = match end_of(session, index, at, &edge.target)? {
                        End::Node(up) => Up::Node(up),
                        End::Outside(item) => Up::Outside(item),
                        End::Missing(message) => {
                            session.count_read("parents", 1);
                            session.refuse_with("parents", origin, "not_found", message);
                            continue;
                        }
                    };
                    if let (Some(node), Some(place)) = (index.nodes.get_mut(at), edge_line.get_mut(at))
                        && node.parent.is_none()
                    {
                        node.parent = Some(up);
                        *place = line;
                    }
                }
            }
            Ok(())
        })?;
        self.chosen = self.index.nodes.iter().map(|node| node.parent).collect();
        super::tree::settle(session, &mut self.index, &edge_line);
        Ok(())
    }

    fn items(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut pipe = ItemPipe::new();
        let project = self.frame.project;
        let lanes = std::mem::take(&mut self.lanes.by_status);
        let (open, done) = (self.lanes.open, self.lanes.done);
        self.each(session, ImportPhase::Items, false, |session, index, chunk| {
            for (_, line, issue) in &chunk {
                issue.derived.iter().for_each(|field| session.drop_field(field));
                for (field, why) in &issue.dropped {
                    session.drop_field(field);
                    let origin = Origin::new(Some(*line), &issue.id);
                    session.remark(RemarkKind::FieldDropped, origin, None, format!("{field}: {why}"));
                }
            }
            let facts: Vec<_> = chunk.into_iter().map(|record| facts(record, &lanes, open, done)).collect();
            pipe.items(session, index, project, &facts)
        })?;
        self.lanes.by_status = lanes;
        pipe.drain(session, &mut self.index)
    }

    fn finish(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut pipe = ItemPipe::new();
        let lanes = std::mem::take(&mut self.lanes.by_status);
        let (open, done) = (self.lanes.open, self.lanes.done);
        self.each(session, ImportPhase::Finishing, false, |session, index, chunk| {
            let facts: Vec<_> = chunk.into_iter().map(|record| facts(record, &lanes, open, done)).collect();
            pipe.finish(session, index, &facts)
        })?;
        self.lanes.by_status = lanes;
        pipe.drain(session, &mut self.index)
    }

    fn parents(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut pipe = LinkPipe::new("parents");
        let chosen = std::mem::take(&mut self.chosen);
        self.each(session, ImportPhase::Parents, false, |session, index, chunk| {
            let mut wishes = Vec::with_capacity(chunk.len());
            for (at, line, issue) in chunk {
                let parent = match index.node(at).and_then(|node| node.parent) {
                    None => None,
                    Some(Up::Outside(item)) => Some(item),
                    Some(Up::Node(up)) => index.item(up),
                };
                let first = chosen.get(at).copied().flatten();
                let edge = issue.edges.iter().find(|edge| {
                    edge.kind == PARENT_CHILD && index.find(&edge.target).map(Up::Node) == first
                });
                let made = edge.map(|edge| edge.made.clone()).unwrap_or_default();
                let target = edge.map_or("", |edge| &edge.target);
                let origin = Origin::new(Some(line), format!("{} -> {target}", issue.id));
                wishes.push(ParentFacts { node: at, origin, parent, made });
            }
            pipe.parents(session, index, &wishes)
        })?;
        self.chosen = chosen;
        pipe.drain(session)
    }

    fn dependencies(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut pipe = LinkPipe::new("dependencies");
        let chosen = std::mem::take(&mut self.chosen);
        let mut seen = Seen::default();
        self.each(session, ImportPhase::Dependencies, true, |session, index, chunk| {
            let mut facts = Vec::new();
            for (at, line, issue) in chunk {
                for edge in &issue.edges {
                    let is_new = seen.is_new(&issue.id, edge);
                    let first = chosen.get(at).copied().flatten();
                    facts.extend(edge_facts(session, index, (at, line, &issue.id), edge, first, is_new)?);
                }
            }
            pipe.dependencies(session, &facts)
        })?;
        pipe.drain(session)
    }

    fn comments(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let hasher = RandomState::new();
        let mut last: HashMap<u64, i64> = HashMap::new();
        self.each(session, ImportPhase::Comments, true, |_, _, chunk| {
            for (_, line, issue) in chunk {
                for id in issue.comments.iter().filter_map(|comment| comment.id.as_ref()) {
                    last.insert(hasher.hash_one((&issue.id, id)), line);
                }
            }
            Ok(())
        })?;
        let mut pipe = LinkPipe::new("comments");
        self.each(session, ImportPhase::Comments, true, |session, index, chunk| {
            let mut facts = Vec::new();
            for (at, line, issue) in chunk {
                for comment in issue.comments {
                    session.count_read("comments", 1);
                    let Some(id) = comment.id else {
                        let origin = Origin::new(Some(line), &issue.id);
                        session.refuse_with("comments", origin, "invalid", "the comment has no id");
                        continue;
                    };
                    let origin = Origin::new(Some(line), format!("{}/{id}", issue.id));
                    if comment.text.trim().is_empty() {
                        session.refuse_with("comments", origin, "invalid", "the comment is empty");
                    } else if last.get(&hasher.hash_one((&issue.id, &id))) == Some(&line) {
                        let (text, written) = (comment.text, comment.written);
                        facts.push(CommentFacts { origin, node: at, text, written });
                    } else {
                        session.count_repeated("comments");
                    }
                }
            }
            pipe.comments(session, index, facts)
        })?;
        pipe.drain(session)
    }

    fn deletions(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut doomed = Vec::new();
        self.each(session, ImportPhase::Deletions, false, |_, index, chunk| {
            for (at, line, issue) in chunk {
                let (Some(stamp), Some(node)) = (issue.deleted, index.node(at)) else { continue };
                if let Some(item) = node.item.filter(|_| !node.was_deleted) {
                    let stamp = Stamp { at: stamp.at.or(issue.updated_at), by: stamp.by };
                    let origin = Origin::new(Some(line), issue.id);
                    doomed.push(Doomed { item, origin, stamp, node: Some(at) });
                }
            }
            Ok(())
        })?;
        passes::delete(session, &mut self.index, doomed)?;
        passes::gone(session, &mut self.index, self.frame.project)
    }
}

fn facts(record: Record, lanes: &HashMap<String, LaneId>, open: LaneId, done: LaneId) -> ItemFacts {
    let (node, line, issue) = record;
    let target = match &issue.deleted {
        // Where it was when it was deleted is not said, except that it was closed.
        Some(_) => issue.closed_at.map(|_| done),
        None => Some(lanes.get(&issue.status).copied().unwrap_or(open)),
    };
    // An open item may have been closed before; of a status of its own only the source knows.
    let open_again = matches!(meaning_of(&issue.status), Some((category, _, _)) if !category.is_finished());
    let closed_at = issue.closed_at.filter(|_| !open_again);
    let entered_at = if issue.status == "in_progress" { issue.started_at } else { closed_at };
    let updated = Stamp { at: issue.updated_at.or(issue.created.at), by: None };
    ItemFacts {
        node,
        origin: Origin::new(Some(line), issue.id),
        title: issue.title,
        description: issue.description,
        priority: issue.priority,
        assignee: issue.assignee,
        labels: issue.labels,
        estimate_seconds: issue.estimate_seconds,
        start_date: None,
        due_date: issue.due_date,
        extra: issue.extra,
        first_lane: open,
        lane: target,
        entered: Stamp { at: entered_at.or(updated.at), by: None },
        completed_at: closed_at,
        created: issue.created,
        updated,
        deleted: issue.deleted,
    }
}
