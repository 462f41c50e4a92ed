//! The page for a person who may be in danger: only where to find help now.

use axum::extract::{Query, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::layout::Page;
use crate::triage;
use crate::triage::care::{BODY, DIRECTORY, EMERGENCY, HEADING, LATER};

/// Checks the query of every request. If its author may be in danger, this page is shown instead of any search result.
pub async fn door(request: Request, next: Next) -> Response {
    let typed = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).map(|typed| typed.0).unwrap_or_default();
    match typed.iter().any(|(_, text)| triage::in_danger("", text)) {
        true => page().into_response(),
        false => next.run(request).await,
    }
}

/// The whole page. It does not repeat the person's text.
pub fn page() -> Markup {
    let main = html! {
        article.calm {
            h1 { (HEADING) }
            p { (BODY) }
            ul.lines {
                li {
                    strong { "If you are in danger right now" }
                    span { "Call your emergency number: " @for (n, (number, place)) in EMERGENCY.iter().enumerate() { @if n > 0 { ", " } a href=(format!("tel:{number}")) { (number) } " " (place) } "." }
                }
                li {
                    a href=(DIRECTORY) { "Find a crisis line in your country" }
                    span { "By phone, text or chat. It is free, and you needn't give your name." }
                }
                li {
                    strong { "Talk to somebody near you" }
                    span { "A friend, a parent, a teacher, a doctor, or people of this community whom you trust. “I'm not doing well, can you stay with me?” is enough to say." }
                }
            }
            p { (LATER) }
            p.quiet { a href="/" { "Cairn misread you? Ask again" } }
        }
    };
    Page::new("Please talk to a person").about("Where to find people to talk to, now.").without_search().show(main)
}
