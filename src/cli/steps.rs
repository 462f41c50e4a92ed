//! `cairn config discord` and `cairn config reddit`: the steps that turn each on, and where they stand.

use serde_json::json;

use super::config_check::listed;
use super::{Ending, say, say_json};
use crate::config::{Clock, Config};
use crate::discord::{self, RIGHTS};
use crate::health::Finding;
use crate::store::Store;
use crate::{Result, reddit};

/// What stands in the invitation as long as nobody knows the application.
const UNKNOWN: &str = "APPLICATION_ID";

pub async fn discord(config: Config) -> Result<Ending> {
    let clock = Clock::starting(config.now);
    let wants_posts = match Store::is_in(&config.data_dir) {
        // The steps can be read without a database; the check says what is wrong with it.
        true => match Store::open(&config.data_dir).await {
            Ok(store) => discord::wants_posts(&store).await,
            Err(_) => false,
        },
        false => false,
    };
    let (findings, link) = discord::examine(&config, &clock, wants_posts).await?;
    let steps = on_discord(link.as_deref());
    shown(config.json, &findings, &[("Discord, step by step", steps)])
}

pub async fn reddit(config: Config) -> Result<Ending> {
    let findings = reddit::examine(&config, &Clock::starting(config.now)).await?;
    let parts = [
        ("Reddit without keys: AutoModerator points newcomers to the guides", without_keys()),
        ("Reddit with keys: the bot reads, answers, and asks its moderators first", with_keys()),
    ];
    shown(config.json, &findings, &parts)
}

/// Prints where things stand, and the steps below their titles.
fn shown(json: bool, findings: &[Finding], parts: &[(&str, Vec<String>)]) -> Result<Ending> {
    if json {
        let steps: Vec<_> = parts.iter().map(|(title, steps)| json!({"title": title, "steps": steps})).collect();
        say_json(&json!({"findings": findings, "parts": steps}))?;
        return Ok(Ending::Well);
    }
    let mut text = format!("Now\n{}", listed(findings));
    for (title, steps) in parts {
        let numbered = steps.iter().enumerate().map(|(n, step)| {
            let step = step.replace('\n', "\n     ");
            format!("  {}. {step}", n + 1)
        });
        text.push_str(&format!("\n\n{title}\n{}", numbered.collect::<Vec<_>>().join("\n")));
    }
    say(&text)?;
    Ok(Ending::Well)
}

fn on_discord(link: Option<&str>) -> Vec<String> {
    let unknown = discord::invitation(UNKNOWN);
    let invite = match link {
        Some(link) => format!("Open this link yourself, and choose your server; you need Manage Server there.\n{link}"),
        None => format!(
            "Open this link yourself; you need Manage Server there. Put the Application ID from General Information in the\n\
             place of {UNKNOWN}; once the token is set, this command prints the whole link.\n{unknown}"
        ),
    };
    let wide = RIGHTS.iter().map(|right| right.name.len()).max().unwrap_or_default();
    let rights: Vec<String> = RIGHTS.iter().map(|right| format!("  {:wide$}  {}", right.name, right.purpose)).collect();
    vec![
        "At https://discord.com/developers/applications press New Application, and name it as the bot is to be called."
            .to_owned(),
        "Under Bot, press Reset Token and copy the token. Where you start Cairn, put it into the file .env as a line\n\
         CAIRN_DISCORD_TOKEN=…\nAnyone who has it controls your bot; show it to nobody, and `chmod 600 .env`."
            .to_owned(),
        "Under Installation, set Install Link to None and save; then under Bot turn Public Bot off. Nobody else can add\n\
         your bot then."
            .to_owned(),
        "Only if Cairn is to read posts in beginners' channels: under Bot, turn on Message Content Intent.".to_owned(),
        format!("{invite}\nIt asks for these rights and no others:\n{}", rights.join("\n")),
        "Into .env, too: CAIRN_HOME=discord:SERVER_ID, so that moderators of your server keep the wiki (Developer Mode in \
         Discord\nlets you copy the id), and CAIRN_WEB_URL=https://…, where people reach the web page, for links in answers."
            .to_owned(),
        "`cairn config check` tries all of it; `cairn run` starts. In your server, /mod settings is next.".to_owned(),
    ]
}

fn without_keys() -> Vec<String> {
    let steps = [
        "`cairn reddit automod --wiki pages --subreddit NAME` writes the guides; paste each into the\nwiki page of its name.",
        "`cairn reddit automod --report posts.jsonl` tries the rules on posts of your community;\n`cairn reddit automod \
         --help` has the form.",
        "`cairn reddit automod >rules.yaml` writes the rules; add them at the end of the wiki page\n\
         config/automoderator. If it has no room for them, `--short` makes one small rule.",
    ];
    steps.map(str::to_owned).to_vec()
}

fn with_keys() -> Vec<String> {
    let steps = [
        "Reddit gives keys by hand, to few and slowly. Read its Responsible Builder Policy, and ask as moderators of your\n\
         subreddit, for one app, one account and one purpose; say that the bot stays in your subreddit:\n\
         https://support.reddithelp.com/hc/en-us/articles/42728983564564",
        "Make an account for the bot, without two-factor login, and a developer of the app (type “script”). Say in its\n\
         profile whose it is: each comment links there.",
        "Register the app at https://developers.reddit.com/app-registration, or Reddit may ask its account to\n\
         prove that it is a person.",
        "Into .env, five lines: CAIRN_REDDIT_CLIENT_ID, CAIRN_REDDIT_CLIENT_SECRET, CAIRN_REDDIT_USERNAME (without u/),\n\
         CAIRN_REDDIT_PASSWORD, and CAIRN_REDDIT_SUBREDDITS=name,name. Then `chmod 600 .env`.",
        "To pin papers and to keep the subreddit's wiki, the account must be a moderator: invite it under Mod Tools.",
        "`cairn config check` tries all of it; `cairn run` starts. The bot reads, decides and says nothing: `cairn reddit\n\
         desk` shows what it would say, and `cairn reddit mode NAME approve` lets it say what you approve.",
    ];
    steps.map(str::to_owned).to_vec()
}
