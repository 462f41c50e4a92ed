//! `cairn gaps`: groups of questions without a result, and what can be done about them.

use super::editing::{AUTHOR, admin, approval, tell};
use super::{Ending, say, say_json, with_app};
use crate::config::Config;
use crate::wiki::gaps::{self, Gap};
use crate::{App, Result};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lead people who ask like this to a section, by adding their words to its ways of asking
    Point {
        /// The question's key, as the list shows it
        key: String,
        /// Page and section, as in hardware#gpus
        place: String,
        /// Who does it
        #[arg(long, default_value = AUTHOR)]
        author: String,
    },
    /// Make a draft of a new page for the question
    Page {
        /// The question's key, as the list shows it
        key: String,
        /// The title of the page
        title: String,
        /// Who does it
        #[arg(long, default_value = AUTHOR)]
        author: String,
    },
    /// Say that the question is not for this wiki: it is listed no more
    Refuse {
        /// The question's key, as the list shows it
        key: String,
        /// Who does it
        #[arg(long, default_value = AUTHOR)]
        author: String,
    },
    /// Take back that the question is not for this wiki
    Accept {
        /// The question's key
        key: String,
        /// Who does it
        #[arg(long, default_value = AUTHOR)]
        author: String,
    },
}

pub async fn run(args: Args, config: Config) -> Result<Ending> {
    let json = config.json;
    match args.command {
        None => list(config).await?,
        Some(Command::Point { key, place, author }) => {
            let by = admin(&author)?;
            let place = place.split_once('#').unwrap_or((&place, ""));
            let work =
                async |app: &App| gaps::point(&app.store, &by, &key, place, approval(app), app.clock.now()).await;
            tell(with_app(config, work).await?, json)?;
        }
        Some(Command::Page { key, title, author }) => {
            let by = admin(&author)?;
            let work = async |app: &App| gaps::start_page(&app.store, &by, &key, &title, app.clock.now()).await;
            tell(with_app(config, work).await?, json)?;
        }
        Some(Command::Refuse { key, author }) => {
            let by = admin(&author)?;
            let work = async |app: &App| gaps::refuse(&app.store, &by, &key, app.clock.now()).await;
            let gap = with_app(config, work).await?;
            done(
                &gap,
                &format!("“{}” is listed no more; cairn gaps accept {key} takes that back.", gap.question),
                json,
            )?;
        }
        Some(Command::Accept { key, author }) => {
            let by = admin(&author)?;
            let work = async |app: &App| gaps::accept(&app.store, &by, &key, app.clock.now()).await;
            let gap = with_app(config, work).await?;
            done(&gap, &format!("“{}” is listed again.", gap.question), json)?;
        }
    }
    Ok(Ending::Well)
}

fn done(gap: &Gap, sentence: &str, json: bool) -> Result<()> {
    if json { say_json(gap) } else { say(sentence) }
}

async fn list(config: Config) -> Result<()> {
    let json = config.json;
    let by = admin(AUTHOR)?;
    let found = with_app(config, async |app| gaps::top(&app.store, &by, app.clock.now()).await).await?;
    if json {
        return say_json(&found);
    }
    if found.is_empty() {
        return say("Every search of the last 30 days found something.");
    }
    say(&found.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn line(gap: &Gap) -> String {
    let near = gap.near.as_ref().map_or_else(String::new, |near| {
        let what = if near.opened > 0 { "opened afterwards" } else { "nearest" };
        format!("\n  {what}: {}#{}", near.page, near.anchor)
    });
    format!("- {gap}{near}\n  key: {}", gap.key)
}
