//! The two kinds of error: what a person can mend, and what we must.

/// Why an operation did not happen.
#[derive(Debug)]
pub enum Error {
    /// The request cannot be granted. The text is one plain sentence for the person who asked,
    /// and says what to do instead. Nothing has changed.
    Refused(String),
    /// Something of ours or of the machine's failed. Logged once, at the edge, and shown to
    /// people without its details.
    Fault(anyhow::Error),
}

/// The result of every operation of Cairn's.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A refusal with `sentence`, worded for the person.
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(sentence) => f.write_str(sentence),
            Self::Fault(cause) => write!(f, "Something failed inside Cairn: {cause:#}."),
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
        Self::Fault(anyhow::Error::new(cause).context("the database"))
    }
}

impl From<std::io::Error> for Error {
    fn from(cause: std::io::Error) -> Self {
        Self::Fault(cause.into())
    }
}

/// What the system says, without the trailing "(os error 13)", as a part of a sentence.
pub fn reason(cause: &std::io::Error) -> String {
    let text = cause.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
