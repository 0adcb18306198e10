//! Requests made of what the fuzzer says, and what the server's own document says of their answers.

use pm_engine::Engine;
use pm_server::auth::{Claims, Keys, Role};
use pm_server::fuzzing::Http;
use serde_json::{Value, json};
use tempfile::TempDir;
use tracing_subscriber::filter::LevelFilter;

use crate::judge::judge;

const USES: usize = 2_000;
const HEADERS_MAX: usize = 20;

/// A server over a tenant that is made anew after so many requests, and its own description of what it answers.
pub struct World {
    used: usize,
    http: Http,
    _engine: Engine,
    _folder: TempDir,
    document: Value,
    tokens: [String; 2],
}

/// A request.
pub struct Request<'a> {
    /// Its method.
    pub method: &'a str,
    /// Path as the document has it.
    pub path: &'a str,
    /// Path and query as they are sent.
    pub target: String,
    /// What comes with it, in lines; what would make it another request is left out.
    pub headers: &'a [u8],
    /// Type and bytes of the body.
    pub body: Option<(&'static str, &'a [u8])>,
}

struct Answer {
    status: u16,
    media: String,
    body: Vec<u8>,
}

impl World {
    /// A new one.
    pub fn new() -> Self {
        // What a client is not told of a failure is needed to find its cause.
        let _ = tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .with_max_level(LevelFilter::WARN)
            .try_init();
        let keys = Keys::new(b"a secret of the fuzzer, 32 bytes or more").unwrap();
        let (_, engine, folder) = crate::make(true);
        let http = Http::new(&engine, keys.clone()).unwrap();
        let token = |user: &str, role| {
            let (tenant, sub) = ("acme".to_owned(), user.to_owned());
            let claims =
                Claims { tenant, sub, role, kind: None, name: None, email: None, iat: 0, exp: 1 << 40 };
            keys.sign(&claims).unwrap()
        };
        let tokens = [token("ann", Role::Member), token("root", Role::Admin)];
        let request = b"GET /api/v1/openapi.json HTTP/1.1\r\nhost: pm\r\nconnection: close\r\n\r\n";
        let answer = parse(&http.answer(request)).unwrap();
        let document = serde_json::from_slice(&answer.body).unwrap();
        Self { used: 0, http, _engine: engine, _folder: folder, document, tokens }
    }

    /// The same, or another where this one has grown.
    pub fn fresh(&mut self) -> &Self {
        self.used += 1;
        if self.used > USES {
            *self = Self::new();
        }
        self
    }

    /// One of the paths that are asked by GET.
    pub fn path(&self, which: u8) -> &str {
        let paths = self.document["paths"].as_object().unwrap();
        let mut asked =
            paths.iter().filter(|(_, item)| item.get("get").is_some()).map(|(path, _)| path.as_str());
        let count = asked.clone().count();
        asked.nth(usize::from(which) % count).unwrap()
    }

