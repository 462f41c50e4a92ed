//! Triage's texts: every sentence of a verdict, as portable Markdown for a terminal, Discord and Reddit.

use super::care::Care;
use super::language::{self, Language};
use super::{Action, Choice, Intent, Question, Track, Verdict};
use std::fmt;

/// The most quotes in the line with the reason.
const SHOWN: usize = 3;

impl Verdict {
    /// One line with the author's words: `because you said “grade 11” and “career”`. Empty if no words decided.
    pub fn why(&self) -> String {
        match self.deciding().as_slice() {
            [] => String::new(),
            [one] => format!("because you said “{one}”"),
            [first @ .., last] => format!("because you said “{}” and “{last}”", first.join("”, “")),
        }
    }

    /// The author's words that decided, at most three, heaviest first.
    pub fn deciding(&self) -> Vec<&str> {
        let aim = self.track.map(Track::slug).filter(|_| self.action != Action::Silent);
        let trait_ = if self.action == Action::Silent && self.intent == Intent::Other {
            "not_getting_started"
        } else {
            "getting_started"
        };
        let mut quotes: Vec<&str> = Vec::new();
        for wanted in aim.into_iter().chain([trait_]) {
            for reason in self.reasons.iter().filter(|reason| reason.speaks_for == wanted && is_plain(&reason.quote)) {
                if quotes.len() < SHOWN && !quotes.iter().any(|quote| overlaps(quote, &reason.quote)) {
                    quotes.push(&reason.quote);
                }
            }
        }
        quotes
    }

    /// What would have led to another result. `None` if the verdict is silent.
    pub fn otherwise(&self) -> Option<String> {
        let second = match self.action {
            Action::Silent => return None,
            Action::Ask => return Some("Tell me which, and I will show you the guide for it.".to_string()),
            Action::Answer => self.ranking.into_iter().skip(1).find(|t| self.pupil || *t != Track::HighSchool)?,
        };
        Some(format!("{}, see the {}.", condition(second), second.title()))
    }

    /// The other three tracks, most likely first.
    pub fn others(&self) -> Vec<Track> {
        self.ranking[1..].to_vec()
    }
}

/// Whether a quote has no characters that Markdown would change.
fn is_plain(quote: &str) -> bool {
    !quote.contains(['*', '_', '~', '\\', '“', '”'])
}

fn overlaps(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    a.contains(&b) || b.contains(&a)
}

fn condition(track: Track) -> &'static str {
    match track {
        Track::HighSchool => "If you are still at school",
        Track::Engineer => "If you are after a job in industry",
        Track::Researcher => "If you want to do research and publish",
        Track::Hacker => "If it is only for fun",
    }
}

fn label(track: Track) -> &'static str {
    match track {
        Track::HighSchool => "I'm at school and thinking of a future in it",
        Track::Engineer => "A job or a career in industry",
        Track::Researcher => "Research: a PhD, papers, new methods",
        Track::Hacker => "For fun, or for a project of my own",
    }
}

fn aim(track: Track) -> &'static str {
    match track {
        Track::HighSchool => "planning ahead while at school",
        Track::Engineer => "a job in industry",
        Track::Researcher => "research",
        Track::Hacker => "fun and projects of your own",
    }
}

/// The topic of the follow-up question.
#[derive(Clone, Copy, Debug)]
pub enum Between {
    /// No evidence decides between the tracks.
    All,
    /// The track is clear, but not whether the author wants a guide.
    One(Track),
    /// Two tracks are close.
    Two(Track, Track),
}

/// The follow-up question. School is not offered if the text rules it out.
pub fn question(ranking: [Track; 4], between: Between, grown: bool) -> Question {
    let text = match between {
        Between::All => "What would you like to do with machine learning?".to_string(),
        Between::One(track) => format!("Is the {} what you are after?", track.title()),
        Between::Two(a, b) => format!("What is it mostly about for you: {}, or {}?", aim(a), aim(b)),
    };
    let offered = ranking.into_iter().filter(|track| !(grown && *track == Track::HighSchool));
    let choices = offered.map(|track| Choice { label: label(track), track }).collect();
    Question { text, choices, none: "None of these" }
}

/// The follow-up question in the author's language.
pub fn question_in(known: &'static Language) -> Question {
    let choices = Track::ALL.map(|track| Choice { label: language::label(known, track), track }).to_vec();
    Question { text: known.question.to_owned(), choices, none: known.none }
}

/// The follow-up question for a language that Cairn has no text in.
pub fn question_for_others() -> Question {
    let text = "Cairn reads English so far, and its guides are in English. Which of the four is for you?".to_owned();
    Question { text, ..question(Track::ALL, Between::All, false) }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.action, &self.question) {
            _ if self.crisis => Care::default().fmt(f),
            (Action::Answer, _) => self.answer(f),
            (Action::Ask, Some(question)) => self.ask(question, f),
            _ => self.silence(f),
        }
    }
}

impl Verdict {
    fn answer(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The **{}** is for you", self.ranking[0].title())?;
        match self.why() {
            why if why.is_empty() => writeln!(f, ".")?,
            why => writeln!(f, ", {why}.")?,
        }
        if let Some(row) = self.research_row {
            writeln!(f, "\n{}", row.advice)?;
        }
        if let Some(otherwise) = self.otherwise() {
            writeln!(f, "\n{otherwise}")?;
        }
        let others: Vec<&str> = self.others().into_iter().map(Track::title).collect();
        write!(f, "\nThe other guides: {}.", others.join(", "))
    }

    fn ask(&self, question: &Question, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "**{}**\n", question.text)?;
        for choice in &question.choices {
            writeln!(f, "- {} → {}", choice.label, choice.track.title())?;
        }
        write!(f, "- {}", question.none)?;
        match self.why() {
            why if why.is_empty() => Ok(()),
            why => write!(f, "\n\nI ask {why}."),
        }
    }

    fn silence(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why() {
            why if why.is_empty() => write!(f, "Nothing to answer: this does not ask how to get started."),
            why => write!(f, "Nothing to answer: this does not ask how to get started, {why}."),
        }
    }
}
