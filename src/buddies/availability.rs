//! When a person studies: according to their own choice, and to their entries (pure).

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};

use super::week::Week;
use crate::streak::state::Act;
use crate::time;
use crate::time::zone::Zone;

/// How far back entries count, in hours (28 days).
pub const LEARNED: SignedDuration = SignedDuration::from_hours(28 * 24);
/// The minutes counted for a timer that nobody stopped: up to its first question.
const UNSTOPPED: i64 = 180;

/// The offered study times: a name, whether on weekends, the hour at which they begin, and their minutes.
pub const OFFERED: [(&str, bool, i8, u16); 8] = [
    ("Weekday mornings, 7 to 10", false, 7, 180),
    ("Weekday middays, 11 to 14", false, 11, 180),
    ("Weekday afternoons, 14 to 18", false, 14, 240),
    ("Weekday evenings, 18 to 21", false, 18, 180),
    ("Weekday nights, 21 to 24", false, 21, 180),
    ("Weekend mornings, 8 to 12", true, 8, 240),
    ("Weekend afternoons, 13 to 18", true, 13, 300),
    ("Weekend evenings, 18 to 22", true, 18, 240),
];

/// The study times that a person chose: a bit for each of [`OFFERED`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times(u8);

impl Times {
    /// Times by their indices in [`OFFERED`]; other indices are ignored.
    pub fn new(chosen: impl IntoIterator<Item = usize>) -> Self {
        Self(chosen.into_iter().filter(|n| *n < OFFERED.len()).fold(0, |bits, n| bits | 1 << n))
    }

    /// The value for the database.
    pub fn bits(self) -> i64 {
        self.0.into()
    }

    /// Reads the value from the database.
    pub fn of(bits: i64) -> Self {
        Self(u8::try_from(bits).unwrap_or_default())
    }

    /// These times in the week that begins at `now`, in a zone.
    pub fn week(self, zone: &Zone, now: Timestamp) -> Week {
        let today = zone.date(now);
        let days = (0..7).map(|n| time::days_after(today, n));
        Week::of(days.flat_map(|date| self.on(date, zone)))
    }

    fn on(self, date: Date, zone: &Zone) -> impl Iterator<Item = (Timestamp, u16)> {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let chosen = OFFERED.iter().enumerate().filter(move |(n, offer)| self.0 & 1 << n != 0 && offer.1 == weekend);
        chosen.map(move |(_, offer)| (zone.first_reading(date, offer.2), offer.3))
    }
}

/// When a person studied, from their entries in order. Timers count as they ran; minutes logged for the running day
/// count as if they had just ended.
pub fn learned(events: &[(Timestamp, Act)]) -> Week {
    let mut week = Week::default();
    let mut started: Option<Timestamp> = None;
    let mut ran = |from: Timestamp, minutes: i64| week.add(from, u16::try_from(minutes).unwrap_or(u16::MAX));
    for (at, act) in events {
        match act {
            Act::Start => {
                if let Some(from) = started.replace(*at) {
                    ran(from, UNSTOPPED);
                }
            }
            Act::Stop => {
                if let Some(from) = started.take() {
                    ran(from, at.duration_since(from).as_mins());
                }
            }
            Act::Log { minutes, for_date: None } => {
                let from = time::before(*at, SignedDuration::from_mins(*minutes));
                ran(from, *minutes);
            }
            _ => {}
        }
    }
    week
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_follows_the_clock_there() {
        let now = "2026-11-18T12:00:00Z".parse().unwrap();
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let evenings = Times::new([3, 99]);
        assert_eq!(Times::of(evenings.bits()), evenings);
        assert_eq!(evenings.week(&berlin, now).minutes(), 5 * 180);
        let lisbon = Zone::named("Europe/Lisbon").unwrap();
        assert_eq!(evenings.week(&berlin, now).shared(evenings.week(&lisbon, now)).minutes(), 5 * 120);
        assert_eq!(Times::new([0, 5]).week(&berlin, now).minutes(), 5 * 180 + 2 * 240);
        assert_eq!(Times::default().week(&berlin, now), Week::default());
    }

    #[test]
    fn what_was_done_is_learned() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let log = |minutes, for_date| Act::Log { minutes, for_date };
        let events = [
            (at("2026-11-16T10:00:00Z"), log(60, None)),
            (at("2026-11-16T11:00:00Z"), log(600, Some("2026-11-15".parse().unwrap()))),
            (at("2026-11-17T18:00:00Z"), Act::Start),
            (at("2026-11-17T20:00:00Z"), Act::Stop),
            (at("2026-11-17T20:30:00Z"), Act::Stop),
            (at("2026-11-18T18:00:00Z"), Act::Start),
            (at("2026-11-19T18:00:00Z"), Act::Start),
        ];
        let learned = learned(&events);
        assert_eq!(learned.minutes(), 60 + 120 + 180);
        assert_eq!(learned.shared(Week::of([(at("2026-11-23T09:00:00Z"), 60)])).minutes(), 60);
    }
}
