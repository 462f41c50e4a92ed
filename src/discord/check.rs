//! What Discord says about the bot when it is asked: whether the token is taken, how the application is set up, and what the
//! bot may not do in each of its servers. `cairn config check` shows all of it, the start screen only what is to be done.

use std::time::Duration;

use jiff::SignedDuration;
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::time::timeout;
use tracing::warn;

use super::http::{Failure, Rest};
use super::{Discord, invitation, sql};
use crate::Result;
use crate::config::{Clock, Config};
use crate::health::Finding;
use crate::store::Store;

/// How long each call of a check may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);
/// How long the start waits for each before it goes on without knowing.
const GREETING: Duration = Duration::from_secs(3);
/// From this difference on the clock is worth a word: an answer to a command is too late after three seconds.
const CLOCK_OFF: SignedDuration = SignedDuration::from_secs(2);
/// The flags of an application that may read what people write (`GATEWAY_MESSAGE_CONTENT` and `…_LIMITED`).
const MAY_READ: u64 = 1 << 18 | 1 << 19;
/// What to do about a token that is not taken.
const RESET: &str = "under Bot in the Developer Portal, press Reset Token and set the new one";

/// What Discord said to our token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Greeting {
    /// No token is set.
    Off,
    /// It is that of a bot.
    On(Known),
    /// Discord does not know it, or it cannot be a token; the rest of a sentence after “Discord”.
    Refused(String),
    /// Discord cannot be reached now; we keep trying.
    Later,
}

/// What is known of a bot whose token Discord takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What it is called.
    pub name: String,
    /// The link that invites it to a server.
    pub link: String,
    /// The ids of the servers that it is in, if Discord told.
    servers: Option<Vec<u64>>,
    /// What is well and what is not, the most pressing first.
    pub findings: Vec<Finding>,
}

/// What comes instead of an answer.
enum Trouble {
    TokenRefused,
    Failing(u16),
    Unreachable,
}

/// What `cairn config check` finds out about Discord, also before the first start; and the link that invites the bot, if its
/// token is taken.
///
/// # Errors
/// Refused if the system names root certificates that cannot be read.
pub async fn examine(config: &Config, clock: &Clock, wants_posts: bool) -> Result<(Vec<Finding>, Option<String>)> {
    let wrong = |told| (vec![Finding::wrong("Discord", told)], None);
    if let Some(told) = not_asked(config) {
        return Ok(wrong(told));
    }
    let Some(rest) = Rest::open(config, clock.clone())? else {
        let off = "is off: set CAIRN_DISCORD_TOKEN to your bot's token; `cairn config discord` has the steps";
        return Ok((vec![Finding::to_do("Discord", off)], None));
    };
    Ok(match asked(&rest, CALL_TIMEOUT, wants_posts).await {
        Ok(known) => {
            let taken = Finding::well("Discord", format!("takes the token: the bot is {}", known.name));
            ([vec![taken], known.findings].concat(), Some(known.link))
        }
        Err(Trouble::TokenRefused) => wrong(refused(config)),
        Err(trouble) => wrong(trouble.told()),
    })
}

/// Whether any server lets Cairn read posts; no, if the database cannot say.
pub async fn wants_posts(store: &Store) -> bool {
    match store.read().await {
        Ok(mut db) => sql::anybody_reads(&mut db).await.unwrap_or(false),
        Err(_) => false,
    }
}

impl Discord {
    /// Asks Discord whose token we have, and which servers the bot is in, so that the start screen can say which community is
    /// home. If Discord does not answer that, the gateway will tell.
    pub async fn greet(&self) -> Greeting {
        if let Some(told) = not_asked(&self.app.config) {
            return Greeting::Refused(told);
        }
        match asked(&self.rest, GREETING, wants_posts(&self.app.store).await).await {
            Ok(known) => {
                if let Some(servers) = &known.servers {
                    self.app.home.heard(0, 1, servers.iter().copied());
                }
                Greeting::On(known)
            }
            Err(Trouble::TokenRefused) => Greeting::Refused(refused(&self.app.config)),
            Err(_) => Greeting::Later,
        }
    }
}

