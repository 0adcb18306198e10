-- What happened, a row per changed field, for people and language models to read.

CREATE TABLE activity_log (
    sequence    INTEGER NOT NULL,      -- of the event in event_log
    position    INTEGER NOT NULL,      -- 0, 1, 2 … within the event
    instant     INTEGER NOT NULL,      -- when it happened (at its origin, where it was imported)
    actor       TEXT NOT NULL,         -- who did it
    project_id  TEXT,
    entity_kind TEXT NOT NULL,
    entity_id   TEXT NOT NULL,
    action      TEXT NOT NULL,
    field       TEXT,                  -- NULL for creation, deletion and a restoration that changed none
    old_value   TEXT,                  -- long text is cut at 200 characters
    new_value   TEXT,
    PRIMARY KEY (sequence, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_log_by_project ON activity_log (project_id, sequence, position);
CREATE INDEX activity_log_by_entity ON activity_log (entity_id, sequence, position);
CREATE INDEX activity_log_by_actor ON activity_log (actor, sequence, position);

CREATE TABLE llm_context (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('schema_doc', 'query_pattern', 'business_rule', 'example', 'instruction')),
    category    TEXT NOT NULL,
    title       TEXT NOT NULL,
    content     TEXT NOT NULL,
    example_sql TEXT,
    priority    INTEGER NOT NULL       -- 1 is read first
) STRICT;
