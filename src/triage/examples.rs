//! Examples in files: one JSON object a line, `{"id","title","body","getting_started","track"}`. Those of
//! `src/triage/examples` were written for Cairn; a tenth of them, chosen by their ids, is never learnt from and measures.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::train::Example;

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: serde_json::Value,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(alias = "is_getting_started")]
    getting_started: bool,
    #[serde(default)]
    track: Option<String>,
}

static OWN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/triage/examples");

/// The examples that come with the program, in the order of their ids, and their checksum.
pub fn own() -> &'static (Vec<Example>, [u8; 8]) {
    static READ: LazyLock<(Vec<Example>, [u8; 8])> = LazyLock::new(|| {
        let mut files: Vec<_> = OWN.files().collect();
        files.sort_by_key(|file| file.path());
        let bytes: Vec<u8> = files.iter().flat_map(|file| file.contents()).copied().collect();
        let texts = files.iter().filter_map(|file| file.contents_utf8());
        let mut examples: Vec<Example> = texts.filter_map(|text| read(text).ok()).flatten().collect();
        examples.sort_by(|a, b| a.id.cmp(&b.id));
        (examples, checksum(&bytes))
    });
    &READ
}

/// Reads examples. The error names the line.
///
/// # Errors
/// A sentence that says which line is none, and why.
pub fn read(text: &str) -> Result<Vec<Example>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| example(line).map_err(|why| format!("line {} is no example: {why}", number + 1)))
        .collect()
}

fn example(line: &str) -> Result<Example, String> {
    let line: Line = serde_json::from_str(line)
        .map_err(|cause| cause.to_string().split(" at line ").next().unwrap_or_default().to_owned())?;
    Ok(Example {
        id: line.id.as_str().map_or_else(|| line.id.to_string(), str::to_owned),
        title: line.title.unwrap_or_default(),
        body: line.body.unwrap_or_default(),
        getting_started: line.getting_started,
        track: line.track.and_then(|slug| slug.parse().ok()),
    })
}

/// Whether an example measures and is never learnt from.
pub fn is_set_aside(example: &Example) -> bool {
    checksum(example.id.as_bytes())[0].is_multiple_of(10)
}

/// A checksum that tells whether examples have changed (FNV-1a).
pub fn checksum(bytes: &[u8]) -> [u8; 8] {
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    // The low bits of a short text are mixed poorly.
    (sum ^ (sum >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::Model;

    #[test]
    fn the_model_was_trained_on_the_examples_that_come_with_it() {
        let (examples, checksum) = own();
        assert!(examples.len() > 2_000 && examples.is_sorted_by_key(|example| example.id.clone()));
        assert_eq!(Model::builtin().examples, *checksum);
        let aside = examples.iter().filter(|example| is_set_aside(example)).count();
        assert!((150..300).contains(&aside), "{aside}");
    }
}
