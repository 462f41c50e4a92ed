//! LaTeX's special letters: superscript, subscript, blackboard, with accents (pure).

/// Accent commands of formulas, with the corresponding accent commands of text.
const MARKS: [(&str, char); 15] = [
    ("hat", '^'),
    ("widehat", '^'),
    ("tilde", '~'),
    ("widetilde", '~'),
    ("bar", '='),
    ("overline", '='),
    ("dot", '.'),
    ("ddot", '"'),
    ("check", 'v'),
    ("breve", 'u'),
    ("acute", '\''),
    ("grave", '`'),
    ("mathring", 'r'),
    ("vec", '>'),
    ("overrightarrow", '>'),
];

/// The text accent for an accent command of formulas.
pub fn marked(name: &str) -> Option<char> {
    MARKS.iter().find(|(known, _)| *known == name).map(|(_, mark)| *mark)
}

/// A character as a superscript.
pub fn raised(c: char) -> Option<char> {
    let (from, to) = ("0123456789+-−=()niT⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵀᵀ");
    from.chars().zip(to.chars()).find(|(known, _)| *known == c).map(|(_, sign)| sign)
}

/// A character as a subscript.
pub fn lowered(c: char) -> Option<char> {
    let (from, to) = ("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ");
    from.chars().zip(to.chars()).find(|(known, _)| *known == c).map(|(_, sign)| sign)
}

/// A blackboard letter, for the letters that name sets and expectations.
pub fn blackboard(c: char) -> char {
    let (from, to) = ("CEHNPQRZ1", "ℂ𝔼ℍℕℙℚℝℤ𝟙");
    from.chars().zip(to.chars()).find(|(known, _)| *known == c).map_or(c, |(_, sign)| sign)
}

/// Letters with an accent: the command, the letters, and the results.
const ACCENTS: &[(char, &str, &str)] = &[
    ('\'', "aeiouyAEIOUYcnszCNSZrlRL", "áéíóúýÁÉÍÓÚÝćńśźĆŃŚŹŕĺŔĹ"),
    ('`', "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
    ('"', "aeiouyAEIOUY", "äëïöüÿÄËÏÖÜŸ"),
    ('^', "aeiouAEIOUcghjswyC", "âêîôûÂÊÎÔÛĉĝĥĵŝŵŷĈ"),
    ('~', "anoANOiuIU", "ãñõÃÑÕĩũĨŨ"),
    ('=', "aeiouAEIOU", "āēīōūĀĒĪŌŪ"),
    ('.', "zZeEcCgGI", "żŻėĖċĊġĠİ"),
    ('c', "cCsStTgGkKlLnNrR", "çÇşŞţŢģĢķĶļĻņŅŗŖ"),
    ('v', "cCsSzZeErRnNdDtTgGaA", "čČšŠžŽěĚřŘňŇďĎťŤǧǦǎǍ"),
    ('u', "aAgGeEiIoOuU", "ăĂğĞĕĔĭĬŏŎŭŬ"),
    ('H', "oOuU", "őŐűŰ"),
    ('k', "aAeEiIuU", "ąĄęĘįĮųŲ"),
    ('r', "aAuU", "åÅůŮ"),
    ('d', "aAeEiIoOuUsSnNtT", "ạẠẹẸịỊọỌụỤṣṢṇṆṭṬ"),
];

/// A letter with an accent. If there is no such character, the letter stays; in a formula it gets a combining accent.
pub fn accented(accent: char, letter: &str, formula: bool) -> String {
    let mut chars = letter.trim().chars();
    let Some(first) = chars.next() else { return String::new() };
    let row = ACCENTS.iter().find(|(known, ..)| *known == accent);
    let found = row.and_then(|(_, from, to)| from.chars().zip(to.chars()).find(|(plain, _)| *plain == first));
    let mut out = String::from(found.map_or(first, |(_, with)| with));
    match formula {
        // Over several letters, the accent would be on the first one only.
        true if chars.clone().next().is_some() => return letter.to_owned(),
        true if found.is_none() => out.extend(combining(accent)),
        _ => out.extend(chars),
    }
    out
}

/// The combining character of an accent.
fn combining(accent: char) -> Option<char> {
    let (from, to) = ("^~=.\"vu'`r>", "\u{302}\u{303}\u{304}\u{307}\u{308}\u{30c}\u{306}\u{301}\u{300}\u{30a}\u{20d7}");
    from.chars().zip(to.chars()).find(|(known, _)| *known == accent).map(|(_, sign)| sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_no_gaps() {
        for (accent, from, to) in ACCENTS {
            assert_eq!(from.chars().count(), to.chars().count(), "{accent}");
        }
        assert_eq!("0123456789+-=()niT⊤".chars().filter_map(raised).count(), 19);
        assert_eq!("0123456789+-=()aehijklmnoprstuvx".chars().filter_map(lowered).count(), 32);
        for mark in MARKS {
            assert!(combining(mark.1).is_some(), "{mark:?}");
        }
    }
}
