//! A project's context as Markdown: project, lanes with counts, sprints, then items lane by lane. What people wrote is
//! quoted, so that it cannot be taken for a part of the document.

use std::fmt::Write as _;

use pm_engine::model::Project;
use pm_engine::query::{
    ContextComment, ContextItem, ContextLane, ContextSprint, DependencyDirection, LeftOut, ProjectContext,
};

/// Room for the end: its sentences, and nine numbers of up to nineteen digits.
const END_BYTES: usize = 800;

/// Bytes still to be had; after the first block that does not fit, none does.
struct Room(usize);

impl Room {
    fn take(&mut self, block: &str) -> bool {
        match self.0.checked_sub(block.len()) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => {
                self.0 = 0;
                false
            }
        }
    }

    /// The blocks that fit, and how many do not.
    fn fill(&mut self, heading: &str, blocks: Vec<String>) -> (String, i64) {
        let count = blocks.len();
        let heading = format!("\n## {heading}\n\n");
        if blocks.is_empty() || !self.take(&heading) {
            return (String::new(), i64::try_from(count).unwrap_or(i64::MAX));
        }
        let fits = blocks.iter().take_while(|block| self.take(block)).count();
        let left_out = i64::try_from(count - fits).unwrap_or(i64::MAX);
        (blocks.into_iter().take(fits).fold(heading, |all, block| all + &block), left_out)
    }
}

/// The document, in at most so many bytes (of which it needs 8,000).
pub(super) fn write(context: ProjectContext, bytes: usize) -> String {
    let mut room = Room(bytes.saturating_sub(END_BYTES));
    let mut left_out = context.left_out;
    let mut text = head(&context, &mut room, &mut left_out);
    let lanes = context.lanes.iter().map(lane_line).collect();
    let (lanes, missing) = room.fill("Lanes", lanes);
    left_out.lanes += missing;
    let (sprints, missing) = room.fill("Sprints", context.sprints.iter().map(sprint_lines).collect());
    left_out.sprints += missing;
    let members =
        context.members.iter().map(|member| format!("- {}: {}\n", plain(member.user.as_str()), member.role));
    let (members, missing) = room.fill("Members", members.collect());
    left_out.members += missing;
    let timers = context
        .timers
        .iter()
        .map(|timer| format!("- {} works on {}\n", plain(timer.user.as_str()), timer.item));
    let (timers, missing) = room.fill("Running timers", timers.collect());
    left_out.timers += missing;
    let items = items(&context, &mut room, &mut left_out);
    let (comments, missing) =
        room.fill("Comments, the latest first", context.comments.iter().map(comment).collect());
    left_out.comments += missing;
    for part in [lanes, sprints, members, timers, items, comments] {
        text.push_str(&part);
    }
    end(&mut text, context.sequence, left_out);
    text
}

fn head(context: &ProjectContext, room: &mut Room, left_out: &mut LeftOut) -> String {
    let Project { key, title, status, visibility, wip_policy, description, .. } = &context.project;
    let mut text = format!(
        "# {key}: {}\n\nThe project is {status} and {visibility}; past a lane's limit: {wip_policy}. Your role: {}.\n",
        plain(title),
        context.role
    );
    room.take(&text);
    let description = description.as_deref().unwrap_or_default();
    if !description.is_empty() {
        let quoted = format!("\n{}", quoted(description, ""));
        if quoted.len() <= room.0 {
            room.take(&quoted);
            text.push_str(&quoted);
        } else {
            left_out.descriptions += 1;
        }
    }
    text
}

fn lane_line(lane: &ContextLane) -> String {
    let limit = lane.wip_limit.map(|limit| format!(", limit {limit}")).unwrap_or_default();
    let (name, count) = (plain(&lane.name), lane.item_count);
    format!("- {name} (status `{}`, {}): {count} items{limit}\n", lane.status, lane.category)
}

fn sprint_lines(sprint: &ContextSprint) -> String {
    let day = |day: Option<pm_engine::model::CalendarDate>| {
        day.map_or_else(|| "open".to_owned(), |day| day.to_string())
    };
    let mut text = format!(
        "- {} ({}, {} to {}): {} items, {} points completed, id {}\n",
        plain(&sprint.name),
        sprint.state,
        day(sprint.start_date),
        day(sprint.end_date),
        sprint.item_count,
        sprint.completed_points,
        sprint.id
    );
    if !sprint.goal.is_empty() {
        text.push_str(&quoted(&sprint.goal, "  "));
    }
    text
}

