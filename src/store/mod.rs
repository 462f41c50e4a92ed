//! The database: one SQLite file, one writer, several readers.
//!
//! A write is one transaction that begins with `BEGIN IMMEDIATE` on the single writing connection. So two operations
//! never interleave, and a commit is on the disk when it returns (`synchronous = FULL`). All queries of one read see
//! the same committed state and never wait for a write. After a disk failure the writing connection is replaced. No
//! write is acknowledged if the file is no longer in its place.

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
mod room;
pub mod rotation;
pub mod secret;
mod value;

pub use backup::{Arriving, Copy, REPLACED, check, look_into};
use files::Files;
pub use files::{FILE, Passing, make_folder};
pub use lease::Lease;
pub use once::{DoneBefore, Gate, Once, aside};
pub use presence::Presence;
pub use room::room_in;
pub use value::{Millis, PersonId, Snowflake};

/// The database type, named once so that it can be replaced.
pub type Db = sqlx::Sqlite;
/// A connection for queries in `sql.rs` files.
pub type Connection = <Db as sqlx::Database>::Connection;

static MIGRATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations");
/// The lock file of every process that delivers; see [`Presence`].
const LOCK: &str = "cairn.lock";
const READERS: usize = 4;
/// How long to wait for another process's write, such as `cairn guides import` while the bot runs.
const BUSY: Duration = Duration::from_secs(10);
/// How long to wait for readers before giving up on folding the write-ahead log.
const FOLDING: Duration = Duration::from_millis(300);
const BEGIN: &str = "BEGIN IMMEDIATE";

/// The open database.
#[derive(Debug, Clone)]
pub struct Store {
    writer: Pool<Db>,
    readers: Arc<Readers>,
    files: Arc<Files>,
    beside: Arc<Beside>,
}

/// The one writing transaction. A drop rolls it back.
#[derive(Debug)]
pub struct Writing {
    transaction: Transaction<'static, Db>,
    files: Arc<Files>,
}

/// In-memory state of features for this database, one value per type.
type Beside = Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>;

/// Connections for reading. We do not use sqlx's pool for them: it pings each connection on return, which costs more than
/// the query itself. A file connection cannot go stale, and a cancelled read leaves no state behind.
#[derive(Debug)]
struct Readers {
    options: SqliteConnectOptions,
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

/// A transaction for reading. All its queries see the same state.
#[derive(Debug)]
pub struct Reading {
    /// `Some` until the drop.
    held: Option<(Connection, OwnedSemaphorePermit)>,
    home: Arc<Readers>,
}

impl Store {
    /// Opens the database in `dir`, creates missing files and updates the tables.
    ///
    /// # Errors
    /// Refused if the folder cannot be written to, if the file is not a database, or if a newer Cairn wrote it.
    pub async fn open(dir: &Path) -> Result<Self> {
        files::make_folder(dir)?;
        let turn = files::turn(dir, BUSY).await;
        files::prepare(dir)?;
        let file = dir.join(FILE);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            // Keep it open: SQLite removes the write-ahead log when the last connection closes.
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options(&file))
            .await
            .map_err(|e| unusable(dir, e))?;
        migrate(&writer, dir).await?;
        files::mark(dir)?;
        drop(turn);
        let files = Arc::new(Files::watched(dir)?);
        let readers = Readers {
            options: options(&file).read_only(true),
            idle: Mutex::default(),
            free: Arc::new(Semaphore::new(READERS)),
        };
        Ok(Self { writer, readers: Arc::new(readers), files, beside: Arc::default() })
    }

    /// Whether `dir` has a database, or something else in its place.
    pub fn is_in(dir: &Path) -> bool {
        let there = std::fs::metadata(dir.join(FILE));
        !there.is_err_and(|cause| cause.kind() == std::io::ErrorKind::NotFound)
    }

