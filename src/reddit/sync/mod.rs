//! A subreddit's wiki and Cairn's, kept equal: only what changed is written, always on top of the revision that was seen, and read
//! again afterwards, because Reddit merges without a word. What cannot be brought together is told to moderators.
//!
//! It is the wiki of old Reddit; new Reddit has one of its own.

use jiff::SignedDuration;
use tracing::info;

use super::api::{Failure, WikiRevision};
use super::{Reddit, Stop, notices, sql as desk_sql};
use crate::Result;
use crate::community::{Community, Moderator, Role, Subreddit};
use crate::people::Identity;
use crate::wiki::{self, Approval, Change, Edited, Part, Stored};
use crate::{Error, reddit::mode::Mode};

mod sql;
mod text;

/// How often the wikis are compared.
const EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How many pages are brought together in a round: each takes a few of the calls of a minute.
const AT_ONCE: usize = 4;

/// Compares both wikis of each subreddit whose moderators want that, where it is time.
pub(super) async fn all(reddit: &Reddit) -> Result<(), Stop> {
    for subreddit in reddit.subreddits() {
        let place = desk_sql::place(&mut *reddit.app.store.read().await?, subreddit).await?;
        let is_home = reddit.app.home.has(&Community::Reddit(subreddit.clone()));
        if place.is_none_or(|place| !place.sync || place.mode == Mode::Off) || !is_due(reddit, subreddit).await? {
            continue;
        }
        if !is_home {
            let name = subreddit.as_str();
            let said = format!(
                "The wiki of r/{name} is not kept equal, because r/{name} is not Cairn's home; set CAIRN_HOME=reddit:{name} \
                 if it is."
            );
            tell(reddit, subreddit, ("not_home", ""), &said).await?;
            continue;
        }
        if one_wiki(reddit, subreddit).await? {
            let mut tx = reddit.app.store.write().await?;
            desk_sql::set_read(&mut tx, &feed_name(subreddit), reddit.app.clock.now()).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

fn feed_name(subreddit: &Subreddit) -> String {
    format!("wiki/{}", subreddit.as_str())
}

async fn is_due(reddit: &Reddit, subreddit: &Subreddit) -> Result<bool> {
    let now = reddit.app.clock.now();
    let last = desk_sql::read_at(&mut *reddit.app.store.read().await?, &feed_name(subreddit)).await?;
    Ok(last.is_none_or(|at| at > now || now.duration_since(at) >= EVERY))
}

/// Brings some pages together; says whether there is none left.
async fn one_wiki(reddit: &Reddit, subreddit: &Subreddit) -> Result<bool, Stop> {
    let name = subreddit.as_str();
    let said = format!(
        "The wiki of r/{name} is kept equal with Cairn's from now on. It is the one that old Reddit shows; new Reddit has another \
         wiki, into which you can paste the pages of `cairn reddit automod --wiki DIR --subreddit {name}`."
    );
    tell(reddit, subreddit, (notices::FOR_ALL, ""), &said).await?;
    let changes = reddit.access.wiki_changes(subreddit).await?;
    let mut done = 0;
    for listed in wiki::pages(&reddit.app.store).await? {
        let stored = wiki::page(&reddit.app.store, &listed.slug).await?;
        let equal = sql::equal(&mut *reddit.app.store.read().await?, subreddit, &listed.slug).await?;
        let seen = changes.get(&listed.slug);
        if equal.as_ref().is_some_and(|(remote, revision)| {
            *revision == stored.revision && seen.is_none_or(|newest| newest.id == *remote)
        }) {
            continue;
        }
        if is_told(reddit, subreddit, (&listed.slug, stored.revision), seen).await? {
            continue;
        }
        if done == AT_ONCE {
            return Ok(false);
        }
        done += 1;
        match page(reddit, subreddit, &stored, equal).await {
            Err(Stop::Failure(failure)) if !failure.is_general() => {
                let slug = &listed.slug;
                let said = format!("The page {slug} of r/{name} could not be kept equal: {failure}.");
                let about = format!("{slug}/{}", stored.revision);
                tell(reddit, subreddit, ("wiki_failed", &about), &said).await?;
                if let Failure::Forbidden(_) = failure {
                    // The bot may not read or write the wiki: the other pages would say the same.
                    return Ok(true);
                }
            }
            other => other?,
        }
    }
    Ok(true)
}

/// Whether moderators were told of what keeps the page apart, and nothing has changed since.
async fn is_told(
    reddit: &Reddit,
    subreddit: &Subreddit,
    (slug, revision): (&str, i64),
    seen: Option<&WikiRevision>,
) -> Result<bool> {
    let remote = seen.map_or("", |newest| newest.id.as_str());
    let abouts = [
        ("wiki_conflict", format!("{slug}/{remote}/{revision}")),
        ("wiki_refused", format!("{slug}/{remote}")),
        ("wiki_failed", format!("{slug}/{revision}")),
    ];
    let mut db = reddit.app.store.read().await?;
    for (what, about) in abouts {
        if notices::was_told(&mut db, (subreddit.as_str(), what, &about)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn tell(reddit: &Reddit, subreddit: &Subreddit, (what, about): (&str, &str), said: &str) -> Result<()> {
    let mut tx = reddit.app.store.write().await?;
    notices::tell(&mut tx, (subreddit.as_str(), what, about), said, reddit.app.clock.now()).await?;
    tx.commit().await
}

async fn settle(reddit: &Reddit, subreddit: &Subreddit, slug: &str, at: (&str, i64)) -> Result<()> {
    let mut tx = reddit.app.store.write().await?;
    sql::set_equal(&mut tx, subreddit, slug, at).await?;
    tx.commit().await
}

/// Brings one page together.
async fn page(
    reddit: &Reddit,
    subreddit: &Subreddit,
    stored: &Stored,
    equal: Option<(String, i64)>,
) -> Result<(), Stop> {
    let slug = stored.page.front.slug.as_str();
    let ours = text::rendered(&stored.page, &stored.source, subreddit.as_str());
    let newest = reddit.access.wiki_revision(subreddit, slug).await?;
    match (equal, newest) {
        (_, None) => write(reddit, subreddit, stored, &ours, None).await,
        (Some((remote, revision)), Some(newest)) if remote == newest.id => {
            if revision == stored.revision {
                return Ok(());
            }
            write(reddit, subreddit, stored, &ours, Some(&remote)).await
        }
        (equal, Some(newest)) => {
            let theirs = reddit.access.wiki_page(subreddit, slug).await?.ok_or(Failure::Missing)?.text;
            if text::normal(&theirs) == ours {
                return Ok(settle(reddit, subreddit, slug, (&newest.id, stored.revision)).await?);
            }
            match equal {
                Some((_, revision)) if revision == stored.revision => {
                    let author = newest.author.as_deref();
                    take(reddit, subreddit, stored, (&newest.id, author), &theirs).await
                }
                _ => Ok(conflict(reddit, subreddit, slug, &newest.id, stored.revision).await?),
            }
        }
    }
}

/// Both sides changed, or were never equal: nobody's text is overwritten.
async fn conflict(reddit: &Reddit, subreddit: &Subreddit, slug: &str, remote: &str, revision: i64) -> Result<()> {
    let name = subreddit.as_str();
    let said = format!(
        "The page {slug} says one thing in the wiki of r/{name} and another in Cairn's (revision {revision}), and both have \
         changed; nothing was overwritten. Put into one of them what both shall say, and copy that into the other."
    );
    tell(reddit, subreddit, ("wiki_conflict", &format!("{slug}/{remote}/{revision}")), &said).await
}

/// Writes what changed here, on top of what was seen there, and reads it again.
async fn write(
    reddit: &Reddit,
    subreddit: &Subreddit,
    stored: &Stored,
    ours: &str,
    previous: Option<&str>,
) -> Result<(), Stop> {
    let slug = stored.page.front.slug.as_str();
    let reason = format!("Cairn, revision {}", stored.revision);
    match reddit.access.write_wiki(subreddit, slug, ours, previous, &reason).await {
        Ok(()) => {}
        Err(Failure::Conflict) => {
            return Ok(conflict(reddit, subreddit, slug, previous.unwrap_or("new"), stored.revision).await?);
        }
        Err(failure) => return Err(failure.into()),
    }
    let newest = reddit.access.wiki_revision(subreddit, slug).await?.ok_or(Failure::Missing)?;
    let there = reddit.access.wiki_page(subreddit, slug).await?.ok_or(Failure::Missing)?.text;
    if text::normal(&there) == *ours {
        info!(subreddit = subreddit.as_str(), slug, "the page was written to Reddit's wiki");
        return Ok(settle(reddit, subreddit, slug, (&newest.id, stored.revision)).await?);
    }
    let name = subreddit.as_str();
    let said = format!(
        "While Cairn wrote the page {slug} of r/{name}, somebody else changed it, and Reddit merged both texts by itself; look at \
         https://www.reddit.com/r/{name}/wiki/{slug}. Cairn takes that text over."
    );
    tell(reddit, subreddit, ("wiki_merged", &format!("{slug}/{}", newest.id)), &said).await?;
    take(reddit, subreddit, stored, (&newest.id, newest.author.as_deref()), &there).await
}

/// Takes over what somebody changed there: a moderator's change is a revision, anybody else's a draft.
async fn take(
    reddit: &Reddit,
    subreddit: &Subreddit,
    stored: &Stored,
    (remote, author): (&str, Option<&str>),
    theirs: &str,
) -> Result<(), Stop> {
    let (app, slug, name) = (&reddit.app, stored.page.front.slug.as_str(), subreddit.as_str());
    let known = reddit.known(subreddit).await?;
    let identity: Option<Identity> = author.and_then(|author| author.parse().ok().map(Identity::Reddit));
    let is_moderator = author.is_some_and(|author| known.moderators.contains(&author.to_ascii_lowercase()));
    let (role, approval) = match is_moderator {
        true => (Role::Approver, Approval::setting(app.config.second_approver)),
        false => (Role::Editor, Approval::Second),
    };
    let actor = identity.map_or_else(|| "somebody on Reddit".to_owned(), |identity| identity.to_string());
    let by = Moderator::checked(actor, role, Community::Reddit(subreddit.clone()))?;
    let by = app.home.moderator(by, "change the wiki")?;
    let source = text::taken_over(&stored.page, &stored.source, name, theirs);
    let reason = format!("from the wiki of r/{name}");
    let change = Change { page: slug, part: Part::Page, text: &source, base: stored.revision, reason: &reason };
    let edited = match wiki::edit(&app.store, &by, change, approval, app.clock.now()).await {
        Ok(edited) => edited,
        Err(Error::Refused(refused)) => {
            let why = refused.text;
            let said = format!("What was changed in the page {slug} of r/{name} cannot be taken over: {why}");
            tell(reddit, subreddit, ("wiki_refused", &format!("{slug}/{remote}")), &said).await?;
            return Ok(());
        }
        Err(fault) => return Err(fault.into()),
    };
    match edited {
        Edited::Revision { revision, .. } | Edited::Unchanged { revision, .. } => {
            Ok(settle(reddit, subreddit, slug, (remote, revision)).await?)
        }
        Edited::Draft { draft, .. } => {
            let said = format!(
                "Somebody changed the page {slug} of r/{name}; it waits as draft {draft} (`cairn guides publish {draft}`, or \
                 `discard`)."
            );
            tell(reddit, subreddit, ("wiki_draft", &format!("{slug}/{remote}")), &said).await?;
            Ok(settle(reddit, subreddit, slug, (remote, stored.revision)).await?)
        }
        Edited::Stale(_) => Ok(conflict(reddit, subreddit, slug, remote, stored.revision).await?),
    }
}
