//! The page under pressure: silent and slow visitors, floods of questions. Discord and `/healthz` do not notice.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cairn::store::Store;
use cairn::wiki::gaps;
use jiff::Timestamp;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::{JoinSet, block_in_place};
use tokio::time::{sleep, timeout};

use crate::world::program::{Cairn, PATIENCE, Server, encode};
use crate::world::server::World;

/// The beginning of a request that never ends.
const HALF: &str = "GET / HTTP/1.1\r\nHost: x\r\nX-A: ";

/// Lets this process have as many connections as the tests need.
fn many_descriptors() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(u64::MAX).min(8_192);
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).expect("descriptors");
}

/// A connection from an address of this machine, 127.0.NET.HOST.
async fn connect(server: SocketAddr, net: u8, host: u8) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, net, host], 0)))?;
    socket.connect(server).await
}

/// `count` connections from addresses of a network, 50 of each; each has said `said`.
async fn crowd(server: SocketAddr, net: u8, count: usize, said: &str) -> Vec<TcpStream> {
    let mut crowd = Vec::new();
    for n in 0..count {
        let host = u8::try_from(1 + n / 50).expect("an address");
        let mut one = connect(server, net, host).await.expect("the system takes it");
        // Whoever has been closed meanwhile cannot be written to.
        let _ = one.write_all(said.as_bytes()).await;
        crowd.push(one);
    }
    crowd
}

/// How many of a crowd have been closed.
async fn closed(crowd: &mut [TcpStream]) -> usize {
    let mut closed = 0;
    for one in crowd {
        let ended = timeout(Duration::from_millis(1), one.read(&mut [0; 64])).await;
        closed += usize::from(matches!(ended, Ok(Ok(0) | Err(_))));
    }
    closed
}

/// A request from an address; the status of its answer, and the answer.
async fn ask(server: SocketAddr, from: (u8, u8), path: &str, more: &str) -> (u16, String) {
    let mut answer = Vec::new();
    if let Ok(mut stream) = connect(server, from.0, from.1).await {
        let _ = stream
            .write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n").as_bytes())
            .await;
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    (answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0), answer)
}

/// Asks, as quickly as it can, until it is refused; the refusal.
async fn flood(server: SocketAddr, from: (u8, u8), more: &str) -> (u16, String) {
    let mut answer = (200, String::new());
    for _ in 0..600 {
        answer = ask(server, from, "/search", more).await;
        if answer.0 != 200 {
            break;
        }
    }
    answer
}

fn address(server: &Server) -> SocketAddr {
    server.address.parse().expect("an address")
}

/// Fails unless the program says within a second that it lives.
fn lives(server: &Server) {
    let asked = Instant::now();
    let status = block_in_place(|| server.get("/healthz")).status;
    assert!(status == 200 && asked.elapsed() < Duration::from_secs(1), "{status} after {:?}", asked.elapsed());
}

