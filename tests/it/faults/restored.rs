//! A copy that is put back brings nobody back who was erased since, and who said "never" is left alone.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use cairn::outbox::{self, Message, Target};
use cairn::people::{Identity, again, erase, optout, person};
use cairn::store::{self, Store};
use jiff::{SignedDuration, Timestamp};

use super::database;
use crate::setup::at;
use crate::world::program::Cairn;

fn who(text: &str) -> Identity {
    text.parse().unwrap()
}

/// A Cairn that knows these people and has something to say to each.
async fn peopled(cairn: &Cairn, people: &[u64]) {
    let store = open(cairn).await;
    for id in people {
        meet(&store, *id, at("09:00:00")).await;
    }
    store.close().await;
}

async fn meet(store: &Store, id: u64, now: Timestamp) {
    let mut tx = store.write().await.unwrap();
    person(&mut tx, &who(&format!("discord:{id}")), now).await.unwrap();
    let key = format!("{id} {now}");
    let to = Message::new(key.clone(), Target::DiscordDm(id), format!("Well done, {id}"));
    outbox::enqueue(&mut tx, &to, now).await.unwrap();
    let buddy = Message::new(format!("{key} buddy"), Target::DiscordChannel(5), format!("<@{id}> studied today"));
    outbox::enqueue(&mut tx, &buddy, now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn open(cairn: &Cairn) -> Store {
    Store::open(&cairn.path().join("data")).await.unwrap()
}

fn holds(cairn: &Cairn, id: u64) -> bool {
    let said = cairn.run(&["privacy", "export", &format!("discord:{id}")]).json();
    !said["held"].as_object().unwrap().is_empty()
}

fn erased(cairn: &Cairn, id: u64) {
    cairn.run(&["privacy", "delete", &format!("discord:{id}"), "--yes"]).well();
}

/// Whether anything of a database stands in the file, or in its log.
fn stands_in(file: &Path, text: &str) -> bool {
    let log = file.with_file_name("cairn.db-wal");
    let bytes = [fs::read(file).unwrap(), fs::read(log).unwrap_or_default()];
    bytes.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_erased_since_is_erased_again() {
    let cairn = Cairn::new();
    peopled(&cairn, &[1_111_001, 1_111_002, 1_111_003]).await;
    cairn.run(&["backup", "before.db"]).well();
    erased(&cairn, 1_111_001);
    let store = open(&cairn).await;
    optout::opt_out(&store, &who("discord:1111002"), at("10:00:00")).await.unwrap();
    store.close().await;
    for trace in ["discord/dm/1111001", "Well done, 1111001", "<@1111001>"] {
        assert!(stands_in(&cairn.path().join("before.db"), trace), "the copy is from before: {trace}");
        assert!(!stands_in(&database(&cairn), trace), "{trace}");
    }
    let told = cairn.run(&["restore", "before.db"]).well();
    assert!(told.contains("Erasures since that copy was made are done again: 1."), "{told}");
    assert!(!holds(&cairn, 1_111_001) && holds(&cairn, 1_111_002) && holds(&cairn, 1_111_003));
    for trace in ["discord/dm/1111001", "Well done, 1111001", "<@1111001>"] {
        assert!(!stands_in(&database(&cairn), trace), "{trace} is back");
    }
    let store = open(&cairn).await;
    let mut db = store.read().await.unwrap();
    assert!(optout::opted_out(&mut db, &who("discord:1111002")).await.unwrap(), "never is for ever");
    drop(db);
    store.close().await;
    store::check(&database(&cairn)).await.unwrap();
    // The copy that was put back remembers it, too: a second restore of it does the same.
    let told = cairn.run(&["--json", "restore", "before.db"]).json();
    assert_eq!(told["erased_again"], 1, "{told}");
    assert!(!holds(&cairn, 1_111_001));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_came_back_after_an_erasure_stays() {
    let cairn = Cairn::new();
    peopled(&cairn, &[1_111_001]).await;
    erased(&cairn, 1_111_001);
    let store = open(&cairn).await;
    meet(&store, 1_111_001, Timestamp::now()).await;
    store.close().await;
    cairn.run(&["backup", "after.db"]).well();
    let told = cairn.run(&["--json", "restore", "after.db"]).json();
    assert_eq!(told["erased_again"], 0, "{told}");
    assert!(holds(&cairn, 1_111_001));
    // And goes again.
    erased(&cairn, 1_111_001);
    cairn.run(&["restore", "after.db"]).well();
    assert!(!holds(&cairn, 1_111_001));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_copy_remembers_where_the_database_is_lost() {
    let cairn = Cairn::new();
    peopled(&cairn, &[1_111_001, 1_111_002]).await;
    cairn.run(&["backup", "before.db"]).well();
    erased(&cairn, 1_111_001);
    // A copy as Cairn makes them, in the folder that the setting names.
    let kept = cairn.path().join("data/backups");
    fs::create_dir_all(&kept).unwrap();
    cairn.run(&["backup", kept.join("cairn-2026-11-29T180000Z.db").to_str().unwrap()]).well();
    fs::write(kept.join("cairn-2026-11-29T120000Z.db"), "no database").unwrap();
    fs::remove_file(database(&cairn)).unwrap();
    cairn.run(&["restore", "before.db"]).well();
    assert!(!holds(&cairn, 1_111_001) && holds(&cairn, 1_111_002));
}

#[tokio::test]
async fn an_erasure_is_remembered_for_a_year() {
    let dir = crate::world::folder();
    let app = crate::setup::app(dir.path()).await;
    let now = at("09:00:00");
    meet(&app.store, 7, now).await;
    erase::erase(&app.store, &who("discord:7"), now).await.unwrap();
    let count = async |at| {
        again::purge(&app.store, at).await.unwrap();
        let mut db = app.store.read().await.unwrap();
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM erasures").fetch_one(&mut *db).await.unwrap()
    };
    assert_eq!(count(now + SignedDuration::from_hours(24 * 365)).await, 1);
    assert_eq!(count(now + SignedDuration::from_hours(24 * 367)).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_does_not_wait_for_somebody_who_reads() {
    let cairn = Cairn::new();
    peopled(&cairn, &[1_111_001, 1_111_002]).await;
    let store = open(&cairn).await;
    // A program that copies the log, such as Litestream, reads all the time.
    let mut reader = store.read().await.unwrap();
    sqlx::query("SELECT count(*) FROM persons").execute(&mut *reader).await.unwrap();
    meet(&store, 1_111_003, at("10:00:00")).await;
    let since = Instant::now();
    erase::erase(&store, &who("discord:1111001"), at("11:00:00")).await.unwrap();
    assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    drop(reader);
    // As the daily job does, once nobody reads any more.
    let emptied = async {
        while !store.fold_log().await.unwrap() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), emptied).await.unwrap();
    for trace in ["discord/dm/1111001", "Well done, 1111001", "<@1111001>"] {
        assert!(!stands_in(&database(&cairn), trace), "{trace}");
    }
    assert!(stands_in(&database(&cairn), "discord/dm/1111002"));
    store.close().await;
}

#[test]
fn what_an_administrator_restores_belongs_to_the_service() {
    use std::io::Write;
    use std::os::unix::fs::{MetadataExt, chown};
    let cairn = Cairn::new();
    cairn.run(&["gaps"]).well();
    cairn.run(&["backup", "copy.db"]).well();
    let folder = cairn.path().join("data");
    if chown(&folder, Some(10_001), Some(10_001)).is_err() {
        let _ = writeln!(std::io::stderr(), "NOT CHECKED: only an administrator can give files away");
        return;
    }
    cairn.run(&["restore", "copy.db"]).well();
    let there = fs::metadata(database(&cairn)).unwrap();
    assert_eq!((there.uid(), there.gid(), there.mode() & 0o777), (10_001, 10_001, 0o600));
}

#[tokio::test]
async fn copies_from_before_an_erasure_are_gone_after_their_time() {
    let dir = crate::world::folder();
    let app = crate::setup::app(dir.path()).await;
    let (far, start, trace) = (crate::setup::Far::new([]), at("00:30:00"), "<@1111001>");
    let hours = |hours: i64| start + SignedDuration::from_hours(hours);
    let held = || {
        let copies = fs::read_dir(dir.path().join("backups")).unwrap().map(|copy| copy.unwrap().path());
        copies.filter(|copy| stands_in(copy, trace)).count()
    };
    far.tick(&app, start).await;
    meet(&app.store, 1_111_001, start).await;
    for hour in [7, 24, 48] {
        far.tick(&app, hours(hour)).await;
    }
    erase::erase(&app.store, &who("discord:1111001"), hours(49)).await.unwrap();
    far.tick(&app, hours(55)).await;
    assert!(held() >= 2, "the copies of before still have it");
    let mut left = Vec::new();
    for day in 3..18 {
        for part in 0..4 {
            far.tick(&app, hours(24 * day + 6 * part + 1)).await;
        }
        left.push(held());
    }
    assert_eq!(left.last(), Some(&0), "{left:?}");
    assert!(left.is_sorted_by(|a, b| a >= b), "{left:?}");
}
