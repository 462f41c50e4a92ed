//! `/study buddy`: looking for a study buddy, saying hello, leaving, blocking.

use poise::serenity_prelude::ComponentInteractionDataKind as Chosen;

use super::super::member::Who;
use super::super::reply::{Answer, older_of};
use super::super::{Bot, input, sql};
use super::joining;
use crate::buddies::availability::{OFFERED, Times};
use crate::buddies::{self, Search, Situation};
use crate::outbox::press::{BuddyPress, Pending};
use crate::outbox::{Button, Choice, Press, Reply, Select};
use crate::people::{Identity, PersonId};
use crate::student::Caller;
use crate::text::list;
use crate::triage::Track;
use crate::{Error, Result};

/// What somebody wants with `/study buddy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// See where they stand.
    Status,
    /// Look for a buddy.
    Join,
    /// Say hello.
    Hello,
    /// Leave.
    Leave,
    /// Never again with that one.
    Block,
}

fn older() -> Error {
    older_of("/study buddy")
}

/// `/study buddy`
///
/// # Errors
/// Refused as buddies refuse it.
pub async fn asked(bot: &Bot, who: &Who, caller: &Caller, act: Act) -> Result<Answer> {
    note_school(bot, who).await?;
    joining::or_join(bot, caller, &Pending::Buddy, acted(bot, caller, act)).await
}

async fn acted(bot: &Bot, caller: &Caller, act: Act) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    match act {
        Act::Status => Ok(Answer::Say(overview(bot, caller).await?)),
        Act::Join => match buddies::situation(store, caller, now).await? {
            Situation::Together { .. } => Ok(Answer::Say(overview(bot, caller).await?)),
            _ => Ok(Answer::Say(tracks(BuddyPress::Track, "your buddies are at school then, too"))),
        },
        Act::Hello => said(buddies::hello(store, &caller.identity, None, now).await),
        Act::Leave => leave(bot, &caller.identity, None).await,
        Act::Block => block(bot, caller).await,
    }
}

/// Where somebody stands, with what they can do.
///
/// # Errors
/// Refused if they have not joined study.
pub async fn overview(bot: &Bot, caller: &Caller) -> Result<Reply> {
    let situation = buddies::situation(&bot.app.store, caller, bot.app.clock.now()).await?;
    let buttons = match &situation {
        Situation::Out => vec![Button::press("Find me a buddy", BuddyPress::Join)],
        Situation::Waiting { .. } => vec![
            Button::press("Change my times", BuddyPress::Join),
            Button::press("Stop looking", BuddyPress::Leave(None)),
        ],
        Situation::Together { group, .. } => vec![
            Button::press("Say hello", BuddyPress::Hello(*group)),
            Button::press("Leave", BuddyPress::Leave(Some(*group))),
            Button::press("Block…", BuddyPress::Block(None)),
        ],
    };
    Ok(Reply::text(situation.to_string()).with_buttons(buttons))
}

/// A press.
///
/// # Errors
/// Refused as buddies refuse it.
pub async fn pressed(bot: &Bot, who: &Who, caller: &Caller, wanted: BuddyPress, chosen: &Chosen) -> Result<Answer> {
    note_school(bot, who).await?;
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    match wanted {
        BuddyPress::Join => Ok(Answer::Update(tracks(BuddyPress::Track, "your buddies are at school then, too"))),
        BuddyPress::Track => Ok(Answer::Update(times(track(chosen)?))),
        BuddyPress::Times(track) => {
            let track = if is_at_school(bot, who).await? { Track::HighSchool } else { track };
            let values = input::values(chosen).ok_or_else(older)?;
            let times = Times::new(values.iter().filter_map(|value| value.parse().ok()));
            buddies::join(store, caller, Search { track, times }, now).await?;
            Ok(Answer::Update(overview(bot, caller).await?))
        }
        BuddyPress::Here(group) => said(buddies::here(store, &caller.identity, group).await),
        BuddyPress::Hello(group) => said(buddies::hello(store, &caller.identity, Some(group), now).await),
        BuddyPress::Leave(group) => leave(bot, &caller.identity, group).await,
        BuddyPress::Block(None) => block(bot, caller).await,
        BuddyPress::Block(Some(whom)) => {
            buddies::block(store, &caller.identity, whom, now).await?;
            Ok(Answer::Update(Reply::text(
                "Blocked: the two of you are never matched again. They are not told. `/study buddy` shows where you stand.",
            )))
        }
    }
}

