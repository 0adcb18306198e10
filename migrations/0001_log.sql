-- The log: what happened, in order, without gaps. Every other table can be made again from event_log.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,  -- 'epoch', 'created_at'
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event_log (
    sequence     INTEGER PRIMARY KEY,  -- 1, 2, 3 … without gaps
    command_id   TEXT NOT NULL,        -- events of one command share it
    actor        TEXT NOT NULL,        -- user id
    instant      INTEGER NOT NULL,     -- commit time, UTC milliseconds
    project_id   TEXT,                 -- NULL for users and tenant settings
    entity_kind  TEXT NOT NULL,
    entity_id    TEXT NOT NULL,
    number       INTEGER,              -- number of a work item in its project
    action       TEXT NOT NULL,
    body         BLOB NOT NULL         -- the event in its wire form (protobuf); without its entity once purged
) STRICT;
-- Numbers of purged items, which are never given again.
CREATE INDEX event_log_purged_numbers ON event_log (project_id, number)
    WHERE action = 'purged' AND entity_kind = 'work_item';

CREATE TABLE command_record (
    actor          TEXT NOT NULL,
    command_id     TEXT NOT NULL,
    body_hash      BLOB NOT NULL,      -- SHA-256 of the canonical command
    outcome        BLOB NOT NULL,      -- the first outcome, protobuf
    PRIMARY KEY (actor, command_id)    -- with a rowid: an outcome of a large batch must not lie on the way of a lookup
) STRICT;

CREATE TABLE purge_tasks (
    sequence    INTEGER PRIMARY KEY,   -- sequence of the purge event
    entity_kind TEXT NOT NULL,         -- 'project', 'work_item', 'comment'
    entity_id   TEXT NOT NULL
) STRICT;

CREATE TABLE tenant_settings (
    id                INTEGER PRIMARY KEY CHECK (id = 1),
    timer_cap_seconds INTEGER NOT NULL,
    timer_cap_policy  TEXT NOT NULL CHECK (timer_cap_policy IN ('flag', 'cap')),
    overlap_policy    TEXT NOT NULL CHECK (overlap_policy IN ('allow', 'refuse')),
    version           INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id         TEXT NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('human', 'agent', 'system')),
    name       TEXT,
    email      TEXT,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
