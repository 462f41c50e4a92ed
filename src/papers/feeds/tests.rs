//! Tests with bodies in the sources' formats, and with recorded ones if they are next to the checkout.

use std::fs;
use std::path::PathBuf;

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{arxiv, hf, hn};
use crate::papers::beside::beside;

/// The recorded bodies of a source, by name; none if they are missing.
fn recorded(source: &str) -> Vec<(String, Vec<u8>)> {
    let Some(folder) = beside(&format!("fixtures/papers/{source}")) else { return Vec::new() };
    let entries = fs::read_dir(folder).expect("recordings");
    let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    files.sort();
    files.iter().map(|f| (f.file_name().unwrap().to_string_lossy().into_owned(), fs::read(f).unwrap())).collect()
}

/// The content of an arXiv feed: its papers, or the complaint.
fn told(body: &[u8]) -> Result<Vec<(String, usize)>, String> {
    let feed = arxiv::read(body).map_err(|failure| failure.what)?;
    if let Some(complaint) = feed.complaint {
        return Err(complaint);
    }
    assert!(feed.left_out.is_empty(), "{:?}", feed.left_out);
    for known in &feed.known {
        assert!(known.published.is_some() && !known.summary.is_empty() && !known.withdrawn, "{known:?}");
        assert!(known.title.trim() == known.title && !known.title.contains(['\n', '\t']), "{known:?}");
    }
    Ok(feed.known.into_iter().map(|known| (known.id.to_string(), known.authors.len())).collect())
}

#[test]
fn recorded_feeds_of_arxiv_are_read() {
    let one = |id: &str, authors: usize| Ok(vec![(id.to_owned(), authors)]);
    let complaint = |what: &str| Err(format!("arXiv says: {what}"));
    for (name, body) in recorded("arxiv") {
        // Some are wrapped in an object that describes the request.
        let body = match serde_json::from_slice::<Value>(&body) {
            Ok(kept) => kept["body"].as_str().expect("a body").as_bytes().to_vec(),
            Err(_) => body,
        };
        let said = told(&body);
        match name.rsplit_once('.').expect("an ending").0 {
            "arxiv-client_error" => assert_eq!(said, complaint("start must be a non-negative integer")),
            "arxivpy_id_abc_s0_m100_b79c8dcf6bc3" => assert_eq!(said, complaint("incorrect id format for abc")),
            "arxivpy_id_0000.0000_s0_m100_8b51d9633a68" | "rsxiv_query_empty" => assert_eq!(said, Ok(vec![])),
            "rsxiv_query_missing_id" => assert_eq!(said, one("2201.13452", 2)),
            "arxivpy_id_astro-ph_0601001_s0_m100_3150dca9dc76" => assert_eq!(said, one("astro-ph/0601001", 4)),
            "arxivpy_id_0808.05394_1707.08567_s0_m100_42e5aa0ec3af" | "arxivpy_id_1707.08567_s0_m100_6a1afebfc6a3" => {
                let [(id, authors)] = said.as_deref().unwrap() else { panic!("{name}: {said:?}") };
                assert!(id == "1707.08567" && *authors > 25, "{name}: {authors} authors");
            }
            _ => {
                let (papers, text) = (said.unwrap(), String::from_utf8(body).unwrap());
                assert_eq!(papers.len(), text.matches("<entry>").count(), "{name}");
                let authors: usize = papers.iter().map(|(_, authors)| authors).sum();
                assert_eq!(authors, text.matches("<author>").count(), "{name}");
            }
        }
    }
}

#[test]
fn recorded_days_are_read() {
    for (name, body) in recorded("hf") {
        let day = name.trim_end_matches(".json").parse().expect("a date");
        let listed = hf::read(&body, day);
        match name.as_str() {
            "2025-01-10.json" => assert_eq!(listed, Err("it is an object, not a list of papers".to_owned())),
            "2024-12-12.json" => {
                let listed = listed.expect("a list");
                assert_eq!((listed.papers.len(), listed.items), (0, 18));
                assert_eq!(listed.left_out, ["18 of 18 items left out: a text instead of an object"]);
            }
            _ => {
                let listed = listed.expect("a list");
                assert_eq!((listed.papers.len(), listed.left_out.len()), (listed.items, 0), "{name}");
                for paper in &listed.papers {
                    let whole = !paper.authors.is_empty() && !paper.summary.is_empty() && paper.published.is_some();
                    assert!(whole && !paper.title.contains('\n') && !paper.withdrawn, "{name}: {paper:?}");
                }
                let newer = name.as_str() > "2024-06";
                assert_eq!(listed.papers.iter().any(|p| p.code.is_some()), newer, "{name}");
            }
        }
    }
}

