//! `cairn wiki train`: the vectors of the pages, and what is learnt from the ways of asking. The same pages give the same files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::examples::{self, EXAMPLES};
use super::map::{CHECKSUM_BYTES, Map};
use super::{body, elsewhere, learn, seeded};
use crate::meaning::{ContentKey, Encoder, Vector, from_bytes, to_bytes};
use crate::store::{Connection, Store};
use crate::wiki::sql;
use crate::{Error, Result};

/// The file of the vectors, and that of the map, in the folder of the sources.
const VECTORS: &str = "seed.bin";
const MAP: &str = "map.bin";

/// The texts that the files are made of.
struct Texts {
    /// Sections by their ids: their texts.
    sections: Vec<(i64, String)>,
    /// Ways of asking, with their sections.
    phrases: Vec<(i64, String)>,
    /// Examples, with the sections that answer them.
    examples: Vec<(&'static str, Vec<i64>)>,
    elsewhere: Vec<&'static str>,
}

fn missing(name: &str) -> Error {
    Error::refused(format!("No page has the section “{name}” of examples.jsonl; correct it there."))
}

impl Texts {
    async fn read(db: &mut Connection) -> Result<Self> {
        let bodies = sql::bodies(db).await?;
        let names: HashMap<String, i64> =
            bodies.iter().map(|b| (examples::name(&b.page, b.is_lead, &b.heading), b.id)).collect();
        let mut sections: Vec<_> = bodies.into_iter().map(|b| (b.id, body(&b.heading, &b.body))).collect();
        let mut phrases = sql::phrases(db).await?;
        // The order of ids depends on which page was changed last, and what is learnt depends on the order.
        sections.sort_by(|a, b| a.1.cmp(&b.1));
        let places: BTreeMap<i64, usize> = sections.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
        phrases.sort_by(|a, b| (&a.1, places.get(&a.0)).cmp(&(&b.1, places.get(&b.0))));
        let examples = EXAMPLES.iter().map(|row| {
            let found = row.sections.iter().map(|name| names.get(name).copied().ok_or_else(|| missing(name)));
            Ok((row.q.as_str(), found.collect::<Result<_>>()?))
        });
        Ok(Self { sections, phrases, examples: examples.collect::<Result<_>>()?, elsewhere: elsewhere().collect() })
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        let sections = self.sections.iter().map(|(_, text)| text.as_str());
        let phrases = self.phrases.iter().map(|(_, text)| text.as_str());
        sections.chain(phrases).chain(self.elsewhere.iter().copied())
    }

    /// Changes with every text, and with what belongs to what; not with the ids or the order of pages.
    fn checksum(&self) -> [u8; CHECKSUM_BYTES] {
        let texts: BTreeMap<i64, &str> = self.sections.iter().map(|(id, text)| (*id, text.as_str())).collect();
        let owned = |(id, phrase): &(i64, String)| format!("{phrase}\n{}", texts.get(id).copied().unwrap_or_default());
        let mut all: Vec<String> = self.phrases.iter().map(owned).collect();
        all.extend(self.elsewhere.iter().map(|&text| text.to_owned()));
        for (question, answers) in &self.examples {
            let answers: BTreeSet<&str> = answers.iter().filter_map(|id| texts.get(id)).copied().collect();
            all.push(format!("{question}\n{}", answers.into_iter().collect::<Vec<_>>().join("\n")));
        }
        all.sort_unstable();
        let hash = all.iter().fold(Sha256::new(), |hash, text| hash.chain_update(text).chain_update([0]));
        hash.finalize().into()
    }
}

/// Writes into `folder` the vectors of all pages of this wiki and of the questions asked elsewhere, of which it computes only
/// those that this program was not built with, and what is learnt from them. Returns how many vectors were new, and how many
/// ways of asking were learnt from.
///
/// # Errors
/// Refused if a file cannot be written.
pub async fn train(store: &Store, folder: &Path) -> Result<(usize, usize)> {
    let mut db = store.read().await?;
    let texts = Texts::read(&mut db).await?;
    drop(db);
    let encoder = Encoder::open()?;
    let (mut entries, mut new) = (BTreeMap::new(), 0);
    for text in texts.all() {
        let key = ContentKey::of(text);
        entries.entry(key).or_insert_with(|| {
            seeded(key).map_or_else(
                || {
                    new += 1;
                    to_bytes(&encoder.embed(text))
                },
                <[u8]>::to_vec,
            )
        });
    }
    let vector = |text: &str| entries.get(&ContentKey::of(text)).and_then(|kept| from_bytes(kept));
    let map = learnt(&texts, &encoder, vector);
    write(
        &folder.join(VECTORS),
        &entries.iter().flat_map(|(key, kept)| [key.as_bytes(), kept].concat()).collect::<Vec<_>>(),
    )?;
    write(&folder.join(MAP), &map.write())?;
    Ok((new, texts.phrases.len()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let unwritable = |e| Error::refused(format!("Cairn cannot write {} ({e}).", file.display()));
    std::fs::write(file, bytes).map_err(unwritable)
}

fn learnt(texts: &Texts, encoder: &Encoder, vector: impl Fn(&str) -> Option<Vector>) -> Map {
    let places: BTreeMap<i64, usize> = texts.sections.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    let sections: Vec<Vector> = texts.sections.iter().filter_map(|(_, text)| vector(text)).collect();
    let phrases = texts.phrases.iter().filter_map(|(id, phrase)| Some((*places.get(id)?, vector(phrase)?)));
    let phrases: Vec<(usize, Vector)> = phrases.collect();
    let elsewhere: Vec<Vector> = texts.elsewhere.iter().filter_map(|text| vector(text)).collect();
    // Their vectors are not kept, because no question is compared with them.
    let known = texts.examples.iter().map(|(question, ids)| (encoder.embed(question), ids));
    let known: Vec<(Vec<usize>, Vector)> =
        known.map(|(vector, ids)| (ids.iter().filter_map(|id| places.get(id)).copied().collect(), vector)).collect();
    let is_answered: Vec<(bool, Vector)> = known.iter().map(|(right, vector)| (!right.is_empty(), *vector)).collect();
    let answered: Vec<_> = known.into_iter().filter(|(right, _)| !right.is_empty()).collect();
    let rows = learn::map(&sections, &phrases, &answered);
    let (here, constant) = learn::here(&phrases, &elsewhere, &is_answered);
    Map::new(texts.checksum(), &rows, &here, constant)
}

/// Whether the map was learnt from other texts than those of this wiki.
pub async fn is_due(store: &Store) -> Result<bool> {
    let mut db = store.read().await?;
    let texts = Texts::read(&mut db).await?;
    Ok(Map::builtin().checksum() != texts.checksum())
}
