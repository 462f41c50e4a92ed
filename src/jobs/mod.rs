//! Jobs: scheduled work, and the delivery of the outbox.
//!
//! A job has one row for each due time, unique on (job, due) and taken with a lease, so several processes can share the
//! work. A nudge wakes the delivery, which also checks now and then. A part that panics is restarted; the program goes
//! on.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tracing::{debug, error, info, warn};

use crate::config::{self, Clock, Config};
use crate::outbox::{self, Via};
use crate::store::{Lease, Presence};
use crate::{
    App, Result, buddies, community, desk, discord, health, labels, links, metrics, papers, people, pomodoro, reddit,
    revisits, student, study, time, wiki,
};

mod backups;
mod clock;
mod deliver;
mod outlet;
mod schedule;
mod sql;
mod supervise;

pub use crate::uptime::{Outage, beat, outages};
pub use deliver::deliver;
pub use outlet::{Outlet, Outlets};
pub use schedule::{Due, Missed, Schedule, due};
pub use supervise::{Part, supervise};

/// The time limit of a job. After [`LEASE_DURATION`], another process may start it again.
const JOB_TIMEOUT: Duration = Duration::from_secs(9 * 60);
const LEASE_DURATION: SignedDuration = SignedDuration::from_mins(10);
/// The most tries of a job, and the wait between them.
const MAX_ATTEMPTS: i64 = 5;
const RETRY_AFTER_FAULT: SignedDuration = SignedDuration::from_mins(2);
/// How often to check the outbox without a nudge.
const POLL: Duration = Duration::from_secs(5);
/// How often to check the jobs and write the heartbeat.
const ROUND: Duration = Duration::from_secs(30);
/// The shortest time between two checks of students' due work.
const BREATH: Duration = Duration::from_secs(1);

/// A scheduled job. To add one: a variant here, its place in `ALL`, and its line in each `match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Deletes texts after 30 days, and other old data.
    PurgeOldText,
    /// Copies the database, and removes old copies.
    BackUp,
    /// Checks the wiki's links that were not checked for a week.
    LookAtLinks,
}

impl Job {
    /// Every job.
    pub const ALL: [Self; 3] = [Self::PurgeOldText, Self::BackUp, Self::LookAtLinks];

    /// The name in the database and in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::PurgeOldText => "purge-old-text",
            Self::BackUp => "back-up",
            Self::LookAtLinks => "look-at-links",
        }
    }

    /// When it is due, and what to do about missed times.
    pub fn schedule(self) -> (Schedule, Missed) {
        match self {
            Self::PurgeOldText => (Schedule::Daily(jiff::civil::time(3, 30, 0, 0), TimeZone::UTC), Missed::RunOnce),
            Self::BackUp => (Schedule::Hours(6), Missed::RunOnce),
            // Each link is checked weekly; an unreachable one is checked again the next day.
            Self::LookAtLinks => (Schedule::Daily(jiff::civil::time(4, 10, 0, 0), TimeZone::UTC), Missed::RunOnce),
        }
    }

    /// Runs the job for its due time.
    async fn run(self, app: &App, _due: Timestamp, clock: &Clock) -> Result<()> {
        match self {
            Self::PurgeOldText => purge_old_text(app, clock.now()).await,
            Self::BackUp => backups::run(app, clock.now()).await,
            Self::LookAtLinks => look_at_links(app, clock).await,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.name() == name)
    }
}

async fn look_at_links(app: &App, clock: &Clock) -> Result<()> {
    let (played, now) = (app.config.links_play.as_deref(), clock.now());
    if played.is_none() && clock.is_set() {
        info!("links are not looked at in a rehearsal");
        return Ok(());
    }
    if played.is_none() && config::has_proxy() {
        warn!("links are not looked at, for a proxy would choose the addresses that are connected to");
        return Ok(());
    }
    let looked = links::look(&app.store, &links::Net::open(played)?, now).await?;
    info!(links = looked.links, looked = looked.looked, left = looked.left, offline = looked.is_offline, "links");
    Ok(())
}

