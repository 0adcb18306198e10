//! Answers to questions: read off the threads that serve connections, with a tag that tells whether anything has
//! changed since.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use hyper::header::{CACHE_CONTROL, ETAG, HeaderValue, IF_NONE_MATCH};
use hyper::http::request::Parts;
use hyper::{HeaderMap, StatusCode};
use pm_engine::Tenant;
use pm_engine::command::Actor;
use pm_engine::model::Epoch;

use super::content::{self, Content, Page};
use super::context;
use super::input::Input;
use super::problem::Problem;
use super::route::{Asked, Route, Work};
use super::{Asking, reply, written};
use crate::http::body::Body;
use crate::http::reply::Answer;

/// What was read, or that nothing has changed.
enum Read {
    Content(Content, Option<HeaderValue>),
    NotModified(HeaderValue),
}

/// Answers a question.
pub(crate) async fn read(
    asking: Asking,
    head: &Parts,
    route: &'static Route,
    input: Input,
) -> Result<Answer, Problem> {
    content::accepts(&head.headers, context::media(&input))?;
    let coding = content::coding(&head.headers)?;
    let (live, places) = asking.enter().await?;
    let shared = Arc::clone(&asking.shared);
    let url = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let known = known(&head.headers);
    let work = move |tenant: &Tenant| {
        let _places = places;
        let read = ask(&asking, tenant, route, input, &url, &known)?;
        Ok::<_, Problem>(match read {
            Read::Content(content, tag) => Read::Content(content.coded(coding), tag),
            unchanged @ Read::NotModified(_) => unchanged,
        })
    };
    let read = shared.turns.run(&live, work).await;
    match read.ok_or_else(Problem::internal)?? {
        Read::Content(content, tag) => reply(&shared.load, content, tag),
        Read::NotModified(tag) => Ok(not_modified(tag)),
    }
}

fn ask(
    asking: &Asking,
    tenant: &Tenant,
    route: &'static Route,
    input: Input,
    url: &str,
    known: &Known,
) -> Result<Read, Problem> {
    let actor = &asking.identity.actor;
    let epoch = tenant.epoch()?;
    // Taken before the answer is read: should something change in between, the tag is of less than the answer has,
    // and the next request reads again.
    let tag = match route.work {
        Work::Read(_) => Some(tag(epoch, tenant.head()?, actor, url)),
        _ => None,
    };
    if let Some(tag) = tag.as_ref().filter(|tag| known.has(tag)) {
        return Ok(Read::NotModified(header(tag)?));
    }
    let (Work::Read(question) | Work::ReadNow(question)) = route.work else {
        return Err(Problem::internal());
    };
    let began = Instant::now();
    let reader = tenant.read(actor)?;
    let answered = question(&Asked { epoch, reader, input });
    asking.shared.metrics.rest_query(route.name, began.elapsed());
    let (content, tag) = (answered?, tag.as_deref().map(header).transpose()?);
    Ok(match tag {
        Some(tag) if known.anything => Read::NotModified(tag),
        tag => Read::Content(content, tag),
    })
}

/// A text that is the same for everybody as long as the program is.
pub(crate) fn page(head: &Parts, page: &Page) -> Result<Answer, Problem> {
    let coding = content::coding(&head.headers)?;
    let tag = header(&page.tag)?;
    let known = known(&head.headers);
    if known.anything || known.has(&page.tag) {
        return Ok(not_modified(tag));
    }
    let (bytes, is_gzip) = page.bytes(coding);
    Ok(written(page.media, is_gzip, bytes, Some(tag)))
}

/// What an answer depends on: the history and where it stands, who asks in which role, the question, the program.
/// Weak, because an answer may be compressed or not.
fn tag(epoch: Epoch, sequence: i64, actor: &Actor, url: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (epoch, sequence, actor, url, build()).hash(&mut hasher);
    format!("W/\"{sequence}-{:016x}\"", hasher.finish())
}

/// Tells this build of the program from others, which may answer the same question in another form.
fn build() -> u64 {
    static BUILD: OnceLock<u64> = OnceLock::new();
    *BUILD.get_or_init(|| {
        let mut hasher = DefaultHasher::new();
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        if let Ok(file) = std::env::current_exe().and_then(std::fs::metadata) {
            (file.len(), file.modified().ok()).hash(&mut hasher);
        }
        hasher.finish()
    })
}

fn header(tag: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(tag).map_err(|_| Problem::internal())
}

/// What a client has already.
struct Known {
    /// The tags of `If-None-Match`, all as weak ones.
    tags: Vec<String>,
    /// `*`: any state of it. Whether there is one only the answer tells.
    anything: bool,
}

impl Known {
    fn has(&self, tag: &String) -> bool {
        self.tags.contains(tag)
    }
}

fn known(headers: &HeaderMap) -> Known {
    let texts = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let tags = texts.flat_map(|text| text.split(',')).map(str::trim).filter(|tag| !tag.is_empty());
    let tags = tags.map(|tag| if tag.starts_with("W/") { tag.to_owned() } else { format!("W/{tag}") });
    let tags: Vec<String> = tags.collect();
    Known { anything: tags == ["W/*"], tags }
}

fn not_modified(tag: HeaderValue) -> Answer {
    let mut answer = Answer::new(Body::Empty);
    *answer.status_mut() = StatusCode::NOT_MODIFIED;
    answer.headers_mut().insert(ETAG, tag);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    answer
}