/// Four guides to choose from.
pub fn tracks(does: impl Into<Press>, at_school: &str) -> Reply {
    let options = Track::ALL.map(|track| Choice::new(track.slug(), track.title())).to_vec();
    let select = Select::one_of(does, "Your guide", options);
    let text = format!("**Which guide is yours?** If you are at school, choose the High school guide: {at_school}.");
    Reply::text(text).with(vec![select.into()])
}

/// The guide that was chosen.
///
/// # Errors
/// Refused if it is none.
pub fn track(chosen: &Chosen) -> Result<Track> {
    input::value(chosen).and_then(|slug| slug.parse().ok()).ok_or_else(older)
}

fn times(track: Track) -> Reply {
    let option = |(n, offer): (usize, &(&str, bool, i8, u16))| Choice::new(n.to_string(), offer.0);
    let options: Vec<Choice> = OFFERED.iter().enumerate().map(option).collect();
    let bounds = Some((1, u8::try_from(options.len()).unwrap_or(1)));
    let select = Select { bounds, ..Select::one_of(BuddyPress::Times(track), "Your usual study times", options) };
    Reply::text(
        "**When do you usually study?** Choose all that fit, on your own clock. What you log and time counts, too.",
    )
    .with(vec![select.into()])
}

async fn leave(bot: &Bot, identity: &Identity, group: Option<i64>) -> Result<Answer> {
    let left = buddies::leave(&bot.app.store, identity, group, bot.app.clock.now()).await?;
    Ok(Answer::Say(with_blocks(Reply::text(left.to_string()), &left.others)))
}

async fn block(bot: &Bot, caller: &Caller) -> Result<Answer> {
    match buddies::situation(&bot.app.store, caller, bot.app.clock.now()).await? {
        Situation::Together { others, .. } => {
            let names: Vec<String> = others.iter().map(|(_, name)| name.clone()).collect();
            let names = list::and(&names);
            let text = format!(
                "The person you block is never matched with you again, and is not told. You leave {names} then, and I look \
                 for another buddy for you."
            );
            Ok(Answer::Say(with_blocks(Reply::text(text), &others)))
        }
        _ => Err(Error::refused("You have no study buddy now; there is nobody to block.")),
    }
}

/// A button for each that blocks them.
fn with_blocks(reply: Reply, others: &[(PersonId, String)]) -> Reply {
    let label = |n: usize| match others.len() {
        1 => "Block".to_owned(),
        _ => format!("Block the {}", if n == 0 { "first" } else { "second" }),
    };
    let button = |(n, (whom, _)): (usize, &(PersonId, String))| Button::press(label(n), BuddyPress::Block(Some(*whom)));
    reply.with_buttons(others.iter().enumerate().map(button).collect())
}

fn said(text: Result<String>) -> Result<Answer> {
    Ok(Answer::Say(Reply::text(text?)))
}

/// Whether a role of theirs says that they are at school.
pub async fn is_at_school(bot: &Bot, who: &Who) -> Result<bool> {
    let server = sql::settings(&bot.app.store, who.guild).await?;
    let role = server.tracks.iter().find(|(track, _)| *track == Track::HighSchool);
    Ok(role.is_some_and(|(_, role)| who.has(*role)))
}

/// A person with that role is taken for somebody at school from then on.
pub async fn note_school(bot: &Bot, who: &Who) -> Result<()> {
    if is_at_school(bot, who).await? {
        buddies::at_school(&bot.app.store, &who.identity(), bot.app.clock.now()).await?;
    }
    Ok(())
}
