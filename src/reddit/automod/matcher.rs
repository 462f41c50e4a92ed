//! What AutoModerator would do with a post, by the rules of its published source and, where that is older, of its
//! documentation (pure).

use fancy_regex::{Regex, RegexBuilder};

use super::key::{self, For, Search};
use super::page::{Node, Section, Value};
use super::scalar::Kind;

/// How large a compiled pattern may be; those of long lists are large.
const MOST_BYTES: usize = 200_000_000;

/// A post as far as rules can look at it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Item<'a> {
    /// Its headline.
    pub title: &'a str,
    /// Its text.
    pub body: &'a str,
    /// Where it links to; a post without an address is a text.
    pub url: &'a str,
}

/// A rule that can be tried on posts.
#[derive(Debug)]
pub struct Rule {
    /// The line on which it begins.
    pub line: usize,
    /// What it is called: the comment above it, or its line.
    pub name: String,
    /// The text of its comment.
    pub comment: Option<String>,
    /// Whether it removes what it hits.
    pub removes: bool,
    /// Checks that need what a file of posts does not tell; they are taken for fulfilled.
    pub unseen: Vec<String>,
    priority: i64,
    kind: String,
    longer: Option<i64>,
    shorter: Option<i64>,
    is_edited: Option<bool>,
    without_quotes: bool,
    searches: Vec<Pattern>,
}

/// A search check.
#[derive(Debug)]
pub struct Pattern {
    /// The key before its brackets.
    pub name: String,
    /// What is looked at.
    pub fields: Vec<String>,
    /// Whether something must be found.
    pub must_match: bool,
    regex: Regex,
    source: String,
}

/// The rules of a page, removals first, then by priority, as they are tried.
pub fn rules(sections: &[Section]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = sections.iter().filter_map(rule).collect();
    rules.sort_by_key(|rule| (!rule.removes, std::cmp::Reverse(rule.priority)));
    rules
}

/// The rule of a section; nothing if it is none, has nothing to look at or nothing to do, or cannot be read.
pub fn rule(section: &Section) -> Option<Rule> {
    let node = section.read.as_ref().ok()?.as_ref()?;
    let entries = node.entries()?;
    let mut rule = Rule {
        line: node.line,
        name: named(section),
        comment: None,
        removes: false,
        unseen: Vec::new(),
        priority: 0,
        kind: "any".to_owned(),
        longer: None,
        shorter: None,
        is_edited: None,
        without_quotes: false,
        searches: Vec::new(),
    };
    let (mut has_check, mut has_action) = (false, false);
    for (key, value) in entries {
        let key = key.text()?.to_lowercase();
        match key::known(&key, false) {
            Some((_, what_for)) => {
                has_check |= what_for == For::Check || key == "type";
                has_action |= what_for == For::Action;
                rule.set(&key, value);
            }
            None if key::GROUPS.contains(&key.trim_start_matches('~')) => {
                has_check = true;
                let acts = |(key, _): &(Node, Node)| {
                    let known = key.text().and_then(|key| key::known(&key.to_lowercase(), true));
                    known.is_some_and(|(_, what_for)| what_for == For::Action)
                };
                has_action |= value.entries().is_some_and(|entries| entries.iter().any(acts));
                rule.unseen.push(key);
            }
            None => {
                has_check = true;
                rule.searches.push(Pattern::new(&Search::parse(&key)?, value).ok()?);
            }
        }
    }
    if rule.kind == "any" {
        rule.kind = kind_of_any(entries, &rule.searches).to_owned();
    }
    (has_check && has_action).then_some(rule)
}

/// What a rule for all kinds is for in truth: Reddit passes over those kinds that lack what it looks at.
fn kind_of_any(entries: &[(Node, Node)], searches: &[Pattern]) -> &'static str {
    let has = |wanted: &[&str]| {
        let keys = entries.iter().filter_map(|(key, _)| key.text());
        keys.map(str::to_lowercase).any(|key| wanted.contains(&key.as_str()))
    };
    let of_comments =
        |pattern: &Pattern| pattern.fields.iter().any(|field| key::FIELDS_OF_COMMENTS.contains(&field.as_str()));
    if has(&key::ONLY_COMMENTS) {
        "comment"
    } else if has(&key::ONLY_POSTS) || !searches.iter().all(of_comments) {
        "submission"
    } else {
        "any"
    }
}

