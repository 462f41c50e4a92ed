//! Reddit's desk: what Cairn does in a subreddit and would have said there, what waits for a moderator, and what happened.

use axum::extract::{Query, State};
use axum::response::Redirect;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::door::Trouble;
use super::form::Sent;
use super::frame::{self, Place, act};
use super::guard::Signed;
use super::{Console, words};
use crate::community::{Moderator, Subreddit};
use crate::reddit::State as Standing;
use crate::reddit::desk::acts::{self, Change, Found};
use crate::reddit::desk::{self, Overview, Shown};
use crate::reddit::notices::Notice;
use crate::{Error, Result};

mod aside;
mod card;

/// How many cards of a kind are shown at a time.
const SHOWN: u32 = 20;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// Which subreddit.
    #[serde(default)]
    r: String,
    /// What was done just now, and to which answer.
    #[serde(default)]
    did: String,
    #[serde(default)]
    id: String,
}

/// A subreddit, and somebody who may act there.
struct Here {
    subreddit: Subreddit,
    by: Moderator,
}

/// The subreddits that the settings name and this person moderates.
fn places(console: &Console, signed: &Signed) -> Result<Vec<Here>> {
    let all = desk::places(&console.app, &signed.by)?;
    Ok(all.into_iter().map(|(subreddit, by)| Here { subreddit, by }).collect())
}

/// The subreddit that a form is about.
fn place(console: &Console, signed: &Signed, name: &str) -> Result<Here> {
    let elsewhere = || Error::refused("That subreddit is not one of yours; look at the list again.");
    places(console, signed)?.into_iter().find(|here| here.subreddit.as_str() == name).ok_or_else(elsewhere)
}

/// How Reddit does, in one sentence's end, for the page of Cairn's health.
pub async fn health(console: &Console) -> Result<String> {
    let (config, store, now) = (&console.app.config, &console.app.store, console.app.clock.now());
    if !config.is_on_reddit() {
        return Ok("off".to_owned());
    }
    let pulse = desk::pulse(store).await?.map_or_else(|| "not read yet".to_owned(), |pulse| pulse.told(now));
    let troubles = desk::troubles(store).await?;
    Ok(troubles.first().map_or_else(|| pulse.clone(), |first| format!("{pulse}. {}", first.said)))
}

/// The desk.
pub async fn page(
    State(console): State<Console>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Markup, Trouble> {
    let all = places(&console, &signed)?;
    let here = all.iter().find(|here| here.subreddit.as_str() == asked.r).or(all.first());
    let main = match here {
        Some(here) => whole(&console, &signed, &all, here, &asked).await?,
        None => nothing(&console),
    };
    Ok(frame::page(&console, &signed, Place::Reddit, "Reddit", main).await?)
}

/// What somebody sees who has no subreddit here.
fn nothing(console: &Console) -> Markup {
    let is_on = console.app.config.is_on_reddit();
    html! {
        h1 { "Reddit" }
        @if is_on {
            p.lead { "You moderate none of the subreddits that Cairn is in. The person who runs Cairn can name yours in CAIRN_HOME beside this community." }
        } @else {
            p.lead { "Cairn is not on Reddit yet." }
            p { "Without keys, " code { "cairn reddit automod" } " makes AutoModerator rules that point newcomers to the right guide, and says how often they are right. With keys, set the five " code { "CAIRN_REDDIT_" } " settings; each subreddit then begins in shadow: Cairn decides, and says nothing." }
            p { code { "cairn config check" } " tries the keys and says what is missing." }
        }
    }
}

async fn whole(console: &Console, signed: &Signed, all: &[Here], here: &Here, asked: &Asked) -> Result<Markup> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let Here { subreddit, by } = here;
    // Refuses those who may not see it.
    let unknown = desk::list(store, by, Some(subreddit), Some(Standing::Unknown), SHOWN).await?;
    let waiting = desk::list(store, by, Some(subreddit), Some(Standing::Waiting), SHOWN).await?;
    let to_judge = desk::to_judge(store, by, subreddit, SHOWN).await?;
    let seen = desk::overview(store, by, std::slice::from_ref(subreddit), now).await?.into_iter().next();
    let troubles = desk::troubles(store).await?;
    let name = subreddit.as_str();
    Ok(html! {
        h1 { "Reddit" }
        p.quiet { (pulse(console, now).await?) }
        @for notice in &troubles { div.note.warn { (told(signed, name, notice, now)) } }
        @if all.len() > 1 {
            ul.tabs { @for other in all {
                @let at = other.subreddit.as_str();
                li { a href=(format!("/console/reddit?r={at}")) aria-current=[(at == name).then_some("page")] { "r/" (at) } }
            } }
        }
        @match &seen {
            None => p.lead { "Cairn has not been in r/" (name) " yet. It begins in shadow there when it starts with its keys." },
            Some(seen) => div.split.desk {
                div {
                    (happened(signed, seen, now))
                    (cards(signed, name, seen, &unknown, &waiting, &to_judge, now))
                    (toast(signed, name, asked))
                }
                aside { (aside::mode(signed, by, seen)) (aside::readiness(seen)) (aside::week(seen, now)) (aside::keys()) }
            },
        }
    })
}

