//! What a student does, one transaction each.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

use super::receipt::{Deed, Receipt};
use super::{focus, timer_checkin, voice};
use crate::community::{Community, Moderator, Role, audit, study_settings};
use crate::outbox::{self, Message, Target};
use crate::people::{self, Identity};
use crate::store::{Connection, Millis, Store};
use crate::streak::day::{self, DEFAULT_START};
use crate::streak::explain::Why;
use crate::streak::ledger::Live;
use crate::streak::logs::{Logs, When};
use crate::streak::refusal::Refusal;
use crate::streak::state::{Act, StudyState};
use crate::streak::status::Status;
use crate::streak::subject::{Subject, summed};
use crate::streak::time_off::{REST_AFTER, Weekdays};
use crate::student::{Caller, Student, joined, sql, subjects};
use crate::time::zone::Zone;
use crate::time::{self, format};
use crate::{Error, Kind, Result, buddies, reminders};

/// How somebody wants to study.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// Their zone.
    pub zone: Zone,
    /// The hour at which days start, 0–6.
    pub day_start: i64,
    /// Minutes a day, 15–960; `None`: as is usual in their community.
    pub commitment: Option<i64>,
}

impl Wish {
    /// A zone, and all else as is usual.
    pub fn new(zone: Zone) -> Self {
        Self { zone, day_start: DEFAULT_START, commitment: None }
    }
}

/// Joins.
///
/// # Errors
/// Refused if they have joined, and for a day start or commitment out of bounds.
pub async fn join(store: &Store, caller: &Caller, wish: &Wish, now: Timestamp) -> Result<Receipt> {
    let mut tx = store.write().await?;
    let id = people::person(&mut tx, &caller.identity, now).await?;
    if sql::student(&mut tx, id).await?.is_some() {
        return Err(Refusal::Joined.into());
    }
    let floor = study_settings::of(&mut tx, caller.guild).await?.floor;
    let (at, zone, day_start) = (Millis::whole(now), wish.zone.clone(), wish.day_start);
    let commitment = wish.commitment.unwrap_or(crate::streak::state::COMMITMENT.max(floor.into()));
    let person = StudyState::join(at, zone.clone(), day_start, commitment, floor).map_err(|r| bounded(r, floor))?;
    let mut student = Student::new(id, caller.guild, person, at);
    student.append_event(&mut tx, at, &Act::Join { zone, day_start, commitment }).await?;
    let done = finish(&mut tx, &mut student, Deed::Joined, true, at).await?;
    tx.commit().await?;
    Ok(done)
}

/// Logs minutes on a day, and what was studied, if they say.
///
/// # Errors
/// Refused as rule 3 says, and if they have not joined.
pub async fn log(
    store: &Store,
    caller: &Caller,
    minutes: i64,
    day: When,
    what: Option<&Subject>,
    now: Timestamp,
) -> Result<Receipt> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    let at = student.instant(now);
    let for_date = match day {
        When::Today => None,
        When::On(date) => Some(date),
        When::Yesterday => {
            timer_checkin::settle(&mut tx, &mut student, at).await?;
            student.view(&mut tx, at).await?.into_view().date.yesterday().ok()
        }
    };
    let act = Act::Log { minutes, for_date };
    let done = act_of(&mut tx, &mut student, caller, act, now).await?;
    let done = about(&mut tx, &student, done, what).await?;
    tx.commit().await?;
    Ok(done)
}

/// Takes back the latest log; with `event`, only if that event is the latest log.
///
/// # Errors
/// Refused if there is none of the last 24 h, or another.
pub async fn undo(store: &Store, caller: &Caller, event: Option<i64>, now: Timestamp) -> Result<Receipt> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    if let Some(event) = event
        && !is_latest_log(&mut tx, &student, event).await?
    {
        return Err(Error::refused(
            "That log was taken back, or another came after it; /study undo takes back the latest.",
        ));
    }
    let done = act_of(&mut tx, &mut student, caller, Act::Undo, now).await?;
    tx.commit().await?;
    Ok(done)
}

