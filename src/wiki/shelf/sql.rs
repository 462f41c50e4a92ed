//! The SQL of the list. It reads only the pages' rows, not their texts, so it is fast for ten thousand pages.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, Row as _};

use super::{Counts, SHOWN, Shelved, Which};
use crate::Result;
use crate::store::Connection;

/// The dates that decide what is due.
pub struct Days {
    pub today: String,
    pub usual: String,
}

/// The query.
pub struct Wanted {
    pub which: Which,
    /// Part of a normalised name; empty for every page.
    pub name: String,
    /// The same as an FTS5 expression.
    pub words: String,
    pub skip: i64,
}

/// The date since which a page is due, or NULL ($1: today; $2: checks up to this day are too old). If a page was
/// checked after its own review date, the usual period counts. `wiki::review` has the same rule.
const DUE: &str = "CASE WHEN p.retired IS NOT NULL THEN NULL
    WHEN p.review > p.reviewed AND p.review <= $1 AND p.review <= date(p.reviewed, '+180 days') THEN p.review
    WHEN p.reviewed <= $2 THEN date(p.reviewed, '+180 days') END";

/// The number of pages for each filter.
pub async fn counts(db: &mut Connection, days: &Days) -> Result<Counts> {
    let query = format!(
        "SELECT coalesce(sum(p.retired IS NULL), 0), coalesce(sum({DUE} IS NOT NULL), 0),
             (SELECT count(DISTINCT page) FROM drafts WHERE state = 'open'), coalesce(sum(p.retired IS NOT NULL), 0)
         FROM pages p"
    );
    let row: (i64, i64, i64, i64) =
        sqlx::query_as(AssertSqlSafe(query)).bind(&days.today).bind(&days.usual).fetch_one(db).await?;
    let (all, due, drafts, retired) = row;
    Ok(Counts { all, due, drafts, retired })
}

#[derive(FromRow)]
struct Row {
    slug: String,
    title: String,
    reviewed: String,
    due: Option<String>,
    retired: Option<String>,
    drafts: i64,
    revision: i64,
    author: String,
    reason: String,
    at: i64,
}

/// One screen of the list, and the number of all matching pages.
pub async fn shelf(db: &mut Connection, days: &Days, wanted: &Wanted) -> Result<(Vec<Shelved>, i64)> {
    let kind = match wanted.which {
        Which::All => "p.retired IS NULL",
        Which::Due => "due IS NOT NULL",
        Which::Drafts => "drafts > 0",
        Which::Retired => "p.retired IS NOT NULL",
    };
    let named = if wanted.name.is_empty() {
        "$3 = $4"
    } else {
        "(instr(replace(p.slug, '-', ' '), $3) > 0 OR instr(lower(p.title), $3) > 0
          OR p.id IN (SELECT page_id FROM names WHERE instr(name, $3) > 0)
          OR p.id IN (SELECT page_id FROM sections WHERE id IN
             (SELECT rowid FROM section_index WHERE section_index MATCH $4 LIMIT 5000)))"
    };
    // Every matching page is looked at once, for the order and for the number of them.
    let query = format!(
        "WITH found AS MATERIALIZED (
             SELECT p.id, p.slug, p.title, p.reviewed, {DUE} AS due, p.retired, coalesce(d.many, 0) AS drafts, p.revision
             FROM pages p LEFT JOIN (SELECT page, count(*) AS many FROM drafts WHERE state = 'open' GROUP BY page) d
                 ON d.page = p.slug
             WHERE {kind} AND {named})
         SELECT n.many, f.slug, f.title, f.reviewed, f.due, f.retired, f.drafts, f.revision, r.author, r.reason, r.at
         FROM (SELECT count(*) AS many FROM found) n
         LEFT JOIN (SELECT * FROM found ORDER BY due IS NULL, due, drafts = 0, title, id LIMIT {SHOWN} OFFSET $5) f
         LEFT JOIN revisions r ON r.page_id = f.id AND r.number = f.revision
         ORDER BY f.due IS NULL, f.due, f.drafts = 0, f.title, f.id"
    );
    let words = if wanted.name.is_empty() { &wanted.name } else { &wanted.words };
    let rows: Vec<SqliteRow> = sqlx::query(AssertSqlSafe(query))
        .bind(&days.today)
        .bind(&days.usual)
        .bind(&wanted.name)
        .bind(words)
        .bind(wanted.skip)
        .fetch_all(db)
        .await?;
    let many = rows.first().map_or(Ok(0), |row| row.try_get("many"))?;
    // Beyond the end, the number of pages stands in a row without a page.
    let has_page = |row: &&SqliteRow| row.try_get::<Option<&str>, _>("slug").is_ok_and(|slug| slug.is_some());
    let pages = rows.iter().filter(has_page).map(|row| shelved(Row::from_row(row)?)).collect::<Result<_>>()?;
    Ok((pages, many))
}

fn shelved(row: Row) -> Result<Shelved> {
    let date = |text: &str| text.parse::<Date>().map_err(anyhow::Error::new);
    Ok(Shelved {
        reviewed: date(&row.reviewed)?,
        due: row.due.as_deref().map(date).transpose()?,
        retired: row.retired.as_deref().map(date).transpose()?,
        at: Timestamp::from_millisecond(row.at).map_err(anyhow::Error::new)?,
        slug: row.slug,
        title: row.title,
        drafts: row.drafts,
        revision: row.revision,
        author: row.author,
        reason: row.reason,
    })
}
