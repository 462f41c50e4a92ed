//! A post, cut into sentences and words. Words are numbers of the vocabulary.

/// A word of the vocabulary, or a class of words.
pub type Sym = u16;

/// A word that is in no phrase.
pub const NONE: Sym = 0;

/// The part of the post that has a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The title.
    Title,
    /// The body.
    Body,
}

/// One word as a vocabulary entry, with its position.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// The word itself and the classes it belongs to (`@num`, `@teen` …); `NONE` where unused.
    pub syms: [Sym; 4],
    /// Byte range in its part.
    pub start: u32,
    /// End of the byte range, exclusive.
    pub end: u32,
    /// Index into [`Text::sentences`].
    pub sentence: u32,
    /// Punctuation or the end of the sentence follows.
    pub pause: bool,
}

/// One sentence by the author.
#[derive(Clone, Copy, Debug)]
pub struct Sentence {
    /// The part that has it.
    pub part: Part,
    /// It ends with a question mark.
    pub question: bool,
}

/// A post, split into words and sentences.
#[derive(Debug, Default)]
pub struct Text {
    /// The author's words in order.
    pub tokens: Vec<Token>,
    /// Their sentences in order.
    pub sentences: Vec<Sentence>,
    /// The number of web addresses.
    pub links: u32,
    /// The number of lines or spans of code.
    pub code: u32,
}

impl Token {
    /// Whether the token is, or belongs to, the given symbol.
    pub fn is(&self, sym: Sym) -> bool {
        sym != NONE && self.syms.contains(&sym)
    }
}
