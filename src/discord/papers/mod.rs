//! `/papers` and `/mod digest`: the week's papers, for members and for moderators.

use poise::serenity_prelude as serenity;
use serenity::{ChannelType, CommandInteraction, Permissions};

use super::member::Who;
use super::reply::{Answer, older_of};
use super::{Bot, rights};
use crate::community::{HomeModerator, Moderator, Role};
use crate::outbox::press::{DigestPress, PapersPress};
use crate::outbox::{Button, Reply, Target};
use crate::papers::subscriptions::{self, Change, Choice};
use crate::papers::{Week, archive, reading, shown};
use crate::text::escape;
use crate::{Error, Result};

pub mod commands;
pub mod mod_commands;

/// How many papers a search shows.
const HITS: u16 = 10;

fn older() -> Error {
    older_of("/papers week")
}

/// `/papers week`: the digest of a week; of the last one that is over if none is named.
///
/// # Errors
/// Refused for weeks that are none, and if the sources are down.
pub async fn week(bot: &Bot, who: &Who, week: Option<&str>) -> Result<Answer> {
    let (app, now) = (&bot.app, bot.app.clock.now());
    let week = week.map_or_else(|| Ok(archive::last_week(now)), str::parse::<Week>)?;
    let all = archive::asked(&app.store, (app.feeds()?, &app.config.public_url()), week, now).await?;
    let mut reply = Reply::from(shown(&all, who.guild.is_some()));
    reply.offer(PapersPress::ShareWeek(week.to_string()), "Share");
    Ok(Answer::Say(reply))
}

/// A button below papers.
///
/// # Errors
/// Refused for papers and weeks that are none, if the sources are down, and for votes outside of a server.
pub async fn pressed(bot: &Bot, who: &Who, wanted: &PapersPress) -> Result<Answer> {
    match wanted {
        PapersPress::Vote(paper) => vote(bot, who, paper).await,
        PapersPress::Pass { pass, paper } => tick(bot, who, *pass, paper).await,
        PapersPress::ShareWeek(week) => share_week(bot, who, week).await,
        PapersPress::ShareSearch(query) => share_search(bot, query).await,
    }
}

/// Shows the papers of a week to everybody.
async fn share_week(bot: &Bot, who: &Who, week: &str) -> Result<Answer> {
    let (app, now) = (&bot.app, bot.app.clock.now());
    let week = week.parse::<Week>().map_err(|_| older())?;
    let all = archive::asked(&app.store, (app.feeds()?, &app.config.public_url()), week, now).await?;
    Ok(Answer::Say(Reply { public: true, ..Reply::from(shown(&all, who.guild.is_some())) }))
}

/// Shows what a search found to everybody.
async fn share_search(bot: &Bot, query: &str) -> Result<Answer> {
    let (reply, _) = found(bot, query).await?;
    Ok(Answer::Say(Reply { public: true, ..reply }))
}

/// `/papers search`
///
/// # Errors
/// Refused if there is nothing to look for.
pub async fn search(bot: &Bot, query: &str) -> Result<Answer> {
    let (mut reply, is_list) = found(bot, query).await?;
    if is_list {
        reply.offer(PapersPress::ShareSearch(query.to_owned()), "Share");
    }
    Ok(Answer::Say(reply))
}

/// What a search finds, and whether it is anything.
async fn found(bot: &Bot, query: &str) -> Result<(Reply, bool)> {
    let found = archive::search(&bot.app.store, query, HITS).await?;
    let link = format!("{}/papers", bot.app.config.public_url());
    let is_list = !found.hits.is_empty();
    let title = Some(("Papers".to_owned(), link)).filter(|_| is_list);
    Ok((Reply { title, text: found.to_string(), ..Reply::default() }, is_list))
}

/// Where a command was sent, and what may be done there.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    channel: u64,
    /// What the sender may do there; nothing is known in direct messages.
    may: Option<Permissions>,
    /// What the bot may do there.
    bot_may: Option<Permissions>,
    kind: Option<ChannelType>,
}

impl Place {
    /// Where an interaction came from.
    pub fn of(i: &CommandInteraction) -> Self {
        let kind = i.channel.as_ref().map(|channel| channel.kind);
        let may = i.member.as_deref().and_then(|member| member.permissions);
        Self { channel: i.channel_id.get(), may, bot_may: i.app_permissions, kind }
    }

