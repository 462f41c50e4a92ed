//! The targets: everything that reads what others wrote.

use std::sync::LazyLock;

use cairn::meaning::Encoder;
use cairn::papers::{self, Week};
use cairn::reddit::api::thing;
use cairn::reddit::automod::{lint, matcher, page, report};
use cairn::streak::simulate::simulate;
use cairn::text::{cut, escape};
use cairn::time::{deadline, parse_weekly, zone_search};
use cairn::triage::{Bands, Ear, Model, Post, triage, triage_explicit};
use cairn::wiki::{Page, html, markdown, snippet};

use super::Target;

fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

#[test]
fn pages() {
    Target {
        name: "page",
        seeds: &[
            "---\nslug: tea\ntitle: Tea, hot\nsummary: One line.\ntrack: hacker\naliases: [brew]\ntags: [a, b]\nreviewed: 2026-11-01\nsources: []\n---\n# Tea\n\n<!-- asked: how; why -->\n\n## Cups\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn a() {}\n```\n\n- [ ] one\n- [x] two[^1]\n\n[^1]: note\n",
            "---\nslug: x\ntitle: \"X: y\"\nsummary: |\n  two\n  lines\nreviewed: 2026-01-01\nsources:\n  - https://a.example\n---\n\nText [link][r] <https://b.example>.\n\n[r]: other#part \"t\"\n",
        ],
        words: &[
            "---\n", "```\n", "~~~\n", "# ", "###### ", "| a |\n|---|\n", "- ", "1. ", "> ", "![a](b)", "[a](b#c)", "<!-- asked: a; b -->",
            "<script>", "<b>", "[^1]", "slug: ", "title: ", "aliases: [", "*", "**", "_", "$$", "    ", "\n\n", "&amp;", "https://a.example/",
        ],
        run: |input| {
            let source = text(input);
            if let Ok(page) = Page::parse(&source) {
                for section in &page.sections {
                    for limit in [60, 1_900] {
                        let (shown, _) = snippet::cut(&section.markdown, limit);
                        assert!(shown.chars().count() <= limit, "{limit}: {}", shown.chars().count());
                    }
                    assert!(page.section(&section.anchor).is_some(), "{} leads nowhere", section.anchor);
                }
            }
            let _ = (markdown::plain(&source), markdown::links(&source), markdown::blocks(&source));
            let _ = (markdown::resolve_links(&source, "a", "https://c.example"), markdown::anchor(&source));
            let _ = (markdown::pictures(&source), html::text(&source), html::marks(&source), snippet::preview(&source));
        },
    }
    .fuzz();
}

#[test]
fn cuts() {
    Target {
        name: "cut",
        seeds: &[
            "A sentence. Another one, e.g. this! And a third? (yes) \"no\"",
            "https://a.example/b?c=d&e=f *word* `code`",
        ],
        words: &[". ", "! ", ", ", "; ", "e.g. ", "\n", "(", ")", "https://a.example/", "`", "*", "<@&5>", "[a](b)"],
        run: |input| {
            let text = text(input);
            for most in [2, 7, 80, 300] {
                for short in [cut::characters(&text, most), cut::clause(&text, most)] {
                    assert!(short.chars().count() <= most, "{most}: {short:?}");
                }
                let _ = cut::sentences(&text, most);
            }
            let quoted = escape::xml(&text);
            assert!(!quoted.contains(['<', '>']) || !quoted.contains("<script"), "{quoted}");
            let _ = (escape::discord(&text), escape::quoted(&text), escape::markdown(&text), escape::calendar(&text));
        },
    }
    .fuzz();
}