#[test]
fn recorded_answers_of_hacker_news_are_read() {
    for (name, body) in recorded("hn") {
        let read = hn::read(&body);
        match name.as_str() {
            // Comments, and stories that link elsewhere.
            "python-hn_1.1.json" | "python-hn_1.2.json" => assert_eq!(read, Ok(vec![]), "{name}"),
            _ => assert_eq!(read, Err("it has no list `hits`".to_owned()), "{name}"),
        }
    }
}

#[test]
fn a_story_that_links_to_a_paper_is_a_sighting() {
    let hit = |url: Value| {
        json!({
            "objectID": "42", "title": "A  story", "url": url, "points": 57, "num_comments": null,
            "created_at_i": 1_794_819_600, "_tags": ["story"],
        })
    };
    let answer = json!({ "hits": [hit(json!("https://arxiv.org/pdf/2611.00001v2")), hit(Value::Null), hit(json!("https://a.example")), 7] });
    let seen = hn::read(answer.to_string().as_bytes()).unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].paper.as_str(), seen[0].points, seen[0].comments), ("2611.00001", 57, 0));
    assert_eq!((seen[0].title.as_str(), seen[0].link.as_str()), ("A story", "https://news.ycombinator.com/item?id=42"));
}

#[test]
fn elements_of_a_list_may_stand_apart() {
    let entry = |id: &str, inside: &str| {
        format!(
            "<entry><id>http://arxiv.org/abs/{id}</id><title> A\n title </title>{inside}<summary>S</summary></entry>"
        )
    };
    let author = |name: &str| format!("<author><name>{name}</name></author>");
    let apart = format!(
        "{}<link href='x'/>{}<link href='y'/><category term='cs'/>{}",
        author("A"),
        author("B &amp; C"),
        author("")
    );
    let feed = format!(
        "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'>{}<title>T</title>{}{}</feed>",
        entry("2611.00001v3", &apart),
        entry("math.GT/0309136v1", "<arxiv:comment xmlns:arxiv='a'>Withdrawn by the author</arxiv:comment>"),
        entry("nonsense", "")
    );
    let read = arxiv::read(feed.as_bytes()).unwrap();
    assert_eq!(read.left_out.len(), 1);
    assert_eq!(read.known[0].authors, ["A", "B & C"]);
    assert_eq!((read.known[0].title.as_str(), read.known[1].id.as_str()), ("A title", "math/0309136"));
    assert_eq!((read.known[0].withdrawn, read.known[1].withdrawn), (false, true));
}

/// The ids of the items that were read.
fn ids(listed: &hf::Listed) -> Vec<&str> {
    listed.papers.iter().map(|paper| paper.id.as_str()).collect()
}

