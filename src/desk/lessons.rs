//! Examples that moderators write in their own words: stored, used for training, compared, adopted or rejected.
//! Members' texts are never used for training.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;

pub use super::items::Lesson;
use super::sql;
use crate::community::audit::{self, Act};
use crate::community::{HomeModerator, Role};
use crate::decisions::own::{self, Kept};
use crate::meaning::{CAN_EMBED, ContentKey, from_bytes, to_bytes};
use crate::store::Store;
use crate::triage::train::Example;
use crate::triage::trial::{self, Comparison, Meanings};
use crate::triage::{Track, examples};
use crate::wiki::index;
use crate::{Error, Result};

/// The longest example with its title, in characters.
pub const MAX_CHARS: usize = 4_000;
/// The fewest words of an example.
const LEAST_WORDS: usize = 3;
/// The most examples.
const MOST: usize = 2_000;
/// This many words in a row from a member's text count as a quotation.
const QUOTED: usize = 8;
/// How many vectors are stored per transaction.
const BATCH: usize = 32;
/// How many models are listed.
const LISTED: u16 = 10;

impl Lesson {
    /// The example for the trainer. Its id differs from the program's examples, so it is never used for measuring.
    fn example(&self) -> Example {
        Example {
            id: format!("lesson-{}", self.id),
            title: self.title.clone(),
            body: self.body.clone(),
            getting_started: self.getting_started,
            track: self.track,
            invented: false,
        }
    }
}

/// The form for an example.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// The headline; may be empty.
    pub title: &'a str,
    /// The text.
    pub body: &'a str,
    /// Whether it asks how to get started.
    pub getting_started: bool,
    /// The track, if the text decides it.
    pub track: Option<Track>,
}

/// Stores an example.
///
/// # Errors
/// Refused if it is too short or too long, or quotes a member.
pub async fn add(store: &Store, by: &HomeModerator, written: Written<'_>, now: Timestamp) -> Result<Lesson> {
    by.must_be(Role::Editor, "write examples")?;
    let (title, body) = (written.title.trim(), written.body.replace("\r\n", "\n"));
    let body = body.trim();
    let all = format!("{title}\n{body}");
    if all.split_whitespace().count() < LEAST_WORDS || all.chars().count() > MAX_CHARS {
        return Err(Error::refused(format!(
            "An example has at least {LEAST_WORDS} words and at most {MAX_CHARS} characters; write it as somebody would \
             post it."
        )));
    }
    let mut tx = store.write().await?;
    if sql::lessons(&mut tx).await?.len() >= MOST {
        return Err(Error::refused(format!("There are {MOST} examples; take some away first.")));
    }
    let members = sql::members_texts(&mut tx).await?;
    if members.iter().any(|(title, body)| quotes(&all, &format!("{title}\n{body}"))) {
        return Err(Error::refused(
            "These are the words of someone who posted. Cairn never learns from what members write; say it in words of \
             your own.",
        ));
    }
    let lesson = Lesson {
        id: 0,
        title: title.to_owned(),
        body: body.to_owned(),
        getting_started: written.getting_started,
        track: written.track.filter(|_| written.getting_started),
        actor: by.actor().to_owned(),
        at: now,
    };
    let id = sql::add_lesson(&mut tx, &lesson).await?;
    audit::note(&mut tx, by, Act::Teach, &format!("example {id}"), "written", now).await?;
    tx.commit().await?;
    Ok(Lesson { id, ..lesson })
}

/// Whether a text has [`QUOTED`] words in a row from another text, or is equal to it (pure).
fn quotes(text: &str, of: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let plain = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        text.split_whitespace().map(plain).filter(|word: &String| !word.is_empty()).collect()
    };
    let (text, of) = (words(text), words(of));
    let known: HashSet<&[String]> = of.windows(QUOTED).collect();
    text.windows(QUOTED).any(|run| known.contains(run)) || !text.is_empty() && text == of
}

/// The examples, oldest first.
pub async fn list(store: &Store, _: &HomeModerator) -> Result<Vec<Lesson>> {
    sql::lessons(&mut *store.read().await?).await
}

/// Removes an example. Models already trained with it stay.
///
/// # Errors
/// Refused if there is no such example.
pub async fn remove(store: &Store, by: &HomeModerator, id: i64, now: Timestamp) -> Result<()> {
    by.must_be(Role::Editor, "take examples away")?;
    let mut tx = store.write().await?;
    if !sql::remove_lesson(&mut tx, id).await? {
        return Err(Error::refused(format!("There is no example {id}; look at the list again.")));
    }
    audit::note(&mut tx, by, Act::Teach, &format!("example {id}"), "taken away", now).await?;
    tx.commit().await
}

