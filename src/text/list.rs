//! Counts and lists in a sentence (pure).

/// `1 day`, `3 days`.
pub fn count(n: impl TryInto<u64>, thing: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

/// `one`, `one and another`, `one, another and a third`.
pub fn and(things: &[impl AsRef<str>]) -> String {
    joined(things, "and")
}

/// `one`, `one or another`, `one, another or a third`.
pub fn or(things: &[impl AsRef<str>]) -> String {
    joined(things, "or")
}

fn joined(things: &[impl AsRef<str>], word: &str) -> String {
    let things: Vec<&str> = things.iter().map(AsRef::as_ref).collect();
    match things[..] {
        [] => String::new(),
        [one] => one.to_owned(),
        [ref most @ .., last] => format!("{} {word} {last}", most.join(", ")),
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The parts that say something, with an empty line between them.
pub fn paragraphs(parts: impl IntoIterator<Item = String>) -> String {
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_count_and_list() {
        assert_eq!((count(1_u32, "day").as_str(), count(0_usize, "day").as_str()), ("1 day", "0 days"));
        let things = ["a", "b", "c"];
        assert_eq!([0, 1, 2, 3].map(|n| and(&things[..n])), ["", "a", "a and b", "a, b and c"]);
        assert_eq!((or(&things).as_str(), hex(&[0, 255]).as_str()), ("a, b or c", "00ff"));
    }
}
