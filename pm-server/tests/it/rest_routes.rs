//! Every route of the table: its answer is of the form the document says, and it tells nothing of what one may not see.

use googletest::prelude::*;
use serde_json::Value;

use crate::rest_support::{Ids, Reply, Rest, World, judge, world};
use crate::support::TestServer;

/// Path and operation of everything that is asked by GET.
fn gets(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().filter_map(|(path, item)| Some((path.clone(), item.get("get")?.clone()))).collect()
}

async fn document(rest: &Rest) -> Value {
    let reply = rest.get("/api/v1/openapi.json").await;
    expect_that!(reply.status.as_u16(), eq(200));
    reply.json()
}

/// What a question cannot do without.
fn needed(path: &str) -> &'static str {
    match path {
        "/api/v1/search" => "?text=story",
        "/api/v1/time/entries" => "?project=PM",
        _ => "",
    }
}

#[gtest]
#[tokio::test]
async fn given_every_route_when_asked_then_the_answer_has_the_documented_form() {
    let World { server, open, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let document = document(&rest).await;
    let routes = gets(&document);
    expect_that!(routes.len(), ge(35));
    for (path, operation) in routes.iter().filter(|(path, _)| path != "/api/v1/events") {
        let reply = rest.get(&format!("{}{}", open.fill(path), needed(path))).await;
        expect_that!(reply.status.as_u16(), eq(200), "{path}: {reply:?}");
        let content = &operation["responses"]["200"]["content"];
        let media = reply.header("content-type").unwrap();
        let schema = &content[media.as_str()]["schema"];
        expect_that!(schema.is_object(), eq(true), "{path} answers {media}, which is not documented");
        if media == "application/json" && path != "/api/v1/openapi.json" {
            let judged = judge(&document, schema, &reply.json(), path);
            expect_that!(judged, ok(anything()), "{path}");
        }
    }
}

#[gtest]
#[tokio::test]
async fn given_answers_with_rows_when_judged_then_something_was_in_them() {
    let World { server, open, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    for (path, rows) in [
        ("/api/v1/projects", "/projects/0/project/key"),
        ("/api/v1/projects/{project}/work-items?sort=lane&total=true", "/items/2/key"),
        ("/api/v1/projects/PM/board?per_lane=1", "/lanes/2/cards/0/key"),
        ("/api/v1/projects/PM/ready", "/items/0/key"),
        ("/api/v1/projects/PM/blocked", "/items/0/key"),
        ("/api/v1/projects/PM/backlog", "/items/0/key"),
        ("/api/v1/projects/PM/lanes/{lane}", "/lane/cards/0/key"),
        ("/api/v1/projects/PM/sprints?state=active", "/sprints/0/sprint/name"),
        ("/api/v1/projects/PM/members", "/members/0/user"),
        ("/api/v1/projects/PM/labels", "/labels/1/label"),
        ("/api/v1/projects/PM/context", "/items/2/key"),
        ("/api/v1/projects/PM/context", "/comments/1/text"),
        ("/api/v1/work-items?assignee=ann&label=one&label=two", "/items/0/key"),
        ("/api/v1/work-items/PM-1", "/detail/children/0/key"),
        ("/api/v1/work-items/PM-1", "/comments/threads/0/replies/0/text"),
        ("/api/v1/work-items/PM-1", "/time/lines/0/seconds"),
        ("/api/v1/work-items/PM-2", "/detail/dependencies/0/other/item/key"),
        ("/api/v1/work-items/PM-1/descendants", "/items/0/card/key"),
        ("/api/v1/comments/{comment}/replies", "/comments/0/text"),
        ("/api/v1/sprints/{sprint}/report", "/burndown/0/day"),
        ("/api/v1/sprints/{sprint}/items", "/items/0/item"),
        ("/api/v1/sprints/{sprint}/scope-changes", "/changes/0/kind"),
        ("/api/v1/time?item=PM-1&tree=true&by=item", "/lines/0/item"),
        ("/api/v1/time/entries?item=PM-1", "/entries/0/key"),
        ("/api/v1/time/running", "/entries/0/title"),
        ("/api/v1/activity?project=PM", "/rows/5/action"),
        ("/api/v1/search?text=story", "/hits/0/key"),
        ("/api/v1/users", "/users/0/id"),
        ("/api/v1/llm/context?kind=query_pattern", "/notes/0/example_sql"),
        ("/api/v1/snapshot", "/entities/0/entity"),
        ("/api/v1/snapshot?projects=PM", "/entities/5/entity"),
    ] {
        let answer = rest.get(&open.fill(path)).await.json();
        expect_that!(
            answer.pointer(rows).is_some_and(|row| !row.is_null()),
            eq(true),
            "{path} {rows}: {answer}"
        );
    }
}

/// All that tells one refusal from another, but for the name of the request.
fn shape(reply: &Reply) -> (u16, Value, Vec<String>) {
    let mut body = reply.json();
    body["request_id"] = Value::Null;
    let headers = reply.headers.keys().map(ToString::to_string).collect();
    (reply.status.as_u16(), body, headers)
}

const ABSENT: &str = "01900000-0000-7000-8000-000000000000";

fn absent() -> Ids {
    let id = ABSENT.to_owned();
    Ids {
        project: id.clone(),
        key: "NONE".to_owned(),
        item: id.clone(),
        sprint: id.clone(),
        comment: id.clone(),
        lane: id,
    }
}

#[gtest]
#[tokio::test]
async fn given_ids_of_a_hidden_project_in_every_path_when_asked_then_they_might_as_well_not_exist() {
    let World { server, hidden, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let mut tried = 0;
    for (path, _) in gets(&document(&rest).await).iter().filter(|(path, _)| path.contains('{')) {
        let by_id = rest.get(&hidden.fill(path)).await;
        expect_that!(by_id.status.as_u16(), eq(404), "{path}");
        let none = rest.get(&absent().fill(path)).await;
        expect_that!(shape(&by_id), eq(&shape(&none)), "{path}");
        let by_key = Ids { project: hidden.key.clone(), item: "SEC-1".to_owned(), ..hidden.clone() };
        let no_key = Ids { project: "NONE".to_owned(), item: "NONE-1".to_owned(), ..absent() };
        let (by_key, no_key) = (rest.get(&by_key.fill(path)).await, rest.get(&no_key.fill(path)).await);
        expect_that!(shape(&by_key), eq(&shape(&no_key)), "{path}");
        tried += 1;
    }
    expect_that!(tried, ge(20));
}

/// How what a parameter names can be spelt; nothing where it names nothing. What is added to the document has to be
/// told here before the tests go on.
fn spellings<'a>(parameter: &Value, ids: &'a Ids) -> Vec<&'a str> {
    let schema = &parameter["schema"];
    let schema = if schema["type"] == "array" { &schema["items"] } else { schema };
    if schema["type"] != "string" || schema.get("enum").is_some() || schema.get("format").is_some() {
        return Vec::new();
    }
    match parameter["name"].as_str().unwrap() {
        "project" | "projects" => vec![&ids.project, &ids.key],
        "item" | "id" | "parent" | "entity" => vec![&ids.item],
        "sprint" => vec![&ids.sprint],
        "lane" => vec![&ids.lane],
        // Users are named before they are known.
        "user" | "assignee" | "created_by" | "updated_by" => Vec::new(),
        "cursor" | "text" | "label" | "external_source" | "external_id" | "from" => Vec::new(),
        "updated_since" | "since" | "to" | "fields" => Vec::new(),
        other => panic!("what does `{other}` name? It has to be said here"),
    }
}

/// Where one's own is answered like what does not exist: the item is in another lane than the one asked for.
const ALIKE: (&str, &str) = ("/api/v1/projects/{project}/lanes/{lane}", "id");

/// Tries the secret ids in every parameter that names something: each is answered like what exists nowhere, and one's
/// own is not. How many were tried.
async fn like_nothing(rest: &Rest, document: &Value, own: &Ids, secret: &Ids) -> usize {
    let mut tried = 0;
    for (path, operation) in gets(document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] != "query" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            let beside = Some(needed(&path)).filter(|needed| !needed.contains(name) && !needed.is_empty());
            let url = |value: &str| {
                format!(
                    "{}{}{name}={value}",
                    own.fill(&path),
                    beside.map_or("?".to_owned(), |q| format!("{q}&"))
                )
            };
            let nothing = absent();
            let all = [secret, &nothing, own].map(|ids| spellings(parameter, ids));
            for (n, secret) in all[0].iter().enumerate().filter(|(n, secret)| **secret != all[2][*n]) {
                let seen = rest.get(&url(secret)).await;
                let none = shape(&rest.get(&url(all[1][n])).await);
                let seen = shape(&seen);
                expect_that!((seen.0, &seen.1), eq((none.0, &none.1)), "{path} {name}={secret}");
                // A stream has no end to wait for.
                if path != "/api/v1/events" {
                    let known = shape(&rest.get(&url(all[2][n])).await);
                    let is_alike = (known.0, &known.1) == (none.0, &none.1);
                    let is_expected = (path.as_str(), name) == ALIKE;
                    expect_that!(is_alike, eq(is_expected), "{path} {name}={}", all[2][n]);
                }
                tried += 1;
            }
        }
    }
    tried
}