/// Starts the training of a model with all examples. Returns its number, for [`train`].
///
/// # Errors
/// Refused without examples, and while another model is being trained.
pub async fn begin(store: &Store, by: &HomeModerator, now: Timestamp) -> Result<i64> {
    by.must_be(Role::Approver, "train a model")?;
    let mut tx = store.write().await?;
    let lessons = sql::lessons(&mut tx).await?.len();
    if lessons == 0 {
        return Err(Error::refused("There is no example yet; write one first."));
    }
    let id = own::begin(&mut tx, lessons, by.actor(), now).await?;
    audit::note(&mut tx, by, Act::Teach, &format!("model {id}"), &format!("trained with {lessons} examples"), now)
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// Trains a model that was [begun](begin), on its own thread, and stores its comparison with the current model. A
/// model that is worse on the program's own examples is not kept.
pub async fn train(store: &Store, id: i64) -> Result<Comparison> {
    let trained = compare(store).await;
    match trained {
        Ok((model, comparison)) => {
            let report = serde_json::to_string(&comparison).map_err(anyhow::Error::new)?;
            own::end(store, id, Some((&model, !comparison.is_worse)), &report).await?;
            Ok(comparison)
        }
        Err(error) => {
            own::end(store, id, None, "").await?;
            Err(error)
        }
    }
}

async fn compare(store: &Store) -> Result<(crate::triage::Model, Comparison)> {
    let lessons = sql::lessons(&mut *store.read().await?).await?;
    let lessons: Vec<Example> = lessons.iter().map(Lesson::example).collect();
    let meanings = if CAN_EMBED { Some(meanings(store, &lessons).await?) } else { None };
    let before = own::at_home(store).await?;
    let work = move || {
        let (base, checksum) = examples::own();
        trial::trial(base, &lessons, &before, meanings.as_ref(), *checksum)
    };
    Ok(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::new)?)
}

/// The meanings of all examples. They are computed once and stored; people's questions are served in between.
async fn meanings(store: &Store, lessons: &[Example]) -> Result<Meanings> {
    let (base, _) = examples::own();
    let texts: Vec<String> = base.iter().chain(lessons).map(|example| example.post().for_meaning()).collect();
    let mut known = Meanings::new();
    let mut missing = Vec::new();
    {
        let mut db = store.read().await?;
        for text in texts {
            let kept = sql::vector(&mut db, ContentKey::of(&text).as_bytes()).await?;
            match kept.as_deref().and_then(from_bytes) {
                Some(vector) => {
                    known.insert(text, vector);
                }
                None => missing.push(text),
            }
        }
    }
    for batch in missing.chunks(BATCH) {
        let made = index::embedded(store, batch).await?;
        for text in batch {
            let key = ContentKey::of(text);
            let vector = made.iter().find(|(of, _)| *of == key);
            // Rounded as it will be when read from the database.
            known.extend(vector.and_then(|(_, v)| from_bytes(&to_bytes(v))).map(|vector| (text.clone(), vector)));
        }
    }
    Ok(known)
}

/// A model trained here, with its comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Trained {
    /// The model.
    pub model: Kept,
    /// The comparison with the model before it; none during training.
    pub comparison: Option<Comparison>,
}

/// The models trained here, newest first.
pub async fn models(store: &Store, _: &HomeModerator) -> Result<Vec<Trained>> {
    let trained = |model: Kept| Trained { comparison: serde_json::from_str(&model.report).ok(), model };
    Ok(own::newest(store, LISTED).await?.into_iter().map(trained).collect())
}

/// Uses a model at home from now on.
///
/// # Errors
/// Refused to editors, and if the model is not ready.
pub async fn adopt(store: &Store, by: &HomeModerator, id: i64, now: Timestamp) -> Result<()> {
    by.must_be(Role::Approver, "adopt a model")?;
    let mut tx = store.write().await?;
    own::adopt(&mut tx, id).await?;
    audit::note(&mut tx, by, Act::Teach, &format!("model {id}"), "adopted", now).await?;
    tx.commit().await
}

/// Goes back to the compiled-in model.
///
/// # Errors
/// Refused to editors, and if the compiled-in model is already used.
pub async fn retire(store: &Store, by: &HomeModerator, now: Timestamp) -> Result<()> {
    by.must_be(Role::Approver, "go back to the built-in model")?;
    let mut tx = store.write().await?;
    own::retire(&mut tx).await?;
    audit::note(&mut tx, by, Act::Teach, "built-in model", "adopted", now).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_members_are_recognised() {
        let post = "Hello!\nI am a backend developer in Lisbon and I want to become an ML engineer, where do I start?";
        for (text, expected) in [
            ("I am a backend developer in Lisbon and I want to learn", true),
            ("well, I AM a backend developer, in Lisbon and I!", true),
            ("I am a backend developer and want to become an ML engineer", false),
            ("where do I start?", false),
            ("", false),
            (post, true),
        ] {
            assert_eq!(quotes(text, post), expected, "{text}");
        }
        assert!(quotes("where to start", "Where to start?"), "a short text that is the same");
    }
}
