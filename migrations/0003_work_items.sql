-- Work items, their labels, their place in sprints, and the dependencies between them.

CREATE TABLE work_items (
    id                TEXT NOT NULL PRIMARY KEY,
    project_id        TEXT NOT NULL REFERENCES projects (id) DEFERRABLE INITIALLY DEFERRED,
    number            INTEGER NOT NULL,  -- KEY-number, from 1 without gaps
    kind              TEXT NOT NULL CHECK (kind IN ('epic', 'story', 'task', 'bug')),
    title             TEXT NOT NULL,
    lane_id           TEXT NOT NULL REFERENCES swim_lanes (id) DEFERRABLE INITIALLY DEFERRED,
    priority          TEXT NOT NULL CHECK (priority IN ('urgent', 'high', 'medium', 'low', 'none')),
    assignee          TEXT,
    labels            TEXT NOT NULL,     -- JSON array, sorted; one row each in work_item_labels
    points            REAL,
    estimate_seconds  INTEGER,
    remaining_seconds INTEGER,
    start_date        TEXT,              -- YYYY-MM-DD
    due_date          TEXT,
    sprint_id         TEXT REFERENCES sprints (id) DEFERRABLE INITIALLY DEFERRED,
    parent_id         TEXT,              -- no foreign key: a deleted child may outlive a purged parent
    lane_order        TEXT NOT NULL,     -- order key in the lane, sorts bytewise
    parent_order      TEXT NOT NULL,     -- order key among the children of the parent
    external_source   TEXT,
    external_id       TEXT,
    created_at        INTEGER NOT NULL,
    created_by        TEXT NOT NULL,
    updated_at        INTEGER NOT NULL,
    updated_by        TEXT NOT NULL,
    completed_at      INTEGER,
    completed_by      TEXT,
    deleted_at        INTEGER,
    version           INTEGER NOT NULL,
    deleted_group     TEXT,              -- what was deleted by one command comes back together (derived)
    changed_sequence  INTEGER NOT NULL,  -- sequence of its last event (derived)
    finished          INTEGER NOT NULL CHECK (finished IN (0, 1)),  -- its lane is completed or canceled (derived)
    open_blockers     INTEGER NOT NULL,  -- live unfinished items that block it (derived)
    open_children     INTEGER NOT NULL,  -- live unfinished children (derived)
    live_children     INTEGER NOT NULL,  -- live children (derived)
    subtree_height    INTEGER NOT NULL,  -- 1 for an item without live children (derived)
    description       TEXT NOT NULL,     -- Markdown
    extra             TEXT NOT NULL      -- JSON object of the host, '' for none
) STRICT;
CREATE UNIQUE INDEX work_items_number ON work_items (project_id, number);
CREATE INDEX work_items_by_lane ON work_items (lane_id, deleted_at, lane_order, id);  -- deleted ones too: foreign keys look here
CREATE INDEX work_items_by_parent ON work_items (parent_id, parent_order, id) WHERE parent_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX work_items_by_height ON work_items (parent_id, subtree_height) WHERE parent_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX work_items_by_sprint ON work_items (sprint_id, deleted_at, id) WHERE sprint_id IS NOT NULL;
CREATE INDEX work_items_by_assignee ON work_items (assignee, project_id) WHERE assignee IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX work_items_by_due ON work_items (project_id, due_date) WHERE due_date IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX work_items_by_change ON work_items (project_id, changed_sequence);
CREATE INDEX work_items_waiting ON work_items (project_id, number) WHERE open_blockers > 0 AND deleted_at IS NULL;
CREATE INDEX work_items_open ON work_items (project_id, number) WHERE finished = 0 AND open_blockers = 0 AND open_children = 0 AND deleted_at IS NULL;
CREATE INDEX work_items_deleted ON work_items (project_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX work_items_deleted_group ON work_items (deleted_group, id) WHERE deleted_at IS NOT NULL;
CREATE UNIQUE INDEX work_items_external ON work_items (external_source, external_id) WHERE external_source IS NOT NULL;

CREATE TABLE work_item_labels (
    item_id    TEXT NOT NULL REFERENCES work_items (id) DEFERRABLE INITIALLY DEFERRED,
    label      TEXT NOT NULL,
    project_id TEXT NOT NULL,
    PRIMARY KEY (item_id, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_item_labels_by_label ON work_item_labels (project_id, label, item_id);

CREATE TABLE sprint_items (
    sprint_id TEXT NOT NULL REFERENCES sprints (id) DEFERRABLE INITIALLY DEFERRED,
    phase     TEXT NOT NULL CHECK (phase IN ('start', 'completion')),
    item_id   TEXT NOT NULL REFERENCES work_items (id) DEFERRABLE INITIALLY DEFERRED,
    points    REAL,
    category  TEXT NOT NULL CHECK (category IN ('backlog', 'unstarted', 'started', 'completed', 'canceled')),
    PRIMARY KEY (sprint_id, phase, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sprint_items_by_item ON sprint_items (item_id);

CREATE TABLE dependencies (
    id            TEXT NOT NULL PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('blocks', 'relates_to')),
    from_item     TEXT NOT NULL REFERENCES work_items (id) DEFERRABLE INITIALLY DEFERRED,  -- the blocker
    to_item       TEXT NOT NULL REFERENCES work_items (id) DEFERRABLE INITIALLY DEFERRED,  -- the item that waits
    project_id    TEXT NOT NULL REFERENCES projects (id) DEFERRABLE INITIALLY DEFERRED,    -- of the waiting item
    created_at    INTEGER NOT NULL,
    created_by    TEXT NOT NULL,
    deleted_at    INTEGER,
    version       INTEGER NOT NULL,
    deleted_group TEXT                   -- as in work_items (derived)
) STRICT;
CREATE UNIQUE INDEX dependencies_live_pair ON dependencies (kind, min(from_item, to_item), max(from_item, to_item)) WHERE deleted_at IS NULL;
-- One index per direction for live and deleted ones: an insert touches a page of each index, far from the last one.
CREATE INDEX dependencies_from ON dependencies (from_item, deleted_at, kind);
CREATE INDEX dependencies_to ON dependencies (to_item, deleted_at, kind);
CREATE INDEX dependencies_deleted ON dependencies (deleted_group) WHERE deleted_at IS NOT NULL;
CREATE INDEX dependencies_by_project ON dependencies (project_id, id);
