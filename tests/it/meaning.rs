//! The sentence encoder against the network it was made from, and its worker.

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use cairn::meaning::{
    ContentKey, Encoder, KEPT_BYTES, MOST_TOKENS, QUESTION_TOKENS, Worker, from_bytes, similarity, to_bytes,
};
use sha2::{Digest, Sha256};

static ENCODER: LazyLock<Encoder> = LazyLock::new(|| Encoder::open().expect("the weights"));
const TEXTS: &str = include_str!("data/meaning/texts.txt");
const VECTORS: &[u8] = include_bytes!("data/meaning/vectors.bin");
const TOKENS: &[u8] = include_bytes!("data/meaning/tokens.bin");
const CALIBRATION: &str = include_str!("../../src/meaning/model/calibration.txt");
const RANGES: [(u32, u32); 17] = [
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x300, 0x36F),
    (0x370, 0x5C7),
    (0x620, 0x6FF),
    (0x900, 0x97F),
    (0xE00, 0xE7F),
    (0x1E00, 0x1FFF),
    (0x2000, 0x206F),
    (0x20A0, 0x2BFF),
    (0x3000, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xE000, 0xF8FF),
    (0xFB00, 0xFFFF),
    (0x1F300, 0x1FAFF),
    (0x20000, 0x2A6DF),
];

#[test]
fn vectors_are_those_of_the_published_network() {
    assert_eq!((TEXTS.lines().count(), VECTORS.len()), (200, 200 * KEPT_BYTES));
    let all = TEXTS.lines().zip(VECTORS.chunks_exact(KEPT_BYTES));
    // Without optimisation a token takes 75 ms: then a few short texts must do. `cargo bench --bench meaning` compares all.
    let chosen: Vec<_> = if cfg!(debug_assertions) { all.take(80).step_by(16).collect() } else { all.collect() };
    let one = |(text, kept)| (similarity(&ENCODER.embed(text), &from_bytes(kept).expect("a vector")), text);
    let found: Vec<(f32, &str)> = chosen.into_iter().map(one).collect();
    let mean = found.iter().map(|f| f.0).sum::<f32>() / found.len() as f32;
    let far: Vec<_> = found.iter().filter(|f| f.0 < 0.96).collect();
    println!("{} texts: mean similarity {mean:.4}; below 0.96: {far:?}", found.len());
    // Texts in other languages than English suffer from the smaller vocabulary.
    assert!(mean >= 0.98 && far.len() * 25 <= found.len(), "mean {mean}, {far:?}");
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % n
    }

    /// The same as in `golden.py`.
    fn part(&mut self, lines: &[Vec<char>], odd: &[String]) -> String {
        match self.below(4) {
            0 => {
                let line = &lines[self.below(lines.len())];
                let start = self.below(line.len());
                let length = 1 + self.below(40);
                line[start..].iter().take(length).collect()
            }
            1 => odd[self.below(odd.len())].clone(),
            2 => {
                let (first, last) = RANGES[self.below(RANGES.len())];
                let count = 1 + self.below(5);
                let one =
                    |_| char::from_u32(first + self.below((last - first + 1) as usize) as u32).expect("a character");
                (0..count).map(one).collect()
            }
            _ => {
                let count = 1 + self.below(9);
                let one = |_| {
                    let first = if self.below(2) == 1 { b'a' } else { b'A' };
                    char::from(first + self.below(26) as u8)
                };
                (0..count).map(one).collect()
            }
        }
    }

    fn string(&mut self, lines: &[Vec<char>], odd: &[String]) -> String {
        let parts = 1 + self.below(10);
        let one = |_| self.part(lines, odd) + if self.below(2) == 1 { " " } else { "" };
        (0..parts).map(one).collect()
    }
}

#[test]
fn texts_are_cut_as_the_reference_cuts_them() {
    let lines: Vec<Vec<char>> = CALIBRATION.lines().map(|line| line.chars().collect()).collect();
    let odd: Vec<String> = serde_json::from_str(include_str!("data/meaning/odd.json")).expect("odd.json");
    assert_eq!(TOKENS.len(), 5000 * 4);
    for (seed, expected) in TOKENS.chunks_exact(4).enumerate() {
        let text = Dice(seed as u64).string(&lines, &odd);
        let tokens = ENCODER.tokens(&text);
        let hash = Sha256::digest(tokens.iter().flat_map(|t| t.to_le_bytes()).collect::<Vec<u8>>());
        assert_eq!(&hash[..4], expected, "{text:?} became {tokens:?}");
    }
}

