//! Each milestone is shown once in a run.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use crate::streak::milestones::{MARKS, Milestone, Told};
use crate::streak::outage::Outages;
use crate::streak::run::DayState;
use crate::streak::state::{Act, StudyState};
use crate::time::zone::Zone;

/// A person in Berlin who logs two hours on some dates, and the milestones shown.
struct Student {
    person: StudyState,
    told: Told,
}

impl Student {
    fn joined() -> Self {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        Self { person: StudyState::join(noon(1), berlin, 4, 120, 0).expect("granted"), told: Told::default() }
    }

    /// Does something on a day of January. Returns the milestone shown, if any.
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
    // Undone and logged again, on the same day and on the next.
    assert_eq!(ann.does(3, &Act::Undo), None);
    assert_eq!(ann.logs(3), None);
    assert_eq!(ann.does(4, &Act::Log { minutes: 10, for_date: None }), None);
    assert_eq!(ann.logs(4), None);
    // Two days are frozen, the third ends the run. The next run has its own milestones.
    assert_eq!([8, 9, 10].map(|day| ann.logs(day)), [None, None, Some(3)]);
    assert_eq!([11, 12, 13].map(|day| ann.logs(day)), [None, None, None]);
    assert_eq!([14, 15].map(|day| ann.logs(day)), [Some(7), None]);
}

#[test]
fn a_late_log_that_joins_two_runs_tells_the_highest_mark() {
    let mut ann = Student::joined();
    let first: Vec<_> = (1..=6).map(|day| ann.logs(day)).collect();
    assert_eq!(first, [None, None, Some(3), None, None, None]);
    // The 7th and 8th are frozen. The 9th is not, and is logged late.
    assert_eq!(ann.logs(10), None);
    let late = |day: i8| Act::Log { minutes: 120, for_date: Some(date(2026, 1, day)) };
    assert_eq!(ann.does(11, &late(9)), Some(7));
    // That log is undone and repeated.
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
    /// Whatever is undone and logged again, a day ends the run between two showings of a milestone.
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
