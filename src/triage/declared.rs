//! What a headline says that its post is: "[Hiring] …", "Survey: …". That is believed, whatever else the post says.

use super::reasons::Reason;

/// Tags that say that a post is no question of a beginner. Of 26 real posts under `p` or `n`, in the labelled posts that
/// triage was tuned and measured on, none was one. Under `d`, `q`, `r` and `e` some were, so these are not here. The other
/// tags stood over none of those posts and are set by judgement.
#[rustfmt::skip]
const TAGS: &[&str] = &[
    "ad", "ama", "announcement", "for hire", "giveaway", "hiring", "job offer", "job opening", "meta", "mod post",
    "n", "news", "now hiring", "p", "paid", "participants wanted", "poll", "promo", "questionnaire", "sale",
    "self-promotion", "showcase", "sponsored", "survey", "vacancy", "we are hiring", "we're hiring", "weekly thread",
];
/// The same before a colon, without brackets. Words that can begin another sentence are not here.
#[rustfmt::skip]
const BEFORE_COLON: &[&str] = &[
    "ama", "announcement", "for hire", "giveaway", "hiring", "now hiring", "poll", "questionnaire", "survey",
    "vacancy",
];

/// The highest probability of "getting started" for such a post.
pub const MOST: f64 = 0.05;

/// The words by which the first line of a post says that it is no question of a beginner. Tags stand in `[]`, `()` or
/// `【】`, one or several of them, in any case.
pub fn something_else(title: &str, body: &str) -> Option<Reason> {
    let first = if title.trim().is_empty() { body } else { title };
    let mut rest = first.trim_start().lines().next().unwrap_or_default();
    while let Some((tag, after)) = tag(rest) {
        if is_one_of(TAGS, tag) {
            return Some(reason(tag));
        }
        rest = after.trim_start();
    }
    let (before, _) = rest.split_once(':')?;
    is_one_of(BEFORE_COLON, before).then(|| reason(before))
}

fn tag(text: &str) -> Option<(&str, &str)> {
    let pairs = [('[', ']'), ('(', ')'), ('【', '】')];
    pairs.into_iter().find_map(|(open, close)| text.strip_prefix(open)?.split_once(close))
}

/// What is said, without the marks of bold text.
fn plain(said: &str) -> &str {
    said.trim_matches(|c: char| c == '*' || c.is_whitespace())
}

fn is_one_of(words: &[&str], said: &str) -> bool {
    words.contains(&plain(said).to_lowercase().replace('’', "'").as_str())
}

fn reason(said: &str) -> Reason {
    Reason { quote: plain(said).to_owned(), speaks_for: "not_getting_started" }
}

#[cfg(test)]
mod tests {
    use super::something_else;

    #[test]
    fn a_headline_says_what_it_is() {
        for (title, quote) in [
            ("[Hiring] Junior ML engineer, no experience needed", Some("Hiring")),
            ("[ for hire ] I teach beginners", Some("for hire")),
            ("(Survey) how did you get into machine learning?", Some("Survey")),
            ("Survey: how did you get into machine learning?", Some("Survey")),
            ("[2026][P] How I got into ML", Some("P")),
            ("【News】 courses for beginners", Some("News")),
            ("**Hiring**: want to get into ML?", Some("Hiring")),
            ("[We’re hiring] beginners", Some("We’re hiring")),
            ("[D] How do I get into machine learning?", None),
            ("[Jobs] How do I get into machine learning?", None),
            ("[Hiring", None),
            ("[]", None),
            ("How do I get into ML: a survey?", None),
            ("News to me: how do I start?", None),
            ("Hiring managers: how do I get in?", None),
        ] {
            let found = something_else(title, "[Hiring] beginners").map(|reason| reason.quote);
            assert_eq!(found.as_deref(), quote, "{title}");
        }
        assert!(something_else(" ", "[Hiring] beginners").is_some(), "without a headline the first line is one");
        assert_eq!(something_else("", "hello\n[Hiring]"), None);
        assert_eq!(something_else("", ""), None);
    }
}
