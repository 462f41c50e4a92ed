//! What the bot would have said to an exported history: shadow mode without Reddit (pure).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::render;
use crate::triage::measure::Share;
use crate::triage::{Action, Track, Verdict};

/// How many posts are shown with what would have been said.
const EXAMPLES: usize = 20;

/// A line of the history. Whatever else it has is passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Line {
    /// The post's title.
    pub title: Option<String>,
    /// Its text.
    #[serde(alias = "selftext")]
    pub body: Option<String>,
    /// Whether it asks how to get started, where somebody has said so.
    #[serde(alias = "is_getting_started")]
    pub getting_started: Option<bool>,
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// How many posts.
    pub posts: usize,
    /// How many would have been answered, asked back, left alone.
    pub actions: BTreeMap<&'static str, usize>,
    /// How many would have been shown which guide.
    pub guides: BTreeMap<&'static str, usize>,
    /// Of those with a label that would have been answered: how many ask how to get started.
    pub right: (usize, usize),
    /// Of how many the words alone left something open.
    pub unsure: usize,
    /// How many of these were read by the encoder as well, as the running bot does.
    pub read_by_meaning: usize,
    /// The first that would have been answered.
    pub examples: Vec<Example>,
}

/// A post that would have been answered.
#[derive(Debug, Serialize)]
pub struct Example {
    /// Its title.
    pub title: String,
    /// `answer` or `ask`.
    pub action: &'static str,
    /// The guide.
    pub track: Option<&'static str>,
    /// The author's words that decided it.
    pub reasons: String,
}

impl Report {
    /// Counts one more post.
    pub fn add(&mut self, line: &Line, verdict: &Verdict) {
        self.posts += 1;
        let action = match verdict.action {
            _ if verdict.crisis => "danger",
            Action::Answer => "answer",
            Action::Ask => "ask",
            Action::Silent => "silent",
        };
        *self.actions.entry(action).or_default() += 1;
        if !matches!(action, "answer" | "ask") {
            return;
        }
        let track = verdict.track.filter(|_| action == "answer").map(Track::slug);
        if let Some(track) = track {
            *self.guides.entry(track).or_default() += 1;
        }
        if let Some(label) = line.getting_started.filter(|_| action == "answer") {
            self.right = (self.right.0 + usize::from(label), self.right.1 + 1);
        }
        if self.examples.len() < EXAMPLES {
            let title = line.title.clone().unwrap_or_default();
            self.examples.push(Example { title, action, track, reasons: render::reasons(verdict) });
        }
    }
}

impl Report {
    /// How many were decided by less than the running bot decides by.
    fn sureness(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unsure, read_by_meaning: read, .. } = *self;
        let left = unsure.saturating_sub(read);
        match (unsure, left) {
            (0, _) => Ok(()),
            (_, 0) => writeln!(
                f,
                "{unsure} were unsure by their words and read by the encoder as well, as the running bot does"
            ),
            _ => writeln!(
                f,
                "{unsure} were unsure by their words; {read} of them were read by the encoder, and {left} count by words alone, \
                 which the running bot would have read"
            ),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |counts: &BTreeMap<&str, usize>| {
            counts.iter().map(|(what, n)| format!("{what} {n}")).collect::<Vec<_>>().join(", ")
        };
        writeln!(f, "{} posts: {}", self.posts, listed(&self.actions))?;
        self.sureness(f)?;
        if !self.guides.is_empty() {
            writeln!(f, "Guides: {}", listed(&self.guides))?;
        }
        if self.right.1 > 0 {
            writeln!(f, "Answers to posts that ask how to get started: {}", Share::new(self.right.0, self.right.1))?;
        }
        for Example { title, action, track, reasons } in &self.examples {
            let track = track.map(|track| format!(" {track}")).unwrap_or_default();
            write!(f, "\n- {action}{track}: {}", title.split_whitespace().collect::<Vec<_>>().join(" "))?;
            if !reasons.is_empty() {
                write!(f, "\n  {reasons}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{Bands, Model, Post, triage};

    #[test]
    fn a_report_counts_and_shows_the_first_of_those_who_would_be_answered() {
        let mut report = Report::default();
        let newcomer =
            "I'm in grade 11 and want a career in machine learning. Where do I start and what should I study?";
        let table = [
            (newcomer, Some(true)),
            (newcomer, Some(false)),
            (newcomer, None),
            ("My loss is NaN after ten epochs, why?", Some(false)),
            ("I want to kill myself.", None),
        ];
        for (body, getting_started) in table {
            let line = Line { title: Some("A\n title".into()), body: Some(body.to_owned()), getting_started };
            let post = Post { title: "", body };
            report.add(&line, &triage(Model::builtin(), &post, &Bands::default()));
        }
        assert_eq!((report.posts, report.right), (5, (1, 2)));
        let actions: Vec<(&str, usize)> = report.actions.iter().map(|(what, n)| (*what, *n)).collect();
        assert_eq!(actions, [("answer", 3), ("danger", 1), ("silent", 1)]);
        assert_eq!(report.examples.len(), 3);
        let shown = report.to_string();
        assert!(shown.starts_with("5 posts: answer 3, danger 1, silent 1\nGuides: high-school 3\n"), "{shown}");
        assert!(shown.contains("\n- answer high-school: A title\n"), "{shown}");
        assert!(!shown.contains("kill") && !shown.contains("unsure"), "{shown}");
    }

    #[test]
    fn what_counts_by_words_alone_is_said() {
        for (read, part) in [
            (7, "\n7 were unsure by their words and read by the encoder as well"),
            (3, "\n7 were unsure by their words; 3 of them were read by the encoder, and 4 count by words alone"),
            (0, "\n7 were unsure by their words; 0 of them were read by the encoder, and 7 count by words alone"),
        ] {
            let shown = Report { posts: 20, unsure: 7, read_by_meaning: read, ..Report::default() }.to_string();
            assert!(shown.contains(part), "{shown}");
        }
    }

    #[test]
    fn a_line_may_lack_anything() {
        for line in ["{}", r#"{"title":null,"selftext":"x"}"#, r#"{"title":"x","body":null,"score":7}"#] {
            assert!(serde_json::from_str::<Line>(line).is_ok(), "{line}");
        }
    }
}
