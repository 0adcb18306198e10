//! What a welcomed client asks for: commands, what it follows, where the log stands.

use std::sync::Arc;

use pm_engine::model::{ProjectId, ProjectRef};
use pm_engine::wire;
use pm_proto as pb;
use pm_proto::server_frame::Body;
use tokio::sync::OwnedSemaphorePermit;

use super::answer;
use super::close::Close;
use super::connection::{Connection, Flow, Live};
use super::feed::{self, Copying, Follow};
use super::opening::subscribed;
use super::outbox::{Following, Out};
use super::outgoing::Done;
use super::session::Place;
use crate::limits;

impl Connection {
    /// Sends a command on its way. Its bytes count as waiting until it is answered, so that a client has at most as
    /// much in the engine's queue as in its own.
    pub(super) async fn command(
        &mut self,
        request_id: u64,
        command: pb::Command,
        room: OwnedSemaphorePermit,
        place: Place,
    ) -> Flow {
        let Some(live) = &self.live else { return Err(Close::NoHello) };
        if let Err(wait) = self.pace.command(&live.rate, command.parts.len()) {
            let text = "too many commands in a short time";
            return Ok(self.outbox.send(answer::rate_limited(request_id, wait, text)).await?);
        }
        match wire::command_from_wire(command, live.identity.actor.clone()) {
            Ok(command) => {
                let outbox = self.outbox.clone();
                live.tenant.tenant.submit(command, move |result| {
                    let (result, _current) = outbox.fit(result);
                    let done = Done { request_id, result, _room: room, _place: place, _current };
                    // A client that has left does not want to know.
                    let _ = outbox.put(Out::Answer(done));
                });
                Ok(())
            }
            Err(malformed) => {
                let frame = answer::rejection(request_id, &malformed.into());
                Ok(self.outbox.send(frame).await?)
            }
        }
    }

    /// Its answer is sent by whoever runs it, in its time.
    pub(super) async fn query(&mut self, request_id: u64, asked: pb::Question, place: Place) -> Flow {
        let Some(live) = &mut self.live else { return Err(Close::NoHello) };
        match wire::question_from_wire(asked) {
            Ok(question) => {
                live.queries.run(request_id, live.identity.actor.clone(), question, place);
                Ok(())
            }
            Err(malformed) => {
                let frame = answer::rejection(request_id, &malformed.into());
                Ok(self.outbox.send(frame).await?)
            }
        }
    }

    pub(super) async fn subscribe(&mut self, request_id: u64, named: Vec<ProjectRef>) -> Flow {
        let Some(live) = &self.live else { return Err(Close::NoHello) };
        let Ok(place) = Arc::clone(&live.snapshots).try_acquire_owned() else {
            let text = "too many snapshots of this connection are waiting";
            let frame = answer::rate_limited(request_id, limits::SNAPSHOT_RETRY_AFTER, text);
            return Ok(self.outbox.send(frame).await?);
        };
        let (copied, follow) = if named.is_empty() {
            (None, None)
        } else {
            let new = named_projects(live, named).await?;
            let follow = live.follow.clone().map(|old| union(old, &new));
            (Some(new), follow)
        };
        // Also of nothing: a client that may not see what it named is not to wait for it.
        self.follow(request_id, follow, Some(Copying::asked(request_id, copied, place))).await
    }

    pub(super) async fn unsubscribe(&mut self, request_id: u64, named: Vec<ProjectRef>) -> Flow {
        let Some(live) = &self.live else { return Err(Close::NoHello) };
        let left = if named.is_empty() {
            Vec::new()
        } else {
            let gone = named_projects(live, named).await?;
            let mut left = match live.follow.clone() {
                Some(followed) => followed,
                None => all_projects(live).await?,
            };
            left.retain(|project| !gone.contains(project));
            left
        };
        self.follow(request_id, Some(left), None).await
    }

    /// Follows something else from here on, and says so.
    async fn follow(&mut self, request_id: u64, follow: Follow, copy: Option<Copying>) -> Flow {
        if follow.as_ref().is_some_and(|all| all.len() > limits::PROJECTS_FOLLOWED_MAX) {
            return self.too_many_followed(request_id).await;
        }
        let Some(live) = &mut self.live else { return Err(Close::NoHello) };
        live.follow.clone_from(&follow);
        let answer = answer::frame(request_id, Body::Subscribed(subscribed(&follow)));
        let answer = self.outbox.message(answer).await?;
        Ok(self.outbox.put(Out::Follow(Box::new(Following { follow, answer, copy })))?)
    }

    async fn too_many_followed(&mut self, request_id: u64) -> Flow {
        let most = limits::PROJECTS_FOLLOWED_MAX;
        let text = format!("a connection follows at most {most} projects by name, or all");
        Ok(self.outbox.send(answer::too_large(request_id, "projects", most, text)).await?)
    }

    pub(super) async fn head(&mut self, request_id: u64) -> Flow {
        let Some(live) = &self.live else { return Err(Close::NoHello) };
        let head = match live.tenant.tenant.head() {
            Ok(sequence) => Body::Head(pb::Head { epoch: live.tenant.epoch.to_string(), sequence }),
            Err(failure) => return Err(feed::failed(&failure)),
        };
        Ok(self.outbox.send(answer::frame(request_id, head)).await?)
    }
}

async fn named_projects(live: &Live, named: Vec<ProjectRef>) -> Result<Vec<ProjectId>, Close> {
    let (tenant, actor) = (live.tenant.tenant.clone(), live.identity.actor.clone());
    feed::blocking(move || {
        feed::accepted(&tenant, &actor, &named).map_err(|error| feed::query_failed(&error))
    })
    .await?
}

async fn all_projects(live: &Live) -> Result<Vec<ProjectId>, Close> {
    let (tenant, actor) = (live.tenant.tenant.clone(), live.identity.actor.clone());
    feed::blocking(move || feed::visible(&tenant, &actor).map_err(|error| feed::query_failed(&error))).await?
}

fn union(mut old: Vec<ProjectId>, new: &[ProjectId]) -> Vec<ProjectId> {
    old.extend_from_slice(new);
    old.sort_unstable();
    old.dedup();
    old
}