#[test]
fn one_bad_item_never_loses_another() {
    let good = r#"{"paper": {"id": "2608.00001", "title": "Good", "summary": "S"}}"#;
    let last = r#"{"paper": {"id": "2608.00002", "title": "Last", "summary": "S"}}"#;
    let table = [
        (r#"{"paper": {"id": "2608.00003", "title": "An emoji cut \ud83d", "upvotes": 1e999}}"#, 3),
        (r#"{"paper": {"id": "2608.00003", "title": "No number", "upvotes": NaN}}"#, 3),
        (r#"{"paper": {"id": "2608.1213", "title": "The last zero is lost"}}"#, 2),
        (r#"{"paper": {"id": 2608.1213, "title": "A number"}}"#, 2),
        (r#"{"paper": {"id": "2608.00003" "title": "No comma"}}"#, 2),
        ("undefined", 2),
    ];
    for (bad, count) in table {
        let body = format!("\u{feff}[{good}, {bad}, {last}]");
        let listed = hf::read(body.as_bytes(), date(2026, 8, 17)).expect(bad);
        assert_eq!((ids(&listed).len(), listed.items, listed.left_out.len()), (count, 3, 3 - count), "{bad}");
        assert!(ids(&listed).contains(&"2608.00001") && ids(&listed).contains(&"2608.00002"), "{bad}");
        let hit = r#"{"objectID": "7", "title": "T", "url": "https://arxiv.org/abs/2608.00001", "created_at_i": 1}"#;
        let answer = format!("\u{feff}{{\"nbHits\": NaN, \"hits\": [{bad}, {hit}]}}");
        assert_eq!(hn::read(answer.as_bytes()).expect(bad).len(), 1, "{bad}");
    }
}

#[test]
fn what_comes_in_is_bounded_and_clean() {
    let item =
        |n: usize| json!({ "paper": { "id": format!("2608.{n:05}"), "title": "Red \u{1b}[31m AT&amp;T \u{202e}x" } });
    let many: Vec<Value> = (0..10_000).map(item).collect();
    let since = std::time::Instant::now();
    let listed = hf::read(json!(many).to_string().as_bytes(), date(2026, 8, 17)).unwrap();
    assert_eq!((listed.papers.len(), listed.papers[0].title.as_str()), (1_000, "Red [31m AT&T x"));
    assert!(since.elapsed().as_secs() < 5, "{:?}", since.elapsed());
    let long =
        json!([{ "paper": { "id": "2608.00001", "title": "x".repeat(1 << 20), "summary": "y ".repeat(1 << 20) } }]);
    let paper = hf::read(long.to_string().as_bytes(), date(2026, 8, 17)).unwrap().papers.remove(0);
    assert!(paper.title.len() < 1_000 && paper.summary.len() < 10_000);
}

#[test]
fn withdrawn_papers_are_known_from_either_source() {
    let said = "This paper has been withdrawn by its authors.";
    let body = json!([{ "paper": { "id": "2608.00001", "title": "T", "summary": said } }]).to_string();
    assert!(hf::read(body.as_bytes(), date(2026, 8, 17)).unwrap().papers[0].withdrawn);
    let body = format!("<feed><entry><id>2611.00001</id><title>T</title><summary>{said}</summary></entry></feed>");
    assert!(arxiv::read(body.as_bytes()).unwrap().known[0].withdrawn);
}

#[test]
fn odd_numbers_and_dates_of_an_item_are_taken_for_what_they_say() {
    let item = |votes: Value, comments: Value, published: Value| {
        let paper = json!({ "id": "2611.00001v4", "title": "T", "upvotes": votes, "publishedAt": published });
        let body = json!([{ "paper": paper, "numComments": comments, "publishedAt": "2026-11-11" }]).to_string();
        let paper = hf::read(body.as_bytes(), date(2026, 11, 10)).unwrap().papers.remove(0);
        (paper.votes, paper.comments, paper.published.unwrap().to_string())
    };
    let day = "2026-11-11T00:00:00Z".to_owned();
    assert_eq!(item(json!(7), json!(2), json!("2026-11-10T05:00:00.5Z")), (7, 2, "2026-11-10T05:00:00.5Z".to_owned()));
    assert_eq!(item(json!("12"), json!(3.0), Value::Null), (12, 3, day.clone()));
    assert_eq!(item(json!(-4), json!([1]), json!("soon")), (0, 0, day.clone()));
    assert_eq!(item(json!("1,234"), json!("1.2k"), Value::Null), (1_234, 1_200, day.clone()));
    assert_eq!(item(Value::Null, Value::Null, json!(5)), (0, 0, day.clone()));
    assert_eq!(item(json!(1e300), json!(true), json!("")), (u32::MAX, 0, day));
}

#[test]
fn an_address_of_code_is_an_address() {
    let code = |link: &str| {
        let body = json!([{ "paper": { "id": "2611.00001", "title": "T", "githubRepo": link } }]).to_string();
        hf::read(body.as_bytes(), date(2026, 11, 10)).unwrap().papers.remove(0).code
    };
    assert_eq!(code("https://github.com/a/b_c").as_deref(), Some("https://github.com/a/b_c"));
    for link in [
        "",
        "github.com/a/b",
        "javascript:alert(1)",
        "https://",
        "https://a.example/x) [y](https://b.example",
        "https://a.example/ b",
    ] {
        assert_eq!(code(link), None, "{link}");
    }
}

proptest! {
    #[test]
    fn no_body_is_too_odd(body in prop::collection::vec(any::<u8>(), 0..200), cut in any::<prop::sample::Index>()) {
        let _ = (hf::read(&body, date(2026, 11, 10)), arxiv::read(&body), hn::read(&body));
        let good = json!([{ "paper": { "id": "2611.00001", "title": "T" } }]).to_string();
        let half = &good.as_bytes()[..cut.index(good.len())];
        prop_assert!(hf::read(half, date(2026, 11, 10)).is_err());
    }
}
