//! Tests with LaTeX as authors write it, and with broken LaTeX.

use proptest::prelude::*;

use super::readable;

/// Reports all rows with a wrong result at once.
fn check(table: &[(&str, &str)]) {
    let read = |(given, expected): &(&str, &str)| (given.to_string(), readable(given), expected.to_string());
    let wrong: Vec<_> = table.iter().map(read).filter(|(_, shown, expected)| shown != expected).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

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
        (r"$\hat{y}$, $\tilde{O}(\sqrt{T})$, $\log n$", "ŷ, Õ(√T), log n"),
        (r"ends with a backslash \", "ends with a backslash"),
        (r"(1^{+1.39}_{-0.59})", "(1^+1.39_-0.59)"),
        (r"{\bf old} style {\it too}", "old style too"),
        (r"3{,}000 and 10{\,}000", "3,000 and 10 000"),
        (r"\footnote{gone}Here", "Here"),
        (r"$1/\sqrt{n}$ rate", "1/√n rate"),
        (r"$\Delta$-learning with $O(1)$ memory", "Δ-learning with O(1) memory"),
    ];
    check(&table);
}

#[test]
fn dollars_of_formulas_are_told_from_money() {
    let table = [
        (
            r"A set of $\sim$50 tasks and 10$\times$10 boards at $\pm$0.3 with $<$0.5M weights",
            "A set of ~50 tasks and 10×10 boards at ±0.3 with <0.5M weights",
        ),
        (r"0.97 ($\pm$0.013), 3$\times$3, $>$90%, $-$5, $k$NN", "0.97 (±0.013), 3×3, >90%, -5, kNN"),
        (r"About ~$10\times$ faster for ~\$5", "About ~10× faster for ~$5"),
        (r"from $0.5 to $1.2 per 1M tokens at $\alpha=2$", "from $0.5 to $1.2 per 1M tokens at α=2"),
        (r"a budget ($500) and a rate ($\alpha$)", "a budget ($500) and a rate (α)"),
        (r"under $100 (vs. $200) and $n$ steps", "under $100 (vs. $200) and n steps"),
        (r"costs 5$ or 10$, not $x$", "costs 5$ or 10$, not x"),
        (r"$1M, $2M and $5B", "$1M, $2M and $5B"),
        (r"$50-$100 a month and <$10 a run", "$50-$100 a month and <$10 a run"),
        (r"$5$ of $10$ runs, $5-10$ seeds", "5 of 10 runs, 5-10 seeds"),
        (r"A$AP and Ke$ha", "A$AP and Ke$ha"),
        (r"one $ alone", "one $ alone"),
        (r"$ x $ and $ \alpha $", "x and α"),
        (r"US$3 and $x_1$", "US$3 and x₁"),
        (r"$10^6$5", "10⁶5"),
        (r"for $5 we get $f(x) = 3$", "for $5 we get f(x) = 3"),
    ];
    check(&table);
}

#[test]
fn macros_neither_glue_nor_show() {
    let table = [
        (r"Sorting in $O(n\log n)$ and $O(\log\log n)$ steps", "Sorting in O(n log n) and O(log log n) steps"),
        (
            r"Regret $\tilde O(\sqrt T)$ for $\hat x$ and $\boldsymbol\theta$ in $\mathcal X$",
            "Regret Õ(√T) for x\u{302} and θ in X",
        ),
        (r"$\nu\bar\nu$ pairs, $B\to K^*\nu\bar\nu$", "νν\u{304} pairs, B → K*νν\u{304}"),
        (r"Norms $\lVert x\rVert$ and $1\not=2$, $x\not\in S$", "Norms ‖x‖ and 1≠2, x ∉ S"),
        (r"$A\implies B$, $a\iff b$, $p\leq q$", "A ⇒ B, a ⇔ b, p ≤ q"),
        (r"Choosing $\binom{n}{k}$ subsets, $\binom n2$ of them", "Choosing C(n,k) subsets, C(n,2) of them"),
        (r"Models, e.g.\@ small ones, and dis\-cretion", "Models, e.g. small ones, and discretion"),
        (r"Heat at 90\textdegree{} and \texttildelow 5 runs", "Heat at 90° and ~5 runs"),
        (r"\raisebox{-0.3\height}{\includegraphics[width=2em]{logo.png}} Foo: a bar", "Foo: a bar"),
        (r"$\mathcal O$ and $\mathbf x^\top y$", "O and xᵀ y"),
        (r"$\operatorname{argmax}_\theta p_\theta(x)$", "argmax_θ p_θ(x)"),
        (r"${\cal O}(n)$ in {\em both} cases", "O(n) in both cases"),
        (r"$\left\{ x \right.$, $a \bmod b$", "{ x, a mod b"),
        (r"$2\sin\theta\cos\phi$", "2 sin θ cos φ"),
        (r"$\min_{x\in X} f(x)$", "min_(x ∈ X) f(x)"),
    ];
    check(&table);
}

