//! The subcommands that work on a data folder, with and without a server beside them.

use std::path::Path;

use googletest::prelude::*;
use pm_examples::client::{Client, Hello};

use crate::cli::{Serving, output, text};

/// Runs a subcommand that must succeed; what it printed.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = output(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a subcommand that must succeed; what it said beside its output.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = output(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stderr)
}

/// Runs a subcommand that must fail; its exit status and what it said.
fn failed(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = output(folder, arguments);
    assert!(!output.status.success(), "{arguments:?} did not fail");
    (output.status.code(), text(&output.stderr))
}

fn sql(folder: &Path, tenant: &str, query: &str) -> String {
    let file = folder.join("pm-data/tenants").join(tenant).join("tenant.db");
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.query_row(query, [], |row| row.get::<_, String>(0)).unwrap()
}

#[gtest]
fn given_the_demo_when_looked_at_then_it_is_a_team_with_weeks_of_history() {
    let folder = tempfile::tempdir().unwrap();
    expect_that!(done(folder.path(), &["demo"]), contains_substring("a team's history"));
    let count =
        |what: &str| sql(folder.path(), "demo", &format!("SELECT CAST(count(*) AS TEXT) FROM {what}"));
    expect_that!(count("projects"), eq("3"));
    expect_that!(count("work_items WHERE kind = 'bug'").parse::<i64>().unwrap(), gt(5));
    expect_that!(count("sprints WHERE state = 'completed' AND completed_points > 0"), eq("6"));
    expect_that!(count("sprints WHERE state = 'active'"), eq("2"));
    expect_that!(count("comment_mentions").parse::<i64>().unwrap(), gt(20));
    expect_that!(count("time_entries").parse::<i64>().unwrap(), gt(300));
    expect_that!(count("time_entries WHERE overlaps = 1"), eq("0"));
    expect_that!(count("time_entries WHERE ended_at IS NULL").parse::<i64>().unwrap(), le(7));
    let weeks = "SELECT CAST((max(created_at) - min(created_at)) / 86400000 / 7 AS TEXT) FROM comments";
    expect_that!(sql(folder.path(), "demo", weeks).parse::<i64>().unwrap(), ge(5));
    expect_that!(done(folder.path(), &["check", "--tenant", "demo"]), contains_substring("is whole"));

    let (code, said) = failed(folder.path(), &["demo"]);
    expect_that!(code, some(eq(1)));
    expect_that!(said, contains_substring("choose a new tenant"));
}

#[gtest]
fn given_the_same_seed_when_told_twice_then_the_history_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for tenant in ["one", "two"] {
        done(folder.path(), &["demo", "--tenant", tenant, "--seed", "7"]);
    }
    // Up to yesterday: the two are not told at the same moment.
    let query = "SELECT group_concat(text || created_at || author) FROM (SELECT * FROM comments \
                 WHERE created_at < (unixepoch() / 86400 - 1) * 86400000 ORDER BY id)";
    expect_that!(sql(folder.path(), "one", query) == sql(folder.path(), "two", query), eq(true));
}

#[gtest]
fn given_an_export_when_imported_elsewhere_then_another_export_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["demo"]);
    done(folder.path(), &["export", "--tenant", "demo", "demo.jsonl"]);
    let summary = done(folder.path(), &["import", "--tenant", "copy", "--format", "pm", "demo.jsonl"]);
    expect_that!(summary, contains_substring("work_items"));
    let body = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let first = std::fs::read_to_string(folder.path().join("demo.jsonl")).unwrap();
    let second = done(folder.path(), &["export", "--tenant", "copy"]);
    expect_that!(body(&first).len(), gt(1_000));
    // Who imports is none of the users.
    expect_that!(body(&second) == body(&first), eq(true));
    let again =
        done(folder.path(), &["import", "--tenant", "copy", "--format", "pm", "demo.jsonl", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&again).unwrap();
    expect_that!(report["last_sequence"].is_null(), eq(true));
}