    /// Sends a request, and holds the answer against the document.
    pub fn ask(&self, is_admin: bool, request: &Request<'_>) {
        let Request { method, target, .. } = request;
        let token = &self.tokens[usize::from(is_admin)];
        let mut bytes =
            format!("{method} {target} HTTP/1.1\r\nhost: pm\r\nconnection: close\r\n").into_bytes();
        bytes.extend_from_slice(format!("authorization: Bearer {token}\r\n").as_bytes());
        for line in
            request.headers.split(|byte| *byte == b'\n').filter(|line| is_harmless(line)).take(HEADERS_MAX)
        {
            bytes.extend_from_slice(line);
            bytes.extend_from_slice(b"\r\n");
        }
        if let Some((media, body)) = request.body {
            bytes.extend_from_slice(
                format!("content-type: {media}\r\ncontent-length: {}\r\n", body.len()).as_bytes(),
            );
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(request.body.map_or(b"", |(_, body)| body));
        let answer = parse(&self.http.answer(&bytes)).expect("an answer");
        self.check(request, &answer);
    }

    /// Sends any bytes, and wants no failure of the server.
    pub fn bytes(&self, bytes: &[u8]) {
        let answer = self.http.bytes(bytes);
        assert!(
            parse(&answer).is_none_or(|answer| answer.status < 500),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }

    fn check(&self, request: &Request<'_>, answer: &Answer) {
        let Answer { status, media, body } = answer;
        let said = || {
            format!(
                "{} {}: {status} {media}\n{}",
                request.method,
                request.target,
                String::from_utf8_lossy(body)
            )
        };
        assert!(*status < 500, "{}", said());
        let method =
            if request.method == "HEAD" { "get".to_owned() } else { request.method.to_ascii_lowercase() };
        let responses = &self.document["paths"][request.path][method.as_str()]["responses"];
        let mut response = &responses[status.to_string().as_str()];
        assert!(response.is_object(), "not documented: {}", said());
        if let Some(named) = response["$ref"].as_str() {
            response = self.document.pointer(named.trim_start_matches('#')).unwrap();
        }
        if request.method == "HEAD" || *status == 304 {
            assert!(body.is_empty(), "{}", said());
            return;
        }
        let content = &response["content"][media.as_str()];
        assert!(content.is_object(), "of no documented type: {}", said());
        if matches!(media.as_str(), "application/json" | "application/problem+json")
            && request.path != "/api/v1/openapi.json"
        {
            let value: Value = serde_json::from_slice(body).unwrap_or_else(|_| panic!("no JSON: {}", said()));
            let fits = judge(&self.document, &content["schema"], &value, "");
            assert!(fits.is_ok(), "{fits:?}: {}", said());
            assert!(*status < 400 || value["status"] == *status, "{}", said());
            for result in value["results"].as_array().into_iter().flatten() {
                assert!(result["problem"]["status"].as_u64().is_none_or(|status| status < 500), "{}", said());
            }
        } else {
            let text = std::str::from_utf8(body).expect("text");
            match media.as_str() {
                "application/x-ndjson" => self.check_lines(request, text),
                "text/event-stream" => assert!(text.starts_with("event: hello\n"), "{}", said()),
                _ => {}
            }
        }
    }

    /// Each line sent has its line of the answer.
    fn check_lines(&self, request: &Request<'_>, text: &str) {
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
        let Some((_, sent)) = request.body else { return };
        let mut said = lines.iter();
        for (index, line) in sent.split(|byte| *byte == b'\n').enumerate() {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let answer = said.next().expect("an answer for each line");
            assert_eq!(answer["line"], index + 1);
            let (name, value) = match answer.get("outcome") {
                Some(outcome) => ("Outcome", outcome),
                None => ("Problem", &answer["problem"]),
            };
            let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
            assert!(judge(&self.document, &schema, value, "").is_ok(), "{answer}");
            assert!(value["status"].as_u64().is_none_or(|status| status < 500), "{answer}");
        }
        assert!(said.next().is_none(), "more answers than lines: {text}");
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// A path with its parameters filled in, a line for each.
pub fn fill(path: &str, values: &[u8]) -> String {
    let mut values = values.split(|byte| *byte == b'\n');
    let filled = path.split('/').map(|segment| match segment.strip_prefix('{') {
        Some(_) => encode(values.next().unwrap_or_default(), b"%"),
        None => segment.to_owned(),
    });
    filled.collect::<Vec<_>>().join("/")
}

/// A query, as it may stand in a request.
pub fn query(bytes: &[u8]) -> String {
    encode(bytes, b"%&=+,:/?")
}

fn encode(bytes: &[u8], also: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || also.contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// A line that is a header, and none that makes it another request or its answer compressed.
fn is_harmless(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
    let (name, value) = line.split_at(colon);
    let name = name.to_ascii_lowercase();
    let others: [&[u8]; 10] = [
        b"host",
        b"connection",
        b"authorization",
        b"content-length",
        b"content-type",
        b"transfer-encoding",
        b"upgrade",
        b"expect",
        b"accept-encoding",
        b"te",
    ];
    !name.is_empty()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && value.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte >= 0x80)
        && !others.contains(&name.as_slice())
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..at]).to_ascii_lowercase();
    let header = |name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = &bytes[at + 4..];
    let body = if header("transfer-encoding") == "chunked" { whole(body) } else { body.to_vec() };
    Some(Answer { status, media: header("content-type"), body })
}

/// What came in chunks.
fn whole(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = chunks.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..at]).unwrap(), 16).unwrap();
        let rest = &chunks[at + 2..];
        body.extend_from_slice(&rest[..size.min(rest.len())]);
        chunks = rest.get(size + 2..).unwrap_or_default();
    }
    body
}
