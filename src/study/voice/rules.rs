//! Stays in study voice channels: what follows from what Discord tells (pure).

use jiff::{SignedDuration, Timestamp};

use crate::time;

/// Who is away for less than this has not left.
pub const GRACE: SignedDuration = SignedDuration::from_mins(3);
/// Without a sign for longer than this, nobody knows when they left: they count up to the last sign.
const BLIND: SignedDuration = SignedDuration::from_mins(3);
/// A sign that is younger need not be written again.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// Somebody in a study voice channel, or just out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// Of which server.
    pub guild: u64,
    /// In which channel.
    pub channel: u64,
    /// When its timer was started; none if another ran already.
    pub began: Option<Timestamp>,
    /// The last sign that they are there.
    pub seen: Timestamp,
    /// When they left.
    pub gone: Option<Timestamp>,
    /// Whether they left while Cairn could not see it.
    pub unseen: bool,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing that is not known already.
    Nothing,
    /// A stay begins.
    Begin,
    /// The one that was is over, and another begins.
    EndAndBegin,
    /// It goes on like this.
    On(Stay),
    /// They have left, and the stay is this now.
    Left(Stay),
}

impl Stay {
    /// When it is over, unless they come back before.
    pub fn over(&self) -> Option<Timestamp> {
        self.gone.map(|gone| time::after(gone, GRACE))
    }

    /// Whether it is over.
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.over().is_some_and(|over| over <= at)
    }

    /// The same, left: now, or at the last sign if that is long ago.
    pub fn left(&self, now: Timestamp) -> Self {
        let unseen = now.duration_since(self.seen) > BLIND;
        Self { gone: Some(if unseen { self.seen } else { now }), unseen, ..self.clone() }
    }
}

/// What follows when somebody is in this study voice channel of a server, or in none of them.
pub fn step(stay: Option<&Stay>, guild: u64, channel: Option<u64>, now: Timestamp) -> Step {
    match (stay, channel) {
        (None, None) => Step::Nothing,
        (None, Some(_)) => Step::Begin,
        (Some(stay), Some(_)) if stay.is_over(now) => Step::EndAndBegin,
        (Some(stay), Some(channel)) => {
            let is_same = stay.guild == guild && stay.channel == channel && stay.gone.is_none();
            if is_same && now.duration_since(stay.seen).abs() < FRESH {
                return Step::Nothing;
            }
            Step::On(Stay { guild, channel, seen: now, gone: None, unseen: false, ..stay.clone() })
        }
        // Elsewhere they are somewhere else: Discord tells of the old server and of the new one, in any order.
        (Some(stay), None) if stay.guild != guild || stay.gone.is_some() => Step::Nothing,
        (Some(stay), None) => Step::Left(stay.left(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-16T{text}Z").parse().expect("an instant")
    }

    /// In channel 1 of server 7 since ten, seen at half past, and gone then.
    fn stay(gone: Option<&str>) -> Stay {
        let (began, seen) = (Some(at("10:00:00")), at("10:30:00"));
        Stay { guild: 7, channel: 1, began, seen, gone: gone.map(at), unseen: false }
    }

    #[test]
    fn what_is_told_has_its_step() {
        let on = |channel, seen| Step::On(Stay { channel, seen: at(seen), ..stay(None) });
        let left = |gone: &str, unseen| Step::Left(Stay { unseen, ..stay(Some(gone)) });
        let elsewhere = Step::On(Stay { guild: 8, channel: 5, seen: at("10:30:30"), ..stay(None) });
        for (was, guild, channel, now, then) in [
            (None, 7, None, "10:00:00", Step::Nothing),
            (None, 7, Some(1), "10:00:00", Step::Begin),
            // Muted, told twice, told again after the clock was set back a little.
            (Some(None), 7, Some(1), "10:30:30", Step::Nothing),
            (Some(None), 7, Some(1), "10:29:30", Step::Nothing),
            (Some(None), 7, Some(1), "10:31:00", on(1, "10:31:00")),
            (Some(None), 7, Some(1), "22:00:00", on(1, "22:00:00")),
            (Some(None), 7, Some(1), "09:00:00", on(1, "09:00:00")),
            (Some(None), 7, Some(2), "10:30:30", on(2, "10:30:30")),
            // They leave: seen, or only seen to be gone.
            (Some(None), 7, None, "10:30:30", left("10:30:30", false)),
            (Some(None), 7, None, "10:33:00", left("10:33:00", false)),
            (Some(None), 7, None, "10:33:01", left("10:30:00", true)),
            (Some(None), 7, None, "09:00:00", left("09:00:00", false)),
            // They have left: told twice, back in time, back too late.
            (Some(Some("10:40:00")), 7, None, "10:41:00", Step::Nothing),
            (Some(Some("10:40:00")), 7, Some(1), "10:42:59", on(1, "10:42:59")),
            (Some(Some("10:40:00")), 7, Some(2), "10:42:59", on(2, "10:42:59")),
            (Some(Some("10:40:00")), 7, Some(1), "10:43:00", Step::EndAndBegin),
            (Some(Some("10:40:00")), 7, Some(1), "23:00:00", Step::EndAndBegin),
            // Another server: its leaves are not of this stay, its channels are.
            (Some(None), 8, None, "10:30:30", Step::Nothing),
            (Some(None), 8, Some(5), "10:30:30", elsewhere),
            (Some(Some("10:40:00")), 8, None, "10:41:00", Step::Nothing),
            (Some(Some("10:40:00")), 8, Some(5), "10:50:00", Step::EndAndBegin),
        ] {
            let was: Option<Stay> = was.map(stay);
            assert_eq!(step(was.as_ref(), guild, channel, at(now)), then, "{was:?} {guild} {channel:?} {now}");
        }
    }

    #[test]
    fn it_is_over_three_minutes_after_they_left() {
        for (gone, now, over) in [
            (None, "23:00:00", false),
            (Some("10:40:00"), "10:39:00", false),
            (Some("10:40:00"), "10:42:59", false),
            (Some("10:40:00"), "10:43:00", true),
        ] {
            assert_eq!(stay(gone).is_over(at(now)), over, "{gone:?} {now}");
        }
        // The ends of time are no panic.
        let edge = Stay { seen: Timestamp::MAX, gone: Some(Timestamp::MAX), ..stay(None) };
        assert!(edge.is_over(Timestamp::MAX) && !edge.is_over(Timestamp::MIN));
        assert_eq!(edge.left(Timestamp::MIN).gone, Some(Timestamp::MIN));
        assert!(Stay { seen: Timestamp::MIN, ..stay(None) }.left(Timestamp::MAX).unseen);
    }

    #[test]
    fn whatever_is_told_twice_is_told_once() {
        for channel in [None, Some(1), Some(2)] {
            for was in [None, Some(stay(None)), Some(stay(Some("10:40:00")))] {
                let (now, again) = (at("10:41:00"), at("10:41:01"));
                let then = match step(was.as_ref(), 7, channel, now) {
                    Step::Nothing => was.clone(),
                    Step::On(stay) | Step::Left(stay) => Some(stay),
                    Step::Begin | Step::EndAndBegin => channel.map(|channel| Stay { channel, seen: now, ..stay(None) }),
                };
                assert_eq!(step(then.as_ref(), 7, channel, again), Step::Nothing, "{was:?} {channel:?}");
            }
        }
    }
}
