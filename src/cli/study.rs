//! `cairn study`: recorded study histories.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Ending;
use crate::study::FLOOR;
use crate::study::events::Broken;
use crate::study::simulate::simulate;
use crate::{Error, Result};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Fold a recorded history and print a line for each `as_of` in it
    Simulate {
        /// Events, one JSON object a line
        #[arg(value_name = "FILE.jsonl")]
        file: PathBuf,
    },
}

pub fn run(command: &Command) -> Result<Ending> {
    match command {
        Command::Simulate { file } => fold(file),
    }
}

fn fold(file: &Path) -> Result<Ending> {
    let history = std::fs::read(file)
        .map_err(|e| Error::refused(format!("{} cannot be read ({e}); name another file.", file.display())))?;
    let mut out = BufWriter::new(io::stdout().lock());
    simulate(&history, FLOOR, |shown| -> Result<()> {
        serde_json::to_writer(&mut out, shown).map_err(io::Error::from)?;
        Ok(out.write_all(b"\n")?)
    })?;
    out.flush()?;
    Ok(Ending::Well)
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        Self::refused(format!("{broken} Mend it and try again."))
    }
}