    /// Whether the bot may post a digest here.
    fn takes_digests(self) -> bool {
        self.bot_may.is_none_or(|p| p.administrator() || (p.send_messages() && p.embed_links()))
    }

    /// Whether a thread may be opened here, by sender and bot.
    fn takes_threads(self) -> bool {
        let may = |p: Option<Permissions>| p.is_none_or(|p| p.create_public_threads() || p.administrator());
        let speaks = |p: Option<Permissions>| p.is_none_or(|p| p.send_messages() || p.administrator());
        matches!(self.kind, Some(ChannelType::Text | ChannelType::News))
            && may(self.may)
            && may(self.bot_may)
            && speaks(self.bot_may)
    }
}

/// `/papers read`: a reading thread, where one may be opened; the checklist alone elsewhere.
///
/// # Errors
/// Refused for an unknown paper.
pub async fn read(bot: &Bot, who: &Who, place: Place, paper: &str) -> Result<Answer> {
    let (app, now) = (&bot.app, bot.app.clock.now());
    let id = archive::meant(&bot.app.store, paper).await?;
    let here = Target::DiscordChannel(place.channel);
    // A channel that wants no threads below its digests wants none for reading either.
    let wanted = subscriptions::subscription(&app.store, &here).await?.is_none_or(|s| s.wishes.threads);
    let thread = who.guild.filter(|_| wanted && place.takes_threads()).map(|guild| (guild, place.channel));
    let base = app.config.public_url();
    let reading = reading::read(&app.store, &who.identity(), thread, &id, &base, now).await?;
    app.nudge.notify_one();
    Ok(Answer::Say(match reading {
        reading::Reading::Alone(checklist) => checked(checklist),
        reading => Reply::text(reading.to_string()),
    }))
}

fn checked(checklist: reading::Checklist) -> Reply {
    Reply { text: checklist.to_string(), ..Reply::from(checklist.payload) }
}

/// A pass is ticked off for the person who presses.
async fn tick(bot: &Bot, who: &Who, pass: i64, id: &str) -> Result<Answer> {
    let id = id.parse().map_err(|_| older())?;
    let list = reading::tick(&bot.app.store, &who.identity(), &id, pass, bot.app.clock.now()).await?;
    Ok(Answer::Say(checked(list)))
}

async fn vote(bot: &Bot, who: &Who, id: &str) -> Result<Answer> {
    let id = id.parse().map_err(|_| older())?;
    let community = community(who)?;
    let voted = reading::vote(&bot.app.store, &who.identity(), &community, &id, bot.app.clock.now()).await?;
    Ok(Answer::Say(Reply::text(escape::discord(&voted.to_string()))))
}

fn community(who: &Who) -> Result<String> {
    who.guild
        .map(subscriptions::server)
        .ok_or_else(|| Error::refused("Do that in your server; in direct messages there is nobody to count with."))
}

/// The proof that somebody may choose what comes: the archive is one for all.
async fn chooser(bot: &Bot, who: &Who) -> Result<HomeModerator> {
    rights::at_home(bot, who, Role::Approver, "choose papers").await
}

/// `/papers subscribe`: a channel, by a moderator, or one's own direct messages.
///
/// # Errors
/// Refused to members for channels, and where a value is out of bounds.
pub async fn subscribe(bot: &Bot, who: &Who, to: Option<u64>, here: Place, change: &Change) -> Result<Answer> {
    let silent = to == Some(here.channel) && !here.takes_digests();
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let said = match to {
        None => subscriptions::subscribe_person(store, who.user, change, now).await?,
        Some(channel) => {
            let by = may_subscribe(bot, who).await?;
            let target = Target::DiscordChannel(channel);
            // Where the command came from is the server's own; a thread there, too.
            if channel != here.channel {
                rights::own_channels(bot, who.server()?, &[channel]).await?;
            }
            subscriptions::subscribe(store, &by, &community(who)?, &target, change, now).await?
        }
    };
    Ok(Answer::Say(Reply::text(format!("{said}{}", if silent { SILENT } else { "" }))))
}

/// Where the bot may not post.
const SILENT: &str = " Cairn may not write here yet: give it the permissions Send Messages and Embed Links.";

