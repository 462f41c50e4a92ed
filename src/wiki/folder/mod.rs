//! Pages as files: the compiled-in pages, import from a folder, export to a folder.
//!
//! An import or an export does everything or nothing. Neither overwrites changes of the other side: the database
//! records which revision each folder's file was last equal to.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jiff::Timestamp;

use super::{Broken, Edit, MAX_PAGE_BYTES, Page, save_in, sql};
use crate::store::Store;
use crate::{Error, Result, error};

mod import;

pub use import::{Imported, import};

/// The folder of pictures in a folder of pages.
const IMG: &str = "img";
static SEED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/guides");
/// File names in capitals, such as README, are notes for editors, not pages.
const NO_PAGE: fn(&str) -> bool = |stem| stem.chars().all(|c| c.is_uppercase() || "_-".contains(c));

/// The reason recorded for the compiled-in pages.
const CAME: &str = concat!("came with Cairn ", env!("CARGO_PKG_VERSION"));

/// A page file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Its path, for messages.
    pub path: PathBuf,
    /// Its name without `.md`; it must be the page's slug.
    pub slug: String,
    /// Its text, byte for byte.
    pub source: String,
}

/// The page files of a folder, sorted by name.
///
/// # Errors
/// Refused if the folder cannot be read, holds no pages, or a file is not UTF-8.
pub fn read(folder: &Path) -> Result<Vec<File>> {
    let unreadable = |path: &Path, cause: std::io::Error| {
        Error::refused(format!("Cairn cannot read {} ({cause}); name a folder of pages.", path.display()))
    };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|e| unreadable(folder, e))? {
        let path = entry.map_err(|e| unreadable(folder, e))?.path();
        let Some(slug) = page_name(&path) else { continue };
        let Some(source) = text_of(&path)? else { continue };
        files.insert(slug.clone(), File { path, slug, source });
    }
    if files.is_empty() {
        return Err(Error::refused(format!(
            "There are no pages (files that end in .md) in {}; name the folder that holds them.",
            folder.display()
        )));
    }
    Ok(files.into_values().collect())
}

/// Files in a folder that look like pages but are not, with the reason.
fn left_out(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut left: Vec<String> = entries.filter_map(|entry| why_left_out(&entry.ok()?.path())).collect();
    left.extend(foreign_pictures(folder));
    left.sort();
    left
}

fn why_left_out(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    if name.starts_with('.') {
        return None;
    }
    if path.is_dir() && name == IMG {
        return None;
    }
    if path.is_dir() {
        return Some(format!("{name}/ (folders within the folder are not read)"));
    }
    let ending = path.extension()?.to_str()?;
    if ending == "md" {
        return NO_PAGE(path.file_stem()?.to_str()?).then(|| format!("{name} (a name in capitals is a note, no page)"));
    }
    let like_a_page = ["md", "markdown", "mdown", "mkd"].contains(&ending.to_lowercase().as_str());
    like_a_page.then(|| format!("{name} (the names of pages end in .md)"))
}

/// The text of a page's file; none if the file does not exist.
fn text_of(path: &Path) -> Result<Option<String>> {
    let refused = |what: &str| Err(Error::refused(format!("{}: {what}.", path.display())));
    let unreadable = |cause: &std::io::Error| {
        refused(&format!("the file cannot be read ({}); let Cairn read it or take it away", error::reason(cause)))
    };
    match fs::metadata(path) {
        // A broken symbolic link exists, too, and would be in the way.
        Err(cause) if cause.kind() == ErrorKind::NotFound && path.symlink_metadata().is_err() => return Ok(None),
        Err(cause) => return unreadable(&cause),
        Ok(there) if there.is_dir() => return refused("this is a folder, not a page; move it elsewhere"),
        // Reading a pipe may block forever.
        Ok(there) if !there.is_file() => return refused("this is no file but a pipe or a device; move it elsewhere"),
        Ok(there) if there.len() > MAX_PAGE_BYTES as u64 => {
            return refused(&format!(
                "the file has {} bytes, but a page may have at most {MAX_PAGE_BYTES}; split it in two",
                there.len()
            ));
        }
        Ok(_) => {}
    }
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(cause) => return unreadable(&cause),
    };
    String::from_utf8(bytes).map(Some).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        Error::refused(format!("{}:{line}: the file is not UTF-8 text; save it as UTF-8.", path.display()))
    })
}

/// The compiled-in pages.
pub fn seed() -> Vec<File> {
    let page = |file: &include_dir::File<'_>| {
        let slug = page_name(file.path())?;
        Some(File { path: file.path().to_owned(), slug, source: file.contents_utf8()?.to_owned() })
    };
    let mut files: Vec<File> = SEED.files().filter_map(page).collect();
    files.sort_by(|a, b| a.slug.cmp(&b.slug));
    files
}

/// A compiled-in picture.
pub fn picture(name: &str) -> Option<&'static [u8]> {
    SEED.get_file(format!("{IMG}/{name}")).map(include_dir::File::contents)
}

/// The names of the compiled-in pictures.
pub fn pictures() -> HashSet<String> {
    let files = SEED.get_dir(IMG).into_iter().flat_map(Dir::files);
    files.filter_map(|file| Some(file.path().file_name()?.to_str()?.to_owned())).collect()
}

/// The same, with the pictures in a folder of pages.
pub fn pictures_with(folder: &Path) -> HashSet<String> {
    let there = fs::read_dir(folder.join(IMG)).into_iter().flatten();
    let mut names: HashSet<String> = there.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.extend(pictures());
    names
}

