//! How a section of the configuration is written down: one entry per setting, with its words, type, default and range.
//! Everything else is made of it: the struct, reading and checking it from text, and the page in the docs.
//!
//! The fields can be read inside this crate only, so that the compiler refuses a setting that nothing reads. (Assigning
//! to a field would count as reading it: what is generated here makes the section anew.)

use serde_json::Value as Json;

/// What the docs say about a setting.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Setting {
    /// Name within its section.
    pub(crate) field: &'static str,
    /// What it means.
    pub(crate) meaning: &'static str,
    /// What can be written for it.
    pub(crate) kind: String,
    /// What holds where nothing is written.
    pub(crate) default: Json,
    /// Smallest and largest value.
    pub(crate) range: Option<(Json, Json)>,
    /// Never shown.
    pub(crate) secret: bool,
}

/// A value that cannot be: what was expected, and the range it has to be in.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Wrong {
    pub(crate) expected: String,
    pub(crate) range: Option<(Json, Json)>,
}

/// A section of the configuration.
pub(crate) trait Section: Default {
    /// What it is about.
    const ABOUT: &'static str;

    /// Its settings, in order.
    fn settings() -> Vec<Setting>;

    /// Sets a field of this name; gives the value as it was understood, `None` where there is no such field.
    fn set(&mut self, field: &str, value: &Json) -> Option<Result<Json, Wrong>>;
}

/// Writes a section:
///
/// ```text
/// section! {
///     /// What it is about.
///     pub struct NameConfig {
///         /// What the setting means.
///         field: Type = default, smallest..=largest;
///     }
/// }
/// ```
///
/// The range may be left out. A method of the field's name sets it, for hosts that configure a server in Rust.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $(#[expect($lint:ident, reason = $reason:literal)])?
        pub struct $name:ident {
            $($(#[doc = $meaning:literal])+ $field:ident: $kind:ty = $default:expr $(, $range:expr)?;)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        #[deny(dead_code, reason = "a setting that nothing reads")]
        $(#[expect($lint, reason = $reason)])?
        pub struct $name { $($(#[doc = $meaning])+ pub(crate) $field: $kind,)+ }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        #[allow(clippy::needless_update, reason = "a section may have one setting")]
        impl $name {
            $(
                $(#[doc = $meaning])+
                ///
                /// The range that holds for what is written in a file is not checked here.
                pub fn $field(&mut self, value: $kind) -> &mut Self {
                    *self = Self { $field: value, ..std::mem::take(self) };
                    self
                }
            )+
        }

        #[allow(clippy::needless_update, reason = "a section may have one setting")]
        impl $crate::config::section::Section for $name {
            const ABOUT: &'static str = concat!($($about),+);

            fn settings() -> Vec<$crate::config::section::Setting> {
                use $crate::config::value::Value;
                vec![$({
                    let range: Option<$crate::config::value::Range<$kind>> = None $(.or(Some(($range).into())))?;
                    let default: $kind = $default;
                    $crate::config::section::Setting {
                        field: stringify!($field),
                        meaning: concat!($($meaning),+),
                        kind: <$kind as Value>::kind(),
                        default: default.show(),
                        range: range.as_ref().map($crate::config::value::Range::show),
                        secret: <$kind as Value>::SECRET,
                    }
                }),+]
            }

            fn set(
                &mut self,
                field: &str,
                value: &serde_json::Value,
            ) -> Option<Result<serde_json::Value, $crate::config::section::Wrong>> {
                match field {
                    $(stringify!($field) => {
                        let range: Option<$crate::config::value::Range<$kind>> = None $(.or(Some(($range).into())))?;
                        Some($crate::config::value::read(value, range.as_ref()).map(|(value, shown)| {
                            *self = Self { $field: value, ..std::mem::take(self) };
                            shown
                        }))
                    })+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use section;
