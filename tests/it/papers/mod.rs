//! The week's papers: what the sources tell, in good times and bad, and what is made of it.

mod asking;
mod kept;
mod recordings;
mod week;

use clap::Parser;

use cairn::config::Config;
use cairn::papers::Week;
use jiff::Timestamp;

use crate::world::feeds::Feeds;

/// Settings that lead to the fakes.
fn settings(feeds: &Feeds) -> Config {
    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        config: Config,
    }
    let [hf, arxiv, hn] = feeds.urls();
    let flags = ["cairn", "--papers-hf-url", hf, "--papers-arxiv-url", arxiv, "--papers-hn-url", hn];
    Only::try_parse_from(flags).expect("settings").config
}

fn week() -> Week {
    "2026-W46".parse().expect("a week")
}

/// The Monday after, nine in the morning.
fn now() -> Timestamp {
    "2026-11-16T09:00:00Z".parse().expect("an instant")
}
