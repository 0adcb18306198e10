//! How a client is welcomed, or turned away.

use std::sync::Arc;

use pm_engine::Resume;
use pm_engine::error::OpenError;
use pm_proto as pb;
use pm_proto::server_frame::Body;
use tokio::sync::Semaphore;

use super::answer;
use super::close::Close;
use super::connection::{Connection, Flow, Live};
use super::feed::{self, Feed, Follow};
use super::outbox::Out;
use super::outgoing::Stream;
use super::queries::Queries;
use super::session::{Opening, PROTOCOL_VERSION};
use crate::admission::{Full, Seat};
use crate::auth::Identity;
use crate::config::WebSocketConfig;
use crate::hub::LiveTenant;
use crate::limits;
use crate::profile;

impl Connection {
    /// Welcomes a client: its tenant is opened, and its stream begins where it left off.
    pub(super) async fn open(&mut self, opening: Opening) -> Flow {
        let Opening { request_id, identity, known, projects } = opening;
        let seat = match self.admit(&identity) {
            Ok(seat) => seat,
            Err(full) => return self.turn_away(request_id, full).await,
        };
        let tenant = match self.shared.hub.attach(&identity.tenant).await {
            Ok(tenant) => tenant,
            Err(error) => return self.cannot_open(request_id, &error).await,
        };
        let heads = tenant.heads();
        let (asked, actor) = (tenant.tenant.clone(), identity.actor.clone());
        let decided = feed::blocking(move || {
            let follow = projects.map(|named| feed::accepted(&asked, &actor, &named)).transpose();
            let resume = asked.resume(known).map_err(|failure| feed::failed(&failure))?;
            Ok::<_, Close>((follow.map_err(|error| feed::query_failed(&error))?, resume))
        });
        let (follow, resume) = decided.await??;
        let feed = Feed::new(&tenant, identity.actor.clone(), follow.clone(), resume)
            .map_err(|failure| feed::failed(&failure))?;
        self.reading.welcome();
        let welcome = welcome(&self.shared.config.websocket, &identity, &tenant, resume);
        self.outbox.send(answer::frame(request_id, Body::Welcome(welcome))).await?;
        self.outbox.send(answer::frame(0, Body::Subscribed(subscribed(&follow)))).await?;
        profile::take_over(&tenant.tenant, &identity);
        tracing::debug!(tenant = %identity.tenant, user = %identity.actor.user, ?resume, "welcome");
        let follower = self.shared.metrics.follower(heads.clone(), feed.complete_to().unwrap_or(0));
        let stream = Stream { feed, heads, follower, epoch: tenant.epoch.to_string() };
        self.outbox.put(Out::Begin(Box::new(stream)))?;
        self.live = Some(self.welcomed(tenant, identity, follow, seat));
        Ok(())
    }

    fn welcomed(&self, tenant: Arc<LiveTenant>, identity: Identity, follow: Follow, seat: Seat) -> Live {
        Live {
            queries: Queries::new(Arc::clone(&self.shared), Arc::clone(&tenant), self.outbox.clone()),
            rate: self.shared.rates.user(&identity.tenant, &identity.actor.user),
            snapshots: Arc::new(Semaphore::new(limits::SNAPSHOTS_WAITING_MAX)),
            _counted: self.shared.metrics.socket(),
            seat,
            tenant,
            identity,
            follow,
        }
    }

    fn admit(&self, identity: &Identity) -> Result<Seat, Full> {
        self.place.vouch()?;
        self.shared.admission.seat(&identity.tenant, &identity.actor.user)
    }

    async fn turn_away(&mut self, request_id: u64, full: Full) -> Flow {
        let close = match full {
            Full::Server => Close::ServerFull,
            Full::Tenant => Close::TenantFull,
            Full::User => Close::UserFull,
        };
        let frame = answer::rate_limited(request_id, limits::LATER, close.reason());
        self.outbox.send(frame).await?;
        Err(close)
    }

    async fn cannot_open(&mut self, request_id: u64, error: &OpenError) -> Flow {
        let (code, close, text) = match error {
            OpenError::NotFound | OpenError::InvalidName => {
                (pb::FailureCode::Unauthenticated, Close::NoTenant, "there is no such tenant")
            }
            OpenError::Closed => (pb::FailureCode::Closed, Close::Restart, "the server stops"),
            other => {
                tracing::error!(error = %other, detail = ?other, "a tenant cannot be opened");
                (pb::FailureCode::Storage, Close::Unavailable, "the tenant is not available")
            }
        };
        self.outbox.send(answer::refusal(request_id, code, text)).await?;
        Err(close)
    }
}

pub(super) fn subscribed(follow: &Follow) -> pb::Subscribed {
    let projects = follow.iter().flatten().map(ToString::to_string).collect();
    pb::Subscribed { projects, all: follow.is_none() }
}

fn welcome(
    config: &WebSocketConfig,
    identity: &Identity,
    tenant: &LiveTenant,
    resume: Resume,
) -> pb::Welcome {
    let (kind, head) = match resume {
        Resume::UpToDate { head } => (pb::ResumeKind::UpToDate, head),
        Resume::Tail { head, .. } => (pb::ResumeKind::Tail, head),
        Resume::Snapshot { head } => (pb::ResumeKind::Snapshot, head),
    };
    let role = match identity.actor.role {
        pm_engine::model::TenantRole::Admin => pb::TenantRole::Admin,
        pm_engine::model::TenantRole::Member => pb::TenantRole::Member,
    };
    pb::Welcome {
        protocol_version: PROTOCOL_VERSION,
        epoch: tenant.epoch.to_string(),
        head_sequence: head,
        resume: kind.into(),
        user: identity.actor.user.to_string(),
        tenant: identity.tenant.to_string(),
        role: role.into(),
        limits: Some(pb::Limits {
            frame_bytes_max: int(limits::MESSAGE_BYTES_MAX),
            command_bytes_max: int(pm_engine::limits::COMMAND_BYTES_MAX),
            parts_max: int(pm_engine::limits::PARTS_MAX),
            in_flight_max: int(limits::IN_FLIGHT_MAX),
            heartbeat_ms: answer::millis(config.ping_every),
            presence_expires_ms: answer::millis(config.presence_expires),
            query_bytes_max: int(limits::QUERY_BYTES_MAX),
            queries_in_flight_max: int(limits::QUERIES_IN_FLIGHT_MAX),
            answer_bytes_max: int(limits::ANSWER_BYTES_MAX),
        }),
    }
}

fn int(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
