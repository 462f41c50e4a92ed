//! The two kinds of error: what the user can fix, and what we must fix.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Why an operation did not happen.
#[derive(Debug)]
pub enum Error {
    /// The request cannot be granted. The text is one plain sentence for the person who asked. It says what to do
    /// instead. Nothing has changed.
    Refused(Refused),
    /// Our code or the machine failed. It is logged once, in the outer layer. People see no details.
    Fault(anyhow::Error),
}

/// A refusal: a sentence for people, and a kind for code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What kind of refusal it is.
    pub kind: Kind,
    /// For people only: code decides by `kind`.
    pub text: String,
}

/// The kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The person has not joined study yet.
    NotJoined,
    /// The thing does not exist, or not any more.
    NotFound,
    /// The person may not do that, or not here.
    NotAllowed,
    /// The input cannot be read or done.
    Invalid,
    /// The thing has changed since the person saw it.
    Stale,
}

/// The result of every operation in Cairn.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A refusal of kind [`Kind::Invalid`].
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self::of(Kind::Invalid, sentence)
    }

    /// A refusal of that kind.
    pub fn of(kind: Kind, sentence: impl Into<String>) -> Self {
        Self::Refused(Refused { kind, text: sentence.into() })
    }

    /// The kind of a refusal; `None` for a fault.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Refused(refused) => Some(refused.kind),
            Self::Fault(_) => None,
        }
    }

    /// The same refusal with another text; a fault stays as it is.
    #[must_use]
    pub fn reworded(self, words: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Refused(Refused { kind, text }) => Self::of(kind, words(&text)),
            fault @ Self::Fault(_) => fault,
        }
    }

    /// A fault that one plain sentence without secrets can describe, such as a full disk or a missing database.
    pub fn plain(sentence: impl Into<String>) -> Self {
        Self::Fault(anyhow::Error::new(Plain(sentence.into())))
    }
}

/// The plain sentence of a fault.
#[derive(Debug)]
struct Plain(String);

impl std::fmt::Display for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.trim_end_matches('.'))
    }
}

impl std::error::Error for Plain {}

/// The plain sentence of a fault, if it has one.
pub fn plainly(cause: &anyhow::Error) -> Option<&str> {
    cause.downcast_ref::<Plain>().map(|plain| plain.0.as_str())
}

/// What a person is shown about a fault, and a code that they can quote. The log has the same code.
pub fn told(cause: &anyhow::Error) -> (String, String) {
    let code = code();
    let sentence = plainly(cause).map_or_else(
        || {
            format!(
                "Something failed inside Cairn. Try again in a minute; if it fails again, tell the people who run it the code {code}."
            )
        },
        str::to_owned,
    );
    (sentence, code)
}

/// A random code of six characters. `I`, `L`, `O` and `U` are left out, because people misread them.
fn code() -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random = RandomState::new().build_hasher().finish();
    (0..6).map(|n| char::from(SIGNS[usize::try_from(random >> (5 * n) & 31).unwrap_or(0)])).collect()
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refused) => f.write_str(&refused.text),
            Self::Fault(cause) => match plainly(cause) {
                Some(sentence) => f.write_str(sentence),
                None => write!(f, "Something failed inside Cairn: {cause:#}."),
            },
        }
    }
}

impl std::error::Error for Error {}

impl From<anyhow::Error> for Error {
    fn from(cause: anyhow::Error) -> Self {
        Self::Fault(cause)
    }
}

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        let plain = of_database(&cause);
        let cause = anyhow::Error::new(cause).context("the database");
        Self::Fault(match plain {
            Some(sentence) => cause.context(Plain(sentence.to_owned())),
            None => cause,
        })
    }
}

/// SQLite's primary result code, if SQLite failed.
pub fn sqlite_code(cause: &sqlx::Error) -> Option<u32> {
    let code = cause.as_database_error()?.code()?.parse::<u32>().ok()?;
    Some(code & 0xff)
}

/// A sentence for everybody about what is wrong with the machine or the database file.
pub fn of_database(cause: &sqlx::Error) -> Option<&'static str> {
    match (cause, sqlite_code(cause)) {
        (sqlx::Error::PoolTimedOut, _) | (_, Some(5)) => {
            Some("Cairn's database is in use for too long now, so nothing was saved; try again in a minute.")
        }
        (_, Some(8)) => Some("Cairn may not write to its data folder, so nothing was saved; let it write there."),
        (_, Some(10)) => Some("The disk of Cairn's data folder failed, so nothing was saved; have the disk looked at."),
        (_, Some(11 | 26)) => Some("Cairn's database is damaged; stop Cairn and restore a backup."),
        (_, Some(13)) => Some("The disk of Cairn's data folder is full, so nothing was saved; make room on it."),
        (_, Some(14)) => Some("Cairn's database cannot be opened; look at its data folder."),
        _ => None,
    }
}

impl From<std::io::Error> for Error {
    fn from(cause: std::io::Error) -> Self {
        Self::Fault(cause.into())
    }
}

/// The system's message as part of a sentence, without the trailing "(os error 13)".
pub fn reason(cause: &std::io::Error) -> String {
    let text = cause.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_with_a_code_and_without_its_cause() {
        let cause = anyhow::anyhow!("the table persons is gone");
        let (sentence, code) = told(&cause);
        assert!(sentence.ends_with(&format!("the code {code}.")) && code.len() == 6, "{sentence}");
        assert!(!sentence.contains("persons"));
        let codes: std::collections::HashSet<String> = (0..100).map(|_| told(&cause).1).collect();
        assert!(codes.len() > 95, "{codes:?}");
    }
}
