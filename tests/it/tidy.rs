//! The house rules, held by reading the source.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of `src`, lowest first. A room imports from the rows above its own, never from its own row. `App` is what
/// the crate's root defines.
const ORDER: &[&[&str]] = &[
    &["error", "build", "health", "metrics", "rates"],
    &["config", "text"],
    &["store", "http_client", "time", "meaning"],
    &["uptime", "streak", "triage"],
    &["community"],
    &["outbox"],
    &["people"],
    &["labels", "student"],
    &["wiki", "decisions"],
    &["papers", "plan", "welcome", "mining", "links"],
    &["buddies"],
    &["reminders"],
    &["ranking", "calendar", "heatmap", "revisits", "lib", "App"],
    &["study"],
    &["pomodoro"],
    // Discord's moderators are told of Reddit's desk, and judge what stands on theirs.
    &["reddit", "desk"],
    &["discord"],
    &["jobs"],
    &["playground"],
    &["web"],
    &["cli"],
    &["main"],
];

/// Which crates may be named where: a path below `src` must begin with one of these.
const CONFINED: &[(&str, &[&str])] = &[
    ("axum::", &["web/", "playground/stand_in/"]),
    ("maud::", &["web/"]),
    ("ammonia::", &["web/"]),
    ("serenity::", &["discord/"]),
    ("poise::", &["discord/"]),
    ("reqwest::", &["discord/", "papers/feeds/", "links/", "http_client.rs"]),
    ("roux::", &["reddit/api/"]),
    ("roux_http::", &["reddit/api/", "http_client.rs"]),
    ("rustls::", &["http_client.rs"]),
    ("png::", &["heatmap/"]),
    ("fancy_regex::", &["reddit/automod/"]),
    ("granit_parser::", &["reddit/automod/"]),
    ("fearless_simd::", &["meaning/"]),
    ("governor::", &["rates.rs"]),
    ("hyper::", &["web/"]),
    ("hyper_util::", &["web/"]),
    ("rustix::", &["store/backup.rs", "store/room.rs", "web/connections.rs"]),
    ("tower_http::", &["web/"]),
    ("unicode_normalization::", &["meaning/", "wiki/mod.rs"]),
    ("unicode_properties::", &["meaning/", "wiki/markdown.rs"]),
    ("rustworkx_core::", &["buddies/"]),
    // And in every file that is called `sql.rs`.
    ("sqlx::", &["store/", "error.rs", "wiki/mod.rs"]),
    ("Timestamp::now", &["config.rs"]),
    ("SystemTime::now", &[]),
    ("Zoned::now", &[]),
    ("env::var", &["config.rs"]),
];

fn sources(below: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(below);
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                files.push((path.strip_prefix(&root).expect("below the root").to_owned(), text));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files
}

fn room(path: &Path) -> String {
    let first = path.iter().next().expect("a part").to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms that a file's code names after `crate::` (a `use` tree in braces counts each of its parts).
fn imports(text: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let parts: Vec<&str> = match rest.strip_prefix('{') {
            Some(tree) => tree.split('}').next().unwrap_or_default().split(',').collect(),
            None => vec![rest],
        };
        let name =
            |part: &str| part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        rooms.extend(parts.into_iter().map(name).filter(|room| !room.is_empty()));
    }
    rooms
}

/// The row of a room, or of what the crate's root re-exports from one.
fn row(room: &str) -> usize {
    let room = if matches!(room, "Error" | "Kind" | "Result") { "error" } else { room };
    ORDER.iter().position(|row| row.contains(&room)).unwrap_or_else(|| panic!("the order does not know {room}"))
}

#[test]
fn rooms_import_only_what_stands_below_them() {
    for (path, text) in sources("src") {
        let from = room(&path);
        for to in imports(&text).into_iter().filter(|to| *to != from) {
            let order = ORDER.iter().map(|row| row.join(", ")).collect::<Vec<_>>().join("\n  ");
            let shown = path.display();
            assert!(row(&to) < row(&from), "{shown} imports {to}, which does not stand below {from}:\n  {order}");
        }
    }
}

#[test]
fn crates_and_the_clock_stay_in_their_rooms() {
    for (path, text) in sources("src") {
        let shown = path.display().to_string();
        for (name, places) in CONFINED {
            let is_here = text.lines().any(|l| !l.trim_start().starts_with("//") && l.contains(name));
            let is_query = *name == "sqlx::" && shown.ends_with("/sql.rs");
            assert!(!is_here || is_query || places.iter().any(|p| shown.starts_with(p)), "{shown} uses {name}");
        }
    }
}

/// Rooms in which instants and people may still be bare numbers. Take one off when it uses the values of `store`.
const BARE_YET: &[&str] =
    &["config.rs", "desk/", "discord/", "outbox/", "reddit/", "store/lease.rs", "store/value.rs", "wiki/"];

#[test]
fn people_and_instants_are_values() {
    let numbers = ["who", "whom", "whose", "person", "person_id", "at", "now", "since", "until"];
    let numbers = numbers.map(|name| format!("{name}: i64"));
    for (path, text) in sources("src") {
        let shown = path.display().to_string();
        let is_test = shown.ends_with("tests.rs") || shown.contains("/tests/");
        if is_test || BARE_YET.iter().any(|room| shown.starts_with(room)) {
            continue;
        }
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for word in code.split(|c: char| !(c.is_alphanumeric() || "_: ".contains(c))) {
            let bare = numbers.iter().find(|number| word.trim().ends_with(number.as_str()));
            assert!(bare.is_none(), "{shown} has “{}”: use PersonId or Timestamp", word.trim());
        }
        let ways = ["from_millisecond(", "as_millisecond("];
        assert!(!ways.iter().any(|way| code.contains(way)), "{shown} converts instants itself: use store::Millis");
    }
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
        assert!(text.starts_with("//! "), "{} does not say what it is for", path.display());
    }
}

#[test]
fn nothing_is_unwrapped_ignored_or_left_to_do() {
    for (path, text) in sources("src") {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let is_test = path.file_name().is_some_and(|n| n.to_string_lossy().contains("test"));
        for word in [".unwrap()", "todo!(", "unimplemented!(", "unsafe ", "#[ignore", "dbg!("] {
            assert!(is_test || !code.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn every_setting_is_in_the_readme() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README");
    for variable in cairn::cli::variables() {
        assert!(readme.contains(&format!("`{variable}`")), "README does not explain {variable}");
    }
}

#[test]
fn migrations_are_numbered_upwards_and_strict() {
    let mut files: Vec<PathBuf> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations"))
        .expect("migrations")
        .map(|e| e.expect("an entry").path())
        .collect();
    files.sort();
    let mut last = 0;
    for file in &files {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let number: u32 = name.get(..4).and_then(|digits| digits.parse().ok()).expect("a number");
        assert!(number > last && name.as_bytes()[4] == b'_', "{name} is out of order");
        last = number;
        let text = fs::read_to_string(file).expect("a migration");
        let tables = text.matches("CREATE TABLE").count();
        assert_eq!(text.matches(") STRICT;").count(), tables, "a table of {name} is not STRICT");
    }
}
