//! Phrases of triage's tables as patterns that Python's `re` and the crate `regex` read alike: no look-around, no
//! back-reference, and no repeat without a bound but that of the blanks between two words (pure).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::triage::tables::{CLASSES, CONTRACTIONS, DANGER, MERGES, NAMED, NUMBERS};

/// What parts two words.
const GAP: &str = "[ /-]+";
/// Any one word.
const ANY: &str = "[a-z0-9'’]{1,20}";
/// The end of a sentence, or a pause.
const PAUSE: &str = r"[.!?,;:)\n]|$";
/// Words that parents of a phrase stand before: the beginning of a sentence.
const BEGINNING: &str = r"(?:^|[.!?\n:;,][ *]{0,3})";
/// “not”, and what is left of it in “don't”.
const NOT: &str = "(?:not|n['’]?t)";

/// Terms that would make every pattern longer and are hardly ever written.
const RARE: [&str; 12] = [
    "machine learn",
    "machines learning",
    "machine intelligence",
    "artificial inteligence",
    "artificial intelligent",
    "a i",
    "deep neural networks",
    "data sciences",
    "deep rl",
    "language processing",
    "neural nets",
    "neural net",
];

/// What the words of the tables are written as: themselves, terms of several words, short forms.
static SPELLINGS: LazyLock<HashMap<&'static str, Vec<String>>> = LazyLock::new(|| {
    let mut spellings: HashMap<&str, Vec<String>> = HashMap::new();
    for (term, word) in MERGES.iter().filter(|(term, _)| !RARE.contains(term)) {
        let term: Vec<String> = term.split(' ').map(escaped).collect();
        spellings.entry(word).or_default().push(term.join(GAP));
    }
    for (short, marked, full) in CONTRACTIONS {
        if let ([word], false) = (*full, *marked) {
            spellings.entry(word).or_default().push((*short).to_owned());
        }
    }
    spellings
});

/// A phrase in the notation of triage's lexicon.
pub fn of_phrase(phrase: &str) -> String {
    let mut out = String::new();
    let mut is_first = true;
    for element in phrase.split(' ').filter(|element| *element != "/") {
        if element == "^" {
            out.push_str(BEGINNING);
            continue;
        }
        let (element, is_optional) = match element.strip_suffix('?') {
            Some(rest) if !rest.is_empty() => (rest, true),
            _ => (element, false),
        };
        let mut members = expanded(element);
        let pauses = members.iter().any(|member| member == "$");
        members.retain(|member| member != "$");
        if members.is_empty() {
            out.push_str(&format!("(?:{PAUSE})"));
            continue;
        }
        let gap =
            if members.iter().all(|member| ["not", "nt"].contains(&member.as_str())) { "[ \\n]{0,2}" } else { GAP };
        let words = either(&members);
        match (is_first, is_optional || pauses) {
            (true, false) => out.push_str(&words),
            (true, true) => out.push_str(&format!("(?:{words}{GAP})?")),
            (false, false) => out.push_str(&format!("{gap}{words}")),
            (false, true) if pauses => out.push_str(&format!("(?:{gap}{words}|{PAUSE})")),
            (false, true) => out.push_str(&format!("(?:{gap}{words})?")),
        }
        is_first = is_first && is_optional;
    }
    out
}

/// The alternatives of an element, with named lists in full.
fn expanded(element: &str) -> Vec<String> {
    let named = |name: &str| NAMED.iter().find(|(known, _)| *known == name).map(|(_, list)| expanded(list));
    element.split('|').flat_map(|part| named(part).unwrap_or_else(|| vec![part.to_owned()])).collect()
}

