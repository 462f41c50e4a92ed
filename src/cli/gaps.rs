//! `cairn gaps`: questions that found nothing, grouped.

use super::editing::{AUTHOR, admin};
use super::{Ending, say, say_json, with_app};
use crate::Result;
use crate::config::Config;
use crate::wiki::gaps;

pub async fn run(config: Config) -> Result<Ending> {
    let json = config.json;
    let by = admin(AUTHOR)?;
    let found = with_app(config, async |app| gaps::top(&app.store, &by, app.clock.now()).await).await?;
    if json {
        say_json(&found)?;
    } else if found.is_empty() {
        say("Every search of the last 30 days found something.")?;
    } else {
        say(&found.iter().map(|gap| format!("- {gap}")).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(Ending::Well)
}