#[test]
fn any_text_has_a_vector_of_length_one() {
    for text in ["", " ", "\u{0}", "a\u{301}", "\u{1F469}\u{200D}\u{1F52C}"] {
        let vector = ENCODER.embed(text);
        assert!((similarity(&vector, &vector) - 1.0).abs() < 1e-5, "{text:?}");
    }
    for text in ["word ".repeat(50_000), "x".repeat(500_000), ".".repeat(500_000), " ".repeat(500_000)] {
        let tokens = ENCODER.tokens(&text);
        assert!(tokens.len() <= MOST_TOKENS && tokens.len() >= 2, "{}", tokens.len());
    }
    assert_eq!(ENCODER.tokens(&"word ".repeat(50_000)).len(), MOST_TOKENS);
    // What stands in a text is text, also if it looks like a mark of ours.
    assert!(ENCODER.tokens("[SEP]").len() > 3);
}

#[test]
fn the_plain_arithmetic_gives_the_same() {
    let text = "How do I begin with machine learning?";
    let plain = Encoder::plain().expect("the weights").embed(text);
    assert!(similarity(&plain, &ENCODER.embed(text)) > 0.9999);
}

#[test]
fn like_texts_are_alike() {
    let [a, b, c] = ["cheap gpu for deep learning", "which graphics card should I buy?", "how to bake bread"]
        .map(|t| ENCODER.embed(t));
    assert!(similarity(&a, &b) > similarity(&a, &c) + 0.2);
}

#[test]
fn kept_vectors_are_nearly_the_same() {
    let vector = ENCODER.embed("study group");
    let bytes = to_bytes(&vector);
    assert_eq!(bytes.len(), KEPT_BYTES);
    assert!(similarity(&vector, &from_bytes(&bytes).expect("a vector")) > 0.9995);
    assert!(from_bytes(&bytes[1..]).is_none() && from_bytes(&[]).is_none());
    let key = ContentKey::of("study group");
    assert_eq!(ContentKey::from_bytes(key.as_bytes()), Some(key));
    assert_ne!(ContentKey::of("study groups"), key);
}

#[test]
fn the_weights_are_those_of_the_checksum() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/meaning/model");
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).expect("SHA256SUMS");
    for line in sums.lines() {
        let (sum, file) = line.split_once("  ").expect("a sum and a file");
        let bytes = std::fs::read(folder.join(file)).expect("the file");
        let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, sum, "{file}");
        assert!(bytes.len() <= 10_000_000);
    }
}

#[tokio::test]
async fn a_worker_answers_in_time_or_not_at_all() {
    let worker = Worker::start().expect("a thread");
    let long = Duration::from_secs(60);
    let vector = worker.embed("study group".into(), QUESTION_TOKENS, long).await.expect("a vector");
    assert!(similarity(&vector, &ENCODER.embed("study group")) > 0.9999);

    let begin = Instant::now();
    assert!(worker.embed("word ".repeat(20), QUESTION_TOKENS, Duration::from_millis(1)).await.is_none());
    assert!(begin.elapsed() < Duration::from_secs(1));
    // More than may wait: the rest is refused at once, and what nobody waits for is not computed.
    let asked = (0..200).map(|i| worker.embed(format!("number {i}"), QUESTION_TOKENS, Duration::from_millis(1)));
    assert!(futures_util::future::join_all(asked).await.iter().filter(|v| v.is_some()).count() < 40);
    while worker.embed("study group".into(), QUESTION_TOKENS, long).await.is_none() {
        assert!(begin.elapsed() < long, "the worker has not come back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn of_a_long_question_the_beginning_is_read() {
    // Each text has a token more at either end.
    let begins = ENCODER.embed_first(&"study group ".repeat(500), 4);
    assert!(similarity(&begins, &ENCODER.embed("study group")) > 0.9999);
    assert!(similarity(&begins, &ENCODER.embed_first("study group", 64)) > 0.9999);
}

#[tokio::test]
async fn only_what_is_new_is_computed() {
    let worker = Worker::start().expect("a thread");
    let texts = ["one", "two", "one"].map(String::from).to_vec();
    let known = HashSet::from([ContentKey::of("two")]);
    let made = worker.embed_new(texts, &known).await;
    assert_eq!(made.iter().map(|m| m.0).collect::<Vec<_>>(), [ContentKey::of("one")]);
    assert!(similarity(&made[0].1, &ENCODER.embed("one")) > 0.9999);
}