/// A question of 1,000 characters without a word that the wiki has.
fn long_question(seed: usize) -> String {
    let word = |n: usize| format!("qw{}zx", encode(&format!("{:05}", (seed * 131 + n) * 7919 % 100_000)));
    (0..100).map(word).collect::<Vec<_>>().join("+")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn silent_visitors_and_long_questions_are_no_matter_to_discord() {
    many_descriptors();
    let mut world = World::empty().await;
    world.cairn.descriptors = Some(1_024);
    world.begin_with(&["--discord-hurry", "5"]).await;
    let (d, server) = (&world.discord, world.server.as_ref().expect("it runs"));
    let page = address(server);
    let mut idle = crowd(page, 1, 1_100, "").await;
    let mut half = crowd(page, 2, 300, HALF).await;
    lives(server);
    let enough = Arc::new(AtomicBool::new(false));
    let mut searchers = JoinSet::new();
    for n in 1..=16 {
        let enough = Arc::clone(&enough);
        searchers.spawn(async move {
            let (mut asked, begun) = (0_usize, Instant::now());
            while !enough.load(Ordering::Relaxed) && begun.elapsed() < PATIENCE {
                let net = 10 + u8::try_from(asked % 200).expect("a network");
                let path = format!("/search?q={}", long_question(asked * 16 + usize::from(n)));
                ask(page, (net, n), &path, "").await;
                asked += 1;
            }
            asked
        });
    }
    sleep(Duration::from_millis(500)).await;
    let mut times = Vec::new();
    for _ in 0..15 {
        let reply = d.slash("ann", "/guide track:engineer").await;
        times.push(reply.took.expect("an answer"));
        lives(server);
    }
    times.sort();
    println!("/guide beside them: p50 {:?}, longest {:?}", times[7], times[14]);
    // An unoptimised program, which needs 10 ms alone and up to 50 beside other tests.
    assert!(times[7] < Duration::from_millis(150), "{times:?}");
    let connections = d.connections();
    d.drop_gateway();
    let since = Instant::now();
    while d.connections() == connections || d.connected() != 1 {
        assert!(since.elapsed() < Duration::from_secs(15), "the bot is not back");
        sleep(Duration::from_millis(50)).await;
    }
    assert!(d.slash("ann", "/help").await.took.is_some());
    enough.store(true, Ordering::Relaxed);
    let asked: usize = searchers.join_all().await.into_iter().sum();
    println!(
        "{asked} long questions were asked; {} and {} were closed",
        closed(&mut idle).await,
        closed(&mut half).await
    );
    lives(server);
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn long_questions_wait_for_each_other_and_nobody_waits_for_them() {
    let server = block_in_place(|| Cairn::new().serve(&[]));
    let page = address(&server);
    let mut searchers = JoinSet::new();
    for n in 1..=16 {
        searchers.spawn(async move {
            let since = Instant::now();
            let (status, answer) = ask(page, (20, n), &format!("/search?q={}", long_question(n.into())), "").await;
            (status, answer, since.elapsed())
        });
    }
    let mut times = Vec::new();
    for _ in 0..15 {
        let since = Instant::now();
        assert_eq!(ask(page, (0, 1), "/guides/hardware", "").await.0, 200);
        times.push(since.elapsed());
    }
    times.sort();
    let (mut answered, mut busy) = (0, 0);
    for (status, answer, took) in searchers.join_all().await {
        match status {
            200 => answered += 1,
            503 => {
                busy += 1;
                assert!(answer.contains("Wait ten seconds, then try again."), "{answer}");
                assert!(took < Duration::from_secs(3), "whoever waits in vain knows soon: {took:?}");
            }
            _ => panic!("{status} {answer}"),
        }
    }
    println!("a page beside 16 long questions: p50 {:?}; {answered} answered, {busy} told to wait", times[7]);
    assert!(answered > 0 && times[7] < Duration::from_millis(150), "{answered} answered, {times:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_requests_shut_nobody_out() {
    many_descriptors();
    let mut cairn = Cairn::new();
    cairn.descriptors = Some(256);
    let server = block_in_place(|| cairn.serve(&[]));
    // All from one address, which is also the one that asks for the page.
    let mut half = Vec::new();
    for _ in 0..400 {
        let mut one = connect(address(&server), 0, 1).await.expect("the system takes it");
        let _ = one.write_all(HALF.as_bytes()).await;
        half.push(one);
    }
    lives(&server);
    assert_eq!(block_in_place(|| server.get("/")).status, 200);
    sleep(Duration::from_millis(200)).await;
    assert!(closed(&mut half).await >= 300, "they gave way");
    let (code, took) = block_in_place(|| server.stop("-TERM"));
    assert!(code == Some(0) && took < Duration::from_secs(5), "{code:?} {took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_waited_for_for_ever() {
    let server = block_in_place(|| Cairn::new().serve(&[]));
    let form = "POST /ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\ntext=";
    let kept = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut all = JoinSet::new();
    for (what, said, last) in [
        ("silent", "", ""),
        ("half a head", HALF, ""),
        ("half a form", form, "did not arrive in time"),
        ("kept open", kept, "ok"),
    ] {
        let mut one = connect(address(&server), 0, 1).await.expect("a connection");
        all.spawn(async move {
            one.write_all(said.as_bytes()).await.expect("it is taken");
            let (mut heard, since) = (Vec::new(), Instant::now());
            let ended = timeout(PATIENCE, one.read_to_end(&mut heard)).await;
            assert!(ended.is_ok(), "{what} is still open after {:?}", since.elapsed());
            assert!(String::from_utf8_lossy(&heard).contains(last), "{what}: {}", String::from_utf8_lossy(&heard));
        });
    }
    all.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_that_never_end_keep_no_memory() {
    many_descriptors();
    let server = block_in_place(|| Cairn::new().serve(&[]));
    let before = server.peak();
    let head = "POST /ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 590000\r\n\r\n";
    let text = vec![b'x'; 580_000];
    let mut all = Vec::new();
    for n in 0..200_u8 {
        let mut one = connect(address(&server), 3, 1 + n % 20).await.expect("a connection");
        let _ = one.write_all(head.as_bytes()).await;
        let _ = timeout(Duration::from_millis(200), one.write_all(&text)).await;
        all.push(one);
    }
    let grown = server.peak() - before;
    println!("200 such forms: {grown} MB");
    assert!(grown < 60, "{grown} MB for them");
    lives(&server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_asks_more_often_than_people_do() {
    let proxied = [("CAIRN_WEB_PROXY", "127.0.0.7,10.0.0.0/8")];
    let server = block_in_place(|| Cairn::new().serve_with(&[], &proxied));
    let page = address(&server);
    for path in ["/search?q=gpu", "/ask?text=gpu", "/papers?q=gpu"].into_iter().cycle().take(60) {
        assert_eq!(ask(page, (0, 9), path, "").await.0, 200, "{path}");
    }
    let answer = flood(page, (0, 9), "").await;
    assert_eq!(answer.0, 429);
    let lower = answer.1.to_lowercase();
    assert!(
        lower.contains("retry-after: 1\r\n") && answer.1.contains("Wait a second, then try again."),
        "{}",
        answer.1
    );
    // What nobody searches for goes on, and so does everybody else.
    assert_eq!(ask(page, (0, 9), "/guides/hardware", "").await.0, 200);
    assert_eq!(ask(page, (0, 8), "/search?q=gpu", "").await.0, 200);
    // Only the proxy may say for whom it asks.
    const FOR: &str = "X-Forwarded-For: 192.0.2.1\r\n";
    assert!(is_known(page, (0, 9), "", FOR).await);
    assert!(is_known(page, (0, 7), FOR, FOR).await);
    assert_eq!(ask(page, (0, 7), "/search?q=gpu", "X-Forwarded-For: 192.0.2.2, 10.1.1.1\r\n").await.0, 200);
}

/// Whether who asked too much is still held up when they ask under another head. On a busy machine their second may be
/// over by then.
async fn is_known(page: SocketAddr, from: (u8, u8), head: &str, then: &str) -> bool {
    for _ in 0..5 {
        flood(page, from, head).await;
        if ask(page, from, "/search?q=gpu", then).await.0 == 429 {
            return true;
        }
    }
    false
}

#[test]
fn visitors_cause_no_write_of_their_own() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let log = cairn.path().join("data/cairn.db-wal");
    let written = || std::fs::metadata(&log).and_then(|log| log.modified()).ok();
    // The program itself writes when it starts, and twice a minute that it is there.
    let mut rounds = 0;
    let is_quiet = (0..3).any(|_| {
        std::thread::sleep(Duration::from_secs(1));
        rounds += 1;
        let before = written();
        for _ in 0..10 {
            let page = server.get("/search?q=xylophone+zebra");
            assert!(page.body.contains("nothing good on that yet"));
            assert_eq!((server.get("/readyz").status, server.get("/").status), (200, 200));
        }
        written() == before
    });
    assert!(is_quiet, "something was written each time");
    let (code, _) = server.stop("-TERM");
    assert_eq!(code, Some(0));
    // What they asked is not lost: it is written together.
    assert_eq!(cairn.run(&["gaps", "--json"]).json()[0]["times"], 10 * rounds);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_fills_the_disk_with_questions() {
    let cairn = Cairn::new();
    block_in_place(|| cairn.run(&["gaps"])).well();
    let store = Store::open(&cairn.path().join("data")).await.expect("the database");
    let now: Timestamp = Timestamp::now();
    let asked: Vec<(Timestamp, String)> = (0..700).map(|_| (now, "best pizza".to_owned())).collect();
    for _ in 0..2 {
        gaps::note_visitors(&store, &asked, now).await.expect("it is kept");
    }
    let times = || block_in_place(|| cairn.run(&["gaps", "--json"])).json()[0]["times"].as_u64();
    assert_eq!(times(), Some(500), "and no more of visitors");
    for _ in 0..3 {
        gaps::note(&store, "best pizza", now).await.expect("it is kept");
    }
    assert_eq!(times(), Some(503), "members have a share of their own");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_has_a_ceiling_on_discord() {
    let world = World::start().await;
    let d = &world.discord;
    let mut refused = String::new();
    for _ in 0..80 {
        refused = d.slash("ann", "/wiki query:gpu").await.content.clone();
        if refused.contains("many questions") {
            break;
        }
    }
    // One question more every two seconds; part of that may have passed.
    let waits = ["wait a second, then ask again.", "wait 2 seconds, then ask again."];
    assert!(waits.iter().any(|wait| refused.contains(wait)), "{refused}");
    assert!(!d.slash("bob", "/wiki query:gpu").await.to_string().contains("many questions"));
    let heard = d.slash("ann", "/wiki query:i feel like killing myself").await.to_string();
    assert!(heard.contains("findahelpline"), "whoever may be in danger is heard: {heard}");
    world.finish();
}
