//! Search: exact name or phrase → prefix → typo → one ranking by words and meaning.
//!
//! Names (slug, title, alias, heading) come first, because a person who types a name wants that page (see `named`). A
//! question is ranked by its words (see `rank`) and by its meaning (see `index`).

use std::fmt;

use super::candidate::Candidate;
pub use super::candidate::{CHOICES, How};
use super::index::fuse::{self, Fused};
use super::index::{self, dictionary, domain};
use super::named;
use super::rank::{self, Matches, Term};
use super::snippet::Platform;
use super::{Snippet, name, snippet, sql, thesaurus, words};
use crate::store::{Connection, Store};
use crate::text::list;
use crate::{Error, Result, metrics};

/// The longest query, in characters.
pub const MAX_QUERY_CHARS: usize = 1_000;
/// If the best section has less than this share of the question's weight, the wiki has no answer.
const LEAST_COVERAGE: f64 = 0.25;
/// From this coverage on, words alone are sure enough.
const SURE_COVERAGE: f64 = 0.6;
/// How many sections are shown of which none may be an answer.
const NEAREST: usize = 3;
/// How far the best hit must lead to count as the answer. With a smaller lead several choices are offered.
const CLEAR_LEAD: f64 = 0.10;
/// Limits that bound a query's time: words looked up, misspelt words corrected, and misspelt words whose first letter
/// may be wrong, too.
const MAX_TERMS: usize = 32;
const MAX_MISSPELT: usize = 8;
const MAX_MISSPELT_AT_START: usize = 3;
/// Longer words are not corrected.
const MAX_WORD_CHARS: usize = 24;
/// How many ranked sections are read from the database.
const CANDIDATES: usize = 30;
/// Hits below this share of the best score are not shown.
const DROP: f64 = 0.4;
/// Shown to people who asked in another script and found nothing.
const ENGLISH: &str = "The wiki is in English and has nothing in these words. Ask in English, if you can.";
/// Limits of a literal search: the most words of the query, and the most sections that may contain its rare word. A name in
/// more sections than that is well known here.
const MOST_LITERAL: usize = 2;
const MOST_PLACES: usize = 5;
/// The most words of a question that are corrected.
const MOST_CORRECTED: usize = 2;

/// A section that may be the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The section, uncut.
    pub snippet: Snippet,
    /// From 0 (nothing in common) to 1 (its exact name).
    pub score: f64,
    /// The result of the last check.
    pub how: How,
    /// The explanation for `--explain`.
    pub because: String,
}

/// The result of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Best first; empty if nothing good was found.
    pub hits: Vec<Hit>,
    /// Whether the best hit is likely to be an answer. If not, people are told so, and the question counts as a gap.
    pub is_sure: bool,
    /// The corrected words of the query: as typed, as corrected.
    pub corrected: Vec<(String, String)>,
    /// Where the person can ask people instead.
    pub humans: String,
    /// Whether moderators can read questions that found nothing. The caller sets it.
    pub is_read: bool,
    /// The reply, if the query asks nothing: a greeting, thanks, or signs alone.
    pub courtesy: Option<&'static str>,
    /// Whether the query is in a script that an English wiki does not use.
    pub is_foreign: bool,
}

