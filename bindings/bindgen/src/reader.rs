//! Writes one method of `Reader` per question.

use std::error::Error;
use std::fmt::Write as _;

use syn::{Fields, ItemEnum, Type, Variant};

use crate::mirror::{Argument, arguments, docs, type_text};
use crate::source::Declaration;

/// As in `rustfmt.toml`.
const LINE_WIDTH: usize = 110;

/// The methods, one for each variant of `Question`, each answered by the variant of `Answer` of the same name.
pub(crate) fn write(questions: &[Declaration], answers: &[Declaration]) -> Result<String, Box<dyn Error>> {
    let (questions, answers) = (named(questions, "Question")?, named(answers, "Answer")?);
    let mut out = String::from(
        "// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.\n\
         //! Every question as a method.\n\n\
         #![allow(unsafe_code, reason = \"the code uniffi generates is unsafe\")]\n\n\
         use crate::engine::*;\n\
         use crate::error::PmError;\n\
         use crate::reader::{Reader, mismatched};\n\n\
         #[uniffi::export]\n\
         impl Reader {\n",
    );
    for (index, question) in questions.variants.iter().enumerate() {
        let answer = answers.variants.iter().find(|answer| answer.ident == question.ident);
        let answer =
            answer.and_then(answer_type).ok_or_else(|| format!("no answer to {}", question.ident))?;
        if index > 0 {
            out.push('\n');
        }
        method(question, &answer, &mut out);
    }
    out.push_str("}\n");
    Ok(out)
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

fn method(question: &Variant, answer: &str, out: &mut String) {
    let variant = question.ident.to_string();
    let (mut taken, built) = match &question.fields {
        Fields::Unit => (Vec::new(), format!("Question::{variant}")),
        Fields::Unnamed(fields) => {
            let ty = fields.unnamed.first().map(|field| type_text(&field.ty)).unwrap_or_default();
            let query = Argument { name: "query".to_owned(), ty, default: None };
            (vec![query], format!("Question::{variant}(query)"))
        }
        Fields::Named(fields) => {
            let taken = arguments(fields.named.iter());
            let names: Vec<_> = taken.iter().map(|argument| argument.name.as_str()).collect();
            let built = format!("Question::{variant} {{ {} }}", names.join(", "));
            (taken, built)
        }
    };
    // Python takes no argument without a default after one that has it.
    taken.sort_by_key(|argument| argument.default.is_some());
    docs(&question.attrs, 1, out);
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
    let _ = write!(
        out,
        "{}        match self.ask({built})? {{\n            \
         Answer::{variant}(answer) => Ok({value}),\n            \
         _ => Err(mismatched()),\n        \
         }}\n    }}\n",
        signature(&snake(&variant), &taken, ty)
    );
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
