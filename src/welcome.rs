//! The answer to a newcomer: the verdict on their text, with the guide that it points to.

use std::fmt;

use serde::Serialize;

use crate::decisions::{self, Here};
use crate::store::Store;
use crate::text::list;
use crate::triage::care::Care;
use crate::triage::{Action, Bands, Choice, Post, ResearchRow, Track, Verdict};
use crate::{Result, wiki};

/// The anchor of the first steps, the same in every track's guide.
pub const FIRST_STEPS: &str = "your-first-three-steps-this-week";
/// The heading above them.
pub const STEPS: &str = "Your first three steps this week";
/// The words of the link to a guide.
pub const WHOLE: &str = "Read the whole guide";

/// The part of a track's guide that an answer shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guide {
    /// The track.
    pub track: Track,
    /// Heading of the page.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Its first steps, as Markdown.
    pub steps: String,
    /// The full address.
    pub link: String,
}

/// An answer to a newcomer.
#[derive(Debug, Clone, PartialEq)]
pub struct Welcome {
    /// What triage decided.
    pub verdict: Verdict,
    /// The guide, if the verdict is an answer or the person chose one.
    pub guide: Option<Guide>,
    /// The other guides, likeliest first.
    pub others: Vec<Guide>,
    /// Whether the person chose the guide.
    pub chosen: bool,
}

/// Adds the guide to a verdict; no guide if the person may be in danger.
///
/// # Errors
/// Refused if the wiki lacks a guide.
pub async fn welcome(store: &Store, verdict: &Verdict, base: &str) -> Result<Welcome> {
    let track = verdict.track.filter(|_| verdict.action == Action::Answer);
    with_track(store, verdict, track, false, base).await
}

/// The answer to a search that is a question about getting started: a guide, or the question that decides between them.
/// `None` for any other search.
///
/// # Errors
/// Refused if the wiki lacks a guide.
pub async fn to_search(store: &Store, query: &str, base: &str) -> Result<Option<Welcome>> {
    let bands = Bands::default();
    let verdict = decisions::unasked(store, Here::Home, &Post { title: "", body: query }, &bands).await;
    let is_clear = verdict.action == Action::Ask && verdict.p >= bands.answer && verdict.question.is_some();
    let welcome = welcome(store, &verdict, base).await?;
    Ok(Some(welcome).filter(|welcome| welcome.guide.is_some() || is_clear))
}

/// The guide that the person chose, whatever the verdict was; no guide if the person may be in danger.
///
/// # Errors
/// Refused if the wiki lacks a guide.
pub async fn chosen(store: &Store, verdict: &Verdict, track: Track, base: &str) -> Result<Welcome> {
    with_track(store, verdict, Some(track), true, base).await
}

async fn with_track(
    store: &Store,
    verdict: &Verdict,
    track: Option<Track>,
    chosen: bool,
    base: &str,
) -> Result<Welcome> {
    if verdict.crisis {
        return Ok(Welcome { verdict: verdict.clone(), guide: None, others: Vec::new(), chosen: false });
    }
    let mut guides = Vec::new();
    let likely = verdict.track.into_iter().chain(verdict.others());
    for track in track.into_iter().chain(likely).chain(Track::ALL) {
        if guides.iter().all(|g: &Guide| g.track != track) {
            guides.push(guide(store, track, base).await?);
        }
    }
    let guide = track.map(|_| guides.remove(0));
    Ok(Welcome { verdict: verdict.clone(), guide, others: guides, chosen })
}

/// The guide of one track.
///
/// # Errors
/// Refused if the wiki lacks it.
pub async fn guide(store: &Store, track: Track, base: &str) -> Result<Guide> {
    let stored = wiki::guide(store, track).await?;
    let front = &stored.page.front;
    let steps = stored.page.section(FIRST_STEPS).map(|s| stored.snippet(s, base).text);
    Ok(Guide {
        track,
        title: front.title.clone(),
        summary: front.summary.clone(),
        steps: steps.unwrap_or_default(),
        link: wiki::link(base, &front.slug, ""),
    })
}

