//! Compares a model trained with more examples with the current one (pure): its results on the examples set aside,
//! and its verdicts on the new ones.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::examples::is_set_aside;
use super::measure::{self, Measures};
use super::train::{self, Example};
use super::{Action, Bands, Model, Occasion, Track, Verdict};
use crate::meaning::Vector;

/// The new model is worse if its AUROC is lower by more than this. Chance alone causes smaller differences.
const MARGIN: f64 = 0.01;

/// Meanings by text, in the form that the encoder reads.
pub type Meanings = HashMap<String, Vector>;

/// The comparison of two models: old, new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How many of the program's examples are used for measuring.
    pub measured: usize,
    /// The probability that a beginner's question has a higher `p` than another post: old and new model.
    pub auroc: [f64; 2],
    /// Of the answered examples, how many are beginners' questions: (right, all), old and new model.
    pub answers: [(usize, usize); 2],
    /// Of the examples that got a track with enough margin, how many got the right one: (right, all), old and new
    /// model.
    pub tracks: [(usize, usize); 2],
    /// How many of the measured examples the models treat differently.
    pub changed: usize,
    /// Whether the new model is worse. Then it is not kept.
    pub is_worse: bool,
    /// The two models' verdicts on the new examples.
    pub lessons: Vec<Effect>,
}

/// The two models' verdicts on one new example: old, new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The example's number.
    pub id: String,
    /// `p` by both models.
    pub p: [f64; 2],
    /// The track by both models.
    pub track: [Option<Track>; 2],
    /// The action by both models.
    pub action: [String; 2],
    /// Whether that action is right, for both models.
    pub is_right: [bool; 2],
}

/// Trains a model with the program's examples and new ones, and compares it with the current model. Without meanings,
/// both models use only words.
pub fn trial(
    base: &[Example],
    lessons: &[Example],
    before: &Model,
    meanings: Option<&Meanings>,
    checksum: [u8; 8],
) -> (Model, Comparison) {
    let (aside, mut learnt): (Vec<Example>, Vec<Example>) = base.iter().cloned().partition(is_set_aside);
    learnt.extend_from_slice(lessons);
    let vectors = meanings.and_then(|all| {
        learnt.iter().map(|example| all.get(&example.post().for_meaning()).copied()).collect::<Option<Vec<Vector>>>()
    });
    let model = train::train(&learnt, vectors.as_deref(), checksum);
    let comparison = compare(&aside, lessons, [before, &model], meanings);
    (model, comparison)
}

fn compare(aside: &[Example], lessons: &[Example], models: [&Model; 2], meanings: Option<&Meanings>) -> Comparison {
    let bands = Bands::default();
    let measured = models.map(|model| {
        measure::measure(model.version(), aside, &bands, |e| judge(model, e, &bands, Occasion::Unasked, meanings))
    });
    let differs = |example: &&Example| {
        let [one, other] = models.map(|model| judge(model, example, &bands, Occasion::Unasked, meanings));
        one.action != other.action || one.action == Action::Answer && one.track != other.track
    };
    Comparison {
        measured: aside.len(),
        auroc: measured.each_ref().map(|m| m.auroc),
        answers: measured.each_ref().map(|m| (m.answer_precision.hits, m.answer_precision.of)),
        tracks: measured.each_ref().map(|m| (m.track_accuracy.hits, m.track_accuracy.of)),
        changed: aside.iter().filter(differs).count(),
        is_worse: is_worse(&measured[1], &measured[0]),
        lessons: lessons.iter().map(|example| effect(example, models, &bands, meanings)).collect(),
    }
}

fn effect(example: &Example, models: [&Model; 2], bands: &Bands, meanings: Option<&Meanings>) -> Effect {
    let verdicts = models.map(|model| judge(model, example, bands, Occasion::Unasked, meanings));
    Effect {
        id: example.id.clone(),
        p: verdicts.each_ref().map(|verdict| verdict.p),
        track: verdicts.each_ref().map(|verdict| verdict.track),
        action: verdicts.each_ref().map(|verdict| verdict.action.name().to_owned()),
        is_right: verdicts.each_ref().map(|verdict| is_right(example, verdict)),
    }
}

/// Whether a verdict fits its example: a newcomer gets the right guide or a follow-up question, others get no reply.
fn is_right(example: &Example, verdict: &Verdict) -> bool {
    match (example.getting_started, verdict.action) {
        (false, action) => action == Action::Silent,
        (true, Action::Silent) => false,
        (true, Action::Ask) => true,
        (true, Action::Answer) => example.track.is_none_or(|track| verdict.track == Some(track)),
    }
}

fn judge(model: &Model, example: &Example, bands: &Bands, on: Occasion, meanings: Option<&Meanings>) -> Verdict {
    let post = example.post();
    let by_words = super::decide(model, &post, bands, on, None);
    if model.senses.is_none() || !by_words.is_open() {
        return by_words;
    }
    match meanings.and_then(|all| all.get(&post.for_meaning())) {
        Some(meaning) => super::decide(model, &post, bands, on, Some(meaning)),
        None => by_words,
    }
}

/// Whether the AUROC dropped by more than chance explains.
pub fn is_worse(after: &Measures, before: &Measures) -> bool {
    after.auroc < before.auroc - MARGIN
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { measured, auroc, answers, tracks, changed, is_worse, lessons } = self;
        let right = |which: usize| lessons.iter().filter(|effect| effect.is_right[which]).count();
        writeln!(f, "On the {measured} examples set aside: before and after")?;
        writeln!(f, "  told apart        {:.3} → {:.3}", auroc[0], auroc[1])?;
        writeln!(f, "  answers right     {} of {} → {} of {}", answers[0].0, answers[0].1, answers[1].0, answers[1].1)?;
        writeln!(f, "  tracks right      {} of {} → {} of {}", tracks[0].0, tracks[0].1, tracks[1].0, tracks[1].1)?;
        writeln!(f, "  treated otherwise {changed}")?;
        writeln!(f, "Of your {} examples {} were right, {} are now.", lessons.len(), right(0), right(1))?;
        f.write_str(if *is_worse { "It is worse, so it was not kept." } else { "It is not worse; you can adopt it." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measures(auroc: f64) -> Measures {
        Measures { auroc, ..measure::measure("", &[], &Bands::default(), |_| unreachable!("there is no example")) }
    }

    #[test]
    fn only_what_is_worse_by_more_than_chance_is_worse() {
        for (before, after, worse) in
            [(0.95, 0.95, false), (0.95, 0.941, false), (0.95, 0.939, true), (0.9, 0.99, false)]
        {
            assert_eq!(is_worse(&measures(after), &measures(before)), worse, "{before} {after}");
        }
    }

    #[test]
    fn an_empty_model_beside_the_built_in_one_is_worse() {
        let aside: Vec<Example> =
            crate::triage::examples::own().0.iter().filter(|e| is_set_aside(e)).cloned().collect();
        let lesson = Example {
            id: "m1".to_owned(),
            title: String::new(),
            body: "how do i become an ml engineer, i am a backend developer".to_owned(),
            getting_started: true,
            track: Some(Track::Engineer),
            invented: false,
        };
        let nothing = Model::default();
        let found = compare(&aside, &[lesson], [Model::builtin(), &nothing], None);
        assert!(found.is_worse && found.auroc[0] > found.auroc[1] && found.changed > 0, "{found:?}");
        assert_eq!((found.measured, found.lessons.len(), found.lessons[0].is_right[0]), (aside.len(), 1, true));
        assert!(found.to_string().ends_with("It is worse, so it was not kept."));
    }
}
