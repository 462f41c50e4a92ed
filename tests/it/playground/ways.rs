//! Where links of the playground lead: to what is only there, never to a real page that knows nothing of it.

use super::NEWCOMER;
use super::visitor::{Visitor, text};

/// The address of the last link that says that.
fn link(page: &str, words: &str) -> String {
    let at = page.rfind(&format!(">{words}</a>")).unwrap_or_else(|| panic!("no link “{words}” in {}", text(page)));
    let tag = &page[page[..at].rfind("<a ").expect("a link")..at];
    let address = tag.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an address");
    address.replace("&amp;", "&")
}

#[test]
fn an_edit_is_looked_at_where_it_is() {
    let mara = Visitor { who: "Mara", ..Visitor::come() };
    let page = mara.say("/mod guide edit page:hardware");
    let boxes = page.split("name=\"field.").skip(1).filter_map(|rest| rest.split('"').next());
    let words = "Any abacus of the last ten years will do to begin.";
    let fields: Vec<(String, String)> = boxes.map(|name| (format!("field.{name}"), words.to_owned())).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = mara.press_with("Submit", &fields);
    let there = link(&saved, "Look at it");
    assert_eq!(there, "/playground/site/guides/hardware");

    let copy = mara.get(&there);
    assert_eq!(copy.status, 200, "{}", copy.body);
    assert!(copy.body.contains(words), "{}", text(&copy.body));
    assert!(text(&copy.body).contains("the playground’s own copy of the wiki"), "{}", text(&copy.body));
    assert_eq!(link(&copy.body, "The real page"), "/guides/hardware");
    assert_eq!(link(&copy.body, "Back to the playground"), "/playground");
    let real = mara.get("/guides/hardware").body;
    assert!(!real.contains(words) && !real.contains("/playground/site"), "the real page is as it was");

    // One stays there: by its links, by its search, and by other names of a page.
    assert_eq!(link(&copy.body, "All pages"), "/playground/site/guides");
    assert!(copy.body.contains("action=\"/playground/site/search\""), "{}", copy.body);
    let found = mara.get("/playground/site/search?q=which+abacus");
    assert!(
        found.status == 200 && found.body.contains("<h2><a href=\"/playground/site/guides/hardware\""),
        "{}",
        found.body
    );
    assert_eq!(link(&found.body, "The real page"), "/search?q=which+abacus");
    let other = mara.get("/playground/site/guides/hardware.md");
    assert!(other.head.contains("location: /playground/site/guides/hardware\r\n"), "{}", other.head);
    for path in ["/guides", "/papers", "/papers/feed.atom", "/search"] {
        assert_eq!(mara.get(&format!("/playground/site{path}")).status, 200, "{path}");
    }
    // What is the same everywhere is where it always is, and nobody is led away.
    for (path, to) in
        [("", "/playground/site/guides"), ("/ask?text=hi", "/ask?text=hi"), ("/guides/img/a.svg", "/guides/img/a.svg")]
    {
        let led = mara.get(&format!("/playground/site{path}"));
        assert!(led.head.contains(&format!("location: {to}\r\n")), "{path}: {}", led.head);
    }
    for path in ["//evil.example/", "/nowhere", "/console", "/guides/nothing-like-it"] {
        let nothing = mara.get(&format!("/playground/site{path}"));
        assert!(nothing.status == 404 || nothing.status == 308, "{path}: {}", nothing.status);
        assert!(!nothing.head.contains("location: //"), "{path}: {}", nothing.head);
    }
    assert!(mara.get("/robots.txt").body.contains("Disallow: /playground\n"));
    let danger = mara.get("/playground/site/search?q=I+want+to+kill+myself");
    assert!(text(&danger.body).contains("Find a crisis line"), "{}", text(&danger.body));
    let rebound = "GET /playground/site/guides HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(mara.server.request(rebound, b"").status, 421);
}

#[test]
fn a_calendar_of_the_playground_is_read_where_its_link_says() {
    let noor = Visitor::come();
    noor.say("/study zone zone:Europe/London");
    noor.say("/study calendar");
    let page = noor.press("Secret link");
    let way = page.split("/playground/site/study/").nth(1).expect("a link");
    let key: String = way.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
    let calendar = noor.get(&format!("/playground/site/study/{key}"));
    assert!(calendar.status == 200 && calendar.body.starts_with("BEGIN:VCALENDAR"), "{key}: {}", calendar.body);
}

#[test]
fn a_verdict_leads_to_its_post_in_the_playground() {
    let mut noor = Visitor::come();
    noor.say(NEWCOMER);
    noor.reads("Hacker guide");
    noor.go("# study");
    let mara = Visitor { who: "Mara", ..noor };
    let page = mara.say("/mod triage");
    let option = page.split("Was it right? Look at one</option><option value=\"").nth(1).expect("a verdict");
    let id = option.split('"').next().expect("its number").to_owned();
    let page = mara.press_with("Choose", &[("value", &id)]);
    assert!(!page.contains("discord.com/channels"), "nothing leads to a real server: {}", text(&page));
    let there = link(&page, "The post");
    let (path, anchor) = there.split_once('#').expect("a message");
    let place = mara.get(path).body;
    let message = place.split(&format!("<li class=\"msg\" id=\"{anchor}\"")).nth(1).expect("the message");
    assert!(text(message.split("</li>").next().unwrap_or_default()).contains("I make small games"), "{there}");
}
