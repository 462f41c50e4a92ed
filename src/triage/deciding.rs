//! Puts what was read from a post into a verdict.

use super::evidence::Reading;
use super::model::Model;
use super::verdict::{Action, Bands, Intent, Verdict};
use super::{Track, language, texts};

/// The verdict on a text whose author may be in danger. It has no other content.
pub fn of_crisis(model: &Model) -> Verdict {
    Verdict {
        intent: Intent::Other,
        p: 0.0,
        track: None,
        track_p: None,
        margin: 0.0,
        action: Action::Silent,
        reasons: Vec::new(),
        language: None,
        crisis: true,
        model: model.version().to_owned(),
        question: None,
        research_row: None,
        ranking: Track::ALL,
        pupil: false,
    }
}

/// Makes a verdict from a reading and the action taken.
pub(super) fn from_reading(
    model: &Model,
    reading: Reading,
    bands: &Bands,
    action: Action,
    language: Option<&'static str>,
) -> Verdict {
    let track = (reading.decided && language.is_none()).then_some(reading.ranking[0].0);
    let margin = if track.is_some() { reading.margin() } else { 0.0 };
    let ranking = reading.ranking.map(|(track, _)| track);
    let between = match track {
        None => texts::Between::All,
        Some(track) if margin >= bands.margin => texts::Between::One(track),
        Some(_) => texts::Between::Two(ranking[0], ranking[1]),
    };
    let question = || match language.map(language::of) {
        Some(Some(known)) => texts::question_in(known),
        Some(None) => texts::question_for_others(),
        None => texts::question(ranking, between, reading.grown),
    };
    Verdict {
        intent: if reading.p >= 0.5 { Intent::GettingStarted } else { Intent::Other },
        p: reading.p,
        track,
        track_p: track.map(|_| reading.ranking[0].1),
        margin,
        action,
        question: (action == Action::Ask).then(question),
        reasons: if language.is_some() { Vec::new() } else { reading.reasons },
        language,
        crisis: false,
        model: model.version().to_owned(),
        research_row: reading.row.filter(|_| track == Some(Track::Researcher)),
        ranking,
        pupil: reading.pupil,
    }
}
