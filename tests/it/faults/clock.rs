//! A clock that was far ahead once, and is right again.

use std::time::Duration;

use cairn::App;
use cairn::config::Clock;
use cairn::jobs::{self, Outlets};
use cairn::people::Identity;
use cairn::study::{self, Caller, When, Wish};
use cairn::time::zone::Zone;
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
    let dir = tempfile::tempdir().unwrap();
    let now: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
    let later: Timestamp = "2036-01-01T12:00:00Z".parse().unwrap();
    let caller = |n| Caller { identity: Identity::Discord(n), guild: Some(7), channel: Some(8) };
    let wish = Wish::new(Zone::named("Europe/Berlin").unwrap());
    let mut app = app(dir.path()).await;
    app.clock = Clock::standing(now);
    live(&app).await;
    study::join(&app.store, &caller(1), &wish, now).await.unwrap();
    study::log(&app.store, &caller(1), 60, When::Today, now).await.unwrap();
    // One start with a clock that is ten years ahead: somebody logs, somebody joins.
    app.clock.set(later);
    live(&app).await;
    study::log(&app.store, &caller(1), 30, When::Today, later).await.unwrap();
    study::join(&app.store, &caller(2), &wish, later).await.unwrap();
    study::log(&app.store, &caller(2), 30, When::Today, later).await.unwrap();
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
        study::log(&app.store, &caller(n), 20, When::Today, again).await.unwrap();
    }
}
