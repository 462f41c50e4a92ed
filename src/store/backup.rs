//! Copies of the database: made while it is in use, checked, and restored.
//!
//! `VACUUM INTO` copies the view of one transaction. So the copy is consistent while others write, and nobody waits for
//! it. It is checked before it gets its name, and again before it replaces a database.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection as _};

use super::files::{self, FILE, FILE_MODE, LOG};
use super::{BEGIN, Connection, Presence, Store, migrator, options, unmigrated};
use crate::Result;
use crate::error::{self, Error};

/// The first bytes of every SQLite file.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// The file name of the old database after a restore.
pub const REPLACED: &str = "cairn.db.replaced";
/// The file name of a copy until it becomes the database.
const ARRIVING: &str = "cairn.db.arriving";

/// Facts about a checked copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Its size.
    pub bytes: u64,
    /// The number of its newest migration, which this Cairn knows.
    pub version: i64,
}

impl Store {
    /// Writes a copy of the database, as it is now, to `file`. On return the copy is checked and safe on the disk.
    ///
    /// # Errors
    /// Refused if the file exists already or cannot be written.
    pub async fn back_up(&self, file: &Path) -> Result<Copy> {
        if fs::symlink_metadata(file).is_ok() {
            return Err(Error::refused(format!("There is a file {} already; choose another name.", file.display())));
        }
        let part = beside(file, &format!("{}.part", std::process::id()));
        let made = self.copy_to(&part).await;
        let kept = match made {
            Ok(copy) => fs::rename(&part, file)
                .and_then(|()| sync_folder(file))
                .map(|()| copy)
                .map_err(|e| unwritable(file, &e)),
            Err(cause) => Err(cause),
        };
        if kept.is_err() {
            // A half-written copy is useless.
            let _ = fs::remove_file(&part);
        }
        kept
    }

    async fn copy_to(&self, part: &Path) -> Result<Copy> {
        self.files.intact()?;
        new_file(part).map_err(|e| unwritable(part, &e))?;
        let name = part.to_str().ok_or_else(|| Error::refused("The file's name is not UTF-8; choose another name."))?;
        // Use a separate connection: a long copy must not block those that answer people.
        let mut connection = self.readers.options.connect().await?;
        let copied = sqlx::query("VACUUM INTO $1").bind(name).execute(&mut connection).await;
        let _ = connection.close().await;
        copied?;
        File::open(part).and_then(|file| file.sync_all()).map_err(|e| unwritable(part, &e))?;
        check(part).await
    }
}

/// Reads a whole copy and returns facts about it.
///
/// # Errors
/// Refused if it is not a file, not a database of Cairn, damaged, cut short, or written by a newer Cairn.
pub async fn check(file: &Path) -> Result<Copy> {
    let shown = file.display();
    let there = fs::metadata(file)
        .map_err(|e| Error::refused(format!("The file {shown} cannot be read: {}.", error::reason(&e))))?;
    if !there.is_file() || !begins_as_a_database(file)? {
        return Err(Error::refused(format!(
            "The file {shown} is no backup of Cairn; choose one that `cairn backup` made."
        )));
    }
    let damaged = || Error::refused(format!("The backup {shown} is damaged or cut short; choose another one."));
    let plain = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut connection = plain.connect().await.map_err(|_| damaged())?;
    let found = examine(&mut connection).await;
    let _ = connection.close().await;
    match found.map_err(|_| damaged())? {
        Found::Damaged => Err(damaged()),
        Found::Foreign => Err(Error::refused(format!(
            "The file {shown} is a database, but none of Cairn's; choose one that `cairn backup` made."
        ))),
        Found::Version(version) if is_known(version)? => Ok(Copy { bytes: there.len(), version }),
        Found::Version(_) => {
            Err(Error::refused(format!("The backup {shown} was made by a newer Cairn; restore it with that version.")))
        }
    }
}

enum Found {
    Damaged,
    Foreign,
    Version(i64),
}

async fn examine(db: &mut Connection) -> Result<Found, sqlx::Error> {
    let complaints: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *db).await?;
    if complaints != ["ok"] || !sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut *db).await?.is_empty() {
        return Ok(Found::Damaged);
    }
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('_sqlx_migrations', 'pages', 'revisions')";
    let ours: i64 = sqlx::query_scalar(tables).fetch_one(&mut *db).await?;
    if ours < 3 {
        return Ok(Found::Foreign);
    }
    let newest = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success";
    Ok(Found::Version(sqlx::query_scalar(newest).fetch_one(&mut *db).await?))
}

fn is_known(version: i64) -> Result<bool> {
    Ok(version > 0 && migrator()?.iter().any(|migration| migration.version == version))
}

fn begins_as_a_database(file: &Path) -> Result<bool> {
    let mut start = Vec::new();
    let limit = u64::try_from(MAGIC.len()).unwrap_or(u64::MAX);
    let read = File::open(file).and_then(|file| file.take(limit).read_to_end(&mut start));
    read.map_err(|e| Error::refused(format!("The file {} cannot be read: {}.", file.display(), error::reason(&e))))?;
    Ok(start == MAGIC)
}

/// A checked copy beside the database. A drop before it is [put](Self::put) in place deletes it and changes nothing.
#[derive(Debug)]
pub struct Arriving {
    dir: PathBuf,
    file: PathBuf,
}

