//! What must not be read by others: the file of settings, the database, and what was erased from it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::database;
use crate::world::program::Cairn;
use crate::world::server::World;

const SECRET: &str = "MTAw.SECRET-zebrafish";

#[test]
fn a_broken_file_of_settings_shows_nothing_of_itself() {
    let table = [
        (SECRET.to_owned(), 1),
        (format!("CAIRN_DISCORD_TOKEN: {SECRET}"), 1),
        (format!("# the bot\nCAIRN_DISCORD_TOKEN=\n{SECRET}\n"), 3),
        (format!("CAIRN_DISCORD_TOKEN {SECRET}"), 1),
        (format!("CAIRN_DISCORD_TOKEN={SECRET} word"), 1),
        (format!("CAIRN_LOG=info\nCAIRN_DISCORD_TOKEN=\"{SECRET}\n"), 2),
    ];
    for (text, line) in table {
        let cairn = Cairn::new();
        fs::write(cairn.path().join(".env"), &text).unwrap();
        let told = cairn.run(&["guides", "check"]).refused(1);
        let expected = format!("The file .env is broken in line {line}; write NAME=value, with quotes around spaces.");
        assert_eq!(told, expected, "{text}");
    }
}

#[test]
fn a_file_of_settings_that_cannot_be_read_is_said() {
    let cairn = Cairn::new();
    let file = cairn.path().join(".env");
    fs::write(&file, b"CAIRN_LOG=info\nCAIRN_DISCORD_TOKEN=zebra\xff\n").unwrap();
    let told = cairn.run(&["guides", "check"]).refused(1);
    assert_eq!(told, "The file .env is not UTF-8 text in line 2; save it as UTF-8.");
    fs::remove_file(&file).unwrap();
    assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
    let told = cairn.run(&["guides", "check"]).refused(1);
    assert_eq!(told, "The file .env is a pipe or a device; make it a file of lines NAME=value.");
    fs::remove_file(&file).unwrap();
    // A folder of that name is not ours.
    fs::create_dir(&file).unwrap();
    cairn.run(&["guides", "check"]).well();
}

#[test]
fn a_setting_that_nobody_knows_is_named_without_its_value() {
    let cairn = Cairn::new();
    let text = "CAIRN_TYPO=zebrafish\nCAIRN_LOG=warn\nOTHER=zebrafish\nCAIRN_DISCORD_TOKEN=\n";
    fs::write(cairn.path().join(".env"), text).unwrap();
    let run = cairn.run(&["guides", "check"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("CAIRN_TYPO") && run.err.matches("does not know").count() == 1, "{}", run.err);
    assert!(!run.err.contains("zebrafish"), "{}", run.err);
}

#[test]
fn settings_that_make_no_sense_are_told_plainly() {
    let cairn = Cairn::new();
    let told = cairn.run(&["guides", "check", "--now", "yesterday"]).refused(2);
    assert!(told.contains("write an instant as in 2026-11-28T12:00:00Z"), "{told}");
    let told = cairn.run(&["guides", "check", "--web-url", "https://example.org/cairn"]).refused(2);
    assert!(told.contains("give the address without a path"), "{told}");
    let told = cairn.run(&["guides", "check", "--discord-proxy", "me:zebrafish@proxy.example"]).refused(2);
    assert!(told.contains("--discord-proxy") && !told.contains("zebrafish"), "{told}");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_their_owner_reads_the_database_and_its_folder() {
    let cairn = Cairn::new();
    let folder = cairn.path().join("data");
    let names = ["cairn.db", "cairn.db-wal", "cairn.db-shm", "cairn.lock"];
    let server = cairn.serve(&[]);
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(names.map(|name| mode(&folder.join(name))), [0o600; 4]);
    server.stop("-KILL");
    // What an older Cairn has left open is closed at the next start.
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set(&folder, 0o755);
    for name in names {
        set(&folder.join(name), 0o644);
    }
    let server = cairn.serve(&[]);
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(names.map(|name| mode(&folder.join(name))), [0o600; 4]);
    server.stop("-TERM");
    // A folder with other things in it stays as it is.
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    set(&folder, 0o755);
    cairn.run(&["guides", "list"]).well();
    assert_eq!((mode(&folder), mode(&folder.join("cairn.db"))), (0o755, 0o600));
}

/// Whether a number stands in one of the database's files, as a text or as SQLite writes numbers.
fn holds(cairn: &Cairn, number: u64) -> bool {
    let file = database(cairn);
    let (bytes, text, log) = (number.to_be_bytes(), number.to_string(), file.with_extension("db-wal"));
    let has = |all: &[u8], wanted: &[u8]| all.windows(wanted.len()).any(|some| some == wanted);
    [file, log].iter().map(|file| fs::read(file).unwrap()).any(|all| has(&all, &bytes) || has(&all, text.as_bytes()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_erased_is_gone_from_every_file_at_once() {
    let world = World::start().await;
    let d = &world.discord;
    for who in ["ann", "bob"] {
        d.slash(who, "/study zone zone:Europe/Berlin").await;
        d.slash(who, "/study log minutes:30").await;
        assert!(holds(&world.cairn, d.person(who)), "the search would find it");
    }
    let ask = d.slash("ann", "/privacy delete").await;
    assert!(d.press("ann", &ask, "Erase it for ever").await.content.starts_with("Erased."));
    assert!(!holds(&world.cairn, d.person("ann")));
    // Beside the running program, too.
    let bob = d.person("bob");
    world.run(&["privacy", "delete", &format!("discord:{bob}"), "--yes"]).well();
    assert!(!holds(&world.cairn, bob));
    world.finish();
}
