//! The crash lab: killed at random and at chosen instants, with clocks that leap, and nothing is lost or said twice.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use tokio::time::sleep;

use super::audit::Audit;
use super::dice::Dice;
use super::work::Work;
use super::{Lab, Life, asked};
use crate::world::discord::Fault;
use crate::world::program::PATIENCE;
use crate::world::reddit::Fault as RedditFault;

const MESSAGES: &str = "/channels/*/messages";
const ANSWERS: &str = "/interactions/*/*/callback";

/// When the program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum When {
    /// Whenever it comes.
    Any,
    /// In its start.
    Starting,
    /// A message is on its way to Discord.
    Sending,
    /// Discord has taken a message and not said so.
    Taken,
    /// An answer to somebody is on its way.
    Answering,
    /// It looks for a message that may have arrived.
    Looking,
    /// Reddit has taken a comment and not said so.
    Commented,
    /// In order, by a signal.
    Asked,
}

const INSTANTS: [When; 8] = [
    When::Any,
    When::Taken,
    When::Starting,
    When::Answering,
    When::Sending,
    When::Looking,
    When::Asked,
    When::Commented,
];

/// What was measured of each life.
#[derive(Default)]
struct Figures {
    kills: usize,
    stops: usize,
    starts: Vec<Duration>,
    peaks: Vec<u64>,
    faults: usize,
    leapt: SignedDuration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_again_and_again_nothing_is_lost_or_said_twice() {
    let (kills, seed) = (asked("CAIRN_LAB_KILLS", 6), asked("CAIRN_LAB_SEED", 28));
    let (mut dice, since) = (Dice::new(seed), Instant::now());
    let lab = Arc::new(Lab::open().await);
    let mut figures = Figures::default();
    let mut life = lab.start().await;
    lab.settle().await;
    let work = Work::begin(&lab, seed, 4);
    for n in 0..kills {
        figures.note(&life);
        let when = if kills <= INSTANTS.len() as u64 { INSTANTS[n as usize] } else { *dice.one_of(&INSTANTS) };
        disturb(&lab, &mut dice);
        until(&lab, when, &mut dice).await;
        if when == When::Asked {
            let (code, took) = lab.end(life, "-TERM");
            assert!(code == Some(0) && took < Duration::from_secs(10), "{code:?} after {took:?}");
            figures.stops += 1;
        } else {
            figures.faults += faults(&life);
            lab.end(life, "-KILL");
            figures.kills += 1;
        }
        lab.discord.heal();
        lab.discord.forget_nonces();
        lab.reddit.reddit.state().faults.clear();
        figures.leapt += lab.leap(leap(&mut dice, figures.leapt));
        if when == When::Starting {
            let mut child = lab.spawn();
            sleep(Duration::from_millis(dice.below(250))).await;
            child.kill().unwrap();
            child.wait().unwrap();
        }
        life = lab.start().await;
        if n % 25 == 24 {
            println!("{} of {kills} after {:.0?}", n + 1, since.elapsed());
        }
    }
    let journal = work.end().await;
    // What has to wait before it is tried again is due by then.
    lab.end(life, "-KILL");
    lab.leap(SignedDuration::from_mins(20));
    let life = lab.start().await;
    drained(&lab).await;
    figures.faults += faults(&life);
    assert_eq!(lab.end(life, "-TERM").0, Some(0));
    let audit = Audit::of(&lab, &journal).await;
    println!("seed {seed}: {} kills and {} stops in {:.0?}", figures.kills, figures.stops, since.elapsed());
    for (what, n) in &audit.counts {
        println!("  {n} {what}");
    }
    figures.tell();
    assert_eq!(audit.wrong, [""; 0], "seed {seed}");
    assert_eq!(figures.faults, 0, "seed {seed}: faults of its own were logged");
    let invalid = [lab.discord.unexpected(), lab.discord.invalid()].concat();
    assert_eq!(invalid, [""; 0], "Discord would not have taken that");
    figures.check();
}

/// Some of what goes wrong on any day.
fn disturb(lab: &Lab, dice: &mut Dice) {
    let d = &lab.discord;
    match dice.below(6) {
        0 => d.fail_next("POST", MESSAGES, Fault::status(503), 2),
        1 => d.fail_next("POST", MESSAGES, Fault::cut_before(), 1),
        2 => d.fail_next("POST", MESSAGES, Fault::rate_limited(0.3), 1),
        3 => d.drop_gateway(),
        4 => lab.reddit.reddit.fail("GET", "/r/learnml/new", RedditFault::Answer(503, String::new()), 1),
        _ => {}
    }
}

/// Waits for the instant of a kill; not for long if it does not come.
async fn until(lab: &Lab, when: When, dice: &mut Dice) {
    let d = &lab.discord;
    let slow = Fault::delay(Duration::from_millis(400));
    let (method, path) = match when {
        When::Any | When::Starting | When::Asked => return sleep(Duration::from_millis(100 + dice.below(1_200))).await,
        When::Sending => ("POST", MESSAGES),
        When::Answering => ("POST", ANSWERS),
        When::Taken | When::Looking => ("POST", MESSAGES),
        When::Commented => return commented(lab).await,
    };
    sleep(Duration::from_millis(dice.below(400))).await;
    let before = d.asked(method, path);
    match when {
        When::Taken => d.fail_next(method, path, Fault::cut_after(), 1),
        When::Looking => {
            d.fail_next(method, path, Fault::cut_after(), 1);
            d.fail_next("GET", MESSAGES, slow, 1);
        }
        _ => d.fail_next(method, path, slow, 1),
    }
    let (method, before) = match when {
        When::Looking => ("GET", d.asked("GET", MESSAGES)),
        _ => (method, before),
    };
    for _ in 0..200 {
        if d.asked(method, path) > before {
            return sleep(Duration::from_millis(dice.below(20))).await;
        }
        sleep(Duration::from_millis(10)).await;
    }
}

async fn commented(lab: &Lab) {
    let reddit = &lab.reddit.reddit;
    let before = reddit.asked("POST", "/api/comment");
    reddit.fail("POST", "/api/comment", RedditFault::CutAfter, 1);
    for _ in 0..150 {
        if reddit.asked("POST", "/api/comment") > before {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
}

/// Corrections are kept for 30 days, so that long no audit can find them all.
const FAR: SignedDuration = SignedDuration::from_hours(24 * 20);

/// How far the clock goes while the program is away: often not at all, sometimes for hours, sometimes a little back.
fn leap(dice: &mut Dice, leapt: SignedDuration) -> SignedDuration {
    match dice.below(10) {
        _ if leapt > FAR => SignedDuration::ZERO,
        0..5 => SignedDuration::ZERO,
        5..8 => SignedDuration::from_mins(30 + dice.below(240) as i64),
        8 => SignedDuration::from_hours(20 + dice.below(30) as i64),
        _ => SignedDuration::from_secs(-(dice.below(240) as i64)),
    }
}

/// Waits until nothing is due that is not sent, and every call on Reddit was read.
async fn drained(lab: &Lab) {
    let (store, since) = (lab.store().await, Instant::now());
    loop {
        let due = lab.now() - SignedDuration::from_secs(1);
        let query = "SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'ready' AND due_at < $1)";
        let waiting: i64 = sqlx::query_scalar(query)
            .bind(due.as_millisecond())
            .fetch_one(&mut *store.read().await.unwrap())
            .await
            .unwrap();
        if waiting == 0 {
            break;
        }
        assert!(since.elapsed() < 3 * PATIENCE, "{waiting} messages still wait");
        sleep(Duration::from_millis(100)).await;
    }
    store.close().await;
    // What follows from the last message, and what Reddit was asked meanwhile.
    sleep(Duration::from_millis(1_500)).await;
}

/// How many faults of its own a life has logged.
fn faults(life: &Life) -> usize {
    let log = life.server.log.lock().unwrap().clone();
    // That Reddit fails is Reddit's fault.
    let ours = |line: &&str| line.contains("\"ERROR\"") && !line.contains("Reddit failed (5");
    let lines: Vec<&str> = log.lines().filter(ours).collect();
    if !lines.is_empty() {
        println!("{}", lines.join("\n"));
    }
    lines.len()
}

impl Figures {
    fn note(&mut self, life: &Life) {
        self.starts.push(life.start);
        self.peaks.push(life.server.peak());
    }

    /// The means of the first and of the last third.
    fn thirds<T: Copy>(all: &[T], number: impl Fn(T) -> f64) -> (f64, f64) {
        let third = (all.len() / 3).max(1);
        let mean = |part: &[T]| part.iter().map(|one| number(*one)).sum::<f64>() / part.len() as f64;
        (mean(&all[..third]), mean(&all[all.len() - third..]))
    }

    fn tell(&self) {
        let starts = Self::thirds(&self.starts, |start| start.as_secs_f64() * 1_000.0);
        let peaks = Self::thirds(&self.peaks, |peak| peak as f64);
        println!("  the clock has leapt by {:.1} days", self.leapt.as_secs_f64() / 86_400.0);
        println!(
            "  start {:.0} → {:.0} ms, memory at the start {:.1} → {:.1} MB",
            starts.0, starts.1, peaks.0, peaks.1
        );
    }

    /// Neither starts nor memory creep. A few lives show nothing of that.
    fn check(&self) {
        if self.starts.len() >= 30 {
            let starts = Self::thirds(&self.starts, |start| start.as_secs_f64() * 1_000.0);
            assert!(starts.1 < starts.0 * 4.0 + 500.0, "starts take longer and longer: {starts:?}");
            let peaks = Self::thirds(&self.peaks, |peak| peak as f64);
            assert!(peaks.1 < peaks.0 * 1.3 + 5.0, "it needs more and more memory: {peaks:?}");
        }
    }
}
