//! What each sentence of a post speaks of, and how much a find counts by where it stands.

use super::cues::Cue;
use super::phrase_finder::{Hit, Lexicon};
use super::text::{Part, Text};

/// The factor for a match in the title (1 in the body), because titles say what the author wants.
pub(super) const TITLE: f64 = 1.3;
/// Up to this many words, a post is a short message.
pub(super) const SHORT: usize = 30;

/// The topics of each sentence, as bits.
pub(super) struct Said {
    pub(super) sentences: Vec<u16>,
    /// The union over the title.
    pub(super) title: u16,
    /// The union over all.
    pub(super) all: u16,
    /// The union over the body.
    pub(super) body: u16,
}

pub(super) const ASK: u16 = 1;
pub(super) const ENTER: u16 = 2;
pub(super) const FIELD: u16 = 4;
pub(super) const SUBJECT: u16 = 8;
pub(super) const PERSON: u16 = 16;
pub(super) const PLEA: u16 = 32;
pub(super) const YOU: u16 = 64;
pub(super) const WISH: u16 = 128;
pub(super) const GOAL: u16 = 256;
pub(super) const AIMED: u16 = 512;

/// What each sentence speaks of, by the finds in it.
pub(super) fn said(text: &Text, hits: &[Hit], lexicon: &Lexicon) -> Said {
    let mut sentences: Vec<u16> = text.sentences.iter().map(|sentence| u16::from(sentence.question) * ASK).collect();
    for hit in hits {
        sentences[text.tokens[hit.first].sentence as usize] |= match lexicon.cue(hit) {
            Cue::Ask => ASK,
            Cue::Enter => ENTER,
            Cue::Field => FIELD,
            Cue::Subject => SUBJECT,
            Cue::Person => PERSON,
            Cue::Plea => PLEA,
            Cue::You => YOU,
            Cue::Wish => WISH,
            Cue::Goal | Cue::Start => GOAL | AIMED,
            Cue::Where | Cue::Path | Cue::Novice | Cue::Want | Cue::StudyChoice | Cue::Prerequisite | Cue::Resource => {
                AIMED
            }
            _ => 0,
        };
    }
    let union = |part: &[u16]| part.iter().fold(0, |all, bits| all | bits);
    let in_title = text.sentences.iter().filter(|sentence| sentence.part == Part::Title).count();
    Said {
        title: union(&sentences[..in_title]),
        body: union(&sentences[in_title..]),
        all: union(&sentences),
        sentences,
    }
}

/// How much a find counts by where it stands.
pub(super) fn place(text: &Text, hit: &Hit) -> f64 {
    match text.sentences[text.tokens[hit.first].sentence as usize].part {
        Part::Title => TITLE,
        // A short message without a title starts with what the author wants.
        Part::Body if text.tokens.len() <= SHORT && text.sentences[0].part == Part::Body => TITLE,
        Part::Body => 1.0,
    }
}
