//! What comes of a call at the target, and what the row does next (pure).

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::State;

/// The most calls at the target for one message, sends and looks together: about six hours of trying.
pub const MAX_ATTEMPTS: i64 = 30;
/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(5);
/// The longest wait between two calls, unless the target asks for a longer one.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// Waits are stretched by up to this share, so that what failed together does not come back together.
const JITTER: f64 = 0.25;

/// What came of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The target has it, under this id.
    Sent(String),
    /// It did surely not arrive; it may later.
    Later {
        /// Why not now.
        trouble: Trouble,
        /// How long the target asked us to wait (Retry-After).
        after: Option<SignedDuration>,
    },
    /// It may have arrived or not: the answer was lost. It is looked for before any resend.
    Unsure(Trouble),
    /// It will never arrive.
    Dead(Trouble),
}

/// What came of looking for a message at its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// It is there, under this id.
    Found(String),
    /// It is not there.
    Absent,
    /// There is no way to tell, now or later.
    CannotTell,
    /// The target cannot be reached now; look again.
    Later {
        /// Why not now.
        trouble: Trouble,
        /// How long the target asked us to wait (Retry-After).
        after: Option<SignedDuration>,
    },
}

/// What went wrong, in words that cannot hold anybody's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No connection, or it broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The target told us to slow down.
    RateLimited,
    /// The target failed with this status.
    Failing(u16),
    /// The target refused with this status and its own error number (0: none).
    Refused(u16, u32),
    /// Channel, post or account are gone.
    Gone,
    /// The bot may not write there; the target's own error number.
    NotAllowed(u32),
    /// The person takes no direct messages from the bot.
    TakesNoMessages,
    /// The thread or post is archived or locked.
    Closed,
    /// It could not be told whether it had arrived.
    CannotTell,
    /// Sending it broke the program.
    Panicked,
    /// The row cannot be read, or its text has been erased.
    Unreadable,
    /// It was not sent while it was worth sending.
    TooLate,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("no connection"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::RateLimited => f.write_str("told to slow down"),
            Self::Failing(status) => write!(f, "the target failed ({status})"),
            Self::Refused(status, 0) => write!(f, "refused ({status})"),
            Self::Refused(status, code) => write!(f, "refused ({status}, error {code})"),
            Self::Gone => f.write_str("its target is gone"),
            Self::NotAllowed(code) => write!(f, "the bot may not write there (error {code})"),
            Self::TakesNoMessages => f.write_str("this person takes no direct messages from the bot"),
            Self::Closed => f.write_str("the thread is archived or locked"),
            Self::CannotTell => f.write_str("could not tell whether it had arrived"),
            Self::Panicked => f.write_str("sending it broke the program"),
            Self::Unreadable => f.write_str("unreadable or erased"),
            Self::TooLate => f.write_str("too late to be worth sending"),
        }
    }
}

/// What a row does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nothing more: it arrived, under this id.
    Sent(String),
    /// It is sent again at that instant, or later.
    Ready(Timestamp, Option<Trouble>),
    /// It is looked for at that instant, or later.
    Look(Timestamp, Trouble),
    /// Nothing more: moderators are told.
    Dead(Trouble),
}

impl Next {
    /// The state the row is in from now on.
    pub fn state(&self) -> State {
        match self {
            Self::Sent(_) => State::Sent,
            Self::Ready(..) => State::Ready,
            Self::Look(..) => State::Sending,
            Self::Dead(_) => State::Dead,
        }
    }
}

/// What follows from sending for the `attempts`th time a message that has these `waits` of its own, if any. `jitter` is
/// between 0 and 1.
pub fn after_send(attempts: i64, outcome: Outcome, waits: &[SignedDuration], now: Timestamp, jitter: f64) -> Next {
    let own = own(waits, attempts.saturating_sub(1));
    match outcome {
        Outcome::Sent(id) => Next::Sent(id),
        Outcome::Dead(trouble) => Next::Dead(trouble),
        // However often it was tried, the last thing done is to look.
        Outcome::Unsure(trouble) => Next::Look(later(now, attempts, None, jitter), trouble),
        Outcome::Later { trouble, .. } if attempts >= MAX_ATTEMPTS => Next::Dead(trouble),
        Outcome::Later { trouble, .. } if own.is_none() && !waits.is_empty() => Next::Dead(trouble),
        Outcome::Later { trouble, after } => {
            let at = match own {
                Some(own) => stretched(now, own.max(after.unwrap_or(SignedDuration::ZERO)), jitter),
                None => later(now, attempts, after, jitter),
            };
            Next::Ready(at, Some(trouble))
        }
    }
}

/// One of a message's own waits.
fn own(waits: &[SignedDuration], n: i64) -> Option<SignedDuration> {
    usize::try_from(n).ok().and_then(|n| waits.get(n)).copied()
}

/// What follows from a look that was the `attempts`th call. `jitter` is between 0 and 1.
pub fn after_look(attempts: i64, look: Look, waits: &[SignedDuration], now: Timestamp, jitter: f64) -> Next {
    // Each look came after a send, so that half of the calls were sends.
    let own = own(waits, attempts.saturating_sub(1) / 2);
    match look {
        Look::Found(id) => Next::Sent(id),
        Look::CannotTell => Next::Dead(Trouble::CannotTell),
        Look::Absent if attempts >= MAX_ATTEMPTS => Next::Dead(Trouble::Unreachable),
        Look::Absent if own.is_none() && !waits.is_empty() => Next::Dead(Trouble::Unreachable),
        Look::Absent => Next::Ready(own.map_or(now, |own| stretched(now, own, jitter)), None),
        Look::Later { trouble, .. } if attempts >= MAX_ATTEMPTS => Next::Dead(trouble),
        Look::Later { trouble, after } => Next::Look(later(now, attempts, after, jitter), trouble),
    }
}