/// One of several words or terms. Terms that begin with the same class share it.
fn either(members: &[String]) -> String {
    let mut heads: Vec<(&str, Vec<&str>)> = Vec::new();
    for member in members {
        let (head, rest) = match member.split_once('_') {
            Some((head, rest)) if !head.is_empty() => (head, rest),
            _ => (member.as_str(), ""),
        };
        match heads.iter_mut().find(|(known, _)| *known == head) {
            Some((_, rests)) => rests.push(rest),
            None => heads.push((head, vec![rest])),
        }
    }
    let mut parts: Vec<String> = Vec::new();
    for (head, rests) in heads {
        let head = word(head);
        let more: Vec<String> = rests.iter().filter(|rest| !rest.is_empty()).map(|rest| term(rest)).collect();
        let part = match (more.is_empty(), rests.contains(&"")) {
            (true, _) => head,
            (false, false) => format!("{head}{GAP}{}", one_of(more)),
            (false, true) => format!("{head}(?:{GAP}{})?", one_of(more)),
        };
        parts.push(part);
    }
    one_of(parts)
}

/// Words that follow each other: `data_engineer`.
fn term(words: &str) -> String {
    words.split('_').map(word).collect::<Vec<_>>().join(GAP)
}

fn one_of(mut parts: Vec<String>) -> String {
    let mut seen = Vec::new();
    parts.retain(|part| {
        !seen.contains(part) && {
            seen.push(part.clone());
            true
        }
    });
    if parts.len() == 1 { parts.remove(0) } else { format!("(?:{})", parts.join("|")) }
}

/// One word of the tables: a class, a number, any word, or itself with its other spellings.
fn word(word: &str) -> String {
    match word {
        "_" | "" => return ANY.to_owned(),
        "not" | "nt" => return NOT.to_owned(),
        _ => {}
    }
    if word.starts_with('@') {
        let class = CLASSES.iter().filter(|(name, _)| *name == word).flat_map(|(_, members)| members.split(' '));
        let mut members: Vec<String> = class.map(self::word).collect();
        members.extend(NUMBERS.iter().filter(|(name, ..)| *name == word).map(|(_, endings, range)| {
            let endings = endings.iter().map(|ending| (*ending).to_owned()).collect();
            format!("{}{}", numbers(*range.start(), *range.end()), one_of(endings))
        }));
        return one_of(members);
    }
    let mut spellings = vec![escaped(word)];
    spellings.extend(SPELLINGS.get(word).into_iter().flatten().cloned());
    one_of(spellings)
}

fn escaped(word: &str) -> String {
    // The tables hold letters and digits; what else there may be is written out.
    word.chars().flat_map(|c| (!c.is_alphanumeric()).then_some('\\').into_iter().chain([c])).collect()
}

/// The numbers from `first` to `last`, ten by ten.
fn numbers(first: u32, last: u32) -> String {
    if last > 999 {
        return "[0-9]{1,7}".to_owned();
    }
    let tens = first / 10..=last / 10;
    let digits = |ten: u32| {
        let (low, high) = (first.max(ten * 10) % 10, last.min(ten * 10 + 9) % 10);
        let ten = if ten == 0 { String::new() } else { ten.to_string() };
        if low == high { format!("{ten}{low}") } else { format!("{ten}[{low}-{high}]") }
    };
    one_of(tens.map(digits).collect())
}

/// The phrases by which people say in English that they may be in danger, figures of speech included: where a rule stays
/// silent, too much is better than too little.
pub fn of_danger() -> Vec<String> {
    let english = DANGER.split("\n# Spanish").next().unwrap_or(DANGER);
    let lists: HashMap<&str, &str> =
        english.lines().filter_map(|line| line.strip_prefix('@')?.split_once(" = ")).collect();
    let is_phrase = |line: &&str| !line.is_empty() && !line.starts_with(['#', '-', '=']) && !line.contains(" = ");
    english.lines().filter(is_phrase).map(|phrase| danger(phrase.trim_start_matches("+ "), &lists)).collect()
}

