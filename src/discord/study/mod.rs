//! `/study`: each command parses, calls one function of study, and wraps what it returns. Who has not joined is asked
//! for their zone first, and what they wanted is done then ([`joining`]).

use jiff::civil::Weekday;
use poise::serenity_prelude as serenity;
use serenity::{ChannelId, ComponentInteractionDataKind as Chosen};

use super::member::Who;
use super::reply::Answer;
use super::{Bot, Context};
use crate::outbox::press::{Pending, StudyPress};
use crate::outbox::{Button, Reply};
use crate::streak::logs::When;
use crate::streak::status::Status;
use crate::student::{self, Caller};
use crate::study::{self, Receipt, Wish};
use crate::time::zone_search;
use crate::{Error, Result, streak};

pub mod buddy;
mod calendar;
pub mod commands;
mod commands_files;
mod heatmap;
mod joining;
pub mod moderating;
mod plan;
pub mod rank;
mod reminder;
pub mod subject;

pub use joining::submitted;

/// Somebody in a channel.
pub fn caller(who: &Who, channel: Option<ChannelId>) -> Caller {
    // A direct message's channel is no place to fall back to.
    let channel = channel.filter(|_| who.guild.is_some()).map(ChannelId::get);
    Caller { identity: who.identity(), guild: who.guild, channel }
}

/// Who calls.
pub fn who(ctx: Context<'_>) -> Caller {
    caller(&Who::commands(ctx.interaction), Some(ctx.interaction.channel_id))
}

/// Does what a student wants.
async fn wanted(bot: &Bot, caller: &Caller, pending: Pending) -> Result<Answer> {
    joining::or_join(bot, caller, &pending, async { Ok(Answer::Say(done(bot, caller, pending.clone()).await?)) }).await
}

/// Does what a student wants.
async fn done(bot: &Bot, caller: &Caller, pending: Pending) -> Result<Reply> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    match pending {
        Pending::Log(minutes, date, what) => {
            Ok(told(&study::log(store, caller, minutes, date, what.as_ref(), now).await?))
        }
        Pending::Start(what) => Ok(told(&study::start(store, caller, what.as_ref(), now).await?)),
        Pending::Buddy => buddy::overview(bot, caller).await,
        Pending::Status => Ok(standing(&study::status(store, caller, now).await?)),
        Pending::Plan(track, hours, date) => plan::made(bot, caller, (track, hours, date), false).await,
    }
}

/// `/study log`
///
/// # Errors
/// Refused as study refuses it.
pub async fn log(bot: &Bot, caller: &Caller, minutes: i64, date: Option<&str>, what: Option<&str>) -> Result<Answer> {
    wanted(bot, caller, Pending::Log(minutes, When::read(date)?, subject::read(what)?)).await
}

/// What most commands are: something done, told as it is.
///
/// # Errors
/// Refused as study refuses it.
pub async fn plain(bot: &Bot, caller: &Caller, work: impl Future<Output = Result<Receipt>> + Send) -> Result<Answer> {
    joining::or_join(bot, caller, &Pending::Status, async { Ok(Answer::Say(told(&work.await?))) }).await
}

/// `/study status`, and the button below `/help`.
pub async fn show(bot: &Bot, caller: &Caller) -> Result<Answer> {
    wanted(bot, caller, Pending::Status).await
}

/// `/study zone`
///
/// # Errors
/// Refused without a wish, for two changes at once, and as study refuses it.
pub async fn zone(bot: &Bot, caller: &Caller, zone: Option<&str>, day_start: Option<i64>) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let zone = zone.map(|typed| zone_search::read(typed, now)).transpose()?;
    if !student::has_joined(store, &caller.identity).await? {
        let Some(zone) = zone else { return joining::ask(bot, caller, &Pending::Status).await };
        let wish = Wish { day_start: day_start.unwrap_or(streak::day::DEFAULT_START), ..Wish::new(zone) };
        return Ok(Answer::Say(told(&study::join(store, caller, &wish, now).await?)));
    }
    let is = study::status(store, caller, now).await?;
    // Who names both may mean to change one of them only.
    let zone = zone.filter(|zone| day_start.is_none() || *zone != is.zone);
    let day_start = day_start.filter(|hour| zone.is_none() || *hour != i64::from(is.day_start));
    match (zone, day_start) {
        (Some(_), Some(_)) => Err(Error::refused(
            "Zone and day start can change once in 7 days, and each is a change; choose which of the two comes first.",
        )),
        (Some(zone), None) => Ok(Answer::Say(told(&study::set_zone(store, caller, zone, now).await?))),
        (None, Some(hour)) => Ok(Answer::Say(told(&study::set_day_start(store, caller, hour, now).await?))),
        (None, None) => Ok(Answer::Say(Reply::text(format!(
            "Your days start at {:02}:00 in {}. Give `zone` or `day_start` to change that.",
            is.day_start,
            is.zone.name()
        )))),
    }
}

/// `/study commitment`
///
/// # Errors
/// Refused as study refuses it.
pub async fn commitment(bot: &Bot, caller: &Caller, minutes: i64) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    plain(bot, caller, study::set_commitment(store, caller, minutes, now)).await
}

/// `/study pause`
///
/// # Errors
/// Refused without a wish, and as study refuses it.
pub async fn pause(bot: &Bot, caller: &Caller, days: Option<i64>, resume: bool) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    match (days, resume) {
        (_, true) => plain(bot, caller, study::resume(store, caller, now)).await,
        (Some(days), false) => plain(bot, caller, study::pause(store, caller, days, now)).await,
        (None, false) => Err(Error::refused("Give days to pause that many from tomorrow on, or resume to come back.")),
    }
}

