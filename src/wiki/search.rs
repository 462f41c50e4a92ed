//! Search: exact name → prefix → typo → ranked full text.
//!
//! Names (slug, title, alias, heading) are looked up first, because a person who types one wants
//! that page. Whatever room is left is filled by ranking (see [`rank`]).

use std::collections::HashSet;
use std::fmt;

use super::rank::{self, Matches, Term};
use super::{Platform, Snippet, date, link, markdown, name, snippet, sql, thesaurus, words};
use crate::store::{Connection, Store};
use crate::{Error, Result};

/// The most characters of a query.
pub const MAX_QUERY_CHARS: usize = 1_000;
/// How many choices a person is offered when nothing is a clear winner.
pub const CHOICES: usize = 5;
/// If the best section has less than this share of the question's weight, the wiki has no answer.
const LEAST_COVERAGE: f64 = 0.25;
/// How far the best must lead to be the answer rather than one of several choices.
const CLEAR_LEAD: f64 = 0.10;
/// How many ranked sections are read from the database.
const CANDIDATES: usize = 30;

/// How a section was found, best way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The query is the page's slug or title, or the section's heading.
    Exact,
    /// The query is an alias of the page.
    Alias,
    /// A name begins with the query.
    Prefix,
    /// A name is a slip of the pen away.
    Typo,
    /// By its words.
    Ranked,
}

impl How {
    /// The score of a hit found by name; ranked ones lie below all of these.
    const fn score(self) -> f64 {
        match self {
            Self::Exact => 1.0,
            Self::Alias => 0.97,
            Self::Prefix => 0.9,
            Self::Typo => 0.85,
            Self::Ranked => 0.75,
        }
    }
}

/// A section that may answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The section, uncut.
    pub snippet: Snippet,
    /// From 0 (nothing in common) to 1 (its very name).
    pub score: f64,
    /// The way it was found.
    pub how: How,
    /// The reasons, for `--explain`.
    pub because: String,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Best first; empty if nothing good was found.
    pub hits: Vec<Hit>,
    /// Misspelt words of the query and what they were taken for.
    pub corrected: Vec<(String, String)>,
    /// Where the person can ask people instead.
    pub humans: String,
}

