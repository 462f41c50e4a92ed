//! The screen of `cairn run`: where the page is, what is on, what is off, and one next step for each.

use tracing::{error, warn};

use crate::community::Standing;
use crate::discord::Greeting;
use crate::health::{Finding, Judgement};
use crate::reddit::{Opened, Reddit};
use crate::{App, Result, papers, wiki};

/// Where continued lines begin.
const INDENT: &str = "\n                ";

/// All of it.
pub async fn screen(app: &App, discord: &Greeting, reddit: &str) -> Result<String> {
    let pages = wiki::pages(&app.store).await?.len();
    let playground = match app.config.playground() {
        Ok(()) => format!("on   try Cairn's Discord commands at {}/playground", app.config.local_url()),
        Err(why) => format!("off: {why}"),
    };
    // As long as Discord is not known, its own line has the one next step.
    let is_known = matches!(discord, Greeting::On(_));
    let mut rows = vec![
        ("Web", "on   ask box, guides, papers and search".to_owned()),
        ("Wiki", format!("on   {pages} pages, in {}", app.config.data_dir.display())),
        ("Triage", "on   reads a text and points to one of four guides".to_owned()),
        ("Papers", papers(app, is_known).await?),
        ("Try it", playground),
        ("Discord", on_discord(discord)),
    ];
    if is_known && app.config.web_url.is_none() {
        let off = "off: set CAIRN_WEB_URL to where people reach this page, and answers on Discord link to it";
        rows.push(("Links", off.to_owned()));
    }
    let standing = app.home.standing();
    let has_only_reddit = *discord == Greeting::Off && reddit.starts_with("on");
    if is_known || has_only_reddit || standing != Standing::Nowhere {
        rows.push(("Home", home(&standing)));
    }
    rows.push(("Reddit", reddit.to_owned()));
    let rows: Vec<String> = rows.into_iter().map(|(what, how)| format!("  {what:8} {how}")).collect();
    Ok(format!(
        "Cairn {} is at {}\n\n{}\n\nStop it with Ctrl-C. `cairn config check` tries each setting with a real call.",
        env!("CARGO_PKG_VERSION"),
        app.config.local_url(),
        rows.join("\n"),
    ))
}

async fn papers(app: &App, is_known: bool) -> Result<String> {
    let weeks = papers::archive::weeks(&app.store, u16::MAX).await?.len();
    let archive = match weeks {
        0 => String::new(),
        1 => "an archive of 1 week; ".to_owned(),
        n => format!("an archive of {n} weeks; "),
    };
    Ok(match (papers::subscriptions::count(&app.store).await?, weeks) {
        (0, 0) if !is_known => "on the web; weekly posts come with Discord".to_owned(),
        (0, 0) => "on the web; /papers subscribe on Discord sends the week's papers to a channel".to_owned(),
        (0, _) => format!("on   {archive}no channel gets them yet (/papers subscribe on Discord)"),
        (n, _) => format!("on   {archive}every week, in {n} {}", if n == 1 { "place" } else { "places" }),
    })
}

fn on_discord(greeting: &Greeting) -> String {
    match greeting {
        Greeting::Off => {
            "off: set CAIRN_DISCORD_TOKEN to your bot's token; `cairn config discord` has the steps".to_owned()
        }
        Greeting::On(known) => format!("on   as {}{}", known.name, next_step(&known.findings)),
        Greeting::Refused(why) => format!("off: Discord {why}"),
        Greeting::Later => "off: Discord cannot be reached now; Cairn keeps trying".to_owned(),
    }
}

/// The first thing that is not well, on a line of its own.
fn next_step(findings: &[Finding]) -> String {
    let first = findings.iter().find(|finding| finding.state != Judgement::Well);
    first.map(|finding| format!("{INDENT}next: {}: {}", finding.about, finding.told)).unwrap_or_default()
}

/// Reddit, if it is on, and its line on the screen.
pub async fn on_reddit(opened: Opened) -> (Option<Reddit>, String) {
    match opened {
        Opened::Off => {
            let off = "off: `cairn config reddit` has the steps, without keys of Reddit's and with them";
            (None, off.to_owned())
        }
        Opened::Wrong(why) => {
            warn!("Reddit is off: {why}");
            (None, format!("off: {why}"))
        }
        Opened::On(reddit) => {
            let places: Vec<String> = reddit.subreddits().iter().map(|name| format!("r/{}", name.as_str())).collect();
            let line = match reddit.greet().await {
                Some(refused) => {
                    error!("{refused}");
                    format!("off: {refused}")
                }
                None => {
                    let next = next_step(&reddit.standing().await);
                    format!("on   as u/{} in {}{next}", reddit.name(), places.join(", "))
                }
            };
            (Some(reddit), line)
        }
    }
}

/// The home community, or how to set one.
fn home(standing: &Standing) -> String {
    match standing {
        Standing::Named(named) => {
            let named: Vec<String> = named.iter().map(ToString::to_string).collect();
            format!("on   {}: moderators there keep the wiki", named.join(", "))
        }
        Standing::Only(only) => {
            format!(
                "on   {only}, the only server of the bot: moderators there keep the wiki (CAIRN_HOME={only} fixes that)"
            )
        }
        Standing::Several(n) => format!(
            "off: the bot is in {n} servers, so nobody on Discord can change the wiki; set CAIRN_HOME to your own, such \
             as CAIRN_HOME=discord:123"
        ),
        Standing::Nowhere => {
            "off: CAIRN_HOME names the community whose moderators keep the wiki, such as CAIRN_HOME=discord:123"
                .to_owned()
        }
    }
}
