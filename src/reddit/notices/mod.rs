//! What moderators are told of Reddit: one plain sentence for each thing that happened, once. Nothing of a person's text is in it.

use jiff::Timestamp;
use serde::Serialize;

use super::Item;
use crate::community::Subreddit;
use crate::outbox::Trouble;
use crate::store::Connection;
use crate::{Error, Kind, Result};

mod sql;

/// What is told once and never again.
pub const FOR_ALL: &str = "wiki_v1";
/// What kind of notice says that Reddit itself is the trouble.
const TROUBLE: &str = "trouble";

/// Something that moderators are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// The sentence.
    pub said: String,
    /// When it happened.
    pub at: Timestamp,
}

/// Which subreddit, or none for Reddit itself; which kind; and what it is about.
pub type Key<'a> = (&'a str, &'a str, &'a str);

/// Tells moderators something, within the transaction of what happened. Says whether that was new.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn tell(db: &mut Connection, key: Key<'_>, said: &str, now: Timestamp) -> Result<bool> {
    sql::add(db, key, said, now).await
}

/// Whether they were told that.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn was_told(db: &mut Connection, key: Key<'_>) -> Result<bool> {
    sql::was_told(db, key).await
}

/// Reddit itself is the trouble: the sentence takes the place of another one. Says whether it is new.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn trouble(db: &mut Connection, said: &str, now: Timestamp) -> Result<bool> {
    if sql::was_told(db, ("", TROUBLE, said)).await? {
        return Ok(false);
    }
    sql::remove(db, "", TROUBLE).await?;
    sql::add(db, ("", TROUBLE, said), said, now).await
}

/// Reddit is no trouble any more: the next one is told again.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn no_trouble(db: &mut Connection) -> Result<()> {
    sql::remove(db, "", TROUBLE).await
}

/// Reddit ended the login before its time; told once a day.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn login_ended(db: &mut Connection, now: Timestamp) -> Result<()> {
    let day = now.strftime("%-d %B %Y").to_string();
    let said = format!("Reddit ended Cairn's login before its time on {day}; Cairn logged in again and went on.");
    sql::add(db, ("", "login", &day), &said, now).await.map(drop)
}

/// What nobody has put aside, of a subreddit or of Reddit itself, newest first.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn unseen(db: &mut Connection, of: Option<&Subreddit>, most: u32) -> Result<Vec<Notice>> {
    let rows = sql::unseen(db, of, most).await?;
    rows.into_iter().map(|(id, said, at)| Ok(Notice { id, said, at: super::sql::instant(at)? })).collect()
}

/// Puts a notice of a subreddit, or of Reddit itself, aside.
///
/// # Errors
/// Refused if there is no such notice.
pub async fn see(db: &mut Connection, subreddit: &Subreddit, id: i64) -> Result<()> {
    if sql::see(db, subreddit.as_str(), id).await? {
        return Ok(());
    }
    Err(Error::of(Kind::NotFound, "That notice is not there any more; load the page again."))
}

/// Forgets what happened before then.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn purge(db: &mut Connection, oldest: Timestamp) -> Result<()> {
    sql::purge(db, oldest, FOR_ALL).await
}

/// Why the bot's comment was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Who was answered said `delete`.
    Author,
    /// A moderator said `delete`.
    Moderator,
    /// Who was answered wants no answers any more.
    OptedOut,
    /// Its score fell to −1 or lower.
    Unliked,
    /// What it answered was deleted or removed.
    PostGone,
    /// What it answered was edited, and it did not fit any more.
    Edited,
    /// Somebody took it away on Reddit.
    ByOthers,
}

