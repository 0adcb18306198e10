//! Bytes that earlier versions wrote: they are still written the same, and still read the same. A file has one line
//! per message: its name and its bytes in hex. New messages are added by running the tests with `PM_UPDATE_GOLDEN=1`;
//! a changed line means that stored logs and clients of before no longer fit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use googletest::prelude::*;
use pm_engine::wire;
use pm_proto as pb;
use prost::Message;

use super::{samples, strategies};

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file)
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn from_hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Compares each message with its line in the file and gives back what the lines hold. Where it was asked for, messages
/// without a line get one; a line that differs is never rewritten.
pub(crate) fn golden(file: &str, messages: &[(String, Vec<u8>)]) -> Vec<Vec<u8>> {
    let mut text = fs::read_to_string(path(file)).unwrap_or_default();
    let names: Vec<_> = text.lines().map(|line| line.split_once(' ').unwrap().0.to_owned()).collect();
    if std::env::var_os("PM_UPDATE_GOLDEN").is_some() {
        for (name, bytes) in messages.iter().filter(|(name, _)| !names.contains(name)) {
            writeln!(text, "{name} {}", to_hex(bytes)).unwrap();
        }
        fs::write(path(file), &text).unwrap();
    }
    let lines: BTreeMap<_, _> = text.lines().map(|line| line.split_once(' ').unwrap()).collect();
    assert_that!(lines.len(), eq(messages.len()), "{file}: run with PM_UPDATE_GOLDEN=1 to add what is new");
    let line_of = |(name, bytes): &(String, Vec<u8>)| {
        let before = lines[name.as_str()];
        assert_that!(to_hex(bytes), eq(before), "the wire form of {name} in tests/golden/{file} has changed");
        from_hex(before)
    };
    messages.iter().map(line_of).collect()
}

#[gtest]
fn given_an_event_of_every_entity_kind_when_encoded_then_the_bytes_are_as_before() {
    let samples = samples::events();
    let encoded: Vec<_> =
        samples.iter().map(|(name, e)| (name.clone(), wire::event_to_wire(e).encode_to_vec())).collect();
    for (bytes, (_, event)) in golden("events.txt", &encoded).iter().zip(&samples) {
        expect_that!(pb::Event::decode(bytes.as_slice()).map(wire::event_from_wire), ok(ok(eq(event))));
    }
}

#[gtest]
fn given_a_command_of_every_change_when_encoded_then_the_bytes_are_as_before() {
    let samples = samples::commands();
    let encoded: Vec<_> =
        samples.iter().map(|(name, c)| (name.clone(), wire::command_to_wire(c).encode_to_vec())).collect();
    for (bytes, (_, command)) in golden("commands.txt", &encoded).iter().zip(&samples) {
        let back =
            wire::command_from_wire(pb::Command::decode(bytes.as_slice()).unwrap(), command.actor.clone());
        expect_that!(back, ok(eq(command)));
    }
}

#[gtest]
fn given_an_outcome_and_a_rejection_when_encoded_then_the_bytes_are_as_before() {
    let (outcome, rejection) = (samples::outcome(), samples::rejection());
    let encoded = [
        ("outcome".to_owned(), wire::outcome_to_wire(&outcome).encode_to_vec()),
        ("rejection".to_owned(), wire::rejection_to_wire(&rejection).encode_to_vec()),
    ];
    let bytes = golden("answers.txt", &encoded);
    let [first, second] = bytes.as_slice() else { panic!("expected two lines") };
    expect_that!(pb::Outcome::decode(first.as_slice()).map(wire::outcome_from_wire), ok(ok(eq(&outcome))));
    expect_that!(
        pb::Rejection::decode(second.as_slice()).map(wire::rejection_from_wire),
        ok(ok(eq(&rejection)))
    );
}

/// The names in the `oneof` of a message, read from the contract itself.
pub(crate) fn names_in_contract(file: &str, message: &str) -> BTreeSet<String> {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/pm/v1").join(file)).unwrap();
    let body = text.split_once(&format!("\nmessage {message} {{\n")).unwrap().1.split_once("\n}").unwrap().0;
    body.lines()
        .filter_map(|line| line.trim().strip_suffix(';')?.split_once(" = "))
        .map(|(declared, _)| declared.rsplit(' ').next().unwrap().to_owned())
        .collect()
}

#[gtest]
fn given_the_contract_when_compared_with_the_samples_then_every_change_and_entity_has_one() {
    let changes: BTreeSet<_> = samples::commands().into_iter().map(|(name, _)| name).collect();
    expect_that!(changes, eq(&names_in_contract("command.proto", "Change")));
    expect_that!(strategies::changes().len(), eq(changes.len()));

    let entities: BTreeSet<_> = samples::entities().iter().map(|e| e.kind().to_string()).collect();
    expect_that!(entities, eq(&names_in_contract("entity.proto", "Entity")));
    expect_that!(strategies::entities().len(), eq(entities.len()));
}
