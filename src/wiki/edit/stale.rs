//! Where a change meets the newest revision: it goes on top, changes nothing, or is stale.

use super::{Change, Part, Stale, history, section, sql};
use crate::store::Connection;
use crate::wiki::{sql as pages, unknown};
use crate::{Error, Result};

/// What a change makes of the newest revision.
pub enum OnTop {
    /// A new text, to be saved on top of the revision `base`.
    Text { source: String, base: i64 },
    /// Nothing: the page says so already, in this revision.
    Unchanged(i64),
    /// Nothing, because somebody else was faster.
    Stale(Stale),
}

/// Puts a change into the newest revision, if nothing is lost by that. `change.page` is a slug.
pub async fn on_top(db: &mut Connection, change: &Change<'_>) -> Result<OnTop> {
    let Some(newest) = sql::newest(db, change.page).await? else {
        return match (change.part, change.base) {
            (Part::Page, 0) => Ok(OnTop::Text { source: tidied(change.text, ""), base: 0 }),
            _ => Err(unknown(change.page, &pages::slugs(db).await?)),
        };
    };
    let base = match change.base {
        // Its author thought the page new.
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
                // Two who write the same do not contradict each other.
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

/// If the section is gone, the whole page is what there is to look at.
fn stale_section(change: &Change<'_>, newest: &sql::Row, now: Option<section::Seen>, yours: String) -> Stale {
    match (now, change.part) {
        (Some(now), Part::Section { anchor, .. }) => {
            Stale { section: Some(anchor.to_owned()), ..stale(change, newest, now.text, yours) }
        }
        _ => stale(change, newest, newest.source.clone(), yours),
    }
}

/// Browsers and Windows editors end lines their own way; what a page never had, it does not get.
pub fn tidied(text: &str, before: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if before.contains('\r') { text.to_owned() } else { text.replace("\r\n", "\n") }
}

fn no_base(page: &str, newest: i64) -> Error {
    Error::refused(format!(
        "A change of a section must say which revision of {page} it is based on; the newest is {newest}."
    ))
}
