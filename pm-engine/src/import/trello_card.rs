//! A card in words of this engine.

use serde_json::{Map, Value};

use super::facts::{ItemFacts, Stamp};
use super::fields::Fields;
use super::report::Origin;
use super::trello::{self, Around, Object, instant, made_at, text};
use crate::limits::{DESCRIPTION_CHARS_MAX, TITLE_CHARS_MAX};
use crate::model::{CalendarDate, LaneId, Priority, Timestamp, UserId};

/// Fields that follow from others or only say how the card looks.
const DERIVED: &[&str] = &[
    "badges",
    "idBoard",
    "idShort",
    "idLabels",
    "idChecklists",
    "idMembersVoted",
    "idAttachmentCover",
    "descData",
    "checkItemStates",
    "manualCoverAttachment",
    "subscribed",
    "shortLink",
    "shortUrl",
    "email",
    "cover",
    "limits",
    "dueReminder",
    "cardRole",
    "isTemplate",
    "creationMethod",
    "pinned",
    "nodeId",
    "mirrorSourceId",
    "creationMethodLoadingStartedAt",
    "creationMethodError",
    "pluginData",
    "agent",
    "faviconUrl",
    "mirrorSourceNodeId",
    "staticMapUrl",
    "staticMapWidgetUrl",
    "idOrganization",
    "originalCardDesc",
    "attachmentsCount",
];

/// A card with what is needed to place it.
pub(super) struct Card {
    pub(super) id: String,
    pub(super) list: String,
    pub(super) position: f64,
    pub(super) closed: bool,
    pub(super) last_activity: Option<Timestamp>,
}

impl Card {
    pub(super) fn of(card: &Object) -> Option<Self> {
        Some(Self {
            id: text(card, "id").map(str::trim).filter(|id| !id.is_empty())?.to_owned(),
            list: text(card, "idList").unwrap_or_default().to_owned(),
            position: card.get("pos").and_then(Value::as_f64).unwrap_or(0.0),
            closed: card.get("closed").and_then(Value::as_bool).unwrap_or(false),
            last_activity: instant(card, "dateLastActivity"),
        })
    }
}

/// What a card needs from the board.
pub(super) struct Context<'a> {
    pub(super) node: usize,
    pub(super) around: Option<&'a Around>,
    pub(super) checklists: Vec<Object>,
    pub(super) first_lane: LaneId,
    pub(super) lane: LaneId,
    pub(super) user_of: &'a dyn Fn(&str) -> Option<UserId>,
}

/// The facts of a card, and the fields that could not be used, each with its reason.
pub(super) type Told = (ItemFacts, Vec<(String, String)>);

pub(super) fn facts(object: Object, context: &Context<'_>) -> Option<Told> {
    let card = Card::of(&object)?;
    let created_at = made_at(&card.id).or(card.last_activity);
    let labels = labels(&object);
    let mut fields = Fields::new(object);
    // The last activity stays: in `extra` it tells a newer record from the same one.
    for field in ["id", "idList", "pos", "closed", "labels"] {
        fields.take(field);
    }
    DERIVED.iter().for_each(|field| drop(fields.take(field)));
    let title = fields.text("name").unwrap_or_default();
    let title = fields.cut("name", title, TITLE_CHARS_MAX);
    let mut description = fields.text("desc").unwrap_or_default();
    append_checklists(&mut description, &context.checklists);
    let description = fields.cut("desc", description, DESCRIPTION_CHARS_MAX);
    let (start_date, due_date) = dates(&mut fields);
    let assignee = members(&mut fields, context);
    attachments(&mut fields);
    let labels = fitting(&mut fields, labels);
    let user = |name: Option<&String>| name.and_then(|name| (context.user_of)(name));
    let around = context.around;
    let last_move = around.and_then(|around| around.moves.last());
    let deleted = card.closed.then(|| {
        let closed = around.and_then(|around| around.closed.as_ref());
        let at = closed.map(|(at, _)| *at).or(card.last_activity);
        Stamp { at, by: user(closed.and_then(|(_, by)| by.as_ref())) }
    });
    let facts = ItemFacts {
        node: context.node,
        origin: Origin::new(None, card.id),
        title,
        description,
        priority: Priority::None,
        assignee,
        labels,
        estimate_seconds: None,
        start_date,
        due_date,
        extra: fields.rest(),
        first_lane: context.first_lane,
        lane: Some(context.lane),
        created: Stamp { at: created_at, by: user(around.and_then(|around| around.created_by.as_ref())) },
        updated: Stamp { at: card.last_activity.or(created_at), by: None },
        entered: Stamp {
            at: last_move.map(|moved| moved.at).or(card.last_activity),
            by: user(last_move.and_then(|moved| moved.by.as_ref())),
        },
        completed_at: None,
        deleted,
    };
    Some((facts, fields.dropped))
}

