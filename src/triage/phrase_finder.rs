//! Finds phrases: a vocabulary and one graph of all phrases, built once, walked once per post.
//!
//! A phrase is a list of elements with spaces between them. An element is `a|b` (either), `a_b` (two words in a row),
//! `@class` (any word of a class), `_` (any one word), `$` (punctuation or the end of the sentence, takes no word). A
//! trailing `?` makes it optional. A phrase with `^` in front must be at the start of a sentence or after
//! punctuation. Words after a single `/` must follow, but are not part of the quote. `{name}` is a list of
//! [`super::cues::NAMED`].

use super::cues::{self, Cue, Row};
use super::text::{NONE, Sym, Text, Token};
use super::{against, aims, degree_phrases};
use std::collections::HashMap;
use std::sync::LazyLock;

const ANY: Sym = 1;
const PAUSE: Sym = 2;
const MARK: Sym = 3;
const START: Sym = 4;
/// The longest phrase in words. A longer one in the tables would be a mistake.
const REACH: usize = 16;

/// A phrase found in a post.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// Index into [`Lexicon::rows`].
    pub row: usize,
    /// First token.
    pub first: usize,
    /// One past the last token of the quote.
    pub last: usize,
    /// The author denies it ("not a PhD", "don't want a job").
    pub denied: bool,
}

/// The vocabulary and the phrases.
pub struct Lexicon {
    /// All rows of the tables, in order.
    pub rows: Vec<&'static Row>,
    vocabulary: HashMap<String, Sym>,
    classes: HashMap<Sym, Vec<Sym>>,
    /// Key words by their forms with one letter left out.
    misspelt: HashMap<String, &'static str>,
    contractions: HashMap<&'static str, (bool, &'static [&'static str])>,
    merges: HashMap<Sym, Vec<(Vec<Sym>, Sym)>>,
    nodes: Vec<Node>,
    deniers: Vec<Sym>,
    between: Vec<Sym>,
}

/// A point between two elements of a phrase. Phrases with the same beginning share nodes, and the alternatives of an
/// element lead to the same node, so the graph is not larger than the tables.
#[derive(Default)]
struct Node {
    /// Symbol and next node, sorted. `NONE`, `PAUSE` and `MARK` take no word.
    steps: Vec<(Sym, u32)>,
    /// Rows whose phrases end here.
    ends: Vec<u16>,
}

impl Node {
    fn after(&self, sym: Sym) -> impl Iterator<Item = u32> + '_ {
        let from = self.steps.partition_point(|step| step.0 < sym);
        self.steps[from..].iter().take_while(move |step| step.0 == sym).map(|step| step.1)
    }
}

/// The lexicon built from the tables.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);
    &LEXICON
}

impl Lexicon {
    fn build() -> Lexicon {
        let rows: Vec<&'static Row> =
            cues::ROWS.iter().chain(against::ROWS).chain(aims::ROWS).chain(degree_phrases::ROWS).collect();
        let mut lexicon = Lexicon {
            rows: rows.clone(),
            vocabulary: HashMap::from([
                (String::new(), NONE),
                ("_".into(), ANY),
                ("$".into(), PAUSE),
                ("/".into(), MARK),
                ("^".into(), START),
            ]),
            classes: HashMap::new(),
            misspelt: HashMap::new(),
            contractions: cues::CONTRACTIONS.iter().map(|(short, marked, full)| (*short, (*marked, *full))).collect(),
            merges: HashMap::new(),
            nodes: vec![Node::default()],
            deniers: Vec::new(),
            between: Vec::new(),
        };
        lexicon.add_words();
        let mut known = HashMap::new();
        for (row, phrase) in rows.iter().enumerate().flat_map(|(i, row)| row.phrases.iter().map(move |p| (i, *p))) {
            lexicon.add_phrase(row, phrase, &mut known);
        }
        lexicon.nodes.iter_mut().for_each(|node| node.steps.sort_unstable());
        lexicon.add_key_words();
        lexicon
    }

    fn add_words(&mut self) {
        for (class, words) in cues::CLASSES {
            let class = self.intern(class);
            for word in words.split(' ') {
                let word = self.intern(word);
                self.classes.entry(word).or_default().push(class);
            }
        }
        for (phrase, whole) in cues::MERGES {
            let whole = self.intern(whole);
            let words: Vec<Sym> = phrase.split(' ').map(|word| self.intern(word)).collect();
            self.merges.entry(words[0]).or_default().push((words, whole));
        }
        self.deniers = cues::DENIERS.iter().map(|word| self.intern(word)).collect();
        self.between = cues::BETWEEN.split(' ').map(|word| self.intern(word)).collect();
    }

