//! What is decided about a text, by its words and, where these leave it open, by its meaning.
//!
//! Triage itself is pure; here the sentence encoder is asked, on its own thread and for a set time. What it does not
//! tell in time is decided by the words alone.

use std::time::Duration;

use crate::meaning::{CAN_EMBED, Thread, Vector};
use crate::store::Store;
use crate::triage::{self, Bands, Ear, Model, Occasion, Post, Verdict};

pub mod own;
mod sql;
mod trained;

pub use own::Here;

/// How long a decision may wait for the meaning of its text.
const MEANING_DEADLINE: Duration = Duration::from_millis(150);

/// What triage decides about a post that nobody asked us about.
pub async fn unasked(store: &Store, here: Here, post: &Post<'_>, bands: &Bands) -> Verdict {
    decide(store, here, post, bands, Occasion::Unasked).await
}

/// What triage decides about a text that somebody wrote to us.
pub async fn asked(store: &Store, here: Here, post: &Post<'_>, bands: &Bands) -> Verdict {
    decide(store, here, post, bands, Occasion::Asked).await
}

async fn decide(store: &Store, here: Here, post: &Post<'_>, bands: &Bands, occasion: Occasion) -> Verdict {
    let own = own::model(store, here).await.unwrap_or_else(|error| {
        tracing::error!(%error, "the model that is built in decides");
        None
    });
    let model: &Model = match &own {
        Some(own) => own,
        None => Model::builtin(),
    };
    let by_words = triage::decide(model, post, bands, occasion, None);
    if !CAN_EMBED || by_words.crisis {
        return by_words;
    }
    if is_danger_meant(store, post).await {
        return triage::of_crisis(model);
    }
    if !by_words.is_open() {
        return by_words;
    }
    match meaning(store, post.for_meaning()).await {
        Some(meaning) => triage::decide(model, post, bands, occasion, Some(&meaning)),
        None => by_words,
    }
}

/// Whether a passage means danger of which the words leave it open.
async fn is_danger_meant(store: &Store, post: &Post<'_>) -> bool {
    let Some(passage) = triage::faint_danger(post.title, post.body) else { return false };
    let meaning = meaning(store, passage.text.clone()).await;
    meaning.is_some_and(|meaning| Ear::builtin().means_danger(&passage, &meaning))
}

async fn meaning(store: &Store, text: String) -> Option<Vector> {
    match store.beside::<Thread>().worker() {
        Ok(worker) => worker.embed(text, MEANING_DEADLINE).await,
        Err(error) => {
            tracing::warn!(%error, "triage goes by words alone");
            None
        }
    }
}
