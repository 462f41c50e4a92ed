//! Tests of the digest: its content for a channel, and that every platform can show it.

use proptest::prelude::*;

use super::beside::beside;
use super::{ArxivId, Digest, Favourite, Filter, Gathered, Paper, Touched, Week, recorded};
use crate::outbox::Payload;

const BASE: &str = "https://cairn.example";

fn paper(number: usize, title: &str, summary: &str, votes: u32) -> Paper {
    Paper {
        id: format!("2611.{number:05}").parse().unwrap(),
        title: title.to_owned(),
        authors: vec!["Ada Lovelace".to_owned(), "Alan Turing".to_owned()],
        summary: summary.to_owned(),
        published: None,
        listed: None,
        votes,
        comments: 1,
        code: None,
        withdrawn: false,
    }
}

fn week() -> Week {
    "2026-W46".parse().unwrap()
}

fn digest(papers: Vec<Paper>) -> Digest {
    Digest::of(&Gathered { week: week(), papers, sightings: vec![], missing: vec![] }, "https://cairn.example/")
}

fn some() -> Digest {
    let titles = ["Vision Transformers", "A survey of LLMs", "Speech at work", "Diffusion, again", "Robots"];
    digest((1..).zip(titles).map(|(n, t)| paper(n, t, "It has words.", 100 - 10 * u32::try_from(n).unwrap())).collect())
}

fn shown(filter: &Filter) -> Vec<String> {
    some().filtered(filter).entries.iter().map(|e| format!("{} {}", e.rank, &e.id.as_str()[9..])).collect()
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|w| (*w).to_owned()).collect()
}

#[test]
fn a_channel_sees_what_it_wants() {
    let all = Filter::default();
    assert_eq!(shown(&all), ["1 1", "2 2", "3 3", "4 4", "5 5"]);
    assert_eq!(shown(&Filter { include: words(&["llm", "ROBOT"]), ..all.clone() }), ["1 2", "2 5"]);
    assert_eq!(shown(&Filter { include: words(&["form"]), ..all.clone() }), Vec::<String>::new());
    assert_eq!(
        shown(&Filter { exclude: words(&["vision transformer", " "]), ..all.clone() }),
        ["1 2", "2 3", "3 4", "4 5"]
    );
    assert_eq!(shown(&Filter { min_votes: 70, ..all.clone() }), ["1 1", "2 2", "3 3"]);
    assert_eq!(shown(&Filter { count: 2, ..all.clone() }), ["1 1", "2 2"]);
    assert_eq!(shown(&Filter { count: 0, ..all.clone() }), ["1 1"]);
    let id = |n: usize| -> ArxivId { format!("2611.{n:05}").parse().unwrap() };
    assert_eq!(shown(&Filter { without: [id(1), id(3)].into(), ..all.clone() }), ["1 2", "2 4", "3 5"]);
    // Pinned papers need no votes and no words, but no paper is shown twice.
    let pinned = Filter { pinned: vec![id(5), id(3), id(5)], min_votes: 80, count: 3, without: [id(3)].into(), ..all };
    assert_eq!(shown(&pinned), ["1 5", "2 1", "3 2"]);
    assert!(some().filtered(&pinned).to_string().contains("chosen by a moderator, 50 upvotes, 1 comment"));
}

#[test]
fn thin_and_empty_weeks_are_said_so() {
    let few = |n: usize| digest((0..n).map(|n| paper(n, "T", "S.", 5)).collect());
    let all = Filter::default();
    let note = |digest: &Digest, filter: &Filter| digest.filtered(filter).note();
    assert_eq!(note(&few(10), &all), None);
    assert_eq!(note(&few(6), &all).as_deref(), Some("Only 6 papers this week."));
    assert_eq!(note(&few(1), &all).as_deref(), Some("Only 1 paper this week."));
    assert_eq!(note(&few(0), &all).as_deref(), Some("No papers were listed this week."));
    assert_eq!(note(&few(6), &Filter { count: 5, ..all.clone() }), None);
    let picky = Filter { min_votes: 6, ..all };
    assert_eq!(note(&few(6), &picky).as_deref(), Some("None of this week’s papers fits the filters of this channel."));
    assert_eq!(note(&few(0), &picky).as_deref(), Some("No papers were listed this week."));
    let one = digest(vec![paper(1, "T", "S.", 5), paper(2, "T", "S.", 9)]);
    assert_eq!(note(&one, &picky).as_deref(), Some("Only 1 of this week’s papers fits the filters of this channel."));
}

