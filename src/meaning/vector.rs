//! Vectors: their similarity, their stored form, and the key of a stored vector.

use sha2::{Digest, Sha256};

use super::weights::WIDTH;

/// The compiled-in weights.
pub(super) const MODEL: &[u8] = include_bytes!("model/encoder.bin");
/// Part of every key. Change it together with the weights, because vectors of another model cannot be used.
const MODEL_NAME: &str = "minilm-l6-4bit-1";

/// The direction of a text; its length is 1.
pub type Vector = [f32; WIDTH];

/// The size of a stored vector: a scale, then one byte per number.
pub const KEPT_BYTES: usize = 4 + WIDTH;

/// Cosine similarity, from -1 to 1. Texts of the same meaning are above about 0.7, unrelated ones around 0.
pub fn similarity(a: &Vector, b: &Vector) -> f32 {
    // Eight separate sums, so that the compiler can use vector instructions.
    let mut sums = [0.0; 8];
    for (a, b) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
        (0..8).for_each(|i| sums[i] += a[i] * b[i]);
    }
    sums.iter().sum()
}

/// A vector in [`KEPT_BYTES`] bytes. The rounding changes a similarity by less than 0.001.
pub fn to_bytes(vector: &Vector) -> Vec<u8> {
    let scale = vector.iter().fold(f32::MIN_POSITIVE, |most, x| most.max(x.abs())) / 127.0;
    let steps = vector.iter().map(|x| ((x / scale).round() as i8).cast_unsigned());
    scale.to_le_bytes().into_iter().chain(steps).collect()
}

/// Reads a stored vector; `None` if the bytes are not one.
pub fn from_bytes(bytes: &[u8]) -> Option<Vector> {
    let (scale, steps) = bytes.split_first_chunk()?;
    let (scale, steps) = (f32::from_le_bytes(*scale), <&[u8; WIDTH]>::try_from(steps).ok()?);
    scale.is_finite().then(|| unit(steps.map(|step| f32::from(step.cast_signed()) * scale)))
}

/// The length of a key.
pub const KEY_BYTES: usize = 16;

/// The key of a stored vector. It depends on the text and the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentKey([u8; KEY_BYTES]);

impl ContentKey {
    /// The key of a text.
    pub fn of(text: &str) -> Self {
        let hash = Sha256::new().chain_update(MODEL_NAME).chain_update([0]).chain_update(text).finalize();
        Self(std::array::from_fn(|i| hash[i]))
    }

    /// The stored form.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads a stored key; `None` if the bytes are not one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// The mean of the rows, scaled to length 1.
pub(super) fn mean_direction(rows: &[f32]) -> Vector {
    let mut sum = [0.0; WIDTH];
    for row in rows.as_chunks::<WIDTH>().0 {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    unit(sum)
}

/// The vector scaled to length 1.
pub fn unit(vector: Vector) -> Vector {
    let length = similarity(&vector, &vector).sqrt().max(f32::MIN_POSITIVE);
    vector.map(|x| x / length)
}
