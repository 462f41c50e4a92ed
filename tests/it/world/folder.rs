//! Where the databases of tests lie.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;
use std::{env, fs, thread};

use cairn::store::Store;
use jiff::Timestamp;
use tempfile::TempDir;

/// Memory as a file system, where there is one.
const MEMORY: &str = "/dev/shm";
/// As much as tests that run at a time may need, in kilobytes. Containers often give less.
const ENOUGH: u64 = 1_000_000;

/// A folder of a test's own. It is in memory if the system has room for that: each commit waits for the disk, which is
/// most of the time that a test takes. What a kill leaves behind is the same. Tests of the disk itself use
/// [`tempfile::tempdir`].
pub fn folder() -> TempDir {
    let in_memory = has_room().then(|| tempfile::tempdir_in(MEMORY).ok()).flatten();
    in_memory.unwrap_or_else(|| tempfile::tempdir().expect("a temporary folder"))
}

fn has_room() -> bool {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let Some(mount) = mounts.lines().find(|mount| mount.split(' ').nth(1) == Some(MEMORY)) else { return false };
    let size = mount.split([' ', ',']).find_map(|option| option.strip_prefix("size=")?.strip_suffix('k'));
    size.is_none_or(|size| size.parse::<u64>().is_ok_and(|size| size >= ENOUGH))
}

/// Puts a database with the wiki in it into a data folder: to plant the pages takes longer than most tests. It is made
/// once for each build of the tests.
pub fn planted(data: &Path) {
    fs::create_dir_all(data).expect("a data folder");
    fs::copy(template(), data.join("cairn.db")).expect("a database");
}

fn template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(found_or_made)
}

fn found_or_made() -> PathBuf {
    let tests = env::current_exe().expect("a program");
    let built = fs::metadata(tests).and_then(|file| file.modified()).expect("when it was built");
    let built = built.duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = place.join(format!("planted-{built}.db"));
    if !template.exists() {
        let dir = tempfile::tempdir_in(place).expect("a temporary folder");
        let made = dir.path().to_owned();
        // Of the tests that come here some have a runtime, some have none.
        let planting = thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let store = Store::open(&made).await.expect("a database");
                cairn::wiki::folder::plant(&store, Timestamp::now()).await.expect("pages");
                store.close().await;
            });
        });
        planting.join().expect("it is planted");
        for old in fs::read_dir(place).expect("a folder").filter_map(Result::ok) {
            if old.file_name().to_string_lossy().starts_with("planted-") && old.path() != template {
                let _ = fs::remove_file(old.path());
            }
        }
        // Processes that come at the same time make the same.
        fs::rename(dir.path().join("cairn.db"), &template).expect("a template");
    }
    template
}
