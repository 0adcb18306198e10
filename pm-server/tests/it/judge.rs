//! A judge of answers by the schemas the server itself hands out; the fuzzer has it, too.

use serde_json::Value;

/// Holds a value against a schema of the document; says where it does not fit.
pub(crate) fn judge(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        let named = document.pointer(pointer).ok_or_else(|| format!("{name} is nowhere"))?;
        return judge(document, named, value, at);
    }
    if let Some(variants) = schema["oneOf"].as_array() {
        let fits: Vec<_> = variants.iter().map(|variant| judge(document, variant, value, at)).collect();
        return match fits.iter().filter(|fit| fit.is_ok()).count() {
            1 => Ok(()),
            0 => Err(fits.into_iter().filter_map(Result::err).max_by_key(String::len).unwrap_or_default()),
            more => Err(format!("{at}: fits {more} forms")),
        };
    }
    if let Some(word) = schema.get("const") {
        return if word == value { Ok(()) } else { Err(format!("{at}: {value} is not {word}")) };
    }
    if let Some(words) = schema["enum"].as_array() {
        return if words.contains(value) {
            Ok(())
        } else {
            Err(format!("{at}: {value} is none of {words:?}"))
        };
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Err(format!("{at}: a schema that allows anything")),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.contains(&kind) && (kind != "integer" || !kinds.contains(&"number")) {
        return Err(format!("{at}: {value} is not {kinds:?}"));
    }
    match value {
        Value::Array(list) => list
            .iter()
            .enumerate()
            .try_for_each(|(n, v)| judge(document, &schema["items"], v, &format!("{at}/{n}"))),
        Value::Object(map) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !map.contains_key(name) {
                    return Err(format!("{at}: `{name}` is missing"));
                }
            }
            let known = &schema["properties"];
            let is_open = schema.get("additionalProperties").is_none();
            map.iter().filter(|(name, _)| !is_open || known.get(name).is_some()).try_for_each(|(name, v)| {
                let field = known.get(name).ok_or_else(|| format!("{at}: `{name}` is not in the schema"))?;
                judge(document, field, v, &format!("{at}/{name}"))
            })
        }
        _ => Ok(()),
    }
}
