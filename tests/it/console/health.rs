//! What the console says of Cairn itself: Discord, a home that is missing, the log's filter.

use std::time::{Duration, Instant};

use tokio::task::block_in_place;
use tokio::time::sleep;

use crate::world::program::{Cairn, PATIENCE, Server};
use crate::world::server::World;
use crate::world::visit::Visit;

#[test]
fn a_desk_without_a_home_says_how_to_name_one() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let mut ann = Visit::operator(&cairn, &server, "ann");
    for place in ["desk", "desk/many", "digest", "outbox", "settings"] {
        let page = ann.get(&server, &format!("/console/{place}"));
        assert!(page.body.contains("<code>CAIRN_HOME=discord:SERVER_ID cairn run</code>"), "{place}: {}", page.text());
        assert!(page.body.contains("<code>CAIRN_HOME=reddit:NAME cairn run</code>"), "{place}: {}", page.text());
    }
    let page = ann.get(&server, "/console/health");
    let off = "Discord off: start Cairn with CAIRN_DISCORD_TOKEN";
    assert!(page.text().contains(off) && page.text().contains("Discord is off"), "{}", page.text());
    drop(server);
    // What it says helps. A subreddit has a page of its own.
    for (home, said) in [("discord:7", "Nothing waits to be judged."), ("reddit:learnml", "is on the page Reddit")] {
        let server = cairn.serve_with(&[], &[("CAIRN_HOME", home)]);
        let mut ann = Visit::operator(&cairn, &server, "ann");
        for place in ["desk", "desk/many", "digest", "outbox", "settings"] {
            let page = ann.get(&server, &format!("/console/{place}"));
            assert!(page.status == 200 && !page.body.contains("SERVER_ID"), "{home}, {place}: {}", page.text());
            assert!(place != "desk" || page.text().contains(said), "{home}: {}", page.text());
        }
    }
}

/// Waits until the page says that.
async fn comes(ann: &mut Visit, server: &Server, part: &str) -> String {
    let since = Instant::now();
    loop {
        let page = block_in_place(|| ann.get(server, "/console/health")).text();
        if page.contains(part) {
            return page;
        }
        assert!(since.elapsed() < PATIENCE, "never “{part}”: {page}");
        sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discord_is_connected_since_then_or_off_with_its_reason() {
    let mut world = World::empty().await;
    world.discord.heartbeat_every(Duration::from_millis(500));
    // Silence is told after 3 seconds instead of 180.
    world.begin_with(&["--discord-hurry", "60"]).await;
    let (d, server) = (&world.discord, world.server.as_ref().expect("it runs"));
    let mut ann = block_in_place(|| Visit::operator(&world.cairn, server, "ann"));
    let page = comes(&mut ann, server, "Discord connected since ").await;
    assert!(page.contains("Discord online"), "{page}");
    d.greet_nobody(usize::MAX);
    d.drop_gateway();
    let page = comes(&mut ann, server, "Discord not connected since ").await;
    assert!(page.contains("Discord cannot be reached"), "{page}");
    d.revoke_token();
    d.greet_nobody(0);
    let page = comes(&mut ann, server, "Discord off: Discord does not take the token").await;
    assert!(page.contains("Discord is off"), "{page}");
    world.finish_after(&["does not take the token"], 0);
}

#[test]
fn the_logs_filter_is_folded_and_says_what_is_shown() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let mut ann = Visit::operator(&cairn, &server, "ann");
    let page = ann.get(&server, "/console/log");
    assert!(page.body.contains("<details class=\"filter\"><summary>Show only some</summary>"), "{}", page.body);
    let page = ann.get(&server, "/console/log?act=settings&who=ann&what=&from=2026-11-01&to=");
    assert!(page.body.contains("<summary>Shown: settings, by ann, from 2026-11-01</summary>"), "{}", page.body);
    let page = ann.get(&server, "/console/log?who=%3Cb%3E");
    assert!(page.body.contains("<summary>Shown: by &lt;b&gt;</summary>"), "{}", page.body);
}
