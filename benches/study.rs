//! What study costs: durable logs beside bare inserts, years of history, and the turn of a day for a million people.
//!
//! `cargo bench --bench study` on a quiet machine; a missed bound is a failure. Everything is in one temporary folder,
//! so on one disk, and in one run.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cairn::outbox::Via;
use cairn::people::Identity;
use cairn::store::Store;
use cairn::streak::FLOOR;
use cairn::streak::outage::Outages;
use cairn::streak::state::{Act, StudyState};
use cairn::student::Caller;
use cairn::study::{self, When, Wish};
use cairn::time::zone::Zone;
use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

/// Logs a second with concurrent callers, over bare inserts a second one after the other.
const RATIO: f64 = 0.5;
/// A log after five years of study, over one on the first days.
const AGEING: f64 = 1.5;
/// One look at what is due, when a million people study and nobody has anything due.
const NOBODY: Duration = Duration::from_millis(5);

/// Callers at once, each another person, and how often each logs in a round.
const CALLERS: u64 = 64;
const LOGS: usize = 20;
/// Rounds of logs and bare inserts in turn.
const ROUNDS: usize = 5;
/// People who study.
const PEOPLE: i64 = 1_000_000;
/// How many of them have a timer whose question is due at once.
const TIMERS: i64 = 20_000;

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn caller(user: u64) -> Caller {
    Caller { identity: Identity::Discord(user), guild: Some(1), channel: None }
}

