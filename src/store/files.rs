//! The database's files. Only their owner can read them. They are watched, because writes are lost if a file is moved,
//! deleted, replaced or cut while Cairn runs.
//!
//! They are checked by name only: opening and closing an SQLite file outside SQLite breaks its locks.

use std::fs::{self, DirBuilder, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::{error, warn};

use super::{LOCK, unwritable};
use crate::config::BACKUPS;
use crate::error::Error;
use crate::{Result, error};

/// The database.
pub const FILE: &str = "cairn.db";
/// SQLite's write-ahead log.
pub const LOG: &str = "cairn.db-wal";
/// SQLite's index of the write-ahead log.
pub const INDEX: &str = "cairn.db-shm";
/// How often a process looks whether it is its turn.
const BETWEEN_TURNS: Duration = Duration::from_millis(10);
/// Only the owner may use the folder.
const FOLDER_MODE: u32 = 0o700;
/// Only the owner may read and write the files.
pub const FILE_MODE: u32 = 0o600;
/// Written to the lock file once a database exists beside it.
const MARK: &str = "A Cairn database belongs here.\n";

/// Identifies a file whatever its name: device and inode.
type Inode = (u64, u64);

/// The files of an open database.
#[derive(Debug)]
pub struct Files {
    dir: PathBuf,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    database: Inode,
    /// The largest size so far, in bytes.
    size: u64,
    /// The write-ahead log, if it exists.
    log: Option<Inode>,
    /// Why nothing can be saved any more.
    lost: Option<String>,
}

/// Creates the folder and the file if they are missing, and removes other users' access.
///
/// # Errors
/// Refused if the folder cannot be written to, or if an existing database is now empty.
pub fn prepare(dir: &Path) -> Result<()> {
    make_folder(dir)?;
    let file = dir.join(FILE);
    let had_one = fs::metadata(dir.join(LOCK)).is_ok_and(|mark| mark.len() > 0);
    match fs::metadata(&file) {
        Ok(there) if there.len() == 0 => {
            if had_one || fs::metadata(dir.join(LOG)).is_ok_and(|log| log.len() > 0) {
                return Err(Error::refused(format!(
                    "The database {} is empty, though it was not before; restore a backup, or delete the file to begin without one.",
                    file.display()
                )));
            }
        }
        Ok(_) => {}
        Err(_) => {
            if had_one {
                warn!(file = %file.display(), "there was a database here before; a new one is made");
            }
            let made = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(&file);
            match made {
                Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => return Err(unwritable(dir, &cause)),
                _ => {}
            }
        }
    }
    tighten(dir);
    Ok(())
}

/// Makes a folder that only its owner can open.
pub fn make_folder(dir: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(dir).map_err(|e| unwritable(dir, &e))
}

/// Waits for this process's turn to make the database or update its tables. Of two processes that begin on an empty folder
/// one would find half the tables of the other, and sqlx has no lock for SQLite. After `limit`, or where a folder cannot be
/// locked, it goes on without.
pub async fn turn(dir: &Path, limit: Duration) -> Option<fs::File> {
    let folder = fs::File::open(dir).ok()?;
    let begun = Instant::now();
    while let Err(cause) = folder.try_lock() {
        if matches!(cause, TryLockError::Error(_)) || begun.elapsed() >= limit {
            return None;
        }
        tokio::time::sleep(BETWEEN_TURNS).await;
    }
    Some(folder)
}

/// Opens or creates the lock file, for its owner only.
pub fn lock_file(dir: &Path) -> io::Result<fs::File> {
    OpenOptions::new().append(true).create(true).mode(FILE_MODE).open(dir.join(LOCK))
}

/// Records that a database exists. From then on an empty file in its place is an error, not a new database.
pub fn mark(dir: &Path) -> Result<()> {
    let written = lock_file(dir).and_then(|mut file| match file.metadata()?.len() {
        0 => file.write_all(MARK.as_bytes()),
        _ => Ok(()),
    });
    written.map_err(|e| unwritable(dir, &e))
}

/// Removes other users' access to the files, and to the folder if it holds nothing else. Files of another owner stay as
/// they are.
fn tighten(dir: &Path) {
    for name in [FILE, LOG, INDEX, LOCK] {
        restrict(&dir.join(name), FILE_MODE);
    }
    let ours = |entry: io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| {
            let name = entry.file_name();
            name == BACKUPS || name.to_string_lossy().starts_with("cairn.")
        })
    };
    if fs::read_dir(dir).is_ok_and(|entries| entries.into_iter().all(ours)) {
        restrict(dir, FOLDER_MODE);
    }
}

