//! Copies of the database: made beside the work, put back, and refused where they would do harm.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cairn::outbox::{self, Message, Target};
use cairn::store;
use jiff::SignedDuration;
use sqlx::Row;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions};

use super::{connection, database, execute};
use crate::setup::{Far, app, at};
use crate::world::program::Cairn;

const PAGE: &str =
    "---\nslug: tea\ntitle: Tea, hot\nsummary: One line.\nreviewed: 2026-11-01\nsources: []\n---\n# Tea\n\nWORDS\n";

/// Imports the one page with these words.
fn tea(cairn: &Cairn, words: &str) {
    let folder = cairn.path().join("pages");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("tea.md"), PAGE.replace("WORDS", words)).unwrap();
    cairn.run(&["guides", "import", "pages"]).well();
}

fn tea_of(cairn: &Cairn) -> String {
    cairn.run(&["guides", "show", "tea"]).well()
}

#[test]
fn a_copy_comes_back_and_what_it_replaced_is_kept() {
    let cairn = Cairn::new();
    tea(&cairn, "First.");
    let server = cairn.serve(&[]);
    let told = cairn.run(&["backup", "copy.db"]).well();
    assert!(told.starts_with("The database is copied to copy.db (") && told.contains("the copy is whole"), "{told}");
    let again = cairn.run(&["backup", "copy.db"]).refused(1);
    assert_eq!(again, "There is a file copy.db already; choose another name.");
    tea(&cairn, "Second.");
    assert!(cairn.run(&["restore", "copy.db"]).refused(1).contains("Another Cairn runs on the data folder"));
    assert!(tea_of(&cairn).contains("Second."));
    assert_eq!(server.stop("-TERM").0, Some(0));
    let told = cairn.run(&["restore", "copy.db"]).well();
    assert!(told.contains("is that of copy.db now") && told.contains("cairn.db.replaced for 14 days"), "{told}");
    assert!(tea_of(&cairn).contains("First."));
    // And back again: what was replaced is a copy like any other.
    fs::copy(cairn.path().join("data/cairn.db.replaced"), cairn.path().join("before.db")).unwrap();
    cairn.run(&["restore", "before.db"]).well();
    assert!(tea_of(&cairn).contains("Second."));
    let server = cairn.serve(&[]);
    assert!(server.get("/guides/tea").body.contains("Second."));
    assert_eq!(server.stop("-TERM").0, Some(0));
}

