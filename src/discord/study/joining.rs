//! Joining: a zone is chosen and then how much to study on a day, or both are typed into a form; and then what somebody
//! wanted is done. What they wanted, and how they want to study, is in the custom ids: nothing is lost, and nothing is
//! kept of who leaves it at that.

use jiff::Timestamp;
use poise::serenity_prelude as serenity;
use serenity::{
    ComponentInteractionDataKind as Chosen, CreateActionRow, CreateInputText, CreateModal, InputTextStyle,
    ModalInteraction,
};

use super::super::input::{self, field};
use super::super::reply::{Answer, Work, older_of, sentence};
use super::{Bot, done, subject};
use crate::community::study_settings;
use crate::outbox::press::{How, Pending, StudyPress};
use crate::outbox::{Button, Choice, Controls, Press, Reply, Select};
use crate::student::{self, Caller};
use crate::study::{self, Wish};
use crate::text::list;
use crate::time::zone::Zone;
use crate::time::{format as speech, zone_search};
use crate::{Error, Result};

/// The most options of a select.
const OPTIONS: usize = 25;
/// The minutes a day that are offered.
const COMMITMENTS: [(i64, &str); 3] = [(30, "30 min"), (60, "1 h"), (120, "2 h")];

fn older() -> Error {
    older_of("/study status")
}

/// Answers a student. Somebody who has not joined is offered to join instead, and `pending` is done once they have.
/// The lookup only reads, so the offer comes at once. Work that writes would first wait until Discord shows "thinking…".
pub fn or_join<'a>(
    bot: &'a Bot,
    caller: &'a Caller,
    pending: &'a Pending,
    work: impl Future<Output = Result<Answer>> + Send + 'a,
) -> Work<'a> {
    let work: Work<'_> = Box::pin(work);
    Box::pin(async move {
        if !student::has_joined(&bot.app.store, &caller.identity).await? {
            return ask(bot, caller, pending).await;
        }
        work.await
    })
}

/// Asks somebody who has not joined for their zone.
pub async fn ask(bot: &Bot, caller: &Caller, pending: &Pending) -> Result<Answer> {
    let home = study_settings::read(&bot.app.store, caller.guild).await?.zone;
    let mut names: Vec<&str> = zone_search::POPULAR.to_vec();
    if let Some(home) = home.as_ref().map(Zone::name) {
        names.retain(|name| *name != home);
        names.insert(0, home);
    }
    let wish = match pending {
        Pending::Log(minutes, ..) => {
            format!("Then your {} are logged.", list::count(minutes.unsigned_abs(), "minute"))
        }
        Pending::Start(_) => "Then your timer starts.".to_owned(),
        Pending::Buddy => "Then you see what a study buddy is.".to_owned(),
        Pending::Plan(..) => "Then your plan is made.".to_owned(),
        Pending::Status => "You can change it later with `/study zone`.".to_owned(),
    };
    let (pending, later) = subject::carried(pending);
    let text =
        format!("**Where do you study?** Your study days follow the clock there, from 4 in the morning. {wish}{later}");
    Ok(Answer::Say(choice(text, &names, How::USUAL, &pending, bot.app.clock.now())))
}

fn choice(text: String, names: &[&str], how: How, pending: &Pending, now: Timestamp) -> Reply {
    let option = |name: &&str| {
        let zone = Zone::named(name)?;
        Some(Choice::new(*name, format!("{name} ({} now)", speech::clock(now, &zone))))
    };
    let options: Vec<Choice> = names.iter().filter_map(option).take(OPTIONS).collect();
    let other = Button::press("Somewhere else…", StudyPress::Elsewhere(how, pending.clone()));
    let other = Controls::Buttons(vec![other]);
    let select = Select::one_of(StudyPress::Zone(how, pending.clone()), "Your time zone", options);
    Reply::text(text).with(if names.is_empty() { vec![other] } else { vec![select.into(), other] })
}

/// "Somewhere else": a form for zone, day start and commitment.
pub fn form(how: How, pending: Pending) -> Answer {
    let input =
        |label: &str, id: &str, most: u16| CreateInputText::new(InputTextStyle::Short, label, id).max_length(most);
    let commitment = input("Minutes a day you want to study", "commitment", 3).required(false).placeholder("120");
    let rows = vec![
        input("A large city near you, or a time zone", "zone", 60).placeholder("Lisbon"),
        input("The hour at which your day starts, 0 to 6", "day_start", 1).value(how.day_start.to_string()),
        how.commitment.into_iter().fold(commitment, |input, minutes| input.value(minutes.to_string())),
    ];
    let rows = rows.into_iter().map(CreateActionRow::InputText).collect();
    let form = CreateModal::new(Press::from(StudyPress::Typed(pending)), "Where and how do you study?");
    Answer::Form(form.components(rows))
}

