//! The moderators' console: a room of its own, that nobody enters but by a link that was made for them.
//!
//! Whoever may act was proven a moderator of home for that one request ([`guard::Signed`]), and a form counts only if it
//! came from a page of the same session ([`form::Sent`]). All of it works without JavaScript; `console.js` adds keys,
//! counters and a kept copy of what is being written.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{FromRef, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use super::connections::Visitor;
use super::failure;
use crate::App;
use crate::community::{Community, Members, Places};
use crate::rates::Rates;

mod assets;
mod bulk;
mod conflict;
mod desk;
mod diffing;
mod digest;
mod door;
mod drafts;
mod editor;
mod entry;
mod examples;
mod form;
mod frame;
mod gaps;
mod guard;
mod health;
mod history;
mod links;
mod log;
mod moving;
mod outbox;
mod pages;
mod place;
mod preview;
mod reddit;
mod settings;
mod words;
mod writing;

pub use guard::is_foreign;

/// Our own script, styles, pictures and font; forms only to ourselves; a frame for the preview. Nothing may make HTML of
/// text, so that not even a fault of ours in the script could run what somebody wrote.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";
/// How often one visitor may try a link at once, and how long each further try takes to be allowed.
const TRIES: (u32, Duration) = (20, Duration::from_secs(6));
/// How many forms are read at once, so that they never fill the memory.
const FORMS: usize = 8;

/// What the console's handlers share.
#[derive(Debug, Clone)]
pub struct Console {
    app: App,
    /// Who tries links, and how often.
    tries: Arc<Rates<Visitor>>,
    forms: Arc<Semaphore>,
    /// The same of those who are not signed in, perhaps not any more: what they wrote is shown to them again.
    strangers: Arc<Semaphore>,
}

impl FromRef<Console> for App {
    fn from_ref(console: &Console) -> Self {
        console.app.clone()
    }
}

impl Console {
    /// Whom communities' members are asked of.
    fn members(&self) -> Arc<Members> {
        self.app.store.beside::<Members>()
    }

    /// What the author of a revision is called.
    async fn author(&self, signed: &guard::Signed, actor: &str) -> String {
        let homes = self.app.home.all();
        let home = signed.by.community().or_else(|| homes.iter().find(|home| matches!(home, Community::Discord(_))));
        self.members().name(home, actor, Instant::now()).await
    }

    /// What the roles and channels of a community are called.
    async fn places(&self, community: &Community) -> Places {
        self.members().places(community, Instant::now()).await
    }

    /// What a member of a community is called there.
    async fn member(&self, community: &Community, identity: &str) -> String {
        self.members().name(Some(community), identity, Instant::now()).await
    }
}

/// So many at once.
fn turns(most: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(most))
}

/// Everything below `/console`.
pub fn router(app: App) -> Router {
    let tries = Arc::new(Rates::new(TRIES.0, TRIES.1));
    let console = Console { app, tries, forms: turns(FORMS), strangers: turns(FORMS / 2) };
    Router::new()
        .route("/console", get(pages::shelf))
        .route("/console/new", get(moving::beginning).post(moving::begin))
        .route("/console/preview", post(preview::written))
        .route("/console/pages/{slug}", get(editor::page).post(editor::save))
        .route("/console/pages/{slug}/preview", get(preview::saved))
        .route("/console/pages/{slug}/newest", get(editor::newest))
        .route("/console/pages/{slug}/history", get(history::list))
        .route("/console/pages/{slug}/history/{number}", get(history::one))
        .route("/console/pages/{slug}/compare", get(history::compare))
        .route("/console/pages/{slug}/revert", post(history::revert))
        .route("/console/pages/{slug}/more", get(moving::more))
        .route("/console/pages/{slug}/rename", post(moving::rename))
        .route("/console/pages/{slug}/retire", post(moving::retire))
        .route("/console/pages/{slug}/return", post(moving::bring_back))
        .route("/console/drafts", get(drafts::list))
        .route("/console/drafts/{id}", get(drafts::one))
        .route("/console/drafts/{id}/publish", post(drafts::publish))
        .route("/console/drafts/{id}/discard", post(drafts::discard))
        .merge(desks())
        .route("/console/enter/{key}", get(entry::ask).post(entry::enter))
        .route("/console/sign-ins", get(entry::sessions))
        .route("/console/sign-ins/leave", post(entry::leave))
        .route("/console/sign-ins/leave-all", post(entry::leave_everywhere))
        .route("/console/style/{hash}", get(assets::style))
        .route("/console/script/{hash}", get(assets::script))
        .layer(middleware::from_fn(failure::plainly))
        .layer(middleware::from_fn(apart))
        .with_state(console)
}

/// What moderators judge, teach, look at and settle.
fn desks() -> Router<Console> {
    Router::new()
        .route("/console/desk", get(desk::desk))
        .route("/console/desk/judge", post(desk::judge))
        .route("/console/desk/undo", post(desk::undo))
        .route("/console/desk/many", get(bulk::list).post(bulk::judge))
        .route("/console/desk/many/look", post(bulk::look))
        .route("/console/desk/many/undo", post(bulk::undo))
        .route("/console/gaps", get(gaps::desk))
        .route("/console/gaps/point", post(gaps::point))
        .route("/console/gaps/page", post(gaps::start))
        .route("/console/gaps/refuse", post(gaps::refuse))
        .route("/console/gaps/accept", post(gaps::accept))
        .route("/console/examples", get(examples::page))
        .route("/console/examples/add", post(examples::add))
        .route("/console/examples/remove", post(examples::remove))
        .route("/console/examples/train", post(examples::train))
        .route("/console/examples/adopt", post(examples::adopt))
        .route("/console/examples/retire", post(examples::retire))
        .route("/console/digest", get(digest::desk))
        .route("/console/digest/choose", post(digest::choose))
        .route("/console/digest/unchoose", post(digest::unchoose))
        .route("/console/digest/skip", post(digest::skip))
        .route("/console/outbox", get(outbox::page))
        .route("/console/outbox/resolve", post(outbox::resolve))
        .route("/console/reddit", get(reddit::page))
        .route("/console/reddit/judge", post(reddit::judge))
        .route("/console/reddit/decide", post(reddit::decide))
        .route("/console/reddit/settle", post(reddit::settle))
        .route("/console/reddit/aside", post(reddit::put_aside))
        .route("/console/reddit/set", post(reddit::set))
        .route("/console/settings", get(settings::page))
        .route("/console/settings/readiness", post(settings::set_readiness))
        .route("/console/settings/file", get(settings::file))
        .route("/console/settings/import", post(settings::import))
        .route("/console/links", get(links::page))
        .route("/console/log", get(log::page))
        .route("/console/log/file.csv", get(log::csv))
        .route("/console/log/file.json", get(log::json))
        .route("/console/health", get(health::page))
}

/// The headers of the console: nothing is kept by browsers or proxies, and no other site has a hand in it.
async fn apart(request: Request, next: Next) -> Response {
    const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(OPENER, HeaderValue::from_static("same-origin"));
    response
}
