//! Trains the model from examples: logistic regression by dual coordinate descent, calibrated by cross-validation.
//! Deterministic: the same examples give the same bytes.

use std::collections::BTreeMap;

use super::attributes::{ATTRIBUTES, HEADS};
use super::grams::{self, Kind};
use super::model::{Features, Head, Model, Slots};
use super::sense::{Sense, Senses};
use super::{Post, Track, evidence};
use crate::meaning::{Vector, WIDTH};

/// The weight of an example's error against the penalty on large weights; a larger value fits the examples more
/// closely.
const TRUST: f64 = 2.0;
/// The same for the tracks.
const TRACK_TRUST: f64 = 2.0;
/// The same for meanings, of the intent and of the tracks.
const SENSE_TRUST: [f64; 2] = [2.0, 1.0];
/// The fewest examples that must have a feature, for words and for letters.
const COMMON: [u32; 2] = [3, 5];
/// Passes over the examples.
const PASSES: usize = 30;
/// The number of parts for the cross-validation.
const FOLDS: usize = 5;
/// The value of the constant feature that becomes the bias.
const CONSTANT: f64 = 2.0;
/// The share of beginners' questions that the calibration of `p` assumes.
pub const MIX: f64 = 0.20;

/// How much an invented example counts beside one of a real kind.
const INVENTED: f64 = 0.5;

/// The shares of the tracks, in order, that the calibration assumes.
const TRACK_MIX: [f64; 4] = [0.2, 0.4, 0.2, 0.2];

/// An example with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Its number.
    pub id: String,
    /// The headline.
    pub title: String,
    /// The text.
    pub body: String,
    /// Whether it asks how to get started.
    pub getting_started: bool,
    /// Its track, if the text decides it.
    pub track: Option<Track>,
    /// Whether it was made up to be hard: it teaches, but says nothing about what a community writes.
    pub invented: bool,
}

impl Example {
    /// The example as a post.
    pub fn post(&self) -> Post<'_> {
        Post { title: &self.title, body: &self.body }
    }
}

/// A text as input of the trainer.
#[derive(Clone)]
struct Row {
    features: Features,
    /// How many of them are words and letters; the others are the rules' attributes.
    named: usize,
    /// The rules' result for each head; in the second stage, the first stage's result.
    rules: [f64; HEADS],
}

impl Row {
    /// The features that a head uses. The intent does not use the attributes, because the rules' sum already has
    /// them, and better.
    fn seen_by(&self, head: usize) -> &[(u32, f32)] {
        if head == 0 { &self.features[..self.named] } else { &self.features }
    }

    /// The square of the row's length for a head.
    fn square(&self, head: usize) -> f64 {
        let named = self.seen_by(head).iter().map(|(_, value)| f64::from(*value).powi(2)).sum::<f64>();
        named + CONSTANT * CONSTANT + (self.rules[head] * RULES).powi(2)
    }
}

/// What an example teaches a head: `Some(true)` for, `Some(false)` against, none if nothing.
fn target(example: &Example, head: usize) -> Option<bool> {
    match head.checked_sub(1) {
        None => Some(example.getting_started),
        Some(track) => example.track.filter(|_| example.getting_started).map(|t| t as usize == track),
    }
}

/// The features that enough examples have: words, then letters, each sorted.
fn vocabulary(examples: &[&Example]) -> (Vec<u32>, usize) {
    let mut counts: [BTreeMap<u32, (u32, usize)>; 2] = [BTreeMap::new(), BTreeMap::new()];
    for (number, example) in examples.iter().enumerate() {
        grams::each(&example.title, &example.body, |kind, hash| {
            let entry = counts[usize::from(kind == Kind::Letters)].entry(hash).or_insert((0, usize::MAX));
            if entry.1 != number {
                *entry = (entry.0 + 1, number);
            }
        });
    }
    let common =
        |kind: usize| counts[kind].iter().filter(move |(_, (count, _))| *count >= COMMON[kind]).map(|(hash, _)| *hash);
    let words: Vec<u32> = common(0).collect();
    let count = words.len();
    (words.into_iter().chain(common(1)).collect(), count)
}

/// The weights of one head, before they are rounded to bytes.
struct Fitted {
    weights: Vec<f64>,
    bias: f64,
    rules: f64,
}