async fn purge_old_text(app: &App, now: Timestamp) -> Result<()> {
    outbox::purge(&app.store, now).await?;
    labels::purge(&app.store, now).await?;
    desk::judging::purge(&app.store, now).await?;
    discord::purge(&app.store, now).await?;
    reddit::purge(&app.store, now).await?;
    wiki::gaps::purge(&app.store, now).await?;
    people::linking::purge(&app.store, now).await?;
    people::again::purge(&app.store, now).await?;
    community::entry::purge(&app.store, now).await?;
    buddies::purge(&app.store, now).await?;
    revisits::purge(&app.store).await?;
    let mut tx = app.store.write().await?;
    sql::forget(&mut tx, time::before(now, SignedDuration::from_hours(90 * 24))).await?;
    tx.commit().await?;
    people::erase::empty_log(&app.store).await;
    Ok(())
}

/// Locks the data folder. Keep the result until the process ends.
///
/// # Errors
/// Refused if another Cairn runs there (unless the settings allow several), or if the folder cannot be written to.
pub async fn enter(config: &Config) -> Result<Presence> {
    let (dir, beside) = (config.data_dir.clone(), config.beside);
    let enter = move || if beside { Presence::enter(&dir) } else { Presence::alone_in(&dir) };
    tokio::task::spawn_blocking(enter).await.map_err(anyhow::Error::new)?
}

/// If no other process delivers from this database, takes over unfinished work at once: it was left by a dead process.
pub async fn take_over(app: &App, presence: &mut Presence, now: Timestamp) -> Result<()> {
    if presence.alone() {
        let mut tx = app.store.write().await?;
        Lease::end_all(&mut tx, now).await?;
        tx.commit().await?;
    }
    if app.config.beside { presence.share() } else { Ok(()) }
}

/// [Enters](enter) and [takes over](take_over).
///
/// # Errors
/// As [`enter`].
pub async fn begin(app: &App, now: Timestamp) -> Result<Presence> {
    let mut presence = enter(&app.config).await?;
    take_over(app, &mut presence, now).await?;
    Ok(presence)
}

/// Does everything that is due at `now`: first the jobs, then the delivery, until nothing is left.
pub async fn tick(app: &App, outlets: &Outlets, now: Timestamp) -> Result<()> {
    let clock = Clock::starting(Some(now));
    run_due(app, &clock).await?;
    release_leavers(app, outlets, now).await?;
    pomodoro::due(&app.store, now).await?;
    study::due(&app.store, now).await?;
    revisits::due(&app.store, &app.config.public_url(), now).await?;
    post_papers(app, now).await?;
    drain(app, outlets, &clock, &|| false).await
}

/// Plans the jobs that have become due and runs them, oldest first.
async fn run_due(app: &App, clock: &Clock) -> Result<()> {
    plan(app, clock.now()).await?;
    while let Some(taken) = take(app, clock.now()).await? {
        let Some(job) = Job::named(&taken.job) else {
            warn!(job = taken.job, "is not known to this version");
            settle(app, &taken, "skipped", clock.now()).await?;
            continue;
        };
        // Beyond the last attempt only if the process died during it.
        let tried = taken.attempts > MAX_ATTEMPTS;
        let state = match !tried && attempt(app, job, taken.due(), clock).await {
            true => "done",
            false if taken.attempts >= MAX_ATTEMPTS => "failed",
            false => "waiting",
        };
        settle(app, &taken, state, clock.now()).await?;
        metrics::job(job.name(), if state == "waiting" { "again" } else { state });
        if state == "done" {
            metrics::job_done(job.name(), clock.now().as_second());
        }
    }
    Ok(())
}

/// Restores the metrics of when jobs last succeeded, from before this start.
async fn recall(app: &App) -> Result<()> {
    for (name, at) in sql::last_done(&mut *app.store.read().await?).await? {
        if let Some(job) = Job::named(&name) {
            metrics::job_done(job.name(), at.as_second());
        }
    }
    Ok(())
}

async fn plan(app: &App, now: Timestamp) -> Result<()> {
    let mut tx = app.store.write().await?;
    for job in Job::ALL {
        let Some(last) = sql::last(&mut tx, job.name()).await? else {
            sql::add(&mut tx, job.name(), now, "start", now).await?;
            continue;
        };
        let (schedule, missed) = job.schedule();
        let due = due(&schedule, missed, last, now);
        if let Some(at) = due.skipped {
            warn!(job = job.name(), %at, "was missed and is passed over");
            sql::add(&mut tx, job.name(), at, "skipped", now).await?;
        }
        for at in due.run {
            sql::add(&mut tx, job.name(), at, "waiting", now).await?;
        }
    }
    tx.commit().await
}

