//! The queries of the wiki that is kept equal.

use crate::Result;
use crate::community::Subreddit;
use crate::store::Connection;

/// At which revisions both were equal: Reddit's and Cairn's.
pub async fn equal(db: &mut Connection, subreddit: &Subreddit, slug: &str) -> Result<Option<(String, i64)>> {
    let query = "SELECT remote, revision FROM reddit_wiki WHERE subreddit = $1 AND slug = $2";
    Ok(sqlx::query_as(query).bind(subreddit.as_str()).bind(slug).fetch_optional(db).await?)
}

pub async fn set_equal(
    db: &mut Connection,
    subreddit: &Subreddit,
    slug: &str,
    (remote, revision): (&str, i64),
) -> Result<()> {
    let query = "INSERT INTO reddit_wiki (subreddit, slug, remote, revision) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (subreddit, slug) DO UPDATE SET remote = excluded.remote, revision = excluded.revision";
    sqlx::query(query).bind(subreddit.as_str()).bind(slug).bind(remote).bind(revision).execute(db).await?;
    Ok(())
}
