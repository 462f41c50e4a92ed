//! `cairn settings`: exports the settings of a Discord server to a file and imports them.

use std::path::PathBuf;

use super::editing::{AUTHOR, admin};
use super::{Ending, from_stdin, say, say_json, say_whole, with_app};
use crate::community::Community;
use crate::config::Config;
use crate::discord::exported as settings;
use crate::{App, Error, Result};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print what a server has set, as JSON
    Export {
        /// Which, as in discord:123
        community: Community,
    },
    /// Make a server's settings those of an exported file
    Import {
        /// Which, as in discord:123
        community: Community,
        /// The file, or - for standard input
        file: PathBuf,
        /// Who does it
        #[arg(long, default_value = AUTHOR)]
        author: String,
    },
}

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    let json = config.json;
    match command {
        Command::Export { community } => {
            let by = admin(AUTHOR)?;
            let found = with_app(config, async |app| settings::read(&app.store, &by, &community).await).await?;
            if json {
                say_json(&found)?;
            } else {
                say_whole(&serde_json::to_string_pretty(&found).map_err(anyhow::Error::new)?)?;
            }
        }
        Command::Import { community, file, author } => {
            let by = admin(&author)?;
            let text = if file.as_os_str() == "-" {
                from_stdin()?
            } else {
                std::fs::read_to_string(&file)
                    .map_err(|cause| Error::refused(format!("{} cannot be read: {cause}.", file.display())))?
            };
            let work = async |app: &App| settings::import(&app.store, &by, &community, &text, app.clock.now()).await;
            let saved = with_app(config, work).await?;
            if json {
                say_json(&saved)?;
            } else if saved.changed.is_empty() {
                say("Nothing to change: it is set like that already.")?;
            }
            if !json {
                for changed in &saved.changed {
                    say(&format!("{} is now: {}", changed.name, changed.value))?;
                }
                for left in &saved.left_out {
                    say(&format!("Left as it is: {left}."))?;
                }
            }
        }
    }
    Ok(Ending::Well)
}
