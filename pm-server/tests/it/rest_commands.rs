//! Commands by HTTP: one, several; sent again, malformed, of every kind.

use googletest::prelude::*;
use pm_engine::command::*;
use pm_engine::model::*;
use serde_json::{Value, json};

use crate::rest_streams::STREAM;
use crate::rest_support::{Rest, World, judge, world};
use crate::support::{task, user};

pub(crate) fn create(title: &str) -> Value {
    json!({ "parts": [{ "change": { "type": "create_item", "project": "PM", "kind": "task", "title": title } }] })
}

#[gtest]
#[tokio::test]
async fn given_a_key_when_a_command_is_sent_again_then_it_is_done_once() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let key = [("idempotency-key", "\"once-only\"")];
    let first = rest.post(&key, &create("Once")).await;
    expect_that!(first.status.as_u16(), eq(200), "{first:?}");
    let first = first.json();
    expect_that!(first["command"], eq("once-only"));
    expect_that!(first["replayed"], eq(false));
    let again = rest.post(&[("idempotency-key", "once-only")], &create("Once")).await.json();
    expect_that!(again["replayed"], eq(true));
    expect_that!(again["results"], eq(&first["results"]));
    expect_that!(again["last_sequence"], eq(server.tenant.head().unwrap()));
    let other = rest.post(&key, &create("Something else")).await;
    expect_that!((other.status.as_u16(), other.code().as_str()), eq((422, "command_reused")));
    // Another user's keys are his own.
    let bobs = Rest::of(&server, "bob").post(&key, &create("Once")).await.json();
    expect_that!(bobs["replayed"], eq(false));
    for bad in ["a key", "", &"x".repeat(65), "a/b"] {
        let reply = rest.post(&[("idempotency-key", bad)], &create("x")).await;
        expect_that!(
            (reply.status.as_u16(), reply.json()["field"].as_str()),
            eq((400, Some("Idempotency-Key"))),
            "{bad}"
        );
    }
}

#[gtest]
#[tokio::test]
async fn given_several_commands_when_some_are_refused_then_each_has_its_own_outcome() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let bad = json!({ "parts": [
        { "change": { "type": "create_item", "project": "PM", "kind": "task", "title": "Taken back" } },
        { "change": { "type": "move_item", "item": "PM-1", "lane": "nowhere" } },
    ] });
    let body = json!({ "commands": [create("First"), bad, create("Third")] });
    // With his first command a user is recorded.
    rest.post(&[], &json!({ "parts": [{ "change": { "type": "start_timer", "item": "PM-1" } }] })).await;
    let before = server.tenant.head().unwrap();
    let reply = rest.post(&[("idempotency-key", "bulk")], &body).await;
    expect_that!(reply.status.as_u16(), eq(200), "{reply:?}");
    let results = reply.json()["results"].clone();
    expect_that!(results[0]["outcome"]["results"][0]["key"], eq("PM-4"));
    expect_that!(results[1]["problem"]["code"], eq("not_found"));
    expect_that!(results[1]["problem"]["part"], eq(1));
    expect_that!(results[2]["outcome"]["results"][0]["key"], eq("PM-5"));
    expect_that!(results[2]["outcome"]["command"], eq("bulk-2"));
    expect_that!(server.tenant.head().unwrap(), eq(before + 2));
    let again = rest.post(&[("idempotency-key", "bulk")], &body).await.json();
    expect_that!(again["results"][0]["outcome"]["replayed"], eq(true));
    expect_that!(server.tenant.head().unwrap(), eq(before + 2));
}

