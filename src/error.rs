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

    /// A fault that can be said in one plain sentence, which tells no secrets: a full disk, a database that is gone.
    pub fn plain(sentence: impl Into<String>) -> Self {
        Self::Fault(anyhow::Error::new(Plain(sentence.into())))
    }
}

/// What a fault is in plain words.
#[derive(Debug)]
struct Plain(String);

impl std::fmt::Display for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.trim_end_matches('.'))
    }
}

impl std::error::Error for Plain {}

/// The plain sentence of a fault that has one, for people.
pub fn plainly(cause: &anyhow::Error) -> Option<&str> {
    cause.downcast_ref::<Plain>().map(|plain| plain.0.as_str())
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(sentence) => f.write_str(sentence),
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

/// SQLite's primary result code, if it was SQLite that failed.
pub fn sqlite_code(cause: &sqlx::Error) -> Option<u32> {
    let code = cause.as_database_error()?.code()?.parse::<u32>().ok()?;
    Some(code & 0xff)
}

/// What is wrong with the machine, or with the database's file, in a sentence that everybody may read.
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

/// What the system says, without the trailing "(os error 13)", as a part of a sentence.
pub fn reason(cause: &std::io::Error) -> String {
    let text = cause.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
