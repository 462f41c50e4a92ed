//! What the sections mean: the vectors of their texts and of the ways of asking for them, ready in memory.
//!
//! The vectors of the pages that come with Cairn are compiled in (`seed.bin`, written by `cairn wiki train`); those of
//! other texts are computed once, in the background, and kept in the table `vectors` by a hash of the text. Until they
//! are there, the search goes by the words alone. What was learnt from the ways of asking is in `map.bin` (see `map`).

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use self::map::Map;
use super::sql;
use crate::Result;
use crate::meaning::{
    CAN_EMBED, ContentKey, KEPT_BYTES, KEY_BYTES, QUESTION_TOKENS, Thread, Vector, WIDTH, from_bytes, to_bytes,
};
use crate::store::{Connection, Store};

pub mod dictionary;
pub mod domain;
pub mod examples;
pub mod fuse;
mod learn;
pub mod map;
pub mod train;

static SEED: &[u8] = include_bytes!("seed.bin");
/// How long a question may wait for its vector, also while other programs keep the processor busy. Discord waits 3 s.
const MEANING_DEADLINE: Duration = Duration::from_millis(1_200);
/// How many new vectors are kept with one transaction.
const BATCH: usize = 16;

/// A vector as it is kept.
type Kept = Cow<'static, [u8]>;

/// The vectors of a wiki, as long as its pages are the same.
#[derive(Debug)]
struct Index {
    /// Changes with the pages.
    version: (i64, i64, i64),
    sections: Vec<Views>,
    /// Questions that the wiki has no answer for.
    elsewhere: Vec<Kept>,
}

/// The vectors of one section.
#[derive(Debug)]
struct Views {
    section: i64,
    is_lead: bool,
    body: Kept,
    asked: Vec<Kept>,
    /// Where a mapped question for it points.
    target: Vec<u8>,
}

/// How like a question is to a section.
#[derive(Debug, Clone, Copy)]
pub struct Likeness {
    /// The section's id.
    pub section: i64,
    /// Whether it is the beginning of its page.
    pub is_lead: bool,
    /// The best way of asking, and the mean of the best three: as it was asked, and without the words of the field.
    pub asked: [(f64, f64); 2],
    /// The section's text, likewise.
    pub body: [f64; 2],
    /// Where questions for it point, against the mapped question, likewise.
    pub mapped: [f64; 2],
}

/// A question's likeness to all sections, and to what is asked elsewhere.
#[derive(Debug, Clone)]
pub struct Meant {
    /// The sections.
    pub sections: Vec<Likeness>,
    /// The nearest question that the wiki has no answer for.
    pub elsewhere: f64,
    /// How like it is to what the wiki is asked, by what was learnt from both.
    pub here: f64,
}

/// What the searches of one database share.
#[derive(Debug, Default)]
pub struct Shared {
    index: Mutex<Option<Arc<Index>>>,
    /// Whether somebody computes what is missing.
    filling: AtomicBool,
}

/// What a question means to this wiki; nothing if it is not known in time.
pub(super) async fn meant(store: &Store, db: &mut Connection, question: &str) -> Result<Option<Meant>> {
    let shared = store.beside::<Shared>();
    let index = shared.index(store, db).await?;
    if index.sections.is_empty() {
        return Ok(None);
    }
    let bare = domain::without(question);
    let (whole, bare) = (shared.vector(store, db, question).await?, shared.vector(store, db, &bare).await?);
    Ok(whole.zip(bare).map(|vectors| index.compare(&[vectors.0, vectors.1])))
}

