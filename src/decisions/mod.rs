//! Decides about a text by its words and, if they leave it open, by its meaning.
//!
//! Triage itself is pure. This room asks the sentence encoder, on its own thread and with a time limit. If the encoder
//! is late, the words alone decide.

use std::time::Duration;

use crate::meaning::{CAN_EMBED, POST_TOKENS, Thread, Vector};
use crate::store::Store;
use crate::triage::{self, Bands, Ear, Model, Occasion, Post, Verdict};

pub mod own;
mod sql;
mod trained;

pub use own::Here;

/// How long a decision waits for the meaning of its text, also while other programs keep the processor busy. Discord
/// waits 3 s, and a text may be read twice.
const MEANING_DEADLINE: Duration = Duration::from_millis(800);

/// The verdict on a post that did not ask the bot.
pub async fn unasked(store: &Store, here: Here, post: &Post<'_>, bands: &Bands) -> Verdict {
    decide(store, here, post, bands, Occasion::Unasked).await
}

/// The verdict on a text that was written to the bot.
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

/// Whether a passage means danger that its words leave open.
async fn is_danger_meant(store: &Store, post: &Post<'_>) -> bool {
    let Some(passage) = triage::faint_danger(post.title, post.body) else { return false };
    let meaning = meaning(store, passage.text.clone()).await;
    meaning.is_some_and(|meaning| Ear::builtin().means_danger(&passage, &meaning))
}

async fn meaning(store: &Store, text: String) -> Option<Vector> {
    match store.beside::<Thread>().worker() {
        Ok(worker) => worker.embed(text, POST_TOKENS, MEANING_DEADLINE).await,
        Err(error) => {
            tracing::warn!(%error, "triage goes by words alone");
            None
        }
    }
}