async fn take(app: &App, now: Timestamp) -> Result<Option<sql::Taken>> {
    let mut tx = app.store.write().await?;
    let taken = sql::take(&mut tx, Lease::new(now, LEASE_DURATION)).await?;
    tx.commit().await?;
    Ok(taken)
}

async fn settle(app: &App, taken: &sql::Taken, state: &'static str, now: Timestamp) -> Result<()> {
    let rest = time::after(now, RETRY_AFTER_FAULT);
    let mut tx = app.store.write().await?;
    sql::settle(&mut tx, taken, state, now, rest).await?;
    tx.commit().await
}

/// Whether the job succeeded. It may fail, panic or hang.
async fn attempt(app: &App, job: Job, due: Timestamp, clock: &Clock) -> bool {
    let name = job.name();
    match timeout(JOB_TIMEOUT, AssertUnwindSafe(job.run(app, due, clock)).catch_unwind()).await {
        Ok(Ok(Ok(()))) => return true,
        Ok(Ok(Err(cause))) => error!(job = name, %due, "failed: {cause}"),
        Ok(Err(_)) => error!(job = name, %due, "panicked"),
        Err(_) => error!(job = name, %due, "took too long"),
    }
    false
}

/// Delivers through one network until nothing is due.
pub async fn deliver_all(app: &App, via: Via, outlet: &Outlet) -> Result<()> {
    drain_one(app, via, Some(outlet), &app.clock, &|| false).await
}

/// Delivers until nothing is due, on each network independently.
async fn drain(app: &App, outlets: &Outlets, clock: &Clock, stop: &(dyn Fn() -> bool + Sync)) -> Result<()> {
    let discord = drain_one(app, Via::Discord, outlets.discord.as_ref(), clock, stop);
    let reddit = drain_one(app, Via::Reddit, outlets.reddit.as_ref(), clock, stop);
    tokio::try_join!(discord, reddit)?;
    Ok(())
}

