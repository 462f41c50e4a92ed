//! The error pages.

use axum::extract::Request;
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use tracing::error;

use super::layout::{self, Page};
use crate::triage::MAX_CHARS;
use crate::wiki::Listed;
use crate::{Error, Kind};

/// An error page: a refusal is shown, a fault is logged and shown without details.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    error: Error,
    /// Pages that the person may have meant.
    instead: Vec<Listed>,
    /// A query for the search box.
    query: String,
}

impl Failure {
    /// A refusal with this status.
    pub fn with(status: StatusCode, sentence: &str) -> Self {
        Self { status, error: Error::refused(sentence), instead: Vec::new(), query: String::new() }
    }

    /// For unknown addresses.
    pub fn nowhere(uri: &Uri) -> Self {
        let shown: String = uri.path().chars().take(80).collect();
        Self::with(StatusCode::NOT_FOUND, &format!("There is no page at {shown}."))
    }

    /// For an unknown page of the wiki; `near` are the pages with similar names.
    pub fn no_guide(name: &str, near: &[Listed]) -> Self {
        let shown: String = name.chars().take(60).collect();
        let failure = Self::with(StatusCode::NOT_FOUND, &format!("There is no page “{}”.", shown.trim()));
        Self { instead: near.to_vec(), query: shown.replace(['-', '_'], " "), ..failure }
    }

    fn heading(&self) -> &'static str {
        if self.status == StatusCode::NOT_FOUND { "The path ends here" } else { "That did not work" }
    }

    /// Links for the next step: the page that was probably meant, or the search.
    fn ways_on(&self) -> Markup {
        let (first, others) = match self.instead.split_first() {
            Some((first, others)) => (Some(first), others),
            None => (None, self.instead.as_slice()),
        };
        let link = |page: &Listed| format!("/guides/{}", page.slug);
        html! {
            @if let Some(page) = first {
                p { "Perhaps you meant this one:" }
                p { a.button.main.alone href=(link(page)) { (page.title) } }
            }
            @if !others.is_empty() {
                p.quiet { "Or " @for (n, page) in others.iter().enumerate() { @if n > 0 { ", or " } a href=(link(page)) { (page.title) } } "." }
            }
            h2 { "Look for it" }
            (layout::search_box("Search the wiki", &self.query, first.is_none()))
            p.quiet.small { "Every page: " a href="/guides" { "all guides" } ". Starting out: " a href="/" { "how do you get into machine learning?" } }
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match &error {
            Error::Refused(refused) => match refused.kind {
                Kind::NotFound => StatusCode::NOT_FOUND,
                Kind::NotJoined | Kind::NotAllowed => StatusCode::FORBIDDEN,
                Kind::Stale => StatusCode::CONFLICT,
                Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            },
            Error::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, error, instead: Vec::new(), query: String::new() }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let sentence = match &self.error {
            Error::Refused(refused) => refused.text.clone(),
            Error::Fault(cause) => {
                let (sentence, code) = crate::error::told(cause);
                error!(code, fault = format!("{cause:#}"), "a request failed");
                sentence
            }
        };
        let main = html! { div.empty { h1 { (self.heading()) } p { (sentence) } (self.ways_on()) } };
        (self.status, Page::new(self.heading()).without_search().show(main)).into_response()
    }
}

/// For unknown addresses. An address with extra slashes at its end redirects to the one without.
pub async fn no_page(method: Method, uri: Uri) -> Response {
    match shorter(&uri) {
        Some(address) if matches!(method, Method::GET | Method::HEAD) => Redirect::permanent(&address).into_response(),
        _ => Failure::nowhere(&uri).into_response(),
    }
}

/// The address without the slashes at its end. An address with two slashes at its start would lead to another site.
fn shorter(uri: &Uri) -> Option<String> {
    let path = uri.path();
    let short = path.trim_end_matches('/');
    let is_ours = short.starts_with('/') && !short.starts_with("//") && !short.contains('\\');
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    (is_ours && short != path).then(|| format!("{short}{query}"))
}

/// Replaces the framework's own error answers by a page with a plain sentence.
pub async fn plainly(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page || !response.status().is_client_error() {
        return response;
    }
    let allowed = response.headers().get(header::ALLOW).cloned();
    let mut page = refusal(response.status()).into_response();
    page.headers_mut().extend(allowed.map(|methods| (header::ALLOW, methods)));
    page
}

fn refusal(status: StatusCode) -> Failure {
    let sentence = match status {
        StatusCode::BAD_REQUEST => {
            "That address cannot be read: a part of it is broken, or stands in it twice. Use the search box, or ask a question."
        }
        StatusCode::METHOD_NOT_ALLOWED => "Nothing can be sent to this address. Open it as a page instead.",
        StatusCode::PAYLOAD_TOO_LARGE => return too_long(),
        StatusCode::NOT_FOUND => "There is no page at this address.",
        _ => "That request cannot be read. Go back and send it again.",
    };
    Failure::with(status, sentence)
}

/// The refusal of a text that is too long.
pub fn too_long() -> Failure {
    let sentence = format!("That text is longer than the {MAX_CHARS} characters Cairn reads; go back and shorten it.");
    Failure::with(StatusCode::PAYLOAD_TOO_LARGE, &sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_end_lead_on_within_the_site() {
        let table = [
            ("/guides/", Some("/guides")),
            ("/guides/hardware/?a=b", Some("/guides/hardware?a=b")),
            ("/papers//", Some("/papers")),
            ("/guides", None),
            ("/", None),
            ("//evil.example/", None),
            ("//", None),
        ];
        for (asked, expected) in table {
            let uri = Uri::builder().path_and_query(asked).build().unwrap();
            assert_eq!(shorter(&uri).as_deref(), expected, "{asked}");
        }
    }
}
