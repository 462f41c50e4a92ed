//! The commands are made known to Discord. While that fails, those that Discord knows already still work, so nothing
//! waits for it.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;
use tracing::{info, warn};

use super::Bot;
use super::http::Failure;

/// The first and the longest wait before it is tried again, unless Discord names one; each failure doubles it.
const WAITS: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(3_600));

/// The commands as Discord numbers them, so that a text can name them by what a reader may click.
#[derive(Debug, Default)]
pub struct Mentions(Mutex<BTreeMap<String, String>>);

impl Mentions {
    /// Learns what Discord answers to a registration.
    fn learn(&self, commands: &Value) {
        let mut known = BTreeMap::new();
        for command in commands.as_array().into_iter().flatten() {
            if let (Some(name), Some(id)) = (command["name"].as_str(), command["id"].as_str()) {
                add(&mut known, name, id, &command["options"]);
            }
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// A text in which the commands are mentioned that it names within `` ` ``; all it names, as long as none is known.
    pub fn put_into(&self, text: &str) -> String {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .iter()
            .fold(text.to_owned(), |text, (name, id)| text.replace(&format!("`/{name}`"), &format!("</{name}:{id}>")))
    }
}

/// A command without subcommands, or these.
fn add(known: &mut BTreeMap<String, String>, name: &str, id: &str, options: &Value) {
    let below =
        options.as_array().into_iter().flatten().filter(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    let mut has_any = false;
    for option in below {
        has_any = true;
        let sub = option["name"].as_str().unwrap_or_default();
        add(known, &format!("{name} {sub}"), id, &option["options"]);
    }
    if !has_any {
        known.insert(name.to_owned(), id.to_owned());
    }
}

/// Makes the commands of an application known. What is refused, as when the day's number of new commands is used up, is
/// tried again beside the connection.
///
/// # Errors
/// What came instead of an answer, if the token is refused.
pub async fn register(bot: &Bot, application: u64, commands: Value) -> Result<(), Failure> {
    let turn = bot.shared.registrations.fetch_add(1, Ordering::Relaxed) + 1;
    let path = format!("/applications/{application}/commands");
    let failure = match bot.rest.put_with(&path, &commands).await {
        Ok(known) => {
            bot.shared.mentions.learn(&known);
            return Ok(());
        }
        Err(failure) if failure.status() == Some(401) => return Err(failure),
        Err(failure) => failure,
    };
    warn!(trouble = %failure, "the commands could not be registered; those that Discord knows already still work");
    tokio::spawn(again(bot.clone(), turn, path, commands, failure));
    Ok(())
}

/// Tries until they are known, or a later connection does.
async fn again(bot: Bot, turn: u64, path: String, commands: Value, mut failure: Failure) {
    let mut wait = WAITS.0;
    loop {
        let asked = if let Failure::Refused(refusal) = &failure { refusal.after } else { None };
        sleep(asked.map_or(wait, |asked| asked.unsigned_abs().clamp(wait, WAITS.1))).await;
        wait = (wait * 2).min(WAITS.1);
        if bot.shared.registrations.load(Ordering::Relaxed) != turn {
            return;
        }
        match bot.rest.put_with(&path, &commands).await {
            Ok(known) => {
                bot.shared.mentions.learn(&known);
                return info!("the commands are registered now");
            }
            Err(again) => failure = again,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Mentions;

    #[test]
    fn commands_are_mentioned_by_their_numbers() {
        let mentions = Mentions::default();
        let text = "`/start` or `/start text:`, `/study log`, `/study`";
        assert_eq!(mentions.put_into(text), text);
        mentions.learn(&json!([
            {"name": "start", "id": "7", "options": [{"name": "text", "type": 3}]},
            {"name": "study", "id": "8", "options": [{"name": "log", "type": 1}, {"name": "more", "type": 2, "options": []}]},
            {"name": "Point to a guide", "id": "9"},
        ]));
        assert_eq!(mentions.put_into(text), "</start:7> or `/start text:`, </study log:8>, `/study`");
        mentions.learn(&json!({"odd": true}));
        assert_eq!(mentions.put_into(text), text);
    }
}