impl Guide {
    /// Its name, which leads to it, and what it is about.
    pub fn lead(&self) -> String {
        format!("**[{}]({})**: {}", self.title, self.link, self.summary)
    }

    /// The link to all of it.
    pub fn whole(&self) -> String {
        format!("[{WHOLE}]({})", self.link)
    }
}

/// The words of an answer, as Markdown: each platform puts them in its own frame.
impl Welcome {
    /// Why this guide fits, in one sentence; empty without a guide. It quotes the person.
    pub fn why(&self) -> String {
        match (&self.guide, self.chosen) {
            (None, _) => String::new(),
            (Some(_), true) => "You chose this guide.".to_owned(),
            (Some(_), false) => because("This guide,", &self.verdict),
        }
    }

    /// Why the question is asked, in one sentence; empty if no words decided that. It quotes the person.
    pub fn asks(&self) -> String {
        because("I ask", &self.verdict)
    }

    /// The row of the degree table, for a person who wants to do research.
    pub fn row(&self) -> Option<ResearchRow> {
        let guide = self.guide.as_ref()?;
        self.verdict.research_row.filter(|_| guide.track == Track::Researcher)
    }

    /// What the degree table advises; empty without a row of it.
    pub fn advice(&self) -> String {
        self.row().map(|row| row.advice.to_owned()).unwrap_or_default()
    }

    /// The question that decides between the guides, with the guide of each answer; empty without a question.
    pub fn choices(&self) -> String {
        let Some(question) = &self.verdict.question else { return String::new() };
        let line = |choice: &Choice| {
            let guide = self.others.iter().find(|guide| guide.track == choice.track)?;
            Some(format!("\n- {}: [{}]({})", choice.label, guide.title, guide.link))
        };
        format!("{}\n{}", question.text, question.choices.iter().filter_map(line).collect::<String>())
    }

    /// What would change the verdict, in one sentence; `None` if the person chose.
    pub fn otherwise(&self) -> Option<String> {
        if self.chosen { None } else { self.verdict.otherwise() }
    }

    /// The whole answer with a guide, below `lead`, for places without frames and buttons. `own` escapes a sentence that
    /// quotes the person.
    pub fn below(&self, lead: String, guide: &Guide, own: impl Fn(&str) -> String) -> String {
        let others: Vec<String> = self.others.iter().map(|g| format!("[{}]({})", g.title, g.link)).collect();
        list::paragraphs([
            lead,
            own(&self.why()),
            self.advice(),
            guide.steps.trim().to_owned(),
            guide.whole(),
            self.otherwise().unwrap_or_default(),
            format!("The other guides: {}", others.join(" · ")),
        ])
    }
}

fn because(what: &str, verdict: &Verdict) -> String {
    let why = verdict.why();
    if why.is_empty() { why } else { format!("{what} {why}.") }
}

/// A sentence that quotes the person who reads it, for somebody else.
pub fn of_another(sentence: &str) -> String {
    sentence.replacen("because you said", "because they said", 1)
}

/// For a terminal.
impl fmt::Display for Welcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.verdict.crisis {
            return Care::default().fmt(f);
        }
        let Some(guide) = &self.guide else { return unguided(self, f) };
        f.write_str(&self.below(format!("**{}**: {}", guide.title, guide.summary), guide, str::to_owned))
    }
}

fn unguided(welcome: &Welcome, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &welcome.verdict.question {
        Some(question) => {
            writeln!(f, "{}", welcome.choices())?;
            // In another language than English, no English words.
            let example = if welcome.verdict.language.is_some() { "…" } else { "your question" };
            write!(f, "- {}: cairn wiki \"{example}\"", question.none)
        }
        None => write!(f, "To ask the wiki, type: cairn wiki \"your question\""),
    }
}