#[test]
fn votes_of_members_are_shown_with_the_next_digest() {
    let mut digest = some();
    digest.favourite = Some(Favourite { id: "2611.09999".parse().unwrap(), title: "A *starred* one".into(), votes: 4 });
    let said = "Your favourite of the last digest: A \\*starred\\* one (4 votes, [abstract](https://arxiv.org/abs/2611.09999)).";
    assert!(digest.to_string().contains(said) && digest.payload().body.contains(said), "{digest}");
}

#[test]
fn the_reading_guide_is_where_the_link_leads() {
    let guide = include_str!("../../guides/reading-papers.md");
    // The section's first name, which still works in a wiki of any age.
    assert!(guide.contains("\n<a name=\"the-three-passes\"></a>\n"));
    assert!(
        some().to_string().contains("[three passes](https://cairn.example/guides/reading-papers#the-three-passes)")
    );
}

/// Checks that a message breaks none of Discord's limits.
fn check(payload: &Payload) -> Result<(), String> {
    let lengths: Vec<(usize, usize)> =
        payload.embeds.iter().map(|e| (e.title.chars().count(), e.text.chars().count())).collect();
    let total: usize = lengths.iter().map(|(title, text)| title + text).sum();
    let fits = payload.body.chars().count() <= 2_000
        && payload.embeds.len() <= 10
        && lengths.iter().all(|(title, text)| (1..=256).contains(title) && (1..=4_096).contains(text))
        && total <= 6_000;
    if fits { Ok(()) } else { Err(format!("{lengths:?} {total} {}", payload.body.chars().count())) }
}

/// Checks that every `[` of markup opens a full link, and that no markup stays open.
fn check_links(text: &str) -> Result<(), String> {
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let is_text = rest[..at].chars().rev().take_while(|c| *c == '\\').count() % 2 == 1;
        rest = &rest[at + 1..];
        if is_text {
            continue;
        }
        let (_, after) = rest.split_once("](").ok_or(format!("no link: {rest}"))?;
        let (target, after) = after.split_once(')').ok_or(format!("no end: {after}"))?;
        if !target.starts_with("https://") || target.contains([' ', '[', '(']) {
            return Err(format!("odd target {target}"));
        }
        rest = after;
    }
    Ok(())
}

#[test]
fn recorded_weeks_read_well() {
    let Some(folder) = beside("fixtures/papers/hf") else { return };
    for name in ["2024-W22", "2025-W23", "2026-W34"] {
        let (gathered, _) = recorded(&folder, name.parse().unwrap()).unwrap();
        let mut digest = Digest::of(&gathered, BASE);
        for entry in &digest.entries {
            for text in [&entry.title, &entry.summary] {
                assert!(!text.contains(['\\', '{', '}', '\n']) && !text.contains("  "), "{name}: {text}");
                // A remaining dollar sign is followed by an amount.
                let amounts = text.split('$').skip(1).all(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                assert!(amounts, "{name}: {text}");
            }
        }
        digest = digest.filtered(&Filter::default());
        assert_eq!((digest.headlines().len(), digest.more().len()), (3, 7));
        check(&digest.payload()).unwrap();
        check_links(&digest.to_string()).unwrap();
        // Whole sentences, or a mark for more.
        for embed in digest.payload().embeds.iter().take(3) {
            let said = embed.text.lines().nth(1).unwrap_or_default();
            assert!(said.ends_with(['.', '!', '?', '…']), "{name}: {said}");
        }
    }
}

fn text(most: usize) -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[A-Za-z]{1,14}[.,;:]?",
        r"[*_~`|<>\[\]()$\\{}^@#&-]{1,4}",
        "(https://a\\.example/[a-z_]{1,30})",
        "\\PC{1,6}",
    ];
    prop::collection::vec(word, 0..most).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_papers_say_discord_takes_it(
        papers in prop::collection::vec((text(60), text(200), prop::collection::vec(text(8), 0..40)), 0..14),
        long in 0..300_usize,
    ) {
        let papers = (1..).zip(papers).map(|(n, (title, summary, authors))| Paper {
            authors,
            code: Some(format!("https://github.com/{}", "x".repeat(long))),
            ..paper(n, &title, &summary, 7)
        });
        let mut digest = digest(papers.collect()).filtered(&Filter::default());
        for entry in &mut digest.entries {
            let link = format!("{BASE}/guides/{}", "y".repeat(long));
            entry.touches = vec![Touched { title: "A [section]".into(), link }];
        }
        let payload = digest.payload();
        prop_assert_eq!(check(&payload), Ok(()));
        prop_assert_eq!(payload.embeds.is_empty(), digest.entries.is_empty());
        prop_assert_eq!(check_links(&digest.to_string()), Ok(()));
        for embed in &payload.embeds {
            prop_assert_eq!(check_links(&embed.text), Ok(()));
        }
    }
}