/// Asks for all that can be known.
async fn asked(rest: &Rest, limit: Duration, wants_posts: bool) -> Result<Known, Trouble> {
    let me = ask(rest, "/users/@me", limit).await?;
    let (application, servers) =
        tokio::join!(ask(rest, "/applications/@me", limit), ask(rest, "/users/@me/guilds", limit));
    // But for very old ones, an application has the id of its bot.
    let id = application.as_ref().ok().and_then(number).or_else(|| number(&me)).unwrap_or_default();
    let link = invitation::link(&id.to_string());
    let mut known = Known {
        name: me["username"].as_str().unwrap_or("a bot").to_owned(),
        link,
        servers: None,
        findings: vec![clock(rest.ahead())],
    };
    match servers {
        Ok(servers) => {
            let servers = servers.as_array().map(Vec::as_slice).unwrap_or_default();
            known.servers = Some(servers.iter().filter_map(number).collect());
            known.findings.extend(of_servers(servers, &known.link));
        }
        Err(trouble) => known.findings.push(trouble.about("Servers")),
    }
    match application {
        Ok(application) => known.findings.extend(of_application(&application, wants_posts)),
        Err(trouble) => known.findings.push(trouble.about("Application")),
    }
    Ok(known)
}

/// The id of anything.
fn number(of: &Value) -> Option<u64> {
    of["id"].as_str()?.parse().ok()
}

async fn ask(rest: &Rest, path: &str, limit: Duration) -> Result<Value, Trouble> {
    match timeout(limit, rest.get(path, "")).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(failure)) if failure.status() == Some(401) => Err(Trouble::TokenRefused),
        Ok(Err(Failure::Refused(refusal))) => Err(Trouble::Failing(refusal.status)),
        Ok(Err(failure)) => {
            warn!(trouble = %failure, "Discord did not answer {path}");
            Err(Trouble::Unreachable)
        }
        Err(_) => Err(Trouble::Unreachable),
    }
}

impl Trouble {
    fn about(&self, what: &str) -> Finding {
        Finding::wrong(what, format!("cannot be seen: Discord {}", self.told()))
    }

    /// The rest of a sentence after “Discord”.
    fn told(&self) -> String {
        match self {
            Self::TokenRefused => "does not take the token".to_owned(),
            Self::Failing(status) => format!("answers with status {status}; try again later"),
            Self::Unreachable => "cannot be reached; look at this machine's network and at HTTPS_PROXY".to_owned(),
        }
    }
}

/// Why Discord probably does not take the token, guessed from its form; the rest of a sentence after “Discord”.
fn refused(config: &Config) -> String {
    let token = token(config).unwrap_or_default();
    let why = match shape(token) {
        Some(shape) => format!("does not take CAIRN_DISCORD_TOKEN, which looks like {shape}"),
        None => "does not take CAIRN_DISCORD_TOKEN".to_owned(),
    };
    format!("{why}; {RESET}")
}

/// Why Discord need not be asked about what is set, if that cannot be a token; the rest of a sentence after “Discord”.
fn not_asked(config: &Config) -> Option<String> {
    let token = token(config)?;
    let why = match shape(token) {
        _ if may_be_token(token) => return None,
        Some(shape) => format!("looks like {shape}"),
        None if token.is_empty() => "is blank".to_owned(),
        None => "has spaces or signs that no token has".to_owned(),
    };
    Some(format!("is not asked, because CAIRN_DISCORD_TOKEN {why}; {RESET}"))
}

fn token(config: &Config) -> Option<&str> {
    config.discord_token.as_ref().map(|token| token.expose_secret().trim())
}