async fn is_latest_log(db: &mut Connection, student: &Student, event: i64) -> Result<bool> {
    let later = sql::events(db, student.id, event - 1).await?;
    let mut logs = later.iter().map(|(_, act)| crate::streak::events::read_act(act));
    let is_it = matches!(logs.next(), Some(Ok(Act::Log { .. })));
    Ok(is_it && !logs.any(|act| matches!(act, Ok(Act::Log { .. } | Act::Undo))))
}

/// Starts the timer, and says what is studied, if they do.
///
/// # Errors
/// Refused while one runs.
pub async fn start(store: &Store, caller: &Caller, what: Option<&Subject>, now: Timestamp) -> Result<Receipt> {
    act_about(store, caller, Act::Start, what, now).await
}

/// Answers the timer's question.
///
/// # Errors
/// Refused if no timer runs, or it has asked nothing.
pub async fn confirm(store: &Store, caller: &Caller, now: Timestamp) -> Result<Receipt> {
    act(store, caller, Act::Confirm, now).await
}

/// Stops the timer, and says what was studied, if they do.
///
/// # Errors
/// Refused if none runs.
pub async fn stop(store: &Store, caller: &Caller, what: Option<&Subject>, now: Timestamp) -> Result<Receipt> {
    act_about(store, caller, Act::Stop, what, now).await
}

/// Moves to another zone.
///
/// # Errors
/// Refused as rule 2 says.
pub async fn set_zone(store: &Store, caller: &Caller, zone: Zone, now: Timestamp) -> Result<Receipt> {
    act(store, caller, Act::Zone(zone), now).await
}

/// Starts days at another hour, 0–6.
///
/// # Errors
/// Refused as rule 2 says.
pub async fn set_day_start(store: &Store, caller: &Caller, hour: i64, now: Timestamp) -> Result<Receipt> {
    act(store, caller, Act::DayStart(hour), now).await
}

/// Changes the commitment from the next day on, in minutes.
///
/// # Errors
/// Refused out of bounds and below the community's floor.
pub async fn set_commitment(store: &Store, caller: &Caller, minutes: i64, now: Timestamp) -> Result<Receipt> {
    act(store, caller, Act::Commitment(minutes), now).await
}

/// Pauses the days after the running one.
///
/// # Errors
/// Refused as rule 9 says.
pub async fn pause(store: &Store, caller: &Caller, days: i64, now: Timestamp) -> Result<Receipt> {
    act(store, caller, Act::Pause(days), now).await
}

/// Ends the pause, today included.
///
/// # Errors
/// Refused if nothing is paused.
pub async fn resume(store: &Store, caller: &Caller, now: Timestamp) -> Result<Receipt> {
    act(store, caller, Act::Resume, now).await
}

/// Rests on up to two weekdays, from the running date + 7 on.
///
/// # Errors
/// Refused for more than two, and for one twice.
pub async fn rest(store: &Store, caller: &Caller, weekdays: &[Weekday], now: Timestamp) -> Result<Receipt> {
    act(store, caller, Act::Rest(Weekdays::new(weekdays)?), now).await
}

/// Is sick today.
///
/// # Errors
/// Refused as rule 9 says.
pub async fn sick(store: &Store, caller: &Caller, now: Timestamp) -> Result<Receipt> {
    act(store, caller, Act::Sick, now).await
}

