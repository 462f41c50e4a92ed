//! Sign-in to the console for moderators of home: a link that works once, then a secret that the browser keeps. Only
//! their hashes are stored. A session holds no permissions: they are checked at each act.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::audit::{self, Act};
use super::{Community, HomeModerator};
use crate::store::{Connection, Store, secret};
use crate::{Error, Result};

mod sql;

/// How long a link works.
pub const LINK: SignedDuration = SignedDuration::from_mins(10);
/// How long a session lasts.
pub const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// The most sessions per person. One more ends the oldest.
const MOST: i64 = 10;
/// The most characters kept of a browser's name.
const MAX_DEVICE: usize = 60;

/// The purposes that make the hashes different.
const OF_LINK: &str = "console link";
const OF_SESSION: &str = "console session";
const OF_FORM: &str = "console form";

/// A person who signs in; their permissions are not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The person, as in history and log.
    pub actor: String,
    /// The community of the person's role; `None` for the person who runs Cairn.
    pub community: Option<Community>,
}

/// A browser in which a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Its number.
    pub id: i64,
    /// The person.
    #[serde(skip)]
    pub guest: Guest,
    /// The browser's name.
    pub device: String,
    /// When it began.
    pub since: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

/// A new link for a proven moderator of home. The person's older links stop working.
pub async fn link(store: &Store, by: &HomeModerator, now: Timestamp) -> Result<String> {
    let key = secret::key()?;
    let mut tx = store.write().await?;
    let hash = secret::salted(&mut tx, OF_LINK, &key).await?;
    sql::forget(&mut tx, now).await?;
    sql::add_link(&mut tx, &hash, &guest(by), until(now, LINK)).await?;
    tx.commit().await?;
    Ok(key)
}

fn until(now: Timestamp, time: SignedDuration) -> Timestamp {
    now.saturating_add(time).unwrap_or(Timestamp::MAX)
}

fn guest(by: &HomeModerator) -> Guest {
    Guest { actor: by.actor().to_owned(), community: by.community().cloned() }
}

/// The person whom a link would sign in, if it still works.
pub async fn look(store: &Store, key: &str, now: Timestamp) -> Result<Option<Guest>> {
    let mut db = store.read().await?;
    let hash = secret::salted(&mut db, OF_LINK, key).await?;
    sql::link(&mut db, &hash, now).await
}

/// Uses up a link and signs its owner in. Returns the secret for the browser; `None` if the link was used or is older
/// than ten minutes.
pub async fn enter(
    store: &Store,
    by: &HomeModerator,
    key: &str,
    device: &str,
    now: Timestamp,
) -> Result<Option<String>> {
    let secret = secret::key()?;
    let mut tx = store.write().await?;
    let link = secret::salted(&mut tx, OF_LINK, key).await?;
    if !sql::use_link(&mut tx, &link, by.actor(), now).await? {
        return Ok(None);
    }
    sql::forget(&mut tx, now).await?;
    sql::forget_oldest(&mut tx, by.actor(), MOST - 1).await?;
    let hash = secret::salted(&mut tx, OF_SESSION, &secret).await?;
    let device: String = device.chars().take(MAX_DEVICE).collect();
    sql::add_session(&mut tx, &hash, &guest(by), &device, (now, until(now, SESSION))).await?;
    audit::note(&mut tx, by, Act::Enter, "console", &device, now).await?;
    tx.commit().await?;
    Ok(Some(secret))
}

/// The session with a browser's secret, if it has not ended.
pub async fn session(store: &Store, secret: &str, now: Timestamp) -> Result<Option<Session>> {
    let mut db = store.read().await?;
    let hash = secret::salted(&mut db, OF_SESSION, secret).await?;
    sql::session(&mut db, &hash, now).await
}

/// A token in the session's forms. Forms of another session or site do not have it.
pub fn form_token(secret: &str) -> String {
    secret::hash(b"", OF_FORM, secret).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A person's sessions, newest first.
pub async fn sessions(store: &Store, by: &HomeModerator, now: Timestamp) -> Result<Vec<Session>> {
    sql::sessions_of(&mut *store.read().await?, by.actor(), now).await
}

/// Ends one of a person's sessions.
///
/// # Errors
/// Refused if the person has no such session.
pub async fn leave(store: &Store, by: &HomeModerator, id: i64) -> Result<()> {
    let mut tx = store.write().await?;
    if !sql::end_session(&mut tx, by.actor(), id).await? {
        return Err(Error::refused("You are signed out there already."));
    }
    tx.commit().await
}

/// Ends all of a person's sessions and unused links.
pub async fn leave_everywhere(store: &Store, actor: &str) -> Result<()> {
    let mut tx = store.write().await?;
    sql::end_all(&mut tx, actor).await?;
    tx.commit().await
}

/// Deletes ended links and sessions.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let db: &mut Connection = &mut tx;
    sql::forget(db, now).await?;
    tx.commit().await
}
