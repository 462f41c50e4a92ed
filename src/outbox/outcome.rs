//! The result of a call to the target, and the row's next step (pure).

use jiff::{SignedDuration, Timestamp};

use super::{State, Trouble};

/// The most calls to the target for one message, sends and looks together: about six hours.
pub const MAX_ATTEMPTS: i64 = 30;
/// The wait after the first failure. It doubles with each further failure; sends and looks are counted separately.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// The longest wait between two calls, unless the target asks for a longer one.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// Each wait grows by up to this share, so that messages that failed together are not retried together.
const JITTER: f64 = 0.25;

/// The result of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The target has it, under this id.
    Sent(String),
    /// It certainly did not arrive, but may later.
    Later {
        /// Why not now.
        trouble: Trouble,
        /// How long the target asked us to wait (Retry-After).
        after: Option<SignedDuration>,
    },
    /// It certainly did not arrive, for a reason that often passes by itself. It is retried soon, but not for long.
    Passing {
        /// Why not now; if it does not pass, why not at all.
        trouble: Trouble,
        /// The most sends in all.
        tries: i64,
    },
    /// It may have arrived: the answer was lost. Look before any resend.
    Unsure(Trouble),
    /// It may have arrived, and nobody can look. A moderator decides.
    Unknown,
    /// It will never arrive.
    Dead(Trouble),
}

/// The result of a look at the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// It is there, under this id.
    Found(String),
    /// It is not there.
    Absent,
    /// Nobody can tell, now or later.
    CannotTell,
    /// The target cannot be reached now; look again.
    Later {
        /// Why not now.
        trouble: Trouble,
        /// How long the target asked us to wait (Retry-After).
        after: Option<SignedDuration>,
    },
}

/// The next step of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Done: it arrived under this id.
    Sent(String),
    /// Send it again at that instant or later.
    Ready(Timestamp, Option<Trouble>),
    /// Look for it at that instant or later.
    Look(Timestamp, Trouble),
    /// A moderator must say whether it arrived.
    Unknown,
    /// Done: moderators see it.
    Dead(Trouble),
}

impl Next {
    /// The state of the row from now on.
    pub fn state(&self) -> State {
        match self {
            Self::Sent(_) => State::Sent,
            Self::Ready(..) => State::Ready,
            Self::Look(..) => State::Sending,
            Self::Unknown => State::Unknown,
            Self::Dead(_) => State::Dead,
        }
    }
}

/// The next step after a send. `sends` counts the sends and `attempts` all calls, both with this one. `waits` are the
/// message's own waits, if any. `jitter` is between 0 and 1.
pub fn after_send(
    attempts: i64,
    sends: i64,
    waits: &[SignedDuration],
    outcome: Outcome,
    now: Timestamp,
    jitter: f64,
) -> Next {
    let own = own(waits, sends);
    match outcome {
        Outcome::Sent(id) => Next::Sent(id),
        Outcome::Unknown => Next::Unknown,
        Outcome::Dead(trouble) => Next::Dead(trouble),
        Outcome::Passing { trouble, tries } if sends >= tries => Next::Dead(trouble),
        Outcome::Passing { trouble, .. } => Next::Ready(later(now, sends, None, jitter), Some(trouble)),
        // However often it was tried, the last call is a look.
        Outcome::Unsure(trouble) => Next::Look(later(now, sends, None, jitter), trouble),
        Outcome::Later { trouble, .. } if given_up(attempts, trouble) => Next::Dead(trouble),
        Outcome::Later { trouble, .. } if own.is_none() && has_waited(waits, trouble) => Next::Dead(trouble),
        Outcome::Later { trouble, after } => {
            let at = match own {
                Some(own) => stretched(now, own.max(after.unwrap_or(SignedDuration::ZERO)), jitter),
                None => later(now, sends, after, jitter),
            };
            Next::Ready(at, Some(trouble))
        }
    }
}

/// A message's own wait after its `sends`th send.
fn own(waits: &[SignedDuration], sends: i64) -> Option<SignedDuration> {
    usize::try_from(sends.saturating_sub(1)).ok().and_then(|n| waits.get(n)).copied()
}

/// Whether a message is given up, because its own waits are used up.
fn has_waited(waits: &[SignedDuration], trouble: Trouble) -> bool {
    !waits.is_empty() && !matches!(trouble, Trouble::Refused(401, _))
}

