//! Rounds of focus and break: which stretch it is, by when it began and by now (pure).

use std::fmt;
use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};

use crate::text::list;
use crate::time;
use crate::{Error, Result};

/// Bounds, in minutes; and of rounds.
const FOCUS: RangeInclusive<i64> = 10..=60;
const PAUSE: RangeInclusive<i64> = 1..=30;
const ROUNDS: RangeInclusive<i64> = 1..=12;
/// The longest of all, in minutes: after three hours a timer asks whether somebody is still there.
const LONGEST: i64 = 180;
/// What is usual.
const USUAL: Pace = Pace { focus: 25, pause: 5, rounds: 4 };

/// How long the stretches are, in minutes, and how many rounds there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Minutes of focus.
    pub focus: i64,
    /// Minutes of break between two rounds.
    pub pause: i64,
    /// Rounds of focus.
    pub rounds: i64,
}

/// What it is time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// Focus, in which round, until when.
    Focus(i64, Timestamp),
    /// A break before which round, until when.
    Pause(i64, Timestamp),
    /// Nothing more.
    Over,
}

impl Stretch {
    /// When the next stretch begins, or all is over.
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Focus(_, until) | Self::Pause(_, until) => Some(until),
            Self::Over => None,
        }
    }
}

impl Pace {
    /// As somebody wishes, the rest as is usual: as many rounds as fit, at most four.
    ///
    /// # Errors
    /// Refused out of bounds.
    pub fn new(focus: Option<i64>, pause: Option<i64>, rounds: Option<i64>) -> Result<Self> {
        let (focus, pause) = (focus.unwrap_or(USUAL.focus), pause.unwrap_or(USUAL.pause));
        if !FOCUS.contains(&focus) || !PAUSE.contains(&pause) {
            return Err(Error::refused("Choose 10 to 60 minutes of focus, and 1 to 30 minutes of break."));
        }
        let most = (LONGEST + pause) / (focus + pause);
        let rounds = rounds.unwrap_or(USUAL.rounds.min(most));
        if !ROUNDS.contains(&rounds) || rounds > most {
            return Err(Error::refused(format!(
                "A Pomodoro lasts three hours at most; with {focus} minutes of focus and {pause} of break, choose up to {}.",
                list::count(most.min(*ROUNDS.end()).unsigned_abs(), "round")
            )));
        }
        Ok(Self { focus, pause, rounds })
    }

    /// What it is time for at an instant, if it began then.
    pub fn at(self, began: Timestamp, now: Timestamp) -> Stretch {
        let (focus, both) = (minutes(self.focus), minutes(self.focus + self.pause));
        let mut from = began;
        for round in 1..=self.rounds {
            let (ends, next) = (time::after(from, focus), time::after(from, both));
            if now < ends {
                return Stretch::Focus(round, ends);
            }
            if round < self.rounds && now < next {
                return Stretch::Pause(round + 1, next);
            }
            from = next;
        }
        Stretch::Over
    }

    /// How many rounds are over by an instant.
    pub fn done(self, began: Timestamp, now: Timestamp) -> i64 {
        match self.at(began, now) {
            Stretch::Focus(round, _) | Stretch::Pause(round, _) => round - 1,
            Stretch::Over => self.rounds,
        }
    }
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounds = list::count(self.rounds.unsigned_abs(), "round");
        write!(f, "{rounds} of {} min focus, {} min break", self.focus, self.pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-30T{text}Z").parse().expect("an instant")
    }

    #[test]
    fn stretches_follow_from_the_beginning_and_from_now() {
        let (pace, began) = (Pace { focus: 25, pause: 5, rounds: 2 }, at("10:00:00"));
        for (now, is, done) in [
            ("09:00:00", Stretch::Focus(1, at("10:25:00")), 0),
            ("10:00:00", Stretch::Focus(1, at("10:25:00")), 0),
            ("10:24:59", Stretch::Focus(1, at("10:25:00")), 0),
            ("10:25:00", Stretch::Pause(2, at("10:30:00")), 1),
            ("10:29:59", Stretch::Pause(2, at("10:30:00")), 1),
            ("10:30:00", Stretch::Focus(2, at("10:55:00")), 1),
            // After the last round there is no break.
            ("10:55:00", Stretch::Over, 2),
            ("23:00:00", Stretch::Over, 2),
        ] {
            assert_eq!((pace.at(began, at(now)), pace.done(began, at(now))), (is, done), "{now}");
        }
    }

    #[test]
    fn walking_from_boundary_to_boundary_meets_every_stretch() {
        for pace in [USUAL, Pace { focus: 60, pause: 30, rounds: 2 }, Pace { focus: 10, pause: 1, rounds: 12 }] {
            let (mut now, mut focus) = (at("10:00:00"), 0);
            while let Some(next) = pace.at(at("10:00:00"), now).until() {
                assert!(next > now);
                focus += i64::from(matches!(pace.at(at("10:00:00"), now), Stretch::Focus(..)));
                now = next;
            }
            assert_eq!(focus, pace.rounds);
            let all = pace.rounds * pace.focus + (pace.rounds - 1) * pace.pause;
            assert_eq!(now, time::after(at("10:00:00"), minutes(all)));
            assert!(all <= LONGEST);
        }
    }

    #[test]
    fn wishes_have_bounds() {
        let new =
            |focus, pause, rounds| Pace::new(focus, pause, rounds).map(|pace| (pace.focus, pace.pause, pace.rounds));
        for (wish, is) in [
            ((None, None, None), Some((25, 5, 4))),
            ((Some(50), Some(10), None), Some((50, 10, 3))),
            ((Some(60), Some(30), None), Some((60, 30, 2))),
            ((Some(25), None, Some(6)), Some((25, 5, 6))),
            ((Some(25), None, Some(7)), None),
            ((Some(10), Some(1), Some(12)), Some((10, 1, 12))),
            ((Some(9), None, None), None),
            ((Some(61), None, None), None),
            ((None, Some(0), None), None),
            ((None, Some(31), None), None),
            ((None, None, Some(0)), None),
            ((Some(i64::MAX), None, None), None),
            ((None, None, Some(i64::MIN)), None),
        ] {
            assert_eq!(new(wish.0, wish.1, wish.2).ok(), is, "{wish:?}");
        }
    }
}
