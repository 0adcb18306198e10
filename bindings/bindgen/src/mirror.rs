//! Writes a declaration down for uniffi.

use std::fmt::Write as _;

use syn::{Attribute, Expr, Field, Fields, GenericArgument, Lit, Meta, PathArguments, Type, Variant};

use crate::source::Declaration;

/// What a host makes: its optional fields may be left out.
const MADE_BY_HOSTS: [&str; 20] = [
    "Actor",
    "Part",
    "Origin",
    "NewProject",
    "NewLane",
    "LaneTarget",
    "NewItem",
    "ItemMove",
    "NewSprint",
    "NewComment",
    "NewTimeEntry",
    "PageRequest",
    "ItemFilter",
    "TimeFilter",
    "TimeQuery",
    "SearchQuery",
    "ActivityQuery",
    "BoardThenQuery",
    "ContextOptions",
    "ImportOptions",
];

/// Texts that may be empty.
const EMPTY_TEXTS: [&str; 4] = ["description", "extra", "goal", "note"];

/// The beginning of a file of mirrors.
pub(crate) fn head(about: &str) -> String {
    format!(
        "// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.\n\
         //! {about}\n\n\
         #![allow(unsafe_code, reason = \"the code uniffi generates is unsafe\")]\n\n\
         use crate::engine::*;\n"
    )
}

/// Adds one declaration.
pub(crate) fn write(declaration: &Declaration, out: &mut String) {
    out.push('\n');
    match declaration {
        Declaration::Record(item) => {
            let name = item.ident.to_string();
            docs(&item.attrs, 0, out);
            let _ = writeln!(out, "#[uniffi::remote(Record)]\npub struct {name} {{");
            for field in &item.fields {
                record_field(&name, field, out);
            }
        }
        Declaration::Enum(item) => {
            docs(&item.attrs, 0, out);
            if item.attrs.iter().any(|attribute| attribute.path().is_ident("non_exhaustive")) {
                out.push_str("#[non_exhaustive]\n");
            }
            let _ = writeln!(out, "#[uniffi::remote(Enum)]\npub enum {} {{", item.ident);
            for variant in &item.variants {
                enum_variant(variant, out);
            }
        }
    }
    out.push_str("}\n");
}

fn record_field(record: &str, field: &Field, out: &mut String) {
    let Some(name) = &field.ident else { return };
    docs(&field.attrs, 1, out);
    let ty = type_text(&field.ty);
    if let Some(default) = default_of(record, &name.to_string(), &ty) {
        let _ = writeln!(out, "    #[uniffi({default})]");
    }
    let _ = writeln!(out, "    pub {name}: {ty},");
}

fn enum_variant(variant: &Variant, out: &mut String) {
    docs(&variant.attrs, 1, out);
    let name = &variant.ident;
    match &variant.fields {
        Fields::Unit => {
            let _ = writeln!(out, "    {name},");
        }
        Fields::Unnamed(fields) => {
            let types: Vec<_> = fields.unnamed.iter().map(|field| type_text(&field.ty)).collect();
            let _ = writeln!(out, "    {name}({}),", types.join(", "));
        }
        Fields::Named(fields) => {
            let _ = writeln!(out, "    {name} {{");
            let defaults = arguments(fields.named.iter());
            for (index, field) in fields.named.iter().enumerate() {
                let Some(field_name) = &field.ident else { continue };
                docs(&field.attrs, 2, out);
                // Python takes no argument without a default after one that has it.
                let are_rest_optional =
                    defaults.iter().skip(index).all(|argument| argument.default.is_some());
                if let Some(default) = defaults.get(index).and_then(|argument| argument.default)
                    && are_rest_optional
                {
                    let _ = writeln!(out, "        #[uniffi({default})]");
                }
                let _ = writeln!(out, "        {field_name}: {},", type_text(&field.ty));
            }
            out.push_str("    },\n");
        }
    }
}

/// A field as an argument of a function.
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) default: Option<&'static str>,
}

/// The fields of a variant as arguments.
pub(crate) fn arguments<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<Argument> {
    fields
        .filter_map(|field| {
            let name = field.ident.as_ref()?.to_string();
            let ty = type_text(&field.ty);
            let default = match ty.as_str() {
                "PageRequest" | "ItemFilter" | "ContextOptions" | "TimeFilter" => Some("default"),
                "bool" if name == "with_total" => Some("default"),
                "i32" if name == "utc_offset_minutes" => Some("default"),
                "String" if name == "note" => Some("default"),
                _ if ty.starts_with("Option<") => Some("default = None"),
                _ if ty.starts_with("Vec<") && name != "changes" => Some("default"),
                _ => None,
            };
            Some(Argument { name, ty, default })
        })
        .collect()
}

fn default_of(record: &str, field: &str, ty: &str) -> Option<&'static str> {
    if !MADE_BY_HOSTS.contains(&record) {
        return None;
    }
    match ty {
        "bool" if record == "ContextOptions" => Some("default = true"),
        "bool" | "PageRequest" | "LaneCategories" => Some("default"),
        "String" if EMPTY_TEXTS.contains(&field) => Some("default"),
        _ if ty.starts_with("Option<") => Some("default = None"),
        _ if ty.starts_with("Vec<") => Some("default"),
        _ => None,
    }
}

/// The documentation without its links, which lead nowhere in another language.
pub(crate) fn docs(attrs: &[Attribute], depth: usize, out: &mut String) {
    for attribute in attrs {
        let Meta::NameValue(meta) = &attribute.meta else { continue };
        let (true, Expr::Lit(expression)) = (meta.path.is_ident("doc"), &meta.value) else { continue };
        let Lit::Str(text) = &expression.lit else { continue };
        let _ = writeln!(out, "{}///{}", "    ".repeat(depth), without_links(&text.value()));
    }
}

fn without_links(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("[`") {
        let Some((name, behind)) = after.split_once("`]") else { break };
        let _ = write!(plain, "{before}`{name}`");
        rest = behind
            .strip_prefix('(')
            .and_then(|target| target.split_once(')'))
            .map_or(behind, |(_, behind)| behind);
    }
    plain + rest
}

/// A type as it is written, and maps under the names they cross by.
pub(crate) fn type_text(ty: &Type) -> String {
    let Type::Path(path) = ty else { return quote::quote!(#ty).to_string() };
    let Some(last) = path.path.segments.last() else { return String::new() };
    let name = last.ident.to_string();
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return name };
    let inner: Vec<_> = arguments
        .args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(type_text(ty)),
            _ => None,
        })
        .collect();
    match (name.as_str(), inner.join(", ").as_str()) {
        ("BTreeMap", "String, i64") => "TableCounts".to_owned(),
        ("BTreeMap", "String, LaneCategory") => "LaneCategories".to_owned(),
        (_, inner) => format!("{name}<{inner}>"),
    }
}