#[gtest]
#[tokio::test]
async fn given_refusals_of_rules_when_answered_then_status_and_data_say_why() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let one = |change: Value| json!({ "parts": [{ "change": change }] });
    let cycle = rest
        .post(&[], &one(json!({ "type": "add_dependency", "kind": "blocks", "from": "PM-2", "to": "PM-3" })))
        .await;
    expect_that!((cycle.status.as_u16(), cycle.code().as_str()), eq((409, "cycle")));
    expect_that!(cycle.json()["path"].as_array().unwrap().len(), ge(2));
    let stale = json!({ "parts": [{
        "change": { "type": "update_item", "item": "PM-1", "changes": [{ "title": "Mine" }] }, "expected_version": 1,
    }] });
    let stale = rest.post(&[], &stale).await;
    expect_that!((stale.status.as_u16(), stale.code().as_str()), eq((409, "conflict")));
    expect_that!(stale.json()["current"]["title"], eq("Story"));
    let long = rest.post(&[], &create(&"x".repeat(501))).await.json();
    expect_that!((long["status"].as_i64(), long["limit"].as_i64()), eq((Some(400), Some(500))));
    let viewer = Rest::of(&server, "carl").post(&[], &create("Not mine to make")).await;
    expect_that!((viewer.status.as_u16(), viewer.code().as_str()), eq((403, "forbidden")));
    let hidden = rest.post(&[], &one(json!({ "type": "delete_item", "item": "SEC-1" }))).await;
    let absent = rest.post(&[], &one(json!({ "type": "delete_item", "item": "NONE-1" }))).await;
    expect_that!(
        (hidden.status.as_u16(), hidden.json()["detail"].clone()),
        eq(&(404, absent.json()["detail"].clone()))
    );
}

#[gtest]
#[tokio::test]
async fn given_documents_that_are_no_commands_when_sent_then_they_are_refused_and_nothing_happens() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let before = server.tenant.head().unwrap();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let root = json!({ "user": "root", "kind": "human", "role": "admin", "on_behalf_of": null });
    let forged = json!({ "actor": root, "parts": create("Forged")["parts"] });
    let slip = json!({ "parts": [{ "change": {
        "type": "create_item", "project": "PM", "kind": "task", "title": "A slip", "asignee": "ann" } }] });
    for body in [
        "".to_owned(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        deep,
        "{\"parts\":[{}]}".to_owned(),
        "{\"parts\":7}".to_owned(),
        "{\"commands\":7}".to_owned(),
        "{\"parts\":[{\"change\":{\"type\":\"drop_tables\"}}]}".to_owned(),
        "{\"parts\":[],\"parts\":[]}".to_owned(),
        "\u{0}".to_owned(),
        forged.to_string(),
        slip.to_string(),
        "{\"parts\":[{\"change\":{\"type\":\"stop_timer\"},\"expected_version\":1e99}]}".to_owned(),
    ] {
        let json = [("content-type", "application/json")];
        let reply = rest.ask("POST", "/api/v1/commands", &json, body.as_bytes()).await;
        expect_that!((reply.status.as_u16(), reply.code().as_str()), eq((400, "invalid")), "{reply:?}");
        expect_that!(reply.body.len(), lt(1_000));
    }
    let json = [("content-type", "application/json; charset=utf-8")];
    let no_text = rest.ask("POST", "/api/v1/commands", &json, b"{\"parts\":[\xff]}").await;
    expect_that!(no_text.status.as_u16(), eq(400));
    expect_that!(server.tenant.head().unwrap(), eq(before));
}

#[gtest]
#[tokio::test]
async fn given_a_value_of_the_wrong_form_when_sent_in_any_way_then_its_own_name_and_part_are_told() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let mut command = create("Fine");
    let mut bad = create("With a bad id")["parts"][0].clone();
    bad["change"]["id"] = "no-uuid".into();
    command["parts"].as_array_mut().unwrap().push(bad);
    let reply = rest.post(&[], &command).await;
    expect_that!(reply.status.as_u16(), eq(400));
    let several = rest.post(&[], &json!({ "commands": [create("Fine"), command] })).await.json();
    let stream = [("content-type", "application/x-ndjson")];
    let lines = rest.ask("POST", "/api/v1/commands", &stream, command.to_string().as_bytes()).await.json();
    for problem in [&reply.json(), &several, &lines["problem"]] {
        expect_that!(
            (problem["field"].as_str(), problem["part"].as_u64()),
            eq((Some("id"), Some(1))),
            "{problem}"
        );
    }
    let unnamed = rest.post(&[], &json!({ "id": "a b", "parts": [] })).await.json();
    expect_that!((unnamed["field"].as_str(), unnamed["part"].as_u64()), eq((Some("id"), None)));
    // What cannot be told is told of the whole.
    expect_that!(rest.post(&[], &json!([])).await.json()["field"], eq("body"));
}