/// The form was sent.
///
/// # Errors
/// Refused for numbers that are none, and as study refuses them.
pub async fn submitted(bot: &Bot, caller: &Caller, pending: Pending, form: &ModalInteraction) -> Result<Answer> {
    let number = |id: &str, what: &str| match field(form, id).trim() {
        "" => Ok(None),
        text => {
            text.parse().map(Some).map_err(|_| Error::refused(format!("{what} must be a whole number; try again.")))
        }
    };
    let day_start = number("day_start", "The hour at which your day starts")?;
    let commitment = number("commitment", "The minutes a day")?;
    let how = How { day_start: day_start.unwrap_or(How::USUAL.day_start), commitment };
    let (typed, now) = (field(form, "zone"), bot.app.clock.now());
    match zone_search::read(typed, now) {
        Ok(zone) => join(bot, caller, zone, how, pending).await,
        Err(Error::Refused(refused)) => {
            let names = zone_search::suggest(typed, now, OPTIONS);
            let names = if typed.trim().is_empty() { Vec::new() } else { names };
            Ok(Answer::Say(choice(crate::text::escape::discord(&refused.text), &names, how, &pending, now)))
        }
        Err(fault) => Err(fault),
    }
}

/// A zone was chosen.
///
/// # Errors
/// Refused as study refuses it.
pub async fn zone(bot: &Bot, caller: &Caller, how: How, pending: Pending, chosen: &Chosen) -> Result<Answer> {
    let zone = input::value(chosen).and_then(Zone::named).ok_or_else(older)?;
    if how.commitment.is_none() && !student::has_joined(&bot.app.store, &caller.identity).await? {
        return Ok(Answer::Update(how_much(bot, caller, &zone, how, &pending).await?));
    }
    let Answer::Say(reply) = join(bot, caller, zone, how, pending).await? else { return Err(older()) };
    Ok(Answer::Update(reply))
}

/// Asks how much somebody wants to study on a day.
async fn how_much(bot: &Bot, caller: &Caller, zone: &Zone, how: How, pending: &Pending) -> Result<Reply> {
    let floor = i64::from(study_settings::read(&bot.app.store, caller.guild).await?.floor);
    let mut offered: Vec<(i64, String)> = COMMITMENTS.map(|(minutes, name)| (minutes, name.to_owned())).to_vec();
    offered.retain(|(minutes, _)| *minutes >= floor);
    if offered.is_empty() {
        offered.push((floor, speech::minutes(u32::try_from(floor).unwrap_or_default())));
    }
    let does = |minutes: i64| {
        StudyPress::Pace(zone.name().to_owned(), How { commitment: Some(minutes), ..how }, pending.clone())
    };
    let buttons = offered.iter().map(|(minutes, name)| Button::press(name, does(*minutes))).collect();
    let text = "**How much do you want to study on a day?** As many minutes make a day of your streak. 2 h is right if \
                machine learning is your main goal now; half an hour is plenty beside school or a job. \
                `/study commitment` changes it later.";
    Ok(Reply::text(text).with_buttons(buttons))
}

/// How much was chosen, for somebody in a zone of that name.
///
/// # Errors
/// Refused as study refuses it.
pub async fn paced(bot: &Bot, caller: &Caller, zone: &str, how: How, pending: Pending) -> Result<Answer> {
    let zone = Zone::named(zone).ok_or_else(older)?;
    let Answer::Say(reply) = join(bot, caller, zone, how, pending).await? else { return Err(older()) };
    Ok(Answer::Update(reply))
}

/// Joins, and then does what was wanted. If that is refused, joining stands.
async fn join(bot: &Bot, caller: &Caller, zone: Zone, how: How, pending: Pending) -> Result<Answer> {
    if student::has_joined(&bot.app.store, &caller.identity).await? {
        return Ok(Answer::Say(done(bot, caller, pending).await?));
    }
    let wish = Wish { zone, day_start: how.day_start, commitment: how.commitment };
    let joined = study::join(&bot.app.store, caller, &wish, bot.app.clock.now()).await?;
    if pending == Pending::Status {
        return Ok(Answer::Say(super::told(&joined)));
    }
    let mut reply = done(bot, caller, pending).await.unwrap_or_else(|error| Reply::text(sentence(&error)));
    reply.text = format!("{}\n\n{}", joined.sentence(), reply.text);
    Ok(Answer::Say(reply))
}
