//! `cairn config check` for Reddit: each thing that is set is tried with a real call, and what is wrong is one plain sentence.

use std::time::Duration;

use tokio::time::timeout;

use super::api::Failure;
use super::{Access, Opened, Reddit, Rest, account, subreddits};
use crate::Result;
use crate::community::Subreddit;
use crate::config::{Clock, Config};
use crate::health::{Finding, Judgement};

/// How long the start waits for what it shows of Reddit.
const GREETING: Duration = Duration::from_secs(5);
/// Where an app is registered.
const REGISTRATION: &str = "developers.reddit.com/app-registration";

/// What is found out about what is set for Reddit. Nothing is written, there or here.
///
/// # Errors
/// A fault if something fails inside.
pub async fn examine(config: &Config, clock: &Clock) -> Result<Vec<Finding>> {
    let account = match account(config)? {
        Opened::Off => {
            let told = "is off: set the five CAIRN_REDDIT_ settings, or use `cairn reddit automod`, which needs no keys; \
                 `cairn config reddit` has the steps of both";
            return Ok(vec![Finding::to_do("Reddit", told)]);
        }
        Opened::Wrong(why) => return Ok(vec![Finding::wrong("Reddit", why)]),
        Opened::On(account) => account,
    };
    let agent = account.agent();
    // A rest after failures is no reason not to try when somebody asks.
    let access = match Access::new(account, clock.clone(), Rest::default()) {
        Ok(access) => access,
        Err(error) => return Ok(vec![Finding::wrong("Reddit", error.to_string().trim_end_matches('.'))]),
    };
    let mut found = vec![login(&access).await];
    if found[0].state == Judgement::Well {
        for subreddit in subreddits(config.reddit_subreddits.as_deref().unwrap_or_default())? {
            found.push(place(&access, &subreddit).await);
        }
    }
    let told = format!(
        "calls itself {agent}; register the app at {REGISTRATION} if that is not done, or Reddit may ask its account to \
         prove that it is a person"
    );
    found.push(Finding::to_do("Reddit app", told));
    Ok(found)
}

async fn login(access: &Access) -> Finding {
    let name = access.name().as_str();
    match access.me().await {
        Ok((_, true)) => Finding::wrong("Reddit", format!("has suspended u/{name}; log in there and read why")),
        Ok((own, false)) if own == name => Finding::well("Reddit", format!("takes the app and the account u/{name}")),
        Ok((own, false)) => {
            Finding::wrong("Reddit", format!("logs the bot in as u/{own}; set CAIRN_REDDIT_USERNAME to that"))
        }
        Err(Failure::Credentials(which)) => Finding::wrong("Reddit", which.without_subject()),
        Err(Failure::Wait(_)) => {
            Finding::to_do("Reddit", "wants to be left alone for a while; check again in a quarter of an hour")
        }
        Err(failure) => Finding::wrong("Reddit", format!("cannot be asked now: {failure}; check again later")),
    }
}

async fn place(access: &Access, subreddit: &Subreddit) -> Finding {
    match access.posts(subreddit, None).await {
        Ok(_) => moderated(access, subreddit).await,
        Err(failure) => Finding::wrong(format!("r/{}", subreddit.as_str()), shut(&failure)),
    }
}

/// Whether the bot is a moderator of a subreddit, by one call.
async fn moderated(access: &Access, subreddit: &Subreddit) -> Finding {
    let (about, own) = (format!("r/{}", subreddit.as_str()), access.name().as_str());
    match access.moderators(subreddit).await {
        Err(failure) => Finding::wrong(about, shut(&failure)),
        Ok(moderators) if moderators.iter().any(|name| name == own) => {
            Finding::well(about, "can be read, and the bot is a moderator of it")
        }
        Ok(_) => {
            let told = format!(
                "can be read, and the bot is no moderator of it, so it can neither pin posts nor write the wiki; for that, \
                 invite u/{own} there under Mod Tools"
            );
            Finding::to_do(about, told)
        }
    }
}

impl Reddit {
    /// How the bot stands at Reddit and in each subreddit, by one call each, for the start screen. Nothing, if Reddit does not
    /// answer in time.
    pub async fn standing(&self) -> Vec<Finding> {
        let asked = async {
            let login = login(&self.access).await;
            let places = self.subreddits.iter().map(|subreddit| moderated(&self.access, subreddit));
            [vec![login], futures_util::future::join_all(places).await].concat()
        };
        timeout(GREETING, asked).await.unwrap_or_default()
    }
}

/// Why a subreddit cannot be read, a sentence's end (pure).
fn shut(failure: &Failure) -> String {
    match failure {
        Failure::Forbidden(code) => {
            format!(
                "does not let the bot in ({code}); ask its moderators to invite it, or leave it out of CAIRN_REDDIT_SUBREDDITS"
            )
        }
        Failure::Missing => "is not there; look at its name in CAIRN_REDDIT_SUBREDDITS".to_owned(),
        other => format!("cannot be read now: {other}; check again later"),
    }
}