fn berlin() -> Zone {
    Zone::named("Europe/Berlin").expect("a zone")
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    if cfg!(debug_assertions) {
        println!("Nothing was measured: this is a debug build; run cargo bench --bench study.");
        return ExitCode::SUCCESS;
    }
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let held = [commits(&dir.path().join("logs")).await, ageing(&dir.path().join("ageing")).await];
    let held = held.into_iter().chain([fold(), turn(&dir.path().join("turn")).await]);
    if held.collect::<Vec<_>>().contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Says what was measured, and whether it is within its bound.
fn verdict(what: &str, within: bool) -> bool {
    println!("{} {what}", if within { "ok  " } else { "MISS" });
    within
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Durable logs a second against durable bare inserts a second: in turn, so that the disk is the same.
async fn commits(dir: &Path) -> bool {
    let store = Store::open(dir).await.expect("a database");
    let start = instant("2026-11-01T12:00:00Z");
    for user in 1..=CALLERS {
        study::join(&store, &caller(user), &Wish::new(berlin()), start).await.expect("they join");
    }
    let bare = bare(dir).await;
    let (mut logs, mut inserts, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let now = start + days(i64::try_from(round).expect("a small number") + 1);
        logs.push(concurrent_logs(&store, now).await);
        inserts.push(bare_inserts(&bare).await);
        ratios.push(logs[round] / inserts[round]);
    }
    let (logs, inserts, ratio) = (median(logs), median(inserts), median(ratios));
    verdict(
        &format!(
            "{logs:.0} logs a second from {CALLERS} callers at once, {inserts:.0} bare inserts a second one after the \
             other, both synchronous=FULL on one connection: ratio {ratio:.2} (at least {RATIO})"
        ),
        ratio >= RATIO,
    )
}

async fn concurrent_logs(store: &Store, now: Timestamp) -> f64 {
    let began = Instant::now();
    let tasks: Vec<_> = (1..=CALLERS)
        .map(|user| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..LOGS {
                    study::log(&store, &caller(user), 1, When::Today, None, now).await.expect("a log");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a caller");
    }
    f64::from(u32::try_from(CALLERS).expect("small") * u32::try_from(LOGS).expect("small"))
        / began.elapsed().as_secs_f64()
}

/// A table of the same columns as a log's event has, in a file of its own beside the other, set the same way.
async fn bare(dir: &Path) -> sqlx::SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(dir.join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON");
    let pool = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false);
    let pool = pool.connect_with(options).await.expect("a database");
    let table = "CREATE TABLE bare (id INTEGER PRIMARY KEY, person_id INTEGER, n INTEGER, at INTEGER, act TEXT) STRICT";
    sqlx::query(table).execute(&pool).await.expect("a table");
    pool
}

async fn bare_inserts(pool: &sqlx::SqlitePool) -> f64 {
    let (began, count) = (Instant::now(), i32::try_from(CALLERS).expect("small") * i32::try_from(LOGS).expect("small"));
    for n in 0..count {
        let query = "INSERT INTO bare (person_id, n, at, act) VALUES ($1, $2, $3, $4)";
        let insert = sqlx::query(query).bind(1).bind(n).bind(1_700_000_000_000_i64);
        insert.bind(r#"{"event":"log","minutes":1}"#).execute(pool).await.expect("a row");
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

/// The same log by somebody with five years of history and by somebody new, in turn.
async fn ageing(dir: &Path) -> bool {
    let store = Store::open(dir).await.expect("a database");
    let (start, now) = (instant("2021-11-01T12:00:00Z"), instant("2026-11-01T12:00:00Z"));
    study::join(&store, &caller(1), &Wish::new(berlin()), start).await.expect("they join");
    study::join(&store, &caller(2), &Wish::new(berlin()), now - days(1)).await.expect("they join");
    for day in 0..5 * 365 {
        study::log(&store, &caller(1), 120, When::Today, None, start + days(day)).await.expect("a log");
    }
    let mut times = [Vec::new(), Vec::new()];
    for n in 0..400 {
        for (user, times) in (1..).zip(&mut times) {
            let (began, now) = (Instant::now(), now + SignedDuration::from_secs(n));
            study::log(&store, &caller(user), 1, When::Today, None, now).await.expect("a log");
            times.push(began.elapsed().as_secs_f64() * 1e6);
        }
    }
    let [old, new] = times.map(median);
    let said = format!("a log takes {old:.0} µs after five years, {new:.0} µs in the first days (at most × {AGEING})");
    verdict(&said, old <= AGEING * new)
}

/// A million kept states, each read, turned over a day and written again, one after the other: what it would take if
/// every day of everybody were closed at once.
fn fold() -> bool {
    let start = instant("2026-09-01T12:00:00Z");
    let mut person = StudyState::join(start, berlin(), 4, 120, FLOOR).expect("they join");
    for day in 0..60 {
        let log = Act::Log { minutes: 120, for_date: None };
        person.apply(start + days(day), &log, FLOOR).expect("a log");
    }
    let outages = Outages::default();
    person.view(start + days(59), &outages);
    person.trim();
    let kept = serde_json::to_string(&person).expect("JSON");
    let (began, mut streaks) = (Instant::now(), 0_u64);
    for _ in 0..PEOPLE / 10 {
        let mut person: StudyState = serde_json::from_str(&kept).expect("a person");
        streaks += u64::from(person.view(start + days(60), &outages).streak);
        person.trim();
        std::hint::black_box(serde_json::to_string(&person).expect("JSON"));
    }
    let took = began.elapsed().as_secs_f64();
    println!(
        "     a day closed for {} people with 60 days each, of {} bytes: {took:.1} s on one core, {:.0} µs each",
        PEOPLE / 10,
        kept.len(),
        took * 1e6 / (PEOPLE / 10) as f64
    );
    streaks > 0
}

/// The turn of a day for a million people in one zone: nothing is done for who has nothing due.
async fn turn(dir: &Path) -> bool {
    let store = Store::open(dir).await.expect("a database");
    let (start, now) = (instant("2026-11-01T12:00:00Z"), instant("2026-11-02T03:00:00Z"));
    study::join(&store, &caller(1), &Wish::new(berlin()), start).await.expect("they join");
    study::start(&store, &caller(1), None, start + SignedDuration::from_hours(12)).await.expect("they start");
    multiply(&store).await;
    let before = resident();
    let mut looks = Vec::new();
    for _ in 0..100 {
        let began = Instant::now();
        assert_eq!(study::due(&store, now - SignedDuration::from_secs(1)).await.expect("a look"), 0);
        looks.push(began.elapsed().as_secs_f64());
    }
    let look = Duration::from_secs_f64(median(looks));
    let said = format!("{PEOPLE} people, nobody due: one look takes {look:.1?} (at most {NOBODY:?})");
    let none = verdict(&said, look <= NOBODY);
    let began = Instant::now();
    let looked = study::due(&store, now).await.expect("a look");
    let took = began.elapsed();
    let said = format!(
        "{looked} of them have a timer to ask at that instant: {took:.1?}, {:.0} a second; resident {:.0} MB before, at \
         most {:.0} MB",
        TIMERS as f64 / took.as_secs_f64(),
        before,
        most_resident()
    );
    let waiting = cairn::outbox::next_due(&store, Via::Discord).await.expect("a look").is_some();
    none & verdict(&said, waiting && i64::try_from(looked) == Ok(TIMERS))
}

/// Makes a million people out of one, and gives the first of them a timer.
async fn multiply(store: &Store) {
    let mut tx = store.write().await.expect("a transaction");
    let numbers = "WITH RECURSIVE n (id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM n WHERE id < $1)";
    for query in [
        "INSERT INTO persons (id, discord_id, since) SELECT id, id, 0 FROM n",
        "INSERT INTO study_people (person_id, guild, state, events, at)
         SELECT n.id, guild, state, events, at FROM n, study_people WHERE person_id = 1",
    ] {
        let query = sqlx::AssertSqlSafe(format!("{numbers} {query}"));
        sqlx::query(query).bind(PEOPLE).execute(&mut *tx).await.expect("rows");
    }
    let query = sqlx::AssertSqlSafe(format!(
        "{numbers} INSERT INTO study_due (person_id, what, at) SELECT n.id, what, at FROM n, study_due WHERE person_id = 1"
    ));
    sqlx::query(query).bind(TIMERS).execute(&mut *tx).await.expect("rows");
    tx.commit().await.expect("a commit");
}

/// Resident memory now, in millions of bytes; nothing where it cannot be read.
fn resident() -> f64 {
    status("VmRSS:")
}

/// The most that was ever resident.
fn most_resident() -> f64 {
    status("VmHWM:")
}

fn status(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) * 1.024 / 1e3
}
