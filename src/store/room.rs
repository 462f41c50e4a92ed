//! What a folder can take: whether it can be written to or made, and how much fits.

use std::path::Path;
use std::{fs, io};

use rustix::fs::{Access, access};

use crate::error;

/// How many bytes can be written to the data folder, which need not be there yet. Makes nothing.
///
/// # Errors
/// Why it can be neither used nor made, and what to do; the rest of a sentence after its name.
pub fn room_in(dir: &Path) -> std::result::Result<u64, String> {
    if let Some(why) = file_in_the_way(dir) {
        return Err(why);
    }
    let there = nearest(dir);
    let probed = access(there, Access::WRITE_OK | Access::EXEC_OK).map_err(io::Error::from);
    probed.and_then(|()| free_room(there)).map_err(|cause| {
        let what = if there == dir { "cannot be written to" } else { "cannot be made" };
        let reason = error::reason(&cause);
        format!("{what} ({}: {reason}); make that writable or choose another folder with --data-dir", there.display())
    })
}

/// The rest of a sentence after the name of a data folder that cannot be one, because a file is there.
pub fn file_in_the_way(dir: &Path) -> Option<String> {
    let there = nearest(dir);
    match there.is_dir() {
        true => None,
        false if there == dir => Some("is a file; choose a folder with --data-dir".to_owned()),
        false => {
            let file = there.display();
            Some(format!("cannot be made, because {file} is a file; choose another folder with --data-dir"))
        }
    }
}

/// The folder, or else the nearest place above it that is there.
fn nearest(dir: &Path) -> &Path {
    let there = dir.ancestors().find(|path| fs::metadata(path).is_ok());
    there.unwrap_or(Path::new("."))
}

/// The number of bytes that can still be written in a folder.
fn free_room(dir: &Path) -> io::Result<u64> {
    let room = rustix::fs::statvfs(dir)?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize))
}