#[gtest]
#[tokio::test]
async fn given_ids_of_a_hidden_project_in_every_query_when_asked_then_they_might_as_well_not_exist() {
    let World { server, open, hidden } = world().await;
    let rest = Rest::of(&server, "ann");
    let document = document(&rest).await;
    expect_that!(like_nothing(&rest, &document, &open, &hidden).await, ge(35));
    // Nor does anything of it stand in what is asked of everything.
    for path in [
        "/api/v1/projects",
        "/api/v1/work-items",
        "/api/v1/time",
        "/api/v1/time/running",
        "/api/v1/activity",
        "/api/v1/search?text=story",
        "/api/v1/snapshot",
        "/api/v1/time/entries?user=root",
    ] {
        let text = rest.get(path).await.text();
        expect_that!(text.contains(&hidden.project) || text.contains("SEC"), eq(false), "{path}: {text}");
    }
}

#[gtest]
#[tokio::test]
async fn given_ids_of_another_tenant_when_asked_then_they_do_not_exist() {
    let (here, there) = (world().await, world().await);
    let rest = Rest::of(&here.server, "ann");
    let document = document(&rest).await;
    for (path, _) in gets(&document).iter().filter(|(path, _)| path.contains('{')) {
        let theirs = rest.get(&there.open.fill(path)).await;
        expect_that!(theirs.status.as_u16(), eq(404), "{path}");
        expect_that!(theirs.code(), eq("not_found"), "{path}");
    }
    expect_that!(like_nothing(&rest, &document, &here.open, &there.open).await, ge(25));
}

