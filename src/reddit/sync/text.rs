//! A page's text as Reddit's wiki keeps it, and the way back: what somebody changed there, put into the source line by line, so that
//! front matter, marks and all that Reddit does not show stay as they are (pure).

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::wiki::Page;
use crate::wiki::html;

/// What stands at the end of each page.
const LAST: &str = "*Cairn keeps this page equal with its own; what you change here arrives there.*";

/// A line as Reddit has it, and the lines of the source that it stands for: the first of them, and those after it that Reddit does
/// not show. None for what is in no source.
struct Line {
    shown: String,
    source: Option<Vec<usize>>,
}

/// The source's front matter, to the byte, and the lines of its body.
fn parts(source: &str) -> (&str, Vec<&str>) {
    let end = source.match_indices("\n---").nth(usize::from(!source.starts_with("---"))).map(|(at, _)| at + 1);
    let body = end.and_then(|at| source[at..].find('\n').map(|line| at + line + 1)).unwrap_or(0);
    (&source[..body], source[body..].lines().collect())
}

fn lines(page: &Page, source: &str, subreddit: &str) -> Vec<Line> {
    let plain = |text: String| Line { shown: text, source: None };
    let mut all = vec![
        plain(format!("# {}", page.front.title)),
        plain(String::new()),
        plain(format!("*{}*", page.front.summary)),
    ];
    for (at, line) in parts(source).1.into_iter().enumerate() {
        match all.last_mut().and_then(|last| last.source.as_mut()).filter(|_| is_hidden(line)) {
            Some(above) => above.push(at),
            None => all.push(Line { shown: outward(line, subreddit), source: Some(vec![at]) }),
        }
    }
    all.extend(["", "---", "", LAST].map(|text| plain(text.to_owned())));
    all
}

/// Whether Reddit's readers would see a line as nothing, or as code: names of places, and ways of asking.
fn is_hidden(line: &str) -> bool {
    let line = line.trim();
    html::is_mark(line) && !line.is_empty() || line.starts_with("<!--") && line.ends_with("-->")
}

/// The page as Reddit's wiki of this subreddit keeps it.
pub fn rendered(page: &Page, source: &str, subreddit: &str) -> String {
    let shown: Vec<String> = lines(page, source, subreddit).into_iter().map(|line| line.shown).collect();
    normal(&shown.join("\n"))
}

/// As texts are compared: Reddit changes the ends of lines and of the page.
pub fn normal(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

/// Links between pages lead within the subreddit's wiki.
fn outward(line: &str, subreddit: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("](") {
        let (before, after) = rest.split_at(at + 2);
        out.push_str(before);
        rest = after;
        let Some(end) = after.find(')') else { break };
        if let Some((slug, _)) = crate::wiki::markdown::internal(&after[..end]).filter(|(slug, _)| !slug.is_empty()) {
            out.push_str(&format!("/r/{subreddit}/wiki/{slug}"));
            rest = &after[end..];
        }
    }
    out.push_str(rest);
    out
}

/// And back.
fn inward(line: &str, subreddit: &str) -> String {
    let mut out = line.to_owned();
    for host in ["https://www.reddit.com", "https://old.reddit.com", ""] {
        let prefix = format!("]({host}/r/{subreddit}/wiki/");
        while let Some(at) = out.find(&prefix) {
            let start = at + prefix.len();
            let end = out[start..].find([')', '#', ' ']).map_or(out.len(), |end| start + end);
            let slug = out[start..end].to_owned();
            out.replace_range(at..end, &format!("]({slug}.md"));
        }
    }
    out
}

/// The source after somebody made Reddit's page say `theirs`.
pub fn taken_over(page: &Page, source: &str, subreddit: &str, theirs: &str) -> String {
    let (front, body) = parts(source);
    let lines = lines(page, source, subreddit);
    let base: Vec<String> = lines.iter().map(|line| line.shown.trim_end().to_owned()).collect();
    let theirs: Vec<String> = normal(theirs).lines().map(str::to_owned).collect();
    let is_body = |at: usize| lines.get(at).is_some_and(|line| line.source.is_some());
    let mut out: Vec<String> = Vec::new();
    let kept = |out: &mut Vec<String>, at: usize, first: Option<&String>| {
        let Some(own) = lines.get(at).and_then(|line| line.source.as_ref()) else { return };
        out.push(first.map_or_else(|| body[own[0]].to_owned(), |line| inward(line, subreddit)));
        out.extend(own[1..].iter().map(|at| body[*at].to_owned()));
    };
    for op in capture_diff_slices(Algorithm::Myers, &base, &theirs) {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                (old_index..old_index + len).for_each(|at| kept(&mut out, at, None))
            }
            DiffOp::Delete { .. } => {}
            DiffOp::Insert { old_index, new_index, new_len } => {
                // What stands before the body or after it is not the page's.
                if is_body(old_index) || old_index > 0 && is_body(old_index - 1) {
                    out.extend(theirs[new_index..new_index + new_len].iter().map(|line| inward(line, subreddit)));
                }
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                for n in 0..old_len.max(new_len) {
                    let new = theirs.get(new_index + n).filter(|_| n < new_len);
                    match (new, n < old_len) {
                        (Some(line), true) => kept(&mut out, old_index + n, Some(line)),
                        (Some(line), false) if is_body(old_index + old_len - 1) => out.push(inward(line, subreddit)),
                        _ => {}
                    }
                }
            }
        }
    }
    let end = if source.ends_with('\n') { "\n" } else { "" };
    format!("{front}{}{end}", out.join("\n").trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wiki::folder;

    const SOURCE: &str = "---\nslug: p\ntitle: A page\nsummary: About it.\nreviewed: 2026-11-29\n---\n\nSee [q](q.md#x).\n\n## B\n\
                          <!-- asked: b -->\n\nOne.\n\nTwo.\n";

    fn page() -> Page {
        Page::parse(SOURCE).expect("a page")
    }

    #[test]
    fn what_is_changed_there_is_changed_here_and_nothing_else() {
        let shown = rendered(&page(), SOURCE, "learnml");
        assert!(shown.starts_with("# A page\n\n*About it.*\n\nSee [q](/r/learnml/wiki/q).\n\n## B\n\nOne."), "{shown}");
        let table = [
            (shown.clone(), SOURCE.to_owned()),
            (shown.replace('\n', "\r\n"), SOURCE.to_owned()),
            (shown.replace("One.", "1."), SOURCE.replace("One.", "1.")),
            (shown.replace("## B", "## Better"), SOURCE.replace("## B", "## Better")),
            (shown.replace("One.\n\n", ""), SOURCE.replace("One.\n\n", "")),
            (
                shown.replace("Two.", "Two.\n\n[r](https://www.reddit.com/r/learnml/wiki/r) too."),
                SOURCE.replace("Two.", "Two.\n\n[r](r.md) too."),
            ),
            (shown.replace("# A page", "# Vandals"), SOURCE.to_owned()),
            (shown.replace("keeps this page", "loves this page"), SOURCE.to_owned()),
        ];
        for (theirs, expected) in table {
            assert_eq!(taken_over(&page(), SOURCE, "learnml", &theirs), expected, "{theirs}");
        }
    }

    #[test]
    fn every_page_comes_back_to_the_byte() {
        for file in folder::seed() {
            let page = Page::parse(&file.source).expect("a page");
            let shown = rendered(&page, &file.source, "learnml");
            assert_eq!(taken_over(&page, &file.source, "learnml", &shown), file.source, "{}", file.slug);
        }
    }
}
