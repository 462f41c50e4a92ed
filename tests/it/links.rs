//! Links of the wiki to other places, looked at in an internet that is played.

use std::fs;

use crate::world::program::Cairn;
use crate::world::sites::Sites;

const PUBLIC: &str = "93.184.216.34";

/// A Cairn whose wiki is one page with these links.
fn with_links(links: &[&str]) -> Cairn {
    let cairn = Cairn::new();
    let text: Vec<String> = links.iter().map(|link| format!("See [this]({link}).")).collect();
    let page = format!(
        "---\nslug: shelf\ntitle: Shelf\nsummary: Links.\nreviewed: 2026-11-21\n---\n\nA shelf.\n\n## Books\n\n{}\n",
        text.join("\n")
    );
    fs::create_dir(cairn.path().join("in")).expect("a folder");
    fs::write(cairn.path().join("in/shelf.md"), page).expect("a page");
    cairn.run(&["guides", "import", "in"]).well();
    cairn
}

fn look(cairn: &Cairn, now: &str) -> String {
    cairn.run(&["--now", now, "--links-play", "play", "guides", "links", "--look"]).well()
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_and_moved_links_are_told_with_their_places() {
    let sites = Sites::start(&[
        ("good.example/a", 200, ""),
        ("HEAD picky.example/", 405, ""),
        ("GET picky.example/", 200, ""),
        ("old.example/x", 301, "http://good.example/a"),
        ("often.example/", 302, "/elsewhere"),
        ("often.example/elsewhere", 200, ""),
        ("closed.example/", 403, ""),
        ("round.example/", 301, "http://round.example/"),
    ])
    .await;
    let cairn = with_links(&[
        "http://good.example/a#part",
        "http://good.example/gone",
        "http://picky.example/",
        "http://old.example/x",
        "http://often.example/",
        "http://closed.example/",
        "http://round.example/",
        "http://nowhere.example/",
    ]);
    let names = ["good", "picky", "old", "often", "closed", "round"].map(|name| format!("{name}.example"));
    let names: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), PUBLIC)).collect();
    sites.play(&cairn.path().join("play"), &names, &[PUBLIC]);
    let told = tokio::task::block_in_place(|| look(&cairn, "2026-11-23T04:00:00Z"));
    let lines: Vec<&str> = told.lines().collect();
    // The pages that come with Cairn have links, too, which lead nowhere here and wait to be looked at again.
    assert!(lines[0].starts_with("Looked at "), "{told}");
    assert_eq!(
        lines[1..],
        [
            "- http://good.example/gone is dead: it answers 404, since 2026-11-23; it stands in shelf#books",
            "- http://round.example/ is dead: it leads on more than 5 times, since 2026-11-23; it stands in shelf#books",
            "- http://old.example/x has moved to http://good.example/a; it stands in shelf#books",
        ],
        "{told}"
    );
    assert!(sites.asked().contains(&"GET picky.example/".to_owned()), "what refuses HEAD is asked for whole");
    assert!(!sites.asked().contains(&"GET good.example/a".to_owned()), "what answers HEAD is not");
    // Nothing that was found is asked for again on the same day; what could not be reached counts after three days.
    let before = sites.asked().len();
    for day in ["24", "25"] {
        tokio::task::block_in_place(|| look(&cairn, &format!("2026-11-{day}T04:00:00Z")));
    }
    let again: Vec<String> = sites.asked().split_off(before);
    assert!(!again.iter().any(|what| what.contains("picky.example")), "{again:?}");
    let told = tokio::task::block_in_place(|| cairn.run(&["guides", "links"]).well());
    assert!(told.contains("http://nowhere.example/ is dead: it cannot be reached, since 2026-11-23"), "{told}");
    assert!(!told.contains("closed.example"), "who lets no programs in is no trouble: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_private_address_is_ever_connected_to() {
    let sites = Sites::start(&[
        ("inside.example/", 200, ""),
        ("HEAD turning.example/", 405, ""),
        ("GET turning.example/", 200, ""),
        ("sly.example/local", 302, "http://127.0.0.1/secret"),
        ("sly.example/meta", 302, "http://169.254.169.254/latest/meta-data/"),
        ("sly.example/name", 302, "http://inside.example/"),
        ("sly.example/six", 302, "http://[::ffff:127.0.0.1]/"),
        ("sly.example/file", 302, "file:///etc/passwd"),
        ("127.0.0.1/secret", 200, ""),
    ])
    .await;
    let cairn = with_links(&[
        "http://inside.example/",
        "http://both.example/",
        "http://turning.example/",
        "http://sly.example/local",
        "http://sly.example/meta",
        "http://sly.example/name",
        "http://sly.example/six",
        "http://sly.example/file",
        "http://10.0.0.7/",
        "http://2130706433/",
        "http://[fd00::1]/",
        "http://good.example/",
    ]);
    let names = [
        ("inside.example", "192.168.1.7"),
        ("both.example", "93.184.216.34,127.0.0.1"),
        // Public when it is looked up first, and then no longer.
        ("turning.example", "93.184.216.34 127.0.0.1"),
        ("sly.example", PUBLIC),
        ("good.example", PUBLIC),
    ];
    // The server would answer for each of these, if it were asked.
    let all = [PUBLIC, "192.168.1.7", "127.0.0.1", "169.254.169.254", "10.0.0.7", "fd00::1", "::ffff:127.0.0.1"];
    sites.play(&cairn.path().join("play"), &names, &all);
    let told = tokio::task::block_in_place(|| look(&cairn, "2026-11-23T04:00:00Z"));
    for url in [
        "inside.example/",
        "both.example/",
        "turning.example/",
        "sly.example/local",
        "sly.example/meta",
        "sly.example/name",
        "sly.example/six",
        "sly.example/file",
        "10.0.0.7/",
        "2130706433/",
        "[fd00::1]/",
    ] {
        assert!(told.contains(&format!("http://{url} leads to no public place")), "{url}: {told}");
    }
    let mut asked = sites.asked();
    asked.sort();
    let expected = [
        "GET good.example/",
        "HEAD good.example/",
        "HEAD sly.example/file",
        "HEAD sly.example/local",
        "HEAD sly.example/meta",
        "HEAD sly.example/name",
        "HEAD sly.example/six",
        "HEAD turning.example/",
    ];
    assert_eq!(asked, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_asked_at_a_measured_pace() {
    let sites =
        Sites::start(&[("slow.example/a", 200, ""), ("slow.example/b", 200, ""), ("slow.example/c", 200, "")]).await;
    let cairn = with_links(&["http://slow.example/a", "http://slow.example/b", "http://slow.example/c"]);
    sites.play(&cairn.path().join("play"), &[("slow.example", PUBLIC)], &[PUBLIC]);
    tokio::task::block_in_place(|| look(&cairn, "2026-11-23T04:00:00Z"));
    let times = sites.times();
    assert_eq!(times.len(), 3);
    // A tenth of a second apart in a played internet, a second in the real one; a busy machine notes them unevenly.
    let took = times[2].0.duration_since(times[0].0).as_millis();
    assert!(took >= 150, "{took} ms: {times:?}");
}

#[test]
fn without_a_look_nothing_is_known() {
    let told = Cairn::new().run(&["guides", "links"]).well();
    assert_eq!(told.trim_end(), "No link was looked at yet; use --look, or leave Cairn running.");
}
