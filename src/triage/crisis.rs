//! Detects by phrases that somebody may be in danger: suicide, self-harm, abuse. A false alarm is better than a miss,
//! but figures of speech ("this bug is killing me") do not count. `crisis.txt` has the phrases and explains their
//! notation.
//!
//! Each word of a text is looked up once and becomes the set of its word lists. Phrases compare only these sets.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

const PHRASES: &str = include_str!("crisis.txt");

/// Words whose misspellings are recognised.
const REPAIRED: [&str; 6] = ["suicide", "suicidal", "myself", "anymore", "worthless", "overdose"];

/// Capacity in blocks of 64 word lists. A test checks that the phrases need fewer.
const LISTS: usize = 24;

/// The lists of a word, one bit each.
type Lists = [u64; LISTS];

/// Whether the author of a text, or a person they write about, may be in danger.
pub fn heard(title: &str, body: &str) -> bool {
    static EAR: LazyLock<Ear> = LazyLock::new(|| Ear::read(PHRASES));
    EAR.hears(title, body)
}

enum Element {
    /// A word of this list.
    One(usize),
    /// A word of this list, or nothing.
    Maybe(usize),
    /// The next word is not in this list.
    Not(usize),
    /// Up to this many words of any kind.
    Gap(usize),
    /// The sentence ends here.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Always counts.
    Certain,
    /// A figure of speech: its words are removed.
    Figure,
    /// Counts unless its words were removed.
    Plain,
}

struct Phrase {
    kind: Kind,
    elements: Vec<Element>,
}

/// A word list: whole words, and prefixes.
type List = (Vec<String>, Vec<String>);

#[derive(Default)]
struct Ear {
    phrases: Vec<Phrase>,
    words: HashMap<String, Lists>,
    /// Prefixes with their lists, by first byte.
    beginnings: HashMap<u8, Vec<(String, usize)>>,
    /// Phrases by the list of their first element.
    by_first: Vec<Vec<usize>>,
    /// The lists with which phrases begin.
    firsts: Lists,
    letters: Option<AhoCorasick>,
}

/// A word of the text.
#[derive(Clone, Copy)]
struct Token {
    lists: Lists,
    /// The sentence ends after it.
    last: bool,
}

fn on(lists: &Lists, list: usize) -> bool {
    lists[list / 64] >> (list % 64) & 1 == 1
}

