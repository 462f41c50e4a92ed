//! Trains the danger detector. Deterministic: the same texts give the same bytes.

use std::collections::BTreeMap;

use super::likeness::Likeness;
use super::{Ear, sentences};
use crate::Result;
use crate::meaning::Vector;
use crate::triage::examples::checksum;
use crate::triage::grams::{self, Kind};
use crate::triage::model::{Features, Slots};
use crate::triage::train::{Example, Fact, fit_facts};

/// The weight of a text's error against the penalty on large weights.
const TRUST: f64 = 4.0;
/// The weight of a passage from an example, and the most passages per example.
const PASSAGE: f64 = 0.3;
const PASSAGES: usize = 6;
/// The fewest texts that must have a feature.
const COMMON: u32 = 2;
/// The number of parts; each is judged by a detector trained on the others.
const FOLDS: u8 = 4;
/// How many of the examples' passages that sound most like danger the second stage learns as safe.
const HARDEST: usize = 1_200;

/// A text whose author, or a person they write about, is in danger or safe.
#[derive(Clone, Debug)]
pub struct Told {
    /// The text.
    pub text: String,
    /// Whether they are in danger.
    pub danger: bool,
    /// How much it counts.
    weight: f64,
}

/// Reads a file with one text per line; lines with "#" in front are comments.
pub fn read(lines: &str, danger: bool) -> Vec<Told> {
    let texts = lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    texts.map(|text| Told { text: text.to_owned(), danger, weight: 1.0 }).collect()
}

/// A sample of passages from examples, whose authors are safe.
fn passages(examples: &[Example]) -> Vec<Told> {
    let of = |example: &Example| {
        let cut: Vec<&str> = sentences(&example.title).chain(sentences(&example.body)).collect();
        let pairs: Vec<String> = (0..cut.len()).map(|at| cut[at..(at + 2).min(cut.len())].join(" ")).collect();
        let step = pairs.len().div_ceil(PASSAGES).max(1);
        pairs.into_iter().step_by(step).map(|text| Told { text, danger: false, weight: PASSAGE }).collect::<Vec<_>>()
    };
    examples.iter().flat_map(of).collect()
}

/// Trains a detector. `mean` returns the meanings of texts.
///
/// # Errors
/// The errors of `mean`.
pub fn train(
    told: &[Told],
    examples: &[Example],
    texts: [u8; 8],
    mean: impl Fn(Vec<String>) -> Result<Vec<Vector>>,
) -> Result<Ear> {
    let safe = passages(examples);
    let all: Vec<&Told> = told.iter().chain(&safe).collect();
    let ear = fit(&all, texts);
    let heard = left_out(&all);
    let mut hardest: Vec<usize> = (told.len()..all.len()).collect();
    hardest.sort_by(|a, b| heard[*b].0.total_cmp(&heard[*a].0));
    hardest.truncate(HARDEST);
    let chosen: Vec<usize> = (0..told.len()).chain(hardest).collect();
    let meanings = mean(chosen.iter().map(|i| heard[*i].1.clone()).collect())?;
    let passages = chosen.iter().zip(meanings).map(|(i, meaning)| (heard[*i].0, meaning, all[*i].danger));
    let likeness = Likeness::learn(&passages.collect::<Vec<_>>());
    Ok(Ear { likeness, ..ear })
}

/// The sum of each text and its most dangerous passage, from a detector that was trained without the text.
fn left_out(all: &[&Told]) -> Vec<(f64, String)> {
    let part = |told: &Told| checksum(told.text.as_bytes())[1] % FOLDS;
    let mut heard = vec![(f64::MIN, String::new()); all.len()];
    for fold in 0..FOLDS {
        let taught: Vec<&Told> = all.iter().copied().filter(|told| part(told) != fold).collect();
        let ear = fit(&taught, [0; 8]);
        for (told, heard) in all.iter().zip(&mut heard).filter(|(told, _)| part(told) == fold) {
            *heard = ear.listen("", &told.text).map_or_else(|| heard.clone(), |passage| (passage.sum, passage.text));
        }
    }
    heard
}

fn fit(all: &[&Told], texts: [u8; 8]) -> Ear {
    let (hashes, words) = vocabulary(all);
    let slots = Slots::new(&hashes, words);
    let fact = |told: &&Told| Fact {
        features: features(&told.text, &slots, &hashes, words),
        is: told.danger,
        weight: told.weight,
    };
    let (weights, bias) = fit_facts(all.iter().map(fact).collect(), hashes.len(), TRUST);
    let (scale, small) = made_small(&weights);
    let kept: Vec<usize> = (0..hashes.len()).filter(|i| small[*i] != 0).collect();
    let words = kept.partition_point(|i| *i < words);
    let weights = kept.iter().map(|i| small[*i]).collect();
    Ear::new(
        texts,
        kept.iter().map(|i| hashes[*i]).collect(),
        words,
        weights,
        [scale, bias as f32],
        Likeness::default(),
    )
}

fn vocabulary(all: &[&Told]) -> (Vec<u32>, usize) {
    let mut counts: [BTreeMap<u32, (u32, usize)>; 2] = [BTreeMap::new(), BTreeMap::new()];
    for (number, told) in all.iter().enumerate() {
        grams::each(&told.text, "", |kind, hash| {
            let entry = counts[usize::from(kind == Kind::Letters)].entry(hash).or_insert((0, usize::MAX));
            if entry.1 != number {
                *entry = (entry.0 + 1, number);
            }
        });
    }
    let common = |kind: usize| counts[kind].iter().filter(|(_, (count, _))| *count >= COMMON).map(|(hash, _)| *hash);
    let words: Vec<u32> = common(0).collect();
    let count = words.len();
    (words.into_iter().chain(common(1)).collect(), count)
}

/// The features as [`Ear`] adds them up: each count divided by the root of the number of all.
fn features(text: &str, slots: &Slots, hashes: &[u32], words: usize) -> Features {
    let mut found: BTreeMap<u32, f32> = BTreeMap::new();
    let mut counts = [0_u32; 2];
    for sentence in sentences(text) {
        grams::each(sentence, "", |kind, hash| {
            counts[usize::from(kind == Kind::Letters)] += 1;
            if let Some(index) = slots.find(hashes, words, kind, hash) {
                *found.entry(u32::try_from(index).unwrap_or_default()).or_default() += 1.0;
            }
        });
    }
    let length = counts.map(|count| (count.max(1) as f32).sqrt());
    found.into_iter().map(|(index, count)| (index, count / length[usize::from(index as usize >= words)])).collect()
}

fn made_small(weights: &[f64]) -> (f32, Vec<i8>) {
    let scale = weights.iter().fold(1e-9_f64, |most, weight| most.max(weight.abs())) / 127.0;
    (scale as f32, weights.iter().map(|weight| (weight / scale).round() as i8).collect())
}