impl Removal {
    /// Its code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Moderator => "moderator",
            Self::OptedOut => "opted_out",
            Self::Unliked => "unliked",
            Self::PostGone => "post_gone",
            Self::Edited => "edited",
            Self::ByOthers => "by_others",
        }
    }

    /// The sentence about an answer (pure).
    pub fn told(self, item: &Item) -> String {
        let link = item.link();
        match self {
            Self::Author => format!("The author said “delete”, so Cairn took its answer away: {link}"),
            Self::Moderator => format!("A moderator said “delete”, so Cairn took its answer away: {link}"),
            Self::OptedOut => {
                format!("The author wants no answers from Cairn any more, so it took this one away: {link}")
            }
            Self::Unliked => format!("Cairn's answer was voted down to −1 or lower, so Cairn took it away: {link}"),
            Self::PostGone => format!("The post was deleted, so Cairn took its answer away: {link}"),
            Self::Edited => {
                format!("The post was edited and the answer did not fit any more, so Cairn took it away: {link}")
            }
            Self::ByOthers => format!("Cairn's answer was removed on Reddit; look why: {link}"),
        }
    }
}

/// The sentence about an answer that will not be said, where moderators should know (pure). Of what they did themselves, and of
/// people who want no answer, nothing is told; that the bot may not write is told for the whole subreddit.
pub fn unsaid(item: &Item, trouble: Trouble) -> Option<String> {
    let why = match trouble {
        Trouble::Closed => "the thread is locked or archived",
        Trouble::Gone => "the post was deleted",
        Trouble::TooLate => "it was too late to be worth saying",
        Trouble::Refused(..) => "Reddit refused it",
        Trouble::Unwanted | Trouble::Changed | Trouble::NotAllowed(_) => return None,
        other => return Some(format!("An answer was not said ({other}): {}", item.link())),
    };
    Some(format!("An answer was not said, because {why}: {}", item.link()))
}

/// The sentence about an answer that may be lost (pure).
pub fn unknown(item: &Item) -> String {
    let id = item.id;
    format!(
        "Nobody knows whether Cairn's answer arrived in {}; look there, then settle it in the console, or with `cairn reddit \
         settle {id} arrived` or `cairn reddit settle {id} not`.",
        item.link()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reddit::State;

    fn item() -> Item {
        Item {
            id: 17,
            subreddit: "learnml".parse().unwrap(),
            post: "t3_abc".into(),
            parent: "t3_abc".into(),
            summons: None,
            author: Some("ann".parse().unwrap()),
            title: Some("Zebrafish".into()),
            body: Some("zebrafish".into()),
            hash: None,
            verdict: None,
            answer: Some("zebrafish".into()),
            action: "answer".into(),
            track: None,
            state: State::Sent,
            why: None,
            generation: 1,
            begun: true,
            judged: None,
            comment: Some("t1_def".into()),
            created: Timestamp::UNIX_EPOCH,
            at: Timestamp::UNIX_EPOCH,
            sent: None,
            looks: 0,
        }
    }

    #[test]
    fn what_happened_is_one_sentence_without_anybodys_words() {
        let item = item();
        let all = [
            Removal::Author,
            Removal::Moderator,
            Removal::OptedOut,
            Removal::Unliked,
            Removal::PostGone,
            Removal::Edited,
            Removal::ByOthers,
        ];
        let troubles = [Trouble::Closed, Trouble::Gone, Trouble::TooLate, Trouble::Refused(200, 0), Trouble::Panicked];
        let said = all.iter().map(|why| why.told(&item)).chain(troubles.iter().filter_map(|t| unsaid(&item, *t)));
        let said: Vec<String> = said.chain([unknown(&item)]).collect();
        assert_eq!(said.len(), 13);
        for sentence in &said {
            assert!(sentence.contains("https://www.reddit.com/r/learnml/comments/abc/_/def/"), "{sentence}");
            assert!(!sentence.to_lowercase().contains("zebrafish") && !sentence.contains("ann"), "{sentence}");
            assert_eq!((sentence.lines().count(), said.iter().filter(|other| *other == sentence).count()), (1, 1));
        }
        for quiet in [Trouble::Unwanted, Trouble::Changed, Trouble::NotAllowed(0)] {
            assert_eq!(unsaid(&item, quiet), None, "{quiet}");
        }
        let mut codes: Vec<&str> = all.iter().map(|why| why.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all.len());
    }
}