impl Shared {
    async fn index(self: &Arc<Self>, store: &Store, db: &mut Connection) -> Result<Arc<Index>> {
        let version = sql::pages_version(db).await?;
        let known = self.index.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(index) = known.filter(|index| index.version == version) {
            return Ok(index);
        }
        let (index, missing) = read(db, version).await?;
        let index = Arc::new(index);
        if missing.is_empty() || !CAN_EMBED {
            *self.index.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&index));
        } else {
            // Read again at the next question, with what is there by then.
            self.fill(store, missing);
        }
        Ok(index)
    }

    /// Computes and keeps what is missing, unless that is being done.
    fn fill(self: &Arc<Self>, store: &Store, missing: Vec<String>) {
        if self.filling.swap(true, Ordering::SeqCst) {
            return;
        }
        let (shared, store) = (Arc::clone(self), store.clone());
        tokio::spawn(async move {
            if let Err(error) = shared.embed(&store, missing).await {
                tracing::warn!(%error, "the meaning of some sections is not known yet");
            }
            shared.filling.store(false, Ordering::SeqCst);
        });
    }

    async fn embed(&self, store: &Store, missing: Vec<String>) -> Result<()> {
        for batch in missing.chunks(BATCH) {
            embedded(store, batch).await?;
        }
        Ok(())
    }

    async fn vector(&self, store: &Store, db: &mut Connection, text: &str) -> Result<Option<Vector>> {
        let key = ContentKey::of(text);
        if let Some(kept) = kept(db, key).await? {
            return Ok(from_bytes(&kept));
        }
        if !CAN_EMBED {
            return Ok(None);
        }
        Ok(store.beside::<Thread>().worker()?.embed(text.to_owned(), QUESTION_TOKENS, MEANING_DEADLINE).await)
    }
}

/// What questions of the gaps mean, in memory: they are looked at again and again, and kept nowhere.
#[derive(Debug, Default)]
struct Asked(Mutex<HashMap<ContentKey, Vector>>);

/// How many of them are remembered.
const MOST_ASKED: usize = 1_000;

/// What questions mean, by their names; only those that are known within a time.
pub(super) async fn meanings(
    store: &Store,
    db: &mut Connection,
    questions: &[String],
    within: Duration,
) -> Result<HashMap<String, Vector>> {
    let mut known = HashMap::new();
    let end = tokio::time::Instant::now() + within;
    let asked = store.beside::<Asked>();
    for question in questions {
        let key = ContentKey::of(question);
        let before = asked.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        let vector = match (before, kept(db, key).await?) {
            (Some(before), _) => Some(before),
            (None, Some(kept)) => crate::meaning::from_bytes(&kept),
            (None, None) if CAN_EMBED => {
                let left = end.saturating_duration_since(tokio::time::Instant::now());
                let made = store.beside::<Thread>().worker()?.embed(question.clone(), QUESTION_TOKENS, left).await;
                let mut all = asked.0.lock().unwrap_or_else(PoisonError::into_inner);
                if all.len() >= MOST_ASKED {
                    all.clear();
                }
                all.extend(made.map(|vector| (key, vector)));
                made
            }
            (None, None) => None,
        };
        known.extend(vector.map(|vector| (super::name(question), vector)));
    }
    Ok(known)
}

/// The vector of a text that comes with Cairn or was computed before.
async fn kept(db: &mut Connection, key: ContentKey) -> Result<Option<Kept>> {
    match seeded(key) {
        Some(kept) => Ok(Some(Cow::Borrowed(kept))),
        None => Ok(sql::vector(db, key.as_bytes()).await?.map(Cow::Owned)),
    }
}

fn seeded(key: ContentKey) -> Option<&'static [u8]> {
    let entries = SEED.as_chunks::<{ KEY_BYTES + KEPT_BYTES }>().0;
    let at = entries.binary_search_by(|entry| entry[..KEY_BYTES].cmp(key.as_bytes())).ok()?;
    entries.get(at).map(|entry| &entry[KEY_BYTES..])
}

/// The text that stands for a section.
fn body(heading: &str, body: &str) -> String {
    format!("{heading}. {body}")
}

