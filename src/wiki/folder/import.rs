//! Imports a folder: its files become revisions, merged with newer changes in the wiki.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::{File, full_name, left_out, pictures, read};
use crate::community::audit::{self, Act};
use crate::community::{HomeModerator, Role};
use crate::store::{Connection, Store};
use crate::wiki::check::{self, Finding};
use crate::wiki::merge::joined;
use crate::wiki::{self, Edit, Page, Saved, save_in, sql};
use crate::{Error, Kind, Result};

/// The result of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Slugs of new pages.
    pub added: Vec<String>,
    /// Slugs of pages with a new revision.
    pub changed: Vec<String>,
    /// Slugs among these of pages that had changed in the wiki, too; the new revision has both changes.
    pub joined: Vec<String>,
    /// Slugs of pages that already had the file's text.
    pub unchanged: Vec<String>,
    /// Slugs of pages whose file is equal to an older revision: the wiki has a newer text.
    pub older: Vec<String>,
    /// Files in the folder that were skipped, with the reason.
    pub left_out: Vec<String>,
    /// Problems in the new and changed pages.
    pub findings: Vec<Finding>,
    /// Pages that a person must merge, with both texts. If there are any, nothing is imported.
    #[serde(skip)]
    clashes: Vec<String>,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (added, changed, unchanged) = (self.added.len(), self.changed.len(), self.unchanged.len());
        write!(f, "{added} added, {changed} changed, {unchanged} unchanged.")?;
        if !self.joined.is_empty() {
            let pages = self.joined.join(", ");
            write!(f, " Brought together with changes of the wiki: {pages}; export them to have both in the files.")?;
        }
        if !self.older.is_empty() {
            let pages = self.older.join(", ");
            write!(f, " Left as they are, because the wiki has newer revisions than these files: {pages}.")?;
        }
        if !self.left_out.is_empty() {
            write!(f, "\nLeft out: {}.", self.left_out.join("; "))?;
        }
        if !self.findings.is_empty() {
            write!(f, "\nTo fix, as cairn guides check says:")?;
        }
        for finding in &self.findings {
            write!(f, "\n{finding}")?;
        }
        Ok(())
    }
}

/// Imports every page of `folder` that has changed.
///
/// # Errors
/// Refused to editors. Refused, with nothing changed, if a page is broken (the message names file and line), or if
/// the file and the wiki have changed the same lines since they were last equal (the message shows both texts).
/// Changes to different lines are merged into a new revision.
pub async fn import(store: &Store, folder: &Path, by: &HomeModerator, now: Timestamp) -> Result<Imported> {
    by.must_be(Role::Approver, "import pages")?;
    let files = read(folder)?;
    let broken: Vec<String> = files.iter().filter_map(|f| f.problem()).collect();
    if !broken.is_empty() {
        return Err(Error::refused(broken.join("\n")));
    }
    let name = full_name(folder)?;
    let mut report = Imported { left_out: left_out(folder), ..Imported::default() };
    let mut tx = store.write().await?;
    let taken = taken_names(&mut tx, &files).await?;
    if !taken.is_empty() {
        return Err(Error::refused(taken.join("\n")));
    }
    for file in in_order(&mut tx, &files).await? {
        import_one(&mut tx, &name, file, by, now, &mut report).await?;
    }
    if !report.clashes.is_empty() {
        return Err(Error::of(Kind::Stale, report.clashes.join("\n")));
    }
    report.findings = findings(&mut tx, &files, &report).await?;
    tx.commit().await?;
    Ok(report)
}

/// The files in an order in which a page that gives up a name comes before the page that takes it.
async fn in_order<'a>(db: &mut Connection, files: &'a [File]) -> Result<Vec<&'a File>> {
    let mut owned_by_others: HashMap<&str, Vec<String>> = HashMap::new();
    for file in files {
        let Ok(page) = Page::parse(&file.source) else { continue };
        for text in [&page.front.slug, &page.front.title].into_iter().chain(&page.front.aliases) {
            let owner = sql::slug_of(db, &wiki::name(text)).await?.filter(|owner| *owner != file.slug);
            owned_by_others.entry(file.slug.as_str()).or_default().extend(owner);
        }
    }
    let (mut ordered, mut waiting): (Vec<&File>, Vec<&File>) = (Vec::new(), files.iter().collect());
    while !waiting.is_empty() {
        let waits = |file: &&File| {
            let owners = owned_by_others.get(file.slug.as_str()).into_iter().flatten();
            owners.into_iter().any(|owner| waiting.iter().any(|other| other.slug == *owner))
        };
        let (later, now): (Vec<&File>, Vec<&File>) = waiting.iter().partition(|file| waits(file));
        // Pages that swap names have no such order; the first one's refusal says which name is taken.
        ordered.extend(if now.is_empty() { &later } else { &now });
        waiting = if now.is_empty() { Vec::new() } else { later };
    }
    Ok(ordered)
}

