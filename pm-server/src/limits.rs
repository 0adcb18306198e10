//! Every bound of the server, in one place, each with its reason. Those of the domain are in `pm_engine::limits`.

use std::time::Duration;

/// Largest message of a connection: a command of 1 MiB and its envelope.
pub const MESSAGE_BYTES_MAX: usize = 1024 * 1024 + 4 * 1024;
/// Largest message before the client has said who it is: a token and some project names.
pub const HELLO_BYTES_MAX: usize = 64 * 1024;
/// Most fragments of one message: empty ones cost too. 1 MiB in pieces of 4 KiB is 257.
pub const FRAGMENTS_MAX: usize = 1_024;
/// Longest payload of a control frame (RFC 6455).
pub const CONTROL_BYTES_MAX: usize = 125;
/// Most bytes read from a socket that wait to be answered.
pub const INBOX_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Most frames on their way to one client.
pub const OUTBOX_FRAMES_MAX: usize = 256;
/// Most bytes on their way to one client, without what the system's socket holds.
pub const OUTBOX_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most answers that are written one after the other while the log has something, too.
pub const GATHERED_MAX: usize = 64;
/// Frames are gathered up to this size before they are handed to the system.
pub const WRITE_BUFFER_BYTES: usize = 8 * 1024;
/// Most requests of one connection that wait for their answer.
pub const IN_FLIGHT_MAX: usize = 256;
/// Largest encoded query: five lists of 500 UUIDs fit.
pub const QUERY_BYTES_MAX: usize = 128 * 1024;
/// Most queries of one connection that wait for their answer: they are kept, decoded, until it is their turn.
pub const QUERIES_IN_FLIGHT_MAX: usize = 32;
/// Queries of one connection that run at once. Each holds room for a message; events and outcomes need some, too.
pub const CONNECTION_QUERIES_MAX: usize = 2;
/// Largest encoded answer: a page of 500 items fits whatever their labels and titles are.
pub const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes of one piece of an answer that is larger than a message; leaves room for its envelope.
pub const ANSWER_PART_BYTES: usize = MESSAGE_BYTES_MAX - 1024;
/// Most bytes of answers in pieces that wait for their clients, in the whole server.
pub const ANSWERS_WAITING_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Most snapshots one connection may have asked for that have not begun.
pub const SNAPSHOTS_WAITING_MAX: usize = 16;
/// Most parts of a command that are decoded at all: what is over the engine's limit by less is for the engine to
/// refuse.
pub const PARTS_DECODED_MAX: usize = 4 * pm_engine::limits::PARTS_MAX;
/// Most projects named in one frame.
pub const PROJECTS_NAMED_MAX: usize = 500;
/// Longest token.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;
/// Most connections of one server, whatever they are doing.
pub const CONNECTIONS_MAX: usize = 10_000;
/// Most threads that read files for connections: a tenant answers four questions at once, and a thousand that wait for
/// their turn must not be a thousand threads.
pub const BLOCKING_THREADS_MAX: usize = 64;
/// How far the clocks of who signs tokens and of the server may differ.
pub const TOKEN_LEEWAY: Duration = Duration::from_secs(30);
/// Most leeway that can be set: past it a token has hardly an end.
pub const TOKEN_LEEWAY_MAX: Duration = Duration::from_secs(600);
/// Shortest secret that signs tokens, in bytes: what HS256 hashes to.
pub const SECRET_BYTES_MIN: usize = 32;
/// Shortest RSA modulus, in bits (RFC 7518).
pub const RSA_BITS_MIN: usize = 2_048;
/// Most public keys of files of their own: each may be tried for a token that does not say which key signed it.
pub const PUBLIC_KEYS_MAX: usize = 8;
/// Most keys of one set: a provider has a few, old ones included.
pub const SET_KEYS_MAX: usize = 100;
/// Largest file of a key or a set of keys.
pub const KEY_FILE_BYTES_MAX: usize = 256 * 1024;
/// How often the files of keys are looked at.
pub const KEYS_RELOAD_EVERY: Duration = Duration::from_secs(10);
/// Most often that can be set for it.
pub const KEYS_RELOAD_EVERY_MIN: Duration = Duration::from_millis(50);
/// Least often that can be set for it: a stolen key must not count for days.
pub const KEYS_RELOAD_EVERY_MAX: Duration = Duration::from_secs(24 * 3_600);
/// How long a client may take to send its HTTP request.
pub const HTTP_HEADER_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take to say hello.
pub const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take nothing of what is written to it.
pub const WRITE_WITHIN: Duration = Duration::from_secs(15);
/// How long the other side may take to end a connection that is being closed.
pub const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// How often an idle connection is probed.
pub const PING_EVERY: Duration = Duration::from_secs(20);
/// Without a sign of life for this long a connection is given up.
pub const IDLE_MAX: Duration = Duration::from_secs(60);
/// How long a client may take to complete a message that it has begun: the largest one at 18 KB/s. Time in which the
/// server does not read does not count.
pub const MESSAGE_WITHIN: Duration = Duration::from_secs(60);
/// Most connections that nobody has vouched for; the oldest of them makes room for a new one.
pub const CONNECTIONS_UNKNOWN_MAX: usize = 1_000;
/// How long a connection that has to make room may take its close frame.
pub const CROWDED_CLOSE_WITHIN: Duration = Duration::from_secs(1);
/// How long a client waits that is told to come later.
pub const LATER: Duration = Duration::from_secs(5);
/// Most WebSockets of one tenant: half of the server's, so that no tenant can have all.
pub const CONNECTIONS_PER_TENANT_MAX: usize = 5_000;
/// Most WebSockets of one user: every window and program of a person, and some that are gone and have not been noticed.
pub const CONNECTIONS_PER_USER_MAX: usize = 100;
/// What a client is told to wait that has asked for too many snapshots.
pub const SNAPSHOT_RETRY_AFTER: Duration = Duration::from_secs(1);
/// Most projects one connection follows by name; who wants more follows all.
pub const PROJECTS_FOLLOWED_MAX: usize = 1_000;
/// A rate may be exceeded for so many seconds' worth at once.
pub const RATE_BURST_SECONDS: u32 = 2;
/// Commands per second of one connection: more than a person makes by far, less than a tenant commits.
pub const COMMANDS_PER_SECOND: u32 = 2_000;
/// Commands per second of one user, over all connections.
pub const USER_COMMANDS_PER_SECOND: u32 = 4_000;
/// Messages per second of one connection, whatever they are.
pub const MESSAGES_PER_SECOND: u32 = 4_000;
/// Bytes per second of one connection.
pub const BYTES_PER_SECOND: u32 = 16 * 1024 * 1024;
/// Words per second of one connection about its user's presence: each may read the file, and all are told of it.
pub const PRESENCE_PER_SECOND: u32 = 10;
/// Most users whose rate is remembered, beyond those who are connected.
pub const RATED_USERS_MAX: usize = 20_000;
/// Most connections in the room of one tenant: their entries fit into one message.
pub const PRESENCE_ENTRIES_MAX: usize = 1_000;
/// A connection is told of changes in the room at most once in this time.
pub const PRESENCE_EVERY: Duration = Duration::from_secs(1);
/// How long what a client said of its presence lasts: longer than the pause between two sayings of it, shorter than
/// anybody would believe it.
pub const PRESENCE_EXPIRES: Duration = Duration::from_secs(60);
/// How long the server waits for its connections to end when it stops.
pub const STOP_WITHIN: Duration = Duration::from_secs(10);
/// Shortest deadline that can be set for a connection.
pub const DEADLINE_MIN: Duration = Duration::from_millis(10);
/// Longest deadline that can be set for a connection.
pub const DEADLINE_MAX: Duration = Duration::from_secs(24 * 3_600);
/// Largest file of settings: a thousand times what all of them take.
pub const CONFIG_BYTES_MAX: u64 = 1024 * 1024;
/// Longest name that is compared with known names for a guess at what was meant.
pub const NAME_COMPARED_CHARS_MAX: usize = 100;
/// Most connections at once to the address of the metrics: a collector needs one.
pub const METRICS_CONNECTIONS_MAX: usize = 16;
/// How long a connection to the address of the metrics may last.
pub const METRICS_CONNECTION_WITHIN: Duration = Duration::from_secs(30);
/// How long the answer to "are you ready" holds: many may ask.
pub const READY_CACHED: Duration = Duration::from_secs(1);
/// How long writing a few bytes to the data folder may take before the disk counts as stuck.
pub const PROBE_WITHIN: Duration = Duration::from_secs(3);
/// Bytes that are written to the data folder to see whether it can be written: a page of a file.
pub const PROBE_BYTES: usize = 4_096;
/// How long a commit that failed speaks against being ready, where none has succeeded since.
pub const COMMIT_FAILURE_COUNTS: Duration = Duration::from_secs(10);
/// Longest request id of a client that is taken over.
pub const REQUEST_ID_BYTES_MAX: usize = 64;
/// Longest answer that `pm-server health` reads.
pub const HEALTH_ANSWER_BYTES_MAX: u64 = 16 * 1024;
/// Pause after the system refused to accept a connection, such as for want of file handles.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// What a client is told to wait when too much is waiting.
pub const RETRY_AFTER: Duration = Duration::from_millis(250);
/// Largest HTTP request header with its path and query: a token of the longest kind and as much again.
pub const HTTP_HEADER_BYTES_MAX: usize = 64 * 1024;
/// Longest query of a URL: the longest list of filters in it is far below.
pub const HTTP_QUERY_BYTES_MAX: usize = 16 * 1024;
/// Most parameters in the query of a URL: as many values as one filter takes, and some more.
pub const HTTP_PARAMETERS_MAX: usize = 600;
/// Largest body of a request that is read as one document.
pub const HTTP_REQUEST_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A body that is too large is read up to here and thrown away, so that its sender hears of it. Past it the connection
/// breaks: nobody may send without end.
pub const HTTP_DISCARDED_BYTES_MAX: usize = 4 * HTTP_REQUEST_BYTES_MAX;
/// Largest answer that is one document: what a client holds in memory to read it.
pub const HTTP_ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Largest answer to commands. It tells what has been done, and so is not refused for its size: some bytes for each part
/// that a body holds, and [`HTTP_CURRENT_BYTES_MAX`] in the longest spelling.
pub const HTTP_RESULTS_BYTES_MAX: usize = 24 * 1024 * 1024;
/// Most bytes of entities that come with the refusals of one request's commands; further ones are left out.
pub const HTTP_CURRENT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Largest piece of a snapshot: the engine's chunks are below 1 MiB, and JSON spells some characters with six.
pub const HTTP_SNAPSHOT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most bytes of bodies and answers in memory at once, over all connections.
pub const HTTP_BYTES_IN_MEMORY_MAX: usize = 256 * 1024 * 1024;
/// Most requests answered at once: each may wait for a thread that reads.
pub const HTTP_REQUESTS_MAX: usize = 256;
/// Most streams of events at once: each costs a connection, a cursor and a buffer of 64 KiB.
pub const HTTP_STREAMS_MAX: usize = 1_000;
/// Most streams of commands at once: each holds up to 8 MiB.
pub const HTTP_LOADS_MAX: usize = 32;
/// Most streams of commands of one tenant at once.
pub const HTTP_TENANT_LOADS_MAX: usize = HTTP_LOADS_MAX / 4;
/// Most commands in one document; more of them are streamed.
pub const HTTP_COMMANDS_MAX: usize = 1_000;
/// Most parts that are decoded of the commands in one document: of 130 bytes each they fill it.
pub const HTTP_PARTS_DECODED_MAX: usize = 8 * PARTS_DECODED_MAX;
/// Largest document in which the field at fault is looked for: it is read again for each one it may be.
pub const HTTP_BLAMED_BYTES_MAX: usize = 16 * 1024;
/// Most fields that are tried for being at fault; the largest change has about twenty.
pub const HTTP_BLAME_TRIALS_MAX: usize = 64;
/// Longest line of streamed commands: a command spelt with spaces and escapes.
pub const HTTP_LINE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// A line up to this long is read by the thread that serves its connection; a longer one takes too long for that.
pub const HTTP_LINE_BYTES_AT_ONCE: usize = 16 * 1024;
/// Most commands of one stream on their way through the engine.
pub const HTTP_LINES_IN_FLIGHT_MAX: usize = 256;
/// Most bytes of commands of one stream on their way through the engine.
pub const HTTP_LINE_BYTES_IN_FLIGHT_MAX: usize = 4 * 1024 * 1024;
/// Pieces of a streamed answer that wait to be written.
pub const HTTP_PIECES_WAITING_MAX: usize = 2;
/// Pieces of a streamed answer are gathered up to this size.
pub const HTTP_PIECE_BYTES: usize = 32 * 1024;
/// Longest time for the rest of a request's body.
pub const HTTP_BODY_WITHIN: Duration = Duration::from_secs(30);
/// How long an HTTP client may take nothing of what is written to it. Longer than a WebSocket's, whose end is told.
pub const HTTP_WRITE_WITHIN: Duration = Duration::from_secs(30);
/// Within so many times that, everything that waits to be written must have been: who takes a little now and then holds
/// an answer in memory, too. The largest then needs 14 KB a second.
pub const HTTP_WRITE_WHOLE_TIMES: u32 = 10;
/// How often a stream of events gives a sign of life: below the usual minute of proxies.
pub const HTTP_HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// Answers from this size on are compressed for who wants that: below, the header of the format costs what it saves.
pub const HTTP_COMPRESSED_FROM_BYTES: usize = 1_024;
/// Bytes that a token of a language model counts for. English prose has four to five; JSON, numbers and other scripts
/// may have fewer.
pub const BYTES_PER_TOKEN: i64 = 4;

