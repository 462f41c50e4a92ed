//! What is wrong with an AutoModerator page, with its line and what to do (pure).
//!
//! Reddit refuses a page that is no YAML, and then no rule works; but most mistakes it takes in silence: a rule that never
//! fires, fires always, or comments twice.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;

use super::key::{self, For, Search, Takes};
use super::matcher::{self, Rule};
use super::page::{self, Node, Section, Style, Value};
use super::scalar::Kind;

mod dialect;
mod patterns;
mod raw;
mod texts;
mod together;
mod values;

/// What Reddit takes as one page.
const MOST_BYTES: usize = 524_288;

/// Something to fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.problem)
    }
}

/// Where findings are put, and the patterns that have none: rules often share them, and reading one takes a while.
#[derive(Default)]
struct Found(Vec<Finding>, HashSet<String>);

impl Found {
    fn add(&mut self, line: usize, problem: impl Into<String>) {
        self.0.push(Finding { line, problem: problem.into() });
    }
}

/// Everything that is wrong with a page, by line.
pub fn lint(text: &str) -> Vec<Finding> {
    let mut found = Found::default();
    if text.len() > MOST_BYTES {
        found.add(
            1,
            format!("the page has {} bytes, but Reddit takes at most {MOST_BYTES}; make it shorter", text.len()),
        );
    }
    let sections = page::sections(text);
    for section in &sections {
        raw::lines(section, &mut found);
        match &section.read {
            Err((line, why)) => unreadable(section, *line, why, &mut found),
            Ok(None) => {}
            Ok(Some(node)) => match node.entries() {
                Some(entries) => rule(node.line, entries, &mut found),
                None => found.add(
                    node.line,
                    "this is no rule, and AutoModerator skips it; begin a remark with #, or write the rule as “key: value”",
                ),
            },
        }
    }
    doubles(&sections, &mut found);
    found.0.sort_by(|a, b| (a.line, &a.problem).cmp(&(b.line, &b.problem)));
    found.0.dedup();
    found.0
}

/// A part that is no YAML. What the lines themselves show is the better reason.
fn unreadable(section: &Section, line: usize, why: &str, found: &mut Found) {
    let lines = section.text.lines().count();
    let is_explained = found.0.iter().any(|known| (section.line..=section.line + lines).contains(&known.line));
    if !is_explained {
        found.add(
            line,
            format!(
                "this is not YAML ({}), and Reddit will not save the page; put texts with special signs in single quotes, and \
                 look at the indents",
                why.lines().next().unwrap_or_default()
            ),
        );
    }
}

/// The keys and values of a rule.
type Entries = [(Node, Node)];

fn named<'a>(entries: &'a Entries, wanted: &str) -> Option<&'a Node> {
    let is_it = |(key, _): &&(Node, Node)| key.text().is_some_and(|key| key.to_lowercase() == wanted);
    entries.iter().rev().find(is_it).map(|(_, value)| value)
}

fn rule(line: usize, entries: &Entries, found: &mut Found) {
    let kind = named(entries, "type").and_then(Node::text).unwrap_or("any");
    let (checks, actions) = keys(entries, kind, false, found);
    let has_type = kind != "any";
    if !checks && !has_type {
        found.add(
            line,
            "this rule looks at nothing, so AutoModerator drops it in silence; add a check, such as title: ['word']",
        );
    }
    if !actions {
        found.add(
            line,
            "this rule does nothing, so AutoModerator drops it in silence; add an action, such as action: report",
        );
    }
    comments(line, entries, kind, found);
    texts::texts(entries, found);
    together::together(entries, kind, found);
}