impl Arriving {
    /// Copies `from` into `dir`. `_alone` proves that no Cairn runs there.
    ///
    /// # Errors
    /// Refused if `from` does not pass [`check`], or if the folder cannot be written to.
    pub async fn of(_alone: &Presence, dir: &Path, from: &Path) -> Result<Self> {
        check(from).await?;
        let arriving = Self { dir: dir.to_owned(), file: dir.join(ARRIVING) };
        bring(from, &arriving.file).await?;
        Ok(arriving)
    }

    /// Updates the copy's tables and changes it in one transaction. Overwritten data cannot be recovered.
    pub async fn change<T>(&self, work: impl AsyncFnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        // Without a write-ahead log, the file alone is the whole database.
        let options = options(&self.file).create_if_missing(false).journal_mode(SqliteJournalMode::Delete);
        let mut connection = options.connect().await?;
        migrator()?.run(&mut connection).await.map_err(|e| unmigrated(&self.dir, e))?;
        let mut transaction = connection.begin_with(BEGIN).await?;
        let done = work(&mut transaction).await?;
        transaction.commit().await?;
        connection.close().await?;
        Ok(done)
    }

    /// Puts the copy in place. Keeps the old database beside it and returns its path. If the process is killed at any
    /// moment, one of the two is in place.
    ///
    /// # Errors
    /// Refused if another program uses the database, or if the folder cannot be written to.
    pub async fn put(self) -> Result<Option<PathBuf>> {
        let (dir, file) = (&self.dir, self.dir.join(FILE));
        let replaced = if Store::is_in(dir) { Some(put_aside(dir).await?) } else { None };
        fs::rename(&self.file, &file).and_then(|()| sync_folder(&file)).map_err(|e| unwritable(&file, &e))?;
        files::mark(dir)?;
        Ok(replaced)
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        // After `put`, there is nothing left to remove.
        forget(&self.file);
    }
}

/// Removes an unwanted copy and SQLite's journal for it.
fn forget(arriving: &Path) {
    for file in [arriving.to_owned(), beside_with(arriving, "-journal")] {
        let _ = fs::remove_file(file);
    }
}

/// Reads a database that may be damaged, of another version, or not Cairn's.
///
/// # Errors
/// A fault if the file is missing or cannot be opened.
pub async fn look_into<T>(file: &Path, work: impl AsyncFnOnce(&mut Connection) -> Result<T>) -> Result<T> {
    let mut connection = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
    let done = work(&mut connection).await;
    // Close it before somebody else needs the file exclusively.
    let _ = connection.close().await;
    done
}

/// Copies a backup into the folder of the database.
async fn bring(from: &Path, to: &Path) -> Result<()> {
    // A killed restore may have left one. SQLite would read its journal into the new copy.
    forget(to);
    let copied = (|| {
        let mut target = new_file(to)?;
        io::copy(&mut File::open(from)?, &mut target)?;
        target.sync_all()
    })();
    copied.map_err(|e| unwritable(to, &e))?;
    give_to_owner_of_folder(to);
    check(to).await?;
    Ok(())
}

/// If an administrator restores a service's database, the service must be able to open it.
fn give_to_owner_of_folder(file: &Path) {
    let folder = file.parent().and_then(|folder| fs::metadata(folder).ok());
    if let Some(folder) = folder.filter(|folder| folder.uid() != rustix::process::geteuid().as_raw()) {
        // Only an administrator may do that, and only an administrator needs it.
        let _ = std::os::unix::fs::chown(file, Some(folder.uid()), Some(folder.gid()));
    }
}

/// Keeps the database under a second name, with an empty write-ahead log. SQLite would read an old log into the new
/// database.
async fn put_aside(dir: &Path) -> Result<PathBuf> {
    let (file, log, kept) = (dir.join(FILE), dir.join(LOG), dir.join(REPLACED));
    fold(&file).await?;
    let aside = (|| {
        for old in [kept.clone(), beside(&kept, "wal")] {
            match fs::remove_file(&old) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
                _ => {}
            }
        }
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            // The log of a damaged database, which could not be folded in.
            fs::rename(&log, beside(&kept, "wal"))?;
        }
        let _ = fs::remove_file(&log);
        let _ = fs::remove_file(dir.join(files::INDEX));
        fs::hard_link(&file, &kept).or_else(|_| fs::copy(&file, &kept).map(drop))
    })();
    aside.map_err(|e| unwritable(&kept, &e))?;
    Ok(kept)
}

/// Folds the log into a database that is not in use. A damaged one stays as it is.
async fn fold(file: &Path) -> Result<()> {
    let Ok(mut connection) = options(file).create_if_missing(false).connect().await else { return Ok(()) };
    let folded: Result<(i64, i64, i64), _> =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection).await;
    let _ = connection.close().await;
    match folded {
        Ok((0, ..)) => Ok(()),
        Err(cause) if error::sqlite_code(&cause) != Some(5) => Ok(()),
        _ => {
            Err(Error::refused(format!("Another program holds the database {}; end it and try again.", file.display())))
        }
    }
}

/// `file` with an added ending, in the same folder.
fn beside(file: &Path, ending: &str) -> PathBuf {
    beside_with(file, &format!(".{ending}"))
}

fn beside_with(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    file.with_file_name(name)
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)
}

/// A new name survives a crash only after its folder is synced.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn unwritable(file: &Path, cause: &io::Error) -> Error {
    Error::refused(format!("Cairn cannot write {} ({}).", file.display(), error::reason(cause)))
}
