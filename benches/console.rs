//! What the console costs when the wiki has ten thousand pages of fifty revisions each: over HTTP, as a browser asks.
//!
//! `cargo bench --bench console` on a quiet machine; a missed bound is a failure.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn::App;
use cairn::community::{HomeModerator, entry};
use cairn::config::{Clock, Config};
use cairn::store::Store;
use cairn::wiki::{self, Approval, Change, Part};
use clap::Parser;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How much there is.
const PAGES: usize = 10_000;
const REVISIONS: usize = 50;
/// How often each thing is asked for.
const TIMES: usize = 400;
/// The slowest of a hundred looks and of a hundred saves may take so long.
const LOOK: Duration = Duration::from_millis(50);
const SAVE: Duration = Duration::from_millis(100);

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    if cfg!(debug_assertions) {
        println!("Nothing was measured: this is a debug build; run cargo bench --bench console.");
        return ExitCode::SUCCESS;
    }
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let app = filled(dir.path()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(cairn::web::serve(app.clone(), listener, None, stopped));
    let visit = Visit::enter(&app, address).await;
    let held = [
        measure("list", LOOK, |n| visit.get(format!("/console?part={}", n % 200))).await,
        measure("due", LOOK, |n| visit.get(format!("/console?show=due&part={}", n % 20))).await,
        measure("search by name", LOOK, |n| visit.get(format!("/console?q=page+{n}"))).await,
        measure("search by words", LOOK, |n| visit.get(format!("/console?q={}", WORDS[n % WORDS.len()]))).await,
        measure("editor", LOOK, |n| visit.get(format!("/console/pages/page-{n}"))).await,
        measure("history", LOOK, |n| visit.get(format!("/console/pages/page-{n}/history"))).await,
        measure("one change", LOOK, |n| visit.get(format!("/console/pages/page-{n}/history/{}", n % 49 + 1))).await,
        measure("save", SAVE, |n| visit.save(n)).await,
    ];
    let _ = stop.send(true);
    let _ = serving.await;
    if held.into_iter().all(|held| held) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const WORDS: [&str; 5] = ["gradient", "notebook", "interview", "data", "reading+paper"];

/// The text of a page: a lead and eight sections of a usual length.
fn source(n: usize, revision: usize) -> String {
    let words =
        ["gradient", "notebook", "interview", "data", "reading", "paper", "project", "question", "model", "habit"];
    let mut text = format!(
        "---\nslug: page-{n}\ntitle: Page {n} about {}\nsummary: For measuring.\naliases: [alias {n}]\ntags: [a]\nreviewed: 2026-{:02}-01\n---\n\nLead {revision}.\n",
        words[n % words.len()],
        n % 11 + 1
    );
    for section in 0..8 {
        let line: Vec<&str> = (0..120).map(|w| words[(n * 7 + section * 3 + w * w) % words.len()]).collect();
        text.push_str(&format!(
            "\n## Section {section} of {n}\n\n<!-- asked: what of {section} in {n} -->\n\n{}\n",
            line.join(" ")
        ));
    }
    text
}

/// A wiki of that size. The newest revisions are saved as people save them; the older ones are put below them.
async fn filled(dir: &std::path::Path) -> App {
    let Settings { mut config } = Settings::parse_from(["cairn"]);
    config.data_dir = dir.to_owned();
    let (clock, store) = (Clock::starting(None), Store::open(dir).await.expect("a database"));
    let app = App {
        config: Arc::new(config),
        store,
        clock,
        home: Default::default(),
        nudge: Arc::default(),
        feeds: Arc::default(),
        health: Default::default(),
    };
    let by = HomeModerator::operator("bench").expect("a name");
    let (since, now) = (Instant::now(), app.clock.now());
    for n in 0..PAGES {
        let (slug, text) = (format!("page-{n}"), source(n, REVISIONS));
        let change = Change { page: &slug, part: Part::Page, text: &text, base: 0, reason: "begun" };
        wiki::edit(&app.store, &by, change, Approval::Own, now).await.expect("a page");
    }
    let mut db = SqliteConnectOptions::new().filename(dir.join("cairn.db")).connect().await.expect("a database");
    let older = format!(
        "BEGIN; UPDATE revisions SET number = {REVISIONS}; UPDATE pages SET revision = {REVISIONS};
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {REVISIONS} - 1)
         INSERT INTO revisions (page_id, number, source, author, reason, at)
         SELECT page_id, n.n, replace(source, 'Lead {REVISIONS}.', 'Lead ' || n.n || '.'), author, 'reason ' || n.n, at FROM revisions, n;
         COMMIT"
    );
    db.execute(AssertSqlSafe(older)).await.expect("older revisions");
    println!("{PAGES} pages of {REVISIONS} revisions were written in {:.0?}", since.elapsed());
    app
}

/// A moderator's browser.
struct Visit {
    address: String,
    cookie: String,
    token: String,
}

impl Visit {
    async fn enter(app: &App, address: String) -> Self {
        let by = HomeModerator::operator("bench").expect("a name");
        let key = entry::link(&app.store, &by, app.clock.now()).await.expect("a link");
        let mut visit = Self { address, cookie: String::new(), token: String::new() };
        let entered = visit.ask("POST", &format!("/console/enter/{key}"), "").await;
        let (_, cookie) = entered.split_once("set-cookie: ").expect("a cookie");
        visit.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let page = visit.get("/console".to_owned()).await;
        let (_, token) = page.split_once("name=\"token\" value=\"").expect("a token");
        visit.token = token.split('"').next().unwrap_or_default().to_owned();
        visit
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).await.expect("it listens");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("it takes a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        answer
    }

    async fn get(&self, path: String) -> String {
        let answer = self.ask("GET", &path, "").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
        answer
    }

    async fn save(&self, n: usize) -> String {
        let encoded: String = source(n, REVISIONS + 1)
            .bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect();
        let body = format!("token={}&base={REVISIONS}&section=&how=save&why=bench&text={encoded}", self.token);
        let answer = self.ask("POST", &format!("/console/pages/page-{n}"), &body).await;
        assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
        answer
    }
}

/// Asks for something many times, one after the other, and says how long the slowest of a hundred takes.
async fn measure<F: Future<Output = String>>(what: &str, most: Duration, ask: impl Fn(usize) -> F) -> bool {
    let mut took = Vec::with_capacity(TIMES);
    for n in 0..TIMES {
        let since = Instant::now();
        let _ = ask(n * 17 % PAGES).await;
        took.push(since.elapsed());
    }
    took.sort_unstable();
    let (median, slow) = (took[TIMES / 2], took[TIMES * 99 / 100]);
    println!("{what}: median {median:.1?}, p99 {slow:.1?} (at most {most:.0?})");
    slow <= most
}
