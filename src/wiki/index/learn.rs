//! Learning from the ways of asking (pure, and the same each time).
//!
//! The map is `x + Dx`, brought back to length 1. `D` is moved by gradients (Adam) so that each way of asking comes to lie near
//! its own section ([`target`], without that very phrase) and away from all others: the softmax of their likenesses. An example
//! is moved likewise towards all sections that answer it, in equal parts. `D` is drawn towards nothing, so that a question of a
//! kind that nobody thought of stays where it is.

use crate::meaning::{self, Vector, WIDTH};

/// How much the text of a section counts against its ways of asking.
const TEXT: f32 = 0.3;
const ROUNDS: usize = 8;
/// Of how many ways of asking a gradient is made. The threads share them in parts, however many processors there are.
const BATCH: usize = 512;
const PARTS: usize = 4;
const STEP: f32 = 0.002;
/// What a likeness is divided by.
const TEMPERATURE: f32 = 0.05;
/// How strongly the map is drawn towards changing nothing.
const SHRINK: f32 = 0.0003;
/// The gradient is the mean over the ways of asking plus the mean over the examples: twice the mean over both.
const BOTH: f32 = 2.0;
/// Shares of sections below this are left out of the gradient.
const NEGLIGIBLE: f32 = 1e-5;
/// Telling questions of this wiki from others: rounds, their step, how strongly the weights are drawn to zero, and what all
/// questions of other kinds together weigh against all ways of asking.
const HERE_ROUNDS: usize = 400;
const HERE_STEP: f32 = 4.0;
const HERE_SHRINK: f32 = 30.0;
const ELSEWHERE_WEIGHT: f32 = 0.5;
/// What one example weighs in telling questions of this wiki from others: against a way of asking if the wiki answers it, and
/// against a line of `elsewhere.txt` if not. In the map, all examples together weigh as much as all ways of asking.
const ANSWERED_WEIGHT: f32 = 8.0;
const UNANSWERED_WEIGHT: f32 = 4.0;

/// Where questions for a section should point: between its text and the mean of its ways of asking.
pub fn target(text: &Vector, asked: &Vector) -> Vector {
    let asked = meaning::unit(*asked);
    meaning::unit(std::array::from_fn(|i| TEXT * text[i] + (1.0 - TEXT) * asked[i]))
}

/// What the map adds to each number of a vector, from sections' texts, ways of asking with their section's place, and examples
/// with the places of all sections that answer them.
pub fn map(sections: &[Vector], phrases: &[(usize, Vector)], examples: &[(Vec<usize>, Vector)]) -> Vec<Vector> {
    let mut sums = vec![[0.0; WIDTH]; sections.len()];
    for (section, phrase) in phrases {
        add(&mut sums[*section], 1.0, phrase);
    }
    let targets: Vec<Vector> = sections.iter().zip(&sums).map(|(text, sum)| target(text, sum)).collect();
    let of_phrases = phrases.iter().map(|(section, phrase)| {
        let mut others = sums[*section];
        add(&mut others, -1.0, phrase);
        let own = Some((*section, target(&sections[*section], &others)));
        Example { vector: phrase, right: std::slice::from_ref(section), own, weight: 1.0 }
    });
    let weight = phrases.len() as f32 / examples.len().max(1) as f32;
    let of_examples = examples.iter().map(|(right, vector)| Example { vector, right, own: None, weight });
    let all: Vec<Example<'_>> = of_phrases.chain(of_examples).collect();
    let mut adam = Adam::new();
    let mut order: Vec<usize> = (0..all.len()).collect();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..ROUNDS {
        shuffle(&mut order, &mut random);
        for batch in order.chunks(BATCH) {
            let gradient = gradient(&adam.rows, &targets, &all, batch);
            adam.step(&gradient);
        }
    }
    adam.rows
}

struct Example<'a> {
    vector: &'a Vector,
    /// The sections that answer it.
    right: &'a [usize],
    /// The target of a phrase's own section without this very phrase.
    own: Option<(usize, Vector)>,
    weight: f32,
}

