//! The digest desk and the settings, beside a Discord that knows its channels and roles by name.

use super::keeping::signed_in;
use crate::digest::twelve;
use crate::world::discord::permission;
use crate::world::feeds::Feeds;
use crate::world::program::{Page, Server};
use crate::world::server::World;
use crate::world::visit::Visit;

/// A Friday; the papers of its week come on the Monday after.
const NOW: &str = "2026-11-20T10:00:00Z";

/// Sends a form and follows where it leads.
#[track_caller]
fn post(visit: &mut Visit, server: &Server, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = visit.post(server, path, fields);
    if page.status != 303 {
        return page;
    }
    let to = page.header("location").expect("a place").to_owned();
    visit.get(server, &to)
}

/// Where each of some texts stands in a page.
fn order(page: &Page, texts: [&str; 2]) -> bool {
    let at = |text: &str| page.body.find(text).unwrap_or_else(|| panic!("no {text}: {}", page.text()));
    at(texts[0]) < at(texts[1])
}

async fn subscribed() -> (World, Feeds) {
    let feeds = Feeds::start().await;
    feeds.list("2026-11-18", &twelve("2611"));
    let [hf, arxiv, hn] = feeds.urls().clone();
    let mut world = World::empty().await;
    world.settings = vec![("CAIRN_HOME", format!("discord:{}", world.discord.guild()))];
    let sources = ["--papers-hurry", "--papers-hf-url", &hf, "--papers-arxiv-url", &arxiv, "--papers-hn-url", &hn];
    world.begin_with(&[&["--now", NOW], &sources[..]].concat()).await;
    let d = &world.discord;
    d.channel("papers");
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    d.go("root", "papers");
    d.slash("root", "/papers subscribe").await;
    (world, feeds)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_coming_papers_are_seen_pinned_vetoed_and_skipped() {
    let (world, _feeds) = subscribed().await;
    let server = world.server.as_ref().expect("it runs");
    let mut root = signed_in(&world, "root").await;
    let page = root.get(server, "/console/digest");
    assert!(page.text().contains("#papers The papers of 2026-W47 come on 23 November 2026"), "{}", page.text());
    assert!(page.text().contains("Nothing: papers come by their votes alone."), "{}", page.text());

    let channel = world.discord.channel_id("papers");
    let see = format!("/console/digest?see=discord%2Fchannel%2F{channel}");
    let seen = root.get(server, &see);
    assert!(seen.text().contains("In #papers, if it came now"), "{}", seen.text());
    assert!(order(&seen, ["Weather at Scale", "Games at Scale"]), "the most votes come first");
    assert!(!seen.text().contains("Agents at Scale"), "ten papers come, of twelve");

    // A pin, a veto, and the way back from each.
    let pinned = post(&mut root, server, "/console/digest/choose", &[("paper", "2611.00002"), ("choice", "pin")]);
    assert!(pinned.text().contains("2611.00002 comes first. Undo"), "{}", pinned.text());
    assert!(pinned.text().contains("Pinned for 2026-W47 Agents at Scale"), "{}", pinned.text());
    assert!(order(&root.get(server, &see), ["Agents at Scale", "Weather at Scale"]), "what is pinned comes first");
    let vetoed = post(&mut root, server, "/console/digest/choose", &[("paper", "2611.00012"), ("choice", "veto")]);
    assert!(vetoed.text().contains("2611.00012 does not come. Undo"), "{}", vetoed.text());
    let seen = root.get(server, &see);
    assert!(seen.text().contains("Vetoed Weather at Scale") && order(&seen, ["Agents", "Games"]), "{}", seen.text());
    assert!(!seen.body.contains("Veto: Weather at Scale"), "it is not among the papers: {}", seen.text());
    for (paper, title) in [("2611.00012", "Weather"), ("2611.00002", "Agents")] {
        let undone = post(&mut root, server, "/console/digest/unchoose", &[("paper", paper)]);
        assert!(undone.text().contains(&format!("{paper} comes if its votes are enough.")), "{}", undone.text());
        assert!(!undone.text().contains(title), "{}", undone.text());
    }
    assert!(order(&root.get(server, &see), ["Weather at Scale", "Games at Scale"]), "as it was");

    // A week is skipped, and comes after all.
    let target = format!("discord/channel/{channel}");
    let skipped = post(&mut root, server, "/console/digest/skip", &[("target", &target), ("skip", "yes")]);
    assert!(
        skipped.text().contains("2026-W47 are skipped here.") && skipped.text().contains("Undo"),
        "{}",
        skipped.text()
    );
    let back = post(&mut root, server, "/console/digest/skip", &[("target", &target), ("skip", "no")]);
    assert!(back.text().contains("The papers come there after all."), "{}", back.text());
    assert!(!back.text().contains("are skipped here"), "{}", back.text());

    // What cannot be done is said, and changes nothing.
    let strange = format!("discord/channel/{}", world.discord.foreign_channel("lobby", world.discord.second_server()));
    for (path, fields) in [
        ("choose", [("paper", "nonsense"), ("choice", "pin")]),
        ("choose", [("paper", "2611.00002"), ("choice", "burn")]),
        ("choose", [("paper", "2611.77777"), ("choice", "pin")]),
        ("skip", [("target", strange.as_str()), ("skip", "yes")]),
        ("skip", [("target", "the moon"), ("skip", "yes")]),
    ] {
        let refused = post(&mut root, server, &format!("/console/digest/{path}"), &fields);
        assert_eq!(refused.status, 422, "{fields:?}: {}", refused.text());
    }
    let elsewhere = root.get(server, &format!("/console/digest?see={}", strange.replace('/', "%2F")));
    assert!(elsewhere.text().contains("It cannot be shown."), "{}", elsewhere.text());
    world.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_call_roles_and_channels_by_their_names() {
    let (world, _feeds) = subscribed().await;
    let d = &world.discord;
    d.grant("eve", d.role("editors", 0));
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/editor", &["editors"]).await;
    let server = world.server.as_ref().expect("it runs");
    let mut root = signed_in(&world, "root").await;
    let page = root.get(server, "/console/settings");
    assert!(page.text().contains("Editors @editors Approvers none"), "{}", page.text());
    assert!(!page.text().contains("Of discord:") && !page.text().contains("here are their ids"), "{}", page.text());
    assert!(page.text().contains("Save how readily Discord online"), "the bot’s health stands by the switch");
    // An editor judges, and sees neither settings nor what is coming.
    let mut eve = signed_in(&world, "eve").await;
    for (place, refused) in [("settings", true), ("digest", true), ("outbox", true), ("desk", false), ("gaps", false)] {
        let page = eve.get(server, &format!("/console/{place}"));
        assert_eq!(page.status != 200, refused, "{place}: {}", page.text());
    }
    let forged = eve.post(server, "/console/settings/readiness", &[("name", "readily")]);
    assert_eq!(forged.status, 422, "{}", forged.text());
    world.finish();
}
