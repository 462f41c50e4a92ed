//! The commands are made known to Discord. While that fails, those that Discord knows already still work, so nothing
//! waits for it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;
use tracing::{info, warn};

use super::Bot;
use super::http::Failure;

/// The first and the longest wait before it is tried again, unless Discord names one; each failure doubles it.
const WAITS: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(3_600));

/// Makes the commands of an application known. What is refused, as when the day's number of new commands is used up, is
/// tried again beside the connection.
///
/// # Errors
/// What came instead of an answer, if the token is refused.
pub async fn register(bot: &Bot, application: u64, commands: Value) -> Result<(), Failure> {
    let turn = bot.shared.registrations.fetch_add(1, Ordering::Relaxed) + 1;
    let path = format!("/applications/{application}/commands");
    let failure = match bot.rest.put_with(&path, &commands).await {
        Ok(_) => return Ok(()),
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
            Ok(_) => return info!("the commands are registered now"),
            Err(again) => failure = again,
        }
    }
}