/// The next step after a look. `attempts` counts all calls with this one, `sends` only the sends. `waits` are the
/// message's own waits, if any. `jitter` is between 0 and 1.
pub fn after_look(
    attempts: i64,
    sends: i64,
    waits: &[SignedDuration],
    look: Look,
    now: Timestamp,
    jitter: f64,
) -> Next {
    let (own, looks) = (own(waits, sends), attempts.saturating_sub(sends));
    match look {
        Look::Found(id) => Next::Sent(id),
        Look::CannotTell => Next::Unknown,
        Look::Absent if attempts >= MAX_ATTEMPTS => Next::Dead(Trouble::Unreachable),
        Look::Absent if own.is_none() && !waits.is_empty() => Next::Dead(Trouble::Unreachable),
        Look::Absent => Next::Ready(own.map_or(now, |own| stretched(now, own, jitter)), None),
        Look::Later { trouble, .. } if given_up(attempts, trouble) => Next::Dead(trouble),
        Look::Later { trouble, after } => Next::Look(later(now, looks, after, jitter), trouble),
    }
}

/// Whether the message is given up after too many calls. With a refused token it waits for a new token.
fn given_up(attempts: i64, trouble: Trouble) -> bool {
    attempts >= MAX_ATTEMPTS && !matches!(trouble, Trouble::Refused(401, _))
}

/// When to try again: after 2 s, 4 s, 8 s … 15 min plus jitter, but never sooner than the target asked.
fn later(now: Timestamp, times: i64, after: Option<SignedDuration>, jitter: f64) -> Timestamp {
    let doublings = u32::try_from(times.clamp(1, 20) - 1).unwrap_or(0);
    let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    stretched(now, wait.max(after.unwrap_or(SignedDuration::ZERO)), jitter)
}

