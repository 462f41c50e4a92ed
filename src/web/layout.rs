//! The layout of every page.

use maud::{DOCTYPE, Markup, html};

use super::style;
use crate::config::Config;
use crate::wiki::search::MAX_QUERY_CHARS;

/// The description for pages without their own.
const ABOUT: &str = "Say who you are and what you want. Cairn points you to one of four guides into machine learning and says why, in your \
                     own words.";
/// The longest description, in characters, because previews show no more.
const MAX_DESCRIPTION: usize = 200;

/// The entry of the top navigation that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The pages of the wiki.
    Guides,
    /// The weeks of papers.
    Papers,
    /// The search.
    Search,
}

/// A page's metadata.
#[derive(Debug)]
pub struct Page<'a> {
    title: &'a str,
    description: &'a str,
    place: Option<Place>,
    /// Whether the header has the search box. Some pages have their own, or need none.
    box_above: bool,
    /// The site's public address, if there is one, and the path of this page.
    address: Option<(&'a str, String)>,
    /// More elements for its `head`.
    more: Markup,
}

impl<'a> Page<'a> {
    /// A page with this title.
    pub fn new(title: &'a str) -> Self {
        Self { title, description: ABOUT, place: None, box_above: true, address: None, more: Markup::default() }
    }

    /// The description for link previews.
    pub fn about(self, description: &'a str) -> Self {
        Self { description, ..self }
    }

    /// Marks an entry of the navigation.
    pub fn within(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }

    /// Leaves the search box out of the header.
    pub fn without_search(self) -> Self {
        Self { box_above: false, ..self }
    }

    /// Adds elements to the page's `head`.
    pub fn with_head(self, more: Markup) -> Self {
        Self { more, ..self }
    }

    /// Sets the page's public address and the picture for link previews.
    pub fn shared(self, config: &'a Config, path: String) -> Self {
        Self { address: config.web_url.as_deref().map(|base| (base, path)), ..self }
    }

    /// The whole page.
    pub fn show(self, main: Markup) -> Markup {
        let body = html! {
            body {
                (skip())
                (self.top())
                main #main { div.wrap.page { (main) } }
                (foot())
            }
        };
        document(&format!("{} · Cairn", self.title), &self.head(), &body)
    }

    fn head(&self) -> Markup {
        let description: String = self.description.chars().take(MAX_DESCRIPTION).collect();
        html! {
            meta name="theme-color" content="#f8f4ec" media="(prefers-color-scheme: light)";
            meta name="theme-color" content="#161a18" media="(prefers-color-scheme: dark)";
            meta name="description" content=(description);
            meta property="og:site_name" content="Cairn";
            meta property="og:type" content="website";
            meta property="og:title" content=(self.title);
            meta property="og:description" content=(description);
            @if let Some((base, path)) = &self.address {
                meta property="og:url" content=(format!("{base}{path}"));
                meta property="og:image" content=(format!("{base}/og-image.png"));
                meta property="og:image:width" content="1200";
                meta property="og:image:height" content="630";
                meta property="og:image:alt" content="A cairn of four stones, and the question: how do you get into machine learning?";
                meta name="twitter:card" content="summary_large_image";
                link rel="canonical" href=(format!("{base}{path}"));
            }
            link rel="stylesheet" href=(*style::ADDRESS);
            link rel="alternate" type="application/atom+xml" title="Papers of the week" href="/papers/feed.atom";
            (icon())
            link rel="apple-touch-icon" href="/touch-icon.png";
            (self.more)
        }
    }

    fn top(&self) -> Markup {
        let here = |place: Place| (self.place == Some(place)).then_some("page");
        html! {
            header.top { div.wrap {
                a.brand href="/" { img src="/mark.svg" alt="" width="34" height="34"; "Cairn" }
                nav aria-label="Main" {
                    a href="/guides" aria-current=[here(Place::Guides)] { "Guides" }
                    a href="/papers" aria-current=[here(Place::Papers)] { "Papers" }
                    a.only-phone[self.box_above] href="/search" aria-current=[here(Place::Search)] { "Search" }
                }
                @if self.box_above {
                    form.find-small role="search" action="/search" method="get" {
                        div.joined { (field("Search the wiki", "")) button type="submit" { "Search" } }
                    }
                }
            } }
        }
    }
}

/// The search box of a search page; `is_main` if it is the page's main action.
pub fn search_box(label: &str, query: &str, is_main: bool) -> Markup {
    html! {
        form.column role="search" action="/search" method="get" {
            div.joined { (field(label, query)) button.main[is_main] type="submit" { "Search" } }
        }
    }
}

fn field(label: &str, query: &str) -> Markup {
    html! {
        label.hidden for="q" { (label) }
        input #q type="search" name="q" value=(query) placeholder=(label) maxlength=(MAX_QUERY_CHARS) required;
    }
}

/// A whole page: what each has in its `head`, more for that, and its `body`.
pub fn document(title: &str, head: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                (head)
            }
            (body)
        }
    }
}

/// The picture of the browser's tab, for a `head`.
pub fn icon() -> Markup {
    html! { link rel="icon" type="image/svg+xml" href="/icon.svg"; }
}

/// The link over the navigation, for people at a keyboard.
pub fn skip() -> Markup {
    html! { a.skip href="#main" { "Skip to the content" } }
}

fn foot() -> Markup {
    html! {
        footer.foot { div.wrap {
            p { "The moderators of this community keep these pages true. No language model answers here." }
            ul.facts {
                li { a href="/guides/cairn" { "What Cairn does, and what it keeps" } }
                li { a href="/guides" { "All pages" } }
                li { a href="/papers" { "All weeks of papers" } }
            }
        } }
    }
}

/// Percent-encodes a text for use in an address.
pub fn encoded(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let byte = |b: u8| if is_plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}
