//! Days of work: who takes what, when the timer runs, what is said, what is done by the end of a sprint.

use std::collections::{HashMap, VecDeque};

use pm_engine::command::{
    Change, ItemChange, ItemMove, NewComment, NewItem, NewSprint, NewTimeEntry, SprintAssignment,
};
use pm_engine::model::{CalendarDate, DependencyKind, ItemId, ItemKind, Priority, SprintId, Timestamp};

use super::at;
use super::plan::{Plan, SPRINT_DAYS, SPRINTS_OVER, Story, person};
use super::words::{COMMENTS, NOTES, QUESTIONS, REPLIES, Topic};
use crate::cli::CliError;

/// When the hours of work begin and end, in minutes of the day.
const SHIFTS: &[(i64, i64)] = &[(510, 690), (750, 870), (885, 1_005)];
/// Stories a sprint takes in per person, carried ones included.
const STORIES_PER_PERSON: usize = 2;

/// Something that can be worked on.
#[derive(Clone, Debug)]
struct Job {
    item: ItemId,
    /// The story and the epic it belongs to; none for a bug.
    parents: Option<(ItemId, ItemId)>,
    /// Shifts still needed.
    left: i64,
    by: Option<&'static str>,
}

/// What is open in a project.
#[derive(Default)]
struct Desk {
    jobs: VecDeque<Job>,
    in_hand: Vec<Job>,
    /// Done by the next morning.
    in_review: Vec<Job>,
    /// Stories and epics that have been begun.
    begun: Vec<ItemId>,
    /// Stories that are not done, by epic.
    rest: HashMap<ItemId, usize>,
    /// What comments can speak of.
    known: Vec<ItemId>,
}

fn jobs(plan: &mut Plan, story: &Story) -> Vec<Job> {
    let parents = Some((story.id, story.epic));
    let tasks = story.tasks.iter();
    tasks.map(|task| Job { item: *task, parents, left: plan.random.between(3, 7), by: None }).collect()
}

impl Desk {
    fn over(stories: &[Story]) -> Self {
        let mut desk = Self::default();
        for story in stories {
            *desk.rest.entry(story.epic).or_default() += 1;
        }
        desk
    }
}

/// Two weeks at a time.
pub(super) fn in_sprints(
    plan: &mut Plan,
    topic: &Topic,
    first: i64,
    stories: Vec<Story>,
) -> Result<(), CliError> {
    let mut desk = Desk::over(&stories);
    let mut waiting: VecDeque<Story> = stories.into();
    let mut open: Vec<Story> = Vec::new();
    let mut sprint = new_sprint(plan, topic, first, 0)?;
    for number in 0..=SPRINTS_OVER {
        let begin = first + number * SPRINT_DAYS;
        let room = (topic.team.len() * STORIES_PER_PERSON).saturating_sub(open.len());
        for story in waiting.drain(..room.min(waiting.len())).collect::<Vec<_>>() {
            take_in(plan, topic, begin, sprint, &story)?;
            desk.jobs.extend(jobs(plan, &story));
            open.push(story);
        }
        plan.put(at(begin, 480), topic.lead, Change::StartSprint { sprint: sprint.into() })?;
        for day in begin..begin + 12 {
            if day == begin + 2 || day == begin + 8 {
                bug(plan, topic, day, Some(sprint), &mut desk)?;
            }
            work_day(plan, topic, day, &mut desk, &mut open)?;
        }
        let next = new_sprint(plan, topic, first, number + 1)?;
        if number < SPRINTS_OVER {
            let end = Change::CompleteSprint { sprint: sprint.into(), carry_to: Some(next.into()) };
            plan.put(at(begin + 11, 1_020), topic.lead, end)?;
        }
        sprint = next;
    }
    Ok(())
}

fn new_sprint(plan: &mut Plan, topic: &Topic, first: i64, number: i64) -> Result<SprintId, CliError> {
    let begin = first + number * SPRINT_DAYS;
    // Planned on the Thursday before the one before ends, the first one before anything.
    let when = at(begin - 4, 900);
    let planned = if number > SPRINTS_OVER { at(begin - SPRINT_DAYS, 600) } else { when };
    let new = NewSprint {
        goal: format!("Sprint {} of {}: something to show on Friday.", number + 1, topic.title),
        start_date: Some(CalendarDate::from_days(begin)),
        end_date: Some(CalendarDate::from_days(begin + 11)),
        ..NewSprint::new(topic.key, format!("Sprint {}", number + 1))
    };
    plan.sprint(planned, topic.lead, new)
}