#[test]
fn a_copy_is_taken_where_the_disk_was_lost() {
    let cairn = Cairn::new();
    tea(&cairn, "Kept.");
    cairn.run(&["backup", "copy.db"]).well();
    fs::remove_dir_all(cairn.path().join("data")).unwrap();
    let told = cairn.run(&["restore", "copy.db"]).well();
    assert!(!told.contains("replaced"), "{told}");
    assert!(tea_of(&cairn).contains("Kept."));
    // Over a damaged database with a log beside it, too; no line of that log comes into the copy.
    let (file, log) = (database(&cairn), cairn.path().join("data/cairn.db-wal"));
    fs::write(&file, b"no database at all").unwrap();
    fs::write(&log, vec![7u8; 9_000]).unwrap();
    cairn.run(&["restore", "copy.db"]).well();
    assert!(tea_of(&cairn).contains("Kept."));
    assert_eq!(fs::read(cairn.path().join("data/cairn.db.replaced")).unwrap(), b"no database at all");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_whole_copy_is_refused_and_nothing_changes() {
    let cairn = Cairn::new();
    tea(&cairn, "Words.");
    cairn.run(&["backup", "copy.db"]).well();
    let path = |name: &str| cairn.path().join(name);
    let whole = fs::read(path("copy.db")).unwrap();
    fs::write(path("cut.db"), &whole[..whole.len() / 2]).unwrap();
    fs::write(path("nearly.db"), &whole[..whole.len() - 4_096]).unwrap();
    let mut flipped = whole.clone();
    // The heads of some pages.
    for page in 2..9 {
        flipped[4_096 * page..4_096 * page + 8].fill(0xA5);
    }
    fs::write(path("flipped.db"), flipped).unwrap();
    fs::write(path("text.db"), "Dear diary\n".repeat(1_000)).unwrap();
    fs::write(path("empty.db"), "").unwrap();
    fs::write(path("newer.db"), &whole).unwrap();
    let newer = "INSERT INTO _sqlx_migrations SELECT 9999, description, installed_on, success, checksum, execution_time
                 FROM _sqlx_migrations WHERE version = 1";
    execute(&path("newer.db"), newer).await;
    let foreign = SqliteConnectOptions::new().filename(path("foreign.db")).create_if_missing(true);
    sqlx::raw_sql("CREATE TABLE pages (a); CREATE TABLE other (b)")
        .execute(&mut foreign.connect().await.unwrap())
        .await
        .unwrap();
    let before = fs::read(database(&cairn)).unwrap();
    let table = [
        ("nowhere.db", "cannot be read: no such file"),
        ("pages", "is no backup of Cairn"),
        ("text.db", "is no backup of Cairn"),
        ("empty.db", "is no backup of Cairn"),
        ("cut.db", "is damaged or cut short"),
        ("nearly.db", "is damaged or cut short"),
        ("flipped.db", "is damaged or cut short"),
        ("foreign.db", "none of Cairn's"),
        ("newer.db", "was made by a newer Cairn"),
    ];
    for (name, why) in table {
        let told = cairn.run(&["restore", name]).refused(1);
        assert!(told.contains(why), "{told}\nfor {name}");
        assert_eq!(fs::read(database(&cairn)).unwrap(), before, "{name}");
    }
    assert!(!path("data/cairn.db.arriving").exists() && !path("data/cairn.db.replaced").exists());
    let nothing = Cairn::new();
    assert!(nothing.run(&["backup", "copy.db"]).refused(1).starts_with("There is no database in "));
    assert!(cairn.run(&["backup", "no/such/folder/copy.db"]).refused(1).contains("cannot write"));
}

#[test]
fn a_restore_that_is_killed_leaves_the_one_or_the_other() {
    let cairn = Cairn::new();
    tea(&cairn, "First.");
    cairn.run(&["backup", "first.db"]).well();
    tea(&cairn, "Second.");
    cairn.run(&["backup", "second.db"]).well();
    let (mut first, mut second) = (0, 0);
    for n in 0..16u64 {
        let mut child = cairn.command(&["restore", if n % 2 == 0 { "first.db" } else { "second.db" }]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(10 + n * 12));
        let _ = child.kill();
        child.wait().unwrap();
        let text = tea_of(&cairn);
        assert!(text.contains("First.") != text.contains("Second."), "after {n}: {text}");
        if text.contains("First.") { first += 1 } else { second += 1 }
    }
    println!("{first} times the first, {second} times the second");
}

/// Writes to the outbox, one transaction a row, until it is stopped.
async fn write_on(app: cairn::App, stop: Arc<AtomicBool>, written: Arc<AtomicU64>) {
    while !stop.load(Ordering::Relaxed) {
        let n = written.load(Ordering::Relaxed);
        let mut tx = app.store.write().await.unwrap();
        let message = Message::new(format!("row-{n}"), Target::DiscordChannel(1), "text");
        outbox::enqueue(&mut tx, &message, at("09:00:00")).await.unwrap();
        tx.commit().await.unwrap();
        written.store(n + 1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_holds_all_that_was_acknowledged_before_it_whatever_is_written_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).await;
    let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let writer = tokio::spawn(write_on(app.clone(), stop.clone(), written.clone()));
    for n in 0..6 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let file = dir.path().join(format!("copy-{n}.db"));
        let before = written.load(Ordering::Relaxed);
        app.store.back_up(&file).await.unwrap();
        let after = written.load(Ordering::Relaxed);
        let row = sqlx::query("SELECT count(*), count(DISTINCT key), max(id) FROM outbox")
            .fetch_one(&mut connection(&file).await)
            .await
            .unwrap();
        let (rows, keys, last): (i64, i64, Option<i64>) = (row.get(0), row.get(1), row.get(2));
        let rows_known = u64::try_from(rows).unwrap();
        assert!(before <= rows_known && rows_known <= after + 1, "{before} <= {rows} <= {after}");
        assert!(keys == rows && last.unwrap_or_default() == rows, "no row is missing between others");
        store::check(&file).await.unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    writer.await.unwrap();
    assert!(written.load(Ordering::Relaxed) > 20, "it wrote beside the copies");
}

fn copies(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn copies_are_made_every_six_hours_and_the_old_ones_go() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).await;
    let far = Far::new([]);
    let start = at("00:30:00");
    assert!(far.tick(&app, start).await);
    for day in 0..16i64 {
        for hour in if day < 13 { vec![18] } else { vec![6, 12, 18, 24] } {
            assert!(far.tick(&app, start + SignedDuration::from_hours(24 * day + hour)).await);
        }
    }
    let folder = dir.path().join("backups");
    fs::write(folder.join("mine.db"), "not Cairn's").unwrap();
    let names = copies(&folder);
    // The last eight, of three days, and one of each of the days before, fourteen days in all.
    let days: std::collections::BTreeSet<_> = names.iter().filter_map(|name| name.get(6..16)).collect();
    assert_eq!(days.len(), 14, "{names:?}");
    assert_eq!(names.len(), 8 + 11 + 1, "{names:?}");
    let newest = folder.join(names.iter().rfind(|name| name.starts_with("cairn-")).unwrap());
    store::check(&newest).await.unwrap();
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(&newest).unwrap().permissions().mode() & 0o777, 0o600);
    let missing = AssertSqlSafe("SELECT count(*) FROM jobs WHERE job = 'back-up' AND state = 'done'");
    let done: i64 = sqlx::query_scalar(missing).fetch_one(&mut *app.store.read().await.unwrap()).await.unwrap();
    assert!(done > 20);
}
