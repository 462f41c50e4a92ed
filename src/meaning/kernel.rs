//! The expensive arithmetic, with the widest vector instructions of this machine. On other machines the same code uses
//! narrower ones or none.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f32x16, i32x16, u32x16};

use super::weights::{GROUP, Map, Norm, PANEL, PER_WORD, Panel, WIDTH, half};

const HEADS: usize = 12;
const HEAD: usize = WIDTH / HEADS;

/// Multiplies each row of `x` by the map.
pub(super) fn multiply(level: Level, map: &Map, x: &[f32]) -> Vec<f32> {
    let outputs = map.biases.len();
    let mut out = vec![0.0; x.len() / map.inputs * outputs];
    dispatch!(level, simd => multiply_with(simd, map, x, &mut out));
    out
}

#[inline(always)]
fn multiply_with<S: Simd>(simd: S, map: &Map, x: &[f32], out: &mut [f32]) {
    let outputs = map.biases.len();
    let rows = Rows::new(simd, x, map.inputs);
    let mut weights = vec![0.0; map.inputs * PANEL];
    let starts = map.biases.as_chunks::<PANEL>().0;
    for (number, (panel, start)) in map.panels().zip(starts).enumerate() {
        unpack(simd, &panel, &mut weights);
        rows.times(simd, &weights, start, &mut out[number * PANEL..], outputs);
    }
}

/// The weights of a panel as floats: 16 for each input.
#[inline(always)]
fn unpack<S: Simd>(simd: S, panel: &Panel, out: &mut [f32]) {
    let units = f32x16::from_fn(simd, |i| half([panel.units[2 * i], panel.units[2 * i + 1]]));
    let scales = panel.scales.as_chunks::<PANEL>().0;
    let words = panel.words.as_chunks::<4>().0.as_chunks::<PANEL>().0.as_chunks::<{ GROUP / PER_WORD }>().0;
    let out = out.as_chunks_mut::<PANEL>().0.as_chunks_mut::<PER_WORD>().0.as_chunks_mut::<{ GROUP / PER_WORD }>().0;
    for ((scales, words), out) in scales.iter().zip(words).zip(out) {
        let scale = f32x16::load_array(simd, scales.map(|s| f32::from(s.cast_signed()))) * units;
        let lowest = scale * -8.0;
        for (words, out) in words.iter().zip(out) {
            let mut words = u32x16::load_array(simd, words.map(u32::from_le_bytes));
            for out in out {
                let nibbles: f32x16<S> = (words & 15).to_float();
                nibbles.mul_add(scale, lowest).store_array(out);
                words >>= 4;
            }
        }
    }
}

/// The rows of a matrix in blocks; the numbers of a block's rows are interleaved.
struct Rows {
    blocks: Vec<usize>,
    numbers: Vec<f32>,
    width: usize,
}

impl Rows {
    /// Makes as few blocks as the registers allow, of nearly equal size.
    #[inline(always)]
    fn new<S: Simd>(_: S, x: &[f32], width: usize) -> Self {
        let most = if S::f32s::LEN >= PANEL { 12 } else { 6 };
        let rows = x.len() / width;
        let count = rows.div_ceil(most);
        let blocks: Vec<usize> = (0..count).map(|b| (b + 1) * rows / count - b * rows / count).collect();
        let mut numbers = vec![0.0; x.len()];
        let mut at = 0;
        for &rows in &blocks {
            let end = at + rows * width;
            for (r, row) in x[at..end].chunks_exact(width).enumerate() {
                for (to, from) in numbers[at..end].chunks_exact_mut(rows).zip(row) {
                    to[r] = *from;
                }
            }
            at = end;
        }
        Self { blocks, numbers, width }
    }