async fn pulse(console: &Console, now: Timestamp) -> Result<String> {
    Ok(match desk::pulse(&console.app.store).await? {
        _ if !console.app.config.is_on_reddit() => {
            "Cairn has no keys for Reddit at present, so nothing here is said.".to_owned()
        }
        None => "Reddit was not read yet.".to_owned(),
        Some(pulse) => format!("Reddit was {}.", pulse.told(now)),
    })
}

/// A notice with the way to put it aside.
fn told(signed: &Signed, subreddit: &str, notice: &Notice, now: Timestamp) -> Markup {
    html! {
        p { (card::linked(&notice.said)) " " span.quiet.small { (words::ago(notice.at, now)) } }
        (act(signed, "/console/reddit/aside", html! {
            input type="hidden" name="r" value=(subreddit);
            input type="hidden" name="id" value=(notice.id);
            button.bare { "Put aside" }
        }))
    }
}

fn happened(signed: &Signed, seen: &Overview, now: Timestamp) -> Markup {
    html! {
        @if !seen.notices.is_empty() {
            section aria-labelledby="happened" {
                h2 #happened { "What happened" }
                ul.past { @for notice in &seen.notices { li { (told(signed, &seen.subreddit, notice, now)) } } }
            }
        }
    }
}

fn cards(
    signed: &Signed,
    subreddit: &str,
    seen: &Overview,
    unknown: &[Shown],
    waiting: &[Shown],
    to_judge: &[Shown],
    now: Timestamp,
) -> Markup {
    let rest = |all: usize, shown: &[Shown]| all.saturating_sub(shown.len());
    html! {
        @if !unknown.is_empty() {
            h2 { "Did it arrive?" }
            p.quiet { "Reddit gave no clear answer when Cairn sent these. Look below the post first; Cairn never sends one twice by itself." }
            @for item in unknown { (card::unknown(signed, subreddit, item, now)) }
            @if rest(seen.unknown, unknown) > 0 { p.quiet { (rest(seen.unknown, unknown)) " more follow." } }
        }
        @if !waiting.is_empty() {
            h2 { "Waits for you" }
            p.quiet { "An approval holds for the text it was given for. If the post is edited before the reply goes out, it comes back here." }
            @for item in waiting { (card::waiting(signed, subreddit, item, now)) }
            @if rest(seen.waiting, waiting) > 0 { p.quiet { (rest(seen.waiting, waiting)) " more follow." } }
        }
        h2 { "Right or wrong?" }
        p.quiet { "What Cairn would have said, or said. Your verdicts decide whether it may answer by itself here; it learns nothing from the posts." }
        @for (n, item) in to_judge.iter().enumerate() { (card::to_judge(signed, subreddit, item, n, now)) }
        @if to_judge.is_empty() { div.panel.empty { p { "Nothing waits to be judged. New verdicts appear here when someone asks how to get started." } } }
    }
}

/// What was done just now, and the way back where there is one.
fn toast(signed: &Signed, subreddit: &str, asked: &Asked) -> Markup {
    let (said, back) = match asked.did.as_str() {
        "right" => ("Noted: right.", Some("wrong")),
        "wrong" => ("Noted: wrong.", Some("right")),
        "approved" => ("The reply goes out in a moment, unless the post is edited first.", None),
        "refused" => ("That reply is not sent.", None),
        "arrived" => ("Settled: it arrived.", None),
        "missing" => ("It is sent again in a moment.", None),
        "dropped" => ("It is dropped.", None),
        "set" => ("Saved.", None),
        _ => return html! {},
    };
    html! {
        div.toast role="status" {
            p { (said) }
            @if let Some(back) = back {
                (act(signed, "/console/reddit/judge", html! {
                    input type="hidden" name="r" value=(subreddit);
                    input type="hidden" name="id" value=(asked.id);
                    button name="what" value=(back) data-press="u" { "No, it was " (back) " " kbd { "u" } }
                }))
            }
        }
    }
}

