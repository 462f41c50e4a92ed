//! The phrase tables in their notation, for rules that `reddit/automod` builds from them.

pub(crate) use super::cues::Cue;
pub(crate) use super::vocabulary::{CLASSES, CONTRACTIONS, MERGES, NAMED, NUMBERS};
use super::{against, aims, cues};

/// The phrases about danger, in the notation explained at the top of the file.
pub(crate) const DANGER: &str = include_str!("crisis.txt");

/// The phrases of a cue, in the notation of [`super::phrase_finder`].
pub(crate) fn phrases(cue: Cue) -> impl Iterator<Item = &'static str> {
    let rows = cues::ROWS.iter().chain(against::ROWS).chain(aims::ROWS);
    rows.filter(move |row| row.cue == cue).flat_map(|row| row.phrases.iter().copied())
}
