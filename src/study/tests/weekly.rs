//! What comes once a week, or once a run: recap, ranking, milestones.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::super::ledger::Line;
use super::super::milestones::{MARKS, Milestone, Told};
use super::super::outage::Outages;
use super::super::person::{Act, Person};
use super::super::ranking::{Entry, Ranking, Together};
use super::super::recap::{Buddies, Next, Recap, best_hour};
use super::super::streak::DayState;
use super::super::zone::Zone;

fn week(days: [(u16, DayState); 7]) -> Vec<Line> {
    let line = |(day, (minutes, state)): (i8, (u16, DayState))| Line { date: date(2026, 11, 16 + day), state, minutes };
    (0..).zip(days).map(line).collect()
}

#[test]
fn recaps() {
    use DayState::{Frozen, Met, Missed, Rest, ShownUp};
    let good = Recap {
        best_hour: Some(23),
        buddies: Some(Buddies { others: 1, since: date(2026, 11, 2) }),
        next: Next::Section("Gradients".into(), "https://e.org/maths#gradients".into()),
        ..Recap::of(
            &week([(120, Met), (130, Met), (0, Frozen), (125, Met), (60, ShownUp), (0, Rest), (240, Met)]),
            4,
            1,
        )
    };
    insta::assert_snapshot!(good, @r#"
    **Your week:** 11 h 15 min of study, 4 days met and 1 more with some minutes.
    - You studied most between 23:00 and 00:00.
    - Your streak stands at 4 days.
    - You hold 1 freeze for days when life gets in the way.
    - You have had a study buddy since Monday 2 November. Say hello with `/study buddy`.

    Next in your plan: [Gradients](https://e.org/maths#gradients).
    "#);
    let little = Recap {
        next: Next::Time("tomorrow at 19:00".into()),
        ..Recap::of(
            &week([(25, ShownUp), (0, Missed), (0, Missed), (0, Missed), (0, Missed), (0, Missed), (0, Missed)]),
            0,
            2,
        )
    };
    insta::assert_snapshot!(little, @r#"
    **Your week:** 25 min of study, on 1 day.
    - You hold 2 freezes for days when life gets in the way.

    Your next study time: tomorrow at 19:00.
    "#);
    let none = Recap {
        buddies: Some(Buddies { others: 2, since: date(2026, 11, 16) }),
        ..Recap::of(&week([(0, Missed); 7]), 0, 0)
    };
    insta::assert_snapshot!(none, @r#"
    **A new week begins.** Ten minutes today are a good start.
    - You have had study buddies since Monday 16 November. Say hello with `/study buddy`.

    Next: pick one section of your guide, and give it ten minutes.
    "#);
}

#[test]
fn the_best_hour_is_on_the_persons_clock() {
    let berlin = Zone::named("Europe/Berlin").expect("a zone");
    let time = |from: &str, until: &str| (from.parse().expect("an instant"), until.parse().expect("an instant"));
    assert_eq!(best_hour(&[], &berlin), None);
    assert_eq!(best_hour(&[time("2026-11-16T18:00:00Z", "2026-11-16T18:04:00Z")], &berlin), None);
    assert_eq!(best_hour(&[time("2026-11-16T18:30:00Z", "2026-11-16T20:30:00Z")], &berlin), Some(20));
    let two =
        [time("2026-11-16T18:00:00Z", "2026-11-16T18:40:00Z"), time("2026-11-17T06:00:00Z", "2026-11-17T06:40:00Z")];
    assert_eq!(best_hour(&two, &berlin), Some(7));
    // 02:00 to 03:00 comes twice that night.
    assert_eq!(best_hour(&[time("2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z")], &berlin), Some(2));
    // Backwards and endless ones do no harm.
    assert_eq!(best_hour(&[time("2026-10-25T04:00:00Z", "2026-10-24T22:00:00Z")], &berlin), None);
    assert_eq!(best_hour(&[time("0001-01-01T00:00:00Z", "9990-01-01T00:00:00Z")], &berlin), Some(0));
}

/// Somebody in Berlin who logs two hours on each of some dates, and what they are told at each.
struct Student {
    person: Person,
    told: Told,
}

impl Student {
    fn joined() -> Self {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        Self { person: Person::join(noon(1), berlin, 4, 120, 0).expect("granted"), told: Told::default() }
    }

    /// Does something on a day of January, and is told of a mark or not.
    fn does(&mut self, day: i8, act: &Act) -> Option<u32> {
        self.person.apply(noon(day), act, 0).expect("granted");
        let view = self.person.view(noon(day), &Outages::default());
        self.told.reach(self.person.ledger(), &view).map(|milestone| milestone.0)
    }

    fn logs(&mut self, day: i8) -> Option<u32> {
        self.does(day, &Act::Log { minutes: 120, for_date: None })
    }
}

fn noon(day: i8) -> Timestamp {
    let date = date(2026, 1, 1) + i64::from(day - 1).days();
    format!("{date}T12:00:00Z").parse().expect("an instant")
}

#[test]
fn milestones_come_once_a_run() {
    let mut ann = Student::joined();
    assert_eq!([1, 2, 3].map(|day| ann.logs(day)), [None, None, Some(3)]);
    // Taken back and logged again, on the same day and on the next.
    assert_eq!(ann.does(3, &Act::Undo), None);
    assert_eq!(ann.logs(3), None);
    assert_eq!(ann.does(4, &Act::Log { minutes: 10, for_date: None }), None);
    assert_eq!(ann.logs(4), None);
    // Two days are frozen, the third ends the run; the next run has its own mark.
    assert_eq!([8, 9, 10].map(|day| ann.logs(day)), [None, None, Some(3)]);
    assert_eq!([11, 12, 13].map(|day| ann.logs(day)), [None, None, None]);
    assert_eq!([14, 15].map(|day| ann.logs(day)), [Some(7), None]);
}

#[test]
fn a_late_log_that_joins_two_runs_tells_the_highest_mark() {
    let mut ann = Student::joined();
    let first: Vec<_> = (1..=6).map(|day| ann.logs(day)).collect();
    assert_eq!(first, [None, None, Some(3), None, None, None]);
    // The 7th and 8th are frozen, the 9th is not, and is logged late.
    assert_eq!(ann.logs(10), None);
    let late = |day: i8| Act::Log { minutes: 120, for_date: Some(date(2026, 1, day)) };
    assert_eq!(ann.does(11, &late(9)), Some(7));
    // That is taken back, and done again.
    assert_eq!(ann.does(11, &Act::Undo), None);
    assert_eq!(ann.does(11, &late(9)), None);
    let stored = serde_json::to_string(&ann.told).expect("JSON");
    assert_eq!(serde_json::from_str::<Told>(&stored).expect("the same"), ann.told);
    insta::assert_snapshot!(MARKS.map(|mark| Milestone(mark).to_string()).join("\n"), @r#"
    **3 study days in one streak.** That is how a habit begins.
    **7 study days in one streak.** Well done. The next mark is 14, and there is no hurry.
    **14 study days in one streak.** Well done. The next mark is 30, and there is no hurry.
    **30 study days in one streak.** Well done. The next mark is 50, and there is no hurry.
    **50 study days in one streak.** Well done. The next mark is 100, and there is no hurry.
    **100 study days in one streak.** Well done. The next mark is 365, and there is no hurry.
    **365 study days in one streak.** A year of study days: thank you for staying with us.
    "#);
}

#[test]
fn a_year_tells_each_mark_once_also_when_days_are_let_go() {
    let mut ann = Student::joined();
    let start = noon(1);
    let mut told = Vec::new();
    for day in 0..370_i64 {
        let at = start + jiff::SignedDuration::from_hours(24 * day);
        ann.person.apply(at, &Act::Log { minutes: 120, for_date: None }, 0).expect("granted");
        let view = ann.person.view(at, &Outages::default());
        told.extend(ann.told.reach(ann.person.ledger(), &view).map(|milestone| (day + 1, milestone.0)));
        ann.person.trim();
    }
    assert_eq!(told, MARKS.map(|mark| (i64::from(mark), mark)));
}

proptest! {
    /// Whatever is taken back and logged again, between two tellings of a mark a day has ended the run.
    #[test]
    fn no_milestone_twice_in_a_run(days in proptest::collection::vec((0_u8..4, 0_u8..3), 1..60)) {
        let mut ann = Student::joined();
        let mut told: Vec<(u32, Date)> = Vec::new();
        let log = Act::Log { minutes: 120, for_date: None };
        for (day, (skips, undone)) in (0_i64..).zip(days) {
            let at = noon(1) + jiff::SignedDuration::from_hours(24 * day);
            let acts = [log.clone(), Act::Undo, log.clone()];
            let acts = if skips == 0 { &acts[..0] } else { &acts[..1 + usize::from(undone)] };
            for act in acts {
                ann.person.apply(at, act, 0).expect("granted");
                let view = ann.person.view(at, &Outages::default());
                let reached = ann.told.reach(ann.person.ledger(), &view);
                told.extend(reached.map(|milestone| (milestone.0, view.date)));
                prop_assert!(reached.is_none_or(|milestone| milestone.0 <= view.streak));
            }
        }
        let ledger = ann.person.ledger();
        for mark in MARKS {
            let dates: Vec<Date> = told.iter().filter(|told| told.0 == mark).map(|told| told.1).collect();
            for pair in dates.windows(2) {
                let mut between = (0..ledger.running()).filter(|day| (pair[0]..pair[1]).contains(&ledger.date(*day)));
                let ended = |day| matches!(ledger.line(day, None).state, DayState::ShownUp | DayState::Missed);
                prop_assert!(between.any(ended), "{mark} on {pair:?}");
            }
        }
    }
}

fn entry(who: i64, minutes: u16) -> Entry {
    Entry { who, days: [minutes, 0, 0, 0, 0, 0, 0], opted_in: true, school: false }
}

#[test]
fn rankings_have_bands_and_five_people() {
    let mut all = vec![entry(5, 90), entry(2, 60), entry(3, 119), entry(4, 300), entry(1, 0)];
    assert_eq!(Ranking::of(&all), None);
    all.push(Entry { opted_in: false, ..entry(6, 300) });
    all.push(Entry { school: true, ..entry(7, 300) });
    assert_eq!(Ranking::of(&all), None);
    // Seven days of sixteen hours count as six hours each.
    all.push(Entry { days: [960; 7], ..entry(8, 0) });
    assert_eq!(all.last().map(Entry::minutes), Some(42 * 60));
    let ranking = Ranking::of(&all).expect("five people");
    let bands: Vec<_> = ranking.bands().iter().map(|band| band.who.clone()).collect();
    assert_eq!(bands, [vec![8], vec![4], vec![2, 3, 5]]);
    insta::assert_snapshot!(ranking.seen_by(3), @r#"
    **This week by timer**
    - 20 h and more: 1 person
    - 5 to 10 h: 1 person
    - up to 2 h: 3 people, you among them
    "#);
    assert!(!ranking.seen_by(7).to_string().contains("you"));
}

#[test]
fn a_community_is_spoken_of_from_five_people_on() {
    assert_eq!(Together::of(&[(60, 1); 4]), None);
    insta::assert_snapshot!(Together::of(&[(65, 1); 5]).expect("five people"), @"5 people studied 5 h 25 min this week and met 5 days.");
}
