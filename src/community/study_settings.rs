//! The study settings of a server.

use std::fmt;

use jiff::Timestamp;

use super::sql;
use crate::community::audit::{self, Act};
use crate::community::{Community, Moderator, Role};
use crate::store::{Connection, Snowflake, Store};
use crate::streak::FLOOR;
use crate::text::list;
use crate::time::zone::Zone;
use crate::{Error, Result};

/// The study settings of a server.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The community's zone; `None` means UTC.
    pub zone: Option<Zone>,
    /// The minimum commitment, in minutes a day, 15–960.
    pub floor: u16,
    /// The channel for messages about study.
    pub channel: Option<u64>,
    /// The voice channels in which time counts, for those who want that.
    pub voice: Vec<u64>,
}

impl Settings {
    /// The community's zone, or UTC.
    pub fn zone_or_utc(&self) -> Zone {
        self.zone.clone().unwrap_or_else(Zone::utc)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self { zone: None, floor: FLOOR, channel: None, voice: Vec::new() }
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = self.zone.as_ref().map_or("UTC", Zone::name);
        write!(
            f,
            "Study here: the community's time zone is {zone}, and the least commitment {} min a day. ",
            self.floor
        )?;
        match self.channel {
            Some(channel) => write!(f, "The study channel is <#{channel}>."),
            None => f.write_str("There is no study channel."),
        }?;
        match self.voice.iter().map(|id| format!("<#{id}>")).collect::<Vec<_>>() {
            none if none.is_empty() => Ok(()),
            all => write!(f, " Time in {} counts for members who want that (`/study voice`).", list::and(&all)),
        }
    }
}

/// The settings of a server; the defaults without a server.
pub async fn of(db: &mut Connection, guild: Option<u64>) -> Result<Settings> {
    let Some(guild) = guild else { return Ok(Settings::default()) };
    let voice = sql::voice(db, guild).await?;
    let Some(row) = sql::study(db, guild).await? else { return Ok(Settings { voice, ..Settings::default() }) };
    let zone = row.zone.and_then(|name| Zone::named(&name));
    Ok(Settings { zone, floor: row.floor, channel: row.channel.map(|id| id.0), voice })
}

/// Whether any server has named voice channels.
pub async fn anybody_listens(db: &mut Connection) -> Result<bool> {
    sql::any_voice(db).await
}

/// Why the study channel takes no messages, if it does not.
pub async fn trouble(store: &Store, guild: u64) -> Result<Option<String>> {
    sql::channel_trouble(&mut *store.read().await?, guild).await
}

/// Records whether the study channel takes messages.
pub async fn set_trouble(db: &mut Connection, guild: u64, code: Option<String>) -> Result<()> {
    sql::set_channel_trouble(db, guild, code).await
}

/// Like [`of`], in its own transaction.
pub async fn read(store: &Store, guild: Option<u64>) -> Result<Settings> {
    of(&mut *store.read().await?, guild).await
}

/// Changes the settings, for an admin of the server. Existing commitments stay.
///
/// # Errors
/// Refused to everybody else, and for a minimum outside 15–960 minutes.
pub async fn set(db: &mut Connection, by: &Moderator, guild: u64, settings: &Settings, now: Timestamp) -> Result<()> {
    by.must_be(Role::Admin, "change the settings")?;
    by.must_moderate(&Community::Discord(guild))?;
    if !(15..=960).contains(&settings.floor) {
        return Err(Error::refused("The least commitment is 15 to 960 minutes a day; give a number in between."));
    }
    let zone = settings.zone.as_ref().map(|zone| zone.name().to_owned());
    let row = sql::StudyRow { zone, floor: settings.floor, channel: settings.channel.map(Snowflake) };
    sql::set_study(db, guild, &row).await?;
    sql::set_voice(db, guild, &settings.voice).await?;
    sql::set_channel_trouble(db, guild, None).await?;
    let zone = settings.zone.as_ref().map_or("none", Zone::name);
    let channel = settings.channel.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let voice: String = settings.voice.iter().map(|id| format!(", voice {id}")).collect();
    let detail = format!("study: zone {zone}, floor {}, channel {channel}{voice}", settings.floor);
    audit::note(db, by, Act::Settings, &format!("discord/{guild}"), &detail, now).await
}