/// A change of every kind.
#[rustfmt::skip]
fn every_change() -> Vec<Change> {
    let item = || ItemRef::from("PM-1");
    let project = || ProjectRef::from("PM");
    let lane = || LaneTarget { project: Some(project()), lane: "todo".into() };
    let sprint = || SprintRef::from("x");
    let at = Timestamp::from_millis(5);
    let day: CalendarDate = "2026-11-27".parse().unwrap();
    let external = || Some(ExternalRef { source: "s".to_owned(), id: "1".to_owned() });
    let new_lane = || NewLane { id: Some(LaneId::generate()), name: "L".to_owned(), status: Some("l".to_owned()), category: LaneCategory::Started, wip_limit: Some(3) };
    let full_item = NewItem {
        id: Some(ItemId::generate()), lane: Some("todo".into()), priority: Priority::High, assignee: Some(user("ann")),
        labels: vec!["a".to_owned()], points: Some(1.5), estimate_seconds: Some(1), remaining_seconds: Some(2),
        start_date: Some(day), due_date: Some(day), sprint: Some(sprint()), parent: Some(item()), place: Some(Place::Before(item())),
        sibling_place: Some(Place::First), external: external(), extra: "{}".to_owned(), description: "d".to_owned(),
        ..NewItem::new("PM", ItemKind::Bug, "t")
    };
    vec![
        Change::UpdateTenantSettings { changes: vec![TenantSettingChange::TimerCapSeconds(1), TenantSettingChange::TimerCapPolicy(TimerCapPolicy::Cap), TenantSettingChange::OverlapPolicy(OverlapPolicy::Refuse)] },
        Change::UpdateUser { user: user("ann"), changes: vec![UserChange::Name(None), UserChange::Email(Some("a@b".to_owned()))] },
        Change::CreateProject(NewProject { id: Some(ProjectId::generate()), lanes: vec![new_lane()], ..NewProject::new("AB", "t") }),
        Change::UpdateProject { project: project(), changes: vec![ProjectChange::Title("t".to_owned()), ProjectChange::Description("d".to_owned()), ProjectChange::Visibility(Visibility::Open), ProjectChange::WipPolicy(WipPolicy::Refuse), ProjectChange::ParallelSprints(true), ProjectChange::DefaultLane("todo".into())] },
        Change::ArchiveProject { project: project() }, Change::UnarchiveProject { project: project() },
        Change::DeleteProject { project: project() }, Change::RestoreProject { project: project() }, Change::PurgeProject { project: project() },
        Change::SetMember { project: project(), user: user("ann"), role: ProjectRole::Viewer }, Change::RemoveMember { project: project(), user: user("ann") },
        Change::CreateLane { project: project(), lane: new_lane(), place: Some(LanePlace::After("todo".into())) },
        Change::UpdateLane { lane: lane(), changes: vec![LaneChange::Name("n".to_owned()), LaneChange::Status("s".to_owned()), LaneChange::Category(LaneCategory::Backlog), LaneChange::WipLimit(None)] },
        Change::MoveLane { lane: lane(), place: LanePlace::Last }, Change::DeleteLane { lane: lane(), move_items_to: None }, Change::RestoreLane { lane: lane() },
        Change::CreateItem(Box::new(full_item)), Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Epic, "t"))),
        Change::UpdateItem { item: item(), changes: vec![ItemChange::Kind(ItemKind::Task), ItemChange::Title("t".to_owned()), ItemChange::Description("d".to_owned()), ItemChange::Priority(Priority::None), ItemChange::Assignee(None), ItemChange::Labels(vec![]), ItemChange::Points(Some(2.0)), ItemChange::EstimateSeconds(None), ItemChange::RemainingSeconds(Some(1)), ItemChange::StartDate(Some(day)), ItemChange::DueDate(None), ItemChange::External(external()), ItemChange::Extra("{}".to_owned())] },
        Change::MoveItem(ItemMove { parent: Some(ParentChange::Set(item())), sprint: Some(SprintAssignment::Clear), place: Some(Place::Last), ..ItemMove::to_lane("PM-1", "todo") }),
        Change::MoveItem(ItemMove { parent: Some(ParentChange::Clear), sprint: Some(SprintAssignment::Set(sprint())), sibling_place: Some(Place::After(item())), ..ItemMove::new("PM-1") }),
        Change::DeleteItem { item: item(), cascade: true }, Change::RestoreItem { item: item() }, Change::PurgeItem { item: item() },
        Change::CreateSprint(NewSprint { start_date: Some(day), ..NewSprint::new("PM", "S") }),
        Change::UpdateSprint { sprint: sprint(), changes: vec![SprintChange::Name("n".to_owned()), SprintChange::Goal("g".to_owned()), SprintChange::StartDate(None), SprintChange::EndDate(Some(day))] },
        Change::StartSprint { sprint: sprint() }, Change::CompleteSprint { sprint: sprint(), carry_to: Some(sprint()) }, Change::CancelSprint { sprint: sprint() },
        Change::DeleteSprint { sprint: sprint() }, Change::RestoreSprint { sprint: sprint() },
        Change::AddComment(NewComment { reply_to: Some("x".into()), external: external(), ..NewComment::new("PM-1", "c") }),
        Change::EditComment { comment: "x".into(), text: "t".to_owned() }, Change::DeleteComment { comment: "x".into() },
        Change::RestoreComment { comment: "x".into() }, Change::PurgeComment { comment: "x".into() },
        Change::StartTimer { id: None, item: item(), note: "n".to_owned() }, Change::StopTimer { entry: Some("x".into()) },
        Change::AddTimeEntry(NewTimeEntry { id: None, item: item(), user: Some(user("ann")), started_at: at, ended_at: at, note: String::new() }),
        Change::UpdateTimeEntry { entry: "x".into(), changes: vec![TimeEntryChange::Item(item()), TimeEntryChange::StartedAt(at), TimeEntryChange::EndedAt(at), TimeEntryChange::Note("n".to_owned())] },
        Change::DeleteTimeEntry { entry: "x".into() }, Change::RestoreTimeEntry { entry: "x".into() },
        Change::AddDependency { id: Some(DependencyId::generate()), kind: DependencyKind::RelatesTo, from: item(), to: item() },
        Change::RemoveDependency { dependency: "x".into() },
        Change::LoadEntity(Box::new(Entity::User(User { id: user("ann"), kind: ActorKind::Human, name: None, email: None, created_at: at, version: 1 }))),
    ]
}

