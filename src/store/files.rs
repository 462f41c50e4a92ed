//! The database's files: made for their owner alone, and watched, for a file that is moved, deleted, replaced or cut
//! while Cairn runs takes with it whatever is written to it.
//!
//! They are only looked at by name. Who opens and closes an SQLite file beside SQLite breaks its locks.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::{error, warn};

use super::{LOCK, unwritable};
use crate::config::BACKUPS;
use crate::error::Error;
use crate::{Result, error};

/// The database.
pub const FILE: &str = "cairn.db";
/// What SQLite keeps beside it.
pub const LOG: &str = "cairn.db-wal";
/// What SQLite keeps beside it, too.
pub const INDEX: &str = "cairn.db-shm";
/// Who may read and write what is here: its owner.
const FOLDER_MODE: u32 = 0o700;
/// The same of a file.
pub const FILE_MODE: u32 = 0o600;
/// Stands in the lock's file once there has been a database beside it.
const MARK: &str = "A Cairn database belongs here.\n";

/// Which file it is, whatever it is called.
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
    /// The most bytes it has had.
    size: u64,
    /// The write-ahead log, once there is one.
    log: Option<Inode>,
    /// Why nothing can be saved any more.
    lost: Option<String>,
}

/// Makes folder and file if they are missing, and takes them from all others.
///
/// # Errors
/// Refused if the folder cannot be written to, or if the database is empty though it was not.
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

/// Makes a folder that only its owner can look into.
pub fn make_folder(dir: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(dir).map_err(|e| unwritable(dir, &e))
}

/// The lock's file, made for its owner alone.
pub fn lock_file(dir: &Path) -> io::Result<fs::File> {
    OpenOptions::new().append(true).create(true).mode(FILE_MODE).open(dir.join(LOCK))
}

/// Remembers that there is a database now: an empty file in its place is no new beginning from then on.
pub fn mark(dir: &Path) -> Result<()> {
    let written = lock_file(dir).and_then(|mut file| match file.metadata()?.len() {
        0 => file.write_all(MARK.as_bytes()),
        _ => Ok(()),
    });
    written.map_err(|e| unwritable(dir, &e))
}

/// Takes what is there from all but its owner; the folder, too, if nothing else is in it. What belongs to somebody else
/// stays as they have it.
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

/// A folder that goes again with everything in it.
#[derive(Debug)]
pub struct Passing(PathBuf);

impl Passing {
    /// An empty folder among the system's temporary ones, for its owner alone.
    ///
    /// # Errors
    /// Refused if there can be none.
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
        // What cannot be removed is in the system's temporary folder all the same.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Files {
    /// The files of the database that has just been opened in `dir`.
    ///
    /// # Errors
    /// Refused if they are gone already.
    pub fn watched(dir: &Path) -> Result<Self> {
        let there = fs::metadata(dir.join(FILE)).map_err(|e| unwritable(dir, &e))?;
        let log = fs::metadata(dir.join(LOG)).ok().map(|log| inode(&log));
        let known = Known { database: inode(&there), size: there.len(), log, lost: None };
        Ok(Self { dir: dir.to_owned(), known: Mutex::new(known) })
    }

    /// Looks whether they are the same as ever.
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

    /// The most bytes that the database's file has had.
    pub fn size(&self) -> i64 {
        i64::try_from(self.known().size).unwrap_or(i64::MAX)
    }

    /// The log may be another from now on: its last connection was closed.
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
