//! Forms of the console. One that cannot be taken, because its sender is not signed in any more, say, comes back as a
//! page that holds all of it: nothing that somebody wrote is lost.

use std::time::Duration;

use axum::Form;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::guard::{self, Signed, Stopped};
use super::{Console, door};
use crate::Error;
use crate::community::{ACTS, LOOKS};
use crate::store::secret;
use crate::wiki::MAX_PAGE_BYTES;

/// The most bytes of a form: a page of the greatest length, each byte percent-encoded and each line end as a browser
/// sends it, and some more.
const MAX_FORM_BYTES: usize = 6 * MAX_PAGE_BYTES + 100_000;
/// How long a form may take to arrive, and how long it waits for others.
const ARRIVAL: Duration = Duration::from_secs(60);
const TURN: Duration = Duration::from_secs(5);
const FORM: &str = "application/x-www-form-urlencoded";
/// The field that holds the session's token.
pub const TOKEN: &str = "token";
/// The fields that hold what somebody has written, and what a person would call them.
const WRITTEN: [(&str, &str); 2] = [("text", "Your text"), ("why", "Why")];

/// A form that somebody has sent from a page of their own session.
#[derive(Debug)]
pub struct Sent<T> {
    /// Who.
    pub signed: Signed,
    /// What.
    pub form: T,
}

/// A form's names and values, in order.
type Fields = Vec<(String, String)>;

impl<T: DeserializeOwned> FromRequest<Console> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Response> {
        Self::taken(request, console, ACTS).await
    }
}

/// A form that asks to see something and changes nothing: its sender's role may have been told a little longer ago.
#[derive(Debug)]
pub struct Looked<T>(pub Sent<T>);

impl<T: DeserializeOwned> FromRequest<Console> for Looked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Response> {
        Sent::taken(request, console, LOOKS).await.map(Self)
    }
}

impl<T: DeserializeOwned> Sent<T> {
    async fn taken(request: Request, console: &Console, fresh: Duration) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        if guard::is_foreign(&parts.headers) {
            return Err(guard::foreign());
        }
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with(FORM) {
            return Err(unreadable());
        }
        // Forms of strangers, which may never end, take no turn from those who are signed in.
        let is_signed_in = guard::is_signed_in(console, &parts.headers).await;
        let turns = if is_signed_in { &console.forms } else { &console.strangers };
        let Ok(Ok(_turn)) = timeout(TURN, turns.acquire()).await else { return Err(busy()) };
        let bytes = match timeout(ARRIVAL, to_bytes(body, MAX_FORM_BYTES)).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(_)) => return Err(too_long()),
            Err(_) => return Err(busy()),
        };
        let Ok(fields) = read::<Fields>(&bytes).await else { return Err(unreadable()) };
        let signed = match Signed::find(console, &parts.headers, fresh).await {
            Ok(signed) => signed,
            Err(Stopped::SignedOut) => return Err(kept_for_later(&parts.uri, &fields)),
            Err(Stopped::Refused(error)) => return Err(kept_without_role(&parts.uri, &fields, error)),
        };
        let token = fields.iter().find(|(name, _)| name == TOKEN).map(|(_, value)| value.as_str());
        if !token.is_some_and(|token| secret::same(token, &signed.token)) {
            return Err(kept_to_confirm(&parts.uri, &fields, &signed));
        }
        match read(&bytes).await {
            Ok(form) => Ok(Self { signed, form }),
            Err(()) => Err(unreadable()),
        }
    }
}

/// Reads a form's bytes as axum reads a form.
async fn read<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, ()> {
    let request = Request::post("/").header(header::CONTENT_TYPE, FORM).body(Body::from(bytes.clone()));
    let Form(form) = Form::from_request(request.map_err(|_| ())?, &()).await.map_err(|_| ())?;
    Ok(form)
}

fn unreadable() -> Response {
    let sentence = "That form cannot be read. Go back, load the page again, and send it again.";
    door::plain(StatusCode::BAD_REQUEST, "That did not work", sentence).into_response()
}

fn busy() -> Response {
    let sentence = "Your form did not arrive in time. Go back and send it again; your text is still there.";
    door::plain(StatusCode::SERVICE_UNAVAILABLE, "That took too long", sentence).into_response()
}

fn too_long() -> Response {
    let sentence = format!(
        "That text has more than the {MAX_PAGE_BYTES} bytes that a page may have. Go back and split it in two; it is still \
         there."
    );
    door::plain(StatusCode::PAYLOAD_TOO_LARGE, "That text is too long", &sentence).into_response()
}

/// A form whose sender is not signed in any more. It comes back whole, and can be sent again after signing in.
fn kept_for_later(to: &Uri, fields: &Fields) -> Response {
    let main = html! {
        h1 { "Your sign-in has ended" }
        p.lead { "Nothing was saved, and nothing is lost: what you wrote stands below." }
        ol {
            li { "Leave this page open." }
            li { "Get a new link: type " code { "/mod console" } " on Discord, or " code { "cairn console" } " in a terminal, and open it in this browser, in another tab." }
            li { "Come back here and press the button." }
        }
        (again(to, fields, None, "I’m signed in again: go on"))
    };
    (StatusCode::UNAUTHORIZED, door::bare("Your sign-in has ended", main)).into_response()
}

/// A form of somebody whose role has gone, or cannot be told now.
fn kept_without_role(to: &Uri, fields: &Fields, error: Error) -> Response {
    let (status, sentence) = door::told(error);
    let main = html! {
        h1 { "That was not done" }
        p.lead { (sentence) }
        p { "Nothing was saved, and nothing is lost: what you wrote stands below." }
        (again(to, fields, None, "Try again"))
    };
    (status, door::bare("That was not done", main)).into_response()
}

/// A form from a page of another session: of an earlier sign-in, mostly. Its sender looks at it once more.
fn kept_to_confirm(to: &Uri, fields: &Fields, signed: &Signed) -> Response {
    let main = html! {
        h1 { "Send this?" }
        p.lead { "This form is from before you signed in, so nothing was done yet. Look at it once more, then send it." }
        (again(to, fields, Some(&signed.token), "Send it"))
        p { a.button.bare href="/console" { "Leave it, and go to the console" } }
    };
    (StatusCode::FORBIDDEN, door::bare("Send this?", main)).into_response()
}

/// The same form again, with what was written to be seen, and another token.
fn again(to: &Uri, fields: &Fields, token: Option<&str>, label: &str) -> Markup {
    let written = |name: &str| WRITTEN.iter().find(|(written, _)| *written == name).map(|(_, label)| *label);
    let token = token.or_else(|| Some(fields.iter().find(|(name, _)| name == TOKEN)?.1.as_str()));
    html! {
        form method="post" action=(to.path()) {
            @if let Some(token) = token { input type="hidden" name=(TOKEN) value=(token); }
            @for (name, value) in fields.iter().filter(|(name, _)| name != TOKEN) {
                @match written(name) {
                    Some(label) => {
                        div.field {
                            label for=(format!("kept-{name}")) { (label) }
                            // A browser drops the first line end of a text area.
                            textarea id=(format!("kept-{name}")) name=(name) rows=(if name == "text" { 18 } else { 2 }) { "\n" (value) }
                        }
                    }
                    None => { input type="hidden" name=(name) value=(value); }
                }
            }
            p { button.main { (label) } }
        }
    }
}
