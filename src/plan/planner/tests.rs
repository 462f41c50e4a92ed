//! Plans: tables, the words, and what holds for every plan.

use jiff::ToSpan;
use jiff::civil::{Weekday, date};
use proptest::prelude::*;

use super::*;
use crate::plan::steps::{Chapter, Section, minutes, steps};

fn step(minutes: u16) -> Step {
    Step { page: "engineer".into(), heading: format!("Part of {minutes}"), link: "https://e.org/#a".into(), minutes }
}

fn plan(minutes: &[u16], hours: u16, deadline: Date) -> Plan {
    let steps = minutes.iter().map(|&minutes| step(minutes)).collect();
    let pace = Pace::new(hours, 1).expect("hours");
    Plan::new(steps, pace, (MONDAY, deadline), &|date| date.weekday() != Weekday::Sunday).expect("a plan")
}

const MONDAY: Date = date(2026, 11, 23);

/// Each day as `month-day: step/minutes …`.
fn days(plan: &Plan) -> String {
    let part = |part: &Part| format!("{}/{}", part.step, part.minutes);
    let day = |day: &Day| {
        format!("{}: {}", day.date.strftime("%m-%d"), day.parts.iter().map(part).collect::<Vec<_>>().join(" "))
    };
    plan.days.iter().map(day).collect::<Vec<_>>().join("\n")
}

fn chapter(slug: &str, headings: &[(&str, usize, &[&str])]) -> Chapter {
    let section = |(heading, words, leads_to): &(&str, usize, &[&str])| Section {
        heading: (*heading).to_owned(),
        link: format!("https://e.org/{slug}"),
        words: *words,
        first: heading.strip_prefix("First").map(|_| 240),
        leads_to: leads_to.iter().map(|slug| (*slug).to_owned()).collect(),
    };
    Chapter { slug: slug.to_owned(), sections: headings.iter().map(section).collect() }
}

#[test]
fn minutes_of_a_section() {
    for (words, wanted) in [(0, 10), (60, 10), (120, 10), (121, 15), (180, 15), (250, 25), (1440, 120), (90_000, 120)] {
        assert_eq!(minutes(words), wanted, "{words} words");
    }
    assert_eq!(minutes(usize::MAX), 120);
}

#[test]
fn linked_pages_follow_the_guide_once() {
    let guide = chapter(
        "guide",
        &[("One", 100, &["maths", "guide"]), ("Two", 100, &["code", "maths", "gone"]), ("Three", 100, &[])],
    );
    let others = [
        chapter("code", &[("Loops", 100, &["deep"])]),
        chapter("maths", &[("Sums", 100, &[]), ("Means", 100, &[])]),
        chapter("deep", &[("Layers", 100, &[])]),
    ];
    let order: Vec<String> = steps(&guide, &others).into_iter().map(|step| step.heading).collect();
    assert_eq!(order, ["One", "Two", "Three", "Sums", "Means", "Loops"]);
}

#[test]
fn what_is_to_be_done_first_comes_first() {
    let guide = chapter("guide", &[("One", 100, &["maths"]), ("First steps", 100, &["code"])]);
    let others = [chapter("code", &[("Loops", 100, &[])]), chapter("maths", &[("First sums", 100, &[])])];
    let order: Vec<String> =
        steps(&guide, &others).into_iter().map(|step| format!("{} {}", step.heading, step.minutes)).collect();
    // Only the guide's own; and what it links to keeps its order.
    assert_eq!(order, ["First steps 240", "One 10", "First sums 240", "Loops 10"]);
}

