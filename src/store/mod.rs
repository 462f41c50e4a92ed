//! The database: one SQLite file, one writer, several readers.
//!
//! A write is one transaction begun with `BEGIN IMMEDIATE` on the single writing connection, so
//! two operations never meet half-way, and a commit is on the disk when it returns
//! (`synchronous = FULL`). All queries of one read see the same committed state, and never wait for a write.
//! After a failure of the disk the writing connection is made again, and no write is acknowledged
//! into a file that is not in its place any more.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use include_dir::{Dir, include_dir};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection as _, Pool, SqlSafeStr, Transaction};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::warn;

use crate::{Error, Result, error, metrics};

mod backup;
mod files;
mod lease;
mod once;
mod presence;
pub mod rotation;
pub mod secret;
mod value;

pub use backup::{Arriving, Copy, REPLACED, check, free_room, look_into};
use files::Files;
pub use files::{FILE, Passing, make_folder};
pub use lease::Lease;
pub use once::{DoneBefore, Gate, Once, aside};
pub use presence::Presence;
pub use value::{Millis, PersonId, Snowflake};

/// The database behind Cairn, named once so that another can take its place.
pub type Db = sqlx::Sqlite;
/// A connection that queries run on, in `sql.rs` files.
pub type Connection = <Db as sqlx::Database>::Connection;

static MIGRATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations");
/// Held by every process that delivers; see [`Presence`].
const LOCK: &str = "cairn.lock";
const READERS: usize = 4;
/// How long to wait for another process's write, such as a `cairn guides import` beside the bot.
const BUSY: Duration = Duration::from_secs(10);
/// How long to wait for those who read, before the write-ahead log is left as it is.
const FOLDING: Duration = Duration::from_millis(300);
/// How a writing transaction begins.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// The open database.
#[derive(Debug, Clone)]
pub struct Store {
    writer: Pool<Db>,
    readers: Arc<Readers>,
    files: Arc<Files>,
    beside: Arc<Beside>,
}

/// The one writing transaction. Dropping it undoes it.
#[derive(Debug)]
pub struct Writing {
    transaction: Transaction<'static, Db>,
    files: Arc<Files>,
}

/// What features keep in memory about this database, one value of each type.
type Beside = Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>;

/// Connections for reading. We do not use sqlx's pool for them: it pings each connection on return, which costs more than
/// the query itself. A file connection cannot go stale, and a cancelled read leaves no state behind.
#[derive(Debug)]
struct Readers {
    options: SqliteConnectOptions,
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

/// A transaction for reading, until it is dropped: all its queries see the same state.
#[derive(Debug)]
pub struct Reading {
    /// There until the drop.
    held: Option<(Connection, OwnedSemaphorePermit)>,
    home: Arc<Readers>,
}

impl Store {
    /// Opens the database in `dir`, making folder and file if they are missing, and brings its
    /// tables up to date.
    ///
    /// # Errors
    /// Refused if the folder cannot be written to, if the file is no database, or if a newer
    /// Cairn wrote it.
    pub async fn open(dir: &Path) -> Result<Self> {
        files::prepare(dir)?;
        let file = dir.join(FILE);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            // It stays open: the last one that closes takes the write-ahead log away.
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options(&file))
            .await
            .map_err(|e| unusable(dir, e))?;
        migrate(&writer, dir).await?;
        files::mark(dir)?;
        let files = Arc::new(Files::watched(dir)?);
        let readers = Readers {
            options: options(&file).read_only(true),
            idle: Mutex::default(),
            free: Arc::new(Semaphore::new(READERS)),
        };
        Ok(Self { writer, readers: Arc::new(readers), files, beside: Arc::default() })
    }

    /// Whether there is a database in `dir`, or something that is in its way.
    pub fn is_in(dir: &Path) -> bool {
        let there = std::fs::metadata(dir.join(FILE));
        !there.is_err_and(|cause| cause.kind() == std::io::ErrorKind::NotFound)
    }

    /// A transaction for reading, when a connection is free. It sees what was committed before its first query.
    pub async fn read(&self) -> Result<Reading> {
        let home = Arc::clone(&self.readers);
        let place = Arc::clone(&home.free).acquire_owned().await.map_err(anyhow::Error::new)?;
        let idle = home.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => {
                // What stands in the file's place now may be another database.
                self.files.intact()?;
                home.options.connect().await?
            }
        };
        sqlx::query("BEGIN DEFERRED").execute(&mut connection).await?;
        Ok(Reading { held: Some((connection, place)), home })
    }

    /// The one writing transaction, begun at once. Within [`Once::act`] it waits at the act's gate first, and also writes
    /// down that the act is done, and fails if it was done before.
    pub async fn write(&self) -> Result<Writing> {
        once::pass().await?;
        self.files.intact()?;
        let begun = std::time::Instant::now();
        let mut transaction = match self.writer.begin_with(BEGIN).await {
            Ok(transaction) => transaction,
            Err(cause) if waited_in_vain(&cause) => return Err(cause.into()),
            Err(cause) => {
                warn!(%cause, "the writing connection is made again");
                self.renew().await;
                self.writer.begin_with(BEGIN).await?
            }
        };
        metrics::write(begun.elapsed());
        once::claim(&mut transaction).await?;
        Ok(Writing { transaction, files: Arc::clone(&self.files) })
    }

    /// Waits, within [`Once::act`], until what is not written here may be done.
    pub async fn may_act(&self) -> Result<()> {
        once::pass().await
    }

    /// Whether the database is in its place, looked at without touching it.
    pub fn intact(&self) -> Result<()> {
        self.files.intact()
    }

    /// The size of the database's file in bytes, if it is known.
    pub fn bytes(&self) -> i64 {
        self.files.size()
    }

    /// Closes the writing connection, so that the next use makes a new one. SQLite undoes a transaction by itself when the
    /// disk is full or fails; sqlx counts it as open for ever then.
    async fn renew(&self) {
        if let Ok(connection) = self.writer.acquire().await {
            // One that does not close well is closed all the same.
            let _ = connection.close().await;
            self.files.forget_log();
        }
    }

    /// Folds the write-ahead log back into the file and empties it, so that what was overwritten is nowhere any more. Returns
    /// whether it is empty: a copy that is being made, or another program that reads, may hold it. Writes wait meanwhile, so
    /// this does not wait for long.
    pub async fn fold_log(&self) -> Result<bool> {
        let mut connection = self.writer.acquire().await?;
        let set = |wait: Duration| AssertSqlSafe(format!("PRAGMA busy_timeout = {}", wait.as_millis()));
        sqlx::query(set(FOLDING)).execute(&mut *connection).await?;
        let folded: Result<(i64, i64, i64), _> =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
        sqlx::query(set(BUSY)).execute(&mut *connection).await?;
        Ok(folded?.0 == 0)
    }

    /// The one value of this type that is kept in memory beside this database, made when it is first wanted.
    pub fn beside<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let mut all = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        Arc::clone(kept).downcast().unwrap_or_default()
    }

    /// Folds the write-ahead log back into the file and closes every connection.
    pub async fn close(&self) {
        self.readers.free.close();
        let idle = std::mem::take(&mut *self.readers.idle());
        for connection in idle {
            // One that does not close well is closed all the same.
            let _ = connection.close().await;
        }
        self.writer.close().await;
    }
}

