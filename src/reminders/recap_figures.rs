//! A person's week, as the recap tells it.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::recap::{Buddies, Next, Recap, best_hour};
use super::rules::{Facts, Reminders};
use crate::store::Connection;
use crate::streak::events;
use crate::streak::ledger::Line;
use crate::streak::state::Act;
use crate::streak::status::Status;
use crate::streak::subject::summed;
use crate::streak::timer::Timer;
use crate::student::{Student, sql as study, subjects};
use crate::text::escape;
use crate::time::format;
use crate::{Result, buddies, plan};

/// How many of a person's latest events are read for the week's timers.
const EVENTS: i64 = 1_000;

/// The recap of the week before a Monday; without one, of the last seven days, the running one included.
pub async fn recap(
    db: &mut Connection,
    student: &mut Student,
    kept: &Reminders,
    facts: &Facts,
    status: &Status,
    monday: Option<Date>,
) -> Result<Recap> {
    let end = monday.unwrap_or_else(|| super::day::next(facts.today));
    let first = end.saturating_sub(7.days());
    let days = &status.view.days;
    let week: Vec<Line> = days.iter().filter(|line| line.date >= first && line.date < end).copied().collect();
    let mut recap = Recap::of(&week, status.view.streak, status.view.freezes);
    let acts = study::events(db, student.id, (student.events - EVENTS).max(0)).await?;
    let timers = timers(&acts, facts, (first, end));
    recap.best_hour = best_hour(&timers, &facts.zone);
    let studied = subjects::by_day(db, student, facts.now).await?.into_iter();
    recap.subjects = summed(studied.filter(|(date, _)| *date >= first && *date < end).map(|(_, studied)| studied));
    let company = buddies::company(db, student.id).await?;
    recap.buddies = company.map(|(others, since)| Buddies { others, since: facts.zone.date(since) });
    recap.next = next(db, student, kept, facts).await?;
    Ok(recap)
}

/// What to do next: the next section of the plan; without one, the next study time.
async fn next(db: &mut Connection, student: &mut Student, kept: &Reminders, facts: &Facts) -> Result<Next> {
    let planned = plan::seen(db, student, facts.now).await?;
    if let Some(step) = planned.as_ref().and_then(|planned| planned.plan.ahead(planned.today)) {
        return Ok(Next::Section(escape::markdown(&step.heading), step.link.clone()));
    }
    let time = kept.to_come(facts, 1).first().map(|at| format::moment(*at, &facts.zone));
    Ok(time.map_or(Next::Nothing, Next::Time))
}

/// Whether there was study in the last two weeks: who has been away for longer is left in peace.
pub fn is_fresh(status: &Status) -> bool {
    status.view.days.iter().any(|line| line.minutes > 0)
}

/// The stretches of timer time that lie in some dates.
fn timers(acts: &[(Timestamp, String)], facts: &Facts, (first, end): (Date, Date)) -> Vec<(Timestamp, Timestamp)> {
    let (begin, end) = (facts.zone.first_reading(first, 0), facts.zone.first_reading(end, 0));
    let mut all = Vec::new();
    let mut open: Option<Timer> = None;
    for (at, text) in acts {
        match (events::read_act(text), &mut open) {
            (Ok(Act::Start), open) => {
                // One that stands open still has stopped by itself.
                all.extend(open.take().map(|timer| (timer.started(), timer.question())));
                *open = Some(Timer::start(*at));
            }
            (Ok(Act::Confirm), Some(timer)) => timer.ask_again(),
            (Ok(Act::Stop), open) => all.extend(open.take().map(|timer| (timer.started(), *at))),
            _ => {}
        }
    }
    all.extend(open.map(|timer| (timer.started(), timer.question().min(facts.now))));
    let within = |(from, until): (Timestamp, Timestamp)| (from.max(begin), until.min(end));
    all.into_iter().map(within).filter(|(from, until)| from < until).collect()
}
