//! The queries about people. Some take table and column names from [`HELD`], which are constants. Values are always
//! bound.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use super::personal_data::{By, Erased, HELD, Held};
use super::{Identity, Person, PersonId};
use crate::Result;
use crate::outbox::Target;
use crate::store::{Connection, Db, Millis};

type Query<'q> = sqlx::query::Query<'q, Db, <Db as sqlx::Database>::Arguments>;

#[derive(sqlx::FromRow)]
struct Raw {
    id: PersonId,
    discord_id: Option<String>,
    reddit_name: Option<String>,
    since: Millis,
}

impl Raw {
    fn read(self) -> Result<Person> {
        Ok(Person {
            id: self.id,
            discord: self.discord_id.map(|id| id.parse()).transpose().map_err(anyhow::Error::new)?,
            reddit: self.reddit_name.map(|name| name.parse()).transpose()?,
            since: self.since.0,
        })
    }
}

const PERSON: &str = "SELECT id, discord_id, reddit_name, since FROM persons";

/// The column and value of an identity.
fn column(identity: &Identity) -> (&'static str, String) {
    match identity {
        Identity::Discord(id) => ("discord_id", id.to_string()),
        Identity::Reddit(name) => ("reddit_name", name.as_str().to_owned()),
    }
}

pub async fn add(db: &mut Connection, identity: &Identity, now: Timestamp) -> Result<PersonId> {
    let (column, value) = column(identity);
    let query = format!("INSERT INTO persons ({column}, since) VALUES ($1, $2) RETURNING id");
    Ok(sqlx::query_scalar(AssertSqlSafe(query)).bind(value).bind(Millis(now)).fetch_one(db).await?)
}

pub async fn find(db: &mut Connection, identity: &Identity) -> Result<Option<Person>> {
    let (column, value) = column(identity);
    let query = format!("{PERSON} WHERE {column} = $1");
    let raw: Option<Raw> = sqlx::query_as(AssertSqlSafe(query)).bind(value).fetch_optional(db).await?;
    raw.map(Raw::read).transpose()
}

pub async fn get(db: &mut Connection, id: PersonId) -> Result<Option<Person>> {
    let query = format!("{PERSON} WHERE id = $1");
    let raw: Option<Raw> = sqlx::query_as(AssertSqlSafe(query)).bind(id).fetch_optional(db).await?;
    raw.map(Raw::read).transpose()
}

pub async fn add_opt_out(db: &mut Connection, hash: &[u8]) -> Result<()> {
    sqlx::query("INSERT INTO opt_outs (hash) VALUES ($1) ON CONFLICT (hash) DO NOTHING").bind(hash).execute(db).await?;
    Ok(())
}

pub async fn has_opt_out(db: &mut Connection, hash: &[u8]) -> Result<bool> {
    let query = "SELECT count(*) FROM opt_outs WHERE hash = $1";
    let found: i64 = sqlx::query_scalar(query).bind(hash).fetch_one(db).await?;
    Ok(found > 0)
}

pub async fn opt_outs(db: &mut Connection) -> Result<Vec<Vec<u8>>> {
    Ok(sqlx::query_scalar("SELECT hash FROM opt_outs").fetch_all(db).await?)
}

pub async fn add_erasure(db: &mut Connection, hash: &[u8], at: Timestamp) -> Result<()> {
    let query = "INSERT INTO erasures (hash, at) VALUES ($1, $2)
                 ON CONFLICT (hash) DO UPDATE SET at = max(at, excluded.at)";
    sqlx::query(query).bind(hash).bind(Millis(at)).execute(db).await?;
    Ok(())
}

pub async fn erasures(db: &mut Connection) -> Result<Vec<(Vec<u8>, Timestamp)>> {
    let rows: Vec<(Vec<u8>, Millis)> = sqlx::query_as("SELECT hash, at FROM erasures").fetch_all(db).await?;
    Ok(rows.into_iter().map(|(hash, at)| (hash, at.0)).collect())
}

pub async fn forget_erasures(db: &mut Connection, before: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM erasures WHERE at < $1").bind(Millis(before)).execute(db).await?;
    Ok(())
}