#[gtest]
#[tokio::test]
async fn given_lists_where_the_document_has_objects_when_sent_then_they_are_no_commands() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let head = server.tenant.head().unwrap();
    let change = json!({ "type": "create_project", "key": "ZZ", "title": "By position" });
    for body in [
        json!(["an-id", [{ "change": change }]]),
        json!({ "parts": [[change, null, null]] }),
        json!({ "parts": [{ "change": ["stop_timer", null] }] }),
        json!({ "commands": [["an-id", [{ "change": change }]]] }),
        json!({ "parts": [{ "change": { "type": "create_item", "project": "PM", "kind": "task", "title": "x", "external": ["a", "b"] } }] }),
    ] {
        let reply = rest.post(&[], &body).await;
        expect_that!((reply.status.as_u16(), reply.code().as_str()), eq((400, "invalid")), "{body}");
        let lines = [("content-type", "application/x-ndjson")];
        let reply = rest.ask("POST", "/api/v1/commands", &lines, &serde_json::to_vec(&body).unwrap()).await;
        expect_that!(reply.text(), contains_substring("\"status\":400"), "{body}");
    }
    expect_that!(server.tenant.head().unwrap(), eq(head));
}

#[gtest]
#[tokio::test]
async fn given_a_body_in_a_coding_when_sent_then_it_is_not_taken_for_json() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let body = json!({ "parts": [{ "change": task("Plain") }] });
    let coded = rest.post(&[("content-encoding", "gzip")], &body).await;
    expect_that!((coded.status.as_u16(), coded.code().as_str()), eq((415, "unsupported_media_type")));
    let plain = rest.post(&[("content-encoding", "identity")], &body).await;
    expect_that!(plain.status.as_u16(), eq(200));
}