/// What a moderator decides about one answer.
#[derive(Debug, Deserialize)]
pub struct Decided {
    r: String,
    id: i64,
    what: String,
    /// The fingerprint of the text that they saw.
    #[serde(default)]
    seen: String,
    /// The comment that they found.
    #[serde(default)]
    comment: String,
}

fn back(decided: &Decided, did: &str) -> Redirect {
    Redirect::to(&format!("/console/reddit?r={}&did={did}&id={}", decided.r, decided.id))
}

/// “Right” or “wrong” was pressed.
pub async fn judge(State(console): State<Console>, sent: Sent<Decided>) -> Result<Redirect, Trouble> {
    let here = place(&console, &sent.signed, &sent.form.r)?;
    let is_right = match sent.form.what.as_str() {
        "right" => true,
        "wrong" => false,
        _ => return Err(Error::refused("Say right or wrong.").into()),
    };
    acts::judge(&console.app.store, &here.by, sent.form.id, is_right, console.app.clock.now()).await?;
    Ok(back(&sent.form, &sent.form.what))
}

/// An answer that waits is sent, or is not.
pub async fn decide(State(console): State<Console>, sent: Sent<Decided>) -> Result<Redirect, Trouble> {
    let here = place(&console, &sent.signed, &sent.form.r)?;
    let (app, form) = (&console.app, &sent.form);
    let did = match form.what.as_str() {
        "approve" => {
            acts::approve(&app.store, &here.by, form.id, Some(&form.seen), app.clock.now()).await?;
            app.nudge.notify_one();
            "approved"
        }
        "refuse" => {
            acts::refuse(&app.store, &here.by, form.id, app.clock.now()).await?;
            "refused"
        }
        _ => return Err(Error::refused("Say whether the reply is to be sent.").into()),
    };
    Ok(back(form, did))
}

/// Whether an answer arrived that may be lost.
pub async fn settle(State(console): State<Console>, sent: Sent<Decided>) -> Result<Redirect, Trouble> {
    let here = place(&console, &sent.signed, &sent.form.r)?;
    let (app, form) = (&console.app, &sent.form);
    let found = match form.what.as_str() {
        "arrived" => Found::Arrived(Some(form.comment.trim()).filter(|comment| !comment.is_empty())),
        "missing" => Found::Missing,
        "dropped" => Found::Dropped,
        _ => return Err(Error::refused("Say whether the reply arrived.").into()),
    };
    acts::settle(&app.store, &here.by, form.id, found, app.clock.now()).await?;
    app.nudge.notify_one();
    Ok(back(form, &form.what))
}

/// Which notice of which subreddit.
#[derive(Debug, Deserialize)]
pub struct Which {
    r: String,
    id: i64,
}

/// Puts a notice aside.
pub async fn put_aside(State(console): State<Console>, sent: Sent<Which>) -> Result<Redirect, Trouble> {
    let here = place(&console, &sent.signed, &sent.form.r)?;
    acts::put_aside(&console.app.store, &here.by, &here.subreddit, sent.form.id).await?;
    Ok(Redirect::to(&format!("/console/reddit?r={}", here.subreddit.as_str())))
}

/// What a subreddit is set to; a box that is not ticked is not sent.
#[derive(Debug, Deserialize)]
pub struct Set {
    r: String,
    mode: String,
    #[serde(default)]
    danger: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    sync: String,
    #[serde(default)]
    flair: String,
}

/// Sets what Cairn does in a subreddit.
pub async fn set(State(console): State<Console>, sent: Sent<Set>) -> Result<Redirect, Trouble> {
    let here = place(&console, &sent.signed, &sent.form.r)?;
    let form = &sent.form;
    let ticked = |value: &str| Some(!value.is_empty());
    let change = Change {
        mode: Some(form.mode.parse()?),
        danger: ticked(&form.danger),
        pin: ticked(&form.pin),
        sync: ticked(&form.sync),
        flair: Some(form.flair.clone()),
    };
    acts::set(&console.app.store, &here.by, &here.subreddit, &change, console.app.clock.now()).await?;
    Ok(Redirect::to(&format!("/console/reddit?r={}&did=set", here.subreddit.as_str())))
}
