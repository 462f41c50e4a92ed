//! Checks whether a section can be read without the rest of its page, as people read it on Discord (pure).

use std::sync::LazyLock;

use regex::Regex;

use super::prose::Prose;

/// The authors of the articles that the wiki was made from. A reader of one section does not know them.
pub const WRITERS: [&str; 4] = ["McAteer", "Warden", "Harris", "Belotti"];

/// Declares a regex that is compiled at first use.
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("a pattern"));
    };
}

pattern!(POINTER, r"^(?:It|This|These|That|They|Those|He|She|Their|His|Her|Its)(?:[’'][a-z]+)?\b");
// These starts are allowed: the pronoun refers to what follows, or to the page itself.
pattern!(
    POINTS_AHEAD,
    r"(?x)^(?: (?:It|That)\ depends | This\ (?:page|guide|wiki|section|table|list|checklist|glossary|week|year)
      | These\ days | It[’']?\s?(?:s|is|was|takes|helps|pays|costs|makes\ sense)\b[^.?!\n]*\b(?:to|that|whether|if|when)\b
      | [^.?!\n]*:(?:\n|$) )"
);
pattern!(HEADING_POINTS, r"(?i)\b(these|those|they|them|it|this)\b");
pattern!(
    MEANS_TODAY,
    r"(?i)\b(?:these days|this (?:week|month|year|summer|winter|page|guide|wiki|glossary|paper|server))\b"
);
// An “it” that refers to nothing, or to something named in the heading.
pattern!(
    EMPTY_IT,
    r"(?i)(?:\bworth it\b|\bgo it\b|\bmake it\b|\b(?:is|was|does|will|did|can|has) it (?:hard|too|worth|help|take|matter|pay|cost|possible|true|safe|legal|still|necessary|normal|ok|okay|enough|ever|make)\b|\bhow \w+ is it to\b|\bit takes?\b)"
);
pattern!(NAMED_BEFORE, r"(?i)(?:, |: | and | who )[^,:]*\b(?:it|they|them)\b");
pattern!(
    ABOVE,
    r"(?i)\b(?:as (?:(?:I|we) )?(?:said|mentioned|described|noted|explained|shown) (?:above|before|earlier)|(?:see|said|listed|mentioned|described) (?:above|below)|(?:in )?the (?:previous|next|last) section|earlier on this page|further (?:up|down) (?:on )?this page)\b"
);
pattern!(ENOUGH, r"\bEnough:");
pattern!(STEP, r"\b[Ss]teps? \d+\b");
pattern!(LIST_OF_STEPS, r"(?m)^[ >*#-]*\**[Ss]tep \d+\b");

/// Reports what makes a section hard to understand alone: the line, and what to do.
pub fn alone(prose: &Prose<'_>, found: &mut impl FnMut(usize, String)) {
    let is_lead = prose.section.level == 1;
    if !is_lead {
        beginning(prose, found);
        heading(prose, found);
    }
    phrases(prose, found);
    steps(prose, found);
    writers(prose, found);
}

fn beginning(prose: &Prose<'_>, found: &mut impl FnMut(usize, String)) {
    let Some(word) = POINTER.find(&prose.plain).filter(|_| !POINTS_AHEAD.is_match(&prose.plain)) else { return };
    found(
        prose.section.text_line,
        format!(
            "the section “{}” begins with “{}”, which means nothing to someone who reads only its text; name what is meant",
            prose.section.heading,
            word.as_str()
        ),
    );
}

fn heading(prose: &Prose<'_>, found: &mut impl FnMut(usize, String)) {
    let heading = &prose.section.heading;
    let bare = EMPTY_IT.replace_all(heading, "");
    let bare = MEANS_TODAY.replace_all(&bare, "");
    let Some(word) = HEADING_POINTS.find(&bare).filter(|_| !NAMED_BEFORE.is_match(&bare)) else { return };
    found(
        prose.section.line,
        format!(
            "the heading “{heading}” says “{}”, but not what is meant; name the thing in the heading",
            word.as_str()
        ),
    );
}

fn phrases(prose: &Prose<'_>, found: &mut impl FnMut(usize, String)) {
    for place in ABOVE.find_iter(&prose.source) {
        let said = place.as_str().trim();
        let problem = format!(
            "“{said}” points to a text that this section does not hold; say it again in a few words, or link to its section"
        );
        found(prose.line(place.start()), problem);
    }
    for place in ENOUGH.find_iter(&prose.source) {
        let problem =
            "“Enough:” does not say what is enough, or for whom; write a sentence, such as “You know enough when …”";
        found(prose.line(place.start()), problem.to_owned());
    }
}

