//! Who is in voice channels, as the gateway tells it: one after another, for the order of coming and going counts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use poise::serenity_prelude as serenity;
use serenity::{AfkMetadata, FullEvent, Guild};
use tokio::sync::mpsc::UnboundedReceiver;
use tracing::error;

use crate::{App, Result, study};

/// How often it is written down that people are still there.
const EVERY: Duration = Duration::from_secs(60);

/// What the gateway tells.
#[derive(Debug)]
pub enum Told {
    /// Somebody is in this channel of a server now, or in none.
    User { guild: u64, user: u64, channel: Option<u64> },
    /// Who is in which channel of a server, and the channel for those who are away.
    Server { guild: u64, there: BTreeMap<u64, u64>, away: Option<u64> },
    /// A server has another channel for those who are away.
    Away { guild: u64, away: Option<u64> },
    /// The bot was removed from a server.
    Removed { guild: u64 },
}

/// What an event tells of voice channels. Bots are in none.
pub fn read(event: &FullEvent) -> Option<Told> {
    match event {
        FullEvent::VoiceStateUpdate { new, .. } => {
            let is_bot = new.member.as_ref().is_some_and(|member| member.user.bot);
            let (guild, user) = (new.guild_id.filter(|_| !is_bot)?.get(), new.user_id.get());
            Some(Told::User { guild, user, channel: new.channel_id.map(|channel| channel.get()) })
        }
        FullEvent::GuildCreate { guild, .. } => {
            let (there, away) = (there(guild), away(guild.afk_metadata.as_ref()));
            Some(Told::Server { guild: guild.id.get(), there, away })
        }
        FullEvent::GuildUpdate { new_data, .. } => {
            Some(Told::Away { guild: new_data.id.get(), away: away(new_data.afk_metadata.as_ref()) })
        }
        FullEvent::GuildDelete { incomplete, .. } if !incomplete.unavailable => {
            Some(Told::Removed { guild: incomplete.id.get() })
        }
        _ => None,
    }
}

fn there(guild: &Guild) -> BTreeMap<u64, u64> {
    let state = |state: &serenity::VoiceState| Some((state.user_id.get(), state.channel_id?.get()));
    guild.voice_states.values().filter_map(state).collect()
}

fn away(metadata: Option<&AfkMetadata>) -> Option<u64> {
    metadata.map(|metadata| metadata.afk_channel_id.get())
}

/// Follows what is told, for ever.
pub async fn follow(app: &App, mut told: UnboundedReceiver<Told>) {
    let mut away = BTreeMap::new();
    while let Some(told) = told.recv().await {
        if let Err(cause) = take(app, told, &mut away).await {
            error!("who is in a voice channel could not be written down: {cause}");
        }
    }
    std::future::pending().await
}

/// `away`: the channel of each server for those who are away. Nobody studies there.
async fn take(app: &App, told: Told, away: &mut BTreeMap<u64, u64>) -> Result<()> {
    let (store, now) = (&app.store, app.clock.now());
    match told {
        Told::User { guild, user, channel } => {
            let channel = channel.filter(|channel| away.get(&guild) != Some(channel));
            study::heard_in_voice(store, guild, user, channel, now).await
        }
        Told::Server { guild, mut there, away: channel } => {
            set(away, guild, channel);
            there.retain(|_, there| Some(*there) != channel);
            study::present_in_voice(store, guild, &there, now).await
        }
        Told::Away { guild, away: channel } => {
            set(away, guild, channel);
            match channel {
                Some(channel) => study::closed_voice(store, guild, channel, now).await,
                None => Ok(()),
            }
        }
        Told::Removed { guild } => {
            set(away, guild, None);
            study::present_in_voice(store, guild, &BTreeMap::new(), now).await
        }
    }
}

fn set(away: &mut BTreeMap<u64, u64>, guild: u64, channel: Option<u64>) {
    match channel {
        Some(channel) => away.insert(guild, channel),
        None => away.remove(&guild),
    };
}

/// Notes, for ever, when Discord was last heard: everybody who was there then had not left.
pub async fn note_signs(app: &App, heard: &AtomicI64) {
    loop {
        tokio::time::sleep(EVERY / app.config.discord_hurry.max(1)).await;
        let heard = Timestamp::from_millisecond(heard.swap(0, Ordering::Relaxed)).ok();
        let Some(heard) = heard.filter(|heard| *heard > Timestamp::UNIX_EPOCH) else { continue };
        if let Err(cause) = study::seen_in_voice(&app.store, heard).await {
            error!("that people are still in a voice channel could not be written down: {cause}");
        }
    }
}
