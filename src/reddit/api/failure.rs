//! Why a call at Reddit did not do what it was for: by status and code, never by words, which Reddit translates (pure).

use std::fmt;

use jiff::SignedDuration;
use serde_json::Value;

use super::budget;
use crate::outbox::{Look, Outcome, Trouble};

/// How long Reddit's "you are doing that too much" is waited out where it does not say how long.
const USUAL_REST: SignedDuration = SignedDuration::from_mins(10);
/// The most characters of a code.
const MAX_CODE: usize = 60;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No connection was made, so nothing was done.
    NoConnection,
    /// The connection broke before there was a whole answer.
    Cut,
    /// No answer in time.
    TimedOut,
    /// Reddit failed with this status.
    Failing(u16),
    /// An answer that cannot be read, or that lacks what was asked for.
    Unreadable,
    /// Nothing was done; it may be tried again after this time.
    Wait(SignedDuration),
    /// Reddit does not take the settings.
    Credentials(Credentials),
    /// The bot may not; Reddit's reason, such as `private` or `banned`.
    Forbidden(String),
    /// There is no such thing.
    Missing,
    /// Somebody else was faster (409).
    Conflict,
    /// Refused with this code of Reddit's, such as `THREAD_LOCKED`.
    Refused(String),
}

/// Which settings Reddit does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// The app: its id and secret.
    App,
    /// The account: its name and password.
    Account,
}

impl Credentials {
    /// The sentence after its subject, Reddit.
    pub fn without_subject(self) -> &'static str {
        match self {
            Self::App => {
                "does not take CAIRN_REDDIT_CLIENT_ID with CAIRN_REDDIT_CLIENT_SECRET; copy both again from the app that you \
                 registered"
            }
            Self::Account => {
                "does not take CAIRN_REDDIT_USERNAME with CAIRN_REDDIT_PASSWORD; the account must be a developer of the app, \
                 without two-factor login"
            }
        }
    }
}

impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reddit {}", self.without_subject())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoConnection => f.write_str("Reddit cannot be reached"),
            Self::Cut => f.write_str("the connection to Reddit broke"),
            Self::TimedOut => f.write_str("Reddit did not answer in time"),
            Self::Failing(status) => write!(f, "Reddit failed ({status})"),
            Self::Unreadable => f.write_str("Reddit's answer could not be read"),
            Self::Wait(wait) => write!(f, "Reddit wants to be left alone for {} s", wait.as_secs()),
            Self::Credentials(which) => which.fmt(f),
            Self::Forbidden(reason) => write!(f, "Reddit forbids it ({reason})"),
            Self::Missing => f.write_str("it is not there any more"),
            Self::Conflict => f.write_str("somebody else was faster"),
            Self::Refused(code) => write!(f, "Reddit refused it ({code})"),
        }
    }
}

impl Failure {
    /// Of an answer with this status and body, unless it is a good one. `after` is what Retry-After says.
    pub fn of(status: u16, body: &Value, after: Option<f64>) -> Option<Self> {
        let reason = || code(body.get("reason").or_else(|| body.get("error")), "forbidden");
        Some(match status {
            200..300 => return errors(body),
            // Reddit leads away from what it does not have.
            300..=399 => Self::Missing,
            401 => Self::Credentials(Credentials::App),
            403 => Self::Forbidden(reason()),
            404 => Self::Missing,
            409 => Self::Conflict,
            429 => Self::Wait(
                after.map_or(SignedDuration::from_mins(1), budget::seconds).max(SignedDuration::from_secs(1)),
            ),
            500.. => Self::Failing(status),
            _ => errors(body).unwrap_or_else(|| Self::Refused(code(body.get("reason"), &format!("status {status}")))),
        })
    }

    /// Whether a call that does something may have done it all the same.
    pub fn leaves_open(&self) -> bool {
        matches!(self, Self::Cut | Self::TimedOut | Self::Failing(_) | Self::Unreadable)
            || self.is("SOMETHING_IS_BROKEN")
    }

    fn is(&self, code: &str) -> bool {
        matches!(self, Self::Refused(own) if own == code)
    }

    /// Whether Reddit, and not one subreddit or post, is the trouble: other calls would fail, too.
    pub fn is_general(&self) -> bool {
        matches!(
            self,
            Self::NoConnection | Self::Cut | Self::TimedOut | Self::Failing(_) | Self::Wait(_) | Self::Credentials(_)
        )
    }

