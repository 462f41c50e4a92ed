//! The rules that triage is compiled to (pure).
//!
//! A rule's parts: words of starting in the field (for two guides also of what the author wants to become or to make) ∧ the
//! author speaks of themselves ∧ asks ∧ is brief ∧ shows no other purpose ∧ is in no danger. Six rules share these: one for each
//! guide, and two that show all four, where the text has signs of two aims or of none. Of any two rules, one demands what the
//! other one forbids: no post is answered twice.

use super::pattern;
use crate::triage::Track;
use crate::triage::tables::{Cue, phrases};

/// Longer texts have room for words of every kind, so phrases decide nothing there.
const MOST_CHARS: usize = 700;
/// Other purposes than getting started.
const OTHER_PURPOSES: [Cue; 12] = [
    Cue::Symptom,
    Cue::Technical,
    Cue::Show,
    Cue::Advert,
    Cue::Share,
    Cue::Success,
    Cue::Ama,
    Cue::Paper,
    Cue::Thread,
    Cue::Hardware,
    Cue::Homework,
    Cue::Insider,
];

/// The signs of each guide's readers.
const SCHOOL: &[Cue] = &[Cue::School];
const JOB: &[Cue] = &[Cue::Job, Cue::Switch];
const RESEARCH: &[Cue] = &[Cue::Research];
const FUN: &[Cue] = &[Cue::Fun, Cue::Own];
/// Researchers and tinkerers seldom say that they start: they say what they want to become, or to make. These count as starting in
/// the rules of their guides alone.
const ASPIRING: [&str; 2] = [
    "want|like|love|plan|planning|hope|hoping|aim|aiming|looking|interested|thinking|considering to|in|about|of? \
     pursue|pursuing|do|doing|get|getting|start|starting|begin|beginning a|an|my? phd in|on _? {field}",
    "want|like|love|plan|planning|hope|hoping|aim|aiming|looking|interested|thinking|considering to|in|about|of? \
     pursue|pursuing|do|doing|get|getting|start|starting|begin|beginning a|an|my? {field} phd",
];
const MAKING: [&str; 2] = [
    "to|i|and|me make|build|create|write|code|program|develop|train my|our own _? ai|ml|chatbot|chat_bot|neural_network|bot|assistant",
    "to|i make|build|create|code|program a|an ai|ai_chatbot|ai_assistant|chatbot|chat_bot",
];
/// Signs that a text is not in English: letters of other scripts, and words that the commonest other languages are full of.
/// Such texts are not answered, so what they say of danger need not be known.
const OTHER_LANGUAGES: [&str; 2] = [
    "[Ͱ-ᾼ぀-ﾾ]{1,200}",
    "ich|nicht|mein|meine|und|quiero|estoy|tengo|vivir|morir|marido|quero|meu|minha|não|nao|viver|morrer|je|suis|veux|mourir|mari|voglio|\
     vivere|morire|sono|mio|aku|saya|ingin|mau|mati|diri|ben|istiyorum|ölmek|olmek|intihar|etmeyi|mein vater|ik|niet|jestem|nie|chcę",
];
/// A longer pattern costs more room on the page than it is worth.
const MOST_PATTERN_CHARS: usize = 1_200;

/// A part of a rule: what it is called, and its patterns.
struct Part {
    name: &'static str,
    patterns: Vec<String>,
}

impl Part {
    fn of(name: &'static str, cues: &[Cue]) -> Self {
        Self::within(name, cues, MOST_PATTERN_CHARS)
    }