    fn add_key_words(&mut self) {
        for key in cues::KEY_WORDS.split_ascii_whitespace() {
            for misspelt in without_one_letter(key).chain([key.to_string()]) {
                self.misspelt.entry(misspelt).or_insert(key);
            }
        }
    }

    fn intern(&mut self, word: &str) -> Sym {
        let next = Sym::try_from(self.vocabulary.len()).unwrap_or(NONE);
        *self.vocabulary.entry(word.to_string()).or_insert(next)
    }

    fn add_phrase(&mut self, row: usize, phrase: &str, known: &mut HashMap<(u32, String), u32>) {
        let phrase = cues::NAMED.iter().fold(phrase.to_string(), |text, (name, list)| text.replace(name, list));
        let mut node = 0;
        for element in phrase.split(' ') {
            let next = known.get(&(node, element.to_string())).copied().unwrap_or_else(|| {
                let next = self.add_element(node, element);
                known.insert((node, element.to_string()), next);
                next
            });
            node = next;
        }
        self.nodes[node as usize].ends.push(row as u16);
    }

    fn add_element(&mut self, node: u32, element: &str) -> u32 {
        let next = self.add_node();
        let (alternatives, optional) = element.strip_suffix('?').map_or((element, false), |e| (e, true));
        if optional {
            self.nodes[node as usize].steps.push((NONE, next));
        }
        for alternative in alternatives.split('|') {
            let words: Vec<&str> = if alternative == "_" { vec!["_"] } else { alternative.split('_').collect() };
            let mut at = node;
            for (i, word) in words.iter().enumerate() {
                let to = if i + 1 == words.len() { next } else { self.add_node() };
                let sym = self.intern(word);
                self.nodes[at as usize].steps.push((sym, to));
                at = to;
            }
        }
        next
    }

    fn add_node(&mut self) -> u32 {
        self.nodes.push(Node::default());
        (self.nodes.len() - 1) as u32
    }

    /// The symbols of a lower-case word: one set, or several for a contraction ("im" is "i am"). `marked`: it had an
    /// apostrophe.
    pub fn look_up(&self, word: &str, marked: bool) -> impl Iterator<Item = [Sym; 4]> + use<> {
        let mut found = [[NONE; 4]; 3];
        match self.contractions.get(word) {
            Some((needs_mark, full)) if marked || !needs_mark => {
                found.iter_mut().zip(*full).for_each(|(syms, word)| *syms = self.syms(word));
                found.into_iter().take(full.len())
            }
            _ => {
                found[0] =
                    if word.starts_with(|c: char| c.is_ascii_digit()) { self.number(word) } else { self.syms(word) };
                found.into_iter().take(1)
            }
        }
    }

    fn syms(&self, word: &str) -> [Sym; 4] {
        let known = self.vocabulary.get(word).copied().or_else(|| self.vocabulary.get(self.corrected(word)?).copied());
        known.map_or([NONE; 4], |sym| self.with_classes(sym))
    }

    fn with_classes(&self, sym: Sym) -> [Sym; 4] {
        let mut syms = [sym, NONE, NONE, NONE];
        let classes = self.classes.get(&sym).map_or(&[][..], |classes| classes);
        syms[1..].iter_mut().zip(classes).for_each(|(slot, class)| *slot = *class);
        syms
    }