/// What to show of an [`Answer`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Found<'a> {
    /// One section is the answer.
    Clear(&'a Hit),
    /// Up to [`CHOICES`] sections may be.
    Choices(&'a [Hit]),
    /// The wiki has nothing good.
    Nothing,
}

impl Answer {
    /// One clear winner, a choice, or nothing.
    pub fn found(&self) -> Found<'_> {
        match self.hits.as_slice() {
            [] => Found::Nothing,
            [only] => Found::Clear(only),
            [first, second, ..] if first.score - second.score >= CLEAR_LEAD => Found::Clear(first),
            hits => Found::Choices(&hits[..hits.len().min(CHOICES)]),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (typed, meant) in &self.corrected {
            writeln!(f, "(“{typed}” read as “{meant}”)")?;
        }
        match self.found() {
            Found::Clear(hit) => write!(f, "{}", hit.snippet),
            Found::Choices(hits) => {
                writeln!(f, "Several sections may answer this:\n")?;
                for hit in hits {
                    let s = &hit.snippet;
                    let first = snippet::preview(&s.text);
                    writeln!(f, "- [{} › {}]({}): {first}", s.title, s.heading, s.link)?;
                }
                Ok(())
            }
            Found::Nothing => write!(
                f,
                "The wiki has nothing good on that yet, and the moderators will see that somebody asked. Try other words, or ask people: {}",
                self.humans
            ),
        }
    }
}

/// Looks `query` up: at most `limit` hits, best first, with links below `base`.
///
/// # Errors
/// Refused if the query is empty or too long.
pub async fn search(store: &Store, query: &str, limit: usize, base: &str, humans: &str) -> Result<Answer> {
    let wanted = checked(query)?;
    let mut db = store.read().await?;
    let (ranked, corrected) = ranked(&mut db, query, base).await?;
    let mut hits = Vec::new();
    for (section, how, because) in named(&mut db, &wanted, &ranked).await? {
        if let Some(candidate) = sql::section(&mut db, section).await? {
            hits.push(Hit { snippet: shown(candidate, base)?, score: how.score(), how, because });
        }
    }
    for hit in ranked {
        if hits.iter().all(|h| h.snippet.link != hit.snippet.link) {
            hits.push(hit);
        }
    }
    hits.truncate(limit);
    Ok(Answer { hits, corrected, humans: humans.to_owned() })
}

fn checked(query: &str) -> Result<String> {
    let wanted = name(query);
    if wanted.is_empty() {
        return Err(Error::refused("Type what you want to know, for example: which laptop do I need?"));
    }
    if query.chars().count() > MAX_QUERY_CHARS {
        return Err(Error::refused(format!(
            "That question is too long for the wiki; ask in at most {MAX_QUERY_CHARS} characters."
        )));
    }
    Ok(wanted)
}

/// The sections whose page or heading is called `wanted`, or nearly so: all found by the same, best way.
async fn named(db: &mut Connection, wanted: &str, ranked: &[Hit]) -> Result<Vec<(i64, How, String)>> {
    let names = sql::names(db).await?;
    let headings = sql::headings(db).await?;
    let mut found = Vec::new();
    let (how, pages) = pages_called(db, wanted, &names).await?;
    let by_heading = headings.iter().filter(|(_, heading)| name(heading) == wanted);
    if how != Some(How::Exact) {
        found.extend(by_heading.map(|(id, h)| (*id, How::Exact, format!("heading “{h}”"))));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let Some(how) = how else { return Ok(found) };
    for (called, slug) in pages {
        let because = format!("{how:?} name “{called}”");
        if let Some(section) = best_section(db, &slug, &called, how, ranked).await? {
            found.push((section, how, because));
        }
    }
    Ok(found)
}

type Called = (String, String);

/// Names with their pages, each page once, and the way they match.
async fn pages_called(db: &mut Connection, wanted: &str, names: &[Called]) -> Result<(Option<How>, Vec<Called>)> {
    if let Some(exact) = names.iter().find(|(n, _)| n == wanted) {
        let kind = sql::name_kind(db, wanted).await?;
        let how = if kind == "alias" { How::Alias } else { How::Exact };
        return Ok((Some(how), vec![exact.clone()]));
    }
    if words::is_function_word(wanted) || wanted.chars().count() < 2 || wanted.split(' ').count() > 4 {
        return Ok((None, Vec::new()));
    }
    let longer = names.iter().filter(|(n, _)| n.starts_with(wanted));
    let pages = once_a_page(longer);
    if !pages.is_empty() {
        return Ok((Some(How::Prefix), pages));
    }
    // A word that the wiki knows is no misspelling, and two letters are too few to tell.
    if wanted.chars().count() < 3 || sql::frequency(db, &words::quote(wanted)).await? > 0 {
        return Ok((None, Vec::new()));
    }
    let mut near: Vec<(usize, &Called)> =
        names.iter().filter_map(|n| words::typo(wanted, &n.0).map(|d| (d, n))).collect();
    near.sort();
    let least = near.first().map_or(0, |n| n.0);
    let pages = once_a_page(near.into_iter().filter(|n| n.0 == least).map(|n| n.1));
    Ok(((!pages.is_empty()).then_some(How::Typo), pages))
}

fn once_a_page<'a>(names: impl Iterator<Item = &'a Called>) -> Vec<Called> {
    let mut seen = HashSet::new();
    names.filter(|(_, slug)| seen.insert(slug.as_str())).take(CHOICES).cloned().collect()
}

/// The section of a page to show for one of its names: an alias may be the subject of one section
/// ("gpu"), and then that section is meant; otherwise the lead.
async fn best_section(db: &mut Connection, slug: &str, called: &str, how: How, ranked: &[Hit]) -> Result<Option<i64>> {
    if how != How::Exact {
        let in_heading = |heading: &str| {
            let heading = name(heading);
            called.split(' ').all(|w| heading.split(' ').any(|h| h.starts_with(w)))
        };
        let subject = ranked.iter().map(|h| &h.snippet).find(|s| s.page == slug && in_heading(&s.heading));
        if let Some(id) = match subject {
            Some(s) => sql::section_at(db, slug, s.link.split_once('#').map_or("", |(_, a)| a)).await?,
            None => None,
        } {
            return Ok(Some(id));
        }
    }
    sql::section_at(db, slug, "").await
}

/// What ranking found, and the misspelt words with what they were read as.
type RankedHits = (Vec<Hit>, Vec<(String, String)>);

async fn ranked(db: &mut Connection, query: &str, base: &str) -> Result<RankedHits> {
    let total = sql::count(db).await?;
    let wanted = name(query);
    let all: Vec<&str> = wanted.split(' ').take(words::MAX_WORDS).collect();
    let meant = thesaurus::meant(&all);
    let mut corrected = Vec::new();
    let mut terms: Vec<Term> = Vec::new();
    for word in words::content(&all) {
        let mut term = Term::new(word);
        let mut found = matches(db, word).await?;
        let has_synonym = meant.iter().any(|(at, length, _)| all[*at..at + length].contains(&word));
        if found.sections.is_empty()
            && !has_synonym
            && let Some(known) = spelt(db, word).await?
        {
            found = matches(db, &known).await?;
            corrected.push((word.to_owned(), known.clone()));
            term.word = known;
        }
        term.add(&found, 1.0, total);
        terms.push(term);
    }
    add_synonyms(db, &all, &meant, total, &mut terms).await?;
    Ok((hits(db, &terms, total, base).await?, corrected))
}

async fn matches(db: &mut Connection, word: &str) -> Result<Matches> {
    let expression = words::quote(word);
    let sections = sql::scored(db, &expression).await?;
    let phrasings = sql::phrased(db, &expression).await?;
    Ok(Matches { sections, phrasings })
}

/// Lets each word be found by what the pages say for it, too. A phrase counts for its first word that counts.
async fn add_synonyms(
    db: &mut Connection,
    all: &[&str],
    meant: &[(usize, usize, &'static [&'static str])],
    total: i64,
    terms: &mut Vec<Term>,
) -> Result<()> {
    for (at, length, synonyms) in meant {
        let phrase = &all[*at..at + length];
        let mut index = terms.iter().position(|t| phrase.contains(&t.word.as_str()));
        if index.is_none() {
            terms.push(Term::new(&phrase.join(" ")));
            index = terms.len().checked_sub(1);
        }
        let Some(term) = index.and_then(|i| terms.get_mut(i)) else { continue };
        for synonym in *synonyms {
            term.add(&matches(db, synonym).await?, rank::SYNONYM, total);
        }
    }
    Ok(())
}

