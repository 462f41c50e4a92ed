//! `cairn reddit desk` and related commands: what the bot would have said, and what moderators decide about it.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Weekday;
use serde_json::json;

use super::shadow::{self, Meaning};
use super::{Ending, run, say, with_app};
use crate::community::{Moderator, Subreddit};
use crate::config::Config;
use crate::outbox::Via;
use crate::papers::subscriptions;
use crate::reddit::desk;
use crate::reddit::desk::acts::{self, Change, Found};
use crate::reddit::mode::Mode;
use crate::reddit::{self, Opened, State};
use crate::time::zone::Zone;
use crate::{App, Error, Result, jobs};

/// The most desk entries listed.
const LISTED: u32 = 30;
/// The name of the command line's user in the log.
const WHO: &str = "command line";

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show what the bot said and would have said, and why
    Desk {
        /// One of these alone, whole
        id: Option<i64>,
        /// Only those of this subreddit
        #[arg(long, value_name = "NAME")]
        subreddit: Option<String>,
        /// Only those in this state: shown, waiting, queued, sent, unknown, dropped, refused or removed
        #[arg(long, value_parser = state)]
        state: Option<State>,
    },
    /// Set what the bot does in a subreddit: off, shadow, approve, summon or on
    Mode {
        /// The subreddit's name, without r/
        subreddit: String,
        /// What it does there; without it, the other settings are set alone
        mode: Option<String>,
        /// Whether to be told of posts whose author may be in danger
        #[arg(long, value_name = "true|false")]
        tell_danger: Option<bool>,
        /// The flair of posts with the week's papers; empty for none
        #[arg(long, value_name = "TEXT")]
        flair: Option<String>,
        /// Whether posts with the week's papers are pinned
        #[arg(long, value_name = "true|false")]
        pin: Option<bool>,
        /// Whether the wiki of old Reddit and Cairn's are kept equal
        #[arg(long, value_name = "true|false")]
        sync: Option<bool>,
    },
    /// Post the week's papers in a subreddit, every Monday at 09:00 or when you say
    Papers {
        /// The subreddit's name, without r/
        subreddit: String,
        /// The day, such as monday
        #[arg(long, value_parser = weekday)]
        weekday: Option<Weekday>,
        /// The hour, 0 to 23
        #[arg(long)]
        hour: Option<i64>,
        /// The time zone, such as Europe/Berlin
        #[arg(long)]
        zone: Option<String>,
        /// How many papers, 1 to 10
        #[arg(long)]
        count: Option<i64>,
        /// Post them no more
        #[arg(long)]
        off: bool,
    },
    /// Say whether what the bot decided is right; a subreddit is turned on by what was judged there
    Judge {
        /// Its number on the desk
        id: i64,
        /// right or wrong
        #[arg(value_name = "right|wrong", value_parser = right, action = clap::ArgAction::Set)]
        verdict: bool,
    },
    /// Let an answer be said that waits for it
    Approve {
        /// Its number on the desk
        id: i64,
        /// Only if it still answers the text with this fingerprint, as the desk shows it
        #[arg(long, value_name = "HASH")]
        seen: Option<String>,
    },
    /// Turn an answer down that waits for approval
    Refuse {
        /// Its number on the desk
        id: i64,
    },
    /// Say of an answer that may be lost whether it arrived
    Settle {
        /// Its number on the desk
        id: i64,
        /// arrived; not, and then it is said; or drop: it did not, and need not be said any more
        #[arg(value_name = "arrived|not|drop", value_parser = ["arrived", "not", "drop"])]
        what: String,
        /// The address or id of the bot's comment, so that it is looked after
        #[arg(long, value_name = "ID")]
        comment: Option<String>,
    },
    /// Show what the bot would have said to an exported history, a JSON object a line: title, body
    Shadow {
        /// The file
        file: PathBuf,
        /// Leave the sentence encoder out: decide by words alone
        #[arg(long)]
        fast: bool,
        /// Stop the sentence encoder after so long: what it has not read by then is decided by words alone
        #[arg(long, value_name = "SECONDS", conflicts_with = "fast")]
        within: Option<u32>,
    },
    /// Read Reddit once, say what is to be said, and end
    #[command(hide = true)]
    Once,
}

fn weekday(text: &str) -> std::result::Result<Weekday, String> {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let days = [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
    let found = days.into_iter().find(|day| format!("{day:?}").eq_ignore_ascii_case(text));
    found.ok_or_else(|| "write a day such as monday".to_owned())
}

fn state(text: &str) -> std::result::Result<State, String> {
    let found = State::ALL.into_iter().find(|state| state.name() == text);
    found.ok_or_else(|| "there is no such state".to_owned())
}

fn right(text: &str) -> std::result::Result<bool, String> {
    match text {
        "right" => Ok(true),
        "wrong" => Ok(false),
        _ => Err("write right or wrong".to_owned()),
    }
}

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    if let Command::Shadow { file, fast, within } = &command {
        let within = within.map(|seconds| Duration::from_secs(seconds.into()));
        return shadow::run(file, if *fast { Meaning::Out } else { Meaning::Within(within) }, config.json);
    }
    let said = with_app(config, async |app| act(app, command).await).await?;
    if let Some(said) = said {
        say(&said)?;
    }
    Ok(Ending::Well)
}

