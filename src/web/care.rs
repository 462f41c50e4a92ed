//! The page for somebody who may be in danger: nothing but where to find people, now.

use axum::extract::{Query, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::layout;
use crate::triage;
use crate::triage::care::{BODY, DIRECTORY, EMERGENCY, HEADING, LATER, PEOPLE};

/// The one door for what people type into an address or a search: whoever may be in danger is shown this page, whichever
/// search it was.
pub async fn door(request: Request, next: Next) -> Response {
    let typed = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).map(|typed| typed.0).unwrap_or_default();
    match typed.iter().any(|(_, text)| triage::in_danger("", text)) {
        true => page().into_response(),
        false => next.run(request).await,
    }
}

/// The whole page. It does not repeat what was written.
pub fn page() -> Markup {
    layout::page(
        "Please talk to a person",
        "",
        html! {
            section.answer {
                h1 { (HEADING) }
                p { (BODY) }
                ul {
                    li { (EMERGENCY) }
                    li { a href=(DIRECTORY) { "Find a crisis line in your country" } ": by phone, text or chat, free of charge." }
                    li { (PEOPLE) }
                }
                p { (LATER) }
                p { a href="/" { "Cairn misread you? Ask again" } }
            }
        },
    )
}
