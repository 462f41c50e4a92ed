//! `cairn outbox`: lists messages that did not arrive, and settles them.

use super::editing::{AUTHOR, admin};
use super::{Ending, say, say_json, with_app};
use crate::config::Config;
use crate::outbox::{self, Resolution, Undelivered};
use crate::{App, Result};

/// The most messages listed.
const LISTED: u32 = 200;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Say what becomes of a message: it arrived, send it again, or drop it
    Settle {
        /// Its number
        message: i64,
        /// arrived, again or drop
        #[arg(value_parser = ["arrived", "again", "drop"])]
        what: String,
        /// Who says so
        #[arg(long, default_value = AUTHOR)]
        author: String,
    },
}

pub async fn run(args: Args, config: Config) -> Result<Ending> {
    let json = config.json;
    match args.command {
        None => {
            let by = admin(AUTHOR)?;
            let found = with_app(config, async |app| outbox::undelivered(&app.store, &by, LISTED).await).await?;
            if json { say_json(&found)? } else { say(&listed(&found))? }
        }
        Some(Command::Settle { message, what, author }) => {
            let (by, what): (_, Resolution) = (admin(&author)?, what.parse()?);
            let work = async |app: &App| outbox::resolve(&app.store, &by, message, what, app.clock.now()).await;
            with_app(config, work).await?;
            say(match what {
                Resolution::Arrived => "It counts as arrived now.",
                Resolution::Again => "It is sent again as soon as Cairn runs.",
                Resolution::Drop => "It is dropped, and its text is gone.",
            })?;
        }
    }
    Ok(Ending::Well)
}

fn listed(messages: &[Undelivered]) -> String {
    if messages.is_empty() {
        return "Every message has arrived, or is on its way.".to_owned();
    }
    let lines: Vec<String> = messages.iter().map(ToString::to_string).collect();
    format!("{}\nTo settle one: cairn outbox settle NUMBER arrived|again|drop", lines.join("\n"))
}
