//! Who fits whom: what keeps two people apart, and how well the others go together.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::week::Week;
use crate::store::PersonId;
use crate::triage::Track;

/// Study time that two people must share, in minutes a week.
pub const SHARED: u32 = 120;
/// How long a pair does not come again.
pub const APART: SignedDuration = SignedDuration::from_hours(8 * 7 * 24);
/// Attendance that is still alike: a difference of so many points of a hundred.
pub const ALIKE: u8 = 40;
/// More shared time than this does not make a better pair, in minutes a week.
const PLENTY: u32 = 600;
/// Points of a pair on the same track; the others are on neighbouring ones.
const SAME_TRACK: u32 = 200;
/// Points lost for each point of difference in attendance.
const UNLIKE: u32 = 5;

/// Somebody who waits for a buddy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeker {
    /// The person's number.
    pub who: PersonId,
    /// Their track.
    pub track: Track,
    /// When they study.
    pub week: Week,
    /// How many of their last 28 days were met, of a hundred; none for somebody new, who is like everybody.
    pub attendance: Option<u8>,
    /// Since when they wait.
    pub since: Timestamp,
    /// Whether their last buddy went silent or left: they go first.
    pub first: bool,
    /// Buddies they had, and when each last was one.
    pub past: Vec<(PersonId, Timestamp)>,
    /// People they blocked.
    pub blocked: BTreeSet<PersonId>,
}

/// How well two people go together, 1–1,000; none if they must not be paired.
pub fn fit(a: &Seeker, b: &Seeker, now: Timestamp) -> Option<u32> {
    let shared = a.week.shared(b.week).minutes();
    let unlike = match (a.attendance, b.attendance) {
        (Some(a), Some(b)) => a.abs_diff(b),
        _ => 0,
    };
    let allowed = a.who != b.who && near(a.track, b.track) && shared >= SHARED && unlike <= ALIKE;
    if !allowed || is_apart(a, b, now) || is_apart(b, a, now) {
        return None;
    }
    let same = if a.track == b.track { SAME_TRACK } else { 0 };
    Some(shared.min(PLENTY) + same + u32::from(ALIKE - unlike) * UNLIKE)
}

/// Whether `a` has blocked `b`, or was their buddy not long ago.
fn is_apart(a: &Seeker, b: &Seeker, now: Timestamp) -> bool {
    let recent = |(who, until): &(PersonId, Timestamp)| *who == b.who && now.duration_since(*until) < APART;
    a.blocked.contains(&b.who) || a.past.iter().any(recent)
}

/// The same track or a neighbouring one. People at school stay among themselves; of the others, hackers and
/// researchers are neighbours of engineers, not of each other.
pub fn near(a: Track, b: Track) -> bool {
    use Track::{Engineer, HighSchool};
    a == b || (a != HighSchool && b != HighSchool && (a == Engineer || b == Engineer))
}
