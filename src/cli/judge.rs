//! Triage on the command line, by words and meaning. It blocks this thread, because nobody else waits for it.

use std::cell::OnceCell;

use crate::meaning::{CAN_EMBED, Encoder, Vector};
use crate::triage::{self, Bands, Ear, Model, Occasion, Passage, Post, Verdict};

/// Decides about texts. Opens the encoder when a text first needs it.
pub struct Judge<'a> {
    model: &'a Model,
    is_fast: bool,
    encoder: OnceCell<Option<Encoder>>,
}

impl<'a> Judge<'a> {
    /// A judge with this model. A fast one uses only words.
    pub fn new(model: &'a Model, is_fast: bool) -> Self {
        Judge { model, is_fast, encoder: OnceCell::new() }
    }

    /// The verdict of triage.
    pub fn decide(&self, post: &Post<'_>, bands: &Bands, occasion: Occasion) -> Verdict {
        let by_words = triage::decide(self.model, post, bands, occasion, None);
        if self.is_fast || self.model.senses.is_none() || by_words.crisis {
            return by_words;
        }
        if CAN_EMBED && self.is_danger_meant(post) {
            return triage::of_crisis(self.model);
        }
        if !by_words.is_open() {
            return by_words;
        }
        match self.meaning(&post.for_meaning()) {
            Some(meaning) => triage::decide(self.model, post, bands, occasion, Some(&meaning)),
            None => by_words,
        }
    }

    fn is_danger_meant(&self, post: &Post<'_>) -> bool {
        let passage = triage::faint_danger(post.title, post.body);
        let meant = |passage: Passage| Some(Ear::builtin().means_danger(&passage, &self.meaning(&passage.text)?));
        passage.and_then(meant).unwrap_or(false)
    }

    /// The meaning of a text; `None` if the encoder cannot be used.
    fn meaning(&self, text: &str) -> Option<Vector> {
        let encoder = self.encoder.get_or_init(|| match Encoder::open() {
            Ok(encoder) => Some(encoder),
            Err(error) => {
                tracing::error!(%error, "the sentence encoder cannot be used");
                None
            }
        });
        encoder.as_ref().map(|encoder| encoder.embed(text))
    }
}
