//! A plan in a calendar: each planned day at its study time, or as a whole day without one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::ics::{Event, When};
use crate::plan::planner::{Day, Part, Plan};
use crate::time::zone::Zone;

/// The title of an event without a plan.
const PLAIN: &str = "Study time";

/// The events of study times (from [`super::ics::sessions`]) and of a plan's days from `today` on. If a date has
/// several study times, the first one carries the plan.
pub fn events(plan: Option<&Plan>, sessions: &[(Timestamp, u16)], zone: &Zone, today: Date) -> Vec<Event> {
    let days = plan.into_iter().flat_map(|plan| plan.days.iter().map(move |day| (plan, day)));
    let is_ahead = |(plan, day): &(&Plan, &Day)| day.date >= today && day.parts.iter().any(|part| is_left(plan, part));
    let mut days: BTreeMap<Date, _> = days.filter(is_ahead).map(|pair| (pair.1.date, pair)).collect();
    let timed = sessions.iter().map(|&(begin, minutes)| {
        let planned = days.remove(&zone.date(begin));
        event(When::At(begin, minutes), planned)
    });
    let mut events: Vec<Event> = timed.collect();
    events.extend(days.into_iter().map(|(date, planned)| event(When::On(date), Some(planned))));
    events
}

fn event(when: When, planned: Option<(&Plan, &Day)>) -> Event {
    let Some((plan, day)) = planned else {
        return Event { when, title: PLAIN.to_owned(), notes: String::new() };
    };
    let parts: Vec<&Part> = day.parts.iter().filter(|part| is_left(plan, part)).collect();
    let steps = parts.iter().map(|part| (&plan.steps[part.step], part.minutes));
    let notes: Vec<String> =
        steps.map(|(step, minutes)| format!("{}, {minutes} min{}", step.heading, address(&step.link))).collect();
    let first = parts.first().map_or(PLAIN, |part| &plan.steps[part.step].heading);
    let title = match parts.len() {
        0 | 1 => first.to_owned(),
        more => format!("{first} (+{})", more - 1),
    };
    Event { when, title, notes: notes.join("\n") }
}

/// A line with a section's address, if people can open it.
fn address(link: &str) -> String {
    if link.starts_with("http") { format!("\n{link}") } else { String::new() }
}

fn is_left(plan: &Plan, part: &Part) -> bool {
    !plan.done.contains(&part.step)
}
