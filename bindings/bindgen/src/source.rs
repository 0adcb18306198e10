//! Reads the declarations of a file of the engine.

use std::error::Error;

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Fields, Ident, Item, ItemEnum, ItemStruct, Lit, Token, Variant, Visibility, braced, token,
};

/// A type that crosses.
pub(crate) enum Declaration {
    /// A struct whose fields are all public.
    Record(ItemStruct),
    /// An enum.
    Enum(ItemEnum),
}

impl Declaration {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Record(item) => item.ident.to_string(),
            Self::Enum(item) => item.ident.to_string(),
        }
    }
}

/// The public records and enums of a file, in order, those made by the macro `words!` too.
pub(crate) fn declarations(source: &str) -> Result<Vec<Declaration>, Box<dyn Error>> {
    let mut found = Vec::new();
    for item in syn::parse_file(source)?.items {
        match item {
            Item::Struct(item) if is_public(&item.vis) && is_record(&item) => {
                found.push(Declaration::Record(item));
            }
            Item::Enum(item) if is_public(&item.vis) => found.push(Declaration::Enum(item)),
            Item::Macro(call) if call.mac.path.is_ident("words") => {
                let words: Words = call.mac.parse_body()?;
                found.extend(words.0.into_iter().map(Declaration::Enum));
            }
            _ => {}
        }
    }
    Ok(found)
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_record(item: &ItemStruct) -> bool {
    match &item.fields {
        Fields::Named(fields) => fields.named.iter().all(|field| is_public(&field.vis)),
        Fields::Unnamed(_) | Fields::Unit => false,
    }
}

/// The body of `words!`: enums whose variants each have a word.
struct Words(Vec<ItemEnum>);

impl Parse for Words {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut enums = Vec::new();
        while !input.is_empty() {
            let attrs = input.call(Attribute::parse_outer)?;
            let ident: Ident = input.parse()?;
            let body;
            let brace_token = braced!(body in input);
            enums.push(ItemEnum {
                attrs,
                vis: Visibility::Public(<Token![pub]>::default()),
                enum_token: <Token![enum]>::default(),
                ident,
                generics: syn::Generics::default(),
                brace_token,
                variants: variants(&body)?,
            });
        }
        Ok(Self(enums))
    }
}

fn variants(body: ParseStream<'_>) -> syn::Result<Punctuated<Variant, token::Comma>> {
    let mut variants = Punctuated::new();
    while !body.is_empty() {
        let attrs = body.call(Attribute::parse_outer)?;
        let ident: Ident = body.parse()?;
        body.parse::<Token![=]>()?;
        body.parse::<Lit>()?;
        variants.push_value(Variant { attrs, ident, fields: Fields::Unit, discriminant: None });
        variants.push_punct(body.parse()?);
    }
    Ok(variants)
}
