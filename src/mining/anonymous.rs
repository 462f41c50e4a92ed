//! Makes a typical question anonymous: removes names, links, addresses and long numbers (pure).

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::people::redact;

/// The longest title that is shown, in characters.
const MAX_CHARS: usize = 140;
/// First names that are not also ordinary words.
const NAMES: &str = include_str!("names.txt");
/// Replaces a first name until its surname is found.
const NAME: &str = "\u{e0ff}";
/// Teachers whose names stand for courses, and courses whose names look like addresses.
const KNOWN: [&str; 5] = ["andrew ng", "jeremy howard", "andrej karpathy", "fast.ai", "deeplearning.ai"];

struct Rules {
    /// Patterns to remove, each with its replacement.
    gone: Vec<(Regex, &'static str)>,
    /// Words that may be names.
    word: Regex,
    /// A first name that was found, and the capitalised word after it.
    surname: Regex,
}

static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| Rules::new().ok());

impl Rules {
    fn new() -> Result<Self, regex::Error> {
        let gone = [
            // Markdown's links and pictures: their words stay. Discord's own markup is removed.
            (r"!?\[([^\]\[]*)\]\([^)]*\)", "$1"),
            (r"<a?:\w+:\d+>|<[#@][!&]?\d+>", "…"),
            // Tags at the beginning, such as [Q].
            (r"^(?:\[\w{1,12}\] ?)+", ""),
            // Contact details.
            (
                r"(?i)\b(discord|telegram|instagram|insta|snapchat|whatsapp|linkedin|github|twitter|skype|e-?mail)(?: id| handle| name| username)? ?[:=] ?\S+",
                "$1: …",
            ),
            (r"\b[\w.]{2,32}#\d{4}\b", "…"),
            (r"(?i)\b\d+[a-z]? (?:\w+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|drive|boulevard|blvd)\b", "…"),
            // Names after words that introduce one.
            (r"\b((?i:my name(?:'s|’s| is)|call me)) \w+(?: [A-Z]\w+)?", "$1 …"),
            (
                r"\b((?i:i'm|i’m|im|i am|this is|it's|here is)) [A-Z][a-z]+(?: [A-Z][a-z]+)?( here\b|[,.!;]| and\b| from\b|$)",
                "$1 …$2",
            ),
            (
                r"\b([Mm]rs?\.?|Ms\.|[Dd]r\.|[Pp]rof\.?|my (?:professor|teacher|boss|mentor|friend|brother|sister|son|daughter|colleague|cousin),?) [A-Z][a-z]+(?: [A-Z][a-z]+)?\b",
                "$1 …",
            ),
            (
                r"(?i)\b(?:[\w-]+\.)+(?:com|org|net|io|dev|me|ai|co|gg|edu|in|uk|de|ly|be|app|xyz|tech|info)\b(?:/\S*)?",
                "…",
            ),
            (r"\S+/\S*\.\S+/\S*", "…"),
        ];
        let gone = gone.into_iter().map(|(pattern, instead)| Ok((Regex::new(pattern)?, instead)));
        Ok(Rules {
            gone: gone.collect::<Result<_, regex::Error>>()?,
            word: Regex::new(r"[\p{L}\d_]+(?:-[\p{L}\d_]+)*")?,
            surname: Regex::new(r"\x{e0ff}(?: \p{Lu}\p{L}+)?(?:['’]s\b)?")?,
        })
    }
}

/// `title` without personal details, on one line, shortened; `author` has the author's names.
pub fn anonymous(title: &str, author: &[String]) -> String {
    // The patterns are constants, and a test fails if one does not compile. If that happens all the same, show nothing.
    let Some(rules) = &*RULES else { return String::new() };
    let mut text = title.split_whitespace().collect::<Vec<_>>().join(" ");
    // Names with spaces or signs; plain names are searched word by word.
    let is_plain = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    for name in author.iter().filter(|name| name.chars().count() >= 3 && !is_plain(name)) {
        if let Ok(name) = Regex::new(&format!("(?i){}", regex::escape(name))) {
            text = name.replace_all(&text, "…").into_owned();
        }
    }
    for (n, known) in KNOWN.iter().enumerate() {
        text = with_mark(&text, known, n);
    }
    let mut text =
        redact(&rules.gone.iter().take(2).fold(text, |text, (rule, with)| rule.replace_all(&text, *with).into_owned()));
    for (rule, instead) in rules.gone.iter().skip(2) {
        text = rule.replace_all(&text, *instead).into_owned();
    }
    let is_author = |word: &str| word.chars().count() >= 3 && author.iter().any(|name| name.eq_ignore_ascii_case(word));
    let hidden = |found: &Captures<'_>| {
        let word = &found[0];
        let lower = word.to_lowercase();
        let is_name = NAMES.split_whitespace().any(|name| name == lower) || is_author(word);
        if is_name { NAME.to_owned() } else { word.to_owned() }
    };
    let text = rules.word.replace_all(&text, hidden);
    let text = rules.surname.replace_all(&text, "…");
    let text =
        KNOWN.iter().enumerate().fold(text.into_owned(), |text, (n, known)| text.replace(&mark(n), &written(known)));
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || "*_#>`~".contains(c)).replace("**", "").replace('`', "");
    cut(&text)
}