/// The distinct values of a column that names people.
pub async fn named(db: &mut Connection, table: &str, column: &str) -> Result<Vec<String>> {
    let query = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL");
    Ok(sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(db).await?)
}

pub async fn everybody(db: &mut Connection) -> Result<Vec<Person>> {
    let all: Vec<Raw> = sqlx::query_as(PERSON).fetch_all(db).await?;
    all.into_iter().map(Raw::read).collect()
}

pub async fn set_code(db: &mut Connection, id: PersonId, hash: &[u8], expires: Timestamp) -> Result<()> {
    let query = "INSERT INTO link_codes (person_id, hash, expires_at) VALUES ($1, $2, $3)
                 ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at";
    sqlx::query(query).bind(id).bind(hash).bind(Millis(expires)).execute(db).await?;
    Ok(())
}

/// Uses up the code with this hash and returns its owner, unless the code is too old.
pub async fn use_code(db: &mut Connection, hash: &[u8], now: Timestamp) -> Result<Option<PersonId>> {
    let query = "DELETE FROM link_codes WHERE hash = $1 AND expires_at > $2 RETURNING person_id";
    Ok(sqlx::query_scalar(query).bind(hash).bind(Millis(now)).fetch_optional(db).await?)
}

pub async fn tries(db: &mut Connection, id: PersonId, since: Timestamp) -> Result<i64> {
    let query = "SELECT count(*) FROM link_tries WHERE person_id = $1 AND at > $2";
    Ok(sqlx::query_scalar(query).bind(id).bind(Millis(since)).fetch_one(db).await?)
}

pub async fn add_try(db: &mut Connection, id: PersonId, now: Timestamp) -> Result<()> {
    let query = "INSERT INTO link_tries (person_id, at) VALUES ($1, $2)";
    sqlx::query(query).bind(id).bind(Millis(now)).execute(db).await?;
    Ok(())
}

pub async fn forget_codes(db: &mut Connection, now: Timestamp, oldest_try: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM link_codes WHERE expires_at <= $1").bind(Millis(now)).execute(&mut *db).await?;
    sqlx::query("DELETE FROM link_tries WHERE at <= $1").bind(Millis(oldest_try)).execute(db).await?;
    Ok(())
}

/// Moves all data of `gone` to `kept`, with identities. Where only one row may exist, the one of `kept` stays.
pub async fn absorb(db: &mut Connection, kept: &Person, gone: &Person) -> Result<()> {
    let by_person =
        |held: &Held| held.found.iter().filter_map(|by| Some((held.table, by.person()?))).collect::<Vec<_>>();
    for (table, column) in HELD.iter().filter(|held| held.table != "persons").flat_map(by_person) {
        for query in [
            format!("UPDATE OR IGNORE {table} SET {column} = $1 WHERE {column} = $2"),
            format!("DELETE FROM {table} WHERE $1 <> $2 AND {column} = $2"),
        ] {
            sqlx::query(AssertSqlSafe(query)).bind(kept.id).bind(gone.id).execute(&mut *db).await?;
        }
    }
    sqlx::query("DELETE FROM persons WHERE id = $1").bind(gone.id).execute(&mut *db).await?;
    for identity in gone.identities() {
        let (column, value) = column(&identity);
        let query = format!("UPDATE persons SET {column} = $1 WHERE id = $2");
        sqlx::query(AssertSqlSafe(query)).bind(value).bind(kept.id).execute(&mut *db).await?;
    }
    Ok(())
}

impl By {
    fn person(self) -> Option<&'static str> {
        match self {
            Self::Person(column) | Self::Hidden(column) => Some(column),
            Self::Identity(_) | Self::Address(_) | Self::Named(_) => None,
        }
    }
}

/// Whose rows to find: a person, or an identity that no person has.
pub struct Subject {
    id: Option<PersonId>,
    pub identities: Vec<Identity>,
}

pub fn subject(person: Option<Person>, identity: &Identity) -> Subject {
    match person {
        Some(person) => Subject { id: Some(person.id), identities: person.identities() },
        None => Subject { id: None, identities: vec![identity.clone()] },
    }
}