/// What to show of an [`Answer`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Found<'a> {
    /// One section is the answer.
    Clear(&'a Hit),
    /// Up to [`CHOICES`] sections may be the answer.
    Choices(&'a [Hit]),
    /// The wiki has no good answer.
    Nothing,
    /// The query asked nothing; this is the reply.
    Courtesy(&'static str),
}

impl Answer {
    /// One clear hit, several choices, or nothing.
    pub fn found(&self) -> Found<'_> {
        match self.hits.as_slice() {
            [] => self.courtesy.map_or(Found::Nothing, Found::Courtesy),
            hits if !self.is_sure => Found::Choices(&hits[..hits.len().min(NEAREST)]),
            [only] => Found::Clear(only),
            [first, second, ..] if first.score - second.score >= CLEAR_LEAD => Found::Clear(first),
            hits => Found::Choices(&hits[..hits.len().min(CHOICES)]),
        }
    }
}

impl Answer {
    /// The text shown if nothing was found.
    pub fn nothing(&self) -> &'static str {
        if self.is_foreign { ENGLISH } else { nothing_found(self.is_read) }
    }

    /// What is said above several sections.
    pub fn heading(&self) -> &'static str {
        if self.is_sure {
            "Several sections may answer this"
        } else {
            "The wiki may have no answer to this; nearest to it"
        }
    }

    /// Which words were read as others, a sentence each. `own` escapes what somebody typed.
    pub fn read_as(&self, own: impl Fn(&str) -> String) -> Vec<String> {
        self.corrected.iter().map(|(typed, meant)| format!("“{}” was read as “{meant}”.", own(typed))).collect()
    }

    /// What is said below sections of which none may be an answer.
    pub fn people(&self) -> String {
        format!("None of these? [Ask people]({}).", self.humans)
    }

    /// The whole answer as Markdown, for places without frames and buttons. `own` escapes what somebody typed; the section
    /// that answers is cut for a platform.
    pub fn said(&self, own: impl Fn(&str) -> String, platform: Option<Platform>) -> String {
        let mut parts = self.read_as(own);
        match self.found() {
            Found::Clear(hit) => parts.push(match platform {
                Some(platform) => hit.snippet.clone().for_platform(platform).to_string(),
                None => hit.snippet.to_string(),
            }),
            Found::Choices(hits) => {
                parts.extend([format!("{}:", self.heading()), listed(hits)]);
                parts.extend((!self.is_sure).then(|| self.people()));
            }
            Found::Courtesy(reply) => parts.push(reply.to_owned()),
            Found::Nothing => parts.push(format!("{} {}", self.nothing(), elsewhere(&self.humans, None))),
        }
        list::paragraphs(parts)
    }

    /// Whether this was a question without an answer, or perhaps without one.
    pub fn is_gap(&self) -> bool {
        self.found() == Found::Nothing || !self.is_sure
    }
}

/// The text shown when nothing was found. It mentions moderators only if there are some who read the gaps.
fn nothing_found(is_read: bool) -> &'static str {
    if is_read {
        "The wiki has nothing good on that yet. The moderators will see that someone asked."
    } else {
        "The wiki has nothing good on that yet."
    }
}

/// Where else somebody can look: among all pages, where those have an address, and with people.
pub fn elsewhere(humans: &str, pages: Option<&str>) -> String {
    let pages = pages.map(|address| format!(" [look through all pages]({address}),")).unwrap_or_default();
    format!("Try other words,{pages} or [ask people]({humans}).")
}

/// Several sections, a line each: the name, which leads there, and how it begins.
pub fn listed(hits: &[Hit]) -> String {
    let line = |hit: &Hit| {
        let s = &hit.snippet;
        format!("- [{}]({}): {}", s.name(), s.link, snippet::preview(&s.text))
    };
    hits.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// For a terminal.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(str::to_owned, None))
    }
}

/// Searches for `query`: at most `limit` hits, best first, with links below `base`.
///
/// # Errors
/// Refused if the query is empty or too long.
pub async fn search(store: &Store, query: &str, limit: usize, base: &str, humans: &str) -> Result<Answer> {
    let answer = look(store, query, limit, base, humans, true).await?;
    metrics::search(!answer.hits.is_empty());
    Ok(answer)
}

/// The same by words alone, for texts that are not questions, such as a paper's subject.
///
/// # Errors
/// Refused if the query is empty or too long.
pub async fn by_words(store: &Store, query: &str, limit: usize, base: &str) -> Result<Answer> {
    look(store, query, limit, base, "", false).await
}

