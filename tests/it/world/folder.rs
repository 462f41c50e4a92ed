//! Where the databases of tests lie.

use std::fs;

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
