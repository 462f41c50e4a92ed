//! Pages whose facts must be checked again: a job for moderators.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::{Front, Page, sql};
use crate::Result;
use crate::store::Store;

/// How long a check of a page's facts is valid, in days.
pub(super) const CHECKED_DAYS: i64 = 180;

/// A page whose facts must be checked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Its slug.
    pub page: String,
    /// Its title.
    pub title: String,
    /// When its facts were last checked.
    pub reviewed: Date,
    /// The date since which a check is due.
    pub since: Date,
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, title, reviewed, since } = self;
        write!(f, "{title} ({page}): due since {since}, last checked on {reviewed}")
    }
}

/// The pages that are due at `now`, the longest due first.
pub async fn due(store: &Store, now: Timestamp) -> Result<Vec<Due>> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let sources = sql::sources(&mut *store.read().await?).await?;
    let fronts = sources.iter().filter_map(|(_, source)| Some(Page::parse(source).ok()?.front));
    let mut due: Vec<Due> = fronts.filter_map(|front| is_due(&front, today)).collect();
    due.sort_by(|a, b| (a.since, &a.page).cmp(&(b.since, &b.page)));
    Ok(due)
}

/// The entry for a page, if it is due (pure). The page's own review date no longer counts once the page was checked
/// after it.
fn is_due(front: &Front, today: Date) -> Option<Due> {
    let usual = front.reviewed.saturating_add(CHECKED_DAYS.days());
    let own = front.review.filter(|review| *review > front.reviewed);
    let since = own.map_or(usual, |own| own.min(usual));
    let due = || Due { page: front.slug.clone(), title: front.title.clone(), reviewed: front.reviewed, since };
    (since <= today).then(due)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_page_is_due_after_half_a_year_or_on_its_own_date() {
        let front = |reviewed: &str, review: &str| {
            let review = if review.is_empty() { String::new() } else { format!("review: {review}\n") };
            let source = format!("---\nslug: p\ntitle: P\nsummary: S.\nreviewed: {reviewed}\n{review}---\nText.\n");
            Page::parse(&source).expect("a page").front
        };
        for (reviewed, review, since) in [
            ("2026-11-21", "", None),
            ("2026-06-02", "", Some(date(2026, 11, 29))),
            ("2026-06-03", "", None),
            ("2026-11-21", "2026-11-29", Some(date(2026, 11, 29))),
            ("2026-11-21", "2026-12-01", None),
            ("2026-11-21", "2026-11-01", None),
            ("2026-01-01", "2027-01-01", Some(date(2026, 6, 30))),
        ] {
            let found = is_due(&front(reviewed, review), date(2026, 11, 29));
            assert_eq!(found.map(|due| due.since), since, "{reviewed} {review}");
        }
        assert!(Page::parse("---\nslug: p\ntitle: P\nsummary: S.\nreviewed: 2026-01-01\nreview: soon\n---\n").is_err());
    }
}
