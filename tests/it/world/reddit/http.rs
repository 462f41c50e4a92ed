//! Receives and answers requests: plain HTTP/1.1, so that a connection can be cut at any point.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::routes;
use super::state::{Fault, Request, State};

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn ok(body: Value) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.to_string() }
    }

    pub fn status(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string() }
    }
}

/// Serves one connection until it ends.
pub async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    while let Some((request, token)) = read(&mut stream).await {
        let Some(answer) = answered(request, token, &state).await else { return };
        let Answer { status, headers, body } = answer;
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{more}\r\n",
            body.len()
        );
        if stream.write_all(format!("{head}{body}").as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The answer; none if the connection breaks instead.
async fn answered(request: Request, token: String, state: &Mutex<State>) -> Option<Answer> {
    let fault = {
        let mut state = state.lock().expect("a state");
        state.requests.push(request.clone());
        taken(&mut state, &request)
    };
    let act = |state: &Mutex<State>| routes::answer(&mut state.lock().expect("a state"), &request, &token);
    Some(match fault {
        None => act(state),
        Some(Fault::Answer(status, body)) => Answer { status, headers: Vec::new(), body },
        Some(Fault::AnswerAfter(status)) => {
            act(state);
            Answer::status(status, json!({"message": "on demand"}))
        }
        Some(Fault::CutBefore) => return None,
        Some(Fault::CutAfter) => {
            act(state);
            return None;
        }
        Some(Fault::Delay(wait)) => {
            tokio::time::sleep(wait).await;
            act(state)
        }
        Some(Fault::Empty { acts }) => {
            if acts {
                act(state);
            }
            Answer::ok(json!({"json": {"errors": [], "data": {"things": []}}}))
        }
        Some(Fault::Headers(headers)) => {
            let answer = act(state);
            let new = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            Answer { headers: new, ..answer }
        }
    })
}

fn taken(state: &mut State, request: &Request) -> Option<Fault> {
    let fits = |(method, path, _, _): &(String, String, Fault, usize)| {
        *method == request.method && request.path.starts_with(path.as_str())
    };
    let at = state.faults.iter().position(fits)?;
    state.faults[at].3 -= 1;
    let fault = state.faults[at].2.clone();
    state.faults.retain(|(_, _, _, times)| *times > 0);
    Some(fault)
}

async fn read(stream: &mut TcpStream) -> Option<(Request, String)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let request = Request {
        method,
        path: path.to_owned(),
        query: fields(query),
        form: fields(&String::from_utf8(body).ok()?),
        agent: headers.get("user-agent").cloned().unwrap_or_default(),
    };
    Some((request, headers.get("authorization").cloned().unwrap_or_default()))
}

fn fields(text: &str) -> HashMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes().iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let hex: Vec<u8> = rest.by_ref().take(2).copied().collect();
                let hex = String::from_utf8(hex).expect("ASCII");
                bytes.push(u8::from_str_radix(&hex, 16).expect("hexadecimal digits"));
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
