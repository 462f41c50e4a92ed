//! A text as features for the learned model: words, pairs of words, and sequences of three to five letters within
//! words.

/// The most characters of a title or body that are read. A question is at the beginning of a text.
const READ: usize = 4_000;

/// The kind of feature that a hash is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word or a pair of words.
    Word,
    /// A sequence of letters.
    Letters,
}

const SEED: u32 = 0x811c_9dc5;

fn hash(state: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(state, |h, byte| (h ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Calls `found` for every occurrence of every feature in the text.
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
    // The sequences in progress, longest first; every letter starts another one.
    let mut runs = [(0_usize, 0_u32); 5];
    for letter in std::iter::once(' ').chain(word.chars()).chain([' ']) {
        runs.rotate_left(1);
        runs[4] = (0, hash(SEED, b"#"));
        let mut bytes = [0; 4];
        let bytes = letter.encode_utf8(&mut bytes).as_bytes();
        for (length, state) in runs.iter_mut().filter(|(_, state)| *state != 0) {
            (*length, *state) = (*length + 1, hash(*state, bytes));
            if *length >= 3 {
                found(*state);
            }
        }
    }
}
