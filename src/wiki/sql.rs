//! The SQL of the wiki.

use jiff::Timestamp;

use super::{ANYWHERE, Edit, Listed, Page, Section, markdown, name};
use crate::Result;
use crate::store::Connection;

/// A revision's text.
#[derive(sqlx::FromRow)]
pub struct Newest {
    pub number: i64,
    pub source: String,
}

/// A section that search can show.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Candidate {
    pub slug: String,
    pub title: String,
    pub anchor: String,
    pub heading: String,
    pub markdown: String,
    pub reviewed: String,
    pub revision: i64,
}

const CANDIDATE: &str = "p.slug, p.title, s.anchor, s.heading, s.markdown, p.reviewed, p.revision";

pub async fn newest(db: &mut Connection, slug: &str) -> Result<Option<Newest>> {
    let query = "SELECT r.number, r.source FROM pages p
                 JOIN revisions r ON r.page_id = p.id AND r.number = p.revision WHERE p.slug = $1";
    Ok(sqlx::query_as(query).bind(slug).fetch_optional(db).await?)
}

/// The slugs of the pages that readers can find.
pub async fn slugs(db: &mut Connection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT slug FROM pages WHERE retired IS NULL ORDER BY slug").fetch_all(db).await?)
}

/// The slugs of all pages, with the retired ones.
pub async fn every_slug(db: &mut Connection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT slug FROM pages ORDER BY slug").fetch_all(db).await?)
}

/// Whether a page has this slug, retired or not.
pub async fn is_there(db: &mut Connection, slug: &str) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM pages WHERE slug = $1)";
    Ok(sqlx::query_scalar(query).bind(slug).fetch_one(db).await?)
}

/// Changes a page's slug.
pub async fn rename(db: &mut Connection, old: &str, new: &str) -> Result<()> {
    sqlx::query("UPDATE pages SET slug = $1 WHERE slug = $2").bind(new).bind(old).execute(db).await?;
    Ok(())
}

/// The slugs of pages without sections; normally every page has at least one.
pub async fn bare(db: &mut Connection) -> Result<Vec<String>> {
    let query =
        "SELECT slug FROM pages WHERE retired IS NULL AND id NOT IN (SELECT page_id FROM sections) ORDER BY slug";
    Ok(sqlx::query_scalar(query).fetch_all(db).await?)
}

pub async fn slug_of(db: &mut Connection, name: &str) -> Result<Option<String>> {
    let query = "SELECT p.slug FROM names n JOIN pages p ON p.id = n.page_id WHERE n.name = $1";
    Ok(sqlx::query_scalar(query).bind(name).fetch_optional(db).await?)
}

pub async fn guide(db: &mut Connection, track: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT slug FROM pages WHERE track = $1").bind(track).fetch_optional(db).await?)
}

pub async fn list(db: &mut Connection) -> Result<Vec<Listed>> {
    let query = "SELECT slug, title, summary, track, reviewed, revision FROM pages WHERE retired IS NULL
                 ORDER BY track IS NULL, title";
    Ok(sqlx::query_as(query).fetch_all(db).await?)
}

/// Adds a revision and updates the page's row. Returns the revision's number.
pub async fn write_page(db: &mut Connection, page: &Page, edit: Edit<'_>, now: Timestamp) -> Result<i64> {
    let query = "INSERT INTO pages (slug, title, summary, track, reviewed, review, retired, revision)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
                 ON CONFLICT (slug) DO UPDATE SET title = excluded.title, summary = excluded.summary,
                     track = excluded.track, reviewed = excluded.reviewed, review = excluded.review,
                     retired = excluded.retired, revision = pages.revision + 1
                 RETURNING id, revision";
    let front = &page.front;
    let (id, number): (i64, i64) = sqlx::query_as(query)
        .bind(&front.slug)
        .bind(&front.title)
        .bind(&front.summary)
        .bind(front.track.map(|t| t.slug()))
        .bind(front.reviewed.to_string())
        .bind(front.review.map(|date| date.to_string()))
        .bind(front.retired.map(|date| date.to_string()))
        .fetch_one(&mut *db)
        .await?;
    let query = "INSERT INTO revisions (page_id, number, source, author, reason, at) VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(query)
        .bind(id)
        .bind(number)
        .bind(edit.source)
        .bind(edit.author)
        .bind(edit.reason)
        .bind(now.as_millisecond())
        .execute(db)
        .await?;
    Ok(number)
}

