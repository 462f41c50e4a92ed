//! The Atom feed of the weeks (RFC 4287): one entry per finished week.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use super::failure::Failure;
use super::markdown;
use crate::App;
use crate::config::Config;
use crate::papers::archive::{self, Listed};
use crate::papers::{Digest, Filter};
use crate::text::{escape, list};

/// How many weeks the feed has.
const WEEKS: u16 = 12;
/// The date of a feed without entries: the first week with papers.
const NEVER: &str = "2023-05-01T00:00:00Z";

/// `/papers/feed.atom`. Answers 304 if the reader already has this version.
pub async fn feed(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    let base = address(&app.config, &headers);
    let name = archive::feed_name(&app.store).await?;
    let mut entries = Vec::new();
    let mut updated = NEVER.to_owned();
    // The newest weeks may not be over yet, so read two more.
    let weeks = archive::weeks(&app.store, WEEKS + 2).await?;
    for listed in weeks.iter().filter(|listed| listed.over).take(WEEKS.into()) {
        let Some(stored) = archive::stored(&app.store, listed.week).await? else { continue };
        updated = updated.max(instant(listed));
        entries.push(entry(&name, &base, listed, &stored.digest.at(&base).filtered(&Filter::default())));
    }
    let body = document(&name, &base, &updated, &entries.concat());
    let tag = etag(&body);
    let has = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let same = has.split(',').any(|one| one.trim().trim_start_matches("W/") == tag || one.trim() == "*");
    let kind = (header::CONTENT_TYPE, "application/atom+xml; charset=utf-8".to_owned());
    let tag = (header::ETAG, tag);
    Ok(if same { (StatusCode::NOT_MODIFIED, [tag]).into_response() } else { ([kind, tag], body).into_response() })
}

/// The base of the feed's addresses: the site's public address, or else the host that this request used.
pub fn address(config: &Config, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_host =
        |host: &&str| !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    match (&config.web_url, host.filter(is_host)) {
        (None, Some(host)) => format!("http://{host}"),
        _ => config.local_url(),
    }
}

fn etag(body: &str) -> String {
    let hash = Sha256::digest(body.as_bytes());
    let hex: String = list::hex(&hash[..12]);
    format!("\"{hex}\"")
}

/// The permanent id of a week's entry, which does not change with the site's address (RFC 4287, 4.2.6): a version 8
/// UUID from the feed's name and the week.
fn identity(name: &str, week: &str) -> String {
    let hash = Sha256::digest(format!("{name}/{week}").as_bytes());
    let hex: String = list::hex(&hash[..16]);
    format!("urn:uuid:{}-{}-8{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

/// When a week changed, in Atom's format, in seconds.
fn instant(listed: &Listed) -> String {
    listed.changed.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn document(name: &str, base: &str, updated: &str, entries: &str) -> String {
    let base = escape::xml(base);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n\
         <title>Papers of the week</title>\n<id>{name}</id>\n<updated>{updated}</updated>\n\
         <author><name>Cairn</name></author>\n<generator>Cairn</generator>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{base}/papers/feed.atom\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}/papers\"/>\n{entries}</feed>\n"
    )
}

fn entry(name: &str, base: &str, listed: &Listed, digest: &Digest) -> String {
    let page = escape::xml(&format!("{base}/papers/{}", listed.week));
    let id = identity(name, &listed.week.to_string());
    let content = markdown::render(&digest.to_string()).into_string();
    format!(
        "<entry>\n<title>{}</title>\n<id>{id}</id>\n<updated>{}</updated>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
        escape::xml(&digest.title()),
        instant(listed),
        escape::xml(&content),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_title_is_markup() {
        assert_eq!(escape::xml("a <b> & \"c\"\u{0}\u{8}\n"), "a &lt;b&gt; &amp; &quot;c&quot;\n");
    }

    #[test]
    fn weeks_have_names_of_their_own() {
        let name = "urn:uuid:00000000-0000-4000-a000-000000000000";
        let id = identity(name, "2026-W34");
        assert_eq!((id.len(), identity(name, "2026-W34")), (45, id.clone()));
        assert_ne!(id, identity(name, "2026-W35"));
        assert_ne!(id, identity("urn:uuid:another", "2026-W34"));
    }

    #[test]
    fn the_same_feed_has_the_same_tag() {
        assert_eq!(etag("a"), etag("a"));
        assert_ne!(etag("a"), etag("b"));
    }
}
