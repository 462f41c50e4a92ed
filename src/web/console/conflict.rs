//! Two people changed the same text: theirs, yours and where both began, with a joined text where that is possible. Nothing
//! is lost, whichever button is pressed.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::diffing::{Side, difference};
use super::form::TOKEN;
use super::frame::{self, Place};
use super::guard::Signed;
use super::writing::Writing;
use super::writing::address;
use super::{Console, words};
use crate::Result;
use crate::wiki::{self, Stale, merge};

/// The page on which two texts are brought together.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn shown(console: &Console, signed: &Signed, form: &Writing, stale: &Stale) -> Result<Response> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let base = match stale.base {
        0 => String::new(),
        number => wiki::revision(store, &stale.page, number).await?.source,
    };
    let newest = wiki::revision(store, &stale.page, stale.revision).await?;
    let theirs = &stale.current;
    // A section that is there still is looked at alone; otherwise the whole page is.
    let base = match (form.anchor(), &stale.section) {
        (Some(anchor), Some(_)) => wiki::section_text(&base, anchor)?,
        _ => base,
    };
    let yours = stale.yours.as_str();
    let section = if stale.section.is_some() { form.section.as_str() } else { "" };
    let joined = merge::joined(&base, yours, theirs);
    let who = console.author(signed, &stale.author).await;
    let title = format!("{who} and you changed the same text");
    let main = html! {
        p.crumbs { a href="/console" { "Pages" } " / " a href=(address(&stale.page, "")) { (stale.page) } }
        h1 { (title) }
        p.lead.column { "Nothing is lost and nothing is saved yet. Below are all three texts" @if joined.is_some() { ", and one that joins yours with theirs" } "." }
        div.three {
            section.mine { h2 { "Yours" } p.quiet.small { "Not saved" } (difference(&base, yours, Side::New)) }
            section.theirs {
                h2 { (who) "’s, revision " (stale.revision) }
                p.quiet.small { "Saved " (words::ago(newest.at, now)) @if !newest.reason.is_empty() { ", “" (newest.reason) "”" } }
                (difference(&base, theirs, Side::New))
            }
            section {
                h2 { "Where you both began" }
                p.quiet.small { @if stale.base == 0 { "There was no such page" } @else { "Revision " (stale.base) } }
                (difference(&base, theirs, Side::Old))
            }
        }
        (joining(signed, form, stale, section, joined.as_ref(), &who))
        (whole_texts(yours, theirs))
    };
    let page = frame::page(console, signed, Place::Pages, &title, main).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

fn joining(
    signed: &Signed,
    form: &Writing,
    stale: &Stale,
    section: &str,
    joined: Option<&merge::Joined>,
    who: &str,
) -> Markup {
    let to = format!("/console/pages/{}", stale.page);
    let how = if form.how == "draft" { "draft" } else { "save" };
    let fields = |text: Option<&str>| {
        html! {
            input type="hidden" name=(TOKEN) value=(signed.token);
            input type="hidden" name="base" value=(stale.revision);
            input type="hidden" name="section" value=(section);
            input type="hidden" name="why" value=(form.why);
            @if form.facts.is_some() { input type="hidden" name="facts" value="checked"; }
            @if let Some(review) = &form.review { input type="hidden" name="review" value=(review); }
            @if let (Some(asked), false) = (&form.asked, section.is_empty()) { input type="hidden" name="asked" value=(asked); }
            @if let Some(text) = text { textarea hidden name="text" { "\n" (text) } }
        }
    };
    html! {
        form.editor method="post" action=(to) data-key=(format!("{}{section} joined", stale.page)) {
            (fields(None))
            h2 { @if joined.is_some() { "Joined" } @else { "Bring them together" } }
            div.field {
                label for="joined" {
                    @match joined {
                        Some(joined) if joined.by_words => { "You both changed the same line: read it once, change what you like" }
                        Some(_) => { "Read it once, change what you like" }
                        None => { "Your changes and theirs contradict each other. This is your text; put what is theirs into it" }
                    }
                }
                textarea.source #joined name="text" rows="14" { "\n" (joined.map_or(stale.yours.as_str(), |joined| joined.text.as_str())) }
            }
            div.bar {
                button.main name="how" value=(how) { @if joined.is_some() { "Save the joined text" } @else { "Save this text" } }
                a.button href=(address(&stale.page, section)) data-leave { "Keep " (who) "’s, drop mine" }
                button.harm form="over" name="how" value=(how) { "Put mine over " (who) "’s" }
            }
        }
        form #over method="post" action=(to) { (fields(Some(&stale.yours))) }
        p.quiet.small { "Whatever you choose, " (who) "’s text stays in the history as revision " (stale.revision) "." }
    }
}

fn whole_texts(yours: &str, theirs: &str) -> Markup {
    html! {
        details { summary { "Your whole text" } pre tabindex="0" { code { (yours) } } }
        details { summary { "Their whole text" } pre tabindex="0" { code { (theirs) } } }
    }
}
