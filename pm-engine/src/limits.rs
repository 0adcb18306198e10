//! Every bound of the engine, in one place, each with its reason.
//!
//! Text is measured in characters (Unicode scalar values) unless the name says bytes.

/// Longest title of a project or work item: one line on any board.
pub const TITLE_CHARS_MAX: usize = 500;
/// Longest name of a lane or sprint.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest description of a project or work item.
pub const DESCRIPTION_CHARS_MAX: usize = 100_000;
/// Longest comment.
pub const COMMENT_CHARS_MAX: usize = 50_000;
/// Longest note of a time entry.
pub const NOTE_CHARS_MAX: usize = 1_000;
/// Longest label.
pub const LABEL_CHARS_MAX: usize = 60;
/// Most labels of one work item.
pub const LABELS_MAX: usize = 50;
/// Longest goal of a sprint.
pub const GOAL_CHARS_MAX: usize = 10_000;
/// Shortest project key.
pub const KEY_CHARS_MIN: usize = 2;
/// Longest project key.
pub const KEY_CHARS_MAX: usize = 10;
/// Longest status value of a lane.
pub const STATUS_CHARS_MAX: usize = 60;
/// Largest `extra` object of a work item, as JSON text.
pub const EXTRA_BYTES_MAX: usize = 64 * 1024;
/// Longest user id: an identity provider's `sub`.
pub const USER_ID_BYTES_MAX: usize = 255;
/// Longest display name of a user.
pub const USER_NAME_CHARS_MAX: usize = 200;
/// Longest e-mail address of a user (RFC 5321 allows 254).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Longest source name and id of an external reference.
pub const EXTERNAL_CHARS_MAX: usize = 255;
/// Longest command id.
pub const COMMAND_ID_BYTES_MAX: usize = 64;
/// Longest text form of a reference to an entity (`KEY-n`, a UUID or `#k`).
pub const REF_BYTES_MAX: usize = 64;
/// Largest encoded command.
pub const COMMAND_BYTES_MAX: usize = 1024 * 1024;
/// Most parts of one batch.
pub const PARTS_MAX: usize = 1_000;
/// Most events one command may make: a cascade past it is refused whole.
pub const EVENTS_PER_COMMAND_MAX: usize = 10_000;
/// Most items of one sprint: its commitment travels in one event.
pub const SPRINT_ITEMS_MAX: usize = 5_000;
/// Most live lanes of one project.
pub const LANES_MAX: usize = 100;
/// Largest WIP limit of a lane.
pub const WIP_LIMIT_MAX: i64 = 1_000_000;
/// Deepest work item, counted from its root at 1.
pub const ITEM_DEPTH_MAX: i64 = 16;
/// Deepest reply, counted from the first comment of a thread at 1.
pub const COMMENT_DEPTH_MAX: i64 = 16;
/// Most live dependencies of one item per direction.
pub const DEPENDENCIES_PER_DIRECTION_MAX: i64 = 500;
/// Most story points.
pub const POINTS_MAX: f64 = 1_000.0;
/// Largest estimate or remaining work: ten years in seconds.
pub const ESTIMATE_SECONDS_MAX: i64 = 10 * 366 * 24 * 3_600;
/// Longest manual time entry, in seconds.
pub const TIME_ENTRY_SECONDS_MAX: i64 = 24 * 3_600;
/// How far a manual entry's end may be ahead of the clock, in milliseconds.
pub const TIME_ENTRY_AHEAD_MS_MAX: i64 = 60_000;
/// Timer cap of a new tenant, in seconds.
pub const TIMER_CAP_SECONDS_DEFAULT: i64 = 12 * 3_600;
/// Largest timer cap that can be set, in seconds.
pub const TIMER_CAP_SECONDS_MAX: i64 = 366 * 24 * 3_600;
/// Longest fractional order key, in bytes. Keys grow by a byte for five or six inserts at one spot; reaching the
/// limit is the sign to respread.
pub const ORDER_KEY_BYTES_MAX: usize = 128;
/// Most neighbours respread by one move.
pub const RESPREAD_MAX: usize = 100;
/// Activity rows cut long text here.
pub const ACTIVITY_TEXT_CHARS: usize = 200;
/// Most items listed in the path of a `cycle` rejection.
pub const CYCLE_PATH_MAX: usize = 100;
/// Most mentions kept of one comment, per kind, so that it cannot write back-links without bound.
pub const MENTIONS_MAX: usize = 100;
/// Latest instant accepted (year 9999), so that arithmetic never overflows.
pub const TIMESTAMP_MS_MAX: i64 = 253_402_300_799_999;
/// Longest full-text query.
pub const SEARCH_CHARS_MAX: usize = 500;
/// Largest page of any list.
pub const PAGE_MAX: i64 = 500;
/// Page of a list when none is named.
pub const PAGE_DEFAULT: i64 = 50;
/// Longest page cursor, in bytes.
pub const CURSOR_BYTES_MAX: usize = 1_024;