fn gradient(rows: &[Vector], targets: &[Vector], examples: &[Example<'_>], batch: &[usize]) -> Vec<Vector> {
    let part = |batch: &[usize]| {
        let mut gradient = vec![[0.0; WIDTH]; WIDTH];
        batch.iter().for_each(|&at| add_gradient(rows, targets, &examples[at], &mut gradient));
        gradient
    };
    let parts: Vec<Vec<Vector>> = std::thread::scope(|scope| {
        let size = batch.len().div_ceil(PARTS);
        let running: Vec<_> = batch.chunks(size).map(|batch| scope.spawn(move || part(batch))).collect();
        running.into_iter().filter_map(|part| part.join().ok()).collect()
    });
    let weight: f32 = batch.iter().map(|&at| examples[at].weight).sum();
    let mut sum = vec![[0.0; WIDTH]; WIDTH];
    for part in &parts {
        sum.iter_mut().zip(part).for_each(|(sum, row)| add(sum, BOTH / weight, row));
    }
    sum
}

fn add_gradient(rows: &[Vector], targets: &[Vector], example: &Example<'_>, gradient: &mut [Vector]) {
    let x = example.vector;
    let moved: Vector = std::array::from_fn(|i| x[i] + meaning::similarity(x, &rows[i]));
    let length = meaning::similarity(&moved, &moved).sqrt().max(f32::MIN_POSITIVE);
    let z = moved.map(|x| x / length);
    let toward = |section: usize| match &example.own {
        Some((own, target)) if *own == section => target,
        _ => &targets[section],
    };
    let likeness = |section| meaning::similarity(&z, toward(section)) / TEMPERATURE;
    let mut shares: Vec<f32> = (0..targets.len()).map(likeness).collect();
    let most = shares.iter().copied().fold(f32::MIN, f32::max);
    shares.iter_mut().for_each(|share| *share = (*share - most).exp());
    let whole: f32 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= whole);
    example.right.iter().for_each(|&section| shares[section] -= 1.0 / example.right.len() as f32);
    let mut pull = [0.0; WIDTH];
    for (section, share) in shares.iter().enumerate().filter(|(_, share)| share.abs() > NEGLIGIBLE) {
        add(&mut pull, share / TEMPERATURE, toward(section));
    }
    // Only what turns the vector counts, for its length is brought back to 1.
    let along = meaning::similarity(&pull, &z);
    for (i, row) in gradient.iter_mut().enumerate() {
        add(row, example.weight * (pull[i] - along * z[i]) / length, x);
    }
}

/// Gradient descent that goes as far in each direction as that direction's gradients usually are.
struct Adam {
    rows: Vec<Vector>,
    mean: Vec<Vector>,
    square: Vec<Vector>,
    steps: i32,
}

impl Adam {
    fn new() -> Self {
        let zero = vec![[0.0; WIDTH]; WIDTH];
        Self { rows: zero.clone(), mean: zero.clone(), square: zero, steps: 0 }
    }

    fn step(&mut self, gradient: &[Vector]) {
        const KEEP: (f32, f32) = (0.9, 0.999);
        self.steps += 1;
        let (mean_known, square_known) = (1.0 - KEEP.0.powi(self.steps), 1.0 - KEEP.1.powi(self.steps));
        let learnt = self.rows.as_flattened_mut().iter_mut();
        let moments = self.mean.as_flattened_mut().iter_mut().zip(self.square.as_flattened_mut());
        for ((x, (mean, square)), slope) in learnt.zip(moments).zip(gradient.as_flattened()) {
            let slope = slope + 2.0 * SHRINK * *x;
            *mean = KEEP.0 * *mean + (1.0 - KEEP.0) * slope;
            *square = KEEP.1 * *square + (1.0 - KEEP.1) * slope * slope;
            *x -= STEP * (*mean / mean_known) / ((*square / square_known).sqrt() + 1e-8);
        }
    }
}

