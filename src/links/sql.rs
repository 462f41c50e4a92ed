//! The queries about links.

use super::{Known, named};
use crate::Result;
use crate::store::{Connection, Millis};

type Row = (String, String, String, Millis, Millis, i64);

/// Every checked link.
pub async fn all(db: &mut Connection) -> Result<Vec<Known>> {
    let query = "SELECT url, finding, detail, since, at, tries FROM links ORDER BY url";
    let rows: Vec<Row> = sqlx::query_as(query).fetch_all(db).await?;
    let known = |(url, finding, detail, since, at, tries): Row| {
        Ok(Known { url, finding: named(&finding)?, detail, since: since.0, at: at.0, tries })
    };
    rows.into_iter().map(known).collect()
}

/// The number of links that are dead, moved or not public.
pub async fn count_troubles(db: &mut Connection) -> Result<usize> {
    let query = "SELECT count(*) FROM links WHERE finding IN ('dead', 'moved', 'private')";
    let count: i64 = sqlx::query_scalar(query).fetch_one(db).await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Deletes links that are on no page any more.
pub async fn keep_only(db: &mut Connection, urls: &[&String]) -> Result<()> {
    let urls = serde_json::to_string(urls).map_err(anyhow::Error::new)?;
    sqlx::query("DELETE FROM links WHERE url NOT IN (SELECT value FROM json_each($1))").bind(urls).execute(db).await?;
    Ok(())
}

/// Stores the result for a link.
pub async fn put(db: &mut Connection, link: &Known) -> Result<()> {
    let query = "INSERT INTO links (url, finding, detail, since, at, tries) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (url) DO UPDATE SET finding = excluded.finding, detail = excluded.detail,
                     since = excluded.since, at = excluded.at, tries = excluded.tries";
    sqlx::query(query)
        .bind(&link.url)
        .bind(link.finding.name())
        .bind(&link.detail)
        .bind(Millis(link.since))
        .bind(Millis(link.at))
        .bind(link.tries)
        .execute(db)
        .await?;
    Ok(())
}
