//! A text as numbers for the learned model: words, pairs of words, and runs of three to five letters within words.

/// Characters of a body that are looked at; what is asked stands at the beginning, or it is not asked.
const READ: usize = 4_000;

/// Which kind of feature a hash stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word or a pair of words.
    Word,
    /// A run of letters.
    Letters,
}

const SEED: u32 = 0x811c_9dc5;

fn hash(state: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(state, |h, byte| (h ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Calls `found` for every feature of the text, as often as it stands there.
pub fn each(title: &str, body: &str, mut found: impl FnMut(Kind, u32)) {
    let mut text: String = title.chars().take(READ).flat_map(char::to_lowercase).collect();
    text.push('\n');
    text.extend(body.chars().take(READ).flat_map(char::to_lowercase));
    words(&text, |h| found(Kind::Word, h));
    text.split_whitespace().for_each(|word| letters(word, |h| found(Kind::Letters, h)));
}

fn words(text: &str, mut found: impl FnMut(u32)) {
    let mut before: Option<&str> = None;
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()) {
        let single = hash(SEED, word.as_bytes());
        found(single);
        if let Some(before) = before {
            found(hash(hash(hash(SEED, before.as_bytes()), b" "), word.as_bytes()));
        }
        before = Some(word);
    }
}

fn letters(word: &str, mut found: impl FnMut(u32)) {
    let mut last = [' '; 5];
    let mut seen = 1;
    for letter in word.chars().chain([' ']) {
        last.rotate_left(1);
        last[4] = letter;
        seen += 1;
        // All runs that end here.
        for length in 3..=seen.min(5) {
            found(
                last[5 - length..]
                    .iter()
                    .fold(hash(SEED, b"#"), |state, letter| hash(state, letter.encode_utf8(&mut [0; 4]).as_bytes())),
            );
        }
    }
}
