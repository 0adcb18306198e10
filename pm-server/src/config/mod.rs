//! What can be set, a section per file. A setting has one entry there, with its words, type, default and range; the
//! named limits are the defaults. Values come from flags, the environment and one file, in that order of strength.

mod auth;
mod engine;
mod general;
mod http;
mod load;
mod log;
mod metrics;
mod page;
mod rates;
mod section;
mod tenants;
mod value;
mod websocket;

pub use auth::{AuthConfig, Secret};
pub use engine::EngineSettings;
pub use general::GeneralConfig;
pub use http::HttpConfig;
pub use load::{ConfigError, Effective, Loaded, Source};
pub(crate) use load::{Written, load};
pub use log::{LogConfig, LogFilter, LogFormat};
pub use metrics::MetricsConfig;
pub(crate) use page::reference;
pub use rates::RatesConfig;
pub use tenants::TenantsConfig;
pub use websocket::WebSocketConfig;

use serde_json::Value as Json;

use crate::auth::origin;
use section::{Section, Setting, Wrong};

/// Names the sections; the one without a name stands at the top of the file.
macro_rules! sections {
    ($(#[doc = $about:literal])+ pub struct $config:ident {
        $($(#[doc = $doc:literal])+ pub $field:ident: $section:ty = $name:literal,)+
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, Default)]
        pub struct $config { $($(#[doc = $doc])+ pub $field: $section,)+ }

        impl $config {
            /// Name, words and settings of each section.
            pub(crate) fn sections() -> Vec<(&'static str, &'static str, Vec<Setting>)> {
                vec![$(($name, <$section>::ABOUT, <$section>::settings()),)+]
            }

            /// Sets a field of a section; `None` where there is no such thing.
            pub(crate) fn set(&mut self, section: &str, field: &str, value: &Json) -> Option<Result<Json, Wrong>> {
                match section { $($name => self.$field.set(field, value),)+ _ => None }
            }
        }
    };
}

sections! {
    /// Configuration of a server.
    pub struct ServerConfig {
        /// The server as a whole.
        pub general: GeneralConfig = "",
        /// Who may connect.
        pub auth: AuthConfig = "auth",
        /// The engine.
        pub engine: EngineSettings = "engine",
        /// HTTP requests other than WebSockets.
        pub http: HttpConfig = "http",
        /// The log.
        pub log: LogConfig = "log",
        /// Counts for Prometheus.
        pub metrics: MetricsConfig = "metrics",
        /// Tenants.
        pub tenants: TenantsConfig = "tenants",
        /// WebSocket connections.
        pub websocket: WebSocketConfig = "websocket",
        /// Rates of WebSocket connections and of users.
        pub rates: RatesConfig = "rates",
    }
}

impl ServerConfig {
    /// What no single setting can tell: the name of one that does not fit the others, and why.
    pub(crate) fn conflict(&self) -> Option<(&'static str, &'static str)> {
        if self.websocket.idle_max <= self.websocket.ping_every {
            return Some(("websocket.idle_max", "must be longer than websocket.ping_every"));
        }
        let is_origin = |entry: &String| entry == "*" || origin::is_origin(entry);
        (!self.http.cors_origins.iter().all(is_origin)).then_some((
            "http.cors_origins",
            "has an entry that is no origin: write it as a browser does, https://host:port",
        ))
    }
}