#[test]
fn addresses_stay_as_they_are() {
    let table = [
        (
            "Code at https://people.example.edu/~lab/demo and https://demo--page.example.io",
            "Code at https://people.example.edu/~lab/demo and https://demo--page.example.io",
        ),
        (r"\url{https://example.org/~a/b--c_d} (new)", "https://example.org/~a/b--c_d (new)"),
        (r"\url{example.org/~a\_b--c}", "example.org/~a_b--c"),
        (r"see github.com/a/b--c__d, hf.co/x--y", "see github.com/a/b--c__d, hf.co/x--y"),
        (r"{\small https://example.org/a\_b\%20\~{}c}.", "https://example.org/a_b%20~c."),
        (r"(https://example.org/x'') -- here", "(https://example.org/x”) – here"),
        (r"people.example.edu/~lab and a~b", "people.example.edu/~lab and a b"),
        ("use --fast, pages 3--5, or a -- b", "use --fast, pages 3–5, or a – b"),
        (r"Section~3 of GPT~4, 5~10 runs, (~3)", "Section 3 of GPT 4, 5~10 runs, (~3)"),
    ];
    check(&table);
}

/// Typical arXiv titles: our own sentences in the style of many fields.
#[test]
fn titles_of_many_fields_are_readable() {
    let table = [
        (r"An $\mathcal{O}(1/k^2)$ Method for $L$-Smooth Games", "An O(1/k²) Method for L-Smooth Games"),
        (r"$\ell_1$ or $\ell_\infty$?", "ℓ₁ or ℓ_∞?"),
        (r"$(1+\varepsilon)$-Approximate $k$-Means", "(1+ε)-Approximate k-Means"),
        (r"$\texttt{ToolX}$: Agents at Work", "ToolX: Agents at Work"),
        (r"\texttt{pip-audit} for Models", "pip-audit for Models"),
        (r"T$^3$: Three Times Better", "T³: Three Times Better"),
        (r"$\text{Model}^2$: Small and Fast", "Model²: Small and Fast"),
        (r"M$^{3}$-Bench and S$_{2}$R", "M³-Bench and S₂R"),
        (r"$\pi_0$: A Policy", "π₀: A Policy"),
        (r"$\pi_{0.5}$ at Home", "π_(0.5) at Home"),
        (r"$\tau$-bench, $\tau^2$-bench", "τ-bench, τ²-bench"),
        (r"SE(3)- and $E(n)$-Equivariance", "SE(3)- and E(n)-Equivariance"),
        (r"$\mathbb{R}^3$ without $\mathrm{SO}(3)$", "ℝ³ without SO(3)"),
        (r#"Poincar\'e Maps by M\"uller \& Erd\H{o}s"#, "Poincaré Maps by Müller & Erdős"),
        (r#"G\"odel, Schr\"{o}dinger and Lov\'asz"#, "Gödel, Schrödinger and Lovász"),
        (r"\'Etale and \`a la carte", "Étale and à la carte"),
        (r"Ga$_2$O$_3$ and MoS$_2$/WSe$_2$", "Ga₂O₃ and MoS₂/WSe₂"),
        (r"La$_{3}$Ni$_{2}$O$_{7-\delta}$", "La₃Ni₂O_(7-δ)"),
        (r"$^{87}$Rb and $^{12}$C($\alpha$,$\gamma$)", "⁸⁷Rb and ¹²C(α,γ)"),
        (r"$\Lambda$CDM at $z \sim 7$", "ΛCDM at z ~ 7"),
        (r"$10^{11}\,M_\odot$ haloes at $z>6$", "10¹¹ M_⊙ haloes at z>6"),
        (r"$\sqrt{s}=13$~TeV and 5~fb$^{-1}$", "√s=13 TeV and 5 fb⁻¹"),
        (r"$p\bar{p}$ and $e^+e^-$ collisions", "pp\u{304} and e⁺e⁻ collisions"),
        (r"$J/\psi\to\mu^+\mu^-$", "J/ψ→μ⁺μ⁻"),
        (r"90$^\circ$ turns at 25$^{\circ}$C", "90° turns at 25°C"),
        (r"Is $P \neq NP$ hard?", "Is P ≠ NP hard?"),
        (r"$\mathsf{NP}$ versus $\mathsf{BQP}$", "NP versus BQP"),
        (r"$\Omega(\sqrt{n}/\log n)$ lower bounds", "Ω(√n/log n) lower bounds"),
        (r"$n^{1/3-o(1)}$ rounds", "n^(1/3-o(1)) rounds"),
        (r"$2^{\Omega(n)}$ and $2^{n}$", "2^(Ω(n)) and 2ⁿ"),
        (r"$K_{3,3}$-free graphs", "K_(3,3)-free graphs"),
        (r"$\{0,1\}^n$ and $[n]$", "{0,1}ⁿ and [n]"),
        (r"$\langle x, y \rangle$ products", "⟨x, y⟩ products"),
        (r"$f\colon X \to Y$", "f: X → Y"),
        (r"$\epsilon$-DP with $\delta<10^{-6}$", "ε-DP with δ<10⁻⁶"),
        (r"$A \subseteq B \cup C$", "A ⊆ B ∪ C"),
        (r"$\forall x\, \exists y$", "∀ x ∃ y"),
        (r"$\frac{3}{2}$-competitive and $\frac12$", "3/2-competitive and 1/2"),
        (r"$\alpha$, $\beta$ and $\gamma$ rays", "α, β and γ rays"),
        (r"$p$-adic and $q$-series", "p-adic and q-series"),
        (r"$C^*$-algebras and $C^{1,\alpha}$", "C*-algebras and C^(1,α)"),
        (r"$\mathfrak{sl}_2$ and $\mathrm{GL}_n$", "sl₂ and GLₙ"),
        (r"$\overline{M}_{g,n}$ and $\widehat{\mathbb{Z}}$", "M\u{304}_(g,n) and ℤ\u{302}"),
        (r"$H^1(X,\mathcal{F})$", "H¹(X,F)"),
        (r"$x'$ and $f''(x)$", "x′ and f′′(x)"),
        ("``Yes'' or `no'", "“Yes” or `no'"),
        (r"3D-aware \textit{in silico} trials", "3D-aware in silico trials"),
        (r"What \emph{is} a model?", "What is a model?"),
        (r"\#1 of 10\% \{sets\}", "#1 of 10% {sets}"),
        (r"\textbf{Fast} and \underline{safe}", "Fast and safe"),
        (r"\textsc{Name}: a {T}itle in {LLM}s", "Name: a Title in LLMs"),
        (r"A\textsuperscript{2}B and H\textsubscript{2}O", "A²B and H₂O"),
        (r"$\Rightarrow$ or $\rightarrow$", "⇒ or →"),
        (r"\LaTeX{} and \TeX\ sources", "LaTeX and TeX sources"),
        (r"Beyond 100$\mu$s: 5\,ms", "Beyond 100μs: 5 ms"),
        (r"$\mathbf{W}_Q \mathbf{W}_K^\top$", "W_Q W_Kᵀ"),
        (r"$\mathcal{L}_{\mathrm{KL}}$ loss", "L_KL loss"),
        (r"$D_{KL}(p\|q)$", "D_KL(p‖q)"),
        (r"KL$(p \,\|\, q)$", "KL(p ‖ q)"),
        (r"$\mathbb{E}_{x\sim p}[f(x)]$", "𝔼_(x ~ p)[f(x)]"),
        (r"top-$k$, top-$p$ and min-$p$", "top-k, top-p and min-p"),
        (r"pass@$k$ for $k\in\{1,8\}$", "pass@k for k∈{1,8}"),
        (r"$\geq$2 GPUs, $\approx$3 days", "≥2 GPUs, ≈3 days"),
        (r"\textcolor{red}{Red} flags \citep{a}", "Red flags"),
        (r"{$\alpha$-Flow}: {$\beta$}", "α-Flow: β"),
    ];
    assert!(table.len() >= 60);
    check(&table);
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

/// Formulas and amounts, with their plain text.
const PIECES: [(&str, &str); 14] = [
    ("$5", "$5"),
    ("$1,200.50", "$1,200.50"),
    (r"\$7M", "$7M"),
    (r"~\$9", "~$9"),
    ("$n$", "n"),
    ("$n^2$", "n²"),
    (r"$\sim$50", "~50"),
    (r"10$\times$10", "10×10"),
    (r"($\pm$0.1)", "(±0.1)"),
    ("$<$3", "<3"),
    (r"$O(n\log n)$", "O(n log n)"),
    (r"$\alpha$-rate", "α-rate"),
    ("$x=3$", "x=3"),
    ("https://example.org/~a_b--c", "https://example.org/~a_b--c"),
];
const WORDS: [&str; 5] = ["and", "costs", "of", "words", "beside"];

proptest! {
    #[test]
    fn no_text_is_too_odd(text in r"([a-z $\\{}^_~\[\]()0-9-]|\\frac|\\textbf|\\cite|\\begin|\\sqrt){0,60}") {
        let plain = readable(&text);
        prop_assert!(!plain.contains("  ") && plain.trim() == plain, "{plain:?}");
    }

    #[test]
    fn money_and_formulas_stand_side_by_side(
        picks in prop::collection::vec((prop::sample::select(PIECES.to_vec()), prop::sample::select(WORDS.to_vec())), 1..8)
    ) {
        let (mut given, mut expected) = (Vec::new(), Vec::new());
        for ((piece, shown), word) in picks {
            given.extend([piece, word]);
            expected.extend([shown, word]);
        }
        prop_assert_eq!(readable(&given.join(" ")), expected.join(" "));
    }

    #[test]
    fn words_without_latex_stay(words in "[A-Za-z0-9,.%:()-]{1,12}( [A-Za-z0-9,.%:()]{1,12}){0,8}") {
        prop_assume!(!words.contains("--"));
        // Punctuation on its own is attached to the word before.
        prop_assert_eq!(readable(&words).replace(' ', ""), words.replace(' ', ""));
    }
}
