//! A tenant with something of everything, in each state that a change asks for.

use std::collections::BTreeMap;

use pm_engine::command::{
    Change, ItemMove, LaneTarget, NewComment, NewItem, NewLane, NewProject, NewSprint, NewTimeEntry,
    ParentChange, SprintAssignment,
};
use pm_engine::model::{DependencyKind, ItemKind, LaneCategory, ProjectRole, Timestamp};
use pm_examples::client::Client;
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;

use crate::support::user;
use crate::vocabulary::Means;

/// Ids of one tenant's things.
pub(crate) struct Things {
    by_meaning: BTreeMap<String, Vec<String>>,
    /// By the end of the place, where only one in another state will do.
    by_place: BTreeMap<&'static str, String>,
    pub(crate) entities: Vec<pb::Entity>,
}

impl Things {
    /// What the tenant has at a place, spelt in every way it can be.
    pub(crate) fn at(&self, place: &str, means: Means) -> Vec<String> {
        let is_end =
            |end: &str| place.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        if let Some((_, id)) = self.by_place.iter().find(|(end, _)| is_end(end)) {
            return vec![id.clone()];
        }
        self.by_meaning[&format!("{means:?}")].clone()
    }

    /// Made by the tenant's admin; all of it in a project of this key but for some projects.
    pub(crate) async fn make(client: &mut Client, key: &str) -> Self {
        let mut things =
            Self { by_meaning: BTreeMap::new(), by_place: BTreeMap::new(), entities: Vec::new() };
        let mut maker = Maker { client, key, things: &mut things };
        maker.projects().await;
        maker.lanes_and_sprints().await;
        maker.items().await;
        maker.comments_and_time().await;
        // Everything that can be loaded elsewhere.
        client.connection().send(Ask::Subscribe(pb::Subscribe::default())).await.unwrap();
        things.entities = client.snapshot().await.unwrap();
        things
    }
}

struct Maker<'a> {
    client: &'a mut Client,
    key: &'a str,
    things: &'a mut Things,
}

