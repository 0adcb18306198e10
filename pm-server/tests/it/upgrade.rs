//! A data folder that an older version wrote.

use std::path::Path;

use googletest::prelude::*;
use pm_engine::command::{Change, NewComment};
use pm_examples::client::{Client, Hello};

use crate::cli::{Serving, output, text};

#[gtest]
#[tokio::test]
async fn given_a_data_folder_of_each_released_schema_when_served_then_two_clients_go_on_in_it() {
    let old_files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pm-engine/tests/old_files");
    for dump in std::fs::read_dir(old_files).unwrap() {
        let folder = tempfile::tempdir().unwrap();
        let tenant = folder.path().join("pm-data/tenants/main");
        std::fs::create_dir_all(&tenant).unwrap();
        let file = rusqlite::Connection::open(tenant.join("tenant.db")).unwrap();
        file.execute_batch(&std::fs::read_to_string(dump.unwrap().path()).unwrap()).unwrap();
        drop(file);

        // As docs/deployment.md says: the newer program's check, before anything of the file is changed.
        let before = std::fs::read(tenant.join("tenant.db")).unwrap();
        let rehearsed = output(folder.path(), &["check", "--tenant", "main"]);
        expect_that!(rehearsed.status.code(), some(eq(0)), "{}", text(&rehearsed.stdout));
        expect_that!(std::fs::read(tenant.join("tenant.db")).unwrap() == before, eq(true));

        let serving = Serving::start(folder.path());
        let mut admin = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
        let token = text(&output(folder.path(), &["token", "--tenant", "main", "--user", "bob"]).stdout);
        let mut bob = Client::connect(&serving.url, Hello::new(token.lines().last().unwrap())).await.unwrap();
        let (all, open) = (admin.snapshot().await.unwrap(), bob.snapshot().await.unwrap());
        let (all, open) = (format!("{all:?}"), format!("{open:?}"));
        expect_that!(all, contains_substring("Seen by few"));
        expect_that!(open, contains_substring("Written by an older version"));
        expect_that!(open, not(contains_substring("Seen by few")));
        let said = bob.change(Change::AddComment(NewComment::new("OLD-3", "Still here."))).await.unwrap();
        let heard = admin.events_up_to(said.last_sequence.unwrap()).await.unwrap();
        expect_that!(format!("{heard:?}"), contains_substring("Still here."));
        let code = tokio::task::spawn_blocking(move || serving.terminate()).await.unwrap();
        expect_that!(code, some(eq(0)));
        let checked = output(folder.path(), &["check", "--tenant", "main"]);
        expect_that!(checked.status.code(), some(eq(0)), "{}", text(&checked.stdout));
    }
}
