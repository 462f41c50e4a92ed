//! Mining: finds the frequent questions in an exported history of a community.
//!
//! [`Pile`] takes the lines of the export and keeps the questions of people who ask how to get started.
//! [`Pile::topics`] groups similar questions. [`faq`] searches the wiki for each topic. Nothing is stored in the
//! database.

mod anonymous;
mod dump;
mod likeness;

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;

use crate::store::Store;
use crate::triage::{self, Action, Bands, Model, Post};
use crate::wiki::snippet::full_name;
use crate::wiki::{is_function_word, search};
use crate::{Kind, Result};

use anonymous::anonymous;
use dump::{Line, Text};
use likeness::Words;

/// How many typical titles are shown per topic.
const TITLES: usize = 3;
/// How many of a topic's most typical questions are considered for titles.
const LOOKED_AT: usize = 30;
/// How many unreadable lines are reported.
const NAMED: usize = 20;
/// How many topics are searched in the wiki.
const SEARCHED: usize = 150;
/// How many hits of each search are considered.
const HITS: usize = 3;
/// Only the first characters of a body are read, because they have the question; and the weights of its questions and
/// of its other sentences (a headline has 1).
const READ: usize = 800;
const ASKED: f32 = 0.3;
const TOLD: f32 = 0.05;

/// How many texts were left out, and why.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Deleted or removed texts, or texts by deleted accounts.
    pub deleted: usize,
    /// Texts about a person who may be in danger.
    pub danger: usize,
    /// Texts by bots.
    pub programs: usize,
    /// Texts without words.
    pub empty: usize,
    /// Texts that are in the export more than once.
    pub repeated: usize,
    /// Lines that cannot be read.
    pub broken: usize,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

/// The content of an export.
#[derive(Debug, Default)]
pub struct Pile {
    read: usize,
    left_out: LeftOut,
    broken: Vec<Broken>,
    ids: HashSet<String>,
    questions: Vec<Text>,
}

impl Pile {
    /// Reads a line of the export.
    pub fn add(&mut self, number: u64, line: &[u8]) {
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        self.read += 1;
        match dump::read(line) {
            Ok(Line::Text(text)) => self.sort(text),
            Ok(Line::Deleted) => self.left_out.deleted += 1,
            Ok(Line::Program) => self.left_out.programs += 1,
            Ok(Line::Empty) => self.left_out.empty += 1,
            Err(why) => {
                self.left_out.broken += 1;
                if self.broken.len() < NAMED {
                    self.broken.push(Broken { line: number, why });
                }
            }
        }
    }

    fn sort(&mut self, text: Text) {
        if text.id.as_ref().is_some_and(|id| !self.ids.insert(id.clone())) {
            self.left_out.repeated += 1;
            return;
        }
        if triage::in_danger(&text.title, &text.body) {
            self.left_out.danger += 1;
            return;
        }
        let post = Post { title: &text.title, body: &text.body };
        if triage::triage(Model::builtin(), &post, &Bands::default()).action != Action::Silent {
            self.questions.push(text);
        }
    }

    /// Whether there were lines, and none of them could be read.
    pub fn is_unreadable(&self) -> bool {
        self.read > 0 && self.left_out.broken == self.read
    }

    /// The topics with at least `least` questions, most frequent first.
    pub fn topics(&self, least: usize) -> Vec<Topic> {
        let words: Vec<Words> = self.questions.iter().map(words).collect();
        let groups = likeness::groups(&words);
        let groups = groups.into_iter().filter(|group| group.len() >= least.max(1));
        groups.map(|group| Topic { size: group.len(), titles: titles(&self.questions, &group) }).collect()
    }
}

/// The words of a question: its headline, then its other questions, then the rest.
fn words(text: &Text) -> Words {
    let mut words = Words::default();
    let headline = headline(text);
    words.add(headline, 1.0);
    let body: String = text.body.chars().take(READ).collect();
    for sentence in sentences(&body).filter(|sentence| *sentence != headline) {
        words.add(sentence, if sentence.ends_with('?') { ASKED } else { TOLD });
    }
    words
}

