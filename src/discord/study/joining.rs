//! Joining: a zone is chosen and then how much to study on a day, or both are typed into a form; and then what somebody
//! wanted is done. What they wanted, and how they want to study, is in the custom ids: nothing is lost, and nothing is
//! kept of who leaves it at that.

use jiff::Timestamp;
use poise::serenity_prelude as serenity;
use serenity::{
    ComponentInteractionDataKind as Chosen, CreateActionRow, CreateInputText, CreateModal, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption, InputTextStyle, ModalInteraction,
};

use super::super::moderating::field;
use super::super::reply::{Answer, Reply, sentence};
use super::{Bot, Pending, button, done, older};
use crate::community::study_settings;
use crate::student::{self, Caller};
use crate::study::{self, Wish};
use crate::text::list;
use crate::time::zone::Zone;
use crate::time::{format as speech, zone_search};
use crate::{Error, Result, streak};

/// The most options of a select.
const OPTIONS: usize = 25;
/// The minutes a day that are offered.
const COMMITMENTS: [(i64, &str); 3] = [(30, "30 min"), (60, "1 h"), (120, "2 h")];

/// How somebody wants to study, but for the zone, as a custom id has it: `4/120`.
#[derive(Debug, Clone, Copy)]
struct How {
    day_start: i64,
    commitment: Option<i64>,
}

impl How {
    const USUAL: Self = Self { day_start: streak::day::DEFAULT_START, commitment: None };

    fn read(day_start: &str, commitment: &str) -> Option<Self> {
        let commitment = if commitment == "-" { None } else { Some(commitment.parse().ok()?) };
        Some(Self { day_start: day_start.parse().ok()?, commitment })
    }

    fn written(self) -> String {
        let commitment = self.commitment.map_or_else(|| "-".to_owned(), |minutes| minutes.to_string());
        format!("{}/{commitment}", self.day_start)
    }
}

/// Asks somebody who has not joined for their zone.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn ask(bot: &Bot, caller: &Caller, pending: &Pending) -> Result<Answer> {
    let home = study_settings::read(&bot.app.store, caller.guild).await?.zone;
    let mut names: Vec<&str> = zone_search::POPULAR.to_vec();
    if let Some(home) = home.as_ref().map(Zone::name) {
        names.retain(|name| *name != home);
        names.insert(0, home);
    }
    let wish = match pending {
        Pending::Log(minutes, _) => {
            format!("Then your {} are logged.", list::count(minutes.unsigned_abs(), "minute"))
        }
        Pending::Start => "Then your timer starts.".to_owned(),
        Pending::Buddy => "Then you see what a study buddy is.".to_owned(),
        Pending::Plan(..) => "Then your plan is made.".to_owned(),
        Pending::Status => "You can change it later with `/study zone`.".to_owned(),
    };
    let text = format!("**Where do you study?** Your study days follow the clock there, from 4 in the morning. {wish}");
    Ok(Answer::Say(choice(text, &names, How::USUAL, pending, bot.app.clock.now())))
}

fn choice(text: String, names: &[&str], how: How, pending: &Pending, now: Timestamp) -> Reply {
    let option = |name: &&str| {
        let zone = Zone::named(name)?;
        Some(CreateSelectMenuOption::new(format!("{name} ({} now)", speech::clock(now, &zone)), *name))
    };
    let options: Vec<CreateSelectMenuOption> = names.iter().filter_map(option).take(OPTIONS).collect();
    let how = how.written();
    let other = CreateActionRow::Buttons(vec![button(format!("study/place/{how}/{pending}"), "Somewhere else…")]);
    let select = CreateSelectMenu::new(format!("study/join/{how}/{pending}"), CreateSelectMenuKind::String { options });
    let select = CreateActionRow::SelectMenu(select.placeholder("Your time zone"));
    Reply::text(text).with(if names.is_empty() { vec![other] } else { vec![select, other] })
}

/// "Somewhere else": a form for zone, day start and commitment.
///
/// # Errors
/// Refused if the button is from an older Cairn.
pub fn form(path: &[&str]) -> Result<Answer> {
    let [day_start, commitment, pending @ ..] = path else { return Err(older()) };
    let how = How::read(day_start, commitment).ok_or_else(older)?;
    let pending = Pending::read(pending).ok_or_else(older)?;
    let input =
        |label: &str, id: &str, most: u16| CreateInputText::new(InputTextStyle::Short, label, id).max_length(most);
    let commitment = input("Minutes a day you want to study", "commitment", 3).required(false).placeholder("120");
    let rows = vec![
        input("A large city near you, or a time zone", "zone", 60).placeholder("Lisbon"),
        input("The hour at which your day starts, 0 to 6", "day_start", 1).value(how.day_start.to_string()),
        how.commitment.into_iter().fold(commitment, |input, minutes| input.value(minutes.to_string())),
    ];
    let rows = rows.into_iter().map(CreateActionRow::InputText).collect();
    Ok(Answer::Form(
        CreateModal::new(format!("study/joining/{pending}"), "Where and how do you study?").components(rows),
    ))
}

/// The form was sent.
///
/// # Errors
/// Refused for numbers that are none, and as study refuses them.
pub async fn submitted(bot: &Bot, caller: &Caller, path: &[&str], form: &ModalInteraction) -> Result<Answer> {
    let pending = Pending::read(path).ok_or_else(older)?;
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
pub async fn joined(bot: &Bot, caller: &Caller, path: &[&str], chosen: &Chosen) -> Result<Answer> {
    let [day_start, commitment, pending @ ..] = path else { return Err(older()) };
    let how = How::read(day_start, commitment).ok_or_else(older)?;
    let pending = Pending::read(pending).ok_or_else(older)?;
    let Chosen::StringSelect { values } = chosen else { return Err(older()) };
    let zone = values.first().and_then(|name| Zone::named(name)).ok_or_else(older)?;
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
    let place = zone.name().replace('/', "~");
    let id = |minutes: i64| format!("study/pace/{place}/{}/{minutes}/{pending}", how.day_start);
    let buttons = offered.iter().map(|(minutes, name)| button(id(*minutes), name)).collect();
    let text = "**How much do you want to study on a day?** As many minutes make a day of your streak. 2 h is right if \
                machine learning is your main goal now; half an hour is plenty beside school or a job. \
                `/study commitment` changes it later.";
    Ok(Reply::text(text).with(vec![CreateActionRow::Buttons(buttons)]))
}

/// How much was chosen: `Europe~Berlin/4/60/start`.
///
/// # Errors
/// Refused as study refuses it.
pub async fn paced(bot: &Bot, caller: &Caller, path: &[&str]) -> Result<Answer> {
    let [place, day_start, commitment, pending @ ..] = path else { return Err(older()) };
    let how = How::read(day_start, commitment).ok_or_else(older)?;
    let pending = Pending::read(pending).ok_or_else(older)?;
    let zone = Zone::named(&place.replace('~', "/")).ok_or_else(older)?;
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