/// Writes the page's names; a retired page gets none. If another page has one of them, returns that name and the
/// page's slug.
pub async fn write_names(db: &mut Connection, page: &Page) -> Result<Option<(String, String)>> {
    let slug = &page.front.slug;
    sqlx::query("DELETE FROM names WHERE page_id = (SELECT id FROM pages WHERE slug = $1)")
        .bind(slug)
        .execute(&mut *db)
        .await?;
    if page.front.retired.is_some() {
        return Ok(None);
    }
    let own = [(slug, "slug"), (&page.front.title, "title")];
    let names = own.into_iter().chain(page.front.aliases.iter().map(|a| (a, "alias")));
    for (text, kind) in names {
        let name = name(text);
        match slug_of(db, &name).await? {
            Some(owner) if owner != *slug => return Ok(Some((name, owner))),
            Some(_) => continue,
            None => {}
        }
        let query = "INSERT INTO names (name, page_id, kind) SELECT $1, id, $2 FROM pages WHERE slug = $3";
        sqlx::query(query).bind(&name).bind(kind).bind(slug).execute(&mut *db).await?;
    }
    Ok(None)
}

/// Replaces the page's sections and their entries in the search index. A retired page has none.
pub async fn write_sections(db: &mut Connection, page: &Page) -> Result<()> {
    let front = &page.front;
    sqlx::query("DELETE FROM sections WHERE page_id = (SELECT id FROM pages WHERE slug = $1)")
        .bind(&front.slug)
        .execute(&mut *db)
        .await?;
    if front.retired.is_some() {
        return Ok(());
    }
    // Only two statements: a page may have thousands of sections, and each statement costs time.
    let sections: Vec<_> = page.sections.iter().map(|section| row(page, section)).collect();
    let query =
        "INSERT INTO sections (page_id, position, anchor, heading, name, title, aliases, asked, tags, body, markdown)
                 SELECT p.id, j.key, j.value ->> 0, j.value ->> 1, j.value ->> 2, $2, $3, j.value ->> 3, $4,
                     j.value ->> 4, j.value ->> 5
                 FROM json_each($1) j, pages p WHERE p.slug = $5 ORDER BY j.key";
    sqlx::query(query)
        .bind(json(&sections)?)
        .bind(&front.title)
        .bind(front.aliases.join(", "))
        .bind(front.tags.join(", "))
        .bind(&front.slug)
        .execute(&mut *db)
        .await?;
    let phrases: Vec<(&str, String)> = page.sections.iter().flat_map(phrasings_of).collect();
    let query = "INSERT INTO phrasings (section_id, phrase)
                 SELECT s.id, j.value ->> 1 FROM json_each($1) j
                 CROSS JOIN sections s ON s.page_id = (SELECT id FROM pages WHERE slug = $2) AND s.anchor = j.value ->> 0
                 ORDER BY j.key";
    sqlx::query(query).bind(json(&phrases)?).bind(&front.slug).execute(&mut *db).await?;
    Ok(())
}

/// The stored columns of a section: anchor, heading, name, `asked` phrases, plain text, Markdown.
fn row(page: &Page, section: &Section) -> [String; 6] {
    [
        section.anchor.clone(),
        section.heading.clone(),
        name(&section.heading),
        section.asked.join("; "),
        markdown::plain(&section.shown),
        markdown::resolve_links(&section.shown, &page.front.slug, ANYWHERE),
    ]
}

/// A section's phrases, each with its anchor: its `asked` phrases, its heading and its old names.
fn phrasings_of(section: &Section) -> impl Iterator<Item = (&str, String)> {
    let old = section.old_names.iter().map(|name| name.replace('-', " "));
    let all = section.asked.iter().chain([&section.heading]).cloned().chain(old);
    all.map(|phrase| (section.anchor.as_str(), phrase))
}

fn json(rows: &impl serde::Serialize) -> Result<String> {
    Ok(serde_json::to_string(rows).map_err(anyhow::Error::new)?)
}

