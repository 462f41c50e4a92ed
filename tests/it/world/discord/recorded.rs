//! Handles a request: records it, plays its fault, checks it against the specification, answers it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract;
use axum::response::Response;

use super::faults::{self, Planned};
use super::http::{self, Answer, Call};
use super::spec;
use super::state::{Shared, State};

/// One request as it was received, even if it was refused.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Below `/api/v10`, percent-decoded.
    pub path: String,
    pub query: HashMap<String, String>,
    /// The JSON body (of a multipart request, its `payload_json`), or null.
    pub body: serde_json::Value,
    /// The status of the answer; 0 before the answer, or if the connection was cut.
    pub status: u16,
}

/// The requests so far, and the planned faults.
#[derive(Default)]
pub struct Record {
    pub requests: Vec<Request>,
    pub faults: Vec<Planned>,
}

/// The state that a request handler needs.
#[derive(Clone)]
pub struct Recorded {
    pub shared: Arc<Shared>,
    pub record: Arc<Mutex<Record>>,
}

/// Answers one REST request.
pub async fn serve(extract::State(here): extract::State<Recorded>, request: extract::Request) -> Response {
    let call = Call::read(request).await;
    let (number, fault) = {
        let mut record = here.record.lock().unwrap_or_else(PoisonError::into_inner);
        record.requests.push(Request {
            method: call.method.clone(),
            path: call.path(),
            query: call.query.clone(),
            body: call.body.clone(),
            status: 0,
        });
        (record.requests.len() - 1, faults::take(&mut record.faults, &call.method, &call.path()))
    };
    let act = || here.shared.with(|state| answer(state, &call));
    let answer = match fault {
        Some(fault) => fault.play(act).await,
        None => Some(act()),
    };
    let Some(answer) = answer else { cut_the_connection() };
    here.record.lock().unwrap_or_else(PoisonError::into_inner).requests[number].status = answer.status;
    http::respond(answer)
}

fn answer(state: &mut State, call: &Call) -> Answer {
    let by_specification = |call: &Call| spec::knows(&call.method, &call.segments).then(|| spec::violations(call));
    http::answer(state, call, by_specification)
}

/// Ends the task of this connection: the socket closes without an answer.
fn cut_the_connection() -> ! {
    std::panic::resume_unwind(Box::new("connection cut on demand"))
}