#[test]
fn latex() {
    Target {
        name: "latex",
        seeds: &[
            r"We get $\mathcal{O}(n^2)$ and \textbf{bold \emph{it}} with $x_{i+1}^{2k}$ and \url{https://a.example}.",
            r"$$\frac{1}{\sqrt{2\pi}} \sum_{i=0}^{\infty} \hat{\theta}$$ \cite{a,b} \begin{itemize}\item a\end{itemize} 5\% {\bf b}",
        ],
        words: &[r"\", "{", "}", "$", "$$", r"\frac", r"\sqrt", "_", "^", r"\text{", r"\begin{", r"\end{", r"\left(", r"\mathbb{R}", "~", r"\\", "%"],
        run: |input| {
            let text = text(input);
            let readable = papers::readable(&text);
            assert!(readable.len() <= 20 * text.len() + 1_000, "{} became {}", text.len(), readable.len());
        },
    }
    .fuzz();
}

#[test]
fn atom() {
    Target {
        name: "atom",
        seeds: &[
            "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>http://arxiv.org/abs/2611.00001v2</id><title>A &amp; B</title><summary>One.</summary><published>2026-11-13T00:00:00Z</published><author><name>Ada</name></author><author><name>Alan</name></author><link href=\"x\"/></entry><entry><id>http://arxiv.org/api/errors#x</id><title>Error</title></entry></feed>",
        ],
        words: &["<entry>", "</entry>", "<author>", "<name>", "</feed>", "<![CDATA[", "]]>", "&amp;", "&#x0;", "&bad;", "<!--", "<a b='", "<title/>"],
        run: |input| {
            if let Ok(entries) = papers::feeds::atom::entries(input, 50) {
                assert!(entries.len() <= 50);
            }
        },
    }
    .fuzz();
}

#[test]
fn daily_papers() {
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(crate::world::folder);
    Target {
        name: "daily-papers",
        seeds: &[
            "[{\"paper\":{\"id\":\"2611.00001\",\"title\":\"A\",\"summary\":\"s\",\"upvotes\":7,\"authors\":[{\"name\":\"Ada\"}],\"publishedAt\":\"2026-11-13T00:00:00.000Z\",\"githubRepo\":\"https://a.example/r\"},\"title\":\"A\",\"numComments\":2,\"publishedAt\":\"2026-11-14T00:00:00.000Z\"}]",
            "{\"error\":\"busy\"}",
        ],
        words: &["null", "true", "[", "]", "{", "}", ",", ":", "\"id\":", "\"upvotes\":", "\\ud800", "\\u0000", "1e999", "-7", "\"authors\":[]", "\"paper\":null"],
        run: |input| {
            let folder = FOLDER.path();
            std::fs::write(folder.join("2026-11-18.json"), input).unwrap();
            let week: Week = "2026-W47".parse().unwrap();
            let _ = papers::recorded(folder, week);
        },
    }
    .fuzz();
}

#[test]
fn things_of_reddit() {
    Target {
        name: "reddit",
        seeds: &[
            "{\"name\":\"t3_a\",\"subreddit\":\"learnml\",\"author\":\"ann\",\"title\":\"How?\",\"selftext\":\"I am *new*\",\"created_utc\":1760000000.0,\"locked\":false,\"stickied\":true,\"link_flair_text\":null,\"distinguished\":null,\"is_self\":true,\"archived\":false}",
            "{\"name\":\"t1_b\",\"parent_id\":\"t3_a\",\"link_id\":\"t3_a\",\"author\":\"bob\",\"body\":\"!guide engineer\",\"created_utc\":1760000001,\"score\":1,\"subreddit\":\"learnml\"}",
            "{\"kind\":\"Listing\",\"data\":{\"after\":null,\"children\":[{\"kind\":\"t3\",\"data\":{}}]}}",
        ],
        words: &["null", "\"author\":\"[deleted]\"", "\"body\":", "t1_", "t3_", "u/cairn_ml", "!wiki ", "!papers", "1e300", "&gt;", "\\u202e", "{}", "[]"],
        run: |input| {
            let Ok(value) = serde_json::from_slice::<serde_json::Value>(input) else { return };
            for kind in ["t1", "t3", "t4", "x"] {
                let _ = (thing::post(kind, &value), thing::comment(kind, &value));
                let _ = (thing::mail(kind, &value), thing::either(kind, &value).is_some());
            }
            let _ = thing::page(value, thing::either);
        },
    }
    .fuzz();
}

#[test]
fn typed_times() {
    Target {
        name: "times",
        seeds: &[
            "weekdays 19:00, sat 10:00",
            "every day 8pm",
            "23-7",
            "in 3 weeks",
            "1 May 2027",
            "next friday",
            "Europe/Berlin",
            "new york",
            "utc+5:30",
            "off",
        ],
        words: &[
            "mon", "tue-fri", "weekend", " at ", "am", "pm", "noon", "midnight", ",", "-", "–", ":", "in ", " days",
            " months", "tomorrow", "gmt", "/", "+", "\u{2212}", "½", "١",
        ],
        run: |input| {
            let (text, today) = (text(input), jiff::civil::date(2026, 11, 20));
            let now = "2026-11-20T12:00:00Z".parse().unwrap();
            let _ =
                (parse_weekly::times(&text).is_ok(), parse_weekly::quiet(&text).is_ok(), parse_weekly::is_off(&text));
            if let Ok(date) = deadline::read(&text, today) {
                assert!(date >= today, "{text:?} is {date}");
            }
            assert!(deadline::offered(&text, today).len() <= 25);
            let _ = zone_search::read(&text, now).map(|zone| zone.name().to_owned());
            assert!(zone_search::suggest(&text, now, 25).len() <= 25);
        },
    }
    .fuzz();
}

#[test]
fn posts_of_newcomers() {
    Target {
        name: "triage",
        seeds: &[
            "How do I get into machine learning? I've been a backend developer for five years and want a job as an ML engineer.",
            "im 15 n wanna do ai, hwo to lern",
            "¿Cómo empiezo con el aprendizaje automático?",
            "I can't go on any more, what is the use of learning this?",
        ],
        words: &["I ", "not ", "never ", "grade 11", "PhD", "career", "for fun", "machine learning", "ML", "?", "!!!", "\n> ", "```", "my friend ", "भारत", "机器学习", "kill ", "want to "],
        run: |input| {
            let text = text(input);
            let (title, body) = text.split_once('\n').unwrap_or((&text, ""));
            let post = Post { title, body };
            let verdict = triage(Model::builtin(), &post, &Bands::default());
            assert!((0.0..=1.0).contains(&verdict.p), "{}", verdict.p);
            let asked = triage_explicit(Model::builtin(), &post, &Bands::default());
            for reason in verdict.reasons.iter().chain(&asked.reasons) {
                assert!(text.contains(&reason.quote), "“{}” is not in the text", reason.quote);
            }
            let _ = Ear::builtin();
        },
    }
    .fuzz();
}

#[test]
fn what_the_encoder_reads() {
    static ENCODER: LazyLock<Encoder> = LazyLock::new(|| Encoder::open().unwrap());
    Target {
        name: "encoder",
        seeds: &["which laptop do I need", "Ünïcödé ßtraße 日本語 \u{1f468}\u{200d}\u{1f469}", "don't-stop_now.42"],
        words: &["##", "[CLS]", "[UNK]", "a", "ing", "-", "\u{301}", "한국", "क्षि", "\u{0}"],
        run: |input| {
            // A vector takes seconds in a build without optimisation; what can break is the cutting into pieces.
            let tokens = ENCODER.tokens(&text(input));
            assert!(tokens.len() <= cairn::meaning::MOST_TOKENS, "{}", tokens.len());
        },
    }
    .fuzz();
}

#[test]
fn histories() {
    Target {
        name: "simulate",
        seeds: &[
            "{\"at\":\"2026-03-01T08:00:00Z\",\"person\":\"p\",\"event\":\"join\",\"zone\":\"Europe/Berlin\"}\n{\"at\":\"2026-03-01T09:00:00Z\",\"person\":\"p\",\"event\":\"log\",\"minutes\":120}\n{\"at\":\"2026-03-29T03:00:00+02:00\",\"person\":\"p\",\"event\":\"zone\",\"zone\":\"Pacific/Kiritimati\"}\n{\"at\":\"2026-04-01T09:00:00Z\",\"person\":\"p\",\"event\":\"as_of\"}\n",
            "{\"at\":\"2026-03-01T08:00:00Z\",\"person\":\"q\",\"event\":\"join\",\"zone\":\"UTC\",\"day_start\":0,\"commitment\":15}\n{\"at\":\"2026-03-01T09:00:00Z\",\"person\":\"q\",\"event\":\"start\"}\n{\"at\":\"2026-03-01T12:05:00Z\",\"person\":\"q\",\"event\":\"confirm\"}\n{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"outage\",\"from\":\"2026-03-01T20:00:00Z\",\"to\":\"2026-03-02T08:00:00Z\"}\n{\"at\":\"2026-03-03T09:00:00Z\",\"person\":\"q\",\"event\":\"as_of\"}\n",
        ],
        words: &[
            "\"event\":\"log\",\"minutes\":", "\"event\":\"undo\"", "\"event\":\"pause\",\"days\":", "\"event\":\"rest\",\"weekdays\":[\"sat\"]",
            "\"event\":\"sick\"", "\"event\":\"resume\"", "\"event\":\"excuse\",\"date\":", "\"for_date\":\"2026-03-01\"", "{", "}", "\n", "\"at\":\"9999-12-31T23:59:59Z\"",
            "-009999-01-01T00:00:00Z", "America/St_Johns", "\"day_start\":6", "null",
        ],
        run: |input| {
            let shown = simulate::<cairn::streak::events::Broken>(input, 15, |printed| {
                let _ = serde_json::to_string(printed);
                Ok(())
            });
            let _ = shown.is_ok();
        },
    }
    .fuzz();
}

#[test]
fn automoderator_pages() {
    Target {
        name: "automod",
        seeds: &[
            "---\ntype: submission\ntitle+body (includes, regex): ['how (do|to) start', \"c'est\"]\n~author:\n    is_contributor: true\naction: filter\ncomment: |\n    Hello {{author}},\n    {{match-1}}\nmoderators_exempt: true\n---\ndomain: [a.example]\naction: remove\n",
        ],
        words: &["---\n", "(regex", "(includes): ", "~", "&a ", "*a", "!!str ", "|\n", ">-\n", "[", "]", "{", "}", "'", "\"", "#", "\t", "(?i)", "(a+)+$", "(?=", "\\1", "{{match}}", "priority: ", "{9999}"],
        run: |input| {
            let text = text(input);
            let sections = page::sections(&text);
            let rules = matcher::rules(&sections);
            let _ = (lint::lint(&text).len(), rules.len());
            let posts = report::posts("{\"title\":\"how do start\",\"body\":\"c'est\",\"getting_started\":true}").unwrap();
            let _ = report::report(&rules, &posts, 0.3);
            let _ = report::posts(&text).is_ok();
        },
    }
    .fuzz();
}
