//! What moderators do about a gap: they point to a section, start a page, or say that it is not theirs to answer.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::groups::{are_alike, content};
use super::{Gap, MOST, read_groups, sql};
use crate::community::HomeModerator;
use crate::community::audit::{self, Act};
use crate::store::{Connection, Store};
use crate::wiki::edit::{self, asked};
use crate::wiki::{Approval, Change, Edited, Part, drafts, markdown, sql as pages};
use crate::{Error, Result};

/// How many ways of asking of one gap a section takes on.
const MOST_WAYS: usize = 5;
/// The longest slug that is made of a title.
const MAX_SLUG: usize = 60;

/// The gap with a key, if it is still there.
async fn gap(store: &Store, db: &mut Connection, key: &str, now: Timestamp) -> Result<Gap> {
    let groups = read_groups(store, db, false, now).await?;
    let found = groups.into_iter().find(|gap| gap.has(key));
    found.ok_or_else(|| Error::refused("That question is no longer among the gaps; look at the list again."))
}

/// Adds the ways of asking of a gap to a section, as a revision of its page or, where another must approve, as a draft.
/// With the revision the gap is closed.
///
/// # Errors
/// Refused if the gap, the page or the section is not there any more.
pub async fn point(
    store: &Store,
    by: &HomeModerator,
    key: &str,
    (page, anchor): (&str, &str),
    approval: Approval,
    now: Timestamp,
) -> Result<Edited> {
    let gap = gap(store, &mut *store.read().await?, key, now).await?;
    let mut tx = store.write().await?;
    let slug = edit::slug_of(&mut tx, page).await?;
    let newest = pages::newest(&mut tx, &slug).await?.ok_or_else(|| anyhow::anyhow!("page {slug} has no revision"))?;
    let ways: Vec<&str> = gap.questions().take(MOST_WAYS).collect();
    let text = asked::with(&newest.source, anchor.trim_start_matches('#'), &ways)?;
    let reason = format!("people ask “{}”", shortened(&gap.question, 200));
    let change = Change { page: &slug, part: Part::Page, text: &text, base: newest.number, reason: &reason };
    let edited = edit::enter(&mut tx, by, Act::Edit, change, approval, now).await?;
    if matches!(edited, Edited::Revision { .. } | Edited::Unchanged { .. }) {
        sql::forget_all(&mut tx, &gap.questions().map(str::to_owned).collect::<Vec<_>>()).await?;
        audit::note(&mut tx, by, Act::Gap, &format!("{slug}#{anchor}"), &format!("answers {}", gap.told()), now)
            .await?;
    }
    tx.commit().await?;
    Ok(edited)
}

/// Makes a draft of a new page that answers a gap, for somebody to write.
///
/// # Errors
/// Refused if the gap is not there any more, or if the title is empty or another page's.
pub async fn start_page(store: &Store, by: &HomeModerator, key: &str, title: &str, now: Timestamp) -> Result<Edited> {
    let mut db = store.read().await?;
    let gap = gap(store, &mut db, key, now).await?;
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let slug: String = markdown::anchor(&title).chars().filter(char::is_ascii).take(MAX_SLUG).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        return Err(Error::refused(
            "Give the page a title with some letters in it, such as “Visas and moving abroad”.",
        ));
    }
    if let Some(taken) = pages::slug_of(&mut db, &crate::wiki::name(&title)).await? {
        return Err(Error::refused(format!(
            "There is a page {taken} of that name already; point people to one of its sections instead."
        )));
    }
    drop(db);
    let text = template(slug, &title, &gap, now);
    let reason = format!("people ask “{}”", shortened(&gap.question, 200));
    let change = Change { page: slug, part: Part::Page, text: &text, base: 0, reason: &reason };
    drafts::save(store, by, change, now).await
}

/// What a new page says before it is written.
fn template(slug: &str, title: &str, gap: &Gap, now: Timestamp) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let today = now.to_zoned(TimeZone::UTC).date();
    let ways: Vec<String> = gap.questions().take(MOST_WAYS).filter_map(asked::way).collect();
    let asked = if ways.is_empty() { String::new() } else { format!("<!-- asked: {} -->\n\n", ways.join("; ")) };
    format!(
        "---\nslug: {slug}\ntitle: {}\nsummary: {}\naliases: []\ntags: []\nreviewed: {today}\n---\n\n{asked}Write the \
         answer here: first what to do, then why.\n",
        quoted(title),
        quoted(&format!("{title}, in short.")),
    )
}

/// Remembers that a question is not for this wiki: it, and those that are like it, are shown no more.
///
/// # Errors
/// Refused if the gap is not there any more.
pub async fn refuse(store: &Store, by: &HomeModerator, key: &str, now: Timestamp) -> Result<Gap> {
    let gap = gap(store, &mut *store.read().await?, key, now).await?;
    let mut tx = store.write().await?;
    sql::refuse(&mut tx, &words(&gap.question), by.actor(), now).await?;
    audit::note(&mut tx, by, Act::Gap, "not ours", &gap.told(), now).await?;
    tx.commit().await?;
    Ok(gap)
}

/// Takes back that a question is not for this wiki.
///
/// # Errors
/// Refused if nobody said so, or if the question was asked too long ago.
pub async fn accept(store: &Store, by: &HomeModerator, key: &str, now: Timestamp) -> Result<Gap> {
    let groups = read_groups(store, &mut *store.read().await?, true, now).await?;
    let gone = || Error::refused("That question is among the gaps already, or is no longer kept.");
    let gap = groups.into_iter().find(|gap| gap.has(key)).ok_or_else(gone)?;
    let mut tx = store.write().await?;
    let mut done = false;
    for question in gap.questions() {
        done |= sql::accept(&mut tx, &words(question)).await?;
    }
    if !done {
        return Err(gone());
    }
    audit::note(&mut tx, by, Act::Gap, "ours again", &gap.told(), now).await?;
    tx.commit().await?;
    Ok(gap)
}

/// The words by which a question is remembered: those that count, or all if none does.
fn words(question: &str) -> String {
    let content = content(question);
    if content.is_empty() { crate::wiki::name(question) } else { content.join(" ") }
}

/// Whether a question is like one that the wiki does not want to answer.
pub(super) fn is_refused(gap: &Gap, refused: &[String]) -> bool {
    let own = content(&gap.question);
    refused.iter().any(|words| {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        words == own || are_alike(&words, &own) || words.join(" ") == crate::wiki::name(&gap.question)
    })
}

/// Notes that somebody who had asked in vain opened a section shortly after.
pub async fn note_find(store: &Store, missed: &str, (page, anchor): (&str, &str), now: Timestamp) -> Result<()> {
    let missed = crate::people::redact(missed);
    if sql::count_finds(&mut *store.read().await?).await? >= MOST {
        return Ok(());
    }
    let mut tx = store.write().await?;
    sql::add_find(&mut tx, missed.trim(), (page, anchor), now).await?;
    tx.commit().await
}

fn shortened(text: &str, most: usize) -> String {
    let short: String = text.chars().take(most).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
