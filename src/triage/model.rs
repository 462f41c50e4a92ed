//! The learned model: a table of features with weights for the intent and for each track, in one small file.
//!
//! `train` writes the file, and it is compiled in. Layout, little endian: magic; checksum of the examples (8 bytes);
//! number of features, number of word features; for each head its scale, bias, weight of the rules and calibration;
//! the features' hashes; head by head, the weights of the features and of the rules' attributes as signed bytes;
//! last, a [`Sense`] for each head, if the model was trained with meanings.

use std::sync::LazyLock;

use super::Post;
use super::attributes::{ATTRIBUTES, HEADS, Rules};
use super::grams::{self, Kind};
use super::sense::{Sense, Senses};
use crate::meaning::Vector;

const MAGIC: &[u8; 8] = b"CAIRNTR3";

/// The parameters of one head.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Head {
    /// The value of a weight of 1 in the file.
    pub scale: f32,
    /// Added to each sum.
    pub bias: f32,
    /// The weight of the rules' result.
    pub rules: f32,
    /// Slope and offset that turn the sum into log-odds.
    pub calibration: [f32; 2],
}

/// A trained model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Checksum of the examples that it was trained on.
    pub examples: [u8; 8],
    /// The heads: the intent, then the tracks in order.
    pub heads: [Head; HEADS],
    /// Hashes of the features: first words, then letters, each part sorted.
    pub hashes: Vec<u32>,
    /// The number of word features.
    pub words: usize,
    /// The weights per head: first for each feature, then for each attribute of the rules.
    pub weights: Vec<[i8; HEADS]>,
    /// The second stage, if it has one.
    pub senses: Option<Box<Senses>>,
    slots: Slots,
    version: String,
}

/// The features of a text: index in the table, and value.
pub type Features = Vec<(u32, f32)>;

/// A hash table with open addressing; its size is a power of two. A slot has the feature's index plus one, or 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Slots(Vec<u32>);

impl Slots {
    /// A table of the hashes; the first `words` of them are words.
    pub fn new(hashes: &[u32], words: usize) -> Slots {
        let mut slots = Slots(vec![0; (hashes.len() * 2).next_power_of_two().max(2)]);
        for (index, hash) in hashes.iter().enumerate() {
            let mut at = slots.place(*hash, index < words);
            while slots.0[at] != 0 {
                at = (at + 1) & (slots.0.len() - 1);
            }
            slots.0[at] = u32::try_from(index + 1).unwrap_or_default();
        }
        slots
    }

    fn place(&self, hash: u32, word: bool) -> usize {
        (hash.wrapping_mul(0x9e37_79b1) as usize ^ usize::from(word)) & (self.0.len() - 1)
    }

    /// The index of a feature.
    pub fn find(&self, hashes: &[u32], words: usize, kind: Kind, hash: u32) -> Option<usize> {
        let word = kind == Kind::Word;
        let mut at = self.place(hash, word);
        while let Some(index) = (self.0[at] as usize).checked_sub(1) {
            if hashes[index] == hash && (index < words) == word {
                return Some(index);
            }
            at = (at + 1) & (self.0.len() - 1);
        }
        None
    }

    /// The features of a text that the model knows; each kind is scaled to length 1.
    pub fn features(&self, hashes: &[u32], words: usize, post: &Post<'_>, rules: &Rules) -> Features {
        let mut counts = vec![0_u16; hashes.len()];
        let mut seen: Vec<u32> = Vec::with_capacity(post.title.len() + post.body.len());
        grams::each(post.title, post.body, |kind, hash| {
            if let Some(index) = self.find(hashes, words, kind, hash) {
                if counts[index] == 0 {
                    seen.push(u32::try_from(index).unwrap_or_default());
                }
                counts[index] = counts[index].saturating_add(1);
            }
        });
        let value = |index: &u32| 1.0 + f32::from(counts[*index as usize]).ln();
        seen.sort_unstable();
        let parted = seen.partition_point(|index| (*index as usize) < words);
        let mut features = Features::with_capacity(seen.len());
        for part in [&seen[..parted], &seen[parted..]] {
            let length = part.iter().map(|index| value(index).powi(2)).sum::<f32>().sqrt().max(1e-9);
            features.extend(part.iter().map(|index| (*index, value(index) / length)));
        }
        let attributes = rules.attributes.iter().zip(hashes.len()..).filter(|(value, _)| **value != 0.0);
        features.extend(attributes.map(|(value, index)| (u32::try_from(index).unwrap_or_default(), *value)));
        features
    }
}

