-- Projects, their members, lanes and sprints.

CREATE TABLE projects (
    id               TEXT NOT NULL PRIMARY KEY,
    key              TEXT NOT NULL,    -- 'PM'; unique among live projects
    title            TEXT NOT NULL,
    description      TEXT NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('active', 'archived')),
    visibility       TEXT NOT NULL CHECK (visibility IN ('open', 'private')),
    wip_policy       TEXT NOT NULL CHECK (wip_policy IN ('warn', 'refuse')),
    parallel_sprints INTEGER NOT NULL CHECK (parallel_sprints IN (0, 1)),
    default_lane     TEXT REFERENCES swim_lanes (id) DEFERRABLE INITIALLY DEFERRED,
    created_at       INTEGER NOT NULL,
    created_by       TEXT NOT NULL,
    updated_at       INTEGER NOT NULL,
    updated_by       TEXT NOT NULL,
    deleted_at       INTEGER,
    version          INTEGER NOT NULL,
    next_number      INTEGER NOT NULL  -- number of the next work item (derived)
) STRICT;
CREATE UNIQUE INDEX projects_live_key ON projects (key) WHERE deleted_at IS NULL;
CREATE INDEX projects_by_default_lane ON projects (default_lane) WHERE default_lane IS NOT NULL;

CREATE TABLE project_members (
    project_id TEXT NOT NULL REFERENCES projects (id) DEFERRABLE INITIALLY DEFERRED,
    user_id    TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    version    INTEGER NOT NULL,
    PRIMARY KEY (project_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_members_by_user ON project_members (user_id) WHERE removed_at IS NULL;

CREATE TABLE swim_lanes (
    id         TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) DEFERRABLE INITIALLY DEFERRED,
    name       TEXT NOT NULL,
    status     TEXT NOT NULL,          -- 'in_progress'; unique among the live lanes of a project
    category   TEXT NOT NULL CHECK (category IN ('backlog', 'unstarted', 'started', 'completed', 'canceled')),
    position   TEXT NOT NULL,          -- order key, sorts bytewise
    wip_limit  INTEGER,
    deleted_at INTEGER,
    version    INTEGER NOT NULL,
    item_count INTEGER NOT NULL        -- live work items in the lane (derived)
) STRICT;
CREATE UNIQUE INDEX swim_lanes_live_status ON swim_lanes (project_id, status) WHERE deleted_at IS NULL;
CREATE INDEX swim_lanes_by_project ON swim_lanes (project_id, position);

CREATE TABLE sprints (
    id               TEXT NOT NULL PRIMARY KEY,
    project_id       TEXT NOT NULL REFERENCES projects (id) DEFERRABLE INITIALLY DEFERRED,
    name             TEXT NOT NULL,
    goal             TEXT NOT NULL,
    start_date       TEXT,             -- YYYY-MM-DD
    end_date         TEXT,
    state            TEXT NOT NULL CHECK (state IN ('planned', 'active', 'completed', 'cancelled')),
    started_at       INTEGER,
    ended_at         INTEGER,
    committed_items  INTEGER NOT NULL,
    committed_points REAL NOT NULL,
    completed_items  INTEGER NOT NULL,
    completed_points REAL NOT NULL,    -- the velocity
    created_at       INTEGER NOT NULL,
    created_by       TEXT NOT NULL,
    updated_at       INTEGER NOT NULL,
    updated_by       TEXT NOT NULL,
    deleted_at       INTEGER,
    version          INTEGER NOT NULL,
    sole_active      INTEGER NOT NULL CHECK (sole_active IN (0, 1)),  -- active in a project without parallel sprints (derived)
    item_count       INTEGER NOT NULL  -- live work items in the sprint (derived)
) STRICT;
CREATE UNIQUE INDEX sprints_live_name ON sprints (project_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX sprints_one_active ON sprints (project_id) WHERE sole_active = 1;
CREATE INDEX sprints_by_project ON sprints (project_id, created_at, id);
