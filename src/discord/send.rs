//! The outbox at Discord: one call to send, one to look for what may have arrived. Spoken directly, because
//! serenity drops what this is about: Retry-After, and whether a broken call may have had its effect.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use poise::serenity_prelude as serenity;
use reqwest::{Client, Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use serenity::{ButtonStyle, CreateActionRow, CreateButton};
use tokio::sync::OnceCell;

use super::reply::{MAX_TEXT, fitted};
use crate::config::Config;
use crate::outbox::{Embed, Look, Outcome, Payload, Press, Row, Target, Trouble};

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How far Discord's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_mins(2);
/// Discord's ids count milliseconds from here.
const EPOCH_MS: i64 = 1_420_070_400_000;
/// How many pages of a hundred messages are looked through before we say that we cannot tell.
const PAGES: usize = 10;

/// A line to Discord for what is said unasked.
#[derive(Debug, Clone)]
pub struct Line {
    client: Client,
    base: String,
    token: SecretString,
    me: Arc<OnceCell<String>>,
}

/// What came of a call.
enum Called {
    Well(Value),
    Refused(StatusCode, Value),
    /// It did not reach Discord.
    Unreachable,
    /// It may have, or not.
    Lost(Trouble),
}

impl Line {
    /// A line, if a token is set.
    pub fn new(config: &Config) -> Option<Self> {
        let token = config.discord_token.clone()?;
        let base = config.discord_proxy.as_deref().unwrap_or("https://discord.com").trim_end_matches('/');
        let client = Client::builder().timeout(PATIENCE).build().ok()?;
        Some(Self { client, base: format!("{base}/api/v10"), token, me: Arc::default() })
    }

    /// Sends a message, with its number as the nonce that Discord takes only once.
    pub async fn send(self, row: Row) -> Outcome {
        let channel = match self.channel(&row.target).await {
            Ok(channel) => channel,
            Err(outcome) => return outcome,
        };
        let path = format!("/channels/{channel}/messages");
        let called = self.call(Method::POST, &path, Some(body(&row))).await;
        sent(called)
    }

    /// Looks whether a message arrived: one of ours, not older than the row, that says the same.
    pub async fn look(self, row: Row) -> Look {
        let channel = match self.channel(&row.target).await {
            Ok(channel) => channel,
            Err(Outcome::Later { trouble, after }) => return Look::Later { trouble, after },
            Err(_) => return Look::CannotTell,
        };
        let me = match self.me.get_or_try_init(|| self.who()).await {
            Ok(me) => me,
            Err(trouble) => return Look::Later { trouble, after: None },
        };
        let wanted = body(&row);
        let mut after = id_at(row.created.saturating_sub(SKEW).unwrap_or(row.created));
        for _ in 0..PAGES {
            let path = format!("/channels/{channel}/messages?limit=100&after={after}");
            let page = match self.call(Method::GET, &path, None).await {
                Called::Well(Value::Array(page)) => page,
                called => return unseen(called),
            };
            if let Some(id) = page.iter().find(|m| m["author"]["id"] == **me && says(m, &wanted)).and_then(id_of) {
                return Look::Found(id);
            }
            let newest = page.iter().filter_map(|m| id_of(m)?.parse::<u64>().ok()).max();
            match newest {
                Some(newest) if page.len() >= 100 => after = newest,
                _ => return Look::Absent,
            }
        }
        Look::CannotTell
    }

    /// Our own id.
    async fn who(&self) -> Result<String, Trouble> {
        match self.call(Method::GET, "/users/@me", None).await {
            Called::Well(me) => id_of(&me).ok_or(Trouble::Unreachable),
            Called::Refused(status, _) => Err(Trouble::Failing(status.as_u16())),
            _ => Err(Trouble::Unreachable),
        }
    }

    /// The channel of a target. For direct messages it is opened, which is no message yet.
    async fn channel(&self, target: &Target) -> Result<String, Outcome> {
        match target {
            Target::DiscordChannel(channel) | Target::DiscordReply { channel, .. } => Ok(channel.to_string()),
            Target::DiscordDm(user) => {
                let body = json!({ "recipient_id": user.to_string() });
                match self.call(Method::POST, "/users/@me/channels", Some(body)).await {
                    Called::Well(channel) => id_of(&channel).ok_or(Outcome::Dead(Trouble::Gone)),
                    // Opened twice is opened once: it may be done again without a look.
                    Called::Lost(trouble) => Err(Outcome::Later { trouble, after: None }),
                    called => Err(match sent(called) {
                        Outcome::Unsure(trouble) => Outcome::Later { trouble, after: None },
                        outcome => outcome,
                    }),
                }
            }
            _ => Err(Outcome::Dead(Trouble::Unreadable)),
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Called {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = request.header("Authorization", format!("Bot {}", self.token.expose_secret()));
        let request = request.header("User-Agent", "DiscordBot (https://github.com/cairn, 0.1)");
        let request = match body {
            Some(body) => request.header("Content-Type", "application/json").body(body.to_string()),
            None => request,
        };
        let lost =
            |e: &reqwest::Error| Called::Lost(if e.is_timeout() { Trouble::TimedOut } else { Trouble::Unreachable });
        let response = match request.send().await {
            Ok(response) => response,
            Err(e) if e.is_connect() => return Called::Unreachable,
            Err(e) => return lost(&e),
        };
        let status = response.status();
        match response.text().await {
            Ok(text) if status.is_success() => match serde_json::from_str(&text) {
                Ok(value) => Called::Well(value),
                Err(_) => Called::Lost(Trouble::Unreachable),
            },
            Ok(text) => Called::Refused(status, serde_json::from_str(&text).unwrap_or_default()),
            Err(e) => lost(&e),
        }
    }
}

fn id_of(value: &Value) -> Option<String> {
    value["id"].as_str().map(str::to_owned)
}

/// The smallest id that something made at `at` can have.
fn id_at(at: Timestamp) -> u64 {
    u64::try_from((at.as_millisecond() - EPOCH_MS).max(0)).unwrap_or(0) << 22
}

fn sent(called: Called) -> Outcome {
    match called {
        Called::Well(message) => id_of(&message).map_or(Outcome::Unsure(Trouble::Unreachable), Outcome::Sent),
        Called::Unreachable => Outcome::Later { trouble: Trouble::Unreachable, after: None },
        Called::Lost(trouble) => Outcome::Unsure(trouble),
        Called::Refused(status, body) => refused(status, &body),
    }
}

fn refused(status: StatusCode, body: &Value) -> Outcome {
    let code = body["code"].as_u64().and_then(|code| u32::try_from(code).ok()).unwrap_or(0);
    match status.as_u16() {
        429 => Outcome::Later { trouble: Trouble::RateLimited, after: wait(body) },
        // Made anew, a token may come back; meanwhile nothing is lost.
        401 => Outcome::Later { trouble: Trouble::Refused(401, code), after: None },
        404 => Outcome::Dead(Trouble::Gone),
        status if status >= 500 => Outcome::Unsure(Trouble::Failing(status)),
        status => Outcome::Dead(Trouble::Refused(status, code)),
    }
}

/// How long Discord asks us to wait: the body says it exactly.
fn wait(body: &Value) -> Option<SignedDuration> {
    SignedDuration::try_from_secs_f64(body["retry_after"].as_f64()?).ok()
}

fn unseen(called: Called) -> Look {
    let later = |trouble, after| Look::Later { trouble, after };
    match called {
        Called::Well(_) => Look::CannotTell,
        Called::Unreachable => later(Trouble::Unreachable, None),
        Called::Lost(trouble) => later(trouble, None),
        Called::Refused(status, body) if status.as_u16() == 429 => later(Trouble::RateLimited, wait(&body)),
        Called::Refused(status, _) if status.is_server_error() => later(Trouble::Failing(status.as_u16()), None),
        Called::Refused(status, _) if status.as_u16() == 401 => later(Trouble::Refused(401, 0), None),
        Called::Refused(..) => Look::CannotTell,
    }
}

/// Whether a message says what a body says: text, headings of frames, and the ids of buttons.
fn says(message: &Value, body: &Value) -> bool {
    let text = |v: &Value| v["content"].as_str().unwrap_or_default().trim().to_owned();
    let list = |v: &Value, name: &str| v[name].as_array().cloned().unwrap_or_default();
    let titles = |v: &Value| list(v, "embeds").iter().map(|e| e["title"].clone()).collect::<Vec<_>>();
    let ids = |v: &Value| {
        let rows = list(v, "components");
        rows.iter().flat_map(|row| list(row, "components")).map(|c| c["custom_id"].clone()).collect::<Vec<_>>()
    };
    text(message) == text(body) && titles(message) == titles(body) && ids(message) == ids(body)
}

/// The request that says a row's payload.
fn body(row: &Row) -> Value {
    let payload = &row.payload;
    let roles: Vec<String> = payload.ping_role.iter().map(u64::to_string).collect();
    let mut body = json!({
        "content": fitted(&payload.body, MAX_TEXT),
        "embeds": payload.embeds.iter().take(10).map(embed).collect::<Vec<_>>(),
        "components": rows(payload),
        "allowed_mentions": { "parse": [], "roles": roles },
        "nonce": row.id.to_string(),
        "enforce_nonce": true,
    });
    if let Target::DiscordReply { message, .. } = &row.target {
        body["message_reference"] = json!({ "message_id": message.to_string(), "fail_if_not_exists": false });
    }
    body
}

fn embed(embed: &Embed) -> Value {
    let fields = embed.fields.iter().take(25);
    let fields = fields.map(|(name, value)| json!({ "name": fitted(name, 250), "value": fitted(value, 1_000) }));
    let mut out = json!({
        "title": fitted(&embed.title, 250),
        "description": fitted(&embed.text, 4_000),
        "fields": fields.collect::<Vec<_>>(),
    });
    if let Some(link) = &embed.link {
        out["url"] = json!(link);
    }
    if let Some(footer) = &embed.footer {
        out["footer"] = json!({ "text": fitted(footer, 2_000) });
    }
    out
}

/// A payload's buttons. Emoji have no words beside them.
pub fn rows(payload: &Payload) -> Vec<CreateActionRow> {
    let button = |b: &crate::outbox::Button| match &b.does {
        Press::Id(id) => CreateButton::new(id).label(&b.label).style(ButtonStyle::Secondary),
        Press::Link(link) => CreateButton::new_link(link).label(&b.label),
    };
    let rows = payload.buttons.iter().filter(|row| !row.is_empty()).take(5);
    rows.map(|row| CreateActionRow::Buttons(row.iter().take(5).map(button).collect())).collect()
}
