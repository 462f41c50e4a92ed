//! A small learned detector of danger, for texts that the phrases of `crisis.txt` miss. It reads passages of two
//! sentences: words, pairs of words and sequences of letters. If these do not decide, the passage's meaning decides.
//! It only adds to what the phrases detect.
//!
//! `cairn triage train` trains it with the texts of this folder, which were written for Cairn, and with passages of
//! the other examples, whose authors are safe.

mod likeness;
pub mod train;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use likeness::Likeness;

use super::grams::{self, Kind};
use super::model::Slots;
use crate::meaning::Vector;

const MAGIC: &[u8; 8] = b"CAIRNDG1";
/// From this sum on, the words alone are enough.
const LOUD: f64 = 2.75;
/// From this sum on, the meaning is computed.
const FAINT: f64 = 0.25;
/// The fewest different known words and word pairs in a passage. A command's value or a line of code is not a cry for
/// help, even if its letters have a high sum.
const KNOWN: usize = 5;
/// The least score of words and meaning for danger.
const MEANT: f64 = -2.75;
/// A sentence without an end is cut at a space after this many characters.
const LONGEST: usize = 240;

/// The passage of a text that sounds most like danger.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// The sum of its words; larger is more like danger.
    pub sum: f64,
    /// Two sentences, or one if the text has only one.
    pub text: String,
    /// How many of its different words and word pairs the detector knows.
    pub known: usize,
}

impl Passage {
    /// Whether the words alone are enough.
    pub fn is_loud(&self) -> bool {
        self.known >= KNOWN && self.sum >= LOUD
    }

    /// Whether the words do not decide, so that computing the meaning is worth its cost.
    pub fn is_faint(&self) -> bool {
        self.known >= KNOWN && (FAINT..LOUD).contains(&self.sum)
    }
}

/// The trained detector.
#[derive(Clone, Debug, PartialEq)]
pub struct Ear {
    /// Checksum of the texts that it was trained on.
    pub texts: [u8; 8],
    hashes: Vec<u32>,
    words: usize,
    weights: Vec<i8>,
    scale: f32,
    bias: f32,
    likeness: Likeness,
    slots: Slots,
}

/// One sentence: its text, and the sums of its features, words and letters apart.
struct Sentence<'a> {
    text: &'a str,
    sums: [i32; 2],
    counts: [u32; 2],
    /// The indexes of its known word features.
    known: BTreeSet<usize>,
}