fn take_in(
    plan: &mut Plan,
    topic: &Topic,
    day: i64,
    sprint: SprintId,
    story: &Story,
) -> Result<(), CliError> {
    for item in std::iter::once(&story.id).chain(&story.tasks) {
        let mut moved = ItemMove::to_lane(*item, "todo");
        moved.sprint = Some(SprintAssignment::Set(sprint.into()));
        plan.put(at(day, 470), topic.lead, Change::MoveItem(moved))?;
    }
    Ok(())
}

/// Whoever is free takes the next card.
pub(super) fn as_it_comes(
    plan: &mut Plan,
    topic: &Topic,
    first: i64,
    today: i64,
    stories: Vec<Story>,
) -> Result<(), CliError> {
    let mut desk = Desk::over(&stories);
    let mut open = Vec::new();
    let mut waiting = stories.into_iter();
    for day in first..=today {
        if (day - first) % 9 == 4 {
            bug(plan, topic, day, None, &mut desk)?;
        }
        if desk.jobs.len() < topic.team.len()
            && let Some(story) = waiting.next()
        {
            for item in std::iter::once(&story.id).chain(&story.tasks) {
                plan.put(at(day, 480), topic.lead, Change::MoveItem(ItemMove::to_lane(*item, "todo")))?;
            }
            desk.jobs.extend(jobs(plan, &story));
            open.push(story);
        }
        work_day(plan, topic, day, &mut desk, &mut open)?;
    }
    Ok(())
}

/// Something is broken: it comes first.
fn bug(
    plan: &mut Plan,
    topic: &Topic,
    day: i64,
    sprint: Option<SprintId>,
    desk: &mut Desk,
) -> Result<(), CliError> {
    let Some(title) = plan.random.pick(topic.bugs).copied() else { return Ok(()) };
    let finder = plan.random.pick(topic.team).copied().unwrap_or(topic.lead);
    let when = at(day, plan.random.between(490, 505));
    let new = NewItem {
        priority: if plan.random.chance(30) { Priority::Urgent } else { Priority::High },
        lane: Some("todo".into()),
        sprint: sprint.map(Into::into),
        due_date: Some(CalendarDate::from_days(day + 3)),
        description: "Seen twice this week.\n\n1. open it\n2. wait\n3. there it is".to_owned(),
        ..NewItem::new(topic.key, ItemKind::Bug, title)
    };
    let id = plan.item(when, finder, new)?;
    if let Some(story) = desk.begun.last() {
        plan.relate(when, finder, DependencyKind::RelatesTo, id, *story)?;
    }
    desk.jobs.push_front(Job { item: id, parents: None, left: plan.random.between(1, 3), by: None });
    Ok(())
}

fn work_day(
    plan: &mut Plan,
    topic: &Topic,
    day: i64,
    desk: &mut Desk,
    open: &mut Vec<Story>,
) -> Result<(), CliError> {
    if (day + 3).rem_euclid(7) > 4 {
        return Ok(());
    }
    review(plan, topic, day, desk, open)?;
    for (begin, end) in SHIFTS {
        for (place, who) in topic.team.iter().copied().enumerate() {
            if plan.random.chance(12) {
                meeting(plan, day, *begin, who, desk)?;
                continue;
            }
            let jitter = i64::try_from(place).unwrap_or(0) * 3 + plan.random.between(0, 9);
            shift(plan, topic, (at(day, begin + jitter), at(day, end - jitter)), who, desk)?;
        }
    }
    Ok(())
}

/// In the morning somebody looks at what was finished the day before; a story ends with its last task.
fn review(
    plan: &mut Plan,
    topic: &Topic,
    day: i64,
    desk: &mut Desk,
    open: &mut Vec<Story>,
) -> Result<(), CliError> {
    for (minute, job) in (0..).zip(std::mem::take(&mut desk.in_review)) {
        let reviewer = topic.team.iter().copied().find(|who| Some(*who) != job.by).unwrap_or(topic.lead);
        let when = at(day, 485 + minute);
        plan.put(when, reviewer, Change::MoveItem(ItemMove::to_lane(job.item, "done")))?;
        let of = |story: &&mut Story| job.parents.is_some_and(|(parent, _)| story.id == parent);
        if let Some(story) = open.iter_mut().find(of) {
            story.tasks.retain(|task| *task != job.item);
        }
    }
    let (done, rest) = std::mem::take(open).into_iter().partition(|story| story.tasks.is_empty());
    *open = rest;
    let done: Vec<Story> = done;
    for (minute, story) in (0..).zip(done) {
        let shown = Change::MoveItem(ItemMove::to_lane(story.id, "done"));
        plan.put(at(day, 500 + minute), topic.lead, shown)?;
        let rest = desk.rest.entry(story.epic).or_default();
        *rest = rest.saturating_sub(1);
        if *rest == 0 {
            let ended = Change::MoveItem(ItemMove::to_lane(story.epic, "done"));
            plan.put(at(day, 500 + minute), topic.lead, ended)?;
        }
    }
    Ok(())
}

