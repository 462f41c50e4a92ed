//! A short greeting for people who open a post in a beginners' forum, where Cairn has no answer to it. Off until a moderator
//! turns it on.

use jiff::{SignedDuration, Timestamp};

use super::sql;
use crate::community::Community;
use crate::community::Role;
use crate::community::audit::{self, Act};
use crate::discord::member::Who;
use crate::discord::posted::Posted;
use crate::discord::reply::Answer;
use crate::discord::{Bot, rights, sql as answers};
use crate::outbox::press::{AnswerPress, StartPress};
use crate::outbox::{self, Button, Payload, Reply, Target};
use crate::people::{Identity, person};
use crate::{Error, Result};

/// Who was answered or greeted within this time is not greeted: regulars know the place.
const KNOWN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A greeting that comes later greets nobody.
const SOON: SignedDuration = SignedDuration::from_hours(1);

/// `/mod greeting`
///
/// # Errors
/// Refused to everybody but admins.
pub async fn set(bot: &Bot, who: &Who, on: bool) -> Result<Answer> {
    let by = rights::here(bot, who, Role::Admin, "change the greeting").await?;
    let (guild, now) = (who.server()?, bot.app.clock.now());
    let mut tx = bot.app.store.write().await?;
    let has_forums = !answers::server(&mut tx, guild).await?.channels.is_empty();
    if on && !has_forums {
        return Err(Error::refused("No beginners' forum is chosen yet; choose one in /mod settings first."));
    }
    sql::set_greets(&mut tx, guild, on).await?;
    let detail = if on { "greeting: on" } else { "greeting: off" };
    audit::note(&mut tx, &by, Act::Settings, &format!("discord/{guild}"), detail, now).await?;
    tx.commit().await?;
    Ok(Answer::Say(Reply::text(if on {
        "From now on Cairn greets who opens a post in a beginners' forum, at most once in 30 days, if it has no answer to it. \
         `/mod greeting on:False` ends that."
    } else {
        "Cairn greets nobody any more."
    })))
}

/// Greets the author of a forum post that is not answered, unless they are known here or want no answers.
pub async fn greet(bot: &Bot, posted: &Posted<'_>, now: Timestamp) -> Result<()> {
    if !sql::greets(&mut *bot.app.store.read().await?, posted.guild).await? {
        return Ok(());
    }
    let author = Identity::Discord(posted.author);
    let mut tx = bot.app.store.write().await?;
    if !posted.may_be_answered(&mut tx, KNOWN, now).await? {
        return Ok(());
    }
    // Nothing of their post is kept, only that it has its greeting.
    let Some(id) = answers::add_answer(&mut tx, &posted.answered(), now).await? else { return Ok(()) };
    let target = Target::DiscordReply { channel: posted.channel, message: posted.message };
    let message = outbox::Message {
        community: Some(Community::Discord(posted.guild)),
        about: Some(person(&mut tx, &author, now).await?.0),
        payload: payload(posted.author, id),
        expires: now.checked_add(SOON).ok(),
        ..outbox::Message::new(format!("greeting/discord/{}", posted.message), target, "")
    };
    outbox::enqueue(&mut tx, &message, now).await?;
    tx.commit().await?;
    bot.app.nudge.notify_one();
    Ok(())
}

fn payload(author: u64, id: i64) -> Payload {
    let body = format!(
        "Welcome, <@{author}>! People answer here as they come by. If you say what you have tried and what came of it, \
         they can help sooner. `/wiki` may know it already."
    );
    let find = Button::press("Find my guide", StartPress::Find);
    let buttons = vec![vec![find, Button::press("Delete", (id, AnswerPress::Delete))]];
    Payload { body, buttons, ..Payload::default() }
}