fn danger(phrase: &str, lists: &HashMap<&str, &str>) -> String {
    let (mut out, mut has_begun) = (String::new(), false);
    for element in phrase.split(' ').filter(|element| !element.starts_with('!')) {
        if element == "$" {
            out.push_str(&format!("(?:{PAUSE})"));
            continue;
        }
        if let Some(most) = element.strip_prefix('~') {
            out.push_str(&format!("(?: +[^ ]{{1,20}}){{0,{most}}}"));
            continue;
        }
        let (element, is_optional) = element.strip_suffix('?').map_or((element, false), |rest| (rest, true));
        let listed =
            |part: &str| part.strip_prefix('@').and_then(|name| lists.get(name)).map(|list| list.split('|').collect());
        let members = element.split('|').flat_map(|part| listed(part).unwrap_or_else(|| vec![part]));
        let words = one_of(members.map(spelt).collect());
        out.push_str(&match (is_optional, has_begun) {
            (true, false) => format!("(?:{words} +)?"),
            (true, true) => format!("(?: +{words})?"),
            (false, false) => words,
            (false, true) => format!(" +{words}"),
        });
        has_begun |= !is_optional;
    }
    out
}

/// A word of those phrases, which are without apostrophes, as people write it.
fn spelt(word: &str) -> String {
    let (word, rest) = word.strip_suffix('*').map_or((word, ""), |stem| (stem, "[a-z]{0,12}"));
    let written = match word {
        "im" | "id" | "ill" | "ive" => format!("i['’]?{}", &word[1..]),
        "anymore" => "any ?more".to_owned(),
        "myself" => "my ?self".to_owned(),
        _ => match word.strip_suffix("nt") {
            Some(
                stem @ ("do" | "did" | "does" | "ca" | "could" | "was" | "were" | "wo" | "should" | "have" | "is"),
            ) => {
                format!("{stem}n['’]?t")
            }
            _ => escaped(word),
        },
    };
    format!("{written}{rest}")
}

#[cfg(test)]
mod tests {
    use regex::RegexBuilder;

    use super::*;

    fn hears(pattern: &str, text: &str) -> bool {
        let whole = format!(r"(?:^|\W|\b)({pattern})(?:$|\W|\b)");
        let built = RegexBuilder::new(&whole).case_insensitive(true).dot_matches_new_line(true).build();
        built.expect("a pattern").is_match(text)
    }

    #[test]
    fn phrases_are_read_as_the_lexicon_reads_them() {
        for (phrase, text, is_heard) in [
            ("how to get_into {field}", "How to get into Machine Learning?", true),
            ("how to get_into {field}", "how to get into gardening", false),
            ("become {in}? {role}", "I want to become a data scientist", true),
            ("become {in}? {role}", "become an ML engineer", true),
            ("do not|nt know", "I don't know", true),
            ("do not|nt know", "I dont know", true),
            ("do not|nt know", "I do not know", true),
            ("^ best|good way", "Best way", true),
            ("^ best|good way", "the best way", false),
            ("i am @teen", "I am 16", true),
            ("i am @teen", "I am 18", false),
            ("i am @teen", "I am 160", false),
            ("old $", "I am old.", true),
            ("where to? start", "where start", true),
            ("a _ b", "a c b", true),
        ] {
            assert_eq!(hears(&of_phrase(phrase), text), is_heard, "{phrase} in {text}: {}", of_phrase(phrase));
        }
    }

    #[test]
    fn numbers_are_whole_ranges() {
        assert_eq!(numbers(9, 17), "(?:9|1[0-7])");
        assert_eq!(numbers(18, 18), "18");
        assert_eq!(numbers(19, 75), "(?:19|2[0-9]|3[0-9]|4[0-9]|5[0-9]|6[0-9]|7[0-5])");
    }

    #[test]
    fn danger_is_heard_with_and_without_apostrophes() {
        let all = of_danger();
        let heard = |text: &str| all.iter().any(|pattern| hears(pattern, text));
        for text in
            ["I want to kill myself", "i don't want to live anymore", "I dont want to live any more", "I’m suicidal"]
        {
            assert!(heard(text), "{text}");
        }
        assert!(!heard("How do I get into machine learning? I am a nurse.") && all.len() > 100);
    }
}
