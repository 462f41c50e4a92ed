//! The desk: what moderators see of the bot on Reddit ([`overview`], [`list`]), and what they decide about it ([`acts`]). The command
//! line and the console call these.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::mode::{self, Mode};
use super::notices::{self, Notice};
use super::{Item, State, reading, render, sql as reddit_sql};
use crate::community::{Community, HomeModerator, Moderator, Role, Subreddit};
use crate::store::{Connection, Store};
use crate::text::list;
use crate::triage::measure::Share;
use crate::triage::{Reason, Track};
use crate::{App, Error, Kind, Result};

pub mod acts;
mod sql;

/// For how long what was counted is shown.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The most notices that are shown.
const NOTICES: u32 = 20;

/// A subreddit as its moderators see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overview {
    /// Its name.
    pub subreddit: String,
    /// What the bot does there.
    pub mode: Mode,
    /// Reddit's code, if it turned the subreddit off.
    pub off_why: Option<String>,
    /// How right the judged verdicts were.
    pub judged: Share,
    /// What was counted within a week, most first.
    pub counts: Vec<(String, i64)>,
    /// How many answers wait for a moderator.
    pub waiting: usize,
    /// Of how many nobody knows whether they arrived.
    pub unknown: usize,
    /// Whether its moderators hear of posts whose author may be in danger.
    pub tells_danger: bool,
    /// The flair of posts with papers.
    pub flair: Option<String>,
    /// Whether posts with papers are pinned.
    pub pins: bool,
    /// Whether the wiki of old Reddit and Cairn's are kept equal.
    pub syncs: bool,
    /// When its new posts were read last.
    pub read: Option<Timestamp>,
    /// What moderators were told and have not put aside, newest first.
    pub notices: Vec<Notice>,
}

/// How the last reading of Reddit went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pulse {
    /// When it ended.
    pub at: Timestamp,
    /// How many calls are left of those that Cairn lets itself make, if Reddit told its count.
    pub calls_left: Option<u32>,
    /// When the login is renewed.
    pub renewed: Option<Timestamp>,
}

impl Pulse {
    /// The same in one sentence without its end.
    pub fn told(&self, now: Timestamp) -> String {
        let left = match self.calls_left {
            Some(left) => format!(", {} left", list::count(left, "call")),
            None => String::new(),
        };
        let renewed = match self.renewed.filter(|renewed| *renewed > now) {
            Some(at) => format!(", login renewed in {}", span(at.duration_since(now))),
            None => String::new(),
        };
        format!("read {} ago{left}{renewed}", span(now.duration_since(self.at)))
    }
}

/// A time in its largest unit.
fn span(time: SignedDuration) -> String {
    match time.as_secs().max(0) {
        seconds @ ..120 => list::count(seconds, "second"),
        seconds @ 120..7_200 => list::count(seconds / 60, "minute"),
        seconds @ 7_200..172_800 => list::count(seconds / 3_600, "hour"),
        seconds => list::count(seconds / 86_400, "day"),
    }
}

impl fmt::Display for Overview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r/{}: {}", self.subreddit, self.mode)?;
        if let Some(code) = &self.off_why {
            write!(f, " (Reddit does not let the bot in: {code})")?;
        }
        let counts: Vec<String> = self.counts.iter().map(|(what, n)| format!("{what} {n}")).collect();
        let counts = if counts.is_empty() { "nothing yet".to_owned() } else { counts.join(", ") };
        write!(f, "\n  within a week: {counts}")?;
        write!(f, "\n  judged: {}", self.judged)?;
        if let Err(lacking) = mode::may_be_on(&self.judged) {
            write!(f, "\n  “on” is locked: {lacking}")?;
        }
        if self.waiting + self.unknown > 0 {
            write!(f, "\n  {} wait for approval, {} to be settled", self.waiting, self.unknown)?;
        }
        for notice in &self.notices {
            write!(f, "\n  ! {}", notice.said)?;
        }
        Ok(())
    }
}

impl Overview {
    /// What the bot does there and what waits for its moderators, in a line.
    fn brief(&self) -> String {
        let mut line = format!("r/{}: {}", self.subreddit, self.mode);
        if let Some(code) = &self.off_why {
            line += &format!(" (Reddit does not let the bot in: {code})");
        }
        if self.waiting > 0 {
            let wait = if self.waiting == 1 { "reply waits" } else { "replies wait" };
            line += &format!(", {} {wait} for approval", self.waiting);
        }
        if self.unknown > 0 {
            line += &format!(", {} to be settled", self.unknown);
        }
        line
    }
}

/// An answer as moderators see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// Its number.
    pub id: i64,
    /// Where it can be read.
    pub link: String,
    /// `answer`, `ask`, or the name of the summons.
    pub action: String,
    /// Where it stands.
    pub state: State,
    /// Why, as a code.
    pub why: Option<String>,
    /// The guide.
    pub track: Option<&'static str>,
    /// The author's words that decided it.
    pub reasons: String,
    /// The post's title.
    pub title: Option<String>,
    /// The text that is answered.
    pub text: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Those words of theirs as triage found them.
    #[serde(skip)]
    pub quotes: Vec<Reason>,
    /// When it was decided.
    pub at: Timestamp,
    /// What is said.
    pub answer: Option<String>,
    /// Of the text that it answers.
    pub hash: Option<String>,
    /// Whether a moderator found it right.
    pub judged: Option<bool>,
}

