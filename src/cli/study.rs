//! `cairn study`: recorded study histories, and exports of what a person studied.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::privacy::wrong;
use super::{Ending, say_json, say_whole, with_pages};
use crate::config::Config;
use crate::people::Identity;
use crate::streak::FLOOR;
use crate::streak::events::Broken;
use crate::streak::simulate::simulate;
use crate::text::list;
use crate::{Error, Result, error, study};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Fold a recorded history and print a line for each `as_of` in it
    Simulate {
        /// Events, one JSON object a line
        #[arg(value_name = "FILE.jsonl")]
        file: PathBuf,
        /// Say on stderr why events were refused
        #[arg(long)]
        explain: bool,
    },
    /// Print every day that somebody studied, as CSV, or with --json their entries, too
    Export {
        /// discord:ID or reddit:NAME
        person: String,
    },
}

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    match command {
        Command::Simulate { file, explain } => fold(&file, explain),
        Command::Export { person } => export(&person, config).await,
    }
}

async fn export(person: &str, config: Config) -> Result<Ending> {
    let json = config.json;
    let identity: Identity = match person.parse() {
        Ok(identity) => identity,
        Err(error) => return wrong(error),
    };
    let export = with_pages(config, async |app| study::export(&app.store, &identity, app.clock.now()).await).await?;
    if json {
        say_json(&export)?;
    } else {
        say_whole(export.to_string().trim_end())?;
    }
    Ok(Ending::Well)
}

fn fold(file: &Path, explain: bool) -> Result<Ending> {
    let history = std::fs::read(file).map_err(|e| {
        Error::refused(format!("{} cannot be read ({}); name another file.", file.display(), error::reason(&e)))
    })?;
    let mut out = BufWriter::new(io::stdout().lock());
    let refused = simulate(&history, FLOOR, |shown| -> Result<()> {
        serde_json::to_writer(&mut out, shown).map_err(io::Error::from)?;
        Ok(out.write_all(b"\n")?)
    })?;
    out.flush()?;
    if explain {
        refused.iter().for_each(|(line, refusal)| eprintln!("Line {line} is refused: {refusal}"));
    } else if !refused.is_empty() {
        let were = if refused.len() == 1 { "was" } else { "were" };
        eprintln!("{} {were} refused; --explain says why.", list::count(refused.len() as u64, "event"));
    }
    Ok(Ending::Well)
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        Self::refused(format!("{broken} Correct it and try again."))
    }
}
