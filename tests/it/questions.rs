//! How often the wiki answers a natural question: 200 of them, each with the section that does.

use cairn::wiki::search;
use serde::Deserialize;

use crate::world::program::Cairn;

#[derive(Deserialize)]
struct Question {
    q: String,
    page: String,
    anchor: String,
    #[serde(default)]
    also: Vec<String>,
    kind: String,
}

/// The places that answer a question, as `page#anchor`.
fn answers(question: &Question) -> Vec<String> {
    let best = format!("{}#{}", question.page, question.anchor);
    question.also.iter().map(|a| if a.contains('#') { a.clone() } else { format!("{a}#") }).chain([best]).collect()
}

/// Where the first right section stands in the list, from 0.
async fn place(store: &cairn::store::Store, question: &Question) -> (Option<usize>, Vec<String>) {
    let answer = search::search(store, &question.q, 10, "", "").await.expect("a search");
    let found: Vec<String> = answer
        .hits
        .iter()
        .map(|h| h.snippet.link.trim_start_matches("/guides/").to_owned())
        .map(|l| if l.contains('#') { l } else { l + "#" })
        .collect();
    let right = answers(question);
    (found.iter().position(|f| right.contains(f)), found)
}

#[test]
fn natural_questions_find_their_section() {
    let text = include_str!("data/questions.jsonl");
    let questions: Vec<Question> = text.lines().map(|l| serde_json::from_str(l).expect("a question")).collect();
    assert!(questions.len() >= 150);
    let cairn = Cairn::new();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let places = runtime.block_on(async {
        let store = cairn::store::Store::open(&cairn.path().join("data")).await.expect("a database");
        cairn::wiki::folder::plant(&store, jiff::Timestamp::UNIX_EPOCH).await.expect("the pages");
        let mut places = Vec::new();
        for question in &questions {
            places.push(place(&store, question).await);
        }
        store.close().await;
        places
    });
    let share = |within: usize, kind: &str| {
        let of_kind = questions.iter().zip(&places).filter(|(q, _)| kind.is_empty() || q.kind == kind);
        let (mut hit, mut all) = (0, 0);
        for (_, (place, _)) in of_kind {
            all += 1;
            hit += usize::from(place.is_some_and(|p| p < within));
        }
        (hit, all, 100.0 * f64::from(hit as u32) / f64::from(all))
    };
    for (question, (place, found)) in questions.iter().zip(&places) {
        if place.is_none_or(|p| p > 0) {
            let right = answers(question).join(" ");
            println!(
                "{:>4}  {}\n      wanted {right}\n      found  {}",
                place.map_or("-".to_owned(), |p| (p + 1).to_string()),
                question.q,
                found.iter().take(3).cloned().collect::<Vec<_>>().join("  ")
            );
        }
    }
    for kind in ["plain", "typo", "slang", "oblique", ""] {
        let (one, all, one_share) = share(1, kind);
        let (three, _, three_share) = share(3, kind);
        let name = if kind.is_empty() { "all" } else { kind };
        println!("{name:>8}: top-1 {one}/{all} = {one_share:.1} %, top-3 {three}/{all} = {three_share:.1} %");
    }
    assert!(share(1, "").2 >= 70.0 && share(3, "").2 >= 88.0, "the wiki answers too few questions");
}