    fn within(name: &'static str, cues: &[Cue], most: usize) -> Self {
        let mut patterns: Vec<String> = Vec::new();
        for phrase in cues.iter().flat_map(|cue| phrases(*cue)) {
            // Triage has read “data scientist” as one word before it looks for scientists.
            let pattern = pattern::of_phrase(&phrase.replace("|scientist", ""));
            if pattern.len() <= most && !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
        Self { name, patterns }
    }

    /// The same with more phrases.
    fn with(&self, phrases: &[&str]) -> Self {
        let more = phrases.iter().map(|phrase| pattern::of_phrase(phrase));
        Self { name: self.name, patterns: self.patterns.iter().cloned().chain(more).collect() }
    }

    /// The check that finds one of the patterns, or none of them.
    fn check(&self, is_inverted: bool) -> String {
        let mark = if is_inverted { "~" } else { "" };
        let lines = self.patterns.iter().map(|pattern| format!("    - '{}'\n", pattern.replace('\'', "''")));
        format!("{mark}title+body#{} (regex):\n{}", self.name, lines.collect::<String>())
    }
}

/// The whole page of rules; with `is_short`, one rule alone, which shows all guides and needs an eighth of the room. `link`
/// makes the address of a guide from its slug.
pub fn compiled(is_short: bool, link: impl Fn(&str) -> String) -> String {
    let start = Part::within("start", &[Cue::Start], usize::MAX);
    let own = Part { name: "self", patterns: ["i", "me|my|myself"].map(pattern::of_phrase).to_vec() };
    let ask = Part::of("ask", &[Cue::Plea]);
    let other = Part::within("other", &OTHER_PURPOSES, MOST_PATTERN_CHARS / 2);
    let danger = Part { name: "danger", patterns: pattern::of_danger() };
    let language = Part { name: "language", patterns: OTHER_LANGUAGES.map(str::to_owned).to_vec() };
    let rest =
        [own.check(false), ask.check(false), other.check(true), danger.check(true), language.check(true)].concat();
    let base = start.check(false) + &rest;
    if is_short {
        return format!("{HEAD}{}", rule("all guides", &base, &all(&link)));
    }
    let (school, job) = (Part::of("school", SCHOOL), Part::of("job", JOB));
    let (research, fun) = (Part::of("research", RESEARCH), Part::of("fun", FUN));
    let leisure = Part::of("mixed", &[RESEARCH, FUN].concat());
    let begun = |more: &[&str], checks: &[String]| {
        let base = [start.with(more).check(false), rest.clone(), school.check(true)];
        [&base, checks].concat().concat()
    };
    let grown = |checks: &[String]| begun(&[], checks);
    let rules = [
        (Track::HighSchool.slug(), [base.clone(), school.check(false)].concat(), one(Track::HighSchool, &link)),
        (Track::Engineer.slug(), grown(&[job.check(false), leisure.check(true)]), one(Track::Engineer, &link)),
        (
            Track::Researcher.slug(),
            begun(&ASPIRING, &[job.check(true), research.check(false)]),
            one(Track::Researcher, &link),
        ),
        (
            Track::Hacker.slug(),
            begun(&MAKING, &[job.check(true), research.check(true), fun.check(false)]),
            one(Track::Hacker, &link),
        ),
        ("all guides, for two aims", grown(&[job.check(false), leisure.check(false)]), all(&link)),
        ("all guides, for no aim", grown(&[job.check(true), research.check(true), fun.check(true)]), all(&link)),
    ];
    let rules = rules.iter().map(|(name, checks, comment)| rule(name, checks, comment));
    [HEAD.to_owned()].into_iter().chain(rules).collect()
}

const HEAD: &str =
    "# Rules that point newcomers to a guide, made by Cairn. Do not edit them by hand: AutoModerator takes a
# changed rule for a new one and comments again. Make them again instead, and put them in place of these.
";

fn rule(name: &str, checks: &str, comment: &str) -> String {
    let comment: String = comment.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
    format!(
        "---\n# Cairn: {name}\ntype: text submission\nmoderators_exempt: true\nis_edited: false\n\
         body_shorter_than: {MOST_CHARS}\n{checks}comment_stickied: true\ncomment: |\n{comment}"
    )
}

/// What a comment ends with: whose words led to it, and what to do if they did not mean that.
const WHY: &str = "You wrote: “{{match-title+body#start-1}}”. If you meant something else, you need not do anything: people here \
                   will still read your post.";

fn one(track: Track, link: &impl Fn(&str) -> String) -> String {
    let (name, what) = of_track(track);
    let others: Vec<String> = Track::ALL
        .into_iter()
        .filter(|other| *other != track)
        .map(|other| format!("[{}]({})", of_track(other).1, link(other.slug())))
        .collect();
    format!(
        "If you are asking how to begin: this community has a guide for people who want {what}, the \
         [{name}]({}). It says what to learn first, what to build, and where to ask.\n\n\
         There are other guides, too, for {}.\n\n{WHY}",
        link(track.slug()),
        others.join(", "),
    )
}

fn all(link: &impl Fn(&str) -> String) -> String {
    let lines = Track::ALL.into_iter().map(|track| {
        let (name, what) = of_track(track);
        format!("- you want {what}: [{name}]({})\n", link(track.slug()))
    });
    format!(
        "If you are asking how to begin: this community has four guides. Each says what to learn first, what to build, and \
         where to ask. Take the one that fits:\n\n{}\n{WHY}",
        lines.collect::<String>()
    )
}

/// A guide's name, and what its readers want.
fn of_track(track: Track) -> (&'static str, &'static str) {
    match track {
        Track::HighSchool => ("High school guide", "to prepare for the field while at school"),
        Track::Engineer => ("Engineer guide", "a job that uses machine learning"),
        Track::Researcher => ("Researcher guide", "to do research and publish"),
        Track::Hacker => ("Hacker guide", "to build something for fun, or to add ML to a program"),
    }
}
