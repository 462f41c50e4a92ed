//! No circles between the files of a room: what one file needs, another does not need back. A `mod.rs` and the files
//! of its folder aside, for it collects them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Rooms that still have circles. Take a room off this list when it has none.
const NOT_YET: &[&str] = &["playground"];

/// A source file as a module: its text without comments and inline tests, and what it imports.
struct Module {
    is_folder: bool,
    text: String,
    /// Whole paths and the names that they have here.
    imports: Vec<(Vec<String>, String)>,
}

type Modules = BTreeMap<String, Module>;

fn modules() -> Modules {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules = Modules::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !name.ends_with("tests") {
                let text = fs::read_to_string(&path).expect("a source file");
                let below = path.strip_prefix(&root).expect("below the root").with_extension("");
                let mut parts: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                let is_folder = name == "mod";
                if matches!(name.as_str(), "mod" | "lib" | "main") {
                    parts.pop();
                }
                if !parts.iter().any(|part| part == "tests") {
                    modules.insert(parts.join("::"), module(&text, is_folder));
                }
            }
        }
    }
    modules
}

fn module(text: &str, is_folder: bool) -> Module {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let text: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut imports = Vec::new();
    for rest in text.split("use ").skip(1) {
        let tree = rest.split(';').next().unwrap_or_default();
        if tree.starts_with(|c: char| c.is_ascii_lowercase()) {
            flatten(&[], tree, &mut imports);
        }
    }
    Module { is_folder, text, imports }
}

/// The paths of a `use` tree, with their names.
fn flatten(before: &[String], tree: &str, into: &mut Vec<(Vec<String>, String)>) {
    let tree = tree.trim();
    if let Some((head, body)) = tree.split_once('{') {
        let head = head.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
        let before: Vec<String> = before.iter().cloned().chain(head).collect();
        let body = body.trim_end().strip_suffix('}').unwrap_or(body);
        let (mut depth, mut from) = (0, 0);
        for (at, c) in body.char_indices().chain([(body.len(), ',')]) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    flatten(&before, &body[from..at], into);
                    from = at + 1;
                }
                _ => {}
            }
        }
    } else if !tree.is_empty() {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path: Vec<String> = before.iter().cloned().chain(path.split("::").map(str::to_owned)).collect();
        if path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = if alias.is_empty() { path.last().cloned().unwrap_or_default() } else { alias.trim().to_owned() };
        into.push((path, name));
    }
}

/// A path as seen from the crate's root; none if it leads out of the crate.
fn whole(modules: &Modules, here: &str, path: &[String]) -> Option<Vec<String>> {
    let mut base: Vec<String> = here.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let ups = path.iter().take_while(|part| *part == "super").count();
    let first = path.first()?.as_str();
    match first {
        "crate" => return Some(path[1..].to_vec()),
        "self" => return Some(base.into_iter().chain(path[1..].iter().cloned()).collect()),
        _ if ups > 0 => base.truncate(base.len().checked_sub(ups)?),
        _ if modules.contains_key(&[here, first].join("::")) => {}
        _ => return None,
    }
    Some(base.into_iter().chain(path[ups..].iter().cloned()).collect())
}

/// The file that a whole path leads to, through what others import and hand on.
fn target(modules: &Modules, path: &[String], depth: usize) -> Option<String> {
    for length in (1..=path.len()).rev() {
        let name = path[..length].join("::");
        let Some(module) = modules.get(&name) else { continue };
        let handed_on = path.get(length).filter(|_| depth < 5).and_then(|item| {
            let (import, _) = module.imports.iter().find(|(_, name)| name == item)?;
            let mut import = whole(modules, &name, import)?;
            import.extend_from_slice(&path[length + 1..]);
            target(modules, &import, depth + 1)
        });
        return handed_on.or(Some(name));
    }
    None
}

/// The files of its own room that a file needs.
fn needs(modules: &Modules, here: &str) -> BTreeSet<String> {
    let module = &modules[here];
    let mut paths: Vec<Vec<String>> = module.imports.iter().map(|(path, _)| path.clone()).collect();
    for token in module.text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
        let parts: Vec<String> = token.split("::").map(str::to_owned).collect();
        if parts.len() > 1 {
            let import = module.imports.iter().find(|(_, name)| *name == parts[0]);
            let path = import.map(|(path, _)| path.iter().chain(&parts[1..]).cloned().collect());
            paths.push(path.unwrap_or(parts));
        }
    }
    let room = here.split("::").next();
    let is_inside = |one: &str, other: &str| modules[one].is_folder && other.starts_with(&format!("{one}::"));
    let files = paths.iter().filter_map(|path| target(modules, &whole(modules, here, path)?, 0));
    files
        .filter(|file| file != here && file.split("::").next() == room)
        .filter(|file| !is_inside(here, file) && !is_inside(file, here))
        .collect()
}

#[test]
fn files_of_a_room_make_no_circles() {
    let modules = modules();
    let mut needs: BTreeMap<String, BTreeSet<String>> =
        modules.keys().map(|file| (file.clone(), needs(&modules, file))).collect();
    // What needs nothing that is left can stand below the others, and is taken away; circles stay.
    loop {
        let free: BTreeSet<String> =
            needs.iter().filter(|(_, others)| others.is_empty()).map(|(file, _)| file.clone()).collect();
        if free.is_empty() {
            break;
        }
        needs.retain(|file, _| !free.contains(file));
        needs.values_mut().for_each(|others| others.retain(|other| !free.contains(other)));
    }
    let is_known = |file: &str| NOT_YET.contains(&file.split("::").next().unwrap_or_default());
    let circles: Vec<String> = needs
        .iter()
        .filter(|(file, _)| !is_known(file))
        .map(|(file, others)| format!("  {file} needs {}", others.iter().cloned().collect::<Vec<_>>().join(", ")))
        .collect();
    assert!(circles.is_empty(), "these files need each other, or files that do:\n{}", circles.join("\n"));
    for room in NOT_YET {
        let has = needs.keys().any(|file| file.split("::").next() == Some(room));
        assert!(has, "{room} has no circles any more; take it off the list");
    }
}
