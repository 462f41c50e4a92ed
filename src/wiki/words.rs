//! The words of a query: which ones count, how far apart two words are, how to quote them (pure).

use std::collections::HashSet;
use std::sync::LazyLock;

use super::{name, thesaurus};

/// Words without content; ranking ignores them.
const FUNCTION_WORDS: &str = "a about above after again all also am an and another any anyone anything are around as ask at \
    back be because been before being but by can cannot cant come could couldnt did didnt do does doesnt doing done \
    dont down each either else end enough etc even ever every everyone everything few for from get gets getting give go \
    goes going gonna good gotta guys had has have havent having he hello help her here hey hi him his how i id if ill im \
    in instead into is isnt it its ive just kind know let lets like lot lots make many may maybe me mean might more \
    most much must my myself need needs never no not now of off ok okay on one only onto or other our out over own \
    people please pls point possible put quite rather really right say see seem she should shouldnt so some someone \
    something soon sort still stuff such sure take tell than thank thanks that thats the their them then there \
    theres these they theyre thing things think this those thought though through thx to too tried try trying u under \
    until up ur us use used using very via wanna want wanted wants was wasnt way we well went were what whats when \
    where whether which while who whom whose why will with within without wont would wouldnt yes yet you your youre";

/// The most words of a query that are used.
pub const MAX_WORDS: usize = 60;

/// The content words of a query, in order, each once. If there are none, all words.
pub fn content<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for word in words.iter().filter(|w| !w.is_empty()) {
        if !all.contains(word) {
            all.push(word);
        }
    }
    let counts = |word: &&str| !is_function_word(word) && !thesaurus::is_filler(word);
    let content: Vec<&str> = all.iter().copied().filter(counts).collect();
    if content.is_empty() { all } else { content }
}

/// Whether a letter is of a script without spaces between words, or with other breaks than the index uses.
fn is_unparted(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{edf}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

/// Whether a word has such a letter.
pub fn is_part(word: &str) -> bool {
    word.chars().any(is_unparted)
}

/// A name with the words of such scripts split into overlapping pieces of two letters: `如何入门 GPU` becomes `如何`, `何入`,
/// `入门` and `gpu`.
pub fn parted(wanted: &str) -> String {
    if !is_part(wanted) {
        return wanted.to_owned();
    }
    let letters: Vec<char> = wanted.chars().collect();
    let mut pieces: Vec<String> = Vec::new();
    for run in letters.chunk_by(|a, b| is_unparted(*a) == is_unparted(*b)) {
        if is_unparted(run[0]) && run.len() > 2 {
            pieces.extend(run.windows(2).map(String::from_iter));
        } else {
            pieces.extend(String::from_iter(run).split_whitespace().map(str::to_owned));
        }
    }
    pieces.join(" ")
}

/// Whether ranking ignores a lower-case word.
pub fn is_function_word(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| FUNCTION_WORDS.split_whitespace().collect());
    WORDS.contains(word)
}

/// The reply to a greeting or to thanks; none if the text asks something.
pub fn courtesy(wanted: &str) -> Option<&'static str> {
    const ROUND: &str = "there everyone everybody all again a to you so very much lot for your the this that it help \
        cairn bot guys folks friend and ok okay good great nice day";
    const HELLO: &str = "hi hello hey heya hiya howdy yo greetings morning evening afternoon hola sup";
    const THANKS: &str = "thanks thank thx ty tysm thankyou cheers thanx";
    let is_in = |list: &str, word: &str| list.split_whitespace().any(|w| w == word);
    let is_only = |list: &str| {
        wanted.split(' ').any(|word| is_in(list, word))
            && wanted.split(' ').all(|word| is_in(list, word) || is_in(ROUND, word))
    };
    if is_only(HELLO) {
        return Some("Hello! Ask the wiki a question in your own words, for example: which laptop do I need?");
    }
    is_only(THANKS).then_some("You're welcome. Ask again whenever you like.")
}

/// The reply to signs alone: "🤖", "?!".
pub const NO_WORDS: &str = "There are no words in that. Ask a whole question, for example: which laptop do I need?";

/// The reply to words without content: "the", "how do i do it".
pub fn too_little(wanted: &str) -> Option<&'static str> {
    let says_nothing = !wanted.is_empty() && wanted.split(' ').all(is_function_word);
    says_nothing
        .then_some("These words alone say too little. Ask a whole question, for example: which laptop do I need?")
}

