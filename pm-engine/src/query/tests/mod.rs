//! Tests of the questions, by what they are about.

mod access;
mod flow;
mod items;
mod others;
mod plans;