impl Maker<'_> {
    async fn run(&mut self, change: Change) -> String {
        let outcome = self.client.change(change).await.unwrap();
        outcome.results.first().map_or_else(String::new, |result| result.id.clone())
    }

    fn known(&mut self, means: Means, spellings: &[&str]) {
        let spellings = spellings.iter().map(ToString::to_string).collect();
        self.things.by_meaning.insert(format!("{means:?}"), spellings);
    }

    fn only(&mut self, id: &str, places: &[&'static str]) {
        self.things.by_place.extend(places.iter().map(|place| (*place, id.to_owned())));
    }

    async fn projects(&mut self) {
        let new = |key: &str| NewProject { parallel_sprints: true, ..NewProject::new(key, "thing") };
        let project = self.run(Change::CreateProject(new(self.key))).await;
        self.known(Means::Project, &[&project, self.key]);
        let deleted = self.run(Change::CreateProject(new(&format!("{}D", self.key)))).await;
        self.run(Change::DeleteProject { project: deleted.as_str().into() }).await;
        self.only(&deleted, &["restore_project.project", "purge_project.project"]);
        let archived = self.run(Change::CreateProject(new(&format!("{}A", self.key)))).await;
        self.run(Change::ArchiveProject { project: archived.as_str().into() }).await;
        self.only(&archived, &["unarchive_project.project"]);
        let member = format!("{}-member", self.key.to_lowercase());
        let role = ProjectRole::Viewer;
        self.run(Change::SetMember { project: self.key.into(), user: user(&member), role }).await;
        self.known(Means::User, &[&member]);
    }

    async fn lane(&mut self, name: &str) -> String {
        let lane = NewLane {
            id: None,
            name: name.to_owned(),
            status: None,
            category: LaneCategory::Started,
            wip_limit: None,
        };
        self.run(Change::CreateLane { project: self.key.into(), lane, place: None }).await
    }

    async fn sprint(&mut self, name: &str) -> String {
        self.run(Change::CreateSprint(NewSprint::new(self.key, name))).await
    }

    async fn lanes_and_sprints(&mut self) {
        let (lane, other, deleted) =
            (self.lane("One").await, self.lane("Other").await, self.lane("Gone").await);
        self.known(Means::Lane, &[&lane]);
        self.only(&other, &["move_items_to", "lane.place.before", "lane.place.after"]);
        let target = LaneTarget { project: None, lane: deleted.as_str().into() };
        self.run(Change::DeleteLane { lane: target, move_items_to: None }).await;
        self.only(&deleted, &["restore_lane.lane", "restore_lane.lane.lane"]);
        let (sprint, other) = (self.sprint("One").await, self.sprint("Other").await);
        self.known(Means::Sprint, &[&sprint]);
        self.only(&other, &["carry_to"]);
        let (active, deleted) = (self.sprint("Active").await, self.sprint("Gone").await);
        self.run(Change::StartSprint { sprint: active.as_str().into() }).await;
        self.only(&active, &["complete_sprint.sprint", "sprint_report.sprint"]);
        self.run(Change::DeleteSprint { sprint: deleted.as_str().into() }).await;
        self.only(&deleted, &["restore_sprint.sprint"]);
    }

    async fn item(&mut self, kind: ItemKind) -> String {
        self.run(Change::CreateItem(Box::new(NewItem::new(self.key, kind, "thing")))).await
    }

    /// An epic with a child in lane and sprint, and items to move, relate and delete.
    async fn items(&mut self) {
        let epic = self.item(ItemKind::Epic).await;
        let (child, twin) = (self.item(ItemKind::Task).await, self.item(ItemKind::Task).await);
        self.known(Means::Item, &[&epic, &format!("{}-1", self.key)]);
        self.only(&epic, &["activity.entity"]);
        let [lane, sprint] =
            [Means::Lane, Means::Sprint].map(|means| self.things.at("", means).swap_remove(0));
        for child in [&child, &twin] {
            self.run(Change::MoveItem(ItemMove {
                parent: Some(ParentChange::Set(epic.as_str().into())),
                sprint: Some(SprintAssignment::Set(sprint.as_str().into())),
                ..ItemMove::to_lane(child.as_str(), lane.as_str())
            }))
            .await;
        }
        self.only(&child, &["move_item.item", "ancestors.item", "lane_page.filter.ids"]);
        self.only(
            &twin,
            &[
                "move_item.place.before",
                "move_item.place.after",
                "sibling_place.before",
                "sibling_place.after",
            ],
        );
        let (other, neighbour) = (self.item(ItemKind::Epic).await, self.item(ItemKind::Epic).await);
        self.only(&other, &["delete_item.item", "move_item.parent.set", "add_dependency.to"]);
        let deleted = self.item(ItemKind::Task).await;
        self.run(Change::DeleteItem { item: deleted.as_str().into(), cascade: false }).await;
        self.only(&deleted, &["restore_item.item", "purge_item.item"]);
        let related = Change::AddDependency {
            id: None,
            kind: DependencyKind::RelatesTo,
            from: epic.as_str().into(),
            to: neighbour.as_str().into(),
        };
        let dependency = self.run(related).await;
        self.known(Means::Dependency, &[&dependency]);
        let blocks = Change::AddDependency {
            id: None,
            kind: DependencyKind::Blocks,
            from: neighbour.as_str().into(),
            to: epic.as_str().into(),
        };
        let command = self.client.command(blocks);
        self.client.execute(&command).await.unwrap();
        self.known(Means::Command, &[command.id.as_str()]);
    }

    async fn comments_and_time(&mut self) {
        let item = format!("{}-1", self.key);
        let say = |text: &str| NewComment::new(item.as_str(), format!("{text}, as in {item}"));
        let comment = self.run(Change::AddComment(say("One"))).await;
        self.known(Means::Comment, &[&comment]);
        let reply_to = Some(comment.as_str().into());
        self.run(Change::AddComment(NewComment { reply_to, ..say("Indeed") })).await;
        let deleted = self.run(Change::AddComment(say("Gone"))).await;
        self.run(Change::DeleteComment { comment: deleted.as_str().into() }).await;
        self.only(&deleted, &["restore_comment.comment"]);

        let worked = |hour: i64| NewTimeEntry {
            id: None,
            item: item.as_str().into(),
            user: None,
            started_at: Timestamp::from_millis(1_600_000_000_000 + hour * 3_600_000),
            ended_at: Timestamp::from_millis(1_600_003_600_000 + hour * 3_600_000),
            note: String::new(),
        };
        let entry = self.run(Change::AddTimeEntry(worked(0))).await;
        self.known(Means::Entry, &[&entry]);
        let deleted = self.run(Change::AddTimeEntry(worked(1))).await;
        self.run(Change::DeleteTimeEntry { entry: deleted.as_str().into() }).await;
        self.only(&deleted, &["restore_time_entry.entry"]);
        let timer = Change::StartTimer { id: None, item: item.as_str().into(), note: String::new() };
        let running = self.run(timer).await;
        self.only(&running, &["stop_timer.entry"]);
        // Where an id may be chosen, that of something else is tried.
        let [project] = [Means::Project].map(|means| self.things.at("", means).swap_remove(0));
        self.known(Means::New, &[&project, &entry, &comment]);
    }
}