async fn look(store: &Store, query: &str, limit: usize, base: &str, humans: &str, by_meaning: bool) -> Result<Answer> {
    let wanted = checked(query)?;
    let is_wordless = wanted.is_empty();
    let mut answer = Answer {
        hits: Vec::new(),
        is_sure: true,
        corrected: Vec::new(),
        humans: humans.to_owned(),
        is_read: false,
        courtesy: is_wordless.then_some(words::NO_WORDS),
        is_foreign: words::is_part(&wanted),
    };
    if is_wordless {
        return Ok(answer);
    }
    let mut db = store.read().await?;
    let named = named::lookup(&mut db, query, &wanted).await?;
    answer.courtesy = words::courtesy(&wanted).or_else(|| words::too_little(&wanted)).filter(|_| named.is_none());
    if answer.courtesy.is_some() {
        return Ok(answer);
    }
    let Ranking { places: ranked, is_sure, corrected } = match &named {
        // The other hits are ranked by the name's words, correctly spelt.
        Some(named) => {
            let terms = terms(&mut db, named.called(), false).await?.0;
            Ranking { places: places(&terms, sql::count(&mut db).await?).0, is_sure: true, corrected: Vec::new() }
        }
        None => ranked(store, &mut db, query, by_meaning).await?,
    };
    let mut places = match &named {
        Some(named) => named.places(&mut db, &ranked).await?,
        None => Vec::new(),
    };
    for place in ranked {
        if places.iter().all(|p| p.section != place.section) {
            places.push(place);
        }
    }
    places.truncate(limit);
    answer.hits = shown(&mut db, places, base).await?;
    answer.is_sure = is_sure || answer.hits.is_empty();
    // Corrections do not matter if nothing was found.
    answer.corrected = if answer.hits.is_empty() { Vec::new() } else { corrected };
    Ok(answer)
}

/// The section closest to a question, with its anchor, even if it is not a good answer.
pub(super) async fn nearest(store: &Store, question: &str) -> Result<Option<(String, Snippet)>> {
    let Some(wanted) = checked(question).ok().filter(|wanted| !wanted.is_empty()) else { return Ok(None) };
    let mut db = store.read().await?;
    let total = sql::count(&mut db).await?;
    let (terms, _) = terms(&mut db, &name(&domain::without(question)), true).await?;
    let by_words = rank::rank(&terms, total);
    let meant = if words::is_part(&wanted) { None } else { index::meant(store, &mut db, question).await? };
    let best = match meant {
        Some(meant) => fuse::fuse(&meant, &by_words).0.first().map(|best| best.section),
        None => by_words.first().map(|best| best.section),
    };
    let Some(best) = best else { return Ok(None) };
    let Some(found) = sql::section(&mut db, best).await? else { return Ok(None) };
    Ok(Some((found.anchor.clone(), found.snippet("")?)))
}

fn checked(query: &str) -> Result<String> {
    let wanted = name(query);
    if query.trim().is_empty() {
        return Err(Error::refused("Type what you want to know, for example: which laptop do I need?"));
    }
    if query.chars().count() > MAX_QUERY_CHARS {
        return Err(Error::refused(format!(
            "That question is too long for the wiki; ask in at most {MAX_QUERY_CHARS} characters."
        )));
    }
    Ok(wanted)
}

/// Ranked sections.
struct Ranking {
    places: Vec<Candidate>,
    /// Whether the first is likely to be an answer.
    is_sure: bool,
    /// The corrected words: as typed, as corrected.
    corrected: Vec<(String, String)>,
}

/// Ranks the sections for a question: by words and meaning, or by the words alone.
async fn ranked(store: &Store, db: &mut Connection, question: &str, by_meaning: bool) -> Result<Ranking> {
    let total = sql::count(db).await?;
    let (terms, corrected) = terms(db, &name(&domain::without(question)), true).await?;
    // The encoder knows almost nothing about other scripts.
    let by_meaning = by_meaning && !words::is_part(question);
    let meant = if by_meaning { index::meant(store, db, &respelt(question, &corrected)).await? } else { None };
    let (places, is_sure) = match meant {
        Some(meant) => {
            let (fused, trust) = fuse::fuse(&meant, &rank::rank(&terms, total));
            match trust < fuse::least_trust(question.split_whitespace().count()) {
                false => (fused_places(fused), trust >= fuse::SURE_TRUST),
                // A short query looks for the words themselves.
                true if corrected.is_empty() => (literal(&terms, total), true),
                true => (Vec::new(), false),
            }
        }
        None => {
            let (places, coverage) = places(&terms, total);
            (places, coverage >= SURE_COVERAGE)
        }
    };
    Ok(Ranking { places, is_sure, corrected })
}