async fn act(app: &App, command: Command) -> Result<Option<String>> {
    let (store, now, by) = (&app.store, app.clock.now(), Moderator::operator(WHO)?);
    let said = match command {
        Command::Desk { id: Some(id), .. } => one(app, &by, id).await?,
        Command::Desk { id: None, subreddit, state } => {
            let named = subreddit.map(|name| name.parse::<Subreddit>()).transpose()?;
            list(app, &by, named.as_ref(), state).await?
        }
        Command::Mode { subreddit, mode, tell_danger, flair, pin, sync } => {
            let subreddit: Subreddit = subreddit.parse()?;
            let mode = mode.map(|mode| mode.parse::<Mode>()).transpose()?;
            let change = Change { mode, danger: tell_danger, flair, pin, sync };
            acts::set(store, &by, &subreddit, &change, now).await?;
            let shown = desk::overview(store, &by, &[subreddit], now).await?;
            shown.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        Command::Papers { subreddit, weekday, hour, zone, count, off } => {
            let subreddit: Subreddit = subreddit.parse()?;
            if off {
                acts::unsubscribe(store, &by, &subreddit, now).await?.to_string()
            } else {
                let unknown = || Error::refused("There is no such time zone; write one such as Europe/Berlin.");
                let zone = zone.map(|name| Zone::named(&name).ok_or_else(unknown)).transpose()?;
                let change = subscriptions::Change { weekday, hour, zone, count, ..subscriptions::Change::default() };
                acts::subscribe(store, &by, &subreddit, &change, now).await?.to_string()
            }
        }
        Command::Judge { id, verdict } => {
            acts::judge(store, &by, id, verdict, now).await?;
            format!("{id} is judged {}.", if verdict { "right" } else { "wrong" })
        }
        Command::Approve { id, seen } => {
            acts::approve(store, &by, id, seen.as_deref(), now).await?;
            format!("{id} is said as soon as Cairn runs, unless its text is edited first.")
        }
        Command::Refuse { id } => {
            acts::refuse(store, &by, id, now).await?;
            format!("{id} is not said.")
        }
        Command::Settle { id, what, comment } => {
            let (found, ending) = match what.as_str() {
                "arrived" => (Found::Arrived(comment.as_deref()), "is settled: it arrived"),
                "not" => (Found::Missing, "is said as soon as Cairn runs"),
                _ => (Found::Dropped, "is dropped"),
            };
            acts::settle(store, &by, id, found, now).await?;
            format!("{id} {ending}.")
        }
        Command::Once => once(app).await?,
        Command::Shadow { .. } => return Ok(None),
    };
    Ok(Some(said))
}

fn as_json(value: &serde_json::Value) -> String {
    value.to_string()
}

async fn one(app: &App, by: &Moderator, id: i64) -> Result<String> {
    let shown = desk::show(&app.store, by, id).await?;
    if app.config.json {
        return Ok(as_json(&json!(shown)));
    }
    let answer = shown.answer.as_deref().unwrap_or_default();
    let hash: String = shown.hash.as_deref().unwrap_or_default().chars().take(12).collect();
    Ok(format!("{shown}\n   fingerprint of its text: {hash}\n\n{answer}"))
}

async fn list(app: &App, by: &Moderator, subreddit: Option<&Subreddit>, state: Option<State>) -> Result<String> {
    let all = reddit::subreddits(app.config.reddit_subreddits.as_deref().unwrap_or_default())?;
    let wanted: Vec<Subreddit> = all.into_iter().filter(|own| subreddit.is_none_or(|wanted| wanted == own)).collect();
    let now = app.clock.now();
    let overview = desk::overview(&app.store, by, &wanted, now).await?;
    let troubles = desk::troubles(&app.store).await?;
    let pulse = desk::pulse(&app.store).await?;
    let items = desk::list(&app.store, by, subreddit, state, LISTED).await?;
    if app.config.json {
        let all = json!({ "pulse": pulse, "subreddits": overview, "troubles": troubles, "desk": items });
        return Ok(as_json(&all));
    }
    let pulse = pulse.map(|pulse| format!("Reddit: {}", pulse.told(now)));
    let troubles = pulse.into_iter().chain(troubles.into_iter().map(|notice| format!("! {}", notice.said)));
    let parts = troubles.chain(overview.iter().map(ToString::to_string)).chain(items.iter().map(ToString::to_string));
    let parts: Vec<String> = parts.collect();
    Ok(if parts.is_empty() { "There is nothing on the desk yet.".to_owned() } else { parts.join("\n\n") })
}

/// One round, for rehearsals and for people who start Cairn with a timer.
async fn once(app: &App) -> Result<String> {
    let _presence = jobs::begin(app, app.clock.now()).await?;
    let reddit = match reddit::open(app).await? {
        Opened::Off => return Err(Error::refused("Reddit is not set; README says how to turn it on.")),
        Opened::Wrong(why) => return Err(Error::refused(format!("Reddit is off: {why}."))),
        Opened::On(reddit) => reddit,
    };
    reddit.round().await?;
    let (line, outlet) = (reddit.line(), run::on_reddit(&reddit));
    jobs::deliver_all(app, Via::Reddit, &outlet).await?;
    if line.is_open() {
        reddit.settled().await?;
    }
    Ok("Reddit was read.".to_owned())
}