/// The last comment above a rule, or its line.
fn named(section: &Section) -> String {
    let comments = section.text.lines().take_while(|line| line.trim().is_empty() || line.starts_with('#'));
    let said = comments.map(|line| line.trim_start_matches('#').trim()).filter(|line| !line.is_empty());
    said.last().map_or_else(|| format!("the rule in line {}", section.line), str::to_owned)
}

impl Rule {
    fn set(&mut self, key: &str, value: &Node) {
        let number = match value.kind() {
            Some(Kind::Int(number)) => Some(number),
            _ => None,
        };
        let text = || value.text().unwrap_or_default();
        match key {
            "type" => self.kind = text().to_owned(),
            "priority" => self.priority = number.unwrap_or(0),
            "comment" => self.comment = Some(text().to_owned()),
            "action" => self.removes = ["remove", "spam", "filter"].contains(&text()),
            "body_longer_than" => self.longer = number,
            "body_shorter_than" => self.shorter = number,
            "is_edited" => self.is_edited = Some(value.kind() == Some(Kind::Bool(true))),
            "ignore_blockquotes" => self.without_quotes = value.kind() == Some(Kind::Bool(true)),
            _ if key::known(key, false).is_some_and(|(_, what_for)| what_for == For::Check) => {
                self.unseen.push(key.to_owned());
            }
            _ => {}
        }
    }

    /// Whether the rule fires on a new post.
    pub fn hits(&self, item: &Item<'_>) -> bool {
        self.found(item).is_some()
    }

    /// What its searches find in a new post, by their names; nothing if the rule does not fire.
    pub fn found(&self, item: &Item<'_>) -> Option<Vec<(String, String)>> {
        let is_text = item.url.is_empty();
        let is_for_it = match self.kind.as_str() {
            "any" | "submission" => true,
            "text submission" => is_text,
            "link submission" => !is_text,
            _ => false,
        };
        if !is_for_it || self.is_edited == Some(true) {
            return None;
        }
        let unquoted;
        let mut body = item.body;
        if self.without_quotes {
            let kept = body.lines().filter(|line| !line.starts_with('>') && !line.is_empty());
            unquoted = kept.collect::<Vec<_>>().join("\n");
            body = &unquoted;
        }
        let words = body.trim_matches(|c: char| !(c.is_alphanumeric() || c == '_')).chars().count();
        let length = i64::try_from(words).unwrap_or(i64::MAX);
        if self.longer.is_some_and(|least| length <= least) || self.shorter.is_some_and(|most| length >= most) {
            return None;
        }
        self.searched(&Item { body, ..*item }, is_text)
    }

    fn searched(&self, item: &Item<'_>, is_text: bool) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        let mut has_looked = false;
        for pattern in &self.searches {
            let texts = pattern.fields.iter().filter_map(|field| match field.as_str() {
                "title" => Some(item.title),
                "body" => is_text.then_some(item.body),
                "url" => (!is_text).then_some(item.url),
                "domain" if !is_text => Some(domain(item.url)),
                _ => Some(""),
            });
            let mut hit = None;
            for text in texts {
                has_looked = true;
                // A pattern that runs away would run away on Reddit, too, and then the rule does not fire.
                hit = pattern.regex.captures(text).ok()?.and_then(|all| Some(all.get(1)?.as_str().to_owned()));
                if hit.is_some() {
                    break;
                }
            }
            if hit.is_some() != pattern.must_match {
                return None;
            }
            found.extend(hit.map(|words| (pattern.name.clone(), words)));
        }
        (has_looked || self.searches.is_empty()).then_some(found)
    }

