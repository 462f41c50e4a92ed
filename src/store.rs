//! The database: one SQLite file, one writer, several readers.
//!
//! A write is one transaction begun with `BEGIN IMMEDIATE` on the single writing connection, so
//! two operations never meet half-way, and a commit is on the disk when it returns
//! (`synchronous = FULL`). Reads see the last committed state and never wait for a write.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use include_dir::{Dir, include_dir};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection as _, Pool, SqlSafeStr, Transaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result, error};

/// The database behind Cairn, named once so that another can take its place.
pub type Db = sqlx::Sqlite;
/// A connection that queries run on, in `sql.rs` files.
pub type Connection = <Db as sqlx::Database>::Connection;

static MIGRATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations");
const FILE: &str = "cairn.db";
/// Held by every process that delivers; see [`Presence`].
const LOCK: &str = "cairn.lock";
const READERS: usize = 4;
/// How long to wait for another process's write, such as a `cairn guides import` beside the bot.
const BUSY: Duration = Duration::from_secs(10);

/// The open database.
#[derive(Debug, Clone)]
pub struct Store {
    writer: Pool<Db>,
    readers: Arc<Readers>,
    beside: Arc<Beside>,
}

/// What features keep in memory about this database, one value of each type.
type Beside = Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>;

/// Connections for reading. A pool of sqlx's asks each one whether it is alive whenever it is given back, which costs
/// more than an answer's query; one to a file needs no asking, and a query that was broken off leaves nothing behind.
#[derive(Debug)]
struct Readers {
    options: SqliteConnectOptions,
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

/// A connection for reading, until it is dropped.
#[derive(Debug)]
pub struct Reading {
    /// There until the drop.
    connection: Option<Connection>,
    home: Arc<Readers>,
    _place: OwnedSemaphorePermit,
}

impl Store {
    /// Opens the database in `dir`, making folder and file if they are missing, and brings its
    /// tables up to date.
    ///
    /// # Errors
    /// Refused if the folder cannot be written to, if the file is no database, or if a newer
    /// Cairn wrote it.
    pub async fn open(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|e| unwritable(dir, &e))?;
        let file = dir.join(FILE);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .connect_with(options(&file))
            .await
            .map_err(|e| unusable(dir, e))?;
        migrate(&writer, dir).await?;
        let readers = Readers {
            options: options(&file).read_only(true),
            idle: Mutex::default(),
            free: Arc::new(Semaphore::new(READERS)),
        };
        Ok(Self { writer, readers: Arc::new(readers), beside: Arc::default() })
    }

    /// A connection for reading, when one is free. It sees what was committed before each query.
    ///
    /// # Errors
    /// A fault if the database cannot be opened (any more).
    pub async fn read(&self) -> Result<Reading> {
        let home = Arc::clone(&self.readers);
        let place = Arc::clone(&home.free).acquire_owned().await.map_err(anyhow::Error::new)?;
        let idle = home.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => home.options.connect().await?,
        };
        Ok(Reading { connection: Some(connection), home, _place: place })
    }

    /// The one writing transaction, begun at once. Dropping it undoes it. Within [`Once::act`] it also writes down that
    /// the act is done, and fails if it was done before.
    ///
    /// # Errors
    /// A fault if the database cannot be written: the disk is full, or another process holds it.
    pub async fn write(&self) -> Result<Transaction<'static, Db>> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        if let Ok(once) = DOING.try_with(|once| *once) {
            once.claim(&mut tx).await?;
        }
        Ok(tx)
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
}

impl Drop for Reading {
    fn drop(&mut self) {
        // What comes back after the end is closed here.
        if !self.home.free.is_closed() {
            self.home.idle().extend(self.connection.take());
        }
    }
}

impl Deref for Reading {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().unwrap_or_else(|| unreachable!("it is there until the drop"))
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().unwrap_or_else(|| unreachable!("it is there until the drop"))
    }
}

tokio::task_local! {
    /// What the present task does, if that is to be done once.
    static DOING: Once;
}

/// Something a person did, which may be told of more than once: by a connection that was resumed, or to several
/// processes. Its first writing transaction takes it; all that others write for the same number fails.
#[derive(Debug, Clone, Copy)]
pub struct Once {
    number: i64,
    hand: i64,
    forget: i64,
}

