//! The second stage of the danger detector: the similarity of a passage's meaning to the texts it was trained on. One
//! linear boundary through all meanings cannot separate them, because people say it in many ways; so each text has
//! its own weight.

use crate::meaning::{KEPT_BYTES, Vector, WIDTH, to_bytes};

/// How much a difference between two passages' word sums lowers their similarity.
const WORDS: f64 = 0.01;
/// Passes over the texts.
const PASSES: usize = 60;
/// The most that one text may count.
const MOST: f64 = 3.0;

/// A training text.
#[derive(Clone, Debug, PartialEq)]
struct Learnt {
    /// Its weight for danger; negative against danger.
    weight: f32,
    /// The sum of its words.
    sum: f32,
    scale: f32,
    meaning: [i8; WIDTH],
}

/// All training texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Likeness(Vec<Learnt>);

/// The similarity of two passages; the constant 1 acts as a common bias.
fn like(cosine: f64, sums: f64) -> f64 {
    1.0 + (2.0 * (cosine.min(1.0) - 1.0) - WORDS * sums * sums).exp()
}

impl Learnt {
    fn of(sum: f64, meaning: &Vector) -> Option<Learnt> {
        Learnt::read(&[&[0; 4], &(sum as f32).to_le_bytes(), to_bytes(meaning).as_slice()].concat())
    }

    fn like(&self, sum: f64, meaning: &Vector) -> f64 {
        // Eight separate sums, so that the compiler can use vector instructions.
        let mut sums = [0.0_f32; 8];
        for (small, x) in self.meaning.as_chunks::<8>().0.iter().zip(meaning.as_chunks::<8>().0) {
            (0..8).for_each(|i| sums[i] += f32::from(small[i]) * x[i]);
        }
        like(f64::from(sums.iter().sum::<f32>() * self.scale), sum - f64::from(self.sum))
    }

    fn write(&self) -> Vec<u8> {
        let numbers = [self.weight, self.sum, self.scale].into_iter().flat_map(f32::to_le_bytes);
        numbers.chain(self.meaning.iter().flat_map(|small| small.to_le_bytes())).collect()
    }

    fn read(bytes: &[u8]) -> Option<Learnt> {
        let (numbers, meaning) = bytes.split_at_checked(12)?;
        let mut floats = numbers.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four));
        let (weight, sum, scale) = (floats.next()?, floats.next()?, floats.next()?);
        Some(Learnt { weight, sum, scale, meaning: <[u8; WIDTH]>::try_from(meaning).ok()?.map(u8::cast_signed) })
    }
}

impl Likeness {
    /// The score of a passage, from the sum of its words and its meaning.
    pub fn sum(&self, sum: f64, meaning: &Vector) -> f64 {
        self.0.iter().map(|learnt| f64::from(learnt.weight) * learnt.like(sum, meaning)).sum()
    }

    /// Trains with passages: the sum of the words, the meaning, and whether it is about danger. Both classes have the
    /// same weight. Logistic regression in the dual, one text at a time.
    pub fn learn(told: &[(f64, Vector, bool)]) -> Likeness {
        let mut learnt: Vec<Learnt> = told.iter().filter_map(|(sum, meaning, _)| Learnt::of(*sum, meaning)).collect();
        let row = |(sum, meaning, _): &(f64, Vector, bool)| -> Vec<f32> {
            learnt.iter().map(|other| other.like(*sum, meaning) as f32).collect()
        };
        let like: Vec<Vec<f32>> = told.iter().map(row).collect();
        let yes = told.iter().filter(|told| told.2).count().max(1) as f64 / told.len().max(1) as f64;
        let mut sums = vec![0.0_f64; told.len()];
        let mut alphas = vec![0.0_f64; told.len()];
        for _ in 0..PASSES {
            for (i, (_, _, is)) in told.iter().enumerate() {
                let sign = if *is { 1.0 } else { -1.0 };
                let most = MOST / (2.0 * if *is { yes } else { 1.0 - yes });
                let step = sign * settled(alphas[i], most, f64::from(like[i][i]), sign * sums[i]) - sign * alphas[i];
                alphas[i] += sign * step;
                sums.iter_mut().zip(&like).for_each(|(sum, row)| *sum += step * f64::from(row[i]));
            }
        }
        for ((learnt, alpha), (_, _, is)) in learnt.iter_mut().zip(&alphas).zip(told) {
            learnt.weight = if *is { *alpha as f32 } else { -*alpha as f32 };
        }
        Likeness(learnt)
    }

    /// The file's bytes.
    pub fn write(&self) -> Vec<u8> {
        self.0.iter().flat_map(Learnt::write).collect()
    }

    /// Reads bytes from `write`; none if they are something else.
    pub fn read(bytes: &[u8]) -> Option<Likeness> {
        let (each, rest) = bytes.as_chunks::<{ KEPT_BYTES + 8 }>();
        let learnt = each.iter().map(|bytes| Learnt::read(bytes)).collect::<Option<Vec<_>>>()?;
        rest.is_empty().then_some(Likeness(learnt))
    }
}

/// Solves for the dual variable of one text: the point between 0 and `most` where `margin` and the entropy balance.
fn settled(old: f64, most: f64, square: f64, margin: f64) -> f64 {
    let slope = |z: f64| square * (z - old) + margin + (z / (most - z)).ln();
    let (mut low, mut high) = (most * 1e-9, most * (1.0 - 1e-9));
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if slope(middle) > 0.0 { high = middle } else { low = middle }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn towards(at: usize) -> Vector {
        std::array::from_fn(|i| if i == at { 1.0 } else { 0.0 })
    }

    #[test]
    fn it_tells_apart_what_no_line_parts_and_is_read_as_it_was_written() {
        let told: Vec<(f64, Vector, bool)> =
            [(0, true), (1, false), (2, true), (3, false)].map(|(at, is)| (0.0, towards(at), is)).to_vec();
        let likeness = Likeness::learn(&told);
        for (sum, meaning, is) in &told {
            assert_eq!(likeness.sum(*sum, meaning) > 0.0, *is);
        }
        assert_eq!(Likeness::read(&likeness.write()), Some(likeness.clone()));
        assert_eq!(Likeness::read(&likeness.write()[1..]), None);
        assert_eq!(Likeness::default().sum(0.0, &towards(0)), 0.0);
    }
}
