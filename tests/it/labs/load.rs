//! The load lab: an evening of a large server, as fast as it goes, and visitors of the page beside it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::dice::Dice;
use super::{Lab, asked};
use crate::world::program::PATIENCE;

/// How long Discord waits for a first answer.
const LIMIT: Duration = Duration::from_secs(3);

/// What people do in an evening, and how often in a hundred.
const EVENING: [(&str, u64); 8] = [
    ("/guide track:engineer", 25),
    ("/guide track:hacker section:your-first-three-steps-as-a-tinkerer", 10),
    ("/wiki query:which laptop do I need", 12),
    ("/study log minutes:5", 22),
    ("/study status", 10),
    ("/start text:I'm in grade 11 and want a career in machine learning. Where do I start?", 8),
    ("/papers week", 5),
    ("/help", 8),
];

/// Pages that visitors look at.
const PAGES: [&str; 5] = ["/", "/guides", "/guides/engineer", "/search?q=gpu", "/papers"];

/// How long things took, by what they were.
#[derive(Default)]
struct Times(Mutex<BTreeMap<String, Vec<Duration>>>);

impl Times {
    fn note(&self, what: &str, took: Duration) {
        self.0.lock().unwrap().entry(what.to_owned()).or_default().push(took);
    }

    /// Prints them, and returns the longest of an answer on Discord.
    fn tell(&self) -> Duration {
        let mut longest = Duration::ZERO;
        for (what, times) in self.0.lock().unwrap().iter_mut() {
            times.sort();
            let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
            println!(
                "  {what}: {} times, p50 {:.1?}, p99 {:.1?}, longest {:.1?}",
                times.len(),
                at(50),
                at(99),
                at(100)
            );
            if what.starts_with('/') {
                longest = longest.max(at(100));
            }
        }
        longest
    }
}

fn chosen(dice: &mut Dice) -> &'static str {
    let mut left = dice.below(100);
    for (what, share) in EVENING {
        if left < share {
            return what;
        }
        left -= share;
    }
    EVENING[0].0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_evening_of_a_large_server_is_answered_in_time() {
    let (acts, seed) = (asked("CAIRN_LAB_ACTS", 120), asked("CAIRN_LAB_SEED", 28));
    let (hands, visitors) = (asked("CAIRN_LAB_HANDS", 3), asked("CAIRN_LAB_VISITORS", 6));
    let lab = Arc::new(Lab::open().await);
    let life = lab.start().await;
    lab.settle().await;
    let page: SocketAddr = life.server.address.parse().unwrap();
    let before = life.server.resident();
    let (times, done, since) = (Arc::new(Times::default()), Arc::new(AtomicU64::new(0)), Instant::now());
    let late = Arc::new(AtomicU64::new(0));
    let mut crowd = JoinSet::new();
    for hand in 0..hands {
        let (lab, times, done, late) = (lab.clone(), times.clone(), done.clone(), late.clone());
        crowd.spawn(async move {
            let mut dice = Dice::new(seed * 1_000 + hand);
            while done.fetch_add(1, Ordering::SeqCst) < acts {
                // A hundred thousand members, most of whom are seen once.
                let who = format!("m{}", dice.below(100_000));
                let what = chosen(&mut dice);
                if what.starts_with("/study log") {
                    lab.discord.slash(&who, "/study zone zone:UTC").await;
                }
                let reply = lab.discord.slash(&who, what).await;
                match reply.took {
                    Some(took) => times.note(what.split(':').next().unwrap_or(what), took),
                    None => drop(late.fetch_add(1, Ordering::SeqCst)),
                }
                if dice.chance(2) {
                    let ask =
                        "How do I get into machine learning? I'm a backend developer and want a job as an ML engineer.";
                    lab.discord.says(&who, "beginners", ask);
                }
            }
        });
    }
    for n in 0..visitors {
        let (times, done) = (times.clone(), done.clone());
        crowd.spawn(async move {
            let mut dice = Dice::new(seed + n);
            while done.load(Ordering::SeqCst) < acts {
                let (path, begun) = (*dice.one_of(&PAGES), Instant::now());
                let status = visit(page, n, path).await;
                assert!(matches!(status, 200 | 429 | 503), "{path}: {status}");
                if status == 200 {
                    times.note("the page", begun.elapsed());
                }
                // People read what they have opened.
                sleep(Duration::from_millis(200 + dice.below(800))).await;
            }
        });
    }
    let half = async {
        while done.load(Ordering::SeqCst) < acts / 2 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    half.await;
    let middle = life.server.resident();
    crowd.join_all().await;
    let took = since.elapsed();
    let (after, peak) = (life.server.resident(), life.server.peak());
    println!(
        "seed {seed}: {acts} acts and {visitors} visitors in {took:.1?}, {:.0} acts a second",
        acts as f64 / took.as_secs_f64()
    );
    let longest = times.tell();
    let drained = drains(&lab).await;
    println!("  memory {before} → {middle} → {after} MB, at most {peak}; the outbox was empty {drained:.1?} later");
    assert_eq!(late.load(Ordering::SeqCst), 0, "answers that came too late or never");
    assert!(longest < LIMIT, "{longest:?}");
    assert!(after <= middle + 16 + middle / 4, "memory grows: {before} → {middle} → {after} MB");
    assert_eq!(lab.end(life, "-TERM").0, Some(0));
    let complaints = [lab.discord.unexpected(), lab.discord.invalid(), lab.discord.late()].concat();
    assert_eq!(complaints, [""; 0]);
}

/// A page, seen from an address of its own.
async fn visit(page: SocketAddr, visitor: u64, path: &str) -> u16 {
    let socket = TcpSocket::new_v4().unwrap();
    let host = u8::try_from(1 + visitor % 250).unwrap();
    socket.bind(SocketAddr::from(([127, 0, 40, host], 0))).unwrap();
    let Ok(mut stream) = socket.connect(page).await else { return 0 };
    let asked = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let _ = stream.write_all(asked.as_bytes()).await;
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let head = String::from_utf8_lossy(&answer[..answer.len().min(40)]).into_owned();
    head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// Waits until nothing waits to be sent; how long that took.
async fn drains(lab: &Lab) -> Duration {
    let (store, since) = (lab.store().await, Instant::now());
    let query = "SELECT count(*) FROM outbox WHERE state IN ('ready', 'sending')";
    loop {
        let waiting: i64 = sqlx::query_scalar(query).fetch_one(&mut *store.read().await.unwrap()).await.unwrap();
        if waiting == 0 {
            store.close().await;
            return since.elapsed();
        }
        assert!(since.elapsed() < 2 * PATIENCE, "{waiting} messages still wait");
        sleep(Duration::from_millis(50)).await;
    }
}