/// Trains a model; with a second stage if the meaning of each example is given.
pub fn train(examples: &[Example], meanings: Option<&[Vector]>, checksum: [u8; 8]) -> Model {
    let all: Vec<&Example> = examples.iter().collect();
    let mut model = fit_all(&all, checksum);
    let sums = left_out(examples);
    for head in 0..HEADS {
        let of_head: Vec<f64> = sums.iter().map(|sums| sums[head]).collect();
        model.heads[head].calibration = calibrated(examples, &of_head, head);
    }
    let senses = meanings.and_then(|meanings| senses(examples, meanings, &sums));
    Model::new(model.examples, model.heads, model.hashes, model.words, model.weights, senses)
}

fn fit_all(examples: &[&Example], checksum: [u8; 8]) -> Model {
    let (hashes, words) = vocabulary(examples);
    let slots = Slots::new(&hashes, words);
    let rows: Vec<Row> = examples
        .iter()
        .map(|example| {
            let rules = evidence::rules(&example.post());
            let features = slots.features(&hashes, words, &example.post(), &rules);
            let named = features.partition_point(|(index, _)| (*index as usize) < hashes.len());
            Row { features, named, rules: rules.odds }
        })
        .collect();
    let fitted: Vec<Fitted> = std::thread::scope(|scope| {
        let fit = |head| {
            let (rows, count) = (&rows, hashes.len() + ATTRIBUTES);
            scope.spawn(move || fit(rows, examples, head, count))
        };
        let running: Vec<_> = (0..HEADS).map(fit).collect();
        running.into_iter().filter_map(|fit| fit.join().ok()).collect()
    });
    let mut heads = [Head::default(); HEADS];
    let mut weights = vec![[0; HEADS]; hashes.len() + ATTRIBUTES];
    for (head, fitted) in fitted.iter().enumerate() {
        let scale = fitted.weights.iter().fold(1e-9_f64, |most, weight| most.max(weight.abs())) / 127.0;
        for (small, weight) in weights.iter_mut().zip(&fitted.weights) {
            small[head] = (weight / scale).round() as i8;
        }
        let (bias, rules) = (fitted.bias as f32, fitted.rules as f32);
        heads[head] = Head { scale: scale as f32, bias, rules, calibration: [1.0, 0.0] };
    }
    Model::new(checksum, heads, hashes, words, weights, None)
}

/// One example for one head: its row, its sign, and the most that it may count.
struct Lesson<'a> {
    row: &'a Row,
    sign: f64,
    most: f64,
    square: f64,
}

fn fit(rows: &[Row], examples: &[&Example], head: usize, features: usize) -> Fitted {
    let trust = if head == 0 { TRUST } else { TRACK_TRUST };
    descend(&lessons(rows, examples, head, trust), head, features)
}

/// The examples that a head learns from.
fn lessons<'a>(rows: &'a [Row], examples: &[&Example], head: usize, trust: f64) -> Vec<Lesson<'a>> {
    let targets: Vec<Option<bool>> = examples.iter().map(|example| target(example, head)).collect();
    let count = |wanted: bool| targets.iter().filter(|t| **t == Some(wanted)).count().max(1) as f64;
    let (yes, no) = (count(true), count(false));
    // Both classes have the same total weight.
    let most = |is: bool| trust * (yes + no) / (2.0 * if is { yes } else { no });
    rows.iter()
        .zip(&targets)
        .zip(examples)
        .filter_map(|((row, target), example)| {
            let is = (*target)?;
            let most = if example.invented { INVENTED * most(is) } else { most(is) };
            Some(Lesson { row, sign: if is { 1.0 } else { -1.0 }, most, square: row.square(head) })
        })
        .collect()
}

/// A training fact for a model with one head.
pub(super) struct Fact {
    /// Features by index, each once.
    pub(super) features: Features,
    /// The label.
    pub(super) is: bool,
    /// How much it counts.
    pub(super) weight: f64,
}