impl Readers {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the transaction of a connection and lets others use it. What comes back after the end is closed here.
    async fn take_back(self: Arc<Self>, mut connection: Connection, _place: OwnedSemaphorePermit) {
        let ended = sqlx::query("ROLLBACK").execute(&mut connection).await;
        if ended.is_ok() && !self.free.is_closed() {
            self.idle().push(connection);
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        // A drop cannot wait for the end of its transaction. Without a runtime, the connection is closed.
        if let (Some((connection, place)), Ok(runtime)) = (self.held.take(), Handle::try_current()) {
            runtime.spawn(Arc::clone(&self.home).take_back(connection, place));
        }
    }
}

impl Deref for Reading {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.held.as_ref().map_or_else(|| unreachable!("it is there until the drop"), |(connection, _)| connection)
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut Connection {
        self.held.as_mut().map_or_else(|| unreachable!("it is there until the drop"), |(connection, _)| connection)
    }
}

impl Writing {
    /// Saves what was written. It is on the disk when this returns.
    pub async fn commit(self) -> Result<()> {
        self.transaction.commit().await?;
        self.files.intact()
    }
}

impl Deref for Writing {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.transaction
    }
}

/// Whether a connection is well and was only kept waiting, by another process or by our own writes.
fn waited_in_vain(cause: &sqlx::Error) -> bool {
    let busy = || cause.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "5");
    matches!(cause, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) || busy()
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is erased is overwritten, not only unlinked.
        .pragma("secure_delete", "ON")
        .busy_timeout(BUSY)
}

async fn migrate(writer: &Pool<Db>, dir: &Path) -> Result<()> {
    migrator()?.run(writer).await.map_err(|e| unmigrated(dir, e))
}

/// Why the tables of the database in `dir` cannot be brought up to date.
fn unmigrated(dir: &Path, cause: MigrateError) -> Error {
    let shown = dir.display();
    match cause {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) | MigrateError::VersionTooOld(..) => {
            Error::refused(format!(
                "The database in {shown} was written by a newer Cairn; run that version, or choose another folder with --data-dir."
            ))
        }
        MigrateError::VersionMismatch(_) => Error::refused(format!(
            "The database in {shown} was written by another build of Cairn, whose tables differ; run that one, or choose another folder with --data-dir."
        )),
        MigrateError::Execute(e) => unusable(dir, e),
        MigrateError::ExecuteMigration(e, _) if error::of_database(&e).is_some() => unusable(dir, e),
        _ => Error::refused(format!(
            "The tables of the database in {shown} are not as any Cairn leaves them; restore a backup, or choose another folder with --data-dir."
        )),
    }
}

/// The migrations, compiled in: files `0001_name.sql`, forward only.
fn migrator() -> Result<Migrator> {
    let mut migrations = Vec::new();
    for file in MIGRATIONS.files() {
        let stem = file.path().file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        let (number, name) = stem.split_once('_').unwrap_or((stem, ""));
        let version = number.parse::<i64>().map_err(anyhow::Error::new)?;
        let sql = file.contents_utf8().unwrap_or_default();
        let sql = AssertSqlSafe(sql).into_sql_str();
        migrations.push(Migration::new(version, name.to_owned().into(), MigrationType::Simple, sql, false));
    }
    migrations.sort_by_key(|m| m.version);
    Ok(Migrator::with_migrations(migrations))
}

fn unwritable(dir: &Path, cause: &std::io::Error) -> Error {
    Error::refused(format!(
        "Cairn cannot write to its data folder {} ({}); make it writable or choose another with --data-dir.",
        dir.display(),
        error::reason(cause),
    ))
}

fn unusable(dir: &Path, cause: sqlx::Error) -> Error {
    let (code, file) = (error::sqlite_code(&cause), dir.join(FILE));
    match code {
        Some(8 | 14) => Error::refused(format!(
            "Cairn cannot write to its data folder {}; make it writable or choose another with --data-dir.",
            dir.display()
        )),
        Some(11 | 26) => Error::refused(format!(
            "The file {} is no intact Cairn database; restore a backup or choose another folder with --data-dir.",
            file.display()
        )),
        _ => cause.into(),
    }
}