/// Whether a token may have these characters (pure): three parts in base64 for addresses, with points between them.
fn may_be_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// What people take for a token (pure).
fn shape(token: &str) -> Option<&'static str> {
    let all = |of: fn(&char) -> bool| token.chars().all(|c| of(&c));
    match token.len() {
        _ if token.starts_with("Bot ") => Some("a token with “Bot” before it: leave that word out"),
        _ if token.contains(['"', '\'']) => Some("a token in quotation marks: leave them out"),
        17..=20 if all(char::is_ascii_digit) => Some("the application's id"),
        64 if all(char::is_ascii_hexdigit) => Some("the application's public key"),
        32 if !token.contains('.') => Some("the application's client secret"),
        _ => None,
    }
}

fn clock(ahead: SignedDuration) -> Finding {
    let seconds = ahead.abs().as_secs();
    match ahead {
        _ if ahead.abs() < CLOCK_OFF => Finding::well("Clock", "agrees with Discord's"),
        _ if ahead.is_positive() => {
            Finding::wrong("Clock", format!("is {seconds} s ahead of Discord's; set it by NTP"))
        }
        _ => Finding::wrong("Clock", format!("is {seconds} s behind Discord's; set it by NTP")),
    }
}

fn of_application(application: &Value, wants_posts: bool) -> Vec<Finding> {
    let reads = application["flags"].as_u64().unwrap_or(0) & MAY_READ != 0;
    let messages = match (reads, wants_posts) {
        (true, _) => Finding::well("Messages", "may be read: Message Content Intent is on"),
        (false, false) => Finding::well(
            "Messages",
            "are not read; for beginners' channels turn on Message Content Intent in the Developer Portal",
        ),
        (false, true) => Finding::wrong(
            "Messages",
            "are not read, though a server asks for that: under Bot in the Developer Portal, turn on Message Content Intent, \
             and start Cairn again",
        ),
    };
    let public = match application["bot_public"].as_bool() {
        Some(true) => Finding::to_do(
            "Application",
            "anyone can add this bot to a server of their own; in the Developer Portal, set Install Link under Installation to \
             None, then turn Public Bot off under Bot",
        ),
        _ => Finding::well("Application", "only you can add the bot to servers"),
    };
    vec![messages, public]
}

fn of_servers(servers: &[Value], link: &str) -> Vec<Finding> {
    if servers.is_empty() {
        let told = format!("the bot is in none yet; invite it to yours: {link}");
        return vec![Finding::to_do("Servers", told)];
    }
    servers.iter().map(of_server).collect()
}

fn of_server(server: &Value) -> Finding {
    let name = format!("Server {}", server["name"].as_str().unwrap_or("without a name"));
    let given = server["permissions"].as_str().and_then(|bits| bits.parse().ok()).unwrap_or(0);
    let lacking = invitation::lacking(given);
    match lacking.is_empty() {
        true => Finding::well(name, "the bot may do all that it needs"),
        false => {
            let told = "give it that under Server Settings, Roles";
            Finding::to_do(name, format!("the bot's role lacks {}; {told}", lacking.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_is_said_by_its_shape() {
        let hex = "0f".repeat(32);
        let table = [
            ("MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz", None),
            ("", None),
            ("123456789012345678", Some("the application's id")),
            (hex.as_str(), Some("the application's public key")),
            ("AbCdEfGhIjKlMnOpQrStUvWxYz012345", Some("the application's client secret")),
            ("Bot abc.def.ghi", Some("a token with “Bot” before it: leave that word out")),
            ("\"abc.def.ghi\"", Some("a token in quotation marks: leave them out")),
        ];
        for (token, expected) in table {
            assert_eq!(shape(token), expected, "{token}");
        }
    }

    #[test]
    fn no_token_has_blanks_or_other_signs() {
        assert!(may_be_token("MTIzNDU2Nzg5MDEyMzQ1Njc4.Gab-dE._bcdefghijklmnopqrstuvwxyz"));
        for text in ["", "…", "MTIz.Gab cdE.abc", "Bot abc.def.ghi", "\"abc.def.ghi\"", "<your token>", "é"] {
            assert!(!may_be_token(text), "{text}");
        }
    }
}
