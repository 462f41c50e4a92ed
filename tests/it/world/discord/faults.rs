//! Faults on demand: statuses, rate limits, delays, and connections cut before or after the effect.

use std::time::Duration;

use serde_json::{Value, json};

use super::http::Answer;

/// A fault of a request.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The wait before anything happens.
    delay: Duration,
    /// Whether the request takes effect.
    takes_effect: bool,
    outcome: Outcome,
}

#[derive(Debug, Clone)]
enum Outcome {
    /// The real answer, after the delay.
    Truth,
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: Value,
    },
    Cut,
}

impl Fault {
    /// The request has no effect and is answered with `status`.
    pub fn status(status: u16) -> Self {
        Self::answer(status, vec![], json!({"code": 0, "message": format!("{status}: on demand")}))
    }

    /// The request takes effect, but the answer has `status` (as if a gateway in between gave up).
    pub fn status_after(status: u16) -> Self {
        Self { takes_effect: true, ..Self::status(status) }
    }

    /// The request has no effect and is answered with `status`, `headers` and `body`.
    pub fn answer(status: u16, headers: Vec<(String, String)>, body: Value) -> Self {
        Self { delay: Duration::ZERO, takes_effect: false, outcome: Outcome::Answer { status, headers, body } }
    }

    /// 429 for this route; retry after `seconds`.
    pub fn rate_limited(seconds: f64) -> Self {
        Self::too_many(seconds, "user", false)
    }

    /// 429 for everything; retry after `seconds`.
    pub fn rate_limited_globally(seconds: f64) -> Self {
        Self::too_many(seconds, "global", true)
    }

    fn too_many(seconds: f64, scope: &str, global: bool) -> Self {
        let mut headers = vec![
            // The header is in whole seconds, the body exact.
            ("retry-after".into(), seconds.ceil().to_string()),
            ("x-ratelimit-scope".into(), scope.into()),
        ];
        if global {
            headers.push(("x-ratelimit-global".into(), "true".into()));
        }
        let body = json!({"message": "You are being rate limited.", "retry_after": seconds, "global": global});
        Self::answer(429, headers, body)
    }

    /// The connection is cut; the request has no effect.
    pub fn cut_before() -> Self {
        Self { delay: Duration::ZERO, takes_effect: false, outcome: Outcome::Cut }
    }

    /// The request takes effect; then the connection is cut instead of an answer.
    pub fn cut_after() -> Self {
        Self { takes_effect: true, ..Self::cut_before() }
    }

    /// The request is handled only after `delay`.
    pub fn delay(delay: Duration) -> Self {
        Self { delay, takes_effect: true, outcome: Outcome::Truth }
    }

    /// The same fault, `delay` later.
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Plays the fault around `act`, which does the request's work.
    pub async fn play(self, act: impl FnOnce() -> Answer) -> Option<Answer> {
        tokio::time::sleep(self.delay).await;
        let truth = self.takes_effect.then(act);
        match self.outcome {
            Outcome::Truth => truth,
            Outcome::Answer { status, headers, body } => Some(Answer { status, headers, body }),
            Outcome::Cut => None,
        }
    }
}

/// A fault that waits for matching requests.
pub struct Planned {
    pub method: String,
    /// `/channels/*/messages`: `*` is one segment, a final `**` is the rest.
    pub pattern: String,
    pub fault: Fault,
    pub times: usize,
}

/// The fault planned for this request, if any; counts it down.
pub fn take(plans: &mut Vec<Planned>, method: &str, path: &str) -> Option<Fault> {
    let due = plans.iter().position(|p| (p.method == "*" || p.method == method) && matches(&p.pattern, path))?;
    plans[due].times -= 1;
    let fault = plans[due].fault.clone();
    plans.retain(|plan| plan.times > 0);
    Some(fault)
}

/// Whether `path` matches `pattern`.
pub fn matches(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.trim_matches('/').split('/'), path.trim_matches('/').split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (Some("**"), _) | (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
}
