//! The wiki's pages as Markdown to paste into a subreddit's wiki (pure).

use crate::wiki::{Page, markdown};

/// A page's text for Reddit, with the links between pages made by `link`. A picture is its words.
pub fn page(page: &Page, link: impl Fn(&str) -> String) -> String {
    let mut out = format!("# {}\n\n*{}*\n", page.front.title, page.front.summary);
    for section in &page.sections {
        if section.level > 1 {
            out.push_str(&format!("\n{} {}\n", "#".repeat(usize::from(section.level)), section.heading));
        }
        out.push_str(&format!("\n{}\n", linked(&section.shown, &link)));
    }
    out.push_str(&format!("\n---\n\nReviewed {}.\n", page.front.reviewed));
    out
}

/// Links between pages lead to their pages; a place within one has another name on Reddit.
fn linked(text: &str, link: &impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let pictures = markdown::pictures(text);
    for found in markdown::links(text) {
        out.push_str(&text[done..found.span.start]);
        let whole = &text[found.span.clone()];
        done = found.span.end;
        if let Some(picture) = pictures.iter().find(|picture| picture.span == found.span) {
            out.push_str(&format!("*Picture: {}*", picture.alt.trim()));
            continue;
        }
        let words = whole.rfind("](").map_or("", |end| whole.get(1..end).unwrap_or_default());
        match markdown::internal(&found.target) {
            Some(("", _)) => out.push_str(words),
            Some((slug, _)) => out.push_str(&format!("[{words}]({})", link(slug))),
            None => out.push_str(whole),
        }
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_pasted_with_links_that_lead_somewhere() {
        let source = "---\nslug: p\ntitle: A page\nsummary: About it.\nreviewed: 2026-11-29\n---\n\nSee [q](q.md#x), [below](#b), \
                      [out](https://example.org).\n\n## B\n<!-- asked: b -->\n\n![A heap](img/heap.svg)\n";
        let page_read = Page::parse(source).expect("a page");
        let text = page(&page_read, |slug| format!("/r/x/wiki/{slug}"));
        assert_eq!(
            text,
            "# A page\n\n*About it.*\n\nSee [q](/r/x/wiki/q), below, [out](https://example.org).\n\n## B\n\n*Picture: A heap*\n\n---\n\nReviewed 2026-11-29.\n"
        );
    }
}
