//! Writes one method of `Reader` per question.

use std::error::Error;
use std::fmt::Write as _;

use syn::{Attribute, Field, Fields, ItemEnum, ItemStruct, Type, Variant};

use crate::mirror::{arguments, docs, type_text};
use crate::source::Declaration;

/// As in `rustfmt.toml`.
const LINE_WIDTH: usize = 110;

/// Fields whose name is a word of some language, and how they are called as arguments.
const RENAMED: [(&str, &str); 2] = [("from", "first_day"), ("to", "last_day")];

const HEAD: &str = "// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.\n\
     //! Questions as methods.\n\n\
     #![allow(unsafe_code, reason = \"the code uniffi generates is unsafe\")]\n\n\
     use crate::engine::*;\n\
     use crate::error::PmError;\n\
     use crate::reader::{Reader, mismatched};\n\n\
     #[uniffi::export]\n\
     impl Reader {\n";

/// The methods, one for each variant of `Question`, each answered by the variant of `Answer` of the same name: the text
/// of each file, which begins with the question named beside it.
pub(crate) fn write<'a>(
    declared: &[Declaration],
    files: &[(&'a str, &str)],
) -> Result<Vec<(&'a str, String)>, Box<dyn Error>> {
    let (questions, answers) = (named(declared, "Question")?, named(declared, "Answer")?);
    let mut written: Vec<(&str, String)> = Vec::new();
    for question in &questions.variants {
        let answer = answers.variants.iter().find(|answer| answer.ident == question.ident);
        let answer =
            answer.and_then(answer_type).ok_or_else(|| format!("no answer to {}", question.ident))?;
        if let Some((file, _)) = files.iter().find(|(_, first)| question.ident == first) {
            written.push((file, HEAD.to_owned()));
        }
        let (_, out) = written.last_mut().ok_or("the first file does not begin with the first question")?;
        if !out.ends_with("{\n") {
            out.push('\n');
        }
        method(question, &answer, declared, out);
    }
    if written.len() != files.len() {
        return Err("a file begins with a question that there is not".into());
    }
    for (_, text) in &mut written {
        text.push_str("}\n");
    }
    Ok(written)
}

fn named<'a>(declarations: &'a [Declaration], name: &str) -> Result<&'a ItemEnum, Box<dyn Error>> {
    let found = declarations.iter().find_map(|declaration| match declaration {
        Declaration::Enum(item) if item.ident == name => Some(item),
        _ => None,
    });
    Ok(found.ok_or_else(|| format!("no enum {name}"))?)
}

/// What a variant of `Answer` holds, as it is written there.
fn answer_type(variant: &Variant) -> Option<String> {
    let field = variant.fields.iter().next()?;
    let Type::Path(_) = &field.ty else { return None };
    Some(type_text(&field.ty))
}

fn method(question: &Variant, answer: &str, declared: &[Declaration], out: &mut String) {
    let variant = question.ident.to_string();
    let (fields, built) = match &question.fields {
        Fields::Unit => (Vec::new(), format!("        let question = Question::{variant};\n")),
        // What a question holds alone is a record: its fields are the arguments.
        Fields::Unnamed(fields) => {
            let ty = fields.unnamed.first().map(|field| type_text(&field.ty)).unwrap_or_default();
            let fields: Vec<&Field> =
                record(declared, &ty).map(|item| item.fields.iter().collect()).unwrap_or_default();
            let built = built(&format!("Question::{variant}({ty} {{"), &fields, "})");
            (fields, built)
        }
        Fields::Named(fields) => {
            let fields: Vec<&Field> = fields.named.iter().collect();
            let built = built(&format!("Question::{variant} {{"), &fields, "}");
            (fields, built)
        }
    };
    let mut taken = arguments(fields.iter().copied());
    for argument in &mut taken {
        argument.name = renamed(&argument.name).to_owned();
    }
    // Python takes no argument without a default after one that has it.
    taken.sort_by_key(|argument| argument.default.is_some());
    docs(&question.attrs, 1, out);
    if !fields.is_empty() {
        out.push_str("    ///\n");
    }
    for field in &fields {
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(out, "    /// - `{}`: {}", renamed(&name), sentence(&field.attrs));
    }
    out.push_str("    ///\n    /// # Errors\n    /// `invalid`, `not_found`, or a failure of the storage.\n");
    let defaults: Vec<_> = taken
        .iter()
        .filter_map(|argument| {
            Some(format!("default({})", argument.default?.replacen("default", &argument.name, 1)))
        })
        .collect();
    if !defaults.is_empty() {
        let _ = writeln!(out, "    #[uniffi::method({})]", defaults.join(", "));
    }
    let (ty, value) = match answer.strip_prefix("Box<").and_then(|rest| rest.strip_suffix('>')) {
        Some(inner) => (inner, "*answer"),
        None => (answer, "answer"),
    };
    let taken: Vec<_> =
        taken.iter().map(|argument| format!(", {}: {}", argument.name, argument.ty)).collect();
    out.push_str(&signature(&snake(&variant), &taken, ty));
    let _ = write!(
        out,
        "{built}        \
         match self.ask(question)? {{\n            \
         Answer::{variant}(answer) => Ok({value}),\n            \
         _ => Err(mismatched()),\n        \
         }}\n    }}\n",
    );
}

/// The record of that name.
fn record<'a>(declared: &'a [Declaration], name: &str) -> Option<&'a ItemStruct> {
    declared.iter().find_map(|declaration| match declaration {
        Declaration::Record(item) if item.ident == name => Some(item),
        _ => None,
    })
}

/// The statement that makes the question of its fields.
fn built(before: &str, fields: &[&Field], after: &str) -> String {
    let names = fields.iter().filter_map(|field| field.ident.as_ref()).map(|ident| {
        let name = ident.to_string();
        let argument = renamed(&name).to_owned();
        if argument == name { name } else { format!("{name}: {argument}") }
    });
    let names: Vec<_> = names.collect();
    let whole = format!("{before} {} {after};\n", names.join(", "));
    // Where rustfmt breaks it.
    for start in ["        let question = ", "        let question =\n            "] {
        let last = start.rsplit('\n').next().unwrap_or_default();
        if last.len() + whole.trim_end().len() <= LINE_WIDTH {
            return format!("{start}{whole}");
        }
    }
    let lines: String = names.iter().map(|name| format!("            {name},\n")).collect();
    format!("        let question = {before}\n{lines}        {after};\n")
}

fn renamed(name: &str) -> &str {
    RENAMED.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to)
}

/// The documentation of a field on one line, as it stands behind its name.
fn sentence(attrs: &[Attribute]) -> String {
    let mut text = String::new();
    docs(attrs, 0, &mut text);
    let lines: Vec<_> = text.lines().map(|line| line.trim_start_matches("///").trim()).collect();
    lines.join(" ")
}

/// On one line where it fits.
fn signature(name: &str, taken: &[String], answer: &str) -> String {
    let line = format!("    pub fn {name}(&self{}) -> Result<{answer}, PmError> {{\n", taken.concat());
    if line.trim_end().len() <= LINE_WIDTH {
        return line;
    }
    let taken: Vec<_> = taken.iter().map(|argument| argument.replacen(", ", "        ", 1) + ",\n").collect();
    format!("    pub fn {name}(\n        &self,\n{}    ) -> Result<{answer}, PmError> {{\n", taken.concat())
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
