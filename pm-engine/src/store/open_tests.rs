//! Steps of the schema that are still to come, over a file that has something in every table.

use googletest::prelude::*;

use super::*;

/// A connection as the engine has it, to a populated file of schema 6.
fn populated(folder: &Path) -> Connection {
    let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old_files/schema_0006.sql");
    let connection = Connection::open(folder.join(TENANT_FILE)).unwrap();
    connection.execute_batch(&std::fs::read_to_string(dump).unwrap()).unwrap();
    prepare(&connection, Durability::Full).unwrap();
    connection
}

fn temporary_tables(connection: &Connection, sql: &str) -> i64 {
    let mut statement = connection.prepare(&format!("EXPLAIN {sql}")).unwrap();
    let codes = statement.query_map(["bug", "low"], |row| row.get::<_, String>("opcode")).unwrap();
    codes.filter(|code| code.as_ref().unwrap() == "OpenEphemeral").count().try_into().unwrap()
}

#[gtest]
fn given_a_file_of_schema_6_when_opened_then_its_checks_hold_as_before_and_make_no_tables() {
    const UPDATE: &str = "UPDATE work_items SET kind = ?1, priority = ?2 WHERE number = 1";
    let folder = tempfile::tempdir().unwrap();
    let mut connection = populated(folder.path());
    expect_that!(temporary_tables(&connection, UPDATE), eq(2));
    migrate(&mut connection, MIGRATIONS).unwrap();
    let reopened = open_writer(&folder.path().join(TENANT_FILE), Durability::Full, false).unwrap();
    for connection in [&connection, &reopened] {
        expect_that!(temporary_tables(connection, UPDATE), eq(0));
        for kind in ["epic", "story", "task", "bug"] {
            for priority in ["urgent", "high", "medium", "low", "none"] {
                expect_that!(connection.execute(UPDATE, [kind, priority]), ok(gt(&0)), "{kind} {priority}");
            }
        }
        for (kind, priority) in
            [("Task", "none"), ("", "none"), ("task", "None"), ("bug", "epic"), ("none", "low")]
        {
            expect_that!(connection.execute(UPDATE, [kind, priority]), err(anything()), "{kind} {priority}");
        }
        expect_that!(
            count(connection, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
            eq(0)
        );
        // Nobody edits the schema from now on.
        let edit = connection.execute_batch("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema;");
        expect_that!(edit, err(anything()));
    }
}

fn step(after: i64, sql: &'static str) -> Migration {
    Migration { version: newest() + after, name: "to come", sql }
}

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

const VERSION: &str = "SELECT user_version FROM pragma_user_version";

/// SQLite's own recipe for a change that `ALTER TABLE` cannot make.
const REBUILD: &str = "CREATE TABLE made_anew AS SELECT *, upper(title) AS shouted FROM projects; \
                       CREATE UNIQUE INDEX made_anew_id ON made_anew (id); \
                       DROP TABLE projects; ALTER TABLE made_anew RENAME TO projects;";

#[gtest]
fn given_a_populated_file_when_a_step_rebuilds_a_table_others_refer_to_then_all_is_kept_and_guarded_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = populated(folder.path());
    let lanes = count(&connection, "SELECT count(*) FROM swim_lanes JOIN projects p ON p.id = project_id");
    expect_that!(lanes, gt(0));
    let migrated = migrate(&mut connection, &[step(1, REBUILD)]);
    expect_that!(migrated, ok(eq(&())));
    expect_that!(count(&connection, VERSION), eq(newest() + 1));
    let shouted = "SELECT count(*) FROM swim_lanes JOIN projects p ON p.id = project_id \
                   WHERE shouted = upper(p.title)";
    expect_that!(count(&connection, shouted), eq(lanes));
    // Afterwards references are enforced as before.
    expect_that!(connection.execute("DELETE FROM projects", []).is_err(), eq(true));
}

#[gtest]
fn given_a_populated_file_when_a_step_fails_then_the_file_stays_at_the_one_before_with_all_its_rows() {
    for broken in [
        "DELETE FROM users; DELETE FROM swim_lanes;",
        "DELETE FROM activity_log; INSERT INTO nowhere VALUES (1);",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = populated(folder.path());
        let rows = "SELECT (SELECT count(*) FROM swim_lanes) + (SELECT count(*) FROM activity_log)";
        let before = count(&connection, rows);
        let steps = [step(1, "ALTER TABLE users ADD COLUMN shoe_size INTEGER;"), step(2, broken)];
        expect_that!(migrate(&mut connection, &steps), err(anything()), "{broken}");
        drop(connection);
        let connection = Connection::open(folder.path().join(TENANT_FILE)).unwrap();
        expect_that!(count(&connection, VERSION), eq(newest() + 1));
        expect_that!(count(&connection, rows), eq(before));
        expect_that!(connection.prepare("SELECT shoe_size FROM users").is_ok(), eq(true));
    }
}
