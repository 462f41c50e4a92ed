//! The week's papers with the whole program: fake sources, a fake Discord, and a clock that the test moves.

mod chosen;
mod kills;
mod members;
mod pages;
mod weeks;

use insta::assert_snapshot;

use crate::world::discord::{Message, permission};
use crate::world::feeds::{Feeds, Listed, Place, paper};
use crate::world::rehearsal::Rehearsal;

/// A community whose channel `papers` can get papers, and sources that list twelve of them in 2026-W47.
pub struct Town {
    pub world: Rehearsal,
    pub feeds: Feeds,
}

/// Twelve papers: the nth has 10 × n votes.
pub fn twelve(prefix: &str) -> Vec<Listed> {
    let subjects = [
        "Diffusion",
        "Agents",
        "Retrieval",
        "Attention",
        "Sparse Models",
        "Robots",
        "Speech",
        "Vision",
        "Proteins",
        "Compilers",
        "Games",
        "Weather",
    ];
    (1..)
        .zip(subjects)
        .map(|(n, subject)| paper(&format!("{prefix}.{n:05}"), &format!("{subject} at Scale"), n * 10))
        .collect()
}

impl Town {
    /// At an instant, with root as an admin who sits in `papers`.
    pub async fn at(now: &str) -> Self {
        Self::with(now, &[]).await
    }

    pub async fn with(now: &str, settings: &[&str]) -> Self {
        let feeds = Feeds::start().await;
        feeds.list("2026-11-18", &twelve("2611"));
        let [hf, arxiv, hn] = feeds.urls().clone();
        let sources = ["--papers-hurry", "--papers-hf-url", &hf, "--papers-arxiv-url", &arxiv, "--papers-hn-url", &hn];
        let world = Rehearsal::with(now, &[&sources[..], settings].concat()).await;
        world.discord.channel("papers");
        world.discord.grant("root", world.discord.role("admins", permission::MANAGE_GUILD));
        world.discord.go("root", "papers");
        world.discord.go("ann", "papers");
        Self { world, feeds }
    }

    /// What the bot has posted in a channel.
    pub fn posted(&self, channel: &str) -> Vec<Message> {
        self.world.discord.messages(channel).into_iter().filter(|m| m.author == "cairn" && !m.ephemeral).collect()
    }

    /// The first lines of what the bot has posted.
    pub fn titles(&self, channel: &str) -> Vec<String> {
        let first = |m: Message| m.content.lines().next().unwrap_or_default().to_owned();
        self.posted(channel).into_iter().map(first).collect()
    }
}

/// The titles of the papers of a digest.
pub fn papers(message: &Message) -> Vec<String> {
    let text = message.to_string();
    let lines = text.lines().filter_map(|line| line.split_once("**").map(|(_, rest)| rest.to_owned()));
    let numbered = lines.filter(|line| line.chars().next().is_some_and(|c| c.is_ascii_digit()));
    numbered.map(|line| line.split("**").next().unwrap_or_default().to_owned()).collect()
}

const NOW: &str = "2026-11-21T12:00:00Z";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_gets_the_week_on_monday() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    let said = d.slash("root", "/papers subscribe zone:Europe/Berlin count:5").await;
    assert_snapshot!(said, @"
    [ephemeral]
    #papers gets the week's papers every Monday at 09:00 (Europe/Berlin): up to 5 papers. The next digest is due on Monday 23 November 2026, 09:00 (Europe/Berlin).
    ");
    town.feeds.forget();
    town.world.tick_to("2026-11-23T07:59:00Z").await;
    assert!(town.posted("papers").is_empty() && town.feeds.requests().is_empty());
    town.world.tick_to("2026-11-23T08:00:00Z").await;
    let posted = town.posted("papers");
    assert_eq!(posted.len(), 1);
    assert_snapshot!(posted[0], @"
    **Papers of the week: 16 to 22 November 2026**

    Ordered by upvotes at Hugging Face; other places are evidence. Level: advanced, unless a paper says otherwise.

    How to read one: a glance, then the argument, then the details. The guide explains the [three passes](https://cairn.example/guides/reading-papers#the-three-passes).
    │ **1. Weather at Scale** <https://arxiv.org/abs/2611.00012>
    │ Ada Lovelace and Alan Turing · 13 November 2026 · 120 upvotes
    │ We study Weather at Scale. It works on three tasks, e.g. on one. The rest is shown.
    │ [abstract](https://arxiv.org/abs/2611.00012) · [PDF](https://arxiv.org/pdf/2611.00012)
    │ **2. Games at Scale** <https://arxiv.org/abs/2611.00011>
    │ Ada Lovelace and Alan Turing · 13 November 2026 · 110 upvotes
    │ We study Games at Scale. It works on three tasks, e.g. on one. The rest is shown.
    │ [abstract](https://arxiv.org/abs/2611.00011) · [PDF](https://arxiv.org/pdf/2611.00011) · intermediate
    │ **3. Compilers at Scale** <https://arxiv.org/abs/2611.00010>
    │ Ada Lovelace and Alan Turing · 13 November 2026 · 100 upvotes
    │ We study Compilers at Scale. It works on three tasks, e.g. on one. The rest is shown.
    │ [abstract](https://arxiv.org/abs/2611.00010) · [PDF](https://arxiv.org/pdf/2611.00010)
    │ **More papers**
    │ **4. Proteins at Scale**
    │ Ada Lovelace and Alan Turing · 13 November 2026 · 90 upvotes
    │ We study Proteins at Scale. It works on three tasks, e.g. on one. The rest is shown.
    │ [abstract](https://arxiv.org/abs/2611.00009) · [PDF](https://arxiv.org/pdf/2611.00009)
    │
    │ **5. Vision at Scale**
    │ Ada Lovelace and Alan Turing · 13 November 2026 · 80 upvotes
    │ We study Vision at Scale. It works on three tasks, e.g. on one. The rest is shown.
    │ [abstract](https://arxiv.org/abs/2611.00008) · [PDF](https://arxiv.org/pdf/2611.00008)
    [👍 1] [👍 2] [👍 3] [👍 4] [👍 5]
    [All papers of the week → https://cairn.example/papers/2026-W47] [Remind me of one…]
    ");
    assert!(posted[0].pings.is_empty() && d.threads("papers").is_empty());
    // Within what the sources allow: a day each, one search of Hacker News for each name, one question to arXiv.
    let asked = |place| town.feeds.requests_to(place).len();
    assert_eq!((asked(Place::HuggingFace), asked(Place::Arxiv)), (7, 1));
    assert!(asked(Place::HackerNews) <= 4);
    town.world.tick_to("2026-11-23T12:00:00Z").await;
    assert_eq!(town.posted("papers").len(), 1);
    town.world.finish().await;
}

/// The settings of a program with these sources.
pub fn settings(urls: &[String; 3]) -> cairn::config::Config {
    #[derive(clap::Parser)]
    struct Settings {
        #[command(flatten)]
        config: cairn::config::Config,
    }
    let [hf, arxiv, hn] = urls;
    let given = ["cairn", "--papers-hurry", "--papers-hf-url", hf, "--papers-arxiv-url", arxiv, "--papers-hn-url", hn];
    <Settings as clap::Parser>::parse_from(given).config
}

/// Does something to a database as nobody else would.
pub async fn run_sql(folder: &std::path::Path, sql: &'static str) {
    use sqlx::{Connection, Executor};
    let file = format!("sqlite://{}", folder.join("cairn.db").display());
    let mut db = sqlx::SqliteConnection::connect(&file).await.expect("a database");
    db.execute(sql).await.expect("a change");
    db.close().await.expect("an end");
}
