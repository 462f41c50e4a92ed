//! What comes once a week, or once a run: recap, ranking, milestones.

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

use super::super::ledger::Line;
use super::super::milestones::{Announced, MARKS, Milestone};
use super::super::ranking::{Entry, Ranking, Together};
use super::super::recap::{Next, Recap, best_hour};
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
        buddy: Some(5),
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
    - Your buddy studied on 5 days.

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
    let none = Recap { buddy: Some(0), ..Recap::of(&week([(0, Missed); 7]), 0, 0) };
    insta::assert_snapshot!(none, @r#"
    **A new week begins.** Ten minutes today are a good start.

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

#[test]
fn milestones_come_once_a_run() {
    let day = |day: i32| date(2026, 1, 1) + day.days();
    let mut announced = Announced::default();
    assert_eq!(announced.reach(1, 2, day(2)), None);
    assert_eq!(announced.reach(2, 3, day(3)), Some(Milestone(3)));
    // Taken back, down to nothing, and logged again.
    assert_eq!(announced.reach(2, 3, day(3)), None);
    assert_eq!(announced.reach(0, 3, day(4)), None);
    // A new run, as soon as there can be one.
    assert_eq!(announced.reach(2, 3, day(7)), Some(Milestone(3)));
    // A late log joins two runs: the highest mark, and the lower ones are done with.
    assert_eq!(announced.reach(3, 15, day(9)), Some(Milestone(14)));
    assert_eq!(announced.reach(6, 7, day(10)), None);
    assert_eq!(announced.reach(13, 14, day(10)), None);
    assert_eq!(announced.reach(13, 14, day(24)), Some(Milestone(14)));
    assert_eq!(announced.reach(u32::MAX, 0, day(25)), None);
    let stored = serde_json::to_string(&announced).expect("JSON");
    assert_eq!(serde_json::from_str::<Announced>(&stored).expect("the same"), announced);
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

proptest! {
    /// Whatever is taken back and logged again on the same day or the next, no mark comes twice.
    #[test]
    fn no_milestone_twice_in_a_run(steps in proptest::collection::vec((0_u32..4, any::<bool>()), 1..120)) {
        let mut announced = Announced::default();
        let (mut streak, mut told) = (0_u32, Vec::new());
        for (day, (undone, at_once)) in (0_u32..).zip(steps) {
            let full = day + 1;
            let again = if at_once { full } else { full.saturating_sub(undone) };
            for after in [day, full, full.saturating_sub(undone), again] {
                told.extend(announced.reach(streak, after, date(2026, 1, 1) + i64::from(day).days()));
                streak = after;
            }
        }
        let mut once = told.clone();
        once.dedup();
        prop_assert_eq!(&once, &told);
        prop_assert!(told.is_sorted_by_key(|milestone| milestone.0));
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