async fn drain_one(
    app: &App,
    via: Via,
    outlet: Option<&Outlet>,
    clock: &Clock,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<()> {
    let Some(outlet) = outlet else { return Ok(()) };
    while !stop() && (outlet.open)() && deliver(&app.store, via, &outlet.send, &outlet.look, clock).await? > 0 {}
    Ok(())
}

/// [Begins](begin), and works until `stop`. Running work is then finished; messages that are still interrupted are
/// looked for at the next start.
///
/// # Errors
/// As [`begin`].
pub async fn run(app: App, outlets: Outlets, stop: watch::Receiver<bool>) -> Result<()> {
    let _presence = begin(&app, app.clock.now()).await?;
    let health = app.health.clone();
    supervise(parts(&app, outlets, &stop), health, stop).await;
    Ok(())
}

/// The parts of this work, to be [supervised](supervise) after [`begin`].
pub fn parts(app: &App, outlets: Outlets, stop: &watch::Receiver<bool>) -> Vec<Part> {
    let outlets = Arc::new(outlets);
    let other = outlets.clone();
    let (delivery, jobs, papers) = (app.clone(), app.clone(), app.clone());
    let (halted, stopped, ended) = (stop.clone(), stop.clone(), stop.clone());
    vec![
        Part::new("delivery", move || delivering(delivery.clone(), outlets.clone(), halted.clone()).map(Ok)),
        Part::new("jobs", move || scheduling(jobs.clone(), other.clone(), stopped.clone()).map(Ok)),
        Part::new("papers", move || publishing(papers.clone(), ended.clone()).map(Ok)),
    ]
}

async fn delivering(app: App, outlets: Arc<Outlets>, mut stop: watch::Receiver<bool>) {
    let watched = stop.clone();
    let stopped = move || *watched.borrow();
    while !stopped() {
        if let Err(cause) = drain(&app, &outlets, &app.clock, &stopped).await {
            error!("the delivery failed: {cause}");
        }
        let wait = until_due(&app, &outlets).await;
        tokio::select! {
            () = app.nudge.notified() => {}
            () = sleep(wait) => {}
            // Also stop if the sender is gone.
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// How long nothing is known to be due, at most [`POLL`].
async fn until_due(app: &App, outlets: &Outlets) -> Duration {
    let mut wait = POLL;
    for (via, outlet) in [(Via::Discord, &outlets.discord), (Via::Reddit, &outlets.reddit)] {
        if !outlet.as_ref().is_some_and(|outlet| (outlet.open)()) {
            continue;
        }
        if let Ok(Some(at)) = outbox::next_due(&app.store, via).await {
            // A due message that was not claimed waits for another one to the same target.
            let rest = Duration::try_from(at.duration_since(app.clock.now())).unwrap_or(Duration::from_secs(1));
            wait = wait.min(rest.max(Duration::from_millis(10)));
        }
    }
    wait
}

async fn scheduling(app: App, outlets: Arc<Outlets>, mut stop: watch::Receiver<bool>) {
    debug!("jobs: {}", Job::ALL.map(Job::name).join(", "));
    if let Err(cause) = recall(&app).await {
        warn!("when jobs last went well is not known: {cause}");
    }
    let mut next = Instant::now();
    while !*stop.borrow() {
        let done = if Instant::now() >= next {
            next = Instant::now() + ROUND;
            round(&app, &outlets).await
        } else {
            students(&app, &outlets).await
        };
        if let Err(cause) = done {
            error!("the jobs failed: {cause}");
        }
        let wait = until_students(&app).await.min(next.saturating_duration_since(Instant::now()));
        tokio::select! {
            () = sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    if let Err(cause) = heartbeat(&app).await {
        error!("the last beat failed: {cause}");
    }
}

/// Posts the week's papers, in a separate loop because asking the sources takes minutes.
async fn publishing(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            done = post_papers(&app, app.clock.now()) => if let Err(cause) = done {
                error!("the papers failed: {cause}");
            },
            // Interrupted work is repeated at the next start.
            _ = stop.wait_for(|stop| *stop) => return,
        }
        tokio::select! {
            () = sleep(ROUND) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn post_papers(app: &App, now: Timestamp) -> Result<()> {
    if papers::subscriptions::due(&app.store, &app.config.public_url(), || app.feeds(), now).await? > 0 {
        app.nudge.notify_one();
    }
    Ok(())
}

/// Writes the heartbeat, which shows whether the database can be written.
async fn heartbeat(app: &App) -> Result<()> {
    let beaten = beat(&app.store, app.clock.now()).await;
    match &beaten {
        Ok(_) => app.health.well(health::DATABASE),
        Err(_) => app.health.ill(health::DATABASE, "it cannot be written"),
    }
    beaten.map(drop)
}

async fn round(app: &App, outlets: &Outlets) -> Result<()> {
    clock::bring_back(&app.store, app.clock.now()).await?;
    heartbeat(app).await?;
    let jobs = run_due(app, &app.clock).await;
    // A job that cannot be planned must not delay students.
    let students = students(app, outlets).await;
    jobs.and(students)
}

/// Does the due work for students.
async fn students(app: &App, outlets: &Outlets) -> Result<()> {
    let now = app.clock.now();
    // People whose server cannot be asked are matched all the same.
    if let Err(cause) = release_leavers(app, outlets, now).await {
        error!("who has left a server could not be looked up: {cause}");
    }
    let rounds = pomodoro::due(&app.store, now).await;
    let due = study::due(&app.store, now).await;
    let again = revisits::due(&app.store, &app.config.public_url(), now).await;
    app.nudge.notify_one();
    rounds.and(due).and(again).map(drop)
}

/// Before buddies are matched, removes people who have left their server.
async fn release_leavers(app: &App, outlets: &Outlets, now: Timestamp) -> Result<()> {
    let Some(outlet) = outlets.discord.as_ref().filter(|outlet| (outlet.open)()) else { return Ok(()) };
    for (server, user) in buddies::to_be_matched(&app.store, now).await? {
        if (outlet.left)(server, user).await {
            info!(server, "a person who waited for a study buddy has left the server");
            buddies::left_server(&app.store, server, user, now).await?;
        }
    }
    Ok(())
}

/// How long nothing is known to be due for students. Changes meanwhile are found in the next round.
async fn until_students(app: &App) -> Duration {
    let all = [
        student::agenda::next_due(&app.store).await,
        revisits::next_due(&app.store).await,
        pomodoro::next_due(&app.store, app.clock.now()).await,
    ];
    let Some(at) = all.into_iter().filter_map(|at| at.ok().flatten()).min() else { return ROUND };
    Duration::try_from(at.duration_since(app.clock.now())).unwrap_or(BREATH).max(BREATH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_found_by_their_names() {
        for job in Job::ALL {
            assert_eq!(Job::named(job.name()), Some(job));
        }
        assert_eq!(Job::named("of another version"), None);
    }
}