/// A moderator of `guild` excuses a student of that community on a date.
///
/// # Errors
/// Refused to editors, for students of other communities, and for dates before joining or after today.
pub async fn excuse(
    store: &Store,
    by: &Moderator,
    guild: u64,
    whom: &Identity,
    date: Date,
    now: Timestamp,
) -> Result<Receipt> {
    by.must_be(Role::Approver, "excuse a study day")?;
    by.must_moderate(&Community::Discord(guild))?;
    let elsewhere = || {
        Error::of(Kind::NotAllowed, "They do not study in this community; only its own moderators can excuse a day.")
    };
    let caller = Caller { identity: whom.clone(), guild: None, channel: None };
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, &caller).await.map_err(|error| match error.kind() {
        Some(Kind::NotJoined) => elsewhere(),
        _ => error,
    })?;
    if student.guild != Some(guild) {
        return Err(elsewhere());
    }
    let done = act_of(&mut tx, &mut student, &caller, Act::Excuse(date), now).await?;
    // By number: who that is, is told as long as they are there.
    audit::note(&mut tx, by, audit::Act::Excuse, &format!("person/{}", student.id.0), &date.to_string(), now).await?;
    tx.commit().await?;
    Ok(done)
}

/// Changes what a server has set for study, and with it when buddies are matched there.
///
/// # Errors
/// Refused to everybody but its admins, and for a floor that is no commitment.
pub async fn set_server(
    store: &Store,
    by: &Moderator,
    guild: u64,
    settings: &study_settings::Settings,
    now: Timestamp,
) -> Result<()> {
    let mut tx = store.write().await?;
    study_settings::set(&mut tx, by, guild, settings, now).await?;
    voice::named(&mut tx, guild, &settings.voice, now).await?;
    buddies::replan(&mut tx, guild, now).await?;
    tx.commit().await
}

/// Tells the study channel of a milestone, as the student wishes.
///
/// # Errors
/// Refused if they have not reached it, or if their server has no study channel.
pub async fn share(store: &Store, caller: &Caller, mark: u32, now: Timestamp) -> Result<&'static str> {
    let mut tx = store.write().await?;
    let student = joined(&mut tx, caller).await?;
    let Some(told) = student.told.of(mark) else {
        return Err(Error::refused("That milestone is still to come; share it when you reach it."));
    };
    let Some(channel) = study_settings::of(&mut tx, student.guild).await?.channel else {
        return Err(Error::refused("This server has no study channel; a moderator can set one in /mod settings."));
    };
    let Identity::Discord(user) = caller.identity else { return Err(Refusal::NotJoined.into()) };
    let key = format!("study/milestone/{}/{mark}/{told}", student.id.0);
    let body = format!("<@{user}> has reached **{mark} study days** in one streak.");
    let (about, community) = (Some(student.id.0), student.guild.map(Community::Discord));
    let message = Message { about, community, ..Message::new(key, Target::DiscordChannel(channel), body) };
    let is_new = outbox::enqueue(&mut tx, &message, now).await?;
    tx.commit().await?;
    Ok(if is_new { "Shared in the study channel." } else { "It is shared already." })
}

/// Where a student stands.
///
/// # Errors
/// Refused if they have not joined.
pub async fn status(store: &Store, caller: &Caller, now: Timestamp) -> Result<Status> {
    let mut db = store.read().await?;
    let mut student = joined(&mut db, caller).await?;
    let at = student.instant(now);
    Ok(student.view(&mut db, at).await?.status())
}

/// The last 14 days, and why each is what it is.
///
/// # Errors
/// Refused if they have not joined.
pub async fn why(store: &Store, caller: &Caller, now: Timestamp) -> Result<Why> {
    let mut db = store.read().await?;
    let mut student = joined(&mut db, caller).await?;
    let at = student.instant(now);
    let view = student.view(&mut db, at).await?.into_view();
    let mut why = Why::of(&student.person, view, at);
    let studied = subjects::by_day(&mut db, &student, at).await?;
    for day in &mut why.days {
        let of_day = studied.iter().filter(|(date, _)| *date == day.line.date);
        day.subjects = summed(of_day.map(|(_, studied)| studied.clone()));
    }
    Ok(why)
}

