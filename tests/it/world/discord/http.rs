//! How a REST request comes in: read, recorded, checked, played with its fault, answered.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::multipart::{self, File};
use super::state::{Id, Request, Shared, State};
use super::{faults, limits, routes, spec};

/// The prefix of every REST path.
const PREFIX: &str = "/api/v10";
/// More than any request of a bot needs.
const MAX_BODY: usize = 32 << 20;

/// One REST request, taken apart.
pub struct Call {
    pub method: String,
    /// Below [`PREFIX`], percent-decoded.
    pub segments: Vec<String>,
    pub query: HashMap<String, String>,
    pub body: Value,
    pub files: Vec<File>,
    authorization: Option<String>,
    malformed: Option<String>,
}

/// What a request is answered with.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

/// An answer, good or bad, so that `?` may be used on refusals.
pub type Outcome = Result<Answer, Answer>;

impl Answer {
    pub fn ok(body: Value) -> Self {
        Self { status: 200, headers: vec![], body }
    }

    pub fn created(body: Value) -> Self {
        Self { status: 201, ..Self::ok(body) }
    }

    pub fn nothing() -> Self {
        Self { status: 204, ..Self::ok(Value::Null) }
    }

    /// One of Discord's error answers.
    pub fn refusal(status: u16, code: u32, message: &str) -> Self {
        Self { status, ..Self::ok(json!({"code": code, "message": message})) }
    }

    pub fn unknown(code: u32, what: &str) -> Self {
        Self::refusal(404, code, &format!("Unknown {what}"))
    }
}

impl Call {
    /// A call that stands for a part of another.
    pub fn with_body(body: Value, files: Vec<File>) -> Self {
        Self {
            method: String::new(),
            segments: vec![],
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

    pub fn flag(&self, name: &str) -> bool {
        self.query.get(name).is_some_and(|value| value == "true")
    }

    async fn read(request: extract::Request) -> Self {
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
    let (number, fault) = shared.with(|state| {
        state.ledger.requests.push(Request {
            method: call.method.clone(),
            path: call.path(),
            query: call.query.clone(),
            body: call.body.clone(),
            status: 0,
        });
        (state.ledger.requests.len() - 1, faults::take(&mut state.faults, &call.method, &call.path()))
    });
    let act = || shared.with(|state| answer(state, &call));
    let answer = match fault {
        Some(fault) => fault.play(act).await,
        None => Some(act()),
    };
    let Some(answer) = answer else { cut_the_connection() };
    shared.with(|state| state.ledger.requests[number].status = answer.status);
    respond(answer)
}

/// Ends the task of this connection: the socket closes without an answer.
fn cut_the_connection() -> ! {
    std::panic::resume_unwind(Box::new("connection cut on demand"))
}

/// Checks the request and does what it asks for.
fn answer(state: &mut State, call: &Call) -> Answer {
    if call.authorization.as_deref() != Some(&format!("Bot {}", state.token)) {
        return Answer::refusal(401, 0, "401: Unauthorized");
    }
    if let Some(reason) = &call.malformed {
        state.ledger.invalid.push(format!("{} {}: {reason}", call.method, call.path()));
        return Answer::refusal(400, 50109, "The request body contains invalid JSON.");
    }
    if !spec::knows(&call.method, &call.segments) {
        state.ledger.unexpected.push(format!("{} {} (not in the specification)", call.method, call.path()));
        return Answer::refusal(404, 0, "404: Not Found");
    }
    let mut faults = spec::violations(call);
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
    pub reason: String,
}

impl Violation {
    pub fn new(at: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { at: at.into(), reason: reason.into() }
    }
}

/// Records a bad form and answers like Discord.
pub fn refuse_form(state: &mut State, call: &Call, faults: &[Violation]) -> Answer {
    let mut errors = json!({});
    for fault in faults {
        state.ledger.invalid.push(format!("{} {}: {}: {}", call.method, call.path(), fault.at, fault.reason));
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

fn respond(answer: Answer) -> Response {
    let mut response = Response::builder().status(StatusCode::from_u16(answer.status).expect("a status code"));
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let body = match answer.body {
        Value::Null => Body::empty(),
        body => {
            response = response.header("content-type", "application/json");
            Body::from(body.to_string())
        }
    };
    response.body(body).expect("headers are well-formed")
}
