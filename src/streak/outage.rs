//! Outages of the bot, and the days that they cover (rule 10).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// The shortest outage that is recorded.
pub const SHORTEST_OUTAGE: SignedDuration = SignedDuration::from_mins(5);
/// The last part of a day, when people log.
const EVENING: SignedDuration = SignedDuration::from_hours(6);
/// An overlap with the evening that covers the day.
const IN_EVENING: SignedDuration = SignedDuration::from_mins(30);
/// An overlap with the whole day that covers it.
const IN_ALL: SignedDuration = SignedDuration::from_hours(3);

/// All recorded outages together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outages {
    /// Their union: sorted and disjoint.
    spans: Vec<(Timestamp, Timestamp)>,
    /// The number and the start of each outage, in the order of recording.
    recorded: Vec<(usize, Timestamp)>,
}

impl Outages {
    /// Records at `at` that the bot was down.
    ///
    /// # Errors
    /// Refused if the outage is shorter than 5 min (or backwards), or ends after `at`.
    pub fn record(&mut self, at: Timestamp, from: Timestamp, to: Timestamp) -> Result<(), Refusal> {
        // Each outage must be long enough by itself, before the union.
        if to > at || to.duration_since(from) < SHORTEST_OUTAGE {
            return Err(Refusal::Outage);
        }
        self.add_numbered(self.last() + 1, from, to);
        Ok(())
    }

    /// Adds an outage that was accepted before, with its number. The caller may leave out outages only if the fold has
    /// seen them and they ended before the stored days.
    pub fn add_numbered(&mut self, number: usize, from: Timestamp, to: Timestamp) {
        let first = self.spans.partition_point(|span| span.1 < from);
        let last = self.spans.partition_point(|span| span.0 <= to);
        let joined = self.spans[first..last].iter().fold((from, to), |a, b| (a.0.min(b.0), a.1.max(b.1)));
        self.spans.splice(first..last, [joined]);
        self.recorded.push((number, from));
    }

    /// The number of the last outage; 0 if there is none.
    pub fn last(&self) -> usize {
        self.recorded.last().map_or(0, |(number, _)| *number)
    }

    /// The earliest start of the outages with a number above `seen`.
    pub fn earliest_since(&self, seen: usize) -> Option<Timestamp> {
        self.recorded.iter().filter(|(number, _)| *number > seen).map(|(_, from)| *from).min()
    }

    /// Whether the outages cover an unmet day.
    pub fn cover(&self, begin: Timestamp, end: Timestamp) -> bool {
        let evening = end.saturating_sub(EVENING).map_or(begin, |evening| evening.max(begin));
        self.overlap(evening, end) >= IN_EVENING || self.overlap(begin, end) >= IN_ALL
    }

    fn overlap(&self, begin: Timestamp, end: Timestamp) -> SignedDuration {
        let first = self.spans.partition_point(|span| span.1 <= begin);
        let spans = self.spans[first..].iter().take_while(|span| span.0 < end);
        spans.map(|span| span.1.min(end).duration_since(span.0.max(begin))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).expect("within the calendar")
    }

    fn with(gaps: &[(i64, i64)]) -> Outages {
        let mut outages = Outages::default();
        for gap in gaps {
            outages.record(at(100_000), at(gap.0), at(gap.1)).expect("it is granted");
        }
        outages
    }

    #[test]
    fn short_backward_and_unfinished_gaps_are_refused() {
        let mut outages = Outages::default();
        for (from, to) in [(0, 4), (10, 5), (0, 101)] {
            assert_eq!(outages.record(at(100), at(from), at(to)), Err(Refusal::Outage));
        }
        assert_eq!(outages, Outages::default());
        assert_eq!(outages.record(at(100), at(95), at(100)), Ok(()));
    }

    #[test]
    fn overlaps_count_once_and_gaps_add_up() {
        let day = (at(0), at(24 * 60));
        // 29 minutes in the evening do not cover the day; 30 do, also from several outages.
        assert!(!with(&[(1410, 1439)]).cover(day.0, day.1));
        assert!(with(&[(1410, 1440)]).cover(day.0, day.1));
        assert!(!with(&[(1400, 1420), (1410, 1429)]).cover(day.0, day.1));
        assert!(with(&[(1400, 1420), (1410, 1425), (1300, 1305)]).cover(day.0, day.1));
        // The evening is the last six hours. Outside it, three hours in all are needed.
        assert!(!with(&[(1040, 1109)]).cover(day.0, day.1));
        assert!(with(&[(1040, 1110)]).cover(day.0, day.1));
        assert!(!with(&[(0, 179)]).cover(day.0, day.1));
        assert!(with(&[(0, 100), (200, 280)]).cover(day.0, day.1));
        assert!(!with(&[(0, 100), (50, 150), (200, 229)]).cover(day.0, day.1));
        // Time outside the day does not count.
        assert!(!with(&[(-500, 20), (1420, 2000)]).cover(day.0, day.1));
        // An empty day overlaps nothing.
        assert!(!with(&[(-500, 2000)]).cover(day.0, day.0));
    }

    #[test]
    fn any_order_gives_the_same_union() {
        let gaps = [(0, 10), (10, 20), (30, 40), (35, 60), (5, 12), (100, 130)];
        let mut turned = gaps;
        turned.reverse();
        assert_eq!(with(&gaps).spans, with(&turned).spans);
        assert_eq!(with(&gaps).spans, [(at(0), at(20)), (at(30), at(60)), (at(100), at(130))]);
    }
}
