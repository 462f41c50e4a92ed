//! `cairn papers`: the weekly digest.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Ending, complain, say, say_json, with_app, with_pages};
use crate::config::{Clock, Config};
use crate::papers::digest::COUNT;
use crate::papers::{self, Digest, Feeds, Filter, Gathered, Paper, Week, rank};
use crate::wiki::terminal::plain;
use crate::{App, Error, Result};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// The papers that people talked about in a week, most popular first
    Week {
        /// An ISO week such as 2026-W47 [default: the week before this one]
        week: Option<String>,
        /// Rank recorded bodies, YYYY-MM-DD.json in this folder, instead of asking the network
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        /// Keep the week in the archive, where the web page and Discord show it
        #[arg(long)]
        keep: bool,
        /// Keep it even if it is not over, has no papers, or is poorer than what is kept
        #[arg(long, requires = "keep")]
        force: bool,
    },
}

#[derive(Serialize)]
struct Line {
    rank: usize,
    arxiv_id: String,
    title: String,
    votes: u32,
    comments: u32,
}

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    let Command::Week { week, from, keep, force } = command;
    let now = Clock::starting(config.now).now();
    let running = Week::of(TimeZone::UTC.to_datetime(now).date());
    let week = match week.as_deref().map(str::parse) {
        None => running.previous(),
        Some(Ok(week)) => week,
        Some(Err(error)) => return Ok(Ending::Usage(Error::to_string(&error))),
    };
    let gathered = match from {
        Some(folder) => {
            let (gathered, warnings) = papers::recorded(&folder, week)?;
            warnings.iter().for_each(|warning| complain(warning));
            gathered
        }
        None if week > running => {
            return Err(Error::refused(format!("{week} has not begun yet; ask for {running} or an earlier week.")));
        }
        None => asked(&config, week, now).await?,
    };
    if keep {
        let kept = async |app: &App| papers::archive::keep(&app.store, &gathered, force, now).await;
        complain(&with_app(config.clone(), kept).await?);
    }
    show(config, &gathered).await
}

/// Fetches a week's papers from the network.
async fn asked(config: &Config, week: Week, now: Timestamp) -> Result<Gathered> {
    let feeds = Feeds::open(config)?;
    if io::stderr().is_terminal() {
        complain(&format!("Asking Hugging Face, Hacker News and arXiv about {week} …"));
    }
    papers::fetch(&feeds, week, now).await.map_err(|error| match error {
        Error::Fault(why) => Error::refused(format!(
            "The papers of {week} could not be fetched ({why}). Check the connection and try again later."
        )),
        refused @ Error::Refused(_) => refused,
    })
}

async fn show(config: Config, gathered: &Gathered) -> Result<Ending> {
    if config.json {
        let ranked = rank::ranked(&gathered.papers, &gathered.sightings);
        let line = |(rank, paper): (usize, &Paper)| Line {
            rank,
            arxiv_id: paper.id.to_string(),
            title: paper.title.clone(),
            votes: paper.votes,
            comments: paper.comments,
        };
        say_json(&(1..).zip(&ranked).take(COUNT).map(line).collect::<Vec<_>>())?;
        return Ok(Ending::Well);
    }
    let digest = Digest::of(gathered, &config.public_url()).filtered(&Filter::default());
    with_pages(config, async |app| say(&plain(&papers::touched(&app.store, digest).await?.to_string()))).await?;
    Ok(Ending::Well)
}