fn restrict(path: &Path, mode: u32) {
    let Ok(there) = fs::metadata(path) else { return };
    let now = there.permissions().mode();
    if now & 0o077 != 0
        && let Err(cause) = fs::set_permissions(path, Permissions::from_mode(now & mode))
    {
        warn!(path = %path.display(), cause = error::reason(&cause), "others can read this; it cannot be changed");
    }
}

/// A temporary folder that is deleted with its content.
#[derive(Debug)]
pub struct Passing(PathBuf);

impl Passing {
    /// An empty folder among the system's temporary folders, for its owner only.
    ///
    /// # Errors
    /// Refused if none can be made.
    pub fn new() -> Result<Self> {
        let parent = std::env::temp_dir();
        let names = (0..100).map(|n| parent.join(format!("cairn-{}-{n}", std::process::id())));
        let mut cause = io::Error::from(io::ErrorKind::AlreadyExists);
        for path in names {
            match DirBuilder::new().mode(FOLDER_MODE).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => {
                    cause = e;
                    break;
                }
            }
        }
        Err(Error::refused(format!(
            "Cairn cannot make a folder in {} ({}); set TMPDIR to one that it may write to.",
            parent.display(),
            error::reason(&cause)
        )))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // If this fails, the rest stays in the system's temporary folder, which is acceptable.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Files {
    /// Starts to watch the files of the database that was just opened in `dir`.
    ///
    /// # Errors
    /// Refused if they are already gone.
    pub fn watched(dir: &Path) -> Result<Self> {
        let there = fs::metadata(dir.join(FILE)).map_err(|e| unwritable(dir, &e))?;
        let log = fs::metadata(dir.join(LOG)).ok().map(|log| inode(&log));
        let known = Known { database: inode(&there), size: there.len(), log, lost: None };
        Ok(Self { dir: dir.to_owned(), known: Mutex::new(known) })
    }

    /// Fails if a file was moved, deleted, replaced or cut. Such a failure is final.
    pub fn intact(&self) -> Result<()> {
        let mut known = self.known();
        if known.lost.is_none() {
            known.lost = self.trouble(&mut known);
            if let Some(why) = &known.lost {
                error!(folder = %self.dir.display(), "{why}");
            }
        }
        known.lost.clone().map_or(Ok(()), |why| Err(Error::plain(why)))
    }

    /// The largest size of the database file so far, in bytes.
    pub fn size(&self) -> i64 {
        i64::try_from(self.known().size).unwrap_or(i64::MAX)
    }

    /// Accepts a new log file from now on, because its last connection was closed.
    pub fn forget_log(&self) {
        self.known().log = None;
    }

    fn trouble(&self, known: &mut Known) -> Option<String> {
        let happened = |file: &str, what: &str, then: &str| {
            Some(format!("The file {file} was {what} while Cairn ran, so Cairn cannot save anything now; {then}."))
        };
        match fs::metadata(self.dir.join(FILE)) {
            Err(_) => return happened(FILE, "moved or deleted", "put it back and start Cairn again"),
            Ok(there) if inode(&there) != known.database => {
                return happened(FILE, "replaced", "start Cairn again");
            }
            Ok(there) if there.len() < known.size => {
                return happened(FILE, "cut short", "stop Cairn and restore a backup");
            }
            Ok(there) => known.size = there.len(),
        }
        let log = fs::metadata(self.dir.join(LOG)).ok().map(|log| inode(&log));
        if known.log.is_some() && known.log != log {
            return happened(LOG, "moved, deleted or replaced", "start Cairn again");
        }
        known.log = log;
        None
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn inode(there: &fs::Metadata) -> Inode {
    (there.dev(), there.ino())
}
