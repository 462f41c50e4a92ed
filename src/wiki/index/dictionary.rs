//! Which words are no slips of the pen: those of a large English dictionary, names of tools, and anything with a digit.
//!
//! `dictionary.bin` is a Bloom filter of SCOWL's words up to size 70 (see `LICENSE.scowl`), names of tools and places: of
//! words that are not in it, one in some thousands is taken for one that is.

static BITS: &[u8] = include_bytes!("dictionary.bin");
const HASHES: u64 = 7;

/// Whether a lower-case word is to be left as it is.
pub fn has(word: &str) -> bool {
    word.chars().any(|c| !c.is_ascii_lowercase()) || is_listed(word)
}

fn is_listed(word: &str) -> bool {
    let hash = hash(word);
    let (start, step) = (hash & u64::from(u32::MAX), (hash >> 32) | 1);
    (0..HASHES).all(|i| {
        let bit = usize::try_from((start + i * step) % (BITS.len() as u64 * 8)).unwrap_or_default();
        BITS.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    })
}

/// FNV-1a, then stirred.
fn hash(word: &str) -> u64 {
    let fnv = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let stirred = (fnv ^ (fnv >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    stirred ^ (stirred >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_names_are_known_and_slips_are_not() {
        for word in
            ["inherent", "crush", "germany", "naples", "dask", "stata", "weka", "scala", "triton", "h200", "2031"]
        {
            assert!(has(word), "{word}");
        }
        for slip in ["intervew", "portfolo", "calclus", "machien", "lerning", "competitoins", "kagle", "hakcer"] {
            assert!(!has(slip), "{slip}");
        }
    }
}
