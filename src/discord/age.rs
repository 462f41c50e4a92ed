//! How old an interaction is when we begin with it, for Discord takes a first answer for three seconds only.
//!
//! Its number holds the millisecond at Discord. What time it is there, two clocks tell: the dates of Discord's answers,
//! carried on by a clock that nobody sets, and the machine's own. The dates are in whole seconds and never ahead, the
//! machine's clock is exact or quite wrong: it is believed if the two agree. The clock of a rehearsal is not asked. Where
//! neither is certain Discord itself decides: it is answered first, and acted upon only if Discord takes the answer.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use super::outlet::id_at;
use crate::config;

/// Discord's ids hold milliseconds above their lowest 22 bits, since its epoch.
const TIME_BITS: u32 = 22;
/// Up to this age there is surely time for an answer.
const YOUNG: SignedDuration = SignedDuration::from_millis(1_500);
/// From this age on Discord takes no first answer.
const TOO_OLD: SignedDuration = SignedDuration::from_secs(3);
/// How far two clocks that agree may be apart: dates are cut to seconds, and take a while to come.
const APART: SignedDuration = SignedDuration::from_secs(2);

/// Whether an interaction can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Surely; it is so old.
    Young(SignedDuration),
    /// Perhaps. Discord knows.
    Doubtful,
    /// Surely not.
    TooOld,
}

/// The time at Discord, by what it last told.
#[derive(Debug, Default)]
pub struct Time(Mutex<Option<(Instant, Timestamp)>>);

impl Time {
    /// An answer of Discord's bore this date.
    pub fn told(&self, date: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), date));
    }

    /// How old what Discord numbered `id` is.
    pub fn age_of(&self, id: u64) -> Age {
        let told = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = |since: Instant| SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX);
        let there = told.and_then(|(since, date)| date.saturating_add(passed(since)).ok());
        age(id, there, config::machine_time())
    }
}

/// How old what Discord numbered `id` is, if its answers say that it is `there` at Discord, and `here` on this machine.
fn age(id: u64, there: Option<Timestamp>, here: Timestamp) -> Age {
    let is_near = |there: Timestamp| here.duration_since(there).abs() <= APART;
    let agree = there.is_some_and(is_near);
    let now = if agree { here } else { there.unwrap_or(here) };
    let age = now.duration_since(made_at(id));
    match age {
        age if age >= -APART && age <= YOUNG => Age::Young(age.max(SignedDuration::ZERO)),
        age if age > TOO_OLD && agree => Age::TooOld,
        _ => Age::Doubtful,
    }
}

/// When Discord numbered something.
pub fn made_at(id: u64) -> Timestamp {
    let since = i64::try_from(id >> TIME_BITS).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(since.saturating_add(super::outlet::EPOCH)).unwrap_or(Timestamp::MAX)
}

/// The smallest number of what Discord numbers ten minutes before `id`.
pub fn long_before(id: u64) -> u64 {
    let before = made_at(id).saturating_sub(SignedDuration::from_mins(10)).unwrap_or(Timestamp::MIN);
    id_at(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_by_the_clocks_that_agree() {
        let here: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let ago = |seconds: f64| here - SignedDuration::from_secs_f64(seconds);
        let young = |seconds: f64| Age::Young(SignedDuration::from_secs_f64(seconds));
        // How long ago it was made, how far Discord's dates are behind this machine, what follows.
        let table = [
            (0.1, Some(0.4), young(0.1)),
            (1.5, Some(1.9), young(1.5)),
            (-0.5, Some(0.0), young(0.0)),
            (1.6, Some(1.0), Age::Doubtful),
            (3.0, Some(1.0), Age::Doubtful),
            (3.1, Some(1.0), Age::TooOld),
            (900.0, Some(0.0), Age::TooOld),
            // This machine is an hour ahead, or behind: the dates count alone, and nothing is certain but youth.
            (3_600.5, Some(3_601.0), young(0.0)),
            (3_602.5, Some(3_600.0), Age::Doubtful),
            (3_650.0, Some(3_600.0), Age::Doubtful),
            (-3_599.0, Some(-3_600.0), young(1.0)),
            // Nothing has been heard of Discord yet.
            (0.2, None, young(0.2)),
            (60.0, None, Age::Doubtful),
            (-60.0, None, Age::Doubtful),
        ];
        for (made, behind, expected) in table {
            let age = age(id_at(ago(made)), behind.map(ago), here);
            assert_eq!(age, expected, "{made} {behind:?}");
        }
    }

    #[test]
    fn a_number_holds_its_time() {
        let made = "2026-11-20T12:00:00.123Z".parse().unwrap();
        assert_eq!(made_at(id_at(made)), made);
        assert_eq!(made_at(long_before(id_at(made))), made - SignedDuration::from_mins(10));
        assert!(made_at(u64::MAX) > made, "no number is too large");
    }
}
