//! `/study rank`: the week in bands.

use poise::serenity_prelude::ComponentInteractionDataKind as Chosen;

use super::super::Bot;
use super::super::member::Who;
use super::super::reply::Answer;
use super::buddy::{is_at_school, note_school, track, tracks};
use super::joining;
use crate::Result;
use crate::outbox::press::{Pending, RankPress};
use crate::outbox::{Button, Reply};
use crate::ranking::{self, RankingView};
use crate::student::Caller;
use crate::triage::Track;

/// What somebody wants with `/study rank`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// See it.
    Show,
    /// Be in it.
    Join,
    /// Be in it no more.
    Leave,
}

/// `/study rank`
///
/// # Errors
/// Refused as the ranking refuses it.
pub async fn asked(bot: &Bot, who: &Who, caller: &Caller, act: Act) -> Result<Answer> {
    note_school(bot, who).await?;
    joining::or_join(bot, caller, &Pending::Status, acted(bot, who, caller, act)).await
}

async fn acted(bot: &Bot, who: &Who, caller: &Caller, act: Act) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    match act {
        Act::Show => Ok(Answer::Say(shown(&ranking::rank(store, caller, now).await?))),
        Act::Join if is_at_school(bot, who).await? => {
            Ok(Answer::Say(shown(&ranking::join(store, caller, Some(Track::HighSchool), now).await?)))
        }
        Act::Join if !ranking::has_track(store, caller).await? => {
            Ok(Answer::Say(tracks(RankPress::Track, "the ranking leaves you out then")))
        }
        Act::Join => Ok(Answer::Say(shown(&ranking::join(store, caller, None, now).await?))),
        Act::Leave => Ok(Answer::Say(Reply::text(ranking::leave(store, caller).await?))),
    }
}

/// A press.
///
/// # Errors
/// Refused as the ranking refuses it.
pub async fn pressed(bot: &Bot, who: &Who, caller: &Caller, wanted: RankPress, chosen: &Chosen) -> Result<Answer> {
    let act = match wanted {
        RankPress::Join => Act::Join,
        RankPress::Leave => Act::Leave,
        RankPress::Track => {
            note_school(bot, who).await?;
            let track = if is_at_school(bot, who).await? { Track::HighSchool } else { track(chosen)? };
            let now = bot.app.clock.now();
            return Ok(Answer::Update(shown(&ranking::join(&bot.app.store, caller, Some(track), now).await?)));
        }
    };
    match asked(bot, who, caller, act).await? {
        Answer::Say(reply) => Ok(Answer::Update(reply)),
        other => Ok(other),
    }
}

fn shown(shown: &RankingView) -> Reply {
    let reply = Reply::text(shown.to_string());
    match (shown.at_school, shown.is_in) {
        (true, _) => reply,
        (_, true) => reply.with_buttons(vec![Button::press("Leave the ranking", RankPress::Leave)]),
        (_, false) => reply.with_buttons(vec![Button::press("Join the ranking", RankPress::Join)]),
    }
}
