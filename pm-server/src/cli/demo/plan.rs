//! What the team does, as a list of steps in the order of time.

use pm_engine::command::{
    Change, LaneChange, LaneTarget, NewComment, NewItem, NewProject, NewSprint, UserChange,
};
use pm_engine::model::{
    CalendarDate, CommentId, DependencyKind, ItemId, ItemKind, Priority, ProjectRole, SprintId, Timestamp,
    UserId,
};
use uuid::Builder;

use super::random::Random;
use super::words::{LABELS, PEOPLE, TASKS, TOPICS, Topic};
use super::{at, work};
use crate::cli::CliError;

/// Sprints that are over when the story reaches today; one more is active and one planned.
pub(super) const SPRINTS_OVER: i64 = 3;
/// Days from one sprint to the next.
pub(super) const SPRINT_DAYS: i64 = 14;

/// One change, by somebody at some time.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    pub(super) by: UserId,
    pub(super) change: Change,
    /// The item whose `KEY-n` a comment mentions.
    pub(super) about: Option<ItemId>,
}

/// A story with those of its tasks that are not done.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) id: ItemId,
    pub(super) epic: ItemId,
    pub(super) tasks: Vec<ItemId>,
}

/// The list as it grows.
pub(super) struct Plan {
    pub(super) random: Random,
    pub(super) steps: Vec<Step>,
}