/// The page with exactly this name, and the kind of the name: slug, alias or title.
pub async fn named(db: &mut Connection, name: &str) -> Result<Option<(String, String)>> {
    let query = "SELECT p.slug, n.kind FROM names n JOIN pages p ON p.id = n.page_id WHERE n.name = $1";
    Ok(sqlx::query_as(query).bind(name).fetch_optional(db).await?)
}

/// The names that begin with `start`, with their pages' slugs.
pub async fn names_from(db: &mut Connection, start: &str) -> Result<Vec<(String, String)>> {
    let query = "SELECT n.name, p.slug FROM names n JOIN pages p ON p.id = n.page_id
                 WHERE n.name >= $1 AND n.name < $2 ORDER BY n.name";
    Ok(sqlx::query_as(query).bind(start).bind(after(start)).fetch_all(db).await?)
}

/// A text that sorts after all texts that begin with `start`.
fn after(start: &str) -> String {
    format!("{start}{}", char::MAX)
}

/// The ids of the sections, leads aside, whose heading has this name.
pub async fn sections_called(db: &mut Connection, name: &str) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar("SELECT id FROM sections WHERE name = $1 AND position > 0 ORDER BY id")
        .bind(name)
        .fetch_all(db)
        .await?)
}

/// Whether a lower-case word is a name here: no section writes it with a small letter.
pub async fn is_name(db: &mut Connection, word: &str) -> Result<bool> {
    let query = "SELECT NOT EXISTS (SELECT 1 FROM sections WHERE instr(heading, $1) > 0 OR instr(body, $1) > 0)";
    Ok(sqlx::query_scalar(query).bind(word).fetch_one(db).await?)
}

/// The phrases that match an FTS5 expression, with their sections' ids.
pub async fn phrasings_with(db: &mut Connection, expression: &str) -> Result<Vec<(i64, String)>> {
    let query = "SELECT a.section_id, a.phrase FROM phrasing_index JOIN phrasings a ON a.id = phrasing_index.rowid
                 WHERE phrasing_index MATCH $1 ORDER BY a.section_id";
    Ok(sqlx::query_as(query).bind(expression).fetch_all(db).await?)
}

/// The id of a page's section at an anchor.
pub async fn section_id(db: &mut Connection, slug: &str, anchor: &str) -> Result<Option<i64>> {
    let query = "SELECT s.id FROM sections s JOIN pages p ON p.id = s.page_id WHERE p.slug = $1 AND s.anchor = $2";
    Ok(sqlx::query_scalar(query).bind(slug).bind(anchor).fetch_optional(db).await?)
}

/// The ids and headings of a page's sections, the lead first.
pub async fn headings_of(db: &mut Connection, slug: &str) -> Result<Vec<(i64, String)>> {
    let query =
        "SELECT s.id, s.heading FROM sections s JOIN pages p ON p.id = s.page_id WHERE p.slug = $1 ORDER BY s.position";
    Ok(sqlx::query_as(query).bind(slug).fetch_all(db).await?)
}

/// The section at an anchor of a page.
pub async fn section_in(db: &mut Connection, slug: &str, anchor: &str) -> Result<Option<Candidate>> {
    let query = format!(
        "SELECT {CANDIDATE} FROM sections s JOIN pages p ON p.id = s.page_id WHERE p.slug = $1 AND s.anchor = $2"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(slug).bind(anchor).fetch_optional(db).await?)
}

/// The section at an anchor of a track's guide.
pub async fn section_in_guide(db: &mut Connection, track: &str, anchor: &str) -> Result<Option<Candidate>> {
    let query = format!(
        "SELECT {CANDIDATE} FROM sections s JOIN pages p ON p.id = s.page_id WHERE p.track = $1 AND s.anchor = $2"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(track).bind(anchor).fetch_optional(db).await?)
}

