//! How moderators of home get into the console: by a link that works once, and then by a secret that their browser keeps.
//! Of both only hashes are stored. What somebody may do there is no matter of a session: it is looked up at each act.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::audit::{self, Act};
use super::{Community, HomeModerator};
use crate::store::{Connection, Store, secret};
use crate::{Error, Result};

mod sql;

/// How long a link can be used.
pub const LINK: SignedDuration = SignedDuration::from_mins(10);
/// How long somebody stays signed in.
pub const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// In how many browsers one person is signed in at a time; the oldest is signed out for one more.
const MOST: i64 = 10;
/// The most characters that are kept of what a browser calls itself.
const MAX_DEVICE: usize = 60;

/// What keeps the hashes of the two apart.
const OF_LINK: &str = "console link";
const OF_SESSION: &str = "console session";
const OF_FORM: &str = "console form";

/// Somebody who comes in, before it is known what they may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Who, as in history and log.
    pub actor: String,
    /// By which community's role; none for the person who runs Cairn.
    pub community: Option<Community>,
}

/// A browser in which somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Its number.
    pub id: i64,
    /// Who.
    #[serde(skip)]
    pub guest: Guest,
    /// What the browser is.
    pub device: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// A new link's key, for somebody who was just proven to be a moderator of home. Their older links stop working.
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

/// Whom a link would let in, if it still works.
pub async fn look(store: &Store, key: &str, now: Timestamp) -> Result<Option<Guest>> {
    let mut db = store.read().await?;
    let hash = secret::salted(&mut db, OF_LINK, key).await?;
    sql::link(&mut db, &hash, now).await
}

/// Uses a link up, and signs its owner in. Returns the secret that their browser keeps; nothing if the link was used, or
/// is older than ten minutes.
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

/// The session whose secret a browser has, if it has not ended.
pub async fn session(store: &Store, secret: &str, now: Timestamp) -> Result<Option<Session>> {
    let mut db = store.read().await?;
    let hash = secret::salted(&mut db, OF_SESSION, secret).await?;
    sql::session(&mut db, &hash, now).await
}

/// What the forms of a session carry: a form that was made for another session, or elsewhere, has another one.
pub fn form_token(secret: &str) -> String {
    secret::hash(b"", OF_FORM, secret).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where somebody is signed in, the newest first.
pub async fn sessions(store: &Store, by: &HomeModerator, now: Timestamp) -> Result<Vec<Session>> {
    sql::sessions_of(&mut *store.read().await?, by.actor(), now).await
}

/// Signs somebody out in one of their browsers.
///
/// # Errors
/// Refused if that is none of theirs.
pub async fn leave(store: &Store, by: &HomeModerator, id: i64) -> Result<()> {
    let mut tx = store.write().await?;
    if !sql::end_session(&mut tx, by.actor(), id).await? {
        return Err(Error::refused("You are signed out there already."));
    }
    tx.commit().await
}

/// Signs somebody out everywhere, and ends the links they have not used.
pub async fn leave_everywhere(store: &Store, actor: &str) -> Result<()> {
    let mut tx = store.write().await?;
    sql::end_all(&mut tx, actor).await?;
    tx.commit().await
}

/// Forgets links and sessions that have ended.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    let db: &mut Connection = &mut tx;
    sql::forget(db, now).await?;
    tx.commit().await
}
