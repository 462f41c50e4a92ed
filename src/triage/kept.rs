//! A verdict as it is stored with an answer. It can be shown and corrected later even if another model is used then.

use serde::{Deserialize, Serialize};

use super::degree::TABLE;
use super::reasons::Reason;
use super::verdict::{Action, Intent, Verdict};
use super::{Track, language};

/// What a reason can be evidence for, besides the tracks.
const INTENTS: [&str; 2] = ["getting_started", "not_getting_started"];

/// A verdict without its question, which is asked only once.
#[derive(Serialize, Deserialize)]
struct Kept {
    intent: Intent,
    p: f64,
    track: Option<Track>,
    track_p: Option<f64>,
    margin: f64,
    action: Action,
    /// Quotes, and what each is evidence for.
    reasons: Vec<(String, String)>,
    language: Option<String>,
    model: String,
    /// Degree and field of the row in the researchers' table.
    research_row: Option<(String, String)>,
    ranking: [Track; 4],
    pupil: bool,
}

impl Verdict {
    /// The stored form; none for a verdict of danger, which is never stored.
    pub fn to_kept(&self) -> Option<String> {
        if self.crisis {
            return None;
        }
        let kept = Kept {
            intent: self.intent,
            p: self.p,
            track: self.track,
            track_p: self.track_p,
            margin: self.margin,
            action: self.action,
            reasons: self.reasons.iter().map(|r| (r.quote.clone(), r.speaks_for.to_owned())).collect(),
            language: self.language.map(str::to_owned),
            model: self.model.clone(),
            research_row: self.research_row.map(|row| (row.degree.to_owned(), row.field.to_owned())),
            ranking: self.ranking,
            pupil: self.pupil,
        };
        serde_json::to_string(&kept).ok()
    }

    /// Reads the stored form; none if this version cannot read it.
    pub fn of_kept(text: &str) -> Option<Self> {
        let kept: Kept = serde_json::from_str(text).ok()?;
        let row = |(degree, field): (String, String)| {
            TABLE.iter().find(|row| row.degree == degree && row.field == field).copied()
        };
        Some(Self {
            intent: kept.intent,
            p: kept.p,
            track: kept.track,
            track_p: kept.track_p,
            margin: kept.margin,
            action: kept.action,
            reasons: kept.reasons.into_iter().filter_map(reason).collect(),
            language: kept.language.map(|code| language::of(&code).map_or("other", |known| known.code)),
            crisis: false,
            model: kept.model,
            question: None,
            research_row: kept.research_row.and_then(row),
            ranking: kept.ranking,
            pupil: kept.pupil,
        })
    }
}

fn reason((quote, speaks_for): (String, String)) -> Option<Reason> {
    let tracks = Track::ALL.map(Track::slug);
    let speaks_for = tracks.into_iter().chain(INTENTS).find(|name| *name == speaks_for)?;
    Some(Reason { quote, speaks_for })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{Bands, Model, Post, triage_explicit};

    #[test]
    fn it_comes_back_as_it_was() {
        for body in [
            "I have a PhD in statistics and want to do research in machine learning. How do I start?",
            "I'm in grade 11 and want a career in AI, where do I begin?",
            "¿Cómo empiezo en machine learning si soy estudiante de ingeniería?",
            "machine learning",
            "",
        ] {
            let shown = triage_explicit(Model::builtin(), &Post { title: "", body }, &Bands::default());
            let kept = Verdict::of_kept(&shown.to_kept().unwrap()).unwrap();
            // The last bit of a number may differ.
            assert!((kept.p - shown.p).abs() + (kept.margin - shown.margin).abs() < 1e-9, "{body}");
            let numbers = |of: &Verdict| (of.p, of.track_p, of.margin);
            let (p, track_p, margin) = numbers(&shown);
            assert_eq!(
                Verdict { p, track_p, margin, ..kept.clone() },
                Verdict { question: None, ..shown.clone() },
                "{body}"
            );
            assert_eq!((kept.why(), kept.otherwise(), kept.others()), (shown.why(), shown.otherwise(), shown.others()));
        }
        let danger = triage_explicit(Model::builtin(), &Post { title: "", body: "i want to die" }, &Bands::default());
        assert_eq!(danger.to_kept(), None);
        assert_eq!(Verdict::of_kept("{}"), None);
    }
}
