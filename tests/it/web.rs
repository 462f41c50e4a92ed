//! The web page, over real connections.

use std::time::Duration;

use crate::world::program::{Cairn, encode};

const GRADE_11: &str = "I'm in grade 11 and want to work in machine learning one day, what should I study?";

#[test]
fn one_screen_says_what_is_on_and_how_to_turn_on_the_rest() {
    let server = Cairn::new().serve(&[]);
    let screen = server.screen.replace(&server.address, "ADDRESS");
    assert!(screen.lines().count() <= 24, "it fits a screen");
    for line in
        ["is at http://ADDRESS", "Web      on", "Wiki     on", "Triage   on", "Discord  off: ", "Reddit   off: "]
    {
        assert!(screen.contains(line), "{line} is missing in\n{screen}");
    }
}

#[test]
fn a_newcomer_asks_and_is_shown_the_guide_and_the_reason() {
    let server = Cairn::new().serve(&[]);
    let home = server.get("/");
    assert_eq!(home.status, 200);
    assert!(home.body.contains("<form class=\"ask\" action=\"/ask\" method=\"post\">"));
    for page in [server.post("/ask", &[("text", GRADE_11)]), server.get(&format!("/ask?text={}", encode(GRADE_11)))] {
        assert_eq!(page.status, 200);
        for part in [
            "because you said <mark>grade 11</mark>",
            "href=\"/guides/high-school\"",
            "Your first three steps",
            "/guides/engineer",
            "/guides/researcher",
            "/guides/hacker",
        ] {
            assert!(page.body.contains(part), "{part} is missing");
        }
    }
}

#[test]
fn the_examples_of_the_home_page_are_answered_at_once() {
    let server = Cairn::new().serve(&[]);
    let home = server.get("/").body;
    let links: Vec<&str> = home.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let examples: Vec<&&str> = links.iter().filter(|link| link.starts_with("/ask?text=")).collect();
    assert_eq!(examples.len(), 4);
    for (example, guide) in examples.into_iter().zip(["high-school", "engineer", "researcher", "hacker"]) {
        let answer = server.get(example).body;
        assert!(answer.contains("Your guide") && !answer.contains("One question first"), "{answer}");
        let button = format!("<a class=\"button main\" href=\"/guides/{guide}\"");
        assert!(answer.contains(&button), "{guide}: {answer}");
    }
}

#[test]
fn an_unclear_question_is_asked_back_once() {
    let server = Cairn::new().serve(&[]);
    let text = "how do I get into ML?";
    let asked = server.post("/ask", &[("text", text)]);
    assert!(asked.body.contains("One question first"), "{}", asked.body);
    assert!(asked.body.contains("name=\"track\" value=\"hacker\""));
    let chosen = server.post("/ask", &[("text", text), ("track", "hacker")]);
    assert!(chosen.body.contains("You chose this guide.") && !chosen.body.contains("One question first"));
}

#[test]
fn any_other_question_is_answered_from_the_wiki() {
    let server = Cairn::new().serve(&[]);
    let page = server.post("/ask", &[("text", "which gpu is good enough?")]);
    assert!(page.body.contains("From the wiki") && page.body.contains("/guides/hardware#"), "{}", page.body);
    let found = server.get("/search?q=gpu");
    assert!(found.status == 200 && found.body.contains("/guides/hardware#"));
    let nothing = server.get("/search?q=xylophone+zebra");
    assert!(nothing.status == 200 && nothing.body.contains("nothing good on that yet"));
}

#[test]
fn pages_are_served_with_anchors_and_their_other_names_lead_there() {
    let server = Cairn::new().serve(&[]);
    let page = server.get("/guides/reading-papers");
    assert!(page.status == 200 && page.body.contains("<section id=\"how-do-you-read-a-paper-in-three-passes\">"));
    assert!(page.body.contains("\"the-three-passes\""), "its first name leads to it, too");
    assert!(
        !page.body.contains(".md\"") && !page.body.contains(".md#"),
        "links between files became links between pages"
    );
    let alias = server.get("/guides/gpu");
    assert_eq!(alias.status, 303);
    assert!(alias.head.contains("location: /guides/hardware"), "{}", alias.head);
    let unknown = server.get("/guides/enginer");
    assert_eq!(unknown.status, 404);
    for part in ["The path ends here", "There is no page “enginer”.", "href=\"/guides/engineer\"", "value=\"enginer\""]
    {
        assert!(unknown.body.contains(part), "{part} is missing in {}", unknown.body);
    }
    assert_eq!(server.get("/nowhere").status, 404);
    assert!(server.get("/guides").body.contains("/guides/portfolio"));
}

