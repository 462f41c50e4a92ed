//! The timer's questions and what is said when nobody answers, each exactly once and through the outbox.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::community::Community;
use crate::outbox::press::StudyPress;
use crate::outbox::{self, Button, Fate, Message, Otherwise, Payload, State, Target};
use crate::store::{Connection, Millis};
use crate::streak::ledger::{Ledger, Live};
use crate::streak::status::whole_minutes;
use crate::streak::timer::Timer;
use crate::student::agenda::Due;
use crate::student::{Student, sql};
use crate::time::{self, format};
use crate::{Result, people};

/// After this much more than the time of its question, a timer has lapsed.
const AFTER_LAPSE: SignedDuration = SignedDuration::from_millis(1);

/// Plans the next look at a student's timer: at its question. Without a timer there is none.
pub async fn plan(db: &mut Connection, student: &Student) -> Result<()> {
    sql::set_due(db, student.id, Due::Timer.name(), student.person.timer().map(Timer::question)).await
}

/// Says, if the timer has stopped by itself, what it counted. The caller applies and saves what follows from that.
pub async fn settle(db: &mut Connection, student: &mut Student, at: Timestamp) -> Result<()> {
    let Some(timer) = student.person.timer().filter(|timer| timer.has_lapsed(at)).cloned() else { return Ok(()) };
    student.view(db, at).await?;
    let asked = was_asked(db, &key(student, &timer)).await?;
    let body = lapsed(student, &timer, asked);
    let key = format!("study/lapsed/{}/{}", student.id, Millis(timer.question()));
    sql::set_due(db, student.id, Due::Timer.name(), None).await?;
    let payload = Payload { body, ..Payload::default() };
    say(db, student, key, payload, (at, None)).await
}

/// Looks at a student's timer: asks, or says that it has stopped.
pub async fn look(db: &mut Connection, student: &mut Student, at: Timestamp) -> Result<()> {
    settle(db, student, at).await?;
    let Some(timer) = student.person.timer().cloned() else {
        return student.view(db, at).await?.save(db).await;
    };
    if at < timer.question() {
        return plan(db, student).await;
    }
    let lapses = timer.lapses();
    say(db, student, key(student, &timer), question(student, &timer), (at, Some(lapses))).await?;
    sql::set_due(db, student.id, Due::Timer.name(), Some(time::after(lapses, AFTER_LAPSE))).await
}

/// The minutes of each day that a stretch of time counts for.
pub fn shares(ledger: &Ledger, ran: Live) -> Vec<(Date, u16)> {
    let Some((from, _)) = ran else { return Vec::new() };
    let days = ledger.at(from)..ledger.days().len();
    days.map(|index| (ledger.date(index), ledger.share(index, ran))).filter(|(_, minutes)| *minutes > 0).collect()
}

/// The key of a question: each has its own, whatever comes of it.
fn key(student: &Student, timer: &Timer) -> String {
    format!("study/timer/{}/{}", student.id, Millis(timer.question()))
}

/// Whether a question is known to have reached its student.
async fn was_asked(db: &mut Connection, question: &str) -> Result<bool> {
    let is_under_way = outbox::standing(db, question).await?.is_some_and(|standing| standing.state == State::Sending);
    let fate = outbox::fate(db, question).await?;
    Ok(is_under_way || matches!(fate, Some(Fate::Arrived | Fate::ArrivedOtherwise(_))))
}

/// Enqueues a message to a student: to them, or where they started their timer if they take no messages.
pub async fn say(
    db: &mut Connection,
    student: &Student,
    key: String,
    payload: Payload,
    (now, expires): (Timestamp, Option<Timestamp>),
) -> Result<()> {
    let person = people::get(db, student.id).await?;
    let Some(user) = person.and_then(|person| person.discord) else { return Ok(()) };
    let in_channel = |channel| {
        let payload = Payload { body: format!("<@{user}> {}", payload.body), ..payload.clone() };
        let community = student.guild.map(Community::Discord);
        Otherwise { target: Target::DiscordChannel(channel), community, payload, first: None }
    };
    let otherwise = student.channel.map(in_channel);
    let message = Message::new(key, Target::DiscordDm(user), "");
    let message = Message { about: Some(student.id.0), payload, otherwise, expires, ..message };
    outbox::enqueue(db, &message, now).await?;
    Ok(())
}

fn question(student: &Student, timer: &Timer) -> Payload {
    let zone = student.person.schedule().zone();
    let (asked, until) = (format::clock(timer.question(), zone), format::clock(timer.lapses(), zone));
    let ran = format::minutes(whole_minutes(timer.started(), timer.question()));
    let body = format!(
        "**Still studying?** Your timer has run for {ran}. Press the button by {until} to let it go on; otherwise it \
         stops at {asked}, and everything up to then counts."
    );
    let here = Button::press("I'm still there", StudyPress::Here);
    let buttons = vec![vec![here, Button::press("Stop the timer", StudyPress::Stop)]];
    Payload { body, buttons, ..Payload::default() }
}

fn lapsed(student: &Student, timer: &Timer, asked: bool) -> String {
    let ledger = student.person.ledger();
    let stopped = format::clock(timer.question(), student.person.schedule().zone());
    let counted = shares(ledger, Some((timer.started(), timer.question())));
    let counted = counted.iter().map(|(date, n)| format!("{} for {}", format::minutes(*n), format::day(*date)));
    let counted = counted.collect::<Vec<_>>().join(" and ");
    let why = match asked {
        true => format!("I heard nothing at {stopped}, so your timer stopped there."),
        false => format!(
            "I was away at {stopped} and could not ask whether you were still there, so your timer stopped then."
        ),
    };
    format!("{why} It counted {counted}. If you studied on, add the rest with `/study log`.")
}
