//! The triage desk: a card for each person, the words that decided marked, one button for each consequence.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::door::Trouble;
use super::form::Sent;
use super::frame::{self, Place, act};
use super::guard::Signed;
use super::{Console, bulk, place, words};
use crate::community::Community;
use crate::desk::cards::{self, Card, Case};
use crate::desk::judging::{self, Readiness, Says};
use crate::desk::{UNDO, judged, many};
use crate::triage::measure::Share;
use crate::triage::{Action, Reason, Track, Verdict};
use crate::web::layout::encoded;
use crate::web::markdown;
use crate::{Kind, Result, welcome};

/// How many cards stand on the desk at a time.
const SHOWN: usize = 20;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The verdict that was just judged.
    #[serde(default)]
    said: String,
    /// Whether somebody had judged it before.
    #[serde(default)]
    late: Option<u8>,
    /// How many were judged at once, how many had been before, and when.
    #[serde(default)]
    many: Option<usize>,
    #[serde(default)]
    left: usize,
    #[serde(default)]
    batch: Option<Timestamp>,
}

/// The key that always means this guide.
const fn key(track: Track) -> &'static str {
    match track {
        Track::HighSchool => "s",
        Track::Engineer => "e",
        Track::Researcher => "r",
        Track::Hacker => "h",
    }
}

/// The desk.
pub async fn desk(
    State(console): State<Console>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let Some(community) = place::server(&console, &signed) else {
        return Ok(frame::nowhere(&console, &signed, Place::Desk, "Desk").await?.into_response());
    };
    let all = cards::waiting(store, &signed.by, &community, now).await?;
    let waiting: usize = all.iter().map(|card| card.cases.len()).sum();
    let ready = judging::readiness(store, &signed.by, &community, now).await?;
    let mut shown = Vec::new();
    for (n, card) in all.iter().take(SHOWN).enumerate() {
        shown.push(self::card(&console, &signed, &community, card, n, now).await?);
    }
    let toast = match asked.many {
        Some(many) => bulk::toast(&signed, (many, asked.left, asked.batch.unwrap_or(Timestamp::MIN)), now),
        None => toast(&console, &signed, &community, &asked, now).await?,
    };
    let main = html! {
        h1 { "Desk" }
        p.quiet {
            @if waiting == 0 { "Nothing waits to be judged." } @else if waiting == 1 { "One verdict waits." } @else { (waiting) " verdicts wait." }
            " You see what Cairn answered where everybody can read it. Say whether it was right; for " (UNDO.as_secs()) " seconds you can take that back."
        }
        @if waiting > 1 { p { a.button href="/console/desk/many" { "Judge many at once" } } }
        div.split.desk {
            div {
                @for card in &shown { (card) }
                @if shown.is_empty() { div.panel.empty { p { "New verdicts appear here when Cairn answers a post, or when someone points it at one." } } }
                @if all.len() > SHOWN { p.quiet { "The rest of " (all.len()) " people follow when these are judged." } }
                (toast)
            }
            aside aria-labelledby="ready" { (readiness(&ready)) (keys()) }
        }
    };
    Ok(frame::page(&console, &signed, Place::Desk, "Desk", main).await?.into_response())
}

async fn card(
    console: &Console,
    signed: &Signed,
    community: &Community,
    card: &Card,
    n: usize,
    now: Timestamp,
) -> Result<Markup> {
    let name = console.member(community, &card.author).await;
    let beside = match &card.beside {
        Some(above) => Some(console.member(community, above).await),
        None => None,
    };
    let mut cases = Vec::new();
    for case in &card.cases {
        let whole = whole(console, case).await?;
        cases.push(self::case(signed, case, &whole, n, now));
    }
    Ok(html! {
        article.panel.desk-card.now[n == 0] id=(format!("card-{n}")) tabindex="-1" aria-label=(format!("Posts of {name}")) {
            header {
                strong { (name) }
                @if card.cases.len() > 1 { span { (card.cases.len()) " verdicts" } }
                @if let Some(beside) = &beside { span { "in the same thread as " (beside) } }
                @if card.before == 1 { span { "one judged before" } } @else if card.before > 1 { span { (card.before) " judged before" } }
            }
            @for case in &cases { (case) }
        }
    })
}

