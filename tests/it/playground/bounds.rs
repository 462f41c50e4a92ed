//! What the playground does not take: strangers, other sites, too much.

use super::visitor::{Visitor, text};
use crate::world::program::Cairn;

#[test]
fn it_is_off_with_a_token_and_where_others_reach_the_page() {
    for (settings, why) in [
        (
            &[
                ("CAIRN_DISCORD_TOKEN", "t"),
                ("CAIRN_DISCORD_PROXY", "http://127.0.0.1:9"),
                ("CAIRN_PLAYGROUND", "true"),
            ][..],
            "the playground is closed while CAIRN_DISCORD_TOKEN is set",
        ),
        (&[("CAIRN_WEB_URL", "https://cairn.example")], "CAIRN_PLAYGROUND=true opens it"),
        (&[("CAIRN_PLAYGROUND", "false")], "CAIRN_PLAYGROUND is false"),
    ] {
        let cairn = Cairn::new();
        let server = cairn.serve_with(&[], settings);
        let page = server.get("/playground");
        assert_eq!(page.status, 404, "{settings:?}");
        assert!(page.body.contains(why), "{}", page.body);
        assert!(server.screen.contains(why), "{}", server.screen);
        assert!(!cairn.path().join("data/playground").exists());
    }
    let server =
        Cairn::new().serve_with(&[], &[("CAIRN_WEB_URL", "https://cairn.example"), ("CAIRN_PLAYGROUND", "true")]);
    assert_eq!(server.get_with("/playground/reddit", &[]).status, 421, "of another name");
    let head = "GET /playground/reddit HTTP/1.1\r\nHost: cairn.example\r\nConnection: close\r\n\r\n";
    assert_eq!(server.request(head, b"").status, 200);
}

#[test]
fn nothing_is_opened_before_somebody_comes() {
    let noor = Visitor::come();
    noor.get("/");
    noor.get("/playground/reddit");
    assert!(!noor.cairn.path().join("data/playground").exists());
    noor.page();
    assert!(noor.cairn.path().join("data/playground/cairn.db").exists());
}

#[test]
fn strangers_and_other_sites_change_nothing() {
    let noor = Visitor::come();
    let mut sent = noor.carried(&noor.page());
    sent.push(("text".into(), "said by another site".into()));
    for site in ["cross-site", "same-site"] {
        let refused = noor.post_from(site, "/playground/say", &sent);
        assert_eq!(refused.status, 403, "{}", refused.body);
    }
    let forged: Vec<(String, String)> = sent.iter().filter(|(name, _)| name != "token").cloned().collect();
    for token in ["", "0123456789abcdef"] {
        let forged = [&forged[..], &[("token".into(), token.into())]].concat();
        let refused = noor.post_from("same-origin", "/playground/say", &forged);
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(refused.body.contains("Load the playground and do it again."));
    }
    for path in ["/playground/wipe", "/playground/leap", "/playground/press", "/playground/submit"] {
        assert_eq!(noor.post_from("same-origin", path, &forged).status, 403, "{path}");
    }
    let rebound = "GET /playground HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(noor.server.request(rebound, b"").status, 421, "a name that was pointed here");
    assert!(!noor.messages().join("\n").contains("another site"));
}

#[test]
fn what_people_write_is_text_and_the_policy_is_strict() {
    let noor = Visitor::come();
    let evil = "<script>window.evil=1</script> <img src=x onerror=evil> [x](javascript:evil) ||<b>||";
    let page = noor.say(evil);
    assert!(
        !page.contains("<script>window") && !page.contains("<img src=x") && !page.contains("href=\"javascript"),
        "{page}"
    );
    let head = noor.get("/playground").head.to_lowercase();
    for part in
        ["script-src 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'", "default-src 'none'"]
    {
        assert!(head.contains(part), "{part} in {head}");
    }
    assert!(head.contains("cache-control: no-store"), "{head}");
}

#[test]
fn forged_presses_and_too_much_are_refused() {
    let noor = Visitor::come();
    let page = noor.page();
    let message =
        page.split("name=\"message\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a message");
    let with = |more: &[(&str, &str)]| {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        noor.carried(&page).into_iter().chain(more).collect::<Vec<_>>()
    };
    let refused = text(&noor.post("/playground/press", &with(&[("message", message), ("id", "erase/yes")])));
    assert!(refused.contains("This button is gone."), "{refused}");
    let refused = text(&noor.post("/playground/choose", &with(&[("message", "7"), ("id", "x"), ("value", "y")])));
    assert!(refused.contains("This message is gone."), "{refused}");
    let refused = text(&noor.say(&"x".repeat(2_001)));
    assert!(refused.contains("Discord takes 2000 characters"), "{refused}");
    let body = noor.post_from("same-origin", "/playground/say", &with(&[("text", &"x".repeat(70_000))]));
    assert_eq!(body.status, 413);
    let nobody: Vec<(String, String)> = with(&[("text", "hi")])
        .into_iter()
        .map(|(name, value)| if name == "as" { (name, "Eve".to_owned()) } else { (name, value) })
        .collect();
    assert_eq!(noor.post_from("same-origin", "/playground/say", &nobody).status, 404);
    let many = (0..60).map(|_| noor.post_from("same-origin", "/playground/dismiss", &with(&[("message", "7")])).status);
    assert!(many.collect::<Vec<_>>().contains(&429), "there is a pace");
}

#[test]
fn nothing_too_large_is_taken() {
    let noor = Visitor::come();
    let carried = noor.carried(&noor.page());
    let with = |name: &str, value: String| [&carried[..], &[(name.to_owned(), value)]].concat();
    for path in ["say", "press", "choose", "menu", "submit", "dismiss", "leap", "wipe", "reddit"] {
        let sent = with("text", "x".repeat(70_000));
        let refused = noor.post_from("same-origin", &format!("/playground/{path}"), &sent);
        assert_eq!(refused.status, 413, "{path}: {}", refused.body);
    }
    for (name, length) in [("title", 301), ("body", 60_000)] {
        let refused = noor.post_from("same-origin", "/playground/reddit", &with(name, "x".repeat(length)));
        assert_eq!(refused.status, 413, "{name}: {}", refused.body);
    }
    let many = (0..10_000).map(|n| (format!("f{n}"), String::new())).collect::<Vec<_>>();
    let refused = noor.post_from("same-origin", "/playground/say", &[&carried[..], &many].concat());
    assert!(refused.status >= 400, "{}", refused.body);
    assert!(noor.reads("Find your guide").contains("pinned"), "it goes on");
}

/// What the playground gives out opens nothing outside it.
#[test]
fn links_of_the_playground_lead_to_nothing_real() {
    let mut noor = Visitor::come();
    noor.say("/study zone zone:Europe/London");
    let secrets = |page: &str, place: &str| {
        let parts = page.split(place).skip(1);
        let keys = parts.map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
        keys.filter(|key| key.len() > 15).collect::<Vec<_>>()
    };
    noor.say("/study calendar");
    let calendars = secrets(&noor.press("Secret link"), "/study/");
    noor.who = "Mara";
    noor.say("/mod console");
    let consoles = secrets(&noor.page(), "/console/enter/");
    assert!(!calendars.is_empty(), "{}", text(&noor.page()));
    assert!(consoles.is_empty(), "no link into a console: {consoles:?}");
    for key in calendars {
        assert_eq!(noor.get(&format!("/study/{key}.ics")).status, 404, "{key}");
    }
}