/// All names in the files that belong to other pages, each with its file.
async fn taken_names(db: &mut Connection, files: &[File]) -> Result<Vec<String>> {
    let mut owners: HashMap<String, String> = HashMap::new();
    let mut taken = Vec::new();
    for file in files {
        let Ok(page) = Page::parse(&file.source) else { continue };
        let front = &page.front;
        for text in [&front.slug, &front.title].into_iter().chain(&front.aliases) {
            let name = wiki::name(text);
            let rewritten = |owner: &String| files.iter().any(|other| other.slug == *owner);
            let stored = sql::slug_of(db, &name).await?.filter(|owner| !rewritten(owner));
            let owner = stored.as_ref().or_else(|| owners.get(&name)).filter(|owner| **owner != front.slug);
            if let Some(owner) = owner {
                taken.push(format!(
                    "{}: the name “{text}” already belongs to the page {owner}; choose another name, title or alias.",
                    file.path.display()
                ));
            } else {
                owners.insert(name, front.slug.clone());
            }
        }
    }
    Ok(taken)
}

/// Problems in the imported pages, checked together with all other pages.
async fn findings(db: &mut Connection, files: &[File], report: &Imported) -> Result<Vec<Finding>> {
    let saved: HashSet<&str> = report.added.iter().chain(&report.changed).map(String::as_str).collect();
    if saved.is_empty() {
        return Ok(Vec::new());
    }
    let paths: HashMap<&str, &PathBuf> = files.iter().map(|file| (file.slug.as_str(), &file.path)).collect();
    let path = |slug: &str| paths.get(slug).map_or_else(|| format!("{slug}.md").into(), |path| (*path).clone());
    let all = sql::sources(db).await?.into_iter();
    let all: Vec<File> = all.map(|(slug, source)| File { path: path(&slug), slug, source }).collect();
    Ok(check::errors(&all, &pictures(), |slug| saved.contains(slug)))
}

async fn import_one(
    db: &mut Connection,
    folder: &str,
    file: &File,
    by: &HomeModerator,
    now: Timestamp,
    report: &mut Imported,
) -> Result<()> {
    let slug = &file.slug;
    let newest = sql::newest(db, slug).await?;
    let newest_number = newest.as_ref().map_or(0, |n| n.number);
    if let Some(known) = sql::revision_saying(db, slug, &file.source).await?
        && known != newest_number
    {
        report.older.push(slug.clone());
        return Ok(());
    }
    // A folder that was never synchronised can only be based on the first revision.
    let base = sql::synced(db, folder, slug).await?.unwrap_or(newest_number.min(1));
    let edit = Edit { source: &file.source, base, author: by.actor(), reason: "imported from a file" };
    match save_in(db, slug, edit, now).await? {
        Saved::Stale { revision, current } => {
            let newest = sql::Newest { number: revision, source: current };
            import_joined(db, (folder, base), file, &newest, (by, now), report).await
        }
        Saved::Unchanged(number) => {
            report.unchanged.push(slug.clone());
            sql::set_synced(db, folder, slug, number).await
        }
        Saved::Revision(number) => {
            let detail = format!("revision {number}, from {}", file.path.display());
            audit::note(db, by, Act::Import, slug, &detail, now).await?;
            if newest.is_none() { &mut report.added } else { &mut report.changed }.push(slug.clone());
            sql::set_synced(db, folder, slug, number).await
        }
    }
}

/// Merges a file and the wiki if both have changed since `base`, but in different lines. The file stays as it is, and
/// so does the record of the revision that it was last equal to.
async fn import_joined(
    db: &mut Connection,
    (folder, base): (&str, i64),
    file: &File,
    newest: &sql::Newest,
    (by, now): (&HomeModerator, Timestamp),
    report: &mut Imported,
) -> Result<()> {
    let slug = &file.slug;
    let before = sql::source(db, slug, base).await?;
    let both = before.and_then(|before| joined(&before, &file.source, &newest.source));
    // A merge within one line needs a person to check it.
    let Some(both) = both.filter(|both| !both.by_words) else {
        report.clashes.push(stale(file, newest));
        return Ok(());
    };
    let reason = format!("imported from a file, together with revision {}", newest.number);
    let edit = Edit { source: &both.text, base: newest.number, author: by.actor(), reason: &reason };
    match save_in(db, slug, edit, now).await? {
        Saved::Revision(number) => {
            let detail =
                format!("revision {number}, from {} together with revision {}", file.path.display(), newest.number);
            audit::note(db, by, Act::Import, slug, &detail, now).await?;
            report.changed.push(slug.clone());
            report.joined.push(slug.clone());
        }
        // The wiki already has all the file's changes.
        Saved::Unchanged(_) => report.unchanged.push(slug.clone()),
        Saved::Stale { .. } => {
            return Err(anyhow::anyhow!("revision {} of {slug} was the newest and then was not", newest.number).into());
        }
    }
    sql::set_synced(db, folder, slug, base).await?;
    sql::set_seen(db, folder, slug, &file.source).await
}

/// The message for a page that a person must merge, with both texts.
fn stale(file: &File, newest: &sql::Newest) -> String {
    let (path, slug, number) = (file.path.display(), &file.slug, newest.number);
    format!(
        "Nothing was imported: {path} has been edited, and the wiki's page {slug} too, in the same lines (it is at revision \
         {number}). Bring the two together: export the wiki to another folder, add your changes there and import that.\n\
         ----- the wiki, revision {number}\n{}\n----- {path}\n{}",
        newest.source, file.source,
    )
}
