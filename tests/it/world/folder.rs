//! The folders of tests' databases.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;
use std::{env, fs, thread};

use cairn::store::Store;
use jiff::Timestamp;
use tempfile::TempDir;

/// A file system in memory, if the system has one.
const MEMORY: &str = "/dev/shm";
/// The memory in kilobytes that parallel tests may need. Containers often have less.
const ENOUGH: u64 = 1_000_000;

/// A folder for one test. It is in memory if there is enough: each commit waits for the disk, which is most of a test's
/// time. A kill leaves the same files behind. Tests of the disk itself use [`tempfile::tempdir`].
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

/// Copies a database with the wiki into a data folder, because filling a new one takes longer than most tests. The
/// copied database is made once per build of the tests.
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
        // Some callers have a runtime, some have none.
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
        // Processes that run at the same time make the same file.
        fs::rename(dir.path().join("cairn.db"), &template).expect("a template");
    }
    template
}
