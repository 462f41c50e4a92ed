//! What the bot says to a post, or to somebody who calls it.

use super::api::thing::Post;
use super::render::{self, Links};
use super::summons::Summons;
use crate::community::Community;
use crate::decisions::Here;
use crate::papers::{Digest, Filter, Week, archive};
use crate::triage::{self, Action, Bands, Track, Verdict, in_danger};
use crate::wiki::search;
use crate::{App, Result, decisions, welcome};

/// The most hits of a search.
const HITS: usize = 5;

/// What was decided.
#[derive(Debug, Clone, PartialEq)]
pub enum Decided {
    /// Nothing is said.
    Silent,
    /// Nothing is said: somebody may be in danger.
    Danger,
    /// This is said.
    Say(Box<Say>),
}

/// What is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Say {
    /// Markdown of Reddit's kind.
    pub answer: String,
    /// What triage decided, if it was asked.
    pub verdict: Option<Verdict>,
    /// `answer`, `ask`, or the name of the summons.
    pub action: &'static str,
    /// The guide.
    pub track: Option<Track>,
}

fn text(title: &str, body: &str) -> (String, String) {
    let bounded = |text: &str| text.chars().take(triage::MAX_CHARS).collect();
    (bounded(title), bounded(body))
}

/// Whether home's own model decides there.
fn here(app: &App, links: &Links<'_>) -> Here {
    let home = links.subreddit.parse().is_ok_and(|name| app.home.has(&Community::Reddit(name)));
    Here::of(home)
}

/// What is said to a post that nobody asked the bot about.
///
/// # Errors
/// Refused if the wiki lacks a guide.
pub async fn unasked(app: &App, links: &Links<'_>, post: &Post) -> Result<Decided> {
    let (title, body) = text(&post.title, &post.body);
    let verdict = decisions::unasked(
        &app.store,
        here(app, links),
        &triage::Post { title: &title, body: &body },
        &Bands::default(),
    )
    .await;
    said(app, links, verdict).await
}

async fn said(app: &App, links: &Links<'_>, verdict: Verdict) -> Result<Decided> {
    let action = match verdict.action {
        _ if verdict.crisis => return Ok(Decided::Danger),
        Action::Silent => return Ok(Decided::Silent),
        Action::Answer => "answer",
        Action::Ask => "ask",
    };
    let welcome = welcome::welcome(&app.store, &verdict, links.base).await?;
    let track = welcome.guide.as_ref().map(|guide| guide.track);
    let answer = render::welcome(&welcome, links);
    Ok(Decided::Say(Box::new(Say { answer, verdict: Some(verdict), action, track })))
}

/// What is said to somebody who called the bot in the thread of `post`. Who may be in danger themselves is told where there is
/// help; below a post of somebody who may be, nothing is said.
///
/// # Errors
/// Refused if the wiki lacks a guide; a fault if the database cannot be read.
pub async fn asked(app: &App, links: &Links<'_>, summons: &Summons, said: &str, post: &Post) -> Result<Decided> {
    if in_danger(&post.title, &post.body) {
        return Ok(Decided::Danger);
    }
    if in_danger("", said) {
        let say = Say { answer: render::care(), verdict: None, action: "care", track: None };
        return Ok(Decided::Say(Box::new(say)));
    }
    let (answer, verdict, track) = match summons {
        Summons::Mention(words) => mention(app, links, words, post).await?,
        Summons::Guide(track) => {
            let (answer, track) = guide(app, links, *track).await?;
            (answer, None, Some(track))
        }
        Summons::Wiki(words) => match search::search(&app.store, words, HITS, links.base, &app.config.humans_url).await
        {
            Ok(found) => (render::found(&found, links), None, None),
            Err(crate::Error::Refused(_)) => return Ok(Decided::Silent),
            Err(fault) => return Err(fault),
        },
        Summons::Papers => match newest_papers(app, links.base).await? {
            Some(digest) => (render::papers(&digest, links), None, None),
            None => (render::no_papers(links), None, None),
        },
    };
    Ok(Decided::Say(Box::new(Say { answer, verdict, action: summons.name(), track })))
}

/// The words of who called are read; if there are none that say anything, those of the post.
async fn mention(
    app: &App,
    links: &Links<'_>,
    words: &str,
    post: &Post,
) -> Result<(String, Option<Verdict>, Option<Track>)> {
    let own = words.split_whitespace().count() >= 4;
    let (title, body) = if own { text("", words) } else { text(&post.title, &post.body) };
    let verdict =
        decisions::asked(&app.store, here(app, links), &triage::Post { title: &title, body: &body }, &Bands::default())
            .await;
    let welcome = welcome::welcome(&app.store, &verdict, links.base).await?;
    let track = welcome.guide.as_ref().map(|guide| guide.track);
    Ok((render::welcome(&welcome, links), Some(verdict), track))
}

/// A guide that somebody named.
///
/// # Errors
/// Refused if the wiki lacks it.
pub async fn guide(app: &App, links: &Links<'_>, track: Track) -> Result<(String, Track)> {
    let nothing = triage::Post { title: "", body: "" };
    let verdict = decisions::asked(&app.store, here(app, links), &nothing, &Bands::default()).await;
    let welcome = welcome::chosen(&app.store, &verdict, track, links.base).await?;
    Ok((render::welcome(&welcome, links), track))
}

/// The newest week that is kept, as a channel without wishes is shown it.
async fn newest_papers(app: &App, base: &str) -> Result<Option<String>> {
    let week = Week::of(app.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date());
    let Some(nearest) = archive::nearest(&app.store, week).await? else { return Ok(None) };
    let shown = |digest: Digest| digest.at(base).filtered(&Filter::default()).to_string();
    Ok(archive::stored(&app.store, nearest).await?.map(|stored| shown(stored.digest)))
}
