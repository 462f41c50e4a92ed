//! `cairn backup` and `cairn restore`: a copy of the database, and the way back.

use std::path::PathBuf;

use serde::Serialize;

use super::{Ending, say, say_json, with_app};
use crate::config::Config;
use crate::store::{self, Presence, Store};
use crate::{Error, Result};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The copy
    file: PathBuf,
}

/// The JSON of both.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a PathBuf,
    bytes: u64,
    schema: i64,
    replaced: Option<PathBuf>,
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
        true => say_json(&Report { file: &args.file, bytes: copy.bytes, schema: copy.version, replaced: None })?,
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
    let replaced = store::restore(&alone, &config.data_dir, &args.file).await?;
    if config.json {
        say_json(&Report { file: &args.file, bytes: copy.bytes, schema: copy.version, replaced })?;
        return Ok(Ending::Well);
    }
    let (shown, dir) = (args.file.display(), config.data_dir.display());
    let before = replaced
        .map_or_else(String::new, |kept| format!(" The database before it is kept as {} for 14 days.", kept.display()));
    say(&format!("The database in {dir} is that of {shown} now.{before} Start Cairn again with `cairn run`."))?;
    Ok(Ending::Well)
}
