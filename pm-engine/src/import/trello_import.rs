//! The passes of a Trello import. The moves a board remembers are replayed with their own times and authors.

use std::collections::HashMap;
use std::io::BufRead;

use serde_json::Value;

use super::ImportError;
use super::existing;
use super::facts::{CommentFacts, ItemFacts, Stamp};
use super::index::Index;
use super::links::LinkPipe;
use super::passes::{self, Doomed, ITEMS, ItemPipe};
use super::pipe::{Answer, Pipe};
use super::report::{ImportPhase, Origin, RemarkKind};
use super::session::Session;
use super::trello::{self, Board, Object, text};
use super::trello_card::{self, Card, Context};
use super::trello_lanes::{self, ListLanes};
use super::users;
use crate::command::{Change, ItemMove, Place};
use crate::limits::IMPORT_CHUNK_RECORDS;
use crate::model::{ItemId, ItemKind, LaneId, ProjectId, UserId};

const MOVES: &str = "moves";

pub(super) fn run(session: &mut Session<'_>, reader: &mut dyn BufRead) -> Result<(), ImportError> {
    let mut board = trello::read(session, reader)?;
    session.report.lines_read = board.records;
    std::mem::take(&mut board.dropped).iter().for_each(|field| session.drop_field(field));
    for (kind, count) in std::mem::take(&mut board.other_actions) {
        (0..count).for_each(|_| session.drop_field(&format!("action.{kind}")));
    }
    let (mut frame, lanes) = trello_lanes::open(session, &board.name, &board.lists)?;
    let members = std::mem::take(&mut board.members).into_iter();
    let named = members.filter_map(|(user, name)| Some((name, UserId::new(user).ok()?))).collect();
    users::record_named(session, named)?;
    let lists = std::mem::take(&mut board.lists);
    let mut import =
        Import { board, lanes, project: frame.project, index: Index::default(), cards: Vec::new() };
    import.index_cards(session)?;
    import.items(session)?;
    import.moves(session)?;
    import.comments(session)?;
    import.finish(session)?;
    import.order(session)?;
    import.deletions(session)?;
    trello_lanes::close(session, &mut frame, &lists, &import.lanes)?;
    import.index.tally(session, ITEMS);
    Ok(())
}

struct Import {
    board: Board,
    lanes: ListLanes,
    project: ProjectId,
    index: Index,
    /// In the order of the index.
    cards: Vec<Card>,
}