impl Ear {
    fn read(source: &str) -> Ear {
        let (mut named, mut lists, mut letters) = (Vec::new(), Vec::<(String, List)>::new(), Vec::new());
        let mut ear = Ear::default();
        for line in source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some((name, words)) = line.split_once(" = ").filter(|_| line.starts_with('@')) {
                let words = expanded(words, &named);
                named.push((name.to_owned(), words));
            } else if let Some(part) = line.strip_prefix("= ") {
                letters.push(part.to_owned());
            } else {
                ear.phrases.push(phrase(line, &named, &mut lists));
            }
        }
        ear.index(&lists);
        ear.letters = AhoCorasick::new(letters).ok();
        ear
    }

    fn index(&mut self, lists: &[(String, List)]) {
        let all = || lists.iter().enumerate().map(|(number, (_, list))| (number, list));
        for (number, beginning) in all().flat_map(|(n, list)| list.1.iter().map(move |b| (n, b))) {
            let first = beginning.as_bytes().first().copied().unwrap_or_default();
            self.beginnings.entry(first).or_default().push((beginning.clone(), number));
        }
        for (number, word) in all().flat_map(|(n, list)| list.0.iter().map(move |w| (n, w))) {
            let begun = self.begun(word);
            let lists = self.words.entry(word.clone()).or_insert(begun);
            lists[number / 64] |= 1 << (number % 64);
        }
        self.by_first = vec![Vec::new(); lists.len()];
        for (i, phrase) in self.phrases.iter().enumerate() {
            if let Some(Element::One(list)) = phrase.elements.first() {
                self.by_first[*list].push(i);
                self.firsts[list / 64] |= 1 << (list % 64);
            }
        }
    }

    /// The lists with a prefix of the word.
    fn begun(&self, word: &str) -> Lists {
        let mut lists = [0; LISTS];
        let first = word.as_bytes().first().copied().unwrap_or_default();
        let of = self.beginnings.get(&first).map_or(&[][..], Vec::as_slice);
        for (_, list) in of.iter().filter(|(beginning, _)| word.starts_with(beginning.as_str())) {
            lists[list / 64] |= 1 << (list % 64);
        }
        lists
    }

    fn hears(&self, title: &str, body: &str) -> bool {
        let foreign = |text: &str| {
            !text.is_ascii() && self.letters.as_ref().is_some_and(|letters| letters.is_match(&text.to_lowercase()))
        };
        if foreign(title) || foreign(body) {
            return true;
        }
        let mut tokens = Vec::with_capacity((title.len() + body.len()) / 5 + 2);
        self.cut(title, &mut tokens);
        self.cut(body, &mut tokens);
        if self.find(&tokens, Kind::Certain).next().is_some() {
            return true;
        }
        let figures: Vec<(usize, usize)> = self.find(&tokens, Kind::Figure).collect();
        for (from, to) in figures {
            tokens[from..to].iter_mut().for_each(|token| token.lists = [0; LISTS]);
        }
        self.find(&tokens, Kind::Plain).next().is_some()
    }

    /// Splits a text into lower-case words without accents and apostrophes.
    fn cut(&self, text: &str, tokens: &mut Vec<Token>) {
        let mut word = String::new();
        let mut before = String::new();
        for c in text.chars().chain(['\n']) {
            if c.is_alphanumeric() || c == '_' {
                word.extend(c.to_lowercase().map(plain));
            } else if !matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ') || word.is_empty() {
                if !word.is_empty() {
                    self.add(&word, &before, tokens);
                    std::mem::swap(&mut word, &mut before);
                    word.clear();
                }
                if let (true, Some(token)) = (matches!(c, '.' | '!' | '?' | ';' | '\n'), tokens.last_mut()) {
                    token.last = true;
                }
            }
        }
    }

    fn add(&self, word: &str, before: &str, tokens: &mut Vec<Token>) {
        let joined = match (before, word) {
            ("my", "self") => Some("myself"),
            ("any", "more") => Some("anymore"),
            _ => None,
        };
        let lists = self.look_up(joined.unwrap_or(word));
        let lists = if lists == [0; LISTS] { self.look_up(&squeezed(word)) } else { lists };
        match tokens.last_mut() {
            Some(token) if joined.is_some() && !token.last => token.lists = lists,
            _ => tokens.push(Token { lists, last: false }),
        }
    }

    fn look_up(&self, word: &str) -> Lists {
        let known = |word: &str| self.words.get(word).copied();
        let repaired = || {
            let like =
                |right: &&&str| right.as_bytes()[0] == word.as_bytes()[0] && strsim::osa_distance(word, right) == 1;
            REPAIRED.iter().find(like).and_then(|right| known(right))
        };
        known(word)
            .or_else(|| if (6..=9).contains(&word.len()) && word.is_ascii() { repaired() } else { None })
            .unwrap_or_else(|| self.begun(word))
    }

    /// The places where phrases of a kind match.
    fn find<'a>(&'a self, tokens: &'a [Token], kind: Kind) -> impl Iterator<Item = (usize, usize)> + 'a {
        (0..tokens.len()).flat_map(move |at| {
            let phrases = shared(&tokens[at].lists, &self.firsts).flat_map(|list| &self.by_first[list]);
            let phrases = phrases.map(|phrase| &self.phrases[*phrase]).filter(move |phrase| phrase.kind == kind);
            phrases.filter_map(move |phrase| reach(&phrase.elements, tokens, at, true).map(|end| (at, end)))
        })
    }
}

/// The lists that are in both sets.
fn shared<'a>(a: &'a Lists, b: &'a Lists) -> impl Iterator<Item = usize> + 'a {
    a.iter().zip(b).enumerate().flat_map(|(i, (a, b))| {
        let mut left = a & b;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (bit < 64).then_some(i * 64 + bit)
        })
    })
}