/// The title, if it has content; otherwise the body's first question, or its first sentence with content.
fn headline(text: &Text) -> &str {
    if says_something(&text.title) {
        return &text.title;
    }
    let asked = sentences(&text.body).find(|sentence| sentence.ends_with('?') && says_something(sentence));
    let asked = asked.or_else(|| sentences(&text.body).find(|sentence| says_something(sentence)));
    asked.unwrap_or(if text.title.trim().is_empty() { &text.body } else { &text.title })
}

fn says_something(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !is_function_word(&word.to_lowercase())).count() >= 2
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.split_inclusive(['.', '?', '!'])).map(str::trim).filter(|s| !s.is_empty())
}

/// The most typical headlines, anonymous, each once. Those without removed parts come first.
fn titles(questions: &[Text], group: &[usize]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut titles: Vec<(bool, String)> = Vec::new();
    for text in group.iter().take(LOOKED_AT).map(|&at| &questions[at]) {
        let title = anonymous(headline(text), &text.author);
        let bare: String = title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        if !bare.is_empty() && seen.insert(bare) {
            titles.push((title.contains('…'), title));
        }
    }
    titles.sort_by_key(|(is_changed, _)| *is_changed);
    titles.truncate(TITLES);
    titles.into_iter().map(|(_, title)| title).collect()
}

/// A group of similar questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The number of questions.
    pub size: usize,
    /// The most typical headlines, anonymous.
    pub titles: Vec<String>,
}

/// The section of the wiki nearest to a topic.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nearest {
    /// Slug of the page.
    pub page: String,
    /// Its title.
    pub title: String,
    /// Heading of the section.
    pub heading: String,
    /// Its address.
    pub link: String,
    /// How well it fits, from 0 to 1.
    pub score: f64,
}

/// A frequent question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frequent {
    /// How many asked it.
    pub size: usize,
    /// Typical wordings.
    pub titles: Vec<String>,
    /// The wiki's answer, if it has one.
    pub nearest: Option<Nearest>,
}

/// The frequent questions of an export.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Faq {
    /// How many lines were read.
    pub read: usize,
    /// How many texts ask how to get started.
    pub getting_started: usize,
    /// The texts that were left out.
    pub left_out: LeftOut,
    /// The first lines that cannot be read.
    pub broken: Vec<Broken>,
    /// How many topics there are.
    pub topics: usize,
    /// The most frequent ones.
    pub questions: Vec<Frequent>,
    /// Topics without a good answer in the wiki.
    pub not_covered: Vec<Frequent>,
}

/// Searches the wiki for the topics of a pile; lists `limit` of them, and as many that the wiki does not cover. Links
/// begin with `base`.
pub async fn faq(store: &Store, pile: &Pile, topics: Vec<Topic>, limit: usize, base: &str) -> Result<Faq> {
    let mut faq = Faq {
        read: pile.read,
        getting_started: pile.questions.len(),
        left_out: pile.left_out.clone(),
        broken: pile.broken.clone(),
        topics: topics.len(),
        questions: Vec::new(),
        not_covered: Vec::new(),
    };
    for (at, Topic { size, titles }) in topics.into_iter().take(SEARCHED.max(limit)).enumerate() {
        let nearest = nearest(store, &titles, base).await?;
        let frequent = Frequent { size, titles, nearest };
        if frequent.nearest.is_none() && faq.not_covered.len() < limit {
            faq.not_covered.push(frequent.clone());
        }
        if at < limit {
            faq.questions.push(frequent);
        }
    }
    Ok(faq)
}

