//! What `cairn config check` finds out about Discord, by real calls: whether the token is taken, how the application is set
//! up, and what the bot may not do in each of its servers.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;
use tokio::time::timeout;

use super::Discord;
use super::http::Failure;
use crate::health::Finding;

/// How long each call may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);
/// From this difference on the clock is worth a word: an answer to a command is too late after three seconds.
const CLOCK_OFF: SignedDuration = SignedDuration::from_secs(2);
/// The flags of an application that may read what people write (`GATEWAY_MESSAGE_CONTENT` and `…_LIMITED`).
const MAY_READ: u64 = 1 << 18 | 1 << 19;
/// An administrator may do everything.
const ADMINISTRATOR: u64 = 1 << 3;
/// What the bot needs in a server, by Discord's names in the settings of a role.
const NEEDED: [(u64, &str); 6] = [
    (1 << 10, "View Channels"),
    (1 << 11, "Send Messages"),
    (1 << 14, "Embed Links"),
    (1 << 16, "Read Message History"),
    (1 << 35, "Create Public Threads"),
    (1 << 38, "Send Messages in Threads"),
];

impl Discord {
    /// Calls Discord and says what is well and what is not.
    pub async fn examine(&self) -> Vec<Finding> {
        let me = match self.ask("/users/@me").await {
            Ok(me) => me,
            Err(why) => return vec![Finding::wrong("Discord", why)],
        };
        let name = me["username"].as_str().unwrap_or("a bot");
        let mut found = vec![Finding::well("Discord", format!("takes the token: the bot is {name}"))];
        found.push(self.clock());
        match self.ask("/applications/@me").await {
            Ok(application) => found.extend(of_application(&application)),
            Err(why) => found.push(Finding::wrong("Application", why)),
        }
        match self.ask("/users/@me/guilds").await {
            Ok(servers) => found.extend(of_servers(&servers)),
            Err(why) => found.push(Finding::wrong("Servers", why)),
        }
        found
    }

    async fn ask(&self, path: &str) -> Result<Value, String> {
        match timeout(CALL_TIMEOUT, self.rest.get(path, "")).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(failure)) if failure.status() == Some(401) => Err(
                "does not take the token; make a new one in the Developer Portal, under Bot, and set CAIRN_DISCORD_TOKEN"
                    .to_owned(),
            ),
            Ok(Err(Failure::Refused(refusal))) => Err(format!("answers with status {}; try again later", refusal.status)),
            _ => Err("cannot be reached; look at this machine's network and at HTTPS_PROXY".to_owned()),
        }
    }

    fn clock(&self) -> Finding {
        let ahead = self.rest.ahead();
        let seconds = ahead.abs().as_secs();
        match ahead {
            _ if ahead.abs() < CLOCK_OFF => Finding::well("Clock", "agrees with Discord's"),
            _ if ahead.is_positive() => {
                Finding::wrong("Clock", format!("is {seconds} s ahead of Discord's; set it by NTP"))
            }
            _ => Finding::wrong("Clock", format!("is {seconds} s behind Discord's; set it by NTP")),
        }
    }
}

fn of_application(application: &Value) -> Vec<Finding> {
    let public = application["bot_public"].as_bool() == Some(true);
    let public = match public {
        true => Finding::to_do(
            "Application",
            "anyone can add this bot to a server of their own; under Bot in the Developer Portal, turn Public Bot off",
        ),
        false => Finding::well("Application", "only you can add the bot to servers"),
    };
    let reads = application["flags"].as_u64().unwrap_or(0) & MAY_READ != 0;
    let reads = match reads {
        true => "may be read: Message Content Intent is on",
        false => "are not read; for beginners' channels turn on Message Content Intent in the Developer Portal",
    };
    vec![public, Finding::well("Messages", reads)]
}

fn of_servers(servers: &Value) -> Vec<Finding> {
    let servers = servers.as_array().map(Vec::as_slice).unwrap_or_default();
    if servers.is_empty() {
        return vec![Finding::to_do("Servers", "the bot is in no server; invite it by the link in README")];
    }
    servers.iter().map(of_server).collect()
}

fn of_server(server: &Value) -> Finding {
    let name = format!("Server {}", server["name"].as_str().unwrap_or("without a name"));
    let given = server["permissions"].as_str().and_then(|bits| bits.parse().ok()).unwrap_or(0);
    let lacking = lacking(given);
    match lacking.is_empty() {
        true => Finding::well(name, "the bot may do all that it needs"),
        false => Finding::to_do(name, format!("the bot's role lacks {}", lacking.join(", "))),
    }
}

/// What the bot may not do with these permissions.
fn lacking(given: u64) -> Vec<&'static str> {
    if given & ADMINISTRATOR != 0 {
        return Vec::new();
    }
    NEEDED.into_iter().filter(|(bit, _)| given & bit == 0).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invitation_of_the_readme_gives_all_that_is_needed() {
        let readme = include_str!("../../README.md");
        let (_, rest) = readme.split_once("&permissions=").expect("there is a link");
        let given: String = rest.chars().take_while(char::is_ascii_digit).collect();
        assert_eq!(lacking(given.parse().expect("a number")), [""; 0]);
        assert_eq!(lacking(ADMINISTRATOR), [""; 0]);
        assert_eq!(lacking(0).len(), NEEDED.len());
    }
}