/// Weights and bias. Both classes have the same total weight.
pub(super) fn fit_facts(facts: Vec<Fact>, features: usize, trust: f64) -> (Vec<f64>, f64) {
    let told: Vec<(bool, f64)> = facts.iter().map(|fact| (fact.is, fact.weight)).collect();
    let of = |is: bool| told.iter().filter(|fact| fact.0 == is).map(|fact| fact.1).sum::<f64>().max(1e-9);
    let (yes, no) = (of(true), of(false));
    let row = |fact: Fact| Row { named: fact.features.len(), features: fact.features, rules: [0.0; HEADS] };
    let rows: Vec<Row> = facts.into_iter().map(row).collect();
    let lessons: Vec<Lesson<'_>> = rows
        .iter()
        .zip(&told)
        .map(|(row, (is, weight))| {
            let most = weight * trust * (yes + no) / (2.0 * if *is { yes } else { no });
            Lesson { row, sign: if *is { 1.0 } else { -1.0 }, most, square: row.square(0) }
        })
        .collect();
    let fitted = descend(&lessons, 0, features);
    (fitted.weights, fitted.bias)
}

/// The factor for the rules' log-odds, so that they neither vanish nor dominate.
const RULES: f64 = 0.5;

fn descend(lessons: &[Lesson<'_>], head: usize, features: usize) -> Fitted {
    let mut weights = vec![0.0_f64; features + 2];
    let mut alphas: Vec<[f64; 2]> = lessons
        .iter()
        .map(|lesson| {
            let small = (0.001 * lesson.most).min(1e-8);
            [small, lesson.most - small]
        })
        .collect();
    for (lesson, alpha) in lessons.iter().zip(&alphas) {
        add(&mut weights, lesson, head, lesson.sign * alpha[0]);
    }
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    let mut seed = 1_u64;
    for _ in 0..PASSES {
        for i in (1..order.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(i, (seed >> 33) as usize % (i + 1));
        }
        for &i in &order {
            let lesson = &lessons[i];
            let step = step(&mut alphas[i], lesson, lesson.sign * sum(&weights, lesson, head));
            add(&mut weights, lesson, head, lesson.sign * step);
        }
    }
    let rules = weights[features + 1] * RULES;
    let bias = weights[features] * CONSTANT;
    weights.truncate(features);
    Fitted { weights, bias, rules }
}

fn sum(weights: &[f64], lesson: &Lesson<'_>, head: usize) -> f64 {
    let features = weights.len() - 2;
    let named: f64 = lesson.row.seen_by(head).iter().map(|(i, value)| weights[*i as usize] * f64::from(*value)).sum();
    named + weights[features] * CONSTANT + weights[features + 1] * lesson.row.rules[head] * RULES
}

fn add(weights: &mut [f64], lesson: &Lesson<'_>, head: usize, step: f64) {
    let features = weights.len() - 2;
    for (i, value) in lesson.row.seen_by(head) {
        weights[*i as usize] += step * f64::from(*value);
    }
    weights[features] += step * CONSTANT;
    weights[features + 1] += step * lesson.row.rules[head] * RULES;
}

/// Newton's method on the dual variable of one lesson (Yu, Huang and Lin 2011, algorithm 5). Returns how far it moved.
fn step(alpha: &mut [f64; 2], lesson: &Lesson<'_>, margin: f64) -> f64 {
    let (a, most) = (lesson.square, lesson.most);
    let (one, sign) = if 0.5 * a * (alpha[1] - alpha[0]) + margin < 0.0 { (1, -1.0) } else { (0, 1.0) };
    let old = alpha[one];
    let mut z = if most - old < 0.5 * most { 0.1 * old } else { old };
    let slope = |z: f64| a * (z - old) + sign * margin + (z / (most - z)).ln();
    for _ in 0..20 {
        let gradient = slope(z);
        if gradient.abs() < 1e-6 {
            break;
        }
        let next = z - gradient / (a + most / (most - z) / z);
        z = if next <= 0.0 { z * 0.1 } else { next.min(most * (1.0 - 1e-12)) };
    }
    alpha[one] = z;
    alpha[1 - one] = most - z;
    sign * (z - old)
}

/// The cross-validation fold of an example, by its id.
pub fn fold(id: &str) -> usize {
    id.bytes().fold(7_usize, |h, b| h.wrapping_mul(31).wrapping_add(usize::from(b))) % FOLDS
}

/// The sums of each example, from a model that was trained without it.
pub fn left_out(examples: &[Example]) -> Vec<[f64; HEADS]> {
    let mut sums = vec![[0.0; HEADS]; examples.len()];
    for part in 0..FOLDS {
        let taught: Vec<&Example> = examples.iter().filter(|example| fold(&example.id) != part).collect();
        let model = fit_all(&taught, [0; 8]);
        for (example, sums) in examples.iter().zip(&mut sums).filter(|(example, _)| fold(&example.id) == part) {
            let rules = evidence::rules(&example.post());
            *sums = model.sums(&model.features(&example.post(), &rules), rules.odds);
        }
    }
    sums
}

/// Slope and offset for a head, from sums of models trained without the examples. The assumed class mix counts, not the
/// examples' mix, and only examples as people write them.
fn calibrated(examples: &[Example], sums: &[f64], head: usize) -> [f32; 2] {
    let typical = examples.iter().zip(sums).filter(|(example, _)| !example.invented);
    let lessons: Vec<(f64, bool)> = typical.filter_map(|(e, sum)| Some((*sum, target(e, head)?))).collect();
    let share = lessons.iter().filter(|lesson| lesson.1).count() as f64 / lessons.len().max(1) as f64;
    let mix = if head == 0 { MIX } else { TRACK_MIX[head - 1] };
    platt(&lessons, mix / share.max(1e-9), (1.0 - mix) / (1.0 - share).max(1e-9))
}

/// Trains the second stage. As the first stage's result it uses sums from models that were trained without the example.
fn senses(examples: &[Example], meanings: &[Vector], sums: &[[f64; HEADS]]) -> Option<Box<Senses>> {
    let rows: Vec<Row> = meanings
        .iter()
        .zip(sums)
        .map(|(meaning, sums)| Row {
            features: (0..).zip(meaning.iter().copied()).collect(),
            named: WIDTH,
            rules: *sums,
        })
        .collect();
    let senses = (0..HEADS).map(|head| sense(&rows, examples, meanings, head)).collect::<Vec<_>>();
    senses.into_boxed_slice().try_into().ok()
}

fn sense(rows: &[Row], examples: &[Example], meanings: &[Vector], head: usize) -> Sense {
    let fitted = |part: Option<usize>| {
        let taught = |(example, _): &(&Example, &Row)| part.is_none_or(|part| fold(&example.id) != part);
        let (examples, rows): (Vec<&Example>, Vec<Row>) =
            examples.iter().zip(rows).filter(taught).map(|(e, row)| (e, row.clone())).unzip();
        let trust = SENSE_TRUST[usize::from(head > 0)];
        made_small(&descend(&lessons(&rows, &examples, head, trust), head, WIDTH))
    };
    let folds: Vec<Sense> = (0..FOLDS).map(|part| fitted(Some(part))).collect();
    let each = examples.iter().zip(rows).zip(meanings);
    let sums: Vec<f64> = each.map(|((e, row), meaning)| folds[fold(&e.id)].sum(row.rules[head], meaning)).collect();
    Sense { calibration: calibrated(examples, &sums, head), ..fitted(None) }
}

fn made_small(fitted: &Fitted) -> Sense {
    let scale = fitted.weights.iter().fold(1e-9_f64, |most, weight| most.max(weight.abs())) / 127.0;
    let weights = std::array::from_fn(|i| (fitted.weights[i] / scale).round() as i8);
    let (bias, first) = (fitted.bias as f32, fitted.rules as f32);
    Sense { scale: scale as f32, bias, first, calibration: [1.0, 0.0], weights }
}

/// Slope and offset that turn sums into log-odds (Platt scaling by Newton's method), with a weight for each class.
fn platt(lessons: &[(f64, bool)], yes: f64, no: f64) -> [f32; 2] {
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    for _ in 0..50 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-6, 0.0, 1e-6);
        for (sum, is) in lessons {
            let weight = if *is { yes } else { no };
            let p = 1.0 / (1.0 + (-(slope * sum + offset)).exp());
            let (error, curve) = (weight * (p - f64::from(u8::from(*is))), weight * p * (1.0 - p));
            g0 += error * sum;
            g1 += error;
            h00 += curve * sum * sum;
            h01 += curve * sum;
            h11 += curve;
        }
        let det = h00 * h11 - h01 * h01;
        slope -= (h11 * g0 - h01 * g1) / det;
        offset -= (h00 * g1 - h01 * g0) / det;
    }
    [slope as f32, offset as f32]
}