/// The days that minutes can be logged for, the running one first, with their minutes. Nothing if they have not joined.
pub async fn open_days(store: &Store, caller: &Caller, now: Timestamp) -> Result<Vec<(Date, u16)>> {
    let mut db = store.read().await?;
    let Some(person) = people::find(&mut db, &caller.identity).await? else { return Ok(Vec::new()) };
    let Some(mut student) = Student::load(&mut db, person.id).await? else { return Ok(Vec::new()) };
    let at = student.instant(now);
    student.view(&mut db, at).await?;
    let (ledger, live) = (student.person.ledger(), student.person.live(at));
    Ok(Logs::open_days(at, ledger).map(|index| (ledger.date(index), ledger.minutes(index, live))).collect())
}

async fn act(store: &Store, caller: &Caller, act: Act, now: Timestamp) -> Result<Receipt> {
    act_about(store, caller, act, None, now).await
}

async fn act_about(
    store: &Store,
    caller: &Caller,
    act: Act,
    what: Option<&Subject>,
    now: Timestamp,
) -> Result<Receipt> {
    let mut tx = store.write().await?;
    let mut student = joined(&mut tx, caller).await?;
    let done = act_of(&mut tx, &mut student, caller, act, now).await?;
    let done = about(&mut tx, &student, done, what).await?;
    tx.commit().await?;
    Ok(done)
}

/// Notes what an act was about; without a word of that, what is known stays.
async fn about(db: &mut Connection, student: &Student, done: Receipt, what: Option<&Subject>) -> Result<Receipt> {
    let Some(entry) = done.entry else { return Ok(done) };
    if let Some(what) = what {
        subjects::set(db, student.id, entry, Some(what)).await?;
    }
    Ok(Receipt { what: subjects::of(db, student.id, entry).await?, ..done })
}

pub(super) async fn act_of(
    db: &mut Connection,
    student: &mut Student,
    caller: &Caller,
    act: Act,
    now: Timestamp,
) -> Result<Receipt> {
    let at = student.instant(now);
    voice::settle(db, student, at, matches!(act, Act::Start)).await?;
    focus::settle(db, student, at).await?;
    timer_checkin::settle(db, student, at).await?;
    let before = Before::of(&student.person, at);
    let floor = match act {
        Act::Commitment(_) => study_settings::of(db, student.guild).await?.floor,
        _ => 0,
    };
    if let Err(refusal) = student.act(db, at, &act, floor).await? {
        return Err(explained(refusal, student, &act, floor, at));
    }
    if matches!(act, Act::Start) {
        student.channel = caller.channel;
    }
    if matches!(act, Act::Start | Act::Confirm | Act::Stop) {
        timer_checkin::plan(db, student).await?;
    }
    if matches!(act, Act::Undo) {
        subjects::forget_undone(db, student).await?;
    }
    // What a moderator does is not answered to the student, who hears of it with what they do next.
    let by_themselves = !matches!(act, Act::Excuse(_));
    let mut done = finish(db, student, deed(&act, &before, &student.person), by_themselves, at).await?;
    done.entry = match act {
        Act::Log { .. } | Act::Start => Some(student.events),
        Act::Confirm | Act::Stop => subjects::last_start(db, student.id).await?,
        _ => None,
    };
    if by_themselves {
        done.notes.extend(reminders::acted(db, student, &act, at).await?);
    }
    if matches!(act, Act::Log { .. } | Act::Start | Act::Confirm | Act::Stop) {
        done.notes.extend(buddies::studied(db, student, &done.status, at).await?);
    }
    Ok(done)
}

async fn finish(
    db: &mut Connection,
    student: &mut Student,
    deed: Deed,
    by_themselves: bool,
    at: Timestamp,
) -> Result<Receipt> {
    let guild = student.guild;
    let mut viewed = student.view(db, at).await?;
    let milestone = if by_themselves { viewed.next_milestone() } else { None };
    let may_share = milestone.is_some() && study_settings::of(db, guild).await?.channel.is_some();
    let status = viewed.status();
    viewed.save(db).await?;
    Ok(Receipt {
        deed,
        status,
        event: student.events,
        milestone,
        may_share,
        entry: None,
        what: None,
        notes: Vec::new(),
    })
}