#[test]
fn every_link_within_the_site_leads_somewhere() {
    let server = Cairn::new().serve(&[]);
    let mut to_see = vec!["/".to_owned(), format!("/ask?text={}", encode(GRADE_11)), "/search?q=python".to_owned()];
    let mut pages = std::collections::HashMap::new();
    let mut fragments = Vec::new();
    while let Some(path) = to_see.pop() {
        if pages.contains_key(&path) {
            continue;
        }
        let page = server.get(&path);
        assert_eq!(page.status, 200, "{path}");
        for link in page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.replace("&amp;", "&");
            if let Some((target, fragment)) = link.split_once('#') {
                let target = if target.is_empty() { path.clone() } else { target.to_owned() };
                fragments.push((path.clone(), target.clone(), fragment.to_owned()));
                if target.starts_with('/') {
                    to_see.push(target)
                }
            } else if link.starts_with('/') {
                to_see.push(link);
            }
        }
        pages.insert(path, page.body);
    }
    for (from, target, fragment) in fragments.iter().filter(|(_, target, _)| target.starts_with('/')) {
        assert!(pages[target].contains(&format!("id=\"{fragment}\"")), "{from} links to {target}#{fragment}");
    }
    assert!(pages.len() > 25, "{} pages were seen", pages.len());
}

#[test]
fn what_people_type_is_shown_as_text_and_runs_nowhere() {
    let server = Cairn::new().serve(&[]);
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)> how do I get into ML?\"'>";
    for page in [
        server.post("/ask", &[("text", evil)]),
        server.get(&format!("/search?q={}", encode(evil))),
        server.get(&format!("/guides/{}", encode("<script>"))),
    ] {
        let own = page.body.replace("<img src=\"/mark.svg\"", "");
        assert!(!own.contains("<script") && !own.contains("<img"), "{own}");
    }
    let home = server.get("/");
    let head = home.head.to_lowercase();
    for header in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "x-frame-options: deny",
    ] {
        assert!(head.contains(header), "{header} is missing in {head}");
    }
    assert!(!home.body.contains(" style=") && !home.body.contains("<script"), "the policy would block it");
    assert!(!head.contains("set-cookie"));
}

#[test]
fn bad_requests_get_a_sentence_on_a_page() {
    let server = Cairn::new().serve(&[]);
    let empty = server.post("/ask", &[("text", "  ")]);
    assert!(empty.status == 422 && empty.body.contains("There was no question to read"));
    let long = server.post("/ask", &[("text", &"x".repeat(40_001))]);
    assert!(long.status == 413 && long.body.contains("longer than the 40000 characters"));
    let huge = server.post_bytes("/ask", &vec![b'x'; 1_000_000]);
    assert!(huge.status == 413 && huge.body.contains("longer than the 40000 characters"), "{huge:?}");
    assert_eq!(server.post("/ask", &[("text", &"how do I get into ML? ".repeat(1_800))]).status, 200);
    let broken = server.post_bytes("/ask", b"text=%ff%fe");
    assert!(broken.status == 200 && broken.body.contains("There are no words in that."), "{broken:?}");
    for nothing in ["/search?q=", "/search", "/search?q=+"] {
        let page = server.get(nothing);
        assert!(page.status == 200 && page.body.contains("Which laptop do I need?"), "{nothing}");
    }
    assert_eq!(server.get("/healthz").body, "ok\n");
}