#[gtest]
#[tokio::test]
async fn given_parameters_that_are_wrong_when_asked_then_each_is_named() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    for (path, field, says) in [
        ("/api/v1/projects?lmit=5", "lmit", "`limit`"),
        ("/api/v1/search", "text", "Words that must all occur"),
        ("/api/v1/search?kind=comment", "text", "Words that must all occur"),
        ("/api/v1/projects/PM?x=1", "x", "no parameter `x` here, nor any other"),
        ("/api/v1/work-items?kind=tusk", "kind", "epic, story, task, bug"),
        ("/api/v1/work-items?limit=0", "limit", "1 to 500"),
        ("/api/v1/work-items?limit=501", "limit", "1 to 500"),
        ("/api/v1/work-items?limit=99999999999999999999", "limit", "whole number"),
        ("/api/v1/work-items?limit=5&limit=6", "limit", "once"),
        ("/api/v1/work-items?finished=yes", "finished", "true or false"),
        ("/api/v1/work-items?due_to=2026-02-30", "due_to", "calendar date"),
        ("/api/v1/work-items?updated_since=today", "updated_since", "milliseconds"),
        ("/api/v1/work-items?cursor=x", "cursor", "cursor"),
        ("/api/v1/work-items?external_id=1", "external_source", "needs"),
        ("/api/v1/work-items?assignee=", "user", ""),
        ("/api/v1/time?item=PM-1&user=ann", "user", "one of"),
        ("/api/v1/time?tree=true", "tree", "item"),
        ("/api/v1/time/entries", "", ""),
        ("/api/v1/projects/PM/context?max_tokens=1999", "max_tokens", "2000 to 1000000"),
        ("/api/v1/projects/PM/context?max_tokens=1000001", "max_tokens", "2000 to 1000000"),
        ("/api/v1/projects/PM/context?fields=comments,nothing", "fields", "descriptions"),
        ("/api/v1/events?from=nonsense", "from", "epoch:sequence"),
        ("/api/v1/projects?status=%zz", "query", "percent"),
    ] {
        let reply = rest.get(path).await;
        expect_that!(reply.status.as_u16(), eq(400), "{path}");
        let problem = reply.json();
        expect_that!(problem["code"], eq("invalid"), "{path}");
        let named = problem["field"].as_str().unwrap_or_default();
        expect_that!(field.is_empty() || named == field || field == "user", eq(true), "{path}: {problem}");
        expect_that!(problem["detail"].as_str().unwrap(), contains_substring(says), "{path}");
    }
    let limit = rest.get("/api/v1/work-items?limit=501").await.json();
    expect_that!(limit["limit"], eq(500));
}

#[gtest]
#[tokio::test]
async fn given_the_page_on_rest_when_compared_with_the_document_then_both_name_the_same_resources() {
    let server = TestServer::start().await;
    let document = document(&Rest { address: server.address, token: String::new() }).await;
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rest.md")).unwrap();
    let mut named: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|path| path.starts_with('/'))
        .collect();
    named.sort_unstable();
    let mut known: Vec<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    known.sort_unstable();
    expect_that!(named, eq(&known));
    let text = Rest { address: server.address, token: String::new() }.get("/llms.txt").await.text();
    for path in known {
        expect_that!(text.contains(&format!(" {path}`")), eq(true), "{path}");
    }
}