/// `/study rest`: shows the days of rest, or sets them.
///
/// # Errors
/// Refused for none beside a day, and as study refuses it.
pub async fn rest(bot: &Bot, caller: &Caller, days: &[RestDay]) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let weekdays: Vec<Weekday> = days.iter().filter_map(|day| day.0).collect();
    match days {
        [] => {
            joining::or_join(bot, caller, &Pending::Status, async {
                Ok(Answer::Say(Reply::text(study::status(store, caller, now).await?.rest_days())))
            })
            .await
        }
        [_, _] if weekdays.len() == 1 => {
            Err(Error::refused("Choose days of rest, or none of them; /study rest shows those you have."))
        }
        _ => plain(bot, caller, study::rest(store, caller, &weekdays, now)).await,
    }
}

/// `/study voice`: shows whether time in voice channels counts, or sets it.
///
/// # Errors
/// Refused as study refuses it.
pub async fn voice(bot: &Bot, caller: &Caller, on: Option<bool>) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    // Nobody is asked to join for what is not to be had here.
    if !student::has_joined(store, &caller.identity).await? {
        study::voice_counts_here(store, caller.guild, on).await?;
    }
    joining::or_join(bot, caller, &Pending::Status, async {
        let shown = study::voice(store, caller, on, now).await?;
        bot.app.nudge.notify_one();
        Ok(Answer::Say(Reply::text(shown.to_string())))
    })
    .await
}

/// A weekday to rest on, or none of them.
#[derive(Debug, Clone, Copy)]
pub struct RestDay(pub Option<Weekday>);

/// `/study why`, and the button of that name.
pub async fn why(bot: &Bot, caller: &Caller) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    let why = async { Ok(Answer::Say(Reply::text(study::why(store, caller, now).await?.to_string()))) };
    joining::or_join(bot, caller, &Pending::Status, why).await
}

/// A press. Except below a reminder, the person who presses does it for themselves, on whatever message the button is.
///
/// # Errors
/// Refused as study refuses it.
pub async fn pressed(bot: &Bot, who: &Who, caller: &Caller, wanted: StudyPress, chosen: &Chosen) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    match wanted {
        StudyPress::Status => show(bot, caller).await,
        StudyPress::Here => Ok(Answer::Update(told(&study::confirm(store, caller, now).await?))),
        StudyPress::Stop => Ok(Answer::Update(told(&study::stop(store, caller, None, now).await?))),
        StudyPress::Resume => Ok(Answer::Update(told(&study::resume(store, caller, now).await?))),
        StudyPress::Undo(event) => Ok(Answer::Update(told(&study::undo(store, caller, Some(event), now).await?))),
        StudyPress::Why => why(bot, caller).await,
        StudyPress::What(entry) => subject::form(bot, caller, entry).await,
        StudyPress::Share(mark) => {
            let shared = study::share(store, caller, mark, now).await?;
            bot.app.nudge.notify_one();
            Ok(Answer::Say(Reply::text(shared)))
        }
        StudyPress::Zone(how, pending) => joining::zone(bot, caller, how, pending, chosen).await,
        StudyPress::Elsewhere(how, pending) => Ok(joining::form(how, pending)),
        StudyPress::Typed(_) => Err(super::reply::older_of("/study status")),
        StudyPress::Pace(zone, how, pending) => joining::paced(bot, caller, &zone, how, pending).await,
        StudyPress::Calendar(wanted) => calendar::pressed(bot, caller, wanted).await,
        StudyPress::Plan(wanted) => plan::pressed(bot, caller, wanted).await,
        StudyPress::Heatmap(wanted) => heatmap::pressed(bot, caller, wanted).await,
        StudyPress::Remind(whose, wanted) => reminder::pressed(bot, caller, whose, wanted).await,
        StudyPress::Buddy(wanted) => buddy::pressed(bot, who, caller, wanted, chosen).await,
        StudyPress::Rank(wanted) => rank::pressed(bot, who, caller, wanted, chosen).await,
    }
}

/// What was done, with the buttons that make sense after it.
fn told(done: &Receipt) -> Reply {
    use study::Deed;
    let why = || Button::press("Why?", StudyPress::Why);
    let mut buttons = match done.deed {
        Deed::Logged(..) => vec![Button::press("Undo", StudyPress::Undo(done.event)), why()],
        Deed::Started | Deed::Confirmed => vec![Button::press(STOP, StudyPress::Stop)],
        Deed::Paused(..) => vec![Button::press("Resume", StudyPress::Resume)],
        Deed::Undone(..) | Deed::Stopped(_) => vec![why()],
        _ => Vec::new(),
    };
    if let Some(entry) = done.entry.filter(|_| !matches!(done.deed, Deed::Confirmed)) {
        let label = if done.what.is_some() { "Change the subject" } else { "Add a subject" };
        buttons.push(Button::press(label, StudyPress::What(entry)));
    }
    if let Some(milestone) = done.milestone.filter(|_| done.may_share) {
        buttons.push(Button::press("Share", StudyPress::Share(milestone.0)));
    }
    Reply::text(done.to_string()).with_buttons(buttons)
}

fn standing(standing: &Status) -> Reply {
    let mut buttons = vec![Button::press("Why?", StudyPress::Why)];
    if let Some(timer) = &standing.timer {
        buttons.insert(0, Button::press(STOP, StudyPress::Stop));
        if timer.asks {
            buttons.insert(0, Button::press("I'm still there", StudyPress::Here));
        }
    }
    if standing.paused.is_some() {
        buttons.insert(0, Button::press("Resume", StudyPress::Resume));
    }
    Reply::text(standing.to_string()).with_buttons(buttons)
}

/// The button that stops the timer.
const STOP: &str = "Stop the timer";
