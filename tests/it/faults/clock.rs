//! A clock that was far ahead once, and is right again.

use std::time::Duration;

use cairn::App;
use cairn::buddies::availability::Times;
use cairn::buddies::{self, Search};
use cairn::config::Clock;
use cairn::jobs::{self, Outlets};
use cairn::people::Identity;
use cairn::reminders::{self, Choice};
use cairn::student::Caller;
use cairn::study::{self, When, Wish};
use cairn::time::zone::Zone;
use cairn::triage::Track;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::setup::app;

/// Runs the jobs for a moment.
async fn live(app: &App) {
    let (stop, stopped) = watch::channel(false);
    let work = tokio::spawn(jobs::run(app.clone(), Outlets::default(), stopped));
    sleep(Duration::from_millis(700)).await;
    stop.send(true).unwrap();
    timeout(Duration::from_secs(20), work).await.expect("it stops").unwrap().unwrap();
}

async fn one(app: &App, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&mut *app.store.read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_was_dated_in_a_far_future_does_not_wait_for_it() {
    let dir = crate::world::folder();
    let now: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
    let later: Timestamp = "2036-01-01T12:00:00Z".parse().unwrap();
    let caller = |n| Caller { identity: Identity::Discord(n), guild: Some(7), channel: Some(8) };
    let wish = Wish::new(Zone::named("Europe/Berlin").unwrap());
    let mut app = app(dir.path()).await;
    app.clock = Clock::standing(now);
    live(&app).await;
    study::join(&app.store, &caller(1), &wish, now).await.unwrap();
    study::log(&app.store, &caller(1), 60, When::Today, None, now).await.unwrap();
    // One start with a clock that is ten years ahead: somebody logs, somebody joins.
    app.clock.set(later);
    live(&app).await;
    study::log(&app.store, &caller(1), 30, When::Today, None, later).await.unwrap();
    study::join(&app.store, &caller(2), &wish, later).await.unwrap();
    study::log(&app.store, &caller(2), 30, When::Today, None, later).await.unwrap();
    cairn::wiki::gaps::note(&app.store, "which zebrafish", later).await.unwrap();
    // And the next one with the right clock.
    let again = now + SignedDuration::from_hours(1);
    app.clock.set(again);
    live(&app).await;
    let far = (again + SignedDuration::from_hours(1)).as_millisecond();
    for query in [
        "SELECT max(due) FROM jobs",
        "SELECT coalesce(max(to_at), 0) FROM outages",
        "SELECT max(at) FROM gaps",
        "SELECT max(at) FROM study_events",
        "SELECT max(at) FROM pulse",
    ] {
        assert!(one(&app, query).await <= far, "{query}");
    }
    for (n, minutes) in [(1, 90), (2, 30)] {
        let today = study::status(&app.store, &caller(n), again).await.unwrap().view;
        assert_eq!(today.date.to_string(), "2026-11-16", "{n}");
        assert_eq!(today.minutes, minutes, "{n}");
        study::log(&app.store, &caller(n), 20, When::Today, None, again).await.unwrap();
    }
}

fn caller(n: u64) -> Caller {
    Caller { identity: Identity::Discord(n), guild: Some(7), channel: Some(8) }
}

/// Three people with reminders, a weekly recap and a timer; two of them have each other as buddies.
async fn busy(dir: &std::path::Path, now: Timestamp) -> App {
    let mut app = app(dir).await;
    app.clock = Clock::standing(now);
    live(&app).await;
    let wish = Wish::new(Zone::named("Europe/Berlin").unwrap());
    for n in 1..=3 {
        study::join(&app.store, &caller(n), &wish, now).await.unwrap();
        let choice = Choice { times: Some("every day 19:00"), ..Choice::default() };
        reminders::set(&app.store, &caller(n), &choice, now).await.unwrap();
        reminders::set_weekly(&app.store, &caller(n), true, now).await.unwrap();
    }
    for n in 1..=2 {
        let search = Search { track: Track::Engineer, times: Times::new(0..7) };
        buddies::join(&app.store, &caller(n), search, now).await.unwrap();
    }
    app
}

/// One start with a clock that is ahead, in which people do things, and the next with the right one, an hour after
/// `now`.
async fn astray(app: &App, now: Timestamp, ahead: SignedDuration) -> Timestamp {
    app.clock.set(now + ahead);
    live(app).await;
    study::log(&app.store, &caller(1), 130, When::Today, None, now + ahead).await.unwrap();
    study::start(&app.store, &caller(3), None, now + ahead).await.unwrap();
    live(app).await;
    let again = now + SignedDuration::from_hours(1);
    app.clock.set(again);
    again
}

/// A subscription and a week of papers as a clock that is ahead leaves them.
async fn with_papers(app: &App, later: Timestamp) {
    let mut tx = app.store.write().await.unwrap();
    let subscribe = "INSERT INTO paper_subscriptions (target, weekday, hour, zone, include, exclude, min_votes, count,
                         threads, due_at, try_at, tries, lease_until, refused)
                     VALUES ('discord/dm/1', 1, 9, 'UTC', '[]', '[]', 0, 3, 0, $1, $1, 0, 0, 0)";
    sqlx::query(subscribe).bind(later.as_millisecond()).execute(&mut *tx).await.unwrap();
    for week in ["2026-W46", "2036-W01"] {
        let keep = "INSERT INTO paper_weeks (week, fetched_at, digest) VALUES ($1, $2, '{}')";
        sqlx::query(keep).bind(week).bind(later.as_millisecond()).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn digests_are_planned_again_and_weeks_to_come_are_forgotten() {
    let (dir, now) = (crate::world::folder(), "2026-11-16T12:00:00Z".parse::<Timestamp>().unwrap());
    let app = busy(dir.path(), now).await;
    let later = now + SignedDuration::from_hours(24 * 3_333);
    app.clock.set(later);
    live(&app).await;
    with_papers(&app, later + SignedDuration::from_hours(24)).await;
    app.clock.set(now);
    live(&app).await;
    let monday: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
    assert_eq!(one(&app, "SELECT due_at FROM paper_subscriptions").await, monday.as_millisecond());
    assert_eq!(one(&app, "SELECT count(*) FROM paper_weeks WHERE week = '2026-W46'").await, 1);
    assert_eq!(one(&app, "SELECT count(*) FROM paper_weeks").await, 1);
}

/// That nothing waits longer than it can, and that all three hear of their next study time and of their week.
async fn goes_on(app: &App, now: Timestamp) {
    for (query, hours) in [
        ("SELECT max(at) FROM study_due", 8 * 24),
        ("SELECT coalesce(max(next), 0) FROM study_rounds", 8 * 24),
        ("SELECT coalesce(max(due), 0) FROM study_groups", 48),
        ("SELECT max(since) FROM study_buddies", 1),
    ] {
        let latest = (now + SignedDuration::from_hours(hours)).as_millisecond();
        assert!(one(app, query).await <= latest, "{query}");
    }
    for until in ["2026-11-17T18:00:10Z", "2026-11-18T18:00:10Z", "2026-11-23T08:00:10Z"] {
        app.clock.set(until.parse().unwrap());
        live(app).await;
    }
    for (of, least) in [
        ("reminder/1", 2),
        ("reminder/2", 2),
        ("reminder/3", 1),
        ("recap/1", 1),
        ("lapsed/3", 1),
        ("group/1/question", 1),
    ] {
        let query = format!(
            "SELECT count(*) FROM outbox WHERE key LIKE 'study/{of}/%' AND created_at > {}",
            now.as_millisecond()
        );
        let said: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&mut *app.store.read().await.unwrap())
            .await
            .unwrap();
        assert!(said >= least, "{of}: {said}");
    }
}

#[tokio::test]
async fn nobody_waits_for_what_only_a_wrong_clock_could_plan() {
    let now: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
    for days in [1, 10, 3_333] {
        let dir = crate::world::folder();
        let app = busy(dir.path(), now).await;
        let again = astray(&app, now, SignedDuration::from_hours(24 * days)).await;
        live(&app).await;
        if days > 2 {
            goes_on(&app, again).await;
        } else {
            let latest = (again + SignedDuration::from_hours(8 * 24)).as_millisecond();
            assert!(one(&app, "SELECT max(at) FROM study_due").await <= latest);
        }
    }
}

#[tokio::test]
async fn what_an_earlier_version_left_in_a_far_future_is_planned_again() {
    let (dir, now) = (crate::world::folder(), "2026-11-16T12:00:00Z".parse().unwrap());
    let app = busy(dir.path(), now).await;
    let later = now + SignedDuration::from_hours(24 * 3_333);
    app.clock.set(later);
    live(&app).await;
    // It brought back the pulse and what people did, and planned nothing again.
    let again = now + SignedDuration::from_hours(1);
    let mut tx = app.store.write().await.unwrap();
    sqlx::query("UPDATE pulse SET at = $1").bind(again.as_millisecond()).execute(&mut *tx).await.unwrap();
    sqlx::query("DELETE FROM outages").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(one(&app, "SELECT max(at) FROM study_due").await > later.as_millisecond());
    app.clock.set(again);
    live(&app).await;
    for query in ["SELECT max(at) FROM study_due", "SELECT coalesce(max(next), 0) FROM study_rounds"] {
        let latest = (again + SignedDuration::from_hours(8 * 24)).as_millisecond();
        assert!(one(&app, query).await <= latest, "{query}");
    }
}
