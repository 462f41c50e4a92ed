//! Changes that wait for a second look: compared, published, turned down, taken further.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::diffing::{Side, counted, difference};
use super::door::Trouble;
use super::editor::fixes;
use super::entry::Bare;
use super::form::Sent;
use super::frame::{self, Place};
use super::guard::Signed;
use super::{Console, words};
use crate::Result;
use crate::community::Role;
use crate::wiki::drafts::{self, Draft, DraftView};
use crate::wiki::{Approval, Edited, Stale, check};

/// The drafts that wait.
pub async fn list(State(console): State<Console>, signed: Signed) -> Result<Response, Trouble> {
    let found = drafts::list(&console.app.store, &signed.by).await?;
    let mut items = Vec::new();
    for draft in &found {
        let who = console.author(&signed, &draft.author).await;
        items.push(html! {
            li {
                p { a href=(format!("/console/drafts/{}", draft.id)) { (draft.page) (part(draft)) } @if !draft.reason.is_empty() { ": " (draft.reason) } }
                p.who { (who) ", " (words::ago(draft.at, console.app.clock.now())) " · based on revision " (draft.base) }
            }
        });
    }
    let main = html! {
        h1 { "Drafts" }
        @if items.is_empty() {
            p.empty { "Nothing waits for a second look. Whoever saves can send a text here instead, so that somebody else reads it first." }
        } @else {
            p.quiet { "Changes that wait for somebody to read them once more." }
            ul.past { @for item in items { (item) } }
        }
    };
    Ok(frame::page(&console, &signed, Place::Drafts, "Drafts", main).await?.into_response())
}

fn part(draft: &Draft) -> String {
    match draft.section.as_deref() {
        None => String::new(),
        Some("") => ", first part".to_owned(),
        Some(anchor) => format!("#{anchor}"),
    }
}

/// One draft, with what it changes.
pub async fn one(State(console): State<Console>, signed: Signed, Path(id): Path<i64>) -> Result<Response, Trouble> {
    let shown = drafts::show(&console.app.store, &signed.by, id).await?;
    let who = console.author(&signed, &shown.draft.author).await;
    let found = check::of_text(&console.app.store, &shown.draft.page, &shown.after).await?;
    let draft = &shown.draft;
    let title = format!("Draft {id}: {}{}", draft.page, part(draft));
    let main = html! {
        p.crumbs { a href="/console/drafts" { "Drafts" } " / " (id) }
        h1 { (title) }
        ul.facts {
            li { "by " (who) }
            li { (words::ago(draft.at, console.app.clock.now())) }
            li { "based on revision " (draft.base) }
            li { (counted(&shown.before, &shown.after)) }
        }
        @if !draft.reason.is_empty() { p.lead.column { (draft.reason) } }
        @if let Some(stale) = &shown.stale { (behind(&console, &signed, &shown, stale).await) }
        (difference(&shown.before, &shown.after, Side::Both))
        (fixes(&found))
        (buttons(&console, &signed, &shown))
    };
    Ok(frame::page(&console, &signed, Place::Drafts, &title, main).await?.into_response())
}

async fn behind(console: &Console, signed: &Signed, shown: &DraftView, stale: &Stale) -> Markup {
    let (who, draft) = (console.author(signed, &stale.author).await, &shown.draft);
    html! {
        div.note.warn {
            strong { (who) " changed the same text since" }
            p { "The page is at revision " (stale.revision) " by now. Go on from the draft in the editor: when you save, you see all three texts." }
            p { a href=(format!("/console/pages/{}?draft={}", draft.page, draft.id)) { "Bring them together" } }
        }
    }
}

/// What somebody may do with a draft; who may not is told why.
fn buttons(console: &Console, signed: &Signed, shown: &DraftView) -> Markup {
    let (draft, second) = (&shown.draft, console.app.config.second_approver);
    let is_own = draft.author == signed.by.actor();
    let is_approver = signed.by.role() >= Role::Approver;
    let act = |verb: &str| format!("/console/drafts/{}/{verb}", draft.id);
    html! {
        div.bar {
            @if second && is_own {
                p.quiet { "This draft is your own: somebody else publishes it." }
            } @else if second && !is_approver {
                p.quiet { "An approver publishes it." }
            } @else if shown.stale.is_none() {
                (frame::act(signed, &act("publish"), html! { button.main { "Publish" } }))
            }
            @if draft.base > 0 { a.button href=(format!("/console/pages/{}?draft={}", draft.page, draft.id)) { "Go on writing" } }
            @if is_own || is_approver {
                (frame::act(signed, &act("discard"), html! { button.harm { @if is_own { "Take it back" } @else { "Turn it down" } } }))
            }
        }
    }
}

/// “Publish” was pressed.
pub async fn publish(
    State(console): State<Console>,
    Path(id): Path<i64>,
    sent: Sent<Bare>,
) -> Result<Response, Trouble> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let approval = Approval::setting(console.app.config.second_approver);
    Ok(match drafts::publish(store, &sent.signed.by, id, approval, now).await? {
        Edited::Revision { page, revision, .. } | Edited::Unchanged { page, revision } => {
            Redirect::to(&format!("/console/pages/{page}?saved={revision}")).into_response()
        }
        // It waits as before; its page says who was faster.
        Edited::Stale(_) | Edited::Draft { .. } => {
            (StatusCode::SEE_OTHER, Redirect::to(&format!("/console/drafts/{id}"))).into_response()
        }
    })
}

/// “Turn it down” was pressed.
pub async fn discard(
    State(console): State<Console>,
    Path(id): Path<i64>,
    sent: Sent<Bare>,
) -> Result<Response, Trouble> {
    drafts::discard(&console.app.store, &sent.signed.by, id, console.app.clock.now()).await?;
    Ok(Redirect::to("/console/drafts").into_response())
}