/// Why nothing was written: the same act has been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoneBefore;

impl Once {
    /// The act of that number. Acts below `forget` are so old that nobody tells of them any more.
    pub fn new(number: u64, forget: u64) -> Self {
        // Drawn by lot, so that processes that know nothing of each other differ.
        let hand = RandomState::new().build_hasher().finish();
        Self { number: number.cast_signed(), hand: hand.cast_signed(), forget: forget.cast_signed() }
    }

    /// Does `work` as this act.
    pub async fn act<T>(self, work: impl Future<Output = T>) -> T {
        DOING.scope(self, work).await
    }

    async fn claim(self, db: &mut Connection) -> Result<()> {
        let query = "INSERT INTO acts_done (id, hand) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        let taken = sqlx::query(query).bind(self.number).bind(self.hand).execute(&mut *db).await?;
        if taken.rows_affected() == 1 {
            sqlx::query("DELETE FROM acts_done WHERE id < $1").bind(self.forget).execute(db).await?;
            return Ok(());
        }
        let query = "SELECT hand FROM acts_done WHERE id = $1";
        let hand: i64 = sqlx::query_scalar(query).bind(self.number).fetch_one(db).await?;
        if hand == self.hand { Ok(()) } else { Err(Error::Fault(anyhow::Error::new(DoneBefore))) }
    }
}

impl DoneBefore {
    /// Whether that is why something failed.
    pub fn is(error: &Error) -> bool {
        matches!(error, Error::Fault(cause) if cause.downcast_ref::<Self>().is_some())
    }
}

impl std::fmt::Display for DoneBefore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this was done before")
    }
}

impl std::error::Error for DoneBefore {}

/// Tells the processes that work on one data folder from each other: who takes it while nobody else is
/// there knows that everything half-done was left by the dead. The system gives it back when a process ends,
/// however it ends.
#[derive(Debug)]
pub struct Presence {
    file: std::fs::File,
    alone: bool,
}

impl Presence {
    /// Enters the folder. Waits while another process that found itself alone tidies up.
    ///
    /// # Errors
    /// Refused if the folder cannot be written to.
    pub fn enter(dir: &Path) -> Result<Self> {
        let path = dir.join(LOCK);
        let file = std::fs::File::create(path).map_err(|e| unwritable(dir, &e))?;
        let alone = match file.try_lock() {
            Ok(()) => true,
            Err(std::fs::TryLockError::WouldBlock) => false,
            Err(std::fs::TryLockError::Error(e)) => return Err(unwritable(dir, &e)),
        };
        if !alone {
            file.lock_shared()?;
        }
        Ok(Self { file, alone })
    }

    /// Whether nobody else is there.
    pub fn alone(&self) -> bool {
        self.alone
    }

    /// Lets others in beside this process. Nothing may have been begun before.
    ///
    /// # Errors
    /// A fault if the system fails.
    pub fn share(&mut self) -> Result<()> {
        if self.alone {
            // Whoever slips in between finds nothing of ours, for we have not begun.
            self.file.unlock()?;
            self.file.lock_shared()?;
            self.alone = false;
        }
        Ok(())
    }
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
    migrator()?.run(writer).await.map_err(|e| match e {
        sqlx::migrate::MigrateError::VersionMissing(_) => Error::refused(format!(
            "The database in {} was written by a newer Cairn; run that version, or choose another folder with --data-dir.",
            dir.display()
        )),
        sqlx::migrate::MigrateError::Execute(e) => unusable(dir, e),
        e => Error::Fault(anyhow::Error::new(e).context("bringing the database up to date")),
    })
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
    let file: PathBuf = dir.join(FILE);
    let code = cause.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned();
    // SQLite's primary result codes: 8 read-only, 14 cannot open, 26 not a database, 11 corrupt.
    match code.parse::<u32>().map(|c| c & 0xff) {
        Ok(8 | 14) => Error::refused(format!(
            "Cairn cannot write to its data folder {}; make it writable or choose another with --data-dir.",
            dir.display()
        )),
        Ok(11 | 26) => Error::refused(format!(
            "The file {} is no intact Cairn database; restore a backup or choose another folder with --data-dir.",
            file.display()
        )),
        _ => cause.into(),
    }
}