/// Quotes a word as an FTS5 string. User text must reach the index only in this form.
pub fn quote(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

/// How many typos a word of this many letters may have: 1 below 6 letters, otherwise 2.
pub fn slips(letters: usize) -> usize {
    if letters < 6 { 1 } else { 2 }
}

/// The number of letters to add, drop, change or swap with their neighbour to turn `a` into `b`; none if it is more
/// than [`slips`] allows.
pub fn typo(a: &str, b: &str) -> Option<usize> {
    let letters = a.chars().count();
    let allowed = slips(letters);
    if letters.abs_diff(b.chars().count()) > allowed {
        return None;
    }
    let distance = strsim::osa_distance(a, b);
    (distance <= allowed).then_some(distance)
}

/// The most likely correction of a misspelt word. `vocabulary` has words and their numbers of sections. The order:
/// fewest typos, same first letter, most sections, alphabet.
pub fn correct<'a>(word: &str, vocabulary: &'a [(String, i64)]) -> Option<&'a str> {
    let near = vocabulary.iter().filter_map(|(known, sections)| {
        let distance = typo(word, known)?;
        let other_start = known.chars().next() != word.chars().next();
        Some((distance, other_start, std::cmp::Reverse(*sections), known.as_str()))
    });
    near.min().map(|(.., known)| known)
}

/// Up to `most` of `names` that look similar to `wanted`, most similar first; for suggestions.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let likeness = |n: &str| strsim::jaro_winkler(wanted, &name(n));
    let mut near: Vec<(f64, &str)> = names.map(|n| (likeness(n), n)).filter(|(l, _)| *l >= 0.72).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.into_iter().take(most).map(|(_, n)| n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_counted_as_the_contract_says() {
        let table = [
            ("gpu", "gpu", Some(0)),
            ("gup", "gpu", Some(1)),  // swapped
            ("labs", "lab", Some(1)), // 4 letters: one slip
            ("labz", "lobs", None),
            ("kagle", "kaggle", Some(1)),
            ("kgale", "kaggle", None), // 5 letters, two slips
            ("calclus", "calculus", Some(1)),
            ("clculs", "calculus", Some(2)), // 6 letters: two slips
            ("clculs", "calculator", None),
        ];
        for (a, b, expected) in table {
            assert_eq!(typo(a, b), expected, "{a} → {b}");
        }
    }

    #[test]
    fn function_words_are_dropped_unless_nothing_else_is_left() {
        assert_eq!(content(&["how", "do", "i", "get", "into", "the", "maths", "tbh"]), ["maths"]);
        assert_eq!(content(&["how", "do", "i", "do", "it"]), ["how", "do", "i", "it"]);
        assert_eq!(content(&[""]), [""; 0]);
    }

    #[test]
    fn greetings_and_thanks_are_no_questions() {
        for text in ["hello", "hi there", "good morning everyone", "thanks", "thank you so much", "thx a lot"] {
            assert!(courtesy(text).is_some(), "{text}");
        }
        for text in ["hello world program", "good", "thanks which laptop", "mentor", "morning routine", ""] {
            assert!(courtesy(text).is_none(), "{text}");
        }
    }

    #[test]
    fn words_that_say_nothing_find_nothing() {
        for (wanted, is_enough) in
            [("the", false), ("how do i do it", false), ("ai", true), ("the gpu", true), ("", true)]
        {
            assert_eq!(too_little(wanted).is_none(), is_enough, "{wanted}");
        }
    }

    #[test]
    fn words_that_nothing_parts_are_looked_for_in_pieces() {
        let table = [
            ("which laptop", "which laptop"),
            ("机器学习", "机器 器学 学习"),
            ("深度学习gpu推荐", "深度 度学 学习 gpu 推荐"),
            ("학습 방법은", "학습 방법 법은"),
            ("学", "学"),
            ("", ""),
        ];
        for (wanted, pieces) in table {
            assert_eq!(parted(wanted), pieces, "{wanted}");
        }
    }

    #[test]
    fn quoting_leaves_no_way_out() {
        assert_eq!(quote(r#"a" OR "b"#), r#""a"" OR ""b""#);
    }

    #[test]
    fn corrections_prefer_near_then_same_start_then_frequent() {
        let words = |list: &[(&str, i64)]| list.iter().map(|(w, n)| ((*w).to_owned(), *n)).collect::<Vec<_>>();
        assert_eq!(correct("calclus", &words(&[("calculus", 3), ("campus", 90)])), Some("calculus"));
        assert_eq!(correct("lapop", &words(&[("laptop", 2)])), Some("laptop"));
        assert_eq!(correct("zzzzzz", &words(&[("laptop", 2)])), None);
        assert_eq!(correct("cours", &words(&[("course", 9), ("hours", 20)])), Some("course"));
    }
}