/// What an act undoes or ends: known only before it is done.
struct Before {
    undone: Option<(Date, u16)>,
    ran: Live,
}

impl Before {
    fn of(person: &StudyState, at: Timestamp) -> Self {
        Self { undone: person.logs().latest(at), ran: person.timer().map(|timer| (timer.started(), at)) }
    }
}

/// An act that was done, as the receipt names it.
fn deed(act: &Act, before: &Before, person: &StudyState) -> Deed {
    let today = person.ledger().today();
    match act {
        Act::Join { .. } => Deed::Joined,
        Act::Log { minutes, for_date } => {
            Deed::Logged(u16::try_from(*minutes).unwrap_or_default(), for_date.unwrap_or(today))
        }
        Act::Undo => before.undone.map_or(Deed::Undone(0, today), |(date, minutes)| Deed::Undone(minutes, date)),
        Act::Start => Deed::Started,
        Act::Confirm => Deed::Confirmed,
        Act::Stop => Deed::Stopped(timer_checkin::shares(person.ledger(), before.ran)),
        Act::Zone(_) => Deed::Moved,
        Act::DayStart(_) => Deed::DayStart,
        Act::Commitment(_) => Deed::Commitment,
        Act::Pause(days) => Deed::Paused(day::next(today), time::days_after(today, *days)),
        Act::Resume => Deed::Resumed,
        Act::Rest(weekdays) => {
            let from = time::days_after(today, i64::try_from(REST_AFTER).unwrap_or_default());
            Deed::Rest(weekdays.days().collect(), from)
        }
        Act::Sick => Deed::Sick,
        Act::Excuse(date) => Deed::Excused(*date),
    }
}

fn bounded(refusal: Refusal, floor: u16) -> Error {
    match refusal {
        Refusal::Commitment => {
            Error::refused(format!("A commitment here is {} to 960 minutes a day; choose one of those.", floor.max(15)))
        }
        refusal => refusal.into(),
    }
}

/// A refusal with what the person needs to know to do better.
fn explained(refusal: Refusal, student: &Student, act: &Act, floor: u16, at: Timestamp) -> Error {
    let (ledger, schedule) = (student.person.ledger(), student.person.schedule());
    match (refusal, act) {
        (Refusal::Commitment, _) => bounded(refusal, floor),
        (Refusal::TooSoon, _) => {
            let again = schedule.can_change().unwrap_or(at);
            let again = format::full_moment(again, schedule.zone());
            Error::refused(format!(
                "Zone and day start can change once in 7 days; the next change is possible at {again}."
            ))
        }
        (Refusal::Date, Act::Log { for_date: Some(date), .. }) if *date > ledger.today() => {
            let today = format::day(ledger.today());
            Error::refused(format!(
                "That day has not come yet; your study day is still {today}. Log it when it's there."
            ))
        }
        (Refusal::Date, Act::Log { for_date: Some(date), .. }) if *date < ledger.joined() => Error::refused(format!(
            "You joined on {}; minutes can be logged from that day on.",
            format::day(ledger.joined())
        )),
        (Refusal::FullDay, Act::Log { for_date, .. }) => {
            let index = for_date.and_then(|date| ledger.index(date)).unwrap_or(ledger.running());
            let minutes = ledger.minutes(index, student.person.live(at));
            let room = crate::streak::ledger::FULL.saturating_sub(minutes);
            Error::refused(match room {
                0 => "That day is full: 960 minutes are the most it holds. Log what comes after it on the next day."
                    .to_owned(),
                _ => format!("A day holds at most 960 minutes, and this one has {minutes}; log {room} or fewer."),
            })
        }
        (refusal, _) => refusal.into(),
    }
}