fn case(signed: &Signed, case: &Case, whole: &Markup, n: usize, now: Timestamp) -> Markup {
    let verdict = &case.verdict;
    html! {
        p.quiet.small {
            @if let Some(link) = &case.link { a href=(link) rel="noreferrer" { "The post" } ", " }
            (words::ago(case.at, now)) ", "
            @if case.is_unasked { "answered by itself" } @else { "someone pointed Cairn at it" }
            @match case.opinion.as_deref() {
                Some("good") => { ", its author says 👍" }
                Some("bad") => { ", its author says 👎" }
                _ => {}
            }
        }
        blockquote {
            @if !case.title.is_empty() { p { strong { (marked(&case.title, &verdict.reasons)) } } }
            @for part in case.body.split("\n\n").filter(|part| !part.trim().is_empty()) { p { (marked(part, &verdict.reasons)) } }
        }
        div.would { p { (words::answered(verdict)) } }
        details { summary { "See the whole answer" } div.inside { (whole) } }
        (act(signed, "/console/desk/judge", html! {
            input type="hidden" name="source" value=(case.source);
            (buttons(verdict, n))
        }))
    }
}

/// One button for each consequence; a key never changes its meaning.
fn buttons(verdict: &Verdict, n: usize) -> Markup {
    let answered = verdict.track.filter(|_| verdict.action == Action::Answer);
    let others = Track::ALL.into_iter().filter(|track| Some(*track) != answered);
    html! {
        div.row {
            @match answered {
                Some(track) => button.main name="says" value=(track.slug()) data-press=(key(track)) { "Right: the " (track.title()) " " kbd { (key(track)) } },
                None => button.main name="says" value="right" data-press="a" {
                    @if verdict.action == Action::Ask { "Right to ask back " } @else { "Right to say nothing " } kbd { "a" }
                },
            }
            button name="says" value="other" data-press="n" { "Not a newcomer’s question " kbd { "n" } }
            a.button.bare href=(format!("#card-{}", n + 1)) { "Decide later " kbd { "l" } }
        }
        details.others {
            summary { "Another guide …" }
            div.row.inside {
                @for track in others {
                    button name="says" value=(track.slug()) data-press=(key(track)) { (track.title()) " " kbd { (key(track)) } }
                }
            }
        }
    }
}

/// A text with the author's words that decided marked.
pub fn marked(text: &str, reasons: &[Reason]) -> Markup {
    let mut spans: Vec<(usize, usize)> = reasons
        .iter()
        .filter(|reason| !reason.quote.is_empty())
        .flat_map(|reason| text.match_indices(&reason.quote).map(|(at, found)| (at, at + found.len())))
        .collect();
    spans.sort_unstable();
    let mut parts: Vec<(bool, &str)> = Vec::new();
    let mut at = 0;
    for (start, end) in spans {
        if start >= at {
            parts.push((false, &text[at..start]));
            parts.push((true, &text[start..end]));
            at = end;
        }
    }
    parts.push((false, &text[at..]));
    html! { @for (is_marked, part) in parts { @if is_marked { mark { (part) } } @else { (part) } } }
}

/// The answer as it was given, by the guides of now.
async fn whole(console: &Console, case: &Case) -> Result<Markup> {
    let verdict = &case.verdict;
    if verdict.action == Action::Silent {
        return Ok(html! { p { "Cairn said nothing." } });
    }
    let welcome = welcome::welcome(&console.app.store, verdict, "").await?;
    Ok(match &welcome.guide {
        Some(guide) => html! {
            p { strong { (guide.title) } }
            p { (welcome.why()) }
            p { (guide.summary) }
            (markdown::render(&guide.steps))
            @if let Some(otherwise) = welcome.otherwise() { p.quiet { (otherwise) } }
        },
        None => html! { p { "Which of the four guides fits you?" } },
    })
}

/// What was just said, and the way back, for as long as there is one; or who was faster.
async fn toast(
    console: &Console,
    signed: &Signed,
    community: &Community,
    asked: &Asked,
    now: Timestamp,
) -> Result<Markup> {
    let source = asked.said.as_str();
    if source.is_empty() {
        return Ok(html! {});
    }
    let Some((author, judgement)) = judged(&console.app.store, &signed.by, community, source).await? else {
        return Ok(html! {});
    };
    let is_own = judgement.actor == signed.by.actor();
    let left = if is_own { many::left(judgement.at, now) } else { 0 };
    let name = console.member(community, &author).await;
    let who = if is_own { "You".to_owned() } else { console.author(signed, &judgement.actor).await };
    Ok(html! {
        div.toast role="status" {
            p {
                @if asked.late.is_some() {
                    @if is_own { "You have judged that already: " } @else { (who) " was faster and said: " }
                    (judgement.told()) ". Nothing was changed."
                } @else {
                    "Noted for " strong { (name) } ": " (judgement.told()) "."
                }
                @if left > 0 { " You can take it back for " (left) " seconds." }
            }
            @if left > 0 {
                (act(signed, "/console/desk/undo", html! {
                    input type="hidden" name="source" value=(source);
                    button data-press="u" { "Undo " kbd { "u" } }
                }))
            }
        }
    })
}

