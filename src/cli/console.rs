//! `cairn console`: a link that signs the operator in to the console, also without Discord.

use serde_json::json;

use super::editing::{AUTHOR, admin};
use super::{Ending, complain, say, say_json, with_app};
use crate::Result;
use crate::community::entry;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Who you are in history and log
    #[arg(long, default_value = AUTHOR)]
    author: String,
    /// Sign this author out in every browser instead
    #[arg(long)]
    sign_out: bool,
}

pub async fn run(args: Args, config: Config) -> Result<Ending> {
    let (json, base) = (config.json, config.local_url());
    let by = admin(&args.author)?;
    if args.sign_out {
        with_app(config, async |app| entry::leave_everywhere(&app.store, by.actor()).await).await?;
        say(&format!("“{}” is signed out everywhere.", by.actor()))?;
        return Ok(Ending::Well);
    }
    let unanswered = super::health::is_ready(&config).await.err();
    let key = with_app(config, async |app| entry::link(&app.store, &by, app.clock.now()).await).await?;
    let link = format!("{base}/console/enter/{key}");
    if json {
        say_json(&json!({"link": link, "minutes": entry::LINK.as_mins()}))?;
    } else {
        say(&format!("Open this link in a browser. It signs you in once, and works for ten minutes:\n\n  {link}\n"))?;
        if let Some(why) = unanswered {
            complain(&format!("{why} Give both commands the same --data-dir and --web-listen."));
        }
    }
    Ok(Ending::Well)
}
