//! What moderators do with a gap: link it to a section, start a page for it, or mark it as not for this wiki.

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

/// The most `asked` phrases that a section gets from one gap.
const MOST_WAYS: usize = 5;
/// The longest slug made from a title, in characters.
const MAX_SLUG: usize = 60;

/// The gap with this key; refused if it is gone.
async fn gap(store: &Store, db: &mut Connection, key: &str, now: Timestamp) -> Result<Gap> {
    let groups = read_groups(store, db, false, now).await?;
    let found = groups.into_iter().find(|gap| gap.has(key));
    found.ok_or_else(|| Error::refused("That question is no longer among the gaps; look at the list again."))
}

/// Adds a gap's questions to a section as `asked` phrases. This makes a revision or, if another person must approve, a
/// draft. A revision closes the gap.
///
/// # Errors
/// Refused if the gap, the page or the section no longer exists.
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

/// Makes a draft of a new page for a gap. A person writes the text later.
///
/// # Errors
/// Refused if the gap no longer exists, if the title is empty, or if another page has it.
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

/// The text of a new page before anyone has written it.
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

/// Marks a question as not for this wiki. It and similar questions are no longer shown.
///
/// # Errors
/// Refused if the gap no longer exists.
pub async fn refuse(store: &Store, by: &HomeModerator, key: &str, now: Timestamp) -> Result<Gap> {
    let gap = gap(store, &mut *store.read().await?, key, now).await?;
    let mut tx = store.write().await?;
    sql::refuse(&mut tx, &words(&gap.question), by.actor(), now).await?;
    audit::note(&mut tx, by, Act::Gap, "not ours", &gap.told(), now).await?;
    tx.commit().await?;
    Ok(gap)
}

/// Undoes [`refuse`].
///
/// # Errors
/// Refused if the question is not marked, or is too old.
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

/// The words stored for a question: its content words, or all words if it has none.
fn words(question: &str) -> String {
    let content = content(question);
    if content.is_empty() { crate::wiki::name(question) } else { content.join(" ") }
}

/// Whether a question is similar to one marked as not for this wiki.
pub(super) fn is_refused(gap: &Gap, refused: &[String]) -> bool {
    let own = content(&gap.question);
    refused.iter().any(|words| {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        words == own || are_alike(&words, &own) || words.join(" ") == crate::wiki::name(&gap.question)
    })
}

/// Records that a person opened a section shortly after a search without a result.
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