/// The word of the wiki that a word it does not have most likely stands for.
async fn spelt(db: &mut Connection, word: &str) -> Result<Option<String>> {
    let letters = word.chars().count();
    if letters < 4 {
        return Ok(None);
    }
    let slips = words::slips(letters);
    let lengths = (i64::try_from(letters - slips), i64::try_from(letters + slips));
    let (Ok(shortest), Ok(longest)) = lengths else { return Ok(None) };
    let vocabulary = sql::vocabulary(db, (shortest, longest)).await?;
    Ok(words::correct(word, &vocabulary).map(str::to_owned))
}

/// The best sections, scored from 0 to [`How::Ranked`]'s.
async fn hits(db: &mut Connection, terms: &[Term], total: i64, base: &str) -> Result<Vec<Hit>> {
    let mut ranked = rank::rank(terms, total);
    ranked.truncate(CANDIDATES);
    let Some(best) = ranked.first().copied().filter(|best| best.coverage >= LEAST_COVERAGE) else {
        return Ok(Vec::new());
    };
    let mut hits = Vec::new();
    for found in ranked {
        let Some(section) = sql::section(db, found.section).await? else { continue };
        let score = How::Ranked.score() * (0.5 + 0.5 * best.coverage) * found.score / best.score;
        let has = terms.iter().filter(|t| t.is_in(found.section)).map(|t| t.word.as_str());
        let because = format!("words {} (coverage {:.2})", has.collect::<Vec<_>>().join(", "), found.coverage);
        hits.push(Hit { snippet: shown(section, base)?, score, how: How::Ranked, because });
    }
    Ok(hits)
}

fn shown(section: sql::Candidate, base: &str) -> Result<Snippet> {
    let snippet = Snippet {
        link: link(base, &section.slug, &section.anchor),
        text: markdown::resolve_links(&section.markdown, &section.slug, base),
        page: section.slug,
        title: section.title,
        heading: section.heading,
        cut: false,
        reviewed: date(&section.reviewed)?,
        revision: section.revision,
    };
    Ok(snippet.for_platform(Platform::Plain))
}