/// The texts of a question that are encoded: the corrected question, and the same without the field's names.
pub async fn read_as(store: &Store, question: &str) -> Result<[String; 2]> {
    let mut db = store.read().await?;
    let (_, corrected) = terms(&mut db, &name(&domain::without(question)), true).await?;
    let read = respelt(question, &corrected);
    let bare = domain::without(&read);
    Ok([read, bare])
}

/// A question with its misspelt words corrected.
fn respelt(question: &str, corrected: &[(String, String)]) -> String {
    let read = |word: &str| {
        let typed = name(word);
        corrected.iter().find(|(from, _)| *from == typed).map_or(word.to_owned(), |(_, to)| to.clone())
    };
    if corrected.is_empty() {
        return question.to_owned();
    }
    question.split_whitespace().map(read).collect::<Vec<_>>().join(" ")
}

/// The content words of a query with their matches, and the corrections; `spell` corrects words that neither the wiki
/// nor the dictionary has.
async fn terms(db: &mut Connection, wanted: &str, spell: bool) -> Result<(Vec<Term>, Vec<(String, String)>)> {
    let total = sql::count(db).await?;
    let wanted = words::parted(wanted);
    let all: Vec<&str> = wanted.split(' ').take(words::MAX_WORDS).collect();
    let meant = thesaurus::meant(&all);
    let mut corrected = Vec::new();
    let mut terms: Vec<Term> = Vec::new();
    let mut misspelt = 0;
    for word in words::content(&all).into_iter().take(MAX_TERMS) {
        let mut term = Term::new(word);
        let mut found = matches(db, word).await?;
        let has_synonym = meant.iter().any(|(at, length, _)| all[*at..at + length].contains(&word));
        // Names such as `.net` and `c++` are not typos.
        let is_plain = word.chars().all(char::is_alphanumeric) && !words::is_part(word);
        let may_be_misspelt = spell && is_plain && found.sections.is_empty() && !has_synonym && !dictionary::has(word);
        if may_be_misspelt && corrected.len() < MOST_CORRECTED {
            misspelt += 1;
            if let Some(known) = spelt(db, word, misspelt).await?
                && let Some(meant) = agreeing(db, &known, (word, &all)).await?
            {
                found = meant;
                corrected.push((word.to_owned(), known.clone()));
                term.word = known;
            }
        }
        term.add(&found, 1.0, total);
        terms.push(term);
    }
    add_synonyms(db, &all, &meant, total, &mut terms).await?;
    Ok((terms, corrected))
}

/// The matches of a correction. A name that few sections have is taken only if the question's rarest other word stands with it:
/// “quokka” is no slip for Quora because it looks like one.
async fn agreeing(db: &mut Connection, known: &str, (word, all): (&str, &[&str])) -> Result<Option<Matches>> {
    let found = matches(db, known).await?;
    if found.sections.len() > MOST_PLACES || !sql::is_name(db, known).await? {
        return Ok(Some(found));
    }
    let mut rarest: Option<Matches> = None;
    for other in words::content(all).into_iter().filter(|other| *other != word).take(MAX_TERMS) {
        let other = matches(db, other).await?;
        if rarest.as_ref().is_none_or(|rarest| other.sections.len() < rarest.sections.len()) {
            rarest = Some(other);
        }
    }
    let stands_with =
        |other: &Matches| found.sections.iter().any(|(id, _)| other.sections.iter().any(|(o, _)| o == id));
    Ok(rarest.as_ref().is_none_or(stands_with).then_some(found))
}

