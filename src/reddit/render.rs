//! An answer as a comment on Reddit: Markdown of Reddit's kind, in which nothing that a person wrote steers anything (pure).

use crate::text::{escape, list};
use crate::triage::Verdict;
use crate::triage::care::Care;
use crate::welcome::Welcome;
use crate::wiki::reach;
use crate::wiki::search::Answer;
use crate::wiki::snippet::{self, Platform};

/// The most characters of a comment, a margin below Reddit's 10,000.
pub const MAX_COMMENT: usize = 9_500;

/// Where links lead: first to the subreddit's own wiki.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    /// The subreddit, lower case.
    pub subreddit: &'a str,
    /// The names of the pages of its wiki.
    pub pages: &'a [String],
    /// What the addresses of Cairn's own pages begin with; `cairn:` if nobody can reach them.
    pub base: &'a str,
    /// The bot's name.
    pub bot: &'a str,
}

impl Links<'_> {
    /// A text whose links lead to the subreddit's wiki where it has the page, and are words alone where they lead nowhere.
    fn led(&self, markdown: &str) -> String {
        let mut text = markdown.to_owned();
        for page in self.pages {
            let own = format!("https://www.reddit.com/r/{}/wiki/{page}", self.subreddit);
            for end in [")", "#"] {
                text = text.replace(&format!("]({}/guides/{page}{end}", self.base), &format!("]({own}{end}"));
            }
        }
        reach::unlinked(&text).into_owned()
    }
}

/// What stands below each comment.
pub fn footer(bot: &str) -> String {
    format!(
        "---\n\n*I'm a bot; I answer posts on how to start. Wrong guide? Reply its name, e.g. `hacker`. Unwanted? Reply \
         `delete`, or `stop` [for good](/message/compose?to={bot}&subject=stop&message=stop). [About, source](/user/{bot})*"
    )
}

/// A body with its footer, cut so that both fit.
fn comment(body: &str, links: &Links<'_>) -> String {
    let footer = footer(links.bot);
    let room = MAX_COMMENT - footer.chars().count() - 2;
    let (body, _) = snippet::cut(&links.led(body), room);
    format!("{}\n\n{footer}", body.trim_end())
}

/// The answer to a newcomer: a guide, or the one question.
pub fn welcome(welcome: &Welcome, links: &Links<'_>) -> String {
    if welcome.verdict.crisis {
        return care();
    }
    let body = match &welcome.guide {
        Some(guide) => welcome.below(guide.lead(), guide, escape::reddit),
        None => asking(welcome),
    };
    comment(&body, links)
}

fn asking(welcome: &Welcome) -> String {
    if welcome.verdict.question.is_none() {
        let all: Vec<String> =
            welcome.others.iter().map(|g| format!("- [{}]({}): {}", g.title, g.link, g.summary)).collect();
        return format!("There are four guides for starting in machine learning:\n\n{}", all.join("\n"));
    }
    list::paragraphs([welcome.choices(), escape::reddit(&welcome.asks())])
}

/// What the wiki says about a question.
pub fn found(answer: &Answer, links: &Links<'_>) -> String {
    comment(&answer.said(escape::reddit, Some(Platform::Reddit)), links)
}

/// The week's papers.
pub fn papers(digest: &str, links: &Links<'_>) -> String {
    comment(digest, links)
}

/// The same where no week is kept yet.
pub fn no_papers(links: &Links<'_>) -> String {
    comment("There is no list of the week's papers here yet. It comes on Mondays; call me again then.", links)
}

/// To somebody who may be in danger and called the bot: nothing but where there is help.
pub fn care() -> String {
    Care::default().to_string()
}

/// What a verdict rests on, in a line for moderators.
pub fn reasons(verdict: &Verdict) -> String {
    let quotes: Vec<String> = verdict.reasons.iter().map(|r| format!("“{}” → {}", r.quote, r.speaks_for)).collect();
    quotes.join(", ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINKS: Links<'static> = Links { subreddit: "learnml", pages: &[], base: "cairn:", bot: "cairn_ml" };

    #[test]
    fn the_footer_is_short_whatever_the_name() {
        let footer = footer("abcdefghijklmnopqrst");
        let text = footer.trim_start_matches(['-', '\n']);
        assert!(text.chars().count() <= 250, "{} characters", text.chars().count());
    }

    #[test]
    fn links_lead_to_the_subreddits_own_wiki_first() {
        let pages = ["engineer".to_owned()];
        let links = Links { pages: &pages, base: "https://cairn.example", ..LINKS };
        let text = "[a](https://cairn.example/guides/engineer) [b](https://cairn.example/guides/engineer#x) [c](https://cairn.example/guides/hacker)";
        assert_eq!(
            links.led(text),
            "[a](https://www.reddit.com/r/learnml/wiki/engineer) [b](https://www.reddit.com/r/learnml/wiki/engineer#x) \
             [c](https://cairn.example/guides/hacker)"
        );
        let nowhere = Links { pages: &pages, ..LINKS };
        assert_eq!(
            nowhere.led("[a](cairn:/guides/engineer) [c](cairn:/guides/hacker)"),
            "[a](https://www.reddit.com/r/learnml/wiki/engineer) c"
        );
    }

    proptest! {
        #[test]
        fn a_comment_keeps_its_limit(body in "(\\PC{0,80}\n?){0,200}") {
            prop_assert!(comment(&body, &LINKS).chars().count() <= MAX_COMMENT);
        }
    }
}
