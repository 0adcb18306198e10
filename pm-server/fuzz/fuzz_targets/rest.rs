//! Requests over HTTP: questions with any query, commands as JSON and in lines, any headers, streams of events, and bytes
//! that are no request. Nothing fails inside, and each answer is one that the OpenAPI document has.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use pm_fuzz::rest::{Request, World, fill, query};
use pm_fuzz::{choice, pieces};

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

fuzz_target!(|input: &[u8]| {
    let Some((how, rest)) = choice(input) else { return };
    let Some((which, rest)) = choice(rest) else { return };
    let mut pieces = pieces(rest);
    let mut piece = || pieces.next().unwrap_or_default();
    WORLD.with_borrow_mut(|world| {
        let world = world.fresh();
        let is_admin = how & 128 != 0;
        let (method, media) = match how & 127 {
            0 => ("GET", None),
            1 => ("HEAD", None),
            2 => ("POST", Some("application/json")),
            3 => ("POST", Some("application/x-ndjson")),
            _ => return world.bytes(rest),
        };
        let headers = piece();
        let request = match media {
            None => {
                let path = world.path(which);
                let target = format!("{}?{}", fill(path, piece()), query(piece()));
                Request { method, path, target, headers, body: None }
            }
            Some(media) => {
                let path = "/api/v1/commands";
                Request { method, path, target: path.to_owned(), headers, body: Some((media, piece())) }
            }
        };
        world.ask(is_admin, &request);
    });
});
