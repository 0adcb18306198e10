//! A project in which every question has something to answer, and every question that can be asked about it.

use std::collections::BTreeSet;

use pm_engine::command::{
    Change, Command, ItemChange, ItemMove, LaneTarget, NewComment, NewItem, NewProject, NewSprint,
    NewTimeEntry, SprintAssignment,
};
use pm_engine::model::{
    CommandId, CommentId, DependencyKind, ItemId, ItemKind, LaneId, ProjectId, SprintId, SprintPhase,
    Timestamp, UserId, Visibility,
};
use pm_engine::outcome::Outcome;
use pm_engine::query::{
    ActivityQuery, Answer, AsOf, BoardThenQuery, ContextOptions, ItemFilter, MentionTarget, PageRequest,
    Question, SearchQuery, TimeFilter, TimeGrouping, TimeQuery, TimeScope,
};
use pm_examples::client::Client;

use crate::support::{TestServer, to_lane, user};

/// Where an hour of work began: long ago.
const BEGIN: i64 = 1_700_000_000_000;

/// What questions can name of one project.
pub(crate) struct World {
    /// How the project is named: key or UUID.
    pub(crate) project: String,
    /// How the item is named.
    pub(crate) item: String,
    pub(crate) project_id: ProjectId,
    pub(crate) item_id: ItemId,
    pub(crate) lane: LaneId,
    pub(crate) sprint: SprintId,
    pub(crate) comment: CommentId,
    pub(crate) command: CommandId,
    pub(crate) author: UserId,
}

impl World {
    /// A world of which nothing exists.
    pub(crate) fn absent() -> Self {
        Self {
            project: "NOPE".to_owned(),
            item: "NOPE-1".to_owned(),
            project_id: ProjectId::generate(),
            item_id: ItemId::generate(),
            lane: LaneId::generate(),
            sprint: SprintId::generate(),
            comment: CommentId::generate(),
            command: CommandId::generate(),
            author: user("nobody"),
        }
    }

    /// The same with everything named by its UUID.
    pub(crate) fn by_id(self) -> Self {
        Self { project: self.project_id.to_string(), item: self.item_id.to_string(), ..self }
    }

    /// Fills a project, by what two people do over their connections; every text holds `word`.
    pub(crate) async fn fill(
        server: &TestServer,
        key: &str,
        word: &str,
        (first, second): (&mut Client, &mut Client),
    ) -> Self {
        let item = format!("{key}-1");
        let item_id = items(key, word, (first, second)).await;
        let sprint = sprints(server, key, word, (first, second)).await;
        let comment = comments(&item, word, (first, second)).await;
        time(&item, word, (first, second)).await;
        let title = vec![ItemChange::Title(format!("{word} renamed"))];
        let rename = first.command(Change::UpdateItem { item: item.as_str().into(), changes: title });
        first.execute(&rename).await.unwrap();
        for n in 0..3 {
            let gone = new(key, word, ItemKind::Task, &n.to_string(), None);
            let gone = id(&first.change(gone).await.unwrap());
            server.run(Change::DeleteItem { item: gone.as_str().into(), cascade: false });
        }
        let lanes = first.query(&Question::Lanes { project: key.into() }).await.unwrap();
        let Answer::Lanes(lanes) = lanes else { panic!("no lanes: {lanes:?}") };
        let lane = &lanes.lanes[0].lane;
        Self {
            project: key.to_owned(),
            item,
            project_id: lane.project,
            item_id,
            lane: lane.id,
            sprint,
            comment,
            command: rename.id,
            author: rename.actor.user,
        }
    }
}

fn new(key: &str, word: &str, kind: ItemKind, title: &str, parent: Option<&str>) -> Change {
    Change::CreateItem(Box::new(NewItem {
        description: format!("{word} at length"),
        labels: vec!["api".to_owned(), word.to_owned()],
        points: Some(3.0),
        parent: parent.map(Into::into),
        ..NewItem::new(key, kind, format!("{word} {title}"))
    }))
}

/// A story (1) with three children (2 to 4) and a grandchild (5), and two bugs (6, 7); 6 blocks 1 and 3, 1 blocks 7.
async fn items(key: &str, word: &str, (first, second): (&mut Client, &mut Client)) -> ItemId {
    let (story, child) = (format!("{key}-1"), format!("{key}-2"));
    let made = first.change(new(key, word, ItemKind::Story, "story", None)).await.unwrap();
    for title in ["second", "third", "fourth"] {
        second.change(new(key, word, ItemKind::Task, title, Some(&story))).await.unwrap();
    }
    first.change(new(key, word, ItemKind::Task, "fifth", Some(&child))).await.unwrap();
    for title in ["sixth", "seventh"] {
        second.change(new(key, word, ItemKind::Bug, title, None)).await.unwrap();
    }
    for (from, to) in [(6, 1), (6, 3), (1, 7)] {
        let (from, to) = (format!("{key}-{from}"), format!("{key}-{to}"));
        let (from, to) = (from.as_str().into(), to.as_str().into());
        let blocks = Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to };
        second.change(blocks).await.unwrap();
    }
    id(&made).parse().unwrap()
}