    /// Whether this rule cannot fire where another one does: one of them demands what the other one forbids.
    pub fn excludes(&self, other: &Self) -> bool {
        let apart = |one: &str, two: &str| {
            matches!((one, two), ("text submission", "link submission") | ("comment", "submission"))
                || (one == "comment" && two.ends_with(" submission"))
        };
        let lengths = |one: &Self, two: &Self| matches!((one.longer, two.shorter), (Some(least), Some(most)) if least + 1 >= most);
        let opposed = self.searches.iter().any(|one| {
            other.searches.iter().any(|two| {
                one.must_match != two.must_match && one.source == two.source && same(&one.fields, &two.fields)
            })
        });
        opposed
            || apart(&self.kind, &other.kind)
            || apart(&other.kind, &self.kind)
            || lengths(self, other)
            || lengths(other, self)
            || matches!((self.is_edited, other.is_edited), (Some(one), Some(two)) if one != two)
    }
}

fn same(one: &[String], two: &[String]) -> bool {
    one.len() == two.len() && one.iter().all(|field| two.contains(field))
}

fn domain(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().trim_start_matches("www.")
}

impl Pattern {
    /// A search check with its values.
    ///
    /// # Errors
    /// Why the pattern is none.
    pub fn new(key: &Search<'_>, value: &Node) -> Result<Self, String> {
        let source = source(key, value);
        let flags = if key.modifiers.contains(&"case-sensitive") { "(?s)" } else { "(?si)" };
        let regex = compile(&format!("{flags}{source}"))?;
        let fields = key.fields.iter().map(|field| (*field).to_owned()).collect();
        Ok(Self { name: key.name.to_owned(), fields, must_match: !key.is_inverted, regex, source })
    }
}

/// The pattern of a search check, as Reddit puts it together.
fn source(key: &Search<'_>, value: &Node) -> String {
    let texts = value.items().iter().filter_map(Node::text);
    let texts: Vec<String> = texts
        .map(|text| if key.is_regex() { text.to_owned() } else { fancy_regex::escape(text).into_owned() })
        .collect();
    let mut any = format!("({})", texts.join("|"));
    let has_method = key.modifiers.iter().any(|modifier| key::METHODS.contains(modifier));
    if key.fields == ["domain"] && !has_method {
        any = format!(r"(?:.*?\.)?{any}");
    }
    match key.method() {
        "full-exact" => format!("^{any}$"),
        "full-text" => format!(r"^\W*{any}\W*$"),
        "includes" => any,
        "starts-with" => format!("^{any}"),
        "ends-with" => format!("{any}$"),
        _ => format!(r"(?:^|\W|\b){any}(?:$|\W|\b)"),
    }
}

/// Compiles a pattern of Python's dialect as far as the dialects agree.
///
/// # Errors
/// Why it is none.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    let build = |pattern: &str| {
        let mut builder = RegexBuilder::new(pattern);
        builder.delegate_size_limit(MOST_BYTES).build()
    };
    let ported = pattern.replace(r"\Z", r"\z");
    // A brace that repeats nothing stands for itself in Python.
    build(&ported)
        .or_else(|first| build(&with_plain_braces(&ported)).map_err(|_| first))
        .map_err(|error| error.to_string())
}

