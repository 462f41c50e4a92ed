//! The pages of those who are not let in, and of what went wrong: they need no session.

use axum::http::StatusCode;
use maud::{Markup, html};
use tracing::error;

use super::assets;
use crate::Error;
use crate::web::layout;

/// The mark, which leads somewhere.
pub fn brand(to: &str) -> Markup {
    html! { a.brand href=(to) { img src="/mark.svg" alt="" width="34" height="34"; "Cairn " small { "console" } } }
}

/// A whole page around its body.
pub fn whole(title: &str, body: Markup) -> Markup {
    let head = html! {
        meta name="robots" content="noindex";
        link rel="stylesheet" href=(assets::STYLE.address());
        (layout::icon())
        script src=(assets::SCRIPT.address()) defer {}
    };
    layout::document(&format!("{title} · Cairn"), &head, &html! { body.console { (layout::skip()) (body) } })
}

/// A page of the console without the rail: for those who are not in, or not for this.
pub fn bare(title: &str, main: Markup) -> Markup {
    whole(
        title,
        html! {
            header.top { div.wrap { (brand("/console")) } }
            main #main { div.wrap.page { div.column { (main) } } }
        },
    )
}

/// A page of one heading and one sentence.
pub fn plain(status: StatusCode, heading: &str, sentence: &str) -> (StatusCode, Markup) {
    (
        status,
        bare(heading, html! { h1 { (heading) } p.lead { (sentence) } p { a href="/console" { "Go to the console" } } }),
    )
}

/// What somebody sees who is not signed in: how to get in, and nothing else.
pub fn signed_out() -> (StatusCode, Markup) {
    let main = html! {
        div.door.panel {
            h1 { "Ask for a link" }
            p { "Moderators come in by a link that works once. Type " code { "/mod console" } " on Discord, or " code { "cairn console" } " in a terminal." }
            p.quiet.small { "Are you looking for the guides? " a href="/" { "They are here." } }
        }
    };
    (StatusCode::UNAUTHORIZED, bare("Ask for a link", main))
}

/// The status and the sentence of what went wrong.
pub fn told(error: Error) -> (StatusCode, String) {
    match error {
        Error::Refused(refused) => (StatusCode::FORBIDDEN, refused.text),
        Error::Fault(cause) => {
            let (sentence, code) = crate::error::told(&cause);
            error!(code, fault = format!("{cause:#}"), "a request of the console failed");
            (StatusCode::INTERNAL_SERVER_ERROR, sentence)
        }
    }
}

/// What somebody sees who may not do that.
pub fn refused(error: Error) -> (StatusCode, Markup) {
    let (status, sentence) = told(error);
    plain(status, "That is not open to you", &sentence)
}

/// An error on its way to a moderator: a refusal is shown, a fault is logged and shown without details.
#[derive(Debug)]
pub struct Trouble(Error);

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl axum::response::IntoResponse for Trouble {
    fn into_response(self) -> axum::response::Response {
        let (status, sentence) = told(self.0);
        let status = if status == StatusCode::FORBIDDEN { StatusCode::UNPROCESSABLE_ENTITY } else { status };
        plain(status, "That did not work", &sentence).into_response()
    }
}