/// One section.
pub async fn section(db: &mut Connection, id: i64) -> Result<Option<Candidate>> {
    let query = format!("SELECT {CANDIDATE} FROM sections s JOIN pages p ON p.id = s.page_id WHERE s.id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(db).await?)
}

/// The number of sections that match an FTS5 expression.
pub async fn frequency(db: &mut Connection, term: &str) -> Result<i64> {
    let query = "SELECT count(*) FROM section_index WHERE section_index MATCH $1";
    Ok(sqlx::query_scalar(query).bind(term).fetch_one(db).await?)
}

/// The number of sections.
pub async fn count(db: &mut Connection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM sections").fetch_one(db).await?)
}

/// The ids of the sections that match an FTS5 expression, each with its BM25 score (larger is better). The column
/// weights are for title, heading, aliases, `asked` phrases, tags, body.
pub async fn scored(db: &mut Connection, expression: &str) -> Result<Vec<(i64, f64)>> {
    let query = "SELECT rowid, -bm25(section_index, 3.0, 2.8, 2.0, 2.0, 1.5, 1.0)
                 FROM section_index WHERE section_index MATCH $1";
    Ok(sqlx::query_as(query).bind(expression).fetch_all(db).await?)
}

/// The sections that contain a piece of text, with scores similar to those of the ranking.
pub async fn containing(db: &mut Connection, piece: &str) -> Result<Vec<(i64, f64)>> {
    let query = "WITH texts AS (SELECT id, lower(title || ' ' || heading || ' ' || aliases || ' ' || asked || ' ' || tags) AS names,
                     lower(body) AS body FROM sections)
                 SELECT id, CASE WHEN instr(names, $1) > 0 THEN 6.0 ELSE 3.0 END
                 FROM texts WHERE instr(names, $1) > 0 OR instr(body, $1) > 0";
    Ok(sqlx::query_as(query).bind(piece).fetch_all(db).await?)
}

/// The phrases that match an FTS5 expression: id, section's id, BM25 score.
pub async fn phrased(db: &mut Connection, expression: &str) -> Result<Vec<(i64, i64, f64)>> {
    let query = "SELECT a.id, a.section_id, -bm25(phrasing_index)
                 FROM phrasing_index JOIN phrasings a ON a.id = phrasing_index.rowid WHERE phrasing_index MATCH $1";
    Ok(sqlx::query_as(query).bind(expression).fetch_all(db).await?)
}

/// The words of the wiki that begin with `start` and have `letters.0` to `letters.1` letters, each with its number of
/// sections.
pub async fn vocabulary(db: &mut Connection, start: &str, letters: (i64, i64)) -> Result<Vec<(String, i64)>> {
    let query = "SELECT term, doc FROM words WHERE term >= $1 AND term < $2 AND length(term) BETWEEN $3 AND $4";
    let query = sqlx::query_as(query).bind(start).bind(after(start));
    Ok(query.bind(letters.0).bind(letters.1).fetch_all(db).await?)
}

/// The number of the newest revision with exactly this text, if any.
pub async fn revision_saying(db: &mut Connection, slug: &str, source: &str) -> Result<Option<i64>> {
    let query = "SELECT max(r.number) FROM revisions r JOIN pages p ON p.id = r.page_id
                 WHERE p.slug = $1 AND r.source = $2";
    Ok(sqlx::query_scalar(query).bind(slug).bind(source).fetch_one(db).await?)
}

/// The revision that a folder's file was last equal to.
pub async fn synced(db: &mut Connection, folder: &str, slug: &str) -> Result<Option<i64>> {
    let query = "SELECT y.number FROM synced y JOIN pages p ON p.id = y.page_id WHERE y.folder = $1 AND p.slug = $2";
    Ok(sqlx::query_scalar(query).bind(folder).bind(slug).fetch_optional(db).await?)
}

/// Records that a folder's file is equal to a revision.
pub async fn set_synced(db: &mut Connection, folder: &str, slug: &str, number: i64) -> Result<()> {
    let query = "INSERT INTO synced (folder, page_id, number) SELECT $1, id, $2 FROM pages WHERE slug = $3
                 ON CONFLICT (folder, page_id) DO UPDATE SET number = excluded.number, seen = NULL";
    sqlx::query(query).bind(folder).bind(number).bind(slug).execute(db).await?;
    Ok(())
}

