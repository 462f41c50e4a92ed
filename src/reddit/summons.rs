//! What people say to the bot in a comment, post or message (pure).

use crate::triage::Track;

/// The most characters of a question.
const MAX_QUESTION: usize = 300;

/// What somebody asks the bot for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Summons {
    /// Its name, and what else they wrote.
    Mention(String),
    /// `!wiki words`.
    Wiki(String),
    /// `!guide track`.
    Guide(Track),
    /// `!papers`.
    Papers,
}

impl Summons {
    /// Its name in the database.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mention(_) => "mention",
            Self::Wiki(_) => "wiki",
            Self::Guide(_) => "guide",
            Self::Papers => "papers",
        }
    }
}

/// What somebody answers to something that the bot said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Take it away.
    Delete,
    /// Never again.
    Stop,
    /// Another guide is the right one.
    Guide(Track),
}

/// The summons of a text, where there is one: a command that begins a line, or else the bot's name. What is quoted or code does not
/// count.
pub fn heard(text: &str, bot: &str) -> Option<Summons> {
    let own = own_words(text);
    let commands = own.lines().find_map(|line| command(line.trim()));
    commands.or_else(|| mention(&own, bot))
}

fn command(line: &str) -> Option<Summons> {
    let mut parts = line.strip_prefix('!')?.splitn(2, char::is_whitespace);
    let (name, rest) = (parts.next()?.to_ascii_lowercase(), parts.next().unwrap_or_default().trim());
    match name.as_str() {
        "wiki" if !rest.is_empty() => Some(Summons::Wiki(rest.chars().take(MAX_QUESTION).collect())),
        "guide" => track(rest).map(Summons::Guide),
        "papers" => Some(Summons::Papers),
        _ => None,
    }
}

fn mention(text: &str, bot: &str) -> Option<Summons> {
    let lower = text.to_ascii_lowercase();
    let name = format!("u/{}", bot.to_ascii_lowercase());
    let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/');
    let (at, _) = lower.match_indices(&name).find(|(at, name)| {
        let before = lower[..*at].strip_suffix('/').unwrap_or(&lower[..*at]);
        !before.ends_with(goes_on) && !lower[at + name.len()..].starts_with(|c| goes_on(c) && c != '/')
    })?;
    let before = text[..at].strip_suffix('/').unwrap_or(&text[..at]);
    let rest = format!("{before} {}", &text[at + name.len()..]);
    Some(Summons::Mention(rest.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// The text without quotations, code blocks and code.
fn own_words(text: &str) -> String {
    let mut fenced = false;
    let mut out = String::new();
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        fenced ^= is_fence;
        let skipped = fenced || is_fence || line.trim_start().starts_with('>') || line.starts_with("    ");
        if !skipped {
            // Every second piece between backticks is code.
            out.extend(line.split('`').step_by(2));
            out.push('\n');
        }
    }
    out
}

/// The word that an answer to the bot is, if it is one.
pub fn word(text: &str) -> Option<Word> {
    let own = own_words(text).to_lowercase();
    let said = own.trim().trim_start_matches('!').trim_end_matches(['.', '!']).trim();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    match said.as_str() {
        "delete" | "delete this" | "please delete" | "remove" => Some(Word::Delete),
        "stop" | "opt out" | "opt-out" | "optout" | "unsubscribe" => Some(Word::Stop),
        other => track(other.strip_prefix("guide ").unwrap_or(other)).map(Word::Guide),
    }
}

/// A track as people write it.
fn track(text: &str) -> Option<Track> {
    let text = text.trim().trim_matches(['"', '“', '”', '*']).to_lowercase().replace([' ', '_'], "-");
    let text = text.trim_end_matches("-guide");
    match text {
        "highschool" | "high-schooler" | "school" => Some(Track::HighSchool),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn summons_are_heard() {
        let mention = |rest: &str| Some(Summons::Mention(rest.into()));
        let table = [
            ("u/cairn_ml", mention("")),
            ("hey /u/Cairn_ML, where do I start?", mention("hey , where do I start?")),
            ("thanks u/cairn_ml!", mention("thanks !")),
            ("u/cairn_ml2 is another", None),
            ("u/cairn_ml-fan is another", None),
            ("abcu/cairn_ml", None),
            ("https://www.reddit.com/u/cairn_ml", None),
            ("> u/cairn_ml\n\nI quote it", None),
            ("use `u/cairn_ml`", None),
            ("```\n!papers\n```", None),
            ("    !papers", None),
            ("!wiki learning rate", Some(Summons::Wiki("learning rate".into()))),
            ("Look:\n!WIKI  learning rate \nthanks", Some(Summons::Wiki("learning rate".into()))),
            ("!wiki", None),
            ("!wikipedia cats", None),
            ("try !wiki cats", None),
            ("!guide engineer", Some(Summons::Guide(Track::Engineer))),
            ("!guide High School", Some(Summons::Guide(Track::HighSchool))),
            ("!guide cooking", None),
            ("!papers", Some(Summons::Papers)),
            ("!papers please", Some(Summons::Papers)),
            ("!important", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(heard(text, "Cairn_ML"), expected, "{text:?}");
        }
    }

    #[test]
    fn only_a_whole_answer_is_a_word() {
        let table = [
            ("delete", Some(Word::Delete)),
            ("Delete!", Some(Word::Delete)),
            ("!delete", Some(Word::Delete)),
            ("> I am a bot\n\ndelete", Some(Word::Delete)),
            ("don't delete", None),
            ("should I delete my old models?", None),
            ("STOP", Some(Word::Stop)),
            ("opt out", Some(Word::Stop)),
            ("I can't stop learning", None),
            ("hacker", Some(Word::Guide(Track::Hacker))),
            ("Researcher guide.", Some(Word::Guide(Track::Researcher))),
            ("!guide engineer", Some(Word::Guide(Track::Engineer))),
            ("I am a hacker", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(word(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "\\PC{0,80}|[!`>u/cairnml_ \n]{0,60}") {
            let _ = (heard(&text, "cairn_ml"), word(&text));
        }
    }
}
