//! Tone: what study says is read as by somebody who has just been away for a week.
//!
//! Every sentence of the rooms of study, and of the adapters' files on study, is looked at where it is written: so a new
//! one cannot slip past. And what the source says about itself can be read once.

use std::fs;
use std::path::{Path, PathBuf};

/// Words that blame, shame or belittle, in any form.
const GUILT: &[&str] = &[
    "ashamed",
    "bad",
    "behind",
    "blame",
    "broke",
    "broken",
    "careful",
    "disappoint",
    "disappointed",
    "disappointing",
    "excuses",
    "fail",
    "failed",
    "failing",
    "fails",
    "failure",
    "forgot",
    "forgotten",
    "gave",
    "guilt",
    "hopeless",
    "lazy",
    "lose",
    "loser",
    "loses",
    "losing",
    "lost",
    "miss",
    "missed",
    "missing",
    "neglect",
    "neglected",
    "only",
    "pathetic",
    "poor",
    "sadly",
    "shame",
    "shirk",
    "slacking",
    "unfortunately",
    "wasted",
    "weak",
    "worse",
    "worst",
];

/// Phrases that do the same.
const PHRASES: &[&str] = &[
    "should have",
    "try harder",
    "you didn't",
    "you did not",
    "why didn't",
    "give up",
    "not enough",
    "don't forget",
    "last chance",
];

/// Sentences in which such a word is not about the person.
const HARMLESS: &[&str] = &[
    "the field `{name}` is missing",
    "They do not study in this community; only its own moderators can excuse a day.",
];

/// The rooms of study.
const STUDY: &[&str] = &[
    "buddies",
    "calendar",
    "heatmap",
    "plan",
    "pomodoro",
    "ranking",
    "reminders",
    "revisits",
    "streak",
    "student",
    "study",
];

/// Files whose sentences are for people: the rooms of study, and the files of adapters that are called after it.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            files(&path, found);
        } else if name.ends_with(".rs") && !name.starts_with("tests") && is_study(&path) {
            found.push(path);
        }
    }
}

fn is_study(path: &Path) -> bool {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a source file");
    let room = below.iter().nth(1).map(|room| room.to_string_lossy().into_owned()).unwrap_or_default();
    STUDY.contains(&room.as_str()) || below.to_string_lossy().contains("study")
}

/// The string literals of a source file that are sentences: two words and more. Tests and comments are left out, and what names a cause: that
/// goes to the log.
fn sentences(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines =
        code.lines().filter(|line| !line.trim_start().starts_with("//") && !line.trim_start().starts_with("#["));
    let code = lines.collect::<Vec<_>>().join("\n").replace("\\n", " ").replace("'\"'", "").replace("\\\"", "”");
    let literals = code.split('"').skip(1).step_by(2);
    let joined =
        literals.map(|literal| literal.split_whitespace().filter(|word| *word != "\\").collect::<Vec<_>>().join(" "));
    joined.filter(|literal| literal.contains(' ') && !literal.contains("{cause}")).collect()
}

/// What of a sentence blames.
fn blame(sentence: &str) -> Option<&'static str> {
    // What stands in braces is a name in the program.
    let written = sentence.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
    let lower = written.collect::<Vec<_>>().join(" ").to_lowercase();
    let words: Vec<&str> = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '\'').collect();
    let word = GUILT.iter().find(|word| words.contains(word));
    word.or_else(|| PHRASES.iter().find(|phrase| lower.contains(**phrase))).copied()
}

#[test]
fn no_sentence_of_study_blames() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&source, &mut found);
    let read = |file: &PathBuf| sentences(&fs::read_to_string(file).expect("a source file"));
    let all: Vec<(PathBuf, String)> =
        found.iter().flat_map(|file| read(file).into_iter().map(|sentence| (file.clone(), sentence))).collect();
    assert!(all.len() > 60, "{} sentences", all.len());
    let blaming =
        all.iter().filter(|(_, sentence)| !HARMLESS.contains(&sentence.as_str()) && blame(sentence).is_some());
    let shown = blaming.map(|(file, sentence)| format!("{}: {sentence} ({:?})\n", file.display(), blame(sentence)));
    assert_eq!(shown.collect::<String>(), "");
}

#[test]
fn blame_is_noticed() {
    let kind = ["A new week begins. Ten minutes today are a good start.", "You hold 2 freezes.", "Welcome back."];
    assert!(kind.iter().all(|sentence| blame(sentence).is_none()));
    for sentence in
        ["You lost your streak.", "Only 10 minutes?", "You FAILED today", "You should have studied.", "Don't be lazy!"]
    {
        assert!(blame(sentence).is_some(), "{sentence}");
    }
    let code = "//! \"a failed comment\"\nfn a() { say(\"one two \\\n    three\"); say('\"'); say(\"four \\\"five\\\"\") }\n#[cfg(test)]\nmod tests { say(\"you failed\") }";
    assert_eq!(sentences(code), ["one two three", "four ”five”"]);
}

/// What has to be read twice in English, or says nothing.
const HARD: &[&str] = &["to who ", "whoever", " anew", "ring for", "rings for", "as far as", "a fault if the database"];

/// Rooms whose comments are still to be gone through.
const UNREAD: &[&str] = &["desk", "reddit", "web"];

#[test]
fn comments_are_plain() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let room = path.strip_prefix(&source).expect("below src").iter().next().expect("a room");
            if UNREAD.contains(&&*room.to_string_lossy()) {
                continue;
            } else if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                for line in text.lines().filter(|line| line.trim_start().starts_with("//")) {
                    let hard = HARD.iter().find(|hard| line.to_lowercase().contains(**hard));
                    assert!(hard.is_none(), "{}: {line}", path.display());
                }
            }
        }
    }
}
