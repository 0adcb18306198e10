//! Every place of the vocabulary where a text goes, read from `proto/`: what is added there is found here by itself, and
//! has to be given a meaning before the tests go on.

use protox::prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value,
};

/// What a text stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Means {
    Project,
    Item,
    Lane,
    Sprint,
    Comment,
    Entry,
    Dependency,
    /// A user's id: users need not exist to be named.
    User,
    Command,
    /// The id of something new, which may be chosen.
    New,
    /// Names nothing.
    Text(&'static str),
}

/// The fields that mean something else than their name says elsewhere.
const BY_PLACE: [(&str, Means); 20] = [
    ("ItemFilter.ids", Means::Item),
    ("ActivityQuestion.entity", Means::Item),
    ("Place.before", Means::Item),
    ("Place.after", Means::Item),
    ("LanePlace.before", Means::Lane),
    ("LanePlace.after", Means::Lane),
    ("AddDependency.from", Means::Item),
    ("AddDependency.to", Means::Item),
    ("Dependency.from", Means::Item),
    ("Dependency.to", Means::Item),
    ("SprintAssignment.set", Means::Sprint),
    ("ParentChange.set", Means::Item),
    ("Command.id", Means::Command),
    ("ExternalRef.id", Means::Text("1")),
    ("User.id", Means::User),
    ("NewLane.name", Means::Text("Fresh lane")),
    ("NewSprint.name", Means::Text("Fresh sprint")),
    ("NewProject.key", Means::Text("FRESH")),
    ("TimeTotalsQuestion.from", Means::Text("2026-11-27")),
    ("TimeTotalsQuestion.to", Means::Text("2026-11-27")),
];

/// What the text of a field means; `None` where nobody has said so.
pub(crate) fn meaning(field: &FieldDescriptor) -> Option<Means> {
    let place = format!("{}.{}", field.parent_message().name(), field.name());
    if let Some((_, means)) = BY_PLACE.iter().find(|(known, _)| *known == place) {
        return Some(*means);
    }
    Some(match field.name() {
        "project" | "projects" => Means::Project,
        "item" | "item_tree" | "parent" | "parents" | "mentioned_items" => Means::Item,
        "lane" | "lanes" | "default_lane" | "move_items_to" => Means::Lane,
        "sprint" | "sprints" | "carry_to" => Means::Sprint,
        "comment" | "reply_to" => Means::Comment,
        "entry" => Means::Entry,
        "dependency" => Means::Dependency,
        "command" => Means::Command,
        "user" | "assignee" | "assignees" | "on_behalf_of" | "by" | "author" | "created_by"
        | "updated_by" | "completed_by" | "mentioned_users" => Means::User,
        "id" => Means::New,
        "title" | "name" | "goal" | "description" | "text" | "note" | "values" => Means::Text("thing"),
        "label" | "labels" | "source" | "status" | "email" | "value" => Means::Text("word"),
        "start_date" | "end_date" | "due_date" | "due_from" | "due_to" | "start_from" | "start_to" => {
            Means::Text("2026-11-27")
        }
        "key" => Means::Text("KEY"),
        "extra" => Means::Text("{}"),
        "position" | "lane_order" | "parent_order" => Means::Text("a0"),
        "token" | "epoch" | "cursor" => Means::Text(""),
        _ => return None,
    })
}

/// A text's place: the fields that lead to it from the frame.
pub(crate) type Place = Vec<FieldDescriptor>;

pub(crate) fn frame() -> MessageDescriptor {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../proto");
    let files = protox::compile(["pm/v1/sync.proto"], [root]).unwrap();
    let pool = DescriptorPool::from_file_descriptor_set(files).unwrap();
    pool.get_message_by_name("pm.v1.ClientFrame").unwrap()
}

/// Every text a client can say, wherever it stands.
pub(crate) fn places(message: &MessageDescriptor) -> Vec<Place> {
    let mut all = Vec::new();
    for field in message.fields() {
        match field.kind() {
            Kind::String => all.push(vec![field]),
            Kind::Message(inner) => {
                let below = places(&inner).into_iter();
                all.extend(below.map(|rest| [vec![field.clone()], rest].concat()));
            }
            _ => {}
        }
    }
    all
}