    /// The key word that an unknown word is a typo of.
    fn corrected(&self, word: &str) -> Option<&'static str> {
        if !(5..=18).contains(&word.len()) || !word.is_ascii() {
            return None;
        }
        let one_added = self.misspelt.get(word).copied();
        one_added.or_else(|| without_one_letter(word).find_map(|shorter| self.misspelt.get(&shorter).copied()))
    }

    fn number(&self, word: &str) -> [Sym; 4] {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let value = word[..digits].parse::<u32>().unwrap_or(u32::MAX);
        let mut syms = [NONE; 4];
        let classes = cues::NUMBERS
            .iter()
            .filter(|(_, endings, range)| range.contains(&value) && endings.contains(&&word[digits..]));
        let found = classes.filter_map(|(class, ..)| self.vocabulary.get(*class));
        syms.iter_mut().zip(found).for_each(|(slot, class)| *slot = *class);
        syms
    }

    /// Joins terms of several words ("machine learning") and lists of fields ("ML / AI and data science") into one
    /// token.
    pub fn merge(&self, tokens: &mut Vec<Token>) {
        let field = self.sym("@field");
        let joiners = [self.sym("and"), self.sym("or")];
        let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
        let mut at = 0;
        while at < tokens.len() {
            let (token, taken) = self.term_at(&tokens[at..]);
            at += taken;
            let same = |other: &Token| other.is(field) && other.sentence == token.sentence;
            match out.as_slice() {
                _ if !token.is(field) => out.push(token),
                [.., last] if same(last) => widen(&mut out, 0, token),
                [.., last, joiner] if same(last) && joiners.iter().any(|j| joiner.is(*j)) => widen(&mut out, 1, token),
                _ => out.push(token),
            }
        }
        *tokens = out;
    }

    fn term_at(&self, tokens: &[Token]) -> (Token, usize) {
        let fits = |words: &[Sym]| {
            words.len() <= tokens.len()
                && words.iter().zip(tokens).all(|(word, token)| token.is(*word) && token.sentence == tokens[0].sentence)
        };
        let longest = self
            .merges
            .get(&tokens[0].syms[0])
            .into_iter()
            .flatten()
            .filter(|(words, _)| fits(words))
            .max_by_key(|m| m.0.len());
        longest.map_or((tokens[0], 1), |(words, whole)| {
            let last = tokens[words.len() - 1];
            (Token { syms: self.with_classes(*whole), end: last.end, pause: last.pause, ..tokens[0] }, words.len())
        })
    }

    /// The symbol of a word; `NONE` if it is in no phrase.
    pub fn sym(&self, word: &str) -> Sym {
        self.vocabulary.get(word).copied().unwrap_or(NONE)
    }

    /// All phrases in the text, leftmost and longest. Matches of one row do not overlap.
    pub fn find(&self, text: &Text) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut free_from = vec![0; self.rows.len()];
        let mut ends = Vec::new();
        for first in 0..text.tokens.len() {
            ends.clear();
            self.walk(&text.tokens[first..], 0, 0, None, &mut ends);
            if first == 0 || text.tokens[first - 1].pause {
                self.nodes[0].after(START).for_each(|node| self.walk(&text.tokens[first..], 0, node, None, &mut ends));
            }
            ends.sort_unstable_by_key(|&(row, length)| (row, std::cmp::Reverse(length)));
            ends.dedup_by_key(|end| end.0);
            for &(row, length) in &ends {
                let (row, last) = (row as usize, first + length as usize);
                if first >= free_from[row] && length > 0 {
                    free_from[row] = last;
                    hits.push(Hit { row, first, last, denied: self.is_denied(&text.tokens, first) });
                }
            }
        }
        hits
    }

    /// Collects row and quote length of all phrases that begin at the first token. `mark`: the length at the `/`.
    fn walk(&self, tokens: &[Token], taken: usize, node: u32, mark: Option<u8>, ends: &mut Vec<(u16, u8)>) {
        let here = &self.nodes[node as usize];
        ends.extend(here.ends.iter().map(|row| (*row, mark.unwrap_or(taken as u8))));
        here.after(NONE).for_each(|next| self.walk(tokens, taken, next, mark, ends));
        here.after(MARK).for_each(|next| self.walk(tokens, taken, next, Some(taken as u8), ends));
        if taken > 0 && tokens[taken - 1].pause {
            here.after(PAUSE).for_each(|next| self.walk(tokens, taken, next, mark, ends));
        }
        let token = tokens.get(taken).filter(|token| taken < REACH && token.sentence == tokens[0].sentence);
        let Some(token) = token else { return };
        for sym in token.syms.into_iter().filter(|sym| *sym != NONE).chain([ANY]) {
            here.after(sym).for_each(|next| self.walk(tokens, taken + 1, next, mark, ends));
        }
    }

    /// Whether a "not", "no", "without" … applies to the phrase that begins at `first`.
    fn is_denied(&self, tokens: &[Token], first: usize) -> bool {
        let sentence = tokens[first].sentence;
        for token in tokens[..first].iter().rev().take(5) {
            if token.sentence != sentence || token.pause {
                return false;
            }
            if self.deniers.contains(&token.syms[0]) {
                return true;
            }
            if !self.between.contains(&token.syms[0]) {
                return false;
            }
        }
        false
    }

    /// The cue of a hit.
    pub fn cue(&self, hit: &Hit) -> Cue {
        self.rows[hit.row].cue
    }
}

fn widen(tokens: &mut Vec<Token>, drop: usize, by: Token) {
    tokens.truncate(tokens.len() - drop);
    if let Some(last) = tokens.last_mut() {
        last.end = by.end;
        last.pause = by.pause;
    }
}

fn without_one_letter(word: &str) -> impl Iterator<Item = String> + '_ {
    (0..word.len()).map(|i| format!("{}{}", &word[..i], &word[i + 1..]))
}
