//! A post, cut into sentences and words. Words are numbers of the vocabulary.

/// A word of the vocabulary, or a class of words.
pub type Sym = u16;

/// A word that no phrase knows.
pub const NONE: Sym = 0;

/// Which part of the post a word stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The title.
    Title,
    /// The body.
    Body,
}

/// One word, as the vocabulary knows it, and where it stands.
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

/// One sentence of the author.
#[derive(Clone, Copy, Debug)]
pub struct Sentence {
    /// Where it stands.
    pub part: Part,
    /// It ends with a question mark.
    pub question: bool,
}

/// A post, cut up.
#[derive(Debug, Default)]
pub struct Text {
    /// The author's words in order.
    pub tokens: Vec<Token>,
    /// Their sentences in order.
    pub sentences: Vec<Sentence>,
    /// Web addresses seen.
    pub links: u32,
    /// Lines or stretches of code seen.
    pub code: u32,
}

impl Token {
    /// Whether the token is, or belongs to, the given symbol.
    pub fn is(&self, sym: Sym) -> bool {
        sym != NONE && self.syms.contains(&sym)
    }
}