fn with_plain_braces(pattern: &str) -> String {
    let mut out = String::new();
    for (at, c) in pattern.char_indices() {
        let is_escaped = pattern[..at].chars().rev().take_while(|before| *before == '\\').count() % 2 == 1;
        let inner = pattern[at..].strip_prefix('{').filter(|inner| inner.contains('}'));
        let repeats = inner.is_some_and(|inner| inner.starts_with(|c: char| c.is_ascii_digit()));
        if c == '{' && !is_escaped && !repeats {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Whether a section's value is a rule at all: a map.
pub fn is_rule(section: &Section) -> bool {
    matches!(&section.read, Ok(Some(Node { value: Value::Map(_), .. })))
}

#[cfg(test)]
mod tests {
    use super::super::page::sections;
    use super::*;

    fn hits(rule: &str, title: &str, body: &str, url: &str) -> bool {
        let sections = sections(rule);
        let rules = rules(&sections);
        assert_eq!(rules.len(), 1, "{rule}");
        rules[0].hits(&Item { title, body, url })
    }

    #[test]
    fn a_brace_that_repeats_nothing_stands_for_itself() {
        for (pattern, text, finds) in
            [("x{{y}}", "x{{y}}", true), ("{é}", "{é}", true), (r"a{2}\{b", "aa{b", true), ("a{2}{b", "a{2}{b", false)]
        {
            assert_eq!(compile(pattern).unwrap().is_match(text).unwrap(), finds, "{pattern}");
        }
        for broken in ["(}", "(x{{y}}", "[}é", "(é}{"] {
            assert!(compile(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn posts_are_matched_as_reddit_matches_them() {
        let table = [
            ("title: [ml]\naction: report", "What is ML?", "", "", true),
            ("title: [ml]\naction: report", "What is HTML?", "", "", false),
            ("title (includes): [ml]\naction: report", "What is HTML?", "", "", true),
            ("title: ['c++']\naction: report", "c++ or rust", "", "", true),
            ("title (starts-with): how\naction: report", "However", "", "", true),
            ("title (ends-with): you\naction: report", "thank you", "", "", true),
            ("title (full-exact): help\naction: report", "help!", "", "", false),
            ("title (full-text): help\naction: report", "Help!", "", "", true),
            ("title (case-sensitive): Help\naction: report", "help", "", "", false),
            ("title (regex): ['a.c']\naction: report", "abc", "", "", true),
            ("title+body: [x]\naction: report", "no", "x", "", true),
            ("~title+body: [x]\naction: report", "no", "x", "", false),
            ("~title+body: [x]\naction: report", "no", "no", "", true),
            ("body: [x]\naction: report", "x", "x", "https://example.org", false),
            ("title: [a]\nbody#2: [b]\naction: report", "a", "b", "", true),
            ("title: [a]\nbody#2: [b]\naction: report", "a", "c", "", false),
            ("domain: example.org\naction: remove", "x", "", "https://sub.example.org/x", true),
            ("domain: example.org\naction: remove", "x", "", "https://example.com/x", false),
            ("url: org/x\naction: remove", "x", "", "https://example.org/x", true),
            ("body_longer_than: 3\naction: report", "x", "  abc! ", "", false),
            ("body_shorter_than: 4\naction: report", "x", "  abc! ", "", true),
            ("type: comment\nbody: [x]\naction: report", "x", "x", "", false),
            ("type: link submission\ntitle: [x]\naction: report", "x", "", "", false),
            ("is_edited: true\ntitle: [x]\naction: report", "x", "", "", false),
            ("ignore_blockquotes: true\nbody: [x]\naction: report", "a", "> x\ny", "", false),
            ("title (regex): ['(?<!no )entry']\naction: report", "no entry", "", "", false),
            ("title (regex): ['{{x}']\naction: report", "a {{x} b", "", "", true),
        ];
        for (rule, title, body, url, expected) in table {
            assert_eq!(hits(rule, title, body, url), expected, "{rule}\n{title} / {body} / {url}");
        }
    }

    #[test]
    fn a_rule_for_all_that_looks_at_titles_is_for_posts() {
        let page =
            "title: [a]\ncomment: one\n---\ntype: comment\nbody: [b]\ncomment: two\n---\nbody: [c]\ncomment: three\n";
        let sections = sections(page);
        let rules = rules(&sections);
        assert!(rules[0].excludes(&rules[1]) && !rules[1].excludes(&rules[2]) && !rules[0].excludes(&rules[2]));
    }

    #[test]
    fn rules_that_cannot_both_fire_are_known() {
        let page = "title: [a]\ncomment: one\n---\n~title: [a]\ncomment: two\n---\ntitle: [b]\ncomment: three\n";
        let sections = sections(page);
        let rules = rules(&sections);
        assert!(rules[0].excludes(&rules[1]) && rules[1].excludes(&rules[0]) && !rules[0].excludes(&rules[2]));
    }

    #[test]
    fn the_words_that_matched_are_told() {
        let sections = sections("title (regex): ['how .{0,10}start', stop]\ncomment: x\n");
        let rules = rules(&sections);
        let found = rules[0].found(&Item { title: "So how do I start?", ..Item::default() });
        assert_eq!(found, Some(vec![("title".to_owned(), "how do I start".to_owned())]));
    }
}