#[gtest]
fn given_a_file_of_another_system_when_imported_then_tenant_and_project_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let issues = [
        r#"{"id":"x-1","title":"First","status":"open","priority":1,"issue_type":"task"}"#,
        r#"{"id":"x-2","title":"Second","status":"closed","priority":2,"issue_type":"bug","dependencies":[{"issue_id":"x-2","depends_on_id":"x-1","type":"blocks"}]}"#,
        "not a record",
    ];
    std::fs::write(folder.path().join("issues.jsonl"), issues.join("\n")).unwrap();
    let import = ["import", "--tenant", "team", "--project", "PM", "--format", "beads", "issues.jsonl"];
    let summary = done(folder.path(), &import);
    expect_that!(summary, contains_substring("refused: line 3"));
    expect_that!(sql(folder.path(), "team", "SELECT key FROM projects"), eq("PM"));
    expect_that!(sql(folder.path(), "team", "SELECT CAST(count(*) AS TEXT) FROM work_items"), eq("2"));
    expect_that!(done(folder.path(), &import), contains_substring("nothing has changed"));

    let (_, said) =
        failed(folder.path(), &["import", "--tenant", "team", "--format", "beads", "issues.jsonl"]);
    expect_that!(said, contains_substring("--project"));
    let gone = ["import", "--tenant", "team", "--project", "PM", "--format", "beads", "gone.jsonl"];
    expect_that!(failed(folder.path(), &gone).1, contains_substring("cannot read gone.jsonl"));
    let a_folder = ["import", "--tenant", "new", "--project", "PM", "--format", "beads", "."];
    expect_that!(failed(folder.path(), &a_folder).1, contains_substring("cannot read ."));
    expect_that!(folder.path().join("pm-data/tenants/new").exists(), eq(false));
}

#[gtest]
fn given_an_import_of_which_nothing_can_be_taken_when_it_ends_then_the_status_says_so_and_no_empty_tenant_stays()
 {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("words.txt", "not a record\n");
    write(
        "torn.jsonl",
        &format!(
            "{}\nnot a record\n",
            r#"{"format":"pm","version":1,"epoch":"2dbe44f7-6576-4f53-99d1-8d6b27c1113e","sequence":1}"#
        ),
    );
    let status = |arguments: &[&str]| output(folder.path(), arguments).status.code();
    let tenants = || std::fs::read_dir(folder.path().join("pm-data/tenants")).unwrap().count();
    for (project, format, file, code) in [
        ("no key", "beads", "words.txt", 1),
        ("PM", "trello", "words.txt", 1),
        ("PM", "pm", "words.txt", 1),
        ("PM", "pm", "torn.jsonl", 2),
    ] {
        let import = ["import", "--tenant", "new", "--project", project, "--format", format, file];
        expect_that!(status(&import), some(eq(code)), "{import:?}");
        expect_that!(tenants(), eq(0), "{import:?}");
    }
    // A project was made: that is something, though no record was taken.
    let import = ["import", "--tenant", "new", "--project", "PM", "--format", "beads", "words.txt", "--json"];
    expect_that!(status(&import), some(eq(2)));
    expect_that!(sql(folder.path(), "new", "SELECT key FROM projects"), eq("PM"));
    // A tenant that was there before stays, empty as it may be.
    write(
        "empty.jsonl",
        "{\"format\":\"pm\",\"version\":1,\"epoch\":\"2dbe44f7-6576-4f53-99d1-8d6b27c1113e\",\"sequence\":0}\n",
    );
    let import = |file| status(&["import", "--tenant", "empty", "--format", "pm", file]);
    expect_that!(import("empty.jsonl"), some(eq(0)));
    expect_that!(import("torn.jsonl"), some(eq(2)));
    expect_that!(import("words.txt"), some(eq(1)));
    expect_that!(done(folder.path(), &["check", "--tenant", "empty"]), contains_substring("0 events"));
}

#[gtest]
fn given_damaged_files_when_tools_meet_them_then_the_words_name_the_file_and_no_place_in_the_source() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["demo"]);
    std::fs::write(
        folder.path().join("words.db"),
        "no database at all, just some words, longer than a header",
    )
    .unwrap();
    let (_, said) = failed(folder.path(), &["restore", "--tenant", "demo", "--replace", "words.db"]);
    expect_that!(said, contains_substring("words.db is no whole backup"));
    let mut all = said;
    // A folder in the place of a file, and words in the place of a database.
    let tenants = folder.path().join("pm-data/tenants");
    std::fs::create_dir_all(tenants.join("folder/tenant.db")).unwrap();
    std::fs::create_dir_all(tenants.join("words")).unwrap();
    std::fs::copy(folder.path().join("words.db"), tenants.join("words/tenant.db")).unwrap();
    std::fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    for tenant in ["folder", "words"] {
        let import = ["import", "--tenant", tenant, "--format", "pm", "empty.jsonl"];
        all += &failed(folder.path(), &import).1;
        for tool in ["export", "check"] {
            let output = output(folder.path(), &[tool, "--tenant", tenant]);
            expect_that!(output.status.success(), eq(false), "{tool} {tenant}");
            all += &(text(&output.stdout) + &text(&output.stderr));
        }
        all += &failed(folder.path(), &["backup", "--tenant", tenant, "copy.db"]).1;
    }
    expect_that!(all, not(contains_substring(".rs:")), "{all}");
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_running_server_when_tools_run_beside_it_then_readers_work_and_writers_say_who_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let mut ann = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
    ann.snapshot().await.unwrap();
    ann.change(pm_engine::command::Change::CreateProject(pm_engine::command::NewProject::new(
        "PM", "Beside",
    )))
    .await
    .unwrap();
    expect_that!(done(folder.path(), &["check", "--tenant", "main"]), contains_substring("is whole"));
    expect_that!(done(folder.path(), &["export", "--tenant", "main"]), contains_substring("Beside"));
    expect_that!(folder.path().join("pm-data").read_dir().unwrap().count(), eq(3));
    done(folder.path(), &["backup", "--tenant", "main", "main.db"]);
    let (code, said) = failed(folder.path(), &["demo", "--tenant", "main"]);
    expect_that!(code, some(eq(1)));
    expect_that!(said, contains_substring("in use by process"));
    let restore = ["restore", "--tenant", "main", "--replace", "main.db"];
    expect_that!(failed(folder.path(), &restore).1, contains_substring("is a server running?"));

    done(folder.path(), &["restore", "--tenant", "other", "main.db"]);
    let token = done(folder.path(), &["token", "--tenant", "other", "--user", "bob"]);
    let mut bob = Client::connect(&serving.url, Hello::new(token.lines().last().unwrap())).await.unwrap();
    let known = format!("{:?}", bob.snapshot().await.unwrap());
    expect_that!(known, contains_substring("Beside"));
    expect_that!(bob.position().epoch, not(eq(&ann.position().epoch)));
}

