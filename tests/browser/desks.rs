//! A moderator's five minutes: verdicts judged by keys and by mouse, a gap filled, a draft approved.

use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::key::Key;
use jiff::Timestamp;
use serde_json::json;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::chrome::{Browser, DESK, PHONE, Setup, WITH, WITHOUT, is_there, tell};
use crate::entering::Site;

/// What ten people wrote.
const POSTS: [&str; 10] = [
    "How do I get into machine learning? I've been a backend developer for five years and want a job as an ML engineer.",
    "I'm in grade 11 and want to work in machine learning one day, what should I study?",
    "I want to add machine learning to my hobby project, a bird feeder with a camera. Where do I start?",
    "I have a masters in statistics and want to do a PhD in machine learning, how do I begin with research?",
    "How do I become a machine learning engineer after ten years of Java?",
    "What laptop do you use for deep learning?",
    "how do i start with ml",
    "I'm 15 and love maths, how do I get a career in AI when I'm older?",
    "Backend developer here, I want to move into ML in production, which path would you take?",
    "Data analyst who wants to become an ML engineer: what do I learn first?",
];

impl Site {
    /// At home in a server where ten people were answered, two asked in vain, and a draft waits.
    async fn moderated() -> Self {
        let site = Self::with_settings(&[("CAIRN_HOME", "discord:7")]);
        let file = site.cairn.path().join("data/cairn.db");
        let mut db = SqliteConnectOptions::new().filename(file).connect().await.expect("a database");
        for (n, text) in (0_i64..).zip(POSTS) {
            let verdict = cairn::triage::triage_explicit(
                cairn::triage::Model::builtin(),
                &cairn::triage::Post { title: "", body: text },
                &cairn::triage::Bands::default(),
            );
            let query =
                "INSERT INTO discord_answers (asker, author, guild, post, channel, title, body, track, at, verdict)
                         VALUES ($1, $1, 7, $2, 70, '', $3, $4, $5, $6)";
            sqlx::query(query)
                .bind(format!("discord:{}", 100 + n))
                .bind(1_000 + n)
                .bind(text)
                .bind(verdict.track.map(cairn::triage::Track::slug))
                .bind(Timestamp::now().as_millisecond() - 60_000 * (n + 1))
                .bind(verdict.to_kept())
                .execute(&mut db)
                .await
                .expect("a row");
        }
        for question in ["zxqv gpu wvut", "gpu zxqv", "qqqzzz pizza"] {
            sqlx::query("INSERT INTO gaps (at, query) VALUES ($1, $2)")
                .bind(Timestamp::now().as_millisecond())
                .bind(question)
                .execute(&mut db)
                .await
                .expect("a row");
        }
        let page = site.cairn.run(&["guides", "show", "hardware"]).well();
        let edited = page.trim_end().to_owned() + "\n\nOne more line for the draft.\n";
        let query = "INSERT INTO drafts (page, text, base, author, reason, at) VALUES ('hardware', $1, 1, 'Tom', 'a line more', $2)";
        sqlx::query(query)
            .bind(edited)
            .bind(Timestamp::now().as_millisecond())
            .execute(&mut db)
            .await
            .expect("a draft");
        site
    }
}

/// The key that says what is right of the card that is first: the one that its main button shows.
async fn first_key(browser: &Browser) -> String {
    let button = browser.client.find(Locator::Css(".desk-card.now button.main")).await.expect("a main button");
    button.attr("data-press").await.expect("an attribute").expect("a key")
}

async fn waits(browser: &Browser, left: usize) {
    let text = match left {
        0 => "Nothing waits to be judged.".to_owned(),
        1 => "One verdict waits.".to_owned(),
        n => format!("{n} verdicts wait."),
    };
    browser.sees(&text).await;
}