/// One shift of one person: the job in hand, or the next one.
fn shift(
    plan: &mut Plan,
    topic: &Topic,
    (begin, end): (Timestamp, Timestamp),
    who: &'static str,
    desk: &mut Desk,
) -> Result<(), CliError> {
    let own = desk.in_hand.iter().position(|job| job.by == Some(who));
    let mut job = match own {
        Some(place) => desk.in_hand.swap_remove(place),
        None => match desk.jobs.pop_front() {
            Some(job) => pick_up(plan, begin, who, job, desk)?,
            None => return Ok(()),
        },
    };
    let note = plan.random.pick(NOTES).copied().unwrap_or_default().to_owned();
    plan.put(begin, who, Change::StartTimer { id: None, item: job.item.into(), note })?;
    plan.put(end, who, Change::StopTimer { entry: None })?;
    if plan.random.chance(35) {
        talk(plan, topic, end, who, job.item, desk)?;
    }
    job.left -= 1;
    if job.left > 0 {
        desk.in_hand.push(job);
        return Ok(());
    }
    let after = Timestamp::from_millis(end.as_millis() + 120_000);
    plan.put(after, who, Change::MoveItem(ItemMove::to_lane(job.item, "review")))?;
    desk.in_review.push(job);
    Ok(())
}

fn pick_up(
    plan: &mut Plan,
    begin: Timestamp,
    who: &'static str,
    job: Job,
    desk: &mut Desk,
) -> Result<Job, CliError> {
    let before = Timestamp::from_millis(begin.as_millis() - 60_000);
    let changes = vec![ItemChange::Assignee(Some(person(who)?))];
    plan.put(before, who, Change::UpdateItem { item: job.item.into(), changes })?;
    plan.put(before, who, Change::MoveItem(ItemMove::to_lane(job.item, "in_progress")))?;
    for parent in job.parents.iter().flat_map(|(story, epic)| [*epic, *story]) {
        if !desk.begun.contains(&parent) {
            plan.put(before, who, Change::MoveItem(ItemMove::to_lane(parent, "in_progress")))?;
            desk.begun.push(parent);
        }
    }
    desk.known.push(job.item);
    Ok(Job { by: Some(who), ..job })
}

/// Time that no timer saw, written down afterwards.
fn meeting(plan: &mut Plan, day: i64, begin: i64, who: &str, desk: &Desk) -> Result<(), CliError> {
    let Some(item) = plan.random.pick(&desk.known).copied() else { return Ok(()) };
    let entry = NewTimeEntry {
        id: None,
        item: item.into(),
        user: Some(person(who)?),
        started_at: at(day, begin + 10),
        ended_at: at(day, begin + 55),
        note: "talked it through".to_owned(),
    };
    plan.put(at(day, begin + 60), who, Change::AddTimeEntry(entry))
}

fn talk(
    plan: &mut Plan,
    topic: &Topic,
    when: Timestamp,
    who: &str,
    item: ItemId,
    desk: &Desk,
) -> Result<(), CliError> {
    let others: Vec<&str> = topic.team.iter().copied().filter(|other| *other != who).collect();
    let about = plan.random.pick(&desk.known).copied().filter(|about| *about != item);
    let (Some(other), Some(about), true) =
        (plan.random.pick(&others).copied(), about, plan.random.chance(50))
    else {
        let text = plan.random.pick(COMMENTS).copied().unwrap_or_default();
        plan.comment(when, who, NewComment::new(item, text), None)?;
        return Ok(());
    };
    let text = plan.random.pick(QUESTIONS).copied().unwrap_or_default().replace("{user}", other);
    let asked = plan.comment(when, who, NewComment::new(item, text), Some(about))?;
    if plan.random.chance(70) {
        let later = Timestamp::from_millis(when.as_millis() + plan.random.between(3, 25) * 60_000);
        let reply = plan.random.pick(REPLIES).copied().unwrap_or_default();
        let new = NewComment { reply_to: Some(asked.into()), ..NewComment::new(item, reply) };
        plan.comment(later, other, new, None)?;
    }
    Ok(())
}
