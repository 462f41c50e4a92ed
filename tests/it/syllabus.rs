//! What is planned from the wiki's own pages.

use std::collections::BTreeSet;

use cairn::community::HomeModerator;
use cairn::plan::from_guide::syllabus;
use cairn::plan::planner::{Pace, Plan};
use cairn::store::Store;
use cairn::triage::Track;
use cairn::wiki::folder::plant;
use cairn::wiki::{self, Approval, Rename};
use jiff::civil::{Weekday, date};

#[tokio::test]
async fn every_track_has_weeks_of_study() {
    let folder = crate::world::folder();
    let store = Store::open(folder.path()).await.expect("a database");
    plant(&store, "2026-11-21T09:00:00Z".parse().expect("an instant")).await.expect("pages");
    for track in Track::ALL {
        let steps = syllabus(&store, track, "https://e.org").await.expect("steps");
        let guide = &steps[0].page;
        let first = match track {
            Track::Engineer => 300,
            Track::Researcher => 360,
            Track::Hacker | Track::HighSchool => 240,
        };
        for (n, step) in (1..).zip(&steps[..3]) {
            assert!(step.heading.starts_with(&format!("First step {n}: ")), "{track}: {}", step.heading);
        }
        assert_eq!(steps[..3].iter().map(|step| step.minutes).sum::<u16>(), first, "{track}");
        assert!(steps.iter().filter(|step| step.page == *guide).count() > 5, "{track}");
        let pages: BTreeSet<&str> = steps.iter().map(|step| step.page.as_str()).collect();
        let guides = Track::ALL.map(Track::slug);
        assert!(pages.iter().all(|page| page == guide || !guides.contains(page)), "{track}: {pages:?}");
        let links: BTreeSet<&str> = steps.iter().map(|step| step.link.as_str()).collect();
        // The first three are one section.
        assert_eq!(links.len() + 2, steps.len(), "{track}");
        let hours = steps.iter().map(|step| u32::from(step.minutes)).sum::<u32>() / 60;
        println!("{track}: {} steps of {} pages, {hours} h", steps.len(), pages.len());
        assert!((20..=150).contains(&hours), "{track}: {hours} h");

        let today = date(2026, 11, 23);
        let pace = Pace::new(6, 1).expect("hours");
        let plan = Plan::new(steps, pace, (today, date(2028, 1, 1)), &|date| date.weekday() != Weekday::Sunday)
            .expect("a plan");
        assert_eq!(plan.shortfall(), None);
        let first = plan.shown(today).to_string();
        assert!(first.contains("](https://e.org/guides/"), "{first}");
        // What an embed holds.
        assert!(first.chars().count() <= 4096, "{track}: {} letters\n{first}", first.chars().count());
        println!("{first}\n");
    }
}

#[tokio::test]
async fn a_renamed_page_stays_in_the_plan() {
    let folder = crate::world::folder();
    let store = Store::open(folder.path()).await.expect("a database");
    let now = "2026-11-21T09:00:00Z".parse().expect("an instant");
    plant(&store, now).await.expect("pages");
    let before = syllabus(&store, Track::Engineer, "").await.expect("steps");
    let page = before.iter().map(|step| &step.page).find(|page| *page != Track::Engineer.slug()).expect("a page");
    let by = HomeModerator::operator("ann").expect("a name");
    let base = wiki::newest(&store, page).await.expect("it is there").revision;
    let rename = Rename { page, slug: "called-otherwise", title: "Called otherwise", base, reason: "" };
    wiki::rename(&store, &by, rename, Approval::Own, now).await.expect("it is renamed");
    let after = syllabus(&store, Track::Engineer, "").await.expect("steps");
    let headings = |steps: &[cairn::plan::steps::Step]| steps.iter().map(|s| s.heading.clone()).collect::<Vec<_>>();
    assert_eq!(headings(&after), headings(&before));
    assert!(after.iter().all(|step| step.page != *page));
    let links = after.iter().filter(|step| step.page == "called-otherwise").map(|step| step.link.as_str());
    assert!(links.clone().count() > 0 && links.clone().all(|link| link.starts_with("/guides/called-otherwise#")));
}
