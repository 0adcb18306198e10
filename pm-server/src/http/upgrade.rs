//! `/ws`: a request becomes a WebSocket.

use std::sync::Arc;

use fastwebsockets::upgrade;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use tracing::Instrument as _;

use super::body::Body;
use super::reply::{Answer, text, unauthenticated};
use crate::auth::bearer;
use crate::server::Place;
use crate::shared::Shared;
use crate::ws::connection;
use crate::ws::frames::{Deadlines, Frames};

pub(crate) fn web_socket(shared: Arc<Shared>, place: Place, mut request: Request<Incoming>) -> Answer {
    if !upgrade::is_upgrade_request(&request) {
        return text(StatusCode::UPGRADE_REQUIRED, "this is a WebSocket: send an upgrade request");
    }
    let vouched = match bearer(&shared, request.headers()) {
        Ok(vouched) => vouched,
        Err(error) => return unauthenticated(error),
    };
    let Ok((response, upgraded)) = upgrade::upgrade(&mut request) else {
        return text(StatusCode::BAD_REQUEST, "the upgrade needs Sec-WebSocket-Key and version 13");
    };
    let serving = async move {
        let Ok(socket) = upgraded.await else { return };
        let deadlines = Deadlines {
            write: shared.config.websocket.write_within,
            close: shared.config.websocket.close_within,
        };
        connection::serve(shared, Frames::start(socket, deadlines), vouched).await;
        drop(place);
    };
    // The log tells by the id of the request what becomes of it.
    tokio::spawn(serving.in_current_span());
    response.map(|_| Body::Empty)
}
