//! How soon to connect again (pure): each failure doubles the wait, a connection that held ends the doubling.

use std::time::{Duration, Instant};

/// The wait after the first failure, and the longest. Discord allows 1,000 new sessions a day; at the longest wait,
/// a gateway that refuses each at once is asked less often than that.
const WAITS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(180));
/// A connection that held for so long was a good one.
const GOOD: Duration = Duration::from_secs(60);

/// When the next connection may be made.
#[derive(Debug)]
pub struct Pace {
    shards: u32,
    hurry: u32,
    failures: u32,
    next: Option<Instant>,
}

impl Pace {
    /// For so many shards: what ends all their connections at once is one failure, not many. Waits are `hurry` times
    /// shorter than usual.
    pub fn new(shards: u32, hurry: u32) -> Self {
        Self { shards: shards.max(1), hurry: hurry.max(1), failures: 0, next: None }
    }

    /// A connection ended, or did not come to be; `held` is how long it was ready. `dice` is any number.
    pub fn ended(&mut self, held: Option<Duration>, now: Instant, dice: u32) {
        if held.is_some_and(|held| held >= GOOD) {
            self.failures = 0;
        }
        self.failures = self.failures.saturating_add(1);
        let next = now + wait(self.failures.div_ceil(self.shards), dice) / self.hurry;
        self.next = self.next.max(Some(next));
    }

    /// How long to wait before the next connection.
    pub fn wait(&self, now: Instant) -> Duration {
        self.next.map_or(Duration::ZERO, |next| next.saturating_duration_since(now))
    }
}

/// The wait after so many failures: between half and all of a span that doubles, so that many bots do not come at once.
fn wait(failures: u32, dice: u32) -> Duration {
    let span = WAITS.0.saturating_mul(1 << failures.clamp(1, 16).saturating_sub(1)).min(WAITS.1);
    span / 2 + span / 2 * (dice % 1_000) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    const DICE: [u32; 4] = [0, 1, 999, u32::MAX];

    #[test]
    fn waits_double_to_the_longest_within_half() {
        for (failures, span) in
            [(1, 500), (2, 1_000), (3, 2_000), (8, 64_000), (9, 128_000), (10, 180_000), (9_999, 180_000)]
        {
            for dice in DICE {
                let waited = wait(failures, dice).as_millis();
                assert!((span / 2..=span).contains(&waited), "{failures} {dice}: {waited}");
            }
        }
    }

    #[test]
    fn a_day_of_refusals_stays_within_what_discord_allows() {
        let (mut pace, mut now, mut asked) = (Pace::new(1, 1), Instant::now(), 0);
        let end = now + Duration::from_secs(86_400);
        while now < end {
            asked += 1;
            now += Duration::from_millis(10);
            pace.ended(Some(Duration::ZERO), now, 0);
            now += pace.wait(now);
        }
        assert!((500..1_000).contains(&asked), "{asked}");
    }

    #[test]
    fn what_held_ends_the_doubling_and_shards_fail_together() {
        let (now, minute) = (Instant::now(), Some(GOOD));
        let mut pace = Pace::new(1, 1);
        for _ in 0..6 {
            pace.ended(None, now, 0);
        }
        assert_eq!(pace.wait(now), Duration::from_secs(8));
        let later = now + Duration::from_secs(100);
        pace.ended(minute, later, 0);
        assert_eq!(pace.wait(later), Duration::from_millis(250));
        let mut many = Pace::new(16, 1);
        for _ in 0..16 {
            many.ended(None, now, 0);
        }
        assert_eq!(many.wait(now), Duration::from_millis(250));
        many.ended(None, now, 0);
        assert_eq!(many.wait(now), Duration::from_millis(500));
    }
}