/// Records the text of a folder's file when its changes were merged into the wiki.
pub async fn set_seen(db: &mut Connection, folder: &str, slug: &str, source: &str) -> Result<()> {
    let query = "UPDATE synced SET seen = $1 WHERE folder = $2 AND page_id = (SELECT id FROM pages WHERE slug = $3)";
    sqlx::query(query).bind(source).bind(folder).bind(slug).execute(db).await?;
    Ok(())
}

/// The text of a folder's file when its changes were last merged into the wiki.
pub async fn seen(db: &mut Connection, folder: &str, slug: &str) -> Result<Option<String>> {
    let query = "SELECT y.seen FROM synced y JOIN pages p ON p.id = y.page_id WHERE y.folder = $1 AND p.slug = $2";
    Ok(sqlx::query_scalar(query).bind(folder).bind(slug).fetch_optional(db).await?.flatten())
}

/// The text of a revision.
pub async fn source(db: &mut Connection, slug: &str, number: i64) -> Result<Option<String>> {
    let query = "SELECT r.source FROM revisions r JOIN pages p ON p.id = r.page_id WHERE p.slug = $1 AND r.number = $2";
    Ok(sqlx::query_scalar(query).bind(slug).bind(number).fetch_optional(db).await?)
}

/// The newest text of every page that readers can find, with its slug.
pub async fn sources(db: &mut Connection) -> Result<Vec<(String, String)>> {
    let query = "SELECT p.slug, r.source FROM pages p
                 JOIN revisions r ON r.page_id = p.id AND r.number = p.revision
                 WHERE p.retired IS NULL ORDER BY p.slug";
    Ok(sqlx::query_as(query).fetch_all(db).await?)
}

/// Every alias with its page's slug and title.
pub async fn aliases(db: &mut Connection) -> Result<Vec<(String, String, String)>> {
    let query = "SELECT n.name, p.slug, p.title FROM names n JOIN pages p ON p.id = n.page_id
                 WHERE n.kind = 'alias' ORDER BY n.name";
    Ok(sqlx::query_as(query).fetch_all(db).await?)
}

/// Every section except leads: slug, anchor, the page's title, heading.
pub async fn anchors(db: &mut Connection) -> Result<Vec<(String, String, String, String)>> {
    let query = "SELECT p.slug, s.anchor, p.title, s.heading FROM sections s JOIN pages p ON p.id = s.page_id
                 WHERE s.position > 0 ORDER BY p.id, s.position";
    Ok(sqlx::query_as(query).fetch_all(db).await?)
}

/// Changes whenever a page changes.
pub async fn pages_version(db: &mut Connection) -> Result<(i64, i64, i64)> {
    let query = "SELECT count(*), coalesce(sum(revision), 0), coalesce(max(id), 0) FROM pages";
    Ok(sqlx::query_as(query).fetch_one(db).await?)
}

/// The phrases of every section, with its heading.
pub async fn phrases(db: &mut Connection) -> Result<Vec<(i64, String)>> {
    Ok(sqlx::query_as("SELECT section_id, phrase FROM phrasings ORDER BY id").fetch_all(db).await?)
}

/// A section as the index needs it.
#[derive(Debug, sqlx::FromRow)]
pub struct Body {
    pub id: i64,
    /// The slug of its page.
    pub page: String,
    pub is_lead: bool,
    pub heading: String,
    /// Its plain text.
    pub body: String,
}

/// Every section.
pub async fn bodies(db: &mut Connection) -> Result<Vec<Body>> {
    let query = "SELECT s.id, p.slug AS page, s.position = 0 AS is_lead, s.heading, s.body
                 FROM sections s JOIN pages p ON p.id = s.page_id ORDER BY s.id";
    Ok(sqlx::query_as(query).fetch_all(db).await?)
}

/// The stored vector of a text.
pub async fn vector(db: &mut Connection, key: &[u8]) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar("SELECT vector FROM vectors WHERE key = $1").bind(key).fetch_optional(db).await?)
}

/// Stores the vector of a text.
pub async fn keep_vector(db: &mut Connection, key: &[u8], vector: &[u8]) -> Result<()> {
    let query = "INSERT INTO vectors (key, vector) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    sqlx::query(query).bind(key).bind(vector).execute(db).await?;
    Ok(())
}
