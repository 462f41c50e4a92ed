//! Measures the search with questions whose right sections are known.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

pub use super::index::examples::Row;
use super::{Page, markdown, search, sql};
use crate::meaning::{ContentKey, Encoder, KEPT_BYTES, KEY_BYTES, to_bytes};
use crate::store::Store;
use crate::{Error, Result};

/// How many hits are checked.
const LOOKED_AT: usize = 10;

/// The result of a measurement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    /// How many questions have an answer.
    pub answerable: usize,
    /// For how many of these the first hit is right.
    pub first: usize,
    /// For how many of these one of the first three hits is right.
    pub three: usize,
    /// For how many of these nothing was found.
    pub wrongly_rejected: usize,
    /// How many questions have no answer.
    pub unanswerable: usize,
    /// For how many of these nothing was found.
    pub rejected: usize,
    /// How many hits were shown in all.
    pub shown: usize,
    /// The questions whose first hit was wrong, with the hits.
    pub missed: Vec<(String, Vec<String>)>,
}

impl Measured {
    /// Of the questions with an answer, the share whose first hit is right.
    pub fn first_share(&self) -> f64 {
        share(self.first, self.answerable)
    }

    /// Of the questions with an answer, the share with a right hit among the first three.
    pub fn three_share(&self) -> f64 {
        share(self.three, self.answerable)
    }

    /// Of the questions without an answer, the share that found nothing.
    pub fn rejected_share(&self) -> f64 {
        share(self.rejected, self.unanswerable)
    }

    /// Of the questions with an answer, the share that found nothing.
    pub fn wrongly_rejected_share(&self) -> f64 {
        share(self.wrongly_rejected, self.answerable)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, three) = (self.first_share(), self.three_share());
        writeln!(
            f,
            "{} questions with an answer: it stands first for {first:.3}, among three for {three:.3};",
            self.answerable
        )?;
        writeln!(f, "nothing was shown for {:.3}.", self.wrongly_rejected_share())?;
        write!(f, "{} without one: nothing was shown for {:.3}.", self.unanswerable, self.rejected_share())
    }
}

/// Reads questions, one JSON object per line.
///
/// # Errors
/// Refused if the file cannot be read or a line is not a question.
pub fn read(file: &Path) -> Result<Vec<Row>> {
    let unreadable = |e: &dyn fmt::Display| Error::refused(format!("{} cannot be read: {e}.", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| unreadable(&e))?;
    text.lines().map(|line| serde_json::from_str(line).map_err(|e| unreadable(&e))).collect()
}

/// Searches the wiki for each question.
///
/// # Errors
/// Refused if a row names a section that does not exist.
pub async fn measure(store: &Store, rows: &[Row]) -> Result<Measured> {
    let mut measured = Measured::default();
    for row in rows {
        let right = places(store, row).await?;
        let found = match search::search(store, &row.q, LOOKED_AT, "", "").await {
            Ok(answer) => answer.hits.iter().map(|hit| hit.snippet.link.clone()).collect(),
            // A question that is too long counts as one without hits.
            Err(Error::Refused(_)) => Vec::new(),
            Err(fault) => return Err(fault),
        };
        count(&mut measured, row, &right, found);
    }
    Ok(measured)
}

fn count(measured: &mut Measured, row: &Row, right: &[String], found: Vec<String>) {
    let is_right = |link: &String| right.contains(link);
    measured.shown += found.len().min(search::CHOICES);
    if right.is_empty() {
        measured.unanswerable += 1;
        measured.rejected += usize::from(found.is_empty());
        return;
    }
    measured.answerable += 1;
    measured.wrongly_rejected += usize::from(found.is_empty());
    measured.first += usize::from(found.first().is_some_and(is_right));
    measured.three += usize::from(found.iter().take(3).any(is_right));
    if !found.first().is_some_and(is_right) {
        measured.missed.push((row.q.clone(), found));
    }
}

/// The links of the sections that answer a question. Old headings work, too.
async fn places(store: &Store, row: &Row) -> Result<Vec<String>> {
    let mut links = Vec::new();
    for section in &row.sections {
        let missing = || Error::refused(format!("No page has the section {section}."));
        let (slug, heading) = section.split_once('#').ok_or_else(missing)?;
        if heading.is_empty() {
            links.push(format!("/guides/{slug}"));
            continue;
        }
        let mut db = store.read().await?;
        let newest = sql::newest(&mut db, slug).await?.ok_or_else(missing)?;
        let page = Page::parse(&newest.source).map_err(|_| missing())?;
        let found = page.section(&markdown::anchor(heading)).ok_or_else(missing)?;
        links.push(format!("/guides/{slug}#{}", found.anchor));
    }
    Ok(links)
}

/// Stores the meanings of the questions, so that the result does not depend on the machine's speed.
pub async fn remember(store: &Store, rows: &[Row]) -> Result<()> {
    let entries = meanings(store, rows).await?;
    let mut tx = store.write().await?;
    for entry in entries.chunks_exact(KEY_BYTES + KEPT_BYTES) {
        let (key, vector) = entry.split_at(KEY_BYTES);
        sql::keep_vector(&mut tx, key, vector).await?;
    }
    tx.commit().await
}

/// The meanings of the questions in the format of the table `vectors`: for each text that a search would encode, key
/// and vector.
pub async fn meanings(store: &Store, rows: &[Row]) -> Result<Vec<u8>> {
    let encoder = Encoder::open()?;
    let mut entries = BTreeMap::new();
    for row in rows {
        for text in search::read_as(store, &row.q).await? {
            let key = ContentKey::of(&text);
            entries
                .entry(key)
                .or_insert_with(|| to_bytes(&encoder.embed_first(&text, crate::meaning::QUESTION_TOKENS)));
        }
    }
    Ok(entries.iter().flat_map(|(key, kept)| [key.as_bytes(), kept].concat()).collect())
}
