//! What a headline says that its post is: "[Hiring] …", "Survey: …". Its author declares it, so nothing else is weighed
//! against it.

/// Kinds that are no question of a beginner. Of the 15 tags that 2,184 real posts wear, `p`, `project`, `n` and `news`
/// never stood over one; `d`, `q`, `r` and `e` did, and are not here.
const KINDS: &[&str] = &[
    "ad",
    "ama",
    "announcement",
    "event",
    "for hire",
    "giveaway",
    "hiring",
    "internship",
    "job",
    "job offer",
    "job opening",
    "jobs",
    "meta",
    "mod",
    "mod post",
    "n",
    "news",
    "now hiring",
    "p",
    "paid",
    "participants wanted",
    "poll",
    "project",
    "promo",
    "questionnaire",
    "release",
    "sale",
    "self-promotion",
    "showcase",
    "sponsored",
    "survey",
    "vacancy",
    "weekly thread",
    "we're hiring",
    "we are hiring",
];
/// Without brackets, only words that say nothing else before a colon.
const BEFORE_COLON: &[&str] = &[
    "ama",
    "announcement",
    "for hire",
    "giveaway",
    "hiring",
    "now hiring",
    "poll",
    "questionnaire",
    "survey",
    "vacancy",
];

/// The highest probability of "getting started" for such a post.
pub const MOST: f64 = 0.05;

/// Whether the first line of a post declares it to be something else than a question. Tags come in `[]`, `()` or `【】`,
/// several in a row, in any case.
pub fn is_something_else(title: &str, body: &str) -> bool {
    let mut rest = if title.trim().is_empty() { body } else { title }.trim_start();
    rest = rest.lines().next().unwrap_or_default();
    while let Some((tag, after)) = tag(rest) {
        if is_one_of(KINDS, tag) {
            return true;
        }
        rest = after.trim_start();
    }
    rest.split_once(':').is_some_and(|(before, _)| is_one_of(BEFORE_COLON, before))
}

fn tag(text: &str) -> Option<(&str, &str)> {
    let close = match text.chars().next()? {
        '[' => ']',
        '(' => ')',
        '【' => '】',
        _ => return None,
    };
    text[text.chars().next()?.len_utf8()..].split_once(close)
}

fn is_one_of(kinds: &[&str], said: &str) -> bool {
    let said = said.trim().trim_matches('*').trim().to_lowercase().replace('’', "'");
    kinds.contains(&said.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_something_else;

    #[test]
    fn a_headline_says_what_it_is() {
        for (title, is) in [
            ("[Hiring] Junior ML engineer, no experience needed", true),
            ("[ for hire ] I teach beginners", true),
            ("(Survey) how did you get into machine learning?", true),
            ("Survey: how did you get into machine learning?", true),
            ("[2026][P] How I got into ML", true),
            ("【News】 courses for beginners", true),
            ("**Hiring**: want to get into ML?", true),
            ("[D] How do I get into machine learning?", false),
            ("[Hiring", false),
            ("[]", false),
            ("How do I get into ML: a survey?", false),
            ("News to me: how do I start?", false),
            ("project: learn ML. Where do I start?", false),
            ("Hiring managers: how do I get in?", false),
        ] {
            assert_eq!(
                is_something_else(title, "[Hiring] later lines do not count"),
                is || title.is_empty(),
                "{title}"
            );
        }
        assert!(is_something_else(" ", "[Hiring] beginners"), "without a headline the first line is one");
        assert!(!is_something_else("", "hello\n[Hiring]"));
    }
}