    /// `start` plus each row times the panel of 16 outputs, written to every `stride`-th number.
    #[inline(always)]
    fn times<S: Simd>(&self, simd: S, panel: &[f32], start: &[f32; PANEL], out: &mut [f32], stride: usize) {
        let (mut numbers, mut row) = (self.numbers.as_slice(), 0);
        for &rows in &self.blocks {
            let (block, rest) = numbers.split_at(rows * self.width);
            let out = &mut out[row * stride..];
            match rows {
                1 => times::<S, 1>(simd, block, panel, start, out, stride),
                2 => times::<S, 2>(simd, block, panel, start, out, stride),
                3 => times::<S, 3>(simd, block, panel, start, out, stride),
                4 => times::<S, 4>(simd, block, panel, start, out, stride),
                5 => times::<S, 5>(simd, block, panel, start, out, stride),
                6 => times::<S, 6>(simd, block, panel, start, out, stride),
                7 => times::<S, 7>(simd, block, panel, start, out, stride),
                8 => times::<S, 8>(simd, block, panel, start, out, stride),
                9 => times::<S, 9>(simd, block, panel, start, out, stride),
                10 => times::<S, 10>(simd, block, panel, start, out, stride),
                11 => times::<S, 11>(simd, block, panel, start, out, stride),
                _ => times::<S, 12>(simd, block, panel, start, out, stride),
            }
            (numbers, row) = (rest, row + rows);
        }
    }
}

/// Multiplies one block of rows with one panel; all sums stay in registers.
#[inline(always)]
fn times<S: Simd, const ROWS: usize>(
    simd: S,
    block: &[f32],
    panel: &[f32],
    start: &[f32; PANEL],
    out: &mut [f32],
    stride: usize,
) {
    let mut sums = [f32x16::load_array_ref(simd, start); ROWS];
    for (numbers, weights) in block.as_chunks::<ROWS>().0.iter().zip(panel.as_chunks::<PANEL>().0) {
        let weights = f32x16::load_array_ref(simd, weights);
        for (sum, number) in sums.iter_mut().zip(numbers) {
            *sum = weights.mul_add(*number, *sum);
        }
    }
    for (row, sum) in sums.iter().enumerate() {
        sum.store_slice(&mut out[row * stride..][..PANEL]);
    }
}

/// Attention: `x` has query, key and value of each token.
pub(super) fn attend(level: Level, x: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; x.len() / 3];
    dispatch!(level, simd => attend_with(simd, x, &mut out));
    out
}

#[inline(always)]
fn attend_with<S: Simd>(simd: S, x: &[f32], out: &mut [f32]) {
    let tokens = x.len() / (3 * WIDTH);
    let padded = tokens.next_multiple_of(PANEL);
    let (mut query, mut panel) = (vec![0.0; tokens * HEAD], vec![0.0; padded.max(HEAD) * PANEL]);
    let mut shares = vec![0.0; tokens * padded];
    for head in 0..HEADS {
        let part = |token: usize, which: usize| &x[token * 3 * WIDTH + which * WIDTH + head * HEAD..][..HEAD];
        for (token, query) in query.chunks_exact_mut(HEAD).enumerate() {
            query.iter_mut().zip(part(token, 0)).for_each(|(to, from)| *to = from / (HEAD as f32).sqrt());
        }
        let rows = Rows::new(simd, &query, HEAD);
        for first in (0..tokens).step_by(PANEL) {
            // Padding keys get a very low score, so that their share is 0.
            let mut start = [-1e9; PANEL];
            for (lane, token) in (first..tokens.min(first + PANEL)).enumerate() {
                start[lane] = 0.0;
                part(token, 1).iter().zip(panel.chunks_exact_mut(PANEL)).for_each(|(from, to)| to[lane] = *from);
            }
            rows.times(simd, &panel[..HEAD * PANEL], &start, &mut shares[first..], padded);
        }
        shares.chunks_exact_mut(padded).for_each(|row| share(simd, row));
        let rows = Rows::new(simd, &shares, padded);
        for half in 0..HEAD / PANEL {
            panel.fill(0.0);
            for (token, to) in panel.chunks_exact_mut(PANEL).take(tokens).enumerate() {
                to.copy_from_slice(&part(token, 2)[half * PANEL..][..PANEL]);
            }
            let out = &mut out[head * HEAD + half * PANEL..];
            rows.times(simd, &panel[..padded * PANEL], &[0.0; PANEL], out, WIDTH);
        }
    }
}