/// The end of a phrase that begins at `at`, if it matches there.
fn reach(elements: &[Element], tokens: &[Token], at: usize, first: bool) -> Option<usize> {
    let Some((element, rest)) = elements.split_first() else { return Some(at) };
    let ended = at > 0 && !first && tokens[at - 1].last;
    let here = tokens.get(at).filter(|_| !ended);
    let is = |list: usize| here.is_some_and(|token| on(&token.lists, list));
    match *element {
        Element::One(list) => {
            if is(list) {
                reach(rest, tokens, at + 1, false)
            } else {
                None
            }
        }
        Element::Maybe(list) => {
            let taken = if is(list) { reach(rest, tokens, at + 1, false) } else { None };
            taken.or_else(|| reach(rest, tokens, at, first))
        }
        Element::Not(list) => {
            if is(list) {
                None
            } else {
                reach(rest, tokens, at, first)
            }
        }
        Element::End => {
            if here.is_none() {
                reach(rest, tokens, at, first)
            } else {
                None
            }
        }
        Element::Gap(most) => {
            let within = (at..tokens.len().min(at + most)).take_while(|i| *i == 0 || !tokens[i - 1].last).count();
            (0..=within).find_map(|skipped| reach(rest, tokens, at + skipped, false))
        }
    }
}

fn expanded(words: &str, named: &[(String, String)]) -> String {
    let one = |word: &str| match named.iter().find(|(name, _)| name == word) {
        Some((_, words)) => words.clone(),
        None => word.to_owned(),
    };
    words.split('|').map(one).collect::<Vec<_>>().join("|")
}

fn phrase(line: &str, named: &[(String, String)], lists: &mut Vec<(String, List)>) -> Phrase {
    let (kind, line) = match line.split_once(' ') {
        Some(("+", rest)) => (Kind::Certain, rest),
        Some(("-", rest)) => (Kind::Figure, rest),
        _ => (Kind::Plain, line),
    };
    let mut list = |words: &str| number(&expanded(words, named), lists);
    let element = |text: &str| match text.split_at(1) {
        ("~", most) => Element::Gap(most.parse().unwrap_or_default()),
        ("!", words) => Element::Not(list(words)),
        ("$", "") => Element::End,
        _ => match text.strip_suffix('?') {
            Some(words) => Element::Maybe(list(words)),
            None => Element::One(list(text)),
        },
    };
    Phrase { kind, elements: line.split(' ').map(element).collect() }
}

/// The index of a word list. Equal lists get one index.
fn number(words: &str, lists: &mut Vec<(String, List)>) -> usize {
    if let Some(known) = lists.iter().position(|(text, _)| text == words) {
        return known;
    }
    let (begun, whole): (Vec<&str>, Vec<&str>) = words.split('|').partition(|word| word.ends_with('*'));
    let whole = whole.into_iter().map(str::to_owned).collect();
    let begun = begun.into_iter().map(|word| word.trim_end_matches('*').to_owned()).collect();
    lists.push((words.to_owned(), (whole, begun)));
    lists.len() - 1
}

/// Writes letters that occur three or more times in a row once ("dieeee").
fn squeezed(word: &str) -> String {
    let mut out = String::new();
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut times = 1;
        while letters.next_if_eq(&letter).is_some() {
            times += 1;
        }
        out.extend(std::iter::repeat_n(letter, if times > 2 { 1 } else { times }));
    }
    out
}

/// A letter without its accent, for the languages of the phrases.
fn plain(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ı' | 'ī' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ō' | 'ő' => 'o',
        'ù'..='ü' | 'ū' | 'ű' | 'ů' => 'u',
        'ś' | 'ş' | 'š' | 'ș' => 's',
        'ğ' => 'g',
        'ł' => 'l',
        'ż' | 'ź' | 'ž' => 'z',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_begins_with_a_word_and_the_lists_have_room() {
        let ear = Ear::read(PHRASES);
        let begun: usize = ear.by_first.iter().map(Vec::len).sum();
        assert_eq!(begun, ear.phrases.len(), "a phrase begins with no word");
        assert!(ear.by_first.len() <= LISTS * 64 && ear.phrases.len() > 200 && ear.letters.is_some());
        assert!(!PHRASES.lines().any(|line| line.contains("  ") && !line.starts_with('#')), "two spaces in a phrase");
    }

    #[test]
    fn it_hears_through_bad_spelling_and_is_quiet_on_the_rest() {
        for text in ["i want to dieeeee", "gonna kill my self", "I WANT TO KILL MYSELF", "je n’ai plus envie de vivre"]
        {
            assert!(heard("", text), "{text}");
        }
        for text in ["", "kill -9", "my own arm model", "I skill myself in Python", "suicide dataset", "self"] {
            assert!(!heard("", text), "{text}");
        }
        assert!(heard("I want to die", "") && !heard("I want to", "die Katze"));
    }
}