/// Tells a moderator's story once in each of these browsers, each time at a site of its own.
async fn moderate(setups: &[Setup], story: impl AsyncFn(&Browser, &Site)) {
    if !is_there() {
        return;
    }
    for setup in setups {
        let site = Site::moderated().await;
        tell(*setup, &site.address(), 1, async |browsers| story(&browsers[0], &site).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_verdicts_by_keys() {
    moderate(&[WITH], async |mara, site| {
        mara.enter(&site.link("Mara")).await;
        mara.goto("/console/desk").await;
        waits(mara, 10).await;
        mara.shot("desk").await;
        // A key takes back what a key has said.
        mara.keys(&first_key(mara).await).await;
        waits(mara, 9).await;
        mara.sees("Noted for").await;
        mara.keys("u").await;
        waits(mara, 10).await;
        // Keys mean nothing with another key held, and can be switched off.
        mara.press("Switch keys off").await;
        mara.run("window.sent = 0; addEventListener('submit', () => window.sent++)", vec![]).await;
        mara.keys("n").await;
        let held = format!("{}n", Key::Alt);
        mara.keys(&held).await;
        assert_eq!(mara.run("return window.sent", vec![]).await, json!(0), "nothing is sent");
        mara.press("Switch keys on").await;
        mara.keys(&held).await;
        assert_eq!(mara.run("return window.sent", vec![]).await, json!(0), "nothing is sent with another key held");
        for left in (0..10).rev() {
            let key = if left == 4 { "n".to_owned() } else { first_key(mara).await };
            mara.keys(&key).await;
            waits(mara, left).await;
        }
        mara.sees("of 100 answers are judged").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_verdicts_by_mouse_without_javascript() {
    moderate(&[WITHOUT], async |mara, site| {
        mara.enter(&site.link("Mara")).await;
        mara.goto("/console/desk").await;
        for left in (0..10).rev() {
            let card = if left % 3 == 0 { "button[value=other]" } else { "button.main" };
            mara.press_at(&format!(".desk-card.now {card}")).await;
            waits(mara, left).await;
        }
        mara.press("Undo u").await;
        waits(mara, 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_verdicts_with_one_word() {
    moderate(&[WITH, WITHOUT], async |mara, site| {
        mara.enter(&site.link("Mara")).await;
        mara.goto("/console/desk").await;
        mara.press("Judge many at once").await;
        mara.press("Mark all 10").await;
        mara.at("/console/desk/many?mark=all").await;
        // Two of them are not so sure.
        for left in [9, 8] {
            let marked = mara.client.find(Locator::Css("input[name=source]:checked")).await.expect("a mark");
            marked.send_keys(" ").await.expect("it is unmarked");
            let count = "return document.querySelectorAll('input[name=source]:checked').length";
            assert_eq!(mara.run(count, vec![]).await, json!(left));
        }
        mara.press("All of these are right").await;
        mara.sees("8 verdicts right?").await;
        mara.is_open_to_all("many-look").await;
        mara.shot("many-look").await;
        mara.press("Note 8 verdicts").await;
        mara.sees("Noted for 8 verdicts.").await;
        waits(mara, 2).await;
        mara.press("Undo all u").await;
        waits(mara, 10).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderators_five_minutes() {
    moderate(&[WITH, WITHOUT], async |mara, site| {
        let link = site.link("Mara");
        let begun = Instant::now();
        mara.enter(&link).await;
        let entered = begun.elapsed();
        mara.press("Desk , waiting: 10").await;
        for left in (0..10).rev() {
            mara.press_at(".desk-card.now button.main").await;
            waits(mara, left).await;
        }
        let judged = begun.elapsed();
        mara.goto("/console/gaps").await;
        mara.press("Point them to that section").await;
        mara.sees("are led to").await;
        mara.press("Not ours").await;
        mara.sees("is listed no more").await;
        let filled = begun.elapsed();
        mara.goto("/console/drafts/1").await;
        mara.sees("One more line for the draft.").await;
        mara.press("Publish").await;
        mara.sees("Saved as revision 2").await;
        let all = begun.elapsed();
        println!(
            "a moderator's five minutes, JavaScript {}: signed in after {entered:.1?}, ten verdicts after {judged:.1?}, \
             the gaps after {filled:.1?}, the draft after {all:.1?}",
            mara.setup.javascript
        );
        assert!(all < Duration::from_secs(300), "{all:?}");
        let history = site.cairn.run(&["guides", "history", "hardware"]).well();
        assert!(history.contains("Tom"), "the draft is a revision: {history}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_desk_is_open_to_all_and_fits() {
    if !is_there() {
        return;
    }
    let site = Site::moderated().await;
    site.cairn.run_with(&["triage", "lessons", "add", "--is", "engineer"], b"from cobol to ml work, which way").well();
    for (width, dark) in [(DESK, false), (DESK, true), (PHONE, false), (PHONE, true)] {
        let setup = Setup { javascript: true, width, dark };
        let link = site.link("Mara");
        tell(setup, &site.address(), 1, async |browsers| {
            let mara = &browsers[0];
            mara.enter(&link).await;
            for place in [
                "desk",
                "desk/many",
                "desk/many?mark=all",
                "gaps",
                "examples",
                "digest",
                "outbox",
                "links",
                "settings",
                "log",
                "health",
            ] {
                mara.goto(&format!("/console/{place}")).await;
                mara.sees("Sign out").await;
                mara.is_open_to_all(place).await;
                if place == "log" {
                    // Where there is room the filter stands open; on a telephone the entries come first.
                    let is_open = "return document.querySelector('.filter form').checkVisibility()";
                    assert_eq!(mara.run(is_open, Vec::new()).await, json!(width == DESK), "{width:?}");
                }
                mara.shot(&place.replace(['/', '?', '='], "-")).await;
            }
        })
        .await;
    }
}
