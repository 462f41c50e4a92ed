//! Jobs: travelling in time by `tick`, and the loop that runs in earnest.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use cairn::App;
use cairn::community::Moderator;
use cairn::jobs::{self, Outage, Outlets};
use cairn::outbox::{self, Message, Resolution, State, Target};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::setup::{Far, Fate, app, at};

async fn say(app: &App, key: &str, now: Timestamp) {
    let mut tx = app.store.write().await.unwrap();
    let message = Message::new(key, Target::DiscordChannel(1), format!("text of {key}"));
    outbox::enqueue(&mut tx, &message, now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn is_text_kept(app: &App, id: i64, now: Timestamp) -> bool {
    // A dead letter can be retried as long as its text is kept.
    outbox::resolve(&app.store, &Moderator::operator("root").unwrap(), id, Resolution::Again, now).await.is_ok()
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

#[tokio::test]
async fn the_daily_job_runs_when_it_is_due_and_once_for_all_that_was_missed() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    let far = Far::new([Fate::Refused]);
    let start = at("09:00:00");
    assert!(far.tick(&app, start).await, "the first tick only takes note");
    say(&app, "hello", start).await;
    assert!(far.tick(&app, start).await);
    // The job of the 30th day finds the text young enough; the bot then sleeps until noon of the 40th.
    assert!(far.tick(&app, at("03:30:00") + days(30)).await);
    assert!(is_text_kept(&app, 1, start + days(30)).await);
    far.plan([Fate::Refused]);
    assert!(far.tick(&app, start + days(30)).await);
    assert!(far.tick(&app, at("12:00:00") + days(40)).await);
    assert!(!is_text_kept(&app, 1, start + days(40)).await);
    assert_eq!(far.texts(), [""; 0]);
}

#[tokio::test]
async fn the_loop_delivers_at_once_and_stops_in_time() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    let far = Far::new([Fate::Succeed, Fate::PanicBefore]);
    let (stop, stopped) = watch::channel(false);
    let work = tokio::spawn(jobs::run(app.clone(), far.outlets(), stopped));
    sleep(Duration::from_millis(200)).await;
    say(&app, "first", app.clock.now()).await;
    let asked = Instant::now();
    app.nudge.notify_one();
    while far.texts().is_empty() {
        assert!(asked.elapsed() < Duration::from_secs(2), "a nudge does not wait for the safety net");
        sleep(Duration::from_millis(5)).await;
    }
    // Nobody nudges; and the first send panics. It is looked for, and sent again.
    say(&app, "second", app.clock.now()).await;
    while far.texts().len() < 2 {
        assert!(asked.elapsed() < Duration::from_secs(20), "the safety net holds");
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!((far.texts(), far.looks()), (vec!["text of first".into(), "text of second".into()], 1));
    stop.send(true).unwrap();
    timeout(Duration::from_secs(2), work).await.expect("it stops").unwrap().unwrap();
}

#[tokio::test]
async fn what_a_stop_cuts_off_is_looked_for_at_the_next_start() {
    let dir = crate::world::folder();
    let far = Far::new([Fate::CrashAfter]);
    {
        let app = app(dir.path()).await;
        say(&app, "hello", app.clock.now()).await;
        let (_stop, stopped) = watch::channel(false);
        let work = tokio::spawn(jobs::run(app.clone(), far.outlets(), stopped));
        while far.texts().is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
        work.abort();
        assert!(work.await.is_err());
    }
    let app = app(dir.path()).await;
    let (stop, stopped) = watch::channel(false);
    let work = tokio::spawn(jobs::run(app.clone(), far.outlets(), stopped));
    let begun = Instant::now();
    loop {
        let standing = outbox::standing(&mut app.store.read().await.unwrap(), "hello").await.unwrap().unwrap();
        if standing.state == State::Sent {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(3));
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!((far.texts().len(), far.looks()), (1, 1));
    stop.send(true).unwrap();
    work.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_pulse_notices_gaps() {
    let dir = crate::world::folder();
    let app = app(dir.path()).await;
    let gap = Outage { from: at("09:01:00"), to: at("09:06:00") };
    let table = [
        ("09:00:00", None),
        ("09:01:00", None),
        ("09:06:00", Some(gap)),
        ("09:10:59", None),
        // A clock that was set back is no gap.
        ("08:00:00", None),
        ("08:01:00", None),
    ];
    for (time, expected) in table {
        assert_eq!(jobs::beat(&app.store, at(time)).await.unwrap(), expected, "{time}");
    }
    assert_eq!(jobs::outages(&app.store, at("00:00:00")).await.unwrap(), [gap]);
    assert_eq!(jobs::outages(&app.store, at("09:06:00")).await.unwrap(), []);
    // Travelling in time by ticks is no gap.
    jobs::tick(&app, &Outlets::default(), at("20:00:00")).await.unwrap();
    assert_eq!(jobs::outages(&app.store, at("00:00:00")).await.unwrap(), [gap]);
}