#[test]
fn what_the_framework_refuses_is_said_in_a_plain_sentence() {
    let server = Cairn::new().serve(&[]);
    for (address, status) in [
        ("/search?q=a&q=b", 400),
        ("/ask?text=a&text=b", 400),
        ("/papers?q=a&q=b", 400),
        ("/guides/%ff", 400),
        ("/papers/%ff", 400),
        ("/papers/nonsense", 404),
        ("/no/where", 404),
    ] {
        let page = server.get(address);
        assert_eq!(page.status, status, "{address}");
        assert!(page.body.contains("<h1>") && page.body.contains("id=\"q\""), "{address}: {}", page.body);
        assert!(!page.body.contains("deserialize") && !page.body.contains("Invalid"), "{address}: {}", page.body);
    }
    let sent = server.post("/search", &[("q", "gpu")]);
    assert!(sent.status == 405 && sent.body.contains("Open it as a page instead."), "{sent:?}");
    assert!(sent.head.to_lowercase().contains("allow: get,head"), "{}", sent.head);
    let head = "POST /ask HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\n";
    let other = server.request(head, b"hi");
    assert!(other.status == 415 && other.body.contains("only what its own form sends"), "{other:?}");
    let head = "HEAD / HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\n\r\n";
    let seen = server.request(head, b"");
    assert!(seen.status == 200 && seen.body.is_empty(), "{seen:?}");
}

#[test]
fn a_slash_or_an_ending_too_many_leads_on() {
    let cairn = Cairn::new();
    let folder = cairn.path().join("pages");
    std::fs::create_dir(&folder).expect("a folder");
    let page = "---\nslug: 入門\ntitle: Nyumon page\nsummary: A page.\naliases: [nyumon]\ntags: []\nreviewed: 2026-11-01\n\
                sources: []\n---\n\n# Nyumon page\n\nWords.\n";
    std::fs::write(folder.join("入門.md"), page).expect("a file");
    cairn.run(&["guides", "import", folder.to_str().expect("a path")]).well();
    let server = cairn.serve(&[]);
    for (address, status, to) in [
        ("/guides/", 308, "/guides"),
        ("/papers/", 308, "/papers"),
        ("/guides/hardware/", 308, "/guides/hardware"),
        ("/search/?q=gpu", 308, "/search?q=gpu"),
        ("/guides/hardware.md", 303, "/guides/hardware"),
        ("/guides/nyumon", 303, "/guides/%E5%85%A5%E9%96%80"),
    ] {
        let answer = server.get(address);
        let wanted = format!("location: {to}\r\n");
        assert!(answer.status == status && format!("{}\r\n", answer.head).contains(&wanted), "{address}: {answer:?}");
    }
    assert_eq!(server.get("/guides/%E5%85%A5%E9%96%80").status, 200);
    assert_eq!(server.get("//evil.example/").status, 404);
}

#[test]
fn the_text_stays_in_the_box_after_an_answer() {
    let server = Cairn::new().serve(&[]);
    let page = server.post("/ask", &[("text", GRADE_11)]).body;
    let kept = format!(">{GRADE_11}</textarea>").replace('\'', "&#39;");
    assert!(page.contains(&kept) || page.contains(&kept.replace("&#39;", "'")), "{page}");
    assert!(page.contains("Say more, or say it differently"));
}

#[test]
fn health_tells_whether_the_database_can_be_written() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    assert_eq!((server.get("/healthz").status, server.get("/readyz").status), (200, 200));
    let asked = cairn.run(&["health", "--web-listen", &server.address]);
    assert_eq!(asked.well(), "ready\n");
    let asked = cairn.run(&["health", "--json", "--web-listen", &server.address]);
    assert_eq!(asked.json(), serde_json::json!({ "ready": true }));
    let address = server.address.clone();
    server.stop("-TERM");
    assert_eq!(
        cairn.run(&["health", "--web-listen", &address]).refused(1),
        format!("No Cairn answers on {address}; start it with `cairn run`.")
    );
}

#[test]
fn a_server_whose_screen_nobody_reads_serves_all_the_same() {
    // `serve` closes the program's standard output as soon as it has seen the address.
    let server = Cairn::new().serve(&[]);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_port_in_use_is_one_plain_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    assert_eq!(
        Cairn::new().run(&["run", "--web-listen", &address]).refused(1),
        format!("Another program listens on {address} already; stop it or choose another port with --web-listen.")
    );
}

#[test]
fn it_stops_in_order_on_both_signals_and_starts_again() {
    let cairn = Cairn::new();
    for signal in ["-TERM", "-INT", "-KILL"] {
        let server = cairn.serve(&[]);
        assert_eq!(server.get("/").status, 200);
        let (code, took) = server.stop(signal);
        assert!(took < Duration::from_secs(10));
        assert_eq!(code, (signal != "-KILL").then_some(0));
    }
}