impl From<Item> for Shown {
    fn from(item: Item) -> Self {
        Self {
            id: item.id,
            link: item.link(),
            reasons: item.verdict.as_ref().map(render::reasons).unwrap_or_default(),
            action: item.action,
            state: item.state,
            why: item.why,
            track: item.track.map(Track::slug),
            title: item.title,
            text: item.body,
            author: item.author.map(|author| author.as_str().to_owned()),
            quotes: item.verdict.map(|verdict| verdict.reasons).unwrap_or_default(),
            at: item.at,
            answer: item.answer,
            hash: item.hash,
            judged: item.judged,
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, action, state, link, .. } = self;
        write!(f, "{id}. {}", self.title.as_deref().unwrap_or("(its text is no longer kept)"))?;
        let track = self.track.map(|track| format!(" {track}")).unwrap_or_default();
        let why = self.why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
        let judged = match self.judged {
            None => "",
            Some(true) => " ✓",
            Some(false) => " ✗",
        };
        write!(f, "\n   {action}{track} · {}{why}{judged} · {link}", state.name())?;
        if !self.reasons.is_empty() {
            write!(f, "\n   {}", self.reasons)?;
        }
        Ok(())
    }
}

/// The subreddits that the settings name and a moderator of home acts in, each with the proof for it.
///
/// # Errors
/// Refused if the settings name something that is no subreddit.
pub fn places(app: &App, by: &HomeModerator) -> Result<Vec<(Subreddit, Moderator)>> {
    let all = super::subreddits(app.config.reddit_subreddits.as_deref().unwrap_or_default())?;
    let own = |subreddit: Subreddit| {
        let by = app.home.moderator_in(by, &Community::Reddit(subreddit.clone())).ok()?;
        Some((subreddit, by))
    };
    Ok(all.into_iter().filter_map(own).collect())
}

/// How Reddit does, and a line for each of their subreddits, for moderators of home who are elsewhere; nothing if none is
/// theirs, or Cairn is not on Reddit.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn told(app: &App, by: &HomeModerator) -> Result<Option<String>> {
    if !app.config.is_on_reddit() {
        return Ok(None);
    }
    let now = app.clock.now();
    let mut lines = Vec::new();
    for (subreddit, by) in places(app, by)? {
        lines.extend(overview(&app.store, &by, &[subreddit], now).await?.iter().map(Overview::brief));
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let pulse = pulse(&app.store).await?.map_or_else(|| "not read yet".to_owned(), |pulse| pulse.told(now));
    let trouble = troubles(&app.store).await?.into_iter().next().map(|first| format!(" {}", first.said));
    Ok(Some(format!("Reddit: {pulse}.{}\n{}", trouble.unwrap_or_default(), lines.join("\n"))))
}

/// What those who run Cairn watch: how many replies are in each state, and what the bot does in each subreddit.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Every state, with how many replies are in it.
    pub replies: Vec<(State, i64)>,
    /// Every subreddit that the bot knows, with its mode.
    pub modes: Vec<(String, Mode)>,
    /// How the last reading went.
    pub pulse: Option<Pulse>,
}

/// What those who run Cairn watch.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn figures(store: &Store) -> Result<Figures> {
    let mut db = store.read().await?;
    let mut replies = Vec::new();
    for state in State::ALL {
        replies.push((state, sql::everywhere(&mut db, state.name()).await?));
    }
    Ok(Figures { replies, modes: sql::modes(&mut db).await?, pulse: sql::pulse(&mut db).await? })
}

/// The subreddits that the settings name and `by` moderates.
///
/// # Errors
/// Refused to editors; a fault if the database cannot be read.
pub async fn overview(
    store: &Store,
    by: &Moderator,
    subreddits: &[Subreddit],
    now: Timestamp,
) -> Result<Vec<Overview>> {
    let mut all = Vec::new();
    let mut db = store.read().await?;
    for subreddit in subreddits {
        if may_see(by, subreddit).is_ok()
            && let Some(place) = reddit_sql::place(&mut db, subreddit).await?
        {
            all.push(seen(&mut db, subreddit, place, now).await?);
        }
    }
    Ok(all)
}

async fn seen(
    db: &mut Connection,
    subreddit: &Subreddit,
    place: reddit_sql::Place,
    now: Timestamp,
) -> Result<Overview> {
    let (of, hits) = reddit_sql::judged(db, subreddit).await?;
    let n = |n: i64| usize::try_from(n).unwrap_or(0);
    Ok(Overview {
        subreddit: subreddit.as_str().to_owned(),
        mode: place.mode,
        off_why: place.off_why,
        tells_danger: place.danger,
        flair: place.flair,
        pins: place.pin,
        syncs: place.sync,
        judged: Share::new(n(hits), n(of)),
        counts: reddit_sql::counts(db, subreddit, reddit_sql::before(now, SHOWN_FOR)).await?,
        waiting: n(sql::in_state(db, subreddit, State::Waiting.name()).await?),
        unknown: n(sql::in_state(db, subreddit, State::Unknown.name()).await?),
        read: reddit_sql::read_at(db, &reading::new_posts(subreddit)).await?,
        notices: notices::unseen(db, Some(subreddit), NOTICES).await?,
    })
}

