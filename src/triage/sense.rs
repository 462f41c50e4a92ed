//! The second stage: if the words do not decide what a text asks, its meaning counts, too.
//!
//! Each head is a weighted sum over the encoder's vector and the first stage's result.

use super::attributes::HEADS;
use crate::meaning::{Vector, WIDTH};

/// The parameters of one head for meanings.
#[derive(Clone, Debug, PartialEq)]
pub struct Sense {
    /// The value of a weight of 1 in the file.
    pub scale: f32,
    /// Added to each sum.
    pub bias: f32,
    /// The weight of the first stage's sum.
    pub first: f32,
    /// Slope and offset that turn the sum into log-odds.
    pub calibration: [f32; 2],
    /// One weight per number of the vector.
    pub weights: [i8; WIDTH],
}

/// One sense per head.
pub type Senses = [Sense; HEADS];

impl Sense {
    /// The sum of meaning and first stage; not calibrated.
    pub fn sum(&self, first: f64, meaning: &Vector) -> f64 {
        let meant: f32 = self.weights.iter().zip(meaning).map(|(weight, x)| f32::from(*weight) * x).sum();
        f64::from(meant * self.scale) + f64::from(self.first) * first + f64::from(self.bias)
    }

    /// The same as log-odds.
    pub fn log_odds(&self, first: f64, meaning: &Vector) -> f64 {
        let [slope, offset] = self.calibration;
        f64::from(slope) * self.sum(first, meaning) + f64::from(offset)
    }

    /// The file's bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        let [slope, offset] = self.calibration;
        [self.scale, self.bias, self.first, slope, offset].iter().for_each(|x| out.extend(x.to_le_bytes()));
        out.extend(self.weights.iter().flat_map(|weight| weight.to_le_bytes()));
    }

    /// The number of bytes that [`Sense::write`] adds.
    pub const BYTES: usize = 5 * 4 + WIDTH;

    /// Reads bytes from [`Sense::write`]; none if they are something else.
    pub fn read(bytes: &[u8]) -> Option<Sense> {
        let (head, weights) = bytes.split_at_checked(5 * 4)?;
        let mut numbers = head.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four));
        let mut float = || numbers.next();
        let (scale, bias, first) = (float()?, float()?, float()?);
        let calibration = [float()?, float()?];
        let weights = <[u8; WIDTH]>::try_from(weights).ok()?.map(u8::cast_signed);
        Some(Sense { scale, bias, first, calibration, weights })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sense_is_read_as_it_was_written() {
        let mut weights = [0; WIDTH];
        weights[3] = -7;
        let sense = Sense { scale: 0.5, bias: 1.0, first: 2.0, calibration: [1.5, -0.25], weights };
        let mut bytes = Vec::new();
        sense.write(&mut bytes);
        assert_eq!((bytes.len(), Sense::read(&bytes)), (Sense::BYTES, Some(sense.clone())));
        assert_eq!(Sense::read(&bytes[1..]), None);
        let mut meaning = [0.0; WIDTH];
        meaning[3] = 0.5;
        assert_eq!(sense.sum(3.0, &meaning), -1.75 + 6.0 + 1.0);
        assert_eq!(sense.log_odds(3.0, &meaning), 1.5 * 5.25 - 0.25);
    }
}