/// Writes the compiled-in pictures next to exported pages. Existing files stay.
fn write_pictures(folder: &Path) -> std::io::Result<()> {
    let pictures = pictures();
    if !pictures.is_empty() {
        fs::create_dir_all(folder.join(IMG))?;
    }
    for name in &pictures {
        let path = folder.join(IMG).join(name);
        if let (false, Some(bytes)) = (path.exists(), picture(name)) {
            fs::write(path, bytes)?;
        }
    }
    Ok(())
}

/// Pictures in a folder of pages that Cairn cannot show, because only compiled-in pictures are shown.
fn foreign_pictures(folder: &Path) -> Vec<String> {
    let is_ours = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str())?;
        Some(picture(name)? == fs::read(path).ok()?)
    };
    let there = fs::read_dir(folder.join(IMG)).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let foreign = there.filter(|path| is_ours(path) != Some(true));
    foreign
        .filter_map(|path| Some(format!("{IMG}/{} (pictures come with the program)", path.file_name()?.to_str()?)))
        .collect()
}

fn page_name(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_str()?;
    (path.extension()? == "md" && !NO_PAGE(stem)).then(|| stem.to_owned())
}

/// Fills an empty wiki with the compiled-in pages. If the wiki has pages, they stay as they are.
pub async fn plant(store: &Store, now: Timestamp) -> Result<()> {
    if !sql::every_slug(&mut *store.read().await?).await?.is_empty() {
        return derive(store).await;
    }
    let mut tx = store.write().await?;
    // Another process may have filled it meanwhile.
    if sql::every_slug(&mut tx).await?.is_empty() {
        for file in seed() {
            let edit = Edit { source: &file.source, base: 0, author: "Cairn", reason: CAME };
            save_in(&mut tx, &file.slug, edit, now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Rebuilds the derived data of pages after an update has deleted it.
async fn derive(store: &Store) -> Result<()> {
    if sql::bare(&mut *store.read().await?).await?.is_empty() {
        return Ok(());
    }
    let mut tx = store.write().await?;
    for slug in sql::bare(&mut tx).await? {
        let Some(newest) = sql::newest(&mut tx, &slug).await? else { continue };
        match Page::parse(&newest.source) {
            Ok(page) => {
                // Its names were unique before, and today's comparison finds fewer names equal.
                sql::write_names(&mut tx, &page).await?;
                sql::write_sections(&mut tx, &page).await?;
            }
            Err(broken) => tracing::warn!(page = slug, line = broken.line, "a stored page cannot be read"),
        }
    }
    tx.commit().await?;
    Ok(())
}

impl File {
    /// Why the file is not a valid page, with the place; none if it is.
    pub fn problem(&self) -> Option<String> {
        let at = |line, reason: &str| Some(format!("{}:{line}: {reason}", self.path.display()));
        match Page::parse(&self.source) {
            Err(Broken { line, reason }) => at(line, &reason),
            Ok(page) if page.front.slug != self.slug => {
                at(2, &format!("slug is {}, but the file's name says {}", page.front.slug, self.slug))
            }
            Ok(_) => None,
        }
    }
}

/// Writes every page's newest revision into `folder`, byte for byte. Returns the number of pages.
///
/// # Errors
/// Refused, with nothing written, if a file there has text that the wiki has never seen, or cannot be read and
/// replaced.
pub async fn export(store: &Store, folder: &Path) -> Result<usize> {
    let unwritable = |cause: std::io::Error| {
        Error::refused(format!("Cairn cannot write to {} ({cause}); choose another folder.", folder.display()))
    };
    fs::create_dir_all(folder).map_err(unwritable)?;
    let name = full_name(folder)?;
    let mut tx = store.write().await?;
    let mut pages = Vec::new();
    for slug in sql::every_slug(&mut tx).await? {
        let Some(newest) = sql::newest(&mut tx, &slug).await? else { continue };
        let path = folder.join(format!("{slug}.md"));
        if let Some(there) = text_of(&path)?
            && sql::revision_saying(&mut tx, &slug, &there).await?.is_none()
            && sql::seen(&mut tx, &name, &slug).await?.as_ref() != Some(&there)
        {
            return Err(Error::refused(format!(
                "{} has edits that the wiki has never seen; import it first or export to another folder.",
                path.display()
            )));
        }
        sql::set_synced(&mut tx, &name, &slug, newest.number).await?;
        pages.push((path, newest.source));
    }
    write_all(&pages).and_then(|()| write_pictures(folder)).map_err(unwritable)?;
    tx.commit().await?;
    Ok(pages.len())
}

/// Writes all files or none: first each to a temporary file next to its place, then all are renamed.
fn write_all(pages: &[(PathBuf, String)]) -> std::io::Result<()> {
    let unfinished: Vec<PathBuf> = pages.iter().map(|(path, _)| path.with_extension("md.new")).collect();
    let written = pages.iter().zip(&unfinished).try_for_each(|((_, text), path)| write(path, text));
    let moved =
        written.and_then(|()| pages.iter().zip(&unfinished).try_for_each(|((to, _), from)| fs::rename(from, to)));
    if moved.is_err() {
        for path in &unfinished {
            // Files that are already renamed are complete.
            let _ = fs::remove_file(path);
        }
    }
    moved
}

/// Writes a new file. A file left by an interrupted export is removed, and a link there is not followed.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn full_name(folder: &Path) -> Result<String> {
    Ok(folder.canonicalize()?.display().to_string())
}