/// Looks at all keys. Whether there is one that checks something, and one that does something.
fn keys(entries: &Entries, kind: &str, is_of_people: bool, found: &mut Found) -> (bool, bool) {
    let (mut checks, mut actions) = (false, false);
    let mut seen: Vec<(String, usize)> = Vec::new();
    for (node, value) in entries {
        let Some(written) = node.text() else {
            found.add(node.line, "a key must be one word; put the list or map after the colon");
            continue;
        };
        let key = written.to_lowercase();
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == key) {
            let is_search = key::known(&key, is_of_people).is_none() && Search::parse(&key).is_some();
            let cure = if is_search {
                format!("join the two, or write {}", numbered(&key))
            } else {
                "leave one out".to_owned()
            };
            found.add(
                node.line,
                format!("“{written}” stands here and in line {first}, and only this one counts; {cure}"),
            );
        }
        seen.push((key.clone(), node.line));
        let (is_check, is_action) = one(&key, node, value, kind, is_of_people, found);
        checks |= is_check;
        actions |= is_action;
    }
    (checks, actions)
}

/// A search check's key by another name: `title#2 (regex)`.
fn numbered(key: &str) -> String {
    let end = key.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(key.len());
    format!("{}#2{}", &key[..end], &key[end..])
}

fn one(key: &str, node: &Node, value: &Node, kind: &str, is_of_people: bool, found: &mut Found) -> (bool, bool) {
    if let Some((takes, what_for)) = key::known(key, is_of_people) {
        values::takes(key, takes, value, found);
        fits(key, node.line, kind, found);
        return (what_for == For::Check, what_for == For::Action);
    }
    let group = key.trim_start_matches('~');
    if !is_of_people && key::GROUPS.contains(&group) {
        fits(key, node.line, kind, found);
        return match value.entries() {
            Some(entries) if group == "parent_submission" => keys(entries, "submission", false, found),
            Some(entries) => keys(entries, kind, true, found),
            None if group == "author" && !is_nothing(value) => (true, false),
            None => {
                found.add(
                    node.line,
                    format!("{group} needs its checks below it, indented; for example name: ['AutoModerator']"),
                );
                (false, false)
            }
        };
    }
    let Some(search) = Search::parse(key) else {
        found.add(node.line, format!("the key “{key}” cannot be read; write field, field+field or field (modifier)"));
        return (true, false);
    };
    (searched(&search, node.line, value, kind, is_of_people, found), false)
}

/// A search check. Whether it is one.
fn searched(search: &Search<'_>, line: usize, value: &Node, kind: &str, is_of_people: bool, found: &mut Found) -> bool {
    let fields = if is_of_people { key::FIELDS_OF_PEOPLE } else { key::FIELDS };
    if let Some(field) = search.fields.iter().find(|field| !fields.contains(field)) {
        let told = match elsewhere(search, field, is_of_people) {
            Some(told) => told,
            None => {
                let near = nearest(field, key::names(is_of_people));
                let all = || format!("the fields are {}", fields.join(", "));
                let hint = near.map_or_else(all, |near| format!("did you mean {near}?"));
                format!("there is no field or key “{field}”, and Reddit will not save the page; {hint}")
            }
        };
        found.add(line, told);
        return true;
    }
    for modifier in &search.modifiers {
        let all = || key::METHODS.iter().chain(key::OTHERS).copied();
        if !all().any(|known| known == *modifier) {
            let near = nearest(modifier, all()).unwrap_or("includes-word");
            found.add(
                line,
                format!("there is no modifier “{modifier}”, and Reddit will not save the page; did you mean {near}?"),
            );
        }
    }
    if search.modifiers.iter().filter(|modifier| key::METHODS.contains(modifier)).count() > 1 {
        found.add(line, "a search has one method, and only the first one here counts; leave out the others");
    }
    if kind == "comment" && !is_of_people && !search.fields.iter().any(|field| key::FIELDS_OF_COMMENTS.contains(field))
    {
        found.add(
            line,
            format!(
                "comments have no {}; look at the body, or put the check below parent_submission",
                search.fields.join("+")
            ),
        );
    }
    if kind == "text submission" && search.fields == ["url"] {
        found.add(
            line,
            "texts have no address, so this rule never fires; look at the body, or choose type: link submission",
        );
    }
    values::searched(search, value, found);
    patterns::patterns(search, value, found);
    true
}

