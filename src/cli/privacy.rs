//! `cairn privacy`: shows or erases the data about a person.

use std::io::{self, Write};

use serde::Serialize;

use super::{Ending, say, say_json, with_pages};
use crate::config::Config;
use crate::people::erase::{self, Counts};
use crate::people::{Identity, export};
use crate::{App, Error, Result};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print everything held about a person, as JSON
    Export {
        /// discord:ID or reddit:NAME
        person: String,
    },
    /// Erase everything held about a person, on both platforms
    Delete {
        /// discord:ID or reddit:NAME
        person: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// The JSON of `delete`.
#[derive(Serialize)]
struct Report<'a> {
    erased: bool,
    #[serde(flatten)]
    counts: &'a Counts,
}

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    match command {
        Command::Export { person } => export_person(&person, config).await,
        Command::Delete { person, yes } => delete(&person, yes, config).await,
    }
}

async fn export_person(person: &str, config: Config) -> Result<Ending> {
    let json = config.json;
    let identity: Identity = match person.parse() {
        Ok(identity) => identity,
        Err(error) => return wrong(error),
    };
    let held = with_pages(config, async |app| export::export(&app.store, &identity).await).await?;
    if json {
        say_json(&held)?;
    } else {
        super::say_whole(&serde_json::to_string_pretty(&held).map_err(anyhow::Error::new)?)?;
    }
    Ok(Ending::Well)
}

async fn delete(person: &str, yes: bool, config: Config) -> Result<Ending> {
    let json = config.json;
    let identity: Identity = match person.parse() {
        Ok(identity) => identity,
        Err(error) => return wrong(error),
    };
    let (counts, erased) = with_pages(config, async |app| delete_asked(app, &identity, yes).await).await?;
    if json {
        say_json(&Report { erased, counts: &counts })?;
    } else if counts.is_empty() {
        say(&counts.to_string())?;
    } else if erased && !yes {
        // The list stands above the question.
        say("All of that is erased.")?;
    } else if erased {
        say(&format!("{counts}\nAll of that is erased."))?;
    } else {
        say("Nothing was erased.")?;
    }
    Ok(if erased || counts.is_empty() { Ending::Well } else { Ending::Partly })
}

/// The data that was held, and whether it was erased.
async fn delete_asked(app: &App, identity: &Identity, yes: bool) -> Result<(Counts, bool)> {
    let counts = erase::counts(&app.store, identity).await?;
    if counts.is_empty() || !(yes || asked(&counts).await?) {
        return Ok((counts, false));
    }
    Ok((erase::erase(&app.store, identity, app.clock.now()).await?, true))
}

/// Shows the counts and asks. Only an explicit yes counts; the end of the input is a no.
async fn asked(counts: &Counts) -> Result<bool> {
    let mut err = io::stderr().lock();
    write!(err, "{counts}\nErase all of that? It cannot be undone. [y/N] ")?;
    err.flush()?;
    drop(err);
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line)
    });
    let line = read.await.map_err(anyhow::Error::new)??;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// An invalid name is wrong usage.
pub fn wrong(error: Error) -> Result<Ending> {
    match error {
        Error::Refused(refused) => Ok(Ending::Usage(refused.text)),
        fault @ Error::Fault(_) => Err(fault),
    }
}
