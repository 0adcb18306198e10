//! `/ws`: a request becomes a WebSocket.

use std::sync::Arc;

use fastwebsockets::upgrade;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};

use super::body::Body;
use super::reply::{Answer, text, unauthenticated};
use crate::admission::Place;
use crate::auth::bearer;
use crate::shared::Shared;
use crate::ws::connection;
use crate::ws::frames::{Bounds, Frames};

pub(crate) fn web_socket(shared: Arc<Shared>, place: Arc<Place>, mut request: Request<Incoming>) -> Answer {
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
    tokio::spawn(async move {
        let Ok(socket) = upgraded.await else { return };
        let frames = Frames::start(socket, Bounds::of(&shared.config.websocket));
        connection::serve(shared, frames, vouched, place).await;
    });
    response.map(|_| Body::Empty)
}
