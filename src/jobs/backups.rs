//! Copies of the database at set times, and the end of those that are superfluous.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use tracing::{info, warn};

use crate::store::{REPLACED, rotation};
use crate::{App, Error, Result, error};

/// How long the database that a restored one took the place of is kept.
const REPLACED_KEPT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Makes a copy, unless copies are off, and removes those that are superfluous then.
///
/// # Errors
/// Refused if the folder of copies cannot be written to.
pub async fn run(app: &App, now: Timestamp) -> Result<()> {
    forget_replaced(&app.config.data_dir.join(REPLACED));
    let Some(folder) = app.config.backups() else { return Ok(()) };
    crate::store::make_folder(&folder)?;
    let file = folder.join(rotation::name(now));
    if !file.exists() {
        let copy = app.store.back_up(&file).await?;
        info!(file = %file.display(), bytes = copy.bytes, "the database was copied");
    }
    tidy(&folder, now)
}

/// Removes what the rotation does not keep. What has another name is somebody else's.
fn tidy(folder: &Path, now: Timestamp) -> Result<()> {
    let entries = fs::read_dir(folder)
        .map_err(|e| Error::refused(format!("Cairn cannot read {} ({}).", folder.display(), error::reason(&e))))?;
    let copies: Vec<_> =
        entries.flatten().filter_map(|entry| rotation::made_at(&entry.file_name().to_string_lossy())).collect();
    for at in rotation::superfluous(&copies, now) {
        let file = folder.join(rotation::name(at));
        if let Err(cause) = fs::remove_file(&file) {
            warn!(file = %file.display(), cause = error::reason(&cause), "an old copy cannot be removed");
        }
    }
    Ok(())
}

fn forget_replaced(file: &Path) {
    let changed = fs::metadata(file).and_then(|there| there.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let age = crate::config::machine_time().duration_since(changed.try_into().unwrap_or(Timestamp::MIN));
    if file.exists() && age > REPLACED_KEPT.try_into().unwrap_or(jiff::SignedDuration::MAX) {
        let _ = fs::remove_file(file);
    }
}
