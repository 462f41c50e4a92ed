//! The database's files: moved, deleted, replaced or cut while the program runs, and what it finds when it starts.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{database, execute, trouble};
use crate::world::program::{Cairn, Run, ended};
use crate::world::server::World;

fn cut(file: &Path, length: u64) {
    OpenOptions::new().write(true).open(file).unwrap().set_len(length).unwrap();
}

#[test]
fn a_database_that_goes_away_underneath_is_noticed_and_nothing_is_saved_any_more() {
    type Blow = fn(&Path);
    let table: [(&str, Blow); 6] = [
        ("The file cairn.db was moved or deleted while Cairn ran", |file| fs::remove_file(file).unwrap()),
        ("The file cairn.db was moved or deleted while Cairn ran", |file| {
            fs::rename(file.parent().unwrap(), file.parent().unwrap().with_extension("away")).unwrap();
        }),
        ("The file cairn.db was replaced while Cairn ran", |file| {
            let copy = file.with_extension("copy");
            fs::copy(file, &copy).unwrap();
            fs::rename(copy, file).unwrap();
        }),
        ("The file cairn.db was cut short while Cairn ran", |file| cut(file, fs::metadata(file).unwrap().len() / 2)),
        ("The file cairn.db was cut short while Cairn ran", |file| cut(file, 0)),
        ("The file cairn.db-wal was moved, deleted or replaced while Cairn ran", |file| {
            fs::remove_file(file.with_extension("db-wal")).unwrap();
        }),
    ];
    for (told, blow) in table {
        let cairn = Cairn::new();
        let server = cairn.serve(&[]);
        assert_eq!(server.get("/readyz").status, 200);
        blow(&database(&cairn));
        let why = trouble(&server);
        assert!(why.contains(told) && why.contains("cannot save anything now"), "{why}\nfor {told}");
        let logged = || server.log.lock().unwrap().contains(told);
        assert!(
            (0..100).any(|_| logged() || {
                std::thread::sleep(Duration::from_millis(50));
                false
            }),
            "{told}"
        );
        assert_eq!(server.get("/healthz").status, 200);
        assert_eq!(server.stop("-TERM").0, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_kept_is_refused_until_the_file_is_back_and_cairn_starts_again() {
    let mut world = World::start().await;
    let (d, file) = (world.discord.clone(), database(&world.cairn));
    d.slash("ann", "/study zone zone:Europe/Berlin").await;
    assert!(d.slash("ann", "/study log minutes:30").await.content.contains("30 min"));
    let away = file.with_extension("away");
    fs::rename(&file, &away).unwrap();
    for _ in 0..2 {
        let told = d.slash("ann", "/study log minutes:40").await.content.clone();
        assert!(told.contains("cannot save anything now"), "{told}");
    }
    // Back in its place it is taken up by the next start alone.
    let server = world.server.take().unwrap();
    tokio::task::block_in_place(|| server.stop("-TERM"));
    fs::rename(&away, &file).unwrap();
    world.discord.connects(0).await;
    world.begin().await;
    assert!(d.slash("ann", "/study log minutes:50").await.content.contains("80 of 120 min"));
    world.finish();
}

#[test]
fn a_database_that_was_emptied_or_is_in_pieces_is_said_in_one_sentence() {
    let cairn = Cairn::new();
    cairn.run(&["guides", "export", "out"]).well();
    let file = database(&cairn);
    let whole = fs::read(&file).unwrap();
    cut(&file, 0);
    for command in [&["run"][..], &["guides", "list"], &["wiki", "gpu"]] {
        let told = cairn.run(command).refused(1);
        assert!(told.contains("is empty, though it was not before; restore a backup"), "{told}");
    }
    fs::write(&file, &whole[..whole.len() / 3]).unwrap();
    let told = cairn.run(&["run"]).refused(1);
    assert!(told.contains("damaged") || told.contains("is no intact Cairn database"), "{told}");
    fs::write(&file, &whole).unwrap();
    let forget = "DELETE FROM _sqlx_migrations WHERE version = 1";
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(execute(&file, forget));
    let told = cairn.run(&["guides", "list"]).refused(1);
    assert!(told.contains("are not as any Cairn leaves them; restore a backup"), "{told}");
    // Who takes the file away wants a new beginning.
    fs::remove_file(&file).unwrap();
    cairn.run(&["guides", "import", "out"]).well();
}

#[test]
fn one_folder_has_one_cairn() {
    let cairn = Cairn::new();
    let server = cairn.serve(&[]);
    let told = cairn.run(&["run", "--web-listen", "127.0.0.1:0"]).refused(1);
    let folder = cairn.path().join("data");
    assert_eq!(
        told,
        format!(
            "Another Cairn runs on the data folder {} already; stop it, or choose another folder with --data-dir.",
            folder.display()
        )
    );
    // Short commands work beside it.
    assert!(cairn.run(&["guides", "list"]).well().contains("hardware"));
    cairn.run(&["guides", "export", "out"]).well();
    server.stop("-KILL");
    // Where several are meant to share, all of them say so.
    let first = cairn.serve(&["--beside"]);
    assert!(cairn.run(&["run", "--web-listen", "127.0.0.1:0"]).refused(1).contains("Another Cairn runs"));
    let second = cairn.serve(&["--beside"]);
    assert_eq!((first.get("/readyz").status, second.get("/readyz").status), (200, 200));
}

/// The same command where its data folder is on a disk that takes nothing, or `None` where that cannot be arranged.
fn unwritable(cairn: &Cairn, args: &[&str]) -> Option<Run> {
    let mount = r#"mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" || exit 77; exec "$@""#;
    let inner = cairn.command(args);
    let mut outer = Command::new("unshare");
    outer.args(["--map-root-user", "--mount", "sh", "-c", mount]).arg(cairn.path().join("data"));
    outer.arg(inner.get_program()).args(inner.get_args()).current_dir(cairn.path());
    outer.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    outer.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let run =
        outer.output().ok().filter(|out| out.status.code() != Some(77) && !out.stderr.starts_with(b"unshare:"))?;
    Some(ended(run))
}

#[test]
fn a_folder_that_takes_nothing_is_said_in_one_sentence() {
    let cairn = Cairn::new();
    cairn.run(&["gaps"]).well();
    let Some(run) = unwritable(&cairn, &["run", "--web-listen", "127.0.0.1:0"]) else {
        let _ = writeln!(std::io::stderr(), "NOT CHECKED: nothing can be mounted here");
        return;
    };
    let told = run.refused(1);
    assert!(told.contains("cannot write to its data folder") && told.lines().count() == 1, "{told}");
    let told = unwritable(&cairn, &["guides", "import", "."]).unwrap().refused(1);
    assert!(told.contains("cannot write to its data folder") && told.lines().count() == 1, "{told}");
    let told = unwritable(&cairn, &["config", "check"]).unwrap();
    assert!(told.code == 1 && told.out.contains("cannot be written to"), "{told:?}");
    // Once it takes writes again, all is as it was.
    cairn.run(&["gaps"]).well();
}

#[test]
fn a_look_without_a_database_leaves_none_behind() {
    let cairn = Cairn::new();
    assert!(cairn.run(&["ask", "how do I become an ML engineer?"]).well().contains("Engineer guide"));
    assert!(cairn.run(&["wiki", "gpu"]).well().contains("Hardware"));
    assert!(cairn.run(&["guides", "list"]).well().contains("hardware"));
    assert!(cairn.run(&["guides", "show", "hardware"]).well().contains("# "));
    cairn.run(&["privacy", "export", "discord:1"]).well();
    assert!(!cairn.path().join("data").exists());
}
