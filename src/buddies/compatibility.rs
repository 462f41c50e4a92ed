//! Which people may be paired, and how well a pair fits.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::week::Week;
use crate::store::PersonId;
use crate::triage::Track;

/// The shared study time that a pair needs, in minutes a week.
pub const SHARED: u32 = 120;
/// How long the same two people are not paired again.
pub const APART: SignedDuration = SignedDuration::from_hours(8 * 7 * 24);
/// The largest allowed difference in attendance, in percentage points.
pub const ALIKE: u8 = 40;
/// More shared time than this does not improve a pair, in minutes a week.
const PLENTY: u32 = 600;
/// The bonus for a pair on the same track instead of neighbouring ones.
const SAME_TRACK: u32 = 200;
/// The bonus lost for each percentage point of difference in attendance.
const UNLIKE: u32 = 5;

/// A person who waits for a buddy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeker {
    /// The person's number.
    pub who: PersonId,
    /// Their track.
    pub track: Track,
    /// When they study.
    pub week: Week,
    /// The percentage of met days in the last 28 days. `None` for a newcomer, who fits any attendance.
    pub attendance: Option<u8>,
    /// When the wait began.
    pub since: Timestamp,
    /// Whether their last buddy left or did not answer. Such people go first.
    pub first: bool,
    /// Former buddies, and until when each was one.
    pub past: Vec<(PersonId, Timestamp)>,
    /// The people that they blocked.
    pub blocked: BTreeSet<PersonId>,
}

/// How well two people fit, 1–1,000; `None` if they must not be paired.
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

/// Whether `a` has blocked `b`, or was recently their buddy.
fn is_apart(a: &Seeker, b: &Seeker, now: Timestamp) -> bool {
    let recent = |(who, until): &(PersonId, Timestamp)| *who == b.who && now.duration_since(*until) < APART;
    a.blocked.contains(&b.who) || a.past.iter().any(recent)
}

/// Whether two tracks are the same or neighbours. People at school are paired only with each other. Hackers and
/// researchers are neighbours of engineers, but not of each other.
pub fn near(a: Track, b: Track) -> bool {
    use Track::{Engineer, HighSchool};
    a == b || (a != HighSchool && b != HighSchool && (a == Engineer || b == Engineer))
}