#[gtest]
fn given_a_backup_when_restored_over_a_tenant_then_it_must_be_said_and_the_tenant_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["demo"]);
    done(folder.path(), &["backup", "--tenant", "demo", "demo.db"]);
    let again = failed(folder.path(), &["backup", "--tenant", "demo", "demo.db"]);
    expect_that!(again.1, contains_substring("never overwrites"));
    let nowhere = failed(folder.path(), &["backup", "--tenant", "demo", "backups/demo.db"]);
    expect_that!(nowhere.1, contains_substring("there is no folder backups"));
    let careless = failed(folder.path(), &["restore", "--tenant", "demo", "demo.db"]);
    expect_that!(careless.1, contains_substring("--replace"));
    let restored = said(folder.path(), &["restore", "--tenant", "demo", "--replace", "demo.db"]);
    expect_that!(restored, contains_substring("will load a snapshot"));
    expect_that!(done(folder.path(), &["check", "--tenant", "demo"]), contains_substring("is whole"));
}

#[gtest]
fn given_a_file_that_is_not_what_the_log_says_when_checked_then_the_exit_status_is_2() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["demo"]);
    let file = folder.path().join("pm-data/tenants/demo/tenant.db");
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.execute("UPDATE comments SET depth = depth + 1 WHERE depth = 1", []).unwrap();
    drop(connection);
    let output = output(folder.path(), &["check", "--tenant", "demo", "--json"]);
    expect_that!(output.status.code(), some(eq(2)));
    let report: serde_json::Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    expect_that!(report["differences"][0]["table"].as_str(), some(eq("comments")));
    let (code, said) = failed(folder.path(), &["check", "--tenant", "nobody"]);
    expect_that!(code, some(eq(1)));
    expect_that!(said, contains_substring("there is no such tenant"));
}

#[gtest]
fn given_a_file_that_cannot_be_read_at_all_when_checked_then_it_is_damaged_too() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["demo"]);
    let file = folder.path().join("pm-data/tenants/demo/tenant.db");
    let whole = std::fs::read(&file).unwrap();
    for bytes in [&whole[..whole.len() / 2], b"some words that are longer than the header of a database"] {
        std::fs::write(&file, bytes).unwrap();
        let said = output(folder.path(), &["check", "--tenant", "demo"]);
        expect_that!(said.status.code(), some(eq(2)));
        expect_that!(text(&said.stdout), contains_substring("demo is damaged"));
        expect_that!(text(&said.stdout), contains_substring("pm-server restore"));
        let said = output(folder.path(), &["check", "--tenant", "demo", "--json"]);
        let report: serde_json::Value = serde_json::from_str(&text(&said.stdout)).unwrap();
        expect_that!(report["integrity"][0].is_string(), eq(true));
    }
}

#[gtest]
fn given_a_tenant_that_does_not_exist_when_exported_then_no_file_is_left() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["demo"]);
    let (_, said) = failed(folder.path(), &["export", "--tenant", "demos", "demo.jsonl"]);
    expect_that!(said, contains_substring("there is no such tenant"));
    expect_that!(folder.path().join("demo.jsonl").exists(), eq(false));
    done(folder.path(), &["export", "--tenant", "demo", "demo.jsonl"]);
}