#[test]
fn days_are_filled_in_order() {
    // Six hours a week on six days: an hour a day.
    insta::assert_snapshot!(days(&plan(&[25, 25, 25, 150, 5, 20, 55, 10], 6, date(2027, 1, 1))), @r#"
    11-23: 0/25 1/25 2/10
    11-24: 2/15 3/45
    11-25: 3/60
    11-26: 3/45 4/5 5/10
    11-27: 5/10 6/45
    11-28: 6/10 7/10
    "#);
}

#[test]
fn what_cannot_be_planned_is_refused() {
    let refused = |error: crate::Error| error.to_string();
    assert_eq!(
        Pace::new(0, 0).map_err(refused),
        Err("A plan has 1 to 60 hours a week; choose a number in between.".into())
    );
    assert!(Pace::new(61, 0).is_err());
    assert_eq!(Pace::new(60, 2).expect("hours").daily(), 720);
    let pace = Pace::new(5, 9).expect("hours");
    assert_eq!(pace.daily(), 300);
    let late = Plan::new(vec![step(10)], pace, (MONDAY, MONDAY), &|_| true).map_err(refused);
    assert_eq!(late, Err("A plan needs a date to come; choose one after today.".into()));
    let empty = Plan::new(vec![], pace, (MONDAY, Date::MAX), &|_| true).map_err(refused);
    assert_eq!(empty, Err("There is nothing to plan in that guide yet; choose another one.".into()));
}

#[test]
fn nothing_open_ends_all_the_same() {
    let plan =
        Plan::new(vec![step(10)], Pace::new(1, 0).expect("hours"), (MONDAY, Date::MAX), &|_| false).expect("a plan");
    assert_eq!((plan.done(), plan.shortfall()), (None, Some(Shortfall { done: None, fitting: 0 })));
    let end = Plan::new(vec![step(900)], plan.pace, (Date::MAX - 1.day(), Date::MAX), &|_| true).expect("a plan");
    assert_eq!((end.days.len(), end.done()), (2, None));
    assert_eq!(end.later().deadline, Date::MAX);
}

#[test]
fn a_plan_in_words() {
    let plan = plan(&[50; 40], 6, date(2027, 2, 1));
    insta::assert_snapshot!(plan.shown(MONDAY), @r#"
    **Your plan:** 40 sections, about 33 h 20 min, at 6 h a week, done by 31 December 2026.

    **The next two weeks**
    - Mon 23 Nov: [Part of 50](https://e.org/#a), 50 min · Part of 50, 10 min
    - Tue 24 Nov: [Part of 50](https://e.org/#a), 40 min · Part of 50, 20 min
    - Wed 25 Nov: [Part of 50](https://e.org/#a), 30 min · Part of 50, 30 min
    - Thu 26 Nov: [Part of 50](https://e.org/#a), 20 min · Part of 50, 40 min
    - Fri 27 Nov: [Part of 50](https://e.org/#a), 10 min · Part of 50, 50 min
    - Sat 28 Nov: [Part of 50](https://e.org/#a), 50 min · Part of 50, 10 min
    - Mon 30 Nov: 1 h, [Part of 50](https://e.org/#a) to “Part of 50”
    - Tue 1 Dec: 1 h, [Part of 50](https://e.org/#a) to “Part of 50”
    - Wed 2 Dec: 1 h, [Part of 50](https://e.org/#a) to “Part of 50”
    - Thu 3 Dec: 1 h, [Part of 50](https://e.org/#a) to “Part of 50”
    - Fri 4 Dec: 1 h, [Part of 50](https://e.org/#a) to “Part of 50”
    - Sat 5 Dec: 1 h, [Part of 50](https://e.org/#a) to “Part of 50”

    **After that**
    - week of 7 Dec: 6 h up to “Part of 50”
    - week of 14 Dec: 6 h up to “Part of 50”
    - week of 21 Dec: 6 h up to “Part of 50”
    - week of 28 Dec: 3 h 20 min up to “Part of 50”
    "#);
    insta::assert_snapshot!(plan.shown(date(2027, 3, 1)), @"
    **Your plan:** 40 sections, about 33 h 20 min, at 6 h a week, done by 31 December 2026. 40 of 40 sections done.

    This plan has come to its end.
    ");
}

#[test]
fn too_few_hours_are_said_so_with_a_way_out() {
    let plan = plan(&[60; 12], 6, date(2026, 11, 30));
    assert_eq!(plan.shortfall(), Some(Shortfall { done: Some(date(2026, 12, 5)), fitting: 7 }));
    insta::assert_snapshot!(plan.shown(MONDAY).to_string().lines().take(3).collect::<Vec<_>>().join("\n"), @r#"
    **Your plan:** 12 sections, about 12 h, at 6 h a week.

    That is more than fits in before 30 November 2026. You can choose a later date (5 December 2026 fits), fewer sections (7 of 12 fit), or more hours a week.
    "#);
    assert_eq!(plan.later().shortfall(), None);
    assert_eq!(plan.later().days, plan.days);
    let shorter = plan.shorter();
    assert_eq!((shorter.steps.len(), shorter.shortfall(), shorter.done()), (7, None, Some(date(2026, 11, 30))));
}

#[test]
fn missed_days_come_back_after_the_next_seven() {
    let plan = plan(&[60; 14], 6, date(2027, 2, 1));
    let today = MONDAY + 3.days();
    let again = plan.replanned(today, &|date| date == MONDAY, &|date| date.weekday() != Weekday::Sunday);
    insta::assert_snapshot!(days(&again), @r#"
    11-24: 1/60
    11-25: 2/60
    11-26: 3/60
    11-27: 4/60
    11-28: 5/60
    11-30: 6/60
    12-01: 7/60
    12-02: 8/60
    12-03: 0/60
    12-04: 9/60
    12-05: 10/60
    12-07: 11/60
    12-08: 12/60
    12-09: 13/60
    "#);
    // A pause that has begun since is kept free.
    let paused = plan.replanned(today, &|_| false, &|date| date > MONDAY + 20.days());
    assert!(paused.days.iter().all(|day| day.date < today || day.date > MONDAY + 20.days()));
}

#[test]
fn a_plan_can_be_stored() {
    let plan = plan(&[60, 150], 6, date(2027, 2, 1));
    let stored = serde_json::to_string(&plan).expect("JSON");
    assert_eq!(serde_json::from_str::<Plan>(&stored).expect("a plan"), plan);
}

/// Minutes planned of each step.
fn totals(plan: &Plan) -> Vec<u16> {
    plan.planned(Date::MAX)
}

fn is_sound(plan: &Plan) -> Result<(), TestCaseError> {
    prop_assert!(plan.days.windows(2).all(|pair| pair[0].date < pair[1].date));
    for day in &plan.days {
        // Minutes that days before had no use for are made up for, but no day is more than a quarter over its share.
        prop_assert!(!day.parts.is_empty() && day.minutes() <= plan.pace.daily() * 5 / 4, "{day:?}");
        prop_assert!(day.parts.iter().all(|part| part.minutes > 0));
    }
    Ok(())
}

proptest! {
    #[test]
    fn laws(
        minutes in proptest::collection::vec(1_u16..300, 1..60),
        // With fewer hours so much can need more than the three years that a plan reaches.
        hours in 2_u16..61,
        closed in proptest::collection::btree_set(0_i32..60, 0..20),
        missed in proptest::collection::btree_set(0_i32..40, 0..20),
        passed in 0_i32..40,
        wanted in 1_i32..90,
    ) {
        let steps: Vec<Step> = minutes.iter().map(|&minutes| step(minutes)).collect();
        let open = |date: Date| date.weekday() != Weekday::Sunday && !closed.iter().any(|&day| MONDAY + day.days() == date);
        let make = || Plan::new(steps.clone(), Pace::new(hours, 1).expect("hours"), (MONDAY, MONDAY + wanted.days()), &open);
        let plan = make().expect("a plan");
        prop_assert_eq!(&make().expect("a plan"), &plan);
        is_sound(&plan)?;
        // Every step once, in order, on open days.
        prop_assert_eq!(&totals(&plan), &minutes);
        prop_assert!(plan.days.iter().all(|day| open(day.date)));
        let order: Vec<usize> = plan.days.iter().flat_map(|day| &day.parts).map(|part| part.step).collect();
        prop_assert!(order.is_sorted());
        // A step is cut only if it must be, or if both parts are worth it.
        for day in &plan.days {
            let cut = |part: &&Part| part.minutes < plan.steps[part.step].minutes;
            prop_assert!(day.parts.iter().filter(cut).all(|part| part.minutes >= LEAST_PART), "{day:?}");
        }
        prop_assert_eq!(plan.shortfall().is_some(), plan.done().is_none_or(|done| done > plan.deadline));
        prop_assert_eq!(plan.later().shortfall(), None);
        let shorter = plan.shorter();
        is_sound(&shorter)?;
        prop_assert!(shorter.steps.is_empty() || shorter.done().is_some_and(|done| done <= plan.deadline));

        let today = MONDAY + passed.days();
        let is_missed = |date: Date| missed.iter().any(|&day| MONDAY + day.days() == date);
        let again = plan.replanned(today, &is_missed, &open);
        is_sound(&again)?;
        prop_assert_eq!(&totals(&again), &minutes);
        let within = |plan: &Plan| -> Vec<Day> {
            plan.days.iter().filter(|day| (today..today + 7.days()).contains(&day.date)).cloned().collect()
        };
        prop_assert_eq!(within(&again), within(&plan));
        prop_assert!(again.days.iter().all(|day| day.date >= today || !is_missed(day.date)));
        // Once is enough.
        prop_assert_eq!(&again.replanned(today, &is_missed, &open), &again);
        prop_assert!(!again.shown(today).to_string().is_empty());
    }
}

proptest! {
    #[test]
    fn weeks_use_their_hours(
        fives in proptest::collection::vec(2_u16..25, 1..100),
        hours in 1_u16..61,
        rest in 0_u16..7,
    ) {
        let steps: Vec<Step> = fives.iter().map(|&fives| step(5 * fives)).collect();
        let is_open = |date: Date| date.weekday().to_monday_zero_offset() < 7 - i8::try_from(rest).expect("a day");
        let pace = Pace::new(hours, rest).expect("hours");
        let plan = Plan::new(steps, pace, (MONDAY, MONDAY + 30.days()), &is_open).expect("a plan");
        let last = plan.days.last().expect("a day").date;
        let mut weeks: i32 = 1;
        while MONDAY + (7 * weeks).days() <= last {
            let until = MONDAY + (7 * weeks).days();
            let planned: u64 = plan.days.iter().filter(|day| day.date < until).map(|day| u64::from(day.minutes())).sum();
            let given = 60 * u64::from(hours) * u64::from(weeks.unsigned_abs());
            prop_assert!(10 * planned >= 9 * given, "{planned} of {given} min in {weeks} weeks\n{}", days(&plan));
            // Of the minutes of a day fractions are rounded up.
            prop_assert!(planned <= given + 7 * u64::from(weeks.unsigned_abs()));
            weeks += 1;
        }
    }
}

/// Sections as they are: most take a quarter of an hour.
#[test]
fn short_sections_stay_whole_and_fill_the_week() {
    for (hours, week) in [(2, "15 15 15 22 18 20 15"), (3, "15 30 30 25 20 30 30"), (5, "30 45 45 45 45 45 45")] {
        let pace = Pace::new(hours, 0).expect("hours");
        let plan = Plan::new(vec![step(15); 100], pace, (MONDAY, MONDAY + 30.days()), &|_| true).expect("a plan");
        let minutes: Vec<String> = plan.days[..7].iter().map(|day| day.minutes().to_string()).collect();
        assert_eq!(minutes.join(" "), week, "{hours} h");
    }
}

#[test]
fn what_would_take_longer_than_three_years_is_said() {
    let plan = Plan::new(vec![step(299); 60], Pace::new(1, 1).expect("hours"), (MONDAY, MONDAY + 30.days()), &|_| true);
    let plan = plan.expect("a plan");
    assert_eq!(plan.done(), None);
    assert_eq!(plan.shortfall().map(|shortfall| shortfall.done), Some(None));
    assert!(plan.days.last().is_some_and(|day| day.date < MONDAY + 1100.days()));
    assert!(!plan.shown(MONDAY).to_string().is_empty());
}

#[test]
fn what_is_done_is_not_planned_again() {
    let mut plan = plan(&[60; 12], 6, date(2026, 12, 3));
    let is_open = |date: Date| date.weekday() != Weekday::Sunday;
    let (today, missed) = (MONDAY + 3.days(), |date: Date| date == MONDAY + 1.day());
    assert!(plan.is_stale(today, &missed, &is_open));
    plan.done.extend([1, 10]);
    // The missed day's step was done, and so nothing moves.
    assert!(!plan.is_stale(today, &missed, &is_open));
    assert_eq!(plan.behind(MONDAY), 2);
    let ahead =
        |today: Date| (0..12).find(|&index| plan.ahead(today).is_some_and(|it| std::ptr::eq(it, &plan.steps[index])));
    assert_eq!([ahead(MONDAY), ahead(MONDAY + 1.day()), ahead(MONDAY + 2.days())], [Some(0), Some(2), Some(2)]);
    assert_eq!(ahead(MONDAY + 100.days()), None);
    let again = plan.replanned(today, &missed, &is_open);
    let planned: Vec<usize> = again.days.iter().flat_map(|day| &day.parts).map(|part| part.step).collect();
    assert_eq!(planned, [0, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
    assert_eq!(again.done(), Some(date(2026, 12, 4)));
    // A day that is closed now counts like a missed one, but only if something undone stands on it.
    assert!(plan.is_stale(today, &|_| false, &|date| date != MONDAY + 4.days()));
    // Fewer sections: those that are done stay, and keep their mark.
    let shorter = plan.shorter();
    assert_eq!(shorter.steps.len(), plan.shortfall().expect("it is late").fitting);
    assert_eq!((shorter.shortfall(), shorter.done.len()), (None, 2));
    assert!(shorter.shown(MONDAY).to_string().contains("✓"));
}
