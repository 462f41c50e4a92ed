//! What a student is told of what they have just done (pure).

use std::fmt;

use jiff::civil::{Date, Weekday};

use crate::streak::milestones::Milestone;
use crate::streak::status::Status;
use crate::streak::subject::Subject;
use crate::text::escape;
use crate::time::format;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// They joined.
    Joined,
    /// They logged minutes on a day.
    Logged(u16, Date),
    /// They took minutes back from a day.
    Undone(u16, Date),
    /// They started the timer.
    Started,
    /// They are still there.
    Confirmed,
    /// They stopped the timer: the minutes of each day it ran on.
    Stopped(Vec<(Date, u16)>),
    /// They moved to another zone.
    Moved,
    /// Their days start at another hour.
    DayStart,
    /// They changed their commitment.
    Commitment,
    /// They paused these days, the first and the last.
    Paused(Date, Date),
    /// They resumed.
    Resumed,
    /// They rest on these weekdays from a date on.
    Rest(Vec<Weekday>, Date),
    /// They are sick today.
    Sick,
    /// A moderator excused a day.
    Excused(Date),
}

/// What is answered to a student.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// What was done.
    pub deed: Deed,
    /// Where they stand after it.
    pub status: Status,
    /// The number of the event, for [`super::undo`].
    pub event: i64,
    /// The milestone that they have reached with it.
    pub milestone: Option<Milestone>,
    /// Whether there is a channel to share that in.
    pub may_share: bool,
    /// The number of the entry of which they can say what they studied.
    pub entry: Option<i64>,
    /// What they studied, if they said.
    pub what: Option<Subject>,
    /// What else they should know.
    pub notes: Vec<String>,
}

impl Receipt {
    /// `today`, or the date's name.
    fn when(&self, date: Date) -> String {
        if date == self.status.view.date { "today".to_owned() } else { format::day(date) }
    }

    /// What they studied, after these words; nothing if they did not say. A sentence may end there.
    fn on(&self, before: &str) -> String {
        self.what.as_ref().map_or_else(String::new, |what| format!("{before}{}", escape::markdown(what.as_str())))
    }

    /// Whether today was met by this.
    fn is_today_done(&self) -> bool {
        let Status { view, commitment, .. } = &self.status;
        let added = match &self.deed {
            Deed::Logged(minutes, date) if *date == view.date => *minutes,
            Deed::Stopped(shares) => shares.iter().filter(|(date, _)| *date == view.date).map(|(_, n)| *n).sum(),
            _ => 0,
        };
        added > 0 && view.minutes >= *commitment && view.minutes.saturating_sub(added) < *commitment
    }

    fn shares(&self, shares: &[(Date, u16)]) -> String {
        match shares {
            [] => "less than a minute, so nothing was counted".to_owned(),
            [(date, minutes)] => format!("{} counted for {}", format::minutes(*minutes), self.when(*date)),
            shares => {
                let all = shares.iter().map(|(day, n)| format!("{} for {}", format::minutes(*n), self.when(*day)));
                format!("counted {}", all.collect::<Vec<_>>().join(" and "))
            }
        }
    }

    /// What was done, without where that leaves them.
    pub fn sentence(&self) -> String {
        let Status { zone, day_start, to_come, timer, ends, .. } = &self.status;
        let asks = || timer.as_ref().map_or_else(String::new, |timer| format::clock(timer.question, zone));
        match &self.deed {
            Deed::Joined => format!(
                "**You're in.** Your days start at {day_start:02}:00 in {}, and {to_come} minutes make a day. You hold two \
                 freezes: each saves your streak on a day that goes wrong.",
                zone.name()
            ),
            Deed::Logged(minutes, date) => {
                format!("**{minutes} min** logged for {}{}.", self.when(*date), self.on(": "))
            }
            Deed::Undone(minutes, date) => format!("Took back {minutes} min from {}.", self.when(*date)),
            Deed::Started => {
                format!("Timer started{}. At {} I'll ask whether you are still there.", self.on(": "), asks())
            }
            Deed::Confirmed => format!("Good. Your timer goes on; I'll ask again at {}.", asks()),
            Deed::Stopped(shares) => {
                let what = self.on(" You studied: ");
                format!("Timer stopped: {}{}{what}.", self.shares(shares), if what.is_empty() { "" } else { "." })
            }
            Deed::Moved => format!(
                "Your zone is {} now. Today ends at {}, and a short day on the way never breaks your streak.",
                zone.name(),
                format::moment(*ends, zone)
            ),
            Deed::DayStart => format!(
                "Your days start at {day_start:02}:00 now. Today ends at {}, and a short day on the way never breaks your \
                 streak.",
                format::moment(*ends, zone)
            ),
            Deed::Commitment => format!("From tomorrow, {to_come} minutes make a day."),
            Deed::Paused(first, last) if first == last => {
                format!("{} is paused. Your streak waits for you.", format::day(*first))
            }
            Deed::Paused(first, last) => {
                format!("Paused from {} to {}. Your streak waits for you.", format::day(*first), format::day(*last))
            }
            Deed::Resumed => "Good to have you back: nothing is paused from today on.".to_owned(),
            Deed::Rest(days, from) if days.is_empty() => {
                format!("No days of rest any more, from {}.", format::day(*from))
            }
            Deed::Rest(days, from) => {
                format!("You rest on {}, from {} on.", format::weekdays(days.iter().copied()), format::day(*from))
            }
            Deed::Sick => "Get well soon. Today can't break your streak; rest comes first.".to_owned(),
            Deed::Excused(date) => format!("{} is excused and can't break the streak.", format::day(*date)),
        }
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())?;
        match self.deed {
            Deed::Joined | Deed::Logged(..) | Deed::Undone(..) | Deed::Stopped(_) | Deed::Resumed => {
                let done = if self.is_today_done() { "\nThat's today done." } else { "" };
                write!(f, "{done}\n{}", self.status.brief())?;
            }
            _ => {}
        }
        if let Some(milestone) = self.milestone {
            write!(f, "\n{milestone}")?;
        }
        self.notes.iter().try_for_each(|note| write!(f, "\n{note}"))
    }
}
