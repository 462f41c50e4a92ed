//! Splits a text into the network's word pieces, as BERT's uncased WordPiece does: remove accents and capitals, split
//! at white space and punctuation, then split each word into the longest pieces from the left. Differs from
//! `tokenizers`, whose Unicode tables are older, only for about a hundred characters added since Unicode 9.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::weights::MOST_TOKENS;

/// Longer words, in characters, count as unknown.
const MOST_CHARACTERS: usize = 100;

/// A vocabulary.
pub(super) struct WordPiece {
    /// Sorted by bytes.
    pieces: Vec<&'static str>,
    longest: usize,
    first: u32,
    last: u32,
    unknown: u32,
}

impl WordPiece {
    /// `None` if the vocabulary lacks one of the three special pieces.
    pub(super) fn new(pieces: Vec<&'static str>) -> Option<Self> {
        let id = |piece: &str| place(&pieces, piece);
        let (first, last, unknown) = (id("[CLS]")?, id("[SEP]")?, id("[UNK]")?);
        let longest = pieces.iter().map(|p| p.len()).max()?;
        Some(Self { pieces, longest, first, last, unknown })
    }

    /// The tokens of a text, at most [`MOST_TOKENS`].
    pub(super) fn tokens(&self, text: &str) -> Vec<u32> {
        let mut tokens = vec![self.first];
        let mut word = String::new();
        // Each word gives at least one token, so words after the limit need not be read.
        for c in characters(text) {
            let alone = is_punctuation(c);
            if alone || c.is_whitespace() {
                self.cut(&word, &mut tokens);
                word.clear();
            }
            if alone {
                self.cut(c.encode_utf8(&mut [0; 4]), &mut tokens);
            } else if !c.is_whitespace() {
                word.push(c);
            }
            if tokens.len() >= MOST_TOKENS {
                break;
            }
        }
        self.cut(&word, &mut tokens);
        tokens.truncate(MOST_TOKENS - 1);
        tokens.push(self.last);
        tokens
    }

    /// Adds the pieces of a word, or the piece for unknown words.
    fn cut(&self, word: &str, tokens: &mut Vec<u32>) {
        if word.chars().nth(MOST_CHARACTERS).is_some() {
            tokens.push(self.unknown);
            return;
        }
        let before = tokens.len();
        let mut rest = word;
        let mut piece = String::new();
        while !rest.is_empty() {
            piece.clear();
            piece.push_str(if tokens.len() == before { "" } else { "##" });
            let mark = piece.len();
            piece.push_str(&rest[..rest.floor_char_boundary(self.longest - mark)]);
            let Some(id) = self.longest_of(&mut piece, mark) else {
                tokens.truncate(before);
                tokens.push(self.unknown);
                return;
            };
            tokens.push(id);
            rest = &rest[piece.len() - mark..];
        }
    }

    /// Shortens `piece` until it is in the vocabulary.
    fn longest_of(&self, piece: &mut String, mark: usize) -> Option<u32> {
        while piece.len() > mark {
            if let Some(id) = place(&self.pieces, piece) {
                return Some(id);
            }
            piece.pop();
        }
        None
    }
}

fn place(pieces: &[&str], piece: &str) -> Option<u32> {
    pieces.binary_search(&piece).ok().and_then(|at| u32::try_from(at).ok())
}

/// The normalised characters; ideographs get spaces around them.
fn characters(text: &str) -> impl Iterator<Item = char> {
    let clean = text.chars().filter(|c| !is_nothing(*c)).flat_map(|c| {
        let space = is_ideograph(c).then_some(' ');
        space.into_iter().chain([c]).chain(space)
    });
    let bare = clean.nfd().filter(|c| c.general_category() != GeneralCategory::NonspacingMark);
    bare.flat_map(char::to_lowercase)
}

fn is_nothing(c: char) -> bool {
    use GeneralCategory::{Control, Format, PrivateUse};
    !matches!(c, '\t' | '\n' | '\r')
        && (c == char::REPLACEMENT_CHARACTER || matches!(c.general_category(), Control | Format | PrivateUse))
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// The blocks of ideographs in BERT's tokenizer.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c),
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x20000..=0x2A6DF | 0x2A700..=0x2B73F | 0x2B740..=0x2B81F
        | 0x2B920..=0x2CEAF | 0xF900..=0xFAFF | 0x2F800..=0x2FA1F)
}
