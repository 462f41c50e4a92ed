//! How a REST request comes in: read, checked, answered.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::multipart::{self, File};
use super::state::{Id, Shared, State, note};
use super::{limits, routes};

/// The prefix of every REST path.
const PREFIX: &str = "/api/v10";
/// More than any request of a bot needs.
const MAX_BODY: usize = 32 << 20;

/// One REST request, taken apart.
pub struct Call {
    /// Upper case.
    pub method: String,
    /// Below [`PREFIX`], percent-decoded.
    pub segments: Vec<String>,
    /// The query's names and values.
    pub query: HashMap<String, String>,
    /// The JSON, or null.
    pub body: Value,
    /// The files beside the JSON.
    pub files: Vec<File>,
    authorization: Option<String>,
    malformed: Option<String>,
}

/// What a request is answered with.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The JSON, or null.
    pub body: Value,
}

/// An answer, good or bad, so that `?` may be used on refusals.
pub type Outcome = Result<Answer, Answer>;

impl Answer {
    /// 200.
    pub fn ok(body: Value) -> Self {
        Self { status: 200, headers: vec![], body }
    }

    /// 201.
    pub fn created(body: Value) -> Self {
        Self { status: 201, ..Self::ok(body) }
    }

    /// 204.
    pub fn nothing() -> Self {
        Self { status: 204, ..Self::ok(Value::Null) }
    }

    /// One of Discord's error answers.
    pub fn refusal(status: u16, code: u32, message: &str) -> Self {
        Self { status, ..Self::ok(json!({"code": code, "message": message})) }
    }

    /// 404 with one of Discord's own numbers.
    pub fn unknown(code: u32, what: &str) -> Self {
        Self::refusal(404, code, &format!("Unknown {what}"))
    }
}

impl Call {
    /// A call that stands for a part of another.
    pub fn with_body(body: Value, files: Vec<File>) -> Self {
        Self::new("", "", body, files)
    }

    /// A call under way to nobody.
    pub fn new(method: &str, path: &str, body: Value, files: Vec<File>) -> Self {
        Self {
            method: method.into(),
            segments: path.split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
            query: HashMap::new(),
            body,
            files,
            authorization: None,
            malformed: None,
        }
    }

    /// `/channels/5/messages`.
    pub fn path(&self) -> String {
        format!("/{}", self.segments.join("/"))
    }

    /// Whether the query says that `name` is true.
    pub fn flag(&self, name: &str) -> bool {
        self.query.get(name).is_some_and(|value| value == "true")
    }

    /// Reads a request whole.
    pub async fn read(request: extract::Request) -> Self {
        let (head, body) = request.into_parts();
        let raw = head.uri.path();
        let below = raw.strip_prefix(PREFIX).unwrap_or(raw);
        let bytes = to_bytes(body, MAX_BODY).await.unwrap_or_default();
        let (body, files, malformed) = read_body(&head.headers, &bytes);
        Self {
            method: head.method.to_string(),
            segments: below.split('/').filter(|s| !s.is_empty()).map(percent_decoded).collect(),
            query: read_query(head.uri.query().unwrap_or_default()),
            body,
            files,
            authorization: head.headers.get("authorization").map(|v| String::from_utf8_lossy(v.as_bytes()).into()),
            // A path outside the API is never one of the routes.
            malformed: if raw.starts_with(PREFIX) { malformed } else { Some(format!("{raw} is not under {PREFIX}")) },
        }
    }
}

/// Answers one REST request.
pub async fn serve(extract::State(shared): extract::State<Arc<Shared>>, request: extract::Request) -> Response {
    let call = Call::read(request).await;
    let (answer, now) = shared.with(|state| (answer(state, &call, |_| Some(Vec::new())), state.clock.now()));
    let date = jiff::fmt::rfc2822::to_string(&now.to_zoned(TimeZone::UTC)).unwrap_or_default();
    let mut response = respond(answer);
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert("date", date);
    }
    response
}

/// Checks the request and does what it asks for. `more` is what else is demanded of it: what is against that, or nothing
/// if there is no such request.
pub fn answer(state: &mut State, call: &Call, more: impl FnOnce(&Call) -> Option<Vec<Violation>>) -> Answer {
    if call.authorization.as_deref() != Some(&format!("Bot {}", state.token)) {
        return Answer::refusal(401, 0, "401: Unauthorized");
    }
    if let Some(reason) = &call.malformed {
        note(&mut state.ledger.invalid, format!("{} {}: {reason}", call.method, call.path()));
        return Answer::refusal(400, 50109, "The request body contains invalid JSON.");
    }
    let Some(mut faults) = more(call) else {
        note(&mut state.ledger.unexpected, format!("{} {} (not in the specification)", call.method, call.path()));
        return Answer::refusal(404, 0, "404: Not Found");
    };
    faults.extend(limits::violations(call));
    if !faults.is_empty() {
        return refuse_form(state, call, &faults);
    }
    routes::answer(state, call).unwrap_or_else(|refusal| refusal)
}

/// What is wrong with a field of a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// `embeds.0.title`.
    pub at: String,
    /// In words.
    pub reason: String,
}

impl Violation {
    /// Something wrong at a place.
    pub fn new(at: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { at: at.into(), reason: reason.into() }
    }
}

/// Records a bad form and answers like Discord.
pub fn refuse_form(state: &mut State, call: &Call, faults: &[Violation]) -> Answer {
    let mut errors = json!({});
    for fault in faults {
        let what = format!("{} {}: {}: {}", call.method, call.path(), fault.at, fault.reason);
        note(&mut state.ledger.invalid, what);
        let steps = fault.at.split('.').filter(|step| !step.is_empty());
        let place = steps.fold(&mut errors, |place, step| &mut place[step]);
        place["_errors"] = json!([{"code": "BASE_TYPE_INVALID", "message": fault.reason}]);
    }
    let body = json!({"code": 50035, "message": "Invalid Form Body", "errors": errors});
    Answer { status: 400, headers: vec![], body }
}

/// The id in a path segment or a JSON string; an id nobody has if it is none.
pub fn id(text: &str) -> Id {
    text.parse().unwrap_or(0)
}

fn read_body(headers: &HeaderMap, bytes: &Bytes) -> (Value, Vec<File>, Option<String>) {
    let kind = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (json, files) = match multipart::boundary(kind) {
        Some(boundary) => multipart::read(bytes, boundary),
        None => (bytes.to_vec(), vec![]),
    };
    if json.is_empty() {
        return (Value::Null, files, None);
    }
    match serde_json::from_slice(&json) {
        Ok(body) => (body, files, None),
        Err(why) => (Value::Null, files, Some(format!("the body is not JSON: {why}"))),
    }
}

fn read_query(query: &str) -> HashMap<String, String> {
    // serenity writes `?&limit=50`.
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (k.into(), percent_decoded(v))).collect()
}

fn percent_decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let code = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The answer as it goes out.
pub fn respond(answer: Answer) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut set = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    };
    answer.headers.iter().for_each(|(name, value)| set(name, value));
    if !answer.body.is_null() {
        set("content-type", "application/json");
        *response.body_mut() = Body::from(answer.body.to_string());
    }
    response
}
