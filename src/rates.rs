//! Rate limits for each asker.

use std::fmt;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Quiet askers are forgotten once in this many questions.
const TIDY: u32 = 1_000;

/// Counts how often each asker asks. Kept in memory only.
pub struct Rates<K: Clone + Hash + Eq> {
    limiter: DefaultKeyedRateLimiter<K>,
    asked: AtomicU32,
}

impl<K: Clone + Hash + Eq> Rates<K> {
    /// Each asker may ask `at_once` times in a burst, and once more in each `every`.
    pub fn new(at_once: u32, every: Duration) -> Self {
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        let quota = quota.allow_burst(NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN));
        Self { limiter: RateLimiter::keyed(quota), asked: AtomicU32::new(0) }
    }

    /// Counts a question of this asker. If it is too many, returns how long the asker must wait.
    pub fn wait(&self, asker: &K) -> Option<Duration> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDY == TIDY - 1 {
            self.limiter.retain_recent();
        }
        let refused = self.limiter.check_key(asker).err()?;
        Some(refused.wait_time_from(self.limiter.clock().now()))
    }
}

impl<K: Clone + Hash + Eq> fmt::Debug for Rates<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rates")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_asker_has_a_share_of_their_own() {
        let rates = Rates::new(3, Duration::from_secs(60));
        for _ in 0..3 {
            assert_eq!(rates.wait(&"ann"), None);
        }
        let wait = rates.wait(&"ann").expect("the fourth is too many");
        assert!(wait > Duration::from_secs(50) && wait <= Duration::from_secs(60), "{wait:?}");
        assert_eq!(rates.wait(&"bob"), None);
    }

    #[test]
    fn askers_who_have_been_quiet_are_forgotten() {
        let rates = Rates::new(1, Duration::from_nanos(1));
        for asker in 0..5 * TIDY {
            rates.wait(&asker);
        }
        assert!(rates.limiter.len() <= TIDY as usize);
    }
}
