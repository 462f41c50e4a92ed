//! What a student is told of what they have just done (pure).

use std::fmt;

use jiff::civil::{Date, Weekday};

use crate::streak::milestones::Milestone;
use crate::streak::status::Standing;
use crate::time::format;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
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
pub struct Done {
    /// What was done.
    pub said: Said,
    /// Where they stand after it.
    pub standing: Standing,
    /// The number of the event, for [`super::undo`].
    pub event: i64,
    /// The milestone that they have reached with it.
    pub milestone: Option<Milestone>,
    /// Whether there is a channel to share that in.
    pub may_share: bool,
    /// What else they should know.
    pub notes: Vec<String>,
}

impl Done {
    /// `today`, or the date's name.
    fn when(&self, date: Date) -> String {
        if date == self.standing.view.date { "today".to_owned() } else { format::day(date) }
    }

    /// Whether today was met by this.
    fn is_today_done(&self) -> bool {
        let Standing { view, commitment, .. } = &self.standing;
        let added = match &self.said {
            Said::Logged(minutes, date) if *date == view.date => *minutes,
            Said::Stopped(shares) => shares.iter().filter(|(date, _)| *date == view.date).map(|(_, n)| *n).sum(),
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
        let Standing { zone, day_start, to_come, timer, ends, .. } = &self.standing;
        let asks = || timer.as_ref().map_or_else(String::new, |timer| format::clock(timer.question, zone));
        match &self.said {
            Said::Joined => format!(
                "**You're in.** Your days start at {day_start:02}:00 in {}, and {to_come} minutes make a day. You hold two \
                 freezes: each saves your streak on a day that goes wrong.",
                zone.name()
            ),
            Said::Logged(minutes, date) => format!("**{minutes} min** logged for {}.", self.when(*date)),
            Said::Undone(minutes, date) => format!("Took back {minutes} min from {}.", self.when(*date)),
            Said::Started => format!("Timer started. At {} I'll ask whether you are still there.", asks()),
            Said::Confirmed => format!("Good. Your timer goes on; I'll ask again at {}.", asks()),
            Said::Stopped(shares) => format!("Timer stopped: {}.", self.shares(shares)),
            Said::Moved => format!(
                "Your zone is {} now. Today ends at {}, and a short day on the way never breaks your streak.",
                zone.name(),
                format::moment(*ends, zone)
            ),
            Said::DayStart => format!(
                "Your days start at {day_start:02}:00 now. Today ends at {}, and a short day on the way never breaks your \
                 streak.",
                format::moment(*ends, zone)
            ),
            Said::Commitment => format!("From tomorrow, {to_come} minutes make a day."),
            Said::Paused(first, last) if first == last => {
                format!("{} is paused. Your streak waits for you.", format::day(*first))
            }
            Said::Paused(first, last) => {
                format!("Paused from {} to {}. Your streak waits for you.", format::day(*first), format::day(*last))
            }
            Said::Resumed => "Good to have you back: nothing is paused from today on.".to_owned(),
            Said::Rest(days, from) if days.is_empty() => {
                format!("No days of rest any more, from {}.", format::day(*from))
            }
            Said::Rest(days, from) => {
                format!("You rest on {}, from {} on.", format::weekdays(days.iter().copied()), format::day(*from))
            }
            Said::Sick => "Get well soon. Today can't break your streak; rest comes first.".to_owned(),
            Said::Excused(date) => format!("{} is excused and can't break the streak.", format::day(*date)),
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())?;
        match self.said {
            Said::Joined | Said::Logged(..) | Said::Undone(..) | Said::Stopped(_) | Said::Resumed => {
                let done = if self.is_today_done() { "\nThat's today done." } else { "" };
                write!(f, "{done}\n{}", self.standing.brief())?;
            }
            _ => {}
        }
        if let Some(milestone) = self.milestone {
            write!(f, "\n{milestone}")?;
        }
        self.notes.iter().try_for_each(|note| write!(f, "\n{note}"))
    }
}