impl Import {
    fn object(&mut self, offset: u64) -> Result<Object, ImportError> {
        let bytes = self.board.spooled.at(offset)?;
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    fn index_cards(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        for at in 0..self.board.cards.len() {
            let Some(offset) = self.board.cards.get(at).copied() else { break };
            let object = self.object(offset)?;
            let Some(card) = Card::of(&object) else {
                session.count_read(ITEMS, 1);
                session.refuse_with(ITEMS, Origin { line: None, id: None }, "invalid", "a card has no id");
                continue;
            };
            session.count_read(ITEMS, 1);
            let line = i64::try_from(at).unwrap_or(i64::MAX);
            if self.index.note(&card.id, line, ItemKind::Task, card.closed) {
                session.count_repeated(ITEMS);
                if let Some(place) = self.index.find(&card.id).and_then(|node| self.cards.get_mut(node)) {
                    *place = card;
                }
            } else {
                self.cards.push(card);
            }
        }
        Ok(())
    }

    /// The facts of so many cards from one on, the last of each id, with the number after them.
    fn facts(
        &mut self,
        session: &mut Session<'_>,
        from: usize,
        tell: bool,
    ) -> Result<(Vec<ItemFacts>, usize), ImportError> {
        let mut chunk = Vec::with_capacity(IMPORT_CHUNK_RECORDS);
        let mut at = from;
        while let Some(offset) = self.board.cards.get(at).copied() {
            if chunk.len() == IMPORT_CHUNK_RECORDS {
                break;
            }
            let object = self.object(offset)?;
            let line = i64::try_from(at).unwrap_or(i64::MAX);
            at += 1;
            let node = text(&object, "id").and_then(|id| self.index.find(id.trim()));
            let Some(node) = node.filter(|node| self.index.node(*node).is_some_and(|n| n.line == line))
            else {
                continue;
            };
            if let Some((facts, dropped)) = self.card_facts(object, node)? {
                for (field, why) in dropped.iter().filter(|_| tell) {
                    session.drop_field(field);
                    let message = format!("{field}: {why}");
                    session.remark(RemarkKind::FieldDropped, facts.origin.clone(), None, message);
                }
                chunk.push(facts);
            }
        }
        Ok((chunk, at))
    }

    fn card_facts(&mut self, object: Object, node: usize) -> Result<Option<trello_card::Told>, ImportError> {
        let Some(card) = Card::of(&object) else { return Ok(None) };
        let offsets = self.board.around.get(&card.id).map(|around| around.checklists.clone());
        let mut checklists = Vec::new();
        for offset in offsets.unwrap_or_default() {
            checklists.push(self.object(offset)?);
        }
        let position = |list: &Object| list.get("pos").and_then(Value::as_f64).unwrap_or(0.0);
        checklists.sort_by(|a, b| position(a).total_cmp(&position(b)));
        let around = self.board.around.get(&card.id);
        let lane = self.lanes.of(&card.list);
        let first = around.and_then(|around| around.moves.first());
        let first_lane = first.map_or(lane, |moved| self.lanes.of(&moved.from));
        let users = &self.board.member_users;
        let user_of = |name: &str| user(users, name);
        let context = Context { node, around, checklists, first_lane, lane, user_of: &user_of };
        Ok(trello_card::facts(object, &context))
    }

    fn items(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut pipe = ItemPipe::new();
        let mut from = 0;
        while tick(session, ImportPhase::Items, from, self.board.cards.len()) {
            let (chunk, next) = self.facts(session, from, true)?;
            from = next;
            pipe.items(session, &mut self.index, self.project, &chunk)?;
        }
        pipe.drain(session, &mut self.index)
    }

    fn finish(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut pipe = ItemPipe::new();
        let mut from = 0;
        while tick(session, ImportPhase::Finishing, from, self.board.cards.len()) {
            let (chunk, next) = self.facts(session, from, false)?;
            from = next;
            pipe.finish(session, &mut self.index, &chunk)?;
        }
        pipe.drain(session, &mut self.index)
    }

    /// Replays the moves that came after the last one known here, over all cards in the order of their times.
    fn moves(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut moves = Vec::new();
        for (card, around) in &self.board.around {
            let node = self.index.find(card);
            moves.extend(around.moves.iter().map(|moved| (node, card, moved)));
        }
        moves.sort_by_key(|(_, _, moved)| (moved.at, std::cmp::Reverse(moved.order)));
        session.count_read(MOVES, i64::try_from(moves.len()).unwrap_or(0));
        let items: Vec<Option<ItemId>> =
            (0..self.index.nodes.len()).map(|node| self.index.item(node)).collect();
        let since = session.read(|c| {
            items
                .iter()
                .map(|item| item.map_or(Ok(None), |item| existing::last_move(c, item)))
                .collect::<Result<Vec<_>, _>>()
        })?;
        let mut pipe = Pipe::new();
        for (done, (node, card, moved)) in moves.iter().enumerate() {
            if done % IMPORT_CHUNK_RECORDS == 0 && !tick(session, ImportPhase::Moves, done, moves.len()) {
                break;
            }
            let origin = Origin::new(None, format!("{card} at {}", moved.at));
            let known = node.and_then(|node| since.get(node).copied().flatten());
            let (Some(node), Some(lane)) = (node, self.lanes.known(&moved.to)) else {
                let message = "its card or its list is not on the board any more";
                session.refuse_with(MOVES, origin, "not_found", message);
                continue;
            };
            let Some(item) = self.index.item(*node).filter(|_| known.is_some_and(|known| known < moved.at))
            else {
                // Replayed before; or its card is deleted here or was refused.
                session.count_unchanged(MOVES);
                continue;
            };
            let by = moved.by.as_ref().and_then(|by| user(&self.board.member_users, by));
            let stamp = Stamp { at: Some(moved.at), by };
            let part = stamp.part(Change::MoveItem(ItemMove::to_lane(item, lane)));
            let command = session.command(vec![part]);
            let answers = pipe.send(session.tenant, command, 256, (*node, origin))?;
            settle_moves(session, &mut self.index, answers);
        }
        let answers = pipe.drain(session.tenant)?;
        settle_moves(session, &mut self.index, answers);
        Ok(())
    }

    fn comments(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut pipe = LinkPipe::new("comments");
        let offsets = std::mem::take(&mut self.board.comments);
        for (done, chunk) in offsets.chunks(IMPORT_CHUNK_RECORDS).enumerate() {
            if !tick(session, ImportPhase::Comments, done * IMPORT_CHUNK_RECORDS, offsets.len() + 1) {
                break;
            }
            let mut facts = Vec::with_capacity(chunk.len());
            for offset in chunk {
                session.count_read("comments", 1);
                let action = self.object(*offset)?;
                let data = trello::object(&action, "data");
                let card =
                    data.and_then(|data| trello::object(data, "card")).and_then(|card| text(card, "id"));
                let (id, card) = (text(&action, "id").unwrap_or_default(), card.unwrap_or_default());
                let origin = Origin::new(None, format!("{card}/{id}"));
                let said = data.and_then(|data| text(data, "text")).unwrap_or_default();
                let Some(node) = self.index.find(card) else {
                    session.refuse_with("comments", origin, "not_found", "its card is not in the export");
                    continue;
                };
                if id.is_empty() || said.trim().is_empty() {
                    session.refuse_with("comments", origin, "invalid", "the comment is empty or has no id");
                    continue;
                }
                let member = trello::object(&action, "memberCreator").and_then(|m| text(m, "username"));
                let by = member.or_else(|| text(&action, "idMemberCreator"));
                let by = by.and_then(|by| user(&self.board.member_users, by));
                let written = Stamp { at: trello::instant(&action, "date"), by };
                facts.push(CommentFacts { origin, node, text: said.to_owned(), written });
            }
            pipe.comments(session, &self.index, facts)?;
        }
        pipe.drain(session)
    }

    /// Brings the cards of each lane into the order of the board, moving as few as possible.
    fn order(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut lists: HashMap<LaneId, Vec<usize>> = HashMap::new();
        for (node, card) in self.cards.iter().enumerate().filter(|(_, card)| !card.closed) {
            lists.entry(self.lanes.of(&card.list)).or_default().push(node);
        }
        let mut pipe = Pipe::new();
        let mut answers = Vec::new();
        for (lane, mut nodes) in lists {
            let position = |node: &usize| self.cards.get(*node).map_or(0.0, |card| card.position);
            nodes.sort_by(|a, b| position(a).total_cmp(&position(b)));
            let wanted: Vec<(usize, ItemId)> =
                nodes.iter().filter_map(|node| Some((*node, self.index.item(*node)?))).collect();
            let now = session.read(|c| existing::lane_order(c, lane))?;
            let now: HashMap<ItemId, usize> =
                now.into_iter().enumerate().map(|(at, item)| (item, at)).collect();
            let wanted: Vec<(usize, ItemId, usize)> =
                wanted.iter().filter_map(|(node, item)| Some((*node, *item, *now.get(item)?))).collect();
            let stays = longest_rising(&wanted.iter().map(|(_, _, at)| *at).collect::<Vec<_>>());
            let mut before: Option<ItemId> = None;
            for ((node, item, _), stays) in wanted.iter().zip(stays) {
                let place = before.replace(*item).map_or(Place::First, |above| Place::After(above.into()));
                if stays || session.report.cancelled {
                    continue;
                }
                let at = self.cards.get(*node).and_then(|card| card.last_activity);
                let moved = ItemMove { place: Some(place), ..ItemMove::new(*item) };
                let part = Stamp { at, by: None }.part(Change::MoveItem(moved));
                let origin = Origin::new(None, item.to_string());
                answers.extend(pipe.send(
                    session.tenant,
                    session.command(vec![part]),
                    256,
                    (*node, origin),
                )?);
            }
        }
        answers.extend(pipe.drain(session.tenant)?);
        for ((node, origin), answer) in answers {
            match answer {
                Ok(outcome) => {
                    session.note(&outcome);
                    self.index.changed(node);
                }
                Err(rejection) => {
                    session.remark(RemarkKind::MoveLeftOut, origin, None, rejection.message);
                }
            }
        }
        Ok(())
    }

    fn deletions(&mut self, session: &mut Session<'_>) -> Result<(), ImportError> {
        let mut doomed = Vec::new();
        let mut from = 0;
        while tick(session, ImportPhase::Deletions, from, self.board.cards.len()) {
            let (chunk, next) = self.facts(session, from, false)?;
            from = next;
            for facts in chunk {
                let (Some(stamp), Some(node)) = (facts.deleted, self.index.node(facts.node)) else {
                    continue;
                };
                if let Some(item) = node.item.filter(|_| !node.was_deleted) {
                    doomed.push(Doomed { item, origin: facts.origin, stamp, node: Some(facts.node) });
                }
            }
        }
        passes::delete(session, &mut self.index, doomed)?;
        passes::gone(session, &mut self.index, self.project)
    }
}

fn tick(session: &mut Session<'_>, phase: ImportPhase, done: usize, total: usize) -> bool {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    done < total && session.tick(phase, count(done), Some(count(total)))
}

/// The user of a member's id or name.
fn user(users: &HashMap<String, String>, name: &str) -> Option<UserId> {
    UserId::new(users.get(name).map_or(name, String::as_str)).ok()
}

fn settle_moves(session: &mut Session<'_>, index: &mut Index, answers: Vec<Answer<(usize, Origin)>>) {
    for ((node, origin), answer) in answers {
        match answer {
            Ok(outcome) => {
                session.note(&outcome);
                if outcome.first_sequence.is_some() {
                    index.changed(node);
                    session.count_created(MOVES);
                } else {
                    session.count_unchanged(MOVES);
                }
            }
            Err(rejection) => session.refuse(MOVES, origin, &rejection),
        }
    }
}

/// Marks a longest rising subsequence.
fn longest_rising(values: &[usize]) -> Vec<bool> {
    // Of each length, where the run with the smallest end ends; and for each value, the one before it in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let length = ends.partition_point(|end| values.get(*end).is_some_and(|other| other < value));
        before.push(length.checked_sub(1).and_then(|length| ends.get(length).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut marks = vec![false; values.len()];
    let mut at = ends.last().copied();
    while let Some(here) = at {
        if let Some(mark) = marks.get_mut(here) {
            *mark = true;
        }
        at = before.get(here).copied().flatten();
    }
    marks
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::longest_rising;

    #[gtest]
    fn given_an_order_when_the_longest_rising_part_is_marked_then_only_the_rest_moves() {
        expect_that!(longest_rising(&[]), eq(&Vec::<bool>::new()));
        expect_that!(longest_rising(&[0, 1, 2]), eq(&vec![true, true, true]));
        expect_that!(longest_rising(&[3, 0, 1, 2]), eq(&vec![false, true, true, true]));
        expect_that!(longest_rising(&[2, 1, 0]).iter().filter(|m| **m).count(), eq(1));
    }
}