/// Questions of kinds that the wiki has no answers for.
fn elsewhere() -> impl Iterator<Item = &'static str> {
    include_str!("elsewhere.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The index, and the texts whose vectors are not there yet. Sections without a vector are left out.
async fn read(db: &mut Connection, version: (i64, i64, i64)) -> Result<(Index, Vec<String>)> {
    let mut missing = Vec::new();
    let mut asked: BTreeMap<i64, Vec<Kept>> = BTreeMap::new();
    for (section, phrase) in sql::phrases(db).await? {
        match kept(db, ContentKey::of(&phrase)).await? {
            Some(kept) => asked.entry(section).or_default().push(kept),
            None => missing.push(phrase),
        }
    }
    let mut sections = Vec::new();
    for found in sql::bodies(db).await? {
        let text = body(&found.heading, &found.body);
        match (kept(db, ContentKey::of(&text)).await?, asked.remove(&found.id)) {
            (Some(body), Some(asked)) => {
                let target = target(&body, &asked);
                sections.push(Views { section: found.id, is_lead: found.is_lead, body, asked, target });
            }
            (Some(_), None) => {}
            (None, _) => missing.push(text),
        }
    }
    let elsewhere = elsewhere().filter_map(|q| seeded(ContentKey::of(q))).map(Cow::Borrowed).collect();
    Ok((Index { version, sections, elsewhere }, missing))
}

/// Where questions for a section point, as a kept vector.
fn target(body: &[u8], asked: &[Kept]) -> Vec<u8> {
    let mut sum = [0.0; WIDTH];
    for phrase in asked.iter().filter_map(|kept| from_bytes(kept)) {
        sum.iter_mut().zip(phrase).for_each(|(sum, x)| *sum += x);
    }
    to_bytes(&learn::target(&from_bytes(body).unwrap_or([0.0; WIDTH]), &sum))
}

impl Index {
    fn compare(&self, questions: &[Vector; 2]) -> Meant {
        let map = Map::builtin();
        let mapped = questions.each_ref().map(|question| map.apply(question));
        let sections = self.sections.iter().map(|views| {
            let asked = questions.each_ref().map(|q| nearest(q, &views.asked));
            let body = questions.each_ref().map(|q| similarity(q, &views.body));
            let mapped = mapped.each_ref().map(|q| similarity(q, &views.target));
            Likeness { section: views.section, is_lead: views.is_lead, asked, body, mapped }
        });
        let elsewhere = self.elsewhere.iter().map(|kept| similarity(&questions[0], kept)).fold(0.0, f64::max);
        Meant { sections: sections.collect(), elsewhere, here: map.here(&questions[0]) }
    }
}

/// The greatest likeness, and the mean of the three greatest.
fn nearest(question: &Vector, kept: &[Kept]) -> (f64, f64) {
    let mut best = [-1.0; 3];
    for kept in kept {
        let likeness = similarity(question, kept);
        if let Some(at) = best.iter().position(|b| likeness > *b) {
            best[at..].rotate_right(1);
            best[at] = likeness;
        }
    }
    let known = &best[..kept.len().min(best.len())];
    (best[0], known.iter().sum::<f64>() / known.len().max(1) as f64)
}

/// How alike a vector and a kept one are, without unpacking that.
fn similarity(vector: &Vector, kept: &[u8]) -> f64 {
    let Some((scale, steps)) = kept.split_first_chunk() else { return 0.0 };
    let mut sums = [0.0_f32; 8];
    for (vector, steps) in vector.as_chunks::<8>().0.iter().zip(steps.as_chunks::<8>().0) {
        (0..8).for_each(|i| sums[i] += vector[i] * f32::from(steps[i].cast_signed()));
    }
    f64::from(f32::from_le_bytes(*scale) * sums.iter().sum::<f32>())
}

/// The texts of this wiki that the program was built without the vectors of.
pub async fn unknown(store: &Store) -> Result<Vec<String>> {
    let mut db = store.read().await?;
    let version = sql::pages_version(&mut db).await?;
    let mut missing = read(&mut db, version).await?.1;
    missing.extend(elsewhere().filter(|q| seeded(ContentKey::of(q)).is_none()).map(str::to_owned));
    Ok(missing)
}

/// The vectors of some texts, computed and kept. A text that could not be read is left out.
pub async fn embedded(store: &Store, texts: &[String]) -> Result<Vec<(ContentKey, Vector)>> {
    let thread = store.beside::<Thread>();
    let made = thread.worker()?.embed_new(texts.to_vec(), &HashSet::new()).await;
    let mut tx = store.write().await?;
    for (key, vector) in &made {
        sql::keep_vector(&mut tx, key.as_bytes(), &to_bytes(vector)).await?;
    }
    tx.commit().await?;
    Ok(made)
}
