//! LaTeX as authors write it, and as nobody does.

use proptest::prelude::*;

use super::readable;

#[test]
fn latex_becomes_text() {
    let table = [
        ("plain text, 3.5% of it", "plain text, 3.5% of it"),
        (r"in $\mathcal{O}(n^2)$ time", "in O(n²) time"),
        (r"\textbf{Bold} and \emph{slanted \textit{twice}}", "Bold and slanted twice"),
        (r"as shown~\cite{he2016, vaswani} before", "as shown before"),
        (r"as shown \citep[see][p.~3]{he2016}.", "as shown."),
        (r#"na\"ive"#, "naïve"),
        (
            r#"G\'eron, Erd\H{o}s, M\"{u}ller, Fran\c{c}ois, \v{S}koda, \L ukasz"#,
            "Géron, Erdős, Müller, François, Škoda, Łukasz",
        ),
        ("10--20 pages --- at least", "10–20 pages — at least"),
        ("``quoted'' words", "“quoted” words"),
        (r"a 50\% drop \& more, item\_1, \#3", "a 50% drop & more, item_1, #3"),
        (r"$\alpha$-divergence, $\epsilon \leq 10^{-3}$", "α-divergence, ε ≤ 10⁻³"),
        (r"$x_{\text{train}}$ and $x_i$, $W_{ij}$", "x_train and xᵢ, Wᵢⱼ"),
        (r"$\frac{1}{2}$ of $\frac{a+b}{\sqrt{n}}$", "1/2 of (a+b)/(√n)"),
        (r"at 90$^\circ$ and 2$\times$ faster", "at 90° and 2× faster"),
        (r"the $n^{th}$ and $k$-th", "the nth and k-th"),
        (r"$\mathbb{R}^d$ and $\mathbb{E}[X]$", "ℝ^d and 𝔼[X]"),
        (r"costs $5 million to $10 million", "costs $5 million to $10 million"),
        (r"between $5-$10 a day", "between $5-$10 a day"),
        (r"costs \$5 or \$6", "costs $5 or $6"),
        (
            r"\url{https://example.org/a_b} and \href{https://example.org}{the site}",
            "https://example.org/a_b and the site",
        ),
        (r"\unknown{what it says} stays", "what it says stays"),
        (r"\method is new, \method{} too", "method is new, too"),
        (r"\textsc{AIEV-Instruct} (Instruction", "AIEV-Instruct (Instruction"),
        (r"unbalanced {braces \textbf{here", "unbalanced braces here"),
        (r"closing } alone", "closing alone"),
        (r"\(a \to b\) and \[c\]", "a → b and c"),
        (r"$\left( x \right)$", "( x )"),
        (r"a~b and ~5 minutes", "a b and ~5 minutes"),
        (r"file_name and a^b outside", "file_name and a^b outside"),
        (r"\begin{itemize}\item one \item two\end{itemize}", "one two"),
        (r"$$E = mc^2$$", "E = mc²"),
        (r"$L_2$-norm, CO$_2$, $H_{2}O$", "L₂-norm, CO₂, H₂O"),
        (r"$\hat{y}$, $\tilde{O}(\sqrt{T})$, $\log n$", "y, O(√T), log n"),
        (r"ends with a backslash \", "ends with a backslash"),
        (r"(1^{+1.39}_{-0.59})", "(1^+1.39_-0.59)"),
        (r"{\bf old} style {\it too}", "old style too"),
        (r"3{,}000 and 10{\,}000", "3,000 and 10 000"),
        (r"\footnote{gone}Here", "Here"),
        (r"$1/\sqrt{n}$ rate", "1/√n rate"),
        (r"$\Delta$-learning with $O(1)$ memory", "Δ-learning with O(1) memory"),
    ];
    for (given, expected) in table {
        assert_eq!(readable(given), expected, "{given}");
    }
}

#[test]
fn nothing_is_too_deep_or_too_long() {
    for (piece, end) in
        [("\\sqrt", ""), ("{", ""), ("\\frac{", "}"), ("$", ""), ("\\(", "\\)"), ("x^", ""), ("\\textbf{a ", "}")]
    {
        let text = format!("{}{}", piece.repeat(40_000), end.repeat(40_000));
        let since = std::time::Instant::now();
        let plain = readable(&text);
        assert!(plain.chars().count() <= 40_000 && since.elapsed().as_secs() < 5, "{piece}: {:?}", since.elapsed());
    }
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in r"([a-z $\\{}^_~\[\]()0-9-]|\\frac|\\textbf|\\cite|\\begin|\\sqrt){0,60}") {
        let plain = readable(&text);
        prop_assert!(!plain.contains("  ") && plain.trim() == plain, "{plain:?}");
    }

    #[test]
    fn words_without_latex_stay(words in "[A-Za-z0-9,.%:()-]{1,12}( [A-Za-z0-9,.%:()]{1,12}){0,8}") {
        prop_assume!(!words.contains("--"));
        // Marks by themselves are drawn to the word before.
        prop_assert_eq!(readable(&words).replace(' ', ""), words.replace(' ', ""));
    }
}
