//! Triage on the command line, by words and meaning. It runs on the calling threads, because nobody else waits for it.

use std::sync::OnceLock;

use crate::meaning::{CAN_EMBED, Encoder, POST_TOKENS, Vector};
use crate::triage::{self, Bands, Ear, Model, Occasion, Passage, Post, Verdict};

/// Decides about texts as the running program does. Opens the encoder when a text first needs it. Threads can share one.
pub struct Judge<'a> {
    model: &'a Model,
    is_fast: bool,
    encoder: OnceLock<Option<Encoder>>,
}

impl<'a> Judge<'a> {
    /// A judge with this model. A fast one uses only words.
    pub fn new(model: &'a Model, is_fast: bool) -> Self {
        Judge { model, is_fast, encoder: OnceLock::new() }
    }

    /// The verdict of triage.
    pub fn decide(&self, post: &Post<'_>, bands: &Bands, occasion: Occasion) -> Verdict {
        let by_words = self.by_words(post, bands, occasion);
        if self.is_fast || !self.is_unsure(post, &by_words) {
            return by_words;
        }
        self.by_meaning(post, bands, occasion, by_words)
    }

    /// What triage decides by the words alone.
    pub fn by_words(&self, post: &Post<'_>, bands: &Bands, occasion: Occasion) -> Verdict {
        triage::decide(self.model, post, bands, occasion, None)
    }

    /// Whether the words alone leave something open that the encoder may tell.
    pub fn is_unsure(&self, post: &Post<'_>, by_words: &Verdict) -> bool {
        let is_faint = || CAN_EMBED && triage::faint_danger(post.title, post.body).is_some();
        self.model.senses.is_some() && !by_words.crisis && (by_words.is_open() || is_faint())
    }

    /// What triage decides of a text whose words left something open.
    pub fn by_meaning(&self, post: &Post<'_>, bands: &Bands, occasion: Occasion, by_words: Verdict) -> Verdict {
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
        encoder.as_ref().map(|encoder| encoder.embed_first(text, POST_TOKENS))
    }
}
