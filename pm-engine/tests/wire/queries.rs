//! Questions and answers: the way to bytes and back, bytes of before, and what no well-meaning peer sends.

use std::collections::BTreeSet;

use googletest::prelude::*;
use pm_engine::query::{Answer, ContextOptions, ItemFilter, ItemSort, PageRequest, Question};
use pm_engine::wire;
use pm_proto as pb;
use proptest::prelude::*;
use prost::Message;

use super::golden::{golden, names_in_contract};
use super::query_samples::{answers, questions};
use super::strategies;

/// To bytes and back, as a peer would.
fn sent<M: Message + Default>(message: &M) -> M {
    M::decode(message.encode_to_vec().as_slice()).unwrap()
}

/// Reads the bytes as both; whatever comes out is not looked at.
fn read_as_both(bytes: &[u8]) {
    let _ = pb::Question::decode(bytes).map(wire::question_from_wire);
    let _ = pb::Answer::decode(bytes).map(wire::answer_from_wire);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn given_a_question_of_every_kind_when_sent_then_it_is_the_same(all in strategies::questions::questions()) {
        for question in all {
            let back = wire::question_from_wire(sent(&wire::question_to_wire(&question)));
            assert_that!(back, ok(eq(&question)));
        }
    }

    #[test]
    fn given_an_answer_of_every_kind_when_sent_then_it_is_the_same(all in strategies::answers::answers()) {
        for answer in all {
            let back = wire::answer_from_wire(sent(&wire::answer_to_wire(&answer)));
            assert_that!(back, ok(eq(&answer)));
        }
    }

    #[test]
    fn given_random_bytes_when_read_then_nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_as_both(&bytes);
    }

    #[test]
    fn given_a_damaged_question_or_answer_when_read_then_nothing_panics(
        question in proptest::sample::select(questions()),
        answer in proptest::sample::select(answers()),
        place in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let question = wire::question_to_wire(&question.1).encode_to_vec();
        let answer = wire::answer_to_wire(&answer.1).encode_to_vec();
        for mut bytes in [question, answer] {
            let place = place.index(bytes.len());
            bytes[place] = byte;
            read_as_both(&bytes);
            bytes.truncate(place);
            read_as_both(&bytes);
        }
    }
}

#[gtest]
fn given_a_question_of_every_kind_when_encoded_then_the_bytes_are_as_before() {
    let samples = questions();
    let encode = |(name, q): &(String, Question)| (name.clone(), wire::question_to_wire(q).encode_to_vec());
    let encoded: Vec<_> = samples.iter().map(encode).collect();
    for (bytes, (_, question)) in golden("questions.txt", &encoded).iter().zip(&samples) {
        let back = pb::Question::decode(bytes.as_slice()).map(wire::question_from_wire);
        expect_that!(back, ok(ok(eq(question))));
    }
}

#[gtest]
fn given_an_answer_of_every_kind_when_encoded_then_the_bytes_are_as_before() {
    let samples = answers();
    let encode = |(name, a): &(String, Answer)| (name.clone(), wire::answer_to_wire(a).encode_to_vec());
    let encoded: Vec<_> = samples.iter().map(encode).collect();
    for (bytes, (_, answer)) in golden("query_answers.txt", &encoded).iter().zip(&samples) {
        let back = pb::Answer::decode(bytes.as_slice()).map(wire::answer_from_wire);
        expect_that!(back, ok(ok(eq(answer))));
    }
}

#[gtest]
fn given_the_contract_when_compared_with_the_samples_then_every_question_and_answer_has_one_of_the_same_name()
{
    let contract = names_in_contract("query.proto", "Question");
    expect_that!(names_in_contract("query.proto", "Answer"), eq(&contract));
    expect_that!(questions().into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>(), eq(&contract));
    expect_that!(answers().into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>(), eq(&contract));
    expect_that!(strategies::questions::questions().len(), eq(contract.len()));
    expect_that!(strategies::answers::answers().len(), eq(contract.len()));
}

