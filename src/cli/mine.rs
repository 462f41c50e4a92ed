//! `cairn mine`: frequent questions in the exported history of a community.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::builder::TypedValueParser;

use super::{Ending, complain, say, say_json, with_pages};
use crate::config::Config;
use crate::mining::{self, Pile};
use crate::wiki::terminal::plain;
use crate::{Error, Result};

/// How to fix a file that is not an export.
const HOW: &str = "Cairn reads one JSON object a line, with title and selftext (Reddit) or content (Discord)";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The export: one post or message in JSON a line; `-` is standard input
    dump: PathBuf,
    /// The most questions to list
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1_000).map(usize::from))]
    limit: usize,
    /// How often something must be asked to be listed
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..).map(usize::from))]
    least: usize,
}

pub async fn run(args: Args, config: Config) -> Result<Ending> {
    let json = config.json;
    let pile = read(&args.dump)?;
    if pile.is_unreadable() {
        return Err(Error::refused(format!("No line of {} can be read; {HOW}.", args.dump.display())));
    }
    let topics = pile.topics(args.least);
    let faq = with_pages(config, async |app| {
        let base = if json { app.config.local_url() } else { app.config.public_url() };
        mining::faq(&app.store, &pile, topics, args.limit, &base).await
    })
    .await?;
    for broken in &faq.broken {
        complain(&format!("Line {} was left out: {}", broken.line, broken.why));
    }
    if faq.left_out.broken > faq.broken.len() {
        complain(&format!("{} more lines were left out.", faq.left_out.broken - faq.broken.len()));
    }
    if json { say_json(&faq) } else { say(&plain(&faq.to_string())) }?;
    Ok(Ending::Well)
}

fn read(dump: &Path) -> Result<Pile> {
    let refused = |cause: io::Error| Error::refused(format!("{} cannot be read: {cause}.", dump.display()));
    let mut lines: Box<dyn BufRead> = match dump.as_os_str() == "-" {
        true => Box::new(io::stdin().lock()),
        false => Box::new(BufReader::new(File::open(dump).map_err(refused)?)),
    };
    let mut pile = Pile::default();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if lines.read_until(b'\n', &mut line).map_err(refused)? == 0 {
            break;
        }
        pile.add(number, &line);
    }
    Ok(pile)
}
