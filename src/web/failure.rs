//! What a person sees when something could not be done.

use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use maud::html;
use tracing::error;

use super::layout;
use crate::Error;

/// An error on its way to a person: a refusal is shown, a fault is logged and shown without details.
#[derive(Debug)]
pub struct Failure(StatusCode, Error);

impl Failure {
    /// A refusal with a status of its own.
    pub fn with(status: StatusCode, sentence: &str) -> Self {
        Self(status, Error::refused(sentence))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match &error {
            Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let sentence = match &self.1 {
            Error::Refused(sentence) => sentence.as_str(),
            Error::Fault(cause) => {
                error!(fault = format!("{cause:#}"), "a request failed");
                let usual = "Something failed inside Cairn, and the people who run it can see it in the log. Try again in a minute.";
                crate::error::plainly(cause).unwrap_or(usual)
            }
        };
        let page = html! {
            h1 { "That did not work" }
            p { (sentence) }
            p { a href="/" { "Ask a question" } " or " a href="/guides" { "see all pages" } "." }
        };
        (self.0, layout::page("That did not work", "", page)).into_response()
    }
}

/// For addresses that lead nowhere.
pub async fn no_page(uri: Uri) -> Failure {
    let shown: String = uri.path().chars().take(80).collect();
    Failure::with(StatusCode::NOT_FOUND, &format!("There is no page at {shown}."))
}
