//! The model that moderators of home trained with their own examples: stored in the database, used only at home.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::sql;
pub use super::trained::{Kept, State};
use crate::store::{Connection, Store};
use crate::triage::{Model, examples};
use crate::{Error, Result};

/// A training that takes longer was interrupted.
const TRAINING_TIMEOUT: SignedDuration = SignedDuration::from_mins(30);

impl Kept {
    /// Whether the program's own examples have changed since, so that the model no longer decides.
    pub fn is_outdated(&self) -> bool {
        self.base != base()
    }
}

/// Where a text was written, which decides the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// In a home community, or on the web page, which belongs to home.
    Home,
    /// In any other place.
    Elsewhere,
}

impl Here {
    /// [`Here::Home`] if `is_home`.
    pub const fn of(is_home: bool) -> Self {
        if is_home { Self::Home } else { Self::Elsewhere }
    }
}

/// A checksum of the program's own examples.
pub fn base() -> String {
    examples::own().1.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The model in use and its number, cached.
#[derive(Debug, Default)]
struct InUse(Mutex<(Option<i64>, Option<Arc<Model>>)>);

/// The model that decides; `None`: the built-in one. Checks its number each time: another process may change it.
pub(super) async fn model(store: &Store, here: Here) -> Result<Option<Arc<Model>>> {
    if here == Here::Elsewhere {
        return Ok(None);
    }
    let mut db = store.read().await?;
    let id = sql::in_use(&mut db).await?;
    let kept = store.beside::<InUse>();
    let known = kept.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if known.0 == id {
        return Ok(known.1);
    }
    let read = match id {
        Some(id) => read(&mut db, id).await?,
        None => None,
    };
    *kept.0.lock().unwrap_or_else(PoisonError::into_inner) = (id, read.clone());
    Ok(read)
}

async fn read(db: &mut Connection, id: i64) -> Result<Option<Arc<Model>>> {
    let Some((of, Some(bytes))) = sql::bytes(db, id).await? else { return Ok(None) };
    if of != base() {
        tracing::warn!(id, "the model of the moderators is older than the program's examples and is not used");
        return Ok(None);
    }
    let model = Model::read(&bytes);
    if model.is_none() {
        tracing::warn!(id, "the model of the moderators cannot be read by this version and is not used");
    }
    Ok(model.map(Arc::new))
}

/// The model that decides at home: the adopted one, or the built-in one.
pub async fn at_home(store: &Store) -> Result<Arc<Model>> {
    Ok(model(store, Here::Home).await?.unwrap_or_else(|| Arc::new(Model::builtin().clone())))
}

/// Records that a training with this many examples has begun. Returns the model's number.
///
/// # Errors
/// Refused while another training runs.
pub async fn begin(db: &mut Connection, lessons: usize, actor: &str, now: Timestamp) -> Result<i64> {
    sql::fail_unfinished(db, now.saturating_sub(TRAINING_TIMEOUT).unwrap_or(Timestamp::MIN)).await?;
    if sql::newest(db, 1).await?.first().is_some_and(|kept| kept.state == State::Training) {
        return Err(Error::refused("A model is being trained just now; wait until that is done."));
    }
    sql::begin(db, &base(), i64::try_from(lessons).unwrap_or(i64::MAX), actor, now).await
}

/// Stores the result of a training: an adoptable model, a refused one, or nothing.
pub async fn end(store: &Store, id: i64, trained: Option<(&Model, bool)>, report: &str) -> Result<()> {
    let mut tx = store.write().await?;
    match trained {
        Some((model, true)) => {
            let bytes = model.write();
            if sql::end(&mut tx, id, State::Ready, model.version(), Some(&bytes), report).await? {
                sql::pass_over(&mut tx, id).await?;
            }
        }
        Some((model, false)) => {
            sql::end(&mut tx, id, State::Refused, model.version(), None, report).await?;
        }
        None => {
            sql::end(&mut tx, id, State::Failed, "", None, report).await?;
        }
    }
    tx.commit().await
}

/// Puts a model into use, within the caller's transaction.
///
/// # Errors
/// Refused if it is not ready to be adopted.
pub async fn adopt(db: &mut Connection, id: i64) -> Result<()> {
    sql::retire(db).await?;
    if sql::adopt(db, id).await? {
        return Ok(());
    }
    Err(Error::refused(format!("Model {id} does not wait to be adopted; train one, and look at how it compares.")))
}

/// Puts the built-in model into use again.
///
/// # Errors
/// Refused if it is already in use.
pub async fn retire(db: &mut Connection) -> Result<()> {
    if sql::retire(db).await? {
        Ok(())
    } else {
        Err(Error::refused("The model that comes with Cairn decides already."))
    }
}

/// The newest models that were trained here, newest first.
pub async fn newest(store: &Store, most: u16) -> Result<Vec<Kept>> {
    sql::newest(&mut *store.read().await?, i64::from(most)).await
}
