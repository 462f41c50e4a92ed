//! Turns a text into a vector: texts that mean the like have vectors that point the like way.

use fearless_simd::Level;

use super::kernel;
use super::vector::{self, Vector};
use super::weights::{WIDTH, Weights};
use super::wordpiece::WordPiece;
use crate::Result;

/// all-MiniLM-L6-v2 with weights of 4 bits.
pub struct Encoder {
    level: Level,
    pieces: WordPiece,
    weights: Weights,
}

impl Encoder {
    /// Finds its way about the weights, which are part of the program.
    ///
    /// # Errors
    /// A fault if the program was built with a damaged file.
    pub fn open() -> Result<Self> {
        Self::with(Level::new())
    }

    /// The same with the plainest instructions that the program was built for: slower, and a check on the others.
    ///
    /// # Errors
    /// As [`Encoder::open`].
    pub fn plain() -> Result<Self> {
        Self::with(Level::baseline())
    }

    fn with(level: Level) -> Result<Self> {
        let mut weights = Weights::read(vector::MODEL)?;
        let pieces = WordPiece::new(std::mem::take(&mut weights.pieces));
        let pieces = pieces.ok_or_else(|| anyhow::anyhow!("the weights lack a piece that every text needs"))?;
        Ok(Self { level, pieces, weights })
    }

    /// The vector of a text, of length 1. What comes after about 190 pieces of words is not read.
    pub fn embed(&self, text: &str) -> Vector {
        self.embed_first(text, usize::MAX)
    }

    /// The same of the first `most` tokens: what it costs grows with them.
    pub fn embed_first(&self, text: &str, most: usize) -> Vector {
        let mut tokens = self.tokens(text);
        if tokens.len() > most.max(2) {
            // The last one ends every text.
            let end = tokens[tokens.len() - 1];
            tokens.truncate(most.max(2) - 1);
            tokens.push(end);
        }
        let mut x = vec![0.0; tokens.len() * WIDTH];
        for (place, (token, out)) in tokens.iter().zip(x.chunks_exact_mut(WIDTH)).enumerate() {
            self.weights.begin(*token as usize, place, out);
        }
        kernel::add_and_norm(self.level, &mut x, &[], &self.weights.norm);
        for layer in &self.weights.layers {
            let heard = kernel::attend(self.level, &kernel::multiply(self.level, &layer.query_key_value, &x));
            let heard = kernel::multiply(self.level, &layer.attended, &heard);
            kernel::add_and_norm(self.level, &mut x, &heard, &layer.after_attention);
            let mut wide = kernel::multiply(self.level, &layer.widen, &x);
            kernel::bend(self.level, &mut wide);
            let thought = kernel::multiply(self.level, &layer.narrow, &wide);
            kernel::add_and_norm(self.level, &mut x, &thought, &layer.after_narrow);
        }
        vector::mean_direction(&x)
    }

    /// The tokens that are read of a text: places in the sorted vocabulary.
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        self.pieces.tokens(text)
    }
}
