//! Scheduled copies of the database, and the removal of old ones.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use tracing::{info, warn};

use crate::store::{REPLACED, rotation};
use crate::{App, Error, Result, error};

/// How long a database that a restore replaced is kept.
const REPLACED_KEPT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Makes a copy, unless copies are off, and removes old copies.
///
/// # Errors
/// Refused if the folder for copies cannot be written to.
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

/// Removes the copies that the rotation does not keep. Files with other names are not ours.
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
