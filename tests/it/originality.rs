//! The pages say it in their own words, and say where it comes from.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use cairn::wiki::{Page, folder, markdown};

use crate::world::beside::beside;

/// So many words in a row are a copy.
const RUN: usize = 8;

fn words(text: &str) -> Vec<String> {
    let text = text.replace(['\'', '’'], "").to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// The running text of a page: marked quotations (lines that begin with `>`) and addresses are left out.
fn own_words(source: &str) -> Vec<String> {
    let unquoted: Vec<&str> = source.lines().filter(|l| !l.trim_start().starts_with('>')).collect();
    let text = unquoted.join("\n");
    let body = text.splitn(3, "---\n").nth(2).unwrap_or(&text);
    words(&markdown::plain(body))
}

#[test]
fn no_page_copies_a_sentence_from_its_sources() {
    let Some(folder) = beside("sources") else { return };
    let entries = fs::read_dir(&folder).expect("articles");
    let mut runs: HashMap<Vec<String>, String> = HashMap::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let source = words(&fs::read_to_string(&path).expect("an article"));
        runs.extend(source.windows(RUN).map(|w| (w.to_vec(), name.clone())));
    }
    assert!(runs.len() > 10_000, "the articles were read");
    let sources = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("guides/SOURCES.md")).expect("SOURCES");
    let mut pages: Vec<(String, String)> = folder::seed().into_iter().map(|f| (f.slug, f.source)).collect();
    pages.push(("SOURCES".to_owned(), sources));
    let mut copies = Vec::new();
    for (slug, source) in &pages {
        for run in own_words(source).windows(RUN) {
            if let Some(article) = runs.get(run) {
                copies.push(format!("{slug} has “{}” from {article}", run.join(" ")));
            }
        }
    }
    assert!(copies.is_empty(), "{}", copies.join("\n"));
}

#[test]
fn every_place_in_the_table_of_sources_is_there() {
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("guides/SOURCES.md")).expect("SOURCES");
    let pages: HashMap<String, Page> =
        folder::seed().into_iter().map(|f| (f.slug, Page::parse(&f.source).expect("a page"))).collect();
    let mut places = 0;
    for row in table.lines().filter(|l| l.starts_with("| ") && l.contains(".md §")) {
        let cell = row.split('|').nth(2).expect("the place");
        for place in cell.split(".md § ").collect::<Vec<_>>().windows(2) {
            let slug = place[0].rsplit([' ', ';']).next().expect("a page").trim();
            let page = pages.get(slug).unwrap_or_else(|| panic!("no page {slug}: {row}"));
            // The section's name runs to the next page or to the end of the cell.
            let name = place[1].rsplit_once("; ").filter(|_| is_page(&pages, place[1])).map_or(place[1], |(n, _)| n);
            for section in name.split("; § ") {
                let section = section.trim();
                let known = section == "lead" || page.sections.iter().any(|s| s.heading == section);
                assert!(known, "{slug} has no section “{section}”: {row}");
                places += 1;
            }
        }
    }
    assert!(places > 400, "{places} places were looked up");
}

/// Whether the text ends in another page's name, as in `Some section; other-page`.
fn is_page(pages: &HashMap<String, Page>, text: &str) -> bool {
    text.rsplit_once("; ").is_some_and(|(_, last)| pages.contains_key(last.trim()))
}