/// Most commands committed together: past a few hundred the fsync is no longer the cost.
pub const GROUP_COMMANDS_MAX: usize = 512;
/// Most encoded bytes committed together.
pub const GROUP_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Longest time one group goes on taking commands, in milliseconds.
pub const GROUP_MS_MAX: u64 = 50;
/// Most projects, roles, lanes, ends of lanes and users that one tenant's writer remembers: a busy tenant's, in a few
/// hundred kilobytes.
pub const KNOWN_ROWS_MAX: usize = 1_000;
/// Most bytes of description of a project that is remembered: with the limit above 4 MiB, whatever anybody writes.
pub const KNOWN_TEXT_BYTES_MAX: usize = 4_096;
/// Most commands waiting for one tenant's writer; further ones are answered `busy`.
pub const QUEUE_COMMANDS_MAX: usize = 8_192;
/// Most encoded bytes waiting for one tenant's writer.
pub const QUEUE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Deepest nesting of commands executed inside completions and listeners; further ones are answered `busy`.
pub const CALLBACK_DEPTH_MAX: usize = 16;
/// Threads that commit, where a host names no other number: they mostly wait for the disk.
pub const WORKERS_DEFAULT: usize = 4;
/// Tenants kept open at once, where a host names no other number: each takes four file handles, and three for each reader in use.
pub const TENANTS_OPEN_DEFAULT: usize = 256;
/// Most events kept in the ring of a tenant, where a host names no other number.
pub const RING_EVENTS_MAX: usize = 4_096;
/// Most bytes of events kept in the ring of a tenant, where a host names no other number.
pub const RING_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most events of one batch handed to a subscriber.
pub const BATCH_EVENTS_MAX: usize = 512;
/// Most bytes of one batch handed to a subscriber.
pub const BATCH_BYTES_MAX: usize = 1024 * 1024;
/// A tail up to this length is sent without asking whether a snapshot were smaller.
pub const RESUME_TAIL_ALWAYS: i64 = 1_000;
/// Entities of one snapshot chunk.
pub const SNAPSHOT_CHUNK_ENTITIES: usize = 500;
/// Most projects of which is remembered whether one listener may see them.
pub const SIGHT_PROJECTS_MAX: usize = 10_000;
/// Most read connections of one tenant, where a host names no other number.
pub const READERS_MAX: usize = 4;
/// Rows blanked by a purge between two groups of commands.
pub const PURGE_STEP_ROWS: i64 = 500;
/// How long the writer waits for a foreign tool that holds the file, in milliseconds.
pub const BUSY_TIMEOUT_MS: u64 = 5_000;
/// Longest a question may work on the file, in milliseconds, where a host names no other time: whoever asked has given
/// up by then, and the connection is wanted by others.
pub const QUERY_WITHIN_MS: u64 = 30_000;
/// Steps of SQLite's machine between two looks at the time: some microseconds.
pub const QUERY_STEPS_PER_LOOK: i32 = 1_000;
/// The write-ahead log is checkpointed after a group once it has this many pages.
pub const CHECKPOINT_PAGES: i64 = 1_000;
/// Longest tenant id.
pub const TENANT_ID_BYTES_MAX: usize = 63;
/// Most cards of one board; lanes are cut evenly to stay below, and go on by their cursors.
pub const BOARD_CARDS_MAX: i64 = 2_000;
/// Most replies carried with one thread of comments; the others come by pages of the thread.
pub const THREAD_REPLIES_MAX: i64 = 50;
/// A page that carries long texts ends early past this many bytes of them.
pub const PAGE_TEXT_BYTES_MAX: usize = 512 * 1024;
/// Size of a project's context for a language model when none is named, in bytes of JSON.
pub const CONTEXT_BYTES_DEFAULT: i64 = 200_000;
/// Smallest context of a project that can be asked for: the project itself always fits.
pub const CONTEXT_BYTES_MIN: i64 = 8_000;
/// Largest context of a project.
pub const CONTEXT_BYTES_MAX: i64 = 4_000_000;

/// Longest line of an import: larger than any record the engine takes, so that only hostile ones are cut off.
pub const IMPORT_LINE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Largest import of a format that is one document, such as a Trello board.
pub const IMPORT_DOCUMENT_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Commands of an import in flight at once: enough to fill a group.
pub const IMPORT_COMMANDS_IN_FLIGHT: usize = 256;
/// Bytes of an import in flight at once, as far below the queue's bound as to leave room for others.
pub const IMPORT_BYTES_IN_FLIGHT: usize = 16 * 1024 * 1024;
/// Records of an import compared with the file in one read.
pub const IMPORT_CHUNK_RECORDS: usize = 128;
/// Refusals and remarks a report lists; the rest is counted.
pub const IMPORT_REPORT_ENTRIES_MAX: usize = 100_000;
