//! Keys that do something only beside another one (pure).

use super::{Entries, Found, Kind, Node, named};

/// A key, what it belongs to, and what is to be done where that is missing.
const BESIDE: [(&str, &str, &str); 5] = [
    ("modmail_subject", "modmail", "add modmail with a text, or leave it out"),
    ("message_subject", "message", "add message with a text, or leave it out"),
    ("comment_stickied", "comment", "add comment with a text, or leave it out"),
    ("comment_locked", "comment", "add comment with a text, or leave it out"),
    ("overwrite_flair", "set_flair", "add set_flair, or leave it out"),
];

pub fn together(entries: &Entries, kind: &str, found: &mut Found) {
    let author = named(entries, "author").and_then(Node::entries).unwrap_or_default();
    for level in [entries, author] {
        for (key, other, cure) in BESIDE {
            if let Some(line) = line_of(level, key).filter(|_| named(level, other).is_none()) {
                found.add(line, format!("{key} does nothing without {other}; {cure}"));
            }
        }
    }
    if let Some(line) = line_of(entries, "report_reason").filter(|_| named(entries, "action_reason").is_some()) {
        found.add(line, "action_reason says the reason already, so this one is left out; keep one of the two");
    }
    let acts = [entries, author].iter().any(|level| named(level, "action").is_some());
    for reason in ["action_reason", "report_reason"] {
        if let Some(line) = line_of(entries, reason).filter(|_| !acts) {
            found.add(line, format!("{reason} does nothing without an action; add one, such as action: report"));
        }
    }
    let is_sticky = named(entries, "comment_stickied").and_then(Node::kind) == Some(Kind::Bool(true));
    if let Some(line) = line_of(entries, "comment_stickied").filter(|_| kind == "comment" && is_sticky) {
        found.add(line, "an answer to a comment cannot be pinned; leave comment_stickied out");
    }
}

fn line_of(entries: &Entries, wanted: &str) -> Option<usize> {
    let is_it = |(key, _): &&(Node, Node)| key.text().is_some_and(|key| key.to_lowercase() == wanted);
    entries.iter().rev().find(is_it).map(|(key, _)| key.line)
}
