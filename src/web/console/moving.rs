//! Pages that begin, get another name, are retired, or come back.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use maud::html;
use serde::Deserialize;

use super::door::Trouble;
use super::editor::{self, Open};
use super::form::Sent;
use super::frame::{self, Place};
use super::guard::Signed;
use super::writing::Writing;
use super::writing::address;
use super::{Console, conflict, history};
use crate::wiki::{self, Approval, Edited, Rename, drafts, source};
use crate::{Error, Result};

/// What a new page begins with.
#[derive(Debug, Default, Deserialize)]
pub struct Beginning {
    #[serde(default)]
    title: String,
    /// A question that it shall answer.
    #[serde(default)]
    asked: String,
}

/// The editor with a page to begin with.
pub async fn beginning(
    State(console): State<Console>,
    signed: Signed,
    Query(begin): Query<Beginning>,
) -> Result<Response, Trouble> {
    let today = console.app.clock.now().to_zoned(TimeZone::UTC).date();
    let text = source::beginning("", &begin.title, &begin.asked, today);
    let writing = Writing { text: text.clone(), ..Writing::default() };
    let open = Open { slug: "", title: "New page", writing, whole: text };
    let said = html! {
        div.note { strong { "A page begins with what is between the two lines of ---" } p { "The slug is its address and stays; the summary stands under links to it. Below them: the text, with a heading for each question." } }
    };
    Ok(editor::shown(&console, &signed, &open, said).await?.into_response())
}

/// “Publish the page” was pressed.
pub async fn begin(State(console): State<Console>, sent: Sent<Writing>) -> Result<Response, Trouble> {
    let Sent { signed, form } = sent;
    match begun(&console, &signed, &form).await {
        Ok(Edited::Revision { page, revision, .. } | Edited::Unchanged { page, revision }) => {
            Ok(Redirect::to(&format!("/console/pages/{page}?saved={revision}")).into_response())
        }
        Ok(Edited::Draft { draft, .. }) => Ok(Redirect::to(&format!("/console/drafts/{draft}?kept=1")).into_response()),
        Ok(Edited::Stale(stale)) => Ok(conflict::shown(&console, &signed, &form, &stale).await?),
        Err(Error::Refused(why)) => Ok(editor::again(&console, &signed, "", form, &why.text).await?),
        Err(fault) => Err(fault.into()),
    }
}

async fn begun(console: &Console, signed: &Signed, form: &Writing) -> Result<Edited> {
    let (store, now) = (&console.app.store, console.app.clock.now());
    let text = form.text_for("");
    let page = source::read(&text)?;
    let change = form.of_page(&page.front.slug, &text, 0);
    if form.how == "draft" {
        return drafts::save(store, &signed.by, change, now).await;
    }
    wiki::edit(store, &signed.by, change, Approval::setting(console.app.config.second_approver), now).await
}

/// Another name, or the end.
pub async fn more(
    State(console): State<Console>,
    signed: Signed,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let stored = wiki::newest(&console.app.store, &slug).await?;
    let (front, base) = (&stored.page.front, stored.revision);
    let title = format!("Rename or retire {}", front.title);
    let to = |verb: &str| format!("/console/pages/{}/{verb}", front.slug);
    let why = |id: &str| html! { div.field { label for=(id) { "Why?" } input id=(id) name="why" maxlength=(wiki::MAX_REASON_CHARS) autocomplete="off"; } };
    let main = html! {
        p.crumbs { a href="/console" { "Pages" } " / " a href=(address(&front.slug, "")) { (front.title) } " / Rename or retire" }
        h1 { (title) }
        div.panel {
            h2 { "Another name" }
            p { "Old addresses and old names lead on to the page, and its history stays." }
            (frame::act(&signed, &to("rename"), html! {
                input type="hidden" name="base" value=(base);
                div.field { label for="title" { "Title" } input #title name="title" value=(front.title) maxlength="200" required; }
                div.field { label for="slug" { "Address" } input #slug name="slug" value=(front.slug) maxlength="60" required pattern="[^A-Z ]+"; p.hint { "Lower-case letters, digits and hyphens: /guides/" (front.slug) } }
                (why("why-rename"))
                button.main { "Rename" }
            }))
        }
        @if front.retired.is_some() {
            div.panel {
                h2 { "Bring it back" }
                p { "Readers find it again, under its old address." }
                (frame::act(&signed, &to("return"), html! { input type="hidden" name="base" value=(base); (why("why-return")) button { "Bring it back" } }))
            }
        } @else {
            div.panel {
                h2 { "Retire" }
                p { "Readers no longer find it: its address says that there is no such page. Its history stays here, and it can be brought back." }
                (frame::act(&signed, &to("retire"), html! { input type="hidden" name="base" value=(base); (why("why-retire")) button.harm { "Retire this page" } }))
            }
        }
    };
    Ok(frame::page(&console, &signed, Place::Pages, &title, main).await?.into_response())
}

/// Another name.
#[derive(Debug, Deserialize)]
pub struct Name {
    title: String,
    slug: String,
    base: i64,
    #[serde(default)]
    why: String,
}

/// “Rename” was pressed.
pub async fn rename(
    State(console): State<Console>,
    Path(page): Path<String>,
    sent: Sent<Name>,
) -> Result<Response, Trouble> {
    let Sent { signed, form } = sent;
    let wish = Rename { page: &page, slug: form.slug.trim(), title: &form.title, base: form.base, reason: &form.why };
    let approval = Approval::setting(console.app.config.second_approver);
    let edited = wiki::rename(&console.app.store, &signed.by, wish, approval, console.app.clock.now()).await?;
    done(&console, &signed, &page, edited).await
}

/// Which page, as it was seen, is retired or comes back.
#[derive(Debug, Deserialize)]
pub struct Going {
    base: i64,
    #[serde(default)]
    why: String,
}

/// “Retire this page” was pressed.
pub async fn retire(console: State<Console>, page: Path<String>, sent: Sent<Going>) -> Result<Response, Trouble> {
    gone(console, page, sent, true).await
}

/// “Bring it back” was pressed.
pub async fn bring_back(console: State<Console>, page: Path<String>, sent: Sent<Going>) -> Result<Response, Trouble> {
    gone(console, page, sent, false).await
}

async fn gone(
    State(console): State<Console>,
    Path(page): Path<String>,
    sent: Sent<Going>,
    is_to_go: bool,
) -> Result<Response, Trouble> {
    let Sent { signed, form } = sent;
    let (store, now) = (&console.app.store, console.app.clock.now());
    let approval = Approval::setting(console.app.config.second_approver);
    let edited = wiki::retire(store, &signed.by, (&page, form.base), is_to_go, &form.why, approval, now).await?;
    done(&console, &signed, &page, edited).await
}

async fn done(console: &Console, signed: &Signed, slug: &str, edited: Edited) -> Result<Response, Trouble> {
    Ok(match edited {
        Edited::Revision { page, .. } | Edited::Unchanged { page, .. } => {
            Redirect::to(&format!("/console/pages/{page}/history")).into_response()
        }
        Edited::Draft { draft, .. } => Redirect::to(&format!("/console/drafts/{draft}")).into_response(),
        Edited::Stale(stale) => history::newer(console, signed, slug, &stale).await?,
    })
}
