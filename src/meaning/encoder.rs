//! Turns a text into a vector: texts with similar meanings have vectors with similar directions.

use fearless_simd::Level;

use super::kernel;
use super::vector::{self, Vector};
use super::weights::{WIDTH, Weights};
use super::wordpiece::WordPiece;
use crate::Result;

/// The model all-MiniLM-L6-v2 with 4-bit weights.
pub struct Encoder {
    level: Level,
    pieces: WordPiece,
    weights: Weights,
}

impl Encoder {
    /// Opens the weights, which are part of the program. A fault means that the program was built with a damaged file.
    pub fn open() -> Result<Self> {
        Self::with(Level::new())
    }

    /// The same with the program's baseline instructions: slower, and a check of the faster ones.
    pub fn plain() -> Result<Self> {
        Self::with(Level::baseline())
    }

    fn with(level: Level) -> Result<Self> {
        let mut weights = Weights::read(vector::MODEL)?;
        let pieces = WordPiece::new(std::mem::take(&mut weights.pieces));
        let pieces = pieces.ok_or_else(|| anyhow::anyhow!("the weights lack a piece that every text needs"))?;
        Ok(Self { level, pieces, weights })
    }

    /// The vector of a text, of length 1. Only about the first 190 word pieces are read.
    pub fn embed(&self, text: &str) -> Vector {
        self.embed_first(text, usize::MAX)
    }

    /// The same for the first `most` tokens; the cost grows with their number.
    pub fn embed_first(&self, text: &str, most: usize) -> Vector {
        let mut tokens = self.tokens(text);
        if tokens.len() > most.max(2) {
            // The last token ends every text.
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

    /// The tokens of a text that are read, as indexes into the sorted vocabulary.
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        self.pieces.tokens(text)
    }
}
