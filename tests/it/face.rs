//! What the web page looks like to who reads it: their own words marked, the thing to do first, a way on everywhere.

use std::fs;

use crate::world::program::{Cairn, encode};

const GRADE_11: &str = "I'm in grade 11 and want to work in machine learning one day, what should I study?";

/// What stands in `page`, in this order.
#[track_caller]
fn in_order(page: &str, parts: &[&str]) {
    let mut from = 0;
    for part in parts {
        let at = page[from..].find(part);
        from += at.unwrap_or_else(|| panic!("{part} is missing, or comes too early, in {page}")) + part.len();
    }
}

#[test]
fn an_answer_marks_the_words_that_decided_it_in_what_was_said_and_in_the_reason() {
    let server = Cairn::new().serve(&[]);
    let page = server.post("/ask", &[("text", GRADE_11)]).body;
    in_order(
        &page,
        &[
            "You asked",
            "I'm in <mark>grade 11</mark> and want to work",
            "<h1>High school guide</h1>",
            "This guide, because you said <mark>grade 11</mark>",
            "<ol class=\"steps\">",
            "Read the whole guide",
            "Not quite you?",
            "Say more, or say it differently",
        ],
    );
    assert_eq!(page.matches("class=\"button main\"").count(), 1, "one thing is the thing to do: {page}");
    let chosen = server.post("/ask", &[("text", GRADE_11), ("track", "hacker")]).body;
    assert!(chosen.contains("You chose this guide.") && !chosen.contains("<mark>"), "{chosen}");
    let calm = server.get(&format!("/ask?text={}", encode("I feel like killing myself"))).body;
    for part in ["<mark", "class=\"answer\"", "class=\"button", "class=\"tracks\"", "<form"] {
        assert!(!calm.contains(part), "{part} in {calm}");
    }
    assert!(calm.contains("href=\"tel:112\""), "{calm}");
}

#[test]
fn a_question_for_the_wiki_gets_three_sections_and_a_way_to_people() {
    let server = Cairn::new().serve(&[]);
    let page = server.post("/ask", &[("text", "which gpu is good enough?")]).body;
    assert!((1..=3).contains(&page.matches("<div class=\"hit\">").count()), "{page}");
    in_order(&page, &["<h1>From the wiki</h1>", "None of these?", "<details", "Or is it about getting started?"]);
}

#[test]
fn a_guide_begins_with_what_to_do_and_ends_with_ways_on() {
    let server = Cairn::new().serve(&[]);
    let page = server.get("/guides/engineer").body;
    in_order(
        &page,
        &[
            "On this page",
            "<a href=\"#your-first-three-steps-as-an-ml-engineer\">",
            "<h1>Working as an ML or AI engineer</h1>",
            "Facts checked on <time datetime=\"2026-",
            "<section class=\"start\" id=\"your-first-three-steps-as-an-ml-engineer\">",
            "<a id=\"your-first-three-steps-this-week\"></a>",
            "<ol class=\"steps\">",
            "<b>Put fixed study hours for next week into your calendar</b>",
            "<section id=\"what-does-an-ml-engineer-do\">",
            "Read next →",
            "Wrong guide?",
            "I'm still at school",
            "Something out of date?",
        ],
    );
    assert_eq!(page.matches("id=\"your-first-three-steps-as-an-ml-engineer\"").count(), 1);
    let page = server.get("/guides/skills").body;
    in_order(
        &page,
        &["<h1>Skills checklist for machine learning</h1>", "← Before this", "Read next →", "Not what you wanted?"],
    );
    let all = server.get("/guides").body;
    in_order(
        &all,
        &[
            "I want a job in machine learning",
            "I'm still at school",
            "something for fun",
            "do research",
            "Begin",
            "Find work",
        ],
    );
    assert!(!all.contains("<h2>More</h2>"), "every page that comes with Cairn has its shelf: {all}");
}

#[test]
fn what_is_wider_than_a_phone_names_its_columns_and_scrolls_by_keyboard() {
    let server = Cairn::new().serve(&[]);
    let page = server.get("/guides/engineer").body;
    in_order(
        &page,
        &[
            "<div class=\"table cards-small\" role=\"group\" aria-label=\"Table: ",
            "tabindex=\"0\">",
            "<th scope=\"col\"",
            "<th scope=\"row\"",
            "<td data-label=\"",
        ],
    );
    assert!(server.get("/guides/llm").body.contains("<pre tabindex=\"0\" role=\"group\" aria-label=\"Code\">"));
}

#[test]
fn a_search_has_the_question_as_its_heading_and_marks_the_words_that_count() {
    let server = Cairn::new().serve(&[]);
    let page = server.get("/search?q=how+much+maths+do+i+need").body;
    in_order(
        &page,
        &[
            "<h1>how much maths do i need</h1>",
            "may answer this.",
            "value=\"how much maths do i need\"",
            "Best match",
            "<mark>",
            "Not what you meant?",
        ],
    );
    assert!(page.contains("<mark>maths</mark>") || page.contains("<mark>Maths</mark>"), "{page}");
    for word in ["do", "i", "need", "much"] {
        assert!(!page.contains(&format!("<mark>{word}</mark>")), "{word} says nothing: {page}");
    }
    assert_eq!(page.matches("role=\"search\"").count(), 1, "one box: {page}");
    let nothing = server.get("/search?q=xylophone+zebra").body;
    in_order(
        &nothing,
        &["Nothing on “xylophone zebra” yet", "nothing good on that yet", "What you can do now", "Ask people."],
    );
}

