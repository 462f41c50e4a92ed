//! The file of weights as `model/rebuild.py` writes it. It is part of the program and read in place.
//!
//! Numbers are little-endian. `half` is a 16-bit float. A *nibble* is a weight from 0 to 15 that means -8 to 7 times
//! the scale of its group. Scales are integers (i8) times a unit.
//!
//! | part | what |
//! |---|---|
//! | head | `CAIRNE01`, the number of pieces, the length of the next part (two u32) |
//! | pieces | the vocabulary, sorted, one piece per line, padded with empty lines to four bytes |
//! | table | units of all pieces (half), scales for each 64 weights, then all nibbles, the even weight in the low half of a byte |
//! | positions | a scale for each position (half), then their weights (i8) |
//! | norm | factors, then summands (half) |
//! | 6 layers | query, key and value in one map; map, norm; map; map, norm |
//!
//! A map has its biases (half), then panels of 16 outputs: the units of the outputs (half); the scales, 16 for every 32
//! inputs; then, for every 8 inputs, 16 words, one per output, with the nibble of the first input in the lowest bits.

use anyhow::anyhow;

use crate::Result;

/// The length of a vector.
pub const WIDTH: usize = 384;
/// The width of the hidden part of a layer, per token.
pub(super) const INNER: usize = 4 * WIDTH;
/// The most tokens of a text that are read, with the two that enclose every text.
pub const MOST_TOKENS: usize = 192;
/// How many outputs of a map are stored and computed together.
pub(super) const PANEL: usize = 16;
/// How many inputs of a map share a scale.
pub(super) const GROUP: usize = 32;
/// How many inputs share a word.
pub(super) const PER_WORD: usize = 8;

const LAYERS: usize = 6;
const TABLE_GROUP: usize = 64;

/// All parameters of the network.
pub(super) struct Weights {
    /// The pieces, sorted by bytes; a token is a piece's index.
    pub(super) pieces: Vec<&'static str>,
    pub(super) norm: Norm,
    pub(super) layers: Vec<Layer>,
    table_units: &'static [u8],
    table_scales: &'static [u8],
    table: &'static [u8],
    position_scales: Vec<f32>,
    positions: &'static [u8],
}

/// One layer: attention, then two maps with the activation between them.
pub(super) struct Layer {
    pub(super) query_key_value: Map,
    pub(super) attended: Map,
    pub(super) after_attention: Norm,
    pub(super) widen: Map,
    pub(super) narrow: Map,
    pub(super) after_narrow: Norm,
}

/// A linear map: each output is a weighted sum of all inputs.
pub(super) struct Map {
    pub(super) inputs: usize,
    pub(super) biases: Vec<f32>,
    panels: &'static [u8],
}

/// The weights of 16 outputs, as in the file.
pub(super) struct Panel<'a> {
    pub(super) units: &'a [u8],
    pub(super) scales: &'a [u8],
    pub(super) words: &'a [u8],
}

/// Factors and summands that follow the normalisation to mean 0 and variance 1.
pub(super) struct Norm {
    pub(super) factors: Vec<f32>,
    pub(super) summands: Vec<f32>,
}

impl Weights {
    /// Reads the file; a fault if `rebuild.py` did not write it.
    pub(super) fn read(file: &'static [u8]) -> Result<Self> {
        let mut file = Reader(file);
        if file.take(8)? != b"CAIRNE01" {
            return Err(anyhow!("the weights begin like another file").into());
        }
        let (count, length) = (file.number()?, file.number()?);
        let text = std::str::from_utf8(file.take(length)?).map_err(anyhow::Error::from)?;
        let pieces: Vec<&str> = text.lines().take(count).collect();
        let table_units = file.take(count * 2)?;
        let table_scales = file.take(count * WIDTH / TABLE_GROUP)?;
        let table = file.take(count * WIDTH / 2)?;
        let position_scales = file.halves(MOST_TOKENS)?;
        let positions = file.take(MOST_TOKENS * WIDTH)?;
        let norm = file.norm()?;
        let layers = (0..LAYERS).map(|_| file.layer()).collect::<Result<_>>()?;
        Ok(Self { pieces, norm, layers, table_units, table_scales, table, position_scales, positions })
    }

    /// Adds up the embeddings of a piece and of its position in the text.
    pub(super) fn begin(&self, token: usize, place: usize, out: &mut [f32]) {
        let unit = half([self.table_units[2 * token], self.table_units[2 * token + 1]]);
        let scales = &self.table_scales[token * WIDTH / TABLE_GROUP..];
        let nibbles = &self.table[token * WIDTH / 2..];
        let positions = &self.positions[place * WIDTH..];
        for (group, out) in out.chunks_exact_mut(TABLE_GROUP).enumerate() {
            let scale = f32::from(scales[group].cast_signed()) * unit;
            for (i, out) in out.iter_mut().enumerate() {
                let at = group * TABLE_GROUP + i;
                let nibble = (nibbles[at / 2] >> (at % 2 * 4)) & 15;
                let position = f32::from(positions[at].cast_signed()) * self.position_scales[place];
                *out = (f32::from(nibble) - 8.0) * scale + position;
            }
        }
    }
}

impl Map {
    /// The panels.
    pub(super) fn panels(&self) -> impl Iterator<Item = Panel<'_>> {
        let scales = self.inputs / GROUP * PANEL;
        self.panels.chunks_exact(2 * PANEL + scales + self.inputs * PANEL / 2).map(move |panel| {
            let (units, rest) = panel.split_at(2 * PANEL);
            let (scales, words) = rest.split_at(scales);
            Panel { units, scales, words }
        })
    }
}

/// The rest of the file.
struct Reader(&'static [u8]);

impl Reader {
    fn take(&mut self, length: usize) -> Result<&'static [u8]> {
        let cut = self.0.split_at_checked(length);
        let (taken, rest) = cut.ok_or_else(|| anyhow!("the weights end too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<usize> {
        Ok(self.take(4)?.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    }

    fn halves(&mut self, count: usize) -> Result<Vec<f32>> {
        Ok(self.take(2 * count)?.as_chunks().0.iter().map(|bytes| half(*bytes)).collect())
    }

    fn norm(&mut self) -> Result<Norm> {
        Ok(Norm { factors: self.halves(WIDTH)?, summands: self.halves(WIDTH)? })
    }

    fn map(&mut self, inputs: usize, outputs: usize) -> Result<Map> {
        let biases = self.halves(outputs)?;
        let panels = self.take(outputs * (2 + inputs / GROUP + inputs / 2))?;
        Ok(Map { inputs, biases, panels })
    }

    fn layer(&mut self) -> Result<Layer> {
        Ok(Layer {
            query_key_value: self.map(WIDTH, 3 * WIDTH)?,
            attended: self.map(WIDTH, WIDTH)?,
            after_attention: self.norm()?,
            widen: self.map(WIDTH, INNER)?,
            narrow: self.map(INNER, WIDTH)?,
            after_narrow: self.norm()?,
        })
    }
}

/// Reads a 16-bit float that is neither infinite nor NaN.
#[inline(always)]
pub(super) fn half(bytes: [u8; 2]) -> f32 {
    let bits = u32::from(u16::from_le_bytes(bytes));
    // The exponent bias is 15, a float's is 127. The product corrects it, and is right for subnormal numbers, too.
    let size = f32::from_bits((bits & 0x7fff) << 13) * f32::from_bits((127 + 112) << 23);
    f32::from_bits(size.to_bits() | (bits & 0x8000) << 16)
}