/// A label without a name is known by its colour.
fn labels(card: &Object) -> Vec<Value> {
    let list = card.get("labels").and_then(Value::as_array);
    let name = |label: &Value| {
        let label = label.as_object()?;
        let name = text(label, "name").map(str::trim).filter(|name| !name.is_empty());
        name.or_else(|| text(label, "color")).map(Value::from)
    };
    list.into_iter().flatten().filter_map(name).collect()
}

fn fitting(fields: &mut Fields, labels: Vec<Value>) -> Vec<String> {
    let mut object = Map::new();
    object.insert("labels".to_owned(), Value::Array(labels));
    let mut own = Fields::new(object);
    let labels = own.labels("labels");
    fields.dropped.append(&mut own.dropped);
    labels
}

/// Days as UTC has them. A start after the due date is left out: no item may have that.
fn dates(fields: &mut Fields) -> (Option<CalendarDate>, Option<CalendarDate>) {
    let start = fields.instant("start").map(|at| at.date_at(0));
    let due = fields.instant("due").map(|at| at.date_at(0));
    if let (Some(first), Some(last)) = (start, due)
        && first > last
    {
        fields.drop_field("start", "it is after the due date");
        return (None, due);
    }
    (start, due)
}

/// The first member is the assignee; all of them stand in `extra` where there are more.
fn members(fields: &mut Fields, context: &Context<'_>) -> Option<UserId> {
    let Some(Value::Array(list)) = fields.take("idMembers") else { return None };
    let users: Vec<UserId> = list.iter().filter_map(Value::as_str).filter_map(context.user_of).collect();
    if users.len() > 1 {
        fields.drop_field("idMembers", "an item has one assignee: the others stand in extra");
        let names = users.iter().map(|user| Value::from(user.as_str())).collect();
        fields.put("members", Value::Array(names));
    }
    users.into_iter().next()
}

fn attachments(fields: &mut Fields) {
    let list = fields.objects("attachments");
    let short = list.iter().map(|attachment| {
        let kept = ["name", "url"]
            .into_iter()
            .filter_map(|field| attachment.get(field).map(|value| (field.to_owned(), value.clone())));
        Value::Object(kept.collect())
    });
    fields.put("attachments", Value::Array(short.collect()));
}

/// Checklists as lists of Markdown.
fn append_checklists(description: &mut String, checklists: &[Object]) {
    for checklist in checklists {
        if !description.is_empty() {
            description.push_str("\n\n");
        }
        description.push_str("### ");
        description.push_str(text(checklist, "name").unwrap_or("Checklist"));
        let items = checklist.get("checkItems").and_then(Value::as_array);
        let mut items: Vec<&Object> = items.into_iter().flatten().filter_map(Value::as_object).collect();
        let position = |item: &Object| item.get("pos").and_then(Value::as_f64).unwrap_or(0.0);
        items.sort_by(|a, b| position(a).total_cmp(&position(b)));
        for item in items {
            let done = if trello::text(item, "state") == Some("complete") { "x" } else { " " };
            description.push_str(&format!("\n- [{done}] {}", text(item, "name").unwrap_or_default()));
        }
    }
}
