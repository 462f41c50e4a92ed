//! A student's status in words (pure).

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::day_facts::Day;
use super::ledger::View;
use super::run::{DayState, MAX_FREEZES};
use super::state::StudyState;
use super::time_off::Weekdays;
use crate::text::list;
use crate::time::format;
use crate::time::zone::Zone;

/// Squares in the progress bar.
const SQUARES: u16 = 10;

/// A student's status at an instant.
#[derive(Debug, Clone)]
pub struct Status {
    /// The ledger.
    pub view: View,
    /// The commitment of the running day, in minutes.
    pub commitment: u16,
    /// The commitment of future days, in minutes.
    pub to_come: u16,
    /// What covers the running day already, if anything.
    pub cover: Option<DayState>,
    /// When the running day ends.
    pub ends: Timestamp,
    /// The zone.
    pub zone: Zone,
    /// The hour at which days start.
    pub day_start: i8,
    /// The running timer.
    pub timer: Option<Running>,
    /// The current rest weekdays, and the next ones with their first date.
    pub rest: (Weekdays, Option<(Date, Weekdays)>),
    /// The first paused date from today on, and the last date that follows it without a gap.
    pub paused: Option<(Date, Date)>,
}

/// A running timer.
#[derive(Debug, Clone)]
pub struct Running {
    /// When it was started.
    pub since: Timestamp,
    /// The whole minutes that it has counted so far.
    pub minutes: u32,
    /// The instant of its next or open question.
    pub question: Timestamp,
    /// Whether that question is open.
    pub asks: bool,
}

impl Status {
    /// A person's status, from the view of the same instant.
    pub fn of(person: &StudyState, view: View, at: Timestamp) -> Self {
        let (ledger, schedule) = (person.ledger(), person.schedule());
        let timer = person.timer().map(|timer| Running {
            since: timer.started(),
            minutes: whole_minutes(timer.started(), timer.live(at).1),
            question: timer.question(),
            asks: at >= timer.question(),
        });
        let today = &ledger.days()[ledger.running()];
        Self {
            commitment: today.commitment,
            cover: cover(today),
            to_come: person.commitment(),
            ends: ledger.end(ledger.running()),
            zone: schedule.zone().clone(),
            day_start: schedule.start(),
            timer,
            rest: person.leave().rest_days(),
            paused: run_of(person.leave().paused_from(view.date)),
            view,
        }
    }

    fn state(&self) -> DayState {
        self.view.days.last().map_or(DayState::Open, |line| line.state)
    }

    /// Whether the running day is met.
    pub fn is_met(&self) -> bool {
        self.state() == DayState::Met
    }

    /// Whether the person studies today after a run had ended.
    pub fn is_comeback(&self) -> bool {
        let View { minutes, streak, best, .. } = self.view;
        minutes > 0 && best > streak && streak <= u32::from(self.is_met())
    }

    /// `▰▰▰▱▱▱▱▱▱▱ 45 of 120 min today`
    pub fn bar(&self) -> String {
        let (minutes, commitment) = (self.view.minutes, self.commitment.max(1));
        let full = usize::from((minutes.min(commitment) * SQUARES) / commitment);
        let bar = "▰".repeat(full) + &"▱".repeat(usize::from(SQUARES) - full);
        format!("{bar} {minutes} of {commitment} min today")
    }

    /// The streak in a sentence. Never shows only a zero.
    pub fn streak(&self) -> String {
        let View { streak, best, .. } = self.view;
        let days = |n: u32| list::count(n, "day");
        match streak {
            _ if self.is_comeback() && streak == 0 => {
                format!(
                    "Welcome back! Reach your minutes today, and a new run begins. Your longest, {}, stays yours.",
                    days(best)
                )
            }
            1 if self.is_comeback() => {
                format!("Welcome back! This is day 1 of a new run. Your longest, {}, stays yours.", days(best))
            }
            0 if best == 0 => "Your streak begins on the first day you reach your minutes.".to_owned(),
            0 => format!(
                "A new run begins on the next day you reach your minutes. Your longest, {}, stays yours.",
                days(best)
            ),
            _ if streak == best => format!("Streak: **{}**, your longest so far.", days(streak)),
            _ => format!("Streak: **{}** (longest {}).", days(streak), days(best)),
        }
    }

