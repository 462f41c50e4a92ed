//! The frame around every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Assets are fetched anew with every version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A whole page; `query` is what the search box holds.
pub fn page(title: &str, query: &str, main: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) @if title != "Cairn" { " · Cairn" } }
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

fn search_box(query: &str) -> Markup {
    html! {
        form.search role="search" action="/search" method="get" {
            label.hidden for="q" { "Search the wiki" }
            input #q type="search" name="q" value=(query) placeholder="Search the wiki" maxlength="1000" required;
            button type="submit" { "Search" }
        }
    }
}