/// Softmax.
#[inline(always)]
fn share<S: Simd>(simd: S, row: &mut [f32]) {
    let row = row.as_chunks_mut::<PANEL>().0;
    let mut highest = f32x16::splat(simd, f32::MIN);
    row.iter().for_each(|x| highest = highest.max(f32x16::load_array_ref(simd, x)));
    let highest = highest.reduce_max();
    let mut sum = f32x16::splat(simd, 0.0);
    for x in row.iter_mut() {
        let e = exp(simd, f32x16::load_array_ref(simd, x) - highest);
        sum += e;
        e.store_array(x);
    }
    let factor = 1.0 / sum.reduce_sum();
    row.iter_mut().for_each(|x| (f32x16::load_array_ref(simd, x) * factor).store_array(x));
}

/// Layer norm: adds `more` to `x`, normalises each row to mean 0 and variance 1, then applies `norm`.
pub(super) fn add_and_norm(level: Level, x: &mut [f32], more: &[f32], norm: &Norm) {
    x.iter_mut().zip(more).for_each(|(x, more)| *x += more);
    dispatch!(level, simd => norm_with(simd, x, norm));
}

#[inline(always)]
fn norm_with<S: Simd>(simd: S, x: &mut [f32], norm: &Norm) {
    let (factors, summands) = (norm.factors.as_chunks::<PANEL>().0, norm.summands.as_chunks::<PANEL>().0);
    for row in x.chunks_exact_mut(WIDTH) {
        let row = row.as_chunks_mut::<PANEL>().0;
        let mut sum = f32x16::splat(simd, 0.0);
        row.iter().for_each(|x| sum += f32x16::load_array_ref(simd, x));
        let mean = sum.reduce_sum() / WIDTH as f32;
        let mut sum = f32x16::splat(simd, 0.0);
        for x in row.iter() {
            let x = f32x16::load_array_ref(simd, x) - mean;
            sum = x.mul_add(x, sum);
        }
        let scale = 1.0 / (sum.reduce_sum() / WIDTH as f32 + 1e-12).sqrt();
        for (x, (factor, summand)) in row.iter_mut().zip(factors.iter().zip(summands)) {
            let scaled = (f32x16::load_array_ref(simd, x) - mean) * scale;
            scaled.mul_add(f32x16::load_array_ref(simd, factor), f32x16::load_array_ref(simd, summand)).store_array(x);
        }
    }
}

/// The activation GELU: x times the probability that a standard normal variable is below x.
pub(super) fn bend(level: Level, x: &mut [f32]) {
    dispatch!(level, simd => bend_with(simd, x));
}

#[inline(always)]
fn bend_with<S: Simd>(simd: S, x: &mut [f32]) {
    for x in x.as_chunks_mut::<PANEL>().0 {
        let v = f32x16::load_array_ref(simd, x);
        (v * 0.5).mul_add(erf(simd, v * std::f32::consts::FRAC_1_SQRT_2), v * 0.5).store_array(x);
    }
}

/// Abramowitz and Stegun 7.1.26, accurate to 2e-7.
#[inline(always)]
fn erf<S: Simd>(simd: S, x: f32x16<S>) -> f32x16<S> {
    let z = x.abs();
    let t = f32x16::splat(simd, 1.0) / z.mul_add(0.327_591_1, 1.0);
    let sum = [1.421_413_7, -0.284_496_74, 0.254_829_6];
    let sum = sum.into_iter().fold(t.mul_add(1.061_405_4, -1.453_152), |sum, next| sum.mul_add(t, next)) * t;
    let size = f32x16::splat(simd, 1.0) - sum * exp(simd, -(z * z));
    size.copysign(x)
}

/// The exponential function for numbers up to 0: a power of two, and a polynomial (Cephes) for the rest.
#[inline(always)]
fn exp<S: Simd>(simd: S, x: f32x16<S>) -> f32x16<S> {
    let x = x.max(-87.0);
    let whole = (x * std::f32::consts::LOG2_E).round_ties_even();
    let rest = whole.mul_add(2.121_944_4e-4, whole.mul_add(-0.693_359_4, x));
    let sum = f32x16::splat(simd, 1.987_569_1e-4);
    let next = [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5];
    let sum = next.into_iter().fold(sum, |sum, next| sum.mul_add(rest, next));
    let sum = sum.mul_add(rest * rest, rest + 1.0);
    let power: i32x16<S> = (whole.to_int::<i32x16<S>>() + 127) << 23;
    sum * power.bitcast::<f32x16<S>>()
}
