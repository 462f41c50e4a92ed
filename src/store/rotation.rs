//! Decides which copies of the database are kept (pure), and names them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The newest copies that are kept in any case.
pub const NEWEST: usize = 8;
/// For how many days with copies the newest copy is kept.
pub const DAYS: usize = 14;

/// The parts of a copy's name.
const BEFORE: &str = "cairn-";
const AFTER: &str = ".db";
const SHAPE: &str = "%Y-%m-%dT%H%M%SZ";

/// The name of a copy made at `at`: `cairn-2026-11-29T180000Z.db`.
pub fn name(at: Timestamp) -> String {
    format!("{BEFORE}{}{AFTER}", at.strftime(SHAPE))
}

/// When the copy with this name was made; `None` if this is not a copy's name.
pub fn made_at(name: &str) -> Option<Timestamp> {
    let middle = name.strip_prefix(BEFORE)?.strip_suffix(AFTER)?;
    let at = jiff::civil::DateTime::strptime(SHAPE.trim_end_matches('Z'), middle.strip_suffix('Z')?).ok()?;
    TimeZone::UTC.to_timestamp(at).ok()
}

/// The copies to delete at `now`. Kept are the [`NEWEST`] copies and the newest copy of each of the last [`DAYS`] days
/// that have one. A copy from the future was made by a wrong clock, so it is deleted.
pub fn superfluous(copies: &[Timestamp], now: Timestamp) -> Vec<Timestamp> {
    let mut newest_first: Vec<Timestamp> = copies.iter().copied().filter(|at| *at <= now).collect();
    newest_first.sort_unstable_by(|a, b| b.cmp(a));
    let mut kept: BTreeSet<Timestamp> = newest_first.iter().copied().take(NEWEST).collect();
    let mut days: BTreeSet<Date> = BTreeSet::new();
    for at in newest_first {
        if days.len() < DAYS && days.insert(TimeZone::UTC.to_datetime(at).date()) {
            kept.insert(at);
        }
    }
    copies.iter().copied().filter(|at| !kept.contains(at)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_read_back() {
        let at: Timestamp = "2026-11-29T18:00:05Z".parse().unwrap();
        assert_eq!(name(at), "cairn-2026-11-29T180005Z.db");
        assert_eq!(made_at(&name(at)), Some(at));
        for other in
            ["cairn.db", "cairn-mine.db", "cairn-2026-11-29T180005Z.db.123.part", "cairn-2026-02-30T000000Z.db"]
        {
            assert_eq!(made_at(other), None, "{other}");
        }
    }

    #[test]
    fn a_month_of_copies_every_six_hours() {
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let copies: Vec<_> = (0..120).map(|n| start + SignedDuration::from_hours(6 * n)).collect();
        let now = copies[119];
        let gone = superfluous(&copies, now);
        // Two days with four copies each, and twelve days with one.
        assert_eq!(copies.len() - gone.len(), 20);
        assert!(!gone.contains(&now));
        assert!(superfluous(&[now + SignedDuration::from_hours(1)], now).len() == 1);
    }

    proptest! {
        #[test]
        fn enough_is_kept_and_no_more(hours in prop::collection::btree_set(0i64..2_000, 0..200)) {
            let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
            let copies: Vec<_> = hours.iter().map(|n| start + SignedDuration::from_hours(*n)).collect();
            let now = start + SignedDuration::from_hours(2_000);
            let gone = superfluous(&copies, now);
            let kept: Vec<_> = copies.iter().filter(|at| !gone.contains(at)).collect();
            prop_assert!(kept.len() <= NEWEST + DAYS);
            prop_assert!(kept.len() >= copies.len().min(NEWEST));
            prop_assert_eq!(kept.last().copied(), copies.last());
            // A second run removes nothing.
            let kept: Vec<_> = kept.into_iter().copied().collect();
            prop_assert!(superfluous(&kept, now).is_empty());
        }
    }
}