impl Subject {
    /// Binds the parameters of [`found`]: number, both identities, both targets, the mention on Discord.
    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        let identity = |n: usize| self.identities.get(n).map(ToString::to_string);
        let address = |n: usize| self.identities.get(n).map(|i| address(i).to_string());
        let name = self.identities.iter().find_map(|identity| match identity {
            Identity::Discord(id) => Some(format!("<@{id}>")),
            Identity::Reddit(_) => None,
        });
        query.bind(self.id).bind(identity(0)).bind(identity(1)).bind(address(0)).bind(address(1)).bind(name)
    }
}

/// The target of somebody's direct messages.
fn address(identity: &Identity) -> Target {
    match identity {
        Identity::Discord(id) => Target::DiscordDm(*id),
        Identity::Reddit(name) => Target::RedditMessage(name.as_str().to_owned()),
    }
}

/// The purpose of finding somebody's rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Them,
    Erasure,
}

/// The condition that finds a person's rows, with the parameters $1 to $6.
fn found(held: &Held, why: For) -> String {
    let terms = held.found.iter().filter_map(|by| match by {
        By::Person(column) => Some(format!("{column} = $1")),
        By::Identity(column) => Some(format!("{column} IN ($2, $3)")),
        By::Address(column) => Some(format!("{column} IN ($4, $5)")),
        By::Hidden(column) => (why == For::Erasure).then(|| format!("{column} = $1")),
        By::Named(column) => (why == For::Erasure).then(|| format!("instr({column}, $6) > 0")),
    });
    // The last term names every parameter, so that all six can be bound for every table.
    let terms: Vec<String> = terms.chain(["1 = 0 AND coalesce($1, $2, $3, $4, $5, $6) IS NULL".to_owned()]).collect();
    format!("({})", terms.join(" OR "))
}

pub async fn count(db: &mut Connection, held: &Held, subject: &Subject) -> Result<i64> {
    use sqlx::Row;
    let query = format!("SELECT count(*) FROM {} WHERE {}", held.table, found(held, For::Them));
    Ok(subject.bind(sqlx::query(AssertSqlSafe(query))).fetch_one(db).await?.try_get(0)?)
}

/// A person's rows with all columns, as JSON objects.
pub async fn rows(db: &mut Connection, held: &Held, subject: &Subject) -> Result<Vec<Value>> {
    use sqlx::Row;
    let query = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
    let columns: Vec<String> = sqlx::query_scalar(query).bind(held.table).fetch_all(&mut *db).await?;
    let field = |c: &String| format!("'{c}', CASE typeof({c}) WHEN 'blob' THEN hex({c}) ELSE {c} END");
    let fields = columns.iter().map(field).collect::<Vec<_>>().join(", ");
    let query =
        format!("SELECT json_object({fields}) FROM {} WHERE {} ORDER BY rowid", held.table, found(held, For::Them));
    let rows = subject.bind(sqlx::query(AssertSqlSafe(query))).fetch_all(db).await?;
    let read = |row: sqlx::sqlite::SqliteRow| {
        let text: String = row.try_get(0)?;
        Ok(serde_json::from_str(&text).map_err(anyhow::Error::new)?)
    };
    rows.into_iter().map(read).collect()
}

pub async fn erase(db: &mut Connection, held: &Held, subject: &Subject) -> Result<()> {
    let (table, found) = (held.table, found(held, For::Erasure));
    let query = match held.erased {
        Erased::ByAge => return Ok(()),
        Erased::Row => format!("DELETE FROM {table} WHERE {found}"),
        Erased::Columns(columns) => {
            // Constants from the list above; none contains a quotation mark.
            let value = |to: &Option<&str>| to.map_or("NULL".to_owned(), |to| format!("'{to}'"));
            let set: Vec<String> = columns.iter().map(|(column, to)| format!("{column} = {}", value(to))).collect();
            format!("UPDATE {table} SET {} WHERE {found}", set.join(", "))
        }
    };
    subject.bind(sqlx::query(AssertSqlSafe(query))).execute(db).await?;
    Ok(())
}
