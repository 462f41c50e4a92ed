//! `cairn backup` and `cairn restore`: copies the database and restores a copy.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Ending, say, say_json, with_app};
use crate::config::Config;
use crate::people::again::{self, Remembered};
use crate::store::{self, Arriving, Copy, Presence, Store, rotation};
use crate::{Error, Result};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The copy
    file: PathBuf,
}

/// The JSON of both commands.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a PathBuf,
    bytes: u64,
    schema: i64,
    replaced: Option<PathBuf>,
    erased_again: Option<usize>,
}

impl<'a> Report<'a> {
    fn of(file: &'a PathBuf, copy: Copy) -> Self {
        Self { file, bytes: copy.bytes, schema: copy.version, replaced: None, erased_again: None }
    }
}

pub async fn back_up(args: Args, config: Config) -> Result<Ending> {
    if !Store::is_in(&config.data_dir) {
        return Err(Error::refused(format!(
            "There is no database in {}; name its folder with --data-dir.",
            config.data_dir.display()
        )));
    }
    let json = config.json;
    let copy = with_app(config, async |app| app.store.back_up(&args.file).await).await?;
    let shown = args.file.display();
    match json {
        true => say_json(&Report::of(&args.file, copy))?,
        false => say(&format!(
            "The database is copied to {shown} ({} kB) and the copy is whole.",
            copy.bytes.div_ceil(1_000)
        ))?,
    }
    Ok(Ending::Well)
}

pub async fn restore(args: Args, config: Config) -> Result<Ending> {
    let alone = Presence::alone_in(&config.data_dir)?;
    let copy = store::check(&args.file).await?;
    let arriving = Arriving::of(&alone, &config.data_dir, &args.file).await?;
    let others = memories(&config, &args.file).await;
    let erased = arriving.change(async |db| again::erase_again(db, &others).await).await?;
    let replaced = arriving.put().await?;
    if config.json {
        say_json(&Report { erased_again: Some(erased), replaced, ..Report::of(&args.file, copy) })?;
        return Ok(Ending::Well);
    }
    let (shown, dir) = (args.file.display(), config.data_dir.display());
    let before = replaced
        .map_or_else(String::new, |kept| format!(" The database before it is kept as {} for 14 days.", kept.display()));
    let again = match erased {
        0 => String::new(),
        _ => format!(" Erasures since that copy was made are done again: {erased}."),
    };
    say(&format!("The database in {dir} is that of {shown} now.{again}{before} Start Cairn again with `cairn run`."))?;
    Ok(Ending::Well)
}

/// The hashes of erased people in the replaced database and in all kept copies; the newest copy may be newer than the
/// restored one. Unreadable ones are ignored.
async fn memories(config: &Config, restored: &Path) -> Vec<Remembered> {
    let dir = &config.data_dir;
    let copies = config.backups().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let copies = copies.map(|entry| entry.path()).filter(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        rotation::made_at(&name).is_some() && file.as_path() != restored
    });
    let mut all = Vec::new();
    for file in [dir.join(store::FILE), dir.join(store::REPLACED)].into_iter().chain(copies) {
        if let Ok(remembered) = store::look_into(&file, again::remembered).await {
            all.push(remembered);
        }
    }
    all
}