    /// One or two lines after an act.
    pub fn brief(&self) -> String {
        format!("{}\n{}", self.bar(), self.streak())
    }

    /// What is left to do today, and when the day ends.
    fn to_go(&self) -> String {
        let ends = format::moment(self.ends, &self.zone);
        if self.is_met() {
            return format!("Today is done. The next day starts at {ends}.");
        }
        let nothing = |why: &str| format!("{why}, so nothing is expected of you. The next day starts at {ends}.");
        match self.cover {
            Some(DayState::Paused) => return nothing("Today is paused"),
            Some(DayState::Rest) => return nothing("Today is your day of rest"),
            Some(DayState::Sick) => return nothing("You are sick today"),
            Some(_) => return nothing("Today is excused"),
            None => {}
        }
        let left = self.commitment.saturating_sub(self.view.minutes);
        format!("{left} min to go. Today ends at {ends}.")
    }

    /// The person's rest weekdays.
    pub fn rest_days(&self) -> String {
        let named = |days: Weekdays| match format::weekdays(days.days()) {
            none if none.is_empty() => "You rest on no weekday".to_owned(),
            days => format!("You rest on {days}"),
        };
        let (now, next) = self.rest;
        let next =
            next.map_or_else(String::new, |(date, days)| format!(" {} from {} on.", named(days), format::day(date)));
        format!("{}.{next} Give `day` to change that; it holds from a week later on.", named(now))
    }

    fn timer_line(&self) -> Option<String> {
        let Running { since, minutes, question, asks } = self.timer.as_ref()?;
        let (since, question) = (format::clock(*since, &self.zone), format::clock(*question, &self.zone));
        let counted = format::minutes(*minutes);
        let asks = if *asks { "asked" } else { "asks" };
        Some(format!(
            "Your timer has been running since {since} ({counted} so far). At {question} it {asks} whether you are still there."
        ))
    }

    fn pause_line(&self) -> Option<String> {
        let (first, last) = self.paused?;
        let (first, last) = (format::day(first), format::day(last));
        Some(if first == last { format!("Paused: {first}.") } else { format!("Paused: {first} to {last}.") })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "**{}**", format::day(self.view.date))?;
        writeln!(f, "{}", self.bar())?;
        writeln!(f, "{}", self.to_go())?;
        writeln!(f, "{}", self.streak())?;
        let View { freezes, show_up_30, .. } = self.view;
        write!(f, "Freezes: {freezes} of {MAX_FREEZES}.")?;
        if show_up_30 > 0 {
            write!(f, " You studied on {show_up_30} of the last 30 days.")?;
        }
        for line in [self.timer_line(), self.pause_line()].into_iter().flatten() {
            write!(f, "\n{line}")?;
        }
        if self.to_come != self.commitment {
            write!(f, "\nFrom tomorrow your commitment is {} min a day.", self.to_come)?;
        }
        write!(f, "\nYour days start at {:02}:00 in {}.", self.day_start, self.zone.name())
    }
}

/// The first cover that applies to the running day.
fn cover(day: &Day) -> Option<DayState> {
    match day {
        Day { paused: true, .. } => Some(DayState::Paused),
        Day { rest: true, .. } => Some(DayState::Rest),
        Day { sick: true, .. } => Some(DayState::Sick),
        Day { excused: true, .. } => Some(DayState::Excused),
        _ => None,
    }
}

/// The whole minutes of a period.
pub fn whole_minutes(from: Timestamp, until: Timestamp) -> u32 {
    u32::try_from(until.duration_since(from).as_mins().max(0)).unwrap_or(u32::MAX)
}

/// The first of some dates, and the last date that follows it without a gap.
fn run_of(mut dates: impl Iterator<Item = Date>) -> Option<(Date, Date)> {
    let first = dates.next()?;
    let follows = |last: &mut Date, date: Date| {
        let next = super::day::next(*last) == date;
        *last = if next { date } else { *last };
        next.then_some(date)
    };
    Some((first, dates.scan(first, follows).last().unwrap_or(first)))
}
