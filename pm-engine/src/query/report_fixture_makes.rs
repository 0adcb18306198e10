//! What a test puts into the file of the fixture: a board, items, sprints, comments, time.

use super::*;

impl Fixture {
    pub(crate) fn board(&mut self, key: &str, visibility: Visibility) -> Board {
        let project = ProjectId::generate();
        let at = Timestamp::from_millis(self.now);
        let [todo, doing, done] = [LaneId::generate(), LaneId::generate(), LaneId::generate()];
        self.put(
            Action::Created,
            Entity::Project(Project {
                id: project,
                key: key.to_owned(),
                title: format!("Project {key}"),
                description: Some(String::new()),
                status: ProjectStatus::Active,
                visibility,
                wip_policy: WipPolicy::Warn,
                parallel_sprints: false,
                default_lane: Some(todo),
                created_at: at,
                created_by: user("ann"),
                updated_at: at,
                updated_by: user("ann"),
                deleted_at: None,
                version: 1,
            }),
        );
        let lanes = [
            (todo, "todo", LaneCategory::Unstarted, "a"),
            (doing, "doing", LaneCategory::Started, "b"),
            (done, "done", LaneCategory::Completed, "c"),
        ];
        for (id, status, category, position) in lanes {
            self.put(
                Action::Created,
                Entity::Lane(Lane {
                    id,
                    project,
                    name: status.to_owned(),
                    status: status.to_owned(),
                    category,
                    position: position.to_owned(),
                    wip_limit: None,
                    deleted_at: None,
                    version: 1,
                }),
            );
        }
        Board { project, todo, doing, done }
    }

    pub(crate) fn member(&mut self, project: ProjectId, name: &str, removed: bool) -> i64 {
        let at = Timestamp::from_millis(self.now);
        let entity = Member {
            project,
            user: user(name),
            role: ProjectRole::Editor,
            created_at: at,
            removed_at: removed.then_some(at),
            version: 1,
        };
        self.put(if removed { Action::Deleted } else { Action::Created }, Entity::Member(entity))
    }

    pub(crate) fn item(&mut self, board: &Board, number: i64, title: &str) -> WorkItem {
        let at = Timestamp::from_millis(self.now);
        let item = WorkItem {
            id: ItemId::generate(),
            project: board.project,
            number,
            kind: ItemKind::Task,
            title: title.to_owned(),
            description: Some(String::new()),
            lane: board.todo,
            priority: Priority::None,
            assignee: None,
            labels: Vec::new(),
            points: None,
            estimate_seconds: None,
            remaining_seconds: None,
            start_date: None,
            due_date: None,
            sprint: None,
            parent: None,
            lane_order: format!("m{number:06}"),
            parent_order: format!("m{number:06}"),
            external: None,
            extra: Some(String::new()),
            created_at: at,
            created_by: user("ann"),
            updated_at: at,
            updated_by: user("ann"),
            completed_at: None,
            completed_by: None,
            deleted_at: None,
            version: 1,
        };
        self.put(Action::Created, Entity::WorkItem(Box::new(item.clone())));
        item
    }

    /// Changes an item as it stands: the next version, without long texts unless the change sets them.
    pub(crate) fn change(
        &mut self,
        action: Action,
        item: &mut WorkItem,
        with: impl FnOnce(&mut WorkItem),
    ) -> i64 {
        item.version += 1;
        item.description = None;
        item.extra = None;
        item.updated_at = Timestamp::from_millis(self.now);
        with(item);
        self.put(action, Entity::WorkItem(Box::new(item.clone())))
    }

    pub(crate) fn comment(&mut self, item: &WorkItem, text: &str) -> Comment {
        let at = Timestamp::from_millis(self.now);
        let comment = Comment {
            id: CommentId::generate(),
            project: item.project,
            item: item.id,
            reply_to: None,
            depth: 1,
            author: user("ann"),
            text: Some(text.to_owned()),
            mentioned_users: Vec::new(),
            mentioned_items: Vec::new(),
            external: None,
            created_at: at,
            edited_at: None,
            deleted_at: None,
            version: 1,
        };
        self.put(Action::Created, Entity::Comment(comment.clone()));
        comment
    }

    pub(crate) fn sprint(&mut self, board: &Board, name: &str) -> Sprint {
        let at = Timestamp::from_millis(self.now);
        let sprint = Sprint {
            id: SprintId::generate(),
            project: board.project,
            name: name.to_owned(),
            goal: String::new(),
            start_date: None,
            end_date: None,
            state: SprintState::Planned,
            started_at: None,
            ended_at: None,
            committed_items: 0,
            committed_points: 0.0,
            completed_items: 0,
            completed_points: 0.0,
            items: None,
            created_at: at,
            created_by: user("ann"),
            updated_at: at,
            updated_by: user("ann"),
            deleted_at: None,
            version: 1,
        };
        self.put(Action::Created, Entity::Sprint(Box::new(sprint.clone())));
        sprint
    }

    pub(crate) fn start_sprint(&mut self, sprint: &mut Sprint, items: &[&WorkItem]) -> i64 {
        sprint.version += 1;
        sprint.state = SprintState::Active;
        sprint.started_at = Some(Timestamp::from_millis(self.now));
        sprint.committed_items = i64::try_from(items.len()).unwrap();
        sprint.committed_points = items.iter().filter_map(|i| i.points).sum();
        sprint.items = Some(
            items
                .iter()
                .map(|i| crate::model::SprintItem {
                    item: i.id,
                    phase: SprintPhase::Start,
                    points: i.points,
                    category: LaneCategory::Unstarted,
                })
                .collect(),
        );
        self.put(Action::Started, Entity::Sprint(Box::new(sprint.clone())))
    }

    pub(crate) fn complete_sprint(
        &mut self,
        sprint: &mut Sprint,
        items: &[(&WorkItem, LaneCategory)],
    ) -> i64 {
        sprint.version += 1;
        sprint.state = SprintState::Completed;
        sprint.ended_at = Some(Timestamp::from_millis(self.now));
        let done: Vec<_> = items.iter().filter(|(_, c)| *c == LaneCategory::Completed).collect();
        sprint.completed_items = i64::try_from(done.len()).unwrap();
        sprint.completed_points = done.iter().filter_map(|(i, _)| i.points).sum();
        sprint.items = Some(
            items
                .iter()
                .map(|(i, category)| crate::model::SprintItem {
                    item: i.id,
                    phase: SprintPhase::Completion,
                    points: i.points,
                    category: *category,
                })
                .collect(),
        );
        self.put(Action::Completed, Entity::Sprint(Box::new(sprint.clone())))
    }

    pub(crate) fn entry(&mut self, item: &WorkItem, who: &str, from: i64, to: Option<i64>) -> TimeEntry {
        let entry = TimeEntry {
            id: TimeEntryId::generate(),
            project: item.project,
            item: item.id,
            user: user(who),
            started_at: Timestamp::from_millis(from),
            ended_at: to.map(Timestamp::from_millis),
            seconds: to.map(|to| (to - from) / 1000),
            note: String::new(),
            manual: true,
            overlaps: false,
            over_cap: false,
            clock_backwards: false,
            original_end: None,
            created_at: Timestamp::from_millis(self.now),
            updated_by: user(who),
            deleted_at: None,
            version: 1,
        };
        self.put(Action::Created, Entity::TimeEntry(entry.clone()));
        entry
    }

    pub(crate) fn dependency(&mut self, dependency: Dependency, action: Action) -> i64 {
        self.put(action, Entity::Dependency(dependency))
    }
}
