//! `cairn audit`: the log of what people with a role have done.

use jiff::Timestamp;

use super::editing::{AUTHOR, admin};
use super::{Ending, say, say_json, say_whole, with_app};
use crate::Result;
use crate::community::audit::{self, Entry, Filter};
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only of people whose name has this in it
    #[arg(long, default_value = "")]
    actor: String,
    /// Only this act, such as edit or settings
    #[arg(long, default_value = "")]
    act: String,
    /// Only to what has this in its name
    #[arg(long, default_value = "")]
    subject: String,
    /// Only from this instant on, as in 2026-11-28T12:00:00Z
    #[arg(long)]
    since: Option<Timestamp>,
    /// Only before this instant
    #[arg(long)]
    until: Option<Timestamp>,
    /// The most entries
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limit: u16,
    /// As a table for other programs
    #[arg(long)]
    csv: bool,
}

pub async fn run(args: Args, config: Config) -> Result<Ending> {
    let json = config.json;
    let by = admin(AUTHOR)?;
    let Args { actor, act, subject, since, until, limit, csv } = args;
    let filter = Filter { actor, act, subject, since, until };
    let found = with_app(config, async |app| audit::found(&app.store, &by, &filter, None, limit).await).await?;
    if json {
        say_json(&found)?;
    } else if csv {
        say_whole(audit::csv(&found).trim_end())?;
    } else if found.is_empty() {
        say("Nobody has done anything like that.")?;
    } else {
        say(&found.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(Ending::Well)
}

fn line(entry: &Entry) -> String {
    let Entry { at, actor, way, act, subject, detail, before, .. } = entry;
    let way = if way.is_empty() { String::new() } else { format!(" ({way})") };
    let before = before.as_ref().map_or_else(String::new, |before| format!("; before: {before}"));
    format!("{} UTC  {actor}{way}  {act} {subject}: {detail}{before}", at.strftime("%Y-%m-%d %H:%M"))
}
