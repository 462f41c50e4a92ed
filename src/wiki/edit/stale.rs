//! Applies a change to the newest revision. The result is a new text, no change, or a conflict.

use super::{Change, Part, Stale, history, section, sql};
use crate::store::Connection;
use crate::wiki::{sql as pages, unknown};
use crate::{Error, Result};

/// The result of applying a change to the newest revision.
pub enum OnTop {
    /// A new text, to be saved as the successor of the revision `base`.
    Text { source: String, base: i64 },
    /// Nothing to save: this revision already has that text.
    Unchanged(i64),
    /// A conflict: the page has changed since the base revision.
    Stale(Stale),
}

/// Applies a change to the newest revision, if that overwrites nobody else's change. `change.page` is a slug.
pub async fn on_top(db: &mut Connection, change: &Change<'_>) -> Result<OnTop> {
    let Some(newest) = sql::newest(db, change.page).await? else {
        return match (change.part, change.base) {
            (Part::Page, 0) => Ok(OnTop::Text { source: tidied(change.text, ""), base: 0 }),
            _ => Err(unknown(change.page, &pages::slugs(db).await?)),
        };
    };
    let base = match change.base {
        // The author expected a new page.
        0 => None,
        number => Some(history::known(db, change.page, number).await?),
    };
    let text = tidied(change.text, &newest.source);
    let source = match (change.part, &base) {
        (Part::Page, _) => text,
        (Part::Section { .. }, None) => return Err(no_base(change.page, newest.number)),
        (Part::Section { anchor, heading }, Some(base)) => {
            let seen = section::find(&base.source, anchor)?;
            let now = section::find(&newest.source, anchor).ok();
            if now.as_ref() != Some(&seen) {
                // Two identical changes do not conflict.
                let same = section::replace(&newest.source, anchor, heading, &text);
                if same.is_ok_and(|source| source == newest.source) {
                    return Ok(OnTop::Unchanged(newest.number));
                }
                return Ok(OnTop::Stale(stale_section(change, &newest, now, text)));
            }
            section::replace(&newest.source, anchor, heading, &text)?
        }
    };
    if source == newest.source {
        return Ok(OnTop::Unchanged(newest.number));
    }
    if change.part == Part::Page && change.base != newest.number {
        return Ok(OnTop::Stale(stale(change, &newest, newest.source.clone(), source)));
    }
    Ok(OnTop::Text { source, base: newest.number })
}

fn stale(change: &Change<'_>, newest: &sql::Row, current: String, yours: String) -> Stale {
    Stale {
        page: change.page.to_owned(),
        section: None,
        base: change.base,
        revision: newest.number,
        author: newest.author.clone(),
        current,
        yours,
    }
}

/// The conflict to show. If the section is gone, it shows the whole page.
fn stale_section(change: &Change<'_>, newest: &sql::Row, now: Option<section::Seen>, yours: String) -> Stale {
    match (now, change.part) {
        (Some(now), Part::Section { anchor, .. }) => {
            Stale { section: Some(anchor.to_owned()), ..stale(change, newest, now.text, yours) }
        }
        _ => stale(change, newest, newest.source.clone(), yours),
    }
}

/// Converts CRLF to LF unless the page already has CRLF, because browsers and Windows editors add it. Drops a byte
/// order mark.
pub fn tidied(text: &str, before: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if before.contains('\r') { text.to_owned() } else { text.replace("\r\n", "\n") }
}

fn no_base(page: &str, newest: i64) -> Error {
    Error::refused(format!(
        "A change of a section must say which revision of {page} it is based on; the newest is {newest}."
    ))
}
