//! The queries of greetings.

use crate::Result;
use crate::store::Connection;

/// Whether a server wants greetings.
pub async fn greets(db: &mut Connection, guild: u64) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM discord_greetings WHERE guild = $1)";
    Ok(sqlx::query_scalar(query).bind(guild.cast_signed()).fetch_one(db).await?)
}

/// From now on it does, or does not.
pub async fn set_greets(db: &mut Connection, guild: u64, on: bool) -> Result<()> {
    let query = match on {
        true => "INSERT INTO discord_greetings (guild) VALUES ($1) ON CONFLICT DO NOTHING",
        false => "DELETE FROM discord_greetings WHERE guild = $1",
    };
    sqlx::query(query).bind(guild.cast_signed()).execute(db).await?;
    Ok(())
}
