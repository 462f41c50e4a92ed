//! Renders Markdown as sanitised HTML: scripts of any author are removed.

use std::sync::LazyLock;

use ammonia::Builder;
use maud::PreEscaped;
use pulldown_cmark::{Event, Parser, Tag, TagEnd, html};

use super::{tables, words};
use crate::wiki::html::tags;
use crate::wiki::markdown::DIALECT;

/// The deepest nesting that is shown. Deeper content is shown at this depth, because the time for HTML grows with the
/// square of its depth.
const DEEPEST: usize = 100;
/// Elements that need no end tag.
const UNENDED: [&str; 22] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "p", "source",
    "tbody", "td", "tfoot", "th", "thead", "tr", "wbr",
];

/// The allowed HTML: safe elements, and anchors, which links within the page need.
static SAFE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut safe = Builder::default();
    safe.add_tag_attributes("a", ["id", "name"]);
    safe
});

/// Renders Markdown as HTML.
pub fn render(markdown: &str) -> PreEscaped<String> {
    PreEscaped(safe(shallow(Parser::new_ext(markdown, DIALECT))))
}

/// The same with the question's words marked.
pub fn marked(markdown: &str, asked: &[String]) -> PreEscaped<String> {
    let mut in_code = false;
    let events = shallow(Parser::new_ext(markdown, DIALECT)).flat_map(|event| match event {
        Event::Text(text) if !in_code => words::matching(&text, asked)
            .into_iter()
            .flat_map(|(piece, is_marked)| {
                let text = Event::Text(piece.to_owned().into());
                let tag = |tag: &'static str| is_marked.then_some(Event::InlineHtml(tag.into()));
                [tag("<mark>"), Some(text), tag("</mark>")].into_iter().flatten()
            })
            .collect(),
        event => {
            match event {
                Event::Start(Tag::CodeBlock(_)) => in_code = true,
                Event::End(TagEnd::CodeBlock) => in_code = false,
                _ => {}
            }
            vec![event]
        }
    });
    PreEscaped(safe(events))
}

/// Renders a guide's first steps, with its numbered list as a path of steps.
pub fn steps(markdown: &str) -> PreEscaped<String> {
    let html = render(markdown).0;
    let Some((before, list)) = html.split_once("<ol>") else { return PreEscaped(html) };
    let mut out = format!("{before}<ol class=\"steps\">");
    let mut rest = list;
    let end = rest.find("</ol>").unwrap_or(rest.len());
    while let Some(at) = rest.find("<li>").filter(|at| rest.len() - at > list.len() - end) {
        let (item, after) = rest.split_at(at + "<li>".len());
        out.push_str(item);
        let order = order(after);
        if order > 0 {
            out.push_str(&format!("<b>{}</b>", &after[..order]));
        }
        rest = &after[order..];
    }
    out.push_str(rest);
    PreEscaped(out)
}

/// How many bytes of a step's HTML are its instruction, before the details: up to the first pause outside all tags. 0
/// if the step already has its instruction in bold.
fn order(html: &str) -> usize {
    let mut open = 0_usize;
    for (at, c) in html.char_indices() {
        let rest = &html[at..];
        match c {
            '<' if rest.starts_with("<a ") => open += 1,
            '<' if rest.starts_with("</a>") => open = open.saturating_sub(1),
            '<' if open == 0 => return 0,
            ',' | ':' | '.' | ';' | '(' if open == 0 && at > 0 => return html[..at].trim_end().len(),
            _ => {}
        }
    }
    0
}

fn safe<'a>(events: impl Iterator<Item = Event<'a>>) -> String {
    let mut out = String::new();
    html::push_html(&mut out, events);
    tables::framed(&SAFE.clean(&out).to_string())
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

/// Whether HTML, added to the open elements, would be nested too deeply.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_begin_with_what_to_do() {
        let said = steps("Free.\n\n1. **Look.** Then go.\n2. Run [it](x.md), twice.\n3. Write, and rest.\n\n- no step");
        let expected = "<p>Free.</p>\n<ol class=\"steps\">\n<li><strong>Look.</strong> Then go.</li>\n<li><b>Run <a href=\"x.md\" rel=\"noopener noreferrer\">it</a></b>, twice.</li>\n<li><b>Write</b>, and rest.</li>\n</ol>\n<ul>\n<li>no step</li>\n</ul>\n";
        assert_eq!(said.0, expected);
        assert_eq!(steps("No list.").0, "<p>No list.</p>\n");
    }

    #[test]
    fn words_are_marked_in_text_and_not_in_code() {
        let asked = ["gpu".to_owned()];
        let said = marked("A *GPU* <script>gpu</script>\n\n```\ngpu\n```", &asked).0;
        assert!(said.contains("<em><mark>GPU</mark></em>") && !said.contains("<script"), "{said}");
        assert!(said.contains("<code>gpu\n</code>"), "{said}");
    }
}
