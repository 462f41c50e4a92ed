//! Finds headings, `asked` phrases and texts that occur in two places of the wiki (pure).

use std::collections::{HashMap, HashSet};

use super::{Finding, Level, Read};
use crate::wiki::{Section, markdown, name};

/// The length of the word sequences that are compared.
const SHINGLE: usize = 4;
/// Sections with fewer such sequences are not compared.
const LEAST: usize = 30;
/// Two sections are too similar from this share of the shorter one's sequences on, in percent.
const SAME_PERCENT: usize = 30;
/// A sequence in this many sections is a common formula and is ignored.
const COMMON: usize = 8;

/// Finds everything that two places share. The finding is reported at the later one.
pub fn alike(pages: &[Read<'_>], findings: &mut Vec<Finding>) {
    headings(pages, findings);
    ways_of_asking(pages, findings);
    texts(pages, findings);
}

fn sections<'a>(pages: &'a [Read<'a>]) -> impl Iterator<Item = (&'a Read<'a>, &'a Section)> {
    pages.iter().flat_map(|page| page.1.sections.iter().map(move |section| (page, section)))
}

fn place(page: &Read<'_>, section: &Section) -> String {
    let fragment = if section.anchor.is_empty() { String::new() } else { format!("#{}", section.anchor) };
    format!("{}.md{fragment}", page.1.front.slug)
}

fn warning(page: &Read<'_>, line: usize, problem: String) -> Finding {
    Finding { file: page.0.clone(), line, level: Level::Warning, problem }
}

fn headings(pages: &[Read<'_>], findings: &mut Vec<Finding>) {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for (page, section) in sections(pages).filter(|(_, section)| section.level > 1) {
        let slug = page.1.front.slug.as_str();
        let owner = *owners.entry(name(&section.heading)).or_insert(slug);
        if owner != slug {
            let problem = format!(
                "the page {owner} has the heading “{}”, too; say in each what it is about there",
                section.heading
            );
            findings.push(warning(page, section.line, problem));
        }
    }
}

fn ways_of_asking(pages: &[Read<'_>], findings: &mut Vec<Finding>) {
    let mut owners: HashMap<String, String> = HashMap::new();
    for (page, section) in sections(pages) {
        let here = place(page, section);
        for way in &section.asked {
            let owner = owners.entry(name(way)).or_insert_with(|| here.clone());
            if *owner != here {
                let problem = format!("“{way}” asks for {owner}, too; keep it only where the text answers it");
                findings.push(warning(page, line_of_asked(page.2, section), problem));
            }
        }
    }
}

/// The line of a section's `asked` phrases.
fn line_of_asked(source: &str, section: &Section) -> usize {
    let above = source.lines().enumerate().skip(section.line - 1).take(section.text_line + 1 - section.line);
    above.filter(|(_, line)| line.contains("<!-- asked:")).map(|(at, _)| at + 1).next().unwrap_or(section.line)
}

fn texts(pages: &[Read<'_>], findings: &mut Vec<Finding>) {
    let all: Vec<(&Read<'_>, &Section)> = sections(pages).collect();
    let runs: Vec<HashSet<String>> = all.iter().map(|(_, section)| shingles(&section.shown)).collect();
    let mut owners: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, run) in runs
        .iter()
        .enumerate()
        .filter(|(_, runs)| runs.len() >= LEAST)
        .flat_map(|(at, runs)| runs.iter().map(move |run| (at, run)))
    {
        owners.entry(run).or_default().push(at);
    }
    let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
    for owners in owners.values().filter(|owners| owners.len() <= COMMON) {
        for (i, earlier) in owners.iter().enumerate() {
            for later in &owners[i + 1..] {
                *shared.entry((*earlier, *later)).or_default() += 1;
            }
        }
    }
    let mut shared: Vec<((usize, usize), usize)> = shared.into_iter().collect();
    shared.sort_unstable();
    for ((earlier, later), count) in shared {
        let percent = count * 100 / runs[earlier].len().min(runs[later].len());
        if percent >= SAME_PERCENT {
            let (page, section) = all[later];
            let other = place(all[earlier].0, all[earlier].1);
            let problem = format!(
                "the section “{}” says much the same as {other} ({percent} % of its runs of {SHINGLE} words); keep one and link to it",
                section.heading
            );
            findings.push(warning(page, section.line, problem));
        }
    }
}

/// The word sequences of a text.
fn shingles(markdown: &str) -> HashSet<String> {
    let plain = markdown::plain(markdown).to_lowercase();
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(SHINGLE).map(|run| run.join(" ")).collect()
}