fn readiness(ready: &Readiness) -> Markup {
    let Readiness { answers, tracks, demand, because, .. } = ready;
    // Rounded down, so that the shown bound is never too high.
    let low = (answers.low * 100.0).floor();
    let bound = (demand.bound * 100.0).floor();
    html! {
        div.panel {
            h2 #ready { "Ready to answer by itself?" }
            @match because {
                None => p { strong { "Yes." } " It was right in " (answers.hits) " of " (answers.of) " answers, which shows at least " (low) " %." },
                Some(why) => p { strong { "Not yet: " } (why) },
            }
            @if answers.of > 0 {
                meter min="0" max="100" low=(bound - 10.0) high=(bound) optimum="100" value=(low) aria-label="Precision, lower bound" { (low) " %" }
                dl.pairs {
                    @for (track, Share { hits, of, .. }) in tracks { dt { (track.title()) } dd { (hits) " of " (of) } }
                }
            }
            p.quiet.small { "From your own verdicts of this community; texts of members are never learnt from. " a href="/console/examples" { "Write an example" } " instead." }
        }
    }
}

fn keys() -> Markup {
    frame::keys(&html! {
        @for track in Track::ALL { li { kbd { (key(track)) } " the " (track.title()) " is right" } }
        li { kbd { "a" } " asking back, or saying nothing, was right" }
        li { kbd { "n" } " not a newcomer’s question" }
        li { kbd { "l" } " decide later" }
        li { kbd { "j" } " " kbd { "k" } " next card and back" }
        li { kbd { "u" } " undo" }
        li { kbd { "?" } " this list" }
    })
}

/// What a moderator says.
#[derive(Debug, Deserialize)]
pub struct Said {
    source: String,
    says: String,
}

/// Judges a verdict.
pub async fn judge(State(console): State<Console>, sent: Sent<Said>) -> Result<Redirect, Trouble> {
    let community = place::must_have(&console, &sent.signed)?;
    let Said { source, says } = &sent.form;
    let (store, now) = (&console.app.store, console.app.clock.now());
    let judged = judging::judge(store, &sent.signed.by, &community, source, Says::read(says)?, now).await;
    let late = match judged {
        Ok(_) => "",
        // The desk says by name who was faster.
        Err(error) if error.kind() == Some(Kind::Stale) => "&late=1",
        Err(error) => return Err(error.into()),
    };
    Ok(Redirect::to(&format!("/console/desk?said={}{late}", encoded(source))))
}

/// Which verdict.
#[derive(Debug, Deserialize)]
pub struct Which {
    source: String,
}

/// Deletes a judgement.
pub async fn undo(State(console): State<Console>, sent: Sent<Which>) -> Result<Redirect, Trouble> {
    let community = place::must_have(&console, &sent.signed)?;
    let (store, now) = (&console.app.store, console.app.clock.now());
    let source = &sent.form.source;
    match judging::undo(store, &sent.signed.by, &community, source, now).await {
        Ok(()) => Ok(Redirect::to("/console/desk")),
        // The desk says by name whose judgement it is.
        Err(error) if error.kind() == Some(Kind::Stale) => {
            Ok(Redirect::to(&format!("/console/desk?said={}&late=1", encoded(source))))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_decided_are_marked_and_nothing_else_is_markup() {
        let reason = |quote: &str| Reason { quote: quote.to_owned(), speaks_for: "engineer" };
        let shown =
            marked("I am a <b>backend developer</b>, a developer", &[reason("backend developer"), reason("developer")]);
        assert_eq!(
            shown.into_string(),
            "I am a &lt;b&gt;<mark>backend developer</mark>&lt;/b&gt;, a <mark>developer</mark>"
        );
        assert_eq!(marked("", &[reason("x")]).into_string(), "");
    }

    #[test]
    fn each_key_has_one_meaning() {
        let mut keys: Vec<&str> = Track::ALL.into_iter().map(key).chain(["a", "n", "l", "j", "k", "u", "?"]).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
