//! A tenant whose file takes long to open holds up nobody but those who ask for it.

use googletest::prelude::*;
use pm_engine::{Engine, EngineConfig};
use pm_server::ServerConfig;
use pm_server::auth::{Claims, Role};

use crate::rest_support::Rest;
use crate::support::TestServer;

const TENANT: &str = "slow";

/// A tenant that somebody else keeps for himself until what is given back is dropped.
fn kept_tenant(server: &TestServer) -> rusqlite::Connection {
    let elsewhere = tempfile::tempdir().unwrap();
    let engine = Engine::open(EngineConfig::new(elsewhere.path())).unwrap();
    engine.create_tenant(TENANT).unwrap();
    engine.close();
    let folder = server.folder().join("tenants").join(TENANT);
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(elsewhere.path().join(TENANT).join("tenant.db"), folder.join("tenant.db")).unwrap();
    let keeper = rusqlite::Connection::open(folder.join("tenant.db")).unwrap();
    keeper.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
    keeper.execute_batch("BEGIN EXCLUSIVE").unwrap();
    keeper
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_requests_that_wait_for_a_slow_tenant_when_others_ask_for_theirs_then_they_are_answered() {
    const WAITING: usize = 8;
    let mut config = ServerConfig::default();
    config.http.requests_max(WAITING).streams_max(WAITING);
    let server = TestServer::with(config).await;
    let keeper = kept_tenant(&server);
    let claims = Claims { tenant: TENANT.to_owned(), ..TestServer::claims("eve", Role::Member) };
    let eve = Rest { token: server.keys.sign(&claims).unwrap(), ..Rest::of(&server, "eve") };
    let mut waiting = tokio::task::JoinSet::new();
    for path in ["/api/v1/projects", "/api/v1/events"].repeat(WAITING) {
        let eve = eve.clone();
        // Of a stream the head is enough.
        waiting.spawn(async move { eve.ask("HEAD", path, &[], b"").await.status.as_u16() });
    }
    let ann = Rest::of(&server, "ann");
    for _ in 0..50 {
        expect_that!(ann.get("/api/v1/projects").await.status.as_u16(), eq(200));
        expect_that!(ann.ask("HEAD", "/api/v1/events", &[], b"").await.status.as_u16(), eq(200));
    }
    expect_that!(waiting.try_join_next(), none());
    drop(keeper);
    let statuses = waiting.join_all().await;
    expect_that!(statuses, contains(eq(&200)));
    expect_that!(statuses, each(any![eq(&200), eq(&503)]));
}