    /// What the call is counted as: `limited`, `refused` or `failed`.
    pub fn counted(&self) -> &'static str {
        match self {
            Self::Wait(_) => "limited",
            Self::NoConnection | Self::Cut | Self::TimedOut | Self::Failing(_) | Self::Unreadable => "failed",
            Self::Credentials(_) | Self::Forbidden(_) | Self::Missing | Self::Conflict | Self::Refused(_) => "refused",
        }
    }

    /// What follows for a message from a call that may not be made again without a look.
    pub fn of_sending(&self) -> Outcome {
        match self {
            _ if self.leaves_open() => Outcome::Unsure(self.trouble()),
            Self::Wait(wait) => Outcome::Later { trouble: self.trouble(), after: Some(*wait) },
            Self::NoConnection | Self::Credentials(_) => Outcome::Later { trouble: self.trouble(), after: None },
            _ => Outcome::Dead(self.trouble()),
        }
    }

    /// The same for a call that changes nothing, made before the one that sends.
    pub fn of_asking(&self) -> Outcome {
        match self.of_sending() {
            Outcome::Unsure(trouble) => Outcome::Later { trouble, after: None },
            other => other,
        }
    }

    /// What follows from a look that failed.
    pub fn of_looking(&self) -> Look {
        let after = if let Self::Wait(wait) = self { Some(*wait) } else { None };
        Look::Later { trouble: self.trouble(), after }
    }

    /// The trouble in the words of the outbox.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::NoConnection | Self::Cut => Trouble::Unreachable,
            Self::TimedOut => Trouble::TimedOut,
            Self::Failing(status) => Trouble::Failing(*status),
            Self::Unreadable => Trouble::CannotTell,
            Self::Wait(_) => Trouble::RateLimited,
            Self::Credentials(_) => Trouble::Refused(401, 0),
            Self::Forbidden(_) => Trouble::NotAllowed(0),
            Self::Missing => Trouble::Gone,
            Self::Conflict => Trouble::Refused(409, 0),
            Self::Refused(code) => match code.as_str() {
                "THREAD_LOCKED" | "TOO_OLD" | "LOCKED" | "ARCHIVED" => Trouble::Closed,
                "DELETED_COMMENT"
                | "DELETED_LINK"
                | "DELETED_THING"
                | "NO_THING_ID"
                | "PARENT_COMMENT_ID_NOT_FOUND" => Trouble::Gone,
                "SUBREDDIT_NOTALLOWED"
                | "SUBREDDIT_NOEXIST"
                | "USER_BANNED"
                | "BANNED_FROM_SUBREDDIT"
                | "NOT_WHITELISTED_BY_USER" => Trouble::NotAllowed(0),
                "USER_BLOCKED" | "COMMENTER_BLOCKED_POSTER" | "BLOCKED_BY_USER" => Trouble::Unwanted,
                "SOMETHING_IS_BROKEN" => Trouble::Failing(500),
                _ => Trouble::Refused(200, 0),
            },
        }
    }
}

/// The first of the errors that Reddit puts into good answers, too: `{"json": {"errors": [[CODE, text, field]]}}`.
fn errors(body: &Value) -> Option<Failure> {
    let json = body.get("json")?;
    let first = json.get("errors")?.as_array()?.first()?;
    let code = code(first.get(0), "UNKNOWN");
    if code == "RATELIMIT" {
        let asked = json.get("ratelimit").and_then(Value::as_f64);
        return Some(Failure::Wait(asked.map_or(USUAL_REST, budget::seconds).max(SignedDuration::from_secs(1))));
    }
    Some(Failure::Refused(code))
}

/// A code as it may be kept and shown: no text of anybody's.
fn code(value: Option<&Value>, otherwise: &str) -> String {
    let code: String = value.and_then(Value::as_str).unwrap_or_default().chars().take(MAX_CODE).collect();
    let fits = !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits { code } else { otherwise.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_follows_is_decided_by_codes() {
        let error = |code: &str| json!({"json": {"errors": [[code, "Das geht hier nicht.", "parent"]]}});
        let wait =
            |seconds| Outcome::Later { trouble: Trouble::RateLimited, after: Some(SignedDuration::from_secs(seconds)) };
        let table = [
            (200, error("THREAD_LOCKED"), Outcome::Dead(Trouble::Closed)),
            (200, error("TOO_OLD"), Outcome::Dead(Trouble::Closed)),
            (200, error("DELETED_COMMENT"), Outcome::Dead(Trouble::Gone)),
            (200, error("SUBREDDIT_NOTALLOWED"), Outcome::Dead(Trouble::NotAllowed(0))),
            (200, error("COMMENTER_BLOCKED_POSTER"), Outcome::Dead(Trouble::Unwanted)),
            (200, error("SOMETHING_IS_BROKEN"), Outcome::Unsure(Trouble::Failing(500))),
            (200, error("NEVER_HEARD_OF"), Outcome::Dead(Trouble::Refused(200, 0))),
            (200, error("RATELIMIT"), wait(600)),
            (200, json!({"json": {"ratelimit": 539.2, "errors": [["RATELIMIT", "x", "ratelimit"]]}}), wait(539)),
            (200, json!({"json": {"ratelimit": 1e300, "errors": [["RATELIMIT", "x", "ratelimit"]]}}), wait(900)),
            (400, error("NO_TEXT"), Outcome::Dead(Trouble::Refused(200, 0))),
            (302, Value::Null, Outcome::Dead(Trouble::Gone)),
            (401, Value::Null, Outcome::Later { trouble: Trouble::Refused(401, 0), after: None }),
            (403, json!({"reason": "private"}), Outcome::Dead(Trouble::NotAllowed(0))),
            (404, Value::Null, Outcome::Dead(Trouble::Gone)),
            (409, Value::Null, Outcome::Dead(Trouble::Refused(409, 0))),
            (500, Value::Null, Outcome::Unsure(Trouble::Failing(500))),
            (503, Value::Null, Outcome::Unsure(Trouble::Failing(503))),
        ];
        for (status, body, outcome) in table {
            let failure = Failure::of(status, &body, None).unwrap();
            let seen = match failure.of_sending() {
                // Parts of a second do not matter.
                Outcome::Later { trouble, after: Some(after) } => wait_of(trouble, after),
                other => other,
            };
            assert_eq!(seen, outcome, "{status} {body}");
            assert!(!matches!(failure.of_asking(), Outcome::Unsure(_)));
        }
        assert_eq!(Failure::of(200, &json!({"json": {"errors": [], "data": {}}}), None), None);
        assert_eq!(Failure::of(429, &Value::Null, Some(1e9)), Some(Failure::Wait(SignedDuration::from_mins(15))));
        let odd = json!({"reason": "Ann wrote: “secret”"});
        assert_eq!(Failure::of(403, &odd, None), Some(Failure::Forbidden("forbidden".into())));
    }

    fn wait_of(trouble: Trouble, after: SignedDuration) -> Outcome {
        Outcome::Later { trouble, after: Some(SignedDuration::from_secs(after.as_secs())) }
    }
}
