//! How many calls may be made, and when: Reddit's own count where it tells one, ours in any case (pure).

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// The most calls a minute, whatever Reddit would allow (it allows a client 100).
const CALLS_A_MINUTE: usize = 60;
/// The share of what Reddit allows that is used.
const SHARE: f64 = 0.6;
/// No wait that anybody asks for is believed beyond this.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// What has been used, and what Reddit said about it.
#[derive(Debug, Default)]
pub struct Budget {
    /// The calls of the last minute.
    calls: VecDeque<Timestamp>,
    window: Option<Window>,
}

/// What Reddit's headers said last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// `X-Ratelimit-Used`.
    pub used: f64,
    /// `X-Ratelimit-Remaining`.
    pub remaining: f64,
    /// When it begins again.
    pub ends: Timestamp,
}

impl Budget {
    /// Takes a call, if one may be made now; otherwise says after how long.
    pub fn take(&mut self, now: Timestamp) -> Result<(), SignedDuration> {
        // A clock that was set back must not keep calls for ever.
        self.calls.retain(|at| *at <= now && now.duration_since(*at) < MINUTE);
        if let Some(window) = self.window.filter(|w| w.ends > now && w.used >= SHARE * (w.used + w.remaining)) {
            return Err(clamped(window.ends.duration_since(now)));
        }
        if let Some(oldest) = self.calls.front().filter(|_| self.calls.len() >= CALLS_A_MINUTE) {
            return Err(clamped(MINUTE.saturating_sub(now.duration_since(*oldest))));
        }
        self.calls.push_back(now);
        Ok(())
    }

    /// Takes note of the headers of an answer. Any of them may be missing or nonsense.
    pub fn heard(&mut self, used: Option<&str>, remaining: Option<&str>, reset: Option<&str>, now: Timestamp) {
        let number = |text: Option<&str>| text?.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
        if let (Some(used), Some(remaining), Some(reset)) = (number(used), number(remaining), number(reset)) {
            let ends = now.saturating_add(seconds(reset)).unwrap_or(Timestamp::MAX);
            self.window = Some(Window { used, remaining, ends });
        }
    }

    /// How many calls are left in Reddit's own count, if it told one that still holds.
    pub fn left(&self, now: Timestamp) -> Option<u32> {
        let window = self.window.filter(|window| window.ends > now)?;
        Some((SHARE * (window.used + window.remaining) - window.used).max(0.0) as u32)
    }
}

/// A wait that somebody asked for in seconds: never negative, never too long.
pub fn seconds(asked: f64) -> SignedDuration {
    let most = LONGEST_WAIT.as_secs_f64();
    let wait = if asked.is_finite() { asked.clamp(0.0, most) } else { most };
    SignedDuration::try_from_secs_f64(wait).unwrap_or(LONGEST_WAIT)
}

fn clamped(wait: SignedDuration) -> SignedDuration {
    wait.clamp(SignedDuration::from_secs(1), LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    #[test]
    fn without_headers_sixty_calls_a_minute_are_made() {
        let mut budget = Budget::default();
        for n in 0..60 {
            assert_eq!(budget.take(at(n / 2)), Ok(()), "call {n}");
        }
        assert_eq!(budget.take(at(30)), Err(SignedDuration::from_secs(30)));
        assert_eq!(budget.take(at(60)), Ok(()));
    }

    #[test]
    fn of_what_reddit_allows_six_tenths_are_used() {
        let mut budget = Budget::default();
        budget.heard(Some("599"), Some("401.0"), Some("120"), at(0));
        assert_eq!((budget.take(at(1)), budget.left(at(1))), (Ok(()), Some(1)));
        budget.heard(Some("600"), Some("400.0"), Some("119"), at(1));
        assert_eq!(budget.take(at(2)), Err(SignedDuration::from_secs(118)));
        assert_eq!(budget.take(at(120)), Ok(()));
        assert_eq!(budget.left(at(120)), None);
    }

    proptest! {
        #[test]
        fn no_header_makes_it_wait_for_ever(used in ".{0,12}", remaining in "[-0-9.eE]{0,12}", reset in "-?[0-9.eE]{1,12}") {
            let mut budget = Budget::default();
            budget.heard(Some(&used), Some(&remaining), Some(&reset), at(0));
            budget.heard(Some("100"), Some("0"), Some(&reset), at(0));
            if let Err(wait) = budget.take(at(0)) {
                prop_assert!(wait > SignedDuration::ZERO && wait <= LONGEST_WAIT);
            }
            prop_assert_eq!(budget.take(at(15 * 60)), Ok(()));
        }

        #[test]
        fn never_more_than_sixty_in_any_minute(gaps in prop::collection::vec(0i64..3, 1..400)) {
            let (mut budget, mut now, mut made) = (Budget::default(), 0, Vec::new());
            for gap in gaps {
                now += gap;
                if budget.take(at(now)).is_ok() {
                    made.push(now);
                }
                prop_assert!(made.iter().filter(|&&call| now - call < 60).count() <= 60);
            }
        }
    }
}
