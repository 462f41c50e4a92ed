//! What follows from Discord's refusals: the one table of its numbers (pure).

use crate::discord::http::{Failure, Refusal};
use crate::outbox::{Outcome, Trouble};

/// Discord's own numbers of refusals.
pub mod code {
    pub const UNKNOWN_MEMBER: u32 = 10_007;
    pub const UNKNOWN_MESSAGE: u32 = 10_008;
    pub const UNKNOWN_USER: u32 = 10_013;
    pub const DAILY_COMMANDS: u32 = 30_034;
    pub const OPENED_TOO_FAST: u32 = 40_003;
    pub const POST_NOT_READY: u32 = 40_058;
    pub const MISSING_ACCESS: u32 = 50_001;
    pub const NO_DIRECT_MESSAGES: u32 = 50_007;
    pub const UNKNOWN_RECIPIENT: u32 = 50_033;
    pub const ARCHIVED: u32 = 50_083;
    pub const NOTHING_SHARED: u32 = 50_278;
    pub const HAS_THREAD: u32 = 160_004;
    pub const LOCKED: u32 = 160_005;
    pub const TOO_MANY_THREADS: u32 = 160_006;
}

/// How often a call is made in all that was refused for a reason which passes by itself, often in a second: a post whose
/// first message is not there yet, rights that have just been given. None: the refusal is final, or is waited out.
pub fn tries(refusal: &Refusal) -> Option<i64> {
    match refusal.code? {
        code::UNKNOWN_MESSAGE => Some(6),
        code::POST_NOT_READY => Some(7),
        code::OPENED_TOO_FAST => Some(9),
        code::MISSING_ACCESS => Some(3),
        _ => None,
    }
}

/// What follows from a failure of the call that sends.
pub fn sent_or_not(failure: Failure) -> Outcome {
    outcome(failure, false)
}

/// What follows from a failure of a call that may be made again without a look: one before the call that sends, or one
/// that changes nothing the second time.
pub fn not_sent(failure: Failure) -> Outcome {
    outcome(failure, true)
}

fn outcome(failure: Failure, harmless: bool) -> Outcome {
    let trouble = trouble(&failure);
    let later = |after| Outcome::Later { trouble, after };
    match failure {
        Failure::NoConnection => later(None),
        Failure::Cut | Failure::TimedOut if harmless => later(None),
        Failure::Cut | Failure::TimedOut => Outcome::Unsure(trouble),
        Failure::Refused(refusal) => match (refusal.status, refusal.code) {
            (429, _) => later(refusal.after),
            (500.., _) if harmless => later(refusal.after),
            (500.., _) => Outcome::Unsure(trouble),
            // The token may be made good; and what is not from Discord itself may pass.
            (401, _) | (_, None) => later(refusal.after),
            // Threads are archived, and a new day comes.
            (_, Some(code::TOO_MANY_THREADS | code::DAILY_COMMANDS)) => later(refusal.after),
            _ => match tries(&refusal) {
                Some(tries) => Outcome::Passing { trouble, tries },
                None => Outcome::Dead(trouble),
            },
        },
    }
}

/// The trouble in the words of the outbox.
pub fn trouble(failure: &Failure) -> Trouble {
    let Failure::Refused(refusal) = failure else {
        return if *failure == Failure::TimedOut { Trouble::TimedOut } else { Trouble::Unreachable };
    };
    match (refusal.status, refusal.code.unwrap_or(0)) {
        (429, _) => Trouble::RateLimited,
        (status @ 500.., _) => Trouble::Failing(status),
        (_, code::NO_DIRECT_MESSAGES | code::NOTHING_SHARED) => Trouble::TakesNoMessages,
        (_, code::ARCHIVED | code::LOCKED) => Trouble::Closed,
        (_, code::UNKNOWN_RECIPIENT) => Trouble::Gone,
        (_, code::OPENED_TOO_FAST) => Trouble::RateLimited,
        (404, _) if refusal.code.is_some() => Trouble::Gone,
        (400, _) if refusal.lost_reference => Trouble::Gone,
        (403, code) if refusal.code.is_some() => Trouble::NotAllowed(code),
        (status, code) => Trouble::Refused(status, code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: u32) -> Failure {
        Failure::Refused(Refusal { status, code: Some(code), ..Refusal::default() })
    }

    #[test]
    fn every_failure_is_told_apart() {
        let later = |trouble| Outcome::Later { trouble, after: None };
        let proxy = Failure::Refused(Refusal { status: 403, ..Refusal::default() });
        let reference = Refusal { status: 400, code: Some(50_035), lost_reference: true, ..Refusal::default() };
        let table = [
            (Failure::NoConnection, later(Trouble::Unreachable), later(Trouble::Unreachable)),
            (Failure::Cut, Outcome::Unsure(Trouble::Unreachable), later(Trouble::Unreachable)),
            (Failure::TimedOut, Outcome::Unsure(Trouble::TimedOut), later(Trouble::TimedOut)),
            (refused(500, 0), Outcome::Unsure(Trouble::Failing(500)), later(Trouble::Failing(500))),
            (refused(504, 0), Outcome::Unsure(Trouble::Failing(504)), later(Trouble::Failing(504))),
            (refused(429, 0), later(Trouble::RateLimited), later(Trouble::RateLimited)),
            (refused(401, 0), later(Trouble::Refused(401, 0)), later(Trouble::Refused(401, 0))),
            (proxy, later(Trouble::Refused(403, 0)), later(Trouble::Refused(403, 0))),
        ];
        for (failure, sending, before) in table {
            assert_eq!(sent_or_not(failure.clone()), sending, "{failure:?}");
            assert_eq!(not_sent(failure.clone()), before, "{failure:?}");
        }
        let dead = [
            (refused(403, 50_007), "this person takes no direct messages from the bot"),
            (refused(403, 50_278), "this person takes no direct messages from the bot"),
            (refused(403, 50_013), "the bot may not write there (error 50013)"),
            (refused(404, 10_003), "its target is gone"),
            (refused(400, 50_033), "its target is gone"),
            (Failure::Refused(reference), "its target is gone"),
            (refused(400, 50_083), "the thread is archived or locked"),
            (refused(403, 160_005), "the thread is archived or locked"),
            (refused(400, 50_035), "refused (400, error 50035)"),
        ];
        for (failure, words) in dead {
            for outcome in [sent_or_not(failure.clone()), not_sent(failure.clone())] {
                let Outcome::Dead(trouble) = outcome else { panic!("{failure:?}: {outcome:?}") };
                assert_eq!(trouble.to_string(), words, "{failure:?}");
            }
        }
    }

    #[test]
    fn what_passes_by_itself_is_tried_again() {
        let passing = |trouble, tries| Outcome::Passing { trouble, tries };
        let later = |trouble| Outcome::Later { trouble, after: None };
        let table = [
            (refused(404, 10_008), passing(Trouble::Gone, 6)),
            (refused(403, 40_058), passing(Trouble::NotAllowed(40_058), 7)),
            (refused(403, 40_003), passing(Trouble::RateLimited, 9)),
            (refused(400, 40_003), passing(Trouble::RateLimited, 9)),
            (refused(403, 50_001), passing(Trouble::NotAllowed(50_001), 3)),
            (refused(400, 160_006), later(Trouble::Refused(400, 160_006))),
            (refused(400, 30_034), later(Trouble::Refused(400, 30_034))),
        ];
        for (failure, expected) in table {
            assert_eq!(sent_or_not(failure.clone()), expected, "{failure:?}");
            assert_eq!(not_sent(failure.clone()), expected, "{failure:?}");
        }
    }
}
