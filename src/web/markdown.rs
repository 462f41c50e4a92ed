//! Markdown to HTML, sanitised: whoever wrote it, nothing of it runs.

use std::sync::LazyLock;

use ammonia::Builder;
use maud::PreEscaped;
use pulldown_cmark::{Event, Parser, html};

use crate::wiki::html::tags;
use crate::wiki::markdown::DIALECT;

/// How deep what is shown may be nested. What lies deeper is shown at this depth: the time that HTML takes grows with the
/// square of its depth.
const DEEPEST: usize = 100;
/// Elements that need no end tag.
const UNENDED: [&str; 22] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "p", "source",
    "tbody", "td", "tfoot", "th", "thead", "tr", "wbr",
];

/// What may stay: what is safe, and names of places, which links within the page lead to.
static SAFE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut safe = Builder::default();
    safe.add_tag_attributes("a", ["id", "name"]);
    safe
});

/// HTML of a piece of Markdown.
pub fn render(markdown: &str) -> PreEscaped<String> {
    let mut out = String::new();
    html::push_html(&mut out, shallow(Parser::new_ext(markdown, DIALECT)));
    PreEscaped(SAFE.clean(&out).to_string())
}

fn shallow<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut depth = 0_usize;
    let mut open = Vec::new();
    events.filter_map(move |event| match event {
        Event::Start(_) => {
            depth += 1;
            (depth <= DEEPEST).then_some(event)
        }
        Event::End(_) => {
            depth = depth.saturating_sub(1);
            (depth < DEEPEST).then_some(event)
        }
        Event::Html(html) if too_deep(&mut open, &html) => Some(Event::Text(html)),
        Event::InlineHtml(html) if too_deep(&mut open, &html) => Some(Event::Text(html)),
        event => Some(event),
    })
}

/// Whether a piece of HTML opens more elements than are shown, given those that are open.
fn too_deep(open: &mut Vec<String>, html: &str) -> bool {
    for tag in tags(html).filter(|tag| !UNENDED.contains(&tag.as_str())) {
        match tag.strip_prefix('/') {
            Some(ended) => {
                open.pop_if(|name| name == ended);
            }
            None => open.push(tag),
        }
    }
    let deep = open.len() > DEEPEST;
    open.truncate(DEEPEST + 1);
    deep
}
