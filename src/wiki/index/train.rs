//! `cairn wiki train`: the vectors of the pages, and what is learnt from the ways of asking. The same pages give the same files.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

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
    elsewhere: Vec<&'static str>,
}

impl Texts {
    async fn read(db: &mut Connection) -> Result<Self> {
        let bodies = sql::bodies(db).await?.into_iter();
        let mut sections: Vec<_> = bodies.map(|(id, _, heading, text)| (id, body(&heading, &text))).collect();
        let mut phrases = sql::phrases(db).await?;
        // The order of ids depends on which page was changed last, and what is learnt depends on the order.
        sections.sort_by(|a, b| a.1.cmp(&b.1));
        let places: BTreeMap<i64, usize> = sections.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
        phrases.sort_by(|a, b| (&a.1, places.get(&a.0)).cmp(&(&b.1, places.get(&b.0))));
        Ok(Self { sections, phrases, elsewhere: elsewhere().collect() })
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
    let map = learnt(&texts, vector);
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

fn learnt(texts: &Texts, vector: impl Fn(&str) -> Option<Vector>) -> Map {
    let places: BTreeMap<i64, usize> = texts.sections.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    let sections: Vec<Vector> = texts.sections.iter().filter_map(|(_, text)| vector(text)).collect();
    let phrases = texts.phrases.iter().filter_map(|(id, phrase)| Some((*places.get(id)?, vector(phrase)?)));
    let phrases: Vec<(usize, Vector)> = phrases.collect();
    let elsewhere: Vec<Vector> = texts.elsewhere.iter().filter_map(|text| vector(text)).collect();
    let rows = learn::map(&sections, &phrases);
    let (here, constant) = learn::here(&phrases, &elsewhere);
    Map::new(texts.checksum(), &rows, &here, constant)
}

/// Whether the map was learnt from other texts than those of this wiki.
pub async fn is_due(store: &Store) -> Result<bool> {
    let mut db = store.read().await?;
    let texts = Texts::read(&mut db).await?;
    Ok(Map::builtin().checksum() != texts.checksum())
}
