//! `/ws`: a request becomes a WebSocket.

use std::sync::Arc;

use fastwebsockets::upgrade;
use hyper::body::Incoming;
use hyper::header::{HeaderValue, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use hyper::{Request, StatusCode};
use tracing::Instrument as _;

use super::body::Body;
use super::reply::{Answer, refused, unauthenticated};
use crate::admission::Place;
use crate::auth::{origin, subprotocol};
use crate::shared::Shared;
use crate::ws::connection;
use crate::ws::frames::{Bounds, Frames};

/// The code of a request that is no upgrade as it is spoken here.
const UNSUPPORTED: &str = "unsupported";

pub(crate) fn web_socket(shared: Arc<Shared>, place: Arc<Place>, mut request: Request<Incoming>) -> Answer {
    if !origin::is_allowed(&shared.config.auth.origins, request.headers()) {
        return refused(StatusCode::FORBIDDEN, "forbidden", "pages of this origin may not connect");
    }
    if !upgrade::is_upgrade_request(&request) {
        let detail = "this is a WebSocket: send an upgrade request";
        let mut answer = refused(StatusCode::UPGRADE_REQUIRED, UNSUPPORTED, detail);
        // Which protocol is required, as such an answer must say (RFC 9110, 15.5.22).
        answer.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
        return answer;
    }
    let offer = match subprotocol::offer(request.headers()) {
        Ok(offer) => offer,
        Err(error) => return refused(StatusCode::BAD_REQUEST, UNSUPPORTED, &error.to_string()),
    };
    let is_named = offer.is_named;
    let vouched = match subprotocol::vouched(&shared, request.headers(), &offer) {
        Ok(vouched) => vouched,
        Err(error) => return unauthenticated(error),
    };
    let Ok((mut response, upgraded)) = upgrade::upgrade(&mut request) else {
        return refused(
            StatusCode::BAD_REQUEST,
            UNSUPPORTED,
            "the upgrade needs Sec-WebSocket-Key and version 13",
        );
    };
    if is_named {
        let name = HeaderValue::from_static(subprotocol::SUBPROTOCOL);
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, name);
    }
    let serving = async move {
        let Ok(socket) = upgraded.await else { return };
        let Some(frames) = Frames::new(socket, Bounds::of(&shared.config.websocket)) else { return };
        connection::serve(shared, frames, vouched, place).await;
    };
    // The log tells by the id of the request what becomes of it.
    tokio::spawn(serving.in_current_span());
    response.map(|_| Body::Empty)
}
