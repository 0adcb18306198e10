-- Comments with their mentions, and time.

CREATE TABLE comments (
    id              TEXT NOT NULL PRIMARY KEY,
    project_id      TEXT NOT NULL REFERENCES projects (id) DEFERRABLE INITIALLY DEFERRED,
    item_id         TEXT NOT NULL REFERENCES work_items (id) DEFERRABLE INITIALLY DEFERRED,
    reply_to        TEXT REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED,
    depth           INTEGER NOT NULL,  -- 1 for the first comment of a thread
    author          TEXT NOT NULL,
    mentioned_users TEXT NOT NULL,     -- JSON array
    mentioned_items TEXT NOT NULL,     -- JSON array
    external_source TEXT,
    external_id     TEXT,
    created_at      INTEGER NOT NULL,
    edited_at       INTEGER,
    deleted_at      INTEGER,
    version         INTEGER NOT NULL,
    text            TEXT NOT NULL      -- Markdown
) STRICT;
CREATE INDEX comments_by_item ON comments (item_id, created_at, id);
CREATE INDEX comments_by_reply ON comments (reply_to, created_at, id) WHERE reply_to IS NOT NULL;
CREATE INDEX comments_by_project ON comments (project_id, id);
CREATE UNIQUE INDEX comments_external ON comments (external_source, external_id) WHERE external_source IS NOT NULL;

CREATE TABLE comment_mentions (
    comment_id TEXT NOT NULL REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED,
    kind       TEXT NOT NULL CHECK (kind IN ('user', 'work_item')),
    target_id  TEXT NOT NULL,
    PRIMARY KEY (comment_id, kind, target_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_mentions_by_target ON comment_mentions (target_id, kind, comment_id);

CREATE TABLE time_entries (
    id              TEXT NOT NULL PRIMARY KEY,
    project_id      TEXT NOT NULL REFERENCES projects (id) DEFERRABLE INITIALLY DEFERRED,
    item_id         TEXT NOT NULL REFERENCES work_items (id) DEFERRABLE INITIALLY DEFERRED,
    user_id         TEXT NOT NULL,
    started_at      INTEGER NOT NULL,
    ended_at        INTEGER,           -- NULL while the timer runs
    seconds         INTEGER,
    note            TEXT NOT NULL,
    manual          INTEGER NOT NULL CHECK (manual IN (0, 1)),
    overlaps        INTEGER NOT NULL CHECK (overlaps IN (0, 1)),
    over_cap        INTEGER NOT NULL CHECK (over_cap IN (0, 1)),
    clock_backwards INTEGER NOT NULL CHECK (clock_backwards IN (0, 1)),
    original_end    INTEGER,
    created_at      INTEGER NOT NULL,
    updated_by      TEXT NOT NULL,
    deleted_at      INTEGER,
    version         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX time_entries_one_running ON time_entries (user_id) WHERE ended_at IS NULL AND deleted_at IS NULL;
CREATE INDEX time_entries_running ON time_entries (item_id) WHERE ended_at IS NULL AND deleted_at IS NULL;
CREATE INDEX time_entries_running_project ON time_entries (project_id) WHERE ended_at IS NULL AND deleted_at IS NULL;
CREATE INDEX time_entries_by_item ON time_entries (item_id, started_at, id);
CREATE INDEX time_entries_by_user ON time_entries (user_id, started_at, id);
CREATE INDEX time_entries_long ON time_entries (user_id, started_at) WHERE seconds > 86400 AND deleted_at IS NULL;
CREATE INDEX time_entries_by_project ON time_entries (project_id, started_at, id);