/// Queries of one tenant that run at once, of so many read connections: one of these is left to its streams.
#[must_use]
pub const fn tenant_queries(readers_max: usize) -> usize {
    at_least_one(readers_max.saturating_sub(1))
}

/// Queries that run at once in the server, of so many threads that read files: half of them, so that what is no query
/// finds the others.
#[must_use]
pub const fn server_queries(blocking_threads_max: usize) -> usize {
    at_least_one(blocking_threads_max / 2)
}

/// Tenants that are opened at once, of so many threads: a quarter of them, since a file may take long to migrate.
#[must_use]
pub const fn openings(blocking_threads_max: usize) -> usize {
    at_least_one(blocking_threads_max / 4)
}

/// Most HTTP requests about one tenant answered at once, of so many in all: a quarter, so that the others find room.
#[must_use]
pub const fn tenant_requests(requests_max: usize) -> usize {
    at_least_one(requests_max / 4)
}

const fn at_least_one(share: usize) -> usize {
    if share == 0 { 1 } else { share }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    #[gtest]
    fn given_the_page_of_limits_when_compared_with_the_code_then_each_limit_is_listed_with_its_value() {
        let page = std::fs::read_to_string("../docs/limits.md").unwrap();
        let (_, page) = page.split_once("## The server").unwrap();
        let constants = include_str!("limits.rs").lines().filter_map(|line| line.strip_prefix("pub const "));
        let mut seen = 0;
        for (name, value) in constants.filter_map(|rest| rest.split_once(": ")) {
            let Some((_, value)) = value.split_once(" = ") else { continue };
            let row = format!("| `{name}` | {} |", value.trim_end_matches(';'));
            expect_that!(page, contains_substring(row));
            seen += 1;
        }
        expect_that!(page.lines().filter(|line| line.starts_with("| `")).count(), eq(seen));
    }
}