/// What moderators of all subreddits are told of Reddit itself.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn troubles(store: &Store) -> Result<Vec<Notice>> {
    notices::unseen(&mut *store.read().await?, None, NOTICES).await
}

/// How the last reading of Reddit went; none if it was never read.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn pulse(store: &Store) -> Result<Option<Pulse>> {
    sql::pulse(&mut *store.read().await?).await
}

/// Takes note of a reading that ends, within its transaction.
pub(super) async fn set_pulse(db: &mut Connection, pulse: &Pulse) -> Result<()> {
    sql::set_pulse(db, pulse).await
}

/// Only a subreddit's own moderators see what the bot does there.
fn may_see(by: &Moderator, subreddit: &Subreddit) -> Result<()> {
    by.must_be(Role::Approver, "see what Cairn does on Reddit")?;
    by.must_moderate(&Community::Reddit(subreddit.clone()))
}

/// The answers of a subreddit, or of all: those in a state, or in any; newest first.
///
/// # Errors
/// Refused to others than its moderators.
pub async fn list(
    store: &Store,
    by: &Moderator,
    subreddit: Option<&Subreddit>,
    state: Option<State>,
    most: u32,
) -> Result<Vec<Shown>> {
    match subreddit {
        Some(subreddit) => may_see(by, subreddit)?,
        None if by.community().is_none() => {}
        None => return Err(Error::of(Kind::NotAllowed, "Name the subreddit whose answers you want to see.")),
    }
    let items = reddit_sql::items(&mut *store.read().await?, subreddit, state, most).await?;
    Ok(items.into_iter().map(Shown::from).collect())
}

/// What a subreddit's moderators can judge and have not: what Cairn would have said unasked, or said; newest first.
///
/// # Errors
/// Refused to others than its moderators.
pub async fn to_judge(store: &Store, by: &Moderator, subreddit: &Subreddit, most: u32) -> Result<Vec<Shown>> {
    may_see(by, subreddit)?;
    let mut db = store.read().await?;
    let mut all = Vec::new();
    for id in sql::to_judge(&mut db, subreddit, most).await? {
        all.extend(reddit_sql::item(&mut db, id).await?.map(Shown::from));
    }
    Ok(all)
}

/// One answer.
///
/// # Errors
/// Refused to others than its subreddit's moderators, and if there is none of this number.
pub async fn show(store: &Store, by: &Moderator, id: i64) -> Result<Shown> {
    let item = known(&mut *store.read().await?, id).await?;
    may_see(by, &item.subreddit)?;
    Ok(item.into())
}

async fn known(db: &mut Connection, id: i64) -> Result<Item> {
    let none =
        || Error::of(Kind::NotFound, format!("There is no {id} on the desk; `cairn reddit desk` shows what there is."));
    reddit_sql::item(db, id).await?.ok_or_else(none)
}

/// What was counted, in words.
pub fn counted(what: &str) -> &str {
    match what {
        "answer_said" => "answered with a guide",
        "answer" => "would be answered with a guide",
        "ask_said" => "asked which guide fits",
        "ask" => "would be asked which guide fits",
        "summons_said" => "called Cairn and were answered",
        "summons" => "called Cairn and would be answered",
        "summons_in_vain" => "called Cairn in vain: answered before, or opted out",
        "too_deep" => "called Cairn too deep in a thread",
        "silent" => "left alone: no newcomer's question",
        "closed" => "left alone: locked or archived",
        "serious" => "left alone: marked [serious]",
        "moderators" => "left alone: a moderator's thread",
        "program" => "left alone: written by a bot",
        "opted_out" => "left alone: opted out",
        "danger" => "left alone: someone may be in danger",
        "gone" => "left alone: deleted",
        "removed" => "answers taken away again",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_reddit_does_is_one_line() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-11-16T12:00:00Z");
        let table = [
            (
                Some(388),
                Some("2026-11-16T12:50:00Z"),
                "read 20 seconds ago, 388 calls left, login renewed in 50 minutes",
            ),
            (Some(1), Some("2026-11-17T11:00:00Z"), "read 20 seconds ago, 1 call left, login renewed in 23 hours"),
            (None, Some("2026-11-16T11:00:00Z"), "read 20 seconds ago"),
            (None, None, "read 20 seconds ago"),
        ];
        for (calls_left, renewed, expected) in table {
            let pulse = Pulse { at: at("2026-11-16T11:59:40Z"), calls_left, renewed: renewed.map(at) };
            assert_eq!(pulse.told(now), expected);
        }
        assert_eq!(span(SignedDuration::from_hours(-1)), "0 seconds");
        assert_eq!(span(SignedDuration::from_hours(50)), "2 days");
    }
}