impl Ear {
    /// The compiled-in detector.
    pub fn builtin() -> &'static Ear {
        static BUILTIN: LazyLock<Ear> =
            LazyLock::new(|| Ear::read(include_bytes!("ear.bin")).unwrap_or_else(Ear::deaf));
        &BUILTIN
    }

    /// A detector that detects nothing.
    fn deaf() -> Ear {
        Ear::new([0; 8], Vec::new(), 0, Vec::new(), [0.0, f32::MIN], Likeness::default())
    }

    fn new(
        texts: [u8; 8],
        hashes: Vec<u32>,
        words: usize,
        weights: Vec<i8>,
        [scale, bias]: [f32; 2],
        likeness: Likeness,
    ) -> Ear {
        let slots = Slots::new(&hashes, words);
        Ear { texts, hashes, words, weights, scale, bias, likeness, slots }
    }

    /// The passage that sounds most like danger; none in an empty text.
    pub fn listen(&self, title: &str, body: &str) -> Option<Passage> {
        let sentences: Vec<Sentence<'_>> =
            sentences(title).chain(sentences(body)).map(|text| self.weigh(text)).collect();
        let pair = |at: usize| &sentences[at..(at + 2).min(sentences.len())];
        let sums = (0..sentences.len()).map(|at| (at, self.sum(pair(at))));
        let (at, sum) = sums.max_by(|a, b| a.1.total_cmp(&b.1))?;
        let text = pair(at).iter().map(|sentence| sentence.text).collect::<Vec<_>>().join(" ");
        let known: BTreeSet<usize> = pair(at).iter().flat_map(|sentence| sentence.known.iter().copied()).collect();
        Some(Passage { sum, text, known: known.len() })
    }

    /// Whether words and meaning of a passage together indicate danger.
    pub fn means_danger(&self, passage: &Passage, meaning: &Vector) -> bool {
        self.meant(passage, meaning) >= MEANT
    }

    /// The score of a passage's words and meaning; larger is more like danger.
    pub fn meant(&self, passage: &Passage, meaning: &Vector) -> f64 {
        self.likeness.sum(passage.sum, meaning)
    }

    fn weigh<'a>(&self, text: &'a str) -> Sentence<'a> {
        let (mut sums, mut counts, mut known) = ([0; 2], [0; 2], BTreeSet::new());
        grams::each(text, "", |kind, hash| {
            let place = usize::from(kind == Kind::Letters);
            counts[place] += 1;
            if let Some(index) = self.slots.find(&self.hashes, self.words, kind, hash) {
                sums[place] += i32::from(self.weights[index]);
                if kind != Kind::Letters {
                    known.insert(index);
                }
            }
        });
        Sentence { text, sums, counts, known }
    }

    fn sum(&self, passage: &[Sentence<'_>]) -> f64 {
        let part = |kind: usize| {
            let sum: i32 = passage.iter().map(|sentence| sentence.sums[kind]).sum();
            let count: u32 = passage.iter().map(|sentence| sentence.counts[kind]).sum();
            f64::from(sum) / f64::from(count.max(1)).sqrt()
        };
        f64::from(self.scale) * (part(0) + part(1)) + f64::from(self.bias)
    }

    /// The file's bytes.
    pub fn write(&self) -> Vec<u8> {
        let number = |n: usize| u32::try_from(n).unwrap_or_default().to_le_bytes();
        let mut out = MAGIC.to_vec();
        out.extend(self.texts);
        out.extend(number(self.hashes.len()));
        out.extend(number(self.words));
        [self.scale, self.bias].iter().for_each(|x| out.extend(x.to_le_bytes()));
        self.hashes.iter().for_each(|hash| out.extend(hash.to_le_bytes()));
        out.extend(self.weights.iter().flat_map(|weight| weight.to_le_bytes()));
        out.extend(self.likeness.write());
        out
    }

    /// Reads a file; none if it is not a detector.
    pub fn read(bytes: &[u8]) -> Option<Ear> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut take = |n: usize| {
            let (taken, left) = rest.split_at_checked(n)?;
            rest = left;
            Some(taken)
        };
        let texts = take(8)?.try_into().ok()?;
        let number = |four: &[u8]| Some(u32::from_le_bytes(four.try_into().ok()?));
        let count = number(take(4)?)? as usize;
        let words = number(take(4)?)? as usize;
        let numbers = [f32::from_bits(number(take(4)?)?), f32::from_bits(number(take(4)?)?)];
        let hashes = take(count.checked_mul(4)?)?.chunks_exact(4).map(number).collect::<Option<Vec<u32>>>()?;
        let weights = take(count)?.iter().map(|byte| byte.cast_signed()).collect();
        let likeness = Likeness::read(rest)?;
        (words <= count).then(|| Ear::new(texts, hashes, words, weights, numbers, likeness))
    }
}

/// The sentences of a text, only slightly longer than [`LONGEST`].
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let cut = move || {
        let mut before = '\n';
        let end = rest.char_indices().find_map(|(at, c)| {
            let ends = matches!(before, '.' | '!' | '?' | ';') && c.is_whitespace() || c == '\n' && at > 0;
            before = c;
            (ends || at > LONGEST && c.is_whitespace()).then_some(at)
        });
        let (sentence, left) = rest.split_at(end.unwrap_or(rest.len()));
        rest = left;
        (!sentence.is_empty()).then_some(sentence.trim())
    };
    std::iter::from_fn(cut).filter(|sentence| sentence.contains(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_sentences() {
        let cut = |text| sentences(text).collect::<Vec<_>>();
        assert_eq!(cut("One. Two? v1.2 is out!\n\n- three\n...\n"), ["One.", "Two?", "v1.2 is out!", "- three"]);
        assert_eq!(cut(" \n.\n"), [""; 0]);
        let long = "no end ".repeat(100);
        assert!(cut(&long).len() > 1 && cut(&long).iter().all(|part| part.len() <= LONGEST + 8));
    }

    #[test]
    fn an_ear_is_read_as_it_was_written() {
        let ear = Ear::new([7; 8], vec![3, 9, 4], 2, vec![-3, 5, 127], [0.5, -1.0], Likeness::default());
        assert_eq!(Ear::read(&ear.write()), Some(ear.clone()));
        assert_eq!((Ear::read(&ear.write()[1..]), Ear::read(b"")), (None, None));
        assert!(Ear::deaf().listen("", "").is_none() && !Ear::deaf().listen("", "a").expect("a passage").is_loud());
        assert!(Ear::read(include_bytes!("ear.bin")).is_some_and(|ear| ear.likeness != Likeness::default()));
    }
}