fn stretched(now: Timestamp, wait: SignedDuration, jitter: f64) -> Timestamp {
    let stretch = SignedDuration::try_from_secs_f64(wait.as_secs_f64() * JITTER * jitter.clamp(0.0, 1.0));
    let wait = wait.saturating_add(stretch.unwrap_or(SignedDuration::ZERO));
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// A number between 0 and 1 that looks random but depends only on the row and the attempt.
pub fn jitter(id: i64, attempts: i64) -> f64 {
    // The finaliser of SplitMix64.
    let mut z = id.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ attempts.cast_unsigned();
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    f64::from(u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSY: Trouble = Trouble::RateLimited;

    fn now() -> Timestamp {
        "2026-11-16T09:00:00Z".parse().unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        now() + SignedDuration::from_secs(seconds)
    }

    fn asked(seconds: i64) -> Option<SignedDuration> {
        Some(SignedDuration::from_secs(seconds))
    }

    #[test]
    fn sending_is_followed_by() {
        let later = |after| Outcome::Later { trouble: BUSY, after };
        let id = || "99".to_owned();
        let table = [
            (1, Outcome::Sent(id()), Next::Sent(id())),
            (MAX_ATTEMPTS, Outcome::Sent(id()), Next::Sent(id())),
            (1, later(None), Next::Ready(at(2), Some(BUSY))),
            (2, later(None), Next::Ready(at(4), Some(BUSY))),
            (9, later(None), Next::Ready(at(512), Some(BUSY))),
            (10, later(None), Next::Ready(at(900), Some(BUSY))),
            (MAX_ATTEMPTS - 1, later(None), Next::Ready(at(900), Some(BUSY))),
            (MAX_ATTEMPTS, later(None), Next::Dead(BUSY)),
            (1, later(asked(1)), Next::Ready(at(2), Some(BUSY))),
            (1, later(asked(3_600)), Next::Ready(at(3_600), Some(BUSY))),
            (9, later(asked(3_600)), Next::Ready(at(3_600), Some(BUSY))),
            (1, Outcome::Unsure(Trouble::TimedOut), Next::Look(at(2), Trouble::TimedOut)),
            (MAX_ATTEMPTS, Outcome::Unsure(Trouble::TimedOut), Next::Look(at(900), Trouble::TimedOut)),
            (1, Outcome::Unknown, Next::Unknown),
            (1, Outcome::Dead(Trouble::Gone), Next::Dead(Trouble::Gone)),
        ];
        for (attempts, outcome, expected) in table {
            let next = after_send(attempts, attempts, &[], outcome.clone(), now(), 0.0);
            assert_eq!(next, expected, "{attempts} {outcome:?}");
        }
    }

    #[test]
    fn a_message_may_say_its_own_waits() {
        let waits = [60, 300].map(SignedDuration::from_secs);
        let later = |trouble, after| Outcome::Later { trouble, after };
        let token = Trouble::Refused(401, 0);
        let table = [
            (1, later(BUSY, None), Next::Ready(at(60), Some(BUSY))),
            (2, later(BUSY, None), Next::Ready(at(300), Some(BUSY))),
            (2, later(BUSY, asked(1_000)), Next::Ready(at(1_000), Some(BUSY))),
            (3, later(BUSY, None), Next::Dead(BUSY)),
            (3, later(token, asked(7_000)), Next::Ready(at(7_000), Some(token))),
            (i64::MIN, later(BUSY, None), Next::Dead(BUSY)),
            (3, Outcome::Sent("99".into()), Next::Sent("99".into())),
        ];
        for (sends, outcome, expected) in table {
            assert_eq!(after_send(9, sends, &waits, outcome.clone(), now(), 0.0), expected, "{sends} {outcome:?}");
        }
        let absent = |sends| after_look(9, sends, &waits, Look::Absent, now(), 0.0);
        assert_eq!(absent(1), Next::Ready(at(60), None));
        assert_eq!(absent(2), Next::Ready(at(300), None));
        assert_eq!(absent(3), Next::Dead(Trouble::Unreachable));
        assert_eq!(after_send(1, 1, &waits, later(BUSY, None), now(), 1.0), Next::Ready(at(75), Some(BUSY)));
    }

    #[test]
    fn waits_grow_with_sends_and_looks_apart() {
        // The seven looks in between do not lengthen the wait after the second send.
        let unsure = after_send(9, 2, &[], Outcome::Unsure(Trouble::TimedOut), now(), 0.0);
        assert_eq!(unsure, Next::Look(at(4), Trouble::TimedOut));
        let refused = after_send(9, 2, &[], Outcome::Later { trouble: BUSY, after: None }, now(), 0.0);
        assert_eq!(refused, Next::Ready(at(4), Some(BUSY)));
        let looked = after_look(9, 7, &[], Look::Later { trouble: BUSY, after: None }, now(), 0.0);
        assert_eq!(looked, Next::Look(at(4), BUSY), "and the other way round");
        // But they count towards the most calls.
        let last = after_send(MAX_ATTEMPTS, 2, &[], Outcome::Later { trouble: BUSY, after: None }, now(), 0.0);
        assert_eq!(last, Next::Dead(BUSY));
    }

    #[test]
    fn what_often_passes_is_tried_again_soon_and_not_for_long() {
        let trouble = Trouble::NotAllowed(50_001);
        let passing = Outcome::Passing { trouble, tries: 3 };
        let table =
            [(1, Next::Ready(at(2), Some(trouble))), (2, Next::Ready(at(4), Some(trouble))), (3, Next::Dead(trouble))];
        // Even if the message has its own waits.
        for waits in [&[][..], &[SignedDuration::from_mins(30)]] {
            for (sends, expected) in &table {
                assert_eq!(after_send(*sends, *sends, waits, passing.clone(), now(), 0.0), *expected, "{sends}");
            }
        }
    }

    #[test]
    fn a_refused_token_never_kills_a_message() {
        let trouble = Trouble::Refused(401, 0);
        let sent = after_send(MAX_ATTEMPTS + 9, MAX_ATTEMPTS, &[], Outcome::Later { trouble, after: None }, now(), 0.0);
        assert_eq!(sent, Next::Ready(at(900), Some(trouble)));
        let looked = after_look(MAX_ATTEMPTS + 9, 9, &[], Look::Later { trouble, after: None }, now(), 0.0);
        assert_eq!(looked, Next::Look(at(900), trouble));
    }

    #[test]
    fn looking_is_followed_by() {
        let later = |after| Look::Later { trouble: BUSY, after };
        let table = [
            (2, Look::Found("99".into()), Next::Sent("99".into())),
            (2, Look::Absent, Next::Ready(now(), None)),
            (MAX_ATTEMPTS, Look::Absent, Next::Dead(Trouble::Unreachable)),
            (2, Look::CannotTell, Next::Unknown),
            (2, later(None), Next::Look(at(4), BUSY)),
            (2, later(asked(60)), Next::Look(at(60), BUSY)),
            (MAX_ATTEMPTS, later(None), Next::Dead(BUSY)),
        ];
        for (attempts, look, expected) in table {
            assert_eq!(after_look(attempts, 0, &[], look.clone(), now(), 0.0), expected, "{attempts} {look:?}");
        }
    }

    #[test]
    fn waits_are_stretched_and_never_overflow() {
        assert_eq!(later(now(), 3, None, 1.0), at(10));
        assert_eq!(later(now(), 3, asked(100), 1.0), at(125));
        assert_eq!(later(now(), i64::MAX, None, 0.0), at(900));
        assert_eq!(later(now(), i64::MIN, None, 7.0), now() + SignedDuration::from_millis(2_500));
        assert_eq!(later(Timestamp::MAX, 1, Some(SignedDuration::MAX), 1.0), Timestamp::MAX);
    }

    #[test]
    fn jitter_spreads() {
        let all: Vec<f64> = (1..=1_000).map(|id| jitter(id, 1)).collect();
        let mean = all.iter().sum::<f64>() / 1_000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
        assert!(all.iter().all(|j| (0.0..=1.0).contains(j)));
        assert_ne!(jitter(1, 1), jitter(1, 2));
        assert_eq!(jitter(1, 1), jitter(1, 1));
    }
}
