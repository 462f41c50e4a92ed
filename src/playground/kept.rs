//! What of the pretend server outlives the program: its people, channels and messages, and what time it is there. One file
//! of JSON beside the database.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::stand_in::posts::Post;
use super::stand_in::state::{Id, State};
use super::stand_in::town::Town;
use crate::Result;

/// The file, and the one that is written before it takes its place.
const FILE: &str = "server.json";
const HALF_WRITTEN: &str = "server.json.new";

/// What is kept.
#[derive(Debug, Deserialize)]
pub struct Kept {
    /// What time it is there.
    pub now: Timestamp,
    /// The greatest id.
    pub last_id: Id,
    /// Its people and channels.
    pub town: Town,
    /// Its messages.
    pub posts: BTreeMap<Id, Post>,
}

#[derive(Serialize)]
struct Keeps<'a> {
    now: Timestamp,
    last_id: Id,
    town: &'a Town,
    posts: &'a BTreeMap<Id, Post>,
}

/// What is to be kept, as text.
pub fn written(state: &State) -> Result<String> {
    let keeps =
        Keeps { now: state.clock.now(), last_id: state.clock.last_id(), town: &state.town, posts: &state.posts.all };
    Ok(serde_json::to_string(&keeps).map_err(anyhow::Error::new)?)
}

/// Writes it to the folder, in one step.
pub fn keep(dir: &Path, text: &str) -> Result<()> {
    fs::write(dir.join(HALF_WRITTEN), text)?;
    Ok(fs::rename(dir.join(HALF_WRITTEN), dir.join(FILE))?)
}

/// What the folder keeps. A file that cannot be read was written by another version, and counts for nothing.
pub fn read(dir: &Path) -> Result<Option<Kept>> {
    match fs::read_to_string(dir.join(FILE)) {
        Ok(text) => Ok(serde_json::from_str(&text).ok()),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause.into()),
    }
}

/// Forgets everything below the folder.
pub fn wipe(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause.into()),
        _ => Ok(()),
    }
}