async fn matches(db: &mut Connection, word: &str) -> Result<Matches> {
    let expression = words::quote(word);
    let mut sections = sql::scored(db, &expression).await?;
    let mut phrasings = sql::phrased(db, &expression).await?;
    // The index has neither the signs of `c#` nor single words of scripts without spaces.
    let has_signs = word.contains(['+', '#', '.']);
    if has_signs || sections.is_empty() && words::is_part(word) {
        sections = sql::containing(db, word).await?;
        phrasings.retain(|(_, section, _)| sections.iter().any(|(has, _)| has == section));
    }
    Ok(Matches { sections, phrasings })
}

/// Adds the wiki's synonyms for each word. A phrase counts for its first content word.
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

/// The best correction of a word that the wiki does not have; it is the question's `count`th such word.
async fn spelt(db: &mut Connection, word: &str, count: usize) -> Result<Option<String>> {
    let letters = word.chars().count();
    if !(4..=MAX_WORD_CHARS).contains(&letters) || count > MAX_MISSPELT {
        return Ok(None);
    }
    let slips = words::slips(letters);
    let lengths = (i64::try_from(letters - slips), i64::try_from(letters + slips));
    let (Ok(shortest), Ok(longest)) = lengths else { return Ok(None) };
    // The first letter is rarely wrong, and few words share it, so these are tried first.
    let starts = [word.chars().next().map(String::from).unwrap_or_default(), String::new()];
    for start in starts.into_iter().take(if count > MAX_MISSPELT_AT_START { 1 } else { 2 }) {
        let vocabulary = sql::vocabulary(db, &start, (shortest, longest)).await?;
        if let Some(known) = words::correct(word, &vocabulary) {
            return Ok(Some(known.to_owned()));
        }
    }
    Ok(None)
}

/// The best sections, scored from 0 to the score of [`How::Ranked`], with how much of the question the best covers; none if
/// it is too little.
fn places(terms: &[Term], total: i64) -> (Vec<Candidate>, f64) {
    let mut ranked = rank::rank(terms, total);
    ranked.truncate(CANDIDATES);
    let Some(best) = ranked.first().copied().filter(|best| best.coverage >= LEAST_COVERAGE) else {
        return (Vec::new(), 0.0);
    };
    let place = |found: rank::Ranked| {
        let score = How::Ranked.score() * (0.5 + 0.5 * best.coverage) * found.score / best.score;
        let has = terms.iter().filter(|t| t.is_in(found.section)).map(|t| t.word.as_str());
        let because = format!("words {} (coverage {:.2})", has.collect::<Vec<_>>().join(", "), found.coverage);
        Candidate { section: found.section, score, how: How::Ranked, because }
    };
    (ranked.into_iter().map(place).collect(), best.coverage)
}

/// Sections that contain every word of a short query with a rare word: such a query looks for the words themselves.
fn literal(terms: &[Term], total: i64) -> Vec<Candidate> {
    let is_rare = |term: &Term| (1..=MOST_PLACES).contains(&term.places());
    if terms.len() > MOST_LITERAL || !terms.iter().any(is_rare) {
        return Vec::new();
    }
    let mut places = places(terms, total).0;
    places.retain(|place| terms.iter().all(|term| term.stands_in(place.section)));
    places
}

/// The best hits of a ranking by words and meaning, without those far below the best.
fn fused_places(fused: Vec<Fused>) -> Vec<Candidate> {
    let least = fused.first().map_or(0.0, |best| best.score * DROP);
    let good = fused.into_iter().take(CANDIDATES).take_while(|found| found.score >= least);
    let place = |found: Fused| Candidate {
        section: found.section,
        score: How::Ranked.score() * found.score,
        how: How::Ranked,
        because: found.to_string(),
    };
    good.map(place).collect()
}

/// Reads the sections to show.
async fn shown(db: &mut Connection, places: Vec<Candidate>, base: &str) -> Result<Vec<Hit>> {
    let mut hits = Vec::new();
    for Candidate { section, score, how, because } in places {
        let Some(found) = sql::section(db, section).await? else { continue };
        let snippet = found.snippet(base)?;
        hits.push(Hit { snippet, score, how, because });
    }
    Ok(hits)
}
