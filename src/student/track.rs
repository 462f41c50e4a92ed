//! The track that somebody named, whose guide they follow. People at school have their own.

use std::collections::BTreeMap;

use super::sql;
use crate::people::PersonId;
use crate::store::Connection;
use crate::triage::Track;
use crate::{Error, Result};

/// The track that somebody named.
pub async fn of(db: &mut Connection, id: PersonId) -> Result<Option<Track>> {
    sql::track(db, id).await
}

/// The tracks of those who look for a buddy in a server, by number.
pub async fn seeking(db: &mut Connection, guild: u64) -> Result<BTreeMap<PersonId, Track>> {
    let tracks = sql::tracks(db, guild).await?.into_iter();
    Ok(tracks.filter_map(|(who, slug)| Some((who, slug.parse().ok()?))).collect())
}

/// Names a track. Somebody at school leaves the ranking; `buddies::set_track` does the rest.
///
/// # Errors
/// Refused to somebody who said before that they are at school.
pub async fn set(db: &mut Connection, id: PersonId, track: Track) -> Result<()> {
    if sql::track(db, id).await? == Some(Track::HighSchool) && track != Track::HighSchool {
        return Err(Error::refused(
            "You said before that you are at school, and Cairn goes by that; choose the High school guide. If it was a \
             slip or is no longer so, /privacy delete lets you begin afresh.",
        ));
    }
    if track == Track::HighSchool {
        sql::unrank(db, id).await?;
    }
    sql::set_track(db, id, track).await
}

/// Leaves the ranking, and says whether they were in one.
pub async fn leave_ranking(db: &mut Connection, id: PersonId) -> Result<bool> {
    sql::unrank(db, id).await
}
