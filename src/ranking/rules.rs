//! The ranking of a week in bands, and the totals of a group.
//!
//! Only timers count, at most six hours a day. Minutes logged by hand would make it a contest in writing.

use std::fmt;

use crate::store::PersonId;
use crate::text::list;
use crate::time::format::minutes as time;

/// The fewest people for a total.
pub const GROUP: usize = 5;
/// The most timer minutes that count on a day.
pub const A_DAY: u16 = 360;
/// The lowest hours of each band, highest band first.
const BANDS: [u32; 5] = [20, 10, 5, 2, 0];

/// One person's week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The person's number.
    pub who: PersonId,
    /// The timer minutes of each day.
    pub days: [u16; 7],
    /// Whether the person wants to be in the ranking.
    pub opted_in: bool,
    /// Whether the person is at school. Such people are never ranked.
    pub school: bool,
}

/// A band of the ranking. Everybody in it is equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// The lowest hours (inclusive).
    pub from: u32,
    /// The upper limit in hours (exclusive); `None` for the highest band.
    pub below: Option<u32>,
    /// The people in it, sorted by number, not by minutes.
    pub who: Vec<PersonId>,
}

/// The non-empty bands of a week, highest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking(Vec<Band>);

/// A ranking as one person sees it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a>(&'a Ranking, PersonId);

impl Entry {
    /// The minutes that count.
    pub fn minutes(&self) -> u32 {
        self.days.iter().map(|minutes| u32::from(*minutes.min(&A_DAY))).sum()
    }
}

impl Ranking {
    /// The ranking of a week; `None` if fewer than five people want one and have studied.
    pub fn of(entries: &[Entry]) -> Option<Self> {
        let ranked: Vec<&Entry> = entries.iter().filter(|e| e.opted_in && !e.school && e.minutes() > 0).collect();
        let above = std::iter::once(None).chain(BANDS.map(Some));
        let band = |(from, below): (u32, Option<u32>)| {
            let within = |entry: &&&Entry| {
                let hours = entry.minutes() / 60;
                hours >= from && below.is_none_or(|below| hours < below)
            };
            let mut who: Vec<PersonId> = ranked.iter().filter(within).map(|entry| entry.who).collect();
            who.sort_unstable();
            Band { from, below, who }
        };
        let bands = BANDS.into_iter().zip(above).map(band).filter(|band| !band.who.is_empty());
        (ranked.len() >= GROUP).then(|| Self(bands.collect()))
    }

    /// The non-empty bands, highest first.
    pub fn bands(&self) -> &[Band] {
        &self.0
    }

    /// The ranking as a person sees it.
    pub fn seen_by(&self, who: PersonId) -> Seen<'_> {
        Seen(self, who)
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.below) {
            (from, None) => write!(f, "{from} h and more"),
            (0, Some(below)) => write!(f, "up to {below} h"),
            (from, Some(below)) => write!(f, "{from} to {below} h"),
        }
    }
}

impl fmt::Display for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "**This week by timer**")?;
        for band in self.0.bands() {
            let people = if band.who.len() == 1 { "1 person".to_owned() } else { format!("{} people", band.who.len()) };
            let you = if band.who.contains(&self.1) { ", you among them" } else { "" };
            write!(f, "\n- {band}: {people}{you}")?;
        }
        Ok(())
    }
}

/// A community's totals for a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    people: usize,
    minutes: u32,
    met: usize,
}

impl Together {
    /// The totals of people's weeks, each with its minutes and met days; `None` for fewer than five people.
    pub fn of(weeks: &[(u32, usize)]) -> Option<Self> {
        let minutes = weeks.iter().map(|week| week.0).fold(0, u32::saturating_add);
        let met = weeks.iter().map(|week| week.1).sum();
        (weeks.len() >= GROUP).then_some(Self { people: weeks.len(), minutes, met })
    }
}

impl fmt::Display for Together {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { people, minutes, met } = *self;
        write!(f, "{people} people studied {} this week and met {}.", time(minutes), list::count(met as u64, "day"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(who: i64, minutes: u16) -> Entry {
        Entry { who: PersonId(who), days: [minutes, 0, 0, 0, 0, 0, 0], opted_in: true, school: false }
    }

    #[test]
    fn rankings_have_bands_and_five_people() {
        let mut all = vec![entry(5, 90), entry(2, 60), entry(3, 119), entry(4, 300), entry(1, 0)];
        assert_eq!(Ranking::of(&all), None);
        all.push(Entry { opted_in: false, ..entry(6, 300) });
        all.push(Entry { school: true, ..entry(7, 300) });
        assert_eq!(Ranking::of(&all), None);
        // Of sixteen hours a day, six count, for seven days.
        all.push(Entry { days: [960; 7], ..entry(8, 0) });
        assert_eq!(all.last().map(Entry::minutes), Some(42 * 60));
        let ranking = Ranking::of(&all).expect("five people");
        let bands: Vec<_> =
            ranking.bands().iter().map(|band| band.who.iter().map(|who| who.0).collect::<Vec<_>>()).collect();
        assert_eq!(bands, [vec![8], vec![4], vec![2, 3, 5]]);
        insta::assert_snapshot!(ranking.seen_by(PersonId(3)), @r#"
        **This week by timer**
        - 20 h and more: 1 person
        - 5 to 10 h: 1 person
        - up to 2 h: 3 people, you among them
        "#);
        assert!(!ranking.seen_by(PersonId(7)).to_string().contains("you"));
    }

    #[test]
    fn a_community_is_spoken_of_from_five_people_on() {
        assert_eq!(Together::of(&[(60, 1); 4]), None);
        insta::assert_snapshot!(Together::of(&[(65, 1); 5]).expect("five people"), @"5 people studied 5 h 25 min this week and met 5 days.");
    }
}