/// Everything up to now, in order.
pub(super) fn steps(now: Timestamp, seed: u64) -> Result<Vec<Step>, CliError> {
    let mut plan = Plan { random: Random::new(seed), steps: Vec::new() };
    let today = i64::from(now.date_at(0).days());
    // 1970-01-01 was a Thursday. The active sprint is between 4 and 10 days old, of 11.
    let monday = |day: i64| day - (day + 3).rem_euclid(7);
    let first = monday(today - 4) - SPRINTS_OVER * SPRINT_DAYS;
    for (id, name) in PEOPLE {
        let changes = vec![UserChange::Name(Some((*name).to_owned()))];
        plan.put(at(first - 7, 480), id, Change::UpdateUser { user: person(id)?, changes })?;
    }
    for topic in TOPICS {
        let stories = plan.project(topic, first)?;
        if topic.in_sprints {
            work::in_sprints(&mut plan, topic, first, stories)?;
        } else {
            work::as_it_comes(&mut plan, topic, first, today, stories)?;
        }
    }
    let mut steps = plan.steps;
    steps.retain(|step| step.at <= now);
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

pub(super) fn person(id: &str) -> Result<UserId, CliError> {
    UserId::new(id).map_err(|error| CliError::new(error.to_string(), "report this"))
}

impl Plan {
    pub(super) fn put(&mut self, at: Timestamp, by: &str, change: Change) -> Result<(), CliError> {
        self.steps.push(Step { at, by: person(by)?, change, about: None });
        Ok(())
    }

    fn uuid(&mut self, at: Timestamp) -> uuid::Uuid {
        let mut bytes = [0_u8; 10];
        for (byte, random) in bytes.iter_mut().zip(self.random.next().to_le_bytes()) {
            *byte = random;
        }
        let millis = u64::try_from(at.as_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// The project and everything that is planned in it before work begins.
    fn project(&mut self, topic: &Topic, first: i64) -> Result<Vec<Story>, CliError> {
        let begin = first - 7;
        let new = NewProject {
            description: topic.description.to_owned(),
            ..NewProject::new(topic.key, topic.title)
        };
        self.put(at(begin, 540), topic.lead, Change::CreateProject(new))?;
        let (user, project) = (person(topic.lead)?, topic.key.into());
        self.put(at(begin, 545), topic.lead, Change::SetMember { project, user, role: ProjectRole::Admin })?;
        let lane = LaneTarget { project: Some(topic.key.into()), lane: "in_progress".into() };
        let limit = i64::try_from(topic.team.len() + 2).ok();
        let changes = vec![LaneChange::WipLimit(limit)];
        self.put(at(begin, 550), topic.lead, Change::UpdateLane { lane, changes })?;
        let mut stories: Vec<Story> = Vec::new();
        for (number, (epic, titles)) in (0..).zip(topic.epics) {
            let when = at(begin + number % 4, 600 + 3 * number);
            let new = NewItem {
                due_date: Some(CalendarDate::from_days(first + SPRINT_DAYS * (number + 1))),
                description: format!("What it takes: {}.", titles.join(", ").to_lowercase()),
                ..NewItem::new(topic.key, ItemKind::Epic, *epic)
            };
            let epic = self.item(when, topic.lead, new)?;
            let mut before: Option<ItemId> = None;
            for (place, title) in (0..).zip(*titles) {
                let when = at(begin + number % 4, 620 + 15 * number + 40 * place);
                let story = self.story(topic, when, epic, title)?;
                if let Some(before) = before.filter(|_| place % 2 == 1) {
                    self.blocks(when, topic.lead, before, story.id)?;
                }
                before = Some(story.id);
                stories.push(story);
            }
        }
        Ok(stories)
    }

    /// A story with the tasks it is made of, each of which waits for the one before.
    fn story(
        &mut self,
        topic: &Topic,
        when: Timestamp,
        epic: ItemId,
        title: &str,
    ) -> Result<Story, CliError> {
        let points = self.random.pick(&[1.0, 2.0, 3.0, 5.0, 8.0]).copied();
        let new = NewItem {
            parent: Some(epic.into()),
            points,
            priority: self.priority(),
            labels: self.labels(),
            description: format!(
                "As a user I want to *{}*.\n\n- [ ] agreed\n- [ ] shown",
                title.to_lowercase()
            ),
            ..NewItem::new(topic.key, ItemKind::Story, title)
        };
        let id = self.item(when, topic.lead, new)?;
        let mut tasks: Vec<ItemId> = Vec::new();
        for (minute, task) in (1..).zip(TASKS) {
            let when = Timestamp::from_millis(when.as_millis() + minute * 240_000);
            let new = NewItem {
                parent: Some(id.into()),
                estimate_seconds: Some(self.random.between(2, 10) * 3_600),
                ..NewItem::new(topic.key, ItemKind::Task, format!("{task}: {title}"))
            };
            let made = self.item(when, topic.lead, new)?;
            if let Some(before) = tasks.last() {
                self.blocks(when, topic.lead, *before, made)?;
            }
            tasks.push(made);
        }
        Ok(Story { id, epic, tasks })
    }

    pub(super) fn item(&mut self, when: Timestamp, by: &str, new: NewItem) -> Result<ItemId, CliError> {
        let id = ItemId::from_uuid(self.uuid(when));
        self.put(when, by, Change::CreateItem(Box::new(NewItem { id: Some(id), ..new })))?;
        Ok(id)
    }

    pub(super) fn sprint(&mut self, when: Timestamp, by: &str, new: NewSprint) -> Result<SprintId, CliError> {
        let id = SprintId::from_uuid(self.uuid(when));
        self.put(when, by, Change::CreateSprint(NewSprint { id: Some(id), ..new }))?;
        Ok(id)
    }

    pub(super) fn comment(
        &mut self,
        when: Timestamp,
        by: &str,
        new: NewComment,
        about: Option<ItemId>,
    ) -> Result<CommentId, CliError> {
        let id = CommentId::from_uuid(self.uuid(when));
        let change = Change::AddComment(NewComment { id: Some(id), ..new });
        self.steps.push(Step { at: when, by: person(by)?, change, about });
        Ok(id)
    }

    fn blocks(&mut self, when: Timestamp, by: &str, from: ItemId, to: ItemId) -> Result<(), CliError> {
        self.relate(when, by, DependencyKind::Blocks, from, to)
    }

    pub(super) fn relate(
        &mut self,
        when: Timestamp,
        by: &str,
        kind: DependencyKind,
        from: ItemId,
        to: ItemId,
    ) -> Result<(), CliError> {
        self.put(when, by, Change::AddDependency { id: None, kind, from: from.into(), to: to.into() })
    }

    pub(super) fn priority(&mut self) -> Priority {
        let all = [Priority::Urgent, Priority::High, Priority::Medium, Priority::Medium, Priority::Low];
        self.random.pick(&all).copied().unwrap_or(Priority::None)
    }

    fn labels(&mut self) -> Vec<String> {
        let first = self.random.below(LABELS.len());
        let count = self.random.below(3);
        LABELS.iter().cycle().skip(first).take(count).map(|label| (*label).to_owned()).collect()
    }
}
