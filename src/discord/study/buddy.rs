//! `/study buddy`: looking for a study buddy, saying hello, leaving, blocking.

use poise::serenity_prelude as serenity;
use serenity::{
    ComponentInteractionDataKind as Chosen, CreateActionRow, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption,
};

use super::super::member::Who;
use super::super::reply::{Answer, Reply};
use super::super::start::older_of;
use super::super::{Bot, settings};
use super::{Pending, button, joining};
use crate::buddies::availability::{OFFERED, Times};
use crate::buddies::{self, Search, Situation};
use crate::people::{Identity, PersonId};
use crate::student::{self, Caller};
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
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    if !student::has_joined(store, &caller.identity).await? {
        return joining::ask(bot, caller, &Pending::Buddy).await;
    }
    match act {
        Act::Status => Ok(Answer::Say(overview(bot, caller).await?)),
        Act::Join => match buddies::situation(store, caller, now).await? {
            Situation::Together { .. } => Ok(Answer::Say(overview(bot, caller).await?)),
            _ => Ok(Answer::Say(tracks("study/buddy/track", "your buddies are at school then, too"))),
        },
        Act::Hello => said(buddies::hello(store, &caller.identity, None, now).await),
        Act::Leave => leave(bot, &caller.identity, None).await,
        Act::Block => block(bot, caller).await,
    }
}

/// Where somebody stands, with what they can do.
///
/// # Errors
/// Refused to who has not joined study.
pub async fn overview(bot: &Bot, caller: &Caller) -> Result<Reply> {
    let situation = buddies::situation(&bot.app.store, caller, bot.app.clock.now()).await?;
    let buttons = match &situation {
        Situation::Out => vec![button("study/buddy/join", "Find me a buddy")],
        Situation::Waiting { .. } => {
            vec![button("study/buddy/join", "Change my times"), button("study/buddy/leave", "Stop looking")]
        }
        Situation::Together { group, .. } => vec![
            button(format!("study/buddy/hello/{group}"), "Say hello"),
            button(format!("study/buddy/leave/{group}"), "Leave"),
            button("study/buddy/block", "Block…"),
        ],
    };
    Ok(Reply::text(situation.to_string()).with(vec![CreateActionRow::Buttons(buttons)]))
}

/// A press below `study/buddy/…`.
///
/// # Errors
/// Refused as buddies refuse it.
pub async fn pressed(bot: &Bot, who: &Who, caller: &Caller, path: &[&str], chosen: &Chosen) -> Result<Answer> {
    note_school(bot, who).await?;
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    match path {
        ["join"] => Ok(Answer::Update(tracks("study/buddy/track", "your buddies are at school then, too"))),
        ["track"] => Ok(Answer::Update(times(track(chosen)?))),
        ["times", track] => {
            let track =
                if is_at_school(bot, who).await? { Track::HighSchool } else { track.parse().map_err(|_| older())? };
            let Chosen::StringSelect { values } = chosen else { return Err(older()) };
            let times = Times::new(values.iter().filter_map(|value| value.parse().ok()));
            buddies::join(store, caller, Search { track, times }, now).await?;
            Ok(Answer::Update(overview(bot, caller).await?))
        }
        ["here", group] => said(buddies::here(store, &caller.identity, number(group)?).await),
        ["hello", group] => said(buddies::hello(store, &caller.identity, Some(number(group)?), now).await),
        ["leave"] => leave(bot, &caller.identity, None).await,
        ["leave", group] => leave(bot, &caller.identity, Some(number(group)?)).await,
        ["block"] => block(bot, caller).await,
        ["block", whom] => {
            buddies::block(store, &caller.identity, whom.parse().map_err(|_| older())?, now).await?;
            Ok(Answer::Update(Reply::text(
                "Blocked: the two of you are never matched again. They are not told. `/study buddy` shows where you stand.",
            )))
        }
        _ => Err(older()),
    }
}

/// Four guides to choose from.
pub fn tracks(id: &str, at_school: &str) -> Reply {
    let options = Track::ALL.map(|track| CreateSelectMenuOption::new(track.title(), track.slug())).to_vec();
    let select = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder("Your guide");
    let text = format!("**Which guide is yours?** If you are at school, choose the High school guide: {at_school}.");
    Reply::text(text).with(vec![CreateActionRow::SelectMenu(select)])
}

/// The guide that was chosen.
///
/// # Errors
/// Refused if it is none.
pub fn track(chosen: &Chosen) -> Result<Track> {
    let Chosen::StringSelect { values } = chosen else { return Err(older()) };
    values.first().and_then(|slug| slug.parse().ok()).ok_or_else(older)
}

fn times(track: Track) -> Reply {
    let option = |(n, offer): (usize, &(&str, bool, i8, u16))| CreateSelectMenuOption::new(offer.0, n.to_string());
    let options: Vec<CreateSelectMenuOption> = OFFERED.iter().enumerate().map(option).collect();
    let most = u8::try_from(options.len()).unwrap_or(1);
    let select = CreateSelectMenu::new(format!("study/buddy/times/{track}"), CreateSelectMenuKind::String { options });
    let select = select.placeholder("Your usual study times").min_values(1).max_values(most);
    Reply::text(
        "**When do you usually study?** Choose all that fit, on your own clock. What you log and time counts, too.",
    )
    .with(vec![CreateActionRow::SelectMenu(select)])
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
                "Whoever you block is never matched with you again, and is not told. You leave {names} then, and I look \
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
    let buttons: Vec<_> = others
        .iter()
        .enumerate()
        .map(|(n, (number, _))| button(format!("study/buddy/block/{number}"), &label(n)))
        .collect();
    if buttons.is_empty() { reply } else { reply.with(vec![CreateActionRow::Buttons(buttons)]) }
}

fn said(text: Result<String>) -> Result<Answer> {
    Ok(Answer::Say(Reply::text(text?)))
}

fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| older())
}

/// Whether a role of theirs says that they are at school.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn is_at_school(bot: &Bot, who: &Who) -> Result<bool> {
    let server = settings::read(&bot.app.store, who.guild).await?;
    let role = server.tracks.iter().find(|(track, _)| *track == Track::HighSchool);
    Ok(role.is_some_and(|(_, role)| who.has(*role)))
}

/// Whoever has that role is taken for somebody at school from then on.
///
/// # Errors
/// A fault if the database cannot be written.
pub async fn note_school(bot: &Bot, who: &Who) -> Result<()> {
    if is_at_school(bot, who).await? {
        buddies::at_school(&bot.app.store, &who.identity(), bot.app.clock.now()).await?;
    }
    Ok(())
}
