//! Files next to the checkout, not in it: recordings, specifications, posts for measuring.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder, relative to the crate's root.
const FOLDER: &str = "../shared";

/// A file or folder next to the checkout. If the whole folder is missing, one line says what is not checked. If only
/// this file is missing, the test fails.
pub fn beside(place: &str) -> Option<PathBuf> {
    let found = found(&Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER), place);
    if found.is_none() {
        // Not by a macro: the test harness hides the macro output of tests that pass.
        let _ = writeln!(std::io::stderr(), "NOT CHECKED: {FOLDER}/{place} is not there");
    }
    found
}

fn found(folder: &Path, place: &str) -> Option<PathBuf> {
    let wanted = folder.join(place);
    if wanted.exists() {
        return Some(wanted);
    }
    assert!(!folder.is_dir(), "{} is not there, though {} is; put it there", wanted.display(), folder.display());
    None
}

#[test]
fn a_check_that_lacks_its_data_says_so_or_fails() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(found(&dir.path().join("nowhere"), "file"), None);
    std::fs::write(dir.path().join("file"), "").expect("a file");
    assert_eq!(found(dir.path(), "file"), Some(dir.path().join("file")));
    assert!(std::panic::catch_unwind(|| found(dir.path(), "other")).is_err());
}
