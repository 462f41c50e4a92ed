//! Hashes of data that is recognised but not stored, and codes that cannot be guessed.

use sha2::{Digest, Sha256};

use super::Connection;

/// Letters and digits that are not confused with each other (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols of a code: 40 bits.
const LENGTH: usize = 8;

/// Symbols of a key: 160 bits.
const KEY: usize = 32;

/// The hash of `text` with this database's `salt`. `purpose` makes the hashes of each use different.
pub fn hash(salt: &[u8], purpose: &str, text: &str) -> Vec<u8> {
    let mut sha = Sha256::new();
    sha.update(salt);
    sha.update(purpose.as_bytes());
    sha.update([0]);
    sha.update(text.as_bytes());
    sha.finalize().to_vec()
}

/// Compares two secrets in constant time.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a), Sha256::digest(b));
    a.iter().zip(b).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
}

/// [`hash`] with this database's salt.
pub async fn salted(db: &mut Connection, purpose: &str, text: &str) -> crate::Result<Vec<u8>> {
    Ok(hash(&salt(db).await?, purpose, text))
}

/// This database's salt.
pub async fn salt(db: &mut Connection) -> crate::Result<Vec<u8>> {
    Ok(sqlx::query_scalar("SELECT bytes FROM salt").fetch_one(db).await?)
}

/// A new random secret of 160 bits, for addresses that only one person should know.
pub fn key() -> crate::Result<String> {
    symbols::<KEY>()
}

/// A new random code such as `7KQF2M9X`.
pub fn code() -> crate::Result<String> {
    symbols::<LENGTH>()
}

fn symbols<const N: usize>() -> crate::Result<String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("the system has no randomness: {e}"))?;
    Ok(bytes.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect())
}

/// The code that somebody meant by `text`; `None` if it does not look like a code.
pub fn typed(text: &str) -> Option<String> {
    let written = text.trim().chars().filter(|c| !matches!(c, '-' | ' ' | '`'));
    let meant = written.map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    });
    let code: String = meant.take(LENGTH + 1).collect();
    let known = |c: char| u8::try_from(c).is_ok_and(|b| ALPHABET.contains(&b));
    (code.len() == LENGTH && code.chars().all(known)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let table = [
            ("7KQF2M9X", Some("7KQF2M9X")),
            (" 7kqf-2m9x ", Some("7KQF2M9X")),
            ("`o1il-2m9x`", Some("01112M9X")),
            ("7KQF2M9", None),
            ("7KQF2M9XX", None),
            ("7KQF2M9U", None),
            ("7KQF2M9é", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(typed(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn codes_and_hashes_differ() {
        let codes: std::collections::HashSet<String> = (0..100).map(|_| code().unwrap()).collect();
        assert_eq!(codes.len(), 100);
        assert!(codes.iter().all(|code| typed(code).as_ref() == Some(code)));
        let keys: std::collections::HashSet<String> = (0..100).map(|_| key().unwrap()).collect();
        assert_eq!(keys.len(), 100);
        assert!(keys.iter().all(|key| key.len() == KEY && key.bytes().all(|b| ALPHABET.contains(&b))));
        let one = hash(b"salt", "link", "7KQF2M9X");
        assert_eq!(one.len(), 32);
        assert_eq!(one, hash(b"salt", "link", "7KQF2M9X"));
        assert_ne!(one, hash(b"tlas", "link", "7KQF2M9X"));
        assert_ne!(one, hash(b"salt", "opt-out", "7KQF2M9X"));
        assert!(same("7KQF2M9X", "7KQF2M9X") && same("", ""));
        for other in ["", "7KQF2M9", "7KQF2M9Y", "8KQF2M9X", "7KQF2M9XX"] {
            assert!(!same("7KQF2M9X", other), "{other}");
        }
    }
}