impl Model {
    /// The compiled-in model.
    pub fn builtin() -> &'static Model {
        static BUILTIN: LazyLock<Model> =
            LazyLock::new(|| Model::read(include_bytes!("model.bin")).unwrap_or_default());
        &BUILTIN
    }

    /// A model with these parts.
    pub fn new(
        examples: [u8; 8],
        heads: [Head; HEADS],
        hashes: Vec<u32>,
        words: usize,
        weights: Vec<[i8; HEADS]>,
        senses: Option<Box<Senses>>,
    ) -> Model {
        let slots = Slots::new(&hashes, words);
        let mut model = Model { examples, heads, hashes, words, weights, senses, slots, version: String::new() };
        let sum = model
            .write()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
        model.version = format!("3-{:08x}", sum >> 32);
        model
    }

    /// Its version, which changes with every weight.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The file's bytes.
    pub fn write(&self) -> Vec<u8> {
        let number = |n: usize| u32::try_from(n).unwrap_or_default().to_le_bytes();
        let mut out = MAGIC.to_vec();
        out.extend(self.examples);
        out.extend(number(self.hashes.len()));
        out.extend(number(self.words));
        for head in &self.heads {
            let [slope, offset] = head.calibration;
            [head.scale, head.bias, head.rules, slope, offset].iter().for_each(|x| out.extend(x.to_le_bytes()));
        }
        self.hashes.iter().for_each(|hash| out.extend(hash.to_le_bytes()));
        for head in 0..HEADS {
            out.extend(self.weights.iter().flat_map(|weights| weights[head].to_le_bytes()));
        }
        self.senses.iter().flat_map(|senses| senses.iter()).for_each(|sense| sense.write(&mut out));
        out
    }

    /// Reads a file; none if it is not a model.
    pub fn read(bytes: &[u8]) -> Option<Model> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut take = |n: usize| {
            let (taken, left) = rest.split_at_checked(n)?;
            rest = left;
            Some(taken)
        };
        let examples = take(8)?.try_into().ok()?;
        let number = |four: &[u8]| Some(u32::from_le_bytes(four.try_into().ok()?));
        let count = number(take(4)?)? as usize;
        let words = number(take(4)?)? as usize;
        let mut heads = [Head::default(); HEADS];
        for head in &mut heads {
            let mut float = || Some(f32::from_bits(number(take(4)?)?));
            let (scale, bias, rules) = (float()?, float()?, float()?);
            *head = Head { scale, bias, rules, calibration: [float()?, float()?] };
        }
        let hashes = take(count.checked_mul(4)?)?.chunks_exact(4).map(number).collect::<Option<Vec<u32>>>()?;
        let all = count.checked_add(ATTRIBUTES)?;
        let mut weights = vec![[0; HEADS]; all];
        for head in 0..HEADS {
            take(all)?.iter().zip(&mut weights).for_each(|(byte, weights)| weights[head] = i8::from_le_bytes([*byte]));
        }
        let senses = match rest {
            [] => None,
            senses => Some(read_senses(senses)?),
        };
        (words <= count).then(|| Model::new(examples, heads, hashes, words, weights, senses))
    }

    /// The features of a text.
    pub fn features(&self, post: &Post<'_>, rules: &Rules) -> Features {
        self.slots.features(&self.hashes, self.words, post, rules)
    }

    /// The sum of each head, with the rules' part; not calibrated.
    pub fn sums(&self, features: &Features, rules: [f64; HEADS]) -> [f64; HEADS] {
        let mut sums = [0.0_f32; HEADS];
        for (index, value) in features {
            let weights = &self.weights[*index as usize];
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += f32::from(*weight) * value);
        }
        std::array::from_fn(|i| {
            let head = &self.heads[i];
            f64::from(sums[i] * head.scale) + f64::from(head.bias) + f64::from(head.rules) * rules[i]
        })
    }

    /// The sums as log-odds, with the text's meaning if it is known.
    pub fn log_odds(&self, sums: [f64; HEADS], meaning: Option<&Vector>) -> [f64; HEADS] {
        std::array::from_fn(|head| match (&self.senses, meaning) {
            (Some(senses), Some(meaning)) => senses[head].log_odds(sums[head], meaning),
            _ => {
                let [slope, offset] = self.heads[head].calibration;
                f64::from(slope) * sums[head] + f64::from(offset)
            }
        })
    }
}

impl Default for Model {
    /// A model that uses only the rules.
    fn default() -> Self {
        let head = Head { scale: 0.0, bias: 0.0, rules: 1.0, calibration: [1.0, 0.0] };
        Model::new([0; 8], [head; HEADS], Vec::new(), 0, vec![[0; HEADS]; ATTRIBUTES], None)
    }
}

fn read_senses(bytes: &[u8]) -> Option<Box<Senses>> {
    let (each, rest) = bytes.as_chunks::<{ Sense::BYTES }>();
    let senses = each.iter().map(|bytes| Sense::read(bytes)).collect::<Option<Vec<_>>>()?;
    if rest.is_empty() { senses.into_boxed_slice().try_into().ok() } else { None }
}
