//! What there is to study on a track: its guide and the pages it leads to, as the steps of a plan.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::steps::{Chapter, Section, Step};
use super::{Made, Planned, Wanted, steps};
use crate::store::Store;
use crate::student::Caller;
use crate::triage::Track;
use crate::wiki::{self, Page, markdown};
use crate::{Kind, Result, plan};

/// What a guide wants done first has this heading, or it begins so.
const FIRST: &str = "Your first three steps";
/// Pages with this tag are for looking things up, and no one studies them from beginning to end.
const LOOKED_UP: &str = "reference";
/// Minutes of it, if it does not say how long it takes.
const FIRST_TAKES: u16 = 240;
/// Words of a first step that name it.
const OPENING: usize = 8;
/// Hours as the guides write them, from one on.
const HOURS: [&str; 8] = ["one", "two", "three", "four", "five", "six", "seven", "eight"];

/// The steps of a track, with links below `base`. The other tracks' guides are left out, and
/// pages for looking things up, and those that are not there.
///
/// # Errors
/// Refused if the track has no guide.
pub async fn syllabus(store: &Store, track: Track, base: &str) -> Result<Vec<Step>> {
    let mut guide = chapter(&wiki::guide(store, track).await?.page, base);
    let named: BTreeSet<String> = guide.sections.iter().flat_map(|section| section.leads_to.clone()).collect();
    let (mut others, mut slugs) = (BTreeMap::new(), BTreeMap::new());
    for name in named {
        match wiki::page(store, &name).await {
            Ok(stored) => {
                let slug = stored.page.front.slug.clone();
                slugs.insert(name, slug.clone());
                others.insert(slug, stored.page);
            }
            Err(error) if error.kind() == Some(Kind::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    // A link may say a name that the page had before.
    for name in guide.sections.iter_mut().flat_map(|section| &mut section.leads_to) {
        if let Some(slug) = slugs.get(name) {
            name.clone_from(slug);
        }
    }
    let mut others: Vec<Page> = others.into_values().collect();
    others.retain(|page| page.front.track.is_none() && !page.front.tags.iter().any(|tag| tag == LOOKED_UP));
    Ok(steps::steps(&guide, &others.iter().map(|page| chapter(page, base)).collect::<Vec<_>>()))
}

/// A page as a plan needs it. Its lead is no step: it says what the page is for.
fn chapter(page: &Page, base: &str) -> Chapter {
    let slug = &page.front.slug;
    let section = |section: &wiki::Section| {
        let text = markdown::plain(&section.shown);
        let is_first = section.heading.starts_with(FIRST);
        Section {
            heading: section.heading.clone(),
            link: wiki::link(base, slug, &section.anchor),
            words: text.split_whitespace().count(),
            first: is_first.then(|| stated(&text).unwrap_or(FIRST_TAKES)),
            leads_to: section.links.iter().filter_map(|link| page_of(&link.target)).collect(),
        }
    };
    let sections = page.sections.iter().filter(|s| s.level > 1);
    let sections = sections.flat_map(|it| first_steps(section(it), &it.shown)).collect();
    Chapter { slug: slug.clone(), sections }
}

/// What a guide wants done first, as many steps as it lists, each by its first words; any other section as it is.
fn first_steps(section: Section, markdown: &str) -> Vec<Section> {
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let item =
        |line: &str| line.split_once(". ").filter(|(number, _)| is_number(number)).map(|(_, text)| text.to_owned());
    let items: Vec<String> = markdown.lines().filter_map(item).collect();
    let (Some(all), Ok(count)) = (section.first, u16::try_from(items.len())) else { return vec![section] };
    if count == 0 {
        return vec![section];
    }
    let step = |(n, text): (usize, &String)| Section {
        heading: format!("First step {}: {}", n + 1, opening(&markdown::plain(text))),
        first: Some(all / count),
        ..section.clone()
    };
    items.iter().enumerate().map(step).collect()
}

/// The first words of a sentence.
fn opening(text: &str) -> String {
    let clause = text.split([',', ':', ';', '.', '(']).next().unwrap_or_default();
    let words: Vec<&str> = clause.split_whitespace().collect();
    let cut = if words.len() > OPENING { "…" } else { "" };
    format!("{}{cut}", words[..words.len().min(OPENING)].join(" "))
}

/// How many minutes a text says that something takes: "about five hours" or "about 5 hours", up to eight.
fn stated(text: &str) -> Option<u16> {
    text.split("about ").skip(1).find_map(|after| {
        let (number, unit) = after.split_once(' ')?;
        let written = HOURS.iter().position(|word| *word == number).map(|index| index + 1);
        let hours = written.or_else(|| number.parse().ok()).filter(|hours| (1..=HOURS.len()).contains(hours))?;
        unit.starts_with("hour").then(|| u16::try_from(60 * hours).ok())?
    })
}

fn page_of(target: &str) -> Option<String> {
    markdown::internal(target).map(|(page, _)| page.to_owned()).filter(|page| !page.is_empty())
}

/// Makes a person a plan of a track's guide, as [`plan::make`] does. The pages that the guide leads to are many weeks of study:
/// [`whole`] adds them for who wants them.
///
/// # Errors
/// As [`plan::make`], and refused if the track has no guide.
pub async fn plan(
    store: &Store,
    caller: &Caller,
    (track, hours, deadline): (Track, i64, &str),
    replace: bool,
    base: &str,
    now: Timestamp,
) -> Result<Made> {
    let mut steps = syllabus(store, track, base).await?;
    let guide = steps.first().map(|step| step.page.clone());
    steps.retain(|step| Some(&step.page) == guide.as_ref());
    let wanted = Wanted { track: track.slug().to_owned(), hours, deadline: deadline.to_owned() };
    plan::make(store, caller, &wanted, steps, replace, now).await
}

/// Adds to a person's plan the pages that its guide leads to.
///
/// # Errors
/// As [`plan::extend`].
pub async fn whole(store: &Store, caller: &Caller, number: i64, base: &str, now: Timestamp) -> Result<Planned> {
    let steps = async |track: &str| match track.parse() {
        Ok(track) => syllabus(store, track, base).await,
        Err(_) => Ok(Vec::new()),
    };
    plan::extend(store, caller, number, steps, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_that_a_text_states() {
        for (text, minutes) in [
            ("Everything here is free and fits into about five hours.", Some(300)),
            ("It is about you, and about 2 hours long.", Some(120)),
            ("about one hour", Some(60)),
            ("This is one free weekend's worth of play.", None),
            ("about ninety hours, about 0 hours, about 9 hours, about five days, about", None),
        ] {
            assert_eq!(stated(text), minutes, "{text}");
        }
    }
}