#[test]
fn an_address_that_leads_nowhere_leads_on() {
    let server = Cairn::new().serve(&[]);
    let page = server.get("/guides/enginer");
    assert_eq!(page.status, 404);
    in_order(
        &page.body,
        &["The path ends here", "class=\"button main alone\" href=\"/guides/engineer\"", "value=\"enginer\""],
    );
    let page = server.get("/no/where");
    assert!(
        page.status == 404
            && page.body.contains("There is no page at /no/where.")
            && page.body.contains("href=\"/guides\"")
    );
}

#[test]
fn links_have_a_preview_with_a_picture_where_the_site_is_known() {
    let server = Cairn::new().serve_with(&[], &[("CAIRN_WEB_URL", "https://cairn.example")]);
    let (home, guide) = (server.get("/").body, server.get("/guides/hardware").body);
    for (page, address) in [(&home, "https://cairn.example/"), (&guide, "https://cairn.example/guides/hardware")] {
        for part in [
            "<meta name=\"description\" content=\"".to_owned(),
            "<meta property=\"og:title\" content=\"".to_owned(),
            "<meta property=\"og:description\" content=\"".to_owned(),
            "<meta property=\"og:image\" content=\"https://cairn.example/og-image.png\">".to_owned(),
            format!("<meta property=\"og:url\" content=\"{address}\">"),
            format!("<link rel=\"canonical\" href=\"{address}\">"),
        ] {
            assert!(page.contains(&part), "{part} is missing in {page}");
        }
    }
    assert!(home.contains("<title>How do you get into machine learning? · Cairn</title>"), "{home}");
    assert_ne!(description(&home), description(&guide));
    // Without an address that others can reach, none is named.
    let alone = Cairn::new().serve(&[]).get("/").body;
    assert!(!alone.contains("og:image") && alone.contains("og:title"), "{alone}");
}

fn description(page: &str) -> &str {
    let rest = page.split("name=\"description\" content=\"").nth(1).expect("a description");
    rest.split('"').next().unwrap_or_default()
}

#[test]
fn programs_find_their_way() {
    let server = Cairn::new().serve_with(&[], &[("CAIRN_WEB_URL", "https://cairn.example")]);
    let robots = server.get("/robots.txt").body;
    assert!(
        robots.contains("Disallow: /search") && robots.contains("Sitemap: https://cairn.example/sitemap.xml"),
        "{robots}"
    );
    let map = server.get("/sitemap.xml");
    assert!(map.head.to_lowercase().contains("content-type: application/xml"), "{}", map.head);
    let pages = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/guides")).expect("pages");
    for page in pages.filter_map(|page| page.expect("an entry").file_name().into_string().ok()) {
        let Some(slug) = page.strip_suffix(".md").filter(|slug| *slug != "SOURCES") else { continue };
        let place = format!("<loc>https://cairn.example/guides/{slug}</loc>");
        assert!(map.body.contains(&place), "{place} is missing in {}", map.body);
    }
    let packed = server.get_with("/guides/hardware", &[("Accept-Encoding", "gzip")]);
    let whole = server.get("/guides/hardware").body.len();
    assert!(packed.head.contains("content-encoding: gzip") && packed.body.len() * 2 < whole, "{}", packed.head);
}

#[test]
fn the_face_comes_from_here_and_nothing_else_is_allowed() {
    let server = Cairn::new().serve(&[]);
    let home = server.get("/");
    assert!(home.head.contains("font-src 'self'") && !home.head.contains("script-src"), "{}", home.head);
    let style = home.body.split("rel=\"stylesheet\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let style = server.get(style.expect("a style"));
    assert!(
        style.head.contains("immutable") && style.body.contains("--paper:") && style.body.contains(".steps"),
        "{}",
        style.head
    );
    assert!(!style.body.contains("://"), "nothing is loaded from elsewhere");
    for (path, kind) in [
        ("/font/vollkorn-600.woff2", "font/woff2"),
        ("/icon.svg", "image/svg+xml"),
        ("/mark.svg", "image/svg+xml"),
        ("/og-image.png", "image/png"),
        ("/touch-icon.png", "image/png"),
    ] {
        let asset = server.get(path);
        assert!(
            asset.status == 200 && asset.head.to_lowercase().contains(&format!("content-type: {kind}")),
            "{path}: {}",
            asset.head
        );
    }
    assert!(style.body.contains("/font/vollkorn-600.woff2"));
    assert!(server.get("/font/OFL.txt").body.contains("SIL OPEN FONT LICENSE"));
    assert!(server.get("/favicon.ico").head.contains("location: /icon.svg"));
}
