//! One answer as a card: the author's text with the words that decided marked, what is said to it, and what a moderator can do.

use jiff::Timestamp;
use maud::{Markup, html};

use super::super::desk::marked;
use super::super::frame::act;
use super::super::guard::Signed;
use super::super::words;
use crate::reddit::desk::Shown;
use crate::triage::Track;
use crate::web::markdown;

/// What Cairn says or would say, in a few words.
fn answered(item: &Shown, would: bool) -> String {
    let track = item.track.and_then(|slug| slug.parse::<Track>().ok()).map(Track::title);
    match (item.action.as_str(), track) {
        ("answer", Some(title)) => format!("{}: {title}", if would { "Would answer" } else { "Answered" }),
        ("ask", _) => format!("{} which guide fits", if would { "Would ask back" } else { "Asked back" }),
        ("care", _) => format!("{} where there is help", if would { "Would say" } else { "Said" }),
        (summons, _) => format!("{} (called with {summons})", if would { "Would answer" } else { "Answered" }),
    }
}

/// The post, and what is said to it; `inside` is what can be done.
fn shown(item: &Shown, would: bool, (n, is_first): (usize, bool), now: Timestamp, inside: &Markup) -> Markup {
    let author = item.author.as_deref().unwrap_or("someone");
    html! {
        article.panel.desk-card.now[is_first] id=(format!("card-{n}")) tabindex="-1" aria-label=(format!("Post of {author}")) {
            header {
                strong { "u/" (author) }
                span { a href=(item.link) rel="noreferrer" { "the post" } ", " (words::ago(item.at, now)) }
                @if item.why.as_deref() == Some("edited") { span { "edited since it was decided first" } }
            }
            blockquote {
                @if let Some(title) = &item.title { p { strong { (marked(title, &item.quotes)) } } }
                @for part in item.text.as_deref().unwrap_or_default().split("\n\n").filter(|part| !part.trim().is_empty()) {
                    p { (marked(part, &item.quotes)) }
                }
            }
            div.would { p { strong { (answered(item, would)) } @if item.quotes.is_empty() { "." } @else { ", because of the marked words." } } }
            @if let Some(answer) = &item.answer {
                details { summary { "See the whole reply" } div.inside.shown { (markdown::render(answer)) } }
            }
            (inside)
        }
    }
}

fn which(subreddit: &str, item: &Shown) -> Markup {
    html! {
        input type="hidden" name="r" value=(subreddit);
        input type="hidden" name="id" value=(item.id);
    }
}

/// An answer whose verdict can be judged.
pub fn to_judge(signed: &Signed, subreddit: &str, item: &Shown, n: usize, now: Timestamp) -> Markup {
    let form = act(
        signed,
        "/console/reddit/judge",
        html! {
            (which(subreddit, item))
            div.row {
                button.main name="what" value="right" data-press="y" { "✓ Right " kbd { "y" } }
                button name="what" value="wrong" data-press="n" { "✗ Wrong " kbd { "n" } }
                a.button.bare href=(format!("#card-{}", n + 1)) { "Decide later " kbd { "l" } }
            }
        },
    );
    shown(item, item.state == crate::reddit::State::Shown, (n, n == 0), now, &form)
}

/// An answer that stands by itself, beside those that are judged one after the other: its card bears its number.
fn by_number(item: &Shown, now: Timestamp, form: &Markup) -> Markup {
    shown(item, true, (usize::try_from(item.id).unwrap_or(0) + 1_000, false), now, form)
}

/// An answer that waits for a moderator.
pub fn waiting(signed: &Signed, subreddit: &str, item: &Shown, now: Timestamp) -> Markup {
    let form = act(
        signed,
        "/console/reddit/decide",
        html! {
            (which(subreddit, item))
            input type="hidden" name="seen" value=(item.hash.as_deref().unwrap_or_default());
            div.row {
                button.main name="what" value="approve" { "Send this reply" }
                button name="what" value="refuse" { "Don’t send it" }
            }
        },
    );
    by_number(item, now, &form)
}

/// An answer that may be lost.
pub fn unknown(signed: &Signed, subreddit: &str, item: &Shown, now: Timestamp) -> Markup {
    let field = format!("comment-{}", item.id);
    let form = act(
        signed,
        "/console/reddit/settle",
        html! {
            (which(subreddit, item))
            div.field {
                label for=(field) { "If it is there: the address of Cairn’s comment" }
                input id=(field) name="comment" autocomplete="off";
                p.hint { "With it, Cairn takes its comment away when people do not like it. You can leave it out." }
            }
            div.row {
                button.main name="what" value="arrived" { "It arrived" }
                button name="what" value="missing" { "It is not there: send it again" }
                button.bare name="what" value="dropped" { "It is not there: drop it" }
            }
        },
    );
    by_number(item, now, &form)
}

/// A sentence of Cairn's with its address as a link.
pub fn linked(said: &str) -> Markup {
    let Some(at) = said.find("https://www.reddit.com/") else { return html! { (said) } };
    let (before, rest) = said.split_at(at);
    let end = rest.find([' ', ';', ',']).unwrap_or(rest.len());
    let (address, after) = rest.split_at(end);
    let address = address.trim_end_matches('.');
    html! { (before) a href=(address) rel="noreferrer" { "look there" } (after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_sentence_is_a_link() {
        let table = [
            ("Nothing.", "Nothing."),
            (
                "It was deleted: https://www.reddit.com/r/a/comments/b/",
                "It was deleted: <a href=\"https://www.reddit.com/r/a/comments/b/\" rel=\"noreferrer\">look there</a>",
            ),
            (
                "In https://www.reddit.com/r/a/comments/b/; <b>so</b>",
                "In <a href=\"https://www.reddit.com/r/a/comments/b/\" rel=\"noreferrer\">look there</a>; &lt;b&gt;so&lt;/b&gt;",
            ),
        ];
        for (said, expected) in table {
            assert_eq!(linked(said).into_string(), expected);
        }
    }
}