    /// Waits for a free connection and begins to read. It sees everything committed before its first query.
    pub async fn read(&self) -> Result<Reading> {
        let home = Arc::clone(&self.readers);
        let place = Arc::clone(&home.free).acquire_owned().await.map_err(anyhow::Error::new)?;
        let idle = home.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => {
                // The file may have been replaced by another database.
                self.files.intact()?;
                home.options.connect().await?
            }
        };
        sqlx::query("BEGIN DEFERRED").execute(&mut connection).await?;
        Ok(Reading { held: Some((connection, place)), home })
    }

    /// Begins the writing transaction. Within [`Once::act`] it first waits at the act's gate, then records that the act
    /// is done. It fails if the act was done before.
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

    /// Within [`Once::act`], waits until an effect outside the database is allowed.
    pub async fn may_act(&self) -> Result<()> {
        once::pass().await
    }

    /// Whether the database is in its place. Does not open it.
    pub fn intact(&self) -> Result<()> {
        self.files.intact()
    }

    /// The largest size of the database file so far, in bytes.
    pub fn bytes(&self) -> i64 {
        self.files.size()
    }

    /// Closes the writing connection; the next use opens a new one. When the disk is full or fails, SQLite rolls back
    /// by itself, but sqlx would treat the transaction as open for ever.
    async fn renew(&self) {
        if let Ok(connection) = self.writer.acquire().await {
            // Even if this fails, the connection is closed.
            let _ = connection.close().await;
            self.files.forget_log();
        }
    }

    /// Folds the write-ahead log into the file and empties it, so that overwritten data cannot be recovered. Returns
    /// whether the log is empty: a running backup or another reader can prevent it. Writes wait meanwhile, so this
    /// waits only briefly.
    pub async fn fold_log(&self) -> Result<bool> {
        let mut connection = self.writer.acquire().await?;
        let set = |wait: Duration| AssertSqlSafe(format!("PRAGMA busy_timeout = {}", wait.as_millis()));
        sqlx::query(set(FOLDING)).execute(&mut *connection).await?;
        let folded: Result<(i64, i64, i64), _> =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
        sqlx::query(set(BUSY)).execute(&mut *connection).await?;
        Ok(folded?.0 == 0)
    }

    /// The one value of type `T` for this database, created on first use and kept in memory.
    pub fn beside<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let mut all = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        Arc::clone(kept).downcast().unwrap_or_default()
    }

    /// Folds the write-ahead log into the file and closes every connection.
    pub async fn close(&self) {
        self.readers.free.close();
        let idle = std::mem::take(&mut *self.readers.idle());
        for connection in idle {
            // Even if this fails, the connection is closed.
            let _ = connection.close().await;
        }
        self.writer.close().await;
    }
}

impl Readers {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the transaction and returns the connection. After `close`, the connection is closed instead.
    async fn take_back(self: Arc<Self>, mut connection: Connection, _place: OwnedSemaphorePermit) {
        let ended = sqlx::query("ROLLBACK").execute(&mut connection).await;
        if ended.is_ok() && !self.free.is_closed() {
            self.idle().push(connection);
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        // A drop cannot wait for the rollback. Without a runtime, the connection is closed.
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
    /// Commits. The data is on the disk when this returns.
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

/// Whether the connection works and only waited too long, for another process or for our own writes.
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
        // Overwrite erased data; do not only unlink it.
        .pragma("secure_delete", "ON")
        .busy_timeout(BUSY)
        // `/metrics` tells how long writes wait. In a terminal, a warning of a slow disk is no part of an answer.
        .disable_statement_logging()
}

async fn migrate(writer: &Pool<Db>, dir: &Path) -> Result<()> {
    migrator()?.run(writer).await.map_err(|e| unmigrated(dir, e))
}

/// Explains why the tables of the database in `dir` cannot be updated.
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

/// The compiled-in migrations: files `0001_name.sql`, forward only.
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
    if let Some(why) = room::file_in_the_way(dir) {
        return Error::refused(format!("The data folder {} {why}.", dir.display()));
    }
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
