//! Examples in files: one JSON object per line, `{"id","title","body","getting_started","track"}`, with
//! `"invented": true` where it was made up to be hard. Those in `src/triage/examples` were written for Cairn. A tenth of
//! them, chosen by id from those that are not invented, is only for measuring, never for training.

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
    #[serde(default)]
    invented: bool,
}

static OWN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/triage/examples");

/// The examples that come with the program, sorted by id, and their checksum.
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

/// Reads examples.
///
/// # Errors
/// A sentence with the number of the first bad line, and the reason.
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
        invented: line.invented,
    })
}

/// Whether an example is only for measuring, never for training.
pub fn is_set_aside(example: &Example) -> bool {
    !example.invented && checksum(example.id.as_bytes())[0].is_multiple_of(10)
}

/// A checksum to detect changed examples (FNV-1a).
pub fn checksum(bytes: &[u8]) -> [u8; 8] {
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    // In the sum of a short text, the low bits are mixed badly.
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