/// A placeholder character that no text has, for a name that may stay.
fn mark(n: usize) -> String {
    char::from_u32(0xe000 + n as u32).map(String::from).unwrap_or_default()
}

fn with_mark(text: &str, known: &str, n: usize) -> String {
    let lower = text.to_ascii_lowercase();
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in lower.match_indices(known) {
        let end = at + known.len();
        let is_inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "/@-_".contains(c));
        if is_inside(text[..at].chars().next_back())
            || is_inside(text[end..].chars().next())
            || text[..at].ends_with('.')
        {
            continue;
        }
        shown.push_str(&text[from..at]);
        shown.push_str(&mark(n));
        from = end;
    }
    shown + &text[from..]
}

fn written(known: &str) -> String {
    if known.contains('.') {
        return known.to_owned();
    }
    let capital =
        |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>();
    known.split(' ').map(capital).collect::<Vec<_>>().join(" ")
}

/// Cuts the text at a word.
fn cut(text: &str) -> String {
    if text.chars().count() <= MAX_CHARS {
        return text.to_owned();
    }
    let short: String = text.chars().take(MAX_CHARS).collect();
    let whole = short.rsplit_once(' ').map_or(short.as_str(), |(whole, _)| whole);
    format!("{} …", whole.trim_end_matches([',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, NAMES, anonymous};

    #[test]
    fn what_points_to_a_person_is_gone() {
        let table = [
            ("I'm Keanu, 17, how do I start?", "I'm …, 17, how do I start?"),
            ("My name is zofia and I want to learn ML", "My name is … and I want to learn ML"),
            ("Priya here: which course?", "… here: which course?"),
            ("Which book by Richard Oddname?", "Which book by …?"),
            ("Ann-Bee.99: how to begin?", "…: how to begin?"),
            (
                "Teacher Moving to Data Science, MS Analytics or not?",
                "Teacher Moving to Data Science, MS Analytics or not?",
            ),
            ("my friend Radek says ML is dead", "my friend … says ML is dead"),
            ("roadmap at myblog.dev/ann or github: annb", "roadmap at … or github: …"),
            ("see [this plan](https://a.example/b) by u/ann_b", "see this plan by …"),
            ("ask me at ann.b@mail.example or +49 30 1234567", "ask me at … or …"),
            ("carla_99#1234 and <@!99> <:wave:123>", "… and … …"),
            ("I live at 12 High Oak Street, any meetups?", "I live at …, any meetups?"),
            ("learnbot42: how to begin?", "…: how to begin?"),
            ("**How** to\nstart?", "How to start?"),
            ("[Q] [Career] How to start?", "How to start?"),
        ];
        for (title, expected) in table {
            assert_eq!(anonymous(title, &["LearnBot42".to_owned(), "ann-bee.99".to_owned()]), expected);
        }
    }

    #[test]
    fn what_is_asked_stays() {
        for title in [
            "Is Andrew Ng's course still worth it?",
            "fast.ai or deeplearning.ai for a beginner?",
            "I'm 16 and in grade 10, where do I start with ML in 2026?",
            "Python vs R vs C++ for machine learning?",
        ] {
            assert_eq!(anonymous(title, &["ml".to_owned()]), title);
        }
        assert_eq!(anonymous("fast.ai/people/ann", &[]), "…");
    }

    #[test]
    fn long_titles_are_cut_and_the_list_of_names_is_lower_case() {
        let long = anonymous(&"word ".repeat(100), &[]);
        assert!(long.chars().count() <= 142 && long.ends_with("word …"), "{long}");
        assert!(NAMES.chars().chain(KNOWN.concat().chars()).all(|c| !c.is_uppercase()));
    }
}
