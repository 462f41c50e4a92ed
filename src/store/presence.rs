//! The lock on a data folder: one Cairn at a time, unless several agree to share it.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::{files, unwritable};
use crate::{Error, Result};

/// A lock on the data folder. A process that gets it exclusively knows that no other is running, so any half-finished work
/// was left by one that crashed. The system releases it when the process ends.
#[derive(Debug)]
pub struct Presence {
    file: File,
    alone: bool,
}

impl Presence {
    /// Locks the folder exclusively; creates it if it is missing.
    ///
    /// # Errors
    /// Refused if another Cairn runs there, or if the folder cannot be written to.
    pub fn alone_in(dir: &Path) -> Result<Self> {
        let found = Self::try_enter(dir)?;
        if found.alone {
            return Ok(found);
        }
        Err(Error::refused(format!(
            "Another Cairn runs on the data folder {} already; stop it, or choose another folder with --data-dir.",
            dir.display()
        )))
    }

    /// Joins other processes in the folder. Waits while a process that found itself alone cleans up.
    ///
    /// # Errors
    /// Refused if the folder cannot be written to.
    pub fn enter(dir: &Path) -> Result<Self> {
        let found = Self::try_enter(dir)?;
        if !found.alone {
            found.file.lock_shared()?;
        }
        Ok(found)
    }

    fn try_enter(dir: &Path) -> Result<Self> {
        files::make_folder(dir)?;
        let file = files::lock_file(dir).map_err(|e| unwritable(dir, &e))?;
        let alone = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(e)) => return Err(unwritable(dir, &e)),
        };
        Ok(Self { file, alone })
    }

    /// Whether this process holds the lock exclusively.
    pub fn alone(&self) -> bool {
        self.alone
    }

    /// Lets others share the folder. Call it before any work begins.
    pub fn share(&mut self) -> Result<()> {
        if self.alone {
            // A process that gets the lock here finds no work of ours, because we have not begun.
            self.file.unlock()?;
            self.file.lock_shared()?;
            self.alone = false;
        }
        Ok(())
    }
}