/// What is wrong with a name that is known, but not as this field.
fn elsewhere(search: &Search<'_>, field: &str, is_of_people: bool) -> Option<String> {
    if key::known(field, is_of_people).is_some() {
        return Some(format!(
            "{field} is no search, so it cannot be written as {}, and Reddit will not save the page; write {field}: alone, with \
             the opposite value if ~ was meant",
            search.name
        ));
    }
    let is_of_author = key::known(field, true).is_some() || key::FIELDS_OF_PEOPLE.contains(&field);
    let is_of_post = key::known(field, false).is_some() || key::FIELDS.contains(&field);
    match is_of_people {
        false if is_of_author => {
            Some(format!("{field} is of the author, and Reddit will not save the page; put it below author:, indented"))
        }
        true if is_of_post => Some(format!(
            "{field} is of the post, and Reddit will not save the page; put it where author: stands, not below"
        )),
        _ => None,
    }
}

/// Whether there is nothing in it.
fn is_nothing(value: &Node) -> bool {
    value.kind() == Some(Kind::Null) || value.items().is_empty()
}

/// Keys that the kind of post does not have.
fn fits(key: &str, line: usize, kind: &str, found: &mut Found) {
    let (only_comments, only_posts) = (key::ONLY_COMMENTS.contains(&key), key::ONLY_POSTS.contains(&key));
    if only_comments && kind.ends_with("submission") {
        found.add(
            line,
            format!("{key} is for comments, and this rule is for a {kind}; choose type: comment, or leave it out"),
        );
    }
    if only_posts && kind == "comment" {
        found.add(
            line,
            format!("{key} is for posts, and this rule is for comments; choose type: submission, or leave it out"),
        );
    }
}

/// What a rule that comments should say.
fn comments(line: usize, entries: &Entries, kind: &str, found: &mut Found) {
    let Some(comment) = entries.iter().find(|(key, _)| key.text().is_some_and(|key| key.to_lowercase() == "comment"))
    else {
        return;
    };
    let line = comment.0.line.max(line);
    let is = |key: &str, wanted: bool| named(entries, key).and_then(Node::kind) == Some(Kind::Bool(wanted));
    let action = named(entries, "action").and_then(Node::text).unwrap_or_default();
    if !is("is_edited", false) && !is("is_edited", true) {
        found.add(line, "after three days an edited post gets this comment again; add is_edited: false");
    }
    if !["remove", "spam", "filter", "report"].contains(&action) && named(entries, "moderators_exempt").is_none() {
        found.add(line, "moderators get this comment, too; add moderators_exempt: true");
    }
    if kind != "comment" && !is("comment_stickied", true) {
        found.add(line, "readers see AutoModerator's comments folded up; add comment_stickied: true");
    }
}

/// Rules that may both comment on one post.
fn doubles(sections: &[Section], found: &mut Found) {
    let rules: Vec<Rule> = sections.iter().filter_map(matcher::rule).collect();
    for rule in rules.iter().filter(|rule| rule.excludes(rule)) {
        found.add(rule.line, "this rule demands what it forbids, so it never fires; leave one of the two checks out");
    }
    let commenting: Vec<&Rule> = rules.iter().filter(|rule| rule.comment.is_some() && !rule.removes).collect();
    for (at, later) in commenting.iter().enumerate() {
        if let Some(earlier) = commenting[..at].iter().find(|earlier| !later.excludes(earlier)) {
            found.add(
                later.line,
                format!(
                    "this rule and the one in line {} may both comment on one post; give one of them the other's check with ~ \
                     before it",
                    earlier.line
                ),
            );
        }
    }
}

/// The name that is likest to a misspelt one, if one is like it.
fn nearest(wanted: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let far = |name: &&str| strsim::damerau_levenshtein(wanted, name);
    names.min_by_key(|name| (far(name), *name)).filter(|name| far(name) <= 2.max(wanted.chars().count() / 3))
}