/// Three sprints; the first is run, changed and completed.
async fn sprints(
    server: &TestServer,
    key: &str,
    word: &str,
    (first, second): (&mut Client, &mut Client),
) -> SprintId {
    let mut made = Vec::new();
    for n in 0..3 {
        let sprint = NewSprint { goal: word.to_owned(), ..NewSprint::new(key, format!("{word} {n}")) };
        made.push(id(&first.change(Change::CreateSprint(sprint)).await.unwrap()));
    }
    let sprint = made[0].as_str();
    let into = |n: i64| {
        let sprint = Some(SprintAssignment::Set(sprint.into()));
        Change::MoveItem(ItemMove { sprint, ..ItemMove::new(format!("{key}-{n}").as_str()) })
    };
    for n in [3, 4] {
        second.change(into(n)).await.unwrap();
    }
    server.run(Change::StartSprint { sprint: sprint.into() });
    second.change(into(5)).await.unwrap();
    let points = vec![ItemChange::Points(Some(5.0))];
    let estimate = Change::UpdateItem { item: format!("{key}-3").as_str().into(), changes: points };
    second.change(estimate).await.unwrap();
    first.change(to_lane(&format!("{key}-3"), "done")).await.unwrap();
    server.run(Change::CompleteSprint { sprint: sprint.into(), carry_to: None });
    sprint.parse().unwrap()
}

/// Three threads, the first with three replies; each mentions an item and a user.
async fn comments(item: &str, word: &str, (first, second): (&mut Client, &mut Client)) -> CommentId {
    let mut threads = Vec::new();
    for _ in 0..3 {
        let comment = NewComment::new(item, format!("{word}: see {item} @bob"));
        threads.push(id(&first.change(Change::AddComment(comment)).await.unwrap()));
    }
    for _ in 0..3 {
        let reply_to = Some(threads[0].as_str().into());
        let reply = NewComment { reply_to, ..NewComment::new(item, format!("{word} indeed")) };
        second.change(Change::AddComment(reply)).await.unwrap();
    }
    threads[0].parse().unwrap()
}

/// Two entries by hand and two running timers.
async fn time(item: &str, word: &str, (first, second): (&mut Client, &mut Client)) {
    for client in [first, second] {
        let entry = NewTimeEntry {
            id: None,
            item: item.into(),
            user: None,
            started_at: Timestamp::from_millis(BEGIN),
            ended_at: Timestamp::from_millis(BEGIN + 3_600_000),
            note: word.to_owned(),
        };
        client.change(Change::AddTimeEntry(entry)).await.unwrap();
        let timer = Change::StartTimer { id: None, item: item.into(), note: word.to_owned() };
        client.change(timer).await.unwrap();
    }
}

fn id(outcome: &Outcome) -> String {
    outcome.results[0].id.clone()
}

/// Deletes a project of this client's own, so that he has something to restore.
pub(crate) async fn delete_a_project(client: &mut Client, key: &str) {
    client.change(Change::CreateProject(NewProject::new(key, "Gone"))).await.unwrap();
    client.change(Change::DeleteProject { project: key.into() }).await.unwrap();
}

/// Makes a project that only these users see.
pub(crate) fn private(server: &TestServer, key: &str, title: &str, members: &[&str]) {
    let new = NewProject { visibility: Visibility::Private, ..NewProject::new(key, title) };
    server.run(Change::CreateProject(new));
    for member in members {
        let role = pm_engine::model::ProjectRole::Editor;
        server.run(Change::SetMember { project: key.into(), user: user(member), role });
    }
}

/// The name of a question's or answer's variant.
pub(crate) fn name(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap()["type"].as_str().unwrap().to_owned()
}

