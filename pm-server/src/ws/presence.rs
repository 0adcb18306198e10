//! Presence of a connection: what its user says of himself, and what it is told of the others, at most once in an
//! interval, however much happens. A cursor like the feed: nothing is queued for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use pm_engine::command::Actor;
use pm_engine::error::QueryError;
use pm_engine::query::Reader;
use pm_proto as pb;
use pm_proto::server_frame::Body;
use tokio::sync::watch;
use tokio::time::Instant;

use super::answer;
use super::close::Close;
use super::connection::{Connection, Flow, Live};
use super::feed;
use super::outbox;
use crate::hub::LiveTenant;
use crate::limits;
use crate::presence::{Entry, Looking, Member, View};

/// What a connection has that takes part.
pub(super) struct Presence {
    member: Member,
    /// Absent while a thread that may wait for the file has it.
    view: Option<View>,
    changes: watch::Receiver<u64>,
    heads: watch::Receiver<i64>,
    /// Something may have changed that the client has not been told.
    is_behind: bool,
    /// It is time to tell it.
    is_due: bool,
    not_before: Instant,
    said: Instant,
}

impl Presence {
    fn join(tenant: &LiveTenant, actor: &Actor) -> Result<Self, Close> {
        let sight = tenant.tenant.sight(actor).map_err(|failure| feed::failed(&failure))?;
        let member = tenant.room.enter(actor.user.clone(), actor.kind);
        let now = Instant::now();
        Ok(Self {
            changes: member.room().changes(),
            heads: tenant.heads(),
            member,
            view: Some(View::new(sight)),
            is_behind: false,
            is_due: false,
            not_before: now,
            said: now,
        })
    }

    /// What the client has not been told yet.
    async fn news(&mut self) -> Result<Option<pb::Presence>, Close> {
        self.is_behind = false;
        self.is_due = false;
        // First: what changes from here on is told next time.
        self.changes.mark_unchanged();
        let others = self.member.room().others(self.member.connection());
        let Some(view) = self.view.take() else { return Err(Close::Unavailable) };
        let (view, news) = look(view, others).await?;
        self.view = Some(view);
        Ok(news)
    }
}

/// Off the threads that serve connections where the file has to be read.
async fn look(
    mut view: View,
    others: BTreeMap<u64, Arc<Entry>>,
) -> Result<(View, Option<pb::Presence>), Close> {
    let reads_file = view.reads_file(&others);
    let work = move || {
        let news = view.look(&others).map_err(|failure| feed::failed(&failure))?;
        Ok((view, news))
    };
    if reads_file { feed::blocking(work).await? } else { work() }
}

/// Waits until the client is to be told something; for ever where it does not take part, or is about to be told.
pub(super) async fn due(presence: &mut Option<Presence>) {
    let Some(presence) = presence.as_mut().filter(|presence| !presence.is_due) else {
        return std::future::pending().await;
    };
    while !presence.is_behind {
        // Kept in the fields: this may be dropped in the middle.
        let is_open = tokio::select! {
            changed = presence.changes.changed() => {
                presence.is_behind = true;
                changed.is_ok()
            }
            changed = presence.heads.changed() => {
                // Somebody's access may have changed: what he is told of the others may have to change with it.
                presence.is_behind = presence.view.as_ref().is_some_and(View::is_stale);
                changed.is_ok()
            }
        };
        if !is_open {
            return std::future::pending().await;
        }
    }
    tokio::time::sleep_until(presence.not_before).await;
    presence.is_due = true;
}

impl Connection {
    /// The user says what he looks at.
    pub(super) async fn presence_said(&mut self, request_id: u64, update: pb::PresenceUpdate) -> Flow {
        let answer = self.take_in(request_id, update).await?;
        Ok(self.outbox.send(answer).await?)
    }

