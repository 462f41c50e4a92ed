//! Folders of pages in which something is in the way: nothing is overwritten, nothing hangs, and it is all or nothing.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::world::program::Cairn;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

/// A program, and a folder with one thing in it.
fn folder(put: impl FnOnce(PathBuf)) -> (Cairn, PathBuf) {
    let cairn = Cairn::new();
    let folder = cairn.path().join("out");
    fs::create_dir(&folder).unwrap();
    put(folder.join("hardware.md"));
    (cairn, folder)
}

#[test]
fn an_export_writes_over_nothing_that_it_cannot_read() {
    let edited = b"---\nslug: hardware\n---\nmy edit \xff\n";
    let (cairn, out) = folder(|file| fs::write(file, edited).unwrap());
    let told = cairn.run(&["guides", "export", "out"]).refused(1);
    assert!(told.contains("hardware.md:4: the file is not UTF-8 text"), "{told}");
    assert_eq!(fs::read(out.join("hardware.md")).unwrap(), edited);
    assert_eq!(names(&out), ["hardware.md"]);
    let (cairn, out) = folder(|file| fs::create_dir(file).unwrap());
    let told = cairn.run(&["guides", "export", "out"]).refused(1);
    assert!(told.contains("hardware.md: this is a folder, not a page; move it elsewhere"), "{told}");
    assert_eq!(names(&out), ["hardware.md"]);
    let (cairn, out) = folder(|file| symlink("nowhere", file).unwrap());
    assert!(cairn.run(&["guides", "export", "out"]).refused(1).contains("hardware.md: the file cannot be read"));
    assert_eq!(names(&out), ["hardware.md"]);
}

#[test]
fn an_export_follows_no_link_that_was_laid_in_its_way() {
    let (cairn, out) = folder(|_| ());
    let other = cairn.path().join("other");
    fs::write(&other, "mine").unwrap();
    symlink(&other, out.join("hardware.md.new")).unwrap();
    cairn.run(&["guides", "export", "out"]).well();
    assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
    assert!(fs::read_to_string(out.join("hardware.md")).unwrap().contains("slug: hardware"));
    assert!(names(&out).iter().all(|name| !name.ends_with(".new")));
    // What no file can be written beside is noticed before anything is in its place.
    let (cairn, out) = folder(|file| fs::create_dir(file.with_extension("md.new")).unwrap());
    assert!(cairn.run(&["guides", "export", "out"]).refused(1).contains("cannot write to out"));
    assert_eq!(names(&out), ["hardware.md.new"]);
}

#[test]
fn an_import_refuses_at_once_what_is_no_page() {
    type Put = fn(PathBuf);
    let table: [(&str, Put); 2] = [
        ("this is no file but a pipe or a device", |file| {
            assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
        }),
        // It takes no room on the disk, but reading it would.
        ("but a page may have at most 200000", |file| File::create(file).unwrap().set_len(3_000_000_000).unwrap()),
    ];
    for (told, put) in table {
        let (cairn, _) = folder(put);
        cairn.run(&["guides", "export", "other"]).well();
        let since = Instant::now();
        for command in ["import", "check", "export"] {
            let said = cairn.run(&["guides", command, "out"]).refused(1);
            assert!(said.contains("hardware.md: ") && said.contains(told), "{said}");
        }
        assert!(since.elapsed() < Duration::from_secs(20), "it took {:?}", since.elapsed());
    }
}
