//! The frame around every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Assets are fetched anew with every version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the site is, for pages that have no words of their own about themselves.
const ABOUT: &str = "Say who you are and what you want, and Cairn points you to one of four guides into machine learning, and tells \
                     you why. With a wiki that answers and the papers of the week.";
/// The most characters of a description: what previews show of it.
const MAX_DESCRIPTION: usize = 200;

/// A whole page; `query` is what the search box holds.
pub fn page(title: &str, query: &str, main: Markup) -> Markup {
    described(title, ABOUT, query, main)
}

/// The same, with what previews of a link to it say.
pub fn described(title: &str, description: &str, query: &str, main: Markup) -> Markup {
    let description: String = description.chars().take(MAX_DESCRIPTION).collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Cairn" }
                meta name="description" content=(description);
                meta property="og:site_name" content="Cairn";
                meta property="og:type" content="website";
                meta property="og:title" content=(title);
                meta property="og:description" content=(description);
                link rel="stylesheet" href=(format!("/style.css?v={VERSION}"));
                link rel="alternate" type="application/atom+xml" title="Papers of the week" href="/papers/feed.atom";
                link rel="icon" type="image/svg+xml" href=(format!("/icon.svg?v={VERSION}"));
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    a.brand href="/" { (PreEscaped(include_str!("icon.svg"))) span { "Cairn" } }
                    nav aria-label="Main" { a href="/guides" { "All pages" } " " a href="/papers" { "Papers" } }
                    (search_box(query))
                }
                main #main { (main) }
                footer {
                    p { "Cairn points newcomers to the right guide. " a href="/guides/cairn" { "What it does and what it keeps" } "." }
                }
            }
        }
    }
}

/// Percent-encodes a text for a part of an address.
pub fn encoded(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let byte = |b: u8| if is_plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}

fn search_box(query: &str) -> Markup {
    html! {
        form.search role="search" action="/search" method="get" {
            label.hidden for="q" { "Search the wiki" }
            input #q type="search" name="q" value=(query) placeholder="Search the wiki" maxlength="1000" required;
            button type="submit" { "Search" }
        }
    }
}