    /// The answer to it.
    async fn take_in(&mut self, request_id: u64, update: pb::PresenceUpdate) -> Result<Vec<u8>, Close> {
        let Some(live) = &self.live else { return Err(Close::NoHello) };
        if let Err(wait) = self.pace.presence() {
            return Ok(answer::rate_limited(request_id, wait, "too much about presence in a short time"));
        }
        if update.leave {
            let left = self.presence.take().map_or(0, |presence| presence.member.connection());
            return Ok(told(request_id, pb::Presence { you: left, ..pb::Presence::default() }));
        }
        let looking = match found(live, request_id, update).await? {
            Ok(looking) => looking,
            Err(refusal) => return Ok(refusal),
        };
        let is_new = self.presence.is_none();
        let mut presence = match self.presence.take() {
            Some(presence) => presence,
            None => Presence::join(&live.tenant, &live.identity.actor)?,
        };
        presence.said = Instant::now();
        if presence.member.say(looking).is_err() {
            self.presence = Some(presence).filter(|_| !is_new);
            return Ok(answer::rate_limited(request_id, limits::LATER, "the room is full"));
        }
        let news = if is_new { presence.news().await? } else { None };
        let mut news = news.unwrap_or_default();
        (news.complete, news.you) = (is_new, presence.member.connection());
        self.presence = Some(presence);
        Ok(told(request_id, news))
    }

    /// Whether there is something to tell.
    pub(super) fn is_presence_due(&self) -> bool {
        self.presence.as_ref().is_some_and(|presence| presence.is_due)
    }

    /// Tells what has changed in the room.
    pub(super) async fn tell_presence(&mut self, room: outbox::Room) -> Flow {
        let Some(presence) = &mut self.presence else { return Ok(()) };
        let news = presence.news().await?;
        presence.not_before = Instant::now() + self.shared.config.websocket.presence_every;
        if let Some(news) = news {
            let you = presence.member.connection();
            room.send(told(0, pb::Presence { you, ..news }).into());
        }
        Ok(())
    }

    /// What was said too long ago counts no more.
    pub(super) fn expire_presence(&self) {
        let lasts = self.shared.config.websocket.presence_expires;
        if let Some(presence) = self.presence.as_ref().filter(|presence| presence.said.elapsed() >= lasts) {
            presence.member.fall_silent();
        }
    }
}

fn told(request_id: u64, presence: pb::Presence) -> Vec<u8> {
    answer::frame(request_id, Body::Presence(presence))
}

/// What the names mean, as far as the user may see it; or the frame that refuses them.
async fn found(
    live: &Live,
    request_id: u64,
    update: pb::PresenceUpdate,
) -> Result<Result<Looking, Vec<u8>>, Close> {
    if update.editing && update.item.is_none() {
        return Ok(Err(answer::invalid(request_id, "editing", "only an item can be edited")));
    }
    if update.project.is_none() && update.item.is_none() {
        return Ok(Ok(Looking::default()));
    }
    let (tenant, actor) = (live.tenant.tenant.clone(), live.identity.actor.clone());
    let found = feed::blocking(move || {
        let answer =
            tenant.read(&actor).map_err(QueryError::from).and_then(|reader| resolve(&reader, &update));
        Ok(match answer {
            Ok(Some(looking)) => Ok(looking),
            Ok(None) => Err(answer::invalid(request_id, "item", "the item is of another project")),
            Err(error) => Err(answer::error(request_id, &error)),
        })
    });
    found.await?
}

/// `None` where the item is of another project than the one named with it.
fn resolve(reader: &Reader, update: &pb::PresenceUpdate) -> Result<Option<Looking>, QueryError> {
    let item = update.item.clone().map(|item| reader.item_only(&item.into())).transpose()?;
    let named = update.project.clone().map(|project| reader.project(&project.into())).transpose()?;
    let of_item = item.as_ref().map(|found| found.item.project);
    let named = named.map(|found| found.project.id);
    if named.is_some() && of_item.is_some() && named != of_item {
        return Ok(None);
    }
    let item = item.map(|found| found.item.id);
    Ok(Some(Looking { project: named.or(of_item), item, editing: update.editing }))
}
