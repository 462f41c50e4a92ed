//! The sentence encoder: `cargo bench --bench meaning` prints what a text costs, and holds it to its bounds.

use std::hint::black_box;
use std::time::Instant;

use cairn::meaning::{Encoder, KEPT_BYTES, from_bytes, similarity};

fn main() {
    let begin = Instant::now();
    let encoder = Encoder::open().expect("the weights");
    report("opened", begin.elapsed().as_secs_f64() * 1e3, 50.0);
    for (tokens, bound) in [(19, 10.0), (128, 70.0), (192, 130.0)] {
        let text = "data ".repeat(tokens - 2);
        assert_eq!(encoder.tokens(&text).len(), tokens);
        let once = || {
            let begin = Instant::now();
            black_box(encoder.embed(&text));
            begin.elapsed().as_secs_f64() * 1e3
        };
        let mut times: Vec<f64> = (0..30).map(|_| once()).collect();
        times.sort_by(f64::total_cmp);
        report(&format!("{tokens} tokens"), times[times.len() / 2], bound);
    }
    let texts = include_str!("../tests/it/data/meaning/texts.txt").lines();
    let vectors = include_bytes!("../tests/it/data/meaning/vectors.bin").chunks_exact(KEPT_BYTES);
    let compared =
        texts.zip(vectors).map(|(text, v)| similarity(&encoder.embed(text), &from_bytes(v).expect("a vector")));
    let compared: Vec<f32> = compared.collect();
    let least = compared.iter().copied().fold(1.0, f32::min);
    let mean = compared.iter().sum::<f32>() / compared.len() as f32;
    println!("{} texts against the published network: mean similarity {mean:.4}, least {least:.4}", compared.len());
    assert!(mean >= 0.985);
}

fn report(what: &str, milliseconds: f64, bound: f64) {
    println!("{what}: {milliseconds:.1} ms (at most {bound} ms)");
    assert!(milliseconds <= bound, "{what} took {milliseconds} ms");
}