/// Every question there is, by name.
pub(crate) fn all_names() -> BTreeSet<String> {
    let error = serde_json::from_str::<Question>("{\"type\":\"?\"}").unwrap_err().to_string();
    error.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

/// Every question that names something of a project, once for each field that can: what does not exist there, or may
/// not be seen, is `not_found`.
pub(crate) fn naming(world: &World) -> Vec<Question> {
    let page = PageRequest::default;
    let project = || world.project.as_str().into();
    let item = || world.item.as_str().into();
    let sprint = || world.sprint.into();
    let filter =
        |filter| Question::Items { filter, sort: Default::default(), page: page(), with_total: true };
    let entries = |filter| Question::TimeEntries { filter, page: page(), with_total: true };
    let totals = |scope| {
        Question::TimeTotals(TimeQuery {
            scope,
            by: TimeGrouping::User,
            from: None,
            to: None,
            utc_offset_minutes: 0,
            page: page(),
        })
    };
    let lane = || LaneTarget { project: None, lane: world.lane.into() };
    vec![
        filter(ItemFilter { project: Some(project()), ..ItemFilter::default() }),
        filter(ItemFilter { lanes: vec![world.lane.into()], ..ItemFilter::default() }),
        filter(ItemFilter { sprints: vec![sprint()], no_sprint: true, ..ItemFilter::default() }),
        filter(ItemFilter { parents: vec![item()], ..ItemFilter::default() }),
        Question::Board { project: project(), filter: ItemFilter::default(), per_lane: None },
        Question::LanePage { lane: lane(), filter: ItemFilter::default(), page: page() },
        Question::Project { project: project() },
        Question::Members { project: project(), page: page() },
        Question::Lanes { project: project() },
        Question::Sprints { project: project(), states: vec![], page: page() },
        Question::Sprint { sprint: sprint() },
        Question::Labels { project: project(), page: page() },
        Question::Trash { project: project(), page: page() },
        Question::Item { item: item() },
        Question::ItemOnly { item: item() },
        Question::Ancestors { item: item() },
        Question::Children { item: item(), page: page() },
        Question::Descendants { item: item(), page: page() },
        Question::Dependencies { item: item(), kind: None, page: page() },
        Question::Backlog { project: project(), page: page() },
        Question::Blocked { project: project(), page: page() },
        Question::Ready { project: project(), page: page() },
        Question::Comments { item: item(), page: page() },
        Question::Replies { comment: world.comment.into(), page: page() },
        Question::Mentions { target: MentionTarget::Item(item()), page: page() },
        entries(TimeFilter { item: Some(item()), ..TimeFilter::default() }),
        entries(TimeFilter { project: Some(project()), ..TimeFilter::default() }),
        Question::RunningTimers { project: Some(project()), page: page() },
        Question::Context { project: project(), options: ContextOptions::default() },
        Question::Search(SearchQuery {
            text: "at length".to_owned(),
            project: Some(world.project_id),
            ..SearchQuery::default()
        }),
        Question::Activity(ActivityQuery { project: Some(world.project_id), ..ActivityQuery::default() }),
        Question::SprintReport { sprint: sprint(), utc_offset_minutes: 60 },
        Question::ScopeChanges { sprint: sprint(), page: page() },
        Question::SprintItems { sprint: sprint(), phase: SprintPhase::Start, page: page() },
        Question::Velocity { project: project(), sprints: None },
        totals(TimeScope::Project(world.project_id)),
        totals(TimeScope::Item(world.item_id)),
        totals(TimeScope::ItemTree(world.item_id)),
        totals(TimeScope::Sprint(world.sprint)),
        Question::Snapshot { projects: vec![world.project_id], cursor: None },
        Question::BoardThen(BoardThenQuery {
            project: world.project_id,
            as_of: AsOf::Sequence(i64::MAX),
            lane: None,
            page: page(),
        }),
        Question::Inverse { command: world.command.clone(), user: world.author.clone() },
    ]
}

/// Every question that is narrowed by an id, so that one that is not there leaves nothing.
pub(crate) fn narrowed(world: &World) -> Vec<Question> {
    let page = PageRequest::default;
    let filter = ItemFilter { ids: vec![world.item.as_str().into()], ..ItemFilter::default() };
    let entity = Some(world.item_id.to_string());
    vec![
        Question::Items { filter, sort: Default::default(), page: page(), with_total: true },
        Question::Activity(ActivityQuery { entity, ..ActivityQuery::default() }),
    ]
}

/// Every question that names nothing of a project, or a user.
pub(crate) fn general(who: &str) -> Vec<Question> {
    let page = PageRequest::default;
    let all = ItemFilter::default;
    let by = |by| TimeQuery {
        scope: TimeScope::Tenant,
        by,
        from: None,
        to: None,
        utc_offset_minutes: -600,
        page: page(),
    };
    let of_user = TimeFilter { user: Some(user(who)), ..TimeFilter::default() };
    let words = SearchQuery { text: "at length".to_owned(), ..SearchQuery::default() };
    vec![
        Question::Items { filter: all(), sort: Default::default(), page: page(), with_total: true },
        Question::Projects { status: None, page: page(), with_total: true },
        Question::Users { page: page() },
        Question::User { user: user(who) },
        Question::TrashProjects { page: page() },
        Question::Mentions { target: MentionTarget::User(user("bob")), page: page() },
        Question::TimeEntries { filter: of_user, page: page(), with_total: true },
        Question::RunningTimers { project: None, page: page() },
        Question::MyTimer,
        Question::LlmContext { kind: None, page: page() },
        Question::Search(words),
        Question::Activity(ActivityQuery::default()),
        Question::Activity(ActivityQuery { user: Some(user(who)), ..ActivityQuery::default() }),
        Question::TimeTotals(by(TimeGrouping::Item)),
        Question::TimeTotals(by(TimeGrouping::Day)),
        Question::TimeTotals(TimeQuery { scope: TimeScope::User(user(who)), ..by(TimeGrouping::User) }),
        Question::Snapshot { projects: vec![], cursor: None },
    ]
}

/// Sends a command beside the socket, as its author; for large amounts.
pub(crate) fn many(server: &TestServer, changes: Vec<Change>) {
    let root = pm_engine::command::Actor::admin(user("root"));
    server.tenant.execute(Command::batch(root, changes)).unwrap();
}