/// The section with the highest total score for the typical titles.
async fn nearest(store: &Store, titles: &[String], base: &str) -> Result<Option<Nearest>> {
    let mut found: Vec<(f64, Nearest)> = Vec::new();
    for title in titles {
        let answer = match search::search(store, &title.replace('…', " "), HITS, base, "").await {
            Ok(answer) => answer,
            // A title without searchable words.
            Err(error) if error.kind() == Some(Kind::Invalid) => continue,
            Err(error) => return Err(error),
        };
        for hit in answer.hits {
            let (s, score) = (hit.snippet, (hit.score * 1e4).round() / 1e4);
            match found.iter_mut().find(|(_, known)| known.link == s.link) {
                Some((sum, known)) => {
                    *sum += score;
                    known.score = known.score.max(score);
                }
                None => {
                    let near = Nearest { page: s.page, title: s.title, heading: s.heading, link: s.link, score };
                    found.push((score, near));
                }
            }
        }
    }
    // If scores are equal, the first one, from the most typical title.
    let best = found.into_iter().reduce(|best, next| if next.0 > best.0 { next } else { best });
    Ok(best.map(|(_, nearest)| nearest))
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            (self.deleted, "deleted"),
            (self.danger, "in which someone may be in danger"),
            (self.programs, "written by programs"),
            (self.empty, "without words"),
            (self.repeated, "repeated"),
            (self.broken, "that cannot be read"),
        ];
        let said: Vec<String> =
            kinds.iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}")).collect();
        f.write_str(&said.join(", "))
    }
}

impl fmt::Display for Frequent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size {
            1 => f.write_str("asked once")?,
            times => write!(f, "{times} times")?,
        }
        for (word, title) in [":", "\n   also", "\n   also"].iter().zip(&self.titles) {
            write!(f, "{word} “{title}”")?;
        }
        Ok(())
    }
}

impl fmt::Display for Faq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Read: {}. Ask how to get started: {}.", self.read, self.getting_started)?;
        let left_out = self.left_out.to_string();
        if !left_out.is_empty() {
            writeln!(f, "Left out: {left_out}.")?;
        }
        if self.questions.is_empty() {
            return write!(f, "No question is asked often enough for a list.");
        }
        writeln!(f, "\nThe most frequent questions ({} of {}):\n", self.questions.len(), self.topics)?;
        for (number, question) in (1..).zip(&self.questions) {
            writeln!(f, "{number}. {question}")?;
            match &question.nearest {
                Some(n) => writeln!(f, "   - [{}]({})", full_name(&n.title, &n.heading), n.link)?,
                None => writeln!(f, "   - The wiki has nothing good on that.")?,
            }
        }
        if self.not_covered.is_empty() {
            return write!(f, "\nThe wiki has something on each of them.");
        }
        write!(f, "\nWhat the wiki does not cover; each is a page or a section to write:\n")?;
        for question in &self.not_covered {
            write!(f, "\n- {question}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Pile, Text, headline};

    #[test]
    fn a_headline_says_what_is_asked() {
        let table = [
            ("Which laptop for ML?", "Hi. Which one?", "Which laptop for ML?"),
            ("Help!", "Hi all. Which laptop should I buy for ML? Thanks.", "Which laptop should I buy for ML?"),
            ("", "hey, how do i start learning python", "hey, how do i start learning python"),
            ("Help", "pls", "Help"),
        ];
        for (title, body, expected) in table {
            let text = Text { id: None, title: title.into(), body: body.into(), author: Vec::new() };
            assert_eq!(headline(&text), expected);
        }
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let mut pile = Pile::default();
        let lines = [
            r#"{"id":"1","title":"How do I get started with machine learning?","selftext":"I am a complete beginner."}"#,
            r#"{"id":"1","title":"How do I get started with machine learning?","selftext":"I am a complete beginner."}"#,
            r#"{"id":"2","title":"How do I get started with machine learning?","selftext":"[removed]"}"#,
            r#"{"id":"3","title":"How do I start with ML?","selftext":"Sometimes I want to kill myself."}"#,
            r#"{"id":"4","title":"CUDA out of memory in epoch 3","selftext":"Why does my loss explode?"}"#,
            "",
            "{",
        ];
        for (number, line) in (1..).zip(lines) {
            pile.add(number, line.as_bytes());
        }
        assert_eq!(
            pile.left_out.to_string(),
            "1 deleted, 1 in which someone may be in danger, 1 repeated, 1 that cannot be read"
        );
        assert_eq!((pile.read, pile.questions.len(), pile.broken[0].line), (6, 1, 7));
        assert_eq!((pile.topics(1).len(), pile.topics(2).len()), (1, 0));
    }
}