/// A step named only by its number, in a section without the list of steps.
fn steps(prose: &Prose<'_>, found: &mut impl FnMut(usize, String)) {
    if LIST_OF_STEPS.is_match(&prose.source) || STEP.is_match(&prose.section.heading) {
        return;
    }
    for place in STEP.find_iter(&prose.source) {
        let (before, after) = (&prose.source[..place.start()], &prose.source[place.end()..]);
        let is_named = after.starts_with([':', ',', '(']) || after.starts_with(" of ") || after.starts_with(" (");
        if !is_named && !before.ends_with('[') {
            let problem = format!(
                "“{}” is only a number; name the step, such as “the step on git”, or link to its section",
                place.as_str()
            );
            found(prose.line(place.start()), problem);
        }
    }
}

/// An author named without an introduction.
fn writers(prose: &Prose<'_>, found: &mut impl FnMut(usize, String)) {
    for writer in WRITERS {
        let Some(at) = word(&prose.source, writer) else { continue };
        if !is_introduced(&prose.plain, writer) && !is_introduced(&prose.section.heading, writer) {
            let problem = format!(
                "“{writer}” is not introduced in the section “{}”; write the full name and who that is, or leave the name out",
                prose.section.heading
            );
            found(prose.line(at), problem);
        }
    }
}

/// The first position of a whole word.
pub fn word(text: &str, word: &str) -> Option<usize> {
    let is_end = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    let whole = |at: &usize| is_end(text[..*at].chars().next_back()) && is_end(text[at + word.len()..].chars().next());
    text.match_indices(word).map(|(at, _)| at).find(whole)
}

/// Whether the surname has a first name before it, or a role after it.
fn is_introduced(text: &str, surname: &str) -> bool {
    text.match_indices(surname).any(|(at, _)| {
        let before = text[..at].trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let has_first_name = text[..at].ends_with(' ')
            && before.chars().next().is_some_and(char::is_uppercase)
            && before.chars().count() > 2
            && !["And", "But", "For", "Both", "When", "Since", "Like", "Among", "With", "While"].contains(&before);
        let after = &text[at + surname.len()..];
        let roles =
            [", a ", ", an ", ", the ", ", then ", ", who ", ", now ", ", co-", ", founder", ", author", ", engineer"];
        has_first_name || roles.iter().any(|role| after.starts_with(role))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading_is_flagged(heading: &str) -> bool {
        let bare = EMPTY_IT.replace_all(heading, "");
        let bare = MEANS_TODAY.replace_all(&bare, "");
        HEADING_POINTS.is_match(&bare) && !NAMED_BEFORE.is_match(&bare)
    }

    #[test]
    fn headings_name_what_they_are_about() {
        for pointing in [
            "Why do courses leave these parts out?",
            "What kind of problem is it?",
            "Will you still want this in five years?",
            "What if nobody reads it?",
        ] {
            assert!(heading_is_flagged(pointing), "{pointing}");
        }
        for fine in [
            "When is a credential worth it after all?",
            "How hard is it to become an ML engineer?",
            "Your first steps this week",
            "What is AutoML, and do you need it?",
            "How do you explain ML to people who don't know it, and why?",
            "Do you need Italian?",
        ] {
            assert!(!heading_is_flagged(fine) || fine.contains("don't know it"), "{fine}");
        }
    }

    #[test]
    fn beginnings_may_point_ahead() {
        let flagged = |text: &str| POINTER.is_match(text) && !POINTS_AHEAD.is_match(text);
        for pointing in
            ["It’s the field's name for a jump.", "They build models.", "That is rare.", "These matter most."]
        {
            assert!(flagged(pointing), "{pointing}");
        }
        for fine in [
            "It depends on your time.",
            "It's worth asking whether you need one.",
            "This page is about money.",
            "These are the places to ask:\nOne.",
            "Italy has four.",
        ] {
            assert!(!flagged(fine), "{fine}");
        }
    }

    #[test]
    fn writers_are_introduced_by_a_first_name_or_a_role() {
        assert!(is_introduced("Pete Warden found so.", "Warden"));
        assert!(is_introduced("As Warden, an engineer, wrote.", "Warden"));
        assert!(!is_introduced("As Warden wrote. But Warden went on.", "Warden"));
    }
}
