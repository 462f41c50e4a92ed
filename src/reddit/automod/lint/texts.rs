//! Texts that a rule says: their lengths and placeholders (pure).

use std::sync::LazyLock;

use regex::Regex;

use super::{Entries, Found, Node, Search, Style, Value, named};

/// Texts, and how many characters Reddit takes of each.
const TEXTS: [(&str, usize); 8] = [
    ("comment", 10_000),
    ("modmail", 10_000),
    ("message", 10_000),
    ("modmail_subject", 100),
    ("message_subject", 100),
    ("action_reason", 100),
    ("report_reason", 100),
    ("set_flair", 64),
];
/// What AutoModerator puts in the place of a name.
const PLACEHOLDERS: [&str; 16] = [
    "author",
    "author_flair_text",
    "author_flair_css_class",
    "author_flair_template_id",
    "body",
    "permalink",
    "subreddit",
    "kind",
    "title",
    "domain",
    "url",
    "media_author",
    "media_author_url",
    "media_title",
    "media_description",
    "match",
];
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{\{([^{}]*)\}\}").expect("a pattern"));
/// A name in braces that are not two and two.
static LAME: LazyLock<Regex> = LazyLock::new(|| {
    let names = PLACEHOLDERS.join("|");
    Regex::new(&format!(r"\{{+(?:{names})\}}+")).expect("a pattern")
});

pub fn texts(entries: &Entries, found: &mut Found) {
    for (key, most) in TEXTS {
        let Some(value) = named(entries, key) else { continue };
        // Why something was removed is kept for moderators; only a report's reason has a limit.
        let action = named(entries, "action").and_then(Node::text);
        let most = if key == "action_reason" && action != Some("report") { usize::MAX } else { most };
        for item in value.items() {
            let Some(text) = item.text() else { continue };
            let length = text.chars().count();
            if length > most {
                found.add(
                    item.line,
                    format!("{key} has {length} characters, but Reddit takes {most} of them; make it shorter"),
                );
            }
            placeholders(entries, item, text, found);
        }
    }
}

fn placeholders(entries: &Entries, item: &Node, text: &str, found: &mut Found) {
    let keys = || entries.iter().filter_map(|(key, _)| key.text());
    let searches: Vec<(String, &Node)> = entries
        .iter()
        .filter_map(|(key, value)| Some((key.text()?.to_lowercase(), value)))
        .filter(|(key, _)| {
            super::key::known(key, false).is_none() && !super::key::GROUPS.contains(&key.trim_start_matches('~'))
        })
        .collect();
    let is_block = matches!(&item.value, Value::Scalar { style: Style::Block, .. });
    let line_of = |at: usize| item.line + usize::from(is_block) + text[..at].matches('\n').count();
    for lame in LAME.find_iter(text) {
        let braces = |brace| lame.as_str().chars().filter(|c| *c == brace).count();
        if (braces('{'), braces('}')) != (2, 2) {
            let name = lame.as_str().trim_matches(['{', '}']);
            found.add(line_of(lame.start()), format!("“{}” stays as it is; write {{{{{name}}}}}", lame.as_str()));
        }
    }
    for placeholder in PLACEHOLDER.captures_iter(text) {
        let name = placeholder[1].to_owned();
        let line = line_of(placeholder.get(0).map_or(0, |whole| whole.start()));
        let Some(rest) = name.strip_prefix("match-") else {
            if !PLACEHOLDERS.contains(&name.as_str()) {
                found.add(line, format!("there is no placeholder {{{{{name}}}}}, so it stays as it is; the others are {{{{author}}}}, {{{{title}}}}, {{{{match}}}} …"));
            }
            continue;
        };
        let (field, number) = rest.rsplit_once('-').unwrap_or((rest, "1"));
        let (field, is_numbered) = if number.parse::<u8>().is_ok() { (field, true) } else { (rest, false) };
        let is_only_number = !rest.contains('-') && rest.parse::<u8>().is_ok();
        let known = |key: &str| Search::parse(key).is_some_and(|search| search.name == field && !search.is_inverted);
        if !is_only_number
            && !searches.iter().any(|(key, _)| known(key))
            && (is_numbered || !keys().any(|key| key == field))
        {
            found.add(line, format!("no search of this rule is called {field}, so {{{{{name}}}}} stays as it is; write the name before the brackets"));
            continue;
        }
        unbounded(&searches, field, is_only_number, line, found);
    }
}

/// A search whose words are said again may find a whole post.
fn unbounded(searches: &[(String, &Node)], field: &str, is_any: bool, line: usize, found: &mut Found) {
    for (key, value) in searches {
        let Some(search) = Search::parse(key).filter(|search| search.is_regex() && (is_any || search.name == field))
        else {
            continue;
        };
        let runs =
            |text: &str| [".*", ".+"].iter().any(|run| text.contains(run) && !text.contains(&format!("\\{run}")));
        if let Some(item) = value.items().iter().find(|item| item.text().is_some_and(runs)) {
            found.add(
                line,
                format!(
                    "{} in line {} may find a whole post, and the comment says it again; write .{{0,40}} in the place of .* there",
                    search.name, item.line
                ),
            );
        }
    }
}