/// The sum over a question's vector, and its constant, that is above 0 for questions that are asked here and below for others:
/// a logistic regression. `examples` have whether the wiki answers them.
pub fn here(phrases: &[(usize, Vector)], elsewhere: &[Vector], examples: &[(bool, Vector)]) -> (Vector, f32) {
    let (answered, other): (Vec<_>, Vec<_>) = examples.iter().partition(|(is_answered, _)| *is_answered);
    let here = phrases.iter().map(|(_, vector)| (vector, 1.0));
    let here = here.chain(answered.iter().map(|(_, vector)| (vector, ANSWERED_WEIGHT)));
    let others = elsewhere.iter().map(|vector| (vector, 1.0));
    let others = others.chain(other.iter().map(|(_, vector)| (vector, UNANSWERED_WEIGHT)));
    let (here, others): (Vec<_>, Vec<_>) = (here.collect(), others.collect());
    let sum = |all: &[(&Vector, f32)]| all.iter().map(|(_, weight)| weight).sum::<f32>();
    let each = ELSEWHERE_WEIGHT * sum(&here) / sum(&others).max(1.0);
    let whole = sum(&here) * (1.0 + ELSEWHERE_WEIGHT);
    let (mut weights, mut constant) = ([0.0; WIDTH], 0.0);
    for _ in 0..HERE_ROUNDS {
        let (mut slope, mut constant_slope) = ([0.0; WIDTH], 0.0);
        let all = here.iter().map(|(vector, weight)| (vector, 1.0, *weight));
        for (vector, is_here, weight) in all.chain(others.iter().map(|(vector, weight)| (vector, 0.0, each * weight))) {
            let said = 1.0 / (1.0 + (-meaning::similarity(vector, &weights) - constant).exp());
            let wrong = weight * (said - is_here) / whole;
            add(&mut slope, wrong, vector);
            constant_slope += wrong;
        }
        let shrunk = weights;
        add(&mut slope, HERE_SHRINK / whole, &shrunk);
        add(&mut weights, -HERE_STEP, &slope);
        constant -= HERE_STEP * constant_slope;
    }
    (weights, constant)
}

fn add(sum: &mut Vector, times: f32, vector: &Vector) {
    for (sum, vector) in sum.as_chunks_mut::<8>().0.iter_mut().zip(vector.as_chunks::<8>().0) {
        (0..8).for_each(|i| sum[i] += times * vector[i]);
    }
}

/// The same order each time.
fn shuffle(order: &mut [usize], random: &mut u64) {
    for last in (1..order.len()).rev() {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        order.swap(last, (*random % (last as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn towards(places: &[usize]) -> Vector {
        let mut vector = [0.0; WIDTH];
        places.iter().for_each(|&place| vector[place] = 1.0);
        meaning::unit(vector)
    }

    /// Two sections; what people ask of both is much alike, and a little of their words tells which they mean.
    fn example() -> (Vec<Vector>, Vec<(usize, Vector)>) {
        let phrases = (0..16).map(|i| (i % 2, meaning::unit(question(i % 2, 10 + i))));
        (vec![towards(&[0]), towards(&[1])], phrases.collect())
    }

    fn question(section: usize, other: usize) -> Vector {
        let mut vector = [0.0; WIDTH];
        (vector[9], vector[2 + section], vector[other]) = (3.0, 1.0, 1.0);
        vector
    }

    #[test]
    fn the_map_parts_what_is_asked_of_two_sections_and_is_the_same_each_time() {
        let (sections, phrases) = example();
        let examples = [0, 1].map(|section| (vec![section], meaning::unit(question(section, 50 + section))));
        let rows = map(&sections, &phrases, &examples);
        let new = meaning::unit(question(0, 100));
        let mapped = meaning::unit(std::array::from_fn(|i| new[i] + meaning::similarity(&new, &rows[i])));
        let lead = |vector: &Vector| {
            let [first, second] = [0, 1].map(|section| {
                let mut sum = [0.0; WIDTH];
                phrases.iter().filter(|(of, _)| *of == section).for_each(|(_, phrase)| add(&mut sum, 1.0, phrase));
                meaning::similarity(vector, &target(&sections[section], &sum))
            });
            first - second
        };
        assert!(lead(&mapped) > 1.02 * lead(&new), "{} after {}", lead(&mapped), lead(&new));
        assert_eq!(rows, map(&sections, &phrases, &examples));
        assert_ne!(rows, map(&sections, &phrases, &[]));
    }

    #[test]
    fn what_is_asked_elsewhere_is_told_from_what_is_asked_here() {
        let (_, phrases) = example();
        let many: Vec<(usize, Vector)> = phrases.iter().cycle().take(160).copied().collect();
        let (weights, constant) =
            here(&many, &[towards(&[9, 5])], &[(false, towards(&[9, 6])), (true, towards(&[9, 7]))]);
        let said = |places: &[usize]| meaning::similarity(&towards(places), &weights) + constant;
        assert!(
            said(&[9, 2]) > 0.0 && said(&[9, 5]) < said(&[9, 2]) && said(&[9, 6]) < said(&[9, 7]),
            "{} {}",
            said(&[9, 2]),
            said(&[9, 5])
        );
    }
}
