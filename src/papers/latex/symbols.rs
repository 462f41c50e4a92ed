//! What LaTeX's commands look like as single signs.

/// The sign of a command without an argument.
pub fn symbol(name: &str) -> Option<&'static str> {
    SYMBOLS.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign)
}

const SYMBOLS: &[(&str, &str)] = &[
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("varepsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("vartheta", "ϑ"),
    ("iota", "ι"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("xi", "ξ"),
    ("pi", "π"),
    ("varpi", "ϖ"),
    ("rho", "ρ"),
    ("varrho", "ϱ"),
    ("sigma", "σ"),
    ("varsigma", "ς"),
    ("tau", "τ"),
    ("upsilon", "υ"),
    ("phi", "φ"),
    ("varphi", "φ"),
    ("chi", "χ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("Gamma", "Γ"),
    ("Delta", "Δ"),
    ("Theta", "Θ"),
    ("Lambda", "Λ"),
    ("Xi", "Ξ"),
    ("Pi", "Π"),
    ("Sigma", "Σ"),
    ("Upsilon", "Υ"),
    ("Phi", "Φ"),
    ("Psi", "Ψ"),
    ("Omega", "Ω"),
    ("ell", "ℓ"),
    ("hbar", "ℏ"),
    ("nabla", "∇"),
    ("partial", "∂"),
    ("infty", "∞"),
    ("times", "×"),
    ("cdot", "·"),
    ("div", "÷"),
    ("pm", "±"),
    ("mp", "∓"),
    ("ast", "*"),
    ("star", "⋆"),
    ("circ", "∘"),
    ("bullet", "•"),
    ("oplus", "⊕"),
    ("otimes", "⊗"),
    ("odot", "⊙"),
    ("leq", "≤"),
    ("le", "≤"),
    ("geq", "≥"),
    ("ge", "≥"),
    ("leqslant", "≤"),
    ("geqslant", "≥"),
    ("ll", "≪"),
    ("gg", "≫"),
    ("neq", "≠"),
    ("ne", "≠"),
    ("approx", "≈"),
    ("sim", "~"),
    ("simeq", "≃"),
    ("cong", "≅"),
    ("equiv", "≡"),
    ("propto", "∝"),
    ("lesssim", "≲"),
    ("gtrsim", "≳"),
    ("to", "→"),
    ("rightarrow", "→"),
    ("leftarrow", "←"),
    ("leftrightarrow", "↔"),
    ("Rightarrow", "⇒"),
    ("Leftarrow", "⇐"),
    ("Leftrightarrow", "⇔"),
    ("longrightarrow", "→"),
    ("mapsto", "↦"),
    ("uparrow", "↑"),
    ("downarrow", "↓"),
    ("in", "∈"),
    ("notin", "∉"),
    ("ni", "∋"),
    ("subset", "⊂"),
    ("subseteq", "⊆"),
    ("supset", "⊃"),
    ("supseteq", "⊇"),
    ("cup", "∪"),
    ("cap", "∩"),
    ("setminus", "∖"),
    ("emptyset", "∅"),
    ("forall", "∀"),
    ("exists", "∃"),
    ("neg", "¬"),
    ("land", "∧"),
    ("lor", "∨"),
    ("wedge", "∧"),
    ("vee", "∨"),
    ("perp", "⊥"),
    ("parallel", "∥"),
    ("mid", "|"),
    ("vert", "|"),
    ("Vert", "‖"),
    ("sum", "∑"),
    ("prod", "∏"),
    ("int", "∫"),
    ("langle", "⟨"),
    ("rangle", "⟩"),
    ("lfloor", "⌊"),
    ("rfloor", "⌋"),
    ("lceil", "⌈"),
    ("rceil", "⌉"),
    ("ldots", "…"),
    ("dots", "…"),
    ("cdots", "…"),
    ("textellipsis", "…"),
    ("prime", "′"),
    ("dagger", "†"),
    ("ddagger", "‡"),
    ("top", "⊤"),
    ("bot", "⊥"),
    ("angle", "∠"),
    ("degree", "°"),
    ("S", "§"),
    ("P", "¶"),
    ("pounds", "£"),
    ("euro", "€"),
    ("copyright", "©"),
    ("textregistered", "®"),
    ("texttrademark", "™"),
    ("ss", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("aa", "å"),
    ("AA", "Å"),
    ("o", "ø"),
    ("O", "Ø"),
    ("l", "ł"),
    ("L", "Ł"),
    ("i", "i"),
    ("j", "j"),
    ("dh", "ð"),
    ("th", "þ"),
    ("textendash", "–"),
    ("textemdash", "—"),
    ("textasciitilde", "~"),
    ("textbackslash", "\\"),
    ("textunderscore", "_"),
    ("textbar", "|"),
    ("textless", "<"),
    ("textgreater", ">"),
    ("textquotesingle", "'"),
    ("lbrace", "{"),
    ("rbrace", "}"),
    ("quad", " "),
    ("qquad", " "),
    ("checkmark", "✓"),
    ("square", "□"),
    ("Box", "□"),
    ("clubsuit", "♣"),
    ("spadesuit", "♠"),
    ("heartsuit", "♥"),
    ("TeX", "TeX"),
    ("LaTeX", "LaTeX"),
    ("Re", "Re"),
    ("Im", "Im"),
    ("aleph", "ℵ"),
    ("colon", ":"),
    ("sharp", "♯"),
];

/// As an exponent.
pub fn raised(c: char) -> Option<char> {
    let (from, to) = ("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ");
    from.chars().zip(to.chars()).find(|(known, _)| *known == c).map(|(_, sign)| sign)
}

/// As an index.
pub fn lowered(c: char) -> Option<char> {
    let (from, to) = ("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ");
    from.chars().zip(to.chars()).find(|(known, _)| *known == c).map(|(_, sign)| sign)
}

/// A letter with a doubled stroke, for those that name sets and expectations.
pub fn blackboard(c: char) -> char {
    let (from, to) = ("CEHNPQRZ1", "ℂ𝔼ℍℕℙℚℝℤ𝟙");
    from.chars().zip(to.chars()).find(|(known, _)| *known == c).map_or(c, |(_, sign)| sign)
}

/// Letters with an accent: the command, letters, and what they become.
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

/// A letter under an accent; a letter that has none of that kind stays as it is.
pub fn accented(accent: char, letter: &str) -> String {
    let mut chars = letter.chars();
    let Some(first) = chars.next() else { return String::new() };
    let row = ACCENTS.iter().find(|(known, ..)| *known == accent);
    let found = row.and_then(|(_, from, to)| from.chars().zip(to.chars()).find(|(plain, _)| *plain == first));
    let mut out = String::from(found.map_or(first, |(_, with)| with));
    out.extend(chars);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_no_gaps() {
        for (accent, from, to) in ACCENTS {
            assert_eq!(from.chars().count(), to.chars().count(), "{accent}");
        }
        for (at, (name, sign)) in SYMBOLS.iter().enumerate() {
            assert!(!sign.is_empty() && symbol(name) == Some(sign), "{name} is there twice ({at})");
        }
        assert_eq!("0123456789+-=()ni".chars().filter_map(raised).count(), 17);
        assert_eq!("0123456789+-=()aehijklmnoprstuvx".chars().filter_map(lowered).count(), 32);
    }
}