/// How a place is called: `command.parts.change.move_item.place.before`.
pub(crate) fn name(place: &Place) -> String {
    place.iter().map(FieldDescriptor::name).collect::<Vec<_>>().join(".")
}

/// A message with what it cannot do without, and this text at this place. `texts` has those beside it.
pub(crate) fn message(
    descriptor: &MessageDescriptor,
    place: &[FieldDescriptor],
    text: &str,
    texts: &dyn Fn(&FieldDescriptor) -> String,
) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    let on_the_way = place.first();
    for field in descriptor.fields() {
        let is_it = on_the_way == Some(&field);
        let choice = field.containing_oneof();
        let choice = choice.filter(|choice| !choice.is_synthetic());
        let is_needed = match &choice {
            Some(choice) => {
                let is_decided = on_the_way.is_some_and(|way| choice.fields().any(|field| field == *way));
                !is_decided && choice.fields().next().as_ref() == Some(&field)
            }
            None => is_needed(&field, on_the_way),
        };
        if is_it {
            message.set_field(&field, at(place, text, texts));
        } else if is_needed {
            message.set_field(&field, value(&field, texts));
        }
    }
    message
}

/// The value of the first field of a place with this text at its end.
pub(crate) fn at(place: &[FieldDescriptor], text: &str, texts: &dyn Fn(&FieldDescriptor) -> String) -> Value {
    let one = match place[0].kind() {
        Kind::Message(inner) => Value::Message(message(&inner, &place[1..], text, texts)),
        _ => Value::String(text.to_owned()),
    };
    if place[0].is_list() { Value::List(vec![one]) } else { one }
}

/// Whether a message is nothing without this field, where that other one is looked at.
fn is_needed(field: &FieldDescriptor, other: Option<&FieldDescriptor>) -> bool {
    if field.name() == "parent"
        && field.kind() == Kind::String
        && other.is_some_and(|other| other.name() == "sibling_place")
    {
        // One's siblings are those of a parent.
        return true;
    }
    let is_optional = field.containing_oneof().is_some();
    let is_extra = matches!(field.name(), "origin" | "external" | "page" | "filter" | "options" | "parent");
    !is_optional && !is_extra && !field.is_list()
}

fn value(field: &FieldDescriptor, texts: &dyn Fn(&FieldDescriptor) -> String) -> Value {
    match field.kind() {
        Kind::String => Value::String(texts(field)),
        Kind::Enum(_) => Value::EnumNumber(1),
        Kind::Message(inner) => Value::Message(message(&inner, &[], "", texts)),
        // An hour of work, long ago.
        Kind::Int64 if field.name() == "started_at" => Value::I64(1_700_000_000_000),
        Kind::Int64 if field.name() == "ended_at" => Value::I64(1_700_003_600_000),
        // After all that has happened.
        Kind::Int64 if field.name() == "sequence" => Value::I64(1_000_000),
        kind => Value::default_value(&kind),
    }
}

/// The message that stands at the end of the way; made where there is none.
pub(crate) fn inside<'a>(message: &'a mut DynamicMessage, way: &[FieldDescriptor]) -> &'a mut DynamicMessage {
    let Some((first, rest)) = way.split_first() else { return message };
    let value = message.get_field_mut(first);
    let one = match value {
        Value::List(list) => list.first_mut().unwrap(),
        one => one,
    };
    let Value::Message(inner) = one else { panic!("{} is no message", first.name()) };
    inside(inner, rest)
}

/// Decodes what the server sent as a message of the vocabulary.
pub(crate) fn dynamic(message: &impl prost::Message, descriptor: &MessageDescriptor) -> DynamicMessage {
    let decoded = DynamicMessage::decode(descriptor.clone(), &*message.encode_to_vec()).unwrap();
    assert_eq!(decoded.descriptor().full_name(), descriptor.full_name());
    decoded
}