#[gtest]
#[tokio::test]
async fn given_every_kind_of_change_when_written_as_json_then_schema_and_server_take_it() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let document = rest.get("/api/v1/openapi.json").await.json();
    let schema = json!({ "$ref": "#/components/schemas/CommandRequest" });
    let mut seen = std::collections::BTreeSet::new();
    for change in every_change() {
        let command =
            json!({ "id": null, "parts": [Part { change, expected_version: Some(1), origin: None }] });
        seen.insert(command["parts"][0]["change"]["type"].as_str().unwrap().to_owned());
        let fits = judge(&document, &schema, &command, "");
        let name = command["parts"][0]["change"]["type"].clone();
        if name != "load_entity" {
            expect_that!(fits, ok(anything()), "{name}");
        }
        let reply = rest.post(&[], &command).await;
        let detail = if reply.status == 200 { String::new() } else { reply.json()["detail"].to_string() };
        expect_that!(detail.contains("this is no command"), eq(false), "{name}: {detail}");
    }
    let variants = document.pointer("/components/schemas/Change/oneOf").unwrap().as_array().unwrap();
    let known: std::collections::BTreeSet<String> = variants
        .iter()
        .map(|variant| variant["properties"]["type"]["const"].as_str().unwrap().to_owned())
        .collect();
    expect_that!(seen, eq(&known));
    // Those the engine itself knows.
    let refused = serde_json::from_value::<Change>(json!({ "type": "?" })).unwrap_err().to_string();
    let named = refused.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    expect_that!(known, eq(&named));
    // The least each form asks for is enough.
    for variant in variants.iter().filter(|variant| variant["properties"]["type"]["const"] != "load_entity") {
        let command = json!({ "parts": [{ "change": least(&document, variant) }] });
        let reply = rest.post(&[], &command).await;
        let detail = if reply.status == 200 { String::new() } else { reply.json()["detail"].to_string() };
        expect_that!(detail.contains("this is no command"), eq(false), "{command}: {detail}");
    }
}

