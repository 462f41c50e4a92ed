//! Answers with buttons: whose they are, which text they are about, and what comes of a press. They are rows, so
//! a button works after a restart, and a forged one finds a row that is somebody else's.

use jiff::{SignedDuration, Timestamp};

use super::member::Who;
use super::server::Server;
use super::sql::{self, Kept, New};
use crate::community::Role;
use crate::outbox::press::Opinion;
use crate::people::{Identity, optout, person};
use crate::store::{Connection, Store};
use crate::triage::{self, Bands, Intent, Model, Post, Track, Verdict};
use crate::{App, Error, Kind, Result, labels};

/// How long an answer's text is kept, and its buttons work (30 days).
const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Kept {
    /// What triage said of the text when it was answered. Of an answer that was kept without that, what it says now.
    pub fn verdict(&self, bands: &Bands) -> Verdict {
        if let Some(shown) = &self.shown {
            return shown.clone();
        }
        triage::triage_explicit(Model::builtin(), &Post { title: &self.title, body: &self.body }, bands)
    }

    /// Whether their correction counts: what triage learns from is the asker's to say, and home's moderators'.
    fn counts(&self, who: &Who, app: &App) -> bool {
        self.asker == who.identity().to_string() || who.community().is_ok_and(|here| app.home.has(&here))
    }

    /// Whether it is theirs, or they moderate where it stands.
    fn obeys(&self, who: &Who, server: &Server) -> bool {
        let moderates = self.guild.is_some() && self.guild == who.guild && who.role(server) >= Role::Editor;
        self.asker == who.identity().to_string() || moderates
    }
}

/// Keeps the answer to somebody who asked. The text of somebody else who opted out is not kept.
pub async fn keep(store: &Store, new: &New<'_>, now: Timestamp) -> Result<i64> {
    let mut tx = store.write().await?;
    let is_theirs = new.asker == new.author;
    let hidden = !is_theirs && optout::opted_out(&mut tx, &Identity::Discord(new.author)).await?;
    let new = if hidden { New { title: "", body: "", verdict: None, ..*new } } else { *new };
    let id = sql::add_answer(&mut tx, &new, now).await?;
    tx.commit().await?;
    Ok(id.ok_or_else(|| anyhow::anyhow!("an answer that nothing stands against was not kept"))?)
}

/// A kept answer, for anybody who sees it.
///
/// # Errors
/// Refused if it is too old.
pub async fn kept(db: &mut Connection, id: i64) -> Result<Kept> {
    sql::answer(db, id).await?.ok_or_else(|| {
        Error::of(Kind::NotFound, "This answer is older than 30 days, so its buttons no longer work; use /start.")
    })
}

/// A kept answer, for somebody who may press its buttons.
///
/// # Errors
/// Refused if it is somebody else's, or too old.
pub async fn pressed(db: &mut Connection, id: i64, who: &Who, server: &Server) -> Result<Kept> {
    let kept = self::kept(db, id).await?;
    if !kept.obeys(who, server) {
        return Err(Error::of(
            Kind::NotAllowed,
            "These buttons are for the person who asked; use /start to get an answer of your own.",
        ));
    }
    Ok(kept)
}

/// Takes note that another guide is the right one, and keeps that as a label.
///
/// # Errors
/// Refused as in [`pressed`].
pub async fn correct(app: &App, id: i64, who: &Who, track: Track, now: Timestamp) -> Result<(Kept, Server)> {
    let mut tx = app.store.write().await?;
    let server = sql::settings_in(&mut tx, who.guild).await?;
    let kept = pressed(&mut tx, id, who, &server).await?;
    if kept.track != Some(track) {
        sql::set_track(&mut tx, id, track).await?;
    }
    if kept.track != Some(track) && kept.counts(who, app) {
        label(&mut tx, &kept, who, Some(track), &server, now).await?;
    }
    tx.commit().await?;
    Ok((Kept { track: Some(track), ..kept }, server))
}

/// Takes note of an opinion.
///
/// # Errors
/// Refused as in [`pressed`].
pub async fn judge(app: &App, id: i64, who: &Who, opinion: Opinion, now: Timestamp) -> Result<Kept> {
    let mut tx = app.store.write().await?;
    let server = sql::settings_in(&mut tx, who.guild).await?;
    let kept = pressed(&mut tx, id, who, &server).await?;
    sql::set_opinion(&mut tx, id, if opinion == Opinion::Good { "good" } else { "bad" }).await?;
    if opinion == Opinion::NotMine && kept.counts(who, app) {
        label(&mut tx, &kept, who, None, &server, now).await?;
    }
    tx.commit().await?;
    Ok(kept)
}

/// A correction. `track` is the right one; none if the text did not ask how to start.
async fn label(
    db: &mut Connection,
    kept: &Kept,
    who: &Who,
    track: Option<Track>,
    server: &Server,
    now: Timestamp,
) -> Result<()> {
    let author: Identity = kept.author.parse()?;
    if kept.title.is_empty() && kept.body.is_empty() || optout::opted_out(db, &author).await? {
        return Ok(());
    }
    let verdict = kept.verdict(&server.bands);
    let intent = if track.is_some() { Intent::GettingStarted } else { Intent::Other };
    let by = Some(person(db, &who.identity(), now).await?);
    labels::store(db, labels::Correction { verdict: &verdict, intent, track, by }, now).await
}

/// Forgets answers after 30 days.
pub async fn purge(store: &Store, now: Timestamp) -> Result<()> {
    let mut tx = store.write().await?;
    sql::forget(&mut tx, now.saturating_sub(RETENTION).unwrap_or(Timestamp::MIN)).await?;
    tx.commit().await
}