#[gtest]
fn given_a_question_and_its_answer_when_encoded_then_they_have_the_same_number() {
    for ((name, question), (_, answer)) in questions().iter().zip(sorted_as_questions()) {
        let number = |bytes: Vec<u8>| prost::encoding::decode_key(&mut bytes.as_slice()).unwrap().0;
        let asked = number(wire::question_to_wire(question).encode_to_vec());
        expect_that!(number(wire::answer_to_wire(&answer).encode_to_vec()), eq(asked), "{name}");
    }
}

fn sorted_as_questions() -> Vec<(String, Answer)> {
    let all = answers();
    let of = |(name, _): (String, Question)| all.iter().find(|(answer, _)| *answer == name).unwrap().clone();
    questions().into_iter().map(of).collect()
}

#[gtest]
fn given_a_question_that_leaves_out_what_it_may_when_read_then_it_takes_the_usual() {
    use pb::question::Question as One;
    let read = |question| wire::question_from_wire(pb::Question { question: Some(question) });
    let items = Question::Items {
        filter: ItemFilter::default(),
        sort: ItemSort::Number,
        page: PageRequest::default(),
        with_total: false,
    };
    expect_that!(read(One::Items(pb::ItemsQuestion::default())), ok(eq(&items)));
    let asked = |options| One::Context(pb::ContextQuestion { project: "PM".to_owned(), options });
    let context = |options| Question::Context { project: "PM".into(), options };
    expect_that!(read(asked(None)), ok(eq(&context(ContextOptions::default()))));
    let options = pb::ContextOptions { comments: Some(false), ..pb::ContextOptions::default() };
    let without = ContextOptions { comments: false, ..ContextOptions::default() };
    expect_that!(read(asked(Some(options))), ok(eq(&context(without))));
}

#[gtest]
fn given_a_malformed_question_when_read_then_the_error_names_the_field() {
    use pb::question::Question as One;
    let filter =
        |filter| One::Items(pb::ItemsQuestion { filter: Some(filter), ..pb::ItemsQuestion::default() });
    let totals = |scope, by| {
        One::TimeTotals(pb::TimeTotalsQuestion {
            scope: Some(pb::TimeScope { scope }),
            by,
            ..pb::TimeTotalsQuestion::default()
        })
    };
    let item = Some(pb::time_scope::Scope::ItemTree("PM-1".to_owned()));
    let cases = [
        (None, ""),
        (
            Some(filter(pb::ItemFilter { kinds: vec![1, 0], ..pb::ItemFilter::default() })),
            "items.filter.kinds[1]",
        ),
        (
            Some(filter(pb::ItemFilter { due_to: Some("tomorrow".to_owned()), ..pb::ItemFilter::default() })),
            "items.filter.due_to",
        ),
        (
            Some(One::Items(pb::ItemsQuestion { sort: Some(99), ..pb::ItemsQuestion::default() })),
            "items.sort",
        ),
        (Some(One::LanePage(pb::LanePageQuestion::default())), "lane_page.lane"),
        (Some(One::Mentions(pb::MentionsQuestion::default())), "mentions.target"),
        (Some(One::TimeEntries(pb::TimeEntriesQuestion::default())), "time_entries.filter"),
        (Some(One::User(pb::UserQuestion::default())), "user.user"),
        (
            Some(One::SprintItems(pb::SprintItemsQuestion { sprint: "s".to_owned(), ..Default::default() })),
            "sprint_items.phase",
        ),
        (Some(totals(None, 1)), "time_totals.scope"),
        (Some(totals(item, 1)), "time_totals.scope.item_tree"),
        (Some(totals(Some(pb::time_scope::Scope::Tenant(pb::WholeTenant {})), 0)), "time_totals.by"),
        (
            Some(One::Snapshot(pb::SnapshotQuestion { projects: vec!["PM".to_owned()], cursor: None })),
            "snapshot.projects[0]",
        ),
        (
            Some(One::BoardThen(pb::BoardThenQuestion { project: "PM".to_owned(), ..Default::default() })),
            "board_then.project",
        ),
        (
            Some(One::Inverse(pb::InverseQuestion { command: "no spaces".to_owned(), user: "a".to_owned() })),
            "inverse.command",
        ),
    ];
    for (question, field) in cases {
        let error = wire::question_from_wire(pb::Question { question }).unwrap_err();
        expect_that!(error.field, eq(field), "{error}");
        expect_that!(error.to_string(), not(contains_substring("no spaces")));
    }
}
