//! Beginners' channels and forums: new posts are read, and answered once if they ask how to get started.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::{GuildChannel, Message, MessageReferenceKind, MessageType};
use tracing::warn;

use super::http::Failure;
use super::outlet::outcome;
use super::posted::Posted;
use super::reply::{CALL_DEADLINE, persist};
use super::sql::New;
use super::{Bot, panel, sql, start, text};
use crate::community::Community;
use crate::decisions::{self, Here};
use crate::outbox::{self, Target};
use crate::people::{Identity, person};
use crate::triage::{Action, Post, care};
use crate::{Result, welcome};

/// At most one unasked answer to an author within this time.
const BETWEEN_ANSWERS: SignedDuration = SignedDuration::from_hours(24);
/// For how long moderators are told that somebody may be in danger.
const WORTH_TELLING: SignedDuration = SignedDuration::from_hours(24);
/// Older posts are history.
const NEW_FOR: SignedDuration = SignedDuration::from_hours(1);

/// The wait before a forum post is read again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Somebody wrote a message.
pub async fn said(bot: &Bot, message: &Message) -> Result<()> {
    // What is forwarded is no reply.
    let answers = message.message_reference.as_ref().is_some_and(|to| to.kind != MessageReferenceKind::Forward);
    let is_post = message.kind == MessageType::Regular && !answers;
    let (Some(guild), true) = (message.guild_id, is_post && is_human(message)) else { return Ok(()) };
    let (channel, text) = (message.channel_id.get(), text::of_message(message));
    let posted = Posted {
        guild: guild.get(),
        place: channel,
        channel,
        message: message.id.get(),
        author: message.author.id.get(),
        title: "",
        body: &text,
    };
    answer(bot, &posted, bot.app.clock.now()).await
}

fn is_human(message: &Message) -> bool {
    !message.author.bot && !message.author.system && message.webhook_id.is_none()
}

/// Somebody opened a post in a forum. Its text is the message with the thread's own id.
pub async fn opened(bot: &Bot, thread: &GuildChannel) -> Result<()> {
    let Some(forum) = thread.parent_id else { return Ok(()) };
    let server = sql::server(&mut *bot.app.store.read().await?, thread.guild_id.get()).await?;
    let now = bot.app.clock.now();
    let opened = Timestamp::from_second(thread.id.created_at().unix_timestamp()).unwrap_or(now);
    if !server.channels.contains(&forum.get()) || now.duration_since(opened) > NEW_FOR {
        return Ok(());
    }
    let (text, message): (String, Message) = match first_message(bot, thread).await {
        Ok(answer) => (text::of(&answer), serde_json::from_value(answer).map_err(anyhow::Error::new)?),
        Err(failure) => {
            warn!(trouble = %failure, "a forum post could not be read");
            return Ok(());
        }
    };
    if !is_human(&message) {
        return Ok(());
    }
    let posted = Posted {
        guild: thread.guild_id.get(),
        place: forum.get(),
        channel: thread.id.get(),
        message: message.id.get(),
        author: message.author.id.get(),
        title: &thread.name,
        body: &text,
    };
    answer(bot, &posted, now).await
}

/// The message with the thread's own id. It may come a moment after the thread, and so may the right to see it.
async fn first_message(bot: &Bot, thread: &GuildChannel) -> Result<Value, Failure> {
    let path = format!("/channels/{0}/messages/{0}", thread.id);
    let mut pause = FIRST_PAUSE;
    for tried in 1.. {
        let failure = match persist(Instant::now() + CALL_DEADLINE, || bot.rest.get(&path, "")).await {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        let tries = if let Failure::Refused(refusal) = &failure { outcome::tries(refusal) } else { None };
        if tries.is_none_or(|tries| tried >= tries) {
            return Err(failure);
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    unreachable!("there are always more numbers")
}

/// Decides about a post. The row that says "answered" and the message are one transaction.
async fn answer(bot: &Bot, posted: &Posted<'_>, now: Timestamp) -> Result<()> {
    let store = &bot.app.store;
    let server = sql::server(&mut *store.read().await?, posted.guild).await?;
    if !server.channels.contains(&posted.place) {
        return Ok(());
    }
    let body = if server.reads { posted.body } else { "" };
    let here = Here::of(bot.app.home.has(&Community::Discord(posted.guild)));
    let verdict = decisions::unasked(store, here, &Post { title: posted.title, body }, &server.bands).await;
    if verdict.crisis {
        return tell_moderators(bot, posted, server.danger, now).await;
    }
    if verdict.action == Action::Silent {
        // Only a forum's posts have titles.
        let is_of_forum = !posted.title.is_empty();
        return if is_of_forum { panel::greeting::greet(bot, posted, now).await } else { Ok(()) };
    }
    let welcome = welcome::welcome(store, &verdict, &bot.app.config.public_url()).await?;
    let author = Identity::Discord(posted.author);
    let mut tx = store.write().await?;
    if !posted.may_be_answered(&mut tx, BETWEEN_ANSWERS, now).await? {
        return Ok(());
    }
    let new = New {
        title: posted.title,
        body,
        track: welcome.guide.as_ref().map(|guide| guide.track),
        verdict: Some(&verdict),
        ..posted.answered()
    };
    let Some(id) = sql::add_answer(&mut tx, &new, now).await? else { return Ok(()) };
    let target = Target::DiscordReply { channel: posted.channel, message: posted.message };
    let message = outbox::Message {
        key: format!("answer/discord/{}", posted.message),
        target,
        community: Some(Community::Discord(posted.guild)),
        about: Some(person(&mut tx, &author, now).await?.0),
        payload: start::unasked(&welcome, id),
        otherwise: None,
        due: None,
        // An answer that comes hours late helps nobody.
        expires: now.checked_add(SignedDuration::from_hours(6)).ok(),
    };
    outbox::enqueue(&mut tx, &message, now).await?;
    tx.commit().await?;
    bot.app.nudge.notify_one();
    Ok(())
}

/// Tells moderators where somebody may be in danger, without a word of what they wrote, if that is wanted.
async fn tell_moderators(bot: &Bot, posted: &Posted<'_>, channel: Option<u64>, now: Timestamp) -> Result<()> {
    let Some(channel) = channel else { return Ok(()) };
    let link = format!("https://discord.com/channels/{}/{}/{}", posted.guild, posted.channel, posted.message);
    let body = format!(
        "**Someone may be in danger:** {link}\nPlease look at that post soon, ask how they are and stay with them. \
         Cairn has not answered it. A crisis line for any country: <{}>",
        care::DIRECTORY
    );
    let target = Target::DiscordChannel(channel);
    let message = outbox::Message {
        community: Some(Community::Discord(posted.guild)),
        expires: now.checked_add(WORTH_TELLING).ok(),
        ..outbox::Message::new(format!("danger/discord/{}", posted.message), target, body)
    };
    let mut tx = bot.app.store.write().await?;
    outbox::enqueue(&mut tx, &message, now).await?;
    tx.commit().await?;
    bot.app.nudge.notify_one();
    Ok(())
}