/// The items that fit, unfinished ones first, under the headings of their lanes.
fn items(context: &ProjectContext, room: &mut Room, left_out: &mut LeftOut) -> String {
    let mut sections: Vec<(String, String)> = Vec::new();
    let mut is_full = !room.take("\n## Work items\n");
    for item in &context.items {
        let heading = heading(context, item);
        let known = sections.iter().position(|(known, _)| *known == heading);
        let heading_bytes = if known.is_some() { 0 } else { heading.len() };
        let line = item_line(item);
        let description = item.description.as_deref().map(|text| quoted(text, "  ")).unwrap_or_default();
        let is_described = !description.is_empty();
        is_full = is_full || heading_bytes + line.len() > room.0;
        if is_full {
            if item.category.is_finished() {
                left_out.finished_items += 1
            } else {
                left_out.open_items += 1
            }
            continue;
        }
        let mut block = line;
        if heading_bytes + block.len() + description.len() <= room.0 {
            block.push_str(&description);
        } else {
            left_out.descriptions += i64::from(is_described);
        }
        room.0 -= heading_bytes + block.len();
        match known.and_then(|at| sections.get_mut(at)) {
            Some((_, section)) => section.push_str(&block),
            None => sections.push((heading, block)),
        }
    }
    if sections.is_empty() {
        return String::new();
    }
    let order = |heading: &str| context.lanes.iter().position(|lane| lane_heading(lane) == heading);
    sections.sort_by_key(|(heading, _)| order(heading).unwrap_or(usize::MAX));
    sections
        .into_iter()
        .fold("\n## Work items\n".to_owned(), |all, (heading, section)| all + &heading + &section)
}

fn heading(context: &ProjectContext, item: &ContextItem) -> String {
    let lane = context.lanes.iter().find(|lane| lane.status == item.status);
    lane.map_or_else(|| format!("\n### `{}`\n\n", item.status), lane_heading)
}

fn lane_heading(lane: &ContextLane) -> String {
    format!("\n### {} (`{}`)\n\n", plain(&lane.name), lane.status)
}

fn item_line(item: &ContextItem) -> String {
    let mut text = format!("- {} {} **{}**", item.key, item.kind, plain(&item.title));
    let mut flags = Vec::new();
    if item.priority != pm_engine::model::Priority::None {
        flags.push(format!("{} priority", item.priority));
    }
    flags.extend(item.assignee.as_ref().map(|user| format!("assigned to {}", plain(user.as_str()))));
    flags.extend(item.points.map(|points| format!("{points} points")));
    flags.extend(item.start_date.map(|day| format!("starts {day}")));
    flags.extend(item.due_date.map(|day| format!("due {day}")));
    flags.extend(item.sprint.as_ref().map(|sprint| format!("sprint {}", plain(sprint))));
    flags.extend(item.parent.as_ref().map(|parent| format!("part of {parent}")));
    if !item.labels.is_empty() {
        let labels: Vec<_> = item.labels.iter().map(|label| plain(label)).collect();
        flags.push(format!("labels {}", labels.join(", ")));
    }
    if item.open_children > 0 {
        flags.push(format!("{} unfinished children", item.open_children));
    }
    for (direction, words) in [
        (DependencyDirection::BlockedBy, "waits for"),
        (DependencyDirection::Blocks, "blocks"),
        (DependencyDirection::RelatesTo, "related to"),
    ] {
        let links = item.dependencies.iter().filter(|link| link.direction == direction);
        let keys: Vec<_> = links.map(|link| link.key.as_deref().unwrap_or("a hidden item")).collect();
        if !keys.is_empty() {
            flags.push(format!("{words} {}", keys.join(", ")));
        }
    }
    flags.push(format!("version {}", item.version));
    let state = match (item.blocked, item.ready) {
        (true, _) => " BLOCKED",
        (_, true) => " READY",
        _ => "",
    };
    let _ = writeln!(text, "{state}: {}", flags.join("; "));
    text
}

fn comment(comment: &ContextComment) -> String {
    let (author, day) = (plain(comment.author.as_str()), comment.at.date_at(0));
    let verb = if comment.is_reply { "replied" } else { "wrote" };
    format!("- on {}, {author} {verb} on {day}:\n{}", comment.item, quoted(&comment.text, "  "))
}

fn end(text: &mut String, sequence: i64, left_out: LeftOut) {
    let counts = [
        (left_out.open_items, "unfinished items"),
        (left_out.finished_items, "finished items"),
        (left_out.descriptions, "descriptions"),
        (left_out.comments, "comments"),
        (left_out.lanes, "lanes"),
        (left_out.members, "members"),
        (left_out.sprints, "sprints"),
        (left_out.timers, "running timers"),
    ];
    let missing: Vec<_> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!("{n} {what}")).collect();
    text.push_str("\n## Left out\n\n");
    if missing.is_empty() {
        text.push_str("Nothing was left out for lack of room.\n");
    } else {
        let _ = writeln!(
            text,
            "There was no room for {}. Ask with a larger `max_tokens`, or page through the lists.",
            missing.join(", ")
        );
    }
    let _ = writeln!(text, "\nValid at sequence {sequence}.");
}

/// A text on one line.
fn plain(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A text as a quotation.
fn quoted(text: &str, indent: &str) -> String {
    let lines = text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']);
    lines.fold(String::with_capacity(text.len() + 8), |mut all, line| {
        let _ = writeln!(all, "{indent}> {line}");
        all
    })
}