/// The proof that somebody may, or the way for those who may not.
async fn may_subscribe(bot: &Bot, who: &Who) -> Result<Moderator> {
    let to = "subscribe a channel to the papers";
    rights::here(bot, who, Role::Approver, to).await.map_err(|error| {
        error.reworded(|why| {
            format!("{why} To get the papers yourself, by direct message, choose where: My direct messages.")
        })
    })
}

/// `/papers unsubscribe`
///
/// # Errors
/// Refused to members for channels, and where there is no subscription.
pub async fn unsubscribe(bot: &Bot, who: &Who, from: Option<u64>) -> Result<Answer> {
    let store = &bot.app.store;
    let said = match from {
        None => subscriptions::unsubscribe_person(store, who.user).await?,
        Some(channel) => {
            let by = rights::here(bot, who, Role::Approver, "unsubscribe a channel from the papers").await?;
            let target = own(bot, who, channel).await?;
            subscriptions::unsubscribe(store, &by, &target, bot.app.clock.now()).await?
        }
    };
    Ok(Answer::Say(Reply::text(said.to_string())))
}

/// A channel, if its papers are not another server's.
async fn own(bot: &Bot, who: &Who, channel: u64) -> Result<Target> {
    let target = Target::DiscordChannel(channel);
    let community = community(who)?;
    match subscriptions::subscription(&bot.app.store, &target).await? {
        Some(s) if s.community.as_deref() != Some(&community) => {
            Err(Error::refused("That channel is in another server."))
        }
        _ => Ok(target),
    }
}

/// `/mod digest preview`
///
/// # Errors
/// Refused to editors, if the channel gets no papers, and if the sources are down.
pub async fn preview(bot: &Bot, who: &Who, channel: u64) -> Result<Answer> {
    let by = rights::here(bot, who, Role::Approver, "see the coming papers").await?;
    let (app, target) = (&bot.app, own(bot, who, channel).await?);
    let base = app.config.public_url();
    let preview = subscriptions::preview(&app.store, (app.feeds()?, &base), &by, &target, app.clock.now()).await?;
    let said = preview.to_string();
    let reply = Reply::from(preview.payload);
    Ok(Answer::Say(Reply { text: format!("{said}\n{}", reply.text), ..reply }))
}

/// `/mod digest pin` and `veto`
///
/// # Errors
/// Refused to editors, for an unknown paper, and where no channel gets papers.
pub async fn choose(bot: &Bot, who: &Who, paper: &str, choice: Choice) -> Result<Answer> {
    let by = chooser(bot, who).await?;
    let id = archive::meant(&bot.app.store, paper).await?;
    let (app, community) = (&bot.app, community(who)?);
    let base = app.config.public_url();
    let (sources, now) = ((app.feeds()?, base.as_str()), app.clock.now());
    let chosen = subscriptions::choose(&app.store, sources, &by, (&community, choice), &id, now).await?;
    let back = Button::press("Take it back", DigestPress::Clear(id.to_string()));
    Ok(Answer::Say(Reply::text(chosen.to_string()).with_buttons(vec![back])))
}

/// `/mod digest skip`
///
/// # Errors
/// Refused to editors, and if the channel gets no papers.
pub async fn skip(bot: &Bot, who: &Who, channel: u64) -> Result<Answer> {
    let by = chooser(bot, who).await?;
    let target = own(bot, who, channel).await?;
    let skipped = subscriptions::skip(&bot.app.store, &by, &target, true, bot.app.clock.now()).await?;
    let back = Button::press("Post it after all", DigestPress::Unskip(channel));
    Ok(Answer::Say(Reply::text(skipped.to_string()).with_buttons(vec![back])))
}

/// A button below one of these answers.
///
/// # Errors
/// Refused to editors, and where there is nothing to take back.
pub async fn taken_back(bot: &Bot, who: &Who, wanted: &DigestPress) -> Result<Answer> {
    let by = chooser(bot, who).await?;
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let said = match wanted {
        DigestPress::Clear(paper) => {
            let id = paper.parse().map_err(|_| older())?;
            subscriptions::unchoose(store, &by, &community(who)?, &id, now).await?.to_string()
        }
        DigestPress::Unskip(channel) => {
            let target = own(bot, who, *channel).await?;
            subscriptions::skip(store, &by, &target, false, now).await?.to_string()
        }
    };
    Ok(Answer::Update(Reply::text(said)))
}