/// The smallest value of a schema.
fn least(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        return least(document, document.pointer(name.trim_start_matches('#')).unwrap());
    }
    if let Some(word) = schema.get("const") {
        return word.clone();
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    if let Some(variants) = schema["oneOf"].as_array() {
        return least(document, &variants[0]);
    }
    match schema["type"].as_str().unwrap_or_default() {
        "object" => {
            let needed = schema["required"].as_array().cloned().unwrap_or_default();
            let fields = needed.iter().filter_map(Value::as_str);
            fields
                .map(|name| (name.to_owned(), least(document, &schema["properties"][name])))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        "array" => json!([]),
        "integer" => json!(1),
        "boolean" => json!(true),
        "string" => json!("x"),
        _ => Value::Null,
    }
}

#[gtest]
#[tokio::test]
async fn given_refusals_too_large_for_one_answer_when_some_commands_were_done_then_the_answer_tells_of_all() {
    const REFUSED: usize = 40;
    let World { server, .. } = world().await;
    let text = "語".repeat(pm_engine::limits::COMMENT_CHARS_MAX);
    let bytes = text.len();
    let comment = Change::AddComment(NewComment::new("PM-1", text));
    let said = server.tenant.execute(Command::new(Actor::member(user("ann")), comment));
    let comment = said.unwrap().results[0].id.clone();
    let change = json!({ "type": "edit_comment", "comment": comment, "text": "Less" });
    let stale = json!({ "parts": [{ "change": change, "expected_version": 7 }] });
    let mut commands = vec![stale; REFUSED];
    commands.push(create("Done"));
    let rest = Rest::of(&server, "ann");
    let reply = rest.post(&[("accept-encoding", "gzip")], &json!({ "commands": commands })).await;
    expect_that!(reply.header("content-encoding"), some(eq("gzip")));
    let reply = rest.post(&[], &json!({ "commands": commands })).await;
    expect_that!(reply.status.as_u16(), eq(200));
    let json = reply.json();
    let whole = |result: &&Value| result["problem"]["current"].is_object();
    let results = json["results"].as_array().unwrap();
    let all_refused = results.iter().take(REFUSED).all(|result| result["problem"]["code"] == "conflict");
    expect_that!(all_refused, eq(true));
    let whole = results.iter().filter(whole).count();
    expect_that!(whole, all![ge(1), le(pm_server::limits::HTTP_CURRENT_BYTES_MAX / bytes)]);
    expect_that!(results[REFUSED]["outcome"]["last_sequence"], eq(server.tenant.head().unwrap()));
    // Streamed, each line is written before the room of many is used up, or goes without.
    let lines = commands.iter().map(|command| format!("{command}\n")).collect::<String>();
    let reply = rest.ask("POST", "/api/v1/commands", &STREAM, lines.as_bytes()).await;
    let text = reply.text();
    expect_that!(text.matches(r#""code":"conflict""#).count(), eq(REFUSED));
    expect_that!(text.lines().count(), eq(REFUSED + 1));
}

#[gtest]
#[tokio::test]
async fn given_more_parts_than_are_decoded_when_sent_then_they_are_too_large_whatever_they_say() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let parts = |count: usize| json!({ "parts": vec![json!({}); count] });
    let too_large = async |body: Value| {
        let reply = rest.post(&[], &body).await;
        let json = reply.json();
        expect_that!(json["field"], eq("parts"));
        (reply.status.as_u16(), json["limit"].as_u64().map(|limit| usize::try_from(limit).unwrap()))
    };
    let most = pm_server::limits::PARTS_DECODED_MAX;
    expect_that!(rest.post(&[], &parts(most)).await.status.as_u16(), eq(400));
    expect_that!(too_large(parts(most + 1)).await, eq((413, Some(pm_engine::limits::PARTS_MAX))));
    let in_all = pm_server::limits::HTTP_PARTS_DECODED_MAX;
    let several = json!({ "commands": vec![parts(most); in_all / most + 1] });
    expect_that!(too_large(several).await, eq((413, Some(in_all))));
    let line = format!("{}\n", parts(most + 1));
    let reply = rest.ask("POST", "/api/v1/commands", &STREAM, line.as_bytes()).await;
    expect_that!(reply.json()["problem"]["code"], eq("too_large"));
}

#[gtest]
#[tokio::test]
async fn given_a_command_on_behalf_of_somebody_when_it_is_done_then_its_event_says_so_beside_the_actor() {
    let World { server, .. } = world().await;
    let before = server.tenant.head().unwrap();
    let mut body = create("Asked for");
    body["on_behalf_of"] = "carl".into();
    expect_that!(Rest::of(&server, "ann").post(&[], &body).await.status.as_u16(), eq(200));
    let mut events = server.tenant.subscribe(&Actor::admin(user("root")), before, None).unwrap();
    let events = events.try_next().unwrap().unwrap().decode().unwrap();
    let made = events.iter().find(|event| event.kind() == "work_item.created").unwrap();
    expect_that!(made.actor.user, eq(&user("ann")));
    expect_that!(made.actor.on_behalf_of, some(eq(&user("carl"))));
    body["on_behalf_of"] = "".into();
    expect_that!(Rest::of(&server, "ann").post(&[], &body).await.status.as_u16(), eq(400));
}
