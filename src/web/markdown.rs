//! Markdown to HTML, sanitised: whoever wrote it, nothing of it runs.

use maud::PreEscaped;
use pulldown_cmark::{Parser, html};

use crate::wiki::markdown::DIALECT;

/// HTML of a piece of Markdown.
pub fn render(markdown: &str) -> PreEscaped<String> {
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(markdown, DIALECT));
    PreEscaped(ammonia::clean(&out))
}
