//! The four guides as cards. The large text is what a person would say; the guide's name is small.

use maud::{Markup, html};

use crate::triage::{Question, Track};
use crate::welcome::{Guide, Welcome};
use crate::wiki::Listed;

/// The tracks, most frequent first.
pub const BY_NUMBER: [Track; 4] = [Track::Engineer, Track::HighSchool, Track::Hacker, Track::Researcher];

/// A sentence that a person on this track would say.
pub fn voice(track: Track) -> &'static str {
    match track {
        Track::Engineer => "I want a job in machine learning",
        Track::HighSchool => "I'm still at school",
        Track::Hacker => "I want to build something for fun",
        Track::Researcher => "I want to do research",
    }
}

/// The guides among these pages, most frequent track first.
pub fn of_pages(pages: &[Listed]) -> Markup {
    let guide = |track: Track| pages.iter().find(|page| page.track.as_deref() == Some(track.slug()));
    let found: Vec<_> = BY_NUMBER.into_iter().filter_map(|track| Some((track, guide(track)?))).collect();
    html! {
        ul.tracks { @for (track, page) in found { (card(track, &format!("/guides/{}", page.slug), &page.summary)) } }
    }
}

/// Guides in the given order.
pub fn of_guides(guides: &[Guide]) -> Markup {
    html! { ul.tracks { @for guide in guides { (card(guide.track, &guide.link, &guide.summary)) } } }
}

fn card(track: Track, link: &str, summary: &str) -> Markup {
    html! { li { h3 { a href=(link) { (voice(track)) } } p { (summary) } p.name { (track.title()) } } }
}

/// The guide of a welcome, for a person who asked the wiki's search how to get started.
pub fn pointer(welcome: &Welcome, guide: &Guide) -> Markup {
    html! {
        section.best {
            p.kicker { "Your guide" }
            h2 { a href=(guide.link) { (guide.track.title()) } }
            p.why { (marked(&welcome.why(), &welcome.verdict.deciding())) " " (guide.summary) }
            p { a.button.main href=(guide.link) { "Read the guide" } }
        }
    }
}

/// A sentence that quotes the person, with these words of theirs marked instead of quoted.
pub fn marked(sentence: &str, quotes: &[&str]) -> Markup {
    let Some((quote, later)) = quotes.split_first() else { return html! { (sentence) } };
    match sentence.split_once(&format!("“{quote}”")) {
        Some((before, after)) => html! { (before) mark { (quote) } (marked(after, later)) },
        None => marked(sentence, later),
    }
}

/// The question that decides between the guides, and its answers to press.
pub fn choices(question: &Question, text: &str) -> Markup {
    html! { h2 { (question.text) } (options(question, text)) }
}

/// The answers to a question. Each asks again with the same text and its track.
pub fn options(question: &Question, text: &str) -> Markup {
    html! {
        form.choices action="/ask" method="post" aria-label=(question.text) {
            input type="hidden" name="text" value=(text);
            @for choice in &question.choices {
                button type="submit" name="track" value=(choice.track) { (choice.label) span { (aim(choice.track)) } }
            }
        }
    }
}

/// What the guide of a choice contains.
fn aim(track: Track) -> &'static str {
    match track {
        Track::Engineer => "The kinds of job, the skills, and a plan for a year",
        Track::Researcher => "What your degree means, papers, and whether you need a PhD",
        Track::Hacker => "What can be built, and what you may borrow for it",
        Track::HighSchool => "Which subjects and degrees lead there, and what to do this week",
    }
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn words_are_marked_whatever_quotes_stand_in_them() {
        let shown = marked("because you said “a” and “my “own” <b>”.", &["a", "my “own” <b>"]).into_string();
        assert_eq!(shown, "because you said <mark>a</mark> and <mark>my “own” &lt;b&gt;</mark>.");
        assert_eq!(marked("You chose “this”.", &["gone"]).into_string(), "You chose “this”.");
    }
}