/// Never sooner than the target asked; otherwise 5 s, 10 s, 20 s … 15 min, stretched by the jitter.
fn later(now: Timestamp, attempts: i64, after: Option<SignedDuration>, jitter: f64) -> Timestamp {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or(0);
    let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    stretched(now, wait.max(after.unwrap_or(SignedDuration::ZERO)), jitter)
}

fn stretched(now: Timestamp, wait: SignedDuration, jitter: f64) -> Timestamp {
    let stretch = SignedDuration::try_from_secs_f64(wait.as_secs_f64() * JITTER * jitter.clamp(0.0, 1.0));
    let wait = wait.saturating_add(stretch.unwrap_or(SignedDuration::ZERO));
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// A number between 0 and 1 that looks random but is the same for the same row and attempt.
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
            (1, later(None), Next::Ready(at(5), Some(BUSY))),
            (2, later(None), Next::Ready(at(10), Some(BUSY))),
            (8, later(None), Next::Ready(at(640), Some(BUSY))),
            (9, later(None), Next::Ready(at(900), Some(BUSY))),
            (MAX_ATTEMPTS - 1, later(None), Next::Ready(at(900), Some(BUSY))),
            (MAX_ATTEMPTS, later(None), Next::Dead(BUSY)),
            (1, later(asked(2)), Next::Ready(at(5), Some(BUSY))),
            (1, later(asked(3_600)), Next::Ready(at(3_600), Some(BUSY))),
            (9, later(asked(3_600)), Next::Ready(at(3_600), Some(BUSY))),
            (1, Outcome::Unsure(Trouble::TimedOut), Next::Look(at(5), Trouble::TimedOut)),
            (MAX_ATTEMPTS, Outcome::Unsure(Trouble::TimedOut), Next::Look(at(900), Trouble::TimedOut)),
            (1, Outcome::Dead(Trouble::Gone), Next::Dead(Trouble::Gone)),
        ];
        for (attempts, outcome, expected) in table {
            assert_eq!(after_send(attempts, outcome.clone(), &[], now(), 0.0), expected, "{attempts} {outcome:?}");
        }
    }

    #[test]
    fn a_message_may_say_its_own_waits() {
        let waits = [60, 300].map(SignedDuration::from_secs);
        let later = |after| Outcome::Later { trouble: BUSY, after };
        let table = [
            (1, later(None), Next::Ready(at(60), Some(BUSY))),
            (2, later(None), Next::Ready(at(300), Some(BUSY))),
            (2, later(asked(1_000)), Next::Ready(at(1_000), Some(BUSY))),
            (3, later(None), Next::Dead(BUSY)),
            (i64::MIN + 1, later(None), Next::Dead(BUSY)),
            (3, Outcome::Sent("99".into()), Next::Sent("99".into())),
            (3, Outcome::Unsure(BUSY), Next::Look(at(20), BUSY)),
        ];
        for (attempts, outcome, expected) in table {
            assert_eq!(after_send(attempts, outcome.clone(), &waits, now(), 0.0), expected, "{attempts} {outcome:?}");
        }
        for (attempts, next) in [(2, Next::Ready(at(60), None)), (4, Next::Ready(at(300), None))] {
            assert_eq!(after_look(attempts, Look::Absent, &waits, now(), 0.0), next);
        }
        assert_eq!(after_look(6, Look::Absent, &waits, now(), 0.0), Next::Dead(Trouble::Unreachable));
        let stretched = after_send(1, later(None), &waits, now(), 1.0);
        assert_eq!(stretched, Next::Ready(at(75), Some(BUSY)));
    }

    #[test]
    fn looking_is_followed_by() {
        let later = |after| Look::Later { trouble: BUSY, after };
        let table = [
            (2, Look::Found("99".into()), Next::Sent("99".into())),
            (2, Look::Absent, Next::Ready(now(), None)),
            (MAX_ATTEMPTS, Look::Absent, Next::Dead(Trouble::Unreachable)),
            (2, Look::CannotTell, Next::Dead(Trouble::CannotTell)),
            (2, later(None), Next::Look(at(10), BUSY)),
            (2, later(asked(60)), Next::Look(at(60), BUSY)),
            (MAX_ATTEMPTS, later(None), Next::Dead(BUSY)),
        ];
        for (attempts, look, expected) in table {
            assert_eq!(after_look(attempts, look.clone(), &[], now(), 0.0), expected, "{attempts} {look:?}");
        }
    }

    #[test]
    fn waits_are_stretched_and_never_overflow() {
        assert_eq!(later(now(), 3, None, 1.0), at(25));
        assert_eq!(later(now(), 3, asked(100), 1.0), at(125));
        assert_eq!(later(now(), i64::MAX, None, 0.0), at(900));
        assert_eq!(later(now(), i64::MIN, None, 7.0), now() + SignedDuration::from_millis(6_250));
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
