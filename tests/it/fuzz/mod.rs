//! What others write, bent and broken: whatever comes, nothing panics, nothing takes long, and what is promised holds.
//!
//! Each target begins with a small corpus (`tests/it/data/corpus/NAME`, and what is written here), in which everything that was
//! ever found is kept, and goes on with inputs made from it. The seed and the time are asked for by variables:
//!
//! ```sh
//! CAIRN_FUZZ_SECONDS=180 CAIRN_FUZZ_SEED=7 cargo test --test it fuzz:: -- --nocapture --test-threads 2
//! ```
//!
//! It runs on the stable compiler: inputs are not led by what code they reach, but by the words of each language.

#![allow(clippy::unwrap_used)]

mod ids;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::labs::dice::Dice;

/// How many inputs are tried where no time is asked for.
const USUAL: u64 = 250;
/// The longest input, and how long one may take in a build without optimisation, beside others.
const LONGEST: usize = 40_000;
const PATIENCE: Duration = Duration::from_secs(20);

/// What is tried with many inputs.
pub struct Target {
    pub name: &'static str,
    /// Inputs to begin with.
    pub seeds: &'static [&'static str],
    /// What stands in such inputs, to be put in anywhere.
    pub words: &'static [&'static str],
    /// Takes an input; panics if something is wrong.
    pub run: fn(&[u8]),
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/corpus").join(name)
}

impl Target {
    /// Tries the corpus as it is, and then what is made of it.
    pub fn fuzz(&self) {
        let (seed, seconds) = (number("CAIRN_FUZZ_SEED").unwrap_or(28), number("CAIRN_FUZZ_SECONDS"));
        let mut inputs: Vec<Vec<u8>> = self.seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect();
        let kept = std::fs::read_dir(corpus(self.name)).into_iter().flatten();
        let mut files: Vec<PathBuf> = kept.map(|file| file.unwrap().path()).collect();
        files.sort();
        inputs.extend(files.iter().map(|file| std::fs::read(file).unwrap()));
        assert!(!inputs.is_empty(), "{} has nothing to begin with", self.name);
        let (since, mut tried, mut slowest) = (Instant::now(), 0, Duration::ZERO);
        for input in &inputs {
            slowest = slowest.max(self.take(input));
            tried += 1;
        }
        let mut dice = Dice::new(seed);
        let goes_on = |tried: u64| match seconds {
            Some(seconds) => since.elapsed().as_secs() < seconds,
            None => tried < USUAL,
        };
        while goes_on(tried) {
            let input = self.made(&mut dice, &inputs);
            slowest = slowest.max(self.take(&input));
            tried += 1;
            // What was taken is a beginning for others, while there are few.
            if inputs.len() < 400 && dice.chance(10) {
                inputs.push(input);
            }
        }
        println!("{}: {tried} inputs in {:.0?}, the slowest {slowest:.1?}", self.name, since.elapsed());
    }

    /// How long an input took. One that goes wrong is written to a file, to be kept in the corpus.
    fn take(&self, input: &[u8]) -> Duration {
        let since = Instant::now();
        let well = catch_unwind(AssertUnwindSafe(|| (self.run)(input))).is_ok();
        let took = since.elapsed();
        if !well || took > PATIENCE {
            let file = std::env::temp_dir().join(format!("{}-{}", self.name, input.len()));
            std::fs::write(&file, input).unwrap();
            panic!("{}: it went wrong or took {took:?}; the input is kept in {}", self.name, file.display());
        }
        took
    }

    /// One input made of others.
    fn made(&self, dice: &mut Dice, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut input = dice.one_of(inputs).clone();
        for _ in 0..=dice.below(6) {
            self.bend(dice, &mut input, inputs);
        }
        input.truncate(LONGEST);
        input
    }

    fn bend(&self, dice: &mut Dice, input: &mut Vec<u8>, inputs: &[Vec<u8>]) {
        let place = |dice: &mut Dice, input: &[u8]| usize::try_from(dice.below(input.len() as u64 + 1)).unwrap();
        let (a, b) = (place(dice, input), place(dice, input));
        let (from, to) = (a.min(b), a.max(b));
        match dice.below(11) {
            0 => drop(input.splice(from..from, dice.one_of(ODD).bytes())),
            1 | 2 if !self.words.is_empty() => drop(input.splice(from..from, dice.one_of(self.words).bytes())),
            3 => drop(input.drain(from..to.min(from + 40))),
            4 => input.truncate(to),
            5 => {
                let piece = input[from..to.min(from + 200)].to_vec();
                let times = 1 + usize::try_from(dice.below(4)).unwrap();
                drop(input.splice(from..from, piece.repeat(times)));
            }
            // Much of one thing, as nobody writes it.
            6 if dice.chance(10) => {
                let word = if self.words.is_empty() { "a" } else { dice.one_of(self.words) };
                let times = usize::try_from(dice.below(3_000)).unwrap();
                drop(input.splice(from..from, word.repeat(times).into_bytes()));
            }
            7 => {
                let other = dice.one_of(inputs);
                let at = place(dice, other);
                drop(input.splice(from.., other[at..].to_vec()));
            }
            8 if from < input.len() => input[from] = dice.next().to_le_bytes()[0],
            9 if from < input.len() => input[from] ^= 1 << dice.below(8),
            _ => {
                let number = dice.one_of(NUMBERS);
                drop(input.splice(from..from, number.bytes()));
            }
        }
    }
}

/// Signs that programs trip over.
const ODD: &[&str] = &[
    "\0",
    "\n",
    "\r\n",
    "\t",
    "\u{feff}",
    "\u{202e}",
    "\u{200d}",
    "\u{1f468}\u{200d}\u{1f469}",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "ﬁ",
    "\u{10ffff}",
    "\u{fffd}",
    "日本",
    "\"",
    "'",
    "\\",
    "`",
    "<",
    ">",
    "&",
    "%",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "|",
    "@everyone",
    "<@1>",
    "--",
    "…",
    "\u{2212}",
    "\u{a0}",
    " ",
    "",
];

/// Numbers that programs trip over.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "59",
    "60",
    "61",
    "255",
    "256",
    "960",
    "1e9",
    "1e400",
    "-0",
    "0.5",
    "2147483648",
    "9223372036854775807",
    "18446744073709551616",
    "99999999999999999999999999",
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "24:00",
    "3:30",
    "NaN",
];
